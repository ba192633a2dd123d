"""k nearest neighbors against scikit-learn and against distances computed one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.neighbors import KNeighborsClassifier

from course_lib.classical import KNearestNeighbors, neighbors


def neighbors_one_by_one(X_train, X, k):
    """Nearest first, equal distances by index: a full stable sort of float64 differences."""
    d = cdist(np.asarray(X, float), np.asarray(X_train, float))
    order = np.argsort(d, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(d, order, axis=1), order


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 70), st.integers(1, 9), st.integers(1, 5),
    st.data(),
)
def test_small_whole_numbers_with_many_ties(seed, n_train, n, n_features, data):
    rng = np.random.default_rng(seed)
    X_train = rng.integers(3, size=(n_train, n_features))
    X, y = rng.integers(3, size=(n, n_features)), rng.integers(4, size=n_train)
    k = data.draw(st.integers(1, n_train))
    model = KNearestNeighbors(k).fit(X_train, y)
    distances, indices = model.kneighbors(X)
    expected_distances, expected = neighbors_one_by_one(X_train, X, k)
    np.testing.assert_array_equal(indices, expected)
    np.testing.assert_allclose(distances, expected_distances)
    for row, predicted in zip(y[expected], model.predict(X)):
        votes = np.bincount(row)
        assert predicted == np.flatnonzero(votes == votes.max())[0]  # smallest label


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-6, 1e-3, 1.0]), st.integers(1, 30))
def test_exact_where_float32_products_cannot_tell_neighbors_apart(seed, spread, k):
    """Images far from 0 that differ by little: the products round away what matters."""
    rng = np.random.default_rng(seed)
    X_train = (1 + spread * rng.normal(size=(300, 20))).astype(np.float32)
    X = (1 + spread * rng.normal(size=(10, 20))).astype(np.float32)
    model = KNearestNeighbors(k).fit(X_train, np.zeros(300, int))
    distances, indices = model.kneighbors(X)
    expected_distances, expected = neighbors_one_by_one(X_train, X, k)
    np.testing.assert_allclose(distances, expected_distances, rtol=1e-12)
    np.testing.assert_array_equal(indices, expected)


def test_plain_float32_products_would_fail_that_test():
    """The test above is not idle: without the second look the neighbors are wrong."""
    rng = np.random.default_rng(0)
    X_train = (1 + 1e-3 * rng.normal(size=(300, 20))).astype(np.float32)
    X = (1 + 1e-3 * rng.normal(size=(10, 20))).astype(np.float32)
    scores = (X_train**2).sum(axis=1) - 2 * X @ X_train.T
    plain = np.argsort(scores, axis=1, kind="stable")[:, :5]
    assert (plain != neighbors_one_by_one(X_train, X, 5)[1]).any()


def test_digits_agree_with_scikit_learn(digits):
    X, y, X_test, _ = digits
    for k in (1, 4, 5):
        model, oracle = KNearestNeighbors(k).fit(X, y), KNeighborsClassifier(k).fit(X, y)
        distances, indices = neighbors_one_by_one(X, X_test, k + 1)
        np.testing.assert_array_equal(model.kneighbors(X_test)[1], indices[:, :k])
        np.testing.assert_allclose(
            model.kneighbors(X_test)[0], oracle.kneighbors(X_test)[0], atol=1e-5
        )
        # Where neighbors k and k + 1 are equally far, scikit-learn takes either one, depending on
        # how it divides the work among threads.
        clear = distances[:, k - 1] < distances[:, k]
        assert clear.mean() > 0.95
        found, wanted = model.predict_proba(X_test), oracle.predict_proba(X_test)
        np.testing.assert_allclose(found[clear], wanted[clear])
        np.testing.assert_array_equal(
            model.predict(X_test)[clear], oracle.predict(X_test)[clear]
        )


def test_blocks_do_not_show_and_bound_the_memory(digits, monkeypatch):
    X, y, X_test, _ = digits
    model = KNearestNeighbors().fit(X, y)
    expected = model.kneighbors(X_test)
    monkeypatch.setattr(neighbors, "_SCORES_PER_BLOCK", 7 * len(X))
    sizes = []
    whole = model._candidates
    counting = lambda block, scores: sizes.append(len(block)) or whole(block, scores)
    monkeypatch.setattr(model, "_candidates", counting)
    for found, wanted in zip(model.kneighbors(X_test), expected):
        np.testing.assert_array_equal(found, wanted)
    assert max(sizes) == 7 and sum(sizes) == len(X_test)


def test_few_candidates_are_looked_at_twice(digits):
    """The limit is tight: hardly more candidates than neighbors, so the second look is cheap."""
    X, y, X_test, _ = digits
    model = KNearestNeighbors(5).fit(X, y)
    scores = np.empty((len(X_test), len(X)), np.float32)
    counts = [len(found) for found in model._candidates(X_test, scores)]
    assert min(counts) >= 5 and np.mean(counts) < 10


def test_all_training_images_alike():
    X = np.ones((50, 4))
    distances, indices = KNearestNeighbors(3).fit(X, np.arange(50) % 2).kneighbors(X[:2] + 1)
    np.testing.assert_array_equal(indices, [[0, 1, 2]] * 2)
    np.testing.assert_allclose(distances, 2.0)


def test_far_from_zero():
    """Time stamps, for instance: float32 takes all of these for the same number."""
    X, y = 1.7e9 + np.array([[0.0], [1], [2], [10], [11], [12]]), np.array([1, 1, 1, 2, 2, 2])
    model = KNearestNeighbors(3).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), y)
    np.testing.assert_array_equal(model.kneighbors(X[:1] + 3.9)[1], [[2, 1, 0]])
    whole = KNearestNeighbors(3).fit(X.astype(np.int64), y)
    np.testing.assert_array_equal(whole.predict(X.astype(np.int64)), y)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-12, 1e-25, 1.0, 1e6, 1e14]),
       st.sampled_from([0.0, 1.0, 1e4, 1e8]), st.integers(1, 30))
def test_exact_at_any_size_and_place(seed, size, away, k):
    rng = np.random.default_rng(seed)
    X_train = size * (away + rng.normal(size=(60, 5)))
    X = size * (away + rng.normal(size=(10, 5)))
    if np.abs([*X, *X_train]).max() > 1e15:
        with pytest.raises(ValueError, match=r"X must hold numbers up to 1e\+15 in size"):
            KNearestNeighbors(k).fit(np.vstack([X, X_train]), np.zeros(70, int))
        return
    distances, indices = KNearestNeighbors(k).fit(X_train, np.zeros(60, int)).kneighbors(X)
    expected = np.sqrt(((X[:, None] - X_train) ** 2).sum(axis=2))
    order = np.argsort(expected, axis=1, kind="stable")[:, :k]
    np.testing.assert_allclose(distances, np.take_along_axis(expected, order, 1), rtol=1e-9)
    np.testing.assert_array_equal(indices, order)


def test_numbers_that_float32_holds_are_kept_as_float32():
    for X in (np.eye(3, dtype=np.uint8), np.eye(3), np.eye(3, dtype=int), np.eye(3, dtype=bool)):
        assert KNearestNeighbors(1).fit(X, np.arange(3)).X_.dtype == np.float32
    assert KNearestNeighbors(1).fit(np.eye(3) / 3, np.arange(3)).X_.dtype == np.float64


@pytest.mark.parametrize("k", [0, 4, 2.5, "2", True, None, np.nan])
def test_k_must_fit_the_training_data(k):
    with pytest.raises(ValueError, match="k must be a whole number .at least 1, at most 3."):
        KNearestNeighbors(k).fit(np.zeros((3, 2)), np.zeros(3, int))


@pytest.mark.slow
def test_mnist(mnist_vectors):
    X, y, X_test, y_test = mnist_vectors
    model = KNearestNeighbors(5).fit(X, y)
    assert model._varies.sum() == 717
    indices = model.kneighbors(X_test)[1]
    some = np.arange(0, 10_000, 500)
    np.testing.assert_array_equal(indices[some], neighbors_one_by_one(X, X_test[some], 5)[1])
    votes = np.apply_along_axis(np.bincount, 1, y[indices], minlength=10)
    assert (votes.argmax(axis=1) == y_test).mean() == 0.9688
