"""Right answers and typical mistakes for ps09-ensembles; `answers.read_bank` explains the form."""

WARP_LOOPS = '''
def affine_warp(images, matrix, offset):
    m, height, width, channels = images.shape
    warped = np.zeros((m, height, width, channels))
    for row in range(height):
        for column in range(width):
            y, x = matrix @ np.array([row, column]) + offset
            top, left = int(np.floor(y)), int(np.floor(x))
            f, g = y - top, x - left
            for r, c, share in [(top, left, (1 - f) * (1 - g)), (top, left + 1, (1 - f) * g),
                                (top + 1, left, f * (1 - g)), (top + 1, left + 1, f * g)]:
                if 0 <= r < height and 0 <= c < width:
                    warped[:, row, column] += share * images[:, r, c]
    return warped
'''

VOTE_LOOPS = '''
def vote(predictions, probabilities):
    result = []
    for i in range(predictions.shape[1]):
        counts = np.bincount(predictions[:, i], minlength=probabilities.shape[2])
        mean = probabilities[:, i].mean(axis=0)
        tied = np.flatnonzero(counts == counts.max())
        result.append(tied[np.argmax(mean[tied])])
    return np.array(result)
'''

# The reference without its last step, which only rounding makes necessary.
UNCUT = ("return max(0.0, low), min(1.0, high)", "return low, high")

BOOTSTRAP = '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    m = len(correct_a)
    differences = []
    for _ in range(n_resamples):
        drawn = rng.choice(m, size=m)
        differences.append(correct_a[drawn].mean() - correct_b[drawn].mean())
    low, high = np.percentile(differences, [2.5, 97.5])
    return low, high
'''


def changed(source, *edits):
    """Return a source with edits (old, new), each of which fits exactly once."""
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


BANK = {
    "task-1": {
        "right": {
            "with four loops": WARP_LOOPS,
            "by scipy": '''
from scipy import ndimage


def affine_warp(images, matrix, offset):
    warped = np.empty_like(images, order="F")
    for i in range(images.shape[0]):
        for c in range(images.shape[3]):
            warped[i, :, :, c] = ndimage.affine_transform(
                images[i, :, :, c], matrix, offset, order=1, mode="grid-constant", cval=0.0)
    return warped
''',
            "on padded images, with a view as the result": '''
def affine_warp(images, matrix, offset):
    m, h, w, c = images.shape
    padded = np.zeros((c, m, h + 3, w + 3))
    padded[:, :, 1:-2, 1:-2] = np.moveaxis(images, 3, 0)
    r, q = np.meshgrid(np.arange(h), np.arange(w), indexing="ij")
    y = np.clip(matrix[0][0] * r + matrix[0][1] * q + offset[0], -1, h) + 1
    x = np.clip(matrix[1][0] * r + matrix[1][1] * q + offset[1], -1, w) + 1
    t, s = y.astype(int), x.astype(int)
    f, g = y - t, x - s
    upper = padded[:, :, t, s] * (1 - g) + padded[:, :, t, s + 1] * g
    lower = padded[:, :, t + 1, s] * (1 - g) + padded[:, :, t + 1, s + 1] * g
    return np.moveaxis(upper * (1 - f) + lower * f, 0, 3)
''',
            "as one large matrix of tents": '''
def tent(distance):
    return np.clip(1 - np.abs(distance), 0, None)


def affine_warp(images, matrix, offset):
    m, h, w, c = images.shape
    out = np.stack(np.meshgrid(range(h), range(w), indexing="ij"), axis=-1).reshape(-1, 2)
    places = out @ matrix.T + offset
    rows = tent(places[:, :1] - np.arange(h))
    columns = tent(places[:, 1:] - np.arange(w))
    big = (rows[:, :, None] * columns[:, None, :]).reshape(h * w, h * w)
    return np.stack([(big @ image.reshape(h * w, c)).reshape(h, w, c) for image in images])
''',
            "with a weight for each pixel, by a generator": '''
def corners(place):
    below = math.floor(place)
    yield below, 1 - (place - below)
    yield below + 1, place - below


def affine_warp(images, matrix, offset):
    warped, (height, width) = np.zeros(images.shape), images.shape[1:3]
    for r, c in np.ndindex(height, width):
        row, column = (float(v) for v in np.dot(matrix, (r, c)) + offset)
        for i, f in corners(row):
            for j, g in corners(column):
                if i in range(height) and j in range(width):
                    warped[:, r, c] = warped[:, r, c] + f * g * images[:, i, j]
    return warped
''',
        },
        "wrong": {
            "subtracts the offset": ("not the reverse", ("places + offset", "places - offset")),
            "nearest pixel": ("do not take the nearest pixel", '''
def affine_warp(images, matrix, offset):
    m, height, width, channels = images.shape
    warped = np.zeros(images.shape)
    for r in range(height):
        for c in range(width):
            y, x = np.floor(matrix @ [r, c] + offset + 0.5).astype(int)
            if 0 <= y < height and 0 <= x < width:
                warped[:, r, c] = images[:, y, x]
    return warped
