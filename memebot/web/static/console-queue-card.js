// A card: a verdict by key shows the next card at once; what others do to it is seen while one looks.
"use strict";
(() => {
  const { root, send, get, say, onKeys, onChange } = window.memebotConsole;
  const place = document.getElementById("place");
  const keys = document.getElementById("keys");
  const card = () => document.getElementById("card");
  const number = () => Number(card().dataset.number);
  const version = () => Number(card().dataset.version);
  const query = () => location.search;
  const verdicts = "memebot-verdicts"; // what U takes back, the last one first
  let busy = false;
  let told = version(); // up to here one has been told what happened to the card, or has done it

  // --- showing

  // Draw a card. `anew`: the same one, which one may be at work on, so an open menu stays open.
  const draw = (shown, { push = false, focus = false, anew = false } = {}) => {
    const menu = anew && place.querySelector("details.menu[open]")?.id;
    place.innerHTML = shown.html;
    document.title = document.title.replace(/^[^·]*/, `${shown.title} `);
    if (push) history.pushState(null, "", shown.url);
    dress();
    if (menu && document.getElementById(menu)) toggle(menu);
    else if (focus) {
      card().focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  };

  // Show what one has asked for or done oneself.
  const show = (shown, how) => {
    draw(shown, how);
    told = shown.version;
  };

  // What a script adds to a card that came from the server: the editor, help, and the next card's picture.
  const dress = () => {
    for (const one of place.querySelectorAll("[data-help], [data-cancel], .tools, .preview")) one.hidden = false;
    const next = card().dataset.next;
    if (next) new Image().src = `${root}/picture/${next}/0`;
    if (document.getElementById("editor")) editing();
  };

  const fetched = async (wanted) => (await get(`/queue/${wanted}${query()}`)).card;
  const open = async (wanted) => {
    if (busy || !wanted || kept()) return;
    letGo();
    busy = true;
    try {
      show(await fetched(wanted), { push: true, focus: true });
      say("");
    } catch (error) {
      say(error.message, { problem: true });
    } finally {
      busy = false;
    }
  };
  const neighbour = (rel) => {
    const link = card().querySelector(`[rel="${rel}"]`);
    return link ? link.pathname.split("/").pop() : 0;
  };
  addEventListener("popstate", async () => {
    const wanted = location.pathname.split("/").pop();
    try {
      show(await fetched(wanted));
    } catch (error) {
      location.reload();
    }
  });

  // --- doing

  const undone = () => JSON.parse(sessionStorage.getItem(verdicts) || "[]");
  const keepUndo = (list) => sessionStorage.setItem(verdicts, JSON.stringify(list.slice(-20)));

  const act = async (name, fields, wanted = number()) => {
    if (busy || (name !== "caption" && kept())) return false;
    busy = true;
    place.classList.add("busy");
    try {
      const came = await send(`/queue/${wanted}/${name}${query()}`, fields);
      if (came.undo) keepUndo([...undone(), came.undo]);
      if (came.card) {
        const other = came.card.number !== number();
        show(came.card, { push: other, focus: true, anew: name === "release" });
        say(came.said);
      } else {
        say(`${came.said}. ${place.dataset.last}`);
        show(await fetched(wanted), { focus: true });
      }
      if (came.undo) offerUndo();
      return true;
    } catch (error) {
      say(error.message, { problem: true });
      if (wanted === number()) await refresh();
      return false;
    } finally {
      busy = false;
      place.classList.remove("busy");
    }
  };

  place.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.act) return;
    event.preventDefault();
    const fields = new FormData(form, event.submitter);
    fields.set("version", version());
    if (form.dataset.act === "caption") fields.set("entities", JSON.stringify(entities));
    if (event.submitter && event.submitter.name !== "own" && form.dataset.act === "reject") fields.delete("text");
    act(form.dataset.act, fields);
  });

  const press = (selector) => {
    const button = place.querySelector(selector);
    if (button && !button.disabled) button.click();
  };
  const toggle = (id) => {
    const menu = document.getElementById(id);
    if (!menu) return;
    for (const other of place.querySelectorAll("details.menu[open]")) if (other !== menu) other.open = false;
    menu.open = !menu.open;
    if (menu.open) menu.querySelector("button").focus();
  };
  const digit = (event) => {
    const menu = place.querySelector("details.menu[open]");
    const found = menu && [...menu.querySelectorAll("kbd")].find((one) => one.parentElement.tagName === "BUTTON" && one.textContent === event.key);
    if (found) found.parentElement.click();
  };
  // For those without a keyboard: the way back stands beside what was said.
  const offerUndo = () => {
    const button = document.createElement("button");
    button.className = "plain";
    button.textContent = place.dataset.undoLabel;
    button.addEventListener("click", undo);
    document.getElementById("note").append(" ", button);
  };
  const undo = async () => {
    if (busy) return;
    const list = undone(), last = list.pop();
    if (last) {
      keepUndo(list);
      await act("undo", { version: last.version }, last.number);
    } else if (place.querySelector('form[data-act="undo"]')) {
      press('form[data-act="undo"] button');
    } else {
      say(place.dataset.nothing, { problem: true });
    }
  };

  onKeys({
    j: () => open(neighbour("next")),
    k: () => open(neighbour("prev")),
    a: () => press('form[data-act="approve"] .main'),
    s: () => toggle("slots"),
    r: () => toggle("reasons"),
    u: undo,
    e: () => edit(true),
    "?": () => keys.showModal(),
    Escape: () => {
      for (const menu of place.querySelectorAll("details.menu[open]")) menu.open = false;
      card().focus({ preventScroll: true });
    },
    ...Object.fromEntries([..."0123456789"].map((one) => [one, digit])),
  });
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) keys.showModal();
    const link = event.target.closest('a[rel="next"], a[rel="prev"]');
    if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
      event.preventDefault();
      open(link.pathname.split("/").pop());
    }
    for (const menu of place.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // --- the caption: formatting is kept beside the text, in UTF-16 units as JavaScript counts

  let entities = [], written = "", held = 0, waiting = 0, previews = 0; // held: the card whose caption is being written
  const area = () => document.getElementById("caption");

  const editing = () => {
    const field = area();
    written = field.value;
    entities = JSON.parse(field.dataset.entities);
    held = 0;
    field.addEventListener("input", () => {
      entities = carried(written, field.value, entities);
      written = field.value;
      preview();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") edit(false);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
    });
    field.form.elements.channel?.addEventListener("change", preview);
    const editor = document.getElementById("editor");
    editor.addEventListener("toggle", () => (editor.open ? begin() : end()));
    editor.querySelector("[data-cancel]").addEventListener("click", () => edit(false));
    for (const button of editor.querySelectorAll("[data-format]")) {
      button.addEventListener("click", () => format(button.dataset.format));
    }
  };

  const edit = (on) => {
    const editor = document.getElementById("editor");
    if (editor) editor.open = on;
  };
  // Others see that the caption is being written. The card stays as it is: nothing that is typed may be lost.
  const begin = async () => {
    area().focus();
    preview();
    try {
      const came = await send(`/queue/${number()}/claim${query()}`, { version: version() });
      told = card().dataset.version = came.card.version;
      held = number();
    } catch (error) {
      say(error.message, { problem: true });
    }
  };
  const end = () => {
    if (lost() && !confirm(place.dataset.unsaved)) {
      document.getElementById("editor").open = true;
    } else if (held) {
      held = 0;
      act("release", {});
    }
  };
  const lost = () => area() && (area().value !== area().defaultValue || JSON.stringify(entities) !== JSON.stringify(JSON.parse(area().dataset.entities)));
  const unsaved = () => document.getElementById("editor")?.open && lost();
  const kept = () => unsaved() && !confirm(place.dataset.unsaved); // whether one stays with what one has written
  const letGo = () => { // also when the page is left, where no answer is waited for
    if (!held) return;
    const form = new FormData();
    form.set("csrf", document.querySelector('meta[name="csrf"]').content);
    navigator.sendBeacon(`${root}/queue/${held}/release`, form);
    held = 0;
  };
  addEventListener("pagehide", letGo);
  addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });

  // As the server does it for whoever has no script: what stays at both ends keeps its formatting.
  const carried = (before, after, old) => {
    const most = Math.min(before.length, after.length);
    let head = 0, tail = 0;
    while (head < most && before[head] === after[head]) head += 1;
    while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
    const gone = before.length - after.length;
    const moved = (unit) => (unit >= before.length - tail ? unit - gone : Math.min(unit, head));
    return old.map((one) => {
      const offset = moved(one.offset);
      return { ...one, offset, length: moved(one.offset + one.length) - offset };
    }).filter((one) => one.length > 0);
  };

  const format = (type) => {
    const field = area(), { selectionStart: offset, selectionEnd: until } = field;
    field.focus();
    if (offset === until) return;
    const same = entities.filter((one) => one.type === type && one.offset < until && one.offset + one.length > offset);
    const covered = same.some((one) => one.offset <= offset && one.offset + one.length >= until);
    const others = entities.filter((one) => !same.includes(one));
    for (const one of same) { // what lies outside the selection keeps it
      if (one.offset < offset) others.push({ ...one, length: offset - one.offset });
      if (one.offset + one.length > until) others.push({ ...one, offset: until, length: one.offset + one.length - until });
    }
    if (!covered) {
      const added = { type, offset, length: until - offset };
      if (type === "text_link") {
        added.url = prompt(place.dataset.link, "https://");
        if (!added.url || added.url === "https://") return;
      }
      others.push(added);
    }
    entities = others.sort((a, b) => a.offset - b.offset);
    preview();
  };

  const preview = () => {
    const units = place.querySelector(".units"), limit = Number(units.dataset.limit);
    const length = area().value.trim().length;
    units.textContent = `${length} / ${limit}`;
    units.classList.toggle("over", length > limit);
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const shown = place.querySelector(".preview"), of = number(), mine = ++previews;
      if (!shown || length > limit) return;
      try {
        const channel = area().form.elements.channel?.value || "";
        const came = await send(`/queue/${of}/preview`, { caption: area().value, entities: JSON.stringify(entities), channel });
        if (mine === previews && of === number() && shown.isConnected) shown.innerHTML = came.html;
      } catch (error) {
        say(error.message, { problem: true });
      }
    }, 150);
  };

  // --- what others do

  const typing = () => {
    const field = document.activeElement;
    return document.getElementById("editor")?.open || (field && place.contains(field) && field.matches("textarea, input[type=text]") && field.value);
  };
  const refresh = async () => {
    try {
      const shown = await fetched(number());
      if (shown.number !== number() || shown.version < version()) return "";
      draw(shown, { anew: true });
      return shown.state;
    } catch (error) {
      return "";
    }
  };
  onChange(async (change) => {
    if (!card() || change.submission !== number() || change.version <= told || busy) return;
    told = change.version;
    if (change.mine && ["claim", "release"].includes(change.action) && (held || typing())) {
      card().dataset.version = Math.max(version(), change.version);
      return;
    }
    const decided = change.state !== "pending";
    const said = (decided ? place.dataset.faster : place.dataset.changed).replace("{who}", change.who);
    if (typing()) {
      if (!change.mine) say(said, { problem: true });
      return;
    }
    const state = await refresh();
    if (change.mine || ["claim", "release"].includes(change.action)) return; // the card itself shows it
    say(decided ? `${said} ${state}` : said, { problem: decided });
  });

  dress();
})();
