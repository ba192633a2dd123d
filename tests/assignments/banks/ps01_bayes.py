"""Right answers and typical mistakes for ps01-bayes; `answers.read_bank` explains the form."""

# The check that the stub of task 2 brings along.
FIT = '''
def fit_gaussians(X, y, n_classes, var_smoothing=1e-9):
    missing = np.setdiff1d(np.arange(n_classes), y)
    if len(missing) > 0:
        raise ValueError(f"y must hold every class at least once; class {missing[0]} is missing")
'''

BANK = {
    "task-1": {
        "right": {
            "a loop over the classes": '''
def class_priors(y, n_classes):
    priors = np.zeros(n_classes)
    for c in range(n_classes):
        priors[c] = np.mean(y == c)
    return priors
''',
            "a loop over the labels, with a dict": '''
def class_priors(y, n_classes):
    count = {}
    for label in y.tolist():
        count[label] = count.get(label, 0) + 1
    return np.array([count.get(c, 0) / len(y) for c in range(n_classes)])
''',
            "one-hot rows": '''
class_priors = lambda labels, C: np.eye(C)[labels].mean(0)
''',
            "np.unique and a warning": '''
import warnings


def class_priors(y, n_classes):
    warnings.warn("a warning is no mistake")
    where, counts = np.unique(y, return_counts=True)
    priors = np.zeros(n_classes, dtype=np.float64)
    priors[where] = counts / counts.sum()
    return priors
''',
            "np.histogram": '''
def class_priors(y, n_classes):
    counts, _ = np.histogram(y, bins=np.arange(n_classes + 1) - 0.5)
    return counts / y.size
''',
        },
        "wrong": {
            "counts": ("Divide the counts", (" / len(y)", " * 1.0")),
            "integer division": ("got an array of int64", (" / len(y)", " // len(y)")),
            "divides by the classes": ("not of classes", ("/ len(y)", "/ n_classes")),
            "smoothes": ("Add nothing to the counts", '''
def class_priors(y, n_classes):
    return (np.bincount(y, minlength=n_classes) + 1) / (len(y) + n_classes)
'''),
            "forgets absent classes": ("also for a class that does not occur",
                                       (", minlength=n_classes", "")),
            "only the classes of np.unique": ("also for a class that does not occur", '''
def class_priors(y, n_classes):
    return np.unique(y, return_counts=True)[1] / len(y)
'''),
            "all equal": ("not all classes are equally common", '''
def class_priors(y, n_classes):
    return np.full(n_classes, 1 / n_classes)
'''),
            "m - 1": ("not by N - 1", ("/ len(y)", "/ (len(y) - 1)")),
            "unit length": ("Do not take the root", '''
def class_priors(y, n_classes):
    counts = np.bincount(y, minlength=n_classes)
    return counts / np.linalg.norm(counts)
'''),
            "divides by the largest": ("The largest count is not the sum", '''
def class_priors(y, n_classes):
    counts = np.bincount(y, minlength=n_classes)
    return counts / counts.max()
'''),
            "sorted by size": ("not sorted by size", '''
def class_priors(y, n_classes):
    return np.sort(np.bincount(y, minlength=n_classes) / len(y))[::-1]
'''),
            "adds up": ("not those of all classes up to it", (
                "return np.bincount(y, minlength=n_classes) / len(y)",
                "return np.cumsum(np.bincount(y, minlength=n_classes)) / len(y)")),
            "counts from 1": ("The first number belongs to class 0", (
                "np.bincount(y, minlength=n_classes)",
                "np.bincount(y + 1, minlength=n_classes)[:n_classes]")),
            "the other way round": ("not the share of all others", (
                "return np.bincount(y, minlength=n_classes) / len(y)",
                "return 1 - np.bincount(y, minlength=n_classes) / len(y)")),
            "logarithms": ("not their logarithms", (
                "return np.bincount(y, minlength=n_classes) / len(y)",
                "return np.log(np.bincount(y, minlength=n_classes) / len(y))")),
            "percent": ("Shares sum to 1, not to 100.", ("/ len(y)", "/ len(y) * 100")),
            "rounds": ("of other labels", (
                "return np.bincount(y, minlength=n_classes) / len(y)",
                "return np.round(np.bincount(y, minlength=n_classes) / len(y), 3)")),
            "the counts of an earlier call": ("of other labels", '''
counts = {}


def class_priors(y, n_classes):
    if len(y) not in counts:
        counts[len(y)] = np.bincount(y, minlength=n_classes)
    return counts[len(y)][:n_classes] / len(y)
'''),
            "sorts the labels in place": ("class_priors changed its argument y in place", '''
def class_priors(y, n_classes):
    y.sort()
    return np.bincount(y, minlength=n_classes) / len(y)
'''),
            "float32": ("Expected an array of float64",
                        ("/ len(y)", "/ np.float32(len(y))"),
                        ("np.bincount(y, minlength=n_classes)",
                         "np.bincount(y, minlength=n_classes).astype(np.float32)")),
            "returns a list": ("got a list of length 4", ("/ len(y)", "/ len(y)).tolist()"),
                               ("np.bincount", "(np.bincount")),
            "prints": ("got None", ("return ", "print("), ("len(y)", "len(y))")),
            "hard-coded to the visible test": ("of other labels than in the visible test", '''
def class_priors(y, n_classes):
    return np.array([0.25, 0.125, 0.625, 0.0])
'''),
            "four classes always": ("of other labels than in the visible test",
                                    ("minlength=n_classes", "minlength=4")),
        },
    },
    "task-2": {
        "right": {
            "loops": FIT + '''
    m, D = X.shape
    means, variances = np.zeros((n_classes, D)), np.zeros((n_classes, D))
    for c in range(n_classes):
        for d in range(D):
            values = [X[i, d] for i in range(m) if y[i] == c]
            mean = sum(values) / len(values)
            means[c, d] = mean
            variances[c, d] = sum((v - mean) ** 2 for v in values) / len(values)
    largest = 0.0
    for d in range(D):
        mean = sum(X[:, d]) / m
        largest = max(largest, sum((v - mean) ** 2 for v in X[:, d]) / m)
    return means, variances + var_smoothing * largest
''',
            "one-hot matrix products, as a list": FIT + '''
    Y = np.eye(n_classes)[y]
    share = Y / Y.sum(axis=0)
    means = share.T @ X
    variances = share.T @ (X - means[y]) ** 2
    return [means, variances + var_smoothing * np.var(X, axis=0).max()]
''',
            "np.add.at, its own check, other names": '''
def fit_gaussians(images, labels, C, var_smoothing=1e-9):
    counts = np.zeros((C, 1))
    np.add.at(counts, labels, 1)
    for c in range(C):
        if counts[c] == 0:
            raise ValueError(f"no example of class {c} in y")
    total = np.zeros((C, images.shape[1]))
    np.add.at(total, labels, images)
    means = total / counts
    squares = np.zeros_like(total)
    np.add.at(squares, labels, (images - means[labels]) ** 2)
    spread = np.mean((images - images.mean(axis=0)) ** 2, axis=0)
    return means, squares / counts + spread.max() * var_smoothing
''',
            "mean of squares, columns in Fortran order": FIT + '''
    means = np.empty((n_classes, X.shape[1]), order="F")
    variances = np.empty_like(means)
    for c in range(n_classes):
        x = X[y == c]
        means[c] = np.average(x, axis=0)
        variances[c] = np.average(x * x, axis=0) - means[c] ** 2
    return means, variances + var_smoothing * np.max(np.std(X, axis=0)) ** 2
''',
            "stacked, with variables named as built-ins": '''
sum, max, zip, len = 1, 2, 3, 4


def fit_gaussians(X, y, n_classes, var_smoothing=1e-9):
    for c in range(n_classes):
        if not (y == c).any():
            raise ValueError("class %d has no example" % c)
    floor = var_smoothing * np.amax(X.var(0))
    means = np.stack([X[y == c].mean(0) for c in range(n_classes)])
    variances = np.stack([X[y == c].var(0) + floor for c in range(n_classes)])
    return means, variances
''',
        },
        "wrong": {
            "one less": ("not by one less", ("x.var(axis=0) for", "x.var(axis=0, ddof=1) for")),
            "roots": ("Return variances, not their roots.",
                      ("return means, variances + var_smoothing * X.var(axis=0).max()",
                       "return means, np.sqrt(variances + var_smoothing * X.var(axis=0).max())")),
            "no smoothing": ("the last term of the formula is missing",
                             (" + var_smoothing * X.var(axis=0).max()", "")),
            "smoothing as it is": ("var_smoothing is a fraction", (" * X.var(axis=0).max()", "")),
            "largest within the classes": ("not within the classes",
                                           ("X.var(axis=0).max()", "variances.max()")),
            "each pixel its own": ("not that of each pixel", (".max()", "")),
            "the mean of the variances": ("not their mean", (".max()", ".mean()")),
            "the variance of all numbers": ("not of all numbers in X",
                                            ("X.var(axis=0).max()", "X.var()")),
            "the largest value": ("not the largest value in X", ("X.var(axis=0).max()", "X.max()")),
            "distances from the mean of all": (
                "from the mean of the class, not of all images",
                ("x.var(axis=0) for", "((x - X.mean(axis=0)) ** 2).mean(axis=0) for")),
            "absolute values": (
                "not of absolute values",
                ("x.var(axis=0) for", "np.abs(x - x.mean(axis=0)).mean(axis=0) for")),
            "m - 1 in the smoothing": ("divided by N, not by N - 1",
                                       ("X.var(axis=0).max()", "X.var(axis=0, ddof=1).max()")),
            "a lower limit": ("do not take it as a lower limit",
                              ("variances + var_smoothing * X.var(axis=0).max()",
                               "np.maximum(variances, var_smoothing * X.var(axis=0).max())")),
            "largest variance times itself": ("not by its square", (
                "X.var(axis=0).max()", "X.var(axis=0).max() ** 2")),
            "the largest deviation": ("not the largest standard deviation", (
                "X.var(axis=0).max()", "X.std(axis=0).max()")),
            "the smallest of the variances": (
                "Take the largest of the variances, not the smallest.", (
                ".max()", ".min()")),
            "smoothing in the means too": ("Only the variances are smoothed.", (
                "return means, variances", "return means + var_smoothing, variances")),
            "squares without the mean": ("Take the mean off before you square.", (
                "x.var(axis=0) for", "(x**2).mean(axis=0) for")),
            "sums of squares": ("A variance is a mean of squares, not a sum.", (
                "x.var(axis=0) for", "x.var(axis=0) * len(x) for"),),
            "squares over all images": (
                "Divide by the number of images in the class, not by that of all", (
                "x.var(axis=0) for", "x.var(axis=0) * len(x) / len(X) for")),
            "the median": ("The mean is asked for, not the median.", (
                "x.mean(axis=0)", "np.median(x, axis=0)")),
            "a shared variance": ("Every class has variances of its own", (
                "variances = np.array([x.var(axis=0) for x in images])",
                "variances = np.array([X.var(axis=0) for x in images])")),
            "the default is 0": ("The default of var_smoothing is 1e-9", (
                "var_smoothing=1e-9", "var_smoothing=0.0")),
            "var_smoothing is 1e-9": ("Use the var_smoothing that is given", (
                "+ var_smoothing *", "+ 1e-9 *")),
            "the fit of an earlier call": ("means of the same images with other labels", '''
fits = {}


def fit_gaussians(X, y, n_classes, var_smoothing=1e-9):
    missing = np.setdiff1d(np.arange(n_classes), y)
    if len(missing) > 0:
        raise ValueError(f"y must hold every class at least once; class {missing[0]} is missing")
    key = X.tobytes(), n_classes
    if key not in fits:
        fits[key] = (np.array([X[y == c].mean(axis=0) for c in range(n_classes)]),
                     np.array([X[y == c].var(axis=0) for c in range(n_classes)]))
    means, variances = fits[key]
    return means.copy(), variances + var_smoothing * X.var(axis=0).max()
'''),
            "one mean per class": ("one number for each pixel", ("x.mean(axis=0)", "x.mean()")),
            "along the pixels": ("means is wrong", ("x.mean(axis=0)", "x.mean(axis=1)[:2]")),
            "all classes alike": ("Use the images of one class at a time.",
                                  ("x.mean(axis=0)", "X.mean(axis=0)")),
            "divides by all images": ("not by that of all images",
                                      ("x.mean(axis=0)", "x.sum(axis=0) / len(X)")),
            "centers in place": ("fit_gaussians changed its argument X in place", FIT + '''
    means, variances = [], []
    for c in range(n_classes):
        means.append(X[y == c].mean(axis=0))
    largest = X.var(axis=0).max()
    for c in range(n_classes):
        X[y == c] -= means[c]
        variances.append((X[y == c] ** 2).mean(axis=0))
    return np.array(means), np.array(variances) + var_smoothing * largest
'''),
            "exchanged": ("Return the means first", (("return means, variances + var_smoothing * "
                                             "X.var(axis=0).max()"),
                                             ("return variances + var_smoothing * "
                                             "X.var(axis=0).max(), means"))),
            "lists of arrays": ("got a list", ("np.array([x.mean(axis=0) for x in images])",
                                               "[x.mean(axis=0) for x in images]")),
            "float32": ("Expected an array of float64",
                        ("np.array([x.mean(axis=0) for x in images])",
                         "np.array([x.mean(axis=0) for x in images], dtype=np.float32)")),
            "another default": ("variances", ("var_smoothing=1e-9", "var_smoothing=1e-8")),
            "ignores var_smoothing": ("variances for other numbers",
                                      ("+ var_smoothing *",
                                       "+ (0.1 if var_smoothing == 0.1 else 1e-9) *")),
            "two classes only": ("means for other numbers and shapes",
                                 ("c in range(n_classes)", "c in range(2)")),
            "the check is gone": ("Expected a ValueError", ("if len(missing) > 0:", "if False:")),
            "names no class": ("does not name", (
                'f"y must hold every class at least once; class {missing[0]} is missing"',
                '"a class is missing"')),
        },
    },
    "task-3": {
        "right": {
            "loops over everything": '''
import math


def log_joint(X, priors, means, variances):
    result = np.zeros((len(X), len(priors)))
    for i, x in enumerate(X):
        for c, prior in enumerate(priors):
            total = math.log(prior) if prior > 0 else -math.inf
            for d in range(len(x)):
                total -= math.log(2 * math.pi * variances[c, d]) / 2
                total -= (x[d] - means[c, d]) ** 2 / (2 * variances[c, d])
            result[i, c] = total
    return result
''',
            "column by column, in Fortran order": '''
def log_joint(X, priors, means, variances):
    columns = []
    for prior, mean, variance in zip(priors, means, variances):
        column = -np.sum(np.log(np.sqrt(2 * np.pi * variance))) * np.ones(len(X))
        column = column - ((X - mean) ** 2 / variance).sum(axis=1) / 2
        columns.append(column + np.log(prior) if prior else np.full(len(X), -np.inf))
    return np.array(columns).T
''',
            "two matrix products": '''
def log_joint(X, priors, means, variances):
    constant = np.full(len(priors), -np.inf)
    np.log(priors, out=constant, where=priors > 0)
    constant = constant - 0.5 * (np.log(2 * np.pi * variances) + means**2 / variances).sum(1)
    return constant + X @ (means / variances).T - 0.5 * (X**2 @ (1 / variances).T)
''',
            "scipy": '''
from scipy.stats import norm


def log_joint(X, priors, means, variances):
    densities = norm.logpdf(X[:, np.newaxis], loc=means, scale=np.sqrt(variances))
    with np.errstate(all="ignore"):
        return np.log(priors)[np.newaxis] + np.einsum("mcd->mc", densities)
''',
        },
        "wrong": {
            "the result of an earlier call": ("log_p for other numbers and shapes", '''
known = {}


def log_joint(X, priors, means, variances):
    key = X.shape, means.shape
    if key not in known:
        distances = (X[:, None, :] - means) ** 2 / variances
        with np.errstate(divide="ignore"):
            known[key] = np.log(priors) - 0.5 * (np.log(2 * np.pi * variances) + distances).sum(axis=2)
    return known[key]
'''),
            "no prior": ("The prior is missing.", ("log_priors + log_dens", "log_dens")),
            "the prior itself": ("Take the logarithm of the prior too.",
                                 ("log_priors + log", "priors + log")),
            "no factor": ("has a factor before the exponential",
                          ("np.log(2 * np.pi * variances) + ", "")),
            "no root": ("Do not forget the root",
                        ("-0.5 * (np.log(2 * np.pi * variances) + distances)",
                         "-np.log(2 * np.pi * variances) - 0.5 * distances")),
            "no half": ("two times the variance", ("-0.5 * (np.log(2 * np.pi * variances) + dist",
                                                   "-(0.5 * np.log(2 * np.pi * variances) + dist")),
            "no half at all": ("Both terms are halved", ("-0.5 * (", "-(")),
            "a quarter": ("Halve the squared distance once", ("+ distances)", "+ distances / 2)")),
            "the prior twice": ("Add the logarithm of the prior once only.", (
                "return log_priors +", "return 2 * log_priors +")),
            "a shared variance": ("Every class has variances of its own, not one for all", (
                "distances = ",
                "variances = variances.mean(axis=0) + 0 * variances\n    distances = ")),
            "the variances of class 0": (
                "Every class has variances of its own, not those of class 0", (
                "distances = ", "variances = variances[:1] + 0 * variances\n    distances = ")),
            "the logarithm of the posterior": ("Do not divide by the sum over the classes", (
                "return log_priors + log_densities.sum(axis=2)",
                ("log_p = log_priors + log_densities.sum(axis=2)\n"
                "    return log_p - np.logaddexp.reduce(log_p, axis=1, keepdims=True)"))),
            "two times pi without v": (
                "The factor before the exponential depends on the variance", (
                "np.log(2 * np.pi * variances)", "np.log(2 * np.pi)")),
            "pi for 2 pi": ("2 pi, not pi", ("2 * np.pi", "np.pi")),
            "subtracts the prior": ("Add the logarithm of the prior, do not subtract it.", (
                "return log_priors + log_densities.sum(axis=2)",
                "return log_densities.sum(axis=2) - log_priors")),
            "the distance is not squared": ("Square the distance", (
                "- means) ** 2 /", "- means) /")),
            "no 2 pi": ("The 2 pi is missing.", ("2 * np.pi * ", "")),
            "squares the variances": ("do not square them", (
                "distances = ", "variances = variances**2\n    distances = ")),
            "divides by the root": (
                "not by its root", ("** 2 / variances", "** 2 / variances**0.5")),
            "mean of the pixels": (
                "do not average them", ("log_densities.sum", "log_densities.mean")),
            "sign of the distance": ("Mind the sign", ("+ distances)", "- distances)")),
            "sign of the factor": ("subtract the half of log(2 pi v)",
                                   ("-0.5 * (np.log(2 * np.pi * variances) + distances)",
                                    "0.5 * (np.log(2 * np.pi * variances) - distances)")),
            "probabilities": ("Return the logarithm", (
                "return log_priors + log_densities.sum(axis=2)",
                "return np.exp(log_priors + log_densities.sum(axis=2))")),
            "decimal logarithm": ("The natural logarithm is asked for.", (
                "return log_priors + log_densities.sum(axis=2)",
                "return (log_priors + log_densities.sum(axis=2)) / np.log(10)")),
            "absolute distance": ("The distance is squared.",
                 ("(X[:, None, :] - means) ** 2",
                  "np.abs(X[:, None, :] - means)")),
            "prior for every pixel": ("Add the logarithm of the prior once only.", (
                "return log_priors + log_densities.sum(axis=2)",
                "return (log_priors[:, None] + log_densities).sum(axis=2)")),
            "root of 2 pi times v": ("Divide by 2 pi v under the root",
                                     ("np.log(2 * np.pi * variances)",
                                      "np.log(2 * np.pi * variances**2)")),
            "logarithm of the product": ("the product underflows to 0", '''
def log_joint(X, priors, means, variances):
    densities = np.exp(-((X[:, None, :] - means) ** 2) / (2 * variances))
    densities = densities / np.sqrt(2 * np.pi * variances)
    with np.errstate(all="ignore"):
        return np.log(priors * densities.prod(axis=2))
'''),
            "a little inside the logarithm": ("log_p of an improbable image", '''
def log_joint(X, priors, means, variances):
    densities = np.exp(-((X[:, None, :] - means) ** 2) / (2 * variances))
    densities = densities / np.sqrt(2 * np.pi * variances)
    with np.errstate(all="ignore"):
        return np.log(priors) + np.log(densities + 1e-12).sum(axis=2)
'''),
            "logarithm of each density": ("the density of a single pixel underflows", '''
def log_joint(X, priors, means, variances):
    densities = np.exp(-((X[:, None, :] - means) ** 2) / (2 * variances))
    densities = densities / np.sqrt(2 * np.pi * variances)
    with np.errstate(all="ignore"):
        return np.log(priors) + np.log(densities).sum(axis=2)
'''),
            "warns at prior 0": ("caused a warning", (
                'np.errstate(divide="ignore")', 'np.errstate()')),
            "a little added to the prior": ("log_p where a prior is 0",
                                            ("np.log(priors)", "np.log(priors + 1e-300)")),
            "divides in place": ("log_joint changed its argument variances in place", (
                "distances = (X[:, None, :] - means) ** 2 / variances",
                "variances *= 2 * np.pi\n    distances = (X[:, None, :] - means) ** 2 / variances")),
            "transposed": ("Expected an array of float64 with shape (2, 3)", (
                "return log_priors + log_densities.sum(axis=2)",
                "return (log_priors + log_densities.sum(axis=2)).T")),
            "transposed where square": ("log_p for other numbers and shapes", (
                "return log_priors + log_densities.sum(axis=2)",
                ("result = log_priors + log_densities.sum(axis=2)\n"
                "    return result.T if len(X) == len(priors) else result"))),
            "wrong axis": ("log_joint raised ValueError", ("axis=2", "axis=1")),
            "normalizes the priors": ("log_p with the priors as they are given", (
                "np.log(priors)", "np.log(priors / priors.sum())")),
            "one image only": ("log_p for", (
                "return log_priors + log_densities.sum(axis=2)",
                ("result = log_priors + log_densities.sum(axis=2)\n"
                "    return np.repeat(result[:1], len(X), axis=0) if len(X) != 2 else result"))),
            "float32": ("Expected an array of float64", (
                "return log_priors + log_densities.sum(axis=2)",
                "return np.float32(log_priors + log_densities.sum(axis=2))")),
        },
    },
    "task-4": {
        "right": {
            "row by row": '''
import math


def posterior(log_joint):
    rows = []
    for row in log_joint.tolist():
        top = max(row)
        e = [math.exp(a - top) for a in row]
        rows.append([a / math.fsum(e) for a in e])
    return np.array(rows)
''',
            "minus the logarithm of the sum": '''
def posterior(log_joint):
    top = np.max(log_joint, axis=-1)[:, np.newaxis]
    log_evidence = top + np.log(np.sum(np.exp(log_joint - top), axis=-1))[:, np.newaxis]
    result = np.exp(log_joint - log_evidence)
    return result / np.sum(result, axis=1).reshape(-1, 1)
''',
            "scipy's logsumexp": '''
from scipy.special import logsumexp


def posterior(log_joint):
    return np.exp(log_joint - logsumexp(log_joint, axis=1)[:, None])
''',
            "scipy": '''
from scipy.special import softmax


def posterior(log_p):
    return softmax(log_p, axis=1)
''',
            "the transposed way round": '''
def posterior(log_joint):
    columns = log_joint.T - log_joint.max(axis=1)
    columns = np.exp(columns)
    columns /= columns.sum(axis=0)
    return columns.T
''',
        },
        "wrong": {
            "no sum": ("Divide by the sum over the classes: every row sums to 1.", '''
def posterior(log_joint):
    return np.exp(log_joint)
'''),
            "over the images": ("(axis 1), not over the images", '''
def posterior(log_joint):
    relative = np.exp(log_joint)
    return relative / relative.sum(axis=0)
'''),
            "one sum for all": ("Divide each row by a sum of its own.", '''
def posterior(log_joint):
    relative = np.exp(log_joint)
    return relative / relative.sum()
'''),
            "the row's largest, the column's sum": (
                "Sum over the classes, as you take the largest", (
                "relative.sum(axis=1, keepdims=True)", "relative.sum(axis=0)")),
            "sigmoid": ("A sigmoid looks at one number alone", '''
def posterior(log_joint):
    return 1 / (1 + np.exp(-log_joint))
'''),
            "twice": ("Take exp and divide once, not twice.", (
                "return relative / relative.sum(axis=1, keepdims=True)",
                ("p = relative / relative.sum(axis=1, keepdims=True)\n"
                "    return np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)"))),
            "the largest alone": ("all classes get their share", (
                "return relative / relative.sum(axis=1, keepdims=True)",
                "return (relative == 1).astype(float)")),
            "unit length": ("Divide by the sum, not by the root of the sum of squares.", (
                "relative.sum(axis=1, keepdims=True)",
                "np.linalg.norm(relative, axis=1, keepdims=True)")),
            "the result of an earlier call": ("p for other numbers and shapes", '''
known = {}


def posterior(log_joint):
    key = log_joint.shape if log_joint.shape[0] > 3 else log_joint.tobytes()
    if key not in known:
        relative = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
        known[key] = relative / relative.sum(axis=1, keepdims=True)
    return known[key]
'''),
            "divides by the largest": ("not by the largest",
                                       ("/ relative.sum(axis=1, keepdims=True)", "")),
            "logarithms": ("not their logarithms",
                           ("return relative / relative.sum(axis=1, keepdims=True)",
                            "return np.log(relative / relative.sum(axis=1, keepdims=True))")),
            "no exp": ("Take exp first, then divide.", '''
def posterior(log_joint):
    return log_joint / log_joint.sum(axis=1, keepdims=True)
'''),
            "divides by the mean": ("not by the mean", ("relative.sum", "relative.mean")),
            "powers of 2": ("Use e, not 2", ("np.exp(", "np.exp2(")),
            "sign": ("mind the sign", '''
def posterior(log_joint):
    relative = np.exp(log_joint.min(axis=1, keepdims=True) - log_joint)
    return relative / relative.sum(axis=1, keepdims=True)
'''),
            "unstable": ("Before exp take the largest number of the row off", '''
def posterior(log_joint):
    relative = np.exp(log_joint)
    return relative / relative.sum(axis=1, keepdims=True)
'''),
            "largest of the whole array": ("not that of the whole array",
                                           ("log_joint.max(axis=1, keepdims=True)",
                                            "log_joint.max()")),
            "mean of the row": ("Take the largest number of the row off, and no other",
                                ("log_joint.max(", "log_joint.mean(")),
            "smallest of the row": ("Take the largest number of the row off, and no other",
                                    ("log_joint.max(", "log_joint.min(")),
            "broadcasts (m,) against (m, C)": ("posterior raised ValueError",
                                               ("max(axis=1, keepdims=True)", "max(axis=1)")),
            "broadcasts where m = C": ("is wrong", ("max(axis=1, keepdims=True)",
                                       "max(axis=1, keepdims=len(log_joint) != log_joint.shape[1])")),
            "sum without keepdims": ("posterior raised ValueError",
                                     ("sum(axis=1, keepdims=True)", "sum(axis=1)")),
            "clips": ("Do not cut off the logarithms", (
                "relative = ", "log_joint = np.clip(log_joint, -700, 700)\n    relative = ")),
            "clips the differences": ("e**700 times less probable", (
                "log_joint - log_joint.max(axis=1, keepdims=True)",
                "np.maximum(log_joint - log_joint.max(axis=1, keepdims=True), -500)")),
            "a little in the denominator": ("p", (
                "/ relative.sum(axis=1, keepdims=True)",
                "/ (relative.sum(axis=1, keepdims=True) + 1e-6)")),
            "a little more than the sum": ("p", (
                "/ relative.sum(axis=1, keepdims=True)",
                "/ (relative.sum(axis=1, keepdims=True) * (1 + 1e-8))")),
            "1e-9 in the denominator": ("p", (
                "/ relative.sum(axis=1, keepdims=True)",
                "/ (relative.sum(axis=1, keepdims=True) + 1e-9)")),
            "rounds": ("p is wrong", (
                "return relative / relative.sum(axis=1, keepdims=True)",
                "return np.round(relative / relative.sum(axis=1, keepdims=True), 6)")),
            "in place": ("posterior changed its argument log_joint in place", '''
def posterior(log_joint):
    log_joint -= log_joint.max(axis=1, keepdims=True)
    relative = np.exp(log_joint)
    return relative / relative.sum(axis=1, keepdims=True)
'''),
            "three classes only": ("p of rows that are far from each other",
                                   ("relative.sum(axis=1, keepdims=True)",
                                    "(relative[:, [0]] + relative[:, [1]] + relative[:, [-1]])")),
            "float32": ("Expected an array of float64",
                        ("np.exp(log_joint - log_joint.max(axis=1, keepdims=True))",
                         ("np.exp((log_joint - log_joint.max(axis=1, keepdims=True))"
                         ".astype(np.float32))"))),
        },
    },
    "task-5": {
        "right": {
            "all by itself": '''
def predict(X, priors, means, variances):
    answers = []
    for x in X:
        distances = ((x - means) ** 2 / variances + np.log(variances)).sum(axis=1)
        with np.errstate(divide="ignore"):
            answers.append(int(np.argmin(distances - 2 * np.log(priors))))
    return np.array(answers)
''',
            "by way of the posterior": '''
def predict(X, priors, means, variances):
    return posterior(log_joint(X, priors, means, variances)).argmax(axis=1)
''',
            "int32 and a loop": '''
def predict(X, priors, means, variances):
    scores = log_joint(X, priors, means, variances)
    labels = np.zeros(len(X), dtype=np.int32)
    for i in range(len(X)):
        for c in range(1, len(priors)):
            if scores[i, c] > scores[i, labels[i]]:
                labels[i] = c
    return labels
''',
            "one image at a time": '''
def predict(X, priors, means, variances):
    one = lambda x: np.argmax(log_joint(x[np.newaxis, :], priors, means, variances)[0])
    return np.array([one(x) for x in X])
''',
        },
        "wrong": {
            "the labels of an earlier call": ("labels for other numbers and shapes", '''
known = {}


def predict(X, priors, means, variances):
    key = X.shape, means.shape
    if key not in known:
        known[key] = np.argmax(log_joint(X, priors, means, variances), axis=1)
    return known[key]
'''),
            "smallest": ("Take the largest, not the smallest.", ("argmax", "argmin")),
            "ignores the priors": ("add the logarithm of the prior", (
                "log_joint(X, priors, means", "log_joint(X, np.ones(len(priors)), means")),
            "nearest mean": ("The nearest mean is not enough", '''
def predict(X, priors, means, variances):
    return np.argmin(((X[:, None] - means) ** 2).sum(axis=2), axis=1)
'''),
            "wrong axis": ("Give one label for each image", ("axis=1", "axis=0")),
            "no factor": ("Do not forget the factor before the exponential", '''
def predict(X, priors, means, variances):
    with np.errstate(divide="ignore"):
        log_priors = np.log(priors)
    return (log_priors - ((X[:, None] - means) ** 2 / variances).sum(axis=2) / 2).argmax(axis=1)
'''),
            "the prior alone": ("the prior alone is not the answer", '''
def predict(X, priors, means, variances):
    return np.full(len(X), np.argmax(priors))
'''),
            "the prior itself": ("add the logarithm of the prior", '''
def predict(X, priors, means, variances):
    return np.argmax(priors + log_joint(X, np.ones(len(priors)), means, variances), axis=1)
'''),
            "the prior twice": ("The prior counts once", '''
def predict(X, priors, means, variances):
    with np.errstate(divide="ignore"):
        return np.argmax(log_joint(X, priors, means, variances) + np.log(priors), axis=1)
'''),
            "a shared variance": ("Every class has variances of its own", (
                "variances), axis", "variances.mean(axis=0) + 0 * variances), axis")),
            "the variances of class 0": ("not those of class 0", (
                "variances), axis", "variances[:1] + 0 * variances), axis")),
            "deviations for variances": ("These are variances already", (
                "variances), axis", "variances**2), axis")),
            "roots for variances": (
                "do not take their roots", ("variances), axis", "variances**0.5), axis")),
            "no half": ("Both terms of the logarithm are halved", '''
def predict(X, priors, means, variances):
    with np.errstate(divide="ignore"):
        log_priors = np.log(priors)
    terms = np.log(2 * np.pi * variances) + (X[:, None] - means) ** 2 / variances
    return np.argmax(log_priors - terms.sum(axis=2), axis=1)
'''),
            "the smallest distance": ("The nearest in units of the variance is not enough", '''
def predict(X, priors, means, variances):
    return np.argmin(((X[:, None] - means) ** 2 / variances).sum(axis=2), axis=1)
'''),
            "the rarest": (
                "add the logarithm of the prior",
                ("log_joint(X, priors", "log_joint(X, 1 - priors")),
            "a class at least as good as most": ("not the first one that is probable enough", '''
def predict(X, priors, means, variances):
    scores = log_joint(X, priors, means, variances)
    return np.argmax(scores >= np.median(scores, axis=1, keepdims=True), axis=1)
'''),
            "last of equals": ("take the smallest label", '''
def predict(X, priors, means, variances):
    scores = log_joint(X, priors, means, variances)
    return len(priors) - 1 - np.argmax(scores[:, ::-1], axis=1)
'''),
            "underflows": ("labels for other numbers and shapes", '''
def predict(X, priors, means, variances):
    densities = np.exp(-((X[:, None] - means) ** 2) / 2 / variances) / np.sqrt(variances)
    return (priors * densities.prod(axis=2)).argmax(axis=1)
'''),
            "the largest, not its place": ("got an array of float64", ("np.argmax", "np.max")),
            "counts from 1": ("Labels count from 0", ("axis=1)", "axis=1) + 1")),
            "floats": ("Expected an array of int64", ("axis=1)", "axis=1).astype(float)")),
            "a list": ("got a list", ("axis=1)", "axis=1).tolist()")),
            "first image only": ("labels is wrong", ("axis=1)", "axis=1)[0]")),
            "a column": ("with shape (24, 1)", ("axis=1)", "axis=1, keepdims=True)")),
            "one-hot": ("with shape (24, 4)", ("return np", "return np.eye(len(priors))[np"),
                        ("axis=1)", "axis=1)]")),
            "at most three classes": ("All classes may be the answer",
                                      ("variances), axis=1)", "variances)[:, :3], axis=1)")),
            "sorts the priors in place": ("predict changed its argument priors in place",
                                          ("return", "priors /= 2.0\n    return")),
        },
    },
}
