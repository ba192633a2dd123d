"""The summary of a class: its page, its picture and its lists of grades."""

import base64
import csv
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import writes
from nbformat.v4 import new_code_cell, new_notebook, new_output

from classroom.gradesheet import FORMULA, canvas, grades, moodle, write_csv
from classroom.likeness import near_identical
from classroom.picture import count, draw
from classroom.rows import STATES, Row, _note_cause, _read_notebook, count_causes
from classroom.summary import page

TESTS = {"task-1-hidden": 2.0, "task-2-hidden": 3.0, "why": 4.0}
EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&</td>\x00={7*7}'


def row(student, marks, state="graded", **values):
    points = dict(zip(TESTS, marks, strict=True))
    score = sum(marks) if None not in marks and state == "graded" else None
    return Row(student, state=state, points=points, score=score, **values)


ROWS = [row("a", [2, 3, 4]), row("b", [0, 3, 2.5], causes={"task-1-hidden": "Use beta."},
                                 followed={"task-2-hidden": ["task-1"]}),
        row("c", [0, 0, None], "waits for marks", causes={"task-1-hidden": "Use beta.",
                                                          "task-2-hidden": "Not written."}),
        row("d", [None] * 3, "not gradable", reason="it is empty"), Row("e")]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attributes]

    def handle_data(self, data):
        self.text += data


def test_nothing_of_a_student_is_markup():
    evil = Row(EVIL, name=EVIL, state="graded", reason=EVIL, points=dict.fromkeys(TESTS, 0.0),
               score=0.0, followed={"task-1-hidden": [EVIL]}, flags={"why": EVIL},
               causes={"task-1-hidden": EVIL}, borrowed=[EVIL], late=EVIL,
               code={"task-1": " ".join(f"a{i} + b{i * i} -" for i in range(60))})
    twin = Row("twin", state="graded", points=evil.points, score=0.0, code=evil.code)
    found, plain = Tags(page("ps91-tiny", [evil, twin], TESTS)), Tags(page("ps91-tiny", ROWS, TESTS))
    assert set(found.tags) == set(plain.tags) and "script" not in found.tags
    assert found.tags.count("img") == 1
    assert not [name for _, name, _ in found.attributes if name.startswith("on")]
    assert found.text.count("alert(1)") >= 7  # it can be read
    policy = dict(pair[1:] for pair in plain.attributes if pair[0] == "meta")
    assert "default-src 'none'" in policy["content"] or any(
        "default-src 'none'" in (value or "") for _, _, value in plain.attributes)
    assert not [value for _, name, value in found.attributes if name in ("src", "href")
                and not value.startswith("data:image/png;base64,")]


def test_the_page_says_what_the_rows_hold():
    text = Tags(page("ps91-tiny", ROWS, TESTS)).text
    assert "5 students: 2 graded, 1 waits for marks, 1 not gradable, 1 not handed in." in text
    assert "the one in the middle has 5.5 of 9 points" in text
    assert "Use beta. (2)" in text and "it is empty" in text


def test_the_picture_counts_everybody_once():
    found = count(ROWS[:4], "task-2-hidden", 3.0)
    assert found == {"full marks": 1, "full marks, once an earlier task is right": 1, "some": 0,
                     "none": 1, "no mark": 1}
    assert count(ROWS[:4], "why", 4.0)["some"] == 1
    picture, words = draw(ROWS, TESTS)
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert "task 1: 1 full marks, 2 none, 1 no mark;" in words
    assert "2 final scores, from 5.5 to 9." in words
    draw([Row("nobody")], TESTS)  # nothing to draw


def test_causes_are_counted_where_points_were_lost():
    causes = {}
    _note_cause(causes, "task-1-visible", "y is wrong.\nLikely cause: Use 2.\ngot 3", TESTS)
    _note_cause(causes, "task-1-hidden", "y of other numbers is wrong.\ngot 3", TESTS)
    _note_cause(causes, "task-2-hidden", "y is wrong.\ngot 3", TESTS)
    _note_cause(causes, "picture", "no picture", TESTS)
    assert causes == {"task-1-hidden": "Use 2.", "task-2-hidden": "y is wrong."}
    assert count_causes(ROWS, "task-1-hidden", 2.0) == [("Use beta.", 2)]
    ROWS[1].causes["task-2-hidden"] = "spoiled by task 1"  # and right, once that is
    assert count_causes(ROWS, "task-2-hidden", 3.0) == [("Not written.", 1)]
    # What only the visible test said, or what a person has given points for, took none away.
    full = row("f", [2, 3, 4], causes={"task-1-hidden": "Use beta."})
    assert count_causes([*ROWS, full], "task-1-hidden", 2.0) == [("Use beta.", 2)]
    assert "Use beta. (2)" in Tags(page("ps91-tiny", [*ROWS, full], TESTS)).text


