// The calendar without reloading: places are chosen by keys, posts are dragged. Every form works without it, too.
"use strict";
(() => {
  const { root, send, get, say, onChange, onKeys } = window.memebotConsole;
  const calendar = document.getElementById("calendar");
  const said = document.getElementById("calendar-said");
  const changing = calendar.dataset.changing === "yes";
  let path = location.pathname.slice(root.length) + location.search;
  let busy = false;
  let digits = ""; // of the place that is being typed

  // --- showing a week

  // Show the week of a path; `focus`: what then has the keyboard, or a function that tells that when it comes. What comes late for an older wish is dropped.
  let asked = 0;
  const show = async (wanted, { focus = "", push = true, unless = () => false } = {}) => {
    const mine = ++asked;
    const html = await get(`${wanted}${wanted.includes("?") ? "&" : "?"}part`);
    if (mine !== asked || unless()) return;
    const selector = typeof focus === "function" ? focus() : focus;
    calendar.innerHTML = html;
    digits = "";
    if (push && wanted !== path) history.pushState(null, "", root + wanted);
    path = wanted;
    const done = calendar.querySelector(".done span");
    const news = done ? done.textContent : "";
    if (said.textContent !== news) said.textContent = news;
    const found = selector && calendar.querySelector(selector);
    if (found) found.focus();
  };

  const guarded = async (work) => {
    if (busy) return;
    busy = true;
    say("");
    try {
      await work();
    } catch (error) {
      say(error.message, { problem: true });
      await show(path).catch(() => {});
    } finally {
      busy = false;
    }
  };

  const open = (href, focus) => {
    const url = new URL(href, location.href);
    return guarded(() => show(url.pathname.slice(root.length) + url.search, { focus }));
  };

  // Send a change, then show the week that it leads to, the moved post in focus.
  const change = (action, fields) =>
    guarded(async () => {
      const answer = await send(action, fields);
      const number = fields instanceof FormData ? fields.get("number") : fields.number;
      await show(answer.path, { focus: number ? `#p${number} .cell` : ".done button" });
    });

  addEventListener("popstate", () => {
    path = location.pathname.slice(root.length) + location.search;
    show(path, { push: false }).catch((error) => say(error.message, { problem: true }));
  });

  // Others' changes are shown when nobody would be interrupted by it: no press, no typing, nothing on its way.
  // What has the keyboard keeps it.
  let soon;
  const later = () => busy || pressed || digits || calendar.querySelector("input:focus");
  const focused = () => {
    const here = document.activeElement, place = here.closest("#calendar .place[id]");
    if (here.matches('#calendar [name="to"]')) return `[name="to"][value="${here.value}"]`;
    return place ? `#${place.id} .cell` : "";
  };
  const refresh = () => {
    clearTimeout(soon);
    soon = setTimeout(async () => {
      if (later()) return refresh();
      await show(path, { focus: focused, unless: later }).catch(() => {});
      if (later()) refresh();
    }, 400);
  };
  onChange(refresh);

  // --- links and forms

  calendar.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-choose], a[data-week], a[data-cancel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (dragged) return;
    const back = link.matches("[data-cancel]") ? chosenCell() : "";
    open(link.href, link.matches("[data-choose]") ? ".target" : back || `[data-week="${link.dataset.week}"]`);
  });

  calendar.addEventListener("submit", (event) => {
    const button = event.submitter;
    event.preventDefault();
    if (dragged) return;
    if (button && button.dataset.confirm && !confirm(button.dataset.confirm)) return;
    const fields = new FormData(event.target);
    if (button && button.name) fields.set(button.name, button.value);
    change(new URL(event.target.action).pathname.slice(root.length), fields);
  });

  const chosenCell = () => {
    const chosen = document.getElementById("chosen");
    return chosen ? `#p${chosen.dataset.number} .cell` : "";
  };

  // --- keys: arrows over the week, the number of a place, Escape

  const cells = () => [...calendar.querySelectorAll(".week [data-cell]")];
  const walk = (days, places) => {
    const all = cells();
    const here = all.indexOf(document.activeElement);
    if (here < 0) return void (all[0] && all[0].focus());
    if (places) return void (all[here + places] && all[here + places].focus());
    const columns = [...calendar.querySelectorAll(".day")];
    const column = columns.indexOf(all[here].closest(".day"));
    const row = [...columns[column].querySelectorAll("[data-cell]")].indexOf(all[here]);
    for (let next = column + days; columns[next]; next += days) {
      const inDay = columns[next].querySelectorAll("[data-cell]");
      if (inDay.length) return void inDay[Math.min(row, inDay.length - 1)].focus();
    }
  };

  let forget;
  const digit = (event) => {
    clearTimeout(forget);
    forget = setTimeout(() => (digits = ""), 1200);
    digits += event.key;
    const target = calendar.querySelector(`[data-number-key="${digits}"]`);
    if (target) target.focus();
    else document.activeElement.blur(); // Enter after a number that there is not must choose nothing
  };

  const press = (selector) => {
    const found = calendar.querySelector(selector);
    if (found) found.click();
  };

  const hold = () => {
    const button = calendar.querySelector('#chosen button[value="hold"]');
    if (button) return void button.click();
    const place = document.activeElement.closest(".week .place[data-number]");
    if (place && changing) change("/calendar/change", { ...fieldsOf(place), to: "hold" });
  };

  const keys = {
    ArrowLeft: () => walk(-1, 0),
    ArrowRight: () => walk(1, 0),
    ArrowUp: () => walk(0, -1),
    ArrowDown: () => walk(0, 1),
    Escape: () => (drag ? drop(null) : press("[data-cancel]")),
    h: hold,
    u: () => press("[data-undo]"),
    n: () => press('[data-week="later"]'),
    p: () => press('[data-week="sooner"]'),
    t: () => press('[data-week="today"]'),
  };
  for (const one of "0123456789") keys[one] = digit;
  onKeys(keys);

  // --- dragging, by mouse at once and by finger after holding it still

  const fieldsOf = (place) => ({
    number: place.dataset.number,
    version: place.dataset.version,
    day: new URLSearchParams(path.split("?")[1] || "").get("day") || "",
    channel: new URLSearchParams(path.split("?")[1] || "").get("channel") || "first",
  });
  let pressed = false;
  let drag = null;
  let dragged = false;
  const HELD_MS = 350;

  const begin = (place, event) => {
    const ghost = place.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.classList.add("ghost");
    ghost.style.setProperty("--width", `${place.offsetWidth}px`);
    document.body.append(ghost);
    place.classList.add("lifted");
    drag = { place, ghost, over: null };
    dragged = true;
    follow(event);
  };

  const follow = (event) => {
    drag.ghost.style.setProperty("--x", `${event.clientX}px`);
    drag.ghost.style.setProperty("--y", `${event.clientY}px`);
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const over = under && under.closest("#calendar [data-to]");
    const wanted = over === drag.place || (over && over.dataset.to === "hold" && drag.place.closest(".held")) ? null : over;
    if (wanted === drag.over) return;
    if (drag.over) drag.over.classList.remove("over");
    if (wanted) wanted.classList.add("over");
    drag.over = wanted;
  };

  const drop = (target) => {
    const { place, ghost, over } = drag;
    ghost.remove();
    place.classList.remove("lifted");
    if (over) over.classList.remove("over");
    drag = null;
    setTimeout(() => (dragged = false), 50); // the click that ends a drag chooses nothing
    if (target) change("/calendar/change", { ...fieldsOf(place), to: target.dataset.to });
  };

  if (changing)
    calendar.addEventListener("pointerdown", (event) => {
      const place = event.target.closest(".place[data-number]");
      if (!place || event.button !== 0 || busy || drag) return;
      pressed = true;
      const from = { x: event.clientX, y: event.clientY };
      const finger = event.pointerType === "touch";
      const held = finger && setTimeout(() => begin(place, event), HELD_MS);
      const moved = (now) => {
        if (now.pointerId !== event.pointerId) return;
        if (drag) return void follow(now);
        const far = Math.hypot(now.clientX - from.x, now.clientY - from.y) > 6;
        if (far && finger) end(now);
        else if (far) begin(place, now);
      };
      const end = (now) => {
        clearTimeout(held);
        pressed = false;
        for (const [name, act] of heard) removeEventListener(name, act, { passive: false });
        if (drag) drop(now.type === "pointerup" ? drag.over : null);
      };
      const still = (now) => drag && now.cancelable && now.preventDefault(); // the page does not scroll under a finger that drags
      const heard = [
        ["pointermove", moved],
        ["pointerup", end],
        ["pointercancel", end],
        ["touchmove", still],
        ["contextmenu", still],
      ];
      for (const [name, act] of heard) addEventListener(name, act, { passive: false });
    });
})();
