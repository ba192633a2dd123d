"""A recipe: all that decides how a network is trained, but the network, the data and the seed."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import MethodType

import numpy as np

from course_lib.nn import Adam, SoftmaxCrossEntropy, describe


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
        So many epochs at the end see the training images as they are, without ``augment``. Test
        images are not augmented either; batch normalization then measures their mean and variance,
        not those of turned and bent digits (He et al. 2019, *Data augmentation revisited*).
    penalty : L1, L2 or None
        See `course_lib.nn.penalties`.
    average_decay : float or None
        Decay of a moving average of the weights (`course_lib.training.WeightAverage`). The average
        is what is validated and kept; the weights themselves go on learning.
    early_stopping : callable or None
        Makes a new `course_lib.training.EarlyStopping`. It then decides which epoch is kept, in
        place of ``keep_best_of_last``.
    workers : int
        See `course_lib.training.workers`. Small mini-batches are not shared, however many there
        are.

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
            raise ValueError(
                f"keep_best_of_last must be at least 1, but is {self.keep_best_of_last}"
            )
        if not 0 <= self.plain_epochs <= self.epochs:
            raise ValueError(
                f"plain_epochs must be 0 to epochs, {self.epochs}, but is {self.plain_epochs}"
            )

    def augment_at(self, epoch):
        """What changes the training images of an epoch, counted from 0; None: nothing.

        >>> from course_lib.data import Augmentation
        >>> recipe = Recipe(3, lambda epoch: 32, augment=Augmentation(shift=0.1), plain_epochs=1)
        >>> [recipe.augment_at(epoch) is not None for epoch in range(3)]
        [True, True, False]
        """
        return self.augment if epoch < self.epochs - self.plain_epochs else None

    def describe(self):
        """The recipe as plain data: functions of the epoch are written out, the rest as in code.

        Two recipes with the same description train alike, so this is what a record tells and what
        a checkpoint is compared by.

        Raises
        ------
        ValueError
            Something in the recipe looks the same in code whatever it does, such as a lambda for
            ``augment``; the message says what to write in its place.
        """
        epochs, rate = range(self.epochs), self.learning_rate
        return {
            "epochs": self.epochs,
            "batch_size": [self.batch_size(e) for e in epochs],
            "optimizer": in_code(self.optimizer()),
            "learning_rate": [rate(e) for e in epochs] if rate else None,
            "loss": loss_in_code(self.loss),
            "last_batch": self.last_batch,
            "keep_best_of_last": self.keep_best_of_last,
            "augment": in_code(self.augment) if self.augment else None,
            "plain_epochs": self.plain_epochs,
            "penalty": in_code(self.penalty) if self.penalty else None,
            "average_decay": self.average_decay,
            "early_stopping": in_code(self.early_stopping()) if self.early_stopping else None,
            "workers": self.workers,
        }


def loss_in_code(loss):
    """The class of a loss, with those settings that are not its defaults.

    >>> from course_lib.nn import MarginLoss
    >>> loss_in_code(MarginLoss()), loss_in_code(MarginLoss(m_plus=0.8))
    ('MarginLoss', 'MarginLoss(m_plus=0.8)')
    """
    arguments, settings = inspect.signature(type(loss)).parameters, describe(loss)
    changed = [f"{name}={settings[name]!r}" for name, argument in arguments.items()
               if settings[name] != argument.default]
    return in_code(type(loss)) + (f"({', '.join(changed)})" if changed else "")


def in_code(thing):
    """How an object, a class or a function with its arguments is written in code.

    The library's own names stand alone, those of others with their module. What a function of
    that name does is not looked at.

    Raises
    ------
    ValueError
        Two things that differ would look the same: a lambda, a function or class within a
        function, an array, an object whose ``repr`` does not tell its settings.

    Examples
    --------
    >>> from functools import partial
    >>> in_code(partial(sorted, reverse=True))
    'sorted(reverse=True)'
    >>> in_code(Adam(lr=0.1))
    'Adam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.0)'
    >>> in_code(lambda images, rng: images)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: <function <lambda> at ...> cannot be told from others of its kind; ...
    """
    if isinstance(thing, partial):
        arguments = [in_code(value) for value in thing.args]
        arguments += [f"{name}={in_code(value)}" for name, value in thing.keywords.items()]
        return f"{in_code(thing.func)}({', '.join(arguments)})"
    if isinstance(thing, MethodType):
        return f"{in_code(thing.__self__)}.{thing.__name__}"
    name = getattr(thing, "__qualname__", None)  # of a function or a class
    if name and "<" not in name:
        own = thing.__module__ == "builtins" or thing.__module__.startswith("course_lib.")
        return name if own else f"{thing.__module__}.{name}"
    if name or isinstance(thing, np.ndarray) or type(thing).__repr__ is object.__repr__:
        raise ValueError(f"{thing!r} cannot be told from others of its kind; take a function or a "
                         "class of a module, or an object whose __repr__ tells all its settings")
    return repr(thing)
