"""`course train`: records and weights, stopping and going on, stated problems."""

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from course_lib import cli, runs, zoo
from course_lib.data.course import LOADERS
from course_lib.nn import Adam
from course_lib.runs import load_record, load_weights


@pytest.fixture
def train(course, tmp_path):
    def run(*words, name="nn1l", data="digits"):
        return course("train", name, "--data", data, "--directory", tmp_path, "--quiet", *words)

    return run


def weights(path, name="nn1l"):
    network = zoo.build(name, np.random.default_rng(0))
    load_weights(network, path)
    return network


@pytest.mark.parametrize("name", ["nn1l", "lenet5"])
def test_train_writes_record_and_weights(train, name, digits, tmp_path, capsys):
    assert train("--epochs", 1, "--seed", 4, name=name) == 0
    record = load_record(name, 4, tmp_path)
    assert record["dataset"] == "embedded digits" and len(record["epochs"]) == 1
    names = {path.name for path in (tmp_path / name).iterdir()}
    assert names == {"seed-4.json", "seed-4.npz"}  # no checkpoint, no half files

    x = zoo.get_system(name).inputs(digits.test_images)
    predicted = weights(tmp_path / name / "seed-4.npz", name).predict(x)
    assert (predicted != digits.test_labels).sum() == record["test"]["errors"]
    out, err = capsys.readouterr()
    assert f"{100 * record['test']['accuracy']:.2f} % on 359 test images" in out
    assert str(tmp_path / name / "seed-4.json") in out and err == ""


def test_progress_goes_to_standard_error(tmp_path, capsys):
    arguments = ["train", "nn1l", "--data", "digits", "--epochs", "1", "--directory", str(tmp_path)]
    assert cli.main(arguments) == 0
    out, err = capsys.readouterr()
    assert "epoch 1/1" in err and len(out.splitlines()) == 1


def test_a_record_is_not_overwritten(train, tmp_path, capsys):
    path = tmp_path / "nn1l" / "seed-0.json"
    path.parent.mkdir()
    path.write_text("mine")
    assert train("--epochs", 1) == 1
    assert f"{path} is there already" in capsys.readouterr().err
    assert path.read_text() == "mine" and list(path.parent.iterdir()) == [path]
    assert train("--epochs", 1, "--seed", 1) == 0  # another seed is another record


def test_weights_are_not_overwritten(train, tmp_path):
    """The message above says to move the record away; the weights beside it may stay behind."""
    path = tmp_path / "nn1l" / "seed-0.npz"
    path.parent.mkdir()
    path.write_text("mine")
    assert train("--epochs", 1) == 1
    assert path.read_text() == "mine"


def test_train_a_classical_system(train, digits, tmp_path):
    assert train(name="gnb") == 0
    record = load_record("gnb", 0, tmp_path)
    model = GaussianNB().fit(digits.train_images.reshape(-1, 784) / 255, digits.train_labels)
    expected = model.score(digits.test_images.reshape(-1, 784) / 255, digits.test_labels)
    assert record["test"]["accuracy"] == pytest.approx(expected)
    assert record["ours"]["test"]["accuracy"] == pytest.approx(expected, abs=0.01)
    assert train(name="gnb") == 1


def test_a_classical_record_is_not_overwritten_by_another_seed(train, tmp_path):
    path = tmp_path / "gnb" / "seed-0.json"
    path.parent.mkdir()
    path.write_text("mine")
    assert train("--seed", 3, name="gnb") == 1
    assert path.read_text() == "mine"


def interrupt(*arguments, **keywords):
    raise KeyboardInterrupt


@pytest.mark.parametrize("when", ["import_module", "_parser"])
def test_ctrl_c_in_the_first_second(course, when, monkeypatch, capsys):
    """While the zoo is imported: no traceback, and the exit code of an interruption."""
    monkeypatch.setattr(cli, when, interrupt)
    assert course("table") == 130
    assert capsys.readouterr().err == "\nstopped\n"


class InterruptedAdam(Adam):
    """Someone presses Ctrl-C in the middle of the third epoch (1,295 images: 41 steps each)."""

    def step(self, params, grads):
        if self.state["t"] == 100:
            raise KeyboardInterrupt
        super().step(params, grads)


