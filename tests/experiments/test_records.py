"""The frame around the experiments: records, the command, and what is committed."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from scipy import stats

from course_lib.runs import load_experiment
from course_lib.runs.records import experiment_path
from experiments import NAMES, common, find, records
from experiments.__main__ import main

COMMITTED = sorted((Path(__file__).parents[2] / "results" / "experiments").glob("*.json"))


def test_interval_is_students(rng):
    values = rng.normal(size=7)
    found = common.summary(values)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert found["interval"] == pytest.approx(list(expected))
    assert (found["n"], found["mean"]) == (7, pytest.approx(values.mean()))
    assert common.summary([0.5])["interval"] is None


def test_draw_is_a_subset_without_repetition():
    drawn = common.draw([3, 5, 7, 9, 11], 3, seed=0)
    assert len(set(drawn)) == 3 and set(drawn) <= {3, 5, 7, 9, 11}
    assert common.draw([3, 5], 10, seed=0).tolist() == [3, 5]


def test_record_is_complete_and_can_be_loaded(digits, tmp_path):
    module = SimpleNamespace(__name__="experiments.fake", QUESTION="Does it work?",
                             SETTINGS={"a": 1, "b": 2}, run=lambda dataset, a, b: {"sum": a + b})
    record = records.measure(module, digits, tmp_path, {"b": 5})
    path = records.save(record, tmp_path)
    assert path == tmp_path / "experiments" / "fake.json"
    again = load_experiment("fake", tmp_path)
    assert again["settings"] == {"a": 1, "b": 5} and again["results"] == {"sum": 6}
    assert {"schema", "experiment", "question", "dataset", "images", "seconds", "machine",
            "date"} <= set(again)
    records.save({**record, "question": "And again?"}, tmp_path)
    assert load_experiment("fake", tmp_path)["question"] == "And again?"


def test_missing_record_says_how_it_is_made(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m experiments leak"):
        load_experiment("leak", tmp_path)


def test_list_names_every_experiment_with_its_question(capsys):
    main(["--list"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert all(line.endswith("?") for line in lines)


@pytest.mark.parametrize(("arguments", "message"), [
    ([], "name an experiment"),
    (["leek"], "there is no experiment 'leek'"),
    (["leak", "--data", "digits"], "--directory"),
])
def test_command_says_what_is_wrong(arguments, message, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    assert message in capsys.readouterr().err


def test_command_writes_a_record(trained, capsys, monkeypatch):
    module = find("corrupted")
    monkeypatch.setitem(module.SETTINGS, "n_images", 20)
    monkeypatch.setitem(module.SETTINGS, "classical", [])
    main(["corrupted", "--data", "digits", "--directory", str(trained)])
    assert load_experiment("corrupted", trained)["dataset"] == "embedded digits"
    assert "record in" in capsys.readouterr().err
    experiment_path("corrupted", trained).unlink()


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_record_is_that_of_the_experiment_as_it_stands(path):
    record, module = json.loads(path.read_text()), find(path.stem)
    assert record["dataset"] == "MNIST" and record["experiment"] == path.stem
    assert record["question"] == module.QUESTION
    assert record["settings"] == json.loads(json.dumps(module.SETTINGS))


def test_every_experiment_has_a_committed_record():
    assert {path.stem for path in COMMITTED} == set(NAMES)
