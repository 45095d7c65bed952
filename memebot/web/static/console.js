// What all pages of the console share: asking the server, saying what came of it, and hearing of others' decisions.
"use strict";
window.memebotConsole = (() => {
  const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
  const root = meta("console-root");

  // POST fields (an object or FormData) to a path below the root: the JSON that comes back. Throws Error(sentence).
  const send = async (path, fields = {}) => {
    const form = fields instanceof FormData ? fields : new FormData();
    if (form !== fields) for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return answered(await fetch(root + path, { method: "POST", body: form, headers: { "X-CSRF-Token": meta("csrf") } }));
  };

  // GET a path below the root: its JSON, or its text for a part of a page. Throws Error(sentence).
  const get = async (path) => answered(await fetch(root + path, { headers: { "X-CSRF-Token": meta("csrf") } }));

  const answered = async (answer) => {
    const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    const said = json ? await answer.json() : await answer.text();
    if (!answer.ok) throw new Error(json ? said.problem : `HTTP ${answer.status}`);
    return said;
  };

  // Say at the top what was done or why not; "" takes it away.
  const say = (text, { problem = false } = {}) => {
    const note = document.getElementById("note");
    note.textContent = text;
    note.hidden = !text;
    note.classList.toggle("problem", problem);
  };

  // Call back for every change of a submission, by whomever: {submission, version, action, state, mine, who}.
  // It hears all since the page was made. One that nobody sees lets go of its stream, as a browser has six for all tabs.
  const onChange = (react) => {
    let source = null;
    let heard = meta("console-heard");
    const listen = () => {
      source = new EventSource(`${root}/events?after=${heard}`);
      source.addEventListener("begun", (event) => { heard = event.lastEventId; });
      source.addEventListener("changed", (event) => { heard = event.lastEventId; react(JSON.parse(event.data)); });
    };
    const leave = () => { if (source) source.close(); source = null; };
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => { leave(); if (!document.hidden) listen(); });
    if (!document.hidden) listen();
  };

  // Keys without modifiers, never while somebody types: onKeys({j: next, "?": help}).
  const onKeys = (keys) => {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
      if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
      const act = keys[LETTERS[event.code] && event.key.length === 1 ? LETTERS[event.code] : event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    });
  };
  // By place on the keyboard, so that they work in a Russian layout, too.
  const LETTERS = Object.fromEntries([..."abcdefghijklmnopqrstuvwxyz"].map((one) => [`Key${one.toUpperCase()}`, one]));

  return { root, send, get, say, onChange, onKeys };
})();