def test_interrupted_training_goes_on(train, tmp_path, monkeypatch, capsys):
    assert train("--epochs", 4) == 0
    record = load_record("nn1l", 0, tmp_path)
    whole = weights(tmp_path / "nn1l" / "seed-0.npz")
    for path in (tmp_path / "nn1l").iterdir():
        path.unlink()

    system = zoo.get_system("nn1l")
    optimizer = partial(InterruptedAdam, **system.recipe.optimizer.keywords)
    with monkeypatch.context() as patch:
        recipe = replace(system.recipe, optimizer=optimizer)
        patch.setitem(zoo.SYSTEMS, "nn1l", replace(system, recipe=recipe))
        assert train("--epochs", 4) == 130
    assert "goes on after the last whole epoch" in capsys.readouterr().err
    names = {path.name for path in (tmp_path / "nn1l").iterdir()}
    assert names == {"seed-0.checkpoint.npz"}

    assert train("--epochs", 4) == 0
    resumed = weights(tmp_path / "nn1l" / "seed-0.npz")
    for name, p in resumed.params.items():
        np.testing.assert_array_equal(p, whole.params[name])
    again = load_record("nn1l", 0, tmp_path)
    assert again["test"]["errors"] == record["test"]["errors"]
    assert len(again["epochs"]) == 4 and not (tmp_path / "nn1l" / "seed-0.checkpoint.npz").exists()


def test_a_checkpoint_of_other_digits_is_refused(train, digits, monkeypatch, capsys):
    """Begun on the embedded digits, stopped, gone on with on others: no record may come of it."""
    with monkeypatch.context() as patch:
        patch.setattr(runs.run, "save_weights", interrupt)
        assert train("--epochs", 1) == 130
    others = replace(digits, name="other digits", train_images=255 - digits.train_images)
    monkeypatch.setitem(LOADERS, "digits", lambda: others)
    assert train("--epochs", 1) == 1
    assert "another" in capsys.readouterr().err
    assert train("--epochs", 1, "--seed", 1) == 0


