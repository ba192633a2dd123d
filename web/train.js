// LeNet-5 learns while you watch: the page shows what a worker does (worker.js, trainer.js).
/* global DIGITS, WORKER, Chart, element, percent, Announcer, onThemeChange, mount, themeColor, devicePixelRatio */

const TILES = 60; // held-out digits that are shown, of all that are counted
const USUAL = { SGD: 0.1, momentum: 0.02, Adam: 0.002 }; // learning rates to begin with
const RATES = [0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const NAMES = { SGD: "SGD", momentum: "SGD with momentum 0.9", Adam: "Adam" };
const LOST = "the weights have left the numbers that a computer can hold (start again, with a smaller learning rate)";
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** A field with its name: a choice among options. */
function choice(label, id, options, chosen, onchange) {
  const items = options.map(([value, text]) => element("option", { value, selected: value === chosen }, text));
  const select = element("select", { id, onchange }, ...items);
  return { select, node: element("div", {}, element("label", { for: id }, label), select) };
}

/** The six filters of the first layer: blue where ink counts for, orange with a minus where it counts against. */
class Filters {
  constructor() {
    const canvas = (_, f) => element("canvas", { role: "img", "aria-label": `Filter ${f + 1}` });
    this.canvases = Array.from({ length: 6 }, canvas);
    this.values = null;
    this.node = element("figure", {},
      element("figcaption", { class: "iv-title" }, "The six filters of the first layer"),
      element("div", { class: "iv-filters" }, ...this.canvases),
      element("figcaption", {}, "Blue: ink here counts for the map. Orange with a minus: it counts against it."));
  }

  draw() {
    if (!this.values) return;
    const most = this.values.reduce((largest, w) => Math.max(largest, Math.abs(w)), 1e-9);
    const colors = Object.fromEntries(["--iv-positive", "--iv-negative", "--iv-ground", "--iv-paper"].map((name) =>
      [name, themeColor(name)]));
    const scale = devicePixelRatio || 1;
    this.canvases.forEach((canvas, f) => {
      const side = canvas.clientWidth;
      canvas.width = canvas.height = side * scale;
      const context = canvas.getContext("2d");
      context.scale(scale, scale);
      const cell = side / 5;
      for (let k = 0; k < 25; k++) {
        const w = this.values[6 * k + f];
        const share = Math.abs(w) / most;
        const color = colors[w < 0 ? "--iv-negative" : "--iv-positive"];
        const mixed = colors["--iv-ground"].map((ground, i) => ground + share * (color[i] - ground));
        const [left, top] = [(k % 5) * cell, Math.floor(k / 5) * cell];
        context.fillStyle = `rgb(${mixed.map(Math.round).join(" ")})`;
        context.fillRect(left, top, cell - 1, cell - 1);
        if (w < 0 && share > 0.25) {
          context.fillStyle = `rgb(${colors["--iv-paper"].join(" ")})`;
          context.fillRect(left + 0.3 * cell, top + cell / 2 - 1.5, 0.4 * cell - 1, 2);
        }
      }
    });
  }
}

/** Held-out digits, each with what the network takes it for; wrong answers have a frame and a number. */
class Tiles {
  constructor() {
    this.canvas = element("canvas", { role: "img", class: "iv-tiles" });
    this.title = element("figcaption", { class: "iv-title" });
    this.node = element("figure", {}, this.title, this.canvas,
      element("figcaption", {}, "A frame and a number: the network takes this digit for ",
        "that number. No frame: it is right."));
  }

  get right() {
    return this.answers.filter((answer, i) => answer === this.test.labels[i]).length;
  }

  draw() {
    if (!this.answers) return;
    const { pixels, labels } = this.test;
    const scale = devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const columns = width > 560 ? 15 : 10;
    const side = width / columns;
    const shown = Math.min(TILES, labels.length);
    this.canvas.width = width * scale;
    this.canvas.height = Math.ceil(shown / columns) * side * scale;
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const [ink, paper, wrong] = ["--iv-ink", "--iv-paper", "--iv-negative"].map(themeColor);
    const small = document.createElement("canvas");
    small.width = small.height = 28;
    const smallContext = small.getContext("2d");
    const picture = smallContext.createImageData(28, 28);
    for (let i = 0; i < shown; i++) {
      for (let k = 0; k < 784; k++) {
        const share = pixels[784 * i + k] / 255;
        for (let c = 0; c < 3; c++) picture.data[4 * k + c] = paper[c] + share * (ink[c] - paper[c]);
        picture.data[4 * k + 3] = 255;
      }
      smallContext.putImageData(picture, 0, 0);
      const [left, top] = [(i % columns) * side, Math.floor(i / columns) * side];
      context.drawImage(small, left + 2, top + 2, side - 4, side - 4);
      if (this.answers[i] === labels[i]) continue;
      context.strokeStyle = context.fillStyle = `rgb(${wrong.join(" ")})`;
      context.lineWidth = 2.5;
      context.strokeRect(left + 2, top + 2, side - 4, side - 4);
      context.fillRect(left + side - 17, top + side - 19, 16, 18);
      context.fillStyle = `rgb(${paper.join(" ")})`;
      context.font = "700 14px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText(String(this.answers[i]), left + side - 9, top + side - 5);
    }
    const wrongShown = labels.slice(0, shown).reduce((n, label, i) => n + (label !== this.answers[i]), 0);
    this.title.textContent = `${this.right} of ${labels.length} held-out digits are right; the first ${shown}:`;
    this.canvas.setAttribute("aria-label", `${shown} held-out digits, ${wrongShown} of them read wrongly`);
  }
}

class Training {
  constructor() {
    this.worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
    this.worker.onmessage = ({ data }) => this.receive(data);
    this.loss = new Chart({ title: "Loss of each batch", top: 2.5, ticks: [0, 0.5, 1, 1.5, 2, 2.5],
      text: (value) => value.toFixed(1),
      words: (points) => `Loss: ${points[0][1].toFixed(2)} at first, ${points.at(-1)[1].toFixed(2)} now` });
    this.accuracy = new Chart({ title: "Held-out digits right (dashed: 95\u00a0%)", top: 1, ticks: [0, 0.5, 1],
      text: (value) => `${100 * value} %`, line: 0.95,
      words: (points) => `Right: ${percent(points[0][1])} at first, ${percent(points.at(-1)[1])} now` });
    this.filters = new Filters();
    this.tiles = new Tiles();
    this.announcer = new Announcer(300);
    this.status = element("p", { class: "iv-verdict" }, "Making the digits ready …");
    this.build();
    this.send("load", { digits: DIGITS });
    this.reset();
  }

  build() {
    const change = () => this.send("use", { settings: this.settings });
    this.optimizer = choice("Optimizer", "iv-optimizer", Object.entries(NAMES), "Adam", () => {
      this.rate.select.value = String(USUAL[this.optimizer.select.value]);
      change();
    });
    this.rate = choice("Learning rate", "iv-rate", RATES.map((rate) => [String(rate), String(rate)]),
      String(USUAL.Adam), change);
    this.batch = choice("Batch size", "iv-batch", ["1", "8", "16", "32", "64", "128"].map((n) => [n, n]), "32", change);
    this.seed = element("input", { id: "iv-seed", type: "number", min: "0", max: "999999", value: "0" });
    const button = (text, onclick) => element("button", { type: "button", onclick }, text);
    this.run = button("Train", () => this.send(this.running ? "pause" : "run"));
    this.run.classList.add("iv-main");
    this.node = element("div", { class: "iv-train" },
      element("div", { class: "iv-buttons" }, this.run,
        button("One step", () => this.send("step")), button("Start again", () => this.reset())),
      element("div", { class: "iv-fields" }, this.optimizer.node, this.rate.node, this.batch.node,
        element("div", {}, element("label", { for: "iv-seed" }, "Seed of the next start"), this.seed)),
      this.status,
      element("div", { class: "iv-curves" }, this.loss.node, this.accuracy.node),
      this.filters.node, this.tiles.node, this.announcer.node);
  }

  get settings() {
    return {
      optimizer: this.optimizer.select.value,
      lr: Number(this.rate.select.value),
      batchSize: Number(this.batch.select.value),
    };
  }

  send(command, more = {}) {
    this.worker.postMessage({ command, ...more });
  }

  reset() {
    const seed = Math.min(Math.max(Math.trunc(Number(this.seed.value)) || 0, 0), 999999);
    this.seed.value = String(seed);
    this.began = false;
    this.send("reset", { seed, settings: this.settings });
  }

  receive({ test, steps, epoch, losses, running, filters, answers }) {
    if (test) {
      this.tiles.test = test;
      return;
    }
    if (steps === 0) {
      this.loss.clear();
      this.accuracy.clear();
    }
    losses.forEach((loss, i) => this.loss.add(steps - losses.length + i + 1, loss));
    this.filters.values = filters;
    if (answers) {
      this.tiles.answers = answers;
      this.accuracy.add(steps, this.tiles.right / answers.length);
    }
    const stopped = this.running && !running;
    this.running = running;
    this.run.textContent = running ? "Pause" : "Train";
    this.tell(steps, epoch, stopped || !running);
    const now = performance.now();
    const often = CALM.matches ? 1000 : 0; // who wants less motion sees one change a second
    if (!running || now - (this.drawn ?? 0) >= often) {
      this.drawn = now;
      this.draw();
    }
  }

  /** What happened, for everyone; aloud after each epoch and whenever it stops. */
  tell(steps, epoch, stopped) {
    const loss = this.loss.smooth().at(-1)?.[1];
    const right = this.accuracy.points.at(-1)?.[1];
    this.status.textContent = steps === 0
      ? `Fresh weights: ${percent(right)} of the held-out digits are right by luck. Press Train.`
      : `Epoch ${epoch.toFixed(1)}, step ${steps}: ${Number.isFinite(loss) ? `loss ${loss.toFixed(3)}` : LOST}, ` +
        `${percent(right)} of the held-out digits are right.`;
    if (stopped || Math.floor(epoch) !== this.told) this.announcer.say(this.status.textContent);
    this.told = Math.floor(epoch);
    this.node.dataset.steps = steps;
    this.node.dataset.right = right;
  }

  draw() {
    for (const part of [this.loss, this.accuracy, this.filters, this.tiles]) part.draw();
  }
}

function startTraining() {
  const training = new Training();
  mount("train", training.node);
  onThemeChange(() => training.draw());
  window.addEventListener("resize", () => training.draw());
}

startTraining();
