// A kernel of 3 x 3 numbers walks over an image (chapter 9): its numbers, stride, and padding are the reader's.
/* global DIGITS, unpack, zeros, slider, choice, element, number, plain, paintMaps, argmax */

const KERNELS = {
  "vertical edges": [1, 0, -1, 1, 0, -1, 1, 0, -1],
  "horizontal edges": [1, 1, 1, 0, 0, 0, -1, -1, -1],
  blur: Array(9).fill(0.11),
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "all zeros": Array(9).fill(0),
};

/** y[r, s] = sum over u, v of x[r S + u - P, s S + v - P] w[u, v]; outside the image x is 0. */
function correlate(image, w, stride, padding) {
  const [height, width] = image.shape;
  const size = (n) => Math.floor((n + 2 * padding - 3) / stride) + 1;
  const y = zeros([size(height), size(width)], Float64Array);
  const [rows, columns] = y.shape;
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < columns; s++) {
      for (let u = 0; u < 3; u++) {
        for (let v = 0; v < 3; v++) {
          const [row, column] = [r * stride + u - padding, s * stride + v - padding];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          y[r * columns + s] += image[row * width + column] * w[3 * u + v];
        }
      }
    }
  }
  return y;
}

/** The component. */
function kernel(redraw) {
  const digits = unpack(DIGITS.images);
  const digit = choice({ id: "kernel-digit", label: "Image",
    options: DIGITS.labels.map((label, i) => [String(i), `a ${label}`]) });
  const preset = choice({ id: "kernel-preset", label: "Kernel",
    options: [...Object.keys(KERNELS), "your own"].map((name) => [name, name]) });
  const stride = slider({ id: "kernel-stride", label: "stride S", stops: [1, 2, 3, 4] });
  const padding = slider({ id: "kernel-padding", label: "padding P", stops: [0, 1, 2, 3] });
  const fields = KERNELS["vertical edges"].map((value, i) => element("input", {
    type: "number", step: "0.5", value: String(value),
    "aria-label": `Kernel, row ${Math.floor(i / 3) + 1}, column ${(i % 3) + 1}`,
    oninput: () => { preset.input.value = "your own"; redraw(); },
  }));
  preset.input.addEventListener("input", () => {
    KERNELS[preset.value]?.forEach((value, i) => { fields[i].value = String(value); });
  });
  const shown = (title) => {
    const canvas = element("canvas", { role: "img", class: "iv-map" });
    const caption = element("figcaption", {}, title);
    return { canvas, caption, node: element("figure", {}, canvas, caption) };
  };
  const [before, after] = [shown("The image."), shown("")];

  const update = () => {
    const i = Number(digit.value);
    const image = Float64Array.from(digits.subarray(784 * i, 784 * (i + 1)), (v) => v / 255);
    image.shape = [28, 28];
    const weights = fields.map((field) => Number(field.value) || 0);
    const y = correlate(image, weights, stride.value, padding.value);
    const [height, width] = y.shape;
    paintMaps(before.canvas, image, { height: 28, width: 28, most: 1 });
    paintMaps(after.canvas, y, { height, width, signed: true });
    const at = argmax(y.map(Math.abs));
    const [row, column] = [Math.floor(at / width), at % width];
    before.canvas.setAttribute("aria-label", `The image, a ${DIGITS.labels[digit.value]}`);
    after.caption.textContent = `The map, ${height} × ${width}: blue is positive, orange negative.`;
    after.canvas.setAttribute("aria-label", `The map of ${height} by ${width} numbers, from ${
      number(y.reduce((a, b) => Math.min(a, b)))} to ${number(y.reduce((a, b) => Math.max(a, b)))}`);
    const sizes = `⌊(28 + 2·${padding.value} \u2212 3) / ${stride.value}⌋ + 1 = ${height}, so the map has ` +
      `${height} × ${width} = ${height * width} numbers.`;
    if (y[at] === 0) return `${sizes} All of them are 0.`;
    return `${sizes} The largest in size is ${plain(Number(y[at].toPrecision(3)))}, in row ${row}, column ${column} ` +
      "(counted from 0).";
  };
  const table = element("div", { class: "iv-kernel", role: "group", "aria-label": "The nine numbers of the kernel" },
    ...fields);
  const middle = element("figure", {}, table, element("figcaption", {}, "The kernel: change any number."));
  return { title: "Let a kernel walk", controls: [digit, preset, stride, padding],
    pictures: [before.node, middle, after.node], update };
}
