"""Runs of each kind: what a finished one leaves, and that nobody else touches it."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from course_lib import cli, zoo
from course_lib.data import load_digits28
from course_lib.nn import Dense
from course_lib.runs import claim, evaluate_system, load_record, make_run, run
from course_lib.runs.run import ClassicalRun, EnsembleRun, NetworkRun
from course_lib.training.checkpoint import load_checkpoint


@pytest.fixture(scope="module")
def digits():
    return load_digits28()


def run_of(name, directory, seed=0, epochs=1):
    return make_run(zoo.get_system(name), seed, directory, epochs)


def files(directory):
    return {path.name: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def no_epoch(*words, **more):
    pytest.fail("the training has begun")


@pytest.mark.parametrize("system", zoo.SYSTEMS.values(), ids=zoo.SYSTEMS)
def test_each_system_has_a_run_of_its_kind(system, tmp_path):
    kinds = {zoo.System: NetworkRun, zoo.ClassicalSystem: ClassicalRun, zoo.Ensemble: EnsembleRun}
    assert type(make_run(system, 0, tmp_path)) is kinds[type(system)]


@pytest.mark.parametrize(
    "name, kept", [("nn1l", {"seed-0.json", "seed-0.npz"}), ("gnb", {"seed-0.json"})]
)
def test_a_whole_run_leaves_what_it_is_to_keep(name, kept, digits, tmp_path):
    one = run_of(name, tmp_path, epochs=1 if name == "nn1l" else None)
    record = one.carry_out(digits, progress=False)
    assert json.loads(json.dumps(record)) == load_record(name, 0, tmp_path)
    assert set(files(tmp_path)) == kept


@pytest.mark.parametrize("name", ["nn1l", "gnb"])
def test_a_run_that_is_done_is_not_done_again(name, digits, tmp_path, monkeypatch):
    one = run_of(name, tmp_path, epochs=1 if name == "nn1l" else None)
    one.carry_out(digits, progress=False)
    before = files(tmp_path)
    for step in ("train_system", "measure"):
        monkeypatch.setattr(run, step, no_epoch)
    for again in (one.check, lambda: one.carry_out(digits, progress=False)):
        with pytest.raises(ValueError, match="seed-0.json is there already; move it away"):
            again()
    assert files(tmp_path) == before


def test_whoever_comes_second_loses_nothing_of_the_first(digits, tmp_path):
    """Two trainings that did not see each other, as on a disk without locks: the record holds."""
    first, second = run_of("nn1l", tmp_path), run_of("nn1l", tmp_path, epochs=2)
    late = second.train(digits, progress=False)
    second.checkpoint.unlink()
    first.carry_out(digits, progress=False)
    before = files(tmp_path)
    with pytest.raises(FileExistsError, match="seed-0.json exists already"):
        second.finish(*late)
    assert files(tmp_path) == before
    assert cli.main(["evaluate", "nn1l", "--directory", str(tmp_path)]) == 0


def commands(directory):
    more = ["--epochs", "1", "--data", "digits", "--directory", str(directory), "--quiet"]
    return {"train": ["train", "nn1l", *more], "trials": ["train", "nn1l", "--trials", "2", *more],
            "sweep": ["sweep", "nn1l", "--seeds", "1", "0", *more],
            "classical": ["train", "gnb", "--data", "digits", "--directory", str(directory)]}


@pytest.mark.parametrize("command", ["train", "trials", "sweep", "classical"])
def test_a_run_that_another_process_has_is_named_before_the_first_epoch(
    command, tmp_path, monkeypatch, capsys
):
    for step in ("train_system", "measure"):
        monkeypatch.setattr(run, step, no_epoch)
    monkeypatch.setattr("course_lib.cli.sweep.dask_client", no_epoch)
    name = "gnb" if command == "classical" else "nn1l"
    path = tmp_path / name / "seed-0.claim"
    with claim.claim(path):
        before = files(tmp_path)
        assert cli.main(commands(tmp_path)[command]) == 1
        assert files(tmp_path) == before
    assert f"{path.with_suffix('')} is being trained by another process" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "trials", "sweep", "classical"])
@pytest.mark.parametrize("kind", ["a file", "no permission"])
def test_a_folder_that_cannot_be_written_is_named_before_the_first_epoch(
    command, kind, tmp_path, monkeypatch, capsys
):
    for step in ("train_system", "measure"):
        monkeypatch.setattr(run, step, no_epoch)
    monkeypatch.setattr("course_lib.cli.sweep.dask_client", no_epoch)
    folder = tmp_path / "results"
    if kind == "a file":
        folder.touch()
    else:  # as the system says it to those who are not root
        def refused(path, *words):
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(claim.os, "open", refused)
    assert cli.main(commands(folder)[command]) == 1
    assert str(folder) in capsys.readouterr().err


def test_two_at_once_from_the_command_line(tmp_path):
    """One of them trains, the other one is told so; and the record is that of the weights."""
    command = [sys.executable, "-m", "course_lib.cli", *commands(tmp_path)["train"]]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)]  # fmt: skip
    errors = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert (
        sum("is being trained by another process" in e or "is there already" in e for e in errors)
        == 1
    )
    assert set(files(tmp_path)) == {"seed-0.json", "seed-0.npz"}
    assert cli.main(["evaluate", "nn1l", "--directory", str(tmp_path)]) == 0


def test_a_checkpoint_of_the_run_that_is_recorded_goes(digits, tmp_path, monkeypatch):
    """Killed between its record and the end, a run leaves one behind."""
    one = run_of("nn1l", tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(NetworkRun, "_remove_checkpoint", lambda run: None)
        one.carry_out(digits, progress=False)
    part = one.record.parent / ".seed-0.checkpoint.npz.1f.part"
    part.write_text("half")
    assert one.checkpoint.exists()
    with pytest.raises(ValueError, match="is there already"):
        one.check()
    assert set(files(tmp_path)) == {"seed-0.json", "seed-0.npz"}


def test_a_checkpoint_of_another_run_beside_a_record_stays(digits, tmp_path):
    """It may be hours of somebody's time, and the record one that was copied there."""
    other = run_of("nn1l", tmp_path, epochs=2)
    other.train(digits, progress=False)
    saved = other.checkpoint.read_bytes()
    other.checkpoint.unlink()
    run_of("nn1l", tmp_path).carry_out(digits, progress=False)
    other.checkpoint.write_bytes(saved)
    assert cli.main(commands(tmp_path)["train"]) == 1
    assert len(load_checkpoint(other.checkpoint)[1]["history"]) == 2


@pytest.mark.parametrize("name", ["nn1l", "lenet5"])
def test_each_test_image_is_passed_through_once(name, digits, monkeypatch):
    """359 images, not 718."""
    system, passed = zoo.get_system(name), []
    network = system.build(np.random.default_rng(0))
    last = Dense.forward

    def counted(layer, x, training=False):
        if layer.n_out == 10:
            passed.append(len(x))
        return last(layer, x, training)

    monkeypatch.setattr(Dense, "forward", counted)
    found = evaluate_system(system, network, digits.test_images, digits.test_labels)
    assert sum(passed) == found["n"] == 359


@pytest.mark.parametrize("epochs", [None, 3])
def test_epochs_are_those_of_the_recipe_or_others(epochs, tmp_path):
    one = run_of("nn1l", tmp_path, epochs=epochs)
    assert one.n_epochs == (epochs or 20) and replace(one, seed=4).n_epochs == one.n_epochs


def test_only_networks_and_ensembles_are_scored(tmp_path):
    with pytest.raises(ValueError, match="gnb .*is not a network.*Networks are: nn1l"):
        run_of("gnb", tmp_path, epochs=None).scorer()
