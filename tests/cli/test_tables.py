"""`course zoo` and `course table`: what is published and what the records say."""

import io
import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from course_lib import zoo
from course_lib.runs import save_record, save_weights


def network_record(name, seed, errors, dataset="MNIST", epochs=None, train=10.0, processor=True):
    """Two thirds of the errors fall into the first half; another epoch would have had 10 fewer."""
    epochs = zoo.get_system(name).recipe.epochs if epochs is None else epochs
    seconds = {"train": 3 * train, "predict_test": 3 * train / 10}
    seconds |= {"train_processor": train, "predict_test_processor": train / 10} if processor else {}
    return {"name": name, "seed": seed, "dataset": dataset, "images": IMAGES, "parameters": 1,
            "recipe": {"epochs": epochs, "keep_best_of_last": 1 if name == "vgg" else 4},
            "epochs": [], "selected_epoch": 1, "test": {**scores(errors), "loss": 0.1},
            "published_way": {"accuracy": 1 - (errors - 10) / 10_000},
            "seconds": seconds}  # fmt: skip


IMAGES = {"train": 50_000, "validation": 10_000, "test": 10_000}


def scores(errors):
    return {"accuracy": 1 - errors / 10_000, "errors": errors, "n": 10_000,
            "errors_by_half": [errors - errors // 3, errors // 3]}  # fmt: skip


def classical_record(name, theirs, ours):
    def part(errors):
        return {"test": scores(errors),
                "seconds": {"train": 900.0, "train_processor": 60.0 + errors, "predict_test": 0.75,
                            "predict_test_processor": 0.25}}  # fmt: skip

    record = {"name": name, "seed": 0, "dataset": "MNIST", "images": IMAGES, "model": "theirs",
              **part(theirs)}  # fmt: skip
    return {**record, "ours": part(ours)} if ours else record


@pytest.fixture
def records(tmp_path):
    """Three runs of nn1l, one of lenet5, one of gnb, one of svm; and some that must not count."""
    for record in [
        network_record("nn1l", 378039, 720, train=30.0), network_record("nn1l", 0, 700, train=20.0),
        network_record("nn1l", 5, 730, train=10.0, processor=False),
        network_record("lenet5", 0, 77),
        network_record("lenet5", 1, 9_000, epochs=1),
        network_record("lenet5", 2, 9_000, dataset="embedded digits"),
        classical_record("gnb", 4442, 4400), classical_record("svm", 140, None),
    ]:  # fmt: skip
        save_record(record, tmp_path)
    return tmp_path


def rows_of(course, capsys, command, *words):
    assert course(command, "--json", *words) == 0
    return json.loads(capsys.readouterr().out)


def test_zoo_lists_every_system(course, records, capsys):
    assert course("zoo", "--directory", records) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines]
    assert sorted(names) == sorted(zoo.SYSTEMS)
    line = lines[names.index("lenet5")]
    assert "LeNet-5" in line
    assert " ".join(line.split()[2:]) == "61,706 99.26 (n = 5) 99.23 1 000"
    # Columns stand under each other.
    assert {line.index(zoo.SYSTEMS[name].title) for name, line in zip(names, lines)} == {
        header.index("system")}  # fmt: skip


def test_zoo_as_json(course, records, capsys):
    rows = rows_of(course, capsys, "zoo", "--directory", records)
    assert sorted(row["name"] for row in rows) == sorted(zoo.SYSTEMS)
    for row in rows:
        system = zoo.SYSTEMS[row["name"]]
        assert (row["title"], row["source"]) == (system.title, system.source)
        assert json.dumps(row["published"]) == json.dumps(system.published)
        if isinstance(system, zoo.System):
            params = zoo.build(row["name"], np.random.default_rng(0)).params
            assert row["parameters"] == sum(p.size for p in params.values())
    assert sum(row["ours"] is not None for row in rows) == 4


def test_systems_stand_in_the_order_of_the_book(course, records, capsys):
    """Classical, spine, notes 001 to 004, state of the art; within these as in the zoo."""
    for command in ("zoo", "table"):
        rows = rows_of(course, capsys, command, "--directory", records)
        order = ["classical", "000", "001", "002", "003", "004", "top"]
        groups = [row["group"] for row in rows]
        assert groups == sorted(groups, key=order.index) and set(groups) == set(order)
        for group in order:
            names = list(dict.fromkeys(row["name"] for row in rows if row["group"] == group))
            assert names == [name for name in zoo.SYSTEMS if name in names]
        of = {row["name"]: row["group"] for row in rows}
        assert (of["svm"], of["lenet5"], of["cnn3"], of["lenet5_avg"], of["capsnet"]) == (
            "classical", "000", "001", "003", "top")  # fmt: skip


def test_their_way_only_where_an_epoch_was_chosen(course, tmp_path, capsys):
    for name in ("vgg", "lenet5"):
        save_record(network_record(name, 0, 100), tmp_path)
    rows = {
        row["name"]: row["ours"]
        for row in rows_of(course, capsys, "table", "--directory", tmp_path)
    }
    assert rows["vgg"]["published_way"] is None and rows["lenet5"][
        "published_way"
    ] == pytest.approx(99.1)


def test_several_seeds(course, records, capsys):
    rows = rows_of(course, capsys, "table", "--directory", records)
    [ours] = [row["ours"] for row in rows if row["name"] == "nn1l"]
    assert (
        ours["seeds"] == [0, 5, 378039]
        and ours["accuracy"] == [93.0, 92.7, 92.8]
        and ours["n"] == 3
    )
    assert ours["mean"] == pytest.approx(np.mean([93.0, 92.7, 92.8]))
    assert ours["spread"] == pytest.approx(np.std([93.0, 92.7, 92.8], ddof=1))
    assert ours["errors_by_half"] == pytest.approx([(467 + 480 + 487) / 3, (233 + 240 + 243) / 3])
    assert (
        ours["published_way"] == pytest.approx(np.mean([93.1, 92.8, 92.9]))
        and "interval" not in ours
    )
    # One of the three knows no processor time, so that of the clock is all that can be averaged.
    assert ours["train_seconds"] == 60 and ours["predict_seconds"] == 6
    assert ours["by_the_clock"] == ["train_seconds", "predict_seconds"]


def test_one_seed_has_an_interval(course, records, capsys):
    rows = rows_of(course, capsys, "table", "--directory", records)
    [ours] = [row["ours"] for row in rows if row["name"] == "lenet5"]
    expected = stats.binomtest(10_000 - 77, 10_000).proportion_ci(method="wilson")
    assert ours["interval"] == pytest.approx([100 * expected.low, 100 * expected.high], rel=1e-4)
    assert ours["mean"] == 99.23 and ours["n"] == 1 and "spread" not in ours
    assert (
        ours["train_seconds"] == 10 and ours["predict_seconds"] == 1 and ours["by_the_clock"] == []
    )


def test_classical_systems_have_a_row_for_each_model(course, records, capsys):
    rows = [row for row in rows_of(course, capsys, "table", "--directory", records)
            if row["name"] == "gnb"]  # fmt: skip
    assert [row["model"] for row in rows] == ["course_lib", "scikit-learn"]
    assert [row["ours"]["mean"] for row in rows] == [56.0, 55.58]
    assert [row["ours"]["train_seconds"] for row in rows] == [4460, 4502]
    for command, name, mean in (("zoo", "gnb", 56.0), ("zoo", "svm", 98.6), ("table", "svm", 98.6)):
        [row] = [
            r for r in rows_of(course, capsys, command, "--directory", records) if r["name"] == name
        ]
        assert row["ours"]["mean"] == mean and row["ours"]["published_way"] is None


def test_table_as_text(course, records, capsys):
    assert course("table", "--directory", records) == 0
    out, err = capsys.readouterr()
    lines = {line.split("  ")[0]: line.split() for line in out.splitlines() if line}
    mean, spread = statistics.mean([93, 92.7, 92.8]), statistics.stdev([93, 92.7, 92.8])
    assert " ".join(lines["nn1l"]) == (
        f"nn1l 92.78 (n = 5) {mean:.2f} ± {spread:.2f} 3 478 + 239 92.93 7,850 60.0* 6.00*")
    assert " ".join(lines["lenet5"]) == (
        "lenet5 99.26 (n = 5) 99.23 99.04 to 99.38 1 52 + 25 99.33 61,706 10.0 1.00")
    assert (
        " ".join(lines["gnb, scikit-learn"][-9:]) == "56.55 1 2,962 + 1,480 - 15,690 4,502.0 0.25"
    )
    assert lines["vgg"][1:] == ["98.60", "-", "-", "-", "-", "-", "594,922", "-", "-"]
    assert "* seconds on the clock" in out
    assert err.splitlines() == [
        "left out: lenet5, seed 1: 1 epochs, where the recipe has 20",
        "left out: lenet5, seed 2: scored on the embedded digits, not on MNIST",
    ]


def test_the_star_is_only_explained_where_there_is_one(course, tmp_path, capsys):
    save_record(network_record("nn1l", 0, 700), tmp_path)
    assert course("table", "--directory", tmp_path) == 0
    assert "*" not in capsys.readouterr().out


def test_table_as_markdown(course, records, capsys):
    assert course("table", "--markdown", "--directory", records) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table == lines[: len(table)] and len(table) > len(zoo.SYSTEMS) + 2
    assert {line.count("|") for line in table} == {11}
    lenet5 = ("lenet5", "99.26 (n = 5)", "99.23", "99.04 to 99.38", "1", "52 + 25", "99.33",
              "61,706", "10.0", "1.00")  # fmt: skip
    assert f"| {' | '.join(lenet5)} |" in table
    assert lines[len(table)] == ""


COMMANDS = [("zoo",), ("zoo", "--json"), ("table",), ("table", "--markdown"), ("table", "--json")]


@pytest.mark.parametrize("words", COMMANDS)
def test_an_empty_folder_has_no_records(course, words, tmp_path, capsys):
    assert course(*words, "--directory", tmp_path) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("kind", ["missing", "a file"])
def test_a_mistyped_folder_is_named(course, words, kind, tmp_path, capsys):
    folder = tmp_path / "reuslts"
    if kind == "a file":
        folder.touch()
    assert course(*words, "--directory", folder) == 1
    out, err = capsys.readouterr()
    assert f"{folder}, {'is a file' if kind == 'a file' else 'does not exist'}" in err and out == ""


@pytest.mark.parametrize("words", COMMANDS)
def test_a_folder_that_may_not_be_read_is_named(course, words, records, monkeypatch, capsys):
    """Python's glob takes it for an empty one."""
    listed = Path.iterdir

    def refused(path):
        if path == records / "nn1l":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refused)
    assert course(*words, "--directory", records) == 1
    out, err = capsys.readouterr()
    assert f"Permission denied: '{records / 'nn1l'}'" in err and out == ""


