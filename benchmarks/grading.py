"""How fast is a class graded? `course grade`, with isolation, beside plain `nbgrader autograde`.

    python -m benchmarks.grading --students 100 --rounds 3

Both grade the same class: honest submissions of one assignment. nbgrader runs as it comes, each
notebook in a kernel of its own, tests and answers together, nothing isolated; ours as it is
configured here. A turn is a whole command on a fresh gradebook that has the assignment, and the two
take turns. Run it on a machine that has nothing else to do. Memory is what the processes hold,
pages that they share counted once (PSS, on Linux).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from course_lib.desk.assignments import find_assignment
from course_lib.desk.notebook import grade_id, is_solution, read_notebook

ROOT = Path(__file__).parents[1]
PLAIN = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory, c.CourseDirectory.release_directory = "solutions", "exercises"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.db_url = "sqlite:///" + {root!r} + "/grading/gradebook.db"
c.GenerateAssignment.force = True
c.Execute.timeout = 60
"""


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assignment", default="ps05", help="(default %(default)s)")
    parser.add_argument("--students", type=int, default=100, help="(default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="of ours (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default %(default)s)")
    options = parser.parse_args()
    name, n = find_assignment(options.assignment), options.students
    found = {"nbgrader": [], "course": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        plain = make_course(folder / "plain", name, n, PLAIN.format(root=str(folder / "plain")))
        ours = make_course(folder / "ours", name, n, (ROOT / "nbgrader_config.py").read_text())
        for _ in range(options.rounds):
            found["nbgrader"].append(turn(plain, name, ["nbgrader", "autograde", name]))
            found["course"].append(turn(ours, name, [
                "course_lib.cli", "grade", name, "--quiet", "--workers", str(options.workers)]))
            for who, turns in found.items():
                print(f"{who:>8}: {turns[-1]['seconds']:.1f} s, "
                      f"{60 * n / turns[-1]['seconds']:.0f} a minute", flush=True)
    report(found, n, options)


def make_course(folder, name, n, configuration):
    """A course with a class in which everybody handed in the right answers."""
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(configuration)
    shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name)
    (folder / "grading").mkdir()
    call(folder, ["nbgrader", "generate_assignment", name])
    (released,) = (folder / "exercises" / name).glob("*.ipynb")
    answers = {grade_id(cell): cell["source"] for cell in
               read_notebook(ROOT / "solutions" / name / released.name)["cells"]
               if is_solution(cell)}
    for i in range(n):
        notebook = read_notebook(released)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and grade_id(cell) in answers:
                cell["source"] = f"{answers[grade_id(cell)]}\n# student {i}"
        path = folder / "grading" / "submitted" / f"s{i:03}" / name / released.name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    shutil.copy(folder / "grading" / "gradebook.db", folder / "fresh.db")
    return folder


def turn(folder, name, command):
    """Grade the class once; return the time, the points and the memory of the largest moment."""
    shutil.rmtree(folder / "grading" / "autograded", ignore_errors=True)
    shutil.copy(folder / "fresh.db", folder / "grading" / "gradebook.db")
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=folder, env=environment(folder),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory, looked = {}, 0.0
    while process.poll() is None:
        time.sleep(0.05)
        if time.monotonic() > looked + 2:
            looked = time.monotonic()
            for who, size in memory_of(process.pid).items():
                memory[who] = max(memory.get(who, 0), size)
    seconds = time.monotonic() - start
    assert process.returncode == 0, f"{command} failed"
    return {"seconds": seconds, "memory": memory, "points": points(folder, name)}


def memory_of(pid):
    """Bytes of the command itself and of the largest of its children with all below it."""
    try:
        main = psutil.Process(pid)
        below = [_family(child) for child in main.children()]
        return {"main": main.memory_full_info().pss, "worker": max(below, default=0)}
    except (psutil.Error, AttributeError):
        return {}


def _family(process):
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            pass
    return total


def points(folder, name):
    """The points of the class, which must be the same for both."""
    import warnings

    warnings.simplefilter("ignore")
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'grading' / 'gradebook.db'}") as book:
        return sum(submission.score for submission in book.assignment_submissions(name))


def call(folder, command):
    subprocess.run([sys.executable, "-m", *command], cwd=folder, env=environment(folder),
                   check=True, stdout=subprocess.DEVNULL)


def environment(folder):
    """Without the user's own settings, and with the programs that nbgrader calls by name."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "JUPYTER_CONFIG_DIR": str(folder / "none"),
            "OPENBLAS_NUM_THREADS": "1"}


def report(found, n, options):
    """Print what came out."""
    print(f"\n{n} submissions of {options.assignment}, {options.rounds} turns each, "
          f"{os.cpu_count()} cores, {options.workers} workers\n")
    for who, turns in found.items():
        rate = statistics.median(60 * n / turn["seconds"] for turn in turns)
        most = {key: max(turn["memory"].get(key, 0) for turn in turns) / 2**20
                for key in ("main", "worker")}
        memory = ", ".join(f"{key} {size:.0f} MB" for key, size in most.items())
        print(f"{who:>8}: {rate:6.1f} a minute (median); {turns[0]['points']:g} points in all; "
              f"memory at most: {memory}")
    ratios = [a["seconds"] / b["seconds"]
              for a, b in zip(found["nbgrader"], found["course"], strict=True)]
    print(f"{'ratio':>8}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
