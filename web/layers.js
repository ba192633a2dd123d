// The layers of course_lib.nn, in the same order and with the same names.
//
// A layer is a small class with a four-word contract: forward, backward, params, grads. Forward keeps
// what backward needs in `cache`. An array is a flat typed array that also knows its shape; images are
// (N, H, W, C), filters (K, K, C, F), as in Python. Float32Array to train, Float64Array to check
// gradients: a layer computes in the type of its parameters.

/** Zeros of a shape: a typed array with an attribute `shape`. */
function zeros(shape, dtype = Float32Array) {
  const array = new dtype(shape.reduce((product, n) => product * n, 1));
  array.shape = shape;
  return array;
}

/** The same numbers with another shape; nothing is copied. */
function reshape(array, shape) {
  const view = array.subarray(0);
  view.shape = shape;
  return view;
}

/** An array of zeros like another one. */
function zerosLike(array) {
  return zeros(array.shape, array.constructor);
}

/** Uniform random weights from [-a, a] with a = sqrt(6 / (fanIn + fanOut)); see nn/initializers.py. */
function glorotUniform(shape, fanIn, fanOut, random, dtype) {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  const w = zeros(shape, dtype);
  for (let i = 0; i < w.length; i++) w[i] = limit * (2 * random() - 1);
  return w;
}

/** What all layers share. */
class Layer {
  params = {};
  grads = {};
  cache = null;
}

/** y = max(x, 0).   Back: dx = dy where y > 0, and 0 elsewhere. */
class ReLU extends Layer {
  forward(x) {
    const y = zerosLike(x);
    for (let i = 0; i < x.length; i++) y[i] = x[i] > 0 ? x[i] : 0;
    this.cache = y;
    return y;
  }

  backward(dy) {
    const y = this.cache;
    const dx = zerosLike(y);
    for (let i = 0; i < y.length; i++) dx[i] = y[i] > 0 ? dy[i] : 0;
    return dx;
  }
}

/** y = tanh(x).   Back: dx = dy (1 - y^2). */
class Tanh extends Layer {
  forward(x) {
    const y = zerosLike(x);
    for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]);
    this.cache = y;
    return y;
  }

  backward(dy) {
    const y = this.cache;
    const dx = zerosLike(y);
    for (let i = 0; i < y.length; i++) dx[i] = dy[i] * (1 - y[i] * y[i]);
    return dx;
  }
}

/** y = x W + b.   Back: dW = x^T dy,  db = sum of dy over the batch,  dx = dy W^T. */
class Dense extends Layer {
  constructor(nIn, nOut, random, dtype = Float32Array) {
    super();
    this.nIn = nIn;
    this.nOut = nOut;
    this.params.W = glorotUniform([nIn, nOut], nIn, nOut, random, dtype);
    this.params.b = zeros([nOut], dtype);
  }

  forward(x) {
    const { nIn, nOut, params: { W, b } } = this;
    const n = x.length / nIn;
    const y = zeros([n, nOut], b.constructor);
    for (let row = 0; row < n; row++) {
      y.set(b, row * nOut);
      for (let i = 0; i < nIn; i++) {
        const value = x[row * nIn + i];
        if (value === 0) continue; // paper and dead units add nothing
        for (let o = 0; o < nOut; o++) y[row * nOut + o] += value * W[i * nOut + o];
      }
    }
    this.cache = x;
    return y;
  }

  backward(dy, inputGradient = true) {
    const { nIn, nOut, params: { W, b }, cache: x } = this;
    const n = x.length / nIn;
    const dW = (this.grads.W = zerosLike(W));
    const db = (this.grads.b = zerosLike(b));
    const dx = inputGradient ? zeros([n, nIn], b.constructor) : null;
    for (let row = 0; row < n; row++) {
      for (let o = 0; o < nOut; o++) db[o] += dy[row * nOut + o];
      for (let i = 0; i < nIn; i++) {
        const value = x[row * nIn + i];
        let sum = 0;
        for (let o = 0; o < nOut; o++) {
          const d = dy[row * nOut + o];
          dW[i * nOut + o] += value * d;
          sum += d * W[i * nOut + o];
        }
        if (dx) dx[row * nIn + i] = sum;
      }
    }
    return dx;
  }
}

/**
 * y[n, h, w, f] = b[f] + sum over i, j, c of  x[n, h + i - padding, w + j - padding, c] W[i, j, c, f].
 *
 * Back, one number of dy at a time: each weight of its sum gets dy times its pixel, and each pixel
 * dy times its weight. What comes from several windows adds up (nn/convolution_plain.py).
 */
class Conv2D extends Layer {
  constructor(channels, filters, kernel, random, { padding = 0, dtype = Float32Array } = {}) {
    super();
    Object.assign(this, { channels, filters, kernel, padding });
    const area = kernel * kernel;
    this.params.W = glorotUniform([kernel, kernel, channels, filters], area * channels, area * filters,
      random, dtype);
    this.params.b = zeros([filters], dtype);
  }

