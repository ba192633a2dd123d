"""The embedded digits, and networks trained on them."""

import pytest

from course_lib.data import load_digits28


@pytest.fixture(scope="session")
def digits():
    return load_digits28()


@pytest.fixture(scope="session")
def trained(course, tmp_path_factory):
    """A folder with the records and weights of nn1l, seeds 0 and 2, trained on the digits."""
    folder = tmp_path_factory.mktemp("trained")
    for seed in (0, 2):
        words = ("--data", "digits", "--directory", folder, "--epochs", 12, "--quiet")
        assert course("train", "nn1l", "--seed", seed, *words) == 0
    return folder
