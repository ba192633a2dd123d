// What made a number: forward as a sum of inputs, backward as a sum of gradients, each term by itself.
//
// A place is {array: k, index}, one number of the input of layer k (the last array holds the logits), or
// {layer: k, param: "W", index}, one weight or bias. The loss itself is {loss: true}.
/* global SoftmaxCrossEntropy, Conv2D, Dense, MaxPool2D, ReLU, reshape */

class Microscope {
  constructor(network) {
    this.layers = network.layers;
    this.loss = new SoftmaxCrossEntropy();
  }

  /** Forward and back with one image x (1, 28, 28, 1) and its label; everything on the way is kept. */
  look(x, label) {
    const { layers } = this;
    this.label = label;
    this.values = [x];
    for (const layer of layers) this.values.push(layer.forward(this.values.at(-1)));
    this.lossValue = this.loss.forward(this.values.at(-1), [label]);
    this.probabilities = this.loss.cache.probabilities;
    this.winners = layers.map((layer) => layer.cache.winners); // of max pooling
    this.grads = [];
    this.grads[layers.length] = this.loss.backward();
    for (let k = layers.length - 1; k >= 0; k--) this.grads[k] = layers[k].backward(this.grads[k + 1]);
  }

  array(place) {
    return place.param ? this.layers[place.layer].params[place.param] : this.values[place.array];
  }

  value(place) {
    return place.loss ? this.lossValue : this.array(place)[place.index];
  }

  gradient(place) {
    if (place.loss) return 1; // a change of the loss is a change of the loss
    const grads = place.param ? this.layers[place.layer].grads[place.param] : this.grads[place.array];
    return grads[place.index];
  }

  /**
   * The chain rule, term by term: the gradient of a number is the sum, over everything that was made
   * from it, of (the gradient there) times (how much it counted there).
   */
  terms(place) {
    if (place.loss) return [];
    if (place.param) return this.termsOfParameter(place);
    if (place.array === this.layers.length) return this.termsOfLogit(place);
    const k = place.array;
    const layer = this.layers[k];
    const term = (index, local, by = null) =>
      ({ to: { array: k + 1, index }, upstream: this.grads[k + 1][index], local, by });
    if (layer instanceof Dense) {
      return Array.from({ length: layer.nOut }, (_, o) => {
        const by = { layer: k, param: "W", index: place.index * layer.nOut + o };
        return term(o, layer.params.W[by.index], by);
      });
    }
    if (layer instanceof Conv2D) {
      const { channels, filters, kernel, padding } = layer;
      const [row, column, c] = unravel(place.index, this.values[k].shape).slice(1);
      const [, outHeight, outWidth] = this.values[k + 1].shape;
      const found = [];
      for (let i = 0; i < kernel; i++) {
        for (let j = 0; j < kernel; j++) {
          const [h, w] = [row - i + padding, column - j + padding];
          if (h < 0 || h >= outHeight || w < 0 || w >= outWidth) continue;
          for (let f = 0; f < filters; f++) {
            const by = { layer: k, param: "W", index: ((i * kernel + j) * channels + c) * filters + f };
            found.push(term((h * outWidth + w) * filters + f, layer.params.W[by.index], by));
          }
        }
      }
      return found;
    }
    if (layer instanceof MaxPool2D) {
      const [row, column, c] = unravel(place.index, this.values[k].shape).slice(1);
      const [, outHeight, outWidth, channels] = this.values[k + 1].shape;
      const [h, w] = [Math.floor(row / layer.size), Math.floor(column / layer.size)];
      if (h >= outHeight || w >= outWidth) return []; // it fills no window
      const index = (h * outWidth + w) * channels + c;
      return [term(index, this.winners[k][index] === place.index ? 1 : 0)];
    }
    if (layer instanceof ReLU) return [term(place.index, this.values[k + 1][place.index] > 0 ? 1 : 0)];
    return [term(place.index, 1)]; // Flatten
  }

  /** A logit: its probability, and 1 less where it is that of the true class. */
  termsOfLogit({ index }) {
    const to = { loss: true };
    const terms = [{ to, upstream: 1, local: this.probabilities[index], by: null, name: "its probability" }];
    if (index === this.label) terms.push({ to, upstream: 1, local: -1, by: null, name: "it is the true class" });
    return terms;
  }

