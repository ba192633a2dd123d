"""Answers that use the library's own version are found; others are left alone."""

import copy

import pytest

from course_lib.desk.borrowed import find_borrowed
from course_lib.desk.rebuild import rebuild


def cell(name, source, **grading):
    return {"cell_type": "code", "id": name, "source": source,
            "metadata": {"nbgrader": {"grade_id": name, "solution": False, "grade": False, **grading}}}


RELEASE = {"cells": [
    cell("setup", "import numpy as np"),
    cell("task-1", "def softmax(z):\n    raise NotImplementedError", solution=True),
    cell("task-1-visible", "from course_lib.grading import visible_test\nprint(softmax)", grade=True),
    cell("task-2-example", "from course_lib.nn import Dense, ReLU\nfrom course_lib import metrics"),
    cell("task-2", "def build(rng):\n    raise NotImplementedError", solution=True),
    cell("task-2-visible", "print(build)", grade=True),
    cell("picture", "from course_lib import zoo"),
]}  # fmt: skip


def borrowed(task_1="", task_2="", before="", after=""):
    notebook = copy.deepcopy(RELEASE)
    notebook["cells"][1]["source"] = task_1 or RELEASE["cells"][1]["source"]
    notebook["cells"][4]["source"] = task_2 or RELEASE["cells"][4]["source"]

    def added(source):
        return {"cell_type": "code", "metadata": {}, "source": source}

    notebook["cells"] = [added(before), *notebook["cells"], added(after)]
    return [(use.task, use.name) for use in find_borrowed(rebuild(RELEASE, notebook))]


@pytest.mark.parametrize(("answer", "name"), [
    ("from course_lib.nn.losses import softmax", "course_lib.nn.losses.softmax"),
    ("from course_lib.nn.losses import softmax as s\ndef softmax(z):\n    return s(z)",
     "course_lib.nn.losses.softmax"),
    ("def softmax(z):\n    from course_lib.nn.losses import softmax as s\n    return s(z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn\ndef softmax(z):\n    return course_lib.nn.losses.softmax(z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn.losses as x\nsoftmax = x.softmax", "course_lib.nn.losses.softmax"),
    ("import course_lib as c\nn = c.nn\nm = n.losses\nsoftmax = lambda z: m.softmax(z)",
     "course_lib.nn.losses.softmax"),
    (("import importlib\ndef softmax(z):\n"
     "    return importlib.import_module('course_lib.nn.losses').softmax(z)"),
     "course_lib.nn.losses.softmax"),
    ("from importlib import import_module\nsoftmax = import_module('course_lib.nn.losses').softmax",
     "course_lib.nn.losses.softmax"),
    ("def softmax(z):\n    return __import__('course_lib.nn').nn.losses.softmax(z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn.losses as m\ndef softmax(z):\n    return getattr(m, 'softmax')(z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn.losses as m\ndef softmax(z):\n    return vars(m)['softmax'](z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn.losses as m\nsoftmax = m.__dict__['softmax']",
     "course_lib.nn.losses.softmax"),
    ("import sys\ndef softmax(z):\n    return sys.modules['course_lib.nn.losses'].softmax(z)",
     "course_lib.nn.losses.softmax"),
    ("import course_lib.nn.losses as m\ndef softmax(z):\n    return getattr(m, 'soft' + 'max')(z)",
     "course_lib.nn.losses"),
    ("exec('from course_lib.nn.losses import softmax')\ndef softmax(z):\n    return 1",
     None),  # not what the name depends on: the definition follows
    ("def softmax(z):\n    exec('from course_lib.nn.losses import softmax as s')\n    return z",
     "course_lib.nn.losses"),
    ("from course_lib.nn.losses import *", "course_lib.nn.losses.softmax"),
    ("from course_lib.nn import *\nfrom course_lib.nn.losses import *", "course_lib.nn.losses.softmax"),
    ("from course_lib.nn.losses import softmax\ndef check():\n    def softmax(z):\n        return z",
     "course_lib.nn.losses.softmax"),
    ("try:\n    from course_lib.nn.losses import softmax\nexcept ImportError:\n    def softmax(z):\n        return z",
     "course_lib.nn.losses.softmax"),
    ("def softmax(z):\n    return z\nif True:\n    from course_lib.nn.losses import softmax",
     "course_lib.nn.losses.softmax"),
    ("from course_lib.nn.losses import softmax as s\nkept = s\ndef s(z):\n    return z\nsoftmax = kept",
     "course_lib.nn.losses.softmax"),
    ("def softmax(z):\n    return z\nexec('from course_lib.nn.losses import softmax')",
     "course_lib.nn.losses.softmax"),
    ("from course_lib.nn.losses import softmax as s\nsoftmax, other = s, 3", "course_lib.nn.losses.softmax"),
    (("from course_lib.nn.losses import softmax as s\ntable = {}\ntable['f'] = s\n"
      "def softmax(z):\n    return table['f'](z)"), "course_lib.nn.losses.softmax"),
    ("def use():\n    global softmax\n    from course_lib.nn.losses import softmax\nuse()",
     "course_lib.nn.losses.softmax"),
    ("def use():\n    global softmax\n    from course_lib.nn import losses\n    softmax = losses.softmax\nuse()",
     "course_lib.nn.losses.softmax"),
    ("from course_lib.nn import losses\nglobals()['softmax'] = losses.softmax", "course_lib.nn.losses.softmax"),
    ("from course_lib.nn import losses\nsoftmax = [f for f in [losses.softmax]][0]", "course_lib.nn.losses.softmax"),
    ("from course_lib.nn import losses\nwith open('x') as f:\n    softmax = losses.softmax",
     "course_lib.nn.losses.softmax"),
    (("from course_lib.nn import losses\nclass A:\n    def softmax(self, z):\n        return losses.softmax(z)\n"
      "softmax = A().softmax"), "course_lib.nn.losses.softmax"),
    ("if (f := __import__('course_lib.nn').nn.losses.softmax):\n    softmax = f",
     "course_lib.nn.losses.softmax"),
    (("from course_lib.nn import Softmax\nclass Mine(Softmax):\n    pass\n"
     "def softmax(z):\n    return Mine().forward(z)"), "course_lib.nn.Softmax"),
    ("%matplotlib inline\nfrom course_lib.nn.losses import softmax", "course_lib.nn.losses.softmax"),
])  # fmt: skip
def test_every_way_to_import_is_found(answer, name):
    assert borrowed(answer) == ([("task-1", name)] if name else [])


