"""Styles of files, pens, papers, sizes."""

import numpy as np
from PIL import Image
from scipy import ndimage

from benchmarks.pictures.register import style
from benchmarks.pictures.scene import (
    camera,
    clouds,
    colored,
    grid,
    ink,
    to_picture,
    write,
)

# Files.


@style("as in MNIST")
def as_in_mnist(rng, digit):
    return digit / 255


@style("MNIST, dark on light")
def mnist_inverted(rng, digit):
    return 1 - digit / 255


@style("very small")
def very_small(rng, digit):
    n = int(rng.integers(14, 22))
    return to_picture(1 - digit / 255).resize((n, n), Image.Resampling.LANCZOS)


@style("clean scan")
def clean_scan(rng, digit):
    return write(rng, ink(rng, digit), paper=(0.97, 1), pen=(0, 0.1))


@style("large, 12 megapixels", "jpg", quality=88)
def large(rng, digit):
    scene = camera(rng, write(rng, ink(rng, digit, (600, 800))), 0.02)
    return to_picture(scene).resize((4000, 3000), Image.Resampling.BICUBIC)


@style("palette, GIF", "gif")
def palette(rng, digit):
    return to_picture(write(rng, ink(rng, digit))).convert("P")


@style("16 bits")
def sixteen_bits(rng, digit):
    scene = camera(rng, write(rng, ink(rng, digit)))
    return Image.fromarray(np.rint(scene * rng.uniform(4000, 65535)).astype(np.uint16))


@style("floating point, TIFF", "tif")
def floating(rng, digit):
    return Image.fromarray((camera(rng, write(rng, ink(rng, digit))) * 3).astype(np.float32))


@style("CMYK", "jpg", quality=85)
def cmyk(rng, digit):
    return to_picture(camera(rng, write(rng, ink(rng, digit)))).convert("CMYK")


@style("black and white only")
def one_bit(rng, digit):
    return to_picture(write(rng, ink(rng, digit)) > 0.5).convert("1")


@style("black ink, transparent")
def black_on_nothing(rng, digit):
    alpha = to_picture(ink(rng, digit))
    return Image.merge("LA", (Image.new("L", alpha.size, int(rng.integers(0, 60))), alpha))


@style("white ink, transparent")
def white_on_nothing(rng, digit):
    alpha = to_picture(ink(rng, digit))
    white = Image.new("L", alpha.size, int(rng.integers(235, 256)))
    return Image.merge("RGBA", (white, white, white, alpha))


SIDEWAYS = Image.Exif()
SIDEWAYS[0x0112] = 6  # to be turned by 90 degrees to the right


@style("held sideways, EXIF", "jpg", quality=90, exif=SIDEWAYS)
def sideways(rng, digit):
    return np.rot90(camera(rng, write(rng, ink(rng, digit))))


@style("JPEG of low quality", "jpg", quality=8)
def bad_jpeg(rng, digit):
    return camera(rng, write(rng, ink(rng, digit)), 0.03)


# Pens, paper, boards.


@style("fine pen")
def fine_pen(rng, digit):
    return camera(rng, write(rng, ink(rng, digit, pen=rng.uniform(0.03, 0.06))), 0.015, 0.5)


@style("ballpoint")
def ballpoint(rng, digit):
    coverage = ink(rng, digit, pen=rng.uniform(0.06, 0.1))
    return camera(rng, write(rng, coverage, pen=(0.15, 0.35), grain=0.5))


@style("marker")
def marker(rng, digit):
    return camera(rng, write(rng, ink(rng, digit, pen=rng.uniform(0.18, 0.26))))


@style("pencil")
def pencil(rng, digit):
    coverage = ink(rng, digit, pen=rng.uniform(0.06, 0.12))
    return camera(rng, write(rng, coverage, paper=(0.85, 0.95), pen=(0.4, 0.55), grain=0.7))


@style("blue ink")
def blue_ink(rng, digit):
    return colored(
        rng, ink(rng, digit, pen=rng.uniform(0.08, 0.14)), (0.92, 0.92, 0.9), (0.15, 0.25, 0.7)
    )