'''),
            "repeats the border": ("do not repeat the pixels of the border",
                ("weight * inside", "weight")),
            "no blending at the border": (
                "a neighbor that is inside still counts",
                ("    return warped", ("    inside = (rows >= 0) & (rows <= height - 1) & (columns >= 0)"
                 " & (columns <= width - 1)\n    return warped * inside[:, :, np.newaxis]"))),
            "wraps around": (
                "must not come back in on the other side",
                ("np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)", "r % height, c % width"),
                ("weight * inside", "weight")),
            "index -1 is taken": ("must not come back in on the other side", changed(
                WARP_LOOPS, ("if 0 <= r < height and 0 <= c < width", "if r < height and c < width"))),
            "rows and columns exchanged": ("The first coordinate is the row", (
                "rows, columns = places + offset[:, np.newaxis, np.newaxis]",
                "columns, rows = places[::-1] + offset[:, np.newaxis, np.newaxis]")),
            "x before y everywhere": ("The first coordinate is the row", changed(
                WARP_LOOPS, ("y, x = matrix @ np.array([row, column])",
                             "x, y = matrix @ np.array([column, row])"))),
            "weights exchanged": ("The nearer pixel gets the larger weight", changed(
                WARP_LOOPS, ("f, g = y - top, x - left", "f, g = y - top, 1 - (x - left)"))),
            "matrix transposed": ("yours is transposed", ('"ij,jrc->irc"', '"ji,jrc->irc"')),
            "matrix inverted": ("not the reverse", (
                "rows, columns = places + offset[:, np.newaxis, np.newaxis]",
                ("rows, columns = np.einsum('ij,jrc->irc', np.linalg.inv(matrix),"
                " np.indices((height, width)) - offset[:, None, None])"))),
            "about the middle": ("not the middle of the image", changed(
                WARP_LOOPS, ("np.array([row, column]) + offset",
                             ("(np.array([row, column]) - np.array([height - 1, width - 1]) / 2)"
                             " + offset + np.array([height - 1, width - 1]) / 2")))),
            "int in place of floor": ("Round down with floor", changed(
                WARP_LOOPS, ("int(np.floor(y)), int(np.floor(x))", "int(y), int(x)"))),
            "first channel only": ("you give the first one to all", (
                "    return warped", "    return np.repeat(warped[..., :1], images.shape[3], axis=3)")),
            "first image only": ("you give the first one to all", (
                "    return warped", "    return np.repeat(warped[:1], len(images), axis=0)")),
            "square images only": ("of shape", '''
def affine_warp(images, matrix, offset):
    size = images.shape[1]
    warped = np.zeros((len(images), size, size, images.shape[3]))
    for i in range(size):
        for j in range(size):
            y, x = matrix @ [i, j] + offset
            t, s = int(np.floor(y)), int(np.floor(x))
            for r in (t, t + 1):
                for c in (s, s + 1):
                    if 0 <= r < size and 0 <= c < size:
                        warped[:, i, j] += (1 - abs(y - r)) * (1 - abs(x - c)) * images[:, r, c]
    return warped
'''),
            "writes into the images": ("affine_warp changed its argument images in place", changed(
                WARP_LOOPS, ("    return warped", "    images[:] = warped\n    return images"))),
            "clips the place into the image": ("do not repeat the pixels of the border", (
                "    top, left =", ("    rows, columns = np.clip(rows, 0, height - 1),"
                " np.clip(columns, 0, width - 1)\n    top, left ="))),
            "keeps pixels between 0 and 1": ("Pixels may be larger than 1", (
                "    return warped", "    return np.clip(warped, 0, 1)")),
            "no negative pixels": ("Pixels may be negative", (
                "    return warped", "    return np.maximum(warped, 0)")),
            "stops when one place is far outside": ("raised IndexError", '''
def affine_warp(images, matrix, offset):
    m, height, width, channels = images.shape
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    warped = np.zeros(images.shape)
    for r in range(height):
        for c in range(width):
            y, x = matrix @ [r, c] + offset
            t, s = int(np.floor(y)), int(np.floor(x))
            f, g = y - t, x - s
            four = padded[:, t + 2:t + 4, s + 2:s + 4]
            warped[:, r, c] = ((1 - f) * ((1 - g) * four[:, 0, 0] + g * four[:, 0, 1])
                               + f * ((1 - g) * four[:, 1, 0] + g * four[:, 1, 1]))
    return warped
'''),
            "float32": ("Expected an array of float64", (
                "    return warped", "    return warped.astype(np.float32)")),
            "adds the offset to the output place": ("not to (row, column) before", changed(
                WARP_LOOPS, ("matrix @ np.array([row, column]) + offset",
                             "matrix @ (np.array([row, column]) + offset)"))),
            "from the input to the output": ("not the reverse", changed(
                WARP_LOOPS, ("matrix @ np.array([row, column]) + offset",
                             "matrix @ np.array([row, column]) - offset"))),
            "places kept from the first call of a shape": ("is wrong", '''
