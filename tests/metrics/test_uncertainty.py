"""Intervals and tests against scipy.stats and against published numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_lib.metrics import mcnemar_exact, paired_bootstrap, wilson_interval


@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy(counts, level):
    errors, n = counts
    expected = stats.binomtest(errors, n).proportion_ci(level, method="wilson")
    found = wilson_interval(errors, n, z=stats.norm.ppf(0.5 + level / 2))
    np.testing.assert_allclose(found, (expected.low, expected.high), rtol=1e-9, atol=1e-15)
    assert 0 <= found[0] <= errors / n <= found[1] <= 1


@pytest.mark.parametrize(
    "errors, low, high",  # per cent, for 10,000 images: computed by somebody else, two digits
    [(9, 0.05, 0.17), (13, 0.08, 0.22), (17, 0.11, 0.27), (21, 0.14, 0.32), (25, 0.17, 0.37),
     (40, 0.29, 0.54), (80, 0.64, 0.99)],
)
def test_wilson_for_the_error_counts_of_the_records(errors, low, high):
    found = 100 * np.array(wilson_interval(errors, 10_000))
    np.testing.assert_allclose(found.round(2), [low, high], atol=1e-9)


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 1e9))
def test_wilson_never_leaves_the_possible_rates(n, share, z):
    errors = round(share * n)
    low, high = wilson_interval(errors, n, z)
    e = errors / n
    assert 0 <= low <= e * (1 + 1e-15) and e * (1 - 1e-15) <= high <= 1
    if errors == 0:
        assert low == 0
    if errors == n:
        assert high == 1


@pytest.mark.parametrize("n", range(1, 200))
def test_wilson_is_exact_and_symmetric_for_few_images(n):
    for errors in range(n + 1):
        low, high = wilson_interval(errors, n)
        assert 0 <= low <= errors / n <= high <= 1
        assert (low, high) == pytest.approx((1 - wilson_interval(n - errors, n)[1],
                                             1 - wilson_interval(n - errors, n)[0]), abs=1e-15)


def test_wilson_ends_are_exact_at_the_extremes():
    assert wilson_interval(0, 7)[0] == 0.0 and wilson_interval(7, 7)[1] == 1.0
    assert wilson_interval(0, 7)[1] > 0.3
    assert wilson_interval(3, 10, z=0) == (0.3, 0.3)


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_agrees_with_the_binomial_test(a, b):
    expected = stats.binomtest(a, a + b, 0.5).pvalue if a + b else 1.0
    assert mcnemar_exact(a, b) == pytest.approx(expected, rel=1e-9)
    assert mcnemar_exact(a, b) == mcnemar_exact(b, a)


def test_mcnemar_on_a_whole_test_set():
    expected = stats.binomtest(4000, 10_000).pvalue
    assert mcnemar_exact(np.int64(4000), np.int64(6000)) == pytest.approx(expected, rel=1e-9)
    assert mcnemar_exact(0, 9000) == 0.0  # 2**-8999 is below the smallest float
    assert mcnemar_exact(5000, 5000) == 1.0


def paired_answers(rng, n=400):
    hard = rng.random(n) < 0.15  # images that both find hard
    return ~(hard & (rng.random(n) < 0.5)), ~(hard & (rng.random(n) < 0.7))


def test_bootstrap_agrees_with_scipy(rng):
    a, b = paired_answers(rng)
    expected = stats.bootstrap(
        (a.astype(float), b.astype(float)),
        lambda a, b, axis: a.mean(axis=axis) - b.mean(axis=axis),
        paired=True, n_resamples=20_000, method="percentile", rng=rng,
    ).confidence_interval
    found = paired_bootstrap(a, b, 20_000, rng)
    np.testing.assert_allclose(found, (expected.low, expected.high), atol=0.0035)  # steps of 1/400
    assert found[0] <= a.mean() - b.mean() <= found[1]


def test_bootstrap_is_paired(rng):
    """Two classifiers with the same mistakes: paired, the difference is exactly 0."""
    a = rng.random(300) < 0.9
    assert paired_bootstrap(a, a, 1000, rng) == (0.0, 0.0)


def test_bootstrap_has_a_sign_and_a_seed(rng):
    a, b = paired_answers(rng)
    first = paired_bootstrap(a, b, 500, np.random.default_rng(3))
    assert first == paired_bootstrap(a, b, 500, np.random.default_rng(3))
    assert first != paired_bootstrap(a, b, 500, np.random.default_rng(4))
    better, worse = np.arange(1000) >= 0, np.arange(1000) >= 100
    assert 0.05 < paired_bootstrap(better, worse, 500, rng)[0]
    assert paired_bootstrap(worse, better, 500, rng)[1] < -0.05


def test_bootstrap_covers_the_true_difference(rng):
    """Of intervals from many test sets, about 95 % hold the difference they were drawn from."""
    hits = 0
    for _ in range(400):
        kind = rng.choice(3, size=500, p=[0.06, 0.03, 0.91])  # true difference 0.03
        low, high = paired_bootstrap(kind != 1, kind != 0, 1000, rng)
        hits += low <= 0.03 <= high
    assert 0.91 < hits / 400 < 0.985


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: wilson_interval(-1, 10), "errors must be .*at least 0, at most 10.*but is -1"),
        (lambda: wilson_interval(11, 10), "errors must be .*at least 0, at most 10.*but is 11"),
        (lambda: wilson_interval(2.5, 10), "errors must be a whole number"),
        (lambda: wilson_interval(0, 0), "n must be a whole number .at least 1"),
        (lambda: wilson_interval(1, 10.5), "n must be a whole number"),
        (lambda: wilson_interval(1, 10, z=-1), "z must be a number .at least 0"),
        (lambda: wilson_interval(1, 10, z=np.inf), "z must be a number .at least 0"),
        (lambda: mcnemar_exact(-1, 3), "only_a_wrong must be a whole number .at least 0"),
        (lambda: mcnemar_exact(1, 2.5), "only_b_wrong must be a whole number"),
        (lambda: paired_bootstrap(np.ones(3, bool), np.ones(4, bool), 9, None), r"\(3,\) and \(4,"),
        (lambda: paired_bootstrap(np.ones(3), np.ones(3), 9, None), "must be Boolean"),
        (lambda: paired_bootstrap(np.ones(3, bool), np.ones(3, bool), 0, None), "n_resamples"),
        (lambda: paired_bootstrap(np.ones(3, bool), np.ones(3, bool), 9.5, None), "n_resamples"),
        (lambda: paired_bootstrap(np.ones(3, bool), np.ones(3, bool), 9, 0), "rng must be"),
    ],
)
def test_errors_name_the_argument(call, message):
    with pytest.raises(ValueError, match=message):
        call()
