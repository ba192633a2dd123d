"""Judging side by side: each worker of Dask keeps one process that is ready to judge."""

import threading
from dataclasses import replace

from classroom.cells import Cell
from classroom.judge import Settings
from classroom.sandbox import NoSandbox, find_level
from classroom.server import Judge, NotJudged

_mine = threading.local()  # a worker's threads do not share a judge


def judged(cells: list[Cell], reference: dict[str, str], settings: Settings,
           levels: tuple[str, ...]) -> dict:
    """Judge a notebook; runs on a worker, which may be another machine.

    Parameters
    ----------
    cells, reference, settings
        As for `classroom.judge.judge`. The worker finds its own sandbox, unless the level is "none".
    levels : tuple of str
        The sandboxes to try.

    Returns
    -------
    dict
        The judgment, or ``{"failed": why}`` where the grader itself failed.
    """
    try:
        level = settings.level if settings.level == "none" else find_level(False, levels)
        if not hasattr(_mine, "judge"):
            _mine.judge = Judge()
        settings = replace(settings, level=level)
        try:
            judgment = _mine.judge.judge(cells, reference, settings)
        except NotJudged:  # once more, in a new process
            _mine.judge.close()
            judgment = _mine.judge.judge(cells, reference, settings)
        return judgment.as_dict()
    except (NotJudged, NoSandbox) as error:
        return {"failed": str(error)}
