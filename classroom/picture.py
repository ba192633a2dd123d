"""The picture on a summary page: how every task went, and how many have how many points."""

import base64
import io

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from classroom.rows import Row, label

# Colors that differ in lightness too, for eyes and printers without color.
KINDS = {"full marks": "#1b5e86", "full marks, once an earlier task is right": "#5aa9d6",
         "some": "#c9dce8", "none": "#b5522b", "no mark": "#e8e4dc"}


def draw(rows: list[Row], tests: dict[str, float]) -> tuple[str, str]:
    """Draw it.

    Returns
    -------
    picture : str
        A PNG file in base64.
    words : str
        What is to be seen, for whoever cannot see it.
    """
    handed_in = [row for row in rows if row.state != "not handed in"]
    counts = {test: count(handed_in, test, points) for test, points in tests.items()}
    scores = [row.score for row in handed_in if row.score is not None]
    with matplotlib.rc_context({"font.size": 10}):
        figure = Figure(figsize=(9.5, 1.6 + 0.34 * len(tests) + 2.6), layout="constrained")
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, height_ratios=[0.34 * len(tests) + 0.8, 2.4])
        _tasks(upper, counts)
        _scores(lower, scores, sum(tests.values()))
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=130)
    words = [f"{label(test)}: " + ", ".join(f"{n} {kind}" for kind, n in found.items() if n)
             for test, found in counts.items()]
    words.append(f"{len(scores)} final scores" + (
        f", from {min(scores):g} to {max(scores):g}" if scores else ""))
    return base64.b64encode(buffer.getvalue()).decode(), "; ".join(words) + "."


def count(rows: list[Row], test: str, points: float) -> dict[str, int]:
    """Count how a task went; every row counts once."""
    found = dict.fromkeys(KINDS, 0)
    for row in rows:
        mark = row.points.get(test)
        if mark is None:
            found["no mark"] += 1
        elif mark >= points:
            found["full marks, once an earlier task is right" if test in row.followed
                  else "full marks"] += 1
        else:
            found["some" if mark > 0 else "none"] += 1
    return found


def _tasks(axes, counts):
    names, left = [label(test) for test in counts], [0] * len(counts)
    for kind, color in KINDS.items():
        width = [found[kind] for found in counts.values()]
        if any(width):
            axes.barh(names, width, left=left, color=color, edgecolor="white", label=kind)
        left = [a + b for a, b in zip(left, width)]
    axes.invert_yaxis()
    axes.set_xlabel("students")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if any(map(any, (found.values() for found in counts.values()))):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _scores(axes, scores, most):
    axes.hist(scores, bins=min(20, max(1, round(most))), range=(0, most), color="#1b5e86",
              edgecolor="white")
    axes.set_xlim(0, most)
    axes.set_xlabel("points in all")
    axes.set_ylabel("students")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
