"""Packs Python, NumPy and the library into scripts that a page opened from a disk can load.

Modules are compiled by the same Python that runs them, so that the page need not, and what no
exercise uses is left out.
"""

import base64
import gzip
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np

from course_lib.data import digits28
from web.exercises.supply import PICTURES, WHEELS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Parts that no notebook can use here: other systems, servers, windows, tests, tools for builders.
STDLIB_WITHOUT = re.compile(
    r"(ensurepip|unittest/mock|http/(server|cookiejar)|xml|doctest|pdb|cgi|cgitb|aifc|sunau|wave|sndhdr|"
    r"xdrlib|uu|pickletools|logging/handlers|urllib/robotparser|zipapp|tabnanny|profile|pyclbr|idlelib|lib2to3|pydoc_data|sqlite3|tkinter|turtle|turtledemo|venv|"
    r"wsgiref|xmlrpc|mailbox|imaplib|nntplib|ftplib|smtplib|telnetlib|poplib|_pyio)(/|\.|$)")
NUMPY_WITHOUT = re.compile(
    r"numpy/(f2py|distutils|testing/tests|typing|.*/tests|_core/(include|lib)|random/(lib|_examples))/|"
    r".*\.(pyi|pxd|c|h|a|f90|ini|pc|cmake)$|.*/RECORD$")
# Of Matplotlib, what draws a PNG, with the fonts of its own style.
PICTURES_WITHOUT = re.compile(
    r"matplotlib/(mpl-data/(sample_data|images|plot_directive|fonts/(afm|pdfcorefonts)|fonts/ttf/"
    r"(cm|STIX|DejaVuSerif|DejaVuSansMono|DejaVuSans-BoldO))|tests|sphinxext|backends/(web_backend|"
    r"qt_|_?backend_(cairo|gtk|macosx|nbagg|pdf|pgf|ps|qt|svg|tk|webagg|wx)))|matplotlib/_ttconv|"
    r"mpl_toolkits/axes|.*\.(pyi|h|a)$|.*/RECORD$|PIL/_(webp|imagingcms|imagingft|imagingtk)\.|"
    r"dateutil/zoneinfo/.*gz$")
# After the text of the library's own module: the page carries no SciPy to enlarge the digits with.
DIGITS = '''

def _enlarged():
    packed = np.load(Path(__file__).parents[2] / "digits28.npz")
    return packed["images"], packed["labels"].astype(np.intp)  # 32 bits in a page
'''


def scripts(files: dict[str, Path], scratch: Path) -> dict[str, str]:
    """Make the scripts: name -> text. Each adds one file to `PAYLOAD`, in base64.

    Parameters
    ----------
    files : dict from str to Path
        What `supply.find` returns.
    scratch : Path
        An empty folder to work in.
    """
    stdlib, packages, pictures = (scratch / name for name in ("stdlib", "packages", "pictures"))
    with zipfile.ZipFile(files["python_stdlib.zip"]) as packed:
        packed.extractall(stdlib, [name for name in packed.namelist()
                                   if not STDLIB_WITHOUT.match(name)])
    for wheels, folder, without in ((WHEELS, packages, NUMPY_WITHOUT),
                                    (PICTURES, pictures, PICTURES_WITHOUT)):
        for wheel in wheels:
            with zipfile.ZipFile(files[wheel.name]) as packed:
                packed.extractall(folder, [name for name in packed.namelist()
                                           if not without.match(name)])
    _add_library(packages)
    _compile(files["pyodide.js"].parent, stdlib, packages, pictures)
    lock = json.loads(files["pyodide-lock.json"].read_text(encoding="utf-8"))
    contents = {
        "pyodide.js": files["pyodide.js"].read_bytes(),
        "pyodide.asm.js": files["pyodide.asm.js"].read_bytes(),
        "pyodide.asm.wasm": files["pyodide.asm.wasm"].read_bytes(),
        "python_stdlib.zip": _zip(stdlib),
        "packages.zip": _zip(packages),
        "pictures.zip": _zip(pictures),
        "pyodide-lock.json": json.dumps({"info": lock["info"], "packages": {}}).encode(),
        "worker.js": (HERE / "worker.js").read_bytes(),
    }
    return {name: payload(name, content) for name, content in contents.items()}


def payload(name: str, content: bytes) -> str:
    """A script that adds one file, compressed."""
    packed = gzip.compress(content, 9, mtime=0)
    text = base64.b64encode(packed).decode("ascii")
    return f'(self.PAYLOAD ??= {{}})[{json.dumps(name)}] = "{text}";\n'


def _add_library(packages: Path) -> None:
    for path in [*ROOT.glob("course_lib/**/*.py"), *ROOT.glob("course_lib/**/*.npy")]:
        target = packages / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.copytree(HERE / "stand_ins", packages, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "inside.py", packages / "exercise_page.py")
    module = packages / "course_lib" / "data" / "digits28.py"
    module.write_text(module.read_text(encoding="utf-8") + DIGITS, encoding="utf-8")
    images, labels = digits28._enlarged()
    np.savez_compressed(packages / "digits28.npz", images=images, labels=labels)


def _compile(pyodide: Path, *folders: Path) -> None:
    """Replace every module by its compiled form."""
    node = shutil.which("node")
    if node is None:
        raise ValueError("the exercises in a browser are built with Node.js: install node")
    for folder in folders:
        done = subprocess.run([node, HERE / "compile.js", pyodide, folder], check=False, text=True,
                              capture_output=True, timeout=300)
        if done.returncode:
            raise ValueError(f"the modules for the page cannot be compiled: {done.stderr[-500:]}")


def _zip(folder: Path) -> bytes:
    """A zip of a folder, with all times those of 1980."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(entry, path.read_bytes())
    return buffer.getvalue()
