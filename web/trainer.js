// One training of LeNet-5 on the embedded digits, step by step. It runs in a worker, beside the page.
/* global lenet5, generator, permutation, zeros, SGD, Adam, SoftmaxCrossEntropy, asImages, argmax, enlarge */

const OPTIMIZERS = {
  SGD: () => new SGD(),
  momentum: () => new SGD({ momentum: 0.9 }),
  Adam: () => new Adam(),
};

/** The embedded digits as they come in the page, 8 x 8, enlarged to 28 x 28. */
function enlargeAll({ small, labels, train, test, A, paper, ink }) {
  const part = (index) => {
    const pixels = new Uint8Array(784 * index.length);
    index.forEach((k, i) => pixels.set(enlarge(small.subarray(64 * k, 64 * (k + 1)), A, paper, ink), 784 * i));
    return { pixels, labels: Uint8Array.from(index, (k) => labels[k]) };
  };
  return { train: part(train), test: part(test) };
}

class Trainer {
  constructor(digits) {
    this.digits = digits;
    this.x = { train: asImages(digits.train.pixels), test: asImages(digits.test.pixels) };
  }

  /** Fresh weights. The seed decides on them and on the order of the images. */
  reset(seed) {
    this.random = generator(seed);
    this.network = lenet5(this.random);
    this.loss = new SoftmaxCrossEntropy();
    this.optimizer = this.kind = null;
    this.order = [];
    this.steps = 0;
    this.seen = 0; // images, to count epochs whatever the size of a batch was
  }

  /** May be called between any two steps. Another optimizer starts without a memory. */
  use({ optimizer, lr, batchSize }) {
    if (optimizer !== this.kind) this.optimizer = OPTIMIZERS[optimizer]();
    this.kind = optimizer;
    this.optimizer.lr = lr;
    this.batchSize = batchSize;
  }

  get epoch() {
    return this.seen / this.digits.train.labels.length;
  }

  /** The next images in random order; what is left of an epoch and too short for a batch is left out. */
  nextBatch() {
    if (this.order.length < this.batchSize) this.order = permutation(this.digits.train.labels.length, this.random);
    const batch = this.order.subarray(0, this.batchSize);
    this.order = this.order.subarray(this.batchSize);
    return batch;
  }

  /** One step; returns the loss of its batch. */
  step() {
    const batch = this.nextBatch();
    const x = zeros([batch.length, 28, 28, 1]);
    batch.forEach((k, i) => x.set(this.x.train.subarray(784 * k, 784 * (k + 1)), 784 * i));
    const labels = Array.from(batch, (k) => this.digits.train.labels[k]);
    const loss = this.network.lossAndGradients(x, labels, this.loss);
    this.optimizer.step(this.network.params, this.network.grads);
    this.steps += 1;
    this.seen += batch.length;
    return loss;
  }

  /** What the network takes each held-out digit for. */
  answers() {
    const logits = this.network.forward(this.x.test);
    return Uint8Array.from(this.digits.test.labels, (_, i) => argmax(logits.subarray(10 * i, 10 * i + 10)));
  }
}
