"""Records and weights: what goes in comes out, nothing is unpickled, errors name the choices."""

import json

import numpy as np
import pytest

from course_lib.runs import (
    form,
    load_experiment,
    load_record,
    load_weights,
    record_path,
    save_record,
    save_weights,
)
from course_lib.runs.files import results_directory
from course_lib.runs.records import as_json, machine
from course_lib.runs.weights import round_weights

SCORES = {"accuracy": 0.9, "errors": 1, "n": 10, "errors_by_half": [1, 0]}
EPOCH = {"epoch": 1, "learning_rate": 0.001, "train_loss": 0.1 + 0.2, "train_accuracy": 0.9,
         "validation_loss": 0.5, "validation_accuracy": 0.9}  # fmt: skip
RECORD = {"name": "lenet5", "seed": 3, "dataset": "MNIST", "parameters": 61_706,
          "images": {"train": 80, "validation": 10, "test": 10},
          "recipe": {"epochs": 1, "keep_best_of_last": 1}, "epochs": [EPOCH], "selected_epoch": 1,
          "published_way": {"accuracy": 0.9}, "test": {**SCORES, "loss": 0.5},
          "seconds": {"train": 3.5, "predict_test": 1}}  # fmt: skip


def test_record_round_trip(tmp_path):
    path = save_record(RECORD, tmp_path)
    assert path == record_path("lenet5", 3, tmp_path) == tmp_path / "lenet5" / "seed-3.json"
    assert load_record("lenet5", 3, tmp_path) == RECORD


def test_directory_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_RESULTS_DIR", str(tmp_path))
    assert results_directory() == tmp_path
    assert save_record(RECORD).is_relative_to(tmp_path) and load_record("lenet5", 3) == RECORD


