"""An error is traced to the student's line that is to blame, and to what stands on it."""

import linecache

import numpy as np
import pytest

from course_lib.grading import Check, CheckFailed, visible_test
from course_lib.grading.failed import Stopped


class Notebook:
    """Cells that share their names, each with a file of its own, as in Jupyter."""

    def __init__(self):
        self.names = {"np": np, "visible_test": visible_test, "__name__": "__main__"}
        self.count = 0

    def run(self, source):
        self.count += 1
        file = f"<cell {self.count}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        exec(compile(source, file, "exec"), self.names)  # noqa: S102

    def message(self, test):
        with pytest.raises(CheckFailed) as caught:
            self.run(f"@visible_test('Task 1 (f)')\ndef test(check):\n    {test}\n")
        return str(caught.value)


@pytest.fixture
def notebook():
    return Notebook()


SIZE = "def output_size(n, stride):\n    return n / stride\n"
SLOPPY = "def half(x):\n    x / 2\n"


def test_a_float_for_an_integer_is_traced_to_the_function_that_gave_it(notebook):
    notebook.run(SIZE)
    notebook.run("def f(x, scale):\n    rows = output_size(len(x), 2)\n    rest = 0\n"
                 "    return np.zeros((rows, rest)) * scale\n")
    assert notebook.message("check.watch(f)(np.ones(4), 0.5)").split("\n")[1:-1] == [
        "The line is: return np.zeros((rows, rest)) * scale", "There rows=2.0.",
        "It was set by the line: rows = output_size(len(x), 2)",
        "A size or an index must be an integer: // keeps integers, / does not.",
        "See first what output_size returned."]


@pytest.mark.parametrize("line", [
    "np.zeros(n / 2)", "np.zeros((3, n / 2))", "list(range(n / 2))", "x[n / 2]", "x[:n / 2]", "[1, 2][n / 2]",
    "[0] * (n / 2)", "np.arange(4)[np.array([1.0])]", "np.arange(3).reshape(n / 2, -1)", "np.eye(n / 2)",
    "np.pad(x, n / 2)", "'ab'[n / 2]", "(1, 2)[:n / 2]", "np.arange(4)[n / 2, 0]",
])  # fmt: skip
def test_every_way_to_use_a_float_for_an_integer(notebook, line):
    notebook.run(f"def f(x, n):\n    return {line}\n")
    message = notebook.message("check.watch(f)(np.ones(4), 3)")
    assert "A size or an index must be an integer" in message


def test_the_line_in_another_cell_is_quoted_with_its_function(notebook):
    notebook.run("def inner(x):\n    return np.zeros(x / 2)\n")
    notebook.run("def f(x):\n    return inner(x)\n")
    assert "The line, in inner, is: return np.zeros(x / 2)\n" in notebook.message("check.watch(f)(3)")


def test_only_what_raised_is_told(notebook):
    notebook.run("def f(x, rate, n):\n    return rate * x[n:n / 2] + rate\n")
    message = notebook.message("check.watch(f)(np.ones(4), 0.5, 2)")
    assert "There rate" not in message


def test_nothing_returned_is_traced_to_the_function_without_return(notebook):
    notebook.run(SLOPPY)
    notebook.run("def f(x):\n    y = half(x)\n    return y + 1\n")
    assert notebook.message("check.watch(f)(3.0)").split("\n")[1:-1] == [
        "The line is: return y + 1", "There y=None.", "It was set by the line: y = half(x)",
        "Did you forget return in half?"]
    notebook.run("def f(x):\n    return half(x) + 1\n")
    assert "Did you forget return in half?" in notebook.message("check.watch(f)(3.0)")


def test_a_state_of_none_is_nobodys_forgotten_return(notebook):
    notebook.run(SLOPPY)
    notebook.run("def f(w, state):\n    return half(w), 0.9 * state\n")
    message = notebook.message("check.watch(f)(3.0, None)")
    assert "There state=None." in message and "forget" not in message


def test_shapes_that_do_not_fit_are_told(notebook):
    notebook.run("def f(x):\n    W = np.ones((2, 3))\n    return x @ W\n")
    message = notebook.message("check.watch(f)(np.ones((4, 3)))")
    assert "In a @ b the last axis of a is" in message and "There W=array of shape (2, 3).\n" in message


def test_arguments_that_were_renamed_are_told(notebook):
    notebook.run("def f(w, rate):\n    return w\n")
    for call in ("3, lr=2", "3", "1, 2, 3"):
        assert "Keep the arguments that the function came with" in notebook.message(f"check.watch(f)({call})")
    notebook.run("def g(x):\n    return f(x)\n")
    message = notebook.message("check.watch(g)(3)")
    assert "Keep the arguments" not in message and "The line is: return f(x)" in message


