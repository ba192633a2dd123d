"""What the zoo knows of a system."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

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
    inputs : callable
        Turns images (N, 28, 28) uint8 into what the network takes: `as_images`, `as_vectors` or
        another scaling.
    source : str
        Key of the source.
    published : dict
        ``accuracy`` (percentages, one per published run), and what else the source states.
    models : tuple of str
        Whose models it compares: "course_lib", "scikit-learn" or both.
    random : bool
        Whether another seed gives another result.

    Examples
    --------
    >>> from course_lib import zoo
    >>> zoo.get_system("lenet5").published["accuracy"]
    (99.11, 99.36, 99.26, 99.25, 99.34)
    """

    name: str
    title: str
    build: Callable
    recipe: Recipe
    inputs: Callable
    source: str
    published: dict = field(default_factory=dict)

    models: ClassVar = ("course_lib",)
    random: ClassVar = True

    @property
    def epochs(self):
        """How many epochs a whole run has.

        >>> from course_lib import zoo
        >>> zoo.get_system("lenet5").epochs
        20
        """
        return self.recipe.epochs

    @property
    def parameters(self):
        """How many numbers the network learns.

        >>> from course_lib import zoo
        >>> zoo.get_system("lenet5").parameters
        61706
        """
        return self.build(np.random.default_rng(0)).n_parameters
