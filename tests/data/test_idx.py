import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.data import (
    BadFileError,
    CorruptGzipError,
    TrailingBytesError,
    TruncatedFileError,
    WrongMagicError,
    WrongShapeError,
    read_idx,
    write_idx,
)
from course_lib.data.atomic import atomic_write
from course_lib.data.idx import decode_idx

TYPES = ["uint8", "int8", "int16", "int32", "float32", "float64"]
# Written by hand from the description of the format: header, sizes, values.
BY_HAND = {
    "uint8": ("00 00 08 01  00 00 00 03  05 00 ff", [5, 0, 255]),
    "int8": ("00 00 09 01  00 00 00 02  7f 80", [127, -128]),
    "int16": ("00 00 0b 02  00 00 00 01 00 00 00 02  01 00 ff fe", [[256, -2]]),
    "int32": ("00 00 0c 02  00 00 00 02 00 00 00 01  00 00 01 00 ff ff ff ff", [[256], [-1]]),
    "float32": ("00 00 0d 01  00 00 00 01  3f c0 00 00", [1.5]),
    "float64": ("00 00 0e 01  00 00 00 01  c0 08 00 00 00 00 00 00", [-3.0]),
}
LABELS = bytes.fromhex(BY_HAND["uint8"][0])


def arrays():
    """Arrays of every type and order of bytes, up to four dimensions, also without any values."""
    shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    types = st.sampled_from(TYPES).flatmap(
        lambda name: st.sampled_from([np.dtype(name), np.dtype(name).newbyteorder(">")])
    )
    return types.flatmap(lambda dtype: hnp.arrays(dtype, shapes))


@given(array=arrays(), name=st.sampled_from(["digits", "digits.gz"]), transpose=st.booleans())
def test_what_is_written_is_read(tmp_path_factory, array, name, transpose):
    path = tmp_path_factory.mktemp("idx") / name
    array = array.T if transpose else array
    write_idx(path, array)
    read = read_idx(path)
    assert read.dtype == array.dtype.newbyteorder("=")
    assert read.dtype.isnative and read.flags.writeable
    np.testing.assert_array_equal(read, array)  # takes NaN as equal to NaN


@pytest.mark.parametrize("name", TYPES)
def test_files_agree_with_the_description_of_the_format(tmp_path, name):
    content, values = BY_HAND[name]
    path = tmp_path / "file"
    write_idx(path, np.array(values, dtype=name))
    assert path.read_bytes() == bytes.fromhex(content)
    read = read_idx(path)
    assert read.dtype == name
    np.testing.assert_array_equal(read, values)


def test_compression_is_seen_from_the_content_not_from_the_name(tmp_path):
    (tmp_path / "plain.gz").write_bytes(LABELS)
    (tmp_path / "packed").write_bytes(gzip.compress(LABELS, mtime=0))
    for name in ("plain.gz", "packed"):
        np.testing.assert_array_equal(read_idx(tmp_path / name), [5, 0, 255])