def test_a_method_without_self_is_told(notebook):
    notebook.run("class Stop:\n    def update(value):\n        return value\n")
    assert "The first argument of a method is self.\n" in notebook.message("check.watch(Stop().update)(3)")
    notebook.run("class Stop:\n    def update(self):\n        return 1\n")
    assert "is self" not in notebook.message("check.watch(Stop().update)(3)")


@pytest.mark.parametrize(("line", "told"), [
    ("x['a']", "Only a dict has names in [ ]; an array has numbers there.\nThere x=array of shape (4, 3)."),
    ('x[ "a"]', "Only a dict has names in [ ]"),
    ("np.sum(x^2)", "A power is written x**2"),
    ("2.0^3", "A power is written x**2"),
    ("x - x.max(axis=1)", "keepdims=True keeps one in a sum"),
    ("x / x[:, 0]", ""), ("x - np.ones(4)", ""), ("x - x.sum(axis=0)[:2]", ""),
])
def test_common_slips_are_told(notebook, line, told):
    notebook.run(f"def f(x):\n    return {line}\n")
    message = notebook.message("check.watch(f)(np.ones((4, 3)))")
    assert told in message and "// keeps" not in message
    assert ("keepdims" in message) == ("keepdims" in told)


def test_the_lost_axis_may_be_lost_on_a_line_above(notebook):
    notebook.run("def f(x):\n    m = x.max(axis=1)\n    return x - m\n")
    assert "keepdims=True keeps one in a sum, np.newaxis adds one.\nThere m=array of shape (4,).\n" in notebook.message(
        "check.watch(f)(np.ones((4, 3)))")


def test_text_on_the_line_is_shown(notebook):
    notebook.run("def f(cache):\n    a, b = cache\n    return 2.0 * np.add(a, 1.0)\n")
    assert "There a='a'." in notebook.message("check.watch(f)({'a': 1.0, 'b': 2.0})")


def test_a_constructor_and_a_method_are_told(notebook):
    notebook.run("class Stop:\n    def __init__(self, n):\n        self.n = 1 / n\n"
                 "    def update(self, x):\n        return x.nothing\n")
    assert "The line, in __init__, is: self.n = 1 / n" in notebook.message("check.watch(Stop)(0)")
    assert "The line is: return x.nothing" in notebook.message("check.watch(Stop(2).update)(3)")


def test_a_test_is_never_quoted(notebook):
    notebook.run("def f(g):\n    return g(0)\n")
    with pytest.raises(CheckFailed) as caught:
        notebook.run("def secret(x):\n    return 1 / x\n\n\n@visible_test('Task 1 (f)')\n"
                     "def test(check):\n    check.watch(f)(secret)\n")
    assert "The line is: return g(0)" in str(caught.value)
    assert "1 / x" not in str(caught.value)


def test_an_interrupt_tells_the_line_and_shows_no_traceback(notebook):
    notebook.run("def f(n):\n    while n:\n        raise KeyboardInterrupt\n")
    with pytest.raises(Stopped) as caught:
        notebook.run("@visible_test('Task 1 (f)')\ndef test(check):\n    check.watch(f)(3)\n")
    assert str(caught.value).split("\n") == caught.value._render_traceback_() == [
        "Task 1 (f): f was stopped: look for a loop that never ends.",
        "It was running this line, in f: raise KeyboardInterrupt",
        "In the call f(n=3)."]


def test_a_test_that_stumbles_over_the_result_tells_it(notebook):
    notebook.run(SLOPPY)
    message = notebook.message("check.that('it is large', check.watch(half)(3.0) > 1)")
    assert "Before that half returned None. Did you forget return?" in message
    notebook.run("def half(x):\n    return [x, x]\n")
    assert "half returned a list of length 2." in notebook.message(
        "check.that('it is large', check.watch(half)(3.0) > 1)")


def test_a_renamed_function_is_found(notebook):
    notebook.run("def class_prior(y):\n    return y\n\n\ndef adamw(w):\n    return w\n")
    assert "There is class_prior: the name must be class_priors." in notebook.message(
        "check.watch(class_priors)(3)")
    assert "There is" not in notebook.message("check.watch(adam)(3)")


def test_an_error_without_words_ends_without_a_colon():
    def f():
        raise AssertionError

    with pytest.raises(CheckFailed, match=r"f raised AssertionError\n"):
        Check("Task 1 (f)", reveal=False).watch(f)()
