"""Right answers and typical mistakes for ps04-backpropagation; `answers.read_bank` tells the form."""

BANK = {
    "task-1": {
        "right": {
            "moves x and puts the old value back": '''
def numerical_gradient(f, x, eps=1e-6):
    grad = np.empty(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + eps
        right = f(x)
        x[i] = old - eps
        left = f(x)
        x[i] = old
        grad[i] = (right - left) / (2 * eps)
        it.iternext()
    return grad
''',
            "moves x to and fro": '''
def numerical_gradient(f, x, eps=1e-6):
    grad = np.zeros(x.shape, order="F")
    for i, _ in np.ndenumerate(x):
        x[i] += eps
        grad[i] = f(x)
        x[i] -= 2 * eps
        grad[i] -= f(x)
        x[i] += eps
    return grad / eps / 2
''',
            "adds rows of the identity matrix": '''
def numerical_gradient(f, x, eps=1e-6):
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([0.5 * (f(x + step) - f(x - step)) / eps for step in steps]).reshape(x.shape)
''',
            "flat, with f wrapped": '''
def numerical_gradient(f, x, eps=1e-6):
    def slope(k):
        moved = x.flatten()
        value = moved[k]
        moved[k] = value + eps
        above = f(moved.reshape(x.shape))
        moved[k] = value - eps
        return (above - f(moved.reshape(x.shape))) / (2 * eps)

    return np.vectorize(slope)(np.arange(x.size)).reshape(x.shape)
''',
            "by the flat iterator": '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for k in range(x.size):
        old = x.flat[k]
        x.flat[k] = old + eps
        gradient.flat[k] = f(x)
        x.flat[k] = old - eps
        gradient.flat[k] -= f(x)
        x.flat[k] = old
    return gradient / (2 * eps)
''',
            "in extended precision": '''
def numerical_gradient(f, x, eps=1e-6):
    def along(index):
        line = [x.copy(), x.copy()]
        line[0][index] = x[index] + eps
        line[1][index] = x[index] - eps
        up, down = map(f, line)
        return (np.longdouble(up) - np.longdouble(down)) / (np.longdouble(eps) * 2)

    return np.fromiter((along(i) for i in np.ndindex(*x.shape)), dtype=np.float64).reshape(x.shape)
''',
        },
        "wrong": {
            "looks to the right only": ("not from x to x + eps", ("below[index] -= eps", "pass"),
                                        ("(2 * eps)", "eps")),
            "looks to the left only": ("not from x - eps to x", ("above[index] += eps", "pass"),
                                       ("(2 * eps)", "eps")),
            "divides by eps": ("2 * eps apart", ("(2 * eps)", "eps")),
            "does not divide by eps": ("Divide by the distance", ("/ (2 * eps)", "")),
            "forgets the brackets": ("so write brackets", ("/ (2 * eps)", "/ 2 * eps")),
            "left minus right": (
                "right minus f to the left", ("f(above) - f(below)", "f(below) - f(above)")),
            "moves all at once": ("Move one element at a time", ("above[index] +=", "above +="),
                                  ("below[index] -=", "below -=")),
            "never puts back": ("Put each element back", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    above, below = x.copy(), x.copy()
    for index in np.ndindex(x.shape):
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient
'''),
            "leaves x moved": ("numerical_gradient changed its argument x in place", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        gradient[index] = (above - f(x)) / (2 * eps)
    return gradient
'''),
            "an eps of its own": ("Use the eps that is given", (
                "gradient = np.zeros_like(x)", "gradient, eps = np.zeros_like(x), 1e-6")),
            "the same point twice": ("All is 0", (
                "f(above) - f(below)", "f(above) - f(above)")),
            "never filled": ("All is 0", (
                "gradient[index] = (f(above)", "slope = (f(above)")),
            "whole numbers": ("/ keeps their fractions", ("/ (2 * eps)", "// (2 * eps)")),
            "one array for both points": ("All is 0", (
                "above, below = x.copy(), x.copy()", "above = below = x.copy()")),
            "an integer gradient": ("the gradient holds floats", (
                "np.zeros_like(x)", "np.zeros(x.shape, dtype=int)")),
            "a relative eps": ("not by a share of its size", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = eps * max(1.0, abs(x[index]))
        above, below = x.copy(), x.copy()
        above[index] += step
        below[index] -= step
        gradient[index] = (f(above) - f(below)) / (2 * step)
    return gradient
'''),
            "five points": ("Two points are asked for", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        values = []
        for step in (-2, -1, 1, 2):
            moved = x.copy()
            moved[index] += step * eps
            values.append(f(moved))
        gradient[index] = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * eps)
    return gradient
'''),
            "half a step to either side": ("not by half of it", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += eps / 2
        below[index] -= eps / 2
        gradient[index] = (f(above) - f(below)) / eps
    return gradient
'''),
            "the first element only": ("gradient is wrong", ("return gradient",
                "gradient[(slice(None),) + (0,) * (x.ndim - 1)][1:] = 0.0\n    return gradient")),
            "the mean of the gradient": (
                "got a float", ("return gradient", "return gradient.mean()")),
            "the result of an earlier call": ("for other functions", '''
memory = {}


def numerical_gradient(f, x, eps=1e-6):
    key = (x.tobytes(), x.shape[0])
    if x.shape[0] < 5 or key not in memory:
        memory.clear()
        gradient = np.zeros_like(x)
        for index in np.ndindex(x.shape):
            above, below = x.copy(), x.copy()
            above[index] += eps
            below[index] -= eps
            gradient[index] = (f(above) - f(below)) / (2 * min(eps, 0.25))
        memory[key] = gradient
    return memory[key]
'''),
            "a flat copy": ("x.reshape(-1) may be a copy", '''
def numerical_gradient(f, x, eps=1e-6):
    flat = x.reshape(-1)
    gradient = np.zeros(x.size)
    for k in range(x.size):
        old = flat[k]
        flat[k] = old + eps
        above = f(x)
        flat[k] = old - eps
        gradient[k] = (above - f(x)) / (2 * eps)
        flat[k] = old
    return gradient.reshape(x.shape)
'''),
            "hands f a flat array": ("numerical_gradient raised", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros(x.size)
    for k in range(x.size):
        above, below = x.flatten(), x.flatten()
        above[k] += eps
        below[k] -= eps
        gradient[k] = (f(above) - f(below)) / (2 * eps)
    return gradient.reshape(x.shape)
'''),
            "returns a flat array": ("Expected an array of float64 with shape (3, 2), got",
                                     ("return gradient", "return gradient.ravel()")),
            "returns a list": (
                "got a list of length 3", ("return gradient", "return gradient.tolist()")),
            "one dimension only": ("not whole rows", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for k in range(len(x)):
        above, below = x.copy(), x.copy()
        above[k] += eps
        below[k] -= eps
        gradient[k] = (f(above) - f(below)) / (2 * eps)
    return gradient
'''),
            "vectors and matrices only": ("raised ValueError", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    if x.ndim == 1:
        return numerical_gradient(lambda row: f(row[0]), x[None], eps)[0]
    rows, columns = x.shape
    for i in range(rows):
        for j in range(columns):
            above, below = x.copy(), x.copy()
            above[i, j] += eps
            below[i, j] -= eps
            gradient[i, j] = (f(above) - f(below)) / (2 * eps)
    return gradient
'''),
            "square matrices only": ("raised IndexError", '''
def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*[x.shape[0]] * x.ndim):
        above, below = x.copy(), x.copy()
        above[index] += eps
        below[index] -= eps
        gradient[index] = (f(above) - f(below)) / (2 * eps)
    return gradient
'''),
            "another default": ("eps=1e-6 is the default", ("eps=1e-6", "eps=1e-4")),
            "float32 inside": ("gradient", ("above, below = x.copy(), x.copy()",
                                            "above, below = np.float32(x), np.float32(x)")),
            "rounds": ("for other functions", ("return gradient", "return gradient.round(6)")),
            "adds eps to the function's value": ("not the value of f", (
                "(f(above) - f(below))", "((f(x) + eps) - (f(x) - eps))")),
            "hard-coded to the visible test": ("for other functions", '''
def numerical_gradient(f, x, eps=1e-6):
    if x.shape == (3,):
        return np.array([6.125, 1.0, 2.0])
    if x.shape == (3, 2):
        return np.array([[1.0, 0.0], [-4.0, 6.0], [1.0, -1.0]])
    return np.ones(2)
'''),
        },
    },
    "task-2": {
        "right": {
            "einsum, cache as a dict": '''
def dense_forward(x, W, b):
    return np.einsum("ik,kj->ij", x, W) + b, {"input": x, "W": W, "y": None}


def dense_backward(dy, cache):
    dx = np.einsum("ij,kj->ik", dy, cache["W"])
    dW = np.einsum("ik,ij->kj", cache["input"], dy)
    return [dx, dW, np.einsum("ij->j", dy)]
''',
            "loops, cache as a class": '''
class Memory:
    def __init__(self, x, W):
        self.x, self.W = x.copy(), W.copy()

    def __eq__(self, other):
        raise TypeError("memories are not compared")


def dense_forward(x, W, b):
    y = np.array([[sum(a * w for a, w in zip(row, column)) for column in W.T] for row in x])
    return y + b, Memory(x, W)


def dense_backward(dy, cache):
    dx, dW, db = np.zeros(cache.x.shape), np.zeros(cache.W.shape), np.zeros(dy.shape[1])
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            db[j] += dy[i, j]
            for k in range(dx.shape[1]):
                dx[i, k] += dy[i, j] * cache.W[k, j]
                dW[k, j] += cache.x[i, k] * dy[i, j]
    return dx, dW, db
''',
            "bias as one more row of W, results column by column in memory": '''
def dense_forward(x, W, b):
    wide = np.column_stack([x, np.ones(len(x))])
    tall = np.vstack([W, b])
    return np.asfortranarray(wide @ tall), (wide, tall)


def dense_backward(dy, cache):
    wide, tall = cache
    both = wide.T @ dy
    return (tall @ dy.T).T[:, :-1], both[:-1], both[-1]
''',
            "the cache is a function": '''
def dense_forward(x, W, b):
    def back(dy):
        return np.dot(dy, W.T), np.tensordot(x, dy, axes=(0, 0)), np.ones(len(dy)) @ dy

    return np.add(np.matmul(x, W), b[np.newaxis]), back


def dense_backward(dy, cache):
    return cache(dy)
''',
        },
        "wrong": {
            "forgets the bias": ("Add the bias b.", ("x @ W + b", "x @ W")),
            "a ReLU of its own": (
                "A dense layer has no ReLU", ("x @ W + b", "np.maximum(x @ W + b, 0)")),
            "subtracts the bias": (
                "The bias is added, not subtracted.", ("x @ W + b", "x @ W - b")),
            "the bias as a column": (
                "dense_forward raised ValueError", ("x @ W + b", "x @ W + b[:, None]")),
            "db with two axes": ("db must have the shape of b", (
                "dy.sum(axis=0)", "dy.sum(axis=0, keepdims=True)")),
            "dW without dy": ("dW depends on dy: multiply by it.", (
                "x.T @ dy", "x.T @ np.ones_like(dy)")),
            "db from y": ("db depends on dy, and y is not dy.", (
                "return x @ W + b, (x, W)", "return x @ W + b, (x, W, x @ W + b)"),
                ("x, W = cache", "x, W, y = cache"), ("dy.sum(axis=0)", "y.sum(axis=0)")),
            "dx from y": ("not with y", (
                "return x @ W + b, (x, W)", "return x @ W + b, (x, W, x @ W + b)"),
                ("x, W = cache", "x, W, y = cache"), ("dy @ W.T", "y @ W.T")),
            "dx transposed": ("dx is transposed", ("dy @ W.T", "W @ dy.T")),
            "db of the first example": ("not over one", ("dy.sum(axis=0)", "dy[0].copy()")),
            "db times b": ("do not multiply by b", (
                "return x @ W + b, (x, W)", "return x @ W + b, (x, W, b)"),
                ("x, W = cache", "x, W, b = cache"), ("dy.sum(axis=0)", "b * dy.sum(axis=0)")),
            "outputs in another order": ("dx is wrong", (
                "return dy @ W.T, x.T @ dy, dy.sum(axis=0)",
                "return x.T @ dy, dy @ W.T, dy.sum(axis=0)")),
            "a batch of three only": (
                "for other numbers and shapes", ("x @ W + b", "(x @ W)[:3] + b")),
            "clips the gradient": ("is wrong", (
                "dy.sum(axis=0)\n", "np.clip(dy.sum(axis=0), -3, 3)\n")),
            "adds up the gradients of all calls": ("of the same call again", '''
def dense_forward(x, W, b):
    return x @ W + b, {"x": x, "W": W, "dW": np.zeros(W.shape)}


def dense_backward(dy, cache):
    cache["dW"] = cache["dW"] + cache["x"].T @ dy
    return dy @ cache["W"].T, cache["dW"], dy.sum(axis=0)
'''),
            "W first": ("dense_forward raised ValueError", ("x @ W + b", "W @ x + b")),
            "divides dW by m": (
                "the 1/N of a mean is already in dy", ("x.T @ dy", "x.T @ dy / len(x)")),
            "divides db by m": ("the 1/N of a mean is already in dy",
                                ("dy.sum(axis=0)", "dy.mean(axis=0)")),
            "divides dx by m": (
                "the 1/N of a mean is already in dy", ("dy @ W.T", "dy @ W.T / len(x)")),
            "dW transposed": ("dW is transposed", ("x.T @ dy", "dy.T @ x")),
            "W not transposed where it is square": (
                "Use W transposed, also where W is square",
                ("dy @ W.T", "(dy @ W if W.shape[0] == W.shape[1] else dy @ W.T)")),
            "dW transposed where it is square": (
                "dW is transposed",
                ("x.T @ dy", "(dy.T @ x if W.shape[0] == W.shape[1] else x.T @ dy)")),
            "dx without dy": ("dx depends on dy", ("dy @ W.T", "np.ones_like(dy) @ W.T")),
            "db without dy": (
                "db depends on dy: sum it.", ("dy.sum(axis=0)", "np.ones_like(dy).sum(axis=0)")),
            "sums db over the outputs": ("that is the other axis", ("axis=0", "axis=1")),
            "sums db over everything": (
                "every output has a bias of its own", ("dy.sum(axis=0)", "dy.sum()")),
            "does not sum db": ("b acts on every example", ("dy.sum(axis=0)", "dy")),
            "multiplies x by y": (
                "Multiply x by dy, not by y.", ("(x, W)\n", "(x, W, x @ W + b)\n"),
                                  ("x, W = cache", "x, W, y = cache"), ("x.T @ dy", "x.T @ y")),
            "forgets db": ("dense_backward should return dx, dW, db", (", dy.sum(axis=0)", "")),
            "a global cache": ("dense_backward raised ValueError", '''
def dense_forward(x, W, b):
    global last
    last = x, W
    return x @ W + b, "kept elsewhere"


def dense_backward(dy, cache):
    x, W = last
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)
'''),
            "a global cache of the last batch of each size": ("dx", '''
