"""Every check passes on a right answer, fails on a wrong one, and says why in plain text."""

import copy
import subprocess
import sys
import tracemalloc
import warnings

import numpy as np
import pytest

from course_lib.grading import Check, CheckFailed, hidden_test, peak_memory, visible_test
from course_lib.grading.failed import NotWritten


@pytest.fixture(params=[True, False], ids=["visible", "hidden"])
def check(request):
    return Check("Task 1 (f)", reveal=request.param)


def failure(function, *args, **kwargs):
    """The message of a check that must fail."""
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    message = str(caught.value)
    assert caught.value._render_traceback_() == message.split("\n")
    return message


# ------------------------------------------------------------------------------------------ equal


def test_equal_accepts(check, capsys):
    check.equal("y", np.array([1.0, 2.0]), [1.0, 2.0 + 1e-9])
    check.equal("n", np.int64(3), 3)
    assert check.count == 2
    assert ("expected [1. 2.]" in capsys.readouterr().out) == check.reveal


def test_outputs_in_another_order_are_told_where_numbers_are(check):
    told = "The right value is there, at another place: return y, dy in this order."
    f = check.watch(lambda *outputs: outputs, returns=("y", "dy"))
    y, _ = f(np.zeros(2), np.ones(3))
    assert (told in failure(check.equal, "y", y, np.ones(3))) == check.reveal
    assert "another place" not in failure(check.equal, "y", y, np.ones(2))
    assert "another place" not in failure(check.equal, "y", np.zeros(2), np.ones(3))
    result = check.watch(lambda: (0.0, 1.0))()  # the order of what is one output is not known
    assert "another place" not in failure(check.equal, "y", result[0], 1.0)


def test_a_mask_is_told_to_count_as_numbers(check):
    assert "True counts as 1" in failure(check.equal, "y", np.array([True]), [1.0])


def test_equal_tells_numbers_only_where_it_may(check):
    message = failure(check.equal, "y at step 2", np.array([1.0, 5.0]), [1.0, 7.25])
    assert message.startswith("Task 1 (f): y at step 2 is wrong.\n")
    for told in ("1 of 2 numbers differs.", "y[1]: ", "got 5", "7.25"):
        assert (told in message) == check.reveal
    assert ("Some, not all, of its numbers differ." in message) != check.reveal
    message = failure(check.equal, "loss", 5.0, 7.25)
    assert ("7.25" in message) == ("5" in message) == check.reveal


def test_lengths_and_arguments_are_told_only_where_they_may(check):
    def f(x, mode, n):
        return x.T

    got = check.watch(f)(np.zeros((29, 31)), "same", n=37)
    message = failure(check.equal, "y", got, np.zeros((29, 31)))
    for told in ("29", "31", "37", "same"):
        assert (told in message) == check.reveal
    assert ("those of the transposed array" in message) != check.reveal
    assert "In the call f(x" in message
    for told in (failure(check.finite, "y", [0] * 29), failure(check.equal, "y", (0,) * 29, 1.0),
                 failure(check.equal, "y", np.zeros((29, 1)), np.zeros(29)),
                 failure(check.watch(lambda: [0] * 29, returns=("a", "b")))):
        assert ("29" in told) == check.reveal


def test_equal_names_a_known_mistake(check):
    mistakes = {"Take the mean, not the sum.": [4.0, 8.0], "Transpose.": [2.0, 1.0]}
    assert "Likely cause: Take the mean" in failure(
        check.equal, "y", np.array([4.0, 8.0]), [1.0, 2.0], mistakes)
    assert "Likely cause" not in failure(
        check.equal, "y", np.array([4.0, 9.0]), [1.0, 2.0], mistakes)


def test_a_cause_must_explain_all_answers(check):
    answers = {"y at step 1": np.array([4.0]), "y at step 2": np.array([6.0])}
    both, first = "Take the mean, not the sum.", "Transpose."
    mistakes = {first: [[4.0], [7.0]], both: [[4.0], [6.0]]}
    message = failure(check.equal_all, answers, [[1.0], [6.0]], mistakes)
    assert "y at step 1 is wrong.\nLikely cause: " + both in message
    mistakes.pop(both)
    message = failure(check.equal_all, answers, [[4.0], [7.5]], mistakes, advice="Mind the step.")
    assert "y at step 2 is wrong.\nMind the step." in message
    check.equal_all(answers, [[4.0], [6.0]], mistakes)
    assert check.count == 3


def test_a_mistake_may_have_another_shape_or_dtype(check):
    mistakes = {"Sum over the batch.": np.ones((3, 2)), "Round down.": 2.5}
    assert "Sum over the batch." in failure(check.equal, "y", np.ones((3, 2)), [3.0, 3.0], mistakes)
    assert "Round down." in failure(check.equal, "n", 2.5, 2, mistakes)


