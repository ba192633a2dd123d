"""Right answers and typical mistakes for ps03-nearest-neighbors; see `answers.read_bank`."""

# A prediction that calls nothing of the other tasks, one image at a time.
ALONE = '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        near = np.argsort(d, kind="stable")[:k]
        answers.append(np.bincount(y_train[near], minlength=n_classes).argmax())
    return np.array(answers)
'''

# Distances by the expanded formula, which is more exact after centering: about 1e-14 off.
CENTERED = '''
def centered(A, B):
    middle = B.mean(axis=0)
    A, B = A - middle, B - middle
    d = (A * A).sum(axis=1)[:, None] - 2 * A @ B.T + (B * B).sum(axis=1)
    return np.where(d > 0, d, 0.0)
'''
# A root of a distance that rounding made negative is nan, and nan comes last.
ROOTS = '''
def roots(A, B):
    return np.sqrt((A**2).sum(axis=1)[:, None] - 2 * A @ B.T + (B**2).sum(axis=1))
'''

BANK = {
    "task-1": {
        "right": {
            "column by column": '''
def squared_distances(A, B):
    d = np.zeros((len(A), len(B)))
    for j, b in enumerate(B):
        d[:, j] = ((A - b) ** 2).sum(axis=1)
    return d
''',
            "the expanded formula after centering": CENTERED + '''

def squared_distances(A, B):
    return centered(A, B)
''',
            "np.linalg.norm, row by row": '''
def squared_distances(A, B):
    return np.array([np.linalg.norm(B - a, axis=1) ** 2 for a in A])
''',
            "block by block": '''
def squared_distances(A, B):
    pieces = [((A[i : i + 2, None] - B[None]) ** 2).sum(axis=2) for i in range(0, len(A), 2)]
    return np.vstack(pieces)
''',
            "loops over everything": '''
def squared_distances(A, B):
    rows = []
    for a in A.tolist():
        rows.append([sum((p - q) ** 2 for p, q in zip(a, b)) for b in B.tolist()])
    return np.array(rows)
''',
            "scipy": '''
from scipy.spatial.distance import cdist


def squared_distances(A, B):
    return cdist(A, B, "sqeuclidean")
''',
            "one matrix product, cut off, in Fortran order": '''
def squared_distances(A, B):
    left = np.c_[A, np.einsum("md,md->m", A, A), np.ones(len(A))]
    right = np.c_[-2 * B, np.ones(len(B)), np.einsum("nd,nd->n", B, B)]
    d = (right @ left.T).T
    d[d < 0] = 0
    return d
''',
            "pixel by pixel, with a warning": '''
import warnings


def squared_distances(A, B):
    warnings.warn("a warning is no mistake")
    return sum(np.subtract.outer(A[:, d], B[:, d]) ** 2 for d in range(A.shape[1]))
''',
        },
        "wrong": {
            "roots": ("not its root", ("return np.maximum(", "return np.sqrt(np.maximum("),
                      ("0.0)", "0.0))")),
            "absolute differences": ("not the absolute differences", '''
def squared_distances(A, B):
    return np.stack([np.abs(A - b).sum(axis=1) for b in B], axis=1)
'''),
            "product once": ("The product counts twice", ("2 * A @ B.T", "A @ B.T")),
            "product added": ("The product is subtracted.", ("- 2 * A", "+ 2 * A")),
            "no squares of B": (
                "The squares of B are missing, and the maximum", (" + squares_b", "")),
            "no squares of B, no maximum": ("The squares of B are missing.", (
                "np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)",
                "squares_a[:, None] - 2 * A @ B.T")),
            "no squares of A, no maximum": ("The squares of A are missing.", (
                "np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)",
                "squares_b - 2 * A @ B.T")),
            "half of it": ("Nothing is halved.", ("+ squares_b, 0.0)", "+ squares_b, 0.0) / 2")),
            "scalar products": ("The product alone is no distance.", (
                "squares_a[:, None] - 2 * A @ B.T + squares_b", "A @ B.T")),
            "rounded": ("d", ("+ squares_b, 0.0)", "+ squares_b, 0.0).round(6)")),
            "lengths": ("Square the lengths", (
                "squares_a, squares_b = (A**2).sum(axis=1), (B**2).sum(axis=1)",
                "squares_a, squares_b = np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1)")),
            "from A to itself": ("d", (
                "2 * A @ B.T", "2 * A @ (A if A.shape == B.shape else B).T")),
            "the distances of an earlier call": ("d for other numbers and shapes", '''