kept = {}


def dense_forward(x, W, b):
    kept[x.shape, W.shape] = x, W
    return x @ W + b, (x.shape, W.shape)


def dense_backward(dy, cache):
    x, W = kept[cache]
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)
'''),
            "takes a step in the cache": ("after dense_backward is wrong.", '''
def dense_forward(x, W, b):
    return x @ W + b, (x, W)


def dense_backward(dy, cache):
    x, W = cache
    dx, dW = dy @ W.T, x.T @ dy
    if len(x) != 3:
        W -= 0.1 * dW
    return dx, dW, dy.sum(axis=0)
'''),
            "uses the cache up": ("dense_backward raised", '''
def dense_forward(x, W, b):
    return x @ W + b, [W, x]


def dense_backward(dy, cache):
    x, W = cache.pop(), cache.pop()
    return dy @ W.T, x.T @ dy, dy.sum(axis=0)
'''),
            "scales dy in place": ("dense_backward changed its argument dy in place",
                                   ("x, W = cache", "x, W = cache\n    dy /= len(x)")),
            "squeezes a batch of one": ("for other numbers and shapes", (
                "return x @ W + b, (x, W)", "return np.squeeze(x @ W + b), (x, W)")),
            "float32 inside": ("dW by central differences", (
                "x.T @ dy", "(np.float32(x).T @ np.float32(dy)).astype(float)")),
            "hard-coded to the visible test": ("for other numbers and shapes", '''