def test_a_missing_record_names_those_that_exist(tmp_path):
    with pytest.raises(FileNotFoundError, match="'lenet5' with seed 0; there are: none"):
        load_record("lenet5", 0, tmp_path)
    for name, seed in (("nn1l", 7), ("lenet5", 3)):
        save_record({"name": name, "seed": seed}, tmp_path)
    for name, seed in (("lenet5", 0), ("vgg", 3)):
        with pytest.raises(FileNotFoundError, match=r"lenet5 \(seed 3\), nn1l \(seed 7\)"):
            load_record(name, seed, tmp_path)


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(tmp_path, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(tmp_path), "iterdir", refused)
    with pytest.raises(PermissionError, match=str(tmp_path)):
        load_record("lenet5", 0, tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere, does not exist; name the one"):
        load_record("lenet5", 0, tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"experiment": "x", "dataset": "MNIST"}'])
def test_a_damaged_record_of_an_experiment_is_named(text, tmp_path):
    path = tmp_path / "experiments" / "leak.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ValueError, match=f"{path} is not a record that can be read"):
        load_experiment("leak", tmp_path)


@pytest.mark.parametrize("value", ["", None])
def test_a_variable_that_is_empty_is_as_good_as_none(value, monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_RESULTS_DIR", raising=False)
    expected = results_directory()
    if value is not None:
        monkeypatch.setenv("COURSE_RESULTS_DIR", value)
    monkeypatch.chdir(tmp_path)
    assert results_directory() == expected != type(tmp_path)()
    assert load_record("nn1l", 0)["name"] == "nn1l"


def test_home_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COURSE_RESULTS_DIR", "~/mine")
    assert results_directory() == tmp_path / "mine"


@pytest.mark.parametrize("path", sorted(results_directory().glob("*/*.json")), ids=str)
def test_committed_records_have_the_form_that_is_read(path):
    """All of them, in either version of the schema."""
    if path.parent.name == "experiments":
        assert load_experiment(path.stem)["results"]
    else:
        assert (
            load_record(path.parent.name, int(path.stem.removeprefix("seed-")))["test"]["n"]
            == 10_000
        )


def test_what_is_read_is_what_the_schema_of_committed_records_demands():
    """So the two descriptions of a record cannot drift apart."""
    schema = json.loads((results_directory() / "schema.json").read_text())["$defs"]
    kinds = {"recipe": "network", "members": "ensemble", "model": "classical"}
    assert set(form.KINDS) == set(kinds)
    for key, kind in kinds.items():
        assert undemanded(form.KINDS[key], schema[kind]) == []
    assert undemanded(form.EXPERIMENT, schema["experiment"]) == []


def undemanded(wanted, schema, where=""):
    """Keys of a form that a schema does not require."""
    if isinstance(wanted, list):
        return undemanded(wanted[0], schema["items"], where)
    if not isinstance(wanted, dict):
        return []
    found = []
    for key, inner in wanted.items():
        if not key.endswith("?") and key not in schema["required"]:
            found.append(where + key)
        elif wanted:
            found += undemanded(
                inner, schema["properties"][key.removesuffix("?")], f"{where}{key}."
            )
    return found


def test_a_record_is_not_overwritten(tmp_path):
    save_record(RECORD, tmp_path)
    with pytest.raises(FileExistsError):
        save_record({**RECORD, "selected_epoch": 2}, tmp_path)
    assert load_record("lenet5", 3, tmp_path) == RECORD


def test_a_run_that_diverged_can_be_recorded(tmp_path):
    """JSON has no word for infinity and for what is not a number: they become null."""
    epochs = [{**EPOCH, "train_loss": loss} for loss in (float("nan"), float("inf"), 0.5)]
    save_record({**RECORD, "epochs": epochs}, tmp_path)
    read = load_record("lenet5", 3, tmp_path)
    assert [e["train_loss"] for e in read["epochs"]] == [None, None, 0.5]


def test_json_can_be_read_back():
    value = {"a": [1, 2.5, None, True, "x"], "b": {"c": []}, "d": [[1, 2], [3]], "e": {},
             "f": [{"g": 1e-12}], "h": "ü \" \n"}
    assert json.loads(as_json(value)) == value


def test_numbers_that_json_cannot_hold_become_null():
    value = {"a": float("nan"), "b": [float("inf"), 1.0]}
    assert json.loads(as_json(value)) == {"a": None, "b": [None, 1.0]}


def test_numbers_of_numpy_are_not_written_by_accident():
    with pytest.raises(TypeError):
        as_json({"a": np.float32(1)})


def test_machine_says_what_was_measured_on():
    facts = machine()
    assert facts["numpy"] == np.__version__ and facts["cores"] >= 1
    assert all(facts[key] for key in ("processor", "system", "python", "blas", "course_lib"))


def test_weights_round_trip(make_network, tmp_path):
    saved, loaded = make_network(1), make_network(2)
    round_weights(saved)
    save_weights(saved, tmp_path / "w.npz")
    arrays = {name: p for name, p in loaded.params.items()}
    load_weights(loaded, tmp_path / "w.npz")
    for name, p in loaded.params.items():
        np.testing.assert_array_equal(p, saved.params[name])
        assert p is arrays[name], "the arrays of the network are filled, not replaced"
    assert list(tmp_path.iterdir()) == [tmp_path / "w.npz"]


def test_weights_need_no_pickle(make_network, tmp_path):
    save_weights(make_network(1), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz", allow_pickle=False) as file:
        assert {file[name].dtype for name in file.files} == {np.dtype(np.float16)}


def test_rounding_is_what_is_stored(make_network, tmp_path):
    """The network that was scored is the one in the file, also where float16 is too small."""
    network, loaded = make_network(1), make_network(2)
    before = {name: w.copy() for name, w in network.params.items()}
    large = next(name for name, w in network.params.items() if w.ndim > 1)
    network.params[large].flat[0] = before[large].flat[0] = 70_000
    round_weights(network)
    save_weights(network, tmp_path / "w.npz")
    load_weights(loaded, tmp_path / "w.npz")
    for name, w in loaded.params.items():
        np.testing.assert_array_equal(w, network.params[name])
        np.testing.assert_allclose(w, before[name], rtol=2**-11, atol=1e-7)
    assert loaded.params[large].flat[0] == 70_000
    np.testing.assert_array_equal(loaded.params[large], before[large])


class Payload:
    """Unpickling this would run code."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def test_a_pickle_among_weights_is_not_loaded(make_network, tmp_path):
    network = make_network(1)
    arrays = network.params | {"1.W": np.array([Payload()], dtype=object)}
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_weights(network, tmp_path / "w.npz")


def test_weights_of_another_network(make_network, tmp_path):
    network = make_network(1)
    last = list(network.params)[-2]
    for arrays, problem in [
        ({k: v for k, v in network.params.items() if k != last}, f"{last}.*not in both"),
        (network.params | {"99.W": np.zeros(3)}, "99.W.*not in both"),
        (network.params | {last: np.zeros((3, 3))}, rf"{last} has shape \(3, 3\)"),
    ]:
        np.savez(tmp_path / "w.npz", **arrays)
        with pytest.raises(ValueError, match=problem):
            load_weights(network, tmp_path / "w.npz")
