"""The code cells of a page, read from its source."""

import re
from pathlib import Path
from typing import NamedTuple

BOOK = Path(__file__).parents[2] / "book"
NOT_PAGES = {"README", "skeleton"}  # for authors
PAGES = sorted(path for path in BOOK.glob("*.md")
               if path.stem not in NOT_PAGES and "{code-cell}" in path.read_text(encoding="utf-8"))
CHAPTERS = [path for path in PAGES if path.name[:2].isdigit()]
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+\n?)", re.MULTILINE | re.DOTALL)
HIDDEN = {"remove-cell", "remove-input"}  # a reader sees no code of these, folded or not


class Cell(NamedTuple):
    tags: set
    options: str
    code: str
    line: int  # of the page, where the code begins

    @property
    def hidden(self):
        return bool(self.tags & HIDDEN)

    @property
    def visible(self):
        return not self.hidden and "hide-input" not in self.tags


def cells_of(text):
    """All code cells of a page, in order."""
    found = []
    for match in CELL.finditer(text):
        head = OPTIONS.match(match[1])
        options = head[0] if head else ""
        tags = re.search(r"tags:\s*\[([^\]]*)\]", options)
        line = text[: match.start(1)].count("\n") + options.count("\n") + 1
        found.append(Cell({tag.strip() for tag in tags[1].split(",")} if tags else set(), options,
                          match[1][len(options) :], line))
    return found