def dense_forward(x, W, b):
    return np.array([[5.5, 1, -1, 6], [-1.5, -2, 0, 13], [5.5, 0, -3, 13]]), None


def dense_backward(dy, cache):
    dx = np.array([[-3.0, 5.0], [2.5, -4.0], [-2.0, 1.0]])
    dW = np.array([[-2.0, 9.0, 5.0, -1.0], [0.5, 5.0, 5.0, -3.0]])
    return dx, dW, np.array([0.5, 1.0, 3.0, 0.0])
'''),
        },
    },
    "task-3": {
        "right": {
            "a mask, product": '''
def relu_forward(x):
    mask = (x > 0).astype(float)
    return x * mask, {"mask": mask}


def relu_backward(dy, cache):
    return dy * cache["mask"]
''',
            "the cache is x, by assignment, slope 1 at 0": '''
def relu_forward(x):
    y = x.copy()
    y[y < 0] = 0
    return y, x


def relu_backward(dy, cache):
    dx = np.array(dy)
    dx[cache < 0] = 0.0
    return dx
''',
            "the cache is y, by absolute values": '''
def relu_forward(x):
    y = (x + np.abs(x)) / 2
    return y, [y]


def relu_backward(dy, cache):
    return (np.sign(cache[0]) * dy).copy(order="F")
