"""Random generators cross by their state, so that both processes draw the same numbers."""

import numpy as np

from classroom.protocol import Violation

GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
MOST = 10_000  # generators spawned from one, between two messages


def generator_content(generator):
    """Return the state of a random generator, so that another process can go on from there."""
    bits = generator.bit_generator
    seeds = bits.seed_seq.state
    return ["generator", type(bits).__name__, _plain(bits.state), _plain(seeds)]


def make_generator(content):
    """Make the generator that `generator_content` describes; the state is set by `set_state`."""
    _, name, _, seeds = content
    if name not in GENERATORS:
        raise Violation("an unknown generator")
    sequence = np.random.SeedSequence(**{**seeds, "spawn_key": tuple(seeds["spawn_key"])})
    return np.random.Generator(getattr(np.random, name)(sequence))


def set_state(generator, content):
    """Bring a generator into the state that `generator_content` describes."""
    _, _, state, seeds = content
    generator.bit_generator.state = _numpy(state)
    sequence = generator.bit_generator.seed_seq
    spawned = seeds["n_children_spawned"] - sequence.n_children_spawned
    if 0 < spawned <= MOST:
        sequence.spawn(spawned)


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.str, "items": value.tolist()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _numpy(value):
    if isinstance(value, dict):
        if value.keys() == {"dtype", "items"}:
            if np.dtype(value["dtype"]).kind != "u":
                raise Violation("a generator in an unknown state")
            return np.array(value["items"], dtype=value["dtype"])
        return {key: _numpy(item) for key, item in value.items()}
    return value
