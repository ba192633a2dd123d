"""``course zoo``: what systems there are."""

import json

from course_lib.runs.summary import aligned, published_text, summarize

HEADER = ["name", "system", "parameters", "published %", "ours %", "n", "source"]


def run(options):
    rows, _ = summarize(options.directory)
    # Of a model that we have beside scikit-learn's, ours, which comes first.
    rows = list({row["name"]: row for row in reversed(rows)}.values())[::-1]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        print("\n".join(aligned(HEADER, map(_cells, rows))))


def _cells(row):
    ours = row["ours"]
    return [row["name"], row["title"], f"{row['parameters']:,}" if row["parameters"] else "-",
            published_text(row["published"]), f"{ours['mean']:.2f}" if ours else "-",
            str(ours["n"]) if ours else "-", row["source"]]
