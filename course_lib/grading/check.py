"""What a test works with: `Check`, whose methods call a student's functions and judge them."""

import collections
import re
import warnings
from collections.abc import Callable, Sequence

import numpy as np

from course_lib.grading.calls import (
    Results,
    argument_names,
    how_not_to_change,
    in_short,
    snapshot,
    unchanged,
)
from course_lib.grading.compare import (
    as_data,
    describe,
    if_none,
    kind_problem,
    likely_cause,
    matches,
    misplaced,
    numerical_gradient,
    show,
    value_problem,
)
from course_lib.grading.explain import explain, said_by, stopped_at
from course_lib.grading.failed import CheckFailed, NotWritten, Stopped


class Check:
    """The checks of one task; the first that fails raises `CheckFailed`.

    Parameters
    ----------
    title : str
        Begins every message.
    reveal : bool
        Whether messages may print numbers (a visible test) or never do (a hidden test).

    Attributes
    ----------
    count : int
        How many checks have passed.
    test_file : str
        What Python calls the cell of the test, of which no line is ever quoted.

    Examples
    --------
    >>> check = Check("Task 1 (double)", reveal=False)
    >>> double = check.watch(lambda x: 2 * x)
    >>> check.equal("double(3.0)", double(3.0), 6.0)
    >>> check.equal_all({"double(3.0)": double(3.0), "double(4.0)": double(4.0)}, [6.0, 8.0])
    >>> check.finite("double(3.0)", double(3.0))
    >>> check.that("twice 3 is more than 3", double(3.0) > 3.0)
    >>> check.gradient("dx", double, at=np.array([1.0]), upstream=5.0, got=np.array([10.0]))
    >>> check.raises(int, "seven", naming="literal")
    >>> check.watch(lambda x: None)(3.0)
    >>> check.last_result()
    'Before that <lambda> returned None. Did you forget return? A function without it gives None.'
    >>> check.count
    7
    >>> Check("Task 1 (double)", reveal=False).fail("Triple is not double.")
    Traceback (most recent call last):
    course_lib.grading.failed.CheckFailed: Task 1 (double): Triple is not double.
    """

    def __init__(self, title: str, reveal: bool):
        self.title = title
        self.reveal = reveal
        self.count = 0
        self.test_file = ""
        self._last_call = ""
        self._last_result = ("", 0.0)  # of which function, and what
        self._outputs = ()
        # What students' functions returned last: theirs, never looked into.
        self._returned = collections.deque(maxlen=100)
        self._results = Results()

    def fail(self, *lines: str) -> None:
        """Raise `CheckFailed` with the title, these lines and the call they are about."""
        text = "\n".join(line for line in (*lines, self._last_call) if line)
        raise CheckFailed(f"{self.title}: {text}") from None

    def watch(self, function: Callable, returns: tuple[str, ...] = (),
              quiet: bool = False) -> Callable:
        """Return `function`, watched: call it where you would call the student's own.

        Every call must leave its arguments as they were; warnings and stderr are dealt with; an
        error is told in words, with the student's line that raised it.

        Parameters
        ----------
        function : callable
            The student's function.
        returns : tuple of str
            Names of the outputs where there are several; a call then returns a tuple of as many.
        quiet : bool
            Whether a warning (overflow, division by zero) in the call is a failure.
        """
        name = getattr(function, "__name__", "the function")

        def watched(*args, **kwargs):
            result = self._call(function, name, args, kwargs, quiet)
            self._outputs = returns
            if returns:
                if type(result) not in (tuple, list) or len(result) != len(returns):
                    self.fail(f"{name} should return {', '.join(returns)}; "
                              f"it returned {self._describe(result)}.", if_none(result))
                self._returned.extend(result)
                return tuple(result)
            self._returned.append(result)
            return result

        return watched

    def equal(self, name: str, got, expected, mistakes: dict | None = None, advice: str = "",
              rtol: float = 1e-8, atol: float = 1e-12) -> None:
        """Check kind, shape, dtype and every element of an answer.

        Parameters
        ----------
        name : str
            What `got` is, for example "w_new at step 2"; its first word is taken for the name of
            the array in "w_new[0, 2]".
        got
            The answer.
        expected : array_like
            Numbers: floats stand for float64, integers for any integer type.
        mistakes : dict from str to array_like
            What known mistakes give: advice in one sentence -> the wrong answer.
        advice : str
            A sentence for any other difference.
        rtol, atol : float
            Tolerances of floats, as in `numpy.isclose`.
        """
        expected = np.asarray(expected)
        problem = kind_problem(got, expected, self.reveal)
        if problem is None:
            problem = value_problem(name.split(" ")[0], as_data(got), expected, rtol, atol,
                                    self.reveal)
        values = []
        if self.reveal and as_data(got) is not None:
            values = [show(expected, "  expected "), show(got, "  got      ")]
        if problem is not None:
            # Advice is about numbers: a result of another kind has a reason of its own.
            known = likely_cause(got, expected, mistakes or {})
            numbers = as_data(got) is not None or not self._came_from_the_call(got)
            hint = known or (advice if numbers else self._if_nothing_came(got))
            if not known and self._outputs and self.reveal and misplaced(
                    got, expected, self._last_result[1]):
                hint = ("The right value is there, at another place: "
                        f"return {', '.join(self._outputs)} in this order.")
            self.fail(f"{name} is wrong.", hint, problem, *(values if expected.ndim else []))
        self._passed("\n".join([f"{name}: ok", *values]))

    def equal_all(self, answers: dict, expected: Sequence, mistakes: dict | None = None,
                  **settings) -> None:
        """Check the answers of several calls, in which a cause must explain every one of them.

        Many mistakes give the same at a first step, so that no single answer tells the cause.

        Parameters
        ----------
        answers : dict from str to object
            The answers by their names.
        expected : sequence of array_like
            What is expected of each.
        mistakes : dict from str to sequence of array_like
            What known mistakes give: advice in one sentence -> all wrong answers.
        **settings
            As in `equal`: advice, rtol, atol.
        """
        explain = {sentence: wrong for sentence, wrong in (mistakes or {}).items()
                   if all(map(matches, answers.values(), wrong))}
        self._last_call = ""  # the names say which call each answer is from
        for i, (name, got) in enumerate(answers.items()):
            self.equal(name, got, expected[i],
                       {sentence: wrong[i] for sentence, wrong in explain.items()}, **settings)

    def finite(self, name: str, got) -> None:
        """Check that an answer is made of numbers, none of them nan or infinite."""
        data = as_data(got)
        if data is None:
            self.fail(f"{name} is wrong.", self._if_nothing_came(got),
                      f"Expected numbers, got {self._describe(got)}.")
        if not np.isfinite(data).all():
            self.fail(f"{name} holds nan or inf.")
        self._passed(f"{name} is finite: ok")

    def that(self, claim: str, holds: bool, advice: str = "") -> None:
        """Check a claim that the test itself has worked out, such as a reached accuracy."""
        if not bool(holds):
            self.fail(f"this should hold and does not: {claim}.", advice)
        self._passed(f"{claim}: ok")

    def raises(self, function: Callable, *args, naming: str, **kwargs) -> None:
        """Check that this call raises a ValueError whose message names the argument `naming`."""
        name = getattr(function, "__name__", "the function")
        wanted = f"Expected a ValueError whose message names {naming}."
        try:
            result = self._call(function, name, args, kwargs, quiet=False, wanted=wanted)
        except ValueError as error:
            if not re.search(rf"\b{re.escape(naming)}\b", str(error)):
                said = f"the error does not name {naming}: {said_by(error)}".rstrip(": ")
                self.fail(said, wanted)
        else:
            self.fail(f"no error was raised; it returned {self._describe(result)}.", wanted)
        self._passed(f"{name} raises a ValueError that names {naming}: ok")

    def gradient(self, name: str, forward: Callable, at: np.ndarray, upstream, got,
                 mistakes: dict | None = None, rtol: float = 1e-6, atol: float = 1e-8) -> None:
        """Check every element of a gradient against central differences in float64.

        Parameters
        ----------
        name : str
            What `got` is, for example "dW".
        forward : callable
            Takes an array like `at`, returns what the upstream gradient belongs to.
        at : array of float64
            Where the gradient is taken.
        upstream : array or float
            The gradient of the loss with respect to the output of `forward`; random, since a
            constant one hides mistakes.
        got
            The gradient of sum(upstream * forward(x)) at `at`, according to the answer.
        mistakes, rtol, atol
            As in `equal`.
        """
        upstream = np.asarray(upstream)
        if upstream.size > 1 and np.ptp(upstream) == 0:
            raise ValueError("upstream is constant; expected a random array")
        expected = numerical_gradient(lambda x: float(np.sum(upstream * forward(x))), at)
        self.equal(name, got, expected, mistakes, rtol=rtol, atol=atol)

    def _passed(self, text: str) -> None:
        self.count += 1
        if self.reveal:
            print(text)

    def last_result(self) -> str:
        """Say what the last call gave, where that is no number and so may stop a test."""
        name, result = self._last_result
        if not name or as_data(result) is not None:
            return ""
        return f"Before that {name} returned {self._describe(result)}. {if_none(result)}".rstrip()

    def _describe(self, value) -> str:
        return describe(value, self.reveal)

    def _came_from_the_call(self, got) -> bool:
        result = self._last_result[1]
        return got is result or type(result) in (tuple, list) and any(got is x for x in result)

    def _if_nothing_came(self, got) -> str:
        result = self._last_result[1]
        return if_none(got) if got is None and result is None else ""

    def _call(self, function: Callable, name: str, args: tuple, kwargs: dict, quiet: bool,
              wanted: str = ""):
        """Call a student's function, the one place where a test does so; pass on what is wanted."""
        given = [*zip(argument_names(function, len(args)), args, strict=True), *kwargs.items()]
        shown = [in_short(*pair) if self.reveal else pair[0] for pair in given]
        self._last_call = f"In the call {name}({', '.join(shown)})."
        before = [snapshot(value, self._returned) for _, value in given]
        with (warnings.catch_warnings(record=True) as caught,
              np.errstate(all="warn", under="ignore")):
            warnings.simplefilter("always")
            try:
                result = function(*args, **kwargs)
            except KeyboardInterrupt as error:
                where = stopped_at(error, function, self.test_file)
                said = f"{self.title}: {name} was stopped: look for a loop that never ends."
                raise Stopped("\n".join(filter(None, [said, where, self._last_call]))) from None
            except (Exception, SystemExit) as error:  # whatever an answer raises
                if type(error).__name__ == "NotImplementedError":  # input() raises another kind
                    raise NotWritten(said_by(error) or f"{self.title}: not written yet.") from None
                if wanted and isinstance(error, ValueError):
                    raise
                said = f"{name} raised {type(error).__name__}: {said_by(error)}".removesuffix(": ")
                self.fail(said, wanted, *explain(error, function, self.test_file, self._last_call))
        self._last_result = (name, result)
        for (argument, value), old in zip(given, before, strict=True):
            if not unchanged(old, value):
                self.fail(f"{name} changed its argument {argument} in place.",
                          how_not_to_change(argument, value))
        if not self._results.hold():
            self.fail(f"{name} changed what an earlier call returned.",
                      "Make new arrays in every call, and keep nothing between calls.")
        self._results.keep(result, given=(*args, *kwargs.values()))
        if quiet and caught:
            self.fail(f"{name} caused a warning: {caught[0].message}.")
        if self.reveal and caught:
            print(f"Note: a warning in {name}: {caught[0].message}.")
        return result
