"""Finding, verifying and downloading, with a tiny source and a web server on this machine."""

import gzip
import hashlib
import threading
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from course_lib.data import (
    BadFileError,
    CorruptGzipError,
    DownloadError,
    MissingDataError,
    TrailingBytesError,
    TruncatedFileError,
    WrongHashError,
    WrongMagicError,
    WrongShapeError,
    write_idx,
)
from course_lib.data.sources import IdxFile, Source, download_missing, is_available, load

IMAGES = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([5, 0, 4], dtype=np.uint8)
IMAGE_BYTES = bytes.fromhex("00000803 00000003 00000002 00000002") + IMAGES.tobytes()
LABEL_BYTES = bytes.fromhex("00000801 00000003") + LABELS.tobytes()
GOOD = {"images": IMAGE_BYTES, "labels": LABEL_BYTES}
NAMES = {"images.gz", "labels.gz"}


def tiny_source(*mirrors):
    return Source(
        name="Tiny",
        variable="COURSE_TINY_DIR",
        files=(
            IdxFile("images", (3, 2, 2), np.uint8, hashlib.sha256(IMAGE_BYTES).hexdigest()),
            IdxFile("labels", (3,), np.uint8, hashlib.sha256(LABEL_BYTES).hexdigest()),
        ),
        mirrors=mirrors,
        loader="load_tiny",
        otherwise="Do without.",
    )


