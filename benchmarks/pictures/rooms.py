"""Styles of light, and of what else is in the picture."""

import numpy as np
from scipy import ndimage

from benchmarks.pictures.register import style
from benchmarks.pictures.scene import (
    camera,
    clouds,
    colored,
    grid,
    ink,
    lines,
    lit,
    rules,
    soft,
    write,
)

# Light.


@style("window at one side")
def window(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    angle = rng.uniform(0, 2 * np.pi)
    return lit(rng, scene, 0.7 + 0.35 * (x * np.cos(angle) + y * np.sin(angle)))


@style("window, near", "jpg", quality=70)
def window_near(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    angle = rng.uniform(0, 2 * np.pi)
    return lit(rng, scene, 0.15 + 0.85 * soft(x * np.cos(angle) + y * np.sin(angle), 0.35))


@style("dark corners")
def dark_corners(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    far = (x**2 + y**2) / (x**2 + y**2).max()
    return lit(rng, scene, 1 - rng.uniform(0.65, 0.9) * far ** rng.uniform(0.8, 1.6))


@style("lamp's spot")
def lamp(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    at, size = rng.uniform(-0.35, 0.35, 2), rng.uniform(0.45, 0.7)
    spot = np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * size**2))
    return lit(rng, scene, rng.uniform(0.15, 0.3) + 0.8 * spot)


@style("small lamp's spot", "jpg", quality=75)
def small_lamp(rng, digit):
    """The digit lies in the spot, or the light would not be there."""
    coverage = ink(rng, digit, part=(0.3, 0.5))
    scene = write(rng, coverage)
    y, x = grid(scene.shape)
    middle = ndimage.center_of_mass(coverage + 1e-9)
    at = [
        (m - n / 2) / (max(scene.shape) / 2) + rng.uniform(-0.1, 0.1)
        for m, n in zip(middle, scene.shape)
    ]
    spot = soft(rng.uniform(0.45, 0.6) - np.hypot(y - at[0], x - at[1]), rng.uniform(0.08, 0.15))
    return lit(rng, scene, rng.uniform(0.12, 0.25) + 0.75 * spot)


@style("hand's shadow")
def hand(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    angle, at = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
    edge = (
        x * np.cos(angle)
        + y * np.sin(angle)
        + 0.12 * np.sin(4 * (x * np.sin(angle) - y * np.cos(angle)))
    )
    return lit(rng, scene, 1 - rng.uniform(0.4, 0.7) * soft(edge - at, rng.uniform(0.01, 0.06)))


@style("hand's shadow, sharp", "jpg", quality=80)
def hand_sharp(rng, digit):
    """A round shadow, such as of a phone's corner or a head, in front of the lamp."""
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    at, size = rng.uniform(-0.8, 0.8, 2), rng.uniform(0.5, 0.9)
    return lit(
        rng, scene, 1 - rng.uniform(0.4, 0.65) * soft(size - np.hypot(y - at[0], x - at[1]), 0.012)
    )


@style("shadows of blinds")
def blinds(rng, digit):
    scene = write(rng, ink(rng, digit))
    stripes = lines(scene.shape, rng.uniform(10, 70), rng.uniform(70, 110), rng.uniform(25, 45))
    return lit(rng, scene, 1 - rng.uniform(0.25, 0.45) * ndimage.gaussian_filter(stripes, 5))


@style("glare")
def glare(rng, digit):
    scene = write(rng, ink(rng, digit), (0.6, 0.7), (0.05, 0.2))
    y, x = grid(scene.shape)
    at = rng.uniform(-0.7, 0.7, 2)
    return camera(rng, scene + 0.3 * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 0.08))


@style("chalk, dark corners")
def chalk_corners(rng, digit):
    scene = write(rng, ink(rng, digit), (0.3, 0.4), (0.85, 1))
    y, x = grid(scene.shape)
    far = (x**2 + y**2) / (x**2 + y**2).max()
    return lit(rng, scene, 1 - rng.uniform(0.5, 0.75) * far)


# What else is in the picture.


@style("ruled paper")
def ruled(rng, digit):
    scene = write(rng, ink(rng, digit), (0.85, 0.97), (0.05, 0.25))
    return camera(rng, scene * (1 - rules(rng, scene.shape)), 0.015)


@style("ruled, blue ink", "jpg", quality=85)
def ruled_blue(rng, digit):
    coverage = ink(rng, digit, pen=rng.uniform(0.07, 0.12))
    scene = colored(rng, coverage, (0.93, 0.93, 0.9), (0.15, 0.2, 0.55))
    blue = rules(rng, coverage.shape, dark=(0.3, 0.7))[..., None] * np.array([0.8, 0.5, 0.15])
    red = lines(
        coverage.shape, 90 + rng.uniform(-2, 2), 1e6, 2, rng.uniform(0.1, 0.3) * coverage.shape[1]
    )
    return scene * (1 - blue) * (1 - 0.5 * red[..., None] * np.array([0.1, 1, 1]))


@style("ruled, dark lines")
def ruled_dark(rng, digit):
    scene = write(rng, ink(rng, digit, pen=rng.uniform(0.09, 0.16)), (0.85, 0.97), (0.05, 0.2))
    return camera(
        rng, scene * (1 - rules(rng, scene.shape, dark=(0.75, 0.9), width=(1.5, 3))), 0.015
    )


@style("squared paper")
def squared(rng, digit):
    scene = write(rng, ink(rng, digit), (0.85, 0.97), (0.05, 0.25))
    return camera(rng, scene * (1 - rules(rng, scene.shape, both=True)), 0.015)


@style("squared, fine pen", "jpg", quality=85)
def squared_fine(rng, digit):
    scene = write(rng, ink(rng, digit, pen=rng.uniform(0.06, 0.1)), (0.85, 0.97), (0.1, 0.3))
    return camera(rng, scene * (1 - rules(rng, scene.shape, both=True)), 0.02)


@style("squared, in a shadow")
def squared_shadow(rng, digit):
    scene = write(rng, ink(rng, digit, pen=rng.uniform(0.09, 0.15)), (0.85, 0.97), (0.05, 0.2))
    y, x = grid(scene.shape)
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 - rng.uniform(0.3, 0.55) * soft(x * np.cos(angle) + y * np.sin(angle), 0.05)
    return lit(rng, scene * (1 - rules(rng, scene.shape, both=True)), light, 0.015)


@style("dotted paper")
def dotted(rng, digit):
    scene = write(rng, ink(rng, digit), (0.85, 0.97), (0.05, 0.25))
    spacing = rng.uniform(0.06, 0.1) * min(scene.shape)
    angle, wide = rng.uniform(-3, 3), rng.uniform(2, 4)
    dots = lines(scene.shape, angle, spacing, wide) * lines(scene.shape, angle + 90, spacing, wide)
    return camera(rng, scene * (1 - 0.5 * dots), 0.015)


@style("scanner's frame")
def scanner(rng, digit):
    scene = write(rng, ink(rng, digit, margin=0.14), (0.85, 0.97), (0.05, 0.25))
    sides = rng.random(4) < 0.75
    sides[rng.integers(4)] = True
    for side, there in enumerate(sides):
        if there:
            n = round(rng.uniform(0.015, 0.12) * min(scene.shape))
            np.rot90(scene, side)[:n] = rng.uniform(0, 0.12)
    return camera(rng, scene, 0.015)


@style("drawn frame")
def frame(rng, digit):
    scene = write(rng, ink(rng, digit, margin=0.15), (0.85, 0.97), (0.05, 0.25))
    edge, n = round(rng.uniform(0.01, 0.08) * min(scene.shape)), int(rng.integers(2, 6))
    inner = np.zeros(scene.shape, bool)
    inner[edge:-edge, edge:-edge] = True
    inner[edge + n : -edge - n, edge + n : -edge - n] = False
    scene[inner] = rng.uniform(0, 0.3)
    return camera(rng, scene)


def table(rng, digit, brightness, grain, sides):
    """A sheet that ends within the picture, and the table beside it."""
    scene = write(rng, ink(rng, digit, margin=0.22, part=(0.3, 0.5)), (0.85, 0.97), (0.05, 0.25))
    shape = scene.shape
    beside, y, x = np.zeros(shape, bool), *np.indices(shape, dtype=float)
    first = rng.integers(4)
    for i in range(sides):
        tilt, depth = np.tan(np.radians(rng.uniform(-6, 6))), rng.uniform(0.03, 0.17) * min(shape)
        along, across = [(x, y), (y, x), (x, shape[0] - y), (y, shape[1] - x)][(first + i) % 4]
        beside |= across < depth + tilt * (along - along.mean()) / 2
    wood = brightness + grain * clouds(rng, shape, 6) + grain * clouds(rng, shape, 50)
    return camera(rng, np.where(beside, wood, scene), 0.02)


@style("edge of a table")
def table_edge(rng, digit):
    return table(rng, digit, rng.uniform(0.15, 0.4), 0.04, int(rng.integers(1, 3)))


@style("sheet on a table", "jpg", quality=80)
def sheet_on_table(rng, digit):
    return table(rng, digit, rng.uniform(0.15, 0.45), 0.03, 4)


@style("edge of a light table")
def light_table(rng, digit):
    return table(rng, digit, rng.uniform(0.55, 0.65), 0.02, int(rng.integers(1, 3)))


@style("black table")
def black_table(rng, digit):
    return table(rng, digit, rng.uniform(0.02, 0.1), 0.01, int(rng.integers(1, 4)))


@style("edge of a blackboard")
def board_edge(rng, digit):
    scene = table(rng, digit, rng.uniform(0.15, 0.3), 0.02, int(rng.integers(1, 3)))
    return 1 - scene


@style("punched holes")
def holes(rng, digit):
    scene = write(rng, ink(rng, digit, (480, 400), margin=0.15), (0.85, 0.97), (0.05, 0.25))
    y, x = np.indices(scene.shape, dtype=float)
    for row in (120, 360):
        scene = scene * (1 - 0.85 * soft(9 - np.hypot(y - row, x - 26), 0.7))
    return camera(rng, scene)


@style("crease")
def crease(rng, digit):
    scene = write(rng, ink(rng, digit))
    y, x = grid(scene.shape)
    angle, at = rng.uniform(0, np.pi), rng.uniform(-0.4, 0.4)
    distance = x * np.cos(angle) + y * np.sin(angle) - at
    light = 1 - 0.15 * soft(distance, 0.01) - 0.25 * np.exp(-((distance / 0.008) ** 2))
    return lit(rng, scene, light)


@style("print on the back")
def show_through(rng, digit):
    scene = write(rng, ink(rng, digit), (0.85, 0.95), (0.05, 0.2))
    text = lines(scene.shape, 0, 26, 12) * (clouds(rng, scene.shape, 5) > 0)
    return camera(rng, scene * (1 - 0.16 * ndimage.gaussian_filter(text, 1.5)), 0.015)
