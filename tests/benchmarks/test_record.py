"""A busy machine is noticed, and its times do not replace a record."""

import json
from argparse import Namespace

import numpy as np
import pytest

pytest.importorskip("sklearn")
from benchmarks import __main__ as bench
from benchmarks.timing import BUSY_SHARE, BUSY_SPREAD, reasons_to_doubt, spread, turns


def found(share=0.0, **spreads):
    row = {"name": "a step", "spread": {"ours": 0.0, "peer": 0.0, **spreads}}
    return {"rows": [row], "load_before": {"share": share, "average": 0.0}}


def write(found, path, force=False):
    return bench._write(found, Namespace(record=path, force=force))


def test_a_quiet_run_leaves_no_doubt_and_is_written(tmp_path, capsys):
    path = tmp_path / "record.json"
    path.write_text("old")
    assert write(found(BUSY_SHARE, ours=BUSY_SPREAD), path) == 0
    assert json.loads(path.read_text())["doubts"] == []
    assert [p.name for p in tmp_path.iterdir()] == ["record.json"]


@pytest.mark.parametrize("run, words", [
    (found(share=0.6), "other programs used 60 %"),
    (found(ours=0.5), "a step: the turns of ours differ by 50 %"),
    (found(peer=0.5), "a step: the turns of peer differ by 50 %"),
])  # fmt: skip
def test_a_busy_run_does_not_replace_a_record(run, words, tmp_path, capsys):
    path = tmp_path / "record.json"
    path.write_text("old")
    assert write(run, path) == 1
    assert path.read_text() == "old"
    assert words in json.loads((tmp_path / "record.busy.json").read_text())["doubts"][0]
    said = capsys.readouterr().err
    assert words in said and "--force" in said
    assert write(run, path, force=True) == 0
    assert words in json.loads(path.read_text())["doubts"][0]


def test_the_first_record_may_be_a_doubtful_one_but_says_so(tmp_path, capsys):
    assert write(found(share=1.0), tmp_path / "record.json") == 0
    assert json.loads((tmp_path / "record.json").read_text())["doubts"]


def test_spread_is_that_of_the_middle_half():
    assert spread(np.array([10.0, 10.0, 10.0, 10.0, 99.0])) == 0
    assert spread(np.array([1.0, 2.0, 3.0, 4.0, 5.0])) == pytest.approx(2 / 3)


def test_contenders_take_turns():
    calls = []
    times = turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")},
                  rounds=4, seconds=1e-9)  # fmt: skip
    assert "".join(calls) == "aabb" + "ab" * 4
    assert {name: len(t) for name, t in times.items()} == {"a": 4, "b": 4}


def test_every_doubt_is_told():
    rows = found(ours=0.4, peer=0.5)["rows"]
    assert len(reasons_to_doubt(0.5, rows * 2)) == 5
