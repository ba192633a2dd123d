// Bring ink into the form of MNIST, as course_lib.data.picture and course_lib.data.digits28 do: scale the
// digit so that its longer side is 20 pixels, then move it until its center of mass is in the middle.

const BOX = 20;
const SIDE = 28;

/** To the nearest whole number; a half goes to the even one, as in Python. */
function roundHalfEven(value) {
  const low = Math.floor(value);
  const rest = value - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}

/** Pillow's cubic kernel. */
function cubic(x) {
  const a = -0.5;
  x = Math.abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** For each of `size` new pixels: the first old pixel that it looks at, and the weights of those from there on. */
function resizeWeights(length, size) {
  const scale = length / size;
  const stretch = Math.max(scale, 1); // a smaller picture: each new pixel is a mean over more old ones
  return Array.from({ length: size }, (_, out) => {
    const center = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - 2 * stretch + 0.5));
    const end = Math.min(length, Math.trunc(center + 2 * stretch + 0.5));
    const weights = Array.from({ length: end - first }, (__, i) => cubic((first + i - center + 0.5) / stretch));
    const total = weights.reduce((sum, w) => sum + w, 0);
    return { first, weights: weights.map((w) => w / total) };
  });
}

/** A picture {values, height, width} at another size: first along the rows, then along the columns. */
function resize({ values, height, width }, newHeight, newWidth) {
  const across = resizeWeights(width, newWidth);
  const half = new Float32Array(height * newWidth);
  for (let row = 0; row < height; row++) {
    across.forEach(({ first, weights }, column) => {
      let sum = 0;
      weights.forEach((w, i) => (sum += w * values[row * width + first + i]));
      half[row * newWidth + column] = sum;
    });
  }
  const result = new Float32Array(newHeight * newWidth);
  resizeWeights(height, newHeight).forEach(({ first, weights }, row) => {
    for (let column = 0; column < newWidth; column++) {
      let sum = 0;
      weights.forEach((w, i) => (sum += w * half[(first + i) * newWidth + column]));
      result[row * newWidth + column] = sum;
    }
  });
  return { values: result, height: newHeight, width: newWidth };
}

/** The smallest box that holds all ink, cut out; null where there is none. */
function cutOut({ values, height, width }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (values[row * width + column] <= 0) continue;
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      left = Math.min(left, column);
      right = Math.max(right, column);
    }
  }
  if (bottom < 0) return null;
  const box = { height: bottom - top + 1, width: right - left + 1, top, left };
  box.values = new Float32Array(box.height * box.width);
  for (let row = 0; row < box.height; row++) {
    const start = (top + row) * width + left;
    box.values.set(values.subarray(start, start + box.width), row * box.width);
  }
  return box;
}

/** Scale a digit so that its longer side is 20 pixels, with ink as black as before. */
function shrink(ink) {
  const longer = Math.max(ink.height, ink.width);
  const size = (side) => Math.max(1, roundHalfEven((side * BOX) / longer));
  const scaled = resize(ink, size(ink.height), size(ink.width));
  let most = 0;
  scaled.values = scaled.values.map((value) => Math.min(Math.max(value, 0), 1));
  scaled.values.forEach((value) => (most = Math.max(most, value)));
  scaled.values = scaled.values.map((value) => value / most); // thin lines get pale when made smaller
  return scaled;
}

/** Place a digit in 28 x 28 pixels, 0 to 255, with the center of mass of its ink in the middle. */
function centerByMass({ values, height, width }) {
  let [mass, rows, columns] = [0, 0, 0];
  values.forEach((value, i) => {
    mass += value;
    rows += value * Math.floor(i / width);
    columns += value * (i % width);
  });
  const place = (middle, size) => Math.min(Math.max(roundHalfEven(14 - middle), 0), SIDE - size);
  const [top, left] = [place(rows / mass, height), place(columns / mass, width)];
  const image = new Uint8Array(SIDE * SIDE);
  values.forEach((value, i) => {
    image[(top + Math.floor(i / width)) * SIDE + left + (i % width)] = roundHalfEven(255 * value);
  });
  return { image, top, left, height, width };
}

/** From ink (0 paper to 1 ink, any size) to the image that the networks see, and where its box lies; or null. */
function asMnist(ink) {
  const digit = cutOut(ink);
  return digit && centerByMass(shrink(digit));
}

/** One embedded digit, 8 x 8 numbers from 0 to 16, enlarged: box = A small A^T, then steep edges. */
function enlarge(small, A, paper, ink) {
  const box = new Float64Array(BOX * BOX);
  for (let row = 0; row < BOX; row++) {
    for (let column = 0; column < BOX; column++) {
      let sum = 0;
      for (let i = 0; i < 8; i++) {
        for (let j = 0; j < 8; j++) sum += A[row * 8 + i] * (small[i * 8 + j] / 16) * A[column * 8 + j];
      }
      box[row * BOX + column] = Math.min(Math.max((sum - paper) / (ink - paper), 0), 1);
    }
  }
  return centerByMass({ values: box, height: BOX, width: BOX }).image;
}