known = {}


def squared_distances(A, B):
    key = A.shape, B.shape
    if len(A) != 4 and key not in known or len(A) == 4:
        known[key] = np.stack([((A - b) ** 2).sum(axis=1) for b in B], axis=1)
    return known[key]
'''),
            "no squares of A": (
                "The squares of A are missing, and the maximum",
                ("squares_a[:, None] - 2 * A", "-2 * A")),
            "mean": ("do not average them", '''
def squared_distances(A, B):
    return np.stack([((A - b) ** 2).mean(axis=1) for b in B], axis=1)
'''),
            "transposed": ("Rows of A belong to rows of the result",
                           ("+ squares_b, 0.0)", "+ squares_b, 0.0).T")),
            "transposed where square": ("d for other numbers and shapes", (
                "return np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)",
                ("d = np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)\n"
                "    return d.T if len(A) == len(B) else d"))),
            "squares the sum": ("Square each difference before", '''
def squared_distances(A, B):
    return np.stack([(A - b).sum(axis=1) ** 2 for b in B], axis=1)
'''),
            "largest difference": ("The largest difference is not the distance.", '''
def squared_distances(A, B):
    return np.stack([np.abs(A - b).max(axis=1) for b in B], axis=1)
'''),
            "negative by rounding": ("rounding can give a little less than 0", (
                "np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)",
                "squares_a[:, None] - 2 * A @ B.T + squares_b")),
            "all differences at once": ("An array (N, M, D) has", '''
def squared_distances(A, B):
    return ((A[:, None] - B) ** 2).sum(axis=2)
'''),
            "all differences at once in float32": ("less memory than for N * M * D numbers", '''
def squared_distances(A, B):
    difference = A[:, None].astype(np.float32) - B.astype(np.float32)
    return (difference**2).sum(axis=2).astype(np.float64)
'''),
            "np.repeat and np.tile": ("less memory than for N * M * D numbers", '''
def squared_distances(A, B):
    a, b = np.repeat(A, len(B), axis=0), np.tile(B, (len(A), 1))
    return ((a - b) ** 2).sum(axis=1).reshape(len(A), len(B))
'''),
            "broadcasts (m,) against (m, n)": ("squared_distances raised ValueError",
                                               ("squares_a[:, None]", "squares_a")),
            "squares of A along the wrong axis": ("raised ValueError",
                                                  ("(A**2).sum(axis=1)", "(A**2).sum(axis=0)")),
            "only the same rows": ("squared_distances raised", '''
def squared_distances(A, B):
    return ((A - B) ** 2).sum(axis=1)
'''),
            "small ones become 0": ("d", ("0.0)", "0.0) // 1")),
            "absolute value of a wrong sign": ("The squares of both are added", (
                "np.maximum(squares_a[:, None] - 2 * A @ B.T + squares_b, 0.0)",
                "np.abs(squares_a[:, None] - 2 * A @ B.T - squares_b)")),
            "in place": ("changed its argument A in place", (
                "squares_a, squares_b =", "A -= 0.5\n    squares_a, squares_b =")),
            "float32": ("Expected an array of float64", ("+ squares_b, 0.0)",
                                                         "+ squares_b, 0.0).astype(np.float32)")),
            "lists": ("got a list", ("+ squares_b, 0.0)", "+ squares_b, 0.0).tolist()")),
            "two pixels only": ("d for other numbers and shapes", '''
def squared_distances(A, B):
    d = (A[:, :1] - B[:, 0]) ** 2 + (A[:, -1:] - B[:, -1]) ** 2
    return d
'''),
        },
    },
    "task-2": {
        "right": {
            "the expanded formula after centering": CENTERED + '''

def nearest_labels(X_train, y_train, X, k):
    return y_train[np.argsort(centered(X, X_train), axis=1, kind="stable")[:, :k]]
''',
            "centered at the images that are asked about": CENTERED + '''

def nearest_labels(X_train, y_train, X, k):
    return y_train[np.argsort(centered(X_train, X).T, axis=1, kind="stable")[:, :k]]
''',
            "one image at a time, by itself": '''
def nearest_labels(X_train, y_train, X, k):
    rows = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        ranked = sorted(range(len(d)), key=lambda j: (d[j], j))
        rows.append([y_train[j] for j in ranked[:k]])
    return np.array(rows)
''',
            "lexsort": '''
def nearest_labels(X_train, y_train, X, k):
    d = squared_distances(X, X_train)
    index = np.broadcast_to(np.arange(len(X_train)), d.shape)
    return np.take(y_train, np.lexsort((index, d))[:, :k])
