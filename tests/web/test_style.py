"""The JavaScript is clean, by eslint."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ESLINT = ROOT / ".node" / "node_modules" / ".bin" / "eslint"


def complaints(folder):
    if not ESLINT.is_file():
        pytest.skip("eslint is not here: make browser")
    done = subprocess.run([ESLINT, "."], cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


def test_the_programs_are_clean():
    assert complaints(ROOT / "web") == ""


def test_a_fault_is_seen(tmp_path):
    (tmp_path / "eslint.config.js").write_text(
        (ROOT / "web" / "eslint.config.js").read_text(encoding="utf-8")
    )
    (tmp_path / "a.js").write_text("function f() {\n  var x = y;\n  if (x == 1) {}\n}\n")
    assert {"no-var", "no-undef", "eqeqeq", "no-empty"} <= set(complaints(tmp_path).split())
