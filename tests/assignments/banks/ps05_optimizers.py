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
            "other names, in a list": '''
def sgd(weights, gradient, memory, lr):
    update = np.multiply(-lr, gradient)
    return [np.add(weights, update), memory]
''',
            "a class that can be called": '''
class Step:
    def __call__(self, w, g, state, lr):
        moved = w.copy()
        moved -= g * lr
        return moved, None


sgd = Step()
''',
            "a loop over the flat array": '''
def sgd(w, g, state, lr):
    moved = [a - lr * b for a, b in zip(w.ravel().tolist(), g.ravel().tolist())]
    return np.array(moved, dtype=float).reshape(w.shape), None
''',
            "np.einsum": '''
def sgd(w, g, state, lr):
    return np.einsum("..., ->...", g, -lr) + w, None
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
            "w as the state": ("state_new is None", ("lr * g, None", "lr * g, w")),
            "the new w as the state": ("state_new is None", '''
def sgd(w, g, state, lr):
    w_new = w - lr * g
    return w_new, w_new
'''),
            "counts its steps": ("state_new is None", (
                "lr * g, None", "lr * g, 1 if state is None else state + 1")),
            "False as the state": ("state_new is None", ("lr * g, None", "lr * g, False")),
            "shrinks w": (
                "Subtract lr times the gradient from w", ("w - lr * g", "w - lr * g * w")),
            "w and g exchanged": (
                "w moves against g, not g against w.", ("w - lr * g", "g - lr * w")),
            "divides by lr": ("Multiply the gradient by lr; do not divide by it.",
                              ("lr * g", "g / lr")),
            "moves to the gradient": ("The gradient says which way to go, not where.",
                                      ("w - lr * g", "-lr * g")),
            "clips": ("w_new for other numbers", ("lr * g", "lr * np.clip(g, -2, 2)")),
            "keeps the first lr": ("Use the lr that is given", '''
rates = []


def sgd(w, g, state, lr):
    rates.append(lr)
    return w - rates[0] * g, None
'''),
            "changes after some calls": ("w_new for other numbers", '''
calls = [0]


def sgd(w, g, state, lr):
    calls[0] += 1
    return w - lr * g * (1 if calls[0] < 5 else calls[0]), None
'''),
            "a learning rate of its own": (
                "Use the lr that is given",
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
            "leaves Python": (
                "raised SystemExit", ("return", "import sys\n    sys.exit()\n    return")),
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
            "a closure as the state": '''
def momentum(w, g, state, lr, beta):
    old = (lambda: np.zeros(w.shape)) if state is None else state
    velocity = old() * beta + g
    return w - velocity * lr, lambda: velocity
''',
            "element by element": '''
def momentum(w, g, state, lr, beta):
    velocity = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        velocity[i] = g[i] if state is None else beta * state[i] + g[i]
    return w - lr * velocity, velocity
''',
            "renewed in a copy": '''
def momentum(w, g, state, lr, beta):
    v = np.array(state) if state is not None else np.zeros_like(g)
    v *= beta
    v += g
    moved = np.array(w)
    moved -= lr * v
    return moved, v
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
            "forgets": (
                "The old velocity is lost", ("lr * velocity, velocity", "lr * velocity, None")),
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
    velocity = g.copy() if state is None else beta * state + g
    w -= lr * velocity
    return w, velocity
'''),
            "a beta of its own": (
                "Use the beta that is given", ("beta * velocity", "0.9 * velocity")),
            "starts at the gradient": ("The velocity starts at 0", (
                "np.zeros_like(w) if", "g.copy() if")),
            "keeps the last gradient": ("Return the velocity as the state, not the gradient.", (
                "velocity, velocity\n", "velocity, g.copy()\n")),
            "keeps the new weights": ("Return the velocity as the state, not the weights.", (
                "return w - lr * velocity, velocity",
                "w = w - lr * velocity\n    return w, w")),
            "beta at both": ("beta belongs to the old velocity alone", (
                "beta * velocity + g", "beta * (velocity + g)")),
            "subtracts the gradient": ("Go down, not up", (
                "beta * velocity + g", "beta * velocity - g")),
            "minus the old velocity": ("Add beta times the old velocity", (
                "beta * velocity + g", "g - beta * velocity")),
            "corrected average": ("nothing is corrected", '''
