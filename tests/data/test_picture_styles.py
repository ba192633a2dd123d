"""Photographs in many styles: the digit is found, and where it may not be one, that is said."""

import numpy as np
import pytest

from benchmarks.pictures import STYLES, draw_picture
from benchmarks.pictures.__main__ import count, divided_by_paper, one_threshold
from benchmarks.pictures.scene import ink, to_picture
from course_lib.data import load_digits28
from course_lib.data.digits28 import center_by_mass
from course_lib.data.ink import box_of
from course_lib.data.picture import read_picture, shrink
from course_lib.runs.saved import load_trained
from course_lib.zoo import get_system

# In these the brightness of a pixel alone, even beside that of paper nearby, does not tell ink.
HARD = ["dark corners", "lamp's spot", "small lamp's spot", "hand's shadow", "hand's shadow, sharp",
        "ruled paper", "ruled, dark lines", "squared paper", "squared, fine pen", "scanner's frame",
        "edge of a table", "sheet on a table", "drawn frame", "white ink, transparent"]  # fmt: skip


@pytest.fixture(scope="module")
def network():
    system = get_system("lenet5")
    trained = load_trained(system, 0, None)
    return lambda images: trained.predict(system.inputs(np.asarray(images)))


@pytest.fixture(scope="module")
def known(network):
    """Embedded digits that LeNet-5 reads when they are drawn anew without anything around.

    Thick and thin, so that what is wrong with other pictures of them is the finding.
    """
    digits = load_digits28()
    rng, index = np.random.default_rng, []
    for i in range(150):
        drawn = [ink(rng(i), digits.test_images[i], (200, 200), pen=pen)
                 for pen in (None, 0.08, 0.13)]
        images = [center_by_mass(shrink(sheet[box_of(sheet > 0)])) for sheet in drawn]
        if (network(images) == digits.test_labels[i]).all():
            index.append(i)
    return digits.test_images[index], digits.test_labels[index]


@pytest.mark.parametrize("name", HARD)
def test_hard_styles(name, known, network, tmp_path):
    index = np.random.default_rng(len(name)).permutation(len(known[0]))[:6]
    paths = [draw_picture(name, known[0][i], int(i), tmp_path / str(i)) for i in index]
    assert (network([read_picture(path).image for path in paths]) == known[1][index]).sum() >= 5


# Strokes as wide as what stands around them are taken for paper: fewer than with one threshold.
WEAK = {"cut out closely": 10}


@pytest.mark.slow
@pytest.mark.parametrize("name", STYLES)
def test_all_styles(name, mnist):
    """No style is left behind, nor read worse than with the simple ways (three by chance)."""
    ours, *simple = count(name, [lambda path: read_picture(path).image, one_threshold,
                                 divided_by_paper], mnist, 20, seed=11)  # fmt: skip
    if name in WEAK:
        assert ours >= WEAK[name]
    else:
        assert ours >= 15 and ours >= max(simple) - 3


@pytest.fixture
def doubts(tmp_path):
    """What is said of a photograph of ink (0 to 1), or of one in a style."""

    def doubts(drawn):
        path = tmp_path / "picture.png"
        to_picture(0.9 - 0.8 * np.asarray(drawn, float)).save(path)
        return read_picture(path).doubts

    return doubts


def enlarged(image, n=8):
    return np.kron(image / 255, np.ones((n, n)))


def test_one_digit_leaves_no_doubt(known, doubts):
    for image in known[0][:30]:
        assert doubts(np.pad(enlarged(image), 20)) == []


def test_hardly_any_image_of_mnist_leaves_a_doubt(mnist, doubts):
    assert sum(doubts(enlarged(image)) != [] for image in mnist.test_images[:300]) <= 6


def test_two_digits(known, doubts):
    images, _ = known
    said = [doubts(np.hstack([enlarged(images[i]), enlarged(images[j])]))
            for i, j in [(3, 9), (0, 12), (6, 24), (5, 20), (16, 28)]]  # fmt: skip
    assert all(any("there are 2 things" in doubt for doubt in each) for each in said)


def test_the_strokes_of_one_digit_are_not_two(doubts):
    """A 5 whose bar does not touch it: the bar is above, not beside."""
    five = np.zeros((200, 200))
    five[40:55, 90:150] = five[62:110, 60:75] = five[110:125, 60:140] = 1
    five[125:160, 125:140] = five[150:165, 60:140] = 1
    assert doubts(five) == []


def test_digits_that_touch_are_too_wide(doubts):
    touching = np.zeros((120, 300))
    touching[40:50, 40:260] = touching[40:90, 40:50] = touching[40:90, 250:260] = 1
    assert any("wider than a digit" in doubt for doubt in doubts(touching))


@pytest.mark.parametrize("kind", ["half", "corner", "bar"])
def test_what_reaches_over_the_edge(doubts, kind):
    drawn = np.zeros((100, 100))
    {"half": drawn[:, 50:], "corner": drawn[70:, 70:], "bar": drawn[90:]}[kind][...] = 1
    assert any("over the edge" in doubt for doubt in doubts(drawn))


def test_a_blot(doubts):
    y, x = np.indices((200, 200)) - 100
    for radius in (20, 50, 90):
        assert doubts(np.hypot(x, y) < radius)


def test_a_spot_of_light(doubts):
    y, x = np.indices((200, 200)) - 100
    assert any("soft" in doubt for doubt in doubts(np.exp(-(x**2 + y**2) / 3000)))


def test_noise_is_no_digit(doubts, rng):
    said = doubts(rng.random((100, 100)) < 0.3)
    assert any("lies elsewhere" in doubt for doubt in said)


@pytest.mark.parametrize("name", ["noisy", "squared paper", "ruled, dark lines", "punched holes",
                                  "drawn frame", "small lamp's spot"])  # fmt: skip
def test_no_digit_at_all(name, tmp_path):
    for seed in range(3):
        path = draw_picture(name, np.zeros((28, 28), np.uint8), seed, tmp_path / "picture")
        assert read_picture(path).doubts
