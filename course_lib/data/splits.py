"""Which training images are held out to choose between models.

The test set must not choose: a score is only honest for images that had no part in any decision.
So some training images are kept aside, the validation set. In MNIST the test images come from
people who wrote no training image. A validation set should be as strange to the model, so it is
held out *by writer*: either all images of a person are in it or none.
"""

from pathlib import Path

import numpy as np

# Made once by hold_out_by_writer, so that nobody needs the writers in order to repeat a run.
MNIST_VALIDATION_FILE = Path(__file__).with_name("mnist_validation.npy")


def split_validation(dataset):
    """Divide the training images into a part to learn from and a part to choose with.

    Always the same division. MNIST: about 5,000 images are held out, by writer. Other digits,
    whose writers are not known: a tenth of the images of each digit, drawn at random once.

    Parameters
    ----------
    dataset : Dataset

    Returns
    -------
    train_index, validation_index : ndarray of int64
        Positions in ``dataset.train_images``, in increasing order.

    Raises
    ------
    ValueError
        The data set is called MNIST but does not have its 60,000 training images.

    Examples
    --------
    >>> from course_lib.data import load_digits28
    >>> train, validation = split_validation(load_digits28())
    >>> len(train), len(validation)
    (1295, 143)
    """
    n = len(dataset.train_labels)
    if dataset.name != "MNIST":
        return stratified_split(dataset.train_labels, fraction=0.1, seed=1)
    if n != 60000:
        raise ValueError(
            f"dataset: the validation images of MNIST are a list of positions among its 60,000 "
            f"training images, but this data set has {n:,}. Split first, take a part afterwards."
        )
    validation = np.load(MNIST_VALIDATION_FILE).astype(np.int64)
    return np.setdiff1d(np.arange(n), validation), validation


def stratified_split(labels, fraction, seed):
    """Draw the same fraction of every class at random.

    Parameters
    ----------
    labels : ndarray of int, shape (N,)
    fraction : float
        Part of each class to draw, rounded to whole images.
    seed : int

    Returns
    -------
    rest, drawn : ndarray of int64
        Positions, in increasing order.
    """
    rng = np.random.default_rng(seed)
    drawn = []
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        drawn.append(members[: round(fraction * len(members))])
    drawn = np.sort(np.concatenate(drawn))
    return np.setdiff1d(np.arange(len(labels)), drawn), drawn


def hold_out_by_writer(writer, series, n_images=5000, seed=0):
    """Choose writers at random and hold out all their images.

    Each series of forms gives an equal share, because in the test set of MNIST, too, either
    series wrote one half. Within a series, writers are taken in random order until the next one
    would exceed the share.

    Parameters
    ----------
    writer, series : ndarray of int, shape (N,)
        Of every training image; see `load_writers`.
    n_images : int
        How many images to hold out, at most.
    seed : int

    Returns
    -------
    ndarray of uint16
        Positions of the images held out, in increasing order.

    Examples
    --------
    >>> writer = np.array([7, 8, 9, 7, 8, 9])
    >>> series = np.array([0, 0, 4, 0, 0, 4])
    >>> hold_out_by_writer(writer, series, n_images=4)
    array([0, 2, 3, 5], dtype=uint16)
    """
    rng = np.random.default_rng(seed)
    kinds = np.unique(series)
    chosen = []
    for kind in kinds:
        people, n_written = np.unique(writer[series == kind], return_counts=True)
        order = rng.permutation(len(people))
        fits = np.cumsum(n_written[order]) <= n_images / len(kinds)
        chosen.append(people[order[fits]])
    return np.flatnonzero(np.isin(writer, np.concatenate(chosen))).astype(np.uint16)
