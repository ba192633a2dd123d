// Pictures of arrays in which a number can be chosen.
/* global unravel, element, themeColor */

/** Where each number of an array lies in a picture: maps side by side, rows of units, or a matrix. */
class Layout {
  constructor(place, shape) {
    this.shape = place.param ? shape : shape.slice(1); // of one image
    const [a, b, c, d] = this.shape;
    const images = this.shape.length > 2; // (H, W, C) or (K, K, C, F)
    const [height, width] = images ? [a, b] : [1, 1];
    const across = { 2: b, 3: c > 6 ? 4 : Math.min(c, 3), 4: d }[this.shape.length] ?? Math.min(a, 20);
    const total = shape.reduce((product, n) => product * n, 1);
    const gap = images && total > height * width ? 1 : 0;
    this.places = Array.from({ length: total }, (_, index) => {
      const at = unravel(index, this.shape);
      const map = images ? index % (total / (height * width)) : index;
      const [h, w] = images ? at : [0, 0];
      return [(map % across) * (width + gap) + w, Math.floor(map / across) * (height + gap) + h];
    });
    this.columns = Math.max(...this.places.map(([x]) => x)) + 1;
    this.rows = Math.max(...this.places.map(([, y]) => y)) + 1;
    this.indices = new Map(this.places.map(([x, y], index) => [y * this.columns + x, index]));
  }

  /** The number at a point of the picture, or nothing in a gap. */
  at(x, y) {
    return x < 0 || y < 0 || x >= this.columns ? undefined : this.indices.get(y * this.columns + x);
  }

  /** The next number in a direction, over a gap. */
  next(index, dx, dy) {
    const [x, y] = this.places[index];
    return this.at(x + dx, y + dy) ?? this.at(x + 2 * dx, y + 2 * dy) ?? index;
  }
}

/** A picture of one array, in which a number can be chosen by pointer and by arrow keys. */
class Picture {
  constructor(choose) {
    this.canvas = element("canvas", {
      tabindex: "0", role: "application", "aria-label": "Picture of the array", "aria-describedby": "iv-picture-help",
      onclick: (event) => {
        const box = this.canvas.getBoundingClientRect();
        const x = Math.floor(((event.clientX - box.left) / box.width) * this.layout.columns);
        const y = Math.floor(((event.clientY - box.top) / box.height) * this.layout.rows);
        const index = this.layout.at(x, y);
        if (index !== undefined) choose(index);
      },
      onkeydown: (event) => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!step) return;
        event.preventDefault();
        choose(this.layout.next(this.index, ...step));
      },
    });
    this.mark = element("div", { class: "iv-mark", "aria-hidden": "true" });
    this.node = element("div", { class: "iv-picture" }, this.canvas, this.mark);
  }

  show(place, array, shape) {
    const name = place.loss ? "loss" : `${place.array} ${place.layer} ${place.param}`;
    if (name !== this.name) this.layout = new Layout(place, shape);
    this.name = name;
    this.index = place.index;
    const { columns, rows, places } = this.layout;
    this.canvas.width = columns;
    this.canvas.height = rows;
    this.node.style.width = `min(100%, ${columns * Math.min(28, Math.max(1, Math.floor(560 / columns)))}px)`;
    const context = this.canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    const [positive, negative, ground] = ["--iv-positive", "--iv-negative", "--iv-ground"].map(themeColor);
    const most = array.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-300);
    array.forEach((value, index) => {
      const [x, y] = places[index];
      const share = Math.abs(value) / most;
      const color = value < 0 ? negative : positive;
      const at = 4 * (y * columns + x);
      for (let k = 0; k < 3; k++) image.data[at + k] = ground[k] + share * (color[k] - ground[k]);
      image.data[at + 3] = 255;
    });
    context.putImageData(image, 0, 0);
    const [x, y] = places[place.index];
    const mark = { left: x / columns, top: y / rows, width: 1 / columns, height: 1 / rows };
    for (const [side, share] of Object.entries(mark)) this.mark.style[side] = `${100 * share}%`;
  }
}
