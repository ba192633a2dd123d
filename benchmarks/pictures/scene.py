"""What a photograph of a handwritten digit is made of: ink, paper, light, a camera."""

import numpy as np
from PIL import Image
from scipy import ndimage


def ink(rng, digit, shape=None, part=(0.35, 0.7), pen=None, turn=6, margin=0.06, place=None):
    """A digit as ink on a sheet, 0 to 1; without the digit, an empty sheet.

    ``part``: its longer side, as a share of the shorter side of the sheet. ``pen``: the width of
    the stroke as a share of the digit's longer side; without it, as it was written. ``turn``:
    degrees to either side. ``place``: of its middle, as shares of the room there is.
    """
    shape = shape or sheet_shape(rng)
    if not digit.any():
        return np.zeros(shape)
    long = max(12, rng.uniform(*part) * min(shape))
    rows, columns = (np.flatnonzero((digit > 60).any(axis=axis)) for axis in (1, 0))
    box = np.pad(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255.0, 2)
    factor = long / (max(box.shape) - 4)
    big = ndimage.zoom(box, factor, order=3, mode="grid-constant", grid_mode=True)
    big = ndimage.rotate(big, rng.uniform(-turn, turn), order=1, reshape=True)
    if pen:
        bones = skeleton(ndimage.gaussian_filter(big, long / 20) > 0.35)  # no thorns
        big = pen * long / 2 - ndimage.distance_transform_edt(~bones) + 0.5
    else:
        level = rng.uniform(0.35, 0.55)
        big = (big - level) * max(factor / 2, 1.2) + 0.5
    big = big.clip(0, 1)
    rows, columns = (np.flatnonzero((big > 0.1).any(axis=axis)) for axis in (1, 0))
    big = big[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    sheet = np.zeros(shape)
    at = []
    for n, size, share in zip(shape, big.shape, rng.uniform(0, 1, 2) if place is None else place):
        edge = round(margin * min(shape))
        at.append(round(edge + share * max(n - 2 * edge - size, 0)))
    part_of_big = big[: shape[0] - at[0], : shape[1] - at[1]]
    sheet[at[0] : at[0] + part_of_big.shape[0], at[1] : at[1] + part_of_big.shape[1]] = part_of_big
    return sheet


def sheet_shape(rng, low=240, high=520):
    return tuple(int(n) for n in rng.integers(low, high, 2))


def skeleton(mask):
    """Middle lines by Lantuejoul's formula: what each erosion loses to its opening."""
    bones, cross = np.zeros_like(mask), ndimage.generate_binary_structure(2, 1)
    while mask.any():
        bones |= mask & ~ndimage.binary_opening(mask, cross)
        mask = ndimage.binary_erosion(mask, cross)
    return bones


def clouds(rng, shape, size):
    """Smooth random heights of mean 0 and deviation 1; ``size`` in pixels."""
    small = [max(2, int(n / size) + 3) for n in shape]
    field = ndimage.zoom(rng.standard_normal(small), size + 1, order=3)[: shape[0], : shape[1]]
    if field.shape != tuple(shape):
        field = np.resize(field, shape)
    return (field - field.mean()) / field.std()


def grid(shape):
    """Coordinates y, x of all pixels, from -1 to 1 along the longer side."""
    y, x = np.indices(shape, dtype=float)
    half = max(shape) / 2
    return (y - shape[0] / 2) / half, (x - shape[1] / 2) / half


def soft(distance, width):
    """A step from 0 to 1 at distance 0, as wide as given."""
    return 1 / (1 + np.exp(-np.clip(distance / width, -50, 50)))


def write(rng, coverage, paper=(0.75, 0.95), pen=(0.05, 0.3), grain=0.0):
    """Brightness of a sheet of paper with ink on it."""
    p, i = rng.uniform(*paper), rng.uniform(*pen)
    if grain:
        coverage = coverage * (1 - grain * rng.random(coverage.shape))
    return p + (i - p) * coverage


def camera(rng, scene, noise=0.02, blur=0.7):
    scene = ndimage.gaussian_filter(scene, (blur, blur, 0)[: scene.ndim])
    return (scene + noise * rng.standard_normal(scene.shape)).clip(0, 1)


def to_picture(array):
    return Image.fromarray(np.rint(255 * np.clip(array, 0, 1)).astype(np.uint8))


def lines(shape, angle, spacing, width, first=0.0):
    """Parallel lines, 0 to 1; angle 0 is horizontal."""
    y, x = np.indices(shape, dtype=float)
    across = y * np.cos(np.radians(angle)) - x * np.sin(np.radians(angle)) + first
    away = np.abs((across + spacing / 2) % spacing - spacing / 2)
    return np.clip(width / 2 - away + 0.5, 0, 1)


def rules(rng, shape, both=False, dark=(0.25, 0.6), width=(1, 2.5)):
    spacing = rng.uniform(0.06, 0.16) * min(shape)
    angle, thick = rng.uniform(-3, 3), rng.uniform(*width)
    drawn = lines(shape, angle, spacing, thick, rng.uniform(0, spacing))
    if both:
        drawn = np.maximum(drawn, lines(shape, angle + 90, spacing, thick, rng.uniform(0, spacing)))
    return rng.uniform(*dark) * drawn


def colored(rng, coverage, paper, pen, noise=0.02):
    paper, pen = (np.array(c) + rng.uniform(-0.05, 0.05, 3) for c in (paper, pen))
    return camera(rng, paper + (pen - paper) * coverage[..., None], noise)


def lit(rng, scene, light, noise=0.02):
    return camera(rng, scene * light, noise)