def put(directory, ending="", **contents):
    """Write the good files into a directory, with other contents where given (None: no file)."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in (GOOD | contents).items():
        if content is not None:
            content = gzip.compress(content, mtime=0) if ending == ".gz" else content
            (directory / f"{name}{ending}").write_bytes(content)
    return directory


def assert_good(arrays):
    images, labels = arrays
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


class Mirrors:
    """A web server: what to answer by path, and how often each path was asked for."""

    def __init__(self):
        self.answers = {}  # path -> list of bodies or statuses; the last one stays
        self.asked = Counter()
        mirrors = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                mirrors.asked[self.path] += 1
                answers = mirrors.answers.get(self.path, [404])
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                cut = isinstance(answer, tuple)  # promise more bytes than there are
                body = answer[0] if cut else answer
                if isinstance(body, int):
                    self.send_error(body)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body) + (100 if cut else 0)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def serve(self, mirror, **answers):
        """Let one mirror answer; files that are not named are good."""
        for name, content in GOOD.items():
            answer = answers.get(name, gzip.compress(content, mtime=0))
            answers_in_turn = answer if isinstance(answer, list) else [answer]
            self.answers[f"/{mirror}/{name}.gz"] = answers_in_turn
        return f"{self.address}{mirror}/"


@pytest.fixture
def mirrors(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    web = Mirrors()
    thread = threading.Thread(target=web.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield web
    web.server.shutdown()
    web.server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch, fresh_machine):
    monkeypatch.delenv("COURSE_TINY_DIR", raising=False)


def content_of(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


# Where data are looked for


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_directory_by_argument_comes_first(tmp_path, monkeypatch, fresh_machine, ending):
    monkeypatch.setenv("COURSE_TINY_DIR", str(tmp_path / "nowhere"))
    put(fresh_machine / "tiny", images=b"bad")
    assert_good(load(tiny_source(), put(tmp_path / "given", ending)))


def test_directory_by_variable_comes_second(tmp_path, monkeypatch, fresh_machine):
    monkeypatch.setenv("COURSE_TINY_DIR", str(put(tmp_path / "set")))
    put(fresh_machine / "tiny", images=b"bad")
    assert_good(load(tiny_source()))


def test_cache_comes_third(monkeypatch, fresh_machine):
    monkeypatch.setenv("COURSE_TINY_DIR", "")  # as good as unset
    put(fresh_machine / "tiny", ".gz")
    assert_good(load(tiny_source(), download=False))


def test_download_comes_last_and_fills_the_cache(mirrors, fresh_machine, capsys):
    source = tiny_source(mirrors.serve("a"))
    assert not is_available(source)
    assert_good(load(source))
    assert set(content_of(fresh_machine / "tiny")) == NAMES
    assert is_available(source)
    assert_good(load(source))  # from the cache
    assert mirrors.asked == {"/a/images.gz": 1, "/a/labels.gz": 1}
    assert f"Downloading {mirrors.address}a/images.gz" in capsys.readouterr().err


def test_without_data_and_download_the_error_tells_three_ways(fresh_machine):
    with pytest.raises(MissingDataError) as error:
        load(tiny_source("http://127.0.0.1:1/"), download=False)
    for part in (
        "Tiny is not on this machine",
        '1. Give a directory that holds the files: load_tiny(directory="...")',
        "2. Set the environment variable COURSE_TINY_DIR",
        "3. Do without.",
        "images, labels",
    ):
        assert part in str(error.value)
    assert not fresh_machine.exists()


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_a_named_directory_must_hold_every_file(tmp_path, monkeypatch, mirrors, fresh_machine, how):
    """No silent way around: neither the cache nor a download, and nothing written."""
    source = tiny_source(mirrors.serve("a"))
    put(fresh_machine / "tiny")
    directory = put(tmp_path / "given", labels=None)
    monkeypatch.setenv("COURSE_TINY_DIR", str(directory if how == "variable" else tmp_path))
    with pytest.raises(MissingDataError) as error:
        load(source, directory if how == "argument" else None)
    assert f"{directory} " in str(error.value)
    assert ("COURSE_TINY_DIR" in str(error.value)) == (how == "variable")
    assert "lacks labels." in str(error.value)
    assert "images" not in str(error.value)
    assert mirrors.asked == {}
    assert set(content_of(directory)) == {"images"}


def test_a_named_directory_must_exist(tmp_path):
    with pytest.raises(MissingDataError, match=r"nowhere .*does not exist.*: images, labels"):
        load(tiny_source(), tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["images", "labels"])
def test_a_file_in_place_of_its_directory_is_called_one(tmp_path, monkeypatch, name):
    """People name one of the files, because they look at it."""
    file = put(tmp_path) / name
    with pytest.raises(MissingDataError, match=f"{name} .*is a file; expected the directory"):
        load(tiny_source(), file)
    monkeypatch.setenv("COURSE_TINY_DIR", str(file))
    with pytest.raises(MissingDataError, match="COURSE_TINY_DIR.*is a file"):
        load(tiny_source())


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_names_with_a_dot_before_idx_are_found(tmp_path, ending):
    """As unpackers have left them, in several distributions: train-images.idx3-ubyte."""
    plain = tiny_source()
    names = {"images": "train-images-idx3-ubyte", "labels": "train-labels-idx1-ubyte"}
    source = replace(plain, files=tuple(replace(f, name=names[f.name]) for f in plain.files))
    put(tmp_path, ending)
    (tmp_path / f"images{ending}").rename(tmp_path / f"train-images.idx3-ubyte{ending}")
    with pytest.raises(
        MissingDataError, match="(?s)lacks train-labels-idx1-ubyte.*a dot before idx"
    ):
        load(source, tmp_path)
    (tmp_path / f"labels{ending}").rename(tmp_path / f"train-labels-idx1-ubyte{ending}")
    assert_good(load(source, tmp_path))


def test_home_is_understood(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    put(tmp_path / "given")
    monkeypatch.setenv("COURSE_TINY_DIR", "~/given")
    assert_good(load(tiny_source()))


# Verification

CHANGED = IMAGE_BYTES[:-1] + b"\0"
BAD_IMAGES = [
    (IMAGE_BYTES[:-1], TruncatedFileError, "27 bytes .*expected 28"),
    (IMAGE_BYTES + b"\0", TrailingBytesError, "29 bytes .*expected 28"),
    (gzip.compress(IMAGE_BYTES, mtime=0)[:-3], TruncatedFileError, "cut off"),
    (gzip.compress(IMAGE_BYTES, mtime=0)[:-8] + b"\0" * 8, CorruptGzipError, "damaged"),
    (b"<html>Please log in</html>", WrongMagicError, "3c 68 74 6d"),
    (LABEL_BYTES, WrongShapeError, r"uint8 .*\(3,\); expected uint8 .*\(3, 2, 2\)"),
    (
        bytes.fromhex("00000903 00000003 00000002 00000002") + bytes(12),
        WrongShapeError,
        r"int8 .*expected uint8",
    ),
    (CHANGED, WrongHashError, hashlib.sha256(CHANGED).hexdigest()),
    (CHANGED, WrongHashError, f"expected {hashlib.sha256(IMAGE_BYTES).hexdigest()}"),
]


@pytest.mark.parametrize("content, problem, message", BAD_IMAGES)
def test_bad_file_in_a_named_directory(tmp_path, content, problem, message):
    directory = put(tmp_path / "given", images=content)
    before = content_of(directory)
    with pytest.raises(problem, match=rf"given.images: .*{message}") as error:
        load(tiny_source(), directory)
    assert "Replace that file, or name another directory." in str(error.value)
    assert content_of(directory) == before


def test_bad_file_in_the_cache_stays_and_the_error_tells_the_cure(mirrors, fresh_machine):
    cache = put(fresh_machine / "tiny", ".gz", images=CHANGED)
    before = content_of(cache)
    with pytest.raises(WrongHashError, match=r"Delete that file; load_tiny\(\) then downloads it"):
        load(tiny_source(mirrors.serve("a")))
    assert content_of(cache) == before
    (cache / "images.gz").unlink()
    assert_good(load(tiny_source(mirrors.serve("a"))))


def test_mirrors_may_compress_in_their_own_way(tmp_path):
    directory = put(tmp_path / "given")
    for name, content in GOOD.items():
        (directory / name).unlink()
        (directory / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=1, mtime=7))
    assert_good(load(tiny_source(), directory))


# Download


@pytest.mark.parametrize(
    "answer",
    [404, 500, (gzip.compress(IMAGE_BYTES, mtime=0)[:-3],), (gzip.compress(IMAGE_BYTES, mtime=0),)]
    + [content for content, _, _ in BAD_IMAGES]
    + [gzip.compress(CHANGED, mtime=0)],
)
def test_a_bad_answer_leads_to_the_next_mirror(tmp_path, mirrors, answer):
    source = tiny_source(mirrors.serve("bad", images=answer), mirrors.serve("good"))
    download_missing(source, tmp_path / "cache", progress=False)
    expected = {n + ".gz": gzip.compress(c, mtime=0) for n, c in GOOD.items()}
    assert content_of(tmp_path / "cache") == expected
    assert mirrors.asked == {"/bad/images.gz": 1, "/good/images.gz": 1, "/bad/labels.gz": 1}


def test_an_unpacked_copy_under_the_packed_name_is_good(tmp_path, mirrors):
    source = tiny_source(mirrors.serve("a", images=IMAGE_BYTES))
    download_missing(source, tmp_path, progress=False)
    assert_good(load(source, tmp_path))


def test_a_mirror_is_tried_again(tmp_path, mirrors):
    answers = [500, gzip.compress(IMAGE_BYTES, mtime=0)]
    source = tiny_source(mirrors.serve("a", images=answers))
    download_missing(source, tmp_path, rounds=2, pause=0, progress=False)
    assert_good(load(source, tmp_path))
    assert mirrors.asked["/a/images.gz"] == 2


def test_all_mirrors_fail(tmp_path, mirrors):
    bad = mirrors.serve("bad", images=gzip.compress(CHANGED, mtime=0))
    source = tiny_source(bad, mirrors.address + "none/", "http://127.0.0.1:1/refused/")
    with pytest.raises(DownloadError) as error:
        download_missing(source, tmp_path / "cache", rounds=3, pause=0, progress=False)
    message = str(error.value)
    assert "Tiny: images could not be downloaded" in message
    assert f"{bad}images.gz: the copy there: some values differ" in message
    assert f"{mirrors.address}none/images.gz: 404" in message
    assert "http://127.0.0.1:1/refused/images.gz: " in message
    for way in ("1. Give a directory", "2. Set the environment variable", "3. Do without."):
        assert way in message
    assert list((tmp_path / "cache").iterdir()) == []
    assert mirrors.asked == {"/bad/images.gz": 3, "/none/images.gz": 3}


def test_a_stopped_download_goes_on_where_it_was(tmp_path, mirrors):
    with pytest.raises(DownloadError, match="labels could not"):
        source = tiny_source(mirrors.serve("a", labels=404))
        download_missing(source, tmp_path, rounds=1, progress=False)
    assert content_of(tmp_path) == {"images.gz": gzip.compress(IMAGE_BYTES, mtime=0)}
    download_missing(tiny_source(mirrors.serve("b")), tmp_path, progress=False)
    assert mirrors.asked == {"/a/images.gz": 1, "/a/labels.gz": 1, "/b/labels.gz": 1}


def test_files_that_are_there_stay_as_they_are(tmp_path, mirrors):
    write_idx(tmp_path / "images", IMAGES[:1])  # not even a good one
    before = content_of(tmp_path)
    download_missing(tiny_source(mirrors.serve("a")), tmp_path, progress=False)
    assert content_of(tmp_path) == before | {"labels.gz": gzip.compress(LABEL_BYTES, mtime=0)}


def test_an_interrupted_download_leaves_nothing(tmp_path, monkeypatch):
    def half_of_it(downloader, url, file, pooch):
        file.write(b"half")
        file.flush()
        raise KeyboardInterrupt

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", half_of_it)
    with pytest.raises(KeyboardInterrupt):
        download_missing(tiny_source("http://127.0.0.1:1/"), tmp_path, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    source = tiny_source("http://127.0.0.1:1/")
    with pytest.raises(DownloadError, match=r"file.cache"):
        download_missing(source, tmp_path / "file" / "cache", rounds=1, progress=False)


def test_progress_bar(tmp_path, mirrors, capsys):
    source = tiny_source(mirrors.serve("a"))
    download_missing(source, tmp_path / "loud")
    assert "100%" in capsys.readouterr().err
    download_missing(source, tmp_path / "quiet", progress=False)
    assert capsys.readouterr().err == ""


def test_every_bad_file_has_an_error_of_its_own():
    problems = {problem for _, problem, _ in BAD_IMAGES}
    assert problems == set(BadFileError.__subclasses__())
