"""Messages cross whole, and what is none is refused, whatever its bytes are."""

import json
import socket
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from classroom.generators import generator_content, make_generator, set_state
from classroom.heap import spread
from classroom.protocol import LARGEST, Channel, Closed, Violation, pack_array, unpack_array

KINDS = st.one_of(hnp.floating_dtypes(), hnp.integer_dtypes(), hnp.boolean_dtypes(),
                  hnp.complex_number_dtypes(), hnp.unicode_string_dtypes())
ARRAYS = KINDS.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0)))
quick = settings(max_examples=60, deadline=None)


@pytest.fixture
def channels():
    ends = socket.socketpair()
    with ends[0], ends[1]:
        yield [Channel(end) for end in ends]


@quick
@given(ARRAYS)
def test_an_array_crosses_whole(array):
    got = unpack_array(pack_array(array))
    assert got.dtype == array.dtype and got.shape == array.shape
    assert got.tobytes() == array.tobytes()
    assert got.flags.writeable and got.flags.owndata and type(got) is np.ndarray


@quick
@given(st.binary(max_size=200), st.integers(0, 200), st.binary(min_size=1, max_size=9))
def test_damaged_bytes_are_an_array_or_a_violation(junk, place, patch):
    whole = pack_array(np.arange(6.0).reshape(2, 3))
    damaged = whole[:place] + patch + whole[place + len(patch):]
    for data in (junk, damaged, whole[:place]):
        try:
            assert type(unpack_array(data)) is np.ndarray
        except Violation:
            pass


@pytest.mark.parametrize("header", [
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f8', 'fortran_order': True, 'shape': (1, 1)}",
    "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1," * 40 + ")}",
    "__import__('os').abort()",
])
def test_headers_that_lie_are_refused(header):
    text = header.encode().ljust(118) + b"\n"
    blob = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\0" * 8
    with pytest.raises(Violation):
        unpack_array(blob)


def test_objects_are_not_pickled():
    with pytest.raises(ValueError, match="[Oo]bject arrays"):
        pack_array(np.array([None]))


def test_a_message_crosses_whole(channels):
    channels[0].send({"op": "call", "n": [1, None, float("inf")]}, [b"abc", b""])
    assert channels[1].receive() == ({"op": "call", "n": [1, None, float("inf")]}, [b"abc", b""])


@pytest.mark.parametrize("text, size", [
    (b"[]", 0), (b"7", 0), (b"{", 0), (b"{}", 0), (b'{"blobs": 3}', 0), (b'{"blobs": [-1, 1]}', 0),
    (b'{"blobs": [true]}', 1), (b'{"blobs": [1]}', 5), (b"[" * 50_000, 0), (b"\xff\xfe", 0)])
def test_what_is_no_message_is_a_violation(channels, text, size):
    channels[0].connection.setblocking(True)
    channels[0].connection.sendall(struct.pack(">QQ", len(text), size) + text + b"x" * size)
    with pytest.raises(Violation, match="cannot be read"):
        channels[1].receive()


@pytest.mark.parametrize("lengths", [(2**40, 0), (2, 2**40), (2, LARGEST + 1)])
def test_no_message_is_too_large(channels, lengths):
    channels[0].connection.send(struct.pack(">QQ", *lengths))
    with pytest.raises(Violation, match="too large"):
        channels[1].receive()
    with pytest.raises(Violation, match="too large"):
        channels[1].send({}, [bytes(LARGEST), b"1"])


def test_the_end_of_the_other_side_is_told(channels):
    channels[0].connection.send(b"\0\0")
    channels[0].connection.close()
    with pytest.raises(Closed):
        channels[1].receive()
    with pytest.raises(Closed):
        for _ in range(10):
            channels[1].send({}, [bytes(1 << 20)])


@pytest.mark.parametrize("name", ["PCG64", "MT19937", "Philox", "SFC64", "PCG64DXSM"])
def test_a_generator_goes_on_elsewhere(name):
    here = np.random.Generator(getattr(np.random, name)(5))
    here.random(3)
    here.spawn(1)
    content = json.loads(json.dumps(generator_content(here)))
    there = make_generator(content)
    set_state(there, content)
    assert np.array_equal(there.random(4), here.random(4))
    assert there.spawn(1)[0].random() == here.spawn(1)[0].random()


@pytest.mark.parametrize("change", [
    {1: "os"}, {1: "Generator"}, {2: {"bit_generator": "PCG64", "state": {"state": -1, "inc": 0}}},
    {2: {"dtype": "O", "items": [1]}}])
def test_a_generator_of_no_kind_is_refused(change):
    content = json.loads(json.dumps(generator_content(np.random.default_rng(1))))
    for place, value in change.items():
        content[place] = value
    with pytest.raises((Violation, ValueError, TypeError, OverflowError)):
        set_state(make_generator(content), content)


@quick
@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4)), st.data())
def test_memory_is_laid_out_as_it_was(array, data):
    steps = tuple(slice(None, None, data.draw(st.sampled_from([1, -1, 2]))) for _ in array.shape)
    view = array[steps].T
    got = spread(view.copy(), view.strides, writeable=True)
    assert got.strides == view.strides and np.array_equal(got, view, equal_nan=True)
