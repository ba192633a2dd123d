"""A student works in the built pages in Firefox, opened from the disk, without a network."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import ASSIGNMENTS, alike, filled, here, read_bank, students

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
PUPPETEER = ROOT / ".node" / "node_modules" / "puppeteer-core"
RIGHT = "def sgd(w, g, state, lr):\n    return w - lr * g, state"
ANSWERS = {  # typed; the editor indents what follows a line that ends with a colon
    "right": RIGHT,
    "wrong": RIGHT.replace("w - lr", "w + lr"),
    "endless": "def sgd(w, g, state, lr):\n    while True: w = w + 0",
    "flood": RIGHT.replace("  return", "  for i in range(100_000): print('x' * 10)\n    return"),
}


def work_through(notebooks):
    """What Firefox's pages said of the answers above and of notebooks: (assignment, text)."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if not (BUILT / "index.html").is_file():
        pytest.skip("the exercises in a browser are not built: make exercises")
    if firefox is None or shutil.which("bwrap") is None:
        pytest.skip("there is no Firefox on this machine, or no bubblewrap to keep it off the net")
    if not PUPPETEER.is_dir():
        pytest.skip("puppeteer-core is not here: make browser")
    entry = json.loads((PUPPETEER / "package.json").read_text())["exports"]["."]
    asked = {"folder": str(BUILT), "firefox": firefox, "answers": ANSWERS,
             "puppeteer": str(PUPPETEER / (entry if isinstance(entry, str) else entry["import"])),
             "notebooks": [{"assignment": name, "text": text} for name, text in notebooks]}
    done = subprocess.run(
        ["bwrap", "--dev-bind", "/", "/", "--unshare-net", "--die-with-parent",
         "node", Path(__file__).with_name("firefox.mjs")],
        check=False, input=json.dumps(asked), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def said_of_answers(found):
    """Each answer that was typed got what it should get."""
    assert "passed" in found["right"] and found["reloaded"] == RIGHT
    assert "wrong" in found["wrong"] and "Go down, not up" in found["wrong"]
    assert "look for a loop that never ends" in found["endless"]
    assert "passed" in found["flood"]
    assert found["complaints"] == []


@pytest.mark.slow
def test_all_assignments(tmp_path):
    """The references, which pass, and one student of each bank, most of whose answers are wrong."""
    notebooks = []
    for name in ASSIGNMENTS:
        reference = {task: one.source for task, one in read_bank(name).reference.items()}
        mixed = next(text for text in students(name)[1:] if "scipy" not in text)
        notebooks += [(name, filled(name, reference)), (name, mixed)]
    found = work_through(notebooks)
    print(json.dumps({"version": found["version"], "times": found["times"]}))
    said_of_answers(found)
    different = []
    for name, text in notebooks:
        theirs = [(task, state.replace("passed", "done").removesuffix(" yet"), message)
                  for task, state, message in found["tasks"][name].pop(0)]
        ours = here(text, name, tmp_path)
        different += [pair for pair in zip(alike(ours), alike(theirs), strict=True)
                      if pair[0] != pair[1]]
    assert different == []
