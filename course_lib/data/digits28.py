"""The embedded digits: small, always at hand, in the form of MNIST.

scikit-learn brings 1,797 handwritten digits of 8 x 8 pixels: the test part of E. Alpaydin and
C. Kaynak, *Optical recognition of handwritten digits*, UCI Machine Learning Repository, 1998
(CC BY 4.0), written by 13 people. Here they are enlarged to 28 x 28 and placed as in MNIST.

They are easier than MNIST: few writers, little detail, and the people who wrote the training
images wrote the test images as well. They are there to run everything, not to compare scores.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from course_lib.data.dataset import Dataset
from course_lib.data.splits import stratified_split

# Intensities (0 to 1) that become paper and ink. Enlarging blurs; this makes edges steep again.
# Chosen so that mean, spread and the shares of pure paper and pure ink are those of MNIST.
PAPER, INK = 0.35, 0.8


def load_digits28():
    """Load scikit-learn's handwritten digits, enlarged to 28 x 28 and placed as in MNIST.

    Needs no network. Of each digit's images a fifth, drawn at random once, is the test part.

    Returns
    -------
    Dataset
        1,438 training and 359 test images.

    Examples
    --------
    >>> load_digits28()
    Dataset('embedded digits': 1,438 training and 359 test images)
    """
    images, labels = _enlarged()
    train, test = stratified_split(labels, fraction=0.2, seed=0)
    return Dataset("embedded digits", images[train], labels[train], images[test], labels[test])


@cache  # half a second; every caller gets arrays of its own by indexing them
def _enlarged():
    """All images (1797, 28, 28) and labels (1797,)."""
    # The file that sklearn.datasets.load_digits reads: 64 pixels and the label in each row. To
    # import scikit-learn takes more than a second, and every notebook of a class would pay for it.
    (package,) = find_spec("sklearn").submodule_search_locations
    rows = np.loadtxt(Path(package, "datasets", "data", "digits.csv.gz"), delimiter=",")
    small, labels = rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(np.int64)
    return np.stack([enlarge(image) for image in small]), labels


def enlarge(small):
    """Bring one digit of 8 x 8 pixels into the form of MNIST.

    As MNIST was made: the digit fills a box of 20 x 20 pixels, and the box is moved by whole
    pixels until the center of mass of the ink is in the middle of 28 x 28.

    Parameters
    ----------
    small : ndarray, shape (8, 8)
        0 is paper, 16 is ink.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        0 is paper, 255 is ink.
    """
    from scipy import ndimage

    box = ndimage.zoom(small / 16, 20 / 8, order=3, mode="grid-constant", grid_mode=True)
    box = np.clip((box - PAPER) / (INK - PAPER), 0, 1)
    return center_by_mass(box)


def center_by_mass(box):
    """Place a digit in 28 x 28 pixels with the center of mass of its ink in the middle.

    It is moved by whole pixels, and never over the edge.

    Parameters
    ----------
    box : ndarray of float, shape (h, w), at most (28, 28)
        0 is paper, 1 is ink; some ink there must be.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        0 is paper, 255 is ink.
    """
    from scipy import ndimage

    # 14 is the mean over the images of MNIST.
    top, left = (
        min(max(round(14 - middle), 0), 28 - size)
        for middle, size in zip(ndimage.center_of_mass(box), box.shape)
    )
    image = np.zeros((28, 28))
    image[top : top + box.shape[0], left : left + box.shape[1]] = box
    return np.rint(255 * image).astype(np.uint8)
