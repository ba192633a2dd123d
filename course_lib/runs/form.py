"""What a record must hold to be read, kind by kind, and what is wrong with one that does not.

Only what the library, the experiments and the book look at is named here; ``results/schema.json``
is stricter with the records that are committed.
"""

import math
from typing import NamedTuple


class Leaf(NamedTuple):
    """One value: what it must be in words, and whether it is."""

    words: str
    fits: object


def number(low=0.0, high=math.inf):
    """A finite number within limits. True is none, though Python takes it for 1."""
    words = f"a number from {low:g}" + (f" to {high:g}" if high < math.inf else "")
    return Leaf(words, lambda v: type(v) in (int, float) and math.isfinite(v) and low <= v <= high)


def whole(low=0):
    return Leaf(f"a whole number from {low}", lambda v: type(v) is int and v >= low)


def or_null(leaf):
    return Leaf(f"{leaf.words}, or null", lambda v: v is None or leaf.fits(v))


TEXT = Leaf("text", lambda v: isinstance(v, str))
TEXTS = Leaf(
    "an object of texts", lambda v: isinstance(v, dict) and all(map(TEXT.fits, v.values()))
)
SHARE, LOSS = number(0, 1), or_null(number())  # a loss that was not finite is null

# A dictionary is an object that has these keys; those with a question mark may be missing. A tuple
# is a list of as many, a list with one entry a list of any length.
SCORES = {"accuracy": SHARE, "errors": whole(), "n": whole(1), "errors_by_half": (whole(), whole())}
SECONDS = {"train": number(), "predict_test": number(),
           "train_processor?": number(), "predict_test_processor?": number()}
EPOCH = {"epoch": whole(1), "learning_rate": number(), "train_loss": LOSS, "train_accuracy": SHARE,
         "validation_loss": LOSS, "validation_accuracy": SHARE}
RUN = {"name": TEXT, "seed": whole(), "dataset": TEXT,
       "images": {"train": whole(1), "validation": whole(), "test": whole(1)},
       "test": SCORES, "seconds": SECONDS}
WITH_LOSS = {"test": {**SCORES, "loss": LOSS}, "parameters": whole(1)}
KINDS = {  # by the key that only this kind has
    "recipe": {**RUN, **WITH_LOSS, "recipe": {"epochs": whole(1), "keep_best_of_last": whole(1)},
               "epochs": [EPOCH], "selected_epoch": whole(1), "published_way": {"accuracy": SHARE}},
    "members": {**RUN, **WITH_LOSS, "members": TEXTS, "way": TEXT, "views": whole(1)},
    "model": {**RUN, "model": TEXT, "ours?": {"test": SCORES, "seconds": SECONDS}},
}
EXPERIMENT = {"experiment": TEXT, "dataset": TEXT, "results": {}}


def problem_of_run(record):
    """What is wrong with the record of a run, in words, or None.

    >>> problem_of_run({"members": {}, "name": 7})
    'name is 7, not text'
    >>> problem_of_run([])
    'it is [], not an object with recipe, members or model'
    """
    kinds = [form for key, form in KINDS.items() if isinstance(record, dict) and key in record]
    if not kinds:
        return f"it is {_short(record)}, not an object with recipe, members or model"
    return problem(record, kinds[0])


def problem(value, form, where="it"):
    """The first place where a value does not have a form, in words; None where there is none.

    >>> problem({"n": "3"}, {"n": whole(1)})
    "n is '3', not a whole number from 1"
    >>> problem({"halves": [1, 2]}, {"halves": (whole(), whole(), whole())})
    'halves is [1, 2], not a list of 3'
    """
    if isinstance(form, Leaf):
        return None if form.fits(value) else f"{where} is {_short(value)}, not {form.words}"
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return f"{where} is {_short(value)}, not an object"
        inside = "" if where == "it" else f"{where}."
        for key, inner in form.items():
            name = key.removesuffix("?")
            if name in value:
                found = problem(value[name], inner, f"{inside}{name}")
            else:
                found = None if key.endswith("?") else f"{inside}{name} is missing"
            if found:
                return found
        return None
    if not isinstance(value, list) or isinstance(form, tuple) and len(value) != len(form):
        return f"{where} is {_short(value)}, not a list" + (
            f" of {len(form)}" if isinstance(form, tuple) else "")
    forms = form if isinstance(form, tuple) else form * len(value)
    return next((found for i, (item, inner) in enumerate(zip(value, forms))
                 if (found := problem(item, inner, f"{where}[{i}]"))), None)


def _short(value):
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
