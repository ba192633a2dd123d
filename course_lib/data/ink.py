"""Find the digit in a photograph: what is paper, what is ink, and what is neither.

Ink is darker than the paper near it (chalk: lighter than the board). How dark it must be, and which
of the two is the lighter one, differs from picture to picture, so a few ways to cut ink from paper
are tried, and the one that leaves the best drawn shape is taken.
"""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from course_lib.data.rules import without_rules

STROKE = 0.25  # of the shorter side of a picture; no pen draws a stroke as wide
WHOLE = 2.0  # of the shorter side: the paper is then as bright as the brightest pixel
LEAST_WINDOW = 15  # pixels; a digit that was cut out and made small has strokes of up to 10
LEAST_SIZE = 3  # pixels
LEAST_CONTRAST = 0.06  # between paper and ink, of the whole range from black to white
DUST = 0.05  # of the ink of the largest spot; what has less is dirt, not a stroke of its own
SMALLEST = 0.04  # of the shorter side of a picture; what is smaller is no digit
NEAR = 0.25  # of the size of the largest stroke; what lies farther away is not of the same digit
FAT = 0.4  # width of a stroke by the size of the digit; in MNIST 99 of 100 digits have less
PALE = 0.2  # of the ink of the digit; what has less is paper
CORNERS = np.ones((3, 3))  # pixels belong together where their corners touch


class Found(NamedTuple):
    """A digit in a picture; arrays have the picture's shape (H, W)."""

    score: float  # how much it looks like writing
    part: np.ndarray  # bool: the pixels of the digit
    ink: np.ndarray  # from 0 to 1: how much darker than paper each pixel of the picture is
    rules: np.ndarray  # bool: rules and squares of the paper
    others: int  # how many other things as large as a digit there are
    share: float  # of the digit, of all ink that could be a digit's
    softness: float  # pixels from paper to ink at its edge, as a share of its size

    def density(self):
        """How much ink the pixels of the digit's box hold, 0 to 1, soft at the edges of strokes."""
        around = ndimage.binary_dilation(self.part, CORNERS) & ~self.rules | self.part
        density = self.ink / np.percentile(self.ink[self.part], 80)
        density = np.where(around & (density > PALE), density, 0).clip(0, 1)
        return density[box_of(density > 0)]


def find_digit(gray):
    """The most digit-like shape in a picture, or None if nothing stands out from the paper.

    Parameters
    ----------
    gray : ndarray of float, shape (H, W)
        Brightness, from 0 black to 1 white.

    Returns
    -------
    Found or None
    """
    for window in (STROKE, WHOLE):  # what is wider than any stroke is looked for last
        found = max(candidates(gray, window), key=lambda found: found.score, default=None)
        if found:
            return found
    return None


def candidates(gray, window):
    """All that could be the digit: of dark and of light ink, at three thresholds each.

    ``window``: how wide a stroke can be, as a share of the shorter side of the picture.
    """
    size = max(LEAST_WINDOW, round(window * min(gray.shape)) | 1)
    steepness = ndimage.gaussian_gradient_magnitude(gray, 1)
    smooth = ndimage.median_filter(gray, 3) if min(gray.shape) >= 64 else gray
    for light_ink in (False, True):
        ink = (lighter_than_board if light_ink else darker_than_paper)(gray, smooth, size)
        for level in thresholds(ink):
            mask = ink > level
            plain = without_rules(mask)
            for shape in (plain, mask):  # rules may be all there is: a 1 that fills the picture
                part, others, share = digit_part(shape, ink)
                if size_of(part) >= LEAST_SIZE and np.median(ink[part]) >= LEAST_CONTRAST:
                    edge = steepness_of_edge(part, steepness)
                    yield Found(likeness_to_writing(part, gray, edge), part, ink, mask & ~plain,
                                others, share, softness(part, gray, edge))
                    break


def darker_than_paper(gray, smooth, size):
    """How much darker each pixel is than the paper near it, from 0 to 1.

    Less light takes the same share from paper and ink, hence a share of the paper's brightness.
    """
    return (1 - gray / np.maximum(paper_nearby(smooth, size), 0.02)).clip(0, 1)


def lighter_than_board(gray, smooth, size):
    """How much lighter each pixel is than the board near it, from 0 to 1."""
    return (gray - (1 - paper_nearby(1 - smooth, size))).clip(0, 1)


def paper_nearby(smooth, size):
    """What the brightness of each pixel would be without dark ink on it.

    A closing (of each neighborhood the brightest value, and of these the darkest nearby) wipes out
    whatever is narrower than its window, so it wipes out strokes. It leaves light and shadow, even
    a shadow with a sharp edge. Noise must be taken out before, or it would collect the extremes.
    Beyond its edge the picture counts as bright as it gets: a dark strip along it is not paper.
    """
    return ndimage.grey_closing(smooth, (size, size), mode="constant", cval=smooth.max())


def thresholds(ink):
    """Three levels above which a pixel may count as ink.

    Otsu's divides paper from ink where there is nothing else. A lower one keeps pale strokes
    beside a black frame, a higher one leaves out rules and shadows.
    """
    middle = otsu_threshold(ink)
    return 0.5 * middle, 0.8 * middle, otsu_threshold(ink[ink > middle]) if middle < 1 else middle


