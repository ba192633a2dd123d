// Optimizers on a surface of two parameters (chapter 7), from a start that the reader drags.
/* global SGD, RMSprop, Adam, slider, choice, Axes, themed, plain, power, number */

const STEPS = 200;
const RATES = Array.from({ length: 29 }, (_, i) => 10 ** (-3 + i / 8)); // those of the race in the chapter
const BETAS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999];

// Height, slope, where the walk begins, the lowest height, the lowest places, and the part that is drawn.
const SURFACES = {
  valley: {
    height: ([a, b]) => (a * a + 100 * b * b) / 2, slope: ([a, b]) => [a, 100 * b],
    start: [-4, 0.4], low: 0, lowest: [[0, 0]],
    x: { from: -4.6, to: 1.6, ticks: [-4, -3, -2, -1, 0, 1] }, y: { from: -0.6, to: 0.6, ticks: [-0.5, 0, 0.5] },
  },
  saddle: {
    height: ([a, b]) => 5 * a * a - (b * b) / 2 + b ** 4 / 4, slope: ([a, b]) => [10 * a, b ** 3 - b],
    start: [-1, 0.001], low: -0.25, lowest: [[0, -1], [0, 1]],
    x: { from: -1.15, to: 1.05, ticks: [-1, -0.5, 0, 0.5, 1] }, y: { from: -1.45, to: 1.45, ticks: [-1, 0, 1] },
  },
};

const OPTIMIZERS = {
  SGD: (lr) => new SGD({ lr }),
  momentum: (lr, beta1) => new SGD({ lr, momentum: beta1 }),
  RMSprop: (lr, _, beta2) => new RMSprop({ lr, rho: beta2 }),
  Adam: (lr, beta1, beta2) => new Adam({ lr, beta1, beta2 }),
};

/** The places of a walk, the start among them. */
function walk(optimizer, { slope }, start, steps = STEPS) {
  const w = Float64Array.from(start);
  w.shape = [2];
  const path = [[...w]];
  for (let step = 0; step < steps; step++) {
    optimizer.step({ w }, { w: slope(w) });
    path.push([...w]);
  }
  return path;
}

/** After how many steps the height above the minimum is below a hundredth of the first, and stays there. */
function arrival(path, { height, low }) {
  const above = path.map((place) => height(place) - low);
  const high = above.map((value) => !(value < above[0] / 100)).lastIndexOf(true);
  return high + 1 < path.length ? high + 1 : null;
}

/** Lines of equal height: where the root of the height above the minimum passes a multiple of a twelfth. */
function drawHeights(axes, { height, low, lowest, x, y }) {
  const { context } = axes;
  const most = Math.sqrt(height([x.from, y.to]) - low);
  const step = 1; // pixel
  const [left, bottom] = axes.at([x.from, y.from]);
  const [right, top] = axes.at([x.to, y.to]);
  const band = (h, v) => {
    const place = [x.from + ((h - left) / (right - left)) * (x.to - x.from),
      y.from + ((bottom - v) / (bottom - top)) * (y.to - y.from)];
    return Math.floor((12 * Math.sqrt(Math.max(height(place) - low, 0))) / most);
  };
  context.fillStyle = themed("--iv-faint", 0.55);
  for (let v = top; v < bottom; v += step) {
    for (let h = left; h < right; h += step) {
      const here = band(h, v);
      if (here !== band(h + step, v) || here !== band(h, v + step)) context.fillRect(h, v, step, step);
    }
  }
  context.textAlign = "center";
  context.fillStyle = themed("--iv-ink");
  context.font = "bold 20px system-ui, sans-serif";
  for (const place of lowest) {
    const [h, v] = axes.at(place);
    context.fillText("+", h, v + 7);
  }
}