''',
            "the smallest, k times, in int32": '''
def nearest_labels(X_train, y_train, X, k):
    d = squared_distances(X, X_train)
    labels = np.empty((len(X), k), dtype=np.int32)
    for place in range(k):
        j = d.argmin(axis=1)
        labels[:, place] = y_train[j]
        d[np.arange(len(X)), j] = np.inf
    return labels
''',
            "roots, transposed": '''
def nearest_labels(X_train, y_train, X, k):
    d = np.sqrt(squared_distances(X_train, X))
    return y_train[np.argsort(d, axis=0, kind="mergesort")[:k]].T
''',
            "a heap of distances and indices": '''
def nearest_labels(X_train, y_train, X, k):
    import heapq

    rows = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        rows.append([y_train[j] for j in heapq.nsmallest(k, range(len(d)), key=lambda j: (d[j], j))])
    return np.array(rows)
''',
        },
        "wrong": {
            "farthest": ("The nearest come first, not the farthest.",
                         ("np.argsort(distances", "np.argsort(-distances")),
            "places": ("not their places", ("y_train[nearest]", "nearest")),
            "nearest last": ("Among the k nearest, the nearest comes first.",
                             ("y_train[nearest]", "y_train[nearest][:, ::-1]")),
            "by index": ("ordered by distance, not by index",
                         ("y_train[nearest]", "y_train[np.sort(nearest, axis=1)]")),
            "by label": ("ordered by distance, not by label",
                         ("y_train[nearest]", "np.sort(y_train[nearest], axis=1)")),
            "transposed": ("it is transposed", ("y_train[nearest]", "y_train[nearest].T")),
            "all of them": ("not those of all training images", ("[:, :k]", "")),
            "first k rows": ("k is the number of columns", ("[:, :k]", "[:k]")),
            "the wrong axis": ("Sort along the training images", ("axis=1, kind", "axis=0, kind")),
            "exchanged arrays": ("is wrong", ("squared_distances(X, X_train)",
                                              "squared_distances(X_train, X)")),
            "argpartition": ("labels", ('np.argsort(distances, axis=1, kind="stable")[:, :k]',
                                        "np.argpartition(distances, k - 1, axis=1)[:, :k]")),
            "ties to the smaller label": ("not the smaller label", '''
def nearest_labels(X_train, y_train, X, k):
    d = squared_distances(X, X_train)
    labels = np.broadcast_to(y_train, d.shape)
    return np.take(y_train, np.lexsort((labels, d))[:, :k])
'''),
            "ties to the larger index": ("not the larger", '''
def nearest_labels(X_train, y_train, X, k):
    d = squared_distances(X, X_train)[:, ::-1]
    return y_train[::-1][np.argsort(d, axis=1, kind="stable")[:, :k]]
'''),
            "unstable sort": ("labels with equal distances", (', kind="stable"', "")),
            "sum of absolute differences": ("not of absolute differences", (
                "squared_distances(X, X_train)",
                "np.stack([np.abs(X - t).sum(axis=1) for t in X_train], axis=1)")),
            "no squares of the training images": ("The product alone is no distance", (
                "squared_distances(X, X_train)", "-2 * X @ X_train.T")),
            "scalar products": (
                "The product alone is no distance",
                ("squared_distances(X, X_train)", "-X @ X_train.T")),
            "roots of negative distances": (
                "labels of images that are in the training set", ROOTS + '''

def nearest_labels(X_train, y_train, X, k):
    return y_train[np.argsort(roots(X, X_train), axis=1, kind="stable")[:, :k]]
'''),
            "leaves itself out": ("labels with equal distances", '''
def nearest_labels(X_train, y_train, X, k):
    d = squared_distances(X, X_train)
    d[d < 1e-12] = np.inf
    return y_train[np.argsort(d, axis=1, kind="stable")[:, :k]]
'''),
            "the largest difference": ("not the largest difference", (
                "squared_distances(X, X_train)",
                "np.stack([np.abs(X - t).max(axis=1) for t in X_train], axis=1)")),
            "the first pixel": ("Compare all pixels", ("squared_distances(X, X_train)",
                                "squared_distances(X[:, :1], X_train[:, :1])")),
            "the labels in the order of training": ("The labels belong to the places", (
                "y_train[nearest]", "np.broadcast_to(y_train[:k], nearest.shape).copy()")),
            "rounded distances": ("labels for other numbers and shapes", (
                "squared_distances(X, X_train)", "squared_distances(X, X_train).round(1)")),
            "cosine": ("not the angle", (
                "squared_distances(X, X_train)",
                "-(X @ X_train.T) / np.linalg.norm(X_train + 1e-30, axis=1)")),
            "the neighbors of an earlier call": ("labels", '''
