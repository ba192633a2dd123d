"""The corpus of attacks: it is whole, plain nbgrader withstands it, and what is off is seen."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import damage
import pytest
from corpus import ASSIGNMENT, POINTS, read_attacks
from verdict import SHORTEST, plain, secrets, seeds

from classroom.sandbox import problem_with

FAMILIES = {"damage", "forging", "honest", "leaking", "leaving", "lying", "markup", "network",
            "patching", "reading", "resources", "writing"}
# At the second level it is these that meet another wall.
SECOND = ("network", "reading", "writing")


def attack(*words):
    command = [sys.executable, str(Path(__file__).parent), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def needs(level):
    return pytest.mark.skipif(problem_with(level) is not None,
                              reason=f"{level}: {problem_with(level)}")


def test_the_corpus_is_whole():
    attacks = read_attacks()
    assert {a.family for a in attacks} == FAMILIES
    assert sum(a.family != "honest" for a in attacks) >= 60
    assert Counter(a.student for a in attacks).most_common(1)[0][1] == 1
    for a in attacks:
        assert a.tries.endswith(".") and (a.cells or a.damage or a.family == "honest"), a.student
        assert set(a.loses) | set(a.may_lose) <= POINTS.keys() and a.damage in {"", *damage.EDITS}
    assert {a.damage for a in attacks} == {"", *damage.EDITS}


def test_secrets_are_found_in_a_page():
    """Lines of hidden tests and solutions, also across the markup of a page."""
    lines = secrets(ASSIGNMENT)
    assert len(lines) > 80 and min(map(len, lines)) >= SHORTEST
    assert "w_new, state_new = step(w, g, None, lr)" in lines
    assert "701" in seeds(ASSIGNMENT)
    page = "<pre>w_new, <b>state_new</b> = step(w, g,\n None, lr)</pre><script>x = 1</script>"
    assert "w_new, state_new = step(w, g, None, lr)" in plain(page)
    assert "x = 1" not in plain(page)


@pytest.mark.slow
@needs("bubblewrap")
def test_plain_nbgrader_withstands_all():
    done = attack("--level", "bubblewrap")
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.slow
@needs("landlock")
def test_the_second_level_withstands_what_meets_another_wall():
    done = attack("--level", "landlock", *(w for f in SECOND for w in ("--family", f)))
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.slow
@needs("bubblewrap")
def test_what_is_off_is_seen():
    """In a kernel, as nbgrader runs notebooks, the simplest of all attacks has its way."""
    done = attack("--kernel", "--name", "input transformers", "--jobs", "1")
    assert done.returncode == 1
    assert "inflated: task-1" in done.stdout
