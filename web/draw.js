// Draw a digit: the reader draws, three models answer while the pen moves.
/* global SAMPLES, MODELS, Pad, asImages, lenet5, oneLayer, GaussianNaiveBayes, unpack, unpackAll, softmax,
   element, percent, argmax, Announcer, onThemeChange, paintMaps, paintDigit, mount, generator */

// What LeNet-5 shows: after which of its layers, and how the maps are arranged.
const SHOWN = [
  { layer: 0, name: "Convolution 1", height: 28, width: 28, channels: 6, columns: 3 },
  { layer: 2, name: "Max pooling 1 and ReLU", height: 14, width: 14, channels: 6, columns: 3 },
  { layer: 3, name: "Convolution 2", height: 10, width: 10, channels: 16, columns: 4 },
  { layer: 5, name: "Max pooling 2 and ReLU", height: 5, width: 5, channels: 16, columns: 4 },
  { layer: 8, name: "Dense 1 and ReLU", height: 6, width: 20, units: 120 },
  { layer: 10, name: "Dense 2 and ReLU", height: 4, width: 21, units: 84 },
];

/** The three models, each as a function from an image (784 numbers, 0 to 255) to ten probabilities. */
function loadModels() {
  const random = generator(0); // the first weights, which are replaced at once
  const bayes = new GaussianNaiveBayes(unpackAll(MODELS.gnb));
  const single = oneLayer(random).load(unpackAll(MODELS.nn1l));
  const lenet = lenet5(random).load(unpackAll(MODELS.lenet5));
  const models = [
    { name: "Naive Bayes", answer: (image) => bayes.probabilities(Float64Array.from(image, (v) => v / 255)) },
    { name: "One layer", answer: (image) => single.probabilities(flat(asImages(image))) },
    { name: "LeNet-5", answer: (image) => answerAndKeep(models[2], lenet, image) },
  ];
  return models;
}

function flat(x) {
  x.shape = [x.length / 784, 784];
  return x;
}

/** LeNet-5 keeps the outputs of its layers, so that they can be shown, and the time that it took. */
function answerAndKeep(model, network, image) {
  const start = performance.now();
  model.outputs = network.forwardAll(asImages(image));
  const p = softmax(model.outputs.at(-1));
  model.times = [...(model.times ?? []), performance.now() - start].slice(-25);
  return p;
}

/** The table of ten probabilities for each model, with a bar in every cell. */
class Answers {
  constructor(models) {
    this.cells = [];
    const head = element("tr", {}, element("th", { scope: "col" }, "Digit"),
      ...models.map((model) => element("th", { scope: "col" }, model.name)));
    const rows = Array.from({ length: 10 }, (_, digit) => {
      const cell = () => element("td", {}, element("span", { class: "iv-bar" }), element("span"));
      const cells = models.map(cell);
      this.cells.push(cells);
      return element("tr", {}, element("th", { scope: "row" }, String(digit)), ...cells);
    });
    this.node = element("table", { class: "iv-answers" },
      element("caption", {}, "How probable each digit is, by three models"),
      element("thead", {}, head), element("tbody", {}, ...rows));
  }

  show(answers) {
    this.cells.forEach((cells, digit) => cells.forEach((cell, model) => {
      const p = answers?.[model][digit] ?? 0;
      const best = answers && argmax(answers[model]) === digit;
      cell.classList.toggle("is-best", Boolean(best));
      cell.firstChild.style.inlineSize = `${100 * p}%`;
      cell.lastChild.textContent = answers ? percent(p) : "–";
    }));
  }
}

/** What the networks see: 28 x 28 pixels, the box of 20 x 20, the center of mass. */
class Seen {
  constructor() {
    this.canvas = element("canvas", { role: "img", "aria-label": "What the networks see: nothing yet" });
    this.marks = element("div", { class: "iv-marks", "aria-hidden": "true" });
    this.note = element("figcaption");
    this.node = element("figure", { class: "iv-seen" },
      element("div", { class: "iv-frame" }, this.canvas, this.marks), this.note);
  }

  show(reading) {
    const image = reading?.image ?? new Uint8Array(784);
    paintDigit(this.canvas, image);
    const box = reading?.height ? reading : null;
    this.marks.hidden = !box;
    if (box) {
      const share = (n) => `${(100 * n) / 28}%`;
      for (const side of ["top", "left", "width", "height"]) this.marks.style[side] = share(box[side]);
      const size = `${box.width}\u00a0×\u00a0${box.height} pixels`;
      this.note.textContent = `What they see: your digit scaled to ${size} (frame), ` +
        "then moved until the center of mass of its ink is in the middle (cross), as MNIST was made.";
    } else {
      this.note.textContent = reading
        ? "What they see: the sample as it is; it has the form of MNIST already."
        : "What they see: nothing yet.";
    }
    this.canvas.setAttribute("aria-label", this.note.textContent);
  }
}

/** The maps of LeNet-5, layer by layer. */
class Maps {
  constructor() {
    this.figures = SHOWN.map((shown) => {
      const canvas = element("canvas", { role: "img", "aria-label": `${shown.name}: nothing yet` });
      const { units, channels, height, width } = shown;
      const size = units ? `${units} units` : `${channels} maps of ${height}\u00a0×\u00a0${width}`;
      const caption = element("figcaption", {}, element("strong", {}, shown.name), ` ${size}`);
      return { shown, canvas, node: element("figure", {}, canvas, caption) };
    });
    this.time = element("p", { class: "iv-small" });
    this.node = element("section", { "aria-labelledby": "iv-maps-title", class: "iv-maps" },
      element("h2", { id: "iv-maps-title" }, "What lights up in LeNet-5"),
      element("div", { class: "iv-layers" }, ...this.figures.map(({ node }) => node)), this.time);
  }

