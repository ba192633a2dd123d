"""What makes a function of a test cell a test: the decorators `visible_test` and `hidden_test`."""

import builtins
import contextlib
import sys
import types
import warnings
from collections.abc import Callable

from course_lib.grading.check import Check
from course_lib.grading.failed import CheckFailed


def visible_test(title: str) -> Callable:
    """Run the decorated test at once; it prints what was expected and what came.

    Parameters
    ----------
    title : str
        Begins every message, for example "Task 4 (adam)".

    Raises
    ------
    CheckFailed
        When the decorated function is applied and a check fails.

    Examples
    --------
    >>> @visible_test("Task 1 (double)")
    ... def test(check):
    ...     check.equal("double(3.0)", 2 * 3.0, 6.0)
    double(3.0): ok
      expected 6
      got      6
    Task 1 (double): passed.
    """
    return lambda test: _run(Check(title, reveal=True), test)


def hidden_test(title: str) -> Callable:
    """Run the decorated test at once; it never prints a number: given, expected or returned.

    Parameters and errors are those of `visible_test`.

    Examples
    --------
    >>> @hidden_test("Task 1 (double)")
    ... def test(check):
    ...     check.equal("double(5.0)", 2 * 5.0, 10.0)
    Task 1 (double): passed.
    """
    return lambda test: _run(Check(title, reveal=False), test)


def _run(check: Check, test: Callable) -> None:
    # The test is a function so that its variables cannot stand in for ones that an answer forgot.
    # It sees the notebook's names but for those of built-ins: a student may have a variable `sum`.
    names = {key: value for key, value in test.__globals__.items() if not hasattr(builtins, key)}
    check.test_file = test.__code__.co_filename
    test = types.FunctionType(test.__code__, names, test.__name__, test.__defaults__,
                              test.__closure__)
    with contextlib.redirect_stderr(sys.stdout), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            test(check)
        except CheckFailed:
            raise
        except NameError as error:
            near = [name for name, value in names.items() if _plain(name) == _plain(error.name)
                    and getattr(value, "__module__", "") == "__main__"]
            raise CheckFailed(
                f"{check.title}: {error.name} is not defined.\n"
                + (f"There is {near[0]}: the name must be {error.name}." if near else
                   "Run the cell that defines it first, and keep the name.")
            ) from error
        except Exception as error:
            raise CheckFailed("\n".join(filter(None, [
                f"{check.title}: the test stopped with {type(error).__name__}"
                + (f": {error}" if check.reveal else "."),
                check.last_result()]))) from error
    if check.count == 0:
        raise CheckFailed(f"{check.title}: the test checks nothing.")
    print(f"{check.title}: passed.")


def _plain(name: str | None) -> str:
    """A name without what is easily changed by mistake: capitals, underscores, a plural."""
    return str(name).replace("_", "").lower().rstrip("s")
