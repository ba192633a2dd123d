"""Right and wrong answers of ps08-lenet5; `answers.read_bank` says how to read this."""

TRAIN = '''
def train_lenet5(network, X, y, epochs, rng):
    loss, optimizer, history = SoftmaxCrossEntropy(), Adam(lr=0.002), []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        losses = []
        for batch in np.array_split(order, max(1, len(X) // 32)):
            value, _ = network.loss_and_gradients(X[batch], y[batch], loss)
            optimizer.step(network.params, network.grads)
            losses.append(value)
        history.append(float(np.mean(losses)))
    return history
'''


def train(*edits):
    """Change a training loop that is right."""
    source = TRAIN
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


BANK = {
    "task-1": {
        "right": {
            "ReLU before pooling, other weights, float64": '''
from course_lib.nn import he_normal


def build_lenet5(rng):
    settings = {"initializer": he_normal, "dtype": np.float64}
    layers = [Conv2D(1, 6, (5, 5), rng, padding="same", **settings), ReLU(), MaxPool2D((2, 2))]
    layers += [Conv2D(6, 16, 5, rng, padding="valid", **settings), ReLU(), MaxPool2D(2), Flatten()]
    for n_in, n_out in [(400, 120), (120, 84)]:
        layers += [Dense(n_in, n_out, rng, **settings), ReLU()]
    return Network(layers + [Dense(84, 10, rng, **settings)])
''',
            "a subclass with more methods": '''
class LeNet(Network):
    name = "LeNet-5"

    def __init__(self, rng):
        super().__init__([
            Conv2D(1, 6, 5, rng, padding=((2, 2), (2, 2))), MaxPool2D(2), ReLU(),
            Conv2D(6, 16, 5, rng), MaxPool2D(2), ReLU(), ReLU(),
            Flatten(), Dense(400, 120, rng), ReLU(), Dense(120, 84, rng), ReLU(), Dense(84, 10, rng),
        ])

    def score(self, x, y):
        return (self.predict(x) == y).mean()


def build_lenet5(rng):
    return LeNet(rng)
''',
            "the last layer drawn first": '''
def build_lenet5(rng):
    last = Dense(84, 10, rng)
    network = Network([])
    network.layers.extend([Conv2D(1, 6, 5, rng, padding=2), ReLU(), MaxPool2D(2)])
    network.layers.extend([Conv2D(6, 16, 5, rng), ReLU(), MaxPool2D(2)])
    network.layers.append(Flatten())
    for layer in (Dense(400, 120, rng), Dense(120, 84, rng)):
        network.layers.append(layer)
        network.layers.append(ReLU())
    network.layers.append(last)
    print("parameters:", network.n_parameters)
    return network
''',
            "seeds drawn from rng": '''
def build_lenet5(rng):
    a, b, c, d, e = (np.random.default_rng(seed) for seed in rng.integers(2**63, size=5))
    return Network([
        Conv2D(1, 6, 5, a, padding=2), MaxPool2D(2), ReLU(), Conv2D(6, 16, 5, b), MaxPool2D(2),
        ReLU(), Flatten(), Dense(400, 120, c), ReLU(), Dense(120, 84, d), ReLU(), Dense(84, 10, e),
    ])
''',
            "the first dense layer as a convolution, as in 1998": '''
def build_lenet5(rng):
    features = [Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU(),
                Conv2D(6, 16, 5, rng), MaxPool2D(2), ReLU(), Conv2D(16, 120, 5, rng), ReLU()]
    return Network([*features, Flatten(), Dense(120, 84, rng), ReLU(), Dense(84, 10, rng)])
''',
            "tiny first weights": '''
def build_lenet5(rng):
    def tiny(shape, fan_in, fan_out, rng, dtype):
        return rng.normal(0.0, 1e-3, size=shape).astype(dtype)

    def dense(n_in, n_out):
        return Dense(n_in, n_out, rng, initializer=tiny)

    return Network([
        Conv2D(1, 6, 5, rng, padding=2, initializer=tiny), ReLU(), MaxPool2D(2),
        Conv2D(6, 16, 5, rng, initializer=tiny), ReLU(), MaxPool2D(2),
        Flatten(), dense(400, 120), ReLU(), dense(120, 84), ReLU(), dense(84, 10),
    ])
''',
            "layers from a list of kinds": '''
def build_lenet5(rng):
    plan = [("conv", 1, 6, 2), ("conv", 6, 16, 0), ("flat",), ("dense", 400, 120), ("dense", 120, 84)]
    layers = []
    for kind, *sizes in plan:
        if kind == "conv":
            n_in, n_out, padding = sizes
            layers += [Conv2D(n_in, n_out, 5, rng, padding=padding), ReLU(), MaxPool2D(2)]
        elif kind == "flat":
            layers.append(Flatten())
        else:
            layers += [Dense(*sizes, rng), ReLU()]
    layers.append(Dense(84, 10, rng))
    return Network(layers)
''',
        },
        "wrong": {
            "no padding, smaller dense layer": ("a padding of 2", (", padding=2", ""),
                                                ("Dense(400,", "Dense(256,")),
            "padding twice": ("The second convolution has no padding.", (
                "Conv2D(6, 16, 5, rng)", "Conv2D(6, 16, 5, rng, padding=2)"), ("Dense(400,", "Dense(784,")),
            "a dense layer missing": ("three dense layers", (
                "Dense(120, 84, rng), ReLU(),", ""), ("Dense(84, 10", "Dense(120, 10")),
            "84 before 120": ("not the other way round",
                ("Dense(400, 120", "Dense(400, 84"), ("Dense(120, 84", "Dense(84, 120"),
                              ("Dense(84, 10", "Dense(120, 10")),
            "no biases in the convolutions": ("The convolutions have biases.",
                ("padding=2)", "padding=2, bias=False)"),
                                              ("Conv2D(6, 16, 5, rng)", "Conv2D(6, 16, 5, rng, bias=False)")),
            "backward does nothing": ("backward leaves a gradient of every parameter", (
                "return Network([",
                "class Frozen(Network):\n        backward = lambda self, dy: None\n    return Frozen([")),
            "mean pooling": ("not the mean", (
                "return Network([", "from course_lib.nn import AvgPool2D as MaxPool2D\n    return Network([")),
            "no ReLU after the first convolution": ("missing after the first convolution", (
                "padding=2), MaxPool2D(2), ReLU(),", "padding=2), MaxPool2D(2),")),
            "no ReLU after the second convolution": ("missing after the second convolution", (
                "16, 5, rng), MaxPool2D(2), ReLU(),", "16, 5, rng), MaxPool2D(2),")),
            "no ReLU between the dense layers": ("missing after both hidden dense layers", (
                "120, rng), ReLU(),", "120, rng),"), ("84, rng), ReLU(),", "84, rng),")),
            "no ReLU after 120": ("missing after the first dense layer",
                ("120, rng), ReLU(),", "120, rng),")),
            "tanh": ("not tanh",
                ("return Network([",
                 "from course_lib.nn import Tanh as ReLU\n    return Network([")),
            "ReLU at the end": ("Nothing follows the last dense layer",
                ("Dense(84, 10, rng),", "Dense(84, 10, rng), ReLU(),")),
            "dropout": ("A layer works otherwise while training", (
                "return Network([", "from course_lib.nn import Dropout\n    return Network(["),
                ("84, rng), ReLU(),", "84, rng), ReLU(), Dropout(0.5, rng),")),
            "a list of layers": ("This is no network", '''
def build_lenet5(rng):
    return [Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU(), Conv2D(6, 16, 5, rng),
            MaxPool2D(2), ReLU(), Flatten(), Dense(400, 120, rng), ReLU(), Dense(120, 84, rng),
            ReLU(), Dense(84, 10, rng)]
'''),
            "a seed of its own": ("do not come from the rng that is given", (
                "return Network([", "rng = np.random.default_rng(0)\n    return Network([")),
            "one network for all": ("do not come from the rng that is given", '''
rng = np.random.default_rng(0)
layers = [Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU(), Conv2D(6, 16, 5, rng),
          MaxPool2D(2), ReLU(), Flatten(), Dense(400, 120, rng), ReLU(), Dense(120, 84, rng),
          ReLU(), Dense(84, 10, rng)]


def build_lenet5(rng):
    return Network(layers)
'''),
            "zero weights": ("do not come from the rng that is given", (
                "return Network([", "zeros = lambda shape, fan_in, fan_out, rng, dtype: np.zeros(shape, dtype)\n    return Network(["),
                ("Dense(84, 10, rng)", "Dense(84, 10, rng, initializer=zeros)")),
            "flatten forgotten": ("raised", ("        Flatten(),\n", "")),
            "no ReLU after 84": ("missing after the second dense layer",
                ("84, rng), ReLU(),", "84, rng),")),
            "no ReLU at all": ("There is no ReLU", '''
def build_lenet5(rng):
    return Network([Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), Conv2D(6, 16, 5, rng), MaxPool2D(2),
                    Flatten(), Dense(400, 120, rng), Dense(120, 84, rng), Dense(84, 10, rng)])
'''),
            "sigmoid": ("not the sigmoid",
                ("return Network([",
                 "from course_lib.nn import Sigmoid as ReLU\n    return Network([")),
            "average pooling": ("not the mean",
                ("return Network([",
                 "from course_lib.nn import AvgPool2D as MaxPool2D\n    return Network([")),
            "one layer with a seed of its own": ("do not come from the rng that is given", (
                "Dense(120, 84, rng)", "Dense(120, 84, np.random.default_rng(0))")),
            "one layer shared by all networks": ("do not come from the rng that is given", '''
last = Dense(84, 10, np.random.default_rng())


def build_lenet5(rng):
    return Network([
        Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), ReLU(),
        Conv2D(6, 16, 5, rng), MaxPool2D(2), ReLU(), Flatten(),
        Dense(400, 120, rng), ReLU(), Dense(120, 84, rng), ReLU(), last,
    ])
'''),
            "random without a seed": ("do not come from the rng that is given", (
                "return Network([", "rng = np.random.default_rng()\n    return Network([")),
            "no ReLU after both convolutions": ("missing after both convolutions", (
                "padding=2), MaxPool2D(2), ReLU(),", "padding=2), MaxPool2D(2),"),
                ("16, 5, rng), MaxPool2D(2), ReLU(),", "16, 5, rng), MaxPool2D(2),")),
            "one ReLU after the convolutions for all networks": ("Every call must make new layers.", '''
relu = ReLU()


def build_lenet5(rng):
    return Network([
        Conv2D(1, 6, 5, rng, padding=2), MaxPool2D(2), relu,
        Conv2D(6, 16, 5, rng), MaxPool2D(2), ReLU(), Flatten(),
        Dense(400, 120, rng), ReLU(), Dense(120, 84, rng), ReLU(), Dense(84, 10, rng),
    ])
'''),
            "batch normalization": (("n_parameters is wrong", "works otherwise"), (
                "return Network([", "from course_lib.nn import BatchNorm\n    return Network(["),
                ("84, rng), ReLU(),", "84, rng), BatchNorm(84), ReLU(),")),
            "leaky ReLU for ReLU": ("logits is wrong", (
                "return Network([", "from course_lib.nn import LeakyReLU as ReLU\n    return Network([")),
            "filters exchanged": ("is wrong",
                ("Conv2D(1, 6, 5, rng, padding=2)", "Conv2D(1, 16, 5, rng, padding=2)"),
                                  ("Conv2D(6, 16, 5, rng)", "Conv2D(16, 16, 5, rng)")),
            "softmax at the end": ("is wrong" , (
                "Dense(84, 10, rng),", "Dense(84, 10, rng), Soft(),"), ("def build_lenet5", '''from course_lib.nn import Layer
from course_lib.nn import softmax as soft


class Soft(Layer):
    def forward(self, x, training=False):
        return soft(x)


def build_lenet5''')),
        },
    },
    "task-2": {
        "right": {
            "with the network's own helper": train(),
            "SGD with momentum, a dict": '''
def train_lenet5(network, X, y, epochs, rng):
    loss, optimizer = SoftmaxCrossEntropy(), SGD(lr=0.03, momentum=0.9)
    losses, accuracies = [], []
    for _ in range(epochs):
        order, total, right = rng.permutation(len(X)), 0.0, 0
        for k in range(0, len(X), 25):
            chosen = order[k : k + 25]
            logits = network.forward(X[chosen], training=True)
            total += loss.forward(logits, y[chosen]) * len(chosen)
            right += (logits.argmax(1) == y[chosen]).sum()
            network.backward(loss.backward(), input_gradient=False)
            optimizer.step(network.params, network.grads)
        losses.append(total / len(X))
        accuracies.append(right / len(X))
    return {"loss": losses, "accuracy": np.array(accuracies)}
''',
            "shuffled copies": '''
def train_lenet5(network, X, y, epochs, rng):
    X, y, means = X.copy(), y.copy(), np.zeros(epochs)
    loss, optimizer = SoftmaxCrossEntropy(), Adam(lr=0.001)
    for epoch in range(epochs):
        state = rng.bit_generator.state
        rng.shuffle(X)
        rng.bit_generator.state = state
        rng.shuffle(y)
        start = 0
        while start < len(X):
            images, labels = X[start : start + 16], y[start : start + 16]
            means[epoch] += loss.forward(network.forward(images, True), labels) * len(images) / len(X)
            network.backward(loss.backward())
            optimizer.step(network.params, network.grads)
            start += 16
    return means
''',
            "a decaying rate, a tuple": '''
import sys


def train_lenet5(network, X, y, epochs, rng):
    optimizer = Adam(lr=0.003, weight_decay=0.01)
    history = ()
    for epoch in range(epochs):
        optimizer.lr = 0.003 * 0.9**epoch
        total = 0.0
        for batch in np.array_split(rng.permutation(len(X)), max(len(X) // 32, 1)):
            loss = SoftmaxCrossEntropy()
            total += loss.forward(network.forward(X[batch], training=True), y[batch])
            network.backward(loss.backward())
            optimizer.step(network.params, network.grads)
        print("epoch", epoch, total, file=sys.stderr)
        history = (*history, total / max(len(X) // 32, 1))
    return history
''',
            "plain SGD, small batches, all orders drawn first": '''
def train_lenet5(network, X, y, epochs, rng):
    orders = rng.permuted(np.tile(np.arange(len(y)), (epochs, 1)), axis=1)
    sgd, history = SGD(lr=0.05), []
    for order in orders:
        losses = np.zeros(len(y))
        for i in range(0, len(y), 8):
            loss = SoftmaxCrossEntropy()
            part = slice(i, i + 8)
            losses[part] = loss.forward(network.forward(X[order[part]]), y[order[part]])
            network.backward(loss.backward())
            sgd.step(network.params, network.grads)
        history += [losses.mean()]
    return np.array(history, dtype=np.float32)
''',
            "RMSprop with clipping, a seed drawn from rng, accuracy after each epoch": '''
def train_lenet5(network, X, y, epochs, rng):
    from course_lib.nn import RMSprop

    own = np.random.default_rng(rng.integers(2**32))
    optimizer, history = RMSprop(lr=0.001), {"loss": [], "accuracy": []}
    for _ in range(epochs):
        indices = list(range(len(X)))
        own.shuffle(indices)
        total = 0.0
        while indices:
            batch, indices = indices[:20], indices[20:]
            loss = SoftmaxCrossEntropy()
            total += len(batch) * loss.forward(network.forward(X[batch].astype(np.float64), True), y[batch])
            network.backward(loss.backward())
            for gradient in network.grads.values():
                gradient *= min(1.0, 5.0 / max(np.linalg.norm(gradient), 1e-12))
            optimizer.step(network.params, network.grads)
        history["loss"].append(total / len(X))
        history["accuracy"].append(np.mean(network.predict(X) == y))
    return history
''',
            "larger batches, two halves of a batch summed up": '''
def train_lenet5(network, X, y, epochs, rng):
    optimizer, history, m = Adam(lr=0.004), [], len(X)
    for epoch in range(epochs):
        perm, mean = rng.choice(m, m, replace=False), 0.0
        for first in range(0, m, 40):
            batch, sums = perm[first : first + 40], {}
            for half in (batch[::2], batch[1::2]):
                if len(half):
                    loss = SoftmaxCrossEntropy()
                    mean += loss.forward(network.forward(X[half], True), y[half]) * len(half) / m
                    network.backward(loss.backward() * len(half) / len(batch))
                    for key, grad in network.grads.items():
                        sums[key] = sums.get(key, 0.0) + grad
            optimizer.step(network.params, sums)
        history.append(mean)
    return history
''',
        },
        "wrong": {
            "no step": ("Is the optimizer's step called",
                ("            optimizer.step(network.params, network.grads)\n", "")),
            "no backward": ("there is no gradient of",
                ("            network.backward(loss.backward())\n", "")),
            "trains another network": ("not the one that is trained", (
                "loss, optimizer, history", "network = __import__('copy').deepcopy(network)\n    loss, optimizer, history")),
            "labels not shuffled": ("Does each image keep its own label?",
                ("y[batch]", "y[start : start + 32]")),
            "not shuffled": ("draw a new order in each epoch",
                ("rng.permutation(len(X))", "np.arange(len(X))")),
            "shuffled in place": ("changed its argument X in place", (
                "order, total = rng.permutation(len(X)), 0.0", "order, total = np.arange(len(X)), 0.0\n        rng.shuffle(X)")),
            "uphill": ("go against the gradient",
                ("network.backward(loss.backward())", "network.backward(-loss.backward())")),
            "a rate below zero": ("lr must be a number (at least 0)",
                ("Adam(lr=0.002)", "Adam(lr=-0.002)")),
            "rate too large": ("That is near guessing.", ("Adam(lr=0.002)", "Adam(lr=1.0)")),
            "one order for all epochs": ("Draw a new order in each epoch", (
                "    for _ in range(epochs):\n        order, total = rng.permutation(len(X)), 0.0",
                "    order = rng.permutation(len(X))\n    for _ in range(epochs):\n        total = 0.0")),
            "drawn with replacement": ("go through an order of all of them",
                ("rng.permutation(len(X))", "rng.integers(len(X), size=len(X))")),
            "a tenth left out": ("Images are left out", (
                "in range(0, len(X), 32)", "in range(0, len(X) * 9 // 10, 32)"), ("start + 32", "min(start + 32, len(X) * 9 // 10)")),
            "short last batch of 16 left out": ("Images are left out", (
                "range(0, len(X), 32)", "range(0, len(X) - 15, 16)"), ("start + 32", "start + 16")),
            "last image left out": ("Images are left out",
                ("range(0, len(X), 32)", "range(0, len(X) - 1, 32)"),
                                    ("start + 32", "min(start + 32, len(X) - 1)")),
            "overlapping batches": ("Batches overlap", ("start + 32]", "start + 33]")),
            "always five epochs": ("this should hold and does not",
                ("for _ in range(epochs):", "for _ in range(5):")),
            "an optimizer kept between calls": ("train_lenet5", (
                "loss, optimizer, history = SoftmaxCrossEntropy(), Adam(lr=0.002), []",
                "optimizer = train_lenet5.__dict__.setdefault('kept', Adam(lr=0.002))\n    loss, history = SoftmaxCrossEntropy(), []")),
            "labels changed": ("changed its argument y in place",
                ("loss, optimizer, history", "y[:2] = 0\n    loss, optimizer, history")),
            "images centered in place": ("changed its argument X in place",
                ("loss, optimizer, history", "X -= X.mean()\n    loss, optimizer, history")),
            "returns the network": ("return the list", ("return history", "return network")),
            "an entry for each batch": ("history has one number", (
                "            network.backward(", "            history.append(total)\n            network.backward(")),
            "one batch only": ("Images are left out", (
                "            optimizer.step(network.params, network.grads)\n",
                "            optimizer.step(network.params, network.grads)\n            break\n")),
            "one epoch only": ("There are 1 epochs, not 5",
                ("for _ in range(epochs):", "for _ in range(1):")),
            "short last batch left out": ("Images are left out",
                ("range(0, len(X), 32)", "range(0, len(X) - 31, 32)")),
            "random number of its own": ("Draw the order",
                ("rng.permutation", "np.random.default_rng().permutation")),
            "a fixed seed of its own": ("another rng gives another result", (
                "loss, optimizer, history", "rng = np.random.default_rng(0)\n    loss, optimizer, history")),
            "no history": ("return the list", ("    return history\n", "")),
            "the last loss only": ("history has one number",
                ("return history", "return history[-1]")),
            "learns from images of its own": ("Learn from the X and y that are given", (
                "loss, optimizer, history",
                "from course_lib.data import as_images, load_digits28 as d\n    X, y = as_images(d().train_images), d().train_labels\n    loss, optimizer, history")),
            "stops early": ("There are 4 epochs, not 5",
                ("        history.append(total / len(X))\n",
                                                      "        history.append(total / len(X))\n        if len(history) == 4:\n            break\n")),
            "history of sums over batches": ("by the number of batches", (
                "total += loss.forward(logits, y[batch]) * len(batch)", "total += loss.forward(logits, y[batch])"),
                ("history.append(total / len(X))", "history.append(total)")),
            "history of sums over images": ("by the number of images",
                ("history.append(total / len(X))", "history.append(total)")),
            "history of last batches": ("not the last batch alone", (
                "total += loss.forward(logits, y[batch]) * len(batch)", "total = loss.forward(logits, y[batch])"),
                ("history.append(total / len(X))", "history.append(total)")),
            "history of losses after the epoch": ("not the loss after the epoch", (
                "history.append(total / len(X))", "history.append(loss.forward(network.forward(X), y))")),
            "history of accuracies": ("not accuracies", (
                "total += loss.forward(logits, y[batch]) * len(batch)",
                "loss.forward(logits, y[batch])\n            total += float(np.sum(logits.argmax(axis=1) == y[batch]))")),
            "history of accuracies after the epoch": ("not accuracies", (
                "history.append(total / len(X))", "history.append(float(np.mean(network.predict(X) == y)))")),
            "history of a running total": ("history", (
                "        order, total = rng.permutation(len(X)), 0.0", "        order = rng.permutation(len(X))"),
                ("    for _ in range(epochs):", "    total = 0.0\n    for _ in range(epochs):")),
            "history divided by the number of batches": ("history",
                ("history.append(total / len(X))", "history.append(total / (len(X) // 32 + 1))")),
            "history of arrays": ("history has one number",
                ("history.append(total / len(X))", "history.append([total / len(X)])")),
            "history backwards": ("history", ("return history", "return history[::-1]")),
            "twice the epochs, every second reported": ("There are 10 epochs, not 5.", (
                "range(epochs)", "range(2 * epochs)"), ("return history", "return history[::2]")),
            "an epoch more, not reported": ("There are 6 epochs, not 5.", (
                "range(epochs)", "range(epochs + 1)"), ("return history", "return history[1:]")),
            "each batch twice": ("There are 10 epochs, not 5.", (
                "            optimizer.step(network.params, network.grads)\n",
                ("            optimizer.step(network.params, network.grads)\n"
                "            loss.forward(network.forward(X[batch], training=True), y[batch])\n"
                "            network.backward(loss.backward())\n"
                "            optimizer.step(network.params, network.grads)\n"))),
            "one history for all calls": ("history has one number", (
                "SoftmaxCrossEntropy(), Adam(lr=0.002), []",
                "SoftmaxCrossEntropy(), Adam(lr=0.002), train_lenet5.__dict__.setdefault('history', [])")),
            "a network of its own after the first call": (("train_lenet5", "not the one that is trained"),
                (
                "    loss, optimizer,",
                "    network = train_lenet5.__dict__.setdefault('network', network)\n    loss, optimizer,")),
            "copies stepped": ("remembers the steps of another",
                (
                "optimizer.step(network.params,", "optimizer.step({k: v.copy() for k, v in network.params.items()},")),
            "copies stepped, the optimizer made anew for every batch": ("Is the optimizer's step called",
                (
                "optimizer.step(network.params,", "Adam(lr=0.002).step({k: v.copy() for k, v in network.params.items()},")),
            "half of the images, twice": ("go through an order of all of them", (
                "rng.permutation(len(X))", "np.resize(rng.permutation(len(X))[: len(X) // 2 + 1], len(X))")),
        },
    },
    "task-3": {
        "right": {
            "bincount": '''
def confusion_matrix(y_true, y_pred, n_classes):
    cells = np.asarray(y_true, dtype=np.int64) * n_classes + y_pred
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)
''',
            "add.at, int32, Fortran order": '''
def confusion_matrix(y_true, y_pred, n_classes):
    matrix = np.zeros((n_classes, n_classes), dtype=np.int32, order="F")
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix
''',
            "product of one-hot matrices": '''
def confusion_matrix(y_true, y_pred, n_classes):
    classes = np.arange(n_classes)
    truth, answers = y_true[:, None] == classes, y_pred[:, None] == classes
    return truth.T.astype(np.int64) @ answers.astype(np.int64)
''',
            "scikit-learn's": '''
def confusion_matrix(y_true, y_pred, n_classes):
    from sklearn.metrics import confusion_matrix as count

    return count(y_true, y_pred, labels=range(n_classes))
''',
            "a sparse matrix": '''
def confusion_matrix(y_true, y_pred, n_classes):
    from scipy.sparse import coo_array

    ones = np.ones(y_true.shape, dtype=np.uint32)
    return coo_array((ones, (y_true, y_pred)), shape=(n_classes, n_classes)).toarray()
''',
            "a histogram": '''
def confusion_matrix(y_true, y_pred, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    return np.histogram2d(y_true, y_pred, bins=(edges, edges))[0].round().astype("i4")
''',
            "a comprehension": '''
from collections import Counter


def confusion_matrix(y_true, y_pred, n_classes):
    pairs = Counter(zip(y_true.tolist(), y_pred.tolist()))
    return np.array([[pairs[t, p] for p in range(n_classes)] for t in range(n_classes)])
''',
        },
        "wrong": {
            "transposed": ("Rows are the truth",
                ("table[true, predicted]", "table[predicted, true]")),
            "counted once": ("counts several times", '''
def confusion_matrix(y_true, y_pred, n_classes):
    table = np.zeros((n_classes, n_classes), dtype=int)
    table[y_true, y_pred] += 1
    return table
'''),
            "only classes that occur": ("use n_classes", (
                "table = np.zeros(", "n_classes = max(max(y_true), max(y_pred)) + 1\n    table = np.zeros(")),
            "only mistakes": ("Count the right answers too",
                ("table[true, predicted] += 1", "table[true, predicted] += true != predicted")),
            "only right answers": ("Count the wrong answers too",
                ("table[true, predicted] += 1", "table[true, predicted] += true == predicted")),
            "floats": ("whole numbers, not shares", (", dtype=int", "")),
            "shares": ("whole numbers, not shares", ("return table", "return table / table.sum()")),
            "rows normalized": ("whole numbers, not shares", (
                "return table", "return table / np.maximum(table.sum(axis=1, keepdims=True), 1)")),
            "percent": ("not percent", ("return table", "return 100 * table // len(y_true)")),
            "a list": ("a list of length", ("return table", "return table.tolist()")),
            "ten classes always": ("matrix is wrong.",
                ("np.zeros((n_classes, n_classes)", "np.zeros((10, 10)")),
            "last pair forgotten": ("also the last one",
                ("zip(y_true, y_pred)", "zip(y_true[:-1], y_pred[:-1])")),
            "counts kept between calls": ("keep nothing between calls", '''
kept = {}


def confusion_matrix(y_true, y_pred, n_classes):
    table = kept.setdefault(n_classes, np.zeros((n_classes, n_classes), dtype=int))
    np.add.at(table, (y_true, y_pred), 1)
    return table
'''),
            "bytes that overflow": ("matrix of", ("dtype=int", "dtype=np.uint8"),
                                    ("+= 1", "+= 100")),
            "labels changed": ("changed its argument y_true in place",
                ("for true", "y_true.sort()\n    for true")),
            "symmetric": ("not to the mirrored one", ("return table", "return table + table.T")),
            "counts in bytes": ("of 70,000 labels", ("dtype=int", "dtype=np.uint8"),
                                ("return table", "return table.astype(int)")),
            "counts in 16 bits": ("of 70,000 labels", ("dtype=int", "dtype=np.int16")),
            "cells numbered in bytes": ("matrix of", '''
def confusion_matrix(y_true, y_pred, n_classes):
    cells = y_true.astype(np.uint8) * np.uint8(n_classes) + y_pred.astype(np.uint8)
    return np.bincount(cells, minlength=n_classes**2)[: n_classes**2].reshape(n_classes, n_classes)
'''),
            "one table for all calls": ("what an earlier call returned", (
                "    table = np.zeros((n_classes, n_classes), dtype=int)",
                "    table = confusion_matrix.__dict__.setdefault(str(n_classes), np.zeros((n_classes, n_classes), dtype=int))\n    table[...] = 0")),
            "only the first hundred": ("matrix of",
                ("zip(y_true, y_pred)", "zip(y_true[:100], y_pred[:100])")),
            "a class too many": ("matrix is wrong",
                ("np.zeros((n_classes, n_classes)", "np.zeros((n_classes + 1, n_classes + 1)")),
            "counts kept between calls, a copy returned": ("Begin every call with zeros", (
                "    table = np.zeros((n_classes, n_classes), dtype=int)",
                "    table = confusion_matrix.__dict__.setdefault(str(n_classes), np.zeros((n_classes, n_classes), dtype=int))"),
                ("return table", "return table.copy()")),
        },
    },
    "task-4": {
        "right": {
            "argsort of the negative, stable": '''
def most_confused(matrix, k):
    counts = matrix.astype(np.int64)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts.ravel(), kind="stable")[:k]
    true, predicted = np.unravel_index(order, counts.shape)
    return [(t, p, counts[t, p]) for t, p in zip(true, predicted) if counts[t, p]]
''',
            "lexsort, lists of three": '''
def most_confused(matrix, k):
    t, p = np.nonzero(matrix * (1 - np.eye(len(matrix), dtype=int)))
    n = matrix[t, p]
    order = np.lexsort((p, t, -n))[:k]
    return [[int(t[i]), int(p[i]), int(n[i])] for i in order]
''',
            "taken out one by one": '''
def most_confused(matrix, k):
    left = np.array(matrix)
    left[np.diag_indices(len(left))] = 0
    found = []
    while len(found) < k and left.max() > 0:
        t, p = np.unravel_index(left.argmax(), left.shape)
        found.append((t, p, left[t, p]))
        left[t, p] = 0
    return found
''',
            "a heap of NumPy numbers": '''
def most_confused(matrix, k):
    import heapq

    heap = [(-matrix[i, j], np.int32(i), np.int64(j)) for i, j in zip(*np.where(matrix > 0)) if i != j]
    return [(t, p, -n) for n, t, p in heapq.nsmallest(k, heap)]
''',
            "named tuples from a generator": '''
from typing import NamedTuple


class Mistake(NamedTuple):
    true: int
    predicted: int
    count: int


def most_confused(matrix, k):
    size = range(len(matrix))
    mistakes = [Mistake(t, p, int(matrix[t][p])) for p in size for t in size if t != p]
    mistakes = (m for m in mistakes if m.count)
    return sorted(mistakes, key=lambda m: (-m.count, m))[:k]
''',
        },
        "wrong": {
            "diagonal included": ("The diagonal counts right answers",
                ("true != predicted and ", "")),
            "smallest first": ("The largest count comes first.", ("-pair[2]", "pair[2]")),
            "predicted first": ("(true, predicted, count).",
                ("append((true, predicted, count))", "append((predicted, true, count))")),
            "predicted first, sorted": ("Rows are the truth", (
                "append((true, predicted, count))", "append((predicted, true, count))"),
                ("-pair[2])", "(-pair[2], pair))")),
            "ties backwards": ("the smallest first", ("pairs.sort(key=lambda pair: -pair[2])",
                                                      "pairs.sort(key=lambda pair: (pair[2], pair), reverse=True)")),
            "ties by predicted": ("ordered by the true label first",
                ("-pair[2])", "(-pair[2], pair[1]))")),
            "both directions added": ("do not add them up", '''
def most_confused(matrix, k):
    both = np.triu(matrix + matrix.T, 1)
    t, p = np.nonzero(both)
    pairs = [(int(i), int(j), int(both[i, j])) for i, j in zip(t, p)]
    return sorted(pairs, key=lambda pair: (-pair[2], pair))[:k]
'''),
            "one too many": ("k is the number of pairs", ("pairs[:k]", "pairs[: k + 1]")),
            "not cut off": ("pairs for k = 3 is wrong.", ("pairs[:k]", "pairs")),
            "zeros included": ("Leave out pairs that never occurred", (" and count > 0", "")),
            "ones left out": ("Leave out pairs that never occurred", ("count > 0", "count > 1")),
            "not sorted": ("Sort the pairs by their counts",
                ("    pairs.sort(key=lambda pair: -pair[2])", "    #")),
            "diagonal wiped in place": ("changed its argument matrix in place", (
                "pairs = []", "np.fill_diagonal(matrix, 0)\n    pairs = []")),
            "pairs without counts": ("The answer has another form", (
                "return pairs[:k]", "return [(t, p) for t, p, _ in pairs[:k]]")),
            "an array": ("The answer has another form",
                ("return pairs[:k]", "return np.array(pairs[:k])")),
            "counts as shares": ("is wrong.",
                ("return pairs[:k]", "return [(t, p, n / matrix.sum()) for t, p, n in pairs[:k]]")),
            "above the diagonal only": ("Below the diagonal",
                ("true != predicted", "true < predicted")),
            "cut before it is sorted": ("not after it", (
                "    pairs.sort(", "    pairs = pairs[:k]\n    pairs.sort(")),
            "ties in disorder": ("the smallest first", '''
def most_confused(matrix, k):
    counts = matrix.copy()
    np.fill_diagonal(counts, 0)
    order = np.argsort(counts.ravel(), kind="stable")[::-1][:k]
    true, predicted = np.unravel_index(order, counts.shape)
    return [(int(t), int(p), int(counts[t, p])) for t, p in zip(true, predicted) if counts[t, p]]
'''),
            "k of 0 gives one": ("number of pairs for k = 0", ("pairs[:k]", "pairs[: max(k, 1)]")),
            "largest only": ("pairs for k = 3 is wrong.", ("return pairs[:k]", "return pairs[:1]")),
            "pairs kept between calls": ("is wrong", (
                "def most_confused(matrix, k):", "def most_confused(matrix, k, pairs=[]):"), ("    pairs = []\n", "")),
            "a key with too little room": ("is wrong", (
                "-pair[2])", "-(pair[2] * 100 - pair[0] * 10 - pair[1]))")),
            "the order of the first call": ("is wrong", (
                "return pairs[:k]", "return most_confused.__dict__.setdefault(str((matrix.shape, k)), pairs[:k])")),
            "counts of ties only once": ("is wrong", (
                "    pairs.sort(", "    pairs = list({pair[2]: pair for pair in reversed(pairs)}.values())\n    pairs.sort(")),
            "matrix symmetrized in place": ("changed its argument matrix in place", (
                "    pairs = []", "    matrix += 0 * matrix.T + np.eye(len(matrix), dtype=matrix.dtype)\n    pairs = []")),
        },
    },
}
