"""Ensembles by name: networks that answer together, or one of them several times."""

from dataclasses import dataclass, field
from typing import ClassVar

from course_lib.zoo import advanced, convolutional, spine
from course_lib.zoo.system import System


@dataclass(frozen=True)
class Ensemble:
    """An ensemble by name: whom it may take, how many, and how it joins what they answer.

    Attributes
    ----------
    name, title : str
    candidates : tuple of System
        Systems whose saved runs, all seeds, may become members.
    way : "average" or "vote"
    n_members : int or None
        The first so many runs of the candidates are the members; None: members are chosen one by
        one on the validation images, and so is whether they look once or at all shifts.
    at_most : int or None
        How many members may be chosen; None: as many as lower the cost.
    source : str
    published : dict

    Examples
    --------
    >>> from course_lib import zoo
    >>> zoo.get_system("capsnet_maxmin_vote").way
    'vote'
    """

    name: str
    title: str
    candidates: tuple[System, ...]
    way: str = "average"
    n_members: int | None = None
    at_most: int | None = None
    source: str = "ours"
    published: dict = field(default_factory=dict)

    models: ClassVar = ("course_lib",)
    random: ClassVar = False
    epochs: ClassVar = None  # its members were trained before
    parameters: ClassVar = None  # those of its members, which its record names


CONVOLUTIONAL = tuple(
    system for system in (*spine.SYSTEMS, *convolutional.SYSTEMS, *advanced.SYSTEMS)
    if system in advanced.SYSTEMS or system.name in ("lenet5", "cnn3", "vgg_bn_dropout"))
SYSTEMS = (
    Ensemble("capsnet_maxmin_vote", "capsules with max-min routing, vote of three",
             tuple(system for system in CONVOLUTIONAL if system.name == "capsnet_maxmin"), "vote",
             n_members=3, source="001", published={"accuracy_full_size": 99.83}),
    Ensemble("tta", "one convolutional network, test-time augmentation", CONVOLUTIONAL, at_most=1),
    Ensemble("ensemble", "convolutional networks, averaged", CONVOLUTIONAL),
)
