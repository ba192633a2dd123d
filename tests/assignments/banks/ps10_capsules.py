"""Right answers and typical mistakes for ps10-capsules; `answers.read_bank` explains the form."""

ROUTE_LOOPS = '''
def route(u_hat, iterations):
    m, n_in, n_out, d = u_hat.shape
    v, c = np.zeros((m, n_out, d)), np.zeros((m, n_in, n_out))
    for n in range(m):
        logits = np.zeros((n_in, n_out))
        for r in range(iterations):
            for i in range(n_in):
                e = np.exp(logits[i] - logits[i].max())
                c[n, i] = e / e.sum()
            for j in range(n_out):
                s = sum(c[n, i, j] * u_hat[n, i, j] for i in range(n_in))
                length = np.linalg.norm(s)
                v[n, j] = length / (1 + length**2) * s
            for i in range(n_in):
                for j in range(n_out):
                    logits[i, j] += np.dot(u_hat[n, i, j], v[n, j])
    return v, c
'''

MAX_MIN_LOOPS = '''
def route_max_min(u_hat, iterations):
    m, n_in, n_out, d = u_hat.shape
    v, c = np.zeros((m, n_out, d)), np.ones((m, n_in, n_out))
    for n in range(m):
        logits = np.zeros((n_in, n_out))
        for r in range(iterations):
            for i in range(n_in):
                gap = logits[i].max() - logits[i].min()
                if r > 0:
                    c[n, i] = (logits[i] - logits[i].min()) / gap if gap else 0.0
            for j in range(n_out):
                s = sum(c[n, i, j] * u_hat[n, i, j] for i in range(n_in))
                length = np.linalg.norm(s)
                v[n, j] = length / (1 + length**2) * s
            for i in range(n_in):
                for j in range(n_out):
                    logits[i, j] += np.dot(u_hat[n, i, j], v[n, j])
    return v, c
'''

UPDATE = "        b = b + np.einsum(\"mijd,mjd->mij\", u_hat, v)\n"


def changed(source, *edits):
    """Return a source with edits (old, new), each of which fits exactly once."""
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


