"""Records and weights: what goes in comes out, nothing is unpickled, errors name the choices."""

import numpy as np
import pytest

from course_lib.runs import load_record, load_weights, record_path, save_record, save_weights
from course_lib.runs.records import machine, results_directory, round_weights

RECORD = {"name": "lenet5", "seed": 3, "epochs": [{"loss": 0.1 + 0.2}], "test": {"accuracy": 0.99}}


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


def test_a_record_is_not_overwritten(tmp_path):
    save_record(RECORD, tmp_path)
    with pytest.raises(FileExistsError):
        save_record({**RECORD, "loss": 0.5}, tmp_path)
    assert load_record("lenet5", 3, tmp_path) == RECORD


def test_a_run_that_diverged_can_be_recorded(tmp_path):
    """JSON has no word for infinity and for what is not a number: they become null."""
    epochs = [{"loss": float("nan")}, {"loss": float("inf")}, {"loss": 0.5}]
    save_record({**RECORD, "epochs": epochs}, tmp_path)
    assert [e["loss"] for e in load_record("lenet5", 3, tmp_path)["epochs"]] == [None, None, 0.5]


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
