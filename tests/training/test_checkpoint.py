"""Files: whole or not at all, and damage is named."""

import numpy as np
import pytest

from course_lib.nn import SoftmaxCrossEntropy
from course_lib.training import arrays_of, evaluate, fit, restore_arrays
from course_lib.training.checkpoint import load_checkpoint, save_checkpoint

ARRAYS = {"network": {"0.W": np.arange(6.0).reshape(2, 3), "0.b": np.zeros(3, np.float32)},
          "optimizer m": {"0.W": np.full((2, 3), np.nan)}}  # fmt: skip
FACTS = {"seed": 3, "history": [{"loss": 0.1 + 0.2}]}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "run.npz"
    save_checkpoint(path, ARRAYS, FACTS)
    return path


def test_round_trip(file):
    arrays, facts = load_checkpoint(file)
    assert facts == FACTS and set(arrays) == set(ARRAYS)
    for group, named in ARRAYS.items():
        assert set(arrays[group]) == set(named)
        for name, a in named.items():
            np.testing.assert_array_equal(arrays[group][name], a)
            assert arrays[group][name].dtype == a.dtype


def test_there_is_no_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match="no checkpoint at .*none.npz"):
        load_checkpoint(tmp_path / "none.npz")


@pytest.mark.parametrize("share", [0, 0.001, 0.2, 0.5, 0.9, 0.999])
def test_truncated(file, share):
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ValueError, match="run.npz is not a checkpoint that can be read.*delete it"):
        load_checkpoint(file)


def test_one_damaged_byte_in_an_array(file):
    content = file.read_bytes()
    value = np.float64(5.0).tobytes()
    assert content.count(value) == 1
    file.write_bytes(content.replace(value, np.float64(4.0).tobytes()))
    with pytest.raises(ValueError, match="run.npz is not a checkpoint"):
        load_checkpoint(file)


def test_any_damaged_byte_is_named_or_harmless(file):
    content = file.read_bytes()
    for position, byte in enumerate(content):
        file.write_bytes(content[:position] + bytes([byte ^ 1]) + content[position + 1 :])
        try:
            arrays, facts = load_checkpoint(file)
        except ValueError:
            continue
        np.testing.assert_equal((arrays, facts), (ARRAYS, FACTS))


def np_save(path, **arrays):
    with open(path, "wb") as file:
        np.savez(file, **arrays)


class Payload:
    """Unpickling this would run code."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("write", [
    lambda path: path.write_text("no checkpoint at all"),
    lambda path: np_save(path, W=np.zeros(3)),
    lambda path: np_save(path, facts=np.frombuffer(b"{not json", np.uint8)),
    lambda path: np_save(path, facts=np.frombuffer(b"{}", np.uint8), W=np.zeros(3)),
    lambda path: np_save(path, facts=np.array([Payload()], dtype=object)),
], ids=["text", "weights", "no JSON", "no group", "pickle"])  # fmt: skip
def test_another_file(tmp_path, write):
    write(tmp_path / "run.npz")
    with pytest.raises(ValueError, match="run.npz is not a checkpoint"):
        load_checkpoint(tmp_path / "run.npz")


def test_a_damaged_checkpoint_stops_the_run(file, make_network, recipe, digits):
    """Starting anew instead would throw the run away without a word."""
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ValueError, match="not a checkpoint"):
        fit(make_network(0), recipe(), *digits, 0, file, progress=False)
    assert file.stat().st_size == 100


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_failure_while_writing_leaves_the_old_file(file, error, monkeypatch):
    old = file.read_bytes()

    def fail(stream, **arrays):
        stream.write(b"half of the n")
        stream.flush()
        assert file.read_bytes() == old
        raise error

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(type(error)):
        save_checkpoint(file, ARRAYS, FACTS)
    assert file.read_bytes() == old and list(file.parent.iterdir()) == [file]


def test_new_content_replaces_the_old(tmp_path):
    path = tmp_path / "new folder" / "run.npz"
    for seed in (1, 2):
        save_checkpoint(path, ARRAYS, {"seed": seed})
    assert load_checkpoint(path)[1] == {"seed": 2} and list(path.parent.iterdir()) == [path]


def test_disk_full_in_the_middle_of_a_run(make_network, recipe, digits, tmp_path, monkeypatch):
    """The third checkpoint cannot be written: the second is still there, whole, and serves."""
    calls, savez = [], np.savez

    def full_at_the_third(file, **arrays):
        calls.append(file)
        if len(calls) == 3:
            file.write(b"PK")
            raise OSError("disk full")
        savez(file, **arrays)

    path, whole = tmp_path / "run.npz", make_network(1)
    fit(whole, recipe(), *digits, 7, progress=False)
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", full_at_the_third)
        with pytest.raises(OSError, match="disk full"):
            fit(make_network(1), recipe(), *digits, 7, path, progress=False)
    assert len(load_checkpoint(path)[1]["history"]) == 2 and list(tmp_path.iterdir()) == [path]
    network = make_network(2)
    fit(network, recipe(), *digits, 7, path, progress=False)
    for name, p in network.params.items():
        np.testing.assert_array_equal(p, whole.params[name])
    assert evaluate(network, *digits[1], SoftmaxCrossEntropy())["n"] == 40


@pytest.mark.parametrize("change", [
    lambda arrays: arrays.pop(next(iter(arrays))),
    lambda arrays: arrays.update({list(arrays)[-1]: np.zeros((1, 1))}),
], ids=["a name less", "another shape"])  # fmt: skip
def test_a_network_that_arrays_do_not_fit_stays_as_it_is(make_network, change):
    network = make_network(1)
    before = {name: a.copy() for name, a in arrays_of(network).items()}
    arrays = {name: a + 1 for name, a in before.items()}
    change(arrays)
    with pytest.raises(ValueError, match="not in both|has shape"):
        restore_arrays(network, arrays)
    for name, a in arrays_of(network).items():
        np.testing.assert_array_equal(a, before[name])
