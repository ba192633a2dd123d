"""What several commands need: systems by name, the two forms of a table."""

import json
from difflib import get_close_matches

from course_lib import zoo


def find_system(name):
    """A system by its name; ValueError names the choices and the one that was probably meant."""
    try:
        return zoo.get_system(name)
    except ValueError as error:
        close = get_close_matches(name, zoo.SYSTEMS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"{error}{hint}") from None


def find_network(name):
    """A system that is a network, by its name; ValueError names those that there are."""
    return zoo.get_network(find_system(name).name)


def print_json(value):
    """As JSON, for other programs."""
    print(json.dumps(value, indent=1))


def aligned(header, rows):
    """Lines of a table whose columns stand under each other, numbers to the right.

    >>> print("\\n".join(aligned(["name", "n"], [["a", "10"], ["bcdef", "7"]])))
    name    n
    a      10
    bcdef   7
    """
    columns = list(zip(header, *rows))
    right = [all(cell[:1].isdigit() or cell == "-" for cell in column[1:]) for column in columns]
    widths = [max(map(len, column)) for column in columns]
    return ["  ".join(cell.rjust(w) if to_the_right else cell.ljust(w)
                      for cell, w, to_the_right in zip(cells, widths, right)).rstrip()
            for cells in zip(*columns)]


def parameters_cell(row):
    """The number of parameters as text; a dash where a model has no fixed number."""
    return f"{row['parameters']:,}" if row["parameters"] else "-"