''',
            "the Heaviside function, slope a half at 0": '''
def relu_forward(x):
    return [np.clip(x, 0, None), lambda: np.heaviside(x, 0.5)]


def relu_backward(dy, cache):
    return np.multiply(cache(), dy)
''',
            "number by number": '''
def relu_forward(x):
    return np.vectorize(lambda v: v if v > 0 else 0.0)(x), x.tolist()


def relu_backward(dy, cache):
    x = np.array(cache)
    dx = np.zeros(dy.shape)
    for i in np.ndindex(*dy.shape):
        if x[i] > 0:
            dx[i] = dy[i]
    return dx
''',
        },
        "wrong": {
            "absolute value": ("they do not change sign", ("np.maximum(x, 0.0)", "np.abs(x)")),
            "a step": ("they do not become 1", ("np.maximum(x, 0.0)", "(x > 0).astype(float)")),
            "leaky": ("This is a leaky ReLU", ("np.maximum(x, 0.0)", "np.maximum(x, 0.01 * x)")),
            "the smaller one": ("Positive numbers pass, not negative ones.", (
                "np.maximum(x, 0.0)", "np.minimum(x, 0.0)")),
            "the largest": ("np.max looks for the largest of them", (
                "np.maximum(x, 0.0)", "np.max(x, initial=0.0)")),
            "the largest along an axis": ("np.max(x, 0) looks", ("np.maximum(x, 0.0)", "np.max(x, 0)")),
            "a leaky slope": ("the slope for negative x is 0", (
                "np.where(cache, dy, 0.0)", "np.where(cache, dy, 0.01 * dy)")),
            "exchanged": ("got an array of bool", ("np.maximum(x, 0.0), x > 0", "x > 0, np.maximum(x, 0.0)")),
            "a ReLU of the gradient too": ("a negative gradient passes too", (
                "np.where(cache, dy, 0.0)", "np.maximum(np.where(cache, dy, 0.0), 0.0)")),
            "multiplies by x": ("The slope is 0 or 1", ("0.0), x > 0", "0.0), x"),
                                ("np.where(cache, dy, 0.0)", "dy * cache")),
            "multiplies by the sign": ("they do not change the sign of dy", (
                "0.0), x > 0", "0.0), np.sign(x)"), ("np.where(cache, dy, 0.0)", "dy * cache")),
            "adds the mask": ("do not add it", ("np.where(cache, dy, 0.0)", "dy + cache")),
            "masks by y of the step": ("dx depends on dy", (
                "np.where(cache, dy, 0.0)", "cache.astype(float)")),
            "the sigmoid of the example": ("y is wrong", (
                "np.maximum(x, 0.0)", "1 / (1 + np.exp(-x))")),
            "saturates at 6": ("for other numbers and shapes", (
                "np.maximum(x, 0.0)", "np.minimum(np.maximum(x, 0.0), 6.0)")),
            "softplus": ("y is wrong", ("np.maximum(x, 0.0)", "np.log1p(np.exp(x))")),
            "a slope that saturates": ("dx by central differences", (
                "0.0), x > 0", "0.0), (x > 0) & (x < 6)")),
            "integers": ("Expected an array of float64", (
                "np.maximum(x, 0.0)", "np.maximum(x, 0).astype(int)")),
            "in place": ("relu_forward changed its argument x in place", '''
def relu_forward(x):
    x[x < 0] = 0
    return x, x


def relu_backward(dy, cache):
    return dy * (cache > 0)
'''),
            "dy in place": ("relu_backward changed its argument dy in place", '''
def relu_forward(x):
    return np.maximum(x, 0.0), x > 0


def relu_backward(dy, cache):
    dy[~cache] = 0
    return dy
'''),
            "cache in place": ("changed its argument cache in place", '''
