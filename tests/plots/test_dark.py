"""Figures for dark pages: readable, the same drawing, and nothing of the light one is changed."""

from base64 import b64decode
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from course_lib import plots
from course_lib.plots.dark import DARK, GROUND, dark, dark_color, in_both_tones, png
from course_lib.plots.style import PALETTE, subplots

from .colors import COLOR_VISION, contrast, difference


@pytest.mark.parametrize("name", PALETTE)
def test_dark_colors_stand_out_from_a_dark_page(name):
    assert contrast(dark_color(PALETTE[name]), GROUND) >= 4.5


@pytest.mark.parametrize("vision", COLOR_VISION)
def test_dark_colors_can_be_told_apart(vision):
    colors = [DARK[color] for color in PALETTE.values()]
    assert min(difference(a, b, vision) for a in colors for b in colors if a != b) > 15


@pytest.fixture
def figure():
    plots.use_style()
    figure, (left, right) = subplots(1, 2)
    left.bar([0, 1], [1, 2], hatch="///", edgecolor="white", label="bars")
    left.plot([0, 1], [2, 1], marker="o")  # its marker takes the color of the line
    left.scatter([0, 1], [1, 2], color=PALETTE["green"])
    left.legend()
    left.annotate("here", (0, 1), (1, 1), arrowprops={"arrowstyle": "->"},
                  bbox={"facecolor": "white"})
    right.imshow(np.eye(4), cmap="gray_r")
    right.text(0, 0, "on the image")
    right.set_title("title")
    return figure


def test_the_light_figure_stays_as_it_is(figure):
    png(figure)  # the first drawing still moves things
    before = png(figure)
    with dark(figure):
        assert png(figure) != before
    assert png(figure) == before


def test_only_ink_changes(figure):
    left, right = figure.axes
    with dark(figure):
        assert to_hex(left.xaxis.label) == to_hex(right.title) == DARK[PALETTE["ink"]].lower()
        assert to_hex(right.texts[0]) == PALETTE["ink"]  # on the white ground of the image
        bar = plt.matplotlib.colors.to_hex(left.patches[0].get_facecolor())
        assert bar == DARK[PALETTE["blue"]].lower()
        assert figure.patch.get_alpha() is None and figure.patch.get_facecolor()[3] == 0


def to_hex(text):
    return plt.matplotlib.colors.to_hex(text.get_color())


def test_the_page_gets_both_and_the_dark_one_has_no_ground(figure):
    data, metadata = in_both_tones(figure)
    contents = data["image/png"], b64decode(metadata["dark"])
    light, night = (Image.open(BytesIO(content)) for content in contents)
    assert abs(light.width - night.width) <= 2 and abs(light.height - night.height) <= 2
    assert metadata["image/png"] == {"width": light.width // 2, "height": light.height // 2}
    assert np.asarray(light.convert("RGBA"))[0, 0].tolist() == [255, 255, 255, 255]
    assert np.asarray(night.convert("RGBA"))[0, 0, 3] == 0