kept = {}


def affine_warp(images, matrix, offset):
    height, width = images.shape[1:3]
    if (height, width) not in kept:
        places = np.einsum("ij,jrc->irc", matrix, np.indices((height, width)))
        kept[height, width] = places + offset[:, np.newaxis, np.newaxis]
    rows, columns = kept[height, width]
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    warped = np.zeros(images.shape)
    for r in (top, top + 1):
        for c in (left, left + 1):
            weight = (1 - np.abs(rows - r)) * (1 - np.abs(columns - c))
            inside = (r >= 0) & (r < height) & (c >= 0) & (c < width)
            pixels = images[:, np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)]
            warped += (weight * inside)[:, :, np.newaxis] * pixels
    return warped
'''),
            "one image for the result of every call": ("what an earlier call returned", '''
kept = {}


def affine_warp(images, matrix, offset):
    from scipy import ndimage

    warped = kept.setdefault(images.shape, np.zeros(images.shape))
    for i, c in np.ndindex(len(images), images.shape[3]):
        warped[i, :, :, c] = ndimage.affine_transform(
            images[i, :, :, c], matrix, offset, order=1, mode="grid-constant", cval=0.0)
    return warped
'''),
            "offset in place": ("changed its argument offset in place", (
                "    top, left =", "    offset -= 1e-3\n    top, left =")),
            "rounds up at whole places": ("is wrong", changed(
                WARP_LOOPS, ("int(np.floor(y)), int(np.floor(x))", "int(np.ceil(y)), int(np.ceil(x))"))),
            "paper is 1": ("is wrong", (
                "    return warped", "    return np.where(warped == 0, 1.0, warped)")),
            "by spline": ("is wrong", '''
def affine_warp(images, matrix, offset):
    from scipy import ndimage

    return np.stack([np.stack([
        ndimage.affine_transform(image[:, :, c], matrix, offset, order=3, mode="grid-constant")
        for c in range(images.shape[3])], axis=-1) for image in images])
'''),
            "no offset": ("Add the offset.", ("places + offset[:, np.newaxis, np.newaxis]", "places")),
        },
    },
    "task-2": {
        "right": {
            "image by image": VOTE_LOOPS,
            "voices plus half the mean": '''
def vote(predictions, probabilities):
    one_hot = np.eye(probabilities.shape[-1])[predictions]
    return (one_hot.sum(0) + 0.5 * probabilities.mean(0)).argmax(-1).astype(np.int32)
''',
            "by sorting with a key": '''
from collections import Counter


def vote(predictions, probabilities):
    winners = np.empty(predictions.shape[1], dtype=np.uint8)
    totals = np.add.reduce(probabilities, axis=0)
    for i, column in enumerate(predictions.T.tolist()):
        counter = Counter(column)
        winners[i] = sorted(counter, key=lambda c: (-counter[c], -totals[i, c]))[0]
    return winners
''',
            "in lexicographic order": '''
def vote(predictions, probabilities):
    k, m, n_classes = probabilities.shape
    counts = np.zeros((m, n_classes), dtype=int)
    for row in predictions:
        counts[np.arange(m), row] += 1
    order = np.lexsort((np.einsum("kmc->mc", probabilities), counts), axis=-1)
    return order[:, -1]
''',
            "sums, and minus infinity for the others": '''
def vote(predictions, probabilities):
    voices = np.apply_along_axis(np.bincount, 0, predictions, minlength=probabilities.shape[2]).T
    chances = np.sum(probabilities, axis=0)
    chances[voices < voices.max(axis=1)[:, None]] = -np.inf
    return chances.argmax(axis=1)
''',
        },
        "wrong": {
            "averages only": ("The voices decide", '''
def vote(predictions, probabilities):
    return probabilities.mean(axis=0).argmax(axis=1)
'''),
            "ties to the smallest label": ("not to the smallest label", '''
def vote(predictions, probabilities):
    n_classes = probabilities.shape[2]
    return np.array([np.bincount(p, minlength=n_classes).argmax() for p in predictions.T])
'''),
            "a tie among all classes": ("Choose only among the classes with the most voices",
                changed(
                VOTE_LOOPS, ("tied[np.argmax(mean[tied])]",
                             "tied[0] if len(tied) == 1 else np.argmax(mean)"))),
            "compares two classes only": ("More than two classes", '''
def vote(predictions, probabilities):
    result = []
    for i in range(predictions.shape[1]):
        counts = np.bincount(predictions[:, i], minlength=probabilities.shape[2])
        first, second = np.argsort(-counts, kind="stable")[:2]
        mean = probabilities[:, i].mean(axis=0)
        tie = counts[first] == counts[second]
        result.append(second if tie and mean[second] > mean[first] else first)
    return np.array(result)
'''),
            "median probability": ("not their median", changed(
                VOTE_LOOPS, ("probabilities[:, i].mean(axis=0)", "np.median(probabilities[:, i], axis=0)"))),
            "largest label": ("not for the largest class", '''
