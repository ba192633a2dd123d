"""The whole trial: grade, compare, look for what is left, print the table."""

import contextlib
import os
import time
from pathlib import Path

from browser import chromium, opened
from course import Trial
from verdict import result, table

from classroom.sandbox import find_level
from classroom.tree import adopt_orphans, descendants


def still_there(known: int) -> list[str]:
    """Whatever still runs of all that this process has started, but for one that is known."""
    end = time.monotonic() + 5  # the system takes a moment to end a namespace
    while True:
        found = []
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if pid != known and state != "Z":
                    found.append(f"{pid} {words:.100}")
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def run_trial(folder: Path, attacks, jobs=2, level=None, config="ours") -> int:
    """Grade attacks and print what became of them.

    Parameters
    ----------
    folder : Path
        Where the courses are made.
    attacks : list of Attack
    jobs : int
        How many nbgraders grade at a time.
    level : str, optional
        The sandbox; by default the best that works here.
    config : str
        "ours", "kernel" or "plain"; see `course.Trial`.

    Returns
    -------
    int
        0 where everything is as it must be, else 1.
    """
    level = level or (find_level() if config == "ours" else None)
    options = [f"--JudgeNotebook.levels={level}"] if level else []
    attacks = [a for a in attacks if level is None or level in a.needs]
    adopt_orphans()  # what outlives an nbgrader comes to this process
    trial = Trial(folder, attacks, min(jobs, len(attacks)), options, config)
    try:
        trial.prepare()
        trial.grade()
        left = still_there(trial.instructor.pid)
        changes, heard = trial.changes(), list(trial.listener.heard)
        results = [result(trial, attack) for attack in attacks]
        scripts = None
        if chromium():
            pages = [trial.feedback(a) for a in attacks if a.family == "markup"]
            scripts = opened([page for page in pages if page.is_file()], trial.listener.port)
    finally:
        trial.close()
    print(table(results))
    print(f"\n{len(attacks)} submissions in {trial.seconds:.0f} s, {trial.jobs} at a time; "
          f"sandbox: {level or 'none'}")
    problems = {"commands that ended with an error": trial.failed, "changes on the host": changes,
                "processes left": left, "connections that arrived": heard,
                "scripts that ran in a page": scripts}
    for name, found in problems.items():
        print(f"{name}: {'not looked for, without Chromium' if found is None else len(found)}")
        for item in (found or ())[:20]:
            print(f"    {item}")
    for one in results:
        if not one.fine:
            print(f"\n{one.attack.student}: {one.attack.tries}\n    points {one.points}")
            for kind in ("inflated", "lost", "leaks", "wrong"):
                for text in getattr(one, kind)[:5]:
                    print(f"    {kind}: {text:.300}")
    fine = all(one.fine for one in results) and not any(problems.values())
    print("\nEverything is as it must be." if fine else "\nSomething is off: see above.")
    return 0 if fine else 1
