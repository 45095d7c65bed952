// A meme is dropped, pasted or picked; the answer comes into the page. Without this script the form sends it.

const form = document.querySelector("[data-explain]");
const input = form.querySelector("input[type=file]");
const place = document.querySelector("#answer");
const texts = form.dataset;
let asking = null;

form.classList.add("scripted");

const put = (html) => {
  place.innerHTML = html;
};

const say = (text, kind) => {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = text;
  if (kind === "refusal") line.setAttribute("role", "alert");
  place.replaceChildren(line);
};

const show = async (request) => {
  asking?.abort();
  const mine = (asking = new AbortController());
  place.setAttribute("aria-busy", "true");
  say(texts.looking, "looking");
  place.scrollIntoView({ block: "nearest" });
  try {
    const answer = await fetch(request, { signal: mine.signal });
    const html = await answer.text();
    if (mine !== asking) return;
    put(html);
    place.scrollIntoView({ block: "start" });
    place.focus({ preventScroll: true });
  } catch (error) {
    if (mine === asking && error.name !== "AbortError") say(texts.away, "refusal");
  } finally {
    if (mine === asking) place.removeAttribute("aria-busy");
  }
};

const explain = (file) => {
  if (!file) return;
  if (file.size > texts.most * 1e6) {
    say(texts.tooLarge, "refusal");
    return;
  }
  const body = new FormData();
  body.append("picture", file);
  show(new Request(`${form.action}?part`, { method: "POST", body }));
};

input.addEventListener("change", () => {
  explain(input.files[0]);
  input.value = "";
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  input.click();
});

const held = (data) => [...(data?.items ?? [])].some((item) => item.kind === "file");
let inside = 0;
addEventListener("dragenter", (event) => {
  if (held(event.dataTransfer)) form.classList.toggle("over", ++inside > 0);
});
addEventListener("dragleave", (event) => {
  if (held(event.dataTransfer)) form.classList.toggle("over", --inside > 0);
});
addEventListener("dragover", (event) => {
  if (held(event.dataTransfer)) event.preventDefault();
});
addEventListener("drop", (event) => {
  inside = 0;
  form.classList.remove("over");
  if (!held(event.dataTransfer)) return;
  event.preventDefault();
  explain(event.dataTransfer.files[0]);
});
addEventListener("paste", (event) => {
  const file = event.clipboardData?.files[0];
  if (file) {
    event.preventDefault();
    explain(file);
  }
});

for (const link of document.querySelectorAll("[data-example]"))
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(new Request(`${link.href}?part`));
  });
