// A canvas with two axes, in the colors of the theme. Places are given in the units of the axes.
/* global element, themeColor */

const EDGE = { left: 48, right: 16, top: 8, bottom: 34 }; // for the numbers, in pixels

/** A color of the theme, as CSS writes it. */
function themed(name, alpha = 1) {
  return `rgb(${themeColor(name).join(" ")} / ${alpha})`;
}

/** A number at an axis, with a proper minus. */
function plain(value) {
  return String(value).replace("-", "\u2212");
}

class Axes {
  /** x and y: {from, to, ticks, name, log, text}; `ticks` are numbers, `text` writes them. */
  constructor({ title, ratio = "16 / 10", x, y, attributes = {} }) {
    this.canvas = element("canvas", { role: "img", class: "iv-axes", style: `aspect-ratio: ${ratio}`, ...attributes });
    this.node = element("figure", {}, this.canvas, element("figcaption", {}, title));
    Object.assign(this, { x, y });
  }

  static share(value, { from, to, log = false }) {
    return log ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  }

  /** Where a place lies on the canvas. */
  at([x, y]) {
    const { left, right, top, bottom } = EDGE;
    return [left + Axes.share(x, this.x) * (this.width - left - right),
      this.height - bottom - Axes.share(y, this.y) * (this.height - top - bottom)];
  }

  /** The place where a pointer is, on linear axes. */
  placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    const { left, right, top, bottom } = EDGE;
    const [h, v] = [(event.clientX - box.left - left) / (box.width - left - right),
      (box.bottom - bottom - event.clientY) / (box.height - top - bottom)];
    return [this.x.from + h * (this.x.to - this.x.from), this.y.from + v * (this.y.to - this.y.from)];
  }

  /** Empty the canvas and draw the axes. */
  begin() {
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    Object.assign(this, { width, height });
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const context = (this.context = this.canvas.getContext("2d"));
    context.scale(scale, scale);
    context.font = "12px system-ui, sans-serif";
    context.lineJoin = "round";
    context.fillStyle = themed("--iv-ink");
    const { x, y } = this;
    for (const value of y.ticks) {
      this.line([[x.from, value], [x.to, value]], "--iv-line", { width: 1 });
      context.textAlign = "right";
      context.fillText((y.text ?? plain)(value), EDGE.left - 5, this.at([x.from, value])[1] + 4);
    }
    context.textAlign = "center";
    for (const value of x.ticks) {
      context.fillText((x.text ?? plain)(value), this.at([value, y.from])[0], height - EDGE.bottom + 15);
    }
    context.fillText(x.name, (EDGE.left + width - EDGE.right) / 2, height - 4);
    return context;
  }

  /** Draw only between the axes, until `end`. */
  clip() {
    const [left, bottom] = this.at([this.x.from, this.y.from]);
    const [right, top] = this.at([this.x.to, this.y.to]);
    this.context.save();
    this.context.beginPath();
    this.context.rect(left, top, right - left, bottom - top);
    this.context.clip();
  }

  end() {
    this.context.restore();
  }

  line(places, color, { width = 2, dash = [] } = {}) {
    const { context } = this;
    context.beginPath();
    places.map((place) => this.at(place)).forEach(([h, v], i) => (i ? context.lineTo(h, v) : context.moveTo(h, v)));
    context.strokeStyle = themed(color);
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  dot(place, color, radius = 3) {
    const [h, v] = this.at(place);
    this.context.beginPath();
    this.context.arc(h, v, radius, 0, 2 * Math.PI);
    this.context.fillStyle = themed(color);
    this.context.fill();
  }

  /** A bar from the bottom up. */
  bar(from, to, value, color) {
    const [left, top] = this.at([from, value]);
    const [right, bottom] = this.at([to, this.y.from]);
    this.context.fillStyle = themed(color);
    this.context.fillRect(left + 1, top, right - left - 2, bottom - top);
  }
}
