"""Runs what a reader of a page sees, in order, as a notebook would: python run_cells.py page.md"""

import json
import os
import sys
from pathlib import Path


def main(page):
    import matplotlib

    matplotlib.use("Agg")
    from cells import cells_of
    from IPython.core.interactiveshell import InteractiveShell

    os.chdir(page.parent)
    sys.path.insert(0, str(page.parent))
    shell, errors = InteractiveShell.instance(), []
    for cell in cells_of(page.read_text(encoding="utf-8")):
        if not cell.hidden:
            result = shell.run_cell(cell.code)
            if error := result.error_in_exec or result.error_before_exec:
                errors.append(f"{page.name}, line {cell.line}: {type(error).__name__}: {error}")
    print("\n" + json.dumps(errors))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