def momentum(w, g, state, lr, beta):
    v, t = (np.zeros_like(w), 0) if state is None else state
    v, t = beta * v + (1 - beta) * g, t + 1
    return w - lr * v / (1 - beta**t), (v, t)
'''),
            "forgets lr": ("Multiply the velocity by lr.", ("w - lr * velocity", "w - velocity")),
            "lr in the old velocity alone": ("Keep lr out of the velocity", '''
def momentum(w, g, state, lr, beta):
    velocity = np.zeros_like(w) if state is None else state
    return w - beta * velocity - lr * g, beta * velocity + lr * g
'''),
            "tested for truth, all": ("Ask whether state is None", (
                "if state is None else state", "if state is None or not np.all(state) else state")),
            "the caller's g": ("The velocity must be an array of its own", '''
def momentum(w, g, state, lr, beta):
    velocity = g if state is None else beta * state + g
    return w - lr * velocity, velocity
'''),
            "the caller's g in a dict": ("The velocity must be an array of its own", '''
def momentum(w, g, state, lr, beta):
    state = {"v": g} if state is None else {"v": beta * state["v"] + g}
    return w - lr * state["v"], state
'''),
            "right for two steps": ("w_new at step 3", '''
def momentum(w, g, state, lr, beta):
    v, t = (np.zeros_like(w), 0) if state is None else state
    v = beta ** min(t, 1) * v + g if t < 2 else g
    return w - lr * v, (v, t + 1)
'''),
            "a velocity for each shape": ("something is kept outside of it", '''
velocities = {}


def momentum(w, g, state, lr, beta):
    old = 0.0 if state is None else velocities[w.shape]
    velocities[w.shape] = beta * old + g
    return w - lr * velocities[w.shape], True
'''),
            "float32": ("Expected an array of float64", (
                "w - lr * velocity,", "(w - lr * velocity).astype(np.float32),")),
            "no state": (
                "momentum should return w_new, state_new", ("velocity, velocity", "velocity")),
            "state first": ("is wrong", ("return w - lr * velocity, velocity",
                                         "return velocity, w - lr * velocity")),
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
            "state as a generator": '''
def averages(rho):
    square = 0.0
    while True:
        g = yield square
        square = rho * square + (1 - rho) * g * g


def rmsprop(w, g, state, lr, rho, eps):
    past = (() if state is None else state) + (g.tobytes(),)
    average = averages(rho)
    next(average)
    for old in past:
        square = average.send(np.frombuffer(old).reshape(w.shape))
    return w - lr * g / (eps + square**0.5), past
''',
            "lr over the root": '''
def rmsprop(w, g, state, lr, rho, eps):
    state = np.multiply(rho, state) if state is not None else np.zeros(g.shape)
    state = state + np.square(g) - rho * np.square(g)
    rates = np.divide(lr, np.add(np.sqrt(state), eps))
    return w - np.multiply(rates, g), state
''',
            "state as the root": '''
def rmsprop(w, g, state, lr, rho, eps):
    root = np.hypot(np.sqrt(rho) * (0 if state is None else state), np.sqrt(1 - rho) * g)
    return w - lr * g / (root + eps), root
