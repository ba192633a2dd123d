// k nearest neighbors on the embedded digits (chapter 4): how many vote, and among how many stored images.
/* global NEIGHBORS, unpackAll, slider, choice, element, percent, plain, argmax, BarTable, themeColor */

const KS = [1, 2, 3, 4, 5, 7, 10, 15, 25];
const STORED = [25, 50, 100, 200, 400, 800, 1437];
const PIXELS = 64; // 8 x 8

/** The `most` nearest of the first n stored images, nearest first; of two that are equally near, the smaller index. */
function nearest(question, stored, n, most) {
  const found = [];
  for (let i = 0; i < n; i++) {
    let d2 = 0;
    for (let p = 0; p < PIXELS; p++) d2 += (question[p] - stored[i * PIXELS + p]) ** 2;
    if (found.length === most && d2 >= found.at(-1).d2) continue;
    let at = found.length;
    while (at > 0 && found[at - 1].d2 > d2) at--;
    found.splice(at, 0, { i, d2 });
    if (found.length > most) found.pop();
  }
  return found.map(({ i }) => i);
}

/** How many of the first k neighbors bear each label. */
function votes(neighborsOf, labels, k) {
  const count = Array(10).fill(0);
  for (const i of neighborsOf.slice(0, k)) count[labels[i]] += 1;
  return count;
}

/** A small image of 8 x 8 numbers from 0 to 16. */
function paintSmall(canvas, image) {
  canvas.width = canvas.height = 8;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(8, 8);
  const [ink, paper] = ["--iv-ink", "--iv-paper"].map(themeColor);
  image.forEach((value, i) => {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = paper[c] + (value / 16) * (ink[c] - paper[c]);
    picture.data[4 * i + 3] = 255;
  });
  context.putImageData(picture, 0, 0);
}

/** The component. */
function neighbors() {
  const { stored, labels, questions, truth } = unpackAll(NEIGHBORS);
  const question = (q) => questions.subarray(q * PIXELS, (q + 1) * PIXELS);
  const asked = Array.from({ length: 10 }, (_, digit) => truth.indexOf(digit));
  const k = slider({ id: "neighbors-k", label: "neighbors k", stops: KS, index: 2 });
  const n = slider({ id: "neighbors-n", label: "stored images", stops: STORED, index: STORED.length - 1 });
  const options = asked.map((_, j) => [String(j), `a ${j}`]);
  const digit = choice({ id: "neighbors-digit", label: "Question", options });
  const canvas = element("canvas", { role: "img", class: "iv-small-digit" });
  const pile = element("div", { class: "iv-pile", role: "img" });
  const table = new BarTable("Votes", ["Digit", "votes"]);
  const known = new Map(); // by the number of stored images, the neighbors of all questions

  const update = () => {
    if (!known.has(n.value)) {
      known.set(n.value, Array.from(truth, (_, q) => nearest(question(q), stored, n.value, KS.at(-1))));
    }
    const all = known.get(n.value);
    const q = asked[Number(digit.value)];
    const voters = all[q].slice(0, k.value);
    const count = votes(voters, labels, k.value);
    paintSmall(canvas, question(q));
    canvas.setAttribute("aria-label", `A handwritten ${truth[q]}`);
    pile.replaceChildren(...voters.map((i) => {
      const small = element("canvas");
      paintSmall(small, stored.subarray(i * PIXELS, (i + 1) * PIXELS));
      return element("figure", { "aria-hidden": "true" }, small, element("figcaption", {}, String(labels[i])));
    }));
    pile.setAttribute("aria-label", `The nearest are labeled ${voters.map((i) => labels[i]).join(", ")}`);
    table.show(count.map((v, j) => [String(j), [v / k.value, plain(v), j === argmax(count)]]));
    const right = all.reduce((sum, found, i) => sum + (argmax(votes(found, labels, k.value)) === truth[i]), 0);
    return `k = ${k.value} of ${n.value.toLocaleString("en")} stored images: this ${truth[q]} is taken for a ` +
      `${argmax(count)}. Of all ${truth.length} held-out digits, ${percent(1 - right / truth.length)} are misread.`;
  };
  const words = element("p", { class: "iv-small" }, "Its nearest stored images, nearest first:");
  const left = element("div", {}, canvas, words, pile);
  return { title: "Ask the pile", controls: [k, n, digit], pictures: [left, table.node], update };
}
