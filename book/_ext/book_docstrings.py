"""Docstrings on the reference pages: where an entry says in one line what a thing is, that is no type.

NumPy style writes ``name : type`` and describes the thing below. An entry without anything below,
such as ``labels : N values to be printed above the images``, is a description.
"""

import re

SECTIONS = {"Parameters", "Attributes", "Other Parameters"}
ENTRY = re.compile(r"^(?P<indent>\s*)(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*) : (?P<text>.*\S)\s*$")


def described(lines):
    """The lines of a docstring, with one-line entries turned into a name and its description."""
    result, section = [], None
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else ""
        if re.fullmatch(r"\s*-{3,}\s*", following):
            section = line.strip()
        entry = ENTRY.match(line) if section in SECTIONS else None
        deeper = entry and following.strip() and indent(following) > len(entry["indent"])
        if entry and not deeper:
            result += [f"{entry['indent']}{entry['names']}", f"{entry['indent']}    {entry['text']}"]
        else:
            result.append(line)
    return result


def indent(line):
    return len(line) - len(line.lstrip())


def process(app, what, name, thing, options, lines):
    lines[:] = described(lines)


def escape_underscores(app, what, name, thing, options, lines):
    """A name that ends with an underscore, like ``means_``, would be taken for the name of a link."""
    lines[:] = [re.sub(r"(?<=\w)_(?=[,:])", r"\\_", line, count=line.split(": ")[0].count("_"))
                if line.startswith(":ivar ") else line for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", process, priority=400)  # before napoleon
    app.connect("autodoc-process-docstring", escape_underscores, priority=600)  # after it
    return {"parallel_read_safe": True}
