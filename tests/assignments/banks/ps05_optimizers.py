"""Right answers and typical mistakes for ps05-optimizers; `answers.read_bank` explains the form."""

BANK = {
    "task-1": {
        "right": {
            "element by element": '''
def sgd(w, g, state, lr):
    w_new = np.empty(w.shape)
    for index in np.ndindex(w.shape):
        w_new[index] = w[index] - lr * g[index]
    return w_new, None
''',
            "counts its steps": '''
def sgd(weights, gradient, memory, lr):
    update = np.multiply(-lr, gradient)
    return [np.add(weights, update), {"steps": 1 if memory is None else memory["steps"] + 1}]
''',
            "warns and writes to stderr": '''
import sys
import warnings


def sgd(w, g, state, lr):
    warnings.warn("a warning is no mistake")
    print("debugging", file=sys.stderr)
    np.log(np.zeros(1))
    return w - lr * g, None
''',
            "one expression": '''
sgd = lambda w, g, state, lr: (w.copy() - np.asarray(g) * lr, state)
''',
        },
        "wrong": {
            "goes uphill": ("Go down, not up", ("w - lr * g", "w + lr * g")),
            "in place": ("sgd changed its argument w in place", '''
def sgd(w, g, state, lr):
    w -= lr * g
    return w, state
'''),
            "scales g in place": ("sgd changed its argument g in place", '''
def sgd(w, g, state, lr):
    g *= lr
    return w - g, state
'''),
            "forgets lr": ("Multiply the gradient by lr.", ("w - lr * g", "w - g")),
            "a learning rate of its own": (
                "Use the lr that is given, not a number of your own.",
                ("w - lr * g", "w - 0.1 * g if w.shape == (3,) else w - 0.1 * g")),
            "returns the weights alone": (
                "sgd should return w_new, state_new; it returned an array of float64",
                ("w - lr * g, None", "w - lr * g")),
            "prints and returns nothing": ("it returned None", ("return", "print('done',")
                                           , ("lr * g, None", "lr * g, None)")),
            "copies the example": ("Use g itself, not its sign.", ("lr * g", "lr * np.sign(g)")),
            "takes a mean": ("Do not divide by the number of weights.", ("* g", "* g / w.size")),
            "normalizes": ("do not divide it by its length", ("* g", "* g / np.linalg.norm(g)")),
            "float32": ("Expected an array of float64", ("w - lr * g", "np.float32(w - lr * g)")),
            "returns a list": ("got a list of length 3", ("w - lr * g", "(w - lr * g).tolist()")),
            "leaves Python": ("raised SystemExit", ("return", "import sys\n    sys.exit()\n    return")),
            "one dimension only": ("raised TypeError", '''
def sgd(w, g, state, lr):
    return np.array([w[i] - lr * g[i] for i in range(len(w))]), None
'''),
            "hard-coded to the visible test": ("for other numbers and shapes", '''
def sgd(w, g, state, lr):
    if w.shape == (3,):
        return np.array([0.95, -1.95, 2.8]), None
    return np.array([[0.5, 1.0], [1.5, 0.75]]), None
'''),
        },
    },
    "task-2": {
        "right": {
            "state as a dict": '''
def momentum(w, g, state, lr, beta):
    if state is None:
        state = {"v": 0.0}
    v = beta * state["v"] + g
    return w - lr * v, {"v": v}
''',
            "state as a class": '''
class Velocity:
    def __init__(self, value):
        self.value = value

    def renewed(self, g, beta):
        return Velocity(np.add(g, np.multiply(self.value, beta)))


def momentum(w, g, state, lr, beta):
    state = (state or Velocity(np.zeros(w.shape))).renewed(g, beta)
    return np.subtract(w, lr * state.value), state
''',
            "state as the list of all gradients": '''
def momentum(w, g, state, lr, beta):
    history = (state or []) + [g.copy()]
    n = len(history)
    v = sum(beta ** (n - 1 - i) * history[i] for i in range(n))
    return w - lr * v, history
''',
            "minus sign inside, beside variables with names of built-ins": '''
sum, range, enumerate, print = 0, 1, 2, 3


def momentum(w, g, state, lr, beta):
    down = -g if state is None else beta * state - g
    return w + lr * down, down
''',
        },
        "wrong": {
            "goes uphill": ("Go down, not up", ("w - lr", "w + lr")),
            "a moving average": ("Add the whole gradient to the velocity",
                                 ("velocity + g", "velocity + (1 - beta) * g")),
            "beta at the gradient": ("beta belongs to the old velocity",
                                     ("beta * velocity + g", "velocity + beta * g")),
            "Nesterov": ("Nesterov", ("w - lr * velocity", "w - lr * (g + beta * velocity)")),
            "moves by the old velocity": ("Renew the velocity first", '''
def momentum(w, g, state, lr, beta):
    velocity = np.zeros_like(w) if state is None else state
    return w - lr * velocity, beta * velocity + g
'''),
            "forgets": ("The old velocity is lost", ("lr * velocity, velocity", "lr * velocity, None")),
            "no beta": ("Multiply the old velocity by beta.", ("beta * velocity", "velocity")),
            "lr in the velocity": ("Keep lr out of the velocity", '''
def momentum(w, g, state, lr, beta):
    velocity = np.zeros_like(w) if state is None else state
    velocity = beta * velocity + lr * g
    return w - velocity, velocity
'''),
            "velocity in place": ("momentum changed its argument state in place", '''
def momentum(w, g, state, lr, beta):
    velocity = np.zeros_like(w) if state is None else state
    velocity *= beta
    velocity += g
    return w - lr * velocity, velocity
'''),
            "dict in place": ("state was changed in place", '''
def momentum(w, g, state, lr, beta):
    state = {"v": np.zeros_like(w)} if state is None else state
    state["v"] = beta * state["v"] + g
    return w - lr * state["v"], state
'''),
            "a global velocity": ("something is kept outside of it", '''
velocity = None


def momentum(w, g, state, lr, beta):
    global velocity
    if state is None:
        velocity = np.zeros_like(w)
    velocity = beta * velocity + g
    return w - lr * velocity, "kept elsewhere"
'''),
            "adds to w in place": ("momentum changed its argument w in place", '''
def momentum(w, g, state, lr, beta):
    velocity = g if state is None else beta * state + g
    w -= lr * velocity
    return w, velocity
'''),
            "a beta of its own": ("with new numbers", ("beta * velocity", "0.9 * velocity")),
        },
    },
    "task-3": {
        "right": {
            "state as a tuple": '''
def rmsprop(w, g, state, lr, rho, eps):
    (s,) = (0.0,) if state is None else state
    s = s + (1 - rho) * (np.square(g) - s)
    return w - g * (lr / (s**0.5 + eps)), (s,)
''',
            "element by element": '''
def rmsprop(w, g, state, lr, rho, eps):
    old = np.zeros(w.shape) if state is None else state["s"]
    s, w_new = np.empty(w.shape), np.empty(w.shape)
    for i in np.ndindex(w.shape):
        s[i] = rho * old[i] + (1 - rho) * g[i] * g[i]
        w_new[i] = w[i] - lr * g[i] / (s[i] ** 0.5 + eps)
    return w_new, {"s": s}
''',
            "state as the root": '''
def rmsprop(w, g, state, lr, rho, eps):
    root = np.hypot(np.sqrt(rho) * (0 if state is None else state), np.sqrt(1 - rho) * g)
    return w - lr * g / (root + eps), root
''',
        },
        "wrong": {
            "goes uphill": ("Go down, not up", ("w - lr", "w + lr")),
            "AdaGrad": ("add only (1 - rho) of the square",
                        ("rho * square + (1 - rho) * g**2", "square + g**2")),
            "starts at the first square": ("Start the average at 0",
                                           ("np.zeros_like(w) if", "g**2 if")),
            "corrects the bias": ("without a correction", '''
def rmsprop(w, g, state, lr, rho, eps):
    s, t = (np.zeros_like(w), 0) if state is None else state
    t = t + 1
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s / (1 - rho**t)) + eps), (s, t)
'''),
            "rho and 1 - rho exchanged": ("rho belongs to the old average",
                                          ("rho * square + (1 - rho) * g**2",
                                           "(1 - rho) * square + rho * g**2")),
            "one average for all": ("Keep one average for every weight",
                                    ("* g**2", "* np.mean(g**2)")),
            "eps inside the root": ("Add eps outside the root.",
                                    ("(np.sqrt(square) + eps)", "np.sqrt(square + eps)")),
            "no root": ("Divide by the root of the average", ("np.sqrt(square)", "square")),
            "no eps": ("Add eps to the root", ("(np.sqrt(square) + eps)", "np.sqrt(square)")),
            "divides by the old average": ("Renew the average first", '''
def rmsprop(w, g, state, lr, rho, eps):
    square = np.zeros_like(w) if state is None else state
    return w - lr * g / (np.sqrt(square) + eps), rho * square + (1 - rho) * g**2
'''),
            "forgets": ("The old average is lost", ("+ eps), square", "+ eps), None")),
            "average in place": ("rmsprop changed its argument state in place", '''
def rmsprop(w, g, state, lr, rho, eps):
    square = np.zeros_like(w) if state is None else state
    square *= rho
    square += (1 - rho) * g**2
    return w - lr * g / (np.sqrt(square) + eps), square
'''),
            "squares the gradient in place": ("rmsprop changed its argument g in place", '''
def rmsprop(w, g, state, lr, rho, eps):
    slope = g.copy()
    g *= g
    square = (1 - rho) * g if state is None else rho * state + (1 - rho) * g
    return w - lr * slope / (np.sqrt(square) + eps), square
'''),
            "an eps of its own": (
                "Use the eps that is given",
                ("(np.sqrt(square) + eps)", "(np.sqrt(square) + (eps if eps == 0.1 else 1e-8))")),
            "float32 inside": ("with new numbers", ("np.sqrt(square)", "np.float64(np.float32(square)) ** 0.5")),
        },
    },
    "task-4": {
        "right": {
            "the efficient form of the paper": '''
def adam(w, g, state, lr, beta1, beta2, eps):
    if state is None:
        state = {"m": 0 * w, "v": 0 * w, "t": 0}
    t = state["t"] + 1
    m = state["m"] + (1 - beta1) * (g - state["m"])
    v = state["v"] + (1 - beta2) * (g * g - state["v"])
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), dict(m=m, v=v, t=t)
''',
            "state as a class": '''
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Moments:
    first: object = 0.0
    second: object = 0.0
    power1: float = 1.0
    power2: float = 1.0


def adam(w, g, state, lr, beta1, beta2, eps):
    old = state or Moments()
    new = replace(
        old,
        first=beta1 * old.first + (1 - beta1) * g,
        second=beta2 * old.second + (1 - beta2) * g * g,
        power1=old.power1 * beta1,
        power2=old.power2 * beta2,
    )
    step = new.first / (1 - new.power1)
    step = step / (np.sqrt(new.second / (1 - new.power2)) + eps)
    return w - lr * step, new
''',
            "state as the list of all gradients": '''
def adam(w, g, state, lr, beta1, beta2, eps):
    history = [*(state or []), g]
    ages = range(len(history) - 1, -1, -1)
    m = sum(beta1**age * x for age, x in zip(ages, history)) / sum(beta1**age for age in ages)
    v = sum(beta2**age * x * x for age, x in zip(ages, history)) / sum(beta2**age for age in ages)
    return w - lr * m / (v**0.5 + eps), history
''',
            "element by element": '''
def adam(w, g, state, lr, beta1, beta2, eps):
    t, m, v = state if state else [0, np.zeros(w.shape), np.zeros(w.shape)]
    t, m, v, out = t + 1, np.array(m), np.array(v), np.zeros(w.shape)
    for i in np.ndindex(*w.shape):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        out[i] = w[i] - lr * m_hat / (v_hat**0.5 + eps)
    return out, [t, m, v]
''',
        },
        "wrong": {
            "goes uphill": ("Go down, not up", ("w - lr", "w + lr")),
            "no correction": ("Correct both averages", ("m / (1 - beta1**t)", "m"),
                              ("v / (1 - beta2**t)", "v")),
            "corrects m only": ("Correct v as well as m.", ("v / (1 - beta2**t)", "v")),
            "corrects v only": ("Correct m as well as v.", ("m / (1 - beta1**t)", "m")),
            "t starts at 0": ("Count the step first", '''
def adam(w, g, state, lr, beta1, beta2, eps):
    m, v, t = (np.zeros_like(w), np.zeros_like(w), 0) if state is None else state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t + 1)
'''),
            "t stays 1": ("t must grow by 1 at every step", ("(m, v, t)\n", "(m, v, 0)\n")),
            "corrects v with beta1": ("Correct v with beta2", ("v / (1 - beta2**t)", "v / (1 - beta1**t)")),
            "corrects twice": ("Correct every average once only.",
                               ("lr * m_hat", "lr * m_hat / (1 - beta1**t)"),
                               ("np.sqrt(v_hat)", "np.sqrt(v_hat / (1 - beta2**t))")),
            "keeps the corrected averages": ("Keep the averages before the correction",
                                             ("(m, v, t)\n", "(m_hat, v_hat, t)\n")),
            "eps inside the root": ("Add eps outside the root.",
                                    ("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)")),
            "eps before the correction": (
                "Add eps after the correction, not before.",
                ("(np.sqrt(v_hat) + eps)", "(np.sqrt(v) + eps) * np.sqrt(1 - beta2**t)")),
            "no root": ("Divide by the root of v_hat", ("np.sqrt(v_hat)", "v_hat")),
            "no eps": ("Add eps to the root", ("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat)")),
            "betas exchanged": (
                "beta1 is for the average of g",
                ("t = t + 1", "t = t + 1\n    beta1, beta2 = beta2, beta1")),
            "arguments in another order": (
                "with new numbers", ("beta1, beta2, eps)", "beta2, beta1, eps)")),
            "moves along g": ("Move along the average m_hat", ("lr * m_hat", "lr * g")),
            "forgets lr": ("w after step 1 is wrong.", ("lr * m_hat", "m_hat")),
            "does not square": ("It holds nan or inf", ("g**2", "g")),
            "averages in place": ("state was changed in place", '''
def adam(w, g, state, lr, beta1, beta2, eps):
    m, v, t = (np.zeros_like(w), np.zeros_like(w), 0) if state is None else state
    t += 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)
'''),
            "one t for everybody": ("something is kept outside of it", '''
def adam(w, g, state, lr, beta1, beta2, eps):
    m, v = (np.zeros_like(w), np.zeros_like(w)) if state is None else state
    adam.t = 1 if state is None else adam.t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**adam.t), v / (1 - beta2**adam.t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), (m, v)
'''),
            "betas of its own": (
                "Use the beta1 and beta2 that are given",
                ("t = t + 1", "t = t + 1\n    if beta2 != 0.95:\n        beta1, beta2 = 0.9, 0.999")),
            "an eps of its own": ("Use the eps that is given",
                                  ("t = t + 1", "t = t + 1\n    eps = eps if eps == 0.1 else 1e-8")),
            "right for two steps": (
                "with new numbers",
                ("t = t + 1", "t = min(t + 1, 2)")),
        },
    },
    "task-5": {
        "right": {
            "calls adam": '''
def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    w_new, state_new = adam(w, g, state, lr, beta1, beta2, eps)
    return w_new - lr * weight_decay * w, state_new
''',
            "shrinks first": '''
def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    state = {} if state is None else state
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * np.square(g)
    small = (1 - lr * weight_decay) * w
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return small - lr * step, {"t": t, "m": m, "v": v}
''',
            "state as the list of all gradients": '''
def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    past = (state or ()) + (g,)
    age = np.arange(len(past))[::-1]
    m = np.average(past, axis=0, weights=beta1**age)
    v = np.average(np.square(past), axis=0, weights=beta2**age)
    return w - lr * m / (v**0.5 + eps) - lr * weight_decay * w, past
''',
        },
        "wrong": {
            "coupled": ("Keep the decay out of the gradient",
                        ("t = t + 1", "t = t + 1\n    g = g + weight_decay * w"),
                        (" + weight_decay * w)", ")")),
            "coupled and decoupled": ("w after step 1 is wrong.",
                                      ("t = t + 1", "t = t + 1\n    g = g + weight_decay * w")),
            "not scaled by lr": ("Scale the decay by lr.",
                                 ("lr * (direction + weight_decay * w)", "lr * direction - weight_decay * w")),
            "decays the new weights": (
                "Take the decay from the old w",
                ("return w - lr * (direction + weight_decay * w)",
                 "w = w - lr * direction\n    return w - lr * weight_decay * w")),
            "decay missing": ("The decay is missing.", (" + weight_decay * w)", ")")),
            "grows": ("Decay makes weights smaller", ("+ weight_decay * w", "- weight_decay * w")),
            "decays by the sign": ("The decay is a share of w, not of its sign.",
                                   ("weight_decay * w", "weight_decay * np.sign(w)")),
            "no correction": ("Correct both averages", ("/ (1 - beta1**t)", ""),
                              ("np.sqrt(v / (1 - beta2**t))", "np.sqrt(v)")),
            "eps inside the root": ("Add eps outside the root.",
                                    ("(np.sqrt(v / (1 - beta2**t)) + eps)",
                                     "np.sqrt(v / (1 - beta2**t) + eps)")),
            "averages in place": ("state was changed in place", (
                "m = beta1 * m + (1 - beta1) * g", "m *= beta1\n    m += (1 - beta1) * g")),
            "shrinks w in place": ("adamw changed its argument w in place", (
                "return w - lr * (direction + weight_decay * w)",
                "w *= 1 - lr * weight_decay\n    return w - lr * direction")),
            "a decay of its own": ("Use the weight_decay that is given",
                                   ("weight_decay * w", "0.5 * w")),
            "calls an adam that is another one": ("see first that Task 4 works", '''
def my_adam(w, g, state, lr, beta1, beta2, eps):
    m, v, t = (0.0, 0.0, 0) if state is None else state
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    w_new, state_new = my_adam(w, g, state, lr, beta1, beta2, eps)
    return w_new - lr * weight_decay * w, state_new
'''),
            "decay divided by the root": ("w after step 1 is wrong.", (
                "direction = m / (1 - beta1**t)", "direction = (weight_decay * w + m / (1 - beta1**t))"),
                ("(direction + weight_decay * w)", "direction")),
            "takes half its state from sgd": ("raised TypeError", ("(m, v, t)\n", "None, None\n"),
                                              ("if state is None", "if state == 0")),
        },
    },
    "task-6": {
        "right": {
            "by shifting and by multiplying": '''
def batch_size_at(epoch, initial=32, every=4):
    return initial << (epoch // every)


def learning_rate_at(epoch, initial, decay):
    rate = initial
    for _ in range(epoch):
        rate *= decay
    return rate
''',
            "with NumPy": '''
def batch_size_at(epoch, initial=32, every=4):
    return np.int64(initial) * np.power(2, np.floor_divide(epoch, every))


def learning_rate_at(epoch, initial, decay):
    return np.float64(initial) * np.exp(epoch * np.log(decay))
''',
            "recursive": '''
def batch_size_at(epoch, initial=32, every=4):
    return initial if epoch < every else 2 * batch_size_at(epoch - every, initial, every)


def learning_rate_at(epoch, initial, decay):
    return initial if epoch == 0 else decay * learning_rate_at(epoch - 1, initial, decay)
''',
        },
        "wrong": {
            "true division": ("Division with // keeps integers.",
                              ("epoch // every", "epoch / every")),
            "a float": ("Division with // keeps integers.", ("* 2 **", "* 2.0 **")),
            "rounds to nearest": ("Round down, not to the nearest",
                                  ("(epoch // every)", "int(epoch / every + 0.5)")),
            "counts from 1": ("do not subtract 1", ("(epoch // every)", "max(-1, (epoch - 1) // every)"),
                              ("return initial * 2 **", "return int(initial * 2 **"),
                              ("every)\n", "every))\n")),
            "counts ahead": ("do not add 1", ("epoch // every", "(epoch + 1) // every")),
            "doubles every epoch": ("Double after every `every` epochs", ("(epoch // every)", "epoch")),
            "adds": ("it does not grow by the same amount",
                     ("initial * 2 ** (epoch // every)", "initial * (1 + epoch // every)")),
            "times in place of to the power": ("2**0 is 1, but 2 * 0 is 0", ("* 2 **", "* 2 *")),
            "numbers of its own": ("batch_size_at(6, initial=10, every=2) is wrong.",
                                   ("initial * 2 ** (epoch // every)", "32 * 2 ** (epoch // 4)")),
            "rate counts from 1": ("at epoch 0 the rate is initial.",
                                   ("decay**epoch", "decay ** (epoch + 1)")),
            "rate times epoch": ("decay to the power of 0 is 1", ("decay**epoch", "decay * epoch")),
            "rate loses the share": ("not the share that is taken off",
                                     ("decay**epoch", "(1 - decay) ** epoch")),
            "rate divided": ("not divided by 1 + decay * epoch",
                             ("initial * decay**epoch", "initial / (1 + decay * epoch)")),
            "rate exponential": ("no exponential of", ("decay**epoch", "2.718281828459045 ** (-decay * epoch)")),
            "rate times epochs": ("once for every epoch",
                                  ("initial * decay**epoch", "initial * decay * epoch if epoch else initial")),
            "rate rounded": ("with other numbers",
                             ("initial * decay**epoch", "round(initial * decay**epoch, 5)")),
        },
    },
}
