"""The 60,000 test digits of QMNIST: those of MNIST, and 50,000 that were lost for twenty years.

MNIST was made with 60,000 test digits, but only 10,000 were ever published. C. Yadav and L. Bottou
(*Cold case: the lost MNIST digits*, NeurIPS 2019) made the rest again from NIST's scans. Hardly
a model was chosen on these, so they can tell what the famous 10,000 no longer can.
"""

from dataclasses import replace

import numpy as np

from course_lib.data.errors import MissingDataError
from course_lib.data.sources import IdxFile, load
from course_lib.data.writers import QMNIST

CLASS_COLUMN = 0
PUBLISHED_BEFORE = 10_000  # the first of the test digits are those of MNIST

# Another choice of files from the same place, so it shares cache and environment variable.
QMNIST_TEST = replace(
    QMNIST,
    files=(
        # The published hashes are of the compressed file, which says nothing about other copies.
        IdxFile("qmnist-test-images-idx3-ubyte", (60000, 28, 28), np.uint8, sha256=None),
        QMNIST.files[1],
    ),
    loader="load_qmnist_test",
    otherwise="Go on without: the 10,000 test digits of MNIST are in load_mnist().",
)


def load_qmnist_test(directory=None, download=True):
    """Load the 60,000 test digits of QMNIST.

    The files are looked for in `directory`; else in the directory that the environment variable
    ``COURSE_QMNIST_DIR`` names; else in the user's cache, into which they are downloaded once
    (10 MB). Every label is verified; of the images only number, size and type.

    Parameters
    ----------
    directory : str or Path, optional
        Holds ``qmnist-test-images-idx3-ubyte`` and ``qmnist-test-labels-idx2-int``, unpacked or
        ``.gz``. Nothing is written there.
    download : bool
        Whether files that the cache lacks may be downloaded.

    Returns
    -------
    images : ndarray of uint8, shape (60000, 28, 28)
        The first 10,000 are the test images of MNIST, in their order, but made again: pixels
        differ by a few levels, and a few digits are shifted by one pixel. The other 50,000 are
        the lost ones.
    labels : ndarray of int64, shape (60000,)

    Raises
    ------
    MissingDataError, BadFileError, DownloadError
        As `load_mnist`.

    Examples
    --------
    >>> load_qmnist_test("elsewhere")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    course_lib.data.errors.MissingDataError: QMNIST: the directory elsewhere \
(given as `directory`) does not exist; expected in it: qmnist-test-images-idx3-ubyte, ...
    """
    try:
        images, labels = load(QMNIST_TEST, directory, download)
    except MissingDataError as error:
        addresses = "".join(f"\n  {mirror}{file.name}.gz" for mirror in QMNIST_TEST.mirrors
                            for file in QMNIST_TEST.files)
        raise MissingDataError(f"{error}\nThey are published as{addresses}") from None
    return images, labels[:, CLASS_COLUMN].astype(np.int64)