def vote(predictions, probabilities):
    return predictions.max(axis=0)
'''),
            "mean of its own voters": ("not only over those that voted for the class", '''
def vote(predictions, probabilities):
    result = []
    for i in range(predictions.shape[1]):
        counts = np.bincount(predictions[:, i], minlength=probabilities.shape[2])
        tied = np.flatnonzero(counts == counts.max())
        means = [probabilities[predictions[:, i] == c, i, c].mean() for c in tied]
        result.append(tied[np.argmax(means)])
    return np.array(result)
'''),
            "largest single probability": ("not the largest one", changed(
                VOTE_LOOPS, (".mean(axis=0)", ".max(axis=0)"))),
            "median label": ("the middle of several", '''
def vote(predictions, probabilities):
    return np.median(predictions, axis=0).astype(int)
'''),
            "votes over the images": ("voted is wrong", '''
def vote(predictions, probabilities):
    n_classes = probabilities.shape[2]
    return np.array([np.bincount(p, minlength=n_classes).argmax() for p in predictions])
'''),
            "ten classes always": ("raised", changed(
                VOTE_LOOPS, ("counts = np.bincount(predictions[:, i], minlength=probabilities.shape[2])",
                             "counts = np.zeros(10)\n        np.add.at(counts, predictions[:, i], 1)"))),
            "more voices than half are needed": (
                "Choose only among the classes with the most voices", changed(
                VOTE_LOOPS, ("tied = np.flatnonzero(counts == counts.max())",
                             ("tied = np.flatnonzero(counts == counts.max())\n"
                             "        if 2 * counts.max() <= len(predictions):\n"
                             "            tied = np.arange(len(counts))")))),
            "a winner needs some probability": ("The voices decide, however small", '''
def vote(predictions, probabilities):
    n_classes = probabilities.shape[2]
    counts = (predictions[:, :, None] == np.arange(n_classes)).sum(axis=0)
    most = counts == counts.max(axis=1, keepdims=True)
    return (most * probabilities.mean(axis=0)).argmax(axis=1)
'''),
            "ties to the last": ("not to the largest label", changed(
                VOTE_LOOPS, ("tied[np.argmax(mean[tied])]", "tied[-1]"))),
            "least likely of the tied": ("not to the smallest.", changed(
                VOTE_LOOPS, ("np.argmax(mean[tied])", "np.argmin(mean[tied])"))),
            "place in the list of the tied": ("not yet a class", changed(
                VOTE_LOOPS, ("tied[np.argmax(mean[tied])]", "np.argmax(mean[tied])"))),
            "a list": ("got a list of length 6", changed(
                VOTE_LOOPS, ("return np.array(result)", "return [int(c) for c in result]"))),
            "floats": ("Expected an array of int64", changed(
                VOTE_LOOPS, ("np.array(result)", "np.array(result, dtype=float)"))),
            "mean probability of the first image": ("you take those of the first", changed(
                VOTE_LOOPS, ("probabilities[:, i].mean", "probabilities[:, 0].mean"))),
            "ignores one voice among many": ("of all networks", changed(
                VOTE_LOOPS, ("predictions[:, i], minlength", "predictions[:3, i], minlength"))),
            "marks the probabilities": ("vote changed its argument probabilities in place", '''
def vote(predictions, probabilities):
    for i, row in enumerate(predictions):
        probabilities[i, np.arange(len(row)), row] += 1
    return probabilities.sum(axis=0).argmax(axis=1)
'''),
            "every voice plus its probabilities": ("Count voices first", '''
def vote(predictions, probabilities):
    one_hot = np.eye(probabilities.shape[-1])[predictions]
    return (one_hot + probabilities).sum(axis=0).argmax(axis=1)
'''),
            "product of the probabilities": ("not their product", changed(
                VOTE_LOOPS, (".mean(axis=0)", ".prod(axis=0)"))),
            "mean of the logarithms": ("not their product", changed(
                VOTE_LOOPS, ("probabilities[:, i].mean(axis=0)",
                             "np.log(probabilities[:, i] + 1e-300).mean(axis=0)"))),
            "the class named first": ("named first", '''
from collections import Counter


def vote(predictions, probabilities):
    return np.array([Counter(column).most_common(1)[0][0] for column in predictions.T.tolist()])
'''),
            "the first network decides": ("not the first one's", changed(
                VOTE_LOOPS, ("probabilities[:, i].mean(axis=0)", "probabilities[0, i]"))),
            "a tie at random": ("is wrong", changed(
                VOTE_LOOPS, ("tied[np.argmax(mean[tied])]", "np.random.default_rng(1).choice(tied)"))),
            "mean label": ("the mean of several", '''
def vote(predictions, probabilities):
    return np.rint(predictions.mean(axis=0)).astype(int)
'''),
            "shares of voices plus probabilities": ("voted", '''
def vote(predictions, probabilities):
    one_hot = np.eye(probabilities.shape[-1])[predictions]
    return (one_hot.mean(axis=0) + probabilities.mean(axis=0)).argmax(axis=1)
