"""Let all attacks of the corpus be graded by plain nbgrader, and say what each of them got.

    python tests/attacks                     all of it, two nbgraders at a time
    python tests/attacks --family reading    one family
    python tests/attacks --list              what each attack tries
    python tests/attacks --jobs 8            more nbgraders than most machines have cores

It ends with 1 where any attack got what it must not get.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from corpus import read_attacks
from trial import run_trial


def main(words=None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", help="only this one; may be repeated")
    parser.add_argument("--name", help="only attacks whose name contains this")
    parser.add_argument("--jobs", type=int, default=2, help="nbgraders at a time (default 2)")
    parser.add_argument("--level", choices=("bubblewrap", "landlock"),
                        help="use this sandbox (default: the best that works here)")
    parser.add_argument("--kernel", action="store_true",
                        help="UNSAFE: rebuild notebooks, but run them in a kernel as nbgrader does")
    parser.add_argument("--plain", action="store_true",
                        help="UNSAFE: nbgrader without our configuration")
    parser.add_argument("--keep", type=Path, metavar="FOLDER",
                        help="an empty folder in which everything stays")
    parser.add_argument("--list", action="store_true", help="say what each attack tries")
    options = parser.parse_args(words)
    attacks = [a for a in read_attacks() if not options.family or a.family in options.family]
    attacks = [a for a in attacks if not options.name or options.name in a.name]
    if options.list:
        for attack in attacks:
            print(f"{attack.family}: {attack.name}: {attack.tries}")
        return 0
    if not attacks:
        parser.error("there is no such attack")
    config = "plain" if options.plain else "kernel" if options.kernel else "ours"
    if config != "ours":
        print("WARNING: students' code runs without a sandbox now. The attacks end by themselves; "
              "those marked as unsafe are left out.", file=sys.stderr)
        attacks = [attack for attack in attacks if not attack.unsafe]
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        return run_trial(options.keep or Path(folder), attacks, options.jobs, options.level, config)


if __name__ == "__main__":
    sys.exit(main())
