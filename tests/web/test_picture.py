"""A drawing becomes the same image in the page as in the library; the embedded digits do, too."""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import ROOT, export, node

from course_lib.data.digits28 import center_by_mass
from course_lib.data.picture import shrink


def strokes(rng, size):
    """Some ink: lines between random points, thick or thin, with soft edges."""
    rows, columns = np.mgrid[:size, :size]
    ink, pen = np.zeros((size, size)), size / rng.choice([28, 140])
    points = rng.uniform(0.1 * size, 0.9 * size, (4, 2)) * rng.uniform(0.3, 1, 2)
    for a, b in pairwise(points):
        along = np.clip(
            ((rows - a[0]) * (b - a)[0] + (columns - a[1]) * (b - a)[1]) / ((b - a) @ (b - a)), 0, 1
        )
        distance = np.hypot(rows - a[0] - along * (b - a)[0], columns - a[1] - along * (b - a)[1])
        ink = np.maximum(ink, np.clip(pen + 0.5 - distance, 0, 1))
    return ink.astype(np.float32)


def box_of(ink):
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fault(ink, folder=ROOT / "web"):
    """Largest difference of a pixel between the page and the library, of 255 levels."""
    code = """const ink = unpack(data.ink);
        return asMnist({ values: ink, height: ink.shape[0], width: ink.shape[1] });"""
    got = node(code, "picture.js", folder=folder, ink=ink)
    expected = center_by_mass(shrink(box_of(ink)))
    image = np.reshape(got["image"], (28, 28))
    top, left, height, width = (got[key] for key in ("top", "left", "height", "width"))
    assert max(height, width) == 20, "it fills the box"
    inside = image[top : top + height, left : left + width]
    assert inside.sum() == image.sum() > 0, "all of it lies where the page says"
    return np.abs(image.astype(int) - expected).max()


def drawing(seed):
    rng = np.random.default_rng(seed)
    return strokes(rng, int(rng.integers(12, 160)))


@pytest.mark.parametrize("seed", range(20))
def test_a_drawing_becomes_the_same_image(seed):
    assert fault(drawing(seed)) <= 1  # Pillow rounds to float32 in between


@pytest.mark.parametrize("right, wrong", [
    ("Math.max(scale, 1)", "1"),
    ("const a = -0.5", "const a = -0.75"),
    ("roundHalfEven(14 - middle)", "roundHalfEven(13 - middle)"),
    ("scaled.values.map((value) => value / most)", "scaled.values.map((value) => value)"),
    ("columns += value * (i % width)", "columns += width / 2 * value"),
])  # fmt: skip
def test_a_planted_error_is_seen(right, wrong, tmp_path):
    for name in ("unpack.js", "picture.js"):
        text = (ROOT / "web" / name).read_text(encoding="utf-8")
        assert name == "unpack.js" or text.count(right) == 1
        (tmp_path / name).write_text(text.replace(right, wrong), encoding="utf-8")
    assert max(fault(drawing(seed), tmp_path) for seed in range(4)) > 1


def test_an_empty_pad_is_no_image():
    assert (
        node("return asMnist({ values: new Float32Array(9), height: 3, width: 3 });", "picture.js")
        is None
    )


def test_half_precision_is_read():
    numbers = np.concatenate(
        [np.arange(0x7C00, dtype=np.uint16), np.arange(0x8000, 0xFC00, dtype=np.uint16)]
    ).view(np.float16)
    got = node("return unpack(data.numbers);", "unpack.js", numbers=numbers)
    assert np.array_equal(np.array(got, np.float32), numbers.astype(np.float32))


def test_arrays_are_packed_as_they_are():
    for dtype in ("uint8", "float32", "float64"):
        array = np.arange(6).reshape(2, 3).astype(dtype)
        packed = export().pack(array)
        assert packed["shape"] == (2, 3)
        assert node("return unpack(data.array);", "unpack.js", array=array) == list(range(6))