'''),
            "voices times probabilities": ("voted", '''
def vote(predictions, probabilities):
    one_hot = np.eye(probabilities.shape[-1])[predictions]
    return (one_hot.sum(axis=0) * probabilities.mean(axis=0)).argmax(axis=1)
'''),
            "each network votes for its most probable class": ("not the most probable classes",
                changed(
                VOTE_LOOPS, ("    result = []", "    predictions = probabilities.argmax(axis=2)\n    result = []"))),
            "voices kept between calls": ("voted", '''
kept = {}


def vote(predictions, probabilities):
    shape = probabilities.shape[1:]
    counts = kept.setdefault(shape, np.zeros(shape, dtype=int))
    for row in predictions:
        counts[np.arange(len(row)), row] += 1
    best = counts == counts.max(axis=1, keepdims=True)
    return np.where(best, probabilities.mean(axis=0), -1).argmax(axis=1)
'''),
            "predictions sorted in place": ("vote changed its argument predictions in place",
                changed(
                VOTE_LOOPS, ("    result = []", "    predictions.sort(axis=0)\n    result = []"))),
            "one winner for all images": ("Each image has its own winner", '''
def vote(predictions, probabilities):
    counts = np.bincount(predictions.ravel(), minlength=probabilities.shape[2])
    return np.full(predictions.shape[1], counts.argmax())
'''),
        },
    },
    "task-3": {
        "right": {
            "roots of the quadratic": '''
def wilson_interval(errors, n, z=1.96):
    e = errors / n
    low, high = sorted(np.roots([1 + z**2 / n, -(2 * e + z**2 / n), e**2]).real)
    return low, high
''',
            "multiplied by n": '''
def wilson_interval(errors, n, z=1.96):
    right, square = n - errors, z * z
    root = z * (errors * right / n + square / 4) ** 0.5
    center = errors + square / 2
    return np.array((center - root) / (n + square)), [(center + root) / (n + square)][0]
''',
            "cut off at 0 and 1": '''
def wilson_interval(errors, n, z=1.96):
    e = np.float64(errors) / n
    weight = 1 / (1 + z**2 / n)
    middle = weight * e + (1 - weight) / 2
    half = np.sqrt(weight**2 * z**2 * e * (1 - e) / n + (1 - weight) ** 2 / 4)
    low, high = middle - half, middle + half
    return [0 if low < 1e-15 else low, 1 if high > 1 - 1e-15 else high]
''',
            "the formula as it stands": (UNCUT,),
            "the lower end from the product of both": '''
def wilson_interval(errors, n, z=1.96):
    rate, square = errors / n, z**2 / n
    high = (rate + square / 2 + math.sqrt(square) * math.sqrt(rate * (1 - rate) + square / 4)) / (1 + square)
    return rate**2 / (1 + square) / high, high
''',
        },
        "wrong": {
            "the textbook interval": ("This is the textbook interval", '''
def wilson_interval(errors, n, z=1.96):
    e = errors / n
    half = z * math.sqrt(e * (1 - e) / n)
    return e - half, e + half
'''),
            "high first": ("Return low first", (
                "(middle - half) / scale, (middle + half) / scale",
                "(middle + half) / scale, (middle - half) / scale")),
            "scale missing": ("Divide both ends", (
                "(middle - half) / scale, (middle + half) / scale", "middle - half, middle + half")),
            "scales the half width only": ("not the half width alone", (
                "(middle - half) / scale, (middle + half) / scale",
                "middle - half / scale, middle + half / scale")),
            "z missing before the root": ("The root is multiplied by z",
                ("z * math.sqrt", "math.sqrt")),
            "second term of the root missing": ("Under the root", (" + z**2 / (4 * n**2)", "")),
            "middle not moved": ("The middle is e + z**2", ("e + z**2 / (2 * n)", "e"), UNCUT),
            "numbers of errors": ("Return rates", (
                "(middle - half) / scale, (middle + half) / scale",
                "n * (middle - half) / scale, n * (middle + half) / scale"), UNCUT),
            "interval of the accuracy": ("not of the accuracy",
                ("e = errors / n", "e = 1 - errors / n")),
            "root missing": ("Take the square root.", ("z * math.sqrt", "z * ")),
            "z not squared": ("z is squared, in three places",
                ("e + z**2 /", "e + z /"), ("+ z**2 / (4 * n**2)", "+ z / (4 * n)"),
                              ("1 + z**2 / n", "1 + z / n"), UNCUT),
            "integer division": ("// gives 0", ("errors / n", "errors // n")),
            "a z of its own": ("Use the z that is given",
                ("e = errors / n", "e, z = errors / n, 1.96")),
            "another default": ("z is 1.96 where it is not given", ("z=1.96", "z=2.576")),
            "percent": ("not percent", ("(middle - half) / scale, (middle + half) / scale",
                                        "100 * (middle - half) / scale, 100 * (middle + half) / scale"), UNCUT),
            "one less": ("not by n - 1", ("e * (1 - e) / n", "e * (1 - e) / (n - 1)")),
            "a list of three": ("wilson_interval should return low, high", (
                "return max(0.0, low), min(1.0, high)", "return low, e, high")),
            "rounded": ("Do not round.", ("return max(0.0, low), min(1.0, high)",
                                          "return round(low, 4), round(high, 4)")),
            "textbook for many errors": ("standard deviations away", (
                "e = errors / n", ("e = errors / n\n    if errors > 30:\n        d = z * math.sqrt(e * (1 - e) / n)\n"
                "        return e - d, e + d"))),
            "nothing for no errors": ("the upper end is not 0", (
                "e = errors / n", "e = errors / n\n    if errors == 0:\n        return 0.0, 0.0")),
            "4 n outside of the square": ("n is squared", ("4 * n**2", "4 * n")),
            "half the z": ("not by half of it", ("half = z *", "half = z / 2 *")),
            "no z in the scale": ("z is squared in the denominator", ("1 + z**2 / n", "1 + 1 / n")),
            "in place of low the rate": ("is wrong", ("return max(0.0, low),", "return e,")),
            "keeps the z of the first call": ("Use the z that is given", '''
