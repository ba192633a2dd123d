// The microscope on the network that chapter 6 computes by hand.
/* global Inspector, Network, Dense, ReLU, zeros, onThemeChange, mount */

const WEIGHTS_BY_HAND = {
  "0.W": [1, -1, 0.5, -1, 1, 1], // (2, 3)
  "0.b": [1, 0, -1],
  "2.W": [1, 0.5, 2, -1, -1, 1], // (3, 2)
  "2.b": [1, 0],
};
const INPUT_BY_HAND = [2, 1];

/** Two inputs, three hidden units with ReLU, two classes. */
function networkByHand() {
  const none = () => 0; // the first weights, which are replaced at once
  return new Network([new Dense(2, 3, none, Float64Array), new ReLU(), new Dense(3, 2, none, Float64Array)])
    .load(WEIGHTS_BY_HAND);
}

function startByHand() {
  const x = zeros([1, 2], Float64Array);
  x.set(INPUT_BY_HAND);
  const inspector = new Inspector({
    name: "The network", network: networkByHand(), arrays: ["x", "z", "a", "logits"], one: {},
    layers: { 0: "layer 1", 2: "layer 2" }, inputs: [{ x, label: 1 }], classes: ["class 0", "class 1"],
  });
  clearTimeout(inspector.announcer.timer); // nobody has asked yet
  mount("hand", inspector.node);
  onThemeChange(() => inspector.show(false));
}

startByHand();
