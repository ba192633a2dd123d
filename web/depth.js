// What first weights do to a signal that runs through many layers (chapter 5).
/* global Dense, ReLU, Tanh, zeros, generator, slider, choice, number, plain, power, Axes */

const WIDTH = 100; // units of a layer
const SIGNALS = 50; // random inputs, each of WIDTH numbers with mean 0 and standard deviation 1
const BARS = 41; // of a histogram, from -2 to 2
const SCALES = [0.25, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.414, 1.6, 2, 3, 4];

/** Numbers from a normal distribution, two from each pair of uniform ones (Box and Muller). */
function normals(n, random) {
  const made = new Float64Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    made[i] = radius * Math.cos(angle);
    made[i + 1] = radius * Math.sin(angle);
  }
  return made;
}

/** The signal (SIGNALS, WIDTH) that comes in, and weights (WIDTH, WIDTH) of standard deviation 1 for each layer. */
function draw(n, seed = 0) {
  const random = generator(seed);
  const x = zeros([SIGNALS, WIDTH], Float64Array);
  x.set(normals(x.length, random));
  return { x, weights: Array.from({ length: n }, () => normals(WIDTH * WIDTH, random)) };
}

/** The activations after each layer, whose weights have the standard deviation scale / sqrt(WIDTH). */
function activations({ x, weights }, scale, Bend) {
  return weights.map((w) => {
    const layer = new Dense(WIDTH, WIDTH, () => 0, Float64Array);
    layer.params.W.set(w.map((value) => (scale * value) / Math.sqrt(WIDTH)));
    x = new Bend().forward(layer.forward(x));
    return x;
  });
}

/** Square root of the mean square of the numbers less their mean. */
function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** The component. */
function depth() {
  const drawn = draw(20);
  const scale = slider({ id: "depth-scale", label: "standard deviation of the weights, in 1 / √D",
    stops: SCALES, index: 5 });
  const layers = slider({ id: "depth-layers", label: "layers", stops: drawn.weights.map((_, i) => i + 1), index: 9 });
  const bend = choice({ id: "depth-bend", label: "Bend", options: [["tanh", "tanh"], ["ReLU", "ReLU"]] });
  const bars = new Axes({ title: "Histogram of the activations in the last layer.",
    x: { from: -2, to: 2, ticks: [-2, -1, 0, 1, 2], name: "activation" },
    y: { from: 0, to: 1, ticks: [0, 0.5, 1], text: (share) => `${100 * share} %` } });
  const lines = new Axes({ title: "Standard deviation of the activations after each layer, on a logarithmic axis.",
    x: { from: 0, to: 20, ticks: [1, 5, 10, 15, 20], name: "layer" },
    y: { from: 1e-8, to: 1e8, log: true, ticks: [1e-8, 1e-4, 1, 1e4, 1e8],
      text: (value) => power(Math.round(-Math.log10(value))) } });

  const update = () => {
    const seen = activations({ x: drawn.x, weights: drawn.weights.slice(0, layers.value) }, scale.value,
      bend.value === "tanh" ? Tanh : ReLU);
    const last = seen.at(-1);
    const counts = Array(BARS).fill(0);
    let outside = 0;
    for (const value of last) {
      if (Math.abs(value) > 2) outside += 1;
      else counts[Math.min(Math.floor(((value + 2) / 4) * BARS), BARS - 1)] += 1;
    }
    bars.begin();
    const edge = (i) => -2 + (4 * i) / BARS;
    counts.forEach((count, i) => bars.bar(edge(i), edge(i + 1), count / last.length, "--iv-best"));
    const spreads = seen.map(spread);
    lines.begin();
    lines.clip();
    const places = spreads.map((value, i) => [i + 1, Math.max(value, 1e-12)]);
    lines.line(places, "--iv-best");
    places.forEach((place) => lines.dot(place, "--iv-best", 3));
    lines.end();
    const size = `After ${layers.value} ${layers.value === 1 ? "layer" : "layers"} the standard deviation of the ` +
      `activations is ${number(spreads.at(-1))}`;
    lines.canvas.setAttribute("aria-label", `${size}, after the first it was ${number(spreads[0])}`);
    bars.canvas.setAttribute("aria-label", `Histogram; ${plain(outside)} of ${last.length} activations are beyond 2`);
    const stuck = last.reduce((n, value) => n + (bend.value === "tanh" ? Math.abs(value) > 0.9 : value === 0), 0);
    return `${size}; ${Math.round((100 * stuck) / last.length)} % of them are ${bend.value === "tanh"
      ? "beyond 0.9 in size, where tanh is nearly flat" : "exactly 0"}.`;
  };
  const controls = [scale, layers, bend];
  return { title: "Begin larger, or smaller", controls, pictures: [bars.node, lines.node], update };
}