@pytest.mark.parametrize("answer", [
    "def softmax(z):\n    '''As course_lib.nn.losses.softmax does.'''\n    return np.exp(z)",
    "import course_lib\ndef softmax(z):\n    return np.exp(z)",
    ("from course_lib.nn.losses import softmax as library\ndef softmax(z):\n    return np.exp(z)\n"
    "print(library(np.ones((2, 2))))"),
    ("from course_lib.data import load_digits28\ndigits = load_digits28()\n"
    "def softmax(z):\n    return np.exp(z)[: len(digits.train_labels)]"),
    "def softmax(z:\n    from course_lib.nn.losses import softmax",  # does not run at all
    "losses = 'the losses of course'\ndef softmax(z):\n    return len(losses)",
    "from course_lib.nn import *\nfrom course_lib.nn.losses import *\ndef softmax(z):\n    return np.exp(z)",
    "from course_lib.nn.losses import softmax\ndef softmax(z):\n    return np.exp(z)",
    "from course_lib.nn.losses import *\nsoftmax = lambda z: np.exp(z)",
    "from course_lib.nn.losses import *\ntry:\n    def softmax(z):\n        return z\nfinally:\n    pass",
    ("from course_lib.nn.losses import softmax as s\ndef softmax(z):\n    s = np.exp(z)\n    return s / s.sum()"),
    ("from course_lib.nn.losses import softmax as s\ndef softmax(s):\n    return s / sum(s for s in s)"),
    ("def softmax(z):\n    from course_lib.nn.losses import softmax as unused\n    return np.exp(z)"),
    ("from course_lib.nn.losses import softmax as library\ndef softmax(z):\n    p = np.exp(z)\n"
     "    print(library(z) - p)\n    assert np.allclose(library(z), p)\n    return p"),
    ("def softmax(z):\n    if z is None:\n        raise ValueError('as course_lib.nn.losses does')\n    return z"),
    ("def softmax(z):\n    return z\ndef compare(z):\n    from course_lib.nn.losses import softmax as s\n"
     "    return s(z) - softmax(z)\nprint(compare(np.ones((2, 2))))"),
])  # fmt: skip
def test_answers_of_ones_own_are_left_alone(answer):
    assert borrowed(answer) == []


