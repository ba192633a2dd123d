"""A student's cells run as in a notebook, with `In` and `Out`, IPython's own words and pictures."""

import ast
import base64
import builtins
import contextlib
import io
import linecache
import os
import sys
from pathlib import Path


class Cells:
    """Runs cells one after the other.

    Parameters
    ----------
    main : module
        In whose names they run.
    """

    def __init__(self, main):
        self.main, self.names = main, vars(main)
        self.shell, self.drawn = None, []
        self.names |= {"In": [""], "Out": {}, "_": ""}
        builtins.get_ipython = self.get_shell
        builtins.display = self.display

    def run(self, source, file):
        """Run a cell, which Python is to know by the name of this file."""
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        if "IPython" in source:
            import IPython.display

            IPython.display.display = self.display
        if type(self.names.get("In")) is list:
            self.names["In"].append(source)
        tree = self.parse(source, file)
        if tree is None:
            self.run_in_shell(source)
        else:
            self.execute(tree, file)

    def parse(self, source, file):
        """Parse plain Python; None is for IPython, which says what is wrong with it if all is."""
        try:
            return ast.parse(source, file)
        except SyntaxError:
            lines = [line.lstrip() for line in source.splitlines()]
            special = any(line.startswith(("%", "!", "?")) or line.endswith("?") or
                          "= %" in line or "= !" in line or "await " in line for line in lines)
            if special:
                return None
            raise

    def execute(self, tree, file):
        """Run the statements of a cell; the value of a last expression is printed."""
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), self.names)  # noqa: S102
        if last is not None:
            value = eval(compile(ast.Expression(last.value), file, "eval"),
                         self.names)
            if value is not None and not hasattr(value, "savefig"):
                self.names["_"] = value
                with contextlib.suppress(Exception):  # they may mean something else by now
                    self.names["Out"][len(self.names["In"]) - 1] = value
                print(repr(value))

    def get_shell(self):
        """Return an IPython for cells that use its own words; most never do."""
        if self.shell is None:
            from IPython.core.interactiveshell import InteractiveShell
            from traitlets.config import Config

            # IPython would copy a README there with its rights, which not every sandbox grants.
            start = Path(os.environ.get("IPYTHONDIR", ".ipython"), "profile_default", "startup")
            start.mkdir(parents=True, exist_ok=True)
            (start / "README").touch()
            settings = Config()
            settings.HistoryManager.enabled = False
            self.shell = InteractiveShell.instance(
                config=settings, user_module=self.main, user_ns=self.names)
            builtins.get_ipython = self.get_shell
        return self.shell

    def run_in_shell(self, source):
        """Run a cell as IPython does."""
        result = self.get_shell().run_cell(source, store_history=False)
        result.raise_error()

    def display(self, *values, **options):
        """Show values below the cell: figures as pictures, all else as text."""
        for value in values:
            if hasattr(value, "savefig"):
                self.draw(value)
            else:
                print(value if type(value) is str else repr(value))

    def draw(self, figure):
        """Keep the picture of a figure."""
        file = io.BytesIO()
        figure.savefig(file, format="png", bbox_inches="tight")
        if len(file.getvalue()) < 1 << 20 and len(self.drawn) < 10:
            self.drawn.append(base64.b64encode(file.getvalue()).decode())

    def pictures(self):
        """Draw and close the figures that a cell left open; return all pictures of the cell."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        with contextlib.suppress(BaseException):
            for number in pyplot.get_fignums() if pyplot else ():
                self.draw(pyplot.figure(number))
        with contextlib.suppress(BaseException):
            pyplot.close("all")
        drawn, self.drawn = self.drawn, []
        return drawn
