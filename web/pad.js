// The pad of the page that draws: strokes by pointer or by keys, and the image that they make.
/* global SAMPLES, asMnist, element, paintDigit, themeColor */

const PAD = 280; // pixels of the drawing pad
const PEN = 24; // width of the pen, about that of the people who wrote MNIST
const INK = 140; // pixels of the picture that is handed on
const STEP = 7; // pixels that an arrow key moves the pen

/** The pad: strokes on top of nothing or of a sample, by pointer or by keys, with undo. */
class Pad {
  constructor(onChange, onWords) {
    this.onChange = onChange;
    this.onWords = onWords;
    this.history = [];
    this.now = { sample: null, strokes: [] };
    this.pen = { x: PAD / 2, y: PAD / 4, down: false };
    this.keys = false;
    this.canvas = element("canvas", {
      width: PAD, height: PAD, tabindex: "0", role: "application", class: "iv-pad",
      "aria-label": "Drawing pad", "aria-describedby": "iv-pad-help",
      onpointerdown: (event) => this.begin(event), onpointermove: (event) => this.move(event),
      onpointerup: () => this.end(), onpointercancel: () => this.end(), onkeydown: (event) => this.key(event),
      onblur: () => { this.keys = this.pen.down = false; this.paint(); },
    });
    this.ink = element("canvas", { width: INK, height: INK });
    this.inkContext = this.ink.getContext("2d", { willReadFrequently: true });
  }

  get empty() {
    return this.now.sample === null && !this.now.strokes.length;
  }

  /** Do something that can be undone. */
  change(next) {
    this.history.push(this.now);
    this.now = { ...this.now, ...next };
    this.changed();
  }

  undo() {
    if (!this.history.length) return;
    this.now = this.history.pop();
    this.pen.down = false;
    this.changed();
  }

  clear() {
    this.pen.down = false;
    if (!this.empty) this.change({ sample: null, strokes: [], example: false });
  }

  changed() {
    this.paint();
    this.onChange();
  }

  position(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * PAD) / box.width, ((event.clientY - box.top) * PAD) / box.height];
  }

  /** The first stroke makes room: what was there when the page opened is only an example. */
  startStroke(point) {
    const { example, sample, strokes } = this.now;
    this.change({ sample: example ? null : sample, strokes: [...strokes, [point]], example: false });
  }

  extendStroke(point) {
    this.now.strokes.at(-1).push(point);
    this.changed();
  }

  begin(event) {
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    try {
      this.canvas.setPointerCapture(event.pointerId);
    } catch {
      // the pointer has gone already; the stroke ends where it leaves the pad
    }
    this.keys = false;
    this.drawing = true;
    this.startStroke(this.position(event));
  }

  move(event) {
    if (this.drawing) this.extendStroke(this.position(event));
  }

  end() {
    this.drawing = false;
  }

  key(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    const undo = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (dx === undefined && !undo && ![" ", "Enter", "Delete", "Escape"].includes(event.key)) return;
    event.preventDefault();
    this.keys = true;
    const pen = this.pen;
    if (undo) this.undo();
    else if (event.key === "Delete" || event.key === "Escape") this.clear();
    else if (dx === undefined) {
      pen.down = !pen.down;
      if (pen.down) this.startStroke([pen.x, pen.y]);
    } else {
      const inside = (value) => Math.min(Math.max(value, 0), PAD);
      pen.x = inside(pen.x + dx * STEP);
      pen.y = inside(pen.y + dy * STEP);
      if (pen.down) this.extendStroke([pen.x, pen.y]);
    }
    this.paint();
    const cell = (value) => Math.min(28, Math.floor(value / 10) + 1);
    this.onWords(`Pen ${pen.down ? "down" : "up"}, row ${cell(pen.y)}, column ${cell(pen.x)} of 28.`);
  }

  /** Draw what is on the pad, at a scale, in a color. */
  strokesTo(context, scale, color) {
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PEN * scale;
    context.strokeStyle = color;
    for (const stroke of this.now.strokes) {
      context.beginPath();
      context.moveTo(stroke[0][0] * scale, stroke[0][1] * scale);
      stroke.forEach(([x, y]) => context.lineTo(x * scale, y * scale));
      context.lineTo(stroke.at(-1)[0] * scale + 0.01, stroke.at(-1)[1] * scale); // a dot is a stroke, too
      context.stroke();
    }
  }

  paint() {
    const context = this.canvas.getContext("2d");
    const rgb = (name) => `rgb(${themeColor(name).join(" ")})`;
    context.fillStyle = rgb("--iv-paper");
    context.fillRect(0, 0, PAD, PAD);
    if (this.now.sample !== null) {
      const small = document.createElement("canvas");
      paintDigit(small, SAMPLES.images.subarray(784 * this.now.sample, 784 * (this.now.sample + 1)));
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, PAD, PAD);
    }
    if (this.now.example || (this.empty && !this.keys)) {
      context.fillStyle = rgb("--iv-faint");
      context.font = "600 18px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText("draw a digit here", PAD / 2, PAD - 14);
    }
    this.strokesTo(context, 1, rgb("--iv-ink"));
    if (this.keys) {
      const { x, y, down } = this.pen;
      context.lineWidth = 3;
      context.strokeStyle = rgb("--iv-negative");
      context.beginPath();
      context.arc(x, y, PEN / 2, 0, 2 * Math.PI);
      if (!down) {
        context.moveTo(x - PEN, y);
        context.lineTo(x + PEN, y);
        context.moveTo(x, y - PEN);
        context.lineTo(x, y + PEN);
      }
      context.stroke();
    }
  }

  /** What the networks get: an image and where its box lies, or null for an empty pad. */
  read() {
    const { sample, strokes } = this.now;
    if (this.empty) return null;
    const pixels = sample === null ? null : SAMPLES.images.subarray(784 * sample, 784 * (sample + 1));
    if (!strokes.length) return { image: pixels, sample };
    const context = this.inkContext;
    context.clearRect(0, 0, INK, INK);
    this.strokesTo(context, INK / PAD, "#000");
    const { data } = context.getImageData(0, 0, INK, INK);
    const values = Float32Array.from({ length: INK * INK }, (_, i) => {
      const size = INK / 28;
      const below = pixels ? pixels[Math.floor(i / INK / size) * 28 + Math.floor((i % INK) / size)] : 0;
      return Math.max(data[4 * i + 3], below) / 255;
    });
    return asMnist({ values, height: INK, width: INK });
  }
}
