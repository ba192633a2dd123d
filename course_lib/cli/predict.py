"""``course predict``: read the digits in pictures."""

import sys

from course_lib.cli.common import find_network
from course_lib.data.picture import read_picture
from course_lib.runs.saved import load_trained


def run(options):
    system = find_network(options.system)
    network = load_trained(system, options.seed, options.directory)
    failed = False
    for path in options.images:
        try:
            image, doubts = read_picture(path)
        except (ValueError, OSError) as error:  # the other pictures may be good
            print(f"course predict: {error}", file=sys.stderr)
            failed = True
            continue
        probabilities = network.predict_proba(system.inputs(image[None]))[0]
        best = probabilities.argsort()[::-1][:3]
        shares = ", ".join(f"{digit}: {100 * probabilities[digit]:.1f} %" for digit in best)
        print(f"{path}: {best[0]} ({shares})")
        for doubt in doubts:
            print(f"course predict: {path}: warning: {doubt}", file=sys.stderr)
    return 1 if failed else 0
