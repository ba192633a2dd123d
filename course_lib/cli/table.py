"""``course table``: published and our own results of all systems, from the records."""

import sys

from course_lib.cli.common import aligned, parameters_cell, print_json
from course_lib.runs.summary import published_text, score_cells, summarize, time_cells

HEADER = ["system", "published %", "ours %", "spread or 95 % interval", "n", "errors by half",
          "their way %", "parameters", "train s", "predict s"]
LEGEND = """\
Accuracy on the 10,000 test images of MNIST, mean over n seeds. Spread: standard deviation over
seeds; with one seed the 95 % Wilson interval over test images. Errors by half: in the first and in
the last 5,000 test images. Their way: had the epoch been chosen on the test set, as many sources
do; it flatters. Seconds of the processor, all threads together. Predict: all test images."""
BY_THE_CLOCK = "* seconds on the clock, which other work of the machine lengthens"


def run(options):
    rows, left_out = summarize(options.directory)
    if options.json:
        print_json(rows)
    else:
        cells = [_cells(row) for row in rows]
        lines = _markdown(HEADER, cells) if options.markdown else aligned(HEADER, cells)
        star = any(row["ours"] and row["ours"]["by_the_clock"] for row in rows)
        print("\n".join([*lines, "", LEGEND, *[BY_THE_CLOCK] * star]))
    for record in left_out:
        print(f"left out: {record}", file=sys.stderr)


def _cells(row):
    ours = row["ours"]
    halves = " + ".join(f"{half:,.0f}" for half in ours["errors_by_half"]) if ours else "-"
    other_way = f"{ours['published_way']:.2f}" if ours and ours["published_way"] else "-"
    return [row["name"] + (", scikit-learn" if row["model"] == "scikit-learn" else ""),
            published_text(row["published"]), *score_cells(ours), halves, other_way,
            parameters_cell(row), *time_cells(ours)]


def _markdown(header, rows):
    rule = ["---", *["---:"] * (len(header) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in [header, rule, *rows]]
