"""What a number of errors on so many test images can and cannot show.

A test set is a sample. Another ten thousand images would have given another number of errors, and
two classifiers that differ by three errors may well change places. Each function here answers one
question about that: how far off may this error rate be (``wilson_interval``); do these two
classifiers differ at all (``mcnemar_exact``); and by how much (``paired_bootstrap``)?

Students write all three in ps09-ensembles (chapters 15 and 17).
"""

from math import sqrt

import numpy as np

from course_lib.checks import check_generator, check_number, check_whole


def wilson_interval(errors, n, z=1.96):
    """Interval for the error rate behind ``errors`` errors in ``n`` images.

    It holds every rate r under which the observed share e = errors / n is at most z standard
    deviations away, ``|e - r| <= z sqrt(r (1 - r) / n)``; solving this quadratic inequality for r
    gives the two ends. z = 1.96 makes it a 95 % interval. Unlike ``e +- z sqrt(e (1 - e) / n)`` it
    is sound for few errors: 0 errors do not give the interval from 0 to 0. Wilson (1927).

    Parameters
    ----------
    errors, n : int
    z : float

    Returns
    -------
    low, high : float
        0 <= low <= errors / n <= high <= 1.

    Raises
    ------
    ValueError
        Unless ``0 <= errors <= n``, ``n >= 1`` and ``z >= 0``.

    Examples
    --------
    >>> low, high = wilson_interval(17, 10_000)        # the best capsule network, 0.17 % errors
    >>> f"{low:.2%} to {high:.2%}"
    '0.11% to 0.27%'
    """
    check_whole("n", n, at_least=1)
    check_whole("errors", errors, at_least=0, at_most=n)
    check_number("z", z, at_least=0)
    # The two roots of (1 + z^2/n) r^2 - (2 e + z^2/n) r + e^2 = 0. The smaller one, as a
    # difference, may round to less than 0. But their product is e^2 / (1 + z^2/n): so we divide.
    e, z2 = errors / n, z * z / n
    both = e + z2 / 2 + sqrt(z2 * (e * (1 - e) + z2 / 4))
    low = e * e / both if errors else 0.0
    high = min(both / (1 + z2), 1.0) if errors < n else 1.0
    return low, high


def mcnemar_exact(only_a_wrong, only_b_wrong):
    """Two-sided p-value: could two classifiers that err equally often have differed like this?

    Images that both get right, or both wrong, say nothing about which one is better. Were they
    equally good, each of the other images would be a fair coin toss. The p-value is the probability
    of a division at least as uneven as the observed one, an exact binomial sum. McNemar (1947).

    Parameters
    ----------
    only_a_wrong, only_b_wrong : int
        How many images a gets wrong and b right, and the reverse.

    Returns
    -------
    float
        1 without any such image.

    Raises
    ------
    ValueError
        Where one is no whole number, or negative.

    Examples
    --------
    >>> mcnemar_exact(5, 0), mcnemar_exact(6, 0)       # six images, all one way, are needed
    (0.0625, 0.03125)
    """
    a = check_whole("only_a_wrong", only_a_wrong, at_least=0)
    b = check_whole("only_b_wrong", only_b_wrong, at_least=0)
    tosses, fewer = a + b, min(a, b)
    # Python's integers are exact however large, so only the final division rounds.
    one_tail, ways = 0, 1  # ways: in how many of the 2**tosses outcomes a is wrong i times
    for i in range(fewer + 1):
        one_tail += ways
        ways = ways * (tosses - i) // (i + 1)
    return min(1.0, 2 * one_tail / 2**tosses)


def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    """95 % interval of accuracy(a) - accuracy(b), both on the same images.

    The bootstrap asks what other test sets would have shown, by drawing N images with replacement
    from the one there is, again and again. Paired: an image brings the answers of both classifiers
    along, so that images which are hard for both do not blur the comparison. The interval runs from
    the 2.5th to the 97.5th percentile of the differences. Efron (1979).

    Parameters
    ----------
    correct_a, correct_b : array-like of bool, shape (N,)
        True where the answer was right.
    n_resamples : int
    rng : numpy.random.Generator

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        For other shapes or types, and for ``n_resamples`` below 1.

    Examples
    --------
    >>> a = np.arange(1000) >= 20                      # 98 % right
    >>> b = np.arange(1000) >= 50                      # 95 % right, and wrong wherever a is
    >>> low, high = paired_bootstrap(a, b, 10_000, np.random.default_rng(0))
    >>> f"{low:.3f} to {high:.3f}"
    '0.020 to 0.041'
    """
    correct_a, correct_b = np.asarray(correct_a), np.asarray(correct_b)
    if correct_a.ndim != 1 or correct_a.shape != correct_b.shape or correct_a.size == 0:
        raise ValueError(
            f"correct_a and correct_b must have one shape (N,), N at least 1, but their shapes are "
            f"{correct_a.shape} and {correct_b.shape}"
        )
    if correct_a.dtype != bool or correct_b.dtype != bool:
        raise ValueError(
            f"correct_a and correct_b must be Boolean, but their dtypes are {correct_a.dtype} and "
            f"{correct_b.dtype}"
        )
    check_whole("n_resamples", n_resamples, at_least=1)
    check_generator(rng)
    n = len(correct_a)
    only_a, only_b = (correct_a & ~correct_b).sum(), (correct_b & ~correct_a).sum()
    # An image is one of three kinds: only a right, only b right, or no difference. How many of
    # each kind N draws bring is a multinomial draw, so no array of N image numbers is needed.
    shares = np.array([only_a, only_b, n - only_a - only_b]) / n
    drawn = rng.multinomial(n, shares, size=n_resamples)
    low, high = np.percentile((drawn[:, 0] - drawn[:, 1]) / n, [2.5, 97.5])
    return float(low), float(high)