  /** A weight: over all places where it was used, the gradient there times the number that it met. */
  termsOfParameter({ layer: k, param, index }) {
    const layer = this.layers[k];
    const term = (out, input) => ({
      to: { array: k + 1, index: out },
      upstream: this.grads[k + 1][out],
      local: input === null ? 1 : this.values[k][input],
      by: input === null ? null : { array: k, index: input },
    });
    if (layer instanceof Dense) {
      return param === "b" ? [term(index, null)] : [term(index % layer.nOut, Math.floor(index / layer.nOut))];
    }
    const [, outHeight, outWidth, filters] = this.values[k + 1].shape;
    const [, height, width, channels] = this.values[k].shape;
    const [i, j, c, f] = param === "W" ? unravel(index, layer.params.W.shape) : [0, 0, 0, index];
    const found = [];
    for (let h = 0; h < outHeight; h++) {
      for (let w = 0; w < outWidth; w++) {
        const out = (h * outWidth + w) * filters + f;
        const [row, column] = [h + i - layer.padding, w + j - layer.padding];
        if (param === "b") found.push(term(out, null));
        else if (row >= 0 && row < height && column >= 0 && column < width) {
          found.push(term(out, (row * width + column) * channels + c));
        }
      }
    }
    return found;
  }

  /** Forward: the terms whose sum is this number, (input) times (weight); a bias has no input. */
  made(place) {
    if (place.loss || place.param || place.array === 0) return [];
    const k = place.array - 1;
    const layer = this.layers[k];
    const term = (input, weight) => {
      const from = { array: k, index: input };
      const by = weight === null ? null : { layer: k, param: "W", index: weight };
      return { from, input: this.values[k][input], by, weight: by ? layer.params.W[weight] : 1 };
    };
    const bias = (index) =>
      ({ from: null, input: 1, by: { layer: k, param: "b", index }, weight: layer.params.b[index] });
    if (layer instanceof Dense) {
      const o = place.index;
      return [bias(o), ...Array.from({ length: layer.nIn }, (_, i) => term(i, i * layer.nOut + o))];
    }
    if (layer instanceof Conv2D) {
      const [h, w, f] = unravel(place.index, this.values[k + 1].shape).slice(1);
      const [, height, width, channels] = this.values[k].shape;
      const found = [bias(f)];
      for (let i = 0; i < layer.kernel; i++) {
        for (let j = 0; j < layer.kernel; j++) {
          const [row, column] = [h + i - layer.padding, w + j - layer.padding];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          for (let c = 0; c < channels; c++) {
            const weight = ((i * layer.kernel + j) * channels + c) * layer.filters + f;
            found.push(term((row * width + column) * channels + c, weight));
          }
        }
      }
      return found;
    }
    if (layer instanceof MaxPool2D) return [term(this.winners[k][place.index], null)];
    const same = term(place.index, null);
    return layer instanceof ReLU ? [{ ...same, weight: same.input > 0 ? 1 : 0 }] : [same];
  }

  /** The loss, were this number larger by `change`: another pass forward, which knows nothing of the way back. */
  lossWith(place, change) {
    const start = place.param ? place.layer : place.array;
    let x = this.values[start];
    const array = place.param ? this.array(place) : (x = reshape(x.slice(), x.shape));
    const before = array[place.index];
    array[place.index] = before + change;
    for (const layer of this.layers.slice(start)) x = layer.forward(x);
    const value = this.loss.forward(x, [this.label]);
    array[place.index] = before;
    return value;
  }

  /** (L(v + eps) - L(v - eps)) / (2 eps). */
  finiteDifference(place, eps) {
    return (this.lossWith(place, eps) - this.lossWith(place, -eps)) / (2 * eps);
  }

  /** The slopes to the left and to the right. Where they differ the loss has a kink, and no derivative. */
  slopes(place, eps) {
    return [-eps, eps].map((change) => (this.lossWith(place, change) - this.lossValue) / change);
  }
}

/** The position of a flat index in a shape. */
function unravel(index, shape) {
  const position = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return position;
}

/** The flat index of a position in a shape. */
function ravel(position, shape) {
  return position.reduce((index, p, axis) => index * shape[axis] + p, 0);
}
