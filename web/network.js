// Losses, optimizers and the network of course_lib.nn, with the same names.
/* global zeros, zerosLike, Conv2D, Dense, Flatten, MaxPool2D, ReLU */

/** Probabilities exp(z_c) / sum over k of exp(z_k), row by row; the largest logit is taken out first. */
function softmax(logits) {
  const [n, classes] = logits.shape;
  const p = zerosLike(logits);
  for (let row = 0; row < n; row++) {
    const z = logits.subarray(row * classes, (row + 1) * classes);
    const largest = Math.max(...z);
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(z[c] - largest);
    for (let c = 0; c < classes; c++) p[row * classes + c] = Math.exp(z[c] - largest) / total;
  }
  return p;
}

/** Where the largest value lies; the first one of several. */
function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Mean over the batch of -log p(true class).   Back: dz = (p - one_hot(y)) / N. */
class SoftmaxCrossEntropy {
  forward(logits, labels) {
    const [n, classes] = logits.shape;
    let sum = 0;
    for (let row = 0; row < n; row++) {
      const z = logits.subarray(row * classes, (row + 1) * classes);
      const largest = Math.max(...z);
      let total = 0;
      for (let c = 0; c < classes; c++) total += Math.exp(z[c] - largest);
      sum += Math.log(total) - (z[labels[row]] - largest);
    }
    this.cache = { probabilities: softmax(logits), labels };
    return sum / n;
  }

  backward() {
    const { probabilities, labels } = this.cache;
    const [n, classes] = probabilities.shape;
    const d = zerosLike(probabilities);
    d.set(probabilities);
    for (let row = 0; row < n; row++) d[row * classes + labels[row]] -= 1;
    for (let i = 0; i < d.length; i++) d[i] /= n;
    return d;
  }
}

/** v = momentum v + g,   w = w - lr v. */
class SGD {
  constructor({ lr = 0.01, momentum = 0 } = {}) {
    Object.assign(this, { lr, momentum, state: { v: {} } });
  }

  step(params, grads) {
    for (const [name, w] of Object.entries(params)) {
      const g = grads[name];
      const v = (this.state.v[name] ??= zerosLike(w));
      for (let i = 0; i < w.length; i++) {
        v[i] = this.momentum * v[i] + g[i];
        w[i] -= this.lr * v[i];
      }
    }
  }
}

/** s = rho s + (1 - rho) g^2,   w = w - lr g / (sqrt(s) + eps). */
class RMSprop {
  constructor({ lr = 0.001, rho = 0.9, eps = 1e-7 } = {}) {
    Object.assign(this, { lr, rho, eps, state: { s: {} } });
  }

  step(params, grads) {
    for (const [name, w] of Object.entries(params)) {
      const g = grads[name];
      const s = (this.state.s[name] ??= zerosLike(w));
      for (let i = 0; i < w.length; i++) {
        s[i] = this.rho * s[i] + (1 - this.rho) * g[i] * g[i];
        w[i] -= (this.lr * g[i]) / (Math.sqrt(s[i]) + this.eps);
      }
    }
  }
}

/** Adam, and AdamW where weightDecay is not 0; see nn/optimizers.py for the formula. */
class Adam {
  constructor({ lr = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 } = {}) {
    Object.assign(this, { lr, beta1, beta2, eps, weightDecay, state: { t: 0, m: {}, v: {} } });
  }

  step(params, grads) {
    const { lr, beta1, beta2, eps, weightDecay, state } = this;
    state.t += 1;
    const correction1 = 1 - beta1 ** state.t; // both moments start at zero; this takes out the bias
    const correction2 = 1 - beta2 ** state.t;
    for (const [name, w] of Object.entries(params)) {
      const g = grads[name];
      const m = (state.m[name] ??= zerosLike(w));
      const v = (state.v[name] ??= zerosLike(w));
      for (let i = 0; i < w.length; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        const mHat = m[i] / correction1;
        const vHat = v[i] / correction2;
        w[i] -= lr * (mHat / (Math.sqrt(vHat) + eps) + weightDecay * w[i]);
      }
    }
  }
}

/** Layers, one after the other. The key of a parameter says where it is: "3.W" is W of layers[3]. */
class Network {
  constructor(layers) {
    this.layers = layers;
  }

  get params() {
    return this.named("params");
  }

  get grads() {
    return this.named("grads");
  }

  named(kind) {
    return Object.fromEntries(this.layers.flatMap((layer, i) =>
      Object.entries(layer[kind]).map(([name, array]) => [`${i}.${name}`, array])));
  }

  forward(x) {
    return this.layers.reduce((values, layer) => layer.forward(values), x);
  }

  /** The outputs of every layer, to look at. */
  forwardAll(x) {
    return this.layers.map((layer) => (x = layer.forward(x)));
  }

  /** The way back. The gradient of the input is worked out only where somebody wants it. */
  backward(dy, inputGradient = true) {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      dy = this.layers[i].backward(dy, inputGradient || i > 0);
    }
    return dy;
  }

  probabilities(x) {
    return softmax(this.forward(x));
  }

  lossAndGradients(x, labels, loss) {
    const value = loss.forward(this.forward(x), labels);
    this.backward(loss.backward(), false);
    return value;
  }

  /** Take over weights: an object from names to arrays. */
  load(weights) {
    for (const [name, w] of Object.entries(this.params)) {
      if (!(name in weights) || weights[name].length !== w.length) {
        throw new Error(`the weights hold no array ${name} of ${w.length} numbers`);
      }
      w.set(weights[name]);
    }
    return this;
  }
}

/** LeNet-5 as it is built today: course_lib.zoo.spine.lenet5. Pooling stands before ReLU, as there. */
function lenet5(random, dtype = Float32Array) {
  return new Network([
    new Conv2D(1, 6, 5, random, { padding: 2, dtype }), new MaxPool2D(2), new ReLU(),
    new Conv2D(6, 16, 5, random, { dtype }), new MaxPool2D(2), new ReLU(),
    new Flatten(),
    new Dense(400, 120, random, dtype), new ReLU(),
    new Dense(120, 84, random, dtype), new ReLU(),
    new Dense(84, 10, random, dtype),
  ]);
}

/** The network of one layer: course_lib.zoo, "nn1l". */
function oneLayer(random, dtype = Float32Array) {
  return new Network([new Dense(784, 10, random, dtype)]);
}

/** Random numbers from 0 to below 1 that depend only on the seed (mulberry32, public domain). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The numbers 0 to n - 1 in random order. */
function permutation(n, random) {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Images 0 to 255 as the network takes them: numbers from 0 to 1, shape (N, 28, 28, 1). */
function asImages(pixels, dtype = Float32Array) {
  const x = zeros([pixels.length / 784, 28, 28, 1], dtype);
  for (let i = 0; i < x.length; i++) x[i] = pixels[i] / 255;
  return x;
}
