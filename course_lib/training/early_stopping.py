"""Early stopping: end a run when it has stopped getting better.

Students write this in ps06-regularization (chapter 8).
"""

import math


class EarlyStopping:
    """Says stop when a number has not improved for a while.

    Parameters
    ----------
    patience : int
        How many epochs in a row may pass without an improvement, the last one included; at least 1.
    min_delta : float
        By how much a value must be better than the best one to count as an improvement.
    monitor : str
        What to watch: a key of the training history, such as ``"validation_loss"``. Smaller is
        better, except where the name ends in "accuracy".
    restore_best : bool
        Whether the parameters of the best epoch are to be kept in the end, or else those of the
        last one.

    Attributes
    ----------
    best : float
        The best value so far; infinity (minus infinity for an accuracy) before the first one. It
        only moves on an improvement.
    best_epoch : int
        The epoch (from 1) of the best value; 0 before the first one.
    epoch : int
        How many values were seen.

    Notes
    -----
    All of it follows from the values alone. A run that is resumed only has to pass its past values
    again.

    Examples
    --------
    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(loss) for loss in (0.9, 0.5, 0.6, 0.5)]
    [False, False, False, True]
    >>> stopping.stopped, stopping.best, stopping.best_epoch
    (True, 0.5, 2)
    """

    def __init__(self, patience, min_delta=0.0, monitor="validation_loss", restore_best=True):
        if patience < 1:
            raise ValueError(f"patience must be at least 1, but is {patience}")
        if min_delta < 0:
            raise ValueError(f"min_delta must not be negative, but is {min_delta}")
        self.patience, self.min_delta = patience, min_delta
        self.monitor, self.restore_best = monitor, restore_best
        self.larger_is_better = monitor.endswith("accuracy")
        self.best = -math.inf if self.larger_is_better else math.inf
        self.best_epoch = self.epoch = 0

    def update(self, value):
        """Take the value of the next epoch; return True when it is time to stop."""
        self.epoch += 1
        if self.larger_is_better:
            improved = value > self.best + self.min_delta
        else:
            improved = value < self.best - self.min_delta  # False for NaN
        if improved:
            self.best, self.best_epoch = value, self.epoch
        return self.stopped

    @property
    def stopped(self):
        """Whether it is time to stop."""
        return self.epoch - self.best_epoch >= self.patience

    def __repr__(self):
        return (f"EarlyStopping({self.patience}, min_delta={self.min_delta}, "
                f"monitor={self.monitor!r}, restore_best={self.restore_best})")