/** The component. */
function surface(redraw) {
  const kind = choice({ id: "surface-kind", label: "Surface",
    options: [["valley", "the valley"], ["saddle", "the saddle"]] });
  const who = choice({ id: "surface-optimizer", label: "Optimizer",
    options: [["SGD", "SGD"], ["momentum", "momentum"], ["RMSprop", "RMSprop"], ["Adam", "Adam"]] });
  const rate = slider({ id: "surface-rate", label: "learning rate", stops: RATES, index: 10,
    text: (lr) => String(Number(lr.toPrecision(2))) });
  const beta1 = slider({ id: "surface-beta1", label: "β₁ (momentum)", stops: BETAS, index: 3 });
  const beta2 = slider({ id: "surface-beta2", label: "β₂ (squares)", stops: BETAS.slice(1), index: 6 });
  const label = { tabindex: "0", role: "application", "aria-describedby": "iv-surface-help" };
  const map = new Axes({ title: "", ratio: "16 / 9", x: {}, y: {}, attributes: label });
  map.node.lastChild.id = "iv-surface-help";
  map.node.lastChild.textContent = "The large dot is the start: drag it, or move it with the arrow keys. " +
    "Crosses mark the lowest places.";
  const curve = new Axes({ title: "Height above the minimum after each step, on a logarithmic axis.",
    x: { from: 0, to: STEPS, ticks: [0, 50, 100, 150, 200], name: "step" },
    y: { from: 1e-6, to: 1e2, log: true, ticks: [1e-6, 1e-4, 1e-2, 1, 100],
      text: (value) => (value < 1 ? power(Math.round(-Math.log10(value))) : String(value)) } });
  let start = null;
  let on = null;

  const move = ([a, b]) => {
    const { x, y } = SURFACES[kind.value];
    start = [Math.min(Math.max(a, x.from), x.to), Math.min(Math.max(b, y.from), y.to)];
    redraw();
  };
  let dragging = false;
  map.canvas.addEventListener("pointerdown", (event) => {
    dragging = true;
    map.canvas.focus({ preventScroll: true });
    map.canvas.setPointerCapture?.(event.pointerId);
    move(map.placeOf(event));
  });
  map.canvas.addEventListener("pointermove", (event) => dragging && move(map.placeOf(event)));
  for (const end of ["pointerup", "pointercancel"]) map.canvas.addEventListener(end, () => { dragging = false; });
  map.canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const { x, y } = SURFACES[kind.value];
    move([start[0] + (step[0] * (x.to - x.from)) / 40, start[1] + (step[1] * (y.to - y.from)) / 40]);
  });

  const update = () => {
    const ground = SURFACES[kind.value];
    if (on !== ground) [on, start] = [ground, ground.start];
    beta1.input.disabled = !["momentum", "Adam"].includes(who.value);
    beta2.input.disabled = !["RMSprop", "Adam"].includes(who.value);
    const path = walk(OPTIMIZERS[who.value](rate.value, beta1.value, beta2.value), ground, start);
    map.x = { ...ground.x, name: "first parameter" };
    map.y = ground.y;
    map.begin();
    map.clip();
    drawHeights(map, ground);
    const seen = path.slice(0, path.findIndex((place) => !place.every(Number.isFinite) ||
      place.some((value) => Math.abs(value) > 1e4)) + 1 || path.length);
    map.line(seen, "--iv-best", { width: 1.5 });
    seen.slice(1).forEach((place) => map.dot(place, "--iv-best", 2.5));
    map.dot(start, "--iv-negative", 8);
    map.end();
    const heights = path.map((place, i) => [i, ground.height(place) - ground.low]);
    curve.begin();
    curve.clip();
    curve.line(heights.filter(([, h]) => Number.isFinite(h)).map(([i, h]) => [i, Math.max(h, 1e-9)]), "--iv-best");
    curve.end();
    const steps = arrival(path, ground);
    const last = heights.at(-1)[1];
    const grown = !(last <= heights[0][1]);
    const from = `From (${start.map((value) => plain(Number(value.toPrecision(3)))).join(", ")}), `;
    map.canvas.setAttribute("aria-label", `Map of ${kind.value === "valley" ? "the valley" : "the saddle"}, start at ` +
      start.map((value) => value.toFixed(2)).join(", "));
    curve.canvas.setAttribute("aria-label", `Height above the minimum: ${number(heights[0][1])} at the start, ` +
      `${Number.isFinite(last) ? number(last) : "beyond all numbers"} after ${STEPS} steps`);
    if (grown) return `${from}the walk climbs instead of falling: this learning rate is too large.`;
    return `${from}the height above the minimum goes from ${number(heights[0][1])} to ${number(last)} ` +
      `in ${STEPS} steps` +
      (steps ? `; from step ${steps} on it stays below a hundredth of the first.`
        : ", and never stays below a hundredth of the first.");
  };
  const controls = [kind, who, rate, beta1, beta2];
  return { title: "Walk down with an optimizer", controls, pictures: [map.node, curve.node], update };
}