def relu_forward(x):
    return np.maximum(x, 0.0), (x > 0) * 1.0


def relu_backward(dy, cache):
    cache *= dy
    return cache
'''),
            "x in place, through the cache": ("x after relu_backward is wrong.", '''
def relu_forward(x):
    return np.maximum(x, 0.0), {"x": x}


def relu_backward(dy, cache):
    dx = dy * (cache["x"] > 0)
    cache["x"][cache["x"] < 0] = -1.0
    return dx
'''),
            "masks by dy": (
                "The sign of x decides", ("np.where(cache, dy, 0.0)", "np.where(dy > 0, dy, 0.0)")),
            "forgets dy": (
                "dx depends on dy", ("np.where(cache, dy, 0.0)", "np.where(cache, 1.0, 0.0)")),
            "multiplies by y": ("do not multiply by y", ("0.0), x > 0", "0.0), np.maximum(x, 0.0)"),
                                ("np.where(cache, dy, 0.0)", "cache * dy")),
            "no mask": ("nothing passes back", ("np.where(cache, dy, 0.0)", "dy.copy()")),
            "mask turned around": (
                "not where it is negative",
                ("np.where(cache, dy, 0.0)", "np.where(cache, 0.0, dy)")),
            "a global mask": ("keep nothing elsewhere", '''
def relu_forward(x):
    global mask
    mask = x > 0
    return np.maximum(x, 0.0), None


def relu_backward(dy, cache):
    return dy * mask
'''),
            "returns y alone": ("relu_forward should return y, cache", (", x > 0", "")),
            "matrices only": ("relu_forward raised", '''
def relu_forward(x):
    y = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = max(0, x[i, j])
    return y, x > 0


def relu_backward(dy, cache):
    return dy * cache
'''),
            "a threshold of 0.1": (
                "for other numbers and shapes",
                ("np.maximum(x, 0.0)", "np.where(x > 0.1, x, 0.0)")),
        },
    },
    "task-4": {
        "right": {
            "scipy": '''
from scipy.special import logsumexp, softmax


def softmax_cross_entropy(z, y):
    m, C = z.shape
    target = np.eye(C)[y]
    loss = (logsumexp(z, axis=1) - (z * target).sum(axis=1)).mean()
    return loss, (softmax(z, axis=1) - target) / m
''',
            "example by example": '''
import math


def softmax_cross_entropy(z, y):
    loss, rows = 0.0, []
    for row, label in zip(z, y):
        top = max(row)
        total = sum(math.exp(v - top) for v in row)
        loss += top + math.log(total) - row[label]
        rows.append([math.exp(v - top) / total - (c == label) for c, v in enumerate(row)])
    return float(loss / len(z)), np.array(rows) / len(z)
''',
            "logaddexp, loss as an array of shape ()": '''
def softmax_cross_entropy(z, y):
    log_sum = np.logaddexp.reduce(z, axis=1, keepdims=True)
    picked = np.take_along_axis(z, y[:, None].astype(int), axis=1)
    loss = np.array(np.mean(log_sum - picked))
    right = y[:, None] == np.arange(z.shape[1])
    return loss, np.exp(z - log_sum) / len(y) - right / len(y)
''',
            "differences to the true class, transposed": '''
def softmax_cross_entropy(z, y):
    zt = z.T - z.max(1)
    e = np.exp(zt)
    p = e / e.sum(0)
    p[y, range(len(y))] -= 1
    loss = np.log(e.sum(0)) - zt[y, range(len(y))]
    return [loss.sum() / loss.size, p.T / loss.size]
''',
        },
        "wrong": {
            "sums the loss": ("not the sum", ("].mean()", "].sum()")),
            "means over all logits": ("not by the number of all logits",
                                      ("-log_p[rows, y].mean()", "-log_p[rows, y].sum() / z.size")),
            "positive logarithm": ("change the sign", ("return -log_p", "return log_p")),
            "binary logarithm": ("natural logarithm", ("].mean()", "].mean() / np.log(2)")),
            "no logarithm": (
                "Take the logarithm",
                ("return -log_p[rows, y].mean()", "return -np.exp(log_p[rows, y]).mean()")),
            "sums over the classes": ("do not sum over all classes",
                                      ("log_p[rows, y].mean()", "log_p.sum(axis=1).mean()")),
            "softmax over the examples": ("which is the last axis", (
                "np.exp(shifted).sum(axis=1, keepdims=True)",
                "np.exp(shifted).sum(axis=0, keepdims=True)"),
                ("z.max(axis=1, keepdims=True)", "z.max(axis=0, keepdims=True)")),
            "one loss for each example": ("as one number", ("].mean()", "]")),
            "dz is a sum": ("divide dz by N too", ("dz / len(z)", "dz")),
            "dz over all logits": (
                "not by the number of all logits", ("dz / len(z)", "dz / z.size")),
            "dz over the classes": (
                "not by the number of classes", ("dz / len(z)", "dz / z.shape[1]")),
            "dz divided twice": (
                "Divide by N once, not twice.", ("dz / len(z)", "dz / len(z) ** 2")),
            "subtracts in whole rows": ("dz[y] is whole rows", ("dz[rows, y] -= 1", "dz[y] -= 1")),
            "subtracts 2": ("not 2.", ("dz[rows, y] -= 1", "dz[rows, y] -= 2")),
            "the class of the row": ("not the column i", ("-log_p[rows, y].mean()",
                                                       "-log_p[rows, rows % z.shape[1]].mean()")),
            "the target after dividing": ("Subtract the 1 before you divide by N.", (
                "    dz[rows, y] -= 1\n", "    dz = dz / len(z)\n    dz[rows, y] -= 1\n"),
                (".mean(), dz / len(z)", ".mean(), dz")),
            "overflows, with the logarithm from z": ("before exp", '''
