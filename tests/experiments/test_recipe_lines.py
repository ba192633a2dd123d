"""The experiment of chapter 7, on tiny data: it runs, and its numbers mean what they say."""

import pytest

from course_lib import zoo
from course_lib.training import Recipe
from experiments import recipe_lines


def test_every_change_changes_the_recipe():
    recipe = zoo.get_system("nn2l").recipe
    fields = recipe.__dataclass_fields__
    descriptions = []
    for change in recipe_lines.CHANGES.values():
        assert set(change) <= set(fields)
        changed = {name: getattr(recipe, name) for name in fields} | change
        descriptions.append(str(Recipe(**changed).describe()))
    assert len(set(descriptions)) == len(descriptions), "two changes train alike"
    assert descriptions[0] == str(recipe.describe()), "the first one is the recipe as it is"


def test_steps_and_scores(results_of, digits):
    found = results_of("recipe_lines", n_train=256, epochs=1, seeds=[0, 1])
    assert set(found["changes"]) == set(recipe_lines.CHANGES)
    steps = {name: change["steps"]["mean"] for name, change in found["changes"].items()}
    assert steps["as it is"] == 256 / 32 and steps["batches of 512"] == 1
    for change in found["changes"].values():
        assert change["accuracy"]["n"] == 2 and 0 < change["loss"]["mean"]
        right = [value * found["n_validation"] for value in change["accuracy"]["values"]]
        assert right == pytest.approx([round(count) for count in right])
