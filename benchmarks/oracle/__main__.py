"""Print for each kind of thing the largest relative difference between the library and PyTorch."""

import sys
from itertools import groupby

from benchmarks.oracle import COMPARISONS, LIMIT, largest_difference


def kind_of(name):
    return name.split(": ")[0]


def main():
    differing = []
    print(f"{'float64, course_lib and PyTorch':33} {'cases':>5}  largest relative difference")
    for kind, names in groupby(sorted(COMPARISONS, key=kind_of), key=kind_of):
        found = []
        for name in names:
            try:
                difference, where = largest_difference(COMPARISONS[name]())
            except Exception as error:  # noqa: BLE001  a comparison that stops agrees with nothing
                difference, where = float("inf"), f"{type(error).__name__}: {error}"
            found.append((difference, f"{where} of {name}"))
        differing += [case for case in found if not case[0] <= LIMIT]
        difference, where = max(found, key=lambda case: (case[0] != case[0], case[0]))  # NaN first
        print(f"{kind:33} {len(found):5}  {difference:.1e}  {where}", flush=True)
    for difference, where in differing:
        print(f"DIFFERS by {difference:.1e}: {where}", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
