"""What a reader sees of the code runs by itself, fits the page, and says where it comes from."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .cells import BOOK, CHAPTERS, PAGES, cells_of

LONGEST = 64  # characters; a phone shows about 40, and the rest scrolls
RUN = Path(__file__).with_name("run_cells.py")


def errors_of_what_is_seen(page):
    """What goes wrong when the visible and folded cells of a page run in order, without the hidden ones."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("COURSE_MNIST_DIR", None)  # the embedded digits will do, and are quick
    done = subprocess.run([sys.executable, RUN, page], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def long_lines(text):
    """Visible lines of code that are too long, with their numbers on the page."""
    return [f"line {cell.line + i}: {line}" for cell in cells_of(text) if cell.visible
            for i, line in enumerate(cell.code.splitlines()) if len(line) > LONGEST]


@pytest.mark.slow
@pytest.mark.parametrize("page", [*CHAPTERS, BOOK / "skeleton.md"], ids=lambda page: page.stem)
def test_what_a_reader_sees_runs_by_itself(page):
    assert errors_of_what_is_seen(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_lines_of_code_fit(page):
    assert long_lines(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_begins_with_its_setup(page):
    first = cells_of(page.read_text(encoding="utf-8"))[0]
    assert first.visible, "the first cell, the setup, must be visible"
    assert "plots.use_style()" in first.code and "banner(" in first.code


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_figures_can_be_unfolded(page):
    """The code of a figure is folded or visible, but never missing from the page."""
    hidden = [cell.line for cell in cells_of(page.read_text(encoding="utf-8"))
              if cell.hidden and re.search(r"^ *(figure|image):", cell.options, re.MULTILINE)]
    assert not hidden, f"{page.name}: figures without code at the lines {hidden}"


PAGE = """
```{code-cell} ipython3
---
tags: [remove-cell]
mystnb: {a: b}
---
secret = 1
```

```{code-cell} ipython3
:tags: [hide-input]

secret + 1
```

```{code-cell} ipython3
print("a line that is much too long for the page, because it never, ever ends")
```
"""


def test_faults_are_seen(tmp_path):
    hidden, folded, visible = cells_of(PAGE)
    assert hidden.hidden and not folded.hidden and not folded.visible and visible.visible
    assert hidden.code == "secret = 1\n" and PAGE.splitlines()[hidden.line - 1] == "secret = 1"
    (line,) = long_lines(PAGE)
    assert line.startswith("line 17: print(")
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    (error,) = errors_of_what_is_seen(page)
    assert error == "page.md, line 13: NameError: name 'secret' is not defined"
