"""The digits that book and exercises use: MNIST where it is at hand, else the embedded ones."""

from course_lib.data.digits28 import load_digits28
from course_lib.data.mnist import MNIST, load_mnist
from course_lib.data.sources import is_available


def load_course_data():
    """Load MNIST if that needs no download, else the embedded digits.

    Returns
    -------
    Dataset
        Its `name` says which: "MNIST" or "embedded digits".

    Raises
    ------
    MissingDataError, BadFileError
        ``COURSE_MNIST_DIR`` or the cache promises MNIST, but files are missing or damaged.

    Examples
    --------
    >>> digits = load_course_data()
    >>> digits.name in ("MNIST", "embedded digits"), digits.test_images.shape[1:]
    (True, (28, 28))
    """
    return load_mnist(download=False) if is_available(MNIST) else load_digits28()


LOADERS = {"mnist": load_mnist, "digits": load_digits28, "course": load_course_data}
OWN_NAMES = {"MNIST": "mnist", "embedded digits": "digits"}  # as Dataset.name and records have them


def load_dataset(name):
    """Load digits by name.

    Parameters
    ----------
    name : str
        "mnist", "digits" (the embedded ones), "course" (see `load_course_data`), or the name that a
        data set has itself, "MNIST" or "embedded digits".

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        There are no digits of that name.
    MissingDataError, BadFileError, DownloadError
        As `load_mnist`.

    Examples
    --------
    >>> load_dataset("embedded digits").name
    'embedded digits'
    """
    choice = OWN_NAMES.get(name, name)
    if choice not in LOADERS:
        raise ValueError(f"there are no digits called {name!r}; there are: {', '.join(LOADERS)}")
    return LOADERS[choice]()


def course_data_note(dataset):
    """Say in one or two sentences which digits these are, for pages and exercises to print.

    Examples
    --------
    >>> print(course_data_note(load_digits28()))
    These are the embedded digits (1,438 training and 359 test images), because MNIST is not on \
this machine. To use MNIST, call load_mnist() once or set COURSE_MNIST_DIR.
    """
    sizes = f"{len(dataset.train_labels):,} training and {len(dataset.test_labels):,} test images"
    if dataset.name == "MNIST":
        return f"These digits are MNIST ({sizes})."
    return (
        f"These are the {dataset.name} ({sizes}), because MNIST is not on this machine. "
        f"To use MNIST, call load_mnist() once or set {MNIST.variable}."
    )
