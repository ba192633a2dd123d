// Choose any number of a network and see the sums that made it and its gradient.
/* global Microscope, unravel, argmax, element, Announcer, number, power, Picture */

const NEAR = 1e-6; // the step at which double precision sees a slope best
const ROUNDING = 1e-6; // of a slope with that step, at most
const FEW = 8; // terms that are listed before somebody asks for all

/**
 * A subject has a `name`, a `network`, the names of its `arrays` (those of one number in `one`, where it is another
 * name) and of its `layers` by their index, `inputs` as {x, label, picture}, and `classes`.
 */
class Inspector {
  constructor(subject) {
    Object.assign(this, subject);
    this.microscope = new Microscope(this.network);
    this.announcer = new Announcer(400);
    this.past = [];
    this.all = false;
    this.build();
    this.lookAt(0);
  }

  build() {
    const options = (values, chosen) => values.map(([value, text]) =>
      element("option", { value, selected: value === chosen }, text));
    const choices = this.inputs.length > 1 ? this.inputs : []; // nobody needs to choose among one
    this.samples = choices.map(({ label, picture }, i) => {
      const name = { "aria-label": `A digit labeled ${label}`, "aria-pressed": "false" };
      return element("button", { type: "button", class: "iv-sample", ...name, onclick: () => this.lookAt(i) }, picture);
    });
    const classes = this.classes.map((name, i) => [String(i), name]);
    this.label = element("select", { id: "iv-label", onchange: () => this.look() }, ...options(classes));
    this.shown = element("select", { id: "iv-shown", onchange: () => this.show() },
      ...options([["gradients", "gradients"], ["values", "values"]], "gradients"));
    this.eps = element("select", { id: "iv-eps", onchange: () => this.show() },
      ...options([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((n) => [`1e-${n}`, power(n)]), "1e-5"));
    const field = (text, control) => element("div", {}, element("label", { for: control.id }, text), control);
    this.sentence = element("p", { class: "iv-verdict" });
    this.stations = this.listStations();
    this.rail = element("div", { class: "iv-rail", role: "group", "aria-label": "Where to look" },
      ...this.stations.map(({ node }) => node));
    this.picture = new Picture((index) => this.go({ ...this.place, index }, false));
    this.back = element("button", { type: "button", onclick: () => this.goBack() }, "Back");
    this.title = element("h2", { tabindex: "-1" });
    this.detail = element("div", { class: "iv-detail" });
    this.node = element("div", { class: "iv-microscope" },
      element("div", { class: "iv-samples", role: "group", "aria-label": "The digit", hidden: !this.samples.length },
        element("div", {}, ...this.samples)),
      element("div", { class: "iv-fields" }, field("The true class is", this.label),
        field("The picture shows", this.shown), field("Step of the finite difference", this.eps)),
      this.sentence, this.rail,
      element("div", { class: "iv-stage" }, this.picture.node,
        element("p", { id: "iv-picture-help", class: "iv-small" }, "Blue is positive, orange negative. ",
          "Choose a number by a click or a tap, or with the arrow keys.")),
      element("div", { class: "iv-heading" }, this.title, this.back), this.detail, this.announcer.node);
  }

  /** All arrays and weights, in the order in which they are used, and the loss. */
  listStations() {
    const found = [];
    const add = (text, place) => {
      const onclick = () => this.go(this.largest(place), false);
      const look = { type: "button", class: place.param ? "iv-chip is-weight" : "iv-chip", "aria-pressed": "false" };
      found.push({ place, node: element("button", { ...look, onclick }, text) });
    };
    this.arrays.forEach((name, k) => {
      add(name, { array: k });
      if (this.layers[k]) ["W", "b"].forEach((param) => add(`${param} of ${this.layers[k]}`, { layer: k, param }));
    });
    add("loss", { loss: true });
    return found;
  }

  lookAt(sample) {
    this.sample = sample;
    this.samples.forEach((button, i) => button.setAttribute("aria-pressed", String(i === sample)));
    this.label.value = String(this.inputs[sample].label);
    this.look();
  }

  look() {
    this.microscope.look(this.inputs[this.sample].x, Number(this.label.value));
    const { probabilities: p, lossValue, label } = this.microscope;
    const { name, classes } = this;
    this.sentence.textContent = `${name} says ${classes[argmax(p)]} and gives the true class, ${classes[label]}, the ` +
      `probability p = ${number(p[label])}. The loss is \u2212log p = ${number(lossValue)}.`;
    this.place ??= { loss: true };
    this.show();
  }

  shapeOf(place) {
    return this.microscope.array(place).shape;
  }

  gradientsOf(place) {
    const { microscope } = this;
    return place.param ? microscope.layers[place.layer].grads[place.param] : microscope.grads[place.array];
  }

  /** The number of an array with the largest gradient: where there is something to see. */
  largest(place) {
    if (place.loss) return place;
    return { ...place, index: argmax(this.gradientsOf(place).map(Math.abs)) };
  }

  nameOf(place) {
    if (place.loss) return "loss";
    const shape = this.shapeOf(place);
    const position = unravel(place.index, shape);
    if (place.param) return `${place.param} of ${this.layers[place.layer]} [${position.join(", ")}]`;
    if (place.array === this.arrays.length - 1) return `logit of ${this.classes[place.index]}`;
    const inside = position.slice(1).filter((_, axis) => axis < 2 || place.array > 0); // pixels have one channel
    return `${this.one[place.array] ?? this.arrays[place.array]} [${inside.join(", ")}]`;
  }

  /** Walk to another number. Who walks by a button in the text is led to the title of what comes. */
  go(place, focus = true) {
    this.past.push(this.place);
    this.place = place;
    this.all = false;
    this.show();
    if (focus) this.title.focus({ preventScroll: false });
  }

  goBack() {
    if (!this.past.length) return;
    this.place = this.past.pop();
    this.show();
    this.title.focus();
  }

  link(place) {
    return element("button", { type: "button", class: "iv-link", onclick: () => this.go(place) }, this.nameOf(place));
  }

  /** Draw everything; `aloud` where somebody has asked for it. */
  show(aloud = true) {
    this.aloud = aloud;
    const { place, microscope } = this;
    const same = (other) => ["loss", "array", "layer", "param"].every((key) => other[key] === place[key]);
    this.stations.forEach(({ place: station, node }) => node.setAttribute("aria-pressed", String(same(station))));
    const drawn = place.loss ? { array: this.arrays.length - 1, index: microscope.label } : place;
    const array = this.shown.value === "values" ? microscope.array(drawn) : this.gradientsOf(drawn);
    this.picture.show(drawn, array, this.shapeOf(drawn));
    this.picture.canvas.setAttribute("aria-label", `${this.shown.value} around ${this.nameOf(drawn)}`);
    this.title.textContent = this.nameOf(place);
    this.back.disabled = !this.past.length;
    this.detail.replaceChildren(...(place.loss ? this.lossTable() : this.numberTables()));
  }

  say(text) {
    if (this.aloud) this.announcer.say(text);
  }

  facts(pairs) {
    return element("dl", { class: "iv-facts" }, ...pairs.map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  }

  lossTable() {
    const { probabilities: p, label, lossValue } = this.microscope;
    const rows = Array.from(p, (share, digit) => [this.link({ array: this.arrays.length - 1, index: digit }),
      number(share), digit === label ? "1" : "0", number(share - (digit === label ? 1 : 0))]);
    this.say(`The loss is ${number(lossValue)}.`);
    return [this.facts([["value", number(lossValue)], ["gradient", "1"]]),
      this.table("The gradient of each logit is its probability, less 1 for the true class",
        ["Made from", "probability p", "target", "gradient = p \u2212 target"], rows)];
  }

  /** Whether a finite difference with a fine step, at which only rounding counts, contradicts the gradient. */
  isKink(place, gradient) {
    const near = this.microscope.finiteDifference(place, NEAR);
    const size = Math.max(Math.abs(near), Math.abs(gradient));
    return Math.abs(near - gradient) > Math.max(0.01 * size, ROUNDING);
  }

  numberTables() {
    const { place, microscope } = this;
    const eps = Number(this.eps.value);
    const [value, gradient] = [microscope.value(place), microscope.gradient(place)];
    const difference = microscope.finiteDifference(place, eps);
    const parts = [this.facts([["value", number(value)],
      ["gradient, by backpropagation", number(gradient)],
      ["finite difference", number(difference)],
      ["they differ by", number(Math.abs(difference - gradient))]])];
    if (this.isKink(place, gradient)) {
      const [left, right] = microscope.slopes(place, NEAR);
      parts.push(element("p", { class: "iv-note" },
        `The loss has a kink here. To the left of this number its slope is ${number(left)}, to the right `,
        `${number(right)}. Pixels tie for the maximum of a window, as they do on blank paper, and backpropagation `,
        "follows the first of them, whichever wins when the number moves."));
    }
    this.say(`${this.nameOf(place)}: value ${number(value)}, gradient ${number(gradient)}, ` +
      `finite difference ${number(difference)}.`);
    const back = microscope.terms(place).map((term) => ({ ...term, product: term.upstream * term.local }));
    parts.push(...this.sumTable("What makes its gradient", back, "this number changes nothing that follows",
      ["Goes into", "term", "= gradient there", "× how it counts"], ({ to, name, upstream, by, local, product }) => {
        const why = by ? [", ", this.link(by)] : name ? [`, ${name}`] : [];
        return [this.link(to), number(product), number(upstream), [number(local), ...why]];
      }, gradient));
    const made = microscope.made(place).map((term) => ({ ...term, product: term.input * term.weight }));
    parts.push(...this.sumTable("What made its value", made,
      place.param ? "it was learned" : "it was drawn by somebody",
      ["Comes from", "term", "= value there", "× how it counts"], ({ from, input, by, weight, product }) =>
        [from ? this.link(from) : "the bias", number(product), from ? number(input) : "1",
          by ? [`${number(weight)}, `, this.link(by)] : number(weight)], value));
    return parts;
  }

  /** The largest terms of a sum, what the others amount to, and the sum. */
  sumTable(caption, terms, none, head, row, sum) {
    if (!terms.length) return [element("p", {}, element("strong", {}, `${caption}: `), `${none}.`)];
    terms.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
    const live = terms.filter(({ product }) => product !== 0);
    const listed = this.all ? terms : terms.slice(0, Math.max(1, Math.min(FEW, live.length)));
    const rest = terms.slice(listed.length);
    const rows = listed.map(row);
    if (rest.length) {
      const zeros_ = rest.filter(({ product }) => product === 0).length;
      const total = rest.reduce((sofar, { product }) => sofar + product, 0);
      rows.push([`${rest.length} more, ${zeros_} of them 0`, number(total), "", ""]);
    }
    const table = this.table(caption, head, rows, number(sum));
    if (!rest.length) return [table];
    const more = element("button", { type: "button", onclick: () => {
      this.all = true;
      this.show();
      this.title.focus();
    } }, `Show all ${terms.length} terms`);
    return [table, more];
  }

  table(caption, head, rows, sum = null) {
    const cells = (row, i) => row.map((cell, j) => element(j === 0 && i !== null ? "th" : "td",
      j === 0 && i !== null ? { scope: "row" } : {}, ...(Array.isArray(cell) ? cell : [cell])));
    const body = rows.map((row, i) => element("tr", {}, ...cells(row, i)));
    const foot = sum === null ? [] : [element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "Sum"),
      element("td", {}, sum), element("td"), element("td")))];
    return element("div", { class: "iv-scroll", tabindex: "0", role: "group", "aria-label": caption },
      element("table", { class: "iv-terms" }, element("caption", {}, caption),
        element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
        element("tbody", {}, ...body), ...foot));
  }
}