  outputShape([n, height, width]) {
    const more = 2 * this.padding - this.kernel + 1;
    return [n, height + more, width + more, this.filters];
  }

  forward(x) {
    const { channels, filters, kernel, padding, params: { W, b } } = this;
    const [n, height, width] = x.shape;
    const y = zeros(this.outputShape(x.shape), b.constructor);
    const [, outHeight, outWidth] = y.shape;
    let out = 0; // where y[image, h, w, 0] lies
    for (let image = 0; image < n; image++) {
      for (let h = 0; h < outHeight; h++) {
        for (let w = 0; w < outWidth; w++, out += filters) {
          for (let f = 0; f < filters; f++) y[out + f] = b[f];
          for (let i = 0; i < kernel; i++) {
            const row = h + i - padding;
            if (row < 0 || row >= height) continue; // padding: zeros around the image
            for (let j = 0; j < kernel; j++) {
              const column = w + j - padding;
              if (column < 0 || column >= width) continue;
              const pixel = ((image * height + row) * width + column) * channels;
              const weight = (i * kernel + j) * channels * filters;
              for (let c = 0; c < channels; c++) {
                const value = x[pixel + c];
                if (value === 0) continue;
                const k = weight + c * filters;
                for (let f = 0; f < filters; f++) y[out + f] += value * W[k + f];
              }
            }
          }
        }
      }
    }
    this.cache = x;
    return y;
  }

  backward(dy, inputGradient = true) {
    const { channels, filters, kernel, padding, params: { W, b }, cache: x } = this;
    const [n, height, width] = x.shape;
    const [, outHeight, outWidth] = this.outputShape(x.shape);
    const dW = (this.grads.W = zerosLike(W));
    const db = (this.grads.b = zerosLike(b));
    const dx = inputGradient ? zerosLike(x) : null;
    let out = 0;
    for (let image = 0; image < n; image++) {
      for (let h = 0; h < outHeight; h++) {
        for (let w = 0; w < outWidth; w++, out += filters) {
          for (let f = 0; f < filters; f++) {
            const d = dy[out + f];
            if (d === 0) continue; // max pooling sends three of four gradients nowhere
            db[f] += d;
            for (let i = 0; i < kernel; i++) {
              const row = h + i - padding;
              if (row < 0 || row >= height) continue;
              for (let j = 0; j < kernel; j++) {
                const column = w + j - padding;
                if (column < 0 || column >= width) continue;
                const pixel = ((image * height + row) * width + column) * channels;
                const weight = (i * kernel + j) * channels * filters + f;
                for (let c = 0; c < channels; c++) {
                  dW[weight + c * filters] += d * x[pixel + c];
                  if (dx) dx[pixel + c] += d * W[weight + c * filters];
                }
              }
            }
          }
        }
      }
    }
    return dx;
  }
}

/**
 * Keep the largest value of each window.   Back: all of dy goes to the pixel that was the largest;
 * where several are equally large, to the first one in row-major order.
 */
class MaxPool2D extends Layer {
  constructor(size) {
    super();
    this.size = size;
  }

  forward(x) {
    const size = this.size;
    const [n, height, width, channels] = x.shape;
    const outHeight = Math.floor(height / size);
    const outWidth = Math.floor(width / size);
    const y = zeros([n, outHeight, outWidth, channels], x.constructor);
    const winners = new Int32Array(y.length); // where in x each value of y came from
    let out = 0;
    for (let image = 0; image < n; image++) {
      for (let h = 0; h < outHeight; h++) {
        for (let w = 0; w < outWidth; w++) {
          for (let c = 0; c < channels; c++, out++) {
            let best = ((image * height + h * size) * width + w * size) * channels + c;
            for (let i = 0; i < size; i++) {
              for (let j = 0; j < size; j++) {
                const pixel = ((image * height + h * size + i) * width + w * size + j) * channels + c;
                if (x[pixel] > x[best]) best = pixel;
              }
            }
            y[out] = x[best];
            winners[out] = best;
          }
        }
      }
    }
    this.cache = { winners, shape: x.shape };
    return y;
  }

  backward(dy) {
    const { winners, shape } = this.cache;
    const dx = zeros(shape, dy.constructor);
    for (let out = 0; out < dy.length; out++) dx[winners[out]] += dy[out];
    return dx;
  }
}

/** (N, H, W, C) to (N, H*W*C): no number moves. */
class Flatten extends Layer {
  forward(x) {
    this.cache = x.shape;
    return reshape(x, [x.shape[0], x.length / x.shape[0]]);
  }

  backward(dy) {
    return reshape(dy, this.cache);
  }
}
