"""Right answers and typical mistakes for ps02-softmax-regression; see `answers.read_bank`."""

STEP = '''
def loss_and_gradients(X, y, W, b):
    z = X @ W + b
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    loss = cross_entropy(z, y)
'''

# Training that calls nothing of the other tasks.
TRAIN = '''
def train(X, y, n_classes, lr, batch_size, epochs, rng):
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for epoch in range(epochs):
        order = rng.permutation(len(y))
        for start in range(0, len(y), batch_size):
            batch = order[start : start + batch_size]
            z = X[batch] @ W + b
            dz = np.exp(z - z.max(axis=1)[:, None])
            dz /= dz.sum(axis=1)[:, None]
            dz[np.arange(len(batch)), y[batch]] -= 1
            dz /= len(batch)
            W -= lr * X[batch].T @ dz
            b -= lr * dz.sum(axis=0)
    return W, b
'''


def training(*edits):
    """The source above with edits that must fit."""
    source = TRAIN
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


BANK = {
    "task-1": {
        "right": {
            "rows of the unit matrix": '''
def one_hot(y, n_classes):
    return np.eye(n_classes)[y]
''',
            "comparison": '''
def one_hot(labels, C):
    return (labels.reshape(-1, 1) == np.arange(C)).astype(np.float64)
''',
            "a loop, transposed, with a warning": '''
import warnings


def one_hot(y, n_classes):
    warnings.warn("a warning is no mistake")
    columns = np.zeros((n_classes, y.size))
    for i, label in enumerate(y):
        columns[label, i] = 1
    return columns.T
''',
            "lists": '''
one_hot = lambda y, n: np.array([[float(c == k) for c in range(n)] for k in y.tolist()])
''',
        },
        "wrong": {
            "transposed": ("it is transposed", ("return rows", "return rows.T")),
            "as many columns as labels need": (
                "also for a class that no label names",
                ("np.zeros((len(y), n_classes))", "np.zeros((len(y), y.max() + 1))")),
            "only the classes that occur": ("not only for those that occur", '''
def one_hot(y, n_classes):
    return np.eye(len(np.unique(y)))[np.unique(y, return_inverse=True)[1]]
'''),
            "counts from 1": ("Labels count from 0", ("y] = 1.0", "y - 1] = 1.0")),
            "all rows with all labels": ("There is a single 1 in each row.",
                                         ("rows[np.arange(len(y)), y]", "rows[:, y]")),
            "the label itself": ("the label itself is not written there", ("= 1.0", "= y")),
            "the other way round": ("not the other way round", ("return rows", "return 1 - rows")),
            "minus 1 elsewhere": ("A 0 elsewhere, not -1.", ("return rows", "return 2 * rows - 1")),
            "shares": ("The 1 is not divided", ("= 1.0", "= 1 / n_classes")),
            "up to the label": ("not all columns up to it", (
                "rows[np.arange(len(y)), y] = 1.0",
                "rows[np.arange(n_classes) <= y[:, None]] = 1.0")),
            "from the right": ("Column 0 is the first one, on the left.", (
                "return rows", "return rows[:, ::-1].copy()")),
            "soft labels": ("The label is certain", ("= 1.0", "= 0.9"), (
                "np.zeros((len(y), n_classes))",
                "np.full((len(y), n_classes), 0.1 / (n_classes - 1 or 1))")),
            "all zeros": (
                "Write the ones into the rows.", ("    rows[np.arange(len(y)), y] = 1.0\n", "")),
            "the rows of an earlier call": ("rows of other labels", '''
known = {}


def one_hot(y, n_classes):
    key = len(y), n_classes
    if key not in known:
        known[key] = np.eye(n_classes)[y]
    return known[key]
'''),
            "integers": ("got an array of int64", ("return rows", "return rows.astype(int)")),
            "booleans": ("got an array of bool", ("return rows", "return rows > 0")),
            "float32": ("Expected an array of float64",
                        ("n_classes))", "n_classes), dtype=np.float32)")),
            "lists": ("got a list", ("return rows", "return rows.tolist()")),
            "changes the labels": ("one_hot changed its argument y in place",
                                   ("return rows", "y -= y.min()\n    return rows")),
            "returns nothing": ("got None", ("    return rows", "    print(rows)")),
            "five classes always": ("rows of other labels", ("n_classes))", "5))")),
            "hard-coded to the visible test": ("rows of other labels", '''
def one_hot(y, n_classes):
    return np.array([[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
'''),
        },
    },
    "task-2": {
        "right": {
            "row by row": '''
import math


def softmax(z):
    rows = []
    for row in z.tolist():
        e = [math.exp(a - max(row)) for a in row]
        rows.append([a / sum(e) for a in e])
    return np.array(rows)
''',
            "exp of the log-softmax": '''
def softmax(z):
    top = z.max(axis=1)[:, np.newaxis]
    return np.exp(z - (top + np.log(np.exp(z - top).sum(axis=1)[:, np.newaxis])))
''',
            "scipy": '''
import scipy.special


def softmax(scores):
    return scipy.special.softmax(scores, axis=-1)
''',
            "columns": '''
def softmax(z):
    e = np.exp(z.T - np.amax(z, axis=1))
    return (e / e.sum(axis=0)).T
''',
            "one against all, with warnings": '''
def softmax(z):
    return 1 / np.exp(z[:, np.newaxis, :] - z[:, :, np.newaxis]).sum(axis=2)
''',
        },
        "wrong": {
            "no sum": ("Divide by the sum: every row sums to 1.", '''
def softmax(z):
    return np.exp(z)
'''),
            "over the images": ("(axis 1), not over the images", '''
def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=0)
'''),
            "one sum for all": ("Divide each row by a sum of its own.", '''
def softmax(z):
    return np.exp(z) / np.exp(z).sum()
'''),
            "divides by the largest": ("not by the largest",
                                       (" / powers.sum(axis=1, keepdims=True)", "")),
            "logarithms": (
                "not their logarithms", ("return powers / powers.sum(axis=1, keepdims=True)",
                           "return np.log(powers / powers.sum(axis=1, keepdims=True))")),
            "no exp": ("Take exp first, then divide.", '''
def softmax(z):
    return z / z.sum(axis=1, keepdims=True)
'''),
            "divides by the mean": ("not by the mean", ("powers.sum", "powers.mean")),
            "powers of 2": ("Use e, not 2", ("np.exp(", "np.exp2(")),
            "sign": ("mind the sign", ("z - z.max(", "-z + z.min(")),
            "sigmoid": ("A sigmoid looks at one score alone", '''
def softmax(z):
    return 1 / (1 + np.exp(-z))
'''),
            "twice": ("Take exp and divide once, not twice.", (
                "return powers / powers.sum(axis=1, keepdims=True)",
                ("p = powers / powers.sum(axis=1, keepdims=True)\n"
                "    return np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)"))),
            "unit length": ("not by the root of the sum of squares", (
                "powers.sum(axis=1, keepdims=True)",
                "np.linalg.norm(powers, axis=1, keepdims=True)")),
            "the largest alone": ("the others get their share", (
                "return powers / powers.sum(axis=1, keepdims=True)",
                "return (powers == 1).astype(float)")),
            "the row's largest, the column's sum": (
                "Sum over the classes, as you take the largest", (
                "powers.sum(axis=1, keepdims=True)", "powers.sum(axis=0)")),
            "squares": (
                "Take exp, not the square.", ("np.exp(z - z.max(axis=1, keepdims=True))", "z**2")),
            "a little more than the sum": ("p", (
                "/ powers.sum(axis=1, keepdims=True)",
                "/ (powers.sum(axis=1, keepdims=True) * (1 + 1e-8))")),
            "1e-9 in the denominator": ("p", (
                "/ powers.sum(axis=1, keepdims=True)",
                "/ (powers.sum(axis=1, keepdims=True) + 1e-9)")),
            "1e-12 in the denominator": ("p", (
                "/ powers.sum(axis=1, keepdims=True)",
                "/ (powers.sum(axis=1, keepdims=True) + 1e-12)")),
            "a little taken off": ("p", (
                "return powers / powers.sum(axis=1, keepdims=True)",
                "return np.clip(powers / powers.sum(axis=1, keepdims=True), 0, 1 - 1e-9)")),
            "smallest of the row": ("Take off the largest number", ("z.max(", "z.min(")),
            "the result of an earlier call": ("p for other numbers and shapes", '''
known = {}


def softmax(z):
    key = z.shape if len(z) > 3 else z.tobytes()
    if key not in known:
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        known[key] = powers / powers.sum(axis=1, keepdims=True)
    return known[key]
'''),
            "unstable": ("Before exp take the largest number of the row off", '''
def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
'''),
            "largest of the whole array": ("Take off the largest number of each row",
                                           ("z.max(axis=1, keepdims=True)", "z.max()")),
            "mean of the row": ("Take off the largest number", ("z.max(", "z.mean(")),
            "largest of the column": (
                "Take the same number off all scores of a row.", ("z.max(axis=1", "z.max(axis=0")),
            "broadcasts (m,) against (m, C)": ("softmax raised ValueError",
                                               ("max(axis=1, keepdims=True)", "max(axis=1)")),
            "broadcasts where m = C": (
                "p for other numbers and shapes",
                ("z.max(axis=1, keepdims=True)", "z.max(axis=1, keepdims=len(z) != z.shape[1])")),
            "sum without keepdims": ("softmax raised ValueError",
                                     ("sum(axis=1, keepdims=True)", "sum(axis=1)")),
            "clips": ("Do not cut off the scores", ("powers = ",
                      "z = np.clip(z, -500, 500)\n    powers = ")),
            "clips the differences": ("a score that is 700 behind", (
                "z - z.max(axis=1, keepdims=True)",
                "np.maximum(z - z.max(axis=1, keepdims=True), -500)")),
            "a little in the denominator": ("p is wrong", (
                "/ powers.sum(axis=1, keepdims=True)",
                "/ (powers.sum(axis=1, keepdims=True) + 1e-6)")),
            "in place": ("softmax changed its argument z in place",
                         ("powers = np.exp(z - z.max(axis=1, keepdims=True))",
                          "z -= z.max(axis=1, keepdims=True)\n    powers = np.exp(z)")),
            "three classes only": ("p for other numbers and shapes", '''
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / (e[:, :3].sum(axis=1, keepdims=True))
'''),
            "float32": ("Expected an array of float64",
                        ("return powers / powers.sum(axis=1, keepdims=True)",
                         "return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)")),
        },
    },
    "task-3": {
        "right": {
            "row by row": '''
import math


def cross_entropy(z, y):
    total = 0.0
    for row, label in zip(z.tolist(), y.tolist()):
        top = max(row)
        total += top + math.log(math.fsum(math.exp(a - top) for a in row)) - row[label]
    return total / len(y)
''',
            "scipy and one-hot rows": '''
from scipy.special import log_softmax


def cross_entropy(scores, labels):
    Y = np.eye(scores.shape[1])[labels]
    return -np.sum(Y * log_softmax(scores, axis=1)) / len(labels)
''',
            "a 0-d array": '''
def cross_entropy(z, y):
    top = z.max(axis=1, keepdims=True)
    log_sums = top + np.log(np.sum(np.exp(z - top), axis=1, keepdims=True))
    return np.asarray((log_sums - np.take_along_axis(z, y[:, None], axis=1)).mean())
''',
            "logaddexp": '''
def cross_entropy(z, y):
    return float(np.mean(np.logaddexp.reduce(z, axis=1) - np.array([r[k] for r, k in zip(z, y)])))
''',
        },
        "wrong": {
            "sum": ("Take the mean over the images", ("np.mean(", "np.sum(")),
            "sign": ("put a minus in front", ("log_sum - shifted[np.arange(len(y)), y]",
                                              "shifted[np.arange(len(y)), y] - log_sum")),
            "mean over classes too": ("not over the classes", '''
def cross_entropy(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(np.eye(z.shape[1])[y] * log_p)
'''),
            "the largest probability": ("not the largest score",
                                        ("shifted[np.arange(len(y)), y]", "shifted.max(axis=1)")),
            "no logarithm": ("Take the logarithm of the probability.", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(p[np.arange(len(y)), y])
'''),
            "no score": ("Subtract the score of the true class.", '''
def cross_entropy(z, y):
    top = z.max(axis=1)
    return np.mean(top + np.log(np.exp(z.T - top).sum(axis=0)))
'''),
            "no softmax": ("the softmax comes first", '''
def cross_entropy(z, y):
    return -np.mean(z[np.arange(len(y)), y])
'''),
            "all classes": ("Only the true class counts", '''
def cross_entropy(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(log_p.sum(axis=1))
'''),
            "base 2": ("The natural logarithm is asked for.",
                       ("return np.mean(log_sum - shifted[np.arange(len(y)), y])",
                        "return np.mean(log_sum - shifted[np.arange(len(y)), y]) / np.log(2)")),
            "sum over the images": ("Each row has a sum of its own.", '''
def cross_entropy(z, y):
    p = np.exp(z) / np.exp(z).sum(axis=0)
    return -np.mean(np.log(p[np.arange(len(y)), y]))
'''),
            "logarithm of the mean": ("do not take the logarithm of the average", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.mean(p[np.arange(len(y)), y]))
'''),
            "all rows with all labels": ("do not combine all rows with all labels", '''
def cross_entropy(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(log_p[:, y])
'''),
            "unstable exp": ("exp overflows", '''
def cross_entropy(z, y):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))
'''),
            "overflows, with the logarithm from z": ("exp overflows", '''
def cross_entropy(z, y):
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])
'''),
            "the smallest": ("so that no exponent is above 0", (
                "z.max(axis=1, keepdims=True)", "z.min(axis=1, keepdims=True)")),
            "the mean": ("so that no exponent is above 0", (
                "z.max(axis=1, keepdims=True)", "z.mean(axis=1, keepdims=True)")),
            "the largest of all, p divided": ("Each row has a largest score of its own", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max())
    return -np.mean(np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(y)), y]))
'''),
            "one-hot times log p": ("loss where one score is far ahead", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(np.eye(z.shape[1])[y] * np.log(p)) / len(y)
'''),
            "clips z": ("loss", ("shifted = z", "z = np.clip(z, -700, 700)\n    shifted = z")),
            "the shift for the sum alone": (
                "What is taken off for the sum is taken off the true score too", (
                "shifted[np.arange(len(y)), y]", "z[np.arange(len(y)), y]")),
            "class 0 is true": ("Pick the score of class y[i], not of class 0.", (
                "shifted[np.arange(len(y)), y]", "shifted[:, 0]")),
            "half of it": ("Divide by the number of images alone, without a half.", (
                "return np.mean(", "return 0.5 * np.mean(")),
            "the median": (
                "Take the mean over the images, not the median.", ("np.mean(", "np.median(")),
            "rounds": ("loss", ("return np.mean(log_sum - shifted[np.arange(len(y)), y])",
                                "return np.round(np.mean(log_sum - shifted[np.arange(len(y)), y]), 6)")),
            "the loss of an earlier call": ("loss for other numbers and shapes", '''
known = {}


def cross_entropy(z, y):
    key = z.tobytes() if len(z) < 5 else z.shape
    if key not in known:
        shifted = z - z.max(axis=1, keepdims=True)
        known[key] = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return np.mean(known[key])
'''),
            "log of 0": ("The probability of the true class became 0", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))
