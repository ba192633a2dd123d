"""A recipe: everything that decides how a network is trained, except the network, the data and the seed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from course_lib.nn import Adam, SoftmaxCrossEntropy


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes
    ----------
    epochs : int
        How many times the training set is passed through.
    batch_size : callable
        ``batch_size(epoch)``, with epochs counted from 0.
    optimizer : callable
        Makes a new optimizer.
    learning_rate : callable or None
        ``learning_rate(epoch)``; None leaves the optimizer's own.
    loss : object with ``forward(outputs, labels)`` and ``backward()``
        For example `course_lib.nn.SoftmaxCrossEntropy`.
    last_batch : {"fill", "keep", "drop"}
        See `course_lib.training.mini_batches`.
    keep_best_of_last : int
        Of this many last epochs, the one with the best validation accuracy is kept; among equals
        the latest. 1 keeps the last epoch whatever its score.
    augment : callable or None
        ``augment(images, rng)`` returns changed copies of a batch of training images.
    plain_epochs : int
        So many epochs at the end see the training images as they are, without ``augment``. Test images
        are not augmented either; batch normalization then measures their mean and variance, not those
        of turned and bent digits (He et al. 2019, *Data augmentation revisited*).
    penalty : L1, L2 or None
        See `course_lib.nn.penalties`.
    average_decay : float or None
        Decay of a moving average of the weights (`course_lib.training.WeightAverage`). The average is
        what is validated and kept; the weights themselves go on learning.
    early_stopping : callable or None
        Makes a new `course_lib.training.EarlyStopping`. It then decides which epoch is kept, in place
        of ``keep_best_of_last``.
    workers : int
        See `course_lib.training.workers`. Small mini-batches are not shared, however many there are.

    Examples
    --------
    >>> Recipe(epochs=2, batch_size=lambda epoch: 32).describe()["batch_size"]
    [32, 32]
    """

    epochs: int
    batch_size: Callable[[int], int]
    optimizer: Callable = Adam
    learning_rate: Callable[[int], float] | None = None
    loss: object = field(default_factory=SoftmaxCrossEntropy)
    last_batch: str = "fill"
    keep_best_of_last: int = 1
    augment: Callable | None = None
    plain_epochs: int = 0
    penalty: object | None = None
    average_decay: float | None = None
    early_stopping: Callable | None = None
    workers: int = 1

    def __post_init__(self):
        if self.epochs < 1:
            raise ValueError(f"epochs must be at least 1, but is {self.epochs}")
        if self.keep_best_of_last < 1:
            raise ValueError(f"keep_best_of_last must be at least 1, but is {self.keep_best_of_last}")
        if not 0 <= self.plain_epochs <= self.epochs:
            raise ValueError(f"plain_epochs must be 0 to epochs, {self.epochs}, but is {self.plain_epochs}")

    def augment_at(self, epoch):
        """What changes the training images of an epoch, counted from 0; None: nothing.

        >>> from course_lib.data import Augmentation
        >>> recipe = Recipe(3, lambda epoch: 32, augment=Augmentation(shift=0.1), plain_epochs=1)
        >>> [recipe.augment_at(epoch) is not None for epoch in range(3)]
        [True, True, False]
        """
        return self.augment if epoch < self.epochs - self.plain_epochs else None

    def describe(self):
        """The recipe as plain data for a record: functions of the epoch are written out."""
        epochs = range(self.epochs)
        return {
            "epochs": self.epochs,
            "batch_size": [self.batch_size(e) for e in epochs],
            "optimizer": repr(self.optimizer()),
            "learning_rate": [self.learning_rate(e) for e in epochs] if self.learning_rate else None,
            "loss": type(self.loss).__name__,
            "last_batch": self.last_batch,
            "keep_best_of_last": self.keep_best_of_last,
            "augment": name_of(self.augment),
            "plain_epochs": self.plain_epochs,
            "penalty": repr(self.penalty) if self.penalty else None,
            "average_decay": self.average_decay,
            "early_stopping": repr(self.early_stopping()) if self.early_stopping else None,
            "workers": self.workers,
        }


def name_of(function):
    """How a callable is called in the code, with all its arguments; None for None.

    >>> from functools import partial
    >>> name_of(partial(sorted, reverse=True))
    'sorted(reverse=True)'
    """
    if function is None:
        return None
    inner = getattr(function, "func", function)
    if not hasattr(inner, "__name__"):
        return repr(inner)
    arguments = [repr(a) for a in getattr(function, "args", ())]
    arguments += [f"{k}={v!r}" for k, v in getattr(function, "keywords", {}).items()]
    return f"{inner.__name__}({', '.join(arguments)})" if arguments else inner.__name__
