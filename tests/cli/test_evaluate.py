"""`course evaluate`: what the saved weights score, and whether the record says the same."""

import json
import re
import shutil
from argparse import Namespace

import numpy as np
import pytest
from scipy import stats

from course_lib import zoo
from course_lib.cli import evaluate
from course_lib.data import MissingDataError
from course_lib.runs import evaluate_system, load_weights


@pytest.fixture
def copy(trained, tmp_path):
    """A copy of the trained folder, to be damaged."""
    return shutil.copytree(trained, tmp_path / "copy")


def change(path, **test):
    record = json.loads(path.read_text())
    record["test"].update(test)
    path.write_text(json.dumps(record))


@pytest.mark.parametrize("seed", [0, 2])
def test_a_reproduced_record(course, trained, digits, seed, capsys):
    assert course("evaluate", "nn1l", "--seed", seed, "--directory", trained) == 0
    out, err = capsys.readouterr()
    network = zoo.build("nn1l", np.random.default_rng(9))
    load_weights(network, trained / "nn1l" / f"seed-{seed}.npz")
    x = digits.test_images.reshape(359, 784).astype(np.float32) / 255
    wrong = network.predict(x) != digits.test_labels
    loss = -np.log(network.predict_proba(x)[range(359), digits.test_labels]).mean()
    assert out.splitlines() == [
        (f"nn1l, seed {seed}, embedded digits: {100 - 100 * wrong.mean():.2f} % of 359 test "
         f"images, {wrong.sum()} errors, loss {loss:.4f}"),
        f"first 179: {wrong[:179].sum()} errors; last 180: {wrong[179:].sum()} errors",
        "the record is reproduced exactly: the same errors, and the same loss to the last bit",
    ]  # fmt: skip
    assert err == "" and wrong.sum() > 0


def test_rounding_of_the_loss_is_no_failure(course, copy, capsys):
    path = copy / "nn1l" / "seed-0.json"
    loss = json.loads(path.read_text())["test"]["loss"]
    change(path, loss=loss * (1 + 1e-7))
    assert course("evaluate", "nn1l", "--directory", copy) == 0
    assert "the same loss but for rounding" in capsys.readouterr().out


@pytest.mark.parametrize("loss, code", [(float("nan"), 0), (float("inf"), 0), (0.5, 1)])
def test_a_loss_that_was_not_finite_is_null_in_the_record(
    course, copy, loss, code, monkeypatch, capsys
):
    change(copy / "nn1l" / "seed-0.json", loss=None)
    scored = evaluate_system

    def diverged(*words):
        return {**scored(*words), "loss": loss}

    monkeypatch.setattr("course_lib.runs.run.evaluate_system", diverged)
    assert course("evaluate", "nn1l", "--directory", copy) == code
    assert ("not reproduced: loss is 0.5, in the record None" in capsys.readouterr().out) == bool(
        code
    )


@pytest.mark.parametrize("key, new", [
    ("errors", lambda n: n + 1), ("errors_by_half", lambda halves: halves[::-1]),
    ("loss", lambda loss: 1.001 * loss), ("n", lambda n: n + 1),
])  # fmt: skip
def test_another_record(course, copy, key, new, capsys):
    path = copy / "nn1l" / "seed-0.json"
    before = json.loads(path.read_text())["test"][key]
    assert new(before) != before
    change(path, **{key: new(before)})
    assert course("evaluate", "nn1l", "--directory", copy) == 1
    assert (
        f"not reproduced: {key} is {before}, in the record {new(before)}" in capsys.readouterr().out
    )


def test_other_weights(course, copy, capsys):
    shutil.copy(copy / "nn1l" / "seed-2.npz", copy / "nn1l" / "seed-0.npz")
    assert course("evaluate", "nn1l", "--directory", copy) == 1
    assert "not reproduced" in capsys.readouterr().out


def test_missing_weights_name_the_choices(course, copy, capsys):
    (copy / "nn1l" / "seed-7.checkpoint.npz").touch()  # no weights to be chosen
    for words in (("nn1l", "--seed", 1), ("lenet5",)):
        assert course("evaluate", *words, "--directory", copy) == 1
        out, err = capsys.readouterr()
        assert "there are weights of: nn1l (seed 0, 2)." in err and out == ""
        assert f"course train {words[0]} --seed {words[-1] if len(words) > 1 else 0} " in err


def test_missing_record(course, copy, capsys):
    (copy / "nn1l" / "seed-0.json").unlink()
    assert course("evaluate", "nn1l", "--directory", copy) == 1
    assert (
        "there is no record of 'nn1l' with seed 0; there are: nn1l (seed 2)"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("damage", ["text", "cut", "start", "middle", "other network"])
def test_damaged_weights(course, copy, damage, capsys):
    path = copy / "nn1l" / "seed-0.npz"
    content = path.read_bytes()
    if damage == "text":
        path.write_text("not an archive")
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage in ("start", "middle"):  # the codes of the compression, the compressed weights
        at = 80 if damage == "start" else len(content) // 2
        path.write_bytes(
            content[:at] + bytes(255 - b for b in content[at : at + 50]) + content[at + 50 :]
        )
    else:
        np.savez(path, **zoo.build("nn2l", np.random.default_rng(0)).params)
    assert course("evaluate", "nn1l", "--directory", copy) == 1
    out, err = capsys.readouterr()
    assert f"{path} does not hold the weights of nn1l: " in err and out == ""


def test_only_networks_have_weights(course, trained, capsys):
    assert course("evaluate", "gnb", "--directory", trained) == 1
    assert "gnb (Gaussian naive Bayes) is not a network" in capsys.readouterr().err


def score_qmnist(trained):
    return evaluate.run(Namespace(name="nn1l", seed=2, directory=trained, qmnist=True))


def test_the_lost_digits_are_scored_on_their_own(trained, digits, monkeypatch, capsys):
    """A QMNIST of 359 digits, of which MNIST published 100."""
    monkeypatch.setattr(
        evaluate, "load_qmnist_test", lambda: (digits.test_images, digits.test_labels)
    )
    monkeypatch.setattr(evaluate, "PUBLISHED_BEFORE", 100)
    assert score_qmnist(trained) == 0
    network = zoo.build("nn1l", np.random.default_rng(9))
    load_weights(network, trained / "nn1l" / "seed-2.npz")
    x = digits.test_images.reshape(359, 784).astype(np.float32) / 255
    wrong = network.predict(x) != digits.test_labels
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "nn1l, seed 2, QMNIST:" and len(lines) == 3
    for line, part in zip(lines[1:], (wrong[:100], wrong[100:])):
        n, right, errors, low, high = map(
            float, re.findall(r"[\d.]+(?= |$)", line.replace("95 %", ""))
        )
        interval = stats.binomtest(int((~part).sum()), len(part)).proportion_ci(method="wilson")
        assert (n, errors) == (len(part), part.sum()) and right == pytest.approx(
            100 - 100 * part.mean(), abs=0.01
        )
        assert (low, high) == pytest.approx((100 * interval.low, 100 * interval.high), abs=0.01)
    assert (
        "100 test digits of MNIST, made again" in lines[1]
        and "259 test digits that were lost" in lines[2]
    )
    assert 0 < wrong[:100].sum() != wrong[100:].sum()


def test_without_qmnist_it_says_what_to_download(trained, tmp_path, monkeypatch):
    """As an error of missing files, which the command prints."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("COURSE_QMNIST_DIR", str(tmp_path / "empty"))
    with pytest.raises(MissingDataError, match="qmnist/master/qmnist-test-images-idx3-ubyte.gz"):
        score_qmnist(trained)
