"""LeNet-5 learns in the page: the same digits as in the library, and it does learn."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from node import ROOT, export, node

from course_lib.data import load_digits28

TRAINER = ("layers.js", "network.js", "picture.js", "trainer.js")
DIGITS = """
    const { small, labels, train, test, A } = unpackAll(data.digits.arrays);
    const digits = enlargeAll({ small, labels, train, test, A, ...data.digits.gray });
"""


def test_the_digits_are_those_of_the_library():
    got = node(DIGITS + "return digits;", *TRAINER, digits=export().embedded_digits())
    digits = load_digits28()
    for part in ("train", "test"):
        images, labels = getattr(digits, f"{part}_images"), getattr(digits, f"{part}_labels")
        assert np.array_equal(got[part]["labels"], labels)
        assert np.array_equal(np.reshape(got[part]["pixels"], images.shape), images)


def test_the_digits_are_small_enough_to_ship():
    exporter = export()
    assert len(exporter.constant("DIGITS", exporter.embedded_digits())) < 300_000


TRAIN = (
    DIGITS
    + """
    const trainer = new Trainer(digits);
    const curves = data.runs.map(({ seed, optimizer, lr, batchSize, epochs }) => {
      trainer.reset(seed);
      trainer.use({ optimizer, lr, batchSize });
      const losses = [];
      while (trainer.epoch < epochs) losses.push(trainer.step());
      const answers = trainer.answers();
      const right = answers.filter((answer, i) => answer === digits.test.labels[i]).length;
      return { losses, accuracy: right / answers.length };
    });
    return curves;
"""
)
FIRST = {"seed": 0, "optimizer": "Adam", "lr": 0.002, "batchSize": 32, "epochs": 4}


def train(*settings, folder=ROOT / "web"):
    runs = [{**FIRST, **some} for some in settings]
    return node(TRAIN, *TRAINER, folder=folder, digits=export().embedded_digits(), runs=runs)


@pytest.mark.slow
def test_it_learns_with_what_is_set_when_the_page_opens():
    for run in train({"seed": 0, "epochs": 6}, {"seed": 1, "epochs": 6}):
        assert abs(np.mean(run["losses"][:3]) - np.log(10)) < 0.15
        assert run["accuracy"] > 0.95


def test_a_seed_can_be_repeated():
    a, b, c = train(*({"seed": seed, "epochs": 0.1} for seed in (3, 3, 4)))
    assert a == b != c


def test_settings_change_on_the_way():
    code = (
        DIGITS
        + """
        const trainer = new Trainer(digits);
        trainer.reset(0);
        const log = [];
        for (const [optimizer, lr, batchSize] of data.settings) {
          trainer.use({ optimizer, lr, batchSize });
          const before = trainer.network.params["0.W"].slice();
          trainer.step();
          const after = trainer.network.params["0.W"];
          const moved = Math.max(...after.map((w, i) => Math.abs(w - before[i])));
          log.push([trainer.seen, moved, trainer.optimizer.state.t ?? null]);
        }
        return log;
    """
    )
    settings = [
        ["Adam", 0.001, 32],
        ["Adam", 0.1, 8],
        ["SGD", 0.1, 8],
        ["SGD", 0, 64],
        ["Adam", 1, 1],
    ]
    seen, moved, t = zip(
        *node(code, *TRAINER, digits=export().embedded_digits(), settings=settings)
    )
    assert seen == (32, 40, 48, 112, 113)
    assert moved[0] <= 0.00101 < moved[1] and moved[3] == 0 < moved[2]
    assert t == (1, 2, None, None, 1)  # another optimizer starts without a memory


def test_a_planted_error_is_seen(tmp_path):
    for name in ("unpack.js", *TRAINER):
        text = (ROOT / "web" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(
            text.replace("this.network.params, this.network.grads", "{}, {}")
        )
    (run,) = train({"epochs": 0.2}, folder=tmp_path)
    assert run["accuracy"] < 0.5