  show(model) {
    for (const { shown, canvas } of this.figures) {
      const values = model ? model.outputs[shown.layer] : new Float32Array(1).fill(0);
      const { height, width, channels = 1, columns, units } = shown;
      const full = new Float32Array(height * width * channels);
      full.set(values.subarray(0, full.length));
      paintMaps(canvas, full, { height, width, channels, columns });
      const words = model ? this.words(values, channels, units) : "nothing yet";
      canvas.setAttribute("aria-label", `${shown.name}: ${words}`);
    }
    const times = [...(model?.times ?? [])].sort((a, b) => a - b);
    this.time.textContent = times.length
      ? `Each picture is scaled to its own largest number; negative numbers are not shown. All of it took ${
        Math.max(times[times.length >> 1], 0.1).toFixed(1)}\u00a0ms of your machine's time.`
      : "";
    if (times.length) this.node.dataset.forwardMs = times[times.length >> 1].toFixed(2);
  }

  words(values, channels, units) {
    const active = values.reduce((n, value) => n + (value > 0), 0);
    if (units) return `${active} of ${units} units are active`;
    const largest = new Float32Array(channels);
    values.forEach((value, i) => (largest[i % channels] = Math.max(largest[i % channels], value)));
    const share = percent(active / values.length);
    return `map ${argmax(largest) + 1} of ${channels} is the brightest; ${share} of all numbers are positive`;
  }
}

/** Samples to choose among: one button for each, in groups. */
function sampleButtons(choose) {
  return SAMPLES.groups.map(({ title, start, words }) => {
    const buttons = words.map((text, i) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      canvas.paint = () => paintDigit(canvas, SAMPLES.images.subarray(784 * (start + i), 784 * (start + i + 1)));
      const onclick = () => choose(start + i, text);
      const name = { "aria-label": `Sample: ${text}`, title: text };
      return element("button", { type: "button", class: "iv-sample", ...name, onclick }, canvas);
    });
    return element("div", { class: "iv-samples", role: "group", "aria-label": title },
      element("p", {}, title), element("div", {}, ...buttons));
  });
}

/** What three models answer, in a sentence. */
function inWords([bayes, single, lenet]) {
  const answer = (p) => `${argmax(p)} (${percent(Math.max(...p))})`;
  const agree = argmax(bayes) === argmax(lenet) && argmax(single) === argmax(lenet);
  return `LeNet-5 says ${answer(lenet)}, one layer ${answer(single)}, naive Bayes ${answer(bayes)}. ` +
    `They ${agree ? "agree" : "disagree"}.`;
}

function startDrawing() {
  SAMPLES.images = unpack(SAMPLES.packed);
  const models = loadModels();
  const announcer = new Announcer();
  const verdict = element("p", { class: "iv-verdict" });
  const [answers, seen, maps] = [new Answers(models), new Seen(), new Maps()];
  let [wanted, pen, about] = [false, "", ""];

  const say = () => announcer.say([pen, about, verdict.textContent].filter(Boolean).join(" "));
  const answer = () => {
    wanted = false;
    const reading = pad.read();
    const all = reading && models.map((model) => model.answer(reading.image));
    answers.show(all);
    seen.show(reading);
    maps.show(all && models[2]);
    verdict.textContent = all ? inWords(all) : "The pad is empty.";
    undo.disabled = !pad.history.length;
    clear.disabled = pad.empty;
    say();
  };
  const pad = new Pad(() => {
    if (!wanted) requestAnimationFrame(answer); // at most once for each picture on the screen
    wanted = true;
    about = "";
  }, (words) => { pen = words; say(); });

  // A button that has done its work and cannot be used again would lose the focus.
  const use = (action) => () => {
    action();
    pen = "";
    requestAnimationFrame(() => { if (document.activeElement === document.body) pad.canvas.focus(); });
  };
  const undo = element("button", { type: "button", onclick: use(() => pad.undo()) }, "Undo");
  const clear = element("button", { type: "button", onclick: use(() => pad.clear()) }, "Clear");
  const samples = sampleButtons((sample, text) => {
    pad.change({ sample, strokes: [], example: false });
    pen = "";
    about = `Sample: ${text}.`;
  });
  const place = mount("draw",
    element("div", { class: "iv-draw" },
      element("div", {}, pad.canvas, element("div", { class: "iv-buttons" }, undo, clear),
        element("p", { id: "iv-pad-help", class: "iv-small" }, "By keyboard: arrow keys move the pen, ",
          "the space bar puts it down or lifts it, backspace undoes, escape clears.")),
      seen.node,
      element("div", { class: "iv-answer" }, answers.node, verdict)),
    ...samples, maps.node, announcer.node);
  const repaint = () => {
    pad.paint();
    place.querySelectorAll(".iv-sample canvas").forEach((canvas) => canvas.paint());
    answer();
  };
  onThemeChange(repaint);
  pad.now = { sample: 0, strokes: [], example: true }; // something to look at
  repaint();
  place.dataset.firstAnswerMs = performance.now().toFixed(0);
  setTimeout(() => { // the first passes are slow: the browser still translates the program
    for (let i = 0; i < 20; i++) models[2].answer(pad.read()?.image ?? new Uint8Array(784));
    answer();
  });
}

startDrawing();
