"""How many pictures of handwritten digits does ``course predict`` read, by style?

Digits are drawn from the test images, so the network has never seen them. Beside ours stand two
simple ways to find the ink: one threshold for the whole picture, and one after division by the
paper nearby.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy import ndimage

from benchmarks.pictures import STYLES, draw_picture
from course_lib import zoo
from course_lib.data import load_course_data
from course_lib.data.digits28 import center_by_mass
from course_lib.data.ink import box_of, otsu_threshold
from course_lib.data.picture import read_gray, read_picture, shrink
from course_lib.runs.saved import load_trained

NOTHING = np.zeros((28, 28), np.uint8)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pictures", description=__doc__)
    parser.add_argument("--each", type=int, default=60, help="pictures of a style (default 60)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures")
    parser.add_argument("--style", action="append", choices=list(STYLES), metavar="NAME",
                        help="only this style; may be repeated")
    parser.add_argument("--ours", action="store_true", help="leave out the simple ways")
    options = parser.parse_args(arguments)
    ways = {"ours": lambda path: read_picture(path)[0]}
    if not options.ours:
        ways = {"threshold": one_threshold, "paper": divided_by_paper} | ways
    dataset = load_course_data()
    print(f"{options.each} pictures of each style, digits of {dataset.name}, seed {options.seed}")
    print(f"{'':28}" + "".join(f"{name:>11}" for name in ways))
    total = np.zeros(len(ways), int)
    names = options.style or list(STYLES)
    for name in names:
        right = count(name, ways.values(), dataset, options.each, options.seed)
        total += right
        print(f"{name:28}" + "".join(f"{n:11}" for n in right), flush=True)
    print(f"{f'of {options.each * len(names):,}':28}" + "".join(f"{n:11}" for n in total))


def count(name, ways, dataset, each, seed):
    """How many pictures of a style are read rightly, by each of some ways to read one."""
    system = zoo.get_system("lenet5")
    network = load_trained(system, 0, None)
    rng = np.random.default_rng([seed, *name.encode()])
    index = rng.permutation(len(dataset.test_labels))[:each]
    with tempfile.TemporaryDirectory() as folder:
        paths = [draw_picture(name, dataset.test_images[i], [seed, int(i)], Path(folder, str(i)))
                 for i in index]
        read = [np.stack([attempt(way, path) for path in paths]) for way in ways]
    return [int((network.predict(system.inputs(images)) == dataset.test_labels[index]).sum())
            for images in read]


def attempt(way, path):
    try:
        return way(path)
    except ValueError:  # it shows no digit
        return NOTHING


def one_threshold(path):
    """The darker or the lighter side of Otsu's threshold, whichever has fewer pixels."""
    return thresholded(read_gray(path))


def divided_by_paper(path):
    """The same, after division by the brightness of the paper nearby: a closing, made smooth."""
    gray = read_gray(path)
    window = max(3, min(gray.shape) // 5)
    paper = ndimage.gaussian_filter(ndimage.grey_closing(gray, (window, window)), window / 3)
    return thresholded(gray / np.maximum(paper, 0.02 * gray.max()))


def thresholded(gray):
    gray = (gray - gray.min()) / max(np.ptp(gray), 1e-9)
    dark = gray < otsu_threshold(gray)
    ink = np.where(dark, 1 - gray, 0) if dark.mean() < 0.5 else np.where(dark, 0, gray)
    if not ink.any():
        return NOTHING
    return center_by_mass(shrink(ink[box_of(ink > 0)]))


if __name__ == "__main__":
    sys.exit(main())
