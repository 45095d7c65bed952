// One experiment: its controls, what it shows, and the sentence about it.

const stage = document.querySelector("[data-stage]");
const form = stage.querySelector("[data-controls]");
const texts = stage.dataset;
const part = (name) => stage.querySelector(`[data-${name}]`);
const image = part("frame-shown");
const waiting = part("waiting");
const sentence = part("sentence");
const slider = part("step");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

// --- what is shown

let frames = [];
let pause = 100;
let at = 0;
let timer = 0;

const show = (number) => {
  at = Math.max(0, Math.min(frames.length - 1, number));
  image.src = frames[at];
  image.alt = sentence.textContent;
  slider.value = at + 1;
  slider.setAttribute("aria-valuetext", `${texts.frame} ${at + 1} / ${frames.length}`);
  part("place").textContent = `${at + 1} / ${frames.length}`;
};

const stop = () => {
  clearTimeout(timer);
  timer = 0;
  part("play").setAttribute("aria-pressed", "false");
};

const tick = () => {
  if (at >= frames.length - 1) return stop();
  show(at + 1);
  timer = setTimeout(tick, pause);
};

const start = () => {
  if (at >= frames.length - 1) show(0);
  part("play").setAttribute("aria-pressed", "true");
  timer = setTimeout(tick, pause);
};

part("play").addEventListener("click", () => (timer ? stop() : start()));
part("back").addEventListener("click", () => (stop(), show(at - 1)));
part("forward").addEventListener("click", () => (stop(), show(at + 1)));
slider.addEventListener("input", () => (stop(), show(slider.value - 1)));

const refuse = (text) => {
  sentence.textContent = text;
  sentence.classList.add("refused");
};

// --- what is asked

let seed = 0;
let asking = null;
const drawings = new Map();
const shots = new Map();

const filled = () => {
  const body = new FormData();
  for (const [name, value] of new FormData(form)) body.append(name, value);
  for (const [name, strokes] of drawings) if (strokes.length) body.append(name, JSON.stringify(strokes));
  for (const [name, files] of shots) for (const file of files) body.append(name, file, "shot");
  body.append("-seed", seed);
  return body;
};

const run = async () => {
  asking?.abort();
  const mine = (asking = new AbortController());
  waiting.hidden = false;
  stage.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(texts.run, { method: "POST", body: filled(), signal: mine.signal });
    const given = await answer.json();
    if (mine !== asking) return;
    if (!answer.ok) {
      refuse(given.problem);
      return;
    }
    stop();
    sentence.classList.remove("refused");
    sentence.textContent = given.sentence;
    [frames, pause] = [given.frames.map((number) => given.pictures[number]), given.milliseconds];
    [image.width, image.height] = given.size;
    image.hidden = false;
    slider.max = frames.length;
    part("player").hidden = frames.length < 2;
    show(calm ? frames.length - 1 : 0);
    if (!calm && frames.length > 1) start();
  } catch (error) {
    if (mine === asking && error.name !== "AbortError") refuse(texts.away);
  } finally {
    if (mine === asking) {
      waiting.hidden = true;
      stage.removeAttribute("aria-busy");
    }
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
part("again").addEventListener("click", () => {
  seed = Math.floor(Math.random() * 1e6);
  run();
});
for (const control of form.querySelectorAll("[data-live]")) {
  const shown = control.parentElement.querySelector("output");
  if (shown) control.addEventListener("input", () => (shown.value = control.value));
  control.addEventListener("change", run);
}

// --- drawing

for (const box of form.querySelectorAll("[data-drawing]")) {
  const canvas = box.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const strokes = [];
  let stroke = null;
  let later = 0;
  drawings.set(box.dataset.drawing, strokes);
  const place = (event) => {
    const edge = canvas.getBoundingClientRect();
    const inside = (value) => Math.round(Math.max(0, Math.min(1, value)) * 1e4) / 1e4;
    return [inside((event.clientX - edge.left) / edge.width), inside((event.clientY - edge.top) / edge.height)];
  };
  const paint = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = canvas.width * 0.045;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1d2228";
    for (const line of strokes) {
      pen.beginPath();
      pen.moveTo(line[0][0] * canvas.width, line[0][1] * canvas.height);
      for (const [x, y] of line) pen.lineTo(x * canvas.width, y * canvas.height);
      pen.stroke();
    }
  };
  const drawn = () => {
    clearTimeout(later);
    later = setTimeout(run, 500);
  };
  canvas.addEventListener("pointerdown", (event) => {
    clearTimeout(later);
    canvas.setPointerCapture(event.pointerId);
    strokes.push((stroke = [place(event)]));
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || stroke.length > 800) return;
    stroke.push(place(event));
    paint();
  });
  const end = () => {
    if (stroke) drawn();
    stroke = null;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  box.querySelector("[data-clear]").addEventListener("click", () => {
    strokes.length = 0;
    paint();
    run();
  });
  // with keys: arrows move the pen, with Shift they draw
  let tip = [0.5, 0.5];
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const before = tip;
    tip = tip.map((value, axis) => Math.max(0.02, Math.min(0.98, value + step[axis] * 0.04)));
    if (event.shiftKey) {
      const last = strokes.at(-1);
      if (last && last.at(-1) === before) last.push(tip);
      else strokes.push([before, tip]);
      drawn();
    }
    paint();
    pen.beginPath();
    pen.arc(tip[0] * canvas.width, tip[1] * canvas.height, 9, 0, 7);
    pen.fillStyle = "#0c6b5e";
    pen.fill();
  });
}

// --- pictures, picked or from the camera

for (const box of form.querySelectorAll("[data-shot]")) {
  const input = box.querySelector("input");
  const list = box.querySelector("[data-shots]");
  const clear = box.querySelector("[data-clear]");
  const most = Number(box.dataset.many);
  const files = [];
  shots.set(box.dataset.shot, files);
  const add = (some) => {
    for (const file of some) {
      if (file.size > texts.most * 1e6) {
        refuse(texts.tooLarge);
        continue;
      }
      if (most < 2) files.length = 0;
      if (files.length < Math.max(1, most)) files.push(file);
    }
    for (const shown of list.querySelectorAll("img")) URL.revokeObjectURL(shown.src);
    list.replaceChildren(
      ...files.map((file) => {
        const item = document.createElement("li");
        const shown = document.createElement("img");
        shown.src = URL.createObjectURL(file);
        shown.alt = "";
        item.append(shown);
        return item;
      }),
    );
    clear.hidden = !files.length;
    run();
  };
  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  clear.addEventListener("click", () => {
    files.length = 0;
    add([]);
  });

  const button = box.querySelector("[data-camera]");
  const viewer = box.querySelector("[data-viewer]");
  const video = viewer.querySelector("video");
  const take = viewer.querySelector("[data-take]");
  const close = () => {
    take.disabled = true; // before a frame has come there is nothing to take
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    viewer.hidden = true;
  };
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  button.addEventListener("click", async () => {
    close();
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      viewer.hidden = false;
      await video.play();
      take.disabled = false;
    } catch (error) {
      close();
      if (error.name !== "AbortError") refuse(texts.noCamera); // aborted: it was closed before it showed anything
    }
  });
  viewer.querySelector("[data-stop]").addEventListener("click", close);
  take.addEventListener("click", () => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    const shot = document.createElement("canvas");
    shot.width = shot.height = Math.min(512, side);
    const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    shot.getContext("2d").drawImage(video, x, y, side, side, 0, 0, shot.width, shot.height);
    shot.toBlob((blob) => blob && add([blob]), "image/jpeg", 0.9);
    if (most < 2) close();
  });
}

run();
