"""``course zoo``: what systems there are."""

from course_lib.cli.common import aligned, parameters_cell, print_json
from course_lib.runs.files import is_fresh
from course_lib.runs.summary import published_text, summarize

HEADER = ["name", "system", "parameters", "published %", "ours %", "n", "source"]


def run(options):
    # The systems are there before anything was trained; all the rest is a mistyped folder.
    rows, _ = summarize(options.directory, with_records=not is_fresh(options.directory))
    # Of a model that we have beside scikit-learn's, ours, which comes first.
    rows = list({row["name"]: row for row in reversed(rows)}.values())[::-1]
    if options.json:
        print_json(rows)
    else:
        print("\n".join(aligned(HEADER, map(_cells, rows))))


def _cells(row):
    ours = row["ours"]
    return [row["name"], row["title"], parameters_cell(row),
            published_text(row["published"]), f"{ours['mean']:.2f}" if ours else "-",
            str(ours["n"]) if ours else "-", row["source"]]
