// A curve that grows, in the colors of the theme, with numbers at its axes.
/* global element, themeColor */

const ROOM = { left: 46, right: 12, top: 10, bottom: 30 }; // for the numbers, in pixels

class Chart {
  /** `top` is the largest value of the axis, `text` writes a value, `line` is one to aim at. */
  constructor({ title, top, ticks, text, line = null, words }) {
    Object.assign(this, { top, ticks, text, line, words, points: [] });
    this.canvas = element("canvas", { role: "img", class: "iv-chart" });
    this.node = element("figure", {}, element("figcaption", { class: "iv-title" }, title), this.canvas);
  }

  clear() {
    this.points = [];
  }

  add(x, y) {
    this.points.push([x, y]);
  }

  /** The curve from step 0 to the last one; single values faint, a moving average strong. */
  draw() {
    const scale = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const color = (name, alpha = 1) => `rgb(${themeColor(name).join(" ")} / ${alpha})`;
    const last = Math.max(this.points.at(-1)?.[0] ?? 0, 20);
    const atX = (x) => ROOM.left + (x / last) * (width - ROOM.left - ROOM.right);
    const atY = (y) => height - ROOM.bottom - (Math.min(y, this.top) / this.top) * (height - ROOM.top - ROOM.bottom);

    context.font = "12px system-ui, sans-serif";
    context.fillStyle = color("--iv-ink");
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const tick of this.ticks) {
      context.strokeStyle = color("--iv-line");
      this.path(context, [[atX(0), atY(tick)], [atX(last), atY(tick)]]);
      context.fillText(this.text(tick), ROOM.left - 6, atY(tick) + 4);
    }
    context.textAlign = "center";
    context.fillText("0", atX(0), height - 12);
    context.fillText(`${last} steps`, Math.min(atX(last), width - 30), height - 12);
    if (this.line !== null) {
      context.setLineDash([6, 4]);
      context.strokeStyle = color("--iv-negative");
      this.path(context, [[atX(0), atY(this.line)], [atX(last), atY(this.line)]]);
      context.setLineDash([]);
    }
    const place = ([x, y]) => [atX(x), atY(y)];
    context.strokeStyle = color("--iv-best", 0.35);
    this.path(context, this.points.map(place));
    context.strokeStyle = color("--iv-best");
    context.lineWidth = 2.5;
    this.path(context, this.smooth().map(place));
    this.canvas.setAttribute("aria-label", this.points.length ? this.words(this.points) : "nothing yet");
  }

  path(context, places) {
    context.beginPath();
    places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }

  /** Each value becomes the mean of itself and the nine before it, where values are dense. */
  smooth() {
    if (this.points.length < 2 || this.points[1][0] - this.points[0][0] > 1) return this.points;
    return this.points.map(([x], i) => {
      const recent = this.points.slice(Math.max(0, i - 9), i + 1);
      return [x, recent.reduce((sum, [, y]) => sum + y, 0) / recent.length];
    });
  }
}
