// Arrays come in scripts, as base64, because a page that was opened from a disk may fetch nothing.

/** The bytes of a base64 text. */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Half precision: one bit for the sign, five for the exponent, ten for the fraction. */
function fromFloat16(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -24 * fraction;
}

const UNPACK = {
  uint8: (bytes) => bytes,
  uint16: (bytes) => new Uint16Array(bytes.buffer),
  float16: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), fromFloat16),
  float32: (bytes) => new Float32Array(bytes.buffer),
  float64: (bytes) => new Float64Array(bytes.buffer),
};

/** One array that export.py packed: {dtype, shape, base64}. */
function unpack({ dtype, shape, base64 }) {
  const array = UNPACK[dtype](bytesOf(base64));
  array.shape = shape;
  return array;
}

/** All arrays of an object, by name. */
function unpackAll(packed) {
  return Object.fromEntries(Object.entries(packed).map(([name, array]) => [name, unpack(array)]));
}
