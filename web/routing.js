// Routing by agreement and squash (chapter 16): eight capsules below vote for three above.
/* global VOTES, unpack, slider, choice, themed, Axes, BarTable */

/** The length n^2 / (1 + n^2) in the direction of s. */
function squash(s) {
  const n = Math.hypot(...s);
  return s.map((x) => (n / (1 + n * n)) * x);
}

// Couplings of one capsule below from its logits: shares of one vote, or stretched to 0 and 1.
const COUPLINGS = {
  softmax: {
    first: (above) => 1 / above,
    from: (b) => {
      const e = b.map((x) => Math.exp(x - Math.max(...b)));
      return e.map((x) => x / e.reduce((sum, y) => sum + y, 0));
    },
  },
  "max-min": {
    first: () => 1,
    from: (b) => {
      const [low, high] = [Math.min(...b), Math.max(...b)];
      return b.map((x) => (high > low ? (x - low) / (high - low) : 0));
    },
  },
};

/** votes[i][j] are vectors; returns the couplings c[i][j], the sums s[j], and the capsules v[j] of the last round. */
function route(votes, rounds, { first, from }) {
  let b = votes.map((row) => row.map(() => 0));
  let c = b.map((row) => row.map(() => first(row.length)));
  for (let round = 1; ; round++) {
    const s = votes[0].map((vector, j) =>
      vector.map((_, d) => votes.reduce((sum, vote, i) => sum + c[i][j] * vote[j][d], 0)));
    const v = s.map(squash);
    if (round === rounds) return { c, s, v };
    b = b.map((row, i) => row.map((x, j) => x + votes[i][j].reduce((sum, u, d) => sum + u * v[j][d], 0)));
    c = b.map(from);
  }
}

/** The component. */
function routing() {
  const numbers = unpack(VOTES);
  const [below, above, dimension] = numbers.shape;
  const rounds = slider({ id: "routing-rounds", label: "rounds", stops: [1, 2, 3, 4, 5, 6, 8, 10], index: 2 });
  const scale = slider({ id: "routing-scale", label: "length of all votes", stops: [0.25, 0.5, 0.75, 1, 1.5, 2, 3],
    index: 3, text: (x) => `× ${x}` });
  const rule = choice({ id: "routing-rule", label: "Couplings", 
    options: Object.keys(COUPLINGS).map((name) => [name, name]) });
  const names = ["A", "B", "C"];
  const table = new BarTable("Couplings of the capsules below (rows) to those above", ["Below", ...names]);
  const curve = new Axes({ title: "Squash: the length of A, B, and C before (across) and after (up).",
    x: { from: 0, to: 6, ticks: [], name: "length of s" }, y: { from: 0, to: 1, ticks: [0, 0.5, 1] } });

  const update = () => {
    const row = (i) => Array.from({ length: above }, (_, j) => {
      const start = (i * above + j) * dimension;
      return Array.from(numbers.subarray(start, start + dimension), (x) => scale.value * x);
    });
    const votes = Array.from({ length: below }, (_, i) => row(i));
    const { c, s, v } = route(votes, rounds.value, COUPLINGS[rule.value]);
    table.show(c.map((shares, i) => [String(i + 1), ...shares.map((share) =>
      [share, share.toFixed(2), share === Math.max(...shares) && share > Math.min(...shares)])]));
    const [before, after] = [s, v].map((vectors) => vectors.map((vector) => Math.hypot(...vector)));
    curve.x.to = Math.max(6, Math.ceil(Math.max(...before)));
    curve.x.ticks = Array.from({ length: 7 }, (_, i) => Math.round((i * curve.x.to) / 6));
    const context = curve.begin();
    curve.line(Array.from({ length: 101 }, (_, i) => (i * curve.x.to) / 100).map((n) => [n, (n * n) / (1 + n * n)]),
      "--iv-faint");
    names.forEach((name, j) => {
      curve.dot([before[j], after[j]], "--iv-negative", 5);
      const [h, up] = curve.at([before[j], after[j]]);
      context.fillStyle = themed("--iv-ink");
      context.fillText(name, h + (j ? 11 : -8), up + (j ? 15 : -8));
    });
    const lengths = names.map((name, j) => `${name} is ${after[j].toFixed(2)}`).join(", ");
    curve.canvas.setAttribute("aria-label", `Lengths after squash: ${lengths}`);
    return `After ${rounds.value} ${rounds.value === 1 ? "round" : "rounds"} with ${rule.value}, ${lengths} long. ` +
      `Capsule 1 is coupled to A by ${c[0][0].toFixed(2)}, capsule 6 to B by ${c[5][1].toFixed(2)}.`;
  };
  return { title: "Let them agree", controls: [rounds, scale, rule], pictures: [table.node, curve.node], update };
}