def digit_part(mask, ink):
    """The spots of ink that make up the digit, how many other digits there may be, and its share.

    Ink that touches the border of the picture is a frame, a table or a shadow, unless it is all
    there is. The largest spot inside is the digit, with all that is near and more than dust.
    """
    spots, n = ndimage.label(mask, CORNERS)
    if not n:
        return mask, 0, 0.0
    boxes = ndimage.find_objects(spots)
    amounts = ndimage.sum(ink, spots, range(1, n + 1))
    sizes = np.array([max(side.stop - side.start for side in box) for box in boxes])
    inside = np.ones(n + 1, bool)
    inside[np.concatenate([spots[0], spots[-1], spots[:, 0], spots[:, -1]])] = False
    fit = inside[1:] & (sizes >= max(3, SMALLEST * min(mask.shape)))
    if not fit.any():
        fit = sizes >= 0
    main = np.argmax(np.where(fit, amounts, 0))
    large = np.flatnonzero(fit & (amounts >= DUST * amounts[main]))
    near = {i for i in large if distance(boxes[main], boxes[i]) <= NEAR * sizes[main]}
    near -= {i for i in large if beside(boxes[main], boxes[i])}
    keep = sorted({main, *near})
    others = [i for i in large if i not in keep and sizes[i] > 0.6 * sizes[main]]
    part = np.isin(spots, np.array(keep) + 1)
    total = amounts[fit | inside[1:]].sum()
    return part, len(others), float(amounts[keep].sum() / total)


def distance(box, other):
    """Pixels between two boxes, along the axis along which they are farther apart."""
    return max(max(a.start - b.stop, b.start - a.stop) for a, b in zip(box, other))


def beside(box, other):
    """Whether a box is next to another and about as tall: a digit of its own, not a stroke."""
    tall, its_tall = (rows.stop - rows.start for rows, _ in (box, other))
    return (distance(box[1:], other[1:]) >= 0 > distance(box[:1], other[:1])
            and its_tall > 0.6 * tall)


def steepness_of_edge(part, steepness):
    """Change of brightness by pixel on the outline of a shape, the mean; holes do not count."""
    box = box_of(part)
    whole = ndimage.binary_fill_holes(part[box])
    return steepness[box][whole & ~ndimage.binary_erosion(whole, CORNERS)].mean()


def softness(part, gray, edge):
    """Over how many pixels paper becomes ink, as a share of the size of the shape."""
    darkest, lightest = np.percentile(gray[box_of(part)], [5, 95])
    return (lightest - darkest) / max(edge, 1e-9) / size_of(part)


def likeness_to_writing(part, gray, edge):
    """How much a shape looks like something that was drawn, as a number to compare.

    A pen leaves a steep edge, where shadows and spots of light are soft. It goes around things, so
    that seen from outside there is paper on all sides; the white in a loop of an 8 has ink around
    it and then the same white again. It draws strokes, which are narrow. And it stays inside.
    """
    outside = 0.6 if touches_border(part) else 1
    return (edge * size_of(part) ** 0.5 * isolation(part, gray)
            * outside / (1 + (fatness(part) / FAT) ** 4))


def isolation(part, gray):
    """Share of the surroundings that clearly differs from a shape, all in one direction."""
    room = round(0.25 * size_of(part))
    (top, bottom), (left, right) = (
        (max(0, side.start - room), min(n, side.stop + room) - 1)
        for side, n in zip(box_of(part), gray.shape))
    around = np.concatenate([gray[[top, bottom], left : right + 1].ravel(),
                             gray[top : bottom + 1, [left, right]].ravel()])
    away = around - np.median(gray[part])
    away *= np.sign(np.median(away))
    return (away > np.percentile(np.abs(away), 75) / 2).mean()


def fatness(part):
    """The width of the widest stroke by the size of the shape; near 1 for a disk or a square."""
    depth = ndimage.distance_transform_edt(np.pad(part[box_of(part)], 1))
    return 2 * depth.max() / size_of(part)


def box_of(part):
    """The smallest box that holds a shape, as two slices."""
    return ndimage.find_objects(part.astype(np.uint8))[0]


def size_of(part):
    """The longer side of the box of a shape; 0 if it is empty."""
    return max(side.stop - side.start for side in box_of(part)) if part.any() else 0


def touches_border(part):
    """Whether a shape has pixels at the edge of the picture."""
    return any(line.any() for line in (part[0], part[-1], part[:, 0], part[:, -1]))


def cut_out_closely(part):
    """Whether a shape reaches three or four edges of the picture, and covers little of them.

    So does a digit that was cut out; the edge of a table, a dark corner, a frame do not.
    """
    edges = (part[0], part[-1], part[:, 0], part[:, -1])
    reached = sum(edge.any() for edge in edges)
    return reached >= 3 and np.concatenate(edges).mean() < 0.3


def otsu_threshold(values):
    """The value that best divides numbers from 0 to 1 into two classes, small and large.

    It makes the variance between the classes as large as possible: their means lie far apart, and
    neither of them is nearly empty. Otsu (1979), *A threshold
    selection method from gray-level histograms*.

    >>> round(float(otsu_threshold(np.array([0.0, 0.1, 0.1, 0.8, 0.9]))), 2)
    0.45
    """
    counts, edges = np.histogram(values, bins=256, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts)[:-1], np.cumsum(counts * middles)[:-1]
    above, all_sums = counts.sum() - below, (counts * middles).sum()
    with np.errstate(invalid="ignore", divide="ignore"):  # classes without a member
        between = np.nan_to_num(below * above * (sums / below - (all_sums - sums) / above) ** 2)
    # Any cut in the gap between the classes is as good as another; the middle one is the safest.
    return edges[1:-1][between >= between.max() * (1 - 1e-9)].mean()
