// Search as you type: on a server by names, words and meaning; on a site of files by names and words alone.

const form = document.querySelector("[data-search]");
const input = form.querySelector("input");
const found = document.querySelector("#found");
const all = document.querySelector("#all");
const address = form.dataset.search;
let asking = null;
let timer = 0;

const show = (query) => {
  if (all) all.hidden = Boolean(query);
  if (!query) found.replaceChildren();
};

const ask = async (query) => {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(`${address}?part&q=${encodeURIComponent(query)}`, { signal: mine.signal });
    if (!answer.ok) return;
    const html = await answer.text();
    if (mine !== asking) return;
    found.innerHTML = html;
    show(query);
  } catch (error) {
    if (error.name !== "AbortError") show("");
  }
};

let rows = null;
const plain = (text) => text.toLowerCase().replaceAll("ё", "е");

const look = async (query) => {
  rows ??= (await (await fetch(address)).json()).map((row) => [...row, plain(row[4]), plain(row[1])]);
  const words = plain(query).split(/\s+/).filter(Boolean);
  const scored = [];
  for (const row of rows) {
    if (!words.every((word) => row[5].includes(word))) continue;
    scored.push([row[6].startsWith(words[0]) ? 0 : row[6].includes(words[0]) ? 1 : 2, row[1].length, row]);
  }
  scored.sort((one, two) => one[0] - two[0] || one[1] - two[1]);
  const list = document.createElement("ul");
  list.className = "entries";
  for (const [, , row] of scored.slice(0, 20)) {
    const link = document.createElement("a");
    link.href = row[0];
    for (const [name, text] of [["name", row[1]], ["first", row[3]]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      link.append(part);
    }
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  found.replaceChildren(list);
  show(query);
};

input.addEventListener("input", () => {
  clearTimeout(timer);
  const query = input.value.trim();
  if (!query) {
    asking?.abort();
    show("");
    return;
  }
  timer = setTimeout(() => ("names" in form.dataset ? look(query) : ask(query)), 120);
});
if ("names" in form.dataset) form.addEventListener("submit", (event) => event.preventDefault());
if (input.value && !found.childElementCount) input.dispatchEvent(new Event("input"));
