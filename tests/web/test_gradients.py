"""The microscope: what it says of any number of LeNet-5 is what the library computes."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import ROOT, export, node

from course_lib import zoo
from course_lib.data import as_vectors, load_digits28
from course_lib.nn import SoftmaxCrossEntropy
from course_lib.runs.saved import load_trained

FILES = ("layers.js", "network.js", "gradients.js")
LOOK = """
    const network = lenet5(generator(0), Float64Array).load(unpackAll(data.weights));
    const microscope = new Microscope(network);
    microscope.look(reshape(unpack(data.x), [1, 28, 28, 1]), data.label);
"""
EVERYTHING = (
    LOOK
    + """
    return { loss: microscope.lossValue, arrays: microscope.grads, params: network.grads };
"""
)
PLACES = (
    LOOK
    + """
    return data.places.map((place) => {
      const sum = (terms, a, b) => terms.reduce((total, term) => total + term[a] * term[b], 0);
      return {
        gradient: microscope.gradient(place), value: microscope.value(place),
        terms: sum(microscope.terms(place), "upstream", "local"),
        made: sum(microscope.made(place), "input", "weight"),
        difference: microscope.finiteDifference(place, 1e-5),
        slopes: microscope.slopes(place, 1e-5),
        links: microscope.terms(place).every(({ to, upstream, local, by }) =>
          microscope.gradient(to) === upstream && (by === null || microscope.value(by) === local)),
      };
    });
"""
)


def example():
    """A digit, and the label of another one: every gradient counts."""
    digits = load_digits28()
    x = as_vectors(digits.test_images[7:8], np.float64).reshape(1, 28, 28, 1)
    return x, int(digits.test_labels[7] + 5) % 10


def library():
    """Loss, gradients of every array on the way, and of every parameter, from course_lib."""
    network = load_trained(zoo.get_system("lenet5"), 0)
    for layer in network.layers:
        layer.params.update({name: w.astype(np.float64) for name, w in layer.params.items()})
    x, label = example()
    loss, values = SoftmaxCrossEntropy(), [x]
    for layer in network.layers:
        values.append(layer.forward(values[-1], training=True))
    value, grads = loss.forward(values[-1], np.array([label])), [loss.backward()]
    for layer in reversed(network.layers):
        grads.insert(0, layer.backward(grads[0]))
    return value, values, grads, network


def look(code, folder=ROOT / "web", **data):
    x, label = example()
    return node(
        code, *FILES, folder=folder, x=x, label=label, weights=export().weights("lenet5"), **data
    )


def test_every_gradient_is_that_of_the_library():
    value, _, grads, network = library()
    got = look(EVERYTHING)
    assert abs(got["loss"] - value) < 1e-10 and value > 1
    for mine, theirs in zip(got["arrays"], grads, strict=True):
        assert np.abs(np.reshape(mine, theirs.shape) - theirs).max() < 1e-10
    for name, theirs in network.grads.items():
        assert np.abs(np.reshape(got["params"][name], theirs.shape) - theirs).max() < 1e-10
        assert np.abs(theirs).max() > 1e-4, "there is something to compare"


def places(rng, n=12):
    """Numbers of every kind, most with a gradient that is not 0; with value and gradient."""
    _, values, grads, network = library()
    chosen = []

    def choose(place, value, gradient):
        alive = np.flatnonzero(gradient.ravel())
        index = [
            *rng.choice(alive, min(n, len(alive)), replace=False),
            *rng.choice(gradient.size, 3),
        ]
        chosen.extend(
            ({**place, "index": int(i)}, value.ravel()[i], gradient.ravel()[i]) for i in index
        )

    for k, (value, gradient) in enumerate(zip(values, grads)):
        choose({"array": k}, value, gradient)
    for name, gradient in network.grads.items():
        layer, param = name.split(".")
        choose({"layer": int(layer), "param": param}, network.params[name], gradient)
    return chosen


def faults(folder=ROOT / "web"):
    """What the microscope says that the library does not."""
    chosen = places(np.random.default_rng(0))
    assert (
        len({(place.get("array"), place.get("layer"), place.get("param")) for place, *_ in chosen})
        == 23
    )
    kinks = 0
    for (place, value, gradient), got in zip(
        chosen, look(PLACES, folder, places=[p for p, *_ in chosen])
    ):
        if abs(got["gradient"] - gradient) > 1e-5 or abs(got["value"] - value) > 1e-5:
            yield f"{place}: another gradient or value"
        if abs(got["terms"] - gradient) > 1e-10:
            yield f"{place}: the terms sum to {got['terms']}, the gradient is {gradient}"
        if place.get("array") and abs(got["made"] - value) > 1e-10:
            yield f"{place}: made of {got['made']}, but is {value}"
        # Where pixels tie for the maximum of a window, as on blank paper, the loss has a kink.
        kink = place.get("array") in (0, 1) and abs(got["slopes"][0] - got["slopes"][1]) > 1e-3
        kinks += kink
        if abs(got["difference"] - gradient) > 1e-5 and not kink:
            yield f"{place}: the finite difference is {got['difference']}, the gradient {gradient}"
        if not got["links"]:
            yield f"{place}: a term leads to a number that is not in it"
    if not 0 < kinks < 30:
        yield f"there are {kinks} kinks"


def test_terms_and_finite_differences_agree_with_the_library():
    assert list(faults()) == []


@pytest.mark.parametrize("right, wrong", [
    ("row - i + padding", "row + i - padding"),
    ("this.winners[k][index] === place.index ? 1 : 0", "1"),
    ("this.values[k + 1][place.index] > 0 ? 1 : 0", "1"),
    ("if (index === this.label) terms.push", "if (false) terms.push"),
    ("h + i - layer.padding, w + j - layer.padding];\n        if (param",
     "h + i, w + j];\n        if (param"),
    ("return [bias(o), ...", "return [..."),
    ("/ (2 * eps)", "/ eps"),
    ("[term(this.winners[k][place.index], null)]", "[term(place.index, null)]"),
])  # fmt: skip
def test_a_planted_error_is_seen(right, wrong, tmp_path):
    for name in ("unpack.js", *FILES):
        text = (ROOT / "web" / name).read_text(encoding="utf-8")
        if name == "gradients.js":
            assert text.count(right) == 1
            text = text.replace(right, wrong)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(faults(tmp_path))