def test_a_mistake_that_cannot_be_told_apart_is_not_named(check):
    message = failure(check.equal, "y", np.float32([1.0, 2.0]), [1.0, 2.0],
                      {"Something else.": [1.0, 2.0]})
    assert "Something else." not in message


def test_nan_may_be_a_known_mistake(check):
    assert "log of 0" in failure(check.equal, "y", np.array([np.nan]), [1.0],
                                 {"It takes the log of 0.": [np.nan]})


def test_equal_gives_advice(check):
    for answer in (np.zeros(1), np.zeros(3)):
        assert "Look at the axis." in failure(check.equal, "y", answer, [1.0], advice="Look at the axis.")


@pytest.mark.parametrize(("answer", "hint"), [
    (None, "Did you forget return?"),
    ([1.0], "np.array makes an array of a list"),
    ((np.ones(1),), "A comma behind the value makes a tuple"),
    (np.ones(1).copy, "Are the parentheses of a call missing?"),
])
def test_an_answer_of_the_wrong_kind_is_not_blamed_on_an_earlier_task(check, answer, hint):
    f = check.watch(lambda: answer)
    message = failure(check.equal, "y", f(), [1.0], advice="See first that Task 1 works.")
    assert hint in message and "Task 1 works" not in message


def test_advice_on_what_no_call_returned_stays(check):
    check.watch(lambda: 1.0)()
    message = failure(check.equal, "best", None, 1.0, advice="Keep the best value in self.best.")
    assert "Keep the best value" in message


def test_nothing_in_a_pair_is_no_forgotten_return(check):
    f = check.watch(lambda: (1.0, None), returns=("a", "b"))
    message = failure(check.equal, "b", f()[1], [1.0], advice="See first that Task 1 works.")
    assert "forget" not in message and "Task 1 works" not in message
    assert "Did you forget return?" in failure(check.watch(lambda: None, returns=("a", "b")))
    assert "Did you forget return?" in failure(check.finite, "y", check.watch(lambda: None)())


# ------------------------------------------------------------------------------------------ watch


def test_watch_passes_arguments_and_results_through(check):
    assert check.watch(lambda a, b=1: a + b)(1, b=2) == 3
    first, second = check.watch(lambda: [1, 2], returns=("a", "b"))()
    assert (first, second) == (1, 2)


@pytest.mark.parametrize("result", [None, 1.0, (1,), (1, 2, 3), np.zeros(2), "ab", {1: 1, 2: 2}])
def test_watch_refuses_a_wrong_number_of_outputs(check, result):
    message = failure(check.watch(lambda: result, returns=("dx", "dW")))
    assert "should return dx, dW; it returned" in message


def double_in_place(x):
    x *= 2


@pytest.mark.parametrize(("change", "argument"), [
    (double_in_place, np.ones(2)),
    (double_in_place, np.array([[1.0, np.nan], [np.inf, 2.0]]).T),
    (lambda x: x.sort(), np.array([2, 1])),
    (lambda x: x.resize(4, refcheck=False), np.zeros(2)),
    (lambda x: x[0].fill(7), [np.zeros(2), 1.0]),
    (lambda x: x[1][0].fill(7), (1, (np.zeros(2),))),
    (lambda x: x["W"].fill(7), {"W": np.zeros(2)}),
    (lambda x: x.update(b=1), {"W": np.zeros(2)}),
    (lambda x: x.append(1), [np.zeros(2)]),
    (lambda x: x.pop(), [np.zeros(2)]),
])
def test_watch_notices_a_changed_argument(check, change, argument):
    def f(x):
        change(x)

    message = failure(check.watch(f), copy.deepcopy(argument))
    assert "f changed its argument x in place." in message
    array = isinstance(argument, np.ndarray)
    assert ("x = x - y, not x -= y; or put back what you change." in message) == array
    assert ("work on copies, or put back what you change." in message) != array


@pytest.mark.parametrize("x", [np.array([0.0, 0.3, -1e3, 1e-5]), np.linspace(-2, 2, 50) ** 5])
def test_what_was_moved_and_put_back_may_differ_by_rounding(check, x):
    """As in a gradient by differences, which moves one number at a time."""
    def f(x, back):
        for i in range(len(x)):
            x[i] += 1e-6
            x[i] -= 2e-6
            x[i] += back

    before = x.copy()
    check.watch(f)(x, 1e-6)
    assert not np.array_equal(x, before)
    assert "in place" in failure(check.watch(f), x, 1.0001e-6)


def test_watch_notices_a_changed_keyword_argument(check):
    assert "argument b in place" in failure(check.watch(lambda a, b: b.fill(1)), 1, b=np.zeros(2))


