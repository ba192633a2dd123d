"""The warp against scipy's, and the random changes of `Augmentation` against what they mean."""

import pickle
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from course_lib.data import Augmentation, affine_warp, as_images, load_digits28
from course_lib.data.augment import gaussian_matrix
from course_lib.data.warp import bilinear

SEEDS = st.integers(0, 2**32 - 1)
CENTER = np.array([13.5, 13.5])


@pytest.fixture(scope="module")
def digits():
    return as_images(load_digits28().test_images[:60])


def turn(degrees):
    """The matrix of `affine_warp` that turns an image by an angle."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, -s], [s, c]])


# The warp


@given(
    seed=SEEDS,
    n=st.integers(1, 3),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    channels=st.integers(1, 2),
    matrices=arrays(np.float64, (3, 2, 2), elements=st.floats(-2, 2)),
    offsets=arrays(np.float64, (3, 2), elements=st.floats(-12, 12)),
    background=st.sampled_from([0.0, -0.4]),
)
def test_warp_is_that_of_scipy(seed, n, height, width, channels, matrices, offsets, background):
    images = np.random.default_rng(seed).standard_normal((n, height, width, channels))
    got = affine_warp(images, matrices[:n], offsets[:n], background)
    assert got.shape == images.shape and got.dtype == images.dtype
    for k in range(n):
        for c in range(channels):
            expected = ndimage.affine_transform(
                images[k, :, :, c],
                matrices[k],
                offsets[k],
                order=1,
                mode="grid-constant",
                cval=background,
            )
            np.testing.assert_allclose(got[k, :, :, c], expected, atol=1e-12)


@given(seed=SEEDS)
def test_reading_anywhere_is_that_of_scipy(seed):
    """Other places for each pixel and each image; the result may have another size."""
    rng = np.random.default_rng(seed)
    images = rng.standard_normal((3, 6, 5, 1))
    rows, columns = rng.uniform(-3, 9, (2, 3, 4, 7))
    got = bilinear(images, rows, columns)
    for k in range(3):
        expected = ndimage.map_coordinates(
            images[k, :, :, 0], [rows[k], columns[k]], order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(got[k, :, :, 0], expected, atol=1e-12)


def test_float32_is_close_to_float64(digits, rng):
    matrix = rng.normal(np.eye(2), 0.3, (len(digits), 2, 2))
    offset = rng.normal(0, 3, (len(digits), 2))
    got = affine_warp(digits, matrix, offset)
    expected = affine_warp(digits.astype(np.float64), matrix, offset)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=2e-5)


def test_identity_changes_nothing(digits):
    np.testing.assert_array_equal(affine_warp(digits, np.eye(2), np.zeros(2)), digits)


@pytest.mark.parametrize("down, right", [(0, 1), (3, 0), (-2, 5), (4, -4), (30, 0)])
def test_shift_by_whole_pixels_is_slicing(digits, down, right):
    """The output is read from further up and left, so the image moves down and to the right."""
    got = affine_warp(digits, np.eye(2), np.array([-down, -right]))
    padded = np.pad(digits, ((0, 0), (30, 30), (30, 30), (0, 0)))
    np.testing.assert_array_equal(got, padded[:, 30 - down : 58 - down, 30 - right : 58 - right])


def test_quarter_turns_move_whole_pixels(digits):
    offset = CENTER - turn(90) @ CENTER
    quarter = affine_warp(digits, turn(90), offset)
    np.testing.assert_allclose(quarter, np.rot90(digits, axes=(2, 1)), atol=1e-5)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_n_turns_by_one_nth_of_a_circle_come_home(n):
    """On a smooth round hill off the center, which each interpolation blurs a little."""
    row, column = np.mgrid[:28, :28]
    hill = np.exp(-((row - 11) ** 2 + (column - 16) ** 2) / (2 * 3.0**2))[None, ..., None]
    matrix, turned = turn(360 / n), hill
    for k in range(n):
        turned = affine_warp(turned, matrix, CENTER - matrix @ CENTER)
        assert (abs(turned - hill).max() < 0.2) == (k == n - 1)


def test_one_map_serves_all_images(digits, rng):
    matrix, offset = rng.normal(np.eye(2), 0.1), rng.normal(size=2)
    n = len(digits)
    each = affine_warp(digits, np.tile(matrix, (n, 1, 1)), np.tile(offset, (n, 1)))
    np.testing.assert_array_equal(affine_warp(digits, matrix, offset), each)


def test_background_is_as_if_added_afterwards(digits):
    """A standardized image is warped to what a standardized warped image is."""
    matrix, offset = turn(33), np.array([9, -4])
    got = affine_warp((digits - 0.13) / 0.31, matrix, offset, background=-0.13 / 0.31)
    expected = (affine_warp(digits, matrix, offset) - 0.13) / 0.31
    np.testing.assert_allclose(got, expected, atol=1e-4)


def test_warp_of_no_images():
    assert affine_warp(np.empty((0, 28, 28, 1)), np.eye(2), np.zeros(2)).shape == (0, 28, 28, 1)


@pytest.mark.parametrize(
    "images, matrix, offset, error, words",
    [
        (np.zeros((2, 4, 4, 1), np.uint8), np.eye(2), np.zeros(2), ValueError, "as_images"),
        (np.zeros((2, 4, 4)), np.eye(2), np.zeros(2), ValueError, r"images.*\(2, 4, 4\)"),
        (np.zeros((2, 4, 4, 1)), np.eye(3), np.zeros(2), ValueError, r"matrix.*\(3, 3\)"),
        (np.zeros((2, 4, 4, 1)), np.eye(2), np.zeros((3, 2)), ValueError, r"offset.*\(3, 2\)"),
    ],
)
def test_warp_tells_what_is_wrong(images, matrix, offset, error, words):
    with pytest.raises(error, match=words):
        affine_warp(images, matrix, offset)


# Augmentation

ALL = Augmentation(rotation=15, shift=0.1, shear=0.2, zoom=0.1, elastic=1.0)


def test_nothing_switched_on_changes_nothing(digits, rng):
    np.testing.assert_array_equal(Augmentation()(digits, rng), digits)


@pytest.mark.parametrize("kind", ["rotation", "shift", "shear", "zoom", "elastic"])
def test_each_change_alone_changes_each_image_in_its_own_way(digits, rng, kind):
    same = np.repeat(digits[:1], 20, axis=0)
    size = {"rotation": 20, "shift": 0.2, "shear": 0.3, "zoom": 0.15, "elastic": 1.0}[kind]
    changed = Augmentation(**{kind: size})(same, rng)
    assert len(np.unique(changed.reshape(20, -1), axis=0)) == 20
    assert (abs(changed - same).max(axis=(1, 2, 3)) > 0).all()
    # Still about as much ink as before: nothing fell out of the picture.
    np.testing.assert_allclose(changed.sum(axis=(1, 2, 3)), same[0].sum(), rtol=0.5)


def test_equal_seeds_give_equal_images(digits):
    once, again, other = (ALL(digits, np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(once, again)
    assert abs(once - other).max() > 0.5


def test_each_call_draws_anew(digits, rng):
    assert abs(ALL(digits, rng) - ALL(digits, rng)).max() > 0.5


def test_two_threads_do_not_disturb_each_other(digits):
    alone = [ALL(digits, np.random.default_rng(k)) for k in range(2)]
    results = [[], []]

    def work(k):
        for _ in range(20):
            results[k].append(ALL(digits, np.random.default_rng(k)))

    threads = [Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(2):
        assert len(results[k]) == 20
        assert all((result == alone[k]).all() for result in results[k])


def test_the_input_stays_as_it_was(digits, rng):
    before = digits.copy()
    digits.flags.writeable = False
    try:
        result = ALL(digits, rng)
    finally:
        digits.flags.writeable = True
    np.testing.assert_array_equal(digits, before)
    assert not np.shares_memory(result, digits)
    assert result.dtype == np.float32 and result.shape == digits.shape


def test_rows_of_pixels_are_square_images(digits):
    rows = digits.reshape(len(digits), 784)
    got = ALL(rows, np.random.default_rng(3))
    assert got.shape == rows.shape
    expected = ALL(digits, np.random.default_rng(3))
    np.testing.assert_array_equal(got, expected.reshape(len(digits), 784))


def test_results_stay_between_paper_and_ink(digits, rng):
    changed = ALL(digits, rng)
    assert changed.min() >= -1e-6 and changed.max() <= 1 + 1e-6


def test_standardized_digits_are_changed_as_digits(digits):
    """Paper comes in from outside, whatever its value is."""
    standardized = Augmentation(shift=0.4, background=-0.13 / 0.31)
    got = standardized((digits - 0.13) / 0.31, np.random.default_rng(4))
    expected = (Augmentation(shift=0.4)(digits, np.random.default_rng(4)) - 0.13) / 0.31
    np.testing.assert_allclose(got, expected, atol=1e-4)


def random_maps(n=2000, size=(28, 28), **sizes):
    return Augmentation(**sizes).affine_maps(n, size, np.random.default_rng(1))


def assert_spread_evenly(values, low, high):
    """As uniform draws would be: about right in the mean, and nearly reaching both ends."""
    assert low <= values.min() and values.max() <= high
    reach = high - low
    assert values.min() < low + 0.02 * reach and values.max() > high - 0.02 * reach
    assert values.mean() == pytest.approx((low + high) / 2, abs=0.03 * reach)
    assert values.std() == pytest.approx(reach / np.sqrt(12), rel=0.05)


def test_rotation_turns_by_up_to_so_many_degrees_about_the_center():
    matrix, offset = random_maps(rotation=20)
    identity = np.tile(np.eye(2), (2000, 1, 1))
    np.testing.assert_allclose(matrix @ matrix.transpose(0, 2, 1), identity, atol=1e-12)
    assert (np.linalg.det(matrix) > 0).all()
    angle = np.rad2deg(np.arctan2(matrix[:, 1, 0], matrix[:, 0, 0]))
    assert_spread_evenly(angle, -20, 20)
    np.testing.assert_allclose(matrix @ CENTER + offset, np.tile(CENTER, (2000, 1)), atol=1e-12)


def test_shift_is_a_fraction_of_height_and_width():
    matrix, offset = random_maps(size=(20, 40), shift=0.25)
    np.testing.assert_allclose(matrix, np.tile(np.eye(2), (2000, 1, 1)))
    assert_spread_evenly(offset[:, 0], -5, 5)
    assert_spread_evenly(offset[:, 1], -10, 10)
    assert abs(np.corrcoef(offset.T)[0, 1]) < 0.06


def test_shear_leaves_upright_lines_upright():
    matrix, offset = random_maps(shear=0.3)
    np.testing.assert_allclose(matrix @ np.array([1, 0]), np.tile([1, 0], (2000, 1)), atol=1e-12)
    angle = -np.arcsin(matrix[:, 0, 1])
    assert_spread_evenly(angle, -0.3, 0.3)
    np.testing.assert_allclose(matrix[:, 1, 1], np.cos(angle))
    np.testing.assert_allclose(matrix @ CENTER + offset, np.tile(CENTER, (2000, 1)), atol=1e-12)


def test_zoom_scales_height_and_width_on_their_own():
    matrix, offset = random_maps(zoom=0.08)
    assert (matrix[:, [0, 1], [1, 0]] == 0).all()
    for axis in (0, 1):
        assert_spread_evenly(matrix[:, axis, axis], 0.92, 1.08)
    assert abs(np.corrcoef(matrix[:, 0, 0], matrix[:, 1, 1])[0, 1]) < 0.06
    np.testing.assert_allclose(matrix @ CENTER + offset, np.tile(CENTER, (2000, 1)), atol=1e-12)


def test_first_rotated_then_sheared_then_zoomed_then_shifted():
    """Step by step, with the sizes that each step alone draws from the same seed."""
    sizes = {"rotation": 30, "shear": 0.4, "zoom": 0.3, "shift": 0.2}
    maps = {kind: random_maps(n=5, **{kind: size}) for kind, size in sizes.items()}
    matrix, offset = random_maps(n=5, **sizes)
    place = np.array([3.0, 20.0])
    for k in range(5):
        expected = place  # where an output pixel comes from: the last step is undone first
        for kind in ("shift", "zoom", "shear", "rotation"):
            expected = maps[kind][0][k] @ expected + maps[kind][1][k]
        np.testing.assert_allclose(matrix[k] @ place + offset[k], expected)


def test_shift_moves_the_center_of_mass(digits):
    offset = random_maps(n=len(digits), shift=0.1)[1]
    moved = Augmentation(shift=0.1)(digits, np.random.default_rng(1))
    for k in range(len(digits)):
        before, after = (ndimage.center_of_mass(x[k, :, :, 0]) for x in (digits, moved))
        np.testing.assert_allclose(np.subtract(after, before), -offset[k], atol=0.02)
        assert moved[k].sum() == pytest.approx(digits[k].sum(), rel=0.005)


def test_displacements_are_as_large_and_as_smooth_as_asked(rng):
    """Also at the border; neighbors d pixels apart correlate by exp(-d^2 / 4 sigma^2)."""
    augment = Augmentation(elastic=1.5, elastic_sigma=3)
    fields = augment.displacements((3000, 28, 20), rng, np.float64)
    assert fields.shape == (2, 3000, 28, 20)
    np.testing.assert_allclose(fields.std(axis=1), 1.5, rtol=0.08)
    np.testing.assert_allclose(fields.mean(axis=1), 0, atol=0.15)
    down, right = fields
    assert np.corrcoef(down[:, 14, 10], right[:, 14, 10])[0, 1] == pytest.approx(0, abs=0.08)
    for d in (1, 3, 6):
        expected = np.exp(-((d / 3) ** 2) / 4)
        for other in (down[:, 11 + d, 10], down[:, 11, 10 + d]):
            got = np.corrcoef(down[:, 11, 10], other)[0, 1]
            assert got == pytest.approx(expected, abs=0.06)


def test_simard_in_our_terms(rng):
    """His uniform numbers, smoothed by scipy, times alpha, are as large as the docstring says."""
    noise = rng.uniform(-1, 1, (40, 60, 60))
    smooth = ndimage.gaussian_filter(noise, sigma=(0, 4, 4), mode="wrap", truncate=6)
    assert (34 * smooth).std() == pytest.approx(34 / (2 * np.sqrt(3 * np.pi) * 4), rel=0.05)


def test_elastic_distortion_reads_where_the_field_points(digits):
    got = Augmentation(elastic=1.5)(digits, np.random.default_rng(2))
    fields = np.random.default_rng(np.random.default_rng(2).integers(2**63))
    down, right = Augmentation(elastic=1.5).displacements((len(digits), 28, 28), fields, np.float32)
    for k in range(5):
        row, column = np.mgrid[:28, :28]
        expected = ndimage.map_coordinates(
            digits[k, :, :, 0], [row + down[k], column + right[k]], order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(got[k, :, :, 0], expected, atol=1e-4)


@given(sigma=st.floats(0.3, 8), seed=SEEDS)
def test_gaussian_matrix_smooths_as_scipy(sigma, seed):
    image = np.random.default_rng(seed).random((9, 14))
    got = gaussian_matrix(9, sigma) @ image @ gaussian_matrix(14, sigma).T
    expected = ndimage.gaussian_filter(image, sigma, mode="constant", truncate=6)
    np.testing.assert_allclose(got, expected, atol=1e-7)


def test_repr_shows_all_parameters_and_repeats_the_object():
    assert eval(repr(ALL)) == ALL
    for name in ("rotation=15", "elastic_sigma=4.0", "background=0.0"):
        assert name in repr(ALL)
    assert pickle.loads(pickle.dumps(ALL)) == ALL


@pytest.mark.parametrize(
    "name, value",
    [
        ("rotation", -1),
        ("shift", -0.1),
        ("shear", float("nan")),
        ("zoom", 1.0),
        ("elastic", -2),
        ("elastic_sigma", 0),
    ],
)
def test_impossible_sizes(name, value):
    with pytest.raises(ValueError, match=f"^{name}: expected .*{value}"):
        Augmentation(**{name: value})


@pytest.mark.parametrize(
    "images, error, words",
    [
        (np.zeros((2, 28, 28, 1), np.uint8), ValueError, "uint8"),
        (np.zeros((2, 28, 28)), ValueError, r"\(2, 28, 28\)"),
        (np.zeros((2, 783)), ValueError, "783"),
    ],
)
def test_augmentation_tells_what_is_wrong_with_the_images(rng, images, error, words):
    with pytest.raises(error, match=words):
        ALL(images, rng)


@pytest.mark.parametrize("settings", [{"rotation": 20, "shift": 0.1}, {"elastic": 2.0},
                                      {"rotation": 20, "elastic": 2.0}])
def test_the_change_of_an_image_does_not_depend_on_the_size_of_its_batch(rng, settings):
    images = rng.random((7, 12, 12, 1), dtype=np.float32)
    augment = Augmentation(**settings)
    alone, together = (augment(images[:n], np.random.default_rng(3)) for n in (3, 7))
    assert np.array_equal(alone, together[:3])