def test_systems_are_listed_before_anything_is_recorded(course, tmp_path, monkeypatch, capsys):
    """By the folder that nobody named; one that somebody named must be there."""
    monkeypatch.setattr("course_lib.runs.files.results_directory", lambda: tmp_path / "results")
    monkeypatch.delenv("COURSE_RESULTS_DIR", raising=False)
    assert course("zoo") == 0 and course("table") == 1
    monkeypatch.setenv("COURSE_RESULTS_DIR", str(tmp_path / "results"))
    assert course("zoo") == 1


DAMAGES = {
    "empty": "", "cut": '{"name"', "list": "[]", "null": "null", "no keys": "{}", "number": "7",
    "latin-1": b'{"name": "\xe9"}', "nested": "[" * 100_000,
    **{f"without {key}": {key: None}
       for key in ("name", "seed", "dataset", "images", "recipe", "test", "seconds",
                   "published_way", "parameters", "epochs")},
    "seed as text": {"seed": "0"}, "another seed": {"seed": 1}, "another name": {"name": "nn2l"},
    "errors as text": {"test": {"errors": "7"}}, "n of 0": {"test": {"n": 0}},
    "accuracy NaN": {"test": {"accuracy": float("nan")}}, "percent": {"test": {"accuracy": 93.0}},
    "loss infinite": {"test": {"loss": float("inf")}}, "true": {"test": {"errors": True}},
    "three halves": {"test": {"errors_by_half": [1, 2, 3]}}, "seconds a number": {"seconds": 5},
    "time as text": {"seconds": {"train_processor": "10"}},
    "time negative": {"seconds": {"train": -1}},
    "test a list": {"test": [1]}, "epochs of the recipe": {"recipe": {"epochs": 0}},
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_record_is_named(course, records, damage, capsys, monkeypatch):
    """By every command that reads it, with what is wrong."""
    path = records / "nn1l" / "seed-0.json"
    if isinstance(damage, dict):
        record = json.loads(path.read_text())
        for key, value in damage.items():
            if value is None:
                del record[key]
            elif isinstance(value, dict) and isinstance(record[key], dict):
                record[key].update(value)
            else:
                record[key] = value
        damage = json.dumps(record)
    path.write_bytes(damage if isinstance(damage, bytes) else damage.encode())
    save_weights(zoo.build("nn1l", np.random.default_rng(0)), path.with_suffix(".npz"))
    monkeypatch.setattr("course_lib.cli.evaluate.load_dataset", pytest.fail)
    for words in (*COMMANDS, ("evaluate", "nn1l"), ("train", "nn1l", "--trials", 1)):
        assert course(*words, "--directory", records) == 1
        out, err = capsys.readouterr()
        assert f"{path} is not a record that can be read (" in err and out == ""
        assert err.endswith("restore it, or move it away\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_that_lacks_letters(course, records, encoding, monkeypatch):
    """The plus-minus sign of the spread is spelled; nothing ends at the first strange letter."""
    for words in COMMANDS:
        with io.TextIOWrapper(io.BytesIO(), encoding=encoding) as terminal:
            monkeypatch.setattr("sys.stdout", terminal)
            assert course(*words, "--directory", records) == 0
            terminal.flush()
            text = terminal.buffer.getvalue().decode(encoding)
        if words == ("table",):
            assert ("+/- 0.15" if encoding == "ascii" else "± 0.15") in text


def test_the_committed_records_are_shown(course, capsys):
    """The table of the book: every record in results/ can be read, and the spine is there."""
    rows = {row["name"]: row["ours"] for row in rows_of(course, capsys, "zoo")}
    assert rows["lenet5"]["mean"] > 99 and rows["gnb"]["mean"] == pytest.approx(55.58, abs=0.05)
