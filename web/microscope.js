// The backpropagation microscope on LeNet-5.
/* global SAMPLES, WEIGHTS, Inspector, lenet5, generator, unpack, unpackAll, asImages, element, onThemeChange,
   paintDigit, mount */

const ARRAYS = ["pixels", "conv 1", "pool 1", "ReLU 1", "conv 2", "pool 2", "ReLU 2", "flat", "dense 1", "ReLU 3",
  "dense 2", "ReLU 4", "logits"];
const LAYERS = { 0: "conv 1", 3: "conv 2", 7: "dense 1", 9: "dense 2", 11: "dense 3" }; // those with weights

function startMicroscope() {
  SAMPLES.images = unpack(SAMPLES.packed);
  const inputs = SAMPLES.labels.map((label, i) => {
    const image = SAMPLES.images.subarray(784 * i, 784 * (i + 1));
    const picture = element("canvas", { "aria-hidden": "true" });
    picture.paint = () => paintDigit(picture, image);
    return { x: asImages(image, Float64Array), label, picture };
  });
  const inspector = new Inspector({
    name: "LeNet-5",
    network: lenet5(generator(0), Float64Array).load(unpackAll(WEIGHTS)),
    arrays: ARRAYS, one: { 0: "pixel" }, layers: LAYERS, inputs,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  });
  mount("microscope", inspector.node);
  const paint = () => {
    inputs.forEach(({ picture }) => picture.paint());
    inspector.show(false);
  };
  onThemeChange(paint);
  paint();
}

startMicroscope();