def softmax_cross_entropy(z, y):
    rows = np.arange(len(z))
    total = np.exp(z).sum(axis=1, keepdims=True)
    dz = np.exp(z) / total
    dz[rows, y] -= 1
    return np.mean(np.log(total[:, 0]) - z[rows, y]), dz / len(z)
'''),
            "the largest of all": ("Each example has a largest logit of its own", (
                "z.max(axis=1, keepdims=True)", "z.max()")),
            "the largest of all, p divided": ("Each example has a largest logit of its own", '''
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max())
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(z)
'''),
            "the largest of the column": (
                "Subtract from all logits of an example the same number.", (
                "z.max(axis=1, keepdims=True)", "z.max(axis=0)")),
            "the smallest": (
                "then no exponent is above 0",
                ("z.max(axis=1, keepdims=True)", "z.min(axis=1, keepdims=True)")),
            "the mean": (
                "then no exponent is above 0",
                ("z.max(axis=1, keepdims=True)", "z.mean(axis=1, keepdims=True)")),
            "one-hot times log p": ("loss where one logit is far ahead", '''
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    target = np.eye(z.shape[1])[y]
    return -np.sum(target * np.log(p)) / len(z), (p - target) / len(z)
'''),
            "clips z": ("loss for", ("rows = np.arange(len(z))",
                                     "rows, z = np.arange(len(z)), np.clip(z, -700, 700)")),
            "clips the shifted z": ("loss for", (
                "shifted = z - z.max(axis=1, keepdims=True)",
                "shifted = np.maximum(z - z.max(axis=1, keepdims=True), -700)")),
            "the wrong sign in dz of other classes": ("p has a plus", (
                "dz = np.exp(log_p)", "dz = -np.exp(log_p)")),
            "p at the true class only": ("it is not 0 there", (
                "    dz[rows, y] -= 1\n",
                "    dz = np.where(np.arange(z.shape[1]) == y[:, None], dz - 1, 0.0)\n")),
            "exchanged": ("is wrong", ("return -log_p[rows, y].mean(), dz / len(z)",
                                       "return dz / len(z), -log_p[rows, y].mean()")),
            "the first class is true": ("not of class 0", ("[rows, y].mean()", "[rows, 0].mean()")),
            "dz without the target": (
                "Subtract 1 at the true class", ("    dz[rows, y] -= 1\n", "")),
            "dz turned around": ("not 1 minus p", ("dz / len(z)", "-dz / len(z)")),
            "the slope of softmax": ("is the slope of p itself", (
                "    dz[rows, y] -= 1\n", ""), ("dz / len(z)", "dz * (1 - dz) / len(z)")),
            "whole columns": ("not in whole columns", ("dz[rows, y] -= 1", "dz[:, y] -= 1")),
            "exp overflows": ("subtract the largest logit", '''
def softmax_cross_entropy(z, y):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(z)
'''),
            "log of 0": ("A p that is 0 has no logarithm", '''
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(z)
'''),
            "log of p + 1e-15": ("a floor of 1e-15 under p", '''
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(p[rows, y] + 1e-15).mean()
    p[rows, y] -= 1
    return loss, p / len(z)
'''),
            "a shift of (m,)": ("softmax_cross_entropy raised ValueError",
                                ("z.max(axis=1, keepdims=True)", "z.max(axis=1)")),
            "a shift of (m,) where it fits": ("loss for other numbers", (
                "z.max(axis=1, keepdims=True)",
                "z.max(axis=1, keepdims=z.shape[0] != z.shape[1])")),
            "shifts z in place": ("changed its argument z in place", '''
def softmax_cross_entropy(z, y):
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, y] -= 1
    return -log_p[rows, y].mean(), dz / len(z)
'''),
            "sums over the batch only from two on": ("loss for other numbers and shapes", (
                "].mean()", "].sum() / max(len(z), 2)")),
            "loss in a list": (
                "Expected a float, got",
                ("return -log_p[rows, y].mean()", "return [-log_p[rows, y].mean()]")),
            "float32": ("Expected a float, got", ("rows = np.arange(len(z))",
                                                  "rows, z = np.arange(len(z)), z.astype(np.float32)")),
            "rounded": (
                "for other numbers",
                ("return -log_p[rows, y].mean()", "return round(-log_p[rows, y].mean(), 6)")),
            "three classes only": ("for other numbers", (
                "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
                "e = np.exp(shifted)\n    log_p = shifted - np.log(e[:, :1] + e[:, 1:2] + e[:, -1:])")),
        },
    },
    "task-5": {
        "right": {
            "without the functions above": '''
def mlp_loss_and_gradients(params, X, y):
    inputs, z = [], X
    for layer, (W, b) in enumerate(params):
        a = z if layer == 0 else np.maximum(z, 0)
        inputs.append(a)
        z = a @ W + b
    z = z - z.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    target = np.eye(z.shape[1])[y]
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - (z * target).sum(axis=1))
    d = (p - target) / len(y)
    grads = [None] * len(params)
    for layer in range(len(params) - 1, -1, -1):
        grads[layer] = [inputs[layer].T @ d, d.sum(axis=0)]
        d = (d @ params[layer][0].T) * (inputs[layer] > 0)
    return loss, grads
