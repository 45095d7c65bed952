// Pages over many entries: checks as they go on, which changes are wanted, groups put aside, a meme dropped to be tried.
"use strict";
(() => {
  const { send, get, say } = window.memebotConsole;
  const failed = (error) => say(error.message, { problem: true });

  const progress = document.querySelector("[data-unchecked]");
  if (progress) {
    const all = Number(progress.dataset.unchecked), bar = progress.querySelector("progress");
    (async () => {
      for (let left = all; left > 0; bar.value = all - left) left = (await get("/entries/check")).left;
      location.reload();
    })().catch(failed);
  }

  const replace = document.getElementById("replace-form");
  if (replace) {
    const boxes = [...replace.querySelectorAll("[data-hit]")];
    const rest = replace.elements.entries.value.trim().split(/\s+/).filter((one) => !boxes.some((box) => box.dataset.hit === one));
    replace.addEventListener("change", () => {
      const wanted = boxes.filter((box) => box.checked).map((box) => box.dataset.hit);
      replace.elements.entries.value = [...wanted, ...rest].join(" ");
    });
  }

  for (const hide of document.querySelectorAll("[data-hide]")) {
    const card = hide.closest("[data-group]"), label = hide.textContent;
    hide.addEventListener("click", async (event) => {
      event.preventDefault();
      const back = card.classList.contains("gone");
      try {
        await send(`/entries/wall/${card.dataset.group}/hide`, back ? { show: 1 } : {});
        card.classList.toggle("gone", !back);
        hide.textContent = back ? label : hide.dataset.back;
      } catch (error) {
        failed(error);
      }
    });
  }

  const other = document.querySelector("[data-names]");
  if (other)
    other.addEventListener("focus", async () => {
      const list = document.createElement("datalist");
      list.id = "names";
      for (const [id, kind, title] of await get("/entries/names").catch(() => []))
        if (kind === other.dataset.names && id !== other.dataset.but) list.append(new Option(title, id));
      other.after(list);
      other.setAttribute("list", "names");
    }, { once: true });

  const trial = document.getElementById("try-form");
  if (trial) {
    const trying = document.getElementById("trying"), tried = document.getElementById("tried");
    const run = async (file) => {
      if (!file) return;
      say("");
      trying.textContent = trying.dataset.busy;
      try {
        tried.innerHTML = (await send("/entries/try", formWith(file))).html;
      } catch (error) {
        failed(error);
      }
      trying.textContent = "";
    };
    const formWith = (file) => {
      const form = new FormData(trial);
      form.set("picture", file);
      return form;
    };
    let last = null;
    const take = (file) => {
      last = file || last;
      run(last);
    };
    trial.addEventListener("submit", (event) => {
      event.preventDefault();
      take(trial.elements.picture.files[0]);
    });
    trial.elements.picture.addEventListener("change", () => take(trial.elements.picture.files[0]));
    trial.elements.draft.addEventListener("change", () => last && run(last));
    document.addEventListener("paste", (event) => event.clipboardData.files[0] && take(event.clipboardData.files[0]));
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      trial.classList.add("over");
    });
    document.addEventListener("dragleave", () => trial.classList.remove("over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      trial.classList.remove("over");
      take(event.dataTransfer.files[0]);
    });
  }
})();