def test_stopped_between_weights_and_record(train, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(runs.run, "save_record", interrupt)
        assert train("--epochs", 1) == 130
    assert train("--epochs", 1) == 0
    names = {path.name for path in (tmp_path / "nn1l").iterdir()}
    assert names == {"seed-0.json", "seed-0.npz"}


def test_stopped_before_the_weights(train, tmp_path, monkeypatch):
    """A record says that all is done; so it comes last."""
    with monkeypatch.context() as patch:
        patch.setattr(runs.run, "save_weights", interrupt)
        assert train("--epochs", 1) == 130
    assert not (tmp_path / "nn1l" / "seed-0.json").exists()
    assert train("--epochs", 1) == 0
    assert {path.name for path in (tmp_path / "nn1l").iterdir()} == {"seed-0.json", "seed-0.npz"}


def test_a_damaged_checkpoint_is_named(train, tmp_path, capsys):
    path = tmp_path / "nn1l" / "seed-0.checkpoint.npz"
    path.parent.mkdir()
    path.write_text("damaged")
    assert train("--epochs", 1) == 1
    assert f"{path} is not a checkpoint" in capsys.readouterr().err
    assert path.read_text() == "damaged"


@pytest.mark.parametrize("words, problem", [
    (["train", "lenet6"], "there is no system 'lenet6'; there are: .*nn1l.*lenet5"),
    (["train", "nn1l", "--data", "digits", "--seed", "-1"], "seed must not be negative"),
])  # fmt: skip
def test_problems_are_stated(words, problem, tmp_path, capsys):
    assert cli.main([*words, "--directory", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert re.match(f"course train: .*{problem}", err) and out == ""
    assert list(tmp_path.iterdir()) == []


def test_no_epochs(train, capsys):
    assert train("--epochs", 0) == 1
    assert "epochs" in capsys.readouterr().err


def test_the_system_that_was_probably_meant(course, capsys):
    assert course("train", "lenet") == 1
    assert capsys.readouterr().err.endswith("; did you mean lenet5?\n")
    assert course("train", "zzzzzz") == 1
    assert "mean" not in capsys.readouterr().err


def test_trials_take_the_published_seeds_first(train, tmp_path, capsys):
    assert train("--trials", 3, "--epochs", 1) == 0
    names = sorted(path.name for path in (tmp_path / "nn1l").glob("*.json"))
    assert names == ["seed-0.json", "seed-378039.json", "seed-501968.json"]
    out = capsys.readouterr().out.splitlines()
    accuracies = [100 * load_record("nn1l", seed, tmp_path)["test"]["accuracy"]
                  for seed in (0, 378039, 501968)]  # fmt: skip
    assert len(out) == 4 and len(set(accuracies)) > 1
    assert out[3] == (f"nn1l: {np.mean(accuracies):.2f} % on average over 3 seeds, "
                      f"standard deviation {np.std(accuracies, ddof=1):.2f}")  # fmt: skip


def test_trials_that_have_a_record_are_skipped(train, tmp_path, capsys):
    assert train("--trials", 1, "--epochs", 1) == 0
    record = tmp_path / "nn1l" / "seed-0.json"
    before = record.read_bytes()
    capsys.readouterr()
    assert train("--trials", 2, "--epochs", 1) == 0
    out, err = capsys.readouterr()
    assert f"nn1l, seed 0: skipped, {record} is there already" in err
    assert record.read_bytes() == before
    assert [line.split(",")[1] for line in out.splitlines()[:-1]] == [" seed 378039"]


def test_nothing_begins_where_one_trial_would_overwrite_weights(train, tmp_path, capsys):
    """The third seed has weights of unknown origin: said before hours go into the first two."""
    mine = tmp_path / "nn1l" / "seed-501968.npz"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert train("--trials", 3, "--epochs", 1) == 1
    assert f"{mine} is there already" in capsys.readouterr().err
    assert list(mine.parent.iterdir()) == [mine] and mine.read_text() == "mine"


@pytest.mark.parametrize("words, problem", [
    (("--seed", 3), "is fitted once"), (("--trials", 2), "is fitted once"),
    (("--epochs", 1), "has no epochs"),
])  # fmt: skip
def test_a_classical_system_has_no_chance_and_no_epochs(train, words, problem, tmp_path, capsys):
    assert train(*words, name="gnb") == 1
    assert f"gnb {problem}" in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_classical_system_with_chance_has_seeds(train, digits, tmp_path, capsys, monkeypatch):
    few = replace(
        digits, train_images=digits.train_images[:50], train_labels=digits.train_labels[:50]
    )
    monkeypatch.setitem(LOADERS, "digits", lambda: few)
    assert train("--trials", 2, name="sgd_scaled") == 0
    accuracies = [
        100 * load_record("sgd_scaled", seed, tmp_path)["test"]["accuracy"] for seed in (0, 1)
    ]
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 3 and accuracies[0] != accuracies[1]
    assert out[2].startswith(f"sgd_scaled: {np.mean(accuracies):.2f} % on average over 2 seeds")
    assert (
        train("--seed", 1, name="sgd_scaled") == 1 and "is there already" in capsys.readouterr().err
    )
    assert (
        train("--seed", -1, name="sgd_scaled") == 1
        and "seed must not be negative" in capsys.readouterr().err
    )
    assert train("--epochs", 3, name="sgd_scaled") == 1 and "no epochs" in capsys.readouterr().err


@pytest.mark.parametrize("words", [
    [], ["fly"], ["train"], ["train", "nn1l", "--epochs", "many"],
    ["train", "nn1l", "--seed", "1", "--trials", "2"],
    ["sweep", "nn1l", "--seeds", "1", "--trials", "2"],
    ["table", "--json", "--markdown"], ["predict"],
])  # fmt: skip
def test_wrong_usage(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2 and "usage: course" in capsys.readouterr().err


def test_output_that_nobody_reads_is_no_problem(course, monkeypatch, tmp_path, capsys):
    """`course zoo | head -1`: the reader goes away while we write."""
    class Closed:
        def write(self, text):
            raise BrokenPipeError

        def flush(self):
            pass

        def fileno(self):
            return file.fileno()

    with open(tmp_path / "stdout", "w") as file:
        monkeypatch.setattr("sys.stdout", Closed())
        assert course("zoo") == 1
    assert capsys.readouterr().err == ""
