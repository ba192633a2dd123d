"""The figure of accuracies under corruption."""

import numpy as np
import pytest

from course_lib.plots.robustness import _SYSTEMS, robustness_curves, robustness_map

from .conftest import pixels

KINDS = ("noise", "blur", "thicker", "thinner", "occlusion", "affine", "contrast")


def system(start, step, kinds=KINDS):
    return {"clean": start, "accuracy": {k: [start - step * s for s in range(1, 6)] for k in kinds}}


@pytest.fixture
def systems():
    return {"LeNet-5": system(0.99, 0.05), "one layer": system(0.92, 0.1)}


def lines_of(ax):
    """The lines of systems in a panel: name and values."""
    return {line.get_label(): list(line.get_ydata()) for line in ax.lines
            if not line.get_label().startswith("_")}


def test_each_kind_has_a_panel_with_all_systems(systems):
    systems["LeNet-5"]["accuracy"]["blur"] = [0.5, 0.4, 0.3, 0.2, 0.1]
    axes = robustness_curves(systems).axes
    assert [ax.get_title() for ax in axes[:7]] == list(KINDS)
    assert lines_of(axes[1])["LeNet-5"] == pytest.approx([99, 50, 40, 30, 20, 10])
    assert lines_of(axes[0])["one layer"] == pytest.approx([92, 82, 72, 62, 52, 42])


def test_panels_share_one_scale_and_lines_differ_in_more_than_color(systems):
    axes = robustness_curves(systems).axes[:7]
    assert {ax.get_ylim() for ax in axes} == {(0, 103)}
    markers = [line.get_marker() for line in axes[0].lines[:2]]
    assert len(set(markers)) == 2
    assert len({marker for _, marker in _SYSTEMS}) == len(_SYSTEMS)


def test_legend_names_the_systems_once(systems):
    legends = [ax.get_legend() for ax in robustness_curves(systems).axes if ax.get_legend()]
    assert [[t.get_text() for t in legend.get_texts()] for legend in legends] == [list(systems)]


def test_long_names_do_not_push_panels_aside(systems):
    systems["five wide convolutions with batch norm, augmentation, long training"] = system(
        0.99, 0.1
    )
    figure = robustness_curves(systems)
    figure.draw_without_rendering()
    lefts = [ax.get_position().x0 for ax in figure.axes[:4]]
    assert np.diff(lefts) == pytest.approx(np.diff(lefts).mean(), rel=0.15)


def test_examples_stand_above_their_panel(systems):
    examples = {kind: np.full((6, 28, 28), i, np.uint8) for i, kind in enumerate(KINDS)}
    axes = robustness_curves(systems, examples).axes
    for ax in axes:
        if ax.images:
            kind = ax.get_title()
            shown = np.asarray(ax.images[0].get_array())
            assert shown.shape == (28, 6 * 28) and (shown == KINDS.index(kind)).all()
            (panel,) = [p for p in axes if lines_of(p) and np.isclose(
                p.get_position().x0, ax.get_position().x0, atol=0.02)
                and 0 < ax.get_position().y0 - p.get_position().y0 < 0.45]
            assert lines_of(panel)
    assert sum(bool(ax.images) for ax in axes) == 7


@pytest.mark.parametrize("n_kinds", [1, 3, 4, 7])
def test_any_number_of_kinds_can_be_drawn(n_kinds):
    figure = robustness_curves({"A": system(0.9, 0.1, KINDS[:n_kinds])})
    assert sum(bool(lines_of(ax)) for ax in figure.axes) == n_kinds
    assert pixels(figure).std() > 0


@pytest.mark.parametrize("bad", [{}, {str(i): system(0.9, 0.1) for i in range(6)}])
def test_one_to_five_systems(bad):
    with pytest.raises(ValueError, match="1 to 5"):
        robustness_curves(bad)


def test_kinds_must_be_the_same(systems):
    del systems["one layer"]["accuracy"]["blur"]
    with pytest.raises(ValueError, match="one layer"):
        robustness_curves(systems)


def test_map_has_a_cell_for_each_system_kind_and_strength(systems):
    systems["one layer"]["accuracy"]["blur"] = [0.5, 0.4, 0.3, 0.2, 0.1]
    figure = robustness_map(systems)
    ax = figure.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["LeNet-5", "one layer"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["clean", *KINDS]
    cells = np.asarray(ax.collections[0].get_array()).reshape(2, 1 + 7 * 5)
    assert cells[0, :6] == pytest.approx([99, 94, 89, 84, 79, 74])
    assert cells[1, 6:11] == pytest.approx([50, 40, 30, 20, 10])  # after clean and noise comes blur
    assert ax.yaxis_inverted()  # the first system on top, as its name
    assert pixels(figure).std() > 0


def test_map_gets_darker_as_the_accuracy_falls(systems):
    cells = robustness_map(systems).axes[0].collections[0]
    brightness = cells.cmap(np.linspace(0, 1, 50))[:, :3] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(brightness) > 0).all()


def test_map_needs_systems_with_the_same_kinds(systems):
    del systems["one layer"]["accuracy"]["blur"]
    with pytest.raises(ValueError, match="one layer"):
        robustness_map(systems)
    with pytest.raises(ValueError, match="no system"):
        robustness_map({})
