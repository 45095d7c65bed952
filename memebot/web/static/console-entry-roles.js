// The roles of a format as boxes on its first picture: dragged, or typed as numbers. The hidden text area is what is sent.
"use strict";
(() => {
  const area = document.querySelector("textarea[data-roles]"), host = document.querySelector(".role-desk");
  if (!area || !host) return;
  const SVG = "http://www.w3.org/2000/svg";
  const labels = host.dataset.names.split(",");
  const parse = (line) => {
    const [id = "", box = "", ru = "", ...en] = line.split("|").map((one) => one.trim());
    const numbers = box.split(/[\s,;]+/).map(Number);
    return { id, box: numbers.length === 4 && numbers.every(Number.isFinite) ? numbers : [0, 0, 0, 0], ru, en: en.join(" | ") };
  };
  const bar = (text) => text.replaceAll("|", "/").trim();
  const line = (role) => `${bar(role.id)} | ${role.box.map((n) => +n.toFixed(3)).join(" ")} | ${bar(role.ru)} | ${role.en.trim()}`;
  let roles = area.value.split("\n").filter((one) => one.trim()).map(parse), chosen = 0;

  const rows = document.createElement("div"), hint = document.createElement("p"), add = document.createElement("button");
  hint.className = "quiet hint";
  hint.textContent = host.dataset.stage ? host.dataset.draw : host.dataset.none;
  add.type = "button";
  add.textContent = host.dataset.add;
  add.addEventListener("click", () => {
    roles.push(blank());
    chosen = roles.length - 1;
    draw();
    put();
    rows.lastChild.querySelector("input").focus();
  });
  const blank = () => ({ id: `role-${roles.length + 1}`, box: [0, 0, 0, 0], ru: "", en: "" });

  const svg = document.createElementNS(SVG, "svg");
  if (host.dataset.stage) {
    const stage = document.createElement("div"), picture = new Image();
    stage.className = "stage";
    picture.src = host.dataset.stage;
    picture.alt = "";
    picture.draggable = false;
    svg.setAttribute("viewBox", "0 0 1 1");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    stage.append(picture, svg);
    host.append(stage);
    let from = null;
    const place = (event) => {
      const { left, top, width, height } = svg.getBoundingClientRect();
      return [(event.clientX - left) / width, (event.clientY - top) / height].map((n) => Math.min(1, Math.max(0, n)));
    };
    stage.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      if (!roles.length) roles.push(blank());
      from = place(event);
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = place(event);
      const box = [...from.map((n, i) => Math.min(n, to[i])), ...from.map((n, i) => Math.max(n, to[i]))];
      if (box[2] - box[0] < 0.005 || box[3] - box[1] < 0.005) return;
      roles[chosen].box = box.map((n) => Math.round(n * 1000) / 1000);
      draw();
    });
    const end = () => {
      if (from) put();
      from = null;
    };
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  }
  host.append(hint, rows, add);
  area.hidden = true;

  const put = () => {
    area.value = roles.map(line).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const drawBoxes = () =>
    svg.replaceChildren(
      ...roles.map((role, number) => {
        const rect = document.createElementNS(SVG, "rect");
        const [left, top, right, bottom] = role.box;
        const sides = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
        for (const [name, value] of Object.entries(sides)) rect.setAttribute(name, value);
        if (number === chosen) rect.classList.add("chosen");
        return rect;
      }),
    );
  const choose = (number) => {
    chosen = number;
    [...rows.children].forEach((row, other) => row.classList.toggle("chosen", other === number));
    drawBoxes();
  };
  const field = (label, value, change, number) => {
    const input = document.createElement("input");
    input.setAttribute("aria-label", label);
    input.placeholder = label;
    input.value = value;
    if (number) Object.assign(input, { type: "number", min: 0, max: 1, step: 0.01 });
    else Object.assign(input, { type: "text", dir: "auto", className: "word" });
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      change(input.value);
      drawBoxes();
      put();
    });
    return input;
  };
  const drawRow = (role, number) => {
    const row = document.createElement("div"), remove = document.createElement("button");
    row.className = "role-row";
    row.addEventListener("focusin", () => choose(number));
    row.addEventListener("pointerdown", () => choose(number));
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${host.dataset.remove} ${role.id}`);
    remove.addEventListener("click", () => {
      roles = roles.filter((one) => one !== role);
      chosen = Math.max(0, Math.min(chosen, roles.length - 1));
      draw();
      put();
      add.focus();
    });
    row.append(
      field(labels[0], role.id, (text) => (role.id = text)),
      ...[0, 1, 2, 3].map((side) => field(labels[side + 1], +role.box[side].toFixed(3), (text) => (role.box[side] = Number(text) || 0), true)),
      field(labels[5], role.ru, (text) => (role.ru = text)),
      field(labels[6], role.en, (text) => (role.en = text)),
      remove,
    );
    return row;
  };
  const draw = () => {
    rows.replaceChildren(...roles.map(drawRow));
    choose(chosen);
  };
  draw();
})();