known = {}


def nearest_labels(X_train, y_train, X, k):
    key = X_train.tobytes(), len(X)
    if key not in known:
        known[key] = np.argsort(squared_distances(X, X_train), axis=1, kind="stable")
    return y_train[known[key][:, :k]]
'''),
            "k - 1": ("take k of them", ("[:, :k]", "[:, 1:k]")),
            "leaves the nearest out": ("Begin with the nearest", ("[:, :k]", "[:, 1 : k + 1]")),
            "three always": ("labels for other numbers and shapes", ("[:, :k]", "[:, :3]")),
            "floats": ("labels", ("y_train[nearest]", "y_train[nearest] * 1.0")),
            "sorts the labels in place": ("changed its argument y_train in place",
                                          ("return", "y_train.sort()\n    return")),
            "first image only": ("is wrong", ("y_train[nearest]", "y_train[nearest[0]]")),
        },
    },
    "task-3": {
        "right": {
            "bincount, row by row": '''
def majority_vote(labels, n_classes):
    return np.array([np.bincount(row).argmax() for row in labels])
''',
            "lists": '''
def majority_vote(labels, n_classes):
    return np.array([min(row, key=lambda c: (-row.count(c), c)) for row in labels.tolist()])
''',
            "scipy": '''
from scipy.stats import mode


def majority_vote(labels, n_classes):
    return mode(labels, axis=1).mode
''',
            "one-hot rows, int32": '''
def majority_vote(labels, C):
    winners = np.eye(C)[labels].sum(axis=1).argmax(axis=1)
    return winners.astype(np.int32)
''',
        },
        "wrong": {
            "ties to the largest": ("take the smallest, not the largest", (
                "votes.argmax(axis=1)", "n_classes - 1 - votes[:, ::-1].argmax(axis=1)")),
            "ties to the nearest": ("take the smallest, not the nearest", '''
from collections import Counter


def majority_vote(labels, n_classes):
    return np.array([Counter(row).most_common(1)[0][0] for row in labels.tolist()])
'''),
            "the first": ("The nearest neighbor alone does not decide", '''
def majority_vote(labels, n_classes):
    return labels[:, 0]
'''),
            "the largest label": ("not the largest.", '''
def majority_vote(labels, n_classes):
    return labels.max(axis=1)
'''),
            "mean": ("not the mean", '''
def majority_vote(labels, n_classes):
    return labels.mean(axis=1).astype(int)
'''),
            "median": ("not the one in the middle", '''
def majority_vote(labels, n_classes):
    return np.median(labels, axis=1).astype(int)
'''),
            "number of votes": ("not how many votes it has",
                                ("votes.argmax(axis=1)", "votes.max(axis=1)")),
            "one vote for all": ("Every row has a vote of its own.", '''
def majority_vote(labels, n_classes):
    return np.full(len(labels), np.bincount(labels.ravel()).argmax())
'''),
            "fewest": ("not that with fewest", ("argmax", "argmin")),
            "smallest label": ("The smallest label breaks ties only", '''
def majority_vote(labels, n_classes):
    return labels.min(axis=1)
'''),
            "wrong axis": ("is wrong", ("votes.argmax(axis=1)", "votes.argmax(axis=0)")),
            "counts columns": ("winners", ("(labels == c).sum(axis=1)",
                                            "(labels == c).sum(axis=0)"),
                               ("for c in range(n_classes)], axis=1)",
                                "for c in range(n_classes)], axis=1)[: len(labels)]")),
            "table of votes": (
                "with shape (8, 6)", ("return votes.argmax(axis=1)", "return votes")),
            "floats": ("Expected an array of int64", ("argmax(axis=1)", "argmax(axis=1) * 1.0")),
            "a list": ("got a list", ("argmax(axis=1)", "argmax(axis=1).tolist()")),
            "sorts in place": ("changed its argument labels in place",
                               ("votes =", "labels.sort(axis=1)\n    votes =")),
            "counts from 1": ("Labels count from 0.", ("argmax(axis=1)", "argmax(axis=1) + 1")),
            "the last": ("The farthest neighbor alone does not decide", '''
def majority_vote(labels, n_classes):
    return labels[:, -1].copy()