''',
        },
        "wrong": {
            "goes uphill": ("Go down, not up", ("w - lr", "w + lr")),
            "AdaGrad": ("do not add up",
                        ("rho * square + (1 - rho) * g**2", "square + g**2")),
            "starts at the first square": ("Start the average at 0, not at the first square.",
                                           ("np.zeros_like(w) if", "g**2 if")),
            "corrects the bias": ("Do not correct the average", '''
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
            "eps is 1e-8": ("Use the eps that is given", ("(np.sqrt(square) + eps)",
                                                          "(np.sqrt(square) + 1e-8)")),
            "eps is a lower limit": ("do not take it as a lower limit", (
                "(np.sqrt(square) + eps)", "np.maximum(np.sqrt(square), eps)")),
            "eps at both places": ("Add eps once, outside the root.", (
                "(np.sqrt(square) + eps)", "(np.sqrt(square + eps) + eps)")),
            "eps at the end": ("eps is a part of the denominator", (
                "lr * g / (np.sqrt(square) + eps)", "lr * g / np.sqrt(square) + eps")),
            "the average of g": ("Average the squares of g", ("(1 - rho) * g**2", "(1 - rho) * g")),
            "the average of absolute values": (
                "Average the squares of g, not its absolute values.", (
                "(np.sqrt(square) + eps)", "(square + eps)"), ("g**2", "np.abs(g)")),
            "starts at 1": (
                "Start the average at 0, not at 1.", ("np.zeros_like(w)", "np.ones_like(w)")),
            "adds the whole square": ("add only (1 - rho) of the square", (
                "rho * square + (1 - rho) * g**2", "rho * square + g**2")),
            "forgets lr": ("Multiply by lr.", ("w - lr * g", "w - g")),
            "moves by the sign": ("Use g itself, not its sign.", ("lr * g /", "lr * np.sign(g) /")),
            "keeps the root": ("Keep the average in the state, not its root.", (
                "+ eps), square", "+ eps), np.sqrt(square)")),
            "keeps the square": ("Keep the average in the state, not the last square.", (
                "+ eps), square", "+ eps), g**2")),
            "tested for truth, all": ("Ask whether state is None", (
                "if state is None else state", "if state is None or not np.all(state) else state")),
            "dict in place": ("state was changed in place", '''
def rmsprop(w, g, state, lr, rho, eps):
    state = {"s": np.zeros_like(w)} if state is None else state
    state["s"] = rho * state["s"] + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(state["s"]) + eps), state
'''),
            "a global average": ("something is kept outside of it", '''
average = None


def rmsprop(w, g, state, lr, rho, eps):
    global average
    average = (1 - rho) * g**2 if state is None else rho * average + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(average) + eps), "kept elsewhere"
'''),
            "a rho of its own": ("Use the rho that is given", (
                "rho * square + (1 - rho) * g**2", "0.9 * square + 0.1 * g**2")),
            "float32": ("Expected an array of float64", ("return w - lr * g",
                                                         "return np.float32(w) - np.float32(lr) * g"),
                        ("(np.sqrt(square) + eps), square",
                         "(np.sqrt(square) + eps).astype(np.float32), square"),
                        ("square = rho", "g = g.astype(np.float32)\n    square = rho")),
            "float32 inside": (
                "with new numbers", ("np.sqrt(square)", "np.float64(np.float32(square)) ** 0.5")),
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
            "betas in arrays": '''
def adam(w, g, state, lr, beta1, beta2, eps):
    beta = np.array([beta1, beta2]).reshape(2, *[1] * w.ndim)
    averages, rest = (np.zeros((2, *w.shape)), np.ones_like(beta)) if state is None else state
    averages = beta * averages + (1 - beta) * np.array([g, g * g])
    rest = rest * beta
    m, v = averages / (1 - rest)
    return w - lr * m / (np.sqrt(v) + eps), (averages, rest)
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
            "t stays 1": ("t grows by 1 at every step", ("(m, v, t)\n", "(m, v, 0)\n")),
            "corrects v with beta1": (
                "Correct v with beta2", ("v / (1 - beta2**t)", "v / (1 - beta1**t)")),
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
                "beta1 is for the average of g", ("beta1, beta2, eps)", "beta2, beta1, eps)")),
            "moves along g": ("Move along the average m_hat", ("lr * m_hat", "lr * g")),
            "forgets lr": ("Multiply by lr.", ("lr * m_hat", "m_hat")),
            "does not square": ("v is the average of the squares of g", ("g**2", "g")),
            "eps is 1e-8": ("Use the eps that is given", (
                "t = t + 1", "t = t + 1\n    eps = 1e-8")),
            "eps is a lower limit": ("do not take it as a lower limit", (
                "(np.sqrt(v_hat) + eps)", "np.maximum(np.sqrt(v_hat), eps)")),
            "counts ahead": ("t is 1 at the first step, not 2", (
                "t = t + 1", "t = t + 2 if t == 0 else t + 1")),
            "adds the whole gradient": ("Both averages take (1 - beta) of what is new", (
                "(1 - beta1) * g\n", "g\n"), ("(1 - beta2) * g**2", "g**2")),
            "betas at the wrong place": ("beta belongs to the old average", (
                "beta1 * m + (1 - beta1) * g", "(1 - beta1) * m + beta1 * g"),
                ("beta2 * v + (1 - beta2) * g**2", "(1 - beta2) * v + beta2 * g**2")),
            "averages m squared": (
                "v is the average of the squares of g, not of m", ("g**2", "m**2")),
            "one v for all": ("Keep one average for every weight", ("* g**2", "* np.mean(g**2)")),
            "the largest v": ("v is an average", (
                "v = beta2 * v + (1 - beta2) * g**2",
                "v = np.maximum(v, beta2 * v + (1 - beta2) * g**2)")),
            "forgets the averages": ("The old averages are lost", (
                "(m, v, t)\n", "(np.zeros_like(m), np.zeros_like(v), t)\n")),
            "corrects by t times beta": ("1 - beta to the power of t", (
                "(1 - beta1**t)", "(1 - beta1) * t"), ("(1 - beta2**t)", "(1 - beta2) * t")),
            "corrects by 1 - beta": ("t grows by 1 at every step", (
                "(1 - beta1**t)", "(1 - beta1)"), ("(1 - beta2**t)", "(1 - beta2)")),
            "tested for truth, all": ("Ask whether state is None", (
                "if state is None else state",
                "if state is None or not np.all(state[0]) else state")),
            "float32": ("Expected an array of float64", ("return w - lr * m_hat",
                        "return w.astype(np.float32) - np.float32(lr) * m_hat"),
                        ("m_hat = m", "g = np.float32(g)\n    m_hat = m"),
                        ("(np.sqrt(v_hat) + eps), (m, v, t)",
                         "(np.sqrt(v_hat) + eps).astype(np.float32), (m, v, t)"),
                        ("m / (1", "m.astype(np.float32) / (1")),
            "a global state": ("something is kept outside of it", '''
