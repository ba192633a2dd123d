"""`course zoo` and `course table`: what is published and what the records say."""

import json
import statistics

import numpy as np
import pytest
from scipy import stats

from course_lib import zoo
from course_lib.training import save_record


def network_record(name, seed, errors, dataset="MNIST", epochs=None, train=10.0, **machine):
    epochs = zoo.get_system(name).recipe.epochs if epochs is None else epochs
    return {"name": name, "seed": seed, "dataset": dataset, "recipe": {"epochs": epochs},
            "test": {"errors": errors, "n": 10_000}, "machine": machine,
            "seconds": {"train": train, "predict_test": train / 10}}  # fmt: skip


def classical_record(name, theirs, ours):
    def part(errors):
        return {"test": {"errors": errors, "n": 10_000},
                "seconds": {"train": 60.0 + errors, "predict_test": 0.25}}  # fmt: skip

    return {"name": name, "seed": 0, "dataset": "MNIST", "machine": {}, **part(theirs), "ours": part(ours)}


@pytest.fixture
def records(tmp_path):
    """Three runs of nn1l, one of lenet5, one of gnb; and some that must not count."""
    for record in [
        network_record("nn1l", 378039, 720, train=30.0), network_record("nn1l", 0, 700, train=20.0),
        network_record("nn1l", 5, 730, train=10.0, runs_at_once=2),
        network_record("lenet5", 0, 77),
        network_record("lenet5", 1, 9_000, epochs=1),
        network_record("lenet5", 2, 9_000, dataset="embedded digits"),
        classical_record("gnb", 4442, 4400),
    ]:  # fmt: skip
        save_record(record, tmp_path)
    return tmp_path


def rows_of(course, capsys, command, *words):
    assert course(command, "--json", *words) == 0
    return json.loads(capsys.readouterr().out)


def test_zoo_lists_every_system(course, records, capsys):
    assert course("zoo", "--directory", records) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(zoo.SYSTEMS)
    line = lines[list(zoo.SYSTEMS).index("lenet5")]
    assert "LeNet-5" in line
    assert " ".join(line.split()[2:]) == "61,706 99.26 (n = 5) 99.23 1 000"
    # Columns stand under each other.
    assert {line.index(system.title) for line, system in zip(lines, zoo.SYSTEMS.values())} == {
        header.index("system")}  # fmt: skip


def test_zoo_as_json(course, records, capsys):
    rows = rows_of(course, capsys, "zoo", "--directory", records)
    assert [row["name"] for row in rows] == list(zoo.SYSTEMS)
    for row in rows:
        system = zoo.SYSTEMS[row["name"]]
        assert (row["title"], row["source"]) == (system.title, system.source)
        assert json.dumps(row["published"]) == json.dumps(system.published)
        if isinstance(system, zoo.System):
            params = zoo.build(row["name"], np.random.default_rng(0)).params
            assert row["parameters"] == sum(p.size for p in params.values())
    assert sum(row["ours"] is not None for row in rows) == 3


def test_several_seeds(course, records, capsys):
    rows = rows_of(course, capsys, "table", "--directory", records)
    [ours] = [row["ours"] for row in rows if row["name"] == "nn1l"]
    assert ours["seeds"] == [0, 5, 378039] and ours["accuracy"] == [93.0, 92.7, 92.8] and ours["n"] == 3
    assert ours["mean"] == pytest.approx(np.mean([93.0, 92.7, 92.8]))
    assert ours["spread"] == pytest.approx(np.std([93.0, 92.7, 92.8], ddof=1))
    assert ours["train_seconds"] == 20 and ours["predict_seconds"] == 2
    assert ours["runs_at_once"] == 2 and "interval" not in ours


def test_one_seed_has_an_interval(course, records, capsys):
    rows = rows_of(course, capsys, "table", "--directory", records)
    [ours] = [row["ours"] for row in rows if row["name"] == "lenet5"]
    expected = stats.binomtest(10_000 - 77, 10_000).proportion_ci(method="wilson")
    assert ours["interval"] == pytest.approx([100 * expected.low, 100 * expected.high], rel=1e-4)
    assert ours["mean"] == 99.23 and ours["n"] == 1 and "spread" not in ours


def test_classical_systems_have_two_rows(course, records, capsys):
    rows = [row for row in rows_of(course, capsys, "table", "--directory", records)
            if row["name"] == "gnb"]  # fmt: skip
    assert [row["model"] for row in rows] == ["course_lib", "scikit-learn"]
    assert [row["ours"]["mean"] for row in rows] == [56.0, 55.58]
    assert [row["ours"]["train_seconds"] for row in rows] == [4460, 4502]
    [row] = [r for r in rows_of(course, capsys, "zoo", "--directory", records) if r["name"] == "gnb"]
    assert row["ours"]["mean"] == 56.0


def test_table_as_text(course, records, capsys):
    assert course("table", "--directory", records) == 0
    out, err = capsys.readouterr()
    lines = {line.split("  ")[0]: line.split() for line in out.splitlines() if line}
    mean, spread = statistics.mean([93, 92.7, 92.8]), statistics.stdev([93, 92.7, 92.8])
    assert lines["nn1l"][1:] == ["92.78", "(n", "=", "5)", f"{mean:.2f}", "±", f"{spread:.2f}", "3",
                                 "7,850", "20.0*", "2.00*"]  # fmt: skip
    assert " ".join(lines["lenet5"]) == "lenet5 99.26 (n = 5) 99.23 99.04 to 99.38 1 61,706 10.0 1.00"
    assert " ".join(lines["gnb, scikit-learn"][-5:]) == "56.55 1 - 4,502.0 0.25"
    assert lines["vgg"][1:] == ["98.60", "-", "-", "-", "594,922", "-", "-"]
    assert "* measured while other runs shared the machine" in out
    assert err.splitlines() == ["left out: lenet5, seed 1: 1 epochs, where the recipe has 20",
                                "left out: lenet5, seed 2: scored on the embedded digits, not on MNIST"]


def test_the_star_is_only_explained_where_there_is_one(course, tmp_path, capsys):
    save_record(network_record("nn1l", 0, 700, runs_at_once=1), tmp_path)
    assert course("table", "--directory", tmp_path) == 0
    assert "*" not in capsys.readouterr().out


def test_table_as_markdown(course, records, capsys):
    assert course("table", "--markdown", "--directory", records) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table == lines[: len(table)] and len(table) > len(zoo.SYSTEMS) + 2
    assert {line.count("|") for line in table} == {9}
    assert "| lenet5 | 99.26 (n = 5) | 99.23 | 99.04 to 99.38 | 1 | 61,706 | 10.0 | 1.00 |" in table
    assert lines[len(table)] == ""


def test_no_records_at_all(course, tmp_path, capsys):
    for words in (("zoo",), ("table",), ("table", "--markdown"), ("table", "--json")):
        assert course(*words, "--directory", tmp_path / "nowhere") == 0
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("text", ["{", "[]", '{"seed": 0}'])
def test_a_damaged_record_is_named(course, records, text, capsys):
    path = records / "nn1l" / "seed-0.json"
    path.write_text(text)
    for command in ("zoo", "table"):
        assert course(command, "--directory", records) == 1
        out, err = capsys.readouterr()
        assert f"{path} is not a record that can be read" in err and out == ""


def test_the_committed_records_are_shown(course, capsys):
    """The table of the book: every record in results/ can be read, and the spine is there."""
    rows = {row["name"]: row["ours"] for row in rows_of(course, capsys, "zoo")}
    assert rows["lenet5"]["mean"] > 99 and rows["gnb"]["mean"] == pytest.approx(55.58, abs=0.05)
