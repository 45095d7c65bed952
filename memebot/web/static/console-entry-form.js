// The form of an entry: lists as chips, findings and preview while one types, a draft that is kept, saving.
"use strict";
(() => {
  const { send, get, say } = window.memebotConsole;
  const form = document.getElementById("entry-form"), pictures = document.getElementById("picture-form");
  const side = document.getElementById("side"), net = document.getElementById("net");
  const saving = document.getElementById("saving"), words = saving.dataset;
  const LOOK_MS = 250, KEEP_MS = 2500, AGAIN_MS = 30000;

  // --- lists as chips: the hidden text area stays what is sent, an item a line

  const commits = [];
  let names = null;
  const loadNames = async () => {
    if (names) return;
    names = [];
    try {
      names = await get("/entries/names");
    } catch {
      names = null;
      return;
    }
    for (const kind of ["format", "concept"]) {
      const list = document.createElement("datalist");
      list.id = `names-${kind}`;
      for (const [id, of, title] of names) if (of === kind) list.append(new Option(title, id));
      form.append(list);
    }
  };

  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  const chips = (area) => {
    const links = area.dataset.chips !== "lines", id = area.id, list = document.createElement("ul");
    const input = document.createElement("input");
    list.className = "item-chips";
    input.type = "text";
    input.autocomplete = "off";
    input.dir = "auto";
    input.lang = area.lang;
    input.placeholder = area.dataset.add;
    input.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
    if (links) input.setAttribute("list", `names-${area.dataset.chips}`);
    area.id = `${id}-text`;
    input.id = id;
    area.hidden = true;
    area.before(list, input);
    const cut = links ? /[\s,;]+/ : /\n/;
    const items = () => area.value.split("\n").map((one) => one.trim()).filter(Boolean);
    const put = (all) => {
      area.value = [...new Set(all)].join("\n");
      draw();
      changed();
    };
    const add = (text) => {
      const more = text.split(cut).map((one) => one.trim()).filter(Boolean);
      if (more.length) put([...items(), ...more]);
      return more.length > 0;
    };
    const commit = () => {
      if (add(input.value)) input.value = "";
    };
    const edit = (item, place) => {
      const field = document.createElement("input");
      field.type = "text";
      field.value = list.children[place].textContent = item;
      field.dir = "auto";
      let done = false;
      const end = (keep) => {
        if (done) return;
        done = true;
        const all = items();
        if (keep && field.value.trim() !== item) {
          all[place] = field.value.trim();
          put(all.filter(Boolean));
        } else draw();
      };
      field.addEventListener("keydown", (event) => {
        if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        end(event.key === "Enter");
        (list.children[place]?.firstChild || input).focus();
      });
      field.addEventListener("blur", () => end(true));
      list.children[place].replaceChildren(field);
      field.focus();
    };
    const draw = () => {
      list.replaceChildren(
        ...items().map((item, place) => {
          const row = document.createElement("li");
          const text = button(item, "", () => edit(item, place));
          text.dir = "auto";
          text.title = area.dataset.change;
          const remove = () => {
            put(items().filter((_, other) => other !== place));
            (list.children[Math.min(place, list.children.length - 1)]?.lastChild || input).focus();
          };
          row.append(text, button("×", `${area.dataset.remove} ${item}`, remove));
          return row;
        }),
      );
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        commit();
      } else if (event.key === "Backspace" && !input.value && list.lastChild) {
        event.preventDefault();
        list.lastChild.lastChild.focus();
      }
    });
    input.addEventListener("blur", commit);
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!cut.test(text.trim())) return;
      event.preventDefault();
      add(text);
    });
    if (links) input.addEventListener("focus", loadNames, { once: true });
    commits.push(commit);
    draw();
  };
  form.querySelectorAll("textarea[data-chips]").forEach(chips);

  // --- what the server says about it: one request after the other, the newest counts

  let chain = Promise.resolve(), dirty = false, looking = 0, keeping = 0, leaving = false;
  const inTurn = (work) => {
    const turn = chain.then(work);
    chain = turn.catch(() => {});
    return turn;
  };
  const data = () => new FormData(form);

  const take = (state) => {
    for (const one of [form, pictures])
      for (const name of ["draft", "kept_at", "seen", "entry"]) one.elements[name].value = state[name];
    document.getElementById("discard").hidden = !state.draft;
    const open = new Map([...side.querySelectorAll("details")].map((one) => [one.dataset.key, one.open]));
    side.innerHTML = state.side;
    for (const one of side.querySelectorAll("details")) if (open.has(one.dataset.key)) one.open = open.get(one.dataset.key);
    mark(state.problems);
  };

  const count = document.getElementById("count");
  const mark = (problems) => {
    const errors = problems.filter((one) => one.error).length;
    count.textContent = `${count.dataset.problems}: ${problems.length || "✓"}`;
    count.classList.toggle("error", errors > 0);
    for (const one of form.querySelectorAll(".says")) one.replaceChildren();
    for (const one of form.querySelectorAll(".wrong")) one.classList.remove("wrong");
    for (const { field, said, error } of problems) {
      const id = `f-${field.replaceAll(".", "-")}`, place = document.getElementById(`${id}-says`);
      if (!place) continue;
      const line = document.createElement("span");
      line.className = error ? "error" : "warning";
      line.dir = "auto";
      line.textContent = `${said} `;
      place.append(line);
      if (error) document.getElementById(id)?.classList.add("wrong");
    }
  };

  const look = () => inTurn(async () => {
    if (leaving) return;
    take(await send("/entries/form/look", data()));
  }).catch((error) => say(error.message, { problem: true }));

  const keep = () => inTurn(async () => {
    if (leaving || !dirty) return;
    const sent = [...data()].join("\n");
    take(await send("/entries/form/keep", data()));
    if ([...data()].filter(([name]) => name !== "kept_at" && name !== "draft" && name !== "entry").join("\n") ===
        sent.split("\n").filter((line) => !/^(kept_at|draft|entry),/.test(line)).join("\n")) dirty = false;
    saving.textContent = words.kept;
  }).catch((error) => say(error.message, { problem: true }));

  const changed = () => {
    dirty = true;
    saving.textContent = words.changed;
    net.replaceChildren();
    clearTimeout(looking);
    clearTimeout(keeping);
    looking = setTimeout(look, LOOK_MS);
    keeping = setTimeout(keep, KEEP_MS);
  };
  form.addEventListener("input", (event) => {
    if (event.target.name && event.target.name !== "comment" && !event.target.form?.hidden) changed();
  });

  // --- what its buttons do

  const go = (location_) => {
    leaving = true;
    dirty = false;
    const there = new URL(location_, location.href);
    if (there.pathname === location.pathname) {
      location.hash = there.hash;
      location.reload();
    } else location.assign(there.href);
  };

  const act = (path, fields, busy) => {
    clearTimeout(looking);
    clearTimeout(keeping);
    saving.textContent = busy ? words.busy : "";
    net.replaceChildren(...(busy ? [document.createElement("progress")] : []));
    const buttons = [...form.querySelectorAll(".savebar button")];
    for (const one of buttons) one.disabled = true;
    return inTurn(async () => {
      const sent = fields();
      const state = await send(path, sent);
      if (state.side) {
        take(state);
        dirty = false;
      }
      net.innerHTML = state.net || "";
      if (state.state === "done") return go(state.location);
      if (state.state === "invalid") {
        say(state.said, { problem: true });
        form.querySelector(".wrong")?.focus();
      }
      if (state.state === "ask") {
        const anyway = button(words.anyway, "", () => save(true));
        anyway.className = "danger";
        net.append(anyway);
        anyway.focus();
      }
    })
      .catch((error) => {
        net.replaceChildren();
        say(error.message, { problem: true });
      })
      .finally(() => {
        for (const one of buttons) one.disabled = false;
        saving.textContent = dirty ? words.changed : form.elements.draft.value ? words.kept : "";
      });
  };

  const save = (sure) => {
    commits.forEach((commit) => commit());
    const fields = () => {
      const all = data();
      if (sure) all.set("sure", "1");
      return all;
    };
    return act("/entries/form/save", fields, true);
  };

  const paths = { "try-change": "/entries/form/try", keep: "/entries/form/keep", discard: "/entries/form/discard" };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pressed = event.submitter;
    if (!pressed || pressed.id === "default") return;
    if (pressed.name === "place") {
      const fields = () => {
        const all = data();
        all.set("place", pressed.value);
        return all;
      };
      act("/entries/form/picture/remove", fields, false);
    } else if (pressed.id === "save") save(false);
    else if (!pressed.dataset.sure || confirm(pressed.dataset.sure)) act(paths[pressed.id], data, pressed.id === "try-change");
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.code === "KeyS") {
      event.preventDefault();
      save(false);
    }
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });

  // --- pictures: chosen, pasted or dropped anywhere

  const addPicture = (file) => {
    if (!file) return;
    const fields = () => {
      const all = data();
      all.set("picture", file);
      all.set("licence", document.getElementById("licence").value);
      return all;
    };
    act("/entries/form/picture", fields, true);
  };
  pictures.addEventListener("submit", (event) => {
    event.preventDefault();
    addPicture(document.getElementById("picture").files[0]);
  });
  document.addEventListener("paste", (event) => addPicture(event.clipboardData.files[0]));
  const drop = document.getElementById("drop-exemplar");
  document.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    addPicture(event.dataTransfer.files[0]);
  });

  look();
  setInterval(() => document.hidden || look(), AGAIN_MS); // somebody else may have saved
})();