BANK = {
    "task-1": {
        "right": {
            "with a small number against zero": '''
def squash(s, axis=-1):
    n2 = np.square(s).sum(axis=axis, keepdims=True)
    return n2 / (1 + n2) * s / np.sqrt(n2 + 1e-7)
''',
            "vector by vector": '''
def squash(s, axis=-1):
    def one(x):
        n = np.sqrt(x @ x)
        return x * 0 if n == 0 else n**2 / (1 + n**2) * (x / n)

    return np.apply_along_axis(one, axis, s)
''',
            "where it can be divided": '''
def squash(s, axis=-1):
    n = np.linalg.norm(s, axis=axis, keepdims=True)
    unit = np.divide(s, n, out=np.zeros_like(s, order="F"), where=n > 0)
    return unit - unit / (1 + n * n)
''',
            "by moving the axis": '''
def squash(s, axis=-1):
    a = np.moveaxis(s, axis, 0)
    n = np.sqrt(np.einsum("i...,i...->...", a, a))
    return np.moveaxis(a / (n + 1 / np.where(n > 0, n, 1) * (n > 0) + (n == 0)), 0, axis)
''',
            "by the angle functions": '''
def squash(s, axis=-1):
    n = np.sqrt(np.add.reduce(s * s, axis=axis, keepdims=True))
    return s * np.sin(np.arctan(n)) * np.cos(np.arctan(n))
''',
            "a sum of lists": '''
def squash(s, axis=-1):
    parts = np.split(s, s.shape[axis], axis=axis)
    squared = sum(part**2 for part in parts)
    return np.concatenate([part * squared**0.5 / (squared + 1) for part in parts], axis=axis)
''',
        },
        "wrong": {
            "unit vectors": ("The length is not 1", '''
def squash(s, axis=-1):
    n = np.linalg.norm(s, axis=axis, keepdims=True)
    return s / np.where(n == 0, 1.0, n)
'''),
            "not divided by the length": ("Divide by the length",
                ("np.sqrt(squared) / (1", "squared / (1")),
            "length not squared": ("Square the length in the fraction.", (
                "s * (np.sqrt(squared) / (1 + squared))", "s / (1 + np.sqrt(squared))")),
            "tanh": ("tanh is another nonlinearity", '''
def squash(s, axis=-1):
    n = np.linalg.norm(s, axis=axis, keepdims=True)
    return np.tanh(n) * s / np.where(n == 0, 1.0, n)
'''),
            "one length for all": ("Each vector has its own length",
                ("np.sum(s**2, axis=axis, keepdims=True)",
                                                                 "np.sum(s**2)")),
            "axis 0 always": ("axis=-1 is the last one", ("axis=axis", "axis=0")),
            "axis -1 always": ("Use the axis that is given", ("axis=axis", "axis=-1")),
            "the lengths": ("not their lengths", ("s * (np.sqrt(squared) / (1 + squared))",
                                         "(squared / (1 + squared)) * np.ones(s.shape)")),
            "element by element": ("Squash the vector as a whole", '''
def squash(s, axis=-1):
    return np.sign(s) * s**2 / (1 + s**2)
'''),
            "both powers cancelled": ("one of its two powers", ("np.sqrt(squared) / (1", "1 / (1")),
            "a half in the denominator": ("The fraction has 1 +",
                ("(1 + squared)", "(0.5 + squared)")),
            "divides by zero": ("caused a warning", '''
def squash(s, axis=-1):
    n = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    return n**2 / (1 + n**2) * s / n
'''),
            "nan made zero": ("caused a warning", '''
def squash(s, axis=-1):
    n = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    return np.nan_to_num(n**2 / (1 + n**2) * s / n)
'''),
            "axis dropped": ("v is wrong", ("axis=axis, keepdims=True", "axis=axis")),
            "a large eps": ("v is wrong", ("np.sqrt(squared) / (1 + squared)",
                                           "squared / (1 + squared) / np.sqrt(squared + 1e-3)")),
            "in place": ("squash changed its argument s in place", (
                "return s * (np.sqrt(squared) / (1 + squared))",
                "s *= np.sqrt(squared) / (1 + squared)\n    return s")),
            "adds eps to the vector": ("v of a vector of zeros is wrong", '''
def squash(s, axis=-1):
    s = s + 1e-8
    n = np.linalg.norm(s, axis=axis, keepdims=True)
    return n / (1 + n**2) * s
'''),
            "zero becomes one": ("v of a vector of zeros is wrong", (
                "return s *", "s = np.where(squared == 0, 1.0, s)\n    return (squared == 0) + s *")),
            "float32": ("Expected an array of float64", (
                "s * (np.sqrt(squared) / (1 + squared))", "np.float32(s * (np.sqrt(squared) / (1 + squared)))")),
            "length in the denominator not squared": ("1 + its square",
                ("(1 + squared)", "(1 + np.sqrt(squared))")),
            "largest component for the length": ("not the largest square", (
                "np.sum(s**2, axis=axis, keepdims=True)", "np.max(s**2, axis=axis, keepdims=True)")),
            "sum of absolute values for the length": ("not the square of a sum", (
                "np.sum(s**2, axis=axis, keepdims=True)", "np.sum(np.abs(s), axis=axis, keepdims=True) ** 2")),
            "mean for sum": ("not a mean", ("np.sum(", "np.mean(")),
            "direction lost": ("keep them", ("return s *", "return np.abs(s) *")),
            "axis counted from the front only": ("is wrong", (
                "    squared =", "    axis = abs(axis)\n    squared =")),
            "short vectors cut to zero": ("v of a short vector is wrong", (
                "    return s *", "    s = np.where(squared < 1e-3, 0.0, s)\n    return s *")),
            "one result for all calls": ("what an earlier call returned", '''
kept = {}


def squash(s, axis=-1):
    squared = np.sum(s**2, axis=axis, keepdims=True)
    v = kept.setdefault(s.shape, np.zeros(s.shape))
    v[...] = s * (np.sqrt(squared) / (1 + squared))
    return v
'''),
        },
    },
    "task-2": {
        "right": {
            "capsule by capsule": ROUTE_LOOPS,
            "with matrix products": '''
from scipy.special import softmax


def route(u_hat, iterations):
    votes = np.swapaxes(u_hat, 1, 2)
    logits = np.zeros(votes.shape[:3])
    for r in range(iterations):
        if r > 0:
            logits = logits + (votes @ v[..., None])[..., 0]
        c = softmax(logits, axis=1)
        s = (c[:, :, None, :] @ votes)[:, :, 0]
        n = np.linalg.norm(s, axis=-1, keepdims=True)
        v = n**2 / (1 + n**2) * s / (n + 1e-9)
    return [v, np.swapaxes(c, 1, 2)]
''',
            "calls squash": '''
def softmax_last(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def route(u_hat, iterations):
    total = 0.0
    for _ in range(iterations):
        c = softmax_last(np.sum(u_hat * total, axis=-1))
        v = squash(np.sum(c[..., np.newaxis] * u_hat, axis=1))
        total = total + v[:, np.newaxis]
    return v, c
''',
            "example by example, recursive": '''
def route(u_hat, iterations):
    def one(u, logits, left):
        c = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
        s = np.tensordot(c, u, axes=([0], [0]))[np.arange(u.shape[1]), np.arange(u.shape[1])]
        n2 = (s * s).sum(1, keepdims=True)
        v = n2 / (1 + n2) * s / np.sqrt(n2 + 1e-7)
        return (v, c) if left == 1 else one(u, logits + (u * v).sum(2), left - 1)

    pairs = [one(u, np.zeros(u.shape[:2]), iterations) for u in u_hat]
    return np.array([v for v, _ in pairs]), np.array([c for _, c in pairs])
''',
            "logits from the sum of all v": '''
def route(u_hat, iterations):
    m, n_in, n_out, d = u_hat.shape
    total = np.zeros((m, 1, n_out, d))
    while True:
        z = (u_hat * total).sum(axis=3)
        c = np.exp(z - z.max(axis=2)[..., None])
        c /= c.sum(axis=2)[..., None]
        s = (c[..., None] * u_hat).sum(axis=1)
        length = np.sqrt((s**2).sum(axis=2))[..., None]
        v = s * length / (1 + length**2)
        iterations -= 1
        if iterations == 0:
            return v, c
        total += v[:, None]
''',
        },
        "wrong": {
            "softmax over the input capsules": ("over the output capsules (axis 2)", (
                "b.max(axis=2, keepdims=True)", "b.max(axis=1, keepdims=True)"),
                ("c.sum(axis=2, keepdims=True)", "c.sum(axis=1, keepdims=True)")),
            "softmax over all": ("yours do over all of them", (
                "c.sum(axis=2, keepdims=True)", "c.sum(axis=(1, 2), keepdims=True)")),
            "couplings renewed at the end": ("do not renew them after the last round", (
                "    return v, c", ("    c = np.exp(b - b.max(axis=2, keepdims=True))\n"
                "    return v, c / c.sum(axis=2, keepdims=True)"))),
            "couplings of the round before": ("not those of the round before", changed(
                ROUTE_LOOPS, ("                c[n, i] = e / e.sum()",
                              ("                old[n, i] = c[n, i] if r else 1 / n_out\n"
                              "                c[n, i] = e / e.sum()")),
                ("    for n in range(m):", "    old = np.zeros_like(c)\n    for n in range(m):"),
                ("return v, c", "return v, old"))),
            "not squashed": ("Squash the sums.",
                ("v = s * (np.sqrt(squared) / (1 + squared))", "v = s")),
            "mean of the votes": ("do not divide by their number", (
                'np.einsum("mij,mijd->mjd", c, u_hat)', 'np.einsum("mij,mijd->mjd", c, u_hat) / u_hat.shape[1]')),
            "agreement with s": ("not with the sum s", ('u_hat, v)', 'u_hat, s)')),
            "agreement subtracted": ("Votes that agree must gain", ("b = b + ", "b = b - ")),
            "logits replaced": ("do not replace them", ("b = b + ", "b = ")),
            "logits never renewed": ("each round makes them from logits", (UPDATE, "")),
            "one round too many": ("here is one too many",
                ("range(iterations)", "range(iterations + 1)")),
            "one round too few": ("here is one too few",
                ("range(iterations)", "range(max(1, iterations - 1))")),
            "always three rounds": ("not always three", ("range(iterations)", "range(3)")),
            "one logit for the whole batch": ("the mean of their agreement", (
                UPDATE, changed(UPDATE, ("b = b + np.einsum(\"mijd,mjd->mij\", u_hat, v)",
                                         "b = b + np.mean(np.einsum(\"mijd,mjd->mij\", u_hat, v), axis=0)")))),
            "first example for all": ("you give the first one's to all", (
                "    return v, c", "    return np.repeat(v[:1], len(v), axis=0), np.repeat(c[:1], len(c), axis=0)")),
            "agreement shared by the output capsules": ("with its own output capsule", (
                '"mijd,mjd->mij"', '"mijd,mkd->mij"')),
            "logits start at 1 for one capsule": ("couplings after 1 iteration is wrong", (
                "b = np.zeros(u_hat.shape[:3])", "b = np.zeros(u_hat.shape[:3])\n    b[:, 0, 0] = 1")),
            "exponential not stable": ("exp overflows",
                ("np.exp(b - b.max(axis=2, keepdims=True))", "np.exp(b)")),
            "largest logit of all": ("its own largest one", (
                "b.max(axis=2, keepdims=True)", "b.max()")),
            "votes scaled in place": ("route changed its argument u_hat in place", (
                "    return v, c", "    u_hat *= c[..., np.newaxis]\n    return v, c")),
            "only v": ("route should return v, couplings", ("return v, c", "return v")),
            "v and logits": ("not the logits", ("return v, c", "return v, b")),
            "couplings transposed": ("couplings after 1 iteration is wrong", (
                "return v, c", "return v, c.transpose(0, 2, 1)")),
            "squashed over the capsules": ("squash along its components", (
                "np.sum(s**2, axis=2, keepdims=True)", "np.sum(s**2, axis=1, keepdims=True)")),
            "coupling as an average": ("by the sum of the couplings", (
                "        squared", "        s = s / c.sum(axis=1)[:, :, np.newaxis]\n        squared")),
            "logits kept between calls": ("keep nothing between calls", '''
logits = {}


def route(u_hat, iterations):
    b = logits.setdefault(u_hat.shape, np.zeros(u_hat.shape[:3]))
    for _ in range(iterations):
        c = np.exp(b - b.max(axis=2, keepdims=True))
        c = c / c.sum(axis=2, keepdims=True)
        s = np.einsum("mij,mijd->mjd", c, u_hat)
        squared = np.sum(s**2, axis=2, keepdims=True)
        v = s * (np.sqrt(squared) / (1 + squared))
        b += np.einsum("mijd,mjd->mij", u_hat, v)
    return v, c
'''),
            "results kept by shape": ("is wrong", '''
results = {}


def route(u_hat, iterations):
    if (u_hat.shape, iterations) not in results:
        b = np.zeros(u_hat.shape[:3])
        for _ in range(iterations):
            c = np.exp(b - b.max(axis=2, keepdims=True))
            c = c / c.sum(axis=2, keepdims=True)
            s = np.einsum("mij,mijd->mjd", c, u_hat)
            squared = np.sum(s**2, axis=2, keepdims=True)
            v = s * (np.sqrt(squared) / (1 + squared))
            b = b + np.einsum("mijd,mjd->mij", u_hat, v)
        results[u_hat.shape, iterations] = v, c
    return results[u_hat.shape, iterations]
'''),
            "routing over the batch": ("is wrong", (
                "c = c / c.sum(axis=2, keepdims=True)", "c = c / c.sum(axis=(0, 2), keepdims=True)")),
            "normalized to sum to n_out": ("of an input capsule sum to 1", (
                "c = c / c.sum(axis=2, keepdims=True)", "c = c / c.mean(axis=2, keepdims=True)")),
            "agreement of directions": ("is wrong", (
                "u_hat, v)\n", "u_hat, v / np.maximum(np.linalg.norm(v, axis=2, keepdims=True), 1e-12))\n")),
            "agreement averaged": ("is wrong",
                (UPDATE, UPDATE.replace("b = b + ", "b = b + 0.5 * "))),
            "logits clipped": ("is wrong", (UPDATE, UPDATE + "        b = np.clip(b, -5, 5)\n")),
            "votes squashed first": ("is wrong", (
                "    b = np.zeros", ("    n2 = np.sum(u_hat**2, axis=3, keepdims=True)\n"
                "    u_hat = u_hat * np.sqrt(n2) / (1 + n2)\n    b = np.zeros"))),
        },
    },
    "task-3": {
        "right": {
            "where": '''
def max_min_normalize(logits, axis, low=0.0, high=1.0):
    least = np.amin(logits, axis=axis, keepdims=True)
    span = np.ptp(logits, axis=axis, keepdims=True)
    return np.where(span == 0, low, low + (logits - least) / span * (high - low))
''',
            "row by row": '''
def max_min_normalize(logits, axis, low=0.0, high=1.0):
    def one(row):
        a, b = min(row), max(row)
        if a == b:
            return np.full(len(row), float(low))
        return np.array([(high * (x - a) + low * (b - x)) / (b - a) for x in row])

    return np.apply_along_axis(one, axis, logits)
''',
            "a factor and a shift": '''
def max_min_normalize(logits, axis, low=0.0, high=1.0):
    values = np.moveaxis(logits, axis, -1)
    a, b = values.min(-1, keepdims=True), values.max(-1, keepdims=True)
    factor = np.divide(high - low, b - a, out=np.zeros(a.shape), where=b > a)
    return np.moveaxis((values - a) * factor + low, -1, axis)
''',
            "divides where it can": '''
def max_min_normalize(logits, axis, low=0.0, high=1.0):
    spread = np.ptp(logits, axis=axis, keepdims=True)
    share = np.zeros(logits.shape)
    np.divide(logits - logits.min(axis=axis, keepdims=True), spread, out=share, where=spread > 0)
    return low + (high - low) * share
''',
            "by sorting": '''
def max_min_normalize(logits, axis, low=0.0, high=1.0):
    ordered = np.sort(logits, axis=axis)
    first, last = np.take(ordered, [0], axis=axis), np.take(ordered, [-1], axis=axis)
    with np.errstate(all="ignore"):
        share = (logits - first) / (last - first)
    return np.where(first == last, low, low * (1 - share) + high * share)
''',
        },
        "wrong": {
            "of all numbers": ("not of all numbers", (
                "logits.min(axis=axis, keepdims=True)", "logits.min()"),
                ("logits.max(axis=axis, keepdims=True)", "logits.max()")),
            "axis -1 always": ("Use the axis that is given", (
                "logits.min(axis=axis", "logits.min(axis=-1"), ("logits.max(axis=axis", "logits.max(axis=-1")),
            "axis 0 always": ("Use the axis that is given", (
                "logits.min(axis=axis", "logits.min(axis=0"), ("logits.max(axis=axis", "logits.max(axis=0")),
            "minimum not subtracted": ("Subtract the minimum", ("(logits - smallest)", "logits")),
            "divided by the sum": ("not by the sum", (
                "np.where(spread > 0, spread, 1.0)", "logits.sum(axis=axis, keepdims=True)")),
            "upside down": ("not the reverse", ("return low + (high - low) * share",
                                                "return high - (high - low) * share")),
            "divided by the maximum": ("not by the maximum alone", (
                "np.where(spread > 0, spread, 1.0)", "logits.max(axis=axis, keepdims=True)")),
            "a softmax": ("This is a softmax", (
                "return low + (high - low) * share", "e = np.exp(logits)\n    return e / e.sum(axis=axis, keepdims=True)")),
            "standardized": ("This is the standardization", (
                "return low + (high - low) * share",
                "return (logits - logits.mean(axis=axis, keepdims=True)) / logits.std(axis=axis, keepdims=True)")),
            "low not added": ("Add low.", ("return low + ", "return ")),
            "times high": ("The range is high - low", ("(high - low) * share", "high * share")),
            "low and high not used": ("Use the low and the high",
                ("return low + (high - low) * share", "return share")),
            "nan for equal numbers": ("give 0 / 0",
                ("np.where(spread > 0, spread, 1.0)", "spread")),
            "equal numbers become 0": ("Equal numbers become low.", (
                "return low + (high - low) * share",
                "return np.where(spread > 0, low + (high - low) * share, 0.0)")),
            "equal numbers become the middle": ("not the middle of the range", (
                "return low + (high - low) * share",
                "return np.where(spread > 0, low + (high - low) * share, (low + high) / 2)")),
            "equal numbers become high": ("not high", (
                "return low + (high - low) * share",
                "return np.where(spread > 0, low + (high - low) * share, high)")),
            "eps in the denominator": ("nothing added to the denominator", (
                "np.where(spread > 0, spread, 1.0)", "(spread + 1e-8)")),
            "axis dropped": ("raised ValueError", (
                "logits.min(axis=axis, keepdims=True)", "logits.min(axis=axis)")),
            "in place": ("max_min_normalize changed its argument logits in place", (
                "    spread =", "    logits -= smallest\n    smallest = 0\n    spread =")),
            "clipped": ("normalized", ("return low + (high - low) * share",
                                "return np.clip(low + (high - low) * share, 0, 1)")),
            "only for positive numbers": ("not the largest absolute value", (
                "logits.max(axis=axis", "np.abs(logits).max(axis=axis")),
            "float32": ("Expected an array of float64", (
                "return low + (high - low) * share", "return np.float32(low + (high - low) * share)")),
            "nearly equal taken for equal": ("no threshold, no rounding", (
                "np.where(spread > 0, spread, 1.0)", "np.where(np.isclose(spread, 0), np.inf, spread)")),
            "spans below 1e-12 taken for none": ("no threshold, no rounding", (
                "np.where(spread > 0, spread, 1.0)", "np.where(spread > 1e-12, spread, np.inf)")),
            "at least 1e-9 in the denominator": ("no threshold, no rounding", (
                "np.where(spread > 0, spread, 1.0)", "np.maximum(spread, 1e-9)")),
            "an eps that only tiny spans feel": ("nothing added to the denominator", (
                "np.where(spread > 0, spread, 1.0)", "(spread + 1e-20)")),
            "equal where close beside their size": ("that are nearly equal is wrong", (
                "np.where(spread > 0, spread, 1.0)",
                "np.where(np.isclose(smallest + spread, smallest, rtol=1e-9, atol=0), np.inf, spread)")),
            "equal where close": (("that are nearly equal is wrong", "no threshold, no rounding"), (
                "np.where(spread > 0, spread, 1.0)",
                "np.where(np.isclose(smallest + spread, smallest, atol=0), np.inf, spread)")),
            "computed in float32": ("is wrong", (
                "    spread =", "    logits = logits.astype(np.float32).astype(float)\n    spread ="),
                ("smallest = logits",
                 "logits = np.where(np.abs(logits) < 1e5, logits, logits)\n    smallest = logits")),
            "rounded": ("no rounding",
                ("return low +", "logits = np.round(logits, 8)\n    return low +"),
                        ("share = (logits", "logits = np.round(logits, 8)\n    share = (logits")),
            "high stands for the range": ("not high + low",
                ("(high - low) * share", "(high + low) * share")),
            "the largest becomes high exactly, the others not": ("is wrong", (
                "return low + (high - low) * share",
                "return np.where(share == 1, high, low + (high - low) * share**2)")),
            "extremes kept by shape": ("is wrong", '''
kept = {}


def max_min_normalize(logits, axis, low=0.0, high=1.0):
    least, most = kept.setdefault((logits.shape, axis), (
        logits.min(axis=axis, keepdims=True), logits.max(axis=axis, keepdims=True)))
    return low + (high - low) * (logits - least) / np.where(most > least, most - least, 1.0)
'''),
        },
    },
    "task-4": {
        "right": {
            "capsule by capsule": MAX_MIN_LOOPS,
            "calls its own functions": '''
def route_max_min(u_hat, iterations):
    b = np.zeros(u_hat.shape[:-1])
    c = np.ones_like(b)
    for left in reversed(range(iterations)):
        v = squash(np.sum(c[..., None] * u_hat, axis=1))
        if left:
            b = b + np.sum(u_hat * v[:, None], axis=-1)
            c = max_min_normalize(b, axis=-1)
    return v, c
''',
            "with matrix products": '''
def route_max_min(u_hat, iterations):
    votes = np.swapaxes(u_hat, 1, 2)
    total, c = 0.0, np.ones(votes.shape[:3])
    for r in range(iterations):
        s = np.matmul(c[:, :, None], votes)[:, :, 0]
        n = np.linalg.norm(s, axis=2, keepdims=True)
        v = s * n / (1 + n * n)
        if r == iterations - 1:
            return (v, np.swapaxes(c, 1, 2))
        total = total + v
        logits = np.matmul(votes, total[..., None])[..., 0]
        span = np.ptp(logits, axis=1, keepdims=True)
        c = np.nan_to_num((logits - logits.min(1, keepdims=True)) / span)
''',
        },
        "wrong": {
            "shares in the first round": ("not 1 / n_out", (
                "c = np.ones(u_hat.shape[:3])", "c = np.ones(u_hat.shape[:3]) / u_hat.shape[2]")),
            "normalizes the zeros of the first round": ("the rule for equal logits comes later", (
                "if iteration > 0:", "if iteration >= 0:")),
            "couplings renewed at the end": ("do not renew them", (
                "    return v, c", ("    c = b - b.min(axis=2, keepdims=True)\n"
                "    return v, c / c.max(axis=2, keepdims=True)"))),
            "not squashed": ("Squash the sums.",
                ("v = s * (np.sqrt(squared) / (1 + squared))", "v = s")),
            "mean of the votes": ("do not divide by their number", (
                'np.einsum("mij,mijd->mjd", c, u_hat)', 'np.einsum("mij,mijd->mjd", c, u_hat) / u_hat.shape[1]')),
            "over the input capsules": ("Normalize over the output capsules", (
                "b.min(axis=2", "b.min(axis=1"), ("b.max(axis=2", "b.max(axis=1")),
            "over all capsules": ("Each input capsule has its own minimum", (
                "b.min(axis=2", "b.min(axis=(1, 2)"), ("b.max(axis=2", "b.max(axis=(1, 2)")),
            "softmax": ("not by a softmax", (
                "c = (b - smallest) / np.where(spread > 0, spread, 1.0)",
                "c = np.exp(b - smallest - spread)\n            c = c / c.sum(axis=2, keepdims=True)")),
            "agreement with s": ("not with the sum s", ("u_hat, v)", "u_hat, s)")),
            "couplings sum to 1": ("The couplings need not sum to 1", (
                "        s = np.einsum", "            c = c / c.sum(axis=2, keepdims=True)\n        s = np.einsum")),
            "couplings from a tenth to one": ("The couplings go from 0 to 1.", (
                "/ np.where(spread > 0, spread, 1.0)", "/ np.where(spread > 0, spread, 1.0) * 0.9 + 0.1")),
            "ones in every round": ("for the first round only",
                ("if iteration > 0:", "if iteration < 0:")),
            "agreement subtracted": ("Votes that agree must gain", ("b = b + ", "b = b - ")),
            "logits replaced": ("do not replace them", ("b = b + ", "b = ")),
            "adds to the couplings": ("not to the normalized couplings", (
                "        s = np.einsum", "            b = c\n        s = np.einsum")),
            "one round too many": ("here is one too many",
                ("range(iterations)", "range(iterations + 1)")),
            "one logit for the whole batch": ("is routed by itself", (
                "b = b + np.einsum(\"mijd,mjd->mij\", u_hat, v)",
                "b = b + np.mean(np.einsum(\"mijd,mjd->mij\", u_hat, v), axis=0)")),
            "equal logits become nan": ("raised ZeroDivisionError", changed(
                MAX_MIN_LOOPS, (" / gap if gap else 0.0", " / (gap if gap else 1 // 0)"))),
            "equal logits become 1": ("All 1 in the first round", changed(
                MAX_MIN_LOOPS, ("if gap else 0.0", "if gap else 1.0"))),
            "equal logits keep their couplings": ("All 1 in the first round", changed(
                MAX_MIN_LOOPS, ("if r > 0:", "if r > 0 and gap > 0:"), (" if gap else 0.0", ""))),
            "ones in the first two rounds": ("for the first round only", (
                "if iteration > 0:", "if iteration > 1:")),
            "only v": ("route_max_min should return v, couplings", ("return v, c", "return v")),
            "in place": ("route_max_min changed its argument u_hat in place", (
                "    return v, c", "    u_hat *= c[..., np.newaxis]\n    return v, c")),
            "two output capsules only": ("couplings are not 0 or 1 alone", (
                "c = (b - smallest) / np.where(spread > 0, spread, 1.0)", "c = 1.0 * (b > smallest)")),
            "dynamic routing": ("not 1 / n_out",
                changed(ROUTE_LOOPS, ("def route(", "def route_max_min("))),
            "logits kept between calls": ("is wrong", '''
logits = {}


def route_max_min(u_hat, iterations):
    b = logits.setdefault(u_hat.shape, np.zeros(u_hat.shape[:3]))
    c = np.ones(u_hat.shape[:3])
    for iteration in range(iterations):
        if iteration > 0:
            smallest = b.min(axis=2, keepdims=True)
            spread = b.max(axis=2, keepdims=True) - smallest
            c = (b - smallest) / np.where(spread > 0, spread, 1.0)
        s = np.einsum("mij,mijd->mjd", c, u_hat)
        squared = np.sum(s**2, axis=2, keepdims=True)
        v = s * (np.sqrt(squared) / (1 + squared))
        b += np.einsum("mijd,mjd->mij", u_hat, v)
    return v, c
'''),
            "divided by the largest logit": ("is wrong", (
                "c = (b - smallest) / np.where(spread > 0, spread, 1.0)",
                "c = b / np.maximum(b.max(axis=2, keepdims=True), 1e-30)")),
            "ones again in the last round": ("for the first round only", (
                "if iteration > 0:", "if 0 < iteration < iterations - 1:")),
            "minimum of the batch": ("is wrong", ("b.min(axis=2", "b.min(axis=(0, 2)")),
        },
    },
    "task-5": {
        "right": {
            "with two loops": '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    total = 0.0
    for n in range(len(y)):
        for c in range(lengths.shape[1]):
            if c == y[n]:
                total += max(0, m_plus - lengths[n, c]) ** 2
            else:
                total += down_weight * max(0, lengths[n, c] - m_minus) ** 2
    return total / len(y)
''',
            "one-hot labels": '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    t = np.eye(lengths.shape[1])[y]
    present = t * np.clip(m_plus - lengths, 0, None) ** 2
    absent = down_weight * (1 - t) * np.clip(lengths - m_minus, 0, None) ** 2
    return np.einsum("mc->", present + absent) / y.size
''',
            "all as absent, then the true one put right": '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    rows = np.arange(y.shape[0])
    loss = down_weight * ((lengths - m_minus) * (lengths > m_minus)) ** 2
    loss[rows, y] = np.where(lengths[rows, y] < m_plus, m_plus - lengths[rows, y], 0) ** 2
    return np.array(np.mean(np.sum(loss, axis=-1)))
''',
            "a sum that may be a whole 0": '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    parts = [(m_plus - x) ** 2 if c == label else down_weight * (x - m_minus) ** 2
             for row, label in zip(lengths.tolist(), y.tolist()) for c, x in enumerate(row)
             if (x < m_plus if c == label else x > m_minus)]
    return sum(parts) / len(y)
''',
            "by boolean masks": '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    mask = np.zeros(lengths.shape, dtype=bool)
    mask[np.arange(len(y)), y] = True
    short = np.maximum(m_plus - lengths[mask], 0)
    long = np.maximum(lengths[~mask] - m_minus, 0)
    return (short @ short + down_weight * (long @ long)) / len(lengths)
''',
        },
        "wrong": {
            "sum over the batch": ("Average over the batch", (".sum(axis=1).mean()", ".sum()")),
            "mean over the classes": ("average over the batch only.",
                (".sum(axis=1).mean()", ".mean()")),
            "sum and mean exchanged": ("divided by C and not by N",
                (".sum(axis=1).mean()", ".mean(axis=1).sum()")),
            "not squared": ("Square both parts.", ("np.maximum(0.0, m_plus - lengths) ** 2",
                                                  "np.maximum(0.0, m_plus - lengths)"),
                            ("np.maximum(0.0, lengths - m_minus) ** 2", "np.maximum(0.0, lengths - m_minus)")),
            "no hinge": ("max(0, ...) before the square", (
                "np.maximum(0.0, m_plus - lengths)", "(m_plus - lengths)"),
                ("np.maximum(0.0, lengths - m_minus)", "(lengths - m_minus)")),
            "hinge after the square": ("max(0, ...) before the square", (
                "np.maximum(0.0, m_plus - lengths) ** 2", "np.maximum(0.0, (m_plus - lengths) ** 2)"),
                ("np.maximum(0.0, lengths - m_minus) ** 2",
                 "np.maximum(0.0, (lengths - m_minus) ** 2)")),
            "no down_weight": ("Multiply the part of the other classes", ("down_weight * ", "")),
            "down_weight on the true class": ("not to the true one", (
                "too_short = ", "too_short = down_weight * "), ("too_long = down_weight * ", "too_long = ")),
            "down_weight on both": ("the other classes only",
                ("too_short = ", "too_short = down_weight * ")),
            "true class alone": ("The part of the other classes adds nothing", (
                "np.where(present, too_short, too_long)", "np.where(present, too_short, 0.0)")),
            "other classes alone": ("The part of the true class adds nothing", (
                "np.where(present, too_short, too_long)", "np.where(present, 0.0, too_long)")),
            "margins exchanged": ("m_plus is for the true class", (
                "m_plus - lengths", "m_minus - lengths"), ("lengths - m_minus", "lengths - m_plus")),
            "squared after the sum": ("Square each class by itself", (
                "np.maximum(0.0, m_plus - lengths) ** 2", "np.maximum(0.0, m_plus - lengths)"),
                ("np.maximum(0.0, lengths - m_minus) ** 2", "np.maximum(0.0, lengths - m_minus)"),
                (".sum(axis=1).mean()", ".sum(axis=1) ** 2).mean()"),
                ("return np.where", "return (np.where")),
            "true and other exchanged": ("are exchanged",
                ("too_short, too_long", "too_long, too_short")),
            "margins of its own": ("Use the margins that are given", (
                "present =", "m_plus, m_minus = 0.9, 0.1\n    present =")),
            "down_weight of its own": ("Use the down_weight that is given",
                ("down_weight * ", "0.5 * ")),
            "everything of its own": ("Use the margins and the down_weight", (
                "present =", "m_plus, m_minus, down_weight = 0.9, 0.1, 0.5\n    present =")),
            "labels against the examples": ("Compare the labels with the classes", (
                "y[:, np.newaxis] == np.arange(lengths.shape[1])",
                "np.resize(y, lengths.shape) == np.arange(lengths.shape[1])")),
            "labels as rows": ("is whole rows", '''
def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    T = np.zeros(lengths.shape)
    T[y] = 1
    present = T * np.maximum(0, m_plus - lengths) ** 2
    absent = down_weight * (1 - T) * np.maximum(0, lengths - m_minus) ** 2
    return np.mean(np.sum(present + absent, axis=1))
'''),
            "labels along the wrong axis": ("raised", (
                "y[:, np.newaxis] == np.arange(lengths.shape[1])", "y == np.arange(lengths.shape[1])[:, np.newaxis]")),
            "column y of all rows": ("its own true class", (
                "present =", "lengths = lengths.copy()\n    present ="),
                ("np.where(present, too_short, too_long)",
                 "np.where(np.isin(np.arange(lengths.shape[1]), y), too_short, too_long)")),
            "one loss per example": ("Expected a float, got an array",
                (".sum(axis=1).mean()", ".sum(axis=1)")),
            "ten classes only": ("raised", ("lengths.shape[1]", "10")),
            "largest length in place of the label": ("not the one with the longest capsule", (
                "y[:, np.newaxis]", "lengths.argmax(axis=1)[:, np.newaxis]")),
            "in place": ("margin_loss changed its argument lengths in place", (
                "    return", "    lengths -= m_minus\n    return")),
            "halved": ("The loss is not halved.", (".mean()", ".mean() / 2")),
            "root of the loss": ("The root is not taken.",
                (".sum(axis=1).mean()", ".sum(axis=1).mean() ** 0.5")),
            "down_weight squared": ("outside of the square", (
                "down_weight * np.maximum(0.0, lengths - m_minus) ** 2",
                "(down_weight * np.maximum(0.0, lengths - m_minus)) ** 2")),
            "other defaults": ("where they are not given",
                ("m_plus=0.9, m_minus=0.1", "m_plus=0.95, m_minus=0.05")),
            "y as a mask of small integers": ("raised", (
                "y[:, np.newaxis] == np.arange(lengths.shape[1])", "np.eye(10, dtype=bool)[y]")),
            "the mean of the other classes": ("do not take their mean", (
                "down_weight * np.maximum(0.0, lengths - m_minus) ** 2",
                "down_weight * np.maximum(0.0, lengths - m_minus) ** 2 / max(1, lengths.shape[1] - 1)")),
            "settings of the first call": ("Use the margins and the down_weight", '''
kept = {}


def margin_loss(lengths, y, m_plus=0.9, m_minus=0.1, down_weight=0.5):
    m_plus, m_minus, down_weight = kept.setdefault("settings", (m_plus, m_minus, down_weight))
    present = y[:, np.newaxis] == np.arange(lengths.shape[1])
    too_short = np.maximum(0.0, m_plus - lengths) ** 2
    too_long = down_weight * np.maximum(0.0, lengths - m_minus) ** 2
    return np.where(present, too_short, too_long).sum(axis=1).mean()
'''),
        },
    },
}
