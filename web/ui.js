// What the interactive pages share: making elements, pictures of arrays, and words for screen readers.

/** An element with attributes and children; attributes that begin with "on" are listeners. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** "98.2 %", with a space that does not break; never "100.0 %" for what is less. */
function percent(share) {
  const text = (100 * share).toFixed(1);
  return `${share < 1 && text === "100.0" ? ">\u202f99.9" : text}\u00a0%`;
}

/** A number for people: four digits, a proper minus, powers of ten written out. */
function number(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "";
  if (size >= 1e-3 && size < 1e4) return sign + size.toPrecision(4);
  const [digits, exponent] = size.toExponential(3).split("e");
  return `${sign}${digits}\u202f×\u202f${power(-Number(exponent))}`;
}

/** 10 to the power of -n. */
function power(n) {
  return `10${n > 0 ? "⁻" : ""}${String(Math.abs(n)).replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])}`;
}

/** A region that screen readers read aloud, once it has been quiet for a moment. */
class Announcer {
  constructor(delay = 900) {
    this.delay = delay;
    this.node = element("p", { class: "iv-unseen", role: "status", "aria-live": "polite" });
  }

  say(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.node.textContent !== text) this.node.textContent = text;
    }, this.delay);
  }
}

/** The red, green and blue of a color that the style sheet defines for the theme in use. */
function themeColor(name) {
  const text = getComputedStyle(document.querySelector(".interactive")).getPropertyValue(name).trim();
  return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
}

/** Call a function whenever the reader changes between light and dark. */
function onThemeChange(redraw) {
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/**
 * Paint maps side by side into a canvas, one pixel for each number: the larger, the more of the color.
 * Negative numbers get the color for negative ones, or nothing where `signed` is not set.
 */
function paintMaps(canvas, values, { height, width, channels = 1, columns = channels, most, signed = false }) {
  const gap = channels > 1 ? Math.max(1, Math.round(width / 14)) : 0;
  const rows = Math.ceil(channels / columns);
  canvas.width = columns * (width + gap) - gap;
  canvas.height = rows * (height + gap) - gap;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(canvas.width, canvas.height);
  const [positive, negative, ground] = ["--iv-positive", "--iv-negative", "--iv-ground"].map(themeColor);
  most ??= values.reduce((largest, value) => Math.max(largest, signed ? Math.abs(value) : value), 1e-9);
  for (let c = 0; c < channels; c++) {
    const top = Math.floor(c / columns) * (height + gap);
    const left = (c % columns) * (width + gap);
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        const value = values[(h * width + w) * channels + c] / most;
        const share = Math.min(signed ? Math.abs(value) : Math.max(value, 0), 1);
        const color = value < 0 ? negative : positive;
        const at = 4 * ((top + h) * canvas.width + left + w);
        for (let k = 0; k < 3; k++) picture.data[at + k] = ground[k] + share * (color[k] - ground[k]);
        picture.data[at + 3] = 255;
      }
    }
  }
  context.putImageData(picture, 0, 0);
}

/** Paint an image of 28 x 28 numbers from 0 to 255 as ink on paper. */
function paintDigit(canvas, image) {
  canvas.width = canvas.height = 28;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(28, 28);
  const [ink, paper] = ["--iv-ink", "--iv-paper"].map(themeColor);
  image.forEach((value, i) => {
    for (let k = 0; k < 3; k++) picture.data[4 * i + k] = paper[k] + (value / 255) * (ink[k] - paper[k]);
    picture.data[4 * i + 3] = 255;
  });
  context.putImageData(picture, 0, 0);
}

/** Put a component in the place of the words and the picture that stand there without it. */
function mount(name, ...children) {
  const place = document.getElementById(`interactive-${name}`);
  const before = element("div", { class: "iv-fallback" }, ...place.childNodes); // what is printed
  place.replaceChildren(before, ...children);
  place.classList.add("is-alive");
  const fallback = document.getElementById(`fig-${name}`);
  if (fallback) (fallback.closest(".cell") ?? fallback).classList.add("iv-fallback");
  return place;
}
