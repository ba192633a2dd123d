// What the small components of the chapters share: sliders and choices, and a frame to put them in.
//
// A component is a function that returns {title, controls, pictures, update}. `controls` are sliders and choices,
// `pictures` elements, and `update` draws everything anew and returns what there is to see, in a sentence.
/* global element, mount, Announcer, onThemeChange, matchMedia */

/** A range with its name and its value in words; it moves over `stops`, from the one at `index`. */
function slider({ id, label, stops, index = 0, text = String }) {
  const input = element("input", { type: "range", id: `iv-${id}`, min: "0", max: String(stops.length - 1), step: "1",
    value: String(index) });
  const words = element("span", { class: "iv-value", "aria-hidden": "true" });
  const write = () => {
    words.textContent = text(stops[input.value]);
    input.setAttribute("aria-valuetext", words.textContent);
  };
  input.addEventListener("input", write);
  write();
  return {
    input,
    node: element("div", { class: "iv-slider" }, element("label", { for: input.id }, label), words, input),
    get value() { return stops[input.value]; },
  };
}

/** One of several: `options` are pairs of a value and its name. */
function choice({ id, label, options }) {
  const items = options.map(([value, name]) => element("option", { value }, name));
  const input = element("select", { id: `iv-${id}` }, ...items);
  return {
    input,
    node: element("div", {}, element("label", { for: input.id }, label), input),
    get value() { return input.value; },
  };
}

/** A table of bars. A row is its name and its cells, each a share from 0 to 1, its words, and whether it is best. */
class BarTable {
  constructor(caption, head) {
    this.body = element("tbody");
    this.node = element("table", { class: "iv-answers" }, element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))), this.body);
  }

  show(rows) {
    const cell = ([share, words, best]) => element("td", best ? { class: "is-best" } : {},
      element("span", { class: "iv-bar", style: `inline-size: ${100 * share}%` }), element("span", {}, words));
    this.body.replaceChildren(...rows.map(([name, ...cells]) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...cells.map(cell))));
  }
}

/** A component in its place. It is drawn once for each picture of the screen, and read aloud when it is quiet. */
function show(name, make) {
  const announcer = new Announcer();
  const verdict = element("p", { class: "iv-verdict" });
  let waiting = false;
  const draw = (aloud) => {
    verdict.textContent = update();
    if (aloud) announcer.say(verdict.textContent);
  };
  const redraw = (aloud = true) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(aloud); });
  };
  const { title, controls, pictures, update } = make(redraw);
  for (const { input } of controls) input.addEventListener("input", () => redraw());
  mount(name, element("div", { class: "iv-component", role: "group", "aria-label": title },
    element("p", { class: "iv-title" }, title),
    element("div", { class: "iv-fields" }, ...controls.map(({ node }) => node)),
    element("div", { class: "iv-pictures" }, ...pictures), verdict, announcer.node));
  onThemeChange(() => redraw(false));
  window.addEventListener("resize", () => redraw(false));
  draw(false);
}
