"""Corrupted digits: what each kind means, and that more strength is worse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from course_lib.data import CORRUPTIONS, as_vectors, corrupt, load_digits28
from course_lib.data.corruptions import BLOCK, spread_ink

STRENGTHS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def dataset():
    return load_digits28()


@pytest.fixture(scope="module")
def images(dataset):
    return dataset.test_images[:120]


@pytest.fixture(scope="module")
def classifier(dataset):
    """Softmax regression: simple, and quick to fit."""
    from sklearn.linear_model import LogisticRegression

    x = as_vectors(dataset.train_images, np.float64)
    return LogisticRegression(C=0.01, max_iter=300).fit(x, dataset.train_labels)


def test_the_kinds_that_are_promised():
    promised = {"noise", "blur", "thicker", "thinner", "occlusion", "affine", "contrast"}
    assert set(CORRUPTIONS) == promised
    for kind in CORRUPTIONS:
        assert f'"{kind}"' in corrupt.__doc__


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_more_strength_is_worse(kind, dataset, images, classifier):
    """Further from the original at each step; and a classifier notices."""
    worse = [corrupt(images, kind, s, seed=0) for s in STRENGTHS]
    distance = [abs(w.astype(float) - images).mean() for w in worse]
    assert distance[0] > 0.3 and (np.diff(distance) > 0).all()

    labels = dataset.test_labels
    accuracy = [
        classifier.score(as_vectors(corrupt(dataset.test_images, kind, s, seed=0)), labels)
        for s in STRENGTHS
    ]
    clean = classifier.score(as_vectors(dataset.test_images), labels)
    assert clean > 0.93 and accuracy[0] > clean - 0.15
    assert accuracy[4] < clean - 0.03
    assert (np.diff([clean, *accuracy]) < 0.02).all(), accuracy


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_what_comes_out(kind, images):
    before = images.copy()
    worse = corrupt(images, kind, 3, seed=0)
    assert worse.dtype == np.uint8 and worse.shape == images.shape
    np.testing.assert_array_equal(images, before)
    assert not np.shares_memory(worse, images)
    np.testing.assert_array_equal(worse, corrupt(images, kind, 3, seed=0))


@pytest.mark.parametrize("kind", ["noise", "occlusion", "affine"])
def test_other_seeds_and_other_images_get_other_random_numbers(kind, images):
    same = np.repeat(images[:1], 8, axis=0)
    worse = corrupt(same, kind, 3, seed=0)
    assert (corrupt(same, kind, 3, seed=1) != worse).any()
    assert len(np.unique(worse.reshape(8, -1), axis=0)) > 4


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_part_of_a_set_is_corrupted_as_the_whole(kind, images):
    many = np.tile(images[:20], (27, 1, 1))
    assert len(many) > BLOCK
    whole = corrupt(many, kind, 4, seed=7)
    for n in (3, BLOCK + 5):
        part = corrupt(many[:n], kind, 4, seed=7)
        # Matrix products of other sizes may round the last bit, and so a pixel, the other way.
        assert abs(part.astype(int) - whole[:n]).max() <= 1
    assert len(corrupt(many[:0], kind, 4, seed=7)) == 0


def test_blocks_get_different_random_numbers():
    paper = np.zeros((2 * BLOCK, 3, 3), np.uint8)
    noisy = corrupt(paper, "noise", 2, seed=0)
    assert (noisy[:BLOCK] != noisy[BLOCK:]).mean() > 0.3


@pytest.mark.parametrize("strength", STRENGTHS)
def test_noise(strength):
    gray = np.full((200, 28, 28), 128, np.uint8)
    noise = corrupt(gray, "noise", strength, seed=0) / 255
    deviation = 0.12 * strength
    # Clipping to [0, 1] touches neither the median nor the middle quantiles.
    for share, sigmas in ((0.5, 0), (0.6915, 0.5), (0.3085, -0.5)):
        expected = 128 / 255 + sigmas * deviation
        assert np.quantile(noise, share) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_blur_is_that_of_scipy_and_keeps_the_ink(strength, images):
    blurred = corrupt(images, "blur", strength, seed=0)
    sigma = 0.6 * strength
    for k in range(5):
        expected = ndimage.gaussian_filter(
            images[k].astype(float), sigma, mode="constant", truncate=6
        )
        np.testing.assert_allclose(blurred[k], expected, atol=0.51)


def brush(radius):
    """A round brush, written down in another way than in the library."""
    reach = int(radius + 1)
    row, column = np.indices((2 * reach + 1, 2 * reach + 1)) - reach
    return np.clip(radius + 1 - np.sqrt(row**2 + column**2), 0, 1)


@given(
    image=arrays(np.float64, (7, 9), elements=st.floats(0, 1)),
    radius=st.sampled_from([0, 0.25, 0.4, 1, 1.3, 2]),
)
def test_spreading_ink_pixel_by_pixel(image, radius):
    weights = brush(radius)
    expected = ndimage.generic_filter(
        image,
        lambda window: (window * weights.ravel()).max(),
        size=weights.shape,
        mode="constant",
    )
    np.testing.assert_allclose(spread_ink(image[None], radius)[0], expected, atol=1e-12)


def test_strokes_grow_and_shrink():
    """A stroke of 5 pixels, at strengths where the radius is a whole number."""
    stroke = np.zeros((1, 28, 28), np.uint8)
    stroke[0, :, 12:17] = 255
    expected = stroke.copy()
    expected[0, :, 10:19] = 255
    np.testing.assert_array_equal(corrupt(stroke, "thicker", 5, seed=0), expected)
    expected[0] = 0
    expected[0, :, 13:16] = 255
    np.testing.assert_array_equal(corrupt(stroke, "thinner", 4, seed=0), expected)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_thicker_only_adds_and_thinner_only_takes_away(strength, images):
    assert (corrupt(images, "thicker", strength, seed=0) >= images).all()
    assert (corrupt(images, "thinner", strength, seed=0) <= images).all()


@pytest.mark.parametrize("strength", STRENGTHS)
def test_occlusion_is_a_square_of_paper(strength):
    ink = np.full((300, 28, 28), 255, np.uint8)
    left_over = corrupt(ink, "occlusion", strength, seed=0) / 255
    covered = 1 - left_over
    side = 2 + 2 * strength
    rows, columns = covered.max(axis=2), covered.max(axis=1)
    # A product of a vertical and a horizontal profile, both as long as the side.
    np.testing.assert_allclose(covered, rows[:, :, None] * columns[:, None, :], atol=0.006)
    inside = (covered[:, [0, -1]].max(axis=(1, 2)) == 0) & (
        covered[:, :, [0, -1]].max(axis=(1, 2)) == 0
    )
    assert inside.sum() > 100
    np.testing.assert_allclose(covered[inside].sum(axis=(1, 2)), side**2, rtol=0.01)
    place = np.arange(28)
    for profile in (rows[inside], columns[inside]):
        middle = (profile * place).sum(axis=1) / side
        assert 3.4 <= middle.min() and middle.max() <= 23.6


def test_a_stronger_occlusion_covers_the_weaker_one():
    ink = np.full((50, 28, 28), 255, np.uint8)
    weaker, stronger = (corrupt(ink, "occlusion", s, seed=0) for s in (2, 3))
    assert (stronger <= weaker).all()


def test_affine_turns_in_proportion_to_the_strength():
    """The direction of a bar, from its second moments, at most at the angle that is allowed."""
    bar = np.zeros((300, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    row, column = np.mgrid[:28, :28]
    spread = []
    for strength in STRENGTHS:
        angles = []
        for image in corrupt(bar, "affine", strength, seed=0) / 255:
            r, c = (np.average(axis, weights=image) for axis in (row, column))
            rr, cc, rc = (
                np.average(a * b, weights=image)
                for a, b in ((row - r, row - r), (column - c, column - c), (row - r, column - c))
            )
            angles.append(np.rad2deg(np.arctan2(2 * rc, rr - cc) / 2))
        spread.append(np.std(angles))
        assert max(np.abs(angles)) < 9 * strength * 1.35 + 2  # zoom leans it a little further
    np.testing.assert_allclose(spread, 9 / np.sqrt(3) * np.array(STRENGTHS), rtol=0.12)


@pytest.mark.parametrize("strength", STRENGTHS)
def test_contrast_moves_all_pixels_toward_gray(strength):
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    got = corrupt(levels, "contrast", strength, seed=0).astype(float)
    expected = 127.5 + (1 - 0.16 * strength) * (levels - 127.5)
    np.testing.assert_allclose(got, expected, atol=0.51)


@pytest.mark.parametrize(
    "images, kind, strength, error, words",
    [
        (np.zeros((1, 4, 4)), "blur", 1, ValueError, "float64"),
        (np.zeros((4, 4), np.uint8), "blur", 1, ValueError, r"\(4, 4\)"),
        (np.zeros((1, 4, 4), np.uint8), "rain", 1, ValueError, "kind.*noise, blur.*'rain'"),
        (np.zeros((1, 4, 4), np.uint8), "blur", 0, ValueError, "strength.*0"),
        (np.zeros((1, 4, 4), np.uint8), "blur", 2.5, ValueError, "strength.*2.5"),
    ],
)
def test_corrupt_tells_what_is_wrong(images, kind, strength, error, words):
    with pytest.raises(error, match=words):
        corrupt(images, kind, strength, seed=0)
