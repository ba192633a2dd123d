"""The look: colors for everybody, figures that stand on any page, and are shown once."""

from itertools import combinations

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from course_lib.plots import PALETTE, digit_grid, use_style
from course_lib.plots.style import as_pictures, draw_signed, subplots

from .colors import COLOR_VISION, contrast, difference
from .conftest import pixels


def test_the_color_formulas_give_known_values():
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)  # the known limit of AA
    assert difference("white", "black") == pytest.approx(100, abs=0.1)
    # Red and green of equal lightness: far apart for most, alike with deuteranopia.
    red, green = "#c05050", "#607a20"
    assert difference(red, green) > 50 and difference(red, green, "deuteranopia") < 15


@pytest.mark.parametrize("vision", COLOR_VISION)
def test_any_two_colors_can_be_told_apart(vision):
    for first, second in combinations(PALETTE, 2):
        assert difference(PALETTE[first], PALETTE[second], vision) > 15, (first, second)


@pytest.mark.parametrize("name", PALETTE)
def test_colors_stand_out_from_the_white_ground(name):
    assert contrast(PALETTE[name], "white") >= 3  # WCAG 2: graphical objects


def test_lettering_is_readable():
    use_style()
    for key in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color"):
        assert contrast(plt.rcParams[key], plt.rcParams["figure.facecolor"]) >= 7


def test_lines_differ_by_more_than_color():
    use_style()
    styles = list(plt.rcParams["axes.prop_cycle"])
    assert [style["color"] for style in styles] == list(PALETTE.values())
    assert len({str(style["linestyle"]) for style in styles}) == len(styles)


@pytest.mark.parametrize("page", ["white", "black"])
def test_the_ground_is_opaque_whatever_the_page(page, digits):
    figure = digit_grid(digits.train_images[:3])
    with plt.rc_context({"figure.facecolor": page}):  # the ground belongs to the figure
        image = pixels(figure)
    assert (image[..., 3] == 255).all()
    assert (image[[0, 0, -1, -1], [0, -1, 0, -1], :3] == 255).all()


def test_the_style_reaches_figures_of_the_readers_own():
    use_style()
    figure, ax = plt.subplots()
    line, = ax.plot([0, 1])
    plt.close(figure)
    assert line.get_color() == PALETTE["blue"] and not ax.spines["top"].get_visible()


def test_many_figures_do_not_pile_up():
    for _ in range(25):  # pyplot warns at 21 open figures, and warnings are errors here
        subplots()


@pytest.mark.slow
def test_a_notebook_shows_a_figure_once_and_sharp(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # as for a reader
    draw = "plots.digit_grid([[[0, 1], [2, 3]]] * 3)"
    cells = [f"from course_lib import plots\n{draw}", f"plots.use_style()\n{draw}"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    shown = [cell.outputs for cell in notebook.cells]
    for outputs in shown:
        assert [sorted(output.data) for output in outputs] == [["image/png", "text/plain"]]
    # Two dots per pixel: only then is the width on the page stated, half of that of the picture.
    assert "image/png" not in shown[0][0].metadata
    assert shown[1][0].metadata["image/png"]["width"] < 300


def test_pictures_of_all_shapes():
    images = np.arange(2 * 9).reshape(2, 3, 3)
    for same in (images, images[..., None], images.reshape(2, 9)):
        np.testing.assert_array_equal(as_pictures(same), images)


@pytest.mark.parametrize("shape", [(2, 8), (28, 28, 1, 2), (2, 3, 3, 3), (5,), (0, 28, 28)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="images must be .*shape is"):
        as_pictures(np.zeros(shape))


def test_the_sign_of_a_number_is_not_told_by_color_alone():
    _, (mixed, positive) = subplots(1, 2)
    draw_signed(mixed, [[-1.0, -0.05], [0.5, 2.0]])
    draw_signed(positive, [[0.0, 3.0]])
    (hatch,) = mixed.collections
    places = ((0, 0), (1, 0), (0, 1), (1, 1))
    inside = [any(path.contains_point(place) for path in hatch.get_paths()) for place in places]
    assert inside == [True, False, False, False] and hatch.hatches == ["/////"]
    assert not positive.collections
    low, high = mixed.images[0].get_clim()
    assert low == -high < -2


def test_lettering_can_be_read_on_a_phone():
    """A figure as wide as the text is shown 390 pixels wide there; its lettering shall have 9."""
    use_style()
    figure, ax = subplots()
    ax.set(xlabel="epoch", title="loss")
    ax.plot([0, 1], label="training")
    parts = [ax.xaxis.label, ax.title, *ax.get_xticklabels(), *ax.legend().get_texts()]
    assert all(390 / figure.get_figwidth() * part.get_fontsize() / 72 >= 9 for part in parts)
