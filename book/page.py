"""What the pages of the book share: the banner, numbers for the text, tables, figures in two tones.

The pages run in the folder `book`, so that ``from page import note, percent`` works in each.
"""

from IPython import get_ipython
from IPython.display import Markdown
from matplotlib.figure import Figure
from myst_nb import glue

from course_lib.data import course_data_note
from course_lib.plots.dark import in_both_tones
from course_lib.runs.summary import read_records

SPACE = "\u00a0"  # one that does not break a line


def banner(digits, more=""):
    """What stands at the top of a page that was computed on other digits than MNIST; else None."""
    if digits.name == "MNIST":
        return None
    text = f"{course_data_note(digits)} {more}".strip()
    return Markdown(f":::{{admonition}} Digits\n:class: banner\n{text}\n:::")


def note(**values):
    """Make values available to the text: ``note(n_test=10_000)`` gives 10,000 as {glue:text}`n-test`.

    A value is text or a whole number. Any other number must be rounded first, by `percent`,
    `seconds`, `signed` or an f-string, because nobody wants sixteen digits in a sentence.
    """
    for name, value in values.items():
        if isinstance(value, str):
            text = value
        elif hasattr(value, "__index__") and not isinstance(value, bool):
            text = minus(f"{int(value):,}")
        else:
            raise ValueError(f"{name} must be text or a whole number, but it is {value!r}; round it first")
        glue(name.replace("_", "-"), text, display=False)


def minus(text):
    """The text of a number with a proper minus sign in place of the hyphen."""
    return text.replace("-", "\u2212")


def percent(share, places=1):
    """0.9934 as "99.3 %"."""
    return minus(f"{100 * share:.{places}f}{SPACE}%")


def signed(number, places=0):
    """A difference with its sign, a proper minus included: "+1.5", "\u22120.3"."""
    return minus(f"{number:+,.{places}f}")


def seconds(time):
    """A time for people: "less than 0.1 s", "2.3 s", "140 s", "12 min"."""
    if time < 0.1:
        return f"less than 0.1{SPACE}s"
    if time < 10:
        return f"{time:.1f}{SPACE}s"
    return f"{time:.0f}{SPACE}s" if time < 300 else f"{time / 60:,.0f}{SPACE}min"


def power(number, places=1):
    """A very small or large number: 2.5e-7 as "2.5 × 10⁻⁷", 1e-9 as "10⁻⁹"."""
    digits, exponent = f"{number:.{places}e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    factor = "" if float(digits) == 1 else f"{digits}{SPACE}×{SPACE}"
    return f"{factor}10{raised}"


def an(digit):
    """A digit with its article: "a 7", "an 8"."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def listed(things):
    """Things as in a sentence: "4", "4 and 9", "4, 7, and 9"."""
    *first, last = map(str, things)
    return last if not first else f"{', '.join(first)}{',' * (len(first) > 1)} and {last}"


def table(header, rows):
    """A table for the page. Columns stand to the right, except the first and those marked "<".

    ``header`` holds the headings, ``rows`` as many cells per row; numbers must be text already.
    A table without rows stops the build, and so does a heading without words.
    """
    rows = [list(row) for row in rows]
    if not rows:
        raise ValueError(f"a table with the header {header} has no rows")
    if bad := [row for row in rows if len(row) != len(header)]:
        raise ValueError(f"the header has {len(header)} cells, but a row has {len(bad[0])}: {bad[0]}")
    names = [str(name).lstrip("<") for name in header]
    if "" in names:
        raise ValueError(f"every column needs a heading, but the header is {header}")
    sides = ["---" if i == 0 or str(name).startswith("<") else "---:" for i, name in enumerate(header)]
    return Markdown("\n".join(f"| {' | '.join(map(str, row))} |" for row in [names, sides, *rows]))


def records(name):
    """The committed records of all runs of a system on MNIST, by seed."""
    found = [record for record in read_records(name) if record["dataset"] == "MNIST"]
    if not found:
        raise ValueError(f"there is no record of {name!r}")
    return found


def _show_in_both_tones():
    """Let notebooks keep every figure in two versions, of which a page shows the one that fits."""
    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.mimebundle_formatter.for_type(Figure, in_both_tones)


_show_in_both_tones()
