"""What the components of the chapters compute, against the library: the same numbers."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest

sys.path.insert(0, str(Path(__file__).parent))
from node import ROOT, export, node

from course_lib import metrics
from course_lib.classical import GaussianNaiveBayes, KNearestNeighbors
from course_lib.data import as_vectors, load_course_data, load_digits28, split_validation
from course_lib.nn import (
    SGD,
    Adam,
    Dense,
    MaxMinCouplings,
    ReLU,
    RMSprop,
    Routing,
    SoftmaxCouplings,
    Tanh,
)
from course_lib.nn.convolution_plain import conv2d_loops

WEB = ROOT / "web"


def of(*names):
    """The programs of a component, and what all of them share."""
    made = export()
    files = (*made.SHARED, *(more for name in names for more in made.COMPONENTS[name]), *names)
    return [f"{file}.js" for file in files]


def planted(folder, *faults):
    """A copy of web/ in which the texts of ``faults``, (file, right, wrong), are exchanged."""
    for path in WEB.glob("*.js"):
        (folder / path.name).write_bytes(path.read_bytes())
    for file, right, wrong in faults:
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(right) == 1, f"{file} has {right!r} {text.count(right)} times"
        (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")
    return folder


WALKS = {
    "SGD": lambda lr, beta1, beta2: SGD(lr),
    "momentum": lambda lr, beta1, beta2: SGD(lr, momentum=beta1),
    "RMSprop": lambda lr, beta1, beta2: RMSprop(lr, rho=beta2),
    "Adam": lambda lr, beta1, beta2: Adam(lr, beta1=beta1, beta2=beta2),
}
SLOPES = {
    "valley": lambda w: w * [1, 100],
    "saddle": lambda w: np.array([10 * w[0], w[1] ** 3 - w[1]]),
}
SETTINGS = [(0.01, 0.5, 0.9), (0.003, 0.95, 0.99), (0.018, 0, 0.5)]


def largest_gap_of_walks(folder=WEB):
    """How far the walks of the page are from those of the library, the largest of all."""
    found = node(
        """const surfaces = Object.keys(SURFACES), all = Object.keys(OPTIMIZERS);
        return surfaces.flatMap((surface) => all.flatMap((who) => data.settings.map((setting) => (
          { surface, who, setting,
            path: walk(OPTIMIZERS[who](...setting), SURFACES[surface], [-0.7, 0.3]) }))));""",
        *of("surface"), folder=folder, settings=SETTINGS,
    )  # fmt: skip
    assert len(found) == len(SLOPES) * len(WALKS) * len(SETTINGS)
    gaps = []
    for walk in found:
        optimizer, params = WALKS[walk["who"]](*walk["setting"]), {"w": np.array([-0.7, 0.3])}
        expected = [params["w"].copy()]
        for _ in range(200):
            optimizer.step(params, {"w": SLOPES[walk["surface"]](params["w"])})
            expected.append(params["w"].copy())
        assert np.ptp(expected, axis=0).max() > 0.1
        gaps.append(np.abs(np.array(walk["path"], float) - expected).max())
    return np.max(gaps)


def test_optimizers_walk_as_in_the_library():
    assert largest_gap_of_walks() < 1e-9


@pytest.mark.parametrize("fault", [
    ("network.js", "(1 - this.rho) * g[i] * g[i]", "(1 - this.rho) * g[i]"),
    ("network.js", "Math.sqrt(s[i]) + this.eps", "s[i] + this.eps"),
    ("network.js", "/ (Math.sqrt(vHat) + eps)", "/ (vHat + eps)"),
    ("surface.js", "[10 * a, b ** 3 - b]", "[10 * a, b ** 3 + b]"),
    ("surface.js", "new RMSprop({ lr, rho: beta2 })", "new RMSprop({ lr })"),
    ("surface.js", "new SGD({ lr, momentum: beta1 })", "new SGD({ lr })"),
])  # fmt: skip
def test_a_planted_error_of_a_walk_is_seen(fault, tmp_path):
    assert not largest_gap_of_walks(planted(tmp_path, fault)) < 1e-9


def test_the_step_of_arrival_is_that_of_the_chapter():
    """The chapter counts the steps until the height stays below a hundredth of the first."""
    rates = 10 ** np.arange(-3, 0.51, 0.125)
    got = node("return RATES", *of("surface"))
    assert np.allclose(got, rates)
    for who, make in WALKS.items():
        for lr in rates[4:22:6]:
            optimizer, params = make(lr, 0.9, 0.9), {"w": np.array([-4.0, 0.4])}
            path = [params["w"].copy()]
            with np.errstate(all="ignore"):
                for _ in range(200):
                    optimizer.step(params, {"w": SLOPES["valley"](params["w"])})
                    path.append(params["w"].copy())
                above = np.array([(a * a + 100 * b * b) / 2 for a, b in path])
            high = np.flatnonzero(~(above < above[0] / 100))[-1] + 1
            got = node(
                "const ground = SURFACES.valley; return arrival(walk("
                "OPTIMIZERS[data.who](data.lr, 0.9, 0.9), ground, ground.start), ground);",
                *of("surface"), who=who, lr=lr,
            )  # fmt: skip
            assert got == (high if high < 201 else None)


def largest_gap_of_maps(folder=WEB):
    """Of a kernel with any stride and padding, on a digit."""
    rng = np.random.default_rng(0)
    image = load_digits28().test_images[0] / 255
    kernel, gaps = rng.normal(size=(3, 3)), []
    found = node(
        """const image = unpack(data.image), all = [];
        for (const stride of [1, 2, 3, 4]) for (const padding of [0, 1, 2, 3]) {
          const y = correlate(image, unpack(data.kernel), stride, padding);
          all.push({ stride, padding, y, shape: y.shape });
        }
        return all;""",
        *of("kernel"), folder=folder, image=image, kernel=kernel,
    )  # fmt: skip
    for one in found:
        expected = conv2d_loops(image[None, :, :, None], kernel[:, :, None, None], np.zeros(1),
                                one["stride"], one["padding"])[0, :, :, 0]  # fmt: skip
        if tuple(one["shape"]) != expected.shape:
            return np.inf
        gaps.append(np.abs(np.array(one["y"], float).reshape(expected.shape) - expected).max())
    assert np.abs(expected).max() > 0.1
    return np.max(gaps)


def test_a_kernel_makes_the_map_of_the_library():
    assert largest_gap_of_maps() < 1e-12


@pytest.mark.parametrize("fault", [
    ("kernel.js", "r * stride + u - padding", "r * stride + u"),
    ("kernel.js", "s * stride + v - padding", "s + v - padding"),
    ("kernel.js", "2 * padding - 3) / stride) + 1", "2 * padding - 3) / stride)"),
    ("kernel.js", "w[3 * u + v]", "w[8 - 3 * u - v]"),
])  # fmt: skip
def test_a_planted_error_of_a_map_is_seen(fault, tmp_path):
    assert not largest_gap_of_maps(planted(tmp_path, fault)) < 1e-12


def largest_gap_of_floors(folder=WEB):
    """Of a probability, over all floors and the ten images."""
    made = export()
    data = made.bayes()
    first = [int(np.flatnonzero(data["labels"] == digit)[0]) for digit in range(10)]
    X = as_vectors(data["images"][first], np.float64)
    got = node(
        """const model = unpackAll(data.model), x = unpack(data.x);
        return data.exponents.map((e) => data.first.map((i, k) => Array.from(
          withFloor(model, 10 ** e).probabilities(x.subarray(784 * k, 784 * (k + 1))))));""",
        *of("floor"), folder=folder, model=data["model"], x=X, first=first,
        exponents=made.EXPONENTS.tolist(),
    )  # fmt: skip
    digits = load_course_data()
    train, _ = split_validation(digits)
    gaps = []
    for exponent, p in zip(made.EXPONENTS, got):
        model = GaussianNaiveBayes(var_smoothing=10.0**exponent)
        model.fit(as_vectors(digits.train_images)[train], digits.train_labels[train])
        gaps.append(np.abs(np.array(p, float) - model.predict_proba(X)).max())
    assert len(gaps) == 21
    return np.max(gaps)


def test_a_floor_gives_the_probabilities_of_the_library():
    assert largest_gap_of_floors() < 1e-5


@pytest.mark.parametrize("fault", [
    ("floor.js", "v + smoothing * largest[0]", "v + smoothing"),
    ("floor.js", "v + smoothing * largest[0]", "Math.max(v, smoothing * largest[0])"),
    ("bayes.js", "return constant - squares / 2;", "return constant - squares;"),
])  # fmt: skip
def test_a_planted_error_of_a_floor_is_seen(fault, tmp_path):
    assert not largest_gap_of_floors(planted(tmp_path, fault)) < 1e-5


def test_the_scores_of_the_floors_are_those_of_the_library():
    data, digits = export().bayes(), load_course_data()
    train, validation = split_validation(digits)
    X, y = as_vectors(digits.train_images), digits.train_labels
    validation = validation[: len(data["labels"])]
    for k in (0, 8, 16, 20):
        model = GaussianNaiveBayes(10.0 ** export().EXPONENTS[k]).fit(X[train], y[train])
        score = metrics.accuracy(y[validation], model.predict(X[validation]))
        assert abs(score - data["scores"][k]) <= 1 / len(validation)
    assert data["scores"].max() > data["scores"][0] + 0.1


def gaps_of_temperatures(folder=WEB):
    """Largest difference of a calibration error, and of an entry of a bin."""
    rng = np.random.default_rng(0)
    z = 40 * rng.normal(size=(500, 10))
    labels = np.where(rng.random(500) < 0.6, z.argmax(axis=1), rng.integers(10, size=500))
    got = node(
        """return TAUS.map((tau) => {
          const bins = reliability(unpack(data.labels), tempered(unpack(data.z), tau));
          return { tau, bins, error: calibrationError(bins) };
        });""",
        *of("temperature"), folder=folder, z=z, labels=labels.astype(np.uint8),
    )  # fmt: skip
    gaps = []
    for one in got:
        p = np.exp(z / one["tau"] - (z / one["tau"]).max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        expected = metrics.reliability(labels, p)
        gaps.append(abs(one["error"] - metrics.expected_calibration_error(labels, p)))
        for kind in ("count", "confidence", "accuracy"):
            bins = np.array([one_bin[kind] for one_bin in one["bins"]], float)
            gaps.append(np.abs(bins - np.nan_to_num(getattr(expected, kind))).max())
    assert len(gaps) > 40
    return np.max(gaps)


def test_reliability_is_that_of_the_library():
    assert gaps_of_temperatures() < 1e-9


@pytest.mark.parametrize("fault", [
    ("temperature.js", "divided[i] = value / tau", "divided[i] = value / (1 + tau)"),
    ("temperature.js", "Math.ceil(row[answer] * BINS) - 1", "Math.ceil(row[answer] * BINS)"),
    ("temperature.js", "bin.count * Math.abs(bin.confidence", "Math.abs(bin.confidence"),
    ("temperature.js", "bin.accuracy += answer === label", "bin.accuracy += answer !== label"),
])  # fmt: skip
def test_a_planted_error_of_reliability_is_seen(fault, tmp_path):
    assert not gaps_of_temperatures(planted(tmp_path, fault)) < 1e-9


def wrong_neighbors(folder=WEB):
    """How many neighbors, and answers, of the page are not those of the library."""
    images, labels, train, test = export().small_digits()
    X, Q = images[train].reshape(-1, 64), images[test].reshape(-1, 64)
    got = node(
        """const { stored, labels, questions } = unpackAll(data.arrays), all = [];
        for (const n of [25, 400, 1437]) {
          const found = Array.from({ length: questions.length / 64 }, (_, q) =>
            nearest(questions.subarray(64 * q, 64 * (q + 1)), stored, n, 25));
          for (const k of [1, 2, 4, 25]) {
            all.push({ n, k, found: found.map((one) => one.slice(0, k)),
                       answers: found.map((one) => argmax(votes(one, labels, k))) });
          }
        }
        return all;""",
        *of("neighbors"), folder=folder,
        arrays={"stored": X, "labels": labels[train], "questions": Q},
    )  # fmt: skip
    wrong = 0
    for one in got:
        model = KNearestNeighbors(one["k"]).fit(X[: one["n"]], labels[train][: one["n"]])
        wrong += (np.array(one["found"]) != model.kneighbors(Q)[1]).sum()
        wrong += (np.array(one["answers"]) != model.predict(Q)).sum()
    assert len(got) == 12
    return wrong


def test_the_neighbors_are_those_of_the_library():
    assert wrong_neighbors() == 0


@pytest.mark.parametrize("fault", [
    ("neighbors.js", "found[at - 1].d2 > d2", "found[at - 1].d2 >= d2"),
    ("neighbors.js", "stored[i * PIXELS + p]) ** 2", "stored[i * PIXELS + p])"),
    ("neighbors.js", "neighborsOf.slice(0, k)", "neighborsOf"),
])  # fmt: skip
def test_a_planted_error_of_neighbors_is_seen(fault, tmp_path):
    assert wrong_neighbors(planted(tmp_path, fault)) > 0


RULES = {"softmax": SoftmaxCouplings, "max-min": MaxMinCouplings}


def largest_gap_of_routes(folder=WEB):
    """Of couplings, sums, and capsules."""
    votes, gaps = export().votes(), []
    got = node(
        """return Object.keys(COUPLINGS).flatMap((rule) => [1, 2, 3, 6].flatMap((rounds) =>
          ({ rule, rounds, ...route(data.votes, rounds, COUPLINGS[rule]) })));""",
        *of("routing"), folder=folder, votes=votes.tolist(),
    )  # fmt: skip
    for one in got:
        layer = Routing(one["rounds"], RULES[one["rule"]]())
        layer.forward(votes[None])
        last = layer.cache["rounds"][-1]
        theirs = {"c": last["couplings"][0].T, "s": last["s"][0], "v": last["v"][0]}
        for name, expected in theirs.items():
            gaps.append(np.abs(np.array(one[name], float) - expected).max())
    assert len(gaps) == 24
    return np.max(gaps)


def test_routing_is_that_of_the_library():
    assert largest_gap_of_routes() < 1e-12


@pytest.mark.parametrize("fault", [
    ("routing.js", "(n / (1 + n * n)) * x", "(1 / (1 + n * n)) * x"),
    ("routing.js", "(x - low) / (high - low)", "(x - low) / high"),
    ("routing.js", "x + votes[i][j].reduce", "votes[i][j].reduce"),
    ("routing.js", "first: () => 1,", "first: (above) => 1 / above,"),
])  # fmt: skip
def test_a_planted_error_of_routing_is_seen(fault, tmp_path):
    assert not largest_gap_of_routes(planted(tmp_path, fault)) < 1e-12


def test_the_votes_are_those_of_the_chapter():
    """Both are drawn by the same lines."""
    page = (ROOT / "book" / "16-capsules.md").read_text(encoding="utf-8")
    lines = page[page.index("rng = np.random.default_rng(4)") :].splitlines()[:4]
    names = {"np": np}
    exec("\n".join(lines), names)  # noqa: S102
    assert np.array_equal(names["u"], export().votes())


def signals(folder=WEB):
    """Weights and signals of the page, and the largest gap of an activation or a spread."""
    got = node(
        """const drawn = draw(6), all = [];
        const bends = [["Tanh", Tanh], ["ReLU", ReLU]];
        for (const [name, Bend] of bends) for (const scale of [0.5, 1.414, 3]) {
          const seen = activations(drawn, scale, Bend);
          all.push({ name, scale, last: seen.at(-1), spreads: seen.map(spread) });
        }
        return { x: drawn.x, weights: drawn.weights, all };""",
        *of("depth"), folder=folder,
    )  # fmt: skip
    weights = np.array(got["weights"], float).reshape(-1, 100, 100)
    x = np.array(got["x"], float).reshape(-1, 100)
    gaps = []
    for one in got["all"]:
        a, spreads = x, []
        for w in weights:
            layer = Dense(100, 100, np.random.default_rng(0), np.float64)
            layer.params["W"][...] = one["scale"] * w / 10
            bend = {"Tanh": Tanh, "ReLU": ReLU}[one["name"]]()
            a = bend.forward(layer.forward(a))
            spreads.append(a.std())
        gaps.append(np.abs(np.array(one["last"], float) - a.ravel()).max() / a.std())
        gaps.append(np.abs(np.array(one["spreads"], float) / spreads - 1).max())
    assert len(gaps) == 12
    return x, weights, np.max(gaps)


def test_signals_run_through_layers_as_in_the_library():
    assert signals()[2] < 1e-9


def test_the_random_numbers_of_the_page_are_normal():
    x, weights, _ = signals()
    assert kstest(weights.ravel(), "norm").pvalue > 0.01 and kstest(x.ravel(), "norm").pvalue > 0.01
    assert len(np.unique(weights)) == weights.size


@pytest.mark.parametrize("fault", [
    ("depth.js", "(scale * value) / Math.sqrt(WIDTH)", "scale * value"),
    ("depth.js", "sum + (value - mean) ** 2", "sum + value ** 2"),
    ("depth.js", "x = new Bend().forward(layer.forward(x));", "x = layer.forward(x);"),
])  # fmt: skip
def test_a_planted_error_of_a_signal_is_seen(fault, tmp_path):
    assert not signals(planted(tmp_path, fault))[2] < 1e-9


def test_numbers_that_are_not_normal_are_seen(tmp_path):
    folder = planted(tmp_path, ("depth.js", "-2 * Math.log", "-1.8 * Math.log"))
    assert kstest(signals(folder)[1].ravel(), "norm").pvalue < 0.01
