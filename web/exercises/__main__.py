"""``make exercises``: writes the folder with the exercises in a browser, and a zip of it."""

import argparse
import html
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from string import Template

import course_lib
from classroom.browser import NAME, embedded
from classroom.leaks import all_secrets, find_leaks
from classroom.release import archive, student_files
from course_lib.desk.notebook import read_notebook
from web.exercises import pack, pages, supply

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MATHJAX = ROOT / "vendor" / "static" / "mathjax"
PROGRAM = ("notebook.js", "store.js", "machine.js", "widgets.js", "work.js", "running.js",
           "page.js")
EXPECTED = re.compile(r"course_lib/.*|web/\w+\.py|(ps\d\d-[a-z0-9-]+|index)\.html(\.ipynb)?|"
                      r"[a-z]+\.(js|css)")  # paths that the gate may meet


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m web.exercises", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "_build" / NAME,
                        help="the folder; it is made anew (default %(default)s)")
    output = parser.parse_args(arguments).output
    try:
        write(output)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    print(f"The exercises are ready ({size / 1e6:.1f} MB). Open this file in a browser: "
          f"{output / 'index.html'}")
    return 0


def write(output: Path) -> None:
    """Write the folder, and beside it the zip. What was there before is replaced at the end.

    Raises
    ------
    ValueError
        Something is missing, or would be seen that must not be; nothing is changed then.
    """
    files, (editor, editor_licenses) = supply.find(), supply.editor()
    with tempfile.TemporaryDirectory() as scratch:
        contents = text_files()
        leaks = leaks_in(contents)
        if leaks:
            raise ValueError("nothing was written, for students would see what they must not:\n  "
                             + "\n  ".join(leaks))
        contents |= {f"python/{name}.js": text.encode()
                     for name, text in pack.scripts(files, Path(scratch)).items()}
    contents |= {f"mathjax/{path.relative_to(MATHJAX).as_posix()}": path.read_bytes()
                 for path in [MATHJAX / "tex-chtml.js", *MATHJAX.glob("output/**/*.woff")]
                 if not re.search("Fraktur|Script|Calligraphic-B", path.name)}
    contents |= {"editor.js": editor, "licenses/CodeMirror.txt": editor_licenses}
    contents |= licenses(files)
    shutil.rmtree(output, ignore_errors=True)
    for name, content in contents.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    output.with_suffix(".zip").write_bytes(archive(contents, folder=NAME))


def text_files() -> dict[str, bytes]:
    """The pages and their program: path in the folder -> content."""
    paths = {path.parent.name: path for path in sorted(ROOT.glob("exercises/ps*/*.ipynb"))}
    notebooks = {assignment: read_notebook(path) for assignment, path in paths.items()}
    scripts = ("ui.js", "editor.js", *PROGRAM)
    made = {f"{name}.html": pages.page(name, paths[name], notebook, scripts)
            for name, notebook in notebooks.items()}
    made["index.html"] = pages.index(notebooks, course_lib.__version__)
    made["page.css"] = (HERE / "page.css").read_text(encoding="utf-8")
    made["ui.js"] = (HERE.parent / "ui.js").read_text(encoding="utf-8")
    made |= {name: (HERE / name).read_text(encoding="utf-8") for name in PROGRAM}
    return {name: text.encode() for name, text in made.items()}


def leaks_in(contents: dict[str, bytes]) -> list[str]:
    """What the gate of `course release` finds in the pages, their notebooks and the library."""
    found = {name: content for name, content in student_files(ROOT).items()
             if name.startswith("course_lib/")}
    found |= {f"web/{path.name}": path.read_bytes() for path in HERE.rglob("*.py")}
    for name, content in contents.items():
        shown, notebook = embedded(content.decode()) if name.endswith(".html") else (
            content.decode(), "")
        found[name] = shown.encode()
        if notebook:
            found[f"{name}.ipynb"] = notebook.encode()
    return find_leaks(all_secrets(ROOT), found, EXPECTED)


def licenses(files: dict[str, Path]) -> dict[str, bytes]:
    """The licenses of what is not ours, and where each file comes from."""
    rows = "\n".join(
        f"<tr><td>{html.escape(file.what)}</td><td>{file.license}</td><td>{file.name}</td>"
        f"<td><code>{file.sha256}</code></td></tr>" for file in supply.FILES)
    body = Template((HERE / "licenses.html").read_text(encoding="utf-8")).substitute(
        version=supply.VERSION, rows=rows)
    made = {"index.html": pages.PAGE.format(title="Licenses", body=body).replace(
        'href="page.css"', 'href="../page.css"').encode()}
    made |= {path.name: path.read_bytes() for path in (HERE / "licenses").iterdir()}
    for file in (*supply.WHEELS, *supply.PICTURES):
        with zipfile.ZipFile(files[file.name]) as wheel:
            texts = [wheel.read(name) for name in wheel.namelist()
                     if re.search(r"\.dist-info/(.*/)?LICEN[CS]E[^/]*$", name)]
        made[f"{file.name.partition('-')[0]}.txt"] = b"\n\n".join(texts)
    made |= {"MathJax.txt": (MATHJAX / "LICENSE").read_bytes(),
             "LICENSE.txt": (ROOT / "LICENSE").read_bytes(),
             "LICENSE-text.txt": (ROOT / "LICENSE-text").read_bytes()}
    return {f"licenses/{name}": content for name, content in made.items()}


if __name__ == "__main__":
    sys.exit(main())