def test_watch_does_not_mind_a_view_or_a_nan(check):
    x = np.array([np.nan, 1.0])
    assert check.watch(lambda x: x[::-1])(x)[0] == 1


def test_watch_does_not_look_into_what_the_student_returned(check):
    def count(state):
        state = state or {"seen": np.zeros(1)}
        state["seen"] += 1
        return state, 0

    step = check.watch(count, returns=("state", "zero"))
    state, _ = step(None)
    step(state)


def test_watch_tells_an_error_with_the_students_line(check):
    def f(x, rate):
        return x / 0

    message = failure(check.watch(f), 3, rate=0.5)
    assert message == (
        "Task 1 (f): f raised ZeroDivisionError: division by zero\n"
        "The line is: return x / 0\n"
        + ("In the call f(x=3, rate=0.5)." if check.reveal else "In the call f(x, rate).")
    )


def test_watch_tells_no_more_of_an_error_than_may_be_shown(check):
    class Elsewhere(ValueError):
        shown, told = "in short", ()

    def f(x):
        raise Elsewhere("in full")

    for message in (failure(check.watch(f), 3), failure(check.raises, f, 3, naming="x")):
        assert "in short" in message and "in full" not in message
    check.raises(f, 3, naming="full")  # what it says is judged, all the same


def test_watch_never_quotes_the_test(check):
    namespace = {}
    exec(compile("def student(g):\n    return g(0)\n", "<student>", "exec"), namespace)  # noqa: S102

    def hidden_function(x):
        return 1 / x  # a secret

    message = failure(check.watch(namespace["student"]), hidden_function)
    assert "secret" not in message


def test_watch_says_what_is_not_written_yet(check):
    def f():
        raise NotImplementedError("Not written yet: chapter 7, task 1 (f).")

    with pytest.raises(NotImplementedError) as caught:
        check.watch(f)()
    assert isinstance(caught.value, NotWritten)
    assert str(caught.value) == "Not written yet: chapter 7, task 1 (f)."


def test_watch_stops_an_exit_but_not_an_interrupt(check):
    assert "raised SystemExit" in failure(check.watch(sys.exit))

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check.watch(interrupted)()


def test_watch_says_what_cannot_be_called(check):
    assert "TypeError" in failure(check.watch(3))


def test_watch_deals_with_warnings(check, capsys):
    def f(x):
        warnings.warn("careful")
        return np.log(x)

    with np.errstate(all="raise"):
        assert check.watch(f)(np.zeros(1)) == -np.inf
    out, err = capsys.readouterr()
    assert err == ""
    assert ("Note: a warning in f: careful." in out) == check.reveal
    assert "f caused a warning: careful." in failure(check.watch(f, quiet=True), np.ones(1))
    assert "divide by zero" in failure(check.watch(np.log, quiet=True), np.zeros(1))


# ----------------------------------------------------------------------------- the other checks


def test_finite(check):
    check.finite("y", np.zeros(3))
    assert "y holds nan or inf." in failure(check.finite, "y", np.array([1.0, -np.inf]))
    assert "Expected numbers, got None." in failure(check.finite, "y", None)
    assert check.count == 1


def test_that(check):
    check.that("accuracy is above 0.9", np.mean([0.9, 1.0]) > 0.9)
    message = failure(check.that, "accuracy is above 0.9", np.bool_(False), advice="Shuffle.")
    assert message.endswith("does not: accuracy is above 0.9.\nShuffle.")


def test_another_error_of_the_kind_is_no_missing_answer(check):
    """As that which input() raises where nobody can be asked."""
    error = type("StdinNotImplementedError", (NotImplementedError,), {})("there is no input")
    message = failure(check.watch(lambda: (_ for _ in ()).throw(error)))
    assert "raised StdinNotImplementedError: there is no input" in message
    with pytest.raises(CheckFailed) as caught:
        check.watch(lambda: (_ for _ in ()).throw(error))()
    assert not isinstance(caught.value, NotWritten)


def test_raises(check):
    def f(kernel, error):
        if error is not None:
            raise error
        return kernel

    check.raises(f, 3, naming="kernel", error=ValueError("kernel is 3, expected at most 2"))
    assert "no error was raised; it returned an int." in failure(
        check.raises, f, 3, naming="kernel", error=None)
    assert "does not name kernel" in failure(
        check.raises, f, 3, naming="kernel", error=ValueError("kernels are odd"))
    assert "raised TypeError: kernel\nExpected a ValueError whose message names kernel.\n" in failure(
        check.raises, f, 3, naming="kernel", error=TypeError("kernel"))
    with pytest.raises(NotWritten):
        check.raises(f, 3, naming="kernel", error=NotImplementedError("Not written yet"))