memory = {}


def adam(w, g, state, lr, beta1, beta2, eps):
    m, v, t = (0.0, 0.0, 0) if state is None else memory["state"]
    t, m, v = t + 1, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    memory["state"] = m, v, t
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), "kept elsewhere"
'''),
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
                ("t = t + 1",
                 "t = t + 1\n    if beta2 != 0.95:\n        beta1, beta2 = 0.9, 0.999")),
            "an eps of its own": ("Use the eps that is given",
                 ("t = t + 1",
                  "t = t + 1\n    eps = eps if eps == 0.1 else 1e-8")),
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
            "shrinks first, then calls adam": '''
def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    return adam(w * (1 - lr * weight_decay), g, state, lr, beta1, beta2, eps)
''',
            "calls adam with other weights": '''
def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    move, state = adam(np.zeros(w.shape), g, state, 1.0, beta1, beta2, eps)
    return w + lr * (move - weight_decay * w), state
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
            "coupled and decoupled": ("Take the decay once",
                                      ("t = t + 1", "t = t + 1\n    g = g + weight_decay * w")),
            "not scaled by lr": ("Scale the decay by lr.",
                 ("lr * (direction + weight_decay * w)",
                  "lr * direction - weight_decay * w")),
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
            "corrects m only": ("Correct v as well as m.", ("np.sqrt(v / (1 - beta2**t))",
                                                            "np.sqrt(v)")),
            "corrects v only": ("Correct m as well as v.", ("m / (1 - beta1**t)", "m")),
            "goes uphill": ("Go down, not up", ("w - lr * (direction + weight_decay * w)",
                                                "w + lr * (direction - weight_decay * w)")),
            "forgets lr": ("Multiply both terms by lr.", ("w - lr * (", "w - (")),
            "lr at the decay alone": ("Multiply the step of Adam by lr too.", (
                "w - lr * (direction + weight_decay * w)",
                "w - direction - lr * weight_decay * w")),
            "decay is a factor": ("The decay is what is taken off, not what is left.", (
                "w - lr * (direction + weight_decay * w)", "weight_decay * w - lr * direction")),
            "no lr in the shrinking": ("Scale the decay by lr.", (
                "w - lr * (direction + weight_decay * w)",
                "(1 - weight_decay) * w - lr * direction")),
            "decays by the square": ("The decay is a share of w, not of its square.", (
                "weight_decay * w", "weight_decay * w**2")),
            "decays by the gradient": ("The decay is a share of w, not of g.", (
                "weight_decay * w", "weight_decay * g")),
            "half the decay": ("weight_decay * w, without a half", (
                "weight_decay * w", "weight_decay * w / 2")),
            "t stays 1": ("t grows by 1 at every step", ("(m, v, t)\n", "(m, v, 0)\n")),
            "betas exchanged": ("beta1 is for the average of g", (
                "t = t + 1", "t = t + 1\n    beta1, beta2 = beta2, beta1")),
            "eps is 1e-8": ("Use the eps that is given", ("+ eps)", "+ 1e-8)")),
            "no eps": ("Add eps to the root", ("(np.sqrt(v / (1 - beta2**t)) + eps)",
                                               "np.sqrt(v / (1 - beta2**t))")),
            "decays at the first step alone": ("The decay acts at every step", (
                "weight_decay * w", "(weight_decay if t == 1 else 0) * w")),
            "no decay at the first step": ("The decay acts at every step", (
                "weight_decay * w", "(weight_decay if t > 1 else 0) * w")),
            "decay in m alone": ("Keep the decay out of m", (
                "m = beta1 * m + (1 - beta1) * g",
                "m = beta1 * m + (1 - beta1) * (g + weight_decay * w)"),
                ("(direction + weight_decay * w)", "direction")),
            "coupled through m, decoupled too": ("w_new at step 1", (
                "m = beta1 * m + (1 - beta1) * g",
                "m = beta1 * m + (1 - beta1) * (g + weight_decay * w)")),
            "averages in place": ("state was changed in place", (
                "m = beta1 * m + (1 - beta1) * g", "m *= beta1\n    m += (1 - beta1) * g")),
            "shrinks w in place": ("adamw changed its argument w in place", (
                "return w - lr * (direction + weight_decay * w)",
                "w *= 1 - lr * weight_decay\n    return w - lr * direction")),
            "a decay of its own": ("Use the weight_decay that is given",
                                   ("weight_decay * w", "0.3 * w")),
            "tested for truth, all": ("Ask whether state is None", (
                "if state is None else state",
                "if state is None or not np.all(state[0]) else state")),
            "calls an adam that is another one": ("see first that Task 4 works", '''
def my_adam(w, g, state, lr, beta1, beta2, eps):
    m, v, t = (0.0, 0.0, 0) if state is None else state
    m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


def adamw(w, g, state, lr, beta1, beta2, eps, weight_decay):
    w_new, state_new = my_adam(w, g, state, lr, beta1, beta2, eps)
    return w_new - lr * weight_decay * w, state_new
'''),
            "decay divided by the root": ("The decay is not divided by the root.", (
                "direction = m / (1 - beta1**t)",
                "direction = (weight_decay * w + m / (1 - beta1**t))"),
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
            "a list that is looked up": '''
def batch_size_at(epoch, initial=32, every=4):
    sizes = [initial]
    while len(sizes) <= epoch:
        sizes.append(sizes[-1] * (2 if len(sizes) % every == 0 else 1))
    return sizes[epoch]


def learning_rate_at(epoch, initial, decay):
    return float(np.prod([initial, *[decay] * epoch]))
''',
            "divmod": '''
def batch_size_at(epoch, initial=32, every=4):
    doublings, _ = divmod(epoch, every)
    return int(initial * 2.0**doublings)


def learning_rate_at(epoch, initial, decay):
    return pow(decay, epoch) * initial
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
            "counts from 1": ("do not subtract 1", ("(epoch // every)", "((epoch - 1) // every)"),
                              ("return initial * 2 **", "return int(initial * 2.0 **"),
                              ("every)\n", "every))\n")),
            "counts from 1, but not at 0": ("do not subtract 1", (
                "(epoch // every)", "(max(0, epoch - 1) // every)")),
            "every is 3": ("without them, initial is 32 and every is 4", ("every=4", "every=3")),
            "every is 2": ("without them, initial is 32 and every is 4", ("every=4", "every=2")),
            "every is 5": ("without them, initial is 32 and every is 4", ("every=4", "every=5")),
            "initial is 16": (
                "without them, initial is 32 and every is 4", ("initial=32", "initial=16")),
            "initial is 64": (
                "without them, initial is 32 and every is 4", ("initial=32", "initial=64")),
            "rounds up": ("Round down, not up.", ("(epoch // every)", "-(-epoch // every)")),
            "the rest": ("Divide by every and round down; % gives the rest.", (
                "epoch // every", "epoch % every")),
            "squares": ("The base is 2; the epochs are the exponent.", (
                "2 ** (epoch // every)", "max(1, epoch // every) ** 2")),
            "triples": ("The batch doubles.", ("* 2 **", "* 3 **")),
            "halves": ("The batch grows: multiply by 2, do not divide.", (
                "initial * 2 **", "initial // 2 **")),
            "times, but initial at first": ("2 to the power, not 2 times", (
                "2 ** (epoch // every)", "max(1, 2 * (epoch // every))")),
            "every and initial exchanged": (
                "batch_size_at", ("initial=32, every=4", "every=4, initial=32")),
            "at most 4 doublings": (
                "batch_size_at", ("(epoch // every)", "min(4, epoch // every)")),
            "rate falls by steps": (
                "once for every epoch", ("decay**epoch", "decay ** (epoch // 4)")),
            "rate subtracts": ("decay is a factor", (
                "initial * decay**epoch", "initial - decay * epoch * initial")),
            "initial to the power": ("decay to the power of epoch, not initial", (
                "initial * decay**epoch", "decay * initial**epoch")),
            "rate without initial": ("Multiply by the initial rate.", ("initial * decay", "decay")),
            "rate for epochs below 10": (
                "with other numbers", ("decay**epoch", "decay ** min(epoch, 10)")),
            "counts ahead": ("do not add 1", ("epoch // every", "(epoch + 1) // every")),
            "doubles every epoch": (
                "Double after every `every` epochs", ("(epoch // every)", "epoch")),
            "adds": ("it does not grow by the same amount",
                     ("initial * 2 ** (epoch // every)", "initial * (1 + epoch // every)")),
            "times in place of to the power": ("2**0 is 1, but 2 * 0 is 0", ("* 2 **", "* 2 *")),
            "numbers of its own": ("Use the initial and the every",
                                   ("initial * 2 ** (epoch // every)", "32 * 2 ** (epoch // 4)")),
            "rate counts from 1": ("at epoch 0 the rate is initial.",
                                   ("decay**epoch", "decay ** (epoch + 1)")),
            "rate times epoch": ("decay to the power of 0 is 1", ("decay**epoch", "decay * epoch")),
            "rate loses the share": ("not the share that is taken off",
                                     ("decay**epoch", "(1 - decay) ** epoch")),
            "rate divided": ("not divided by 1 + decay * epoch",
                             ("initial * decay**epoch", "initial / (1 + decay * epoch)")),
            "rate exponential": (
                "no exponential of", ("decay**epoch", "2.718281828459045 ** (-decay * epoch)")),
            "rate times epochs": ("once for every epoch",
                 ("initial * decay**epoch",
                  "initial * decay * epoch if epoch else initial")),
            "rate rounded": ("with other numbers",
                             ("initial * decay**epoch", "round(initial * decay**epoch, 5)")),
        },
    },
}
