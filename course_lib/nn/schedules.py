"""Schedules: numbers that depend on the epoch. Epochs are counted from 0.

Students write these in ps05-optimizers (chapter 7).
"""

from course_lib.checks import check_number, check_whole


def batch_size_at(epoch, initial=32, every=4):
    """Mini-batch size that doubles every few epochs: initial * 2^(epoch // every).

    Small batches make many noisy steps, which is good at first; large ones average the noise out,
    which is good at the end, and they are faster.

    >>> [batch_size_at(epoch) for epoch in (0, 3, 4, 19)]
    [32, 32, 64, 512]
    """
    check_whole("epoch", epoch, at_least=0)
    check_whole("initial", initial, at_least=1)
    check_whole("every", every, at_least=1)
    return initial * 2 ** (epoch // every)


def learning_rate_at(epoch, initial, decay):
    """Learning rate that shrinks by a constant factor: initial * decay^epoch.

    >>> [round(learning_rate_at(epoch, 0.01, 0.6), 5) for epoch in (0, 1, 2)]
    [0.01, 0.006, 0.0036]
    """
    check_whole("epoch", epoch, at_least=0)
    check_number("initial", initial, at_least=0)
    check_number("decay", decay, above=0)
    return initial * decay**epoch