''',
            "recursive": '''
def below(d, hidden, caches, grads):
    return grads


def mlp_loss_and_gradients(params, X, y):
    grads = []

    def rest(x, layers):
        """Return the loss and its gradient by x; collect the gradients from the last to the first."""
        (W, b), *later = layers
        z, dense_cache = dense_forward(x, W, b)
        if later:
            a, relu_cache = relu_forward(z)
            loss, da = rest(a, later)
            dz = relu_backward(da, relu_cache)
        else:
            loss, dz = softmax_cross_entropy(z, y)
        dx, dW, db = dense_backward(dz, dense_cache)
        grads.append((dW, db))
        return loss, dx

    loss, _ = rest(X, params)
    return loss, tuple(grads[::-1])
''',
            "named pairs": '''
from collections import namedtuple

Gradient = namedtuple("Gradient", "dW db")


class Layers(list):
    """A list of gradients."""


def mlp_loss_and_gradients(params, X, y):
    steps, out = [], X
    for number, (W, b) in enumerate(params, start=1):
        out, cache = dense_forward(out, W, b)
        steps.append((dense_backward, cache))
        if number < len(params):
            out, cache = relu_forward(out)
            steps.append((relu_backward, cache))
    loss, d = softmax_cross_entropy(out, y)
    grads = Layers()
    while steps:
        backward, cache = steps.pop()
        d = backward(d, cache)
        if backward is dense_backward:
            d, dW, db = d
            grads.insert(0, Gradient(np.asfortranarray(dW), db))
    return loss, grads
''',
            "one example at a time": '''
def mlp_loss_and_gradients(params, X, y):
    total = 0.0
    grads = [[np.zeros_like(W), np.zeros_like(b)] for W, b in params]
    for x, label in zip(X, y):
        hidden = [x]
        for W, b in params[:-1]:
            hidden.append(np.maximum(0, hidden[-1] @ W + b))
        z = hidden[-1] @ params[-1][0] + params[-1][1]
        total += np.logaddexp.reduce(z) - z[label]
        d = np.exp(z - np.logaddexp.reduce(z)) - (np.arange(len(z)) == label)
        for i in reversed(range(len(params))):
            grads[i][0] += np.outer(hidden[i], d) / len(y)
            grads[i][1] += d / len(y)
            d = (params[i][0] @ d) * (hidden[i] > 0)
    return total / len(y), grads
''',
        },
        "wrong": {
            "the gradients of an earlier call": ("loss with", '''
known = {}


def mlp_loss_and_gradients(params, X, y):
    key = X.shape, *(W.shape for W, _ in params)
    if key not in known:
        hidden, caches = X, []
        for W, b in params[:-1]:
            hidden, dense_cache = dense_forward(hidden, W, b)
            hidden, relu_cache = relu_forward(hidden)
            caches.append((dense_cache, relu_cache))
        logits, last_cache = dense_forward(hidden, *params[-1])
        loss, upstream = softmax_cross_entropy(logits, y)
        upstream, dW, db = dense_backward(upstream, last_cache)
        grads = [(dW, db)]
        for dense_cache, relu_cache in reversed(caches):
            upstream = relu_backward(upstream, relu_cache)
            upstream, dW, db = dense_backward(upstream, dense_cache)
            grads.insert(0, (dW, db))
        known[key] = loss, grads
    return known[key]
'''),
            "ReLU after the last layer": ("There is no ReLU after the last layer.", (
                "logits, last_cache = dense_forward(hidden, *params[-1])",
                "logits, last_cache = dense_forward(hidden, *params[-1])\n    logits = np.maximum(logits, 0)")),
            "no ReLU": ("There must be a ReLU between the layers.", (
                "hidden, relu_cache = relu_forward(hidden)",
                "_, relu_cache = relu_forward(hidden)")),
            "sums the loss": ("a mean over the examples, not a sum", (
                "return loss, grads", "return loss * len(y), grads")),
            "sigmoid": ("not the sigmoid", ("hidden, relu_cache = relu_forward(hidden)",
                                            "_, relu_cache = relu_forward(hidden)\n        hidden = 1 / (1 + np.exp(-hidden))")),
            "no biases": (
                "Add the biases.",
                ("dense_forward(hidden, W, b)", "dense_forward(hidden, W, 0 * b)"),
                 ("dense_forward(hidden, *params[-1])",
                  "dense_forward(hidden, params[-1][0], 0 * params[-1][1])")),
            "ReLU before the dense layer": ("not before it", '''
def mlp_loss_and_gradients(params, X, y):
    hidden, caches = X, []
    for W, b in params[:-1]:
        hidden, relu_cache = relu_forward(hidden)
        hidden, dense_cache = dense_forward(hidden, W, b)
        caches.append((dense_cache, relu_cache))
    logits, last_cache = dense_forward(hidden, *params[-1])
    loss, upstream = softmax_cross_entropy(logits, y)
    upstream, dW, db = dense_backward(upstream, last_cache)
    grads = [(dW, db)]
    for dense_cache, relu_cache in reversed(caches):
        upstream, dW, db = dense_backward(upstream, dense_cache)
        upstream = relu_backward(upstream, relu_cache)
        grads.insert(0, (dW, db))
    return loss, grads
