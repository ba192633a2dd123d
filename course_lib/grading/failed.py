"""What a check raises. A student sees its text and no traceback."""


class CheckFailed(AssertionError):
    """A check that failed; the text says what to look at.

    >>> from course_lib.grading import hidden_test
    >>> try:
    ...     @hidden_test("Task 1 (double)")
    ...     def test(check):
    ...         check.equal("double(5.0)", 5.0 + 2, 10.0, advice="Multiply.")
    ... except CheckFailed as failed:
    ...     print(failed)
    Task 1 (double): double(5.0) is wrong.
    Multiply.
    The number is not right.
    """

    def _render_traceback_(self) -> list[str]:
        """Show the text alone: IPython calls this in place of printing a traceback.

        A traceback would show lines of the test, and of a hidden test nobody should see any.
        """
        return str(self).splitlines()


class NotWritten(CheckFailed, NotImplementedError):
    """The answer still raises the NotImplementedError of its stub."""


class Stopped(KeyboardInterrupt):
    """A call that was interrupted, by its user or because it took too long.

    An interrupt still, so that whatever waits for one sees one, but without a traceback: that
    would show lines of the test.
    """

    def _render_traceback_(self) -> list[str]:
        """Show the text alone, as `CheckFailed` does."""
        return str(self).splitlines()
