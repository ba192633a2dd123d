import numpy as np
import pytest
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from course_lib.data import as_vectors, load_digits28
from course_lib.data.digits28 import enlarge


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


@pytest.fixture(scope="module")
def images(digits):
    return np.concatenate([digits.train_images, digits.test_images])


def test_shapes_and_types(digits):
    assert digits.name == "embedded digits"
    for part, n in (("train", 1438), ("test", 359)):
        images, labels = getattr(digits, f"{part}_images"), getattr(digits, f"{part}_labels")
        assert images.shape == (n, 28, 28) and images.dtype == np.uint8
        assert labels.shape == (n,) and labels.dtype == np.int64


def test_every_digit_is_in_one_part_and_classes_are_in_proportion(digits):
    everything = np.bincount(load_digits().target)
    test = np.bincount(digits.test_labels)
    assert (np.bincount(digits.train_labels) + test == everything).all()
    assert np.abs(test - everything / 5).max() <= 0.5


def test_images_are_the_enlarged_ones_with_their_labels(digits, images):
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    small = load_digits()
    expected = [(enlarge(image).tobytes(), y) for image, y in zip(small.images, small.target)]
    assert sorted((image.tobytes(), y) for image, y in zip(images, labels)) == sorted(expected)
    assert len(set(expected)) == 1797  # so no image is in both parts


def test_always_the_same(digits):
    again = load_digits28()
    np.testing.assert_array_equal(again.train_images, digits.train_images)
    np.testing.assert_array_equal(again.test_labels, digits.test_labels)


def test_center_of_mass_is_in_the_middle(images):
    """To half a pixel, since whole pixels are shifted (and a little for rounding to uint8)."""
    ink = images.sum(axis=(1, 2), dtype=float)
    rows = images.sum(axis=2) @ np.arange(28) / ink
    columns = images.sum(axis=1) @ np.arange(28) / ink
    assert np.abs(rows - 14).max() < 0.51 and np.abs(columns - 14).max() < 0.51


def test_digits_fill_a_box_of_20_pixels(images):
    def extent(profile):
        return [used.nonzero()[0][-1] - used.nonzero()[0][0] + 1 for used in profile]

    height, width = extent(images.any(axis=2)), extent(images.any(axis=1))
    larger = np.maximum(height, width)
    assert larger.max() == 20 and np.mean(larger == 20) > 0.99


def test_intensities_are_those_of_mnist(images):
    assert images.mean() / 255 == pytest.approx(0.13066, abs=0.01)
    assert images.std() / 255 == pytest.approx(0.30811, abs=0.01)
    assert np.mean(images == 0) == pytest.approx(0.81, abs=0.02)  # measured on MNIST: 0.807


def test_enlarging_keeps_the_picture():
    """Shrunk back, an image resembles the small one: same side up, no mirror, right place."""
    rng = np.random.default_rng(0)
    for small in load_digits().images[rng.choice(1797, 50)]:
        large = enlarge(small).astype(float)
        row, column = (np.average(np.arange(28), weights=large.sum(axis=a)) for a in (1, 0))
        r, c = (np.average(np.arange(8), weights=small.sum(axis=a)) for a in (1, 0))
        # Every small pixel covers 2.5 x 2.5 large ones; look up the large one at its center.
        at = np.arange(8)
        seen = large[
            np.rint(row + 2.5 * (at - r)).astype(int)[:, None],
            np.rint(column + 2.5 * (at - c)).astype(int),
        ]
        assert np.corrcoef(seen.ravel(), small.ravel())[0, 1] > 0.85


def test_one_small_pixel_becomes_a_spot_in_the_middle():
    small = np.zeros((8, 8))
    small[3, 2] = 16
    large = enlarge(small)
    assert large[14, 14] == 255
    assert large[:10].max() == large[19:].max() == large[:, :10].max() == large[:, 19:].max() == 0


def test_gray_is_between_paper_and_ink():
    """0.35 becomes 0, 0.8 becomes 255, in between by a straight line and rounded."""
    small = np.full((8, 8), 10.0)
    zoomed = ndimage.zoom(small / 16, 2.5, order=3, mode="grid-constant", grid_mode=True)
    expected = np.interp(zoomed, [0.35, 0.8], [0, 255])
    assert np.abs(enlarge(small)[4:24, 4:24] - expected).max() <= 0.5


def test_neighbors_recognize_them(digits):
    model = KNeighborsClassifier(3).fit(as_vectors(digits.train_images), digits.train_labels)
    assert model.score(as_vectors(digits.test_images), digits.test_labels) > 0.95


def test_what_is_learned_on_mnist_holds_for_them(digits, mnist):
    """They look like MNIST: a model that saw only MNIST reads most of them."""
    model = KNeighborsClassifier(3).fit(
        as_vectors(mnist.train_images[:5000]), mnist.train_labels[:5000]
    )
    assert model.score(as_vectors(digits.train_images), digits.train_labels) > 0.75


def test_every_call_gives_arrays_of_its_own():
    first = load_digits28()
    first.train_images[...] = 0
    first.test_labels[...] = 0
    again = load_digits28()
    assert again.train_images.any() and again.test_labels.any()