def test_added_cells_count_where_an_answer_depends_on_them():
    answer = "def softmax(z):\n    return helper(z)"
    library = "from course_lib.nn.losses import softmax"
    assert borrowed(answer, before=f"{library} as helper") == [("task-1", "course_lib.nn.losses.softmax")]
    assert borrowed(answer, before=f"def helper(z):\n    {library}\n    return softmax(z)")
    assert not borrowed(after=library), "the tests have run by then"
    assert not borrowed(after=f"{library} as library"), "to compare with it is no answer"


def test_what_the_given_cells_import_is_allowed_from_there_on():
    assert not borrowed(task_2="def build(rng):\n    return Dense(2, 3, rng), ReLU()")
    assert not borrowed(task_2="from course_lib.nn import Tanh\ndef build(rng):\n    return Tanh()")
    assert borrowed(task_1="def softmax(z):\n    return Dense(2, 3)") == [], "there is no Dense yet"
    assert borrowed(task_1="from course_lib.nn import Dense\ndef softmax(z):\n    return Dense(2, 3)") == [
        ("task-1", "course_lib.nn.Dense")]  # fmt: skip
    assert borrowed(task_2="from course_lib import zoo\ndef build(rng):\n    return zoo.build('lenet5', rng)") == [
        ("task-2", "course_lib.zoo.build")]  # fmt: skip
    assert not borrowed(task_2="def build(rng):\n    return metrics.accuracy")
    assert borrowed(task_2="from course_lib.classical import SoftmaxRegression as build")


def test_the_answer_may_stand_in_another_cell():
    assert borrowed("pass", before="from course_lib.nn.losses import softmax")


def test_what_a_test_imports_is_not_allowed():
    library = "from course_lib.grading import numerical_gradient as softmax"
    assert borrowed(library) == [("task-1", "course_lib.grading.numerical_gradient")]


OWN = "def softmax(z):\n    return np.exp(z)"


def test_a_star_import_in_another_cell_accuses_nobody_who_wrote_the_answer():
    for star in ("from course_lib.nn import *", "from course_lib.nn.losses import *", "from course_lib import *"):
        assert not borrowed(OWN, before=star)
        assert not borrowed(OWN, after=star)
        assert not borrowed(OWN, "def build(rng):\n    return softmax(rng)", before=star)


def test_what_counts_is_what_a_name_stands_for_when_the_test_runs():
    """The second task finds the library's function under the name that the first one gave its own."""
    task_2 = "from course_lib.nn.losses import softmax\ndef build(rng):\n    return softmax(rng)"
    RELEASE["cells"][3], example = cell("task-2-example", "pass"), RELEASE["cells"][3]
    try:
        assert borrowed(OWN, task_2) == [("task-2", "course_lib.nn.losses.softmax")]
    finally:
        RELEASE["cells"][3] = example


def test_a_function_that_is_exchanged_between_two_tests_counts():
    hidden = cell("task-1-hidden", "# The hidden tests run here.", grade=True)
    exchanged = {"cell_type": "code", "metadata": {}, "source": "from course_lib.nn.losses import softmax"}
    cells = [*RELEASE["cells"][:1], {**RELEASE["cells"][1], "source": OWN}, RELEASE["cells"][2]]
    assert not find_borrowed([*cells, hidden, exchanged])
    assert [use.task for use in find_borrowed([*cells, exchanged, hidden])] == ["task-1"]


def test_what_a_test_itself_calls_is_no_answer():
    test = cell("task-1-visible", "from course_lib.nn.losses import softmax as right\n\n\n"
                "def test(check):\n    loss = right(3)\n    print(softmax, loss)", grade=True)
    cells = [RELEASE["cells"][0], {**RELEASE["cells"][1], "source": OWN}, test,
             {**test, "metadata": {"nbgrader": {**test["metadata"]["nbgrader"], "grade_id": "task-1-more"}}}]
    assert not find_borrowed(cells)
