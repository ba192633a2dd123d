"""A recipe: everything that decides how a network is trained, except the network, the data and the seed."""

from collections.abc import Callable
from dataclasses import dataclass

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
    loss : class
    last_batch : {"fill", "keep", "drop"}
        See `course_lib.training.mini_batches`.
    keep_best_of_last : int
        Of this many last epochs, the one with the best validation accuracy is kept; among equals
        the latest. 1 keeps the last epoch whatever its score.
    workers : int
        See `course_lib.training.workers`. Convolutions gain from two, dense layers do not.

    Examples
    --------
    >>> Recipe(epochs=2, batch_size=lambda epoch: 32).describe()["batch_size"]
    [32, 32]
    """

    epochs: int
    batch_size: Callable[[int], int]
    optimizer: Callable = Adam
    learning_rate: Callable[[int], float] | None = None
    loss: type = SoftmaxCrossEntropy
    last_batch: str = "fill"
    keep_best_of_last: int = 1
    workers: int = 1

    def describe(self):
        """The recipe as plain data for a record: functions of the epoch are written out."""
        epochs = range(self.epochs)
        return {
            "epochs": self.epochs,
            "batch_size": [self.batch_size(e) for e in epochs],
            "optimizer": repr(self.optimizer()),
            "learning_rate": [self.learning_rate(e) for e in epochs] if self.learning_rate else None,
            "loss": self.loss.__name__,
            "last_batch": self.last_batch,
            "keep_best_of_last": self.keep_best_of_last,
            "workers": self.workers,
        }
