// Inside Telegram: what Telegram has signed stands after the # of the address. It is handed on, and never kept.
"use strict";
(() => {
  const told = document.getElementById("app");
  const data = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  const tell = (type, values = {}) => {
    const json = JSON.stringify(values);
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(type, json);
    else if (window.external && "notify" in window.external) window.external.notify(JSON.stringify({ eventType: type, eventData: values }));
    else if (parent !== window) parent.postMessage(JSON.stringify({ eventType: type, eventData: values }), "https://web.telegram.org");
  };
  tell("web_app_ready");
  tell("web_app_expand");
  if (!data) {
    told.textContent = told.dataset.outside;
    return;
  }
  history.replaceState(null, "", location.pathname);
  const form = new FormData();
  form.append("data", data);
  fetch(`${told.dataset.root}/app`, { method: "POST", body: form, credentials: "same-origin" })
    .then(async (answer) => {
      if (answer.ok) location.replace(`${told.dataset.root}/`);
      else told.textContent = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[role=alert]").textContent;
    })
    .catch(() => { told.textContent = told.dataset.outside; });
})();
