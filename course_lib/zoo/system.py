"""What the zoo knows of a system."""

from collections.abc import Callable
from dataclasses import dataclass, field

from course_lib.training import Recipe


@dataclass(frozen=True)
class System:
    """A network by name: its architecture, its recipe and what was published about it.

    Attributes
    ----------
    name, title : str
    build : callable
        ``build(rng)`` makes the network with fresh weights.
    recipe : Recipe
    image : bool
        True where the input is (N, 28, 28, 1), False where it is (N, 784).
    published : dict
        ``accuracy`` (list of percentages, one per published run), and what else the source states.
    source : str
        Key of the source.
    """

    name: str
    title: str
    build: Callable
    recipe: Recipe
    image: bool
    source: str
    published: dict = field(default_factory=dict)