kept = {}


def wilson_interval(errors, n, z=1.96):
    z = kept.setdefault("z", z)
    e = errors / n
    middle, scale = e + z**2 / (2 * n), 1 + z**2 / n
    half = z * math.sqrt(e * (1 - e) / n + z**2 / (4 * n**2))
    return (middle - half) / scale, (middle + half) / scale
'''),
        },
    },
    "task-4": {
        "right": {
            "by scipy": '''
from scipy.stats import binomtest


def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    if n == 0:
        return 1
    return binomtest(only_a_wrong, n).pvalue
''',
            "with logarithms": '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    total = 0.0
    for k in range(min(only_a_wrong, only_b_wrong) + 1):
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        total += math.exp(ways - n * math.log(2))
    return np.minimum(1.0, 2 * total)
''',
            "with fractions": '''
from fractions import Fraction


def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    larger = max(only_a_wrong, only_b_wrong)
    ways, tail = 1, 0
    for k in range(n, larger - 1, -1):
        tail += ways
        ways = ways * k // (n - k + 1)
    return float(min(Fraction(1), Fraction(2 * tail, 2**n)))
''',
            "a whole 1": '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    n, d = only_a_wrong + only_b_wrong, abs(only_a_wrong - only_b_wrong)
    if d == 0:
        return 1
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= d) / 2**n
''',
        },
        "wrong": {
            "one-sided": ("The test is two-sided", ("2 * outcomes", "outcomes")),
            "observed division missing": ("range(k) ends before k", ("fewer + 1", "fewer")),
            "not capped": ("A probability is at most 1",
                ("min(1.0, 2 * outcomes / 2**n)", "2 * outcomes / 2**n")),
            "observed division alone": ("Add up the tail, not the observed", '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    return math.comb(n, only_a_wrong) / 2**n
'''),
            "observed division twice": ("do not double the observed", '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    return min(1.0, 2 * math.comb(n, only_a_wrong) / 2**n)
'''),
            "chi-squared": ("This is the approximation by chi-squared; ", '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    a, b = only_a_wrong, only_b_wrong
    return math.erfc(math.sqrt((a - b) ** 2 / (a + b) / 2)) if a + b else 1.0
'''),
            "chi-squared, corrected": ("with a correction", '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    a, b = only_a_wrong, only_b_wrong
    return math.erfc(math.sqrt((abs(a - b) - 1) ** 2 / (a + b) / 2)) if a + b else 1.0
'''),
            "mid-p": ("you took half of it", (
                "min(1.0, 2 * outcomes / 2**n)",
                "min(1.0, (2 * outcomes - math.comb(n, fewer)) / 2**n)")),
            "up to a": ("Sum up to the smaller of both numbers, whichever", (
                "min(only_a_wrong, only_b_wrong)", "only_a_wrong"),
                ("min(1.0, 2 * outcomes / 2**n)", "2 * outcomes / 2**n")),
            "up to a, capped": ("Sum up to the smaller of both numbers: p", (
                "min(only_a_wrong, only_b_wrong)", "only_a_wrong")),
            "nothing to toss": ("raised ZeroDivisionError", (
                "n = only_a_wrong + only_b_wrong", "n = only_a_wrong + only_b_wrong\n    1 / n")),
            "p of nothing is 0": ("Without any such image p is 1.", (
                "fewer = min", "if n == 0:\n        return 0.0\n    fewer = min")),
            "small float": ("raised OverflowError",
                ("2 * outcomes / 2**n", "2 * outcomes / 2.0**n")),
            "underflow": ("too small for a float", '''
def mcnemar_exact(only_a_wrong, only_b_wrong):
    n = only_a_wrong + only_b_wrong
    p = 0.5**n
    tail = 0.0
    for k in range(min(only_a_wrong, only_b_wrong) + 1):
        tail += p
        p = p * (n - k) / (k + 1)
    return min(1.0, 2 * tail)
'''),
            "normal approximation of large counts": ("This is the normal approximation", (
                "fewer = min(only_a_wrong, only_b_wrong)",
                ("fewer = min(only_a_wrong, only_b_wrong)\n    if n > 100:\n"
                "        return math.erfc((n - 2 * fewer) / math.sqrt(2 * n))"))),
            "twice the chance": ("There are 2**n outcomes.", ("2**n", "2 ** (n - 1)")),
            "1 - p": ("Return p, not 1 - p.",
                ("min(1.0, 2 * outcomes / 2**n)", "max(0.0, 1 - 2 * outcomes / 2**n)")),
            "integer division": ("Expected a float, got an int", ("min(1.0, 2 * outcomes / 2**n)",
                                                                "2 * outcomes // 2**n")),
            "rounded": ("Do not round.", ("2 * outcomes / 2**n", "round(2 * outcomes / 2**n, 6)")),
            "right up to two hundred": ("is wrong", ("fewer + 1", "min(fewer, 200) + 1")),
            "a tail of one more": ("one term too many", ("fewer + 1", "fewer + 2")),
            "up to the larger": ("is wrong", ("fewer = min(", "fewer = max(")),
            "a capped at 1.0 by mistake": ("is wrong", ("min(1.0,", "max(1.0,")),
            "one-sided where one is 0": ("of other small numbers", (
                "min(1.0, 2 * outcomes", "min(1.0, (2 if fewer else 1) * outcomes")),
            "an unfair coin": ("is wrong", ("/ 2**n", "/ 3**n")),
        },
    },
    "task-5": {
        "right": {
            "both arrays with the same numbers": BOOTSTRAP,
            "all numbers at once": '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    drawn = rng.integers(len(correct_a), size=(n_resamples, len(correct_a)))
    means = np.mean(correct_a[drawn], axis=1) - np.mean(correct_b[drawn], axis=1)
    return [np.quantile(means, 0.025), np.quantile(means, 0.975)]
''',
            "three kinds of images": '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    m = correct_a.size
    plus, minus = np.sum(correct_a > correct_b), np.sum(correct_a < correct_b)
    counts = rng.multinomial(m, [plus / m, minus / m, (m - plus - minus) / m], size=n_resamples)
    change = np.sort((counts[:, 0] - counts[:, 1]) / m)
    return change[int(0.025 * n_resamples)], change[int(0.975 * n_resamples)]
''',
            "weights of the images": '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    m, gains = len(correct_a), 1.0 * correct_a - 1.0 * correct_b
    results = np.zeros(n_resamples)
    for i in range(n_resamples):
        weight = np.bincount((rng.random(m) * m).astype(int), minlength=m)
        results[i] = weight @ gains / m
    return tuple(float(np.percentile(results, q, method="nearest")) for q in (2.5, 97.5))
''',
            "by scipy": '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    from scipy.stats import bootstrap

    gains = correct_a.astype(float) - correct_b
    found = bootstrap((gains,), np.mean, n_resamples=n_resamples, method="percentile", random_state=rng)
    return found.confidence_interval.low, found.confidence_interval.high
''',
        },
        "wrong": {
            "b minus a": ("It is accuracy(a) - accuracy(b)", changed(
                BOOTSTRAP, ("correct_a[drawn].mean() - correct_b[drawn].mean()",
                            "correct_b[drawn].mean() - correct_a[drawn].mean()"))),
            "high first": ("Return low first",
                changed(BOOTSTRAP, ("return low, high", "return high, low"))),
            "never the last image": ("from the first to the last", changed(
                BOOTSTRAP, ("rng.choice(m, size=m)", "rng.integers(0, max(1, m - 1), size=m)"))),
            "the last image twice as often": ("is wrong", changed(
                BOOTSTRAP, ("rng.choice(m, size=m)", "rng.integers(-1, m, size=m)"))),
            "without replacement": ("Draw with replacement", changed(
                BOOTSTRAP, ("rng.choice(m, size=m)", "rng.permutation(m)"))),
            "percent for shares": ("np.percentile takes percent", changed(
                BOOTSTRAP, ("[2.5, 97.5]", "[0.025, 0.975]"))),
            "shares for percent": ("raised ValueError", changed(
                BOOTSTRAP, ("np.percentile", "np.quantile"))),
            "not paired": ("Draw the same images", changed(
                BOOTSTRAP, ("correct_b[drawn]", "correct_b[rng.choice(m, size=m)]"))),
            "90 percent": ("not 5 and 95", changed(BOOTSTRAP, ("[2.5, 97.5]", "[5, 95]"))),
            "99 percent": ("not 0.5 and 99.5", changed(BOOTSTRAP, ("[2.5, 97.5]", "[0.5, 99.5]"))),
            "smallest and largest": ("is wrong", changed(BOOTSTRAP, ("[2.5, 97.5]", "[0, 100]"))),
            "numbers of images": ("differences of accuracies are shares", changed(
                BOOTSTRAP, ("correct_a[drawn].mean() - correct_b[drawn].mean()",
                            "int(correct_a[drawn].sum()) - int(correct_b[drawn].sum())"))),
            "the global generator": (("does not come from the rng that is given",), changed(
                BOOTSTRAP, ("rng.choice", "np.random.default_rng().choice"))),
            "a generator of its own": ("does not come from the rng that is given", changed(
                BOOTSTRAP, ("m = len(correct_a)", "m = len(correct_a)\n    rng = np.random.default_rng(0)"))),
            "as many images as samples": ("is wrong", changed(
                BOOTSTRAP, ("size=m", "size=n_resamples"))),
            "a number of samples of its own": ("there is one sample", changed(
                BOOTSTRAP, ("range(n_resamples)", "range(5000)"))),
            "half the images": ("as many images as there are",
                changed(BOOTSTRAP, ("size=m", "size=m // 2 + 1"))),
            "reflected about the estimate": ("do not reflect them", changed(
                BOOTSTRAP, ("    return low, high", ("    center = 2 * (correct_a.mean() - correct_b.mean())\n"
                            "    return center - high, center - low")))),
            "images drawn in varying number": ("ends (low, high)", '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    gains = correct_a.astype(float) - correct_b
    means = rng.poisson(1.0, (n_resamples, len(gains))) @ gains / len(gains)
    return np.percentile(means, 2.5), np.percentile(means, 97.5)
'''),
            "normal interval": ("is wrong", changed(
                BOOTSTRAP, ("low, high = np.percentile(differences, [2.5, 97.5])",
                            ("mean, half = np.mean(differences), 1.96 * np.std(differences)\n"
                            "    low, high = mean - half, mean + half")))),
            "formula without samples": ("by a formula", '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    gains = correct_a.astype(float) - correct_b
    half = 1.96 * gains.std() / np.sqrt(len(gains))
    return gains.mean() - half, gains.mean() + half
'''),
            "subtracts Booleans": ("raised TypeError", '''
def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    gains = correct_a - correct_b
    means = [rng.choice(gains, size=len(gains)).mean() for _ in range(n_resamples)]
    return np.percentile(means, 2.5), np.percentile(means, 97.5)
'''),
            "where they differ only": ("Draw from all images", changed(
                BOOTSTRAP, ("m = len(correct_a)", ("differ = correct_a != correct_b\n"
                            "    correct_a, correct_b = correct_a[differ], correct_b[differ]\n"
                            "    m = len(correct_a)")))),
            "absolute difference": (
                "The difference has a sign", changed(
                BOOTSTRAP, ("correct_a[drawn].mean() - correct_b[drawn].mean()",
                            "abs(correct_a[drawn].mean() - correct_b[drawn].mean())"))),
            "the accuracy of a": ("Subtract the accuracy of b", changed(
                BOOTSTRAP, (" - correct_b[drawn].mean()", ""))),
            "shuffles its arguments": ("changed its argument correct_a in place", changed(
                BOOTSTRAP, ("m = len(correct_a)", ("m = len(correct_a)\n    correct_a[:] = correct_a[::-1]\n"
                            "    correct_b[:] = correct_b[::-1]")))),
            "one draw for all rounds": ("Draw anew in every round", changed(
                BOOTSTRAP, ("    for _ in range(n_resamples):\n        drawn = rng.choice(m, size=m)",
                            "    drawn = rng.choice(m, size=m)\n    for _ in range(n_resamples):"))),
            "one seed for all rounds": (("is wrong", "does not come from"), changed(
                BOOTSTRAP, ("rng.choice(m, size=m)", "np.random.default_rng(5).choice(m, size=m)"))),
            "draws kept between calls": ("does not come from the rng that is given", '''
kept = {}


def paired_bootstrap(correct_a, correct_b, n_resamples, rng):
    m = len(correct_a)
    if m not in kept:
        kept[m] = rng.integers(0, m, size=(6_000, m))
    drawn = kept[m][:n_resamples]
    change = correct_a[drawn].mean(axis=1) - correct_b[drawn].mean(axis=1)
    return np.percentile(change, 2.5), np.percentile(change, 97.5)
'''),
            "the middle 68 percent": ("not 16 and 84",
                changed(BOOTSTRAP, ("[2.5, 97.5]", "[16, 84]"))),
            "one-sided": ("is wrong", changed(BOOTSTRAP, ("[2.5, 97.5]", "[5, 100]"))),
            "errors in place of right answers": ("not the reverse", changed(
                BOOTSTRAP, ("    differences = []", "    correct_a, correct_b = ~correct_a, ~correct_b\n    differences = []"))),
            "a tuple of one array": ("should return low, high", changed(
                BOOTSTRAP, ("return low, high", "return (np.array([low, high]),)"))),
            "b against itself": ("is wrong", changed(
                BOOTSTRAP, ("correct_a[drawn].mean()", "correct_b[drawn].mean()"))),
            "low twice": ("is wrong", changed(BOOTSTRAP, ("return low, high", "return low, low"))),
        },
    },
}
