"""Feedback of students who are wrong, and of students who spy, holds nothing of the hidden tests."""

import json

import pytest
from leaked import inputs, leaked
from test_nbgrader import ASSIGNMENT, FILE, REFERENCE, ROOT, Course

from course_lib.desk.notebook import read_notebook

SOURCE = read_notebook(ROOT / "solutions" / ASSIGNMENT / FILE)
KEEP = "seen = []\ndef sgd(w, g, state, lr):\n    seen.append((w, g, lr))\n    return w - lr * g, None\n"
STUDENTS = {
    "wrong": {"task_1": "def sgd(w, g, state, lr):\n    return w + lr * g, None",
              "task_2": "def momentum(w, g, state, lr, beta):\n    return (w @ np.ones((7, 2))).sum()",
              "task_4": "def adam(w, g, state, lr, beta1, beta2, eps):\n    return w[:1], state",
              "task_5": "def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):\n"
                        "    new, state = adam(w, g, state, lr, beta1, beta2, eps)\n"
                        "    return new - lr * weight_decay * w, state",
              "task_6": "def batch_size_at(epoch):\n    return None"},
    "loop": {"task_1": "def sgd(w, g, state, lr):\n    while True:\n        w = w - lr * g",
             "task_3": "while True:\n    pass"},
    "prints": {"task_1": "def sgd(w, g, state, lr):\n    print(w.tolist(), g.tolist(), lr)\n"
                         "    return w - lr * g, None"},
    "keeps": {"task_1": KEEP, "task_2": "print([x.tolist() for x in seen[-1][:2]], seen)\n"
                                        + REFERENCE["task-2"]},
    "raises": {"task_1": "def sgd(w, g, state, lr):\n    raise ValueError(str([w.tolist(), g.tolist()]))"},
    "returns": {"task_1": "def sgd(w, g, state, lr):\n    return g, None"},
    "history": {"task_2": "try:\n    print(In, Out)\nexcept NameError:\n    pass\n"
                          "ip = get_ipython()\nprint(list(ip.history_manager.get_range()), "
                          "[c for c in ip.user_ns.get('In', [])])\n" + REFERENCE["task-2"]},
    "gc": {"task_1": "import gc, sys\ndef look():\n    return [repr(o)[:500] for o in gc.get_objects() if "
                     "type(o) in (np.ndarray, str, tuple)][:4000]\n"
                     "def sgd(w, g, state, lr):\n    raise ValueError(' '.join(look())[-1900:])",
           "task_2": "import gc\nprint([o.tolist() for o in gc.get_objects() if type(o) is np.ndarray])\n"
                     + REFERENCE["task-2"]},
    "frames": {"task_1": "import sys\ndef sgd(w, g, state, lr):\n    f, seen = sys._getframe(), []\n"
                         "    while f:\n        seen.append(str(f.f_locals)[:1500])\n"
                         "        f = f.f_back\n    raise ValueError(seen[0] + seen[-1])"},
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("course"))
    for student, answers in STUDENTS.items():
        course.submit(student, course.solved(**answers))
    course.run("autograde", ASSIGNMENT, "--JudgeNotebook.timeout=1.5")
    course.run("generate_feedback", ASSIGNMENT)
    return course


@pytest.mark.slow
@pytest.mark.parametrize("student", STUDENTS)
def test_nothing_hidden_is_in_the_feedback(course, student):
    path = course.folder / "grading" / "feedback" / student / ASSIGNMENT / "optimizers.html"
    page, own = path.read_text(), "\n".join(STUDENTS[student].values())
    assert len(page) > 50_000 and "Not right yet" in page or student in ("keeps", "prints", "history")
    assert leaked(page, SOURCE, own) == []


@pytest.mark.slow
def test_the_feedback_helps(course):
    folder = course.folder / "grading" / "feedback"
    page = (folder / "wrong" / ASSIGNMENT / "optimizers.html").read_text()
    for words in ("<strong>8</strong> of 20 points", "Task 1: gradient descent", "0 / 2",
                  "Likely cause: Go down, not up", "The line is: return (w @ np.ones((7, 2))).sum()",
                  "Did you forget return?", "Right, once an earlier task is",
                  "Right, once task 4 is right"):
        assert words in page, words
    page = (folder / "loop" / ASSIGNMENT / "optimizers.html").read_text()
    assert "look for a loop that never ends" in page and "Traceback (most" not in page


def test_what_is_looked_for_is_found():
    hidden = next(cell["source"] for cell in SOURCE["cells"] if cell.get("id") == "task-1-hidden")
    line = next(line for line in hidden.splitlines() if "default_rng" in line)
    number = next(x for x in sorted(inputs(SOURCE)) if x > 0.1 and len(repr(x)) > 15)
    found = leaked(f"<pre>{line.replace('<', '&lt;')}\n(2, 3, 1, 2) array([{number:.9f}])</pre>", SOURCE)
    text = "\n".join(found)
    assert "the line" in text and "the number 701" in text and "the shape (2,3,1,2)" in text
    assert "an input that begins with" in text
    assert leaked("<p>701 of 20 points</p>", SOURCE) == ["the number 701"]
    assert leaked(json.dumps(REFERENCE), SOURCE) == []
    assert leaked(line, SOURCE, own=line) == []