def test_an_error_in_a_cell_of_their_own_is_no_cause(tmp_path):
    """Such a cell bears no name of a task; a loop in one once ended the summary of a whole class."""
    own = new_code_cell("raise KeyError", outputs=[new_output("error", ename="KeyError", evalue="own",
                                                              traceback=[])])
    (tmp_path / "tiny.ipynb").write_text(writes(new_notebook(cells=[own])))
    row, course = Row("a"), SimpleNamespace(autograded=lambda student, name: tmp_path)
    _read_notebook(row, course, SimpleNamespace(name="ps91", file="tiny.ipynb", stubs={}, points=TESTS))
    assert row.causes == {} and row.code == {}


def read_csv(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file, strict=True))


def test_the_list_tells_not_gradable_from_wrong(tmp_path):
    write_csv(tmp_path / "g.csv", grades(ROWS, TESTS))
    header, *lines = read_csv(tmp_path / "g.csv")
    assert header[:8] == ["student", "name", "state", "score", "of", "task 1", "task 2", "why"]
    found = {line[0]: line[2:8] for line in lines}
    assert found["b"] == ["graded", "5.5", "9", "0", "3", "2.5"]
    assert found["c"] == ["waits for marks", "", "9", "0", "0", ""]
    assert found["d"] == ["not gradable", "", "9", "", "", ""]
    assert found["e"] == ["not handed in", "", "9", "", "", ""]
    assert {line[2] for line in lines} <= set(STATES)


@given(st.lists(st.lists(st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.floats(0, 100), st.none(),
    st.sampled_from(["=1+1", "@SUM(A1)", "\t=1", " =1", "+1", "-1", 'a","b', "a\nb", "\0=1"])),
    min_size=1, max_size=4), max_size=4))
def test_a_list_is_read_as_it_was_written_and_holds_no_formula(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    write_csv(path, lines)
    back = read_csv(path)
    assert [len(line) for line in back] == [len(line) for line in lines]
    for line, given_line in zip(back, lines, strict=True):
        for cell, value in zip(line, given_line, strict=True):
            if isinstance(value, str):
                assert cell in (value.replace("\0", ""), "'" + value.replace("\0", ""))
                assert not cell.lstrip(" ").startswith(FORMULA)


KNOWN = {"a": {"platform": "canvas", "id": "11", "name": "=doejane"},
         "b": {"platform": "moodle", "id": "70", "name": "Bob, \"B\""},
         "c": {"platform": "canvas", "id": "12", "name": "roe"},
         "d": {"platform": "moodle", "id": "71", "name": "Dan"}}


@pytest.mark.parametrize("make, head, lines", [
    (canvas, ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps91-tiny"],
     [["    Points Possible", "", "", "", "", "9"], ["a", "11", "", "", "", "9"]]),
    (moodle, ["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"],
     [["Participant 70", "", "5.5", "9", ""]])])
def test_platforms_get_only_scores_that_are_final(tmp_path, make, head, lines):
    write_csv(tmp_path / "x.csv", make(ROWS, TESTS, "ps91-tiny", KNOWN))
    assert read_csv(tmp_path / "x.csv") == [head, *lines]
    assert make(ROWS, TESTS, "ps91-tiny", {}) == []


ONE = """def momentum(w, g, state, lr, beta):
    velocity = g if state is None else beta * state + g
    w_new = w - lr * velocity
    return w_new, velocity
def rmsprop(w, g, state, lr, beta, eps):
    mean = np.zeros(w.shape) if state is None else state
    mean = beta * mean + (1 - beta) * g ** 2
    return w - lr * g / (np.sqrt(mean) + eps), mean"""
OTHER = """def momentum(w, g, state, lr, beta):
    if state is None:
        state = np.zeros_like(w)
    state = state * beta
    state = state + g
    return w - state * lr, state
def rmsprop(w, g, state, lr, beta, eps):
    if state is None:
        state = 0 * w
    state = state * beta + np.square(g) * (1 - beta)
    root = np.sqrt(state)
    return w - lr * np.divide(g, root + eps), state"""


def test_copies_are_found_under_other_names():
    copy = ONE.replace("velocity", "v").replace("mean", "average").replace("    ", "\t") + "  # mine"
    code = {"a": {"t": ONE}, "b": {"t": OTHER}, "c": {"t": copy}, "d": {"t": "x = ("}, "e": {}}
    assert near_identical(code) == [("a", "c", 1.0)]
    assert near_identical({"a": {"t": "def f(x):\n return x"}, "b": {"t": "def f(y): return y"}}) == []
