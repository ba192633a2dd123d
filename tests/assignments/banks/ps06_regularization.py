"""Right answers and typical mistakes for ps06-regularization; `answers.read_bank` tells the form."""

BANK = {
    "task-1": {
        "right": {
            "draws from a choice of two": '''
def dropout_forward(x, rate, rng, training):
    if not training:
        return x, np.ones_like(x)
    mask = rng.choice([0.0, 1 / (1 - rate)], size=x.shape, p=[rate, 1 - rate])
    return np.multiply(x, mask), mask


def dropout_backward(dy, mask):
    return np.einsum("...,...->...", dy, mask)
''',
            "binomial numbers, y by division": '''
def dropout_forward(x, rate, rng, training):
    keep = 1.0 - rate if training else 1.0
    kept = rng.binomial(1, keep, size=x.shape).astype(bool)
    y = np.where(kept, x / keep, 0)
    return [y, np.asfortranarray(kept / keep)]


def dropout_backward(dy, mask):
    dx = dy.copy()
    dx[mask == 0] = 0
    dx[mask != 0] *= mask[mask != 0]
    return dx
''',
            "one number after the other": '''
def dropout_forward(x, rate, rng, training):
    mask = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        if not training:
            mask[index] = 1
        elif rng.uniform() > rate:
            mask[index] = 1 / (1 - rate)
    return mask * x, mask


def dropout_backward(dy, mask):
    return np.array([d * s for d, s in zip(dy.ravel(), mask.ravel())]).reshape(dy.shape)
''',
            "from the largest random numbers down": '''
def dropout_forward(x, rate, rng, training):
    mask = np.full(x.shape, 1.0)
    if training and rate > 0:
        mask /= 1 - rate
        np.putmask(mask, rng.random(x.shape) > 1 - rate, 0.0)
    return x * mask, mask


def dropout_backward(dy, mask):
    return mask * dy
''',
            "kept where a number drawn is below 1 - rate": '''
def dropout_forward(x, rate, rng, training):
    keep = 1 - rate
    mask = np.ones(x.shape) if not training else np.floor(rng.random(x.size) + keep).reshape(x.shape) / keep
    return x * mask, mask


def dropout_backward(dy, mask):
    return np.multiply(mask, dy)
''',
            "thresholds in whole numbers": '''
def dropout_forward(x, rate, rng, training):
    mask = np.ones(x.shape)
    if training:
        drawn = rng.integers(0, 2**32, size=x.shape, dtype=np.uint64)
        mask = np.where(drawn < rate * 2**32, 0.0, 1.0 / (1.0 - rate))
    return mask * x, mask


def dropout_backward(dy, mask):
    dx = np.empty_like(dy)
    np.multiply(dy, mask, out=dx)
    return dx
''',
        },
        "wrong": {
            "not inverted": ("Divide the mask by 1 - rate (inverted dropout).",
                             (" / (1 - rate) if", " * 1.0 if")),
            "not inverted, scales in use": ("Divide the mask by 1 - rate (inverted",
                (" / (1 - rate) if", " * 1.0 if"),
                                            ("np.ones(x.shape)", "(1 - rate) * np.ones(x.shape)")),
            "divides by rate": ("the share that is kept",
                (" / (1 - rate) if", " / (rate or 1) if")),
            "multiplies": ("do not multiply", (" / (1 - rate) if", " * (1 - rate) if")),
            "keeps the share rate": ("rate is the share that is dropped", (">= rate", "< rate")),
            "a rate of its own": ("You drop 50 %", (">= rate", ">= 0.5")),
            "active in use": ("nothing is dropped: use the argument training",
                (" if training else np.ones(x.shape)", "")),
            "scales in use too": ("and only there",
                ("else np.ones(x.shape)", "else np.ones(x.shape) / (1 - rate)")),
            "scales down in use": ("so nothing is scaled here",
                ("else np.ones(x.shape)", "else np.ones(x.shape) * (1 - rate)")),
            "one mask for all examples": ("not one row for all", (
                "rng.random(x.shape)", "np.zeros(x.shape) + rng.random(x.shape[1:])")),
            "whole examples": ("not one column for all", (
                "rng.random(x.shape)", "np.zeros(x.shape) + rng.random((len(x),) + (1,) * (x.ndim - 1))")),
            "whole channels of images": ("the mask changes along axis", (
                "rng.random(x.shape)",
                "rng.random(x.shape if x.ndim < 4 else (len(x), 1, 1, x.shape[3])) + np.zeros(x.shape)")),
            "one number for all": ("one random number for every number of x",
                ("rng.random(x.shape)", "np.full(x.shape, rng.random())")),
            "a smaller mask": ("give the mask its shape",
                ("rng.random(x.shape)", "rng.random(x.shape[-1])")),
            "np.random": ("does not come from the rng that is given",
                ("rng.random(x.shape)", "np.random.random(x.shape)")),
            "a seed of its own": ("does not come anew from the rng", (
                "rng.random(x.shape)", "np.random.default_rng(0).random(x.shape)")),
            "True and False": (("Expected an array of float64", "Divide the mask by 1 - rate (inverted"),
                (" / (1 - rate) if", " if"),
                               ("np.ones(x.shape)", "np.ones(x.shape, dtype=bool)")),
            "x in place": ("dropout_forward changed its argument x in place", '''
def dropout_forward(x, rate, rng, training):
    mask = (rng.random(x.shape) >= rate) / (1 - rate) if training else np.ones(x.shape)
    x *= mask
    return x, mask


def dropout_backward(dy, mask):
    return dy * mask
'''),
            "dy in place": ("dropout_backward changed its argument dy in place", (
                "return dy * mask", "dy *= mask\n    return dy")),
            "other random numbers for y": ("y is not x times the mask", (
                "return x * mask, mask", "return x * (rng.random(x.shape) >= rate) / (1 - rate), mask")),
            "backward without the scale": ("acts on the way back too",
                ("dy * mask", "dy * (mask > 0)")),
            "backward scales again": ("multiply by it once", ("dy * mask", "dy * mask**2")),
            "backward passes everything": ("no gradient passes back", ("dy * mask", "dy.copy()")),
            "mask found from y": ("the share that is dropped is close to it", (
                "return x * mask, mask", "y = x * mask\n    return y, np.where(y != 0, 1 / (1 - rate) if training else 1.0, 0)")),
            "exactly the share": ("a matter of chance", (
                "(rng.random(x.shape) >= rate)",
                "(rng.permutation(x.size).reshape(x.shape) >= round(rate * x.size))")),
            "exactly the share of every example": ("a matter of chance", (
                "(rng.random(x.shape) >= rate)",
                "(rng.random(x.shape).argsort(axis=-1) >= round(rate * x.shape[-1]))")),
            "exactly the share where there are few": (("a matter of chance", "varies as chance has it"),
                (
                "(rng.random(x.shape) >= rate)",
                ("((rng.random(x.shape) >= rate) if x.size > 100 else"
                " (rng.permutation(x.size).reshape(x.shape) >= round(rate * x.size)))"))),
            "never drops": ("Nothing is dropped.",
                ("(rng.random(x.shape) >= rate) / (1 - rate) if",
                 "(rng.random(x.shape) >= 0) * 1.0 if")),
            "never drops, but scales": ("Nothing is dropped.",
                ("(rng.random(x.shape) >= rate)", "(rng.random(x.shape) >= 0)")),
            "never the first number": ("every number of 8 is dropped with a chance", (
                "    return x * mask, mask",
                "    if training and x.size < 100:\n        mask.flat[0] = 1 / (1 - rate)\n    return x * mask, mask")),
            "two numbers at a time": (("varies as chance has it", "a matter of chance"), (
                "(rng.random(x.shape) >= rate)",
                "(np.repeat(rng.random((x.size + 1) // 2), 2)[:x.size].reshape(x.shape) >= rate)")),
            "normal random numbers": ("You drop",
                ("rng.random(x.shape)", "rng.normal(size=x.shape)")),
            "twice the rate": ("You drop", (">= rate", ">= 2 * rate")),
            "the first generator for ever": ("does not come", '''
kept = []


def dropout_forward(x, rate, rng, training):
    kept.append(rng)
    mask = (kept[0].random(x.shape) >= rate) / (1 - rate) if training else np.ones(x.shape)
    return x * mask, mask


def dropout_backward(dy, mask):
    return dy * mask
'''),
            "a mask kept for each shape": ("does not come", '''
kept = {}


def dropout_forward(x, rate, rng, training):
    if not training:
        return x * 1, np.ones(x.shape)
    if (x.shape, rate) not in kept:
        kept[x.shape, rate] = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * kept[x.shape, rate], kept[x.shape, rate]


def dropout_backward(dy, mask):
    return dy * mask
'''),
            "the mask of the last call on the way back": ("is wrong", '''
last = []


def dropout_forward(x, rate, rng, training):
    mask = (rng.random(x.shape) >= rate) / (1 - rate) if training else np.ones(x.shape)
    last.append(mask)
    return x * mask, mask


def dropout_backward(dy, mask):
    return dy * last[-1] if last[-1].shape == dy.shape else dy * mask.mean()
'''),
            "one mask array for all calls": ("what an earlier call returned", '''
kept = {}


def dropout_forward(x, rate, rng, training):
    mask = kept.setdefault(x.shape, np.zeros(x.shape))
    mask[...] = (rng.random(x.shape) >= rate) / (1 - rate) if training else 1.0
    return x * mask, mask


def dropout_backward(dy, mask):
    return dy * mask
'''),
            "the smallest are dropped": ("does not come anew from the rng", (
                "(rng.random(x.shape) >= rate)", "(np.abs(x) >= np.quantile(np.abs(x), rate))")),
            "dx is the mask": ("do not return the mask",
                ("return dy * mask", "return mask.copy()")),
            "dx divided by the mask": ("is wrong",
                ("return dy * mask", "return dy / np.where(mask > 0, mask, np.inf)")),
            "the mask in place": ("changed its argument mask in place",
                ("return dy * mask", "mask *= dy\n    return mask")),
        },
    },
    "task-2": {
        "right": {
            "slope at 0 from one side, loops": '''
def l1_penalty(w, strength):
    total = 0.0
    for v in w.flat:
        total += v if v > 0 else -v
    return strength * total, np.where(w < 0, -strength, strength)


def l2_penalty(w, strength):
    return 0.5 * strength * float(np.vdot(w, w)), np.multiply(w, strength)
''',
            "norms": '''
def l1_penalty(w, strength):
    gradient = np.zeros(w.shape, order="F")
    gradient[w > 0] += strength
    gradient[w < 0] -= strength
    return np.array(strength * np.linalg.norm(w.ravel(), 1)), gradient


def l2_penalty(w, strength):
    return strength * np.linalg.norm(w.ravel()) ** 2 / 2, w * strength
''',
            "gradient first": '''
def l1_penalty(w, strength):
    gradient = strength * ((w > 0).astype(float) - (w < 0))
    return np.sum(gradient * w), gradient


def l2_penalty(w, strength):
    gradient = strength * w
    return [np.sum(gradient * w) / 2, gradient]
''',
        },
        "wrong": {
            "no absolute values": ("Take absolute values", ("np.abs(w).sum()", "w.sum()")),
            "no strength in L1": ("Multiply by strength.", ("strength * np.abs", "np.abs")),
            "squares in L1": ("L1 adds absolute values, L2 adds squares",
                ("np.abs(w).sum()", "(w**2).sum()")),
            "half in L1": ("There is no half in L1.", ("np.abs(w).sum()", "np.abs(w).sum() / 2")),
            "no strength in the L1 gradient": ("Multiply the gradient by strength too.", (
                "strength * np.sign(w)", "np.sign(w)")),
            "L1 gradient positive": ("the penalty grows on both sides of 0", (
                "strength * np.sign(w)", "strength * np.ones_like(w)")),
            "L1 gradient of L2": ("its size does not matter",
                ("strength * np.sign(w)", "strength * w")),
            "L1 gradient downhill": ("points uphill",
                ("strength * np.sign(w)", "-strength * np.sign(w)")),
            "L1 gradient a mean": ("not divided by the number of weights", (
                "strength * np.sign(w)", "strength * np.sign(w) / w.size")),
            "L1 gradient by division": ("l1 gradient where weights are 0 holds nan",
                ("np.sign(w)", "(w / np.abs(w))")),
            "no half in L2": ("The half is missing.", (".sum() / 2", ".sum()")),
            "root in L2": ("not its root",
                ("strength * np.square(w).sum() / 2", "strength * np.sqrt(np.square(w).sum())")),
            "mean in L2": ("not the mean", ("np.square(w).sum()", "np.square(w).mean()")),
            "2 in the L2 gradient": ("cancels the 2 of the derivative",
                ("/ 2, strength * w", "/ 2, 2 * strength * w")),
            "half in the L2 gradient": ("which cancels the half",
                ("/ 2, strength * w", "/ 2, strength * w / 2")),
            "no strength in the L2 gradient": ("Multiply the gradient by strength too.",
                ("/ 2, strength * w", "/ 2, w")),
            "L2 gradient a mean": ("not divided by the number of weights",
                ("/ 2, strength * w", "/ 2, strength * w / w.size")),
            "L2 of a matrix product": ("l2_penalty raised ValueError",
                ("np.square(w).sum()", "(w @ w).sum()")),
            "gradient in place": ("l2_penalty changed its argument w in place", '''
def l1_penalty(w, strength):
    return strength * np.abs(w).sum(), strength * np.sign(w)


def l2_penalty(w, strength):
    penalty = strength * np.square(w).sum() / 2
    w *= strength
    return penalty, w
'''),
            "the penalty alone": ("should return penalty, gradient", (
                "return strength * np.abs(w).sum(), strength * np.sign(w)", "return strength * np.abs(w).sum()")),
            "small weights cut to 0": ("for other numbers and shapes", (
                "np.abs(w).sum()", "np.abs(w)[np.abs(w) > 0.3].sum()")),
            "half the root in L2": ("Half the root", (
                "strength * np.square(w).sum() / 2", "strength * np.sqrt(np.square(w).sum()) / 2")),
            "absolute values in L2": ("L2 adds squares",
                ("np.square(w).sum() / 2", "np.abs(w).sum() / 2")),
            "L2 gradient positive": ("has the sign of the weight",
                ("/ 2, strength * w", "/ 2, strength * np.abs(w)")),
            "strength squared in L2": ("is wrong",
                ("strength * np.square(w)", "strength**2 * np.square(w)")),
            "a sum over one axis": ("Expected a float",
                ("np.abs(w).sum()", "np.abs(w).sum(axis=0)")),
            "only the largest": ("is wrong", ("np.abs(w).sum()", "np.abs(w).max()")),
            "a smooth corner": ("l1 gradient of tiny weights",
                ("np.sign(w)", "(w / (np.abs(w) + 1e-8))")),
            "strength of the first call": ("is wrong", '''
kept = {}


def l1_penalty(w, strength):
    strength = kept.setdefault("l1", strength)
    return strength * np.abs(w).sum(), strength * np.sign(w)


def l2_penalty(w, strength):
    return strength * np.square(w).sum() / 2, strength * w
'''),
            "weights at 0 pushed": ("is at most strength",
                ("strength * np.sign(w)", "np.where(w == 0, 2.0, strength * np.sign(w))")),
            "one gradient array for all calls": ("what an earlier call returned", '''
kept = {}


def l1_penalty(w, strength):
    gradient = kept.setdefault(w.shape, np.zeros(w.shape))
    gradient[...] = strength * np.sign(w)
    return strength * np.abs(w).sum(), gradient


def l2_penalty(w, strength):
    return strength * np.square(w).sum() / 2, strength * w
'''),
        },
    },
    "task-3": {
        "right": {
            "as one matrix with a column for each feature": '''
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    columns = x.reshape(-1, x.shape[-1])
    mean = columns.mean(0) if training else running_mean
    var = np.mean((columns - mean) ** 2, axis=0) if training else running_var
    if training:
        running_mean = running_mean + (1 - momentum) * (mean - running_mean)
        running_var = running_var + (1 - momentum) * (var - running_var)
    std = (var + eps) ** 0.5
    x_hat = ((columns - mean) / std).reshape(x.shape)
    cache = dict(x_hat=x_hat, gamma=gamma, std=std, mean=mean, eps=eps, x=x, momentum=momentum)
    return [x_hat * gamma + beta, cache, running_mean, running_var]
''',
            "keeps the axes, variance from the mean square": '''
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    axes = (0,) if x.ndim == 2 else (0, 1, 2)
    if training:
        mu = np.mean(x, axis=axes, keepdims=True)
        var = np.mean(x * x, axis=axes, keepdims=True) - mu * mu
        new_mean = momentum * running_mean + (1 - momentum) * mu.reshape(-1)
        new_var = momentum * running_var + (1 - momentum) * var.reshape(-1)
    else:
        mu, var, new_mean, new_var = running_mean, running_var, running_mean.copy(), running_var.copy()
    std = np.sqrt(var + eps)
    x_hat = np.asfortranarray((x - mu) / std)
    return gamma * x_hat + beta, {"x_hat": x_hat, "gamma": gamma, "std": std}, new_mean, new_var
''',
            "feature by feature": '''
class Cache(dict):
    """A dict with a name."""


def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    y, x_hat = np.empty(x.shape), np.empty(x.shape)
    std = np.empty(x.shape[-1])
    running_mean, running_var = np.array(running_mean), np.array(running_var)
    for c in range(x.shape[-1]):
        values = x[..., c]
        mean, var = (values.mean(), values.std() ** 2) if training else (running_mean[c], running_var[c])
        std[c] = np.sqrt(var + eps)
        x_hat[..., c] = (values - mean) / std[c]
        y[..., c] = gamma[c] * x_hat[..., c] + beta[c]
        if training:
            running_mean[c] = momentum * running_mean[c] + (1 - momentum) * mean
            running_var[c] = momentum * running_var[c] + (1 - momentum) * var
    return y, Cache(x_hat=x_hat, gamma=gamma.copy(), std=std), running_mean, running_var
''',
            "scale and shift taken together, no cache in use": '''
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    if not training:
        slope = gamma / np.sqrt(running_var + eps)
        return slope * x + (beta - slope * running_mean), None, running_mean, running_var
    n = x.size // x.shape[-1]
    mean = np.einsum("ic->c", x.reshape(n, -1)) / n
    off = x - mean
    var = np.einsum("ic,ic->c", off.reshape(n, -1), off.reshape(n, -1)) / n
    std = np.sqrt(var + eps)
    x_hat = off * (1 / std)
    old, new = momentum, 1 - momentum
    return (x_hat * gamma + beta, {"std": std, "gamma": gamma, "x_hat": x_hat},
            old * running_mean + new * mean, old * running_var + new * var)
''',
        },
        "wrong": {
            "running values used in training": ("In training the batch itself is normalized", (
                "    std = np.sqrt(var + eps)",
                "    mean, var = old\n    std = np.sqrt(var + eps)"),
                ("    if training:", "    old = running_mean, running_var\n    if training:")),
            "new running values used in training": ("not with the new running ones", (
                "    std = np.sqrt(var + eps)", "    mean, var = running_mean, running_var\n    std = np.sqrt(var + eps)")),
            "batch values in use": ("not with those of the batch", (
                "mean, var = running_mean, running_var",
                "mean, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))")),
            "unbiased variance": ("Divide the variance by n, not by n - 1.",
                ("x.var(axis=batch)", "x.var(axis=batch, ddof=1)")),
            "unbiased running variance": ("divided by n too", (
                "(1 - momentum) * var", "(1 - momentum) * x.var(axis=batch, ddof=1)")),
            "the standard deviation for the variance": ("np.std is the root already",
                ("x.var(axis=batch)", "x.std(axis=batch)")),
            "keepdims": ("keepdims=True makes it two", (
                "x.mean(axis=batch), x.var(axis=batch)",
                "x.mean(axis=batch, keepdims=True), x.var(axis=batch, keepdims=True)")),
            "the variance without eps in the cache": ("with eps, not the variance", ('"std": std}', '"std": var}')),
            "eps outside the root": ("Add eps inside the root.",
                ("np.sqrt(var + eps)", "np.sqrt(var) + eps")),
            "no eps": ("Add eps to the variance.", ("np.sqrt(var + eps)", "np.sqrt(var)")),
            "no root": ("Divide by the root", ("np.sqrt(var + eps)", "var + eps")),
            "over the features": ("over the examples, which are the first axis", (
                "x.mean(axis=batch), x.var(axis=batch)",
                "x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)"),
                ("(1 - momentum) * mean", "(1 - momentum) * x.mean()"),
                ("(1 - momentum) * var", "(1 - momentum) * x.var()")),
            "over everything": ("Every feature has a mean",
                ("x.mean(axis=batch), x.var(axis=batch)", "x.mean(), x.var()")),
            "over the examples of images only": ("all axes but the last", (
                "tuple(range(x.ndim - 1))", "0"), ("(1 - momentum) * mean",
                "(1 - momentum) * mean.reshape(-1, x.shape[-1]).mean(axis=0)"),
                ("(1 - momentum) * var",
                 "(1 - momentum) * var.reshape(-1, x.shape[-1]).mean(axis=0)")),
            "no gamma and beta": ("Multiply by gamma and add beta.",
                ("gamma * x_hat + beta, cache", "x_hat, cache")),
            "no beta": ("Add beta.", ("gamma * x_hat + beta, cache", "gamma * x_hat, cache")),
            "beta inside": ("Multiply by gamma first",
                ("gamma * x_hat + beta, cache", "gamma * (x_hat + beta), cache")),
            "does not subtract the mean": ("Subtract the mean.", ("(x - mean) / std", "x / std")),
            "momentum turned around": ("momentum belongs to the old running values", (
                "momentum * running_mean + (1 - momentum) * mean", "(1 - momentum) * running_mean + momentum * mean"),
                ("momentum * running_var + (1 - momentum) * var",
                 "(1 - momentum) * running_var + momentum * var")),
            "running values do not move": ("In training the running mean moves.", (
                "        running_mean = momentum * running_mean + (1 - momentum) * mean\n", "")),
            "eps in the running variance": ("Keep eps out of the running variance.", (
                "(1 - momentum) * var", "(1 - momentum) * (var + eps)")),
            "running standard deviation": ("not of its root",
                ("(1 - momentum) * var", "(1 - momentum) * np.sqrt(var)")),
            "running values move in use": ("the running values stay as they are", (
                "    if training:\n        batch = tuple(range(x.ndim - 1))\n        mean, var = x.mean(axis=batch), x.var(axis=batch)\n",
                "    batch = tuple(range(x.ndim - 1))\n    old = running_mean, running_var\n    mean, var = x.mean(axis=batch), x.var(axis=batch)\n    if True:\n"),
                ("    else:\n        mean, var = running_mean, running_var\n",
                 "    if not training:\n        mean, var = old\n")),
            "in use without eps": ("Add eps to the running variance too", (
                "mean, var = running_mean, running_var", "mean, var = running_mean, running_var - eps")),
            "running values in place": ("changed its argument running_mean in place", (
                "running_mean = momentum * running_mean + (1 - momentum) * mean",
                "running_mean *= momentum\n        running_mean += (1 - momentum) * mean")),
            "x in place": ("changed its argument x in place",
                ("x_hat = (x - mean) / std", "x -= mean\n    x_hat = x / std")),
            "the cache is a tuple": ("The cache has another form", (
                'cache = {"x_hat": x_hat, "gamma": gamma, "std": std}', "cache = (x_hat, gamma, std)")),
            "std without eps in the cache": ("with eps.", ('"std": std}', '"std": np.sqrt(var)}')),
            "y in the cache": ("not y.", ('"x_hat": x_hat', '"x_hat": gamma * x_hat + beta')),
            "one cache for all calls": ("after later calls", '''
cache = {}


def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    std = np.sqrt(var + eps)
    cache.update(x_hat=(x - mean) / std, gamma=gamma, std=std)
    return gamma * cache["x_hat"] + beta, cache, running_mean, running_var
'''),
            "a cache as a default argument": ("after later calls", '''
def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training, cache={}):
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
    std = cache["std"] = np.sqrt(var + eps)
    x_hat = cache["x_hat"] = (x - mean) / std
    cache["gamma"] = gamma
    return gamma * x_hat + beta, cache, running_mean, running_var
'''),
            "one array for x_hat of a shape": ("after later calls", (
                "    x_hat = (x - mean) / std",
                ("    kept = batchnorm_forward.__dict__.setdefault(x.shape, np.zeros(x.shape))\n"
                "    kept[...] = (x - mean) / std\n    x_hat = kept"))),
            "running values of its own": ("is wrong", '''
running = {}


def batchnorm_forward(x, gamma, beta, running_mean, running_var, momentum, eps, training):
    running_mean, running_var = running.get(x.shape[-1], (running_mean, running_var))
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=tuple(range(x.ndim - 1))), x.var(axis=tuple(range(x.ndim - 1)))
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        running[x.shape[-1]] = running_mean, running_var
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, {"x_hat": x_hat, "gamma": gamma, "std": std}, running_mean, running_var
'''),
            "a batch of one as in use": ("is wrong",
                ("    if training:", "    if training and x.size > x.shape[-1]:")),
            "gamma added, beta times": ("is wrong",
                ("gamma * x_hat + beta, cache", "beta * x_hat + gamma, cache")),
            "no gamma": ("Multiply by gamma.",
                ("gamma * x_hat + beta, cache", "x_hat + beta, cache")),
            "running mean replaced": ("The running mean keeps a share", (
                "momentum * running_mean + (1 - momentum) * mean", "mean")),
            "running variance replaced": ("The running variance keeps a share", (
                "momentum * running_var + (1 - momentum) * var", "var")),
            "running variance does not move": ("In training the running variance moves.", (
                "        running_var = momentum * running_var + (1 - momentum) * var\n", "")),
            "std in the running variance": ("std is its root, with eps", (
                "(1 - momentum) * var", "(1 - momentum) * np.sqrt(var + eps)")),
            "momentum on the batch alone": ("multiply by it", (
                "momentum * running_mean + (1 - momentum) * mean", "running_mean + (1 - momentum) * mean")),
            "in use with running values that moved": ("as they are", (
                "        mean, var = running_mean, running_var\n",
                ("        batch = tuple(range(x.ndim - 1))\n"
                "        mean = momentum * running_mean + (1 - momentum) * x.mean(axis=batch)\n"
                "        var = momentum * running_var + (1 - momentum) * x.var(axis=batch)\n"))),
            "the variance in the cache": ("not the variance itself",
                ('"std": std}', '"std": var + eps}')),
            "absolute deviation for the variance": ("is wrong",
                ("x.var(axis=batch)", "np.abs(x - x.mean(axis=batch)).mean(axis=batch) ** 2")),
            "median for the mean": ("is wrong", ("x.mean(axis=batch)", "np.median(x, axis=batch)")),
            "float32": ("an array of float64",
                ("return gamma * x_hat + beta,",
                 "return (gamma * x_hat + beta).astype(np.float32),")),
        },
    },
    "task-4": {
        "right": {
            "as one matrix with a column for each feature": '''
def batchnorm_backward(dy, cache):
    shape = dy.shape
    dy, x_hat = dy.reshape(-1, shape[-1]), cache["x_hat"].reshape(-1, shape[-1])
    dx = dy - dy.mean(0) - x_hat * (dy * x_hat).mean(0)
    return [(dx * cache["gamma"] / cache["std"]).reshape(shape), (dy * x_hat).sum(0), dy.sum(0)]
''',
            "step by step, as the chain rule has it": '''
def batchnorm_backward(dy, cache):
    x_hat, gamma, std = cache["x_hat"], cache["gamma"], cache["std"]
    axes = (0,) if dy.ndim == 2 else (0, 1, 2)
    n = np.prod([dy.shape[axis] for axis in axes])
    centered = x_hat * std
    dx_hat = dy * gamma
    dvar = np.sum(dx_hat * centered, axis=axes, keepdims=True) * -0.5 / std**3
    dmean = np.sum(-dx_hat / std, axis=axes, keepdims=True)
    dx = dx_hat / std + dvar * 2 * centered / n + dmean / n
    return np.asfortranarray(dx), np.sum(dy * x_hat, axis=axes), np.sum(dy, axis=axes)
''',
            "with the whole Jacobian matrix of each feature": '''
def batchnorm_backward(dy, cache):
    dx = np.zeros(dy.shape)
    dgamma, dbeta = np.zeros(dy.shape[-1]), np.zeros(dy.shape[-1])
    for c in range(dy.shape[-1]):
        h, d = cache["x_hat"][..., c].ravel(), dy[..., c].ravel()
        n = len(h)
        jacobian = (np.eye(n) - 1 / n - np.outer(h, h) / n) * cache["gamma"][c] / cache["std"][c]
        dx[..., c] = (jacobian @ d).reshape(dy.shape[:-1])
        dgamma[c], dbeta[c] = h @ d, d.sum()
    return dx, dgamma, dbeta
''',
            "einsum": '''
def batchnorm_backward(dy, cache):
    n = dy.size // dy.shape[-1]
    dbeta = np.einsum("ic->c", dy.reshape(n, -1))
    dgamma = np.einsum("ic,ic->c", dy.reshape(n, -1), cache["x_hat"].reshape(n, -1))
    return (n * dy - dbeta - cache["x_hat"] * dgamma) * (cache["gamma"] / (n * cache["std"])), dgamma, dbeta
''',
        },
        "wrong": {
            "dbeta a mean": ("take the sum, not the mean",
                ("dy.sum(axis=batch)", "dy.mean(axis=batch)")),
            "dbeta over the features": ("which are the first axis", (
                "dy.sum(axis=batch)\n", "dy.sum(axis=-1)\n"), ("dbeta / n", "dy.mean(axis=batch)")),
            "dbeta and dgamma exchanged": ("here it is dgamma",
                ("dgamma / n), dgamma, dbeta", "dgamma / n), dbeta, dgamma")),
            "dgamma a mean": ("take the sum, not the mean",
                ("(dy * x_hat).sum(axis=batch)", "(dy * x_hat).mean(axis=batch)")),
            "dgamma without x_hat": ("multiply dy by it before you sum",
                ("dgamma / n), dgamma, dbeta", "dgamma / n), dbeta, dbeta")),
            "gamma in dgamma": ("keep gamma itself out of dgamma",
                ("dgamma / n), dgamma, dbeta", 'dgamma / n), dgamma * cache["gamma"], dbeta')),
            "product of two sums": ("number by number, then sum", (
                "(dy * x_hat).sum(axis=batch)", "dy.sum(axis=batch) * x_hat.sum(axis=batch)")),
            "mean and variance as constants": ("two terms are missing",
                ("(dy - dbeta / n - x_hat * dgamma / n)", "dy")),
            "variance as a constant": ("the term with x_hat is missing",
                (" - x_hat * dgamma / n)", ")")),
            "mean of a product as product of means": ("the term with x_hat is missing, or is 0", (
                "x_hat * dgamma / n", "x_hat * dbeta / n * x_hat.mean(axis=batch)")),
            "no brackets": ("write brackets", ("(dy - dbeta / n - x_hat * dgamma / n)",
                                               "dy - dbeta / n - x_hat * dgamma / n")),
            "mean as a constant": ("the term mean(dy) is missing",
                ("dy - dbeta / n - x_hat", "dy - x_hat")),
            "sums in place of means": ("divide the sums by n",
                ("dbeta / n - x_hat * dgamma / n", "dbeta - x_hat * dgamma")),
            "no gamma": ("Multiply by gamma.",
                ('cache["gamma"] / cache["std"]', '1 / cache["std"]')),
            "the variance": ("Divide by std once only.", ('/ cache["std"]', '/ cache["std"] ** 2')),
            "no x_hat": ("Multiply mean(dy * x_hat) by x_hat.",
                ("- x_hat * dgamma / n", "- dgamma / n")),
            "adds the last term": ("Subtract both terms.",
                ("- x_hat * dgamma", "+ x_hat * dgamma")),
            "n counts everything": ("not all numbers in dy", ("dy.size / dy.shape[-1]", "dy.size")),
            "n - 1": ("n - 1 has no place here",
                ("x_hat * dgamma / n", "x_hat * dgamma / max(n - 1, 1)")),
            "n is the batch size": ("the number of examples times height times width",
                ("dy.size / dy.shape[-1]", "len(dy)")),
            "over the examples of images only": ("all axes but the last",
                ("tuple(range(dy.ndim - 1))", "0")),
            "other keys": ("raised KeyError",
                ("return scale", 'scale = scale + 0 * cache["eps"]\n    return scale')),
            "dy in place": ("changed its argument dy in place",
                ("return scale", "dy -= dbeta / n\n    return scale")),
            "cache in place": ("changed its argument cache in place", (
                "return scale", "x_hat *= dgamma / n\n    return scale"), (" - x_hat * dgamma / n)", " - x_hat)")),
            "takes things out of the cache": ("changed its argument cache in place", (
                'x_hat, scale = cache["x_hat"],', 'x_hat, scale = cache.pop("x_hat"),')),
            "ignores dy": ("is wrong.",
                ("return scale", "dy = np.ones_like(dy)\n    return scale")),
            "two outputs": ("should return dx, dgamma, dbeta",
                ("dgamma / n), dgamma, dbeta", "dgamma / n), dgamma")),
            "no std": ("Divide by std.", ('cache["gamma"] / cache["std"]', 'cache["gamma"]')),
            "gamma in dbeta": ("keep gamma out of dbeta",
                ("dgamma / n), dgamma, dbeta", 'dgamma / n), dgamma, dbeta * cache["gamma"]')),
            "results kept in the cache": ("changed its argument cache in place", (
                "    n = dy.size", '    dbeta = cache.setdefault("dbeta", dbeta)\n    n = dy.size')),
            "x_hat of the first call of a shape": ("is wrong", (
                "    batch =", '    x_hat = batchnorm_backward.__dict__.setdefault(str(dy.shape), x_hat)\n    batch =')),
            "normalizes x_hat again": ("is wrong", (
                "    batch =", "    x_hat = (x_hat - x_hat.mean()) / max(x_hat.std(), 1e-12)\n    batch =")),
            "one dx array for all calls": ("what an earlier call returned", (
                "    return scale * (dy - dbeta / n - x_hat * dgamma / n),",
                ("    dx = batchnorm_backward.__dict__.setdefault(str(dy.shape), np.zeros(dy.shape))\n"
                "    dx[...] = scale * (dy - dbeta / n - x_hat * dgamma / n)\n    return dx,"))),
            "dx last": ("is wrong",
                ("return scale * (dy - dbeta / n - x_hat * dgamma / n), dgamma, dbeta",
                                    "return dgamma, dbeta, scale * (dy - dbeta / n - x_hat * dgamma / n)")),
            "dx a mean": ("do not divide by n once more",
                ("return scale * (dy", "return scale / n * (dy")),
        },
    },
    "task-5": {
        "right": {
            "keeps the whole history": '''
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.settings = patience, min_delta
        self.history = []

    @property
    def best(self):
        best = float("inf")
        for value in self.history:
            if best - value > self.settings[1]:
                best = value
        return best

    def update(self, value):
        better = []
        for i in range(len(self.history) + 1):
            old = self.best if i == len(self.history) else None
            better.append(old)
        improved = value < self.best - self.settings[1]
        self.history.append(value)
        self.flags = getattr(self, "flags", []) + [improved]
        patience = self.settings[0]
        return len(self.flags) >= patience and not any(self.flags[-patience:])

    def reset(self):
        self.history.clear()
''',
            "a dataclass that counts down": '''
from dataclasses import dataclass, field


@dataclass
class EarlyStopping:
    patience: int
    min_delta: float = 0.0
    best: float = field(default=np.inf)
    left: int = None

    def update(self, value):
        if self.left is None:
            self.left = self.patience
        better = self.best - value > self.min_delta
        self.best = np.where(better, value, self.best)[()]
        self.left = self.patience if better else self.left - 1
        return np.bool_(self.left <= 0)
''',
            "number of the last better update": '''
import math


class Stopper:
    best = math.inf
    number = 0
    last = 0

    def update(self, value):
        self.number += 1
        if not value >= self.best - self.min_delta:
            self.best = float(value)
            self.last = self.number
        return bool(self.number - self.last >= self.patience)


class EarlyStopping(Stopper):
    def __init__(self, patience, min_delta=0.0, name="loss"):
        self.patience = patience
        self.min_delta = min_delta
        self.name = name

    def __repr__(self):
        return f"EarlyStopping({self.name})"
''',
            "slots, best as a property, more methods": '''
class EarlyStopping:
    __slots__ = ("_seen", "_patience", "_delta", "_count")

    def __init__(self, patience, min_delta=0.0):
        self._seen, self._patience, self._delta, self._count = float("inf"), patience, min_delta, 0

    @property
    def best(self):
        return self._seen

    def __repr__(self):
        return f"best {self.best}"

    def reset(self):
        self._count = 0

    def update(self, value):
        improved = np.less(value, self._seen - self._delta)
        self._seen = value if improved else self._seen
        self._count = (self._count + 1) * (not improved)
        return np.greater_equal(self._count, self._patience)
''',
        },
        "wrong": {
            "one too late": ("Two updates in a row were not better",
                ("self.waiting >= self.patience", "self.waiting > self.patience")),
            "stops once only": ("Go on saying stop",
                ("self.waiting >= self.patience", "self.waiting == self.patience")),
            "one too early": ("this is the first",
                ("self.waiting >= self.patience", "self.waiting >= self.patience - 1 > 0")),
            "never counts anew": ("start to count anew",
                ("self.best, self.waiting = value, 0", "self.best = value")),
            "counts better updates too": ("this is the first", (
                "self.best, self.waiting = value, 0", "self.best, self.waiting = value, self.waiting + 1")),
            "says whether it is better": ("update returns False",
                ("return self.waiting >= self.patience", "return self.waiting == 0")),
            "larger is better": ("smaller is better", (
                "value < self.best - self.min_delta",
                "self.best == np.inf or value > self.best + self.min_delta")),
            "compares with the last value": ("best moves only when a value is better", (
                "        else:\n            self.waiting += 1", "        else:\n            self.waiting += 1\n        self.best = value")),
            "best is the smallest value": ("and 1.75 is not", (
                "        else:\n            self.waiting += 1",
                "        else:\n            self.waiting += 1\n            self.best = min(self.best, value)")),
            "equal is better": ("4.0 is not smaller than the best",
                ("value < self.best", "value <= self.best")),
            "best kept elsewhere": ("becomes the new self.best", (
                "self.best, self.waiting = value, 0", "best, self.waiting = value, 0")),
            "min_delta ignored": ("smaller than best - min_delta",
                ("self.best - self.min_delta", "self.best")),
            "min_delta added": ("smaller than best - min_delta",
                ("self.best - self.min_delta", "self.best + self.min_delta")),
            "min_delta as a share": ("1.25 is smaller than best - min_delta", (
                "self.best - self.min_delta", "self.best * (1 - self.min_delta)")),
            "equal to best - min_delta is better": ("only equal", (
                "value < self.best - self.min_delta",
                "value < self.best if self.min_delta == 0 else value <= self.best - self.min_delta")),
            "best less min_delta": ("without min_delta",
                ("self.best, self.waiting = value, 0",
                 "self.best, self.waiting = value - self.min_delta, 0")),
            "best starts at 0": ("best starts at infinity",
                ("self.best = np.inf", "self.best = 0.0")),
            "best starts at a large number": ("best at the beginning is wrong.",
                ("self.best = np.inf", "self.best = 1e6")),
            "another name": ("Keep the best value in self.best.", (
                "self.best = np.inf", "self.lowest = np.inf"), ("if value < self.best", "if value < self.lowest"),
                ("self.best, self.waiting", "self.lowest, self.waiting")),
            "shared by all objects": ("here two objects share it", '''
class EarlyStopping:
    state = {"best": np.inf, "waiting": 0}

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta

    @property
    def best(self):
        return self.state["best"]

    def update(self, value):
        if value < self.best - self.min_delta:
            self.state["best"], self.state["waiting"] = value, 0
        else:
            self.state["waiting"] += 1
        return self.state["waiting"] >= self.patience
'''),
            "returns nothing": ("got None",
                ("return self.waiting >= self.patience",
                 "self.stop = self.waiting >= self.patience")),
            "starts anew after a stop": ("Go on saying stop", (
                "return self.waiting >= self.patience",
                "stop = self.waiting >= self.patience\n        self.waiting = 0 if stop else self.waiting\n        return stop")),
            "no default": ("EarlyStopping raised TypeError", ("min_delta=0.0", "min_delta")),
            "a default of its own": ("where it is not given", ("min_delta=0.0", "min_delta=0.125")),
            "loss above 0 only": ("after", ("if value < self.best", "if 0 <= value < self.best")),
            "a tiny default": ("where it is not given", ("min_delta=0.0", "min_delta=1e-8")),
            "a default of a thousandth": ("where it is not given",
                ("min_delta=0.0", "min_delta=1e-3")),
            "nearly equal taken for equal": ("However little better", (
                "if value < self.best - self.min_delta",
                "if value < self.best - self.min_delta and not np.isclose(value, self.best)")),
            "values rounded": ("However little better",
                ("if value < self.best", "value = round(value, 6)\n        if value < self.best")),
            "at least 1e-12 better": ("update after",
                ("self.best - self.min_delta", "self.best - max(self.min_delta, 1e-12)")),
            "best starts at minus infinity": ("best starts at plus infinity",
                ("self.best = np.inf", "self.best = -np.inf")),
            "stop for ever": ("go on again", (
                "return self.waiting >= self.patience",
                "self.stopped = getattr(self, 'stopped', False) or self.waiting >= self.patience\n        return self.stopped")),
            "after so many updates in all": ("start to count anew", (
                "return self.waiting >= self.patience",
                "self.n = getattr(self, 'n', 0) + 1\n        return self.n > self.patience")),
            "best kept by the class": (("is wrong", "share it"), (
                "self.best, self.waiting = value, 0", "EarlyStopping.best, self.waiting = value, 0"),
                ("        self.best = np.inf\n", "")),
            "patience of the first object": ("a patience of its own", (
                "self.patience, self.min_delta = patience, min_delta",
                ("self.patience = EarlyStopping.__dict__.get('first', patience)\n"
                "        EarlyStopping.first, self.min_delta = self.patience, min_delta"))),
            "best as a list": ("is wrong",
                ("self.best, self.waiting = value, 0", "self.best, self.waiting = [value][0:1], 0"),
                               ("if value < self.best - self.min_delta", "if value < np.min(self.best) - self.min_delta")),
        },
    },
}