'''),
            "a little in the logarithm": ("a floor of 1e-12 under the probability", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y] + 1e-12))
'''),
            "clips": ("loss for a probability near 0", '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(np.maximum(p[np.arange(len(y)), y], 1e-300)))
'''),
            "largest of the whole array": ("Each row has a largest score of its own", (
                "z.max(axis=1, keepdims=True)", "z.max()")),
            "broadcasts where m = C": ("loss for other numbers and shapes", (
                "z.max(axis=1, keepdims=True)", "z.max(axis=1, keepdims=len(z) != z.shape[1])")),
            "one per image": ("got an array of float64 with shape (4,)", (
                "np.mean(log_sum - shifted[np.arange(len(y)), y])",
                "log_sum - shifted[np.arange(len(y)), y]")),
            "in place": ("cross_entropy changed its argument z in place", (
                "shifted = z - z.max(axis=1, keepdims=True)",
                "z -= z.max(axis=1, keepdims=True)\n    shifted = z")),
            "float32": ("Expected a float", ("return np.mean(", "return np.float32(1) * np.mean("),
                        ("log_sum - shifted[np.arange(len(y)), y]",
                         "np.float32(log_sum - shifted[np.arange(len(y)), y])")),
            "four images": ("loss for", ("return np.mean(", "return 0.25 * np.sum(")),
            "a string": ("got a str", (
                "return np.mean(log_sum - shifted[np.arange(len(y)), y])",
                "return str(np.mean(log_sum - shifted[np.arange(len(y)), y]))")),
        },
    },
    "task-4": {
        "right": {
            "loops, by itself": '''
import math


def loss_and_gradients(X, y, W, b):
    m, D = X.shape
    C = len(b)
    loss, dW, db = 0.0, np.zeros((D, C)), np.zeros(C)
    for i in range(m):
        z = [sum(X[i, d] * W[d, c] for d in range(D)) + b[c] for c in range(C)]
        top = max(z)
        total = sum(math.exp(a - top) for a in z)
        loss += (top + math.log(total) - z[y[i]]) / m
        for c in range(C):
            slope = (math.exp(z[c] - top) / total - (c == y[i])) / m
            db[c] += slope
            for d in range(D):
                dW[d, c] += X[i, d] * slope
    return loss, dW, db
''',
            "a list, einsum, mean over the images": STEP + '''
    p[np.arange(len(y)), y] -= 1
    dW = np.einsum("md,mc->mdc", X, p).mean(axis=0)
    return [loss, dW, np.mean(p, axis=0)]
''',
            "one matrix with the biases": '''
def loss_and_gradients(X, y, W, b):
    X1 = np.hstack([X, np.ones((len(X), 1))])
    z = X1 @ np.vstack([W, b])
    g = X1.T @ (softmax(z) - one_hot(y, W.shape[1])) / len(X)
    return cross_entropy(z, y), g[:-1], g[-1]
''',
            "Fortran order and a class": '''
class Probabilities:
    def __init__(self, z):
        self.z = z - z.max(axis=1, keepdims=True)
        self.log_p = self.z - np.log(np.exp(self.z).sum(axis=1, keepdims=True))

    def cost(self, y):
        return float(-self.log_p[np.arange(len(y)), y].mean())


def loss_and_gradients(X, y, W, b):
    model = Probabilities(X.dot(W) + b)
    slope = (np.exp(model.log_p) - (y[:, None] == np.arange(b.size))) / y.size
    return model.cost(y), np.asfortranarray(slope.T.dot(X).T), np.ones(y.size).dot(slope)
''',
        },
        "wrong": {
            "the gradients of an earlier call": ("for other numbers and shapes", '''
known = {}


def loss_and_gradients(X, y, W, b):
    key = X.shape, W.shape
    if key not in known:
        z = X @ W + b
        dz = (softmax(z) - one_hot(y, len(b))) / len(y)
        known[key] = cross_entropy(z, y), X.T @ dz, dz.sum(axis=0)
    return known[key]
'''),
            "sum in the gradients": ("dW is N times too large", (" / len(y)", "")),
            "no 1/m in db": ("db is N times too large", STEP + '''
    p[np.arange(len(y)), y] -= 1
    return loss, X.T @ p / len(y), p.sum(axis=0)
'''),
            "sum in the loss": ("Take the mean over the images, not the sum.",
                 ("return cross_entropy(z, y)",
                  "return len(y) * cross_entropy(z, y)")),
            "sign": ("The gradient points uphill", ("(softmax(z) - one_hot(y, len(b)))",
                                                    "(one_hot(y, len(b)) - softmax(z))")),
            "no labels": ("Subtract the one-hot labels", (" - one_hot(y, len(b))", "")),
            "divides by the classes": ("not of classes", ("/ len(y)", "/ len(b)")),
            "divides by the pixels": ("not by that of pixels", (" / len(y)", " / len(W)")),
            "divides twice": ("Divide by N once, not twice.",
                              ("X.T @ dz", "X.T @ dz / len(y)")),
            "mean of dz": ("do not average it again", ("dz.sum(axis=0)", "dz.mean(axis=0)")),
            "no bias": ("b belongs to the scores", ("X @ W + b", "X @ W")),
            "no bias in the gradient": ("b belongs to the scores", STEP + '''
    z = X @ W
    dz = (softmax(z) - one_hot(y, len(b))) / len(y)
    return loss, X.T @ dz, dz.sum(axis=0)
'''),
            "scores for probabilities": ("not from the scores themselves",
                                         ("softmax(z) - one", "z - one")),
            "transposed": ("it is transposed", ("X.T @ dz", "dz.T @ X")),
            "transposed where square": ("dW", (
                "X.T @ dz", "(dz.T @ X if X.shape[1] == len(b) else X.T @ dz)")),
            "the loss of the sum over classes": ("loss is wrong", (
                "return cross_entropy(z, y),", "return cross_entropy(z, y) * len(b),")),
            "no labels in db": ("db is the sum of the whole dZ", (
                "dz.sum(axis=0)\n", "(dz + one_hot(y, len(b)) / len(y)).sum(axis=0)\n")),
            "uphill in db": ("db points uphill", ("dz.sum(axis=0)", "-dz.sum(axis=0)")),
            "mean of the pixels": (
                "Divide by the number of images, not of pixels too.",
                ("X.T @ dz", "X.T @ dz / X.shape[1]")),
            "W added to X": ("and add nothing", ("X.T @ dz", "X.T @ dz + W")),
            "dW of the first image": ("Add up all images, not the first one alone.", (
                "X.T @ dz", "X[:1].T @ dz[:1]")),
            "normalizes X": (
                "loss is wrong", ("z = X @ W + b", "X = X / X.max()\n    z = X @ W + b")),
            "labels shifted by one": (
                "loss is wrong", ("z = X @ W + b", "y = y - 1\n    z = X @ W + b")),
            "only the true class": ("not only for the true one", (
                "dz = (softmax(z) - one_hot(y, len(b)))",
                "dz = one_hot(y, len(b)) * (softmax(z) - one_hot(y, len(b)))")),
            "db over the classes": ("Sum over the images (axis 0)",
                                    ("dz.sum(axis=0)", "dz.sum(axis=1)")),
            "db with two axes": ("db has the shape of b, (J,).",
                                 ("dz.sum(axis=0)", "dz.sum(axis=0, keepdims=True)")),
            "db one number": ("Each class has its own bias", ("dz.sum(axis=0)", "dz.sum()")),
            "exchanged": ("dW is wrong", ("X.T @ dz, dz.sum(axis=0)", "dz.sum(axis=0), X.T @ dz")),
            "no loss": ("should return loss, dW, db", ("return cross_entropy(z, y), ", "return ")),
            "classes from the labels": ("dW",
                                        ("one_hot(y, len(b))", "one_hot(y, y.max() + 1)")),
            "unstable": ("for scores of 10,000", STEP + '''
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return loss, X.T @ p / len(y), p.sum(axis=0) / len(y)
'''),
            "biases in place": ("changed its argument b in place",
                                ("return", "b -= dz.sum(axis=0)\n    return")),
            "takes the step": ("changed its argument W in place",
                               ("return", "W -= X.T @ dz\n    return")),
            "two images always": ("for other numbers and shapes", ("/ len(y)", "/ 2"),
                                  ("return cross_entropy(z, y)",
                                   "return cross_entropy(z, y) * len(y) / 2")),
            "no dependence of the gradient on dz": ("dW", ("X.T @ dz", "X.T @ np.ones_like(dz)")),
            "weight decay": ("dW", ("X.T @ dz", "X.T @ dz + 1e-4 * W")),
            "float32": (
                "Expected an array of float64", ("X.T @ dz", "(X.T @ dz).astype('float32')")),
        },
    },
    "task-5": {
        "right": {
            "by itself": training(),
            "permutation of an array, while loops": '''
def train(X, y, n_classes, lr, batch_size, epochs, rng):
    W, b, m = np.zeros((X.shape[1], n_classes)), np.zeros((n_classes,)), len(X)
    while epochs:
        epochs, order = epochs - 1, rng.permutation(np.arange(m)).tolist()
        while order:
            now, order = order[:batch_size], order[batch_size:]
            loss, dW, db = loss_and_gradients(X[now], y[now], W, b)
            W = W - dW * lr
            b = b - db * lr
    return [W, b]
''',
            "shuffled copies and np.split": '''
def train(X, y, n_classes, lr, batch_size, epochs, rng):
    model = {"W": np.zeros((X.shape[1], n_classes)), "b": np.zeros(n_classes)}
    cuts = range(batch_size, len(X), batch_size)
    for _ in range(epochs):
        p = rng.permutation(len(X))
        for x, labels in zip(np.split(X[p], cuts), np.split(y[p], cuts)):
            _, *slopes = loss_and_gradients(x, labels, **model)
            model = {k: v - lr * s for (k, v), s in zip(model.items(), slopes)}
    return model["W"], model["b"]
''',
            "one matrix with the biases": '''
def train(X, y, n_classes, lr, batch_size, epochs, rng):
    X1 = np.c_[X, np.ones(len(X))]
    V = np.zeros((X1.shape[1], n_classes))
    Y = np.eye(n_classes)[y]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for k in range(-(-len(X) // batch_size)):
            i = order[k * batch_size : (k + 1) * batch_size]
            e = np.exp(X1[i] @ V - (X1[i] @ V).max(axis=1, keepdims=True))
            V = V - lr / len(i) * X1[i].T @ (e / e.sum(axis=1, keepdims=True) - Y[i])
    return V[:-1], V[-1]
''',
        },
        "wrong": {
            "the weights of an earlier call": ("W for other numbers and shapes", (
                "    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)\n",
                ("    key = X.shape, n_classes, batch_size, epochs\n"
                "    if key in train.known:\n        return train.known[key]\n"
                "    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)\n")), (
                "    return W, b\n",
                "    train.known[key] = W, b\n    return W, b\n\n\ntrain.known = {}\n")),
            "goes uphill": (
                "Go down, not up", ("W - lr * dW, b - lr * db", "W + lr * dW, b + lr * db")),
            "no lr": ("Multiply the gradient by lr.",
                      ("W - lr * dW, b - lr * db", "W - dW, b - db")),
            "does not move": ("they have not moved", ("W, b = W - lr * dW, b - lr * db",
                                                   "V, a = W - lr * dW, b - lr * db")),
            "drops the short batch": ("it is used as well", (
                "range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)")),
            "does not shuffle": ("Shuffle: take the images in the order",
                                 ("rng.permutation(len(X))", "np.arange(len(X))")),
            "shuffles once": ("Shuffle anew in every epoch.", (
                "        order = rng.permutation(len(X))\n", ""),
                ("    for _ in", "    order = rng.permutation(len(X))\n    for _ in")),
            "shuffles for every batch": ("not for every batch", (
                "order[start : start + batch_size]", "rng.permutation(len(X))[:batch_size]"),
                ("        order = rng.permutation(len(X))\n", "")),
            "labels not shuffled": ("must be picked by the same numbers",
                                    ("y[batch]", "y[start : start + batch_size]")),
            "one epoch": ("Repeat for all epochs.", ("range(epochs)", "range(1)")),
            "returns in the loop": (
                "Repeat for all epochs.", ("    return W, b", "        return W, b")),
            "all images at once": ("Use mini-batches of batch_size images.", (
                "loss_and_gradients(X[batch], y[batch], W, b)",
                "loss_and_gradients(X, y, W, b)"),
                ("range(0, len(X), batch_size)", "range(1)")),
            "old weights": ("at the weights of the moment", (
                "        order = ", "        V, a = W, b\n        order = "),
                ("y[batch], W, b)", "y[batch], V, a)")),
            "divides by batch_size": ("divide by its own number of images", training(
                ("dz /= len(batch)", "dz /= batch_size"))),
            "sum over the batch": ("The gradient is a mean over the batch.", training(
                ("            dz /= len(batch)\n", ""))),
            "starts again every epoch": ("Keep the weights from one epoch to the next.", (
                "        order =",
                ("        W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)\n"
                "        order ="))),
            "a generator of its own": ("Use the generator rng that is given.", (
                "W, b = np.zeros(", "rng = np.random.default_rng(0)\n    W, b = np.zeros(")),
            "biases stay 0": ("b is learned as well", (
                "b - lr * db", "b")),
            "random start": ("W after one step", (
                "np.zeros((X.shape[1], n_classes))",
                "0.01 * rng.normal(size=(X.shape[1], n_classes))")),
            "divides twice": ("Divide by the number of images once.", training(
                ("dz /= len(batch)", "dz /= len(batch) ** 2"))),
            "with replacement": ("Every image once in each epoch", (
                "rng.permutation(len(X))", "rng.integers(len(X), size=len(X))")),
            "backward": ("Take the batches in the order of rng.permutation", (
                "order = rng.permutation(len(X))", "order = rng.permutation(len(X))[::-1]")),
            "twice the epochs": ("Repeat for all epochs, not for twice as many.", (
                "range(epochs)", "range(2 * epochs)")),
            "one epoch more": ("Repeat for all epochs, not for one more.", (
                "range(epochs)", "range(epochs + 1)")),
            "momentum": ("Take plain steps: no momentum.", training(
                ("    for epoch in", "    V = 0 * W\n    for epoch in"),
                ("W -= lr * X[batch].T @ dz",
                 "V = 0.9 * V + X[batch].T @ dz\n            W -= lr * V"))),
            "the mean of all weights": ("Return the last weights, not their mean.", (
                "    for _ in range(epochs):", "    seen = []\n    for _ in range(epochs):"), (
                "W - lr * dW, b - lr * db",
                "W - lr * dW, b - lr * db\n            seen.append((W, b))"), (
                "return W, b",
                "return sum(W for W, _ in seen) / len(seen), sum(b for _, b in seen) / len(seen)")),
            "biases twice as fast": (
                "b takes the same steps as W.", ("b - lr * db", "b - 2 * lr * db")),
            "continues from the last call": ("keep nothing between calls", '''
weights = {}


def train(X, y, n_classes, lr, batch_size, epochs, rng):
    key = X.shape, n_classes
    W, b = weights.get(key, (np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)))
    if X.shape == (5, 2):
        W, b = np.zeros_like(W), np.zeros_like(b)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            _, dW, db = loss_and_gradients(X[batch], y[batch], W, b)
            W, b = W - lr * dW, b - lr * db
    if len(X) < 9:
        weights[key] = W, b
    return W, b
'''),
            "shuffles the images in place": ("changed its argument X in place", (
                "        order =", "        X[:] = X[::-1]\n        order =")),
            "normalizes in place": ("changed its argument X in place", (
                "    for _ in", "    X /= 2.0\n    for _ in")),
            "exchanged": ("with shape (3,)", ("return W, b", "return b, W")),
            "weights alone": ("should return W, b", ("return W, b", "return W")),
            "an lr of its own": ("W for other numbers and shapes",
                                 ("W - lr * dW", "W - 0.5 * dW")),
            "the learning rate decays": ("The learning rate stays as it is.", (
                "        order =", "        lr = lr * 0.9\n        order =")),
            "float32": ("Expected an array of float64", (
                "return W, b", "return W.astype(np.float32), b.astype(np.float32)")),
            "classes from the labels": ("for other numbers and shapes", training(
                ("    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)",
                 ("    n_classes = y.max() + 1\n"
                 "    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)")))),
        },
    },
}

FLOOR = '''
def cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(np.maximum(p[np.arange(len(y)), y], {floor})))
'''
BANK["task-3"]["wrong"] |= {f"a floor of {floor}": (f"a floor of {floor} under the probability",
                                                    FLOOR.replace("{floor}", floor))
                            for floor in ("1e-07", "1e-08", "1e-09", "1e-10", "1e-15", "1e-16")}