@style("red ink, yellow paper", "jpg")
def red_on_yellow(rng, digit):
    return colored(rng, ink(rng, digit), (0.95, 0.88, 0.45), (0.8, 0.15, 0.15))


@style("orange marker, pale")
def orange(rng, digit):
    return colored(
        rng, ink(rng, digit, pen=rng.uniform(0.14, 0.22)), (0.95, 0.95, 0.93), (1, 0.72, 0.3)
    )


@style("white on blue card")
def white_on_blue(rng, digit):
    return colored(rng, ink(rng, digit), (0.15, 0.25, 0.55), (0.92, 0.92, 0.92))


@style("chalk on a blackboard", "jpg", quality=80)
def chalk(rng, digit):
    coverage = ink(rng, digit, pen=rng.uniform(0.09, 0.16))
    scene = write(rng, coverage, (0.12, 0.22), (0.75, 0.95), grain=0.6)
    return camera(rng, scene + 0.05 * clouds(rng, scene.shape, 40).clip(0, 2), 0.03)


@style("chalk on a green board")
def green_board(rng, digit):
    coverage = ink(rng, digit, pen=rng.uniform(0.08, 0.14))
    coverage = coverage * (1 - 0.5 * rng.random(coverage.shape))
    y, x = grid(coverage.shape)
    scene = colored(rng, coverage, (0.15, 0.35, 0.25), (0.9, 0.9, 0.85), 0.03)
    return (
        scene * (1 + 0.35 * (x * rng.choice([-1, 1]) + y * rng.choice([-1, 1])))[..., None]
    ).clip(0, 1)


@style("rough brown paper")
def rough(rng, digit):
    scene = write(rng, ink(rng, digit), (0.5, 0.65), (0.08, 0.2))
    shape = scene.shape
    return camera(
        rng, scene * (1 + 0.05 * clouds(rng, shape, 3) + 0.05 * clouds(rng, shape, 30)), 0.03
    )


@style("faint")
def faint(rng, digit):
    return camera(rng, write(rng, ink(rng, digit), (0.8, 0.85), (0.6, 0.67)), 0.012)


@style("noisy")
def noisy(rng, digit):
    return camera(rng, write(rng, ink(rng, digit), pen=(0.1, 0.3)), 0.12, 0.5)


@style("specks")
def specks(rng, digit):
    scene = write(rng, ink(rng, digit))
    scene[rng.random(scene.shape) < 0.004] = 0.1
    scene[rng.random(scene.shape) < 0.004] = 1
    return camera(rng, scene)


@style("out of focus")
def out_of_focus(rng, digit):
    scene = write(rng, ink(rng, digit))
    return camera(rng, scene, 0.02, 0.012 * min(scene.shape))


@style("shaken camera", "jpg")
def shaken(rng, digit):
    scene = write(rng, ink(rng, digit))
    return camera(
        rng, ndimage.uniform_filter1d(scene, round(0.04 * min(scene.shape)), axis=rng.integers(2))
    )


# Place and size.


@style("small on the sheet")
def small(rng, digit):
    return camera(rng, write(rng, ink(rng, digit, (600, 700), part=(0.07, 0.12))))


@style("in a corner")
def in_a_corner(rng, digit):
    place = rng.choice([0.0, 1.0], 2)
    return camera(rng, write(rng, ink(rng, digit, part=(0.2, 0.3), margin=0.03, place=place)))


@style("fills the frame")
def fills(rng, digit):
    side = int(rng.integers(200, 400))
    return camera(rng, write(rng, ink(rng, digit, (side, side), (0.88, 0.95), margin=0.02, turn=0)))


@style("cut out closely")
def cut_out(rng, digit):
    sheet = ink(rng, digit, (400, 400), (0.6, 0.8))
    rows, columns = (np.flatnonzero((sheet > 0.1).any(axis=axis)) for axis in (1, 0))
    return camera(rng, write(rng, sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]))


@style("turned")
def turned(rng, digit):
    return camera(rng, write(rng, ink(rng, digit, turn=15)))


@style("wide panorama")
def panorama(rng, digit):
    return camera(rng, write(rng, ink(rng, digit, (150, 900), part=(0.5, 0.8))))
