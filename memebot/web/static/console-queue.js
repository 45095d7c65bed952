// The list of what waits: a line for the keyboard, what is picked, and what others decide meanwhile.
"use strict";
(() => {
  const { onKeys, onChange } = window.memebotConsole;
  const list = document.getElementById("queue");
  const lines = () => [...list.querySelectorAll(".line")];
  const here = () => list.querySelector(".line:focus-within");
  const remembered = "memebot-queue-line"; // where one was when one opened a card
  const arriving = "memebot-queue-arriving"; // the keyboard has turned a page: which way

  // --- filters

  const filters = list.querySelector(".filters");
  filters.querySelector(".show").hidden = true;
  filters.addEventListener("change", () => filters.requestSubmit());
  filters.addEventListener("submit", () => {
    for (const field of filters.querySelectorAll("select")) if (!field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of filters.querySelectorAll("select")) field.disabled = false;
  });

  // --- picking

  const bulk = list.querySelector(".bulk");
  const boxes = () => [...list.querySelectorAll(".pick input:not(:disabled)")];
  const all = list.querySelector("[data-all]");
  const count = () => {
    const picked = boxes().filter((box) => box.checked).length;
    bulk.classList.toggle("picked", picked > 0);
    bulk.querySelector("button").disabled = picked === 0;
    all.checked = picked > 0 && picked === boxes().length;
    all.indeterminate = picked > 0 && !all.checked;
    const label = all.nextElementSibling;
    label.dataset.words = label.dataset.words || label.textContent;
    label.textContent = picked ? label.dataset.picked.replace("{count}", picked) : label.dataset.words;
  };
  if (bulk) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      count();
    });
    list.querySelector(".cards").addEventListener("change", count);
    let last = null; // a click with Shift picks everything between
    list.querySelector(".cards").addEventListener("click", (event) => {
      const box = event.target.closest(".pick input");
      if (!box) return;
      const known = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [known.indexOf(last), known.indexOf(box)].sort((a, b) => a - b);
        for (const between of known.slice(from, to + 1)) between.checked = box.checked;
        count();
      }
      last = box;
    });
    const reason = bulk.querySelector("select"), own = bulk.querySelector('input[name="text"]');
    const needed = () => reason.setCustomValidity(reason.value || own.value.trim() ? "" : reason.options[0].text);
    for (const event of ["change", "input"]) bulk.addEventListener(event, needed);
    needed();
    count();
  }

  // --- keys

  const move = (by) => {
    const known = lines(), at = known.indexOf(here());
    if (!known.length) return;
    const page = at === known.length - 1 && by > 0 ? "next" : at === 0 && by < 0 ? "prev" : "";
    const beyond = page && list.querySelector(`.pages [rel="${page}"]`);
    if (beyond) {
      sessionStorage.setItem(arriving, by);
      beyond.click();
      return;
    }
    const to = known[at < 0 ? (by > 0 ? 0 : known.length - 1) : Math.min(known.length - 1, Math.max(0, at + by))];
    to.querySelector(".open").focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
    sessionStorage.setItem(remembered, to.dataset.number);
  };
  const keys = document.getElementById("keys");
  const help = list.querySelector("[data-help]");
  help.hidden = false;
  help.addEventListener("click", () => keys.showModal());
  onKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = here() && here().querySelector(".pick input:not(:disabled)");
      if (box) { box.checked = !box.checked; count(); }
    },
    r: () => bulk && bulk.querySelector("select").focus(),
    "?": () => keys.showModal(),
  });
  const back = list.querySelector(`.line[data-number="${Number(sessionStorage.getItem(remembered))}"] .open`);
  const from = Number(sessionStorage.getItem(arriving));
  sessionStorage.removeItem(arriving);
  if (from) move(from);
  else if (back && performance.getEntriesByType("navigation")[0].type !== "reload") back.focus();

  // --- what others do

  let fresh = 0;
  const news = list.querySelector("[data-new]");
  onChange(({ submission, version, action, state, who }) => {
    if (action === "submit") {
      fresh += 1;
      news.textContent = news.dataset.new.replace("{count}", fresh);
      news.hidden = false;
    }
    const line = list.querySelector(`.line[data-number="${submission}"]`);
    if (!line || version <= Number(line.dataset.version)) return;
    const live = line.querySelector(".live"), box = line.querySelector(".pick input");
    const decided = state !== "pending";
    if (["claim", "release", "vote"].includes(action) || decided) line.dataset.version = version;
    line.classList.toggle("decided", decided);
    box.disabled = decided;
    if (decided) box.checked = false;
    const words = decided ? list.dataset.faster : action === "claim" ? list.dataset.writing : "";
    live.textContent = words.replace("{who}", who);
    live.hidden = !words;
    count();
  });
})();
