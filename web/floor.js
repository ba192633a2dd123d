// The variance floor of Gaussian naive Bayes (chapter 2): what it does to the score, and to ten images.
/* global FLOOR, unpack, unpackAll, GaussianNaiveBayes, slider, choice, element, percent, power, argmax,
   paintDigit, Axes, BarTable */

/** 10 to the power of e, where e is a whole number or ends in .5. */
function powerOfTen(e) {
  return Number.isInteger(e) ? power(-e) : `3.2\u202f×\u202f${power(-Math.floor(e))}`;
}

/** The model with another floor: the measured variances plus `smoothing` times the largest variance. */
function withFloor({ priors, means, measured, largest }, smoothing) {
  return new GaussianNaiveBayes({ priors, means, variances: measured.map((v) => v + smoothing * largest[0]) });
}

/** The component. */
function floor() {
  const model = unpackAll(FLOOR.model);
  const images = unpack(FLOOR.images);
  const { exponents, scores, labels, n } = FLOOR;
  const height = slider({ id: "floor-height", label: "variance floor, in parts of the largest variance",
    stops: exponents, text: powerOfTen });
  const options = labels.map((label, i) => [String(i), `a ${label}`]);
  const digit = choice({ id: "floor-digit", label: "Image", options });
  const chart = new Axes({ title: `Right answers among ${n.toLocaleString("en")} validation images.`,
    x: { from: exponents[0], to: exponents.at(-1), ticks: [-9, -6, -3, 0], name: "variance floor", text: powerOfTen },
    y: { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], text: (share) => `${100 * share} %` } });
  const canvas = element("canvas", { role: "img", class: "iv-small-digit" });
  const table = new BarTable("How probable each digit is", ["Digit", "probability"]);

  const update = () => {
    const i = exponents.indexOf(height.value);
    const at = Number(digit.value);
    const image = images.subarray(784 * at, 784 * (at + 1));
    paintDigit(canvas, image);
    canvas.setAttribute("aria-label", `A handwritten ${labels[at]}`);
    const p = withFloor(model, 10 ** height.value).probabilities(Float64Array.from(image, (v) => v / 255));
    table.show(Array.from(p, (share, j) => [String(j), [share, percent(share), j === argmax(p)]]));
    chart.begin();
    chart.line(exponents.map((e, k) => [e, scores[k]]), "--iv-best");
    chart.dot([exponents[i], scores[i]], "--iv-negative", 6);
    const words = `With a floor of ${powerOfTen(exponents[i])}, ${percent(scores[i])} of the answers are right.`;
    chart.canvas.setAttribute("aria-label", words);
    return `${words} This ${labels[at]} is taken for a ${argmax(p)}, with ${percent(Math.max(...p))}.`;
  };
  const shown = element("div", {}, canvas, table.node);
  return { title: "Raise the floor", controls: [height, digit], pictures: [chart.node, shown], update };
}
