"""Runs: what happens to the systems of the zoo. They are trained, measured, scored and recorded."""

from course_lib.runs.classical import measure
from course_lib.runs.ensembles import evaluate_ensemble, measure_ensemble
from course_lib.runs.records import (
    load_experiment,
    load_record,
    read_records,
    record_path,
    save_record,
)
from course_lib.runs.run import make_run
from course_lib.runs.train import evaluate_system, train_system
from course_lib.runs.weights import load_weights, save_weights

__all__ = [
    "evaluate_ensemble", "evaluate_system", "load_experiment", "load_record", "load_weights",
    "make_run", "measure", "measure_ensemble", "read_records", "record_path", "save_record",
    "save_weights", "train_system",
]
