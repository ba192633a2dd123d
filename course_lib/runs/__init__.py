"""Runs: what happens to the systems of the zoo. They are trained, measured, scored and recorded."""

from course_lib.runs.classical import measure
from course_lib.runs.ensembles import evaluate_ensemble, measure_ensemble
from course_lib.runs.records import (
    load_experiment,
    load_record,
    load_weights,
    record_path,
    save_record,
    save_weights,
)
from course_lib.runs.train import evaluate_system, train_system

__all__ = [
    "evaluate_ensemble", "evaluate_system", "load_experiment", "load_record", "load_weights", "measure",
    "measure_ensemble", "record_path", "save_record", "save_weights", "train_system",
]
