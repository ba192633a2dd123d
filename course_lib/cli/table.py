"""``course table``: published and our own results of all systems, from the records."""

import json
import sys

from .summary import aligned, published_text, summarize

HEADER = ["system", "published %", "ours %", "spread or 95 % interval", "n", "parameters",
          "train s", "predict s"]
LEGEND = """\
Accuracy on the 10,000 test images of MNIST, mean over n seeds. Spread: standard deviation over
seeds; with one seed the 95 % Wilson interval over test images. Predict: all test images."""
SHARED = "* measured while other runs shared the machine"


def run(options):
    rows, left_out = summarize(options.directory)
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        cells = [_cells(row) for row in rows]
        lines = _markdown(HEADER, cells) if options.markdown else aligned(HEADER, cells)
        shared = any(row["ours"] and row["ours"]["runs_at_once"] > 1 for row in rows)
        print("\n".join([*lines, "", LEGEND, *[SHARED] * shared]))
    for record in left_out:
        print(f"left out: {record}", file=sys.stderr)


def _cells(row):
    name = row["name"] + (", scikit-learn" if row["model"] == "scikit-learn" else "")
    start = [name, published_text(row["published"])]
    parameters = f"{row['parameters']:,}" if row["parameters"] else "-"
    ours = row["ours"]
    if ours is None:
        return [*start, "-", "-", "-", parameters, "-", "-"]
    spread = (f"± {ours['spread']:.2f}" if ours["n"] > 1
              else f"{ours['interval'][0]:.2f} to {ours['interval'][1]:.2f}")
    star = "*" if ours["runs_at_once"] > 1 else ""
    return [*start, f"{ours['mean']:.2f}", spread, str(ours["n"]), parameters,
            f"{ours['train_seconds']:,.1f}{star}", f"{ours['predict_seconds']:,.2f}{star}"]


def _markdown(header, rows):
    rule = ["---", *["---:"] * (len(header) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in [header, rule, *rows]]
