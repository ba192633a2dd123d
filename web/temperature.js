// Temperature scaling of naive Bayes (chapter 2): the confidence moves, the answers do not.
/* global TEMPERATURE, unpack, zeros, softmax, argmax, slider, percent, plain, themed, Axes */

const TAUS = [1, 1.5, 2, 3, 5, 7, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 85, 100];
const BINS = 10;

/** In each bin of confidence, the mean confidence, the share of right answers, and how many answers there are. */
function reliability(labels, p) {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  labels.forEach((label, i) => {
    const row = p.subarray(10 * i, 10 * (i + 1));
    const answer = argmax(row);
    const bin = bins[Math.max(0, Math.min(Math.ceil(row[answer] * BINS) - 1, BINS - 1))];
    bin.count += 1;
    bin.confidence += row[answer];
    bin.accuracy += answer === label;
  });
  for (const bin of bins) {
    bin.confidence /= bin.count || 1;
    bin.accuracy /= bin.count || 1;
  }
  return bins;
}

/** The mean gap between confidence and accuracy, weighted by the number of answers. */
function calibrationError(bins) {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.confidence - bin.accuracy), 0) / total;
}

/** Probabilities (N, 10) from logarithms that are divided by tau. */
function tempered(logarithms, tau) {
  const divided = zeros(logarithms.shape, Float64Array);
  logarithms.forEach((value, i) => { divided[i] = value / tau; });
  return softmax(divided);
}

/** The component. */
function temperature() {
  const logarithms = unpack(TEMPERATURE.logarithms);
  const labels = unpack(TEMPERATURE.labels);
  const tau = slider({ id: "temperature-tau", label: "temperature τ", stops: TAUS });
  const chart = new Axes({
    title: "Bars: how often answers of this confidence are right. The dashed line is where they should end. " +
      "The number above a bar counts its answers.",
    x: { from: 0, to: 1, ticks: [0, 0.5, 1], name: "confidence" },
    y: { from: 0, to: 1.1, ticks: [0, 0.5, 1] },
  });

  const update = () => {
    const bins = reliability(labels, tempered(logarithms, tau.value));
    const context = chart.begin();
    bins.forEach((bin, b) => {
      if (!bin.count) return;
      chart.bar(b / BINS, (b + 1) / BINS, bin.accuracy, "--iv-bar");
      context.fillStyle = themed("--iv-ink");
      const [h, v] = chart.at([(b + 0.5) / BINS, bin.accuracy]);
      context.fillText(String(bin.count), h, v - 3);
    });
    chart.line([[0, 0], [1, 1]], "--iv-negative", { dash: [6, 4] });
    chart.canvas.setAttribute("aria-label", `Reliability diagram: ${bins.map(({ count, accuracy }, b) => count &&
      `${count} answers with up to ${(b + 1) / BINS}, ${percent(accuracy)} right`).filter(Boolean).join("; ")}`);
    const mean = (what) => bins.reduce((sum, bin) => sum + bin.count * bin[what], 0) / labels.length;
    return `With τ = ${plain(tau.value)}, the ${labels.length.toLocaleString("en")} answers are given with a mean ` +
      `confidence of ${percent(mean("confidence"))}, and ${percent(mean("accuracy"))} of them are right. ` +
      `The calibration error is ${calibrationError(bins).toFixed(3)}.`;
  };
  return { title: "Cool the certainty", controls: [tau], pictures: [chart.node], update };
}