def test_gradient(check, rng):
    W, x, dy = rng.normal(size=(3, 2)), rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    check.gradient("dx", lambda x: np.tanh(x @ W), x, dy, (dy * (1 - np.tanh(x @ W) ** 2)) @ W.T)
    good = dy @ W.T
    check.gradient("dx", lambda x: x @ W, x, dy, good)
    wrong = good.copy()
    wrong[3, 2] *= 1.001
    assert ("1 of 12 numbers differs. The first is dx[3, 2]: " if check.reveal
            else "Some, not all, of its numbers differ.") in failure(
        check.gradient, "dx", lambda x: x @ W, x, dy, wrong)
    assert "Use dy." in failure(check.gradient, "dx", lambda x: x @ W, x, dy,
                                np.ones_like(dy) @ W.T, {"Use dy.": np.ones_like(dy) @ W.T})


def test_gradient_asks_for_a_random_upstream(check):
    with pytest.raises(ValueError, match="upstream"):
        check.gradient("dx", lambda x: x, np.ones(2), np.ones(2), np.ones(2))


# --------------------------------------------------------------------------------- the decorators


@pytest.mark.parametrize("decorator", [visible_test, hidden_test])
def test_a_test_runs_at_once_and_gives_no_value(decorator, capsys):
    @decorator("Task 2 (g)")
    def test(check):
        check.equal("y", 1.0, 1.0)

    assert test is None
    assert capsys.readouterr().out.endswith("Task 2 (g): passed.\n")


@pytest.mark.parametrize("decorator", [visible_test, hidden_test])
def test_nothing_is_written_to_stderr(decorator, capsys):
    @decorator("Task 2 (g)")
    def test(check):
        print("progress", file=sys.stderr)
        warnings.warn("careful")
        check.equal("y", np.log(np.zeros(1)), [-np.inf])

    assert capsys.readouterr().err == ""


def run(decorator, body):
    """Apply a decorator to a test made from source, with a namespace of its own."""
    source = "@decorator('Task 2 (g)')\ndef test(check):\n" + body
    exec(source, {"decorator": decorator, "np": np, "sum": 3})  # noqa: S102


@pytest.mark.parametrize("decorator", [visible_test, hidden_test])
def test_a_missing_function_is_told(decorator):
    message = failure(run, decorator, "    check.watch(adam)()\n")
    assert message.startswith("Task 2 (g): adam is not defined.\nRun the cell that defines it")


@pytest.mark.parametrize("decorator", [visible_test, hidden_test])
def test_a_test_that_checks_nothing_fails(decorator):
    assert "checks nothing" in failure(run, decorator, "    pass\n")


@pytest.mark.parametrize("decorator", [visible_test, hidden_test])
def test_a_test_that_breaks_down_fails(decorator):
    body = "    check.equal('y', 1.0, 1.0)\n    np.zeros(2) @ np.zeros(3)\n"
    assert "the test stopped with ValueError" in failure(run, decorator, body)


def test_names_of_built_ins_are_those_of_python():
    run(hidden_test, "    check.equal('y', float(sum([1.0, 2.0])), 3.0)\n")


def test_only_numpy_is_needed():
    code = ("import sys; before = set(sys.modules); import numpy; import course_lib.grading;"
            "print({name.split('.')[0] for name in set(sys.modules) - before}"
            " - sys.stdlib_module_names, 'course_lib.nn' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names, nn = done.stdout.rsplit(maxsplit=1)
    assert {"course_lib", "numpy"} == {n for n in eval(names) if not n.startswith("_")}
    assert nn == "False"


def test_underflow_is_no_warning():
    """A stable softmax underflows to 0, as it should."""
    check = Check("Task 1 (f)", reveal=True)
    f = check.watch(lambda x: np.exp(x), quiet=True)
    check.equal("f", f(np.array([-1e4, 0.0])), [0.0, 1.0])


def test_an_array_of_objects_may_be_handed_back():
    """A student's cache may be one; its inside is the student's affair."""
    check = Check("Task 1 (f)", reveal=True)
    cache = np.array([np.zeros(2), None], dtype=object)
    f = check.watch(lambda cache: 1.0)
    check.equal("f", f(cache), 1.0)


# ---------------------------------------------------------------------------------------- memory


def test_memory_is_counted_from_what_was_there_before():
    def fails():
        raise ValueError("no")

    kept = np.ones(100_000)
    with pytest.raises(ValueError):
        peak_memory(fails)
    assert not tracemalloc.is_tracing(), "a failure must not disturb what is measured next"
    tracemalloc.start()  # as a student may do in a cell
    try:
        kept = kept + 1  # 0.8 MB more
        _, most = peak_memory(np.ones, 1000)
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()
    assert 8_000 <= most < 20_000
