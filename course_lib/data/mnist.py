"""MNIST: 70,000 handwritten digits.

Y. LeCun, C. Cortes and C. J. C. Burges, *The MNIST database of handwritten digits*, 1998; first
used in Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to document
recognition*, Proceedings of the IEEE 86 (1998), 2278-2324. Copyright Yann LeCun and Corinna Cortes;
distributed under CC BY-SA 3.0. It is no part of this package, but is downloaded for those who want
it.
"""

import numpy as np

from course_lib.data.dataset import Dataset
from course_lib.data.sources import IdxFile, Source, load

MNIST = Source(
    name="MNIST",
    variable="COURSE_MNIST_DIR",
    files=(
        IdxFile(
            "train-images-idx3-ubyte",
            (60000, 28, 28),
            np.uint8,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            (60000,),
            np.uint8,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
        IdxFile(
            "t10k-images-idx3-ubyte",
            (10000, 28, 28),
            np.uint8,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            (10000,),
            np.uint8,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    # The first address of MNIST, yann.lecun.com, refuses downloads.
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
    loader="load_mnist",
    otherwise="Use the digits that come with the course: load_digits28().",
)


def load_mnist(directory=None, download=True):
    """Load MNIST, from this machine if it is here, else from the network.

    The files are looked for in `directory`; else in the directory that the environment variable
    ``COURSE_MNIST_DIR`` names; else in the user's cache, into which they are downloaded once
    (11 MB). Every value is verified each time.

    Parameters
    ----------
    directory : str or Path, optional
        Holds the four files of MNIST, unpacked or ``.gz``. Nothing is written there.
    download : bool
        Whether files that the cache lacks may be downloaded.

    Returns
    -------
    Dataset
        60,000 training and 10,000 test images.

    Raises
    ------
    MissingDataError
        A directory was named and lacks files; or none was named, the cache lacks files and
        `download` is False.
    BadFileError
        A file is damaged or another one than expected; the subclass tells in which way.
    DownloadError
        No mirror delivered a file. The message says how to go on without a network.

    Examples
    --------
    >>> load_mnist("elsewhere")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    course_lib.data.errors.MissingDataError: MNIST: the directory elsewhere (given as `directory`) \
does not exist; expected in it: train-images-idx3-ubyte, train-labels-idx1-ubyte, ...
    """
    train_images, train_labels, test_images, test_labels = load(MNIST, directory, download)
    return Dataset(
        "MNIST",
        train_images,
        train_labels.astype(np.int64),
        test_images,
        test_labels.astype(np.int64),
    )