'''),
            "the middle of the votes": ("not the one in the middle of the row", '''
def majority_vote(labels, n_classes):
    return labels[:, labels.shape[1] // 2].copy()
'''),
            "weights by place": ("All k votes count alike", (
                "(labels == c).sum(axis=1)",
                "((labels == c) / np.arange(1, labels.shape[1] + 1)).sum(axis=1)")),
            "rounded mean": ("not the rounded mean", '''
def majority_vote(labels, n_classes):
    return np.round(labels.mean(axis=1)).astype(int)
'''),
            "leaves class 0 out": ("Class 0 can win as well.", (
                "votes.argmax(axis=1)", "votes[:, 1:].argmax(axis=1) + 1")),
            "leaves the last class out": ("The last class can win as well.", (
                "votes.argmax(axis=1)", "votes[:, :-1].argmax(axis=1)")),
            "ties to the last": ("take the smallest, not the farthest", '''
from collections import Counter


def majority_vote(labels, n_classes):
    return np.array([Counter(row[::-1]).most_common(1)[0][0] for row in labels.tolist()])
'''),
            "the winners of an earlier call": ("winners among", '''
known = {}


def majority_vote(labels, n_classes):
    key = labels.shape
    if key not in known:
        known[key] = np.array([np.bincount(row).argmax() for row in labels])
    return known[key]
'''),
            "votes in 8 bits": ("winners among", (
                "(labels == c).sum(axis=1)", "(labels == c).sum(axis=1, dtype=np.int8)")),
            "six classes always": ("winners among", ("range(n_classes)", "range(6)")),
            "ten classes always": ("winners among", ("range(n_classes)", "range(10)")),
            "places among the labels that occur": ("Return the label itself, not its place", '''
def majority_vote(labels, n_classes):
    return np.array([np.unique(row, return_counts=True)[1].argmax() for row in labels])
'''),
        },
    },
    "task-4": {
        "right": {
            "one image at a time, by itself": ALONE,
            "the expanded formula after centering": CENTERED + '''

def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for start in range(0, len(X), batch_size):
        d = centered(X[start : start + batch_size], X_train)
        near = np.argsort(d, axis=1, kind="stable")[:, :k]
        answers.extend(np.bincount(row).argmax() for row in y_train[near])
    return np.array(answers)
''',
            "concatenated pieces": '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    cuts = list(range(0, len(X), batch_size)) + [len(X)]
    return np.concatenate([
        majority_vote(nearest_labels(X_train, y_train, X[a:b], k), n_classes)
        for a, b in zip(cuts, cuts[1:])
    ])
''',
            "a generator and a while loop, int32": '''
def batches(X, size):
    while len(X):
        yield X[:size]
        X = X[size:]


def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for batch in batches(X, batch_size):
        labels = nearest_labels(X_train, y_train, batch, k)
        answers += majority_vote(labels, n_classes).tolist()
    return np.array(answers, dtype=np.int32)
''',
            "np.array_split": '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    parts = np.array_split(X, -(-len(X) // batch_size))
    return np.hstack([majority_vote(nearest_labels(X_train, y_train, part, k), n_classes)
                      for part in parts])
''',
        },
        "wrong": {
            "all at once": ("You used", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    d = (X**2).sum(axis=1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(axis=1)
    near = np.argsort(d, axis=1, kind="stable")[:, :k]
    return np.array([np.bincount(row).argmax() for row in y_train[near]])
'''),
            "keeps all distances": ("less memory than for all N * M distances", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    kept = []
    for start in range(0, len(X), batch_size):
        kept.append(squared_distances(X[start : start + batch_size], X_train))
    near = np.argsort(np.vstack(kept), axis=1, kind="stable")[:, :k]
    return majority_vote(y_train[near], n_classes)
'''),
            "nearest alone": ("not the nearest alone", ("batch, k)", "batch, 1)")),
            "all vote": ("only the k nearest should", ("batch, k)", "batch, len(X_train))")),
            "drops the short batch": ("its images are predicted as well", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    batch_size, answers = min(batch_size, len(X)), []
    for i in range(len(X) // batch_size):
        labels = nearest_labels(X_train, y_train, X[i * batch_size : (i + 1) * batch_size], k)
        answers.append(majority_vote(labels, n_classes))
    return np.concatenate(answers)
'''),
            "zeros for the short batch": (
                "The last batch is smaller, but its images have labels too", (
                "range(0, len(X), batch_size)", "range(0, len(X) - len(X) % batch_size, batch_size)"
            )),
            "first batch only": ("All batches are predicted", ("    return answers",
                                                                "        return answers")),
            "always the first rows": ("could not broadcast", ("X[start : start + batch_size]",
                                                          "X[:batch_size]")),
            "one row too few": ("could not broadcast", ("batch = X[start : start + batch_size]",
                                             "batch = X[start : start + batch_size - 1]")),
            "overlapping batches": ("knn_predict raised ValueError", (
                "batch = X[start : start + batch_size]",
                "batch = X[start : start + batch_size + 1]")),
            "a list of batches": ("got a list", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    return [majority_vote(nearest_labels(X_train, y_train, X[a : a + batch_size], k), n_classes)
            for a in range(0, len(X), batch_size)]
'''),
            "roots of negative distances": (
                "labels of images that are in the training set", ROOTS + '''

def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for start in range(0, len(X), batch_size):
        near = np.argsort(roots(X[start : start + batch_size], X_train), axis=1, kind="stable")
        answers.extend(np.bincount(row).argmax() for row in y_train[near[:, :k]])
    return np.array(answers)
'''),
            "never filled in": ("The answers are all 0", (
                "answers[start : start + batch_size] = majority", "label = majority")),
            "one vote per batch": ("Every image has a vote of its own, not every batch.", (
                "majority_vote(labels, n_classes)", "np.bincount(labels.ravel()).argmax()")),
            "the batches reversed": ("The answers stand in the order of X.", (
                "return answers", "return answers[::-1].copy()")),
            "the farthest": ("not the k farthest", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        answers.append(np.bincount(y_train[np.argsort(-d, kind="stable")[:k]]).argmax())
    return np.array(answers)
'''),
            "leaves the nearest out": ("Begin with the nearest", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        near = np.argsort(d, kind="stable")[1 : k + 1]
        answers.append(np.bincount(y_train[near], minlength=n_classes).argmax())
    return np.array(answers)
'''),
            "k + 1": (
                "k neighbors vote, not one more",
                ("batch, k)", "batch, min(k + 1, len(X_train)))")),
            "k is batch_size": ("labels", ("batch, k)", "batch, min(batch_size, len(X_train)))")),
            "the commonest class": ("only the k nearest should", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    return np.full(len(X), np.bincount(y_train, minlength=n_classes).argmax())
'''),
            "the mean of a class": ("no nearest neighbors", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    classes = np.unique(y_train)
    means = np.stack([X_train[y_train == c].mean(axis=0) for c in classes])
    return np.array([classes[((means - x) ** 2).sum(axis=1).argmin()] for x in X])
'''),
            "floats": ("Expected an array of int64", ("dtype=int", "dtype=float")),
            "bytes": ("Labels are numbers", ("dtype=int", "dtype=bool")),
            "batches of the training images": ("Take batches of X, not of the training images", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = np.zeros(len(X), dtype=int)
    for start in range(0, len(X_train), batch_size):
        part = slice(start, start + batch_size)
        labels = nearest_labels(X_train[part], y_train[part], X, k)
        answers = majority_vote(labels, n_classes)
    return answers
'''),
            "ties to the nearest": ("not the nearest.", '''
from collections import Counter


def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        near = y_train[np.argsort(d, kind="stable")[:k]].tolist()
        answers.append(Counter(near).most_common(1)[0][0])
    return np.array(answers)
'''),
            "unstable sort": ("labels with equal distances", ALONE.replace(', kind="stable"', "")),
            "votes with weights": ("All k votes count alike", '''
def knn_predict(X_train, y_train, X, k, n_classes, batch_size):
    answers = []
    for x in X:
        d = ((X_train - x) ** 2).sum(axis=1)
        near = np.argsort(d, kind="stable")[:k]
        votes = np.bincount(y_train[near], weights=1 / (d[near] + 1e-9), minlength=n_classes)
        answers.append(votes.argmax())
    return np.array(answers)
'''),
            "as many rows as training images": ("labels for other numbers and shapes", (
                "range(0, len(X), batch_size)", "range(0, len(X_train), batch_size)")),
            "k and n_classes exchanged": ("not n_classes of them", (
                "nearest_labels(X_train, y_train, batch, k)",
                "nearest_labels(X_train, y_train, batch, n_classes)")),
            "three classes always": ("labels for other", ("majority_vote(labels, n_classes)",
                                                          "majority_vote(labels % 3, 3)")),
            "scales in place": ("changed its argument X in place",
                                ("    answers = np", "    X *= 2.0\n    answers = np")),
        },
    },
}
