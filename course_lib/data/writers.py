"""Who wrote each digit of MNIST.

C. Yadav and L. Bottou, *Cold case: the lost MNIST digits*, NeurIPS 2019, traced every digit of
MNIST back to NIST's collection of handwriting forms. Their labels, QMNIST (BSD license,
github.com/facebookresearch/qmnist), give for each digit the writer and the series of forms:
``hsf0`` was filled in by employees of the US census, ``hsf4`` by high-school students. No writer
of the training images wrote a test image.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.data.sources import IdxFile, Source, load

QMNIST = Source(
    name="QMNIST",
    variable="COURSE_QMNIST_DIR",
    files=(
        IdxFile(
            "qmnist-train-labels-idx2-int",
            (60000, 8),
            np.int32,
            "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5",
        ),
        IdxFile(
            "qmnist-test-labels-idx2-int",
            (60000, 8),
            np.int32,
            "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd",
        ),
    ),
    mirrors=("https://raw.githubusercontent.com/facebookresearch/qmnist/master/",),
    loader="load_writers",
    otherwise="Go on without: split_validation() holds out writers and needs no QMNIST.",
)

# Columns of a QMNIST label: class, series, writer, index of the digit for that writer, NIST's
# code of the class, NIST's index of the digit, mark of duplicates, unused.
SERIES_COLUMN, WRITER_COLUMN = 1, 2


@dataclass(frozen=True, eq=False)
class Writers:
    """Writer and series of every image of MNIST, in the order of the images.

    Attributes
    ----------
    train_writer : ndarray of int64, shape (60000,)
        NIST's number of the writer.
    train_series : ndarray of int64, shape (60000,)
        Number of the series of forms: 0 (census employees) or 4 (high-school students).
    test_writer, test_series : ndarray of int64, shape (10000,)

    Examples
    --------
    >>> writers = Writers(np.array([7, 7, 8]), np.array([0, 0, 4]), np.array([9]), np.array([4]))
    >>> bool(np.isin(writers.test_writer, writers.train_writer).any())  # does anyone write in both?
    False
    """

    train_writer: np.ndarray
    train_series: np.ndarray
    test_writer: np.ndarray
    test_series: np.ndarray


def load_writers(directory=None, download=True):
    """Load the writer of every image of MNIST.

    The files are looked for in `directory`; else in the directory that the environment variable
    ``COURSE_QMNIST_DIR`` names; else in the user's cache, into which they are downloaded once
    (1 MB).

    Parameters
    ----------
    directory : str or Path, optional
        Holds ``qmnist-train-labels-idx2-int`` and ``qmnist-test-labels-idx2-int``, unpacked or
        ``.gz``. Nothing is written there.
    download : bool
        Whether files that the cache lacks may be downloaded.

    Returns
    -------
    Writers

    Raises
    ------
    MissingDataError, BadFileError, DownloadError
        As `load_mnist`.

    Examples
    --------
    >>> load_writers("elsewhere")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    course_lib.data.errors.MissingDataError: QMNIST: the directory elsewhere \
(given as `directory`) does not exist; expected in it: qmnist-train-labels-idx2-int, ...
    """
    train, test = load(QMNIST, directory, download)
    test = test[:10000]  # the rest are the 50,000 test digits that MNIST left out
    return Writers(
        train[:, WRITER_COLUMN].astype(np.int64),
        train[:, SERIES_COLUMN].astype(np.int64),
        test[:, WRITER_COLUMN].astype(np.int64),
        test[:, SERIES_COLUMN].astype(np.int64),
    )