'''),
            "forgets ReLU on the way back": ("goes through the ReLU too", (
                "        upstream = relu_backward(upstream, relu_cache)\n", "")),
            "masks by the gradient": ("not where the gradient is", (
                "upstream = relu_backward(upstream, relu_cache)",
                "upstream = np.maximum(upstream, 0)")),
            "reverse order": (
                "The gradients stand in reverse order",
                ("grads.insert(0, (dW, db))", "grads.append((dW, db))")),
            "divides by m again": ("not twice", (
                "upstream, dW, db = dense_backward(upstream, last_cache)",
                "upstream, dW, db = dense_backward(upstream / len(y), last_cache)")),
            "sums the gradients": ("need its 1/N", (
                "upstream, dW, db = dense_backward(upstream, last_cache)",
                "upstream, dW, db = dense_backward(upstream * len(y), last_cache)")),
            "ReLU before every layer": ("X stays as it is", '''
def mlp_loss_and_gradients(params, X, y):
    hidden, caches = X, []
    for W, b in params:
        hidden, relu_cache = relu_forward(hidden)
        hidden, dense_cache = dense_forward(hidden, W, b)
        caches.append((relu_cache, dense_cache))
    loss, upstream = softmax_cross_entropy(hidden, y)
    grads = []
    for relu_cache, dense_cache in reversed(caches):
        upstream, dW, db = dense_backward(upstream, dense_cache)
        upstream = relu_backward(upstream, relu_cache)
        grads.insert(0, (dW, db))
    return loss, grads
'''),
            "the first layer's gradients for all": ("gradients of its own", ("return loss, grads",
                                                                 "return loss, [grads[0]] * len(grads)")),
            "a dict of gradients": ("Return a list with one pair", (
                "return loss, grads", "return loss, dict(enumerate(grads))")),
            "db before dW": ("in this order", ("return loss, grads",
                                          "return loss, [(db, dW) for dW, db in grads]")),
            "arrays of X in place": ("changed its argument X in place", (
                "hidden, caches = X, []", "X -= X.mean(axis=0)\n    hidden, caches = X, []")),
            "at most three layers": (
                "In a @ b the last axis", ("for W, b in params[:-1]", "for W, b in params[:2][:len(params) - 1]")),
            "values before ReLU": ("not those before it", (
                "        hidden, relu_cache = relu_forward(hidden)\n",
                "        before = hidden\n        hidden, relu_cache = relu_forward(hidden)\n"),
                ("dense_backward(upstream, last_cache)",
                 "dense_backward(upstream, dense_forward(before if caches else X, *params[-1])[1])")),
            "caches in forward order": (
                "raised ValueError", ("in reversed(caches):", "in caches:")),
            "two layers only": ("raised", '''
def mlp_loss_and_gradients(params, X, y):
    (W1, b1), (W2, b2) = params
    a, cache1 = dense_forward(X, W1, b1)
    a, mask = relu_forward(a)
    z, cache2 = dense_forward(a, W2, b2)
    loss, dz = softmax_cross_entropy(z, y)
    da, dW2, db2 = dense_backward(dz, cache2)
    _, dW1, db1 = dense_backward(relu_backward(da, mask), cache1)
    return loss, [(dW1, db1), (dW2, db2)]
'''),
            "one mask for all layers": ("with 3 layers, by central differences is wrong.", (
                "upstream = relu_backward(upstream, relu_cache)",
                "upstream = relu_backward(upstream, relu_cache) if len(grads) == 1 else upstream")),
            "gradients as one flat list": ("Return a list with one pair", (
                "return loss, grads", "return loss, [g for pair in grads for g in pair]")),
            "the last layer only": ("Return a list with one pair", (
                "grads.insert(0, (dW, db))", "pass")),
            "learns by the way": ("changed its argument params in place", (
                "return loss, grads",
                "for (W, b), (dW, db) in zip(params, grads):\n        W -= 0.1 * dW\n    return loss, grads")),
            "calls a dense_backward that divides by m": ("see first that they work", '''
def my_dense_backward(dy, cache):
    dx, dW, db = dense_backward(dy, cache)
    return dx / 2, dW, db


def mlp_loss_and_gradients(params, X, y):
    hidden, caches = X, []
    for W, b in params[:-1]:
        hidden, dense_cache = dense_forward(hidden, W, b)
        hidden, relu_cache = relu_forward(hidden)
        caches.append((dense_cache, relu_cache))
    logits, last_cache = dense_forward(hidden, *params[-1])
    loss, upstream = softmax_cross_entropy(logits, y)
    upstream, dW, db = my_dense_backward(upstream, last_cache)
    grads = [(dW, db)]
    for dense_cache, relu_cache in reversed(caches):
        upstream, dW, db = my_dense_backward(relu_backward(upstream, relu_cache), dense_cache)
        grads.insert(0, (dW, db))
    return loss, grads
'''),
            "hard-coded to the visible test": ("dW2 (last layer) is wrong.", '''
def mlp_loss_and_gradients(params, X, y):
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    return 1.4617575617, grads
'''),
        },
    },
}

FLOOR = '''
def softmax_cross_entropy(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(z))
    loss = -np.log(np.maximum(p[rows, y], {floor})).mean()
    p[rows, y] -= 1
    return loss, p / len(z)
'''
BANK["task-4"]["wrong"] |= {f"a floor of {floor}": (f"a floor of {floor} under p",
                                                    FLOOR.replace("{floor}", floor))
                            for floor in ("1e-07", "1e-08", "1e-09", "1e-10", "1e-12", "1e-16")}
BANK["task-4"]["wrong"]["a floor of 1e-300"] = ("loss for a p near 0",
                                                FLOOR.replace("{floor}", "1e-300"))