def test_name_decides_whether_a_file_is_compressed_and_no_time_is_in_it(tmp_path):
    write_idx(tmp_path / "a", np.zeros(3, np.uint8))
    write_idx(tmp_path / "a.gz", np.zeros(3, np.uint8))
    packed = (tmp_path / "a.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "a").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"  # where gzip keeps a time stamp


@pytest.mark.parametrize("length", range(len(LABELS)))
def test_every_cut_is_noticed(tmp_path, length):
    path = tmp_path / "labels"
    path.write_bytes(LABELS[:length])
    with pytest.raises(TruncatedFileError, match="labels: .*complete copy|labels: .*fresh copy"):
        read_idx(path)


def test_every_cut_of_a_compressed_file_is_noticed(tmp_path):
    path = tmp_path / "labels.gz"
    packed = gzip.compress(LABELS, mtime=0)
    for length in range(len(packed)):
        path.write_bytes(packed[:length])
        with pytest.raises(TruncatedFileError, match="labels.gz"):
            read_idx(path)


def test_truncated_file_tells_both_sizes(tmp_path):
    path = tmp_path / "labels"
    path.write_bytes(LABELS[:-1])
    with pytest.raises(TruncatedFileError, match=r"10 bytes .* expected 11 for uint8 .* \(3,\)"):
        read_idx(path)


def test_trailing_bytes(tmp_path):
    path = tmp_path / "labels"
    path.write_bytes(LABELS + b"\0")
    with pytest.raises(TrailingBytesError, match=r"12 bytes .* expected 11 for uint8 .* \(3,\)"):
        read_idx(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:],  # wrong checksum
        lambda packed: packed[:10] + b"\xff\xff" + packed[12:],  # impossible block type
        lambda packed: packed[:2] + b"\x07" + packed[3:],  # unknown method of compression
        lambda packed: packed + b"junk",
    ],
)
def test_corrupt_gzip(tmp_path, damage):
    path = tmp_path / "labels.gz"
    path.write_bytes(damage(gzip.compress(LABELS, mtime=0)))
    with pytest.raises(CorruptGzipError, match=r"labels.gz: the compressed data are damaged \(.+"):
        read_idx(path)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html>",
        b"PK\x03\x04 a zip archive",
        bytes.fromhex("00 00 0a 01  00 00 00 01  00"),  # type 0a does not exist
        bytes.fromhex("00 08 08 01  00 00 00 01  00"),
        bytes.fromhex("01 08 00 00  01 00 00 00  00"),  # the smallest byte first
    ],
)
def test_wrong_magic(tmp_path, content):
    path = tmp_path / "labels"
    path.write_bytes(content)
    with pytest.raises(WrongMagicError) as error:
        read_idx(path)
    assert content[:4].hex(" ") in str(error.value)
    assert "expected 00 00" in str(error.value)


@pytest.mark.parametrize(
    "header", ["00 00 08 48" + 72 * " 00 00 00 01" + " 07", "00 00 08 04 00000000" + 3 * "ffffffff"]
)
def test_shape_that_numpy_cannot_hold(header):
    with pytest.raises(WrongShapeError, match="strange: NumPy cannot hold"):
        decode_idx(bytes.fromhex(header), "strange")


@given(
    st.binary(max_size=40) | st.binary(max_size=40).map(lambda rest: b"\0\0\x08\x01\0\0\0" + rest)
)
def test_any_bytes_are_an_array_or_a_bad_file(content):
    try:
        array = decode_idx(content, "file")
    except BadFileError:
        return
    assert array.nbytes + 4 + 4 * array.ndim == len(content)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_idx(tmp_path / "nowhere")


@pytest.mark.parametrize("dtype", ["int64", "uint16", "bool", "complex64", "U3"])
def test_types_that_the_format_lacks(tmp_path, dtype):
    with pytest.raises(ValueError, match="IDX has no code .*astype.* uint8, int8, int16, int32"):
        write_idx(tmp_path / "file", np.zeros(3, dtype))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_unless_asked(tmp_path):
    path = tmp_path / "labels"
    write_idx(path, np.array([1], np.uint8))
    with pytest.raises(FileExistsError, match="labels exists already.*overwrite=True"):
        write_idx(path, np.array([2], np.uint8))
    assert read_idx(path) == [1]
    write_idx(path, np.array([3], np.uint8), overwrite=True)
    assert read_idx(path) == [3]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("existing", [None, b"old"])
@pytest.mark.parametrize("interruption", [OSError, KeyboardInterrupt])
def test_a_failed_write_changes_nothing(tmp_path, existing, interruption):
    path = tmp_path / "file"
    if existing:
        path.write_bytes(existing)
    with pytest.raises(interruption), atomic_write(path, overwrite=True) as file:
        file.write(b"new, but not all of it")
        file.flush()
        assert not path.exists() or path.read_bytes() == existing
        raise interruption
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == (
        [("file", existing)] if existing else []
    )


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch, links):
    """Two programs write one name: the first to end has it, whether or not the disk has links."""
    def no_links(source, target):
        raise OSError("not supported")

    if not links:
        monkeypatch.setattr("os.link", no_links)
    path = tmp_path / "labels"
    with pytest.raises(FileExistsError, match="exists already"), atomic_write(path) as file:
        file.write(b"mine")
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs" and list(tmp_path.iterdir()) == [path]
    other = tmp_path / "images"
    with atomic_write(other) as file:
        file.write(b"mine")
    assert other.read_bytes() == b"mine" and set(tmp_path.iterdir()) == {path, other}
