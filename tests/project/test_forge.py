"""The files for a public forge: workflows and forms follow their schemas, and call commands that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def faults(schema, *paths):
    """What the schema, which comes with the linter, says against these files; nothing is fetched."""
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}",
                           *map(str, paths)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def commands(workflow):
    """All lines that a workflow runs in a shell."""
    for job in yaml.safe_load(workflow)["jobs"].values():
        for step in job["steps"]:
            yield from step.get("run", "").splitlines()


def unknown(workflow):
    """What a workflow calls that is not there: targets of make, and files."""
    for line in commands(workflow):
        yield from (f"make {target}" for target in re.findall(r"\bmake ([a-z-]+)", line) if target not in TARGETS)
        yield from (path for path in re.findall(r"(?<![\w/])((?:tests|\.ci)/\w+)", line) if not (ROOT / path).exists())


def test_workflows_and_forms_follow_their_schemas():
    assert len(WORKFLOWS) == len(FORMS) == 3
    assert faults("github-workflows", *WORKFLOWS) == ""
    assert faults("github-issue-forms", *FORMS) == ""


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_call_what_is_there(path):
    assert list(unknown(path.read_text())) == []


def test_a_broken_workflow_is_seen(tmp_path):
    text = WORKFLOWS[-1].read_text()
    for old, new in (("runs-on:", "run-on:"), ("steps:", "stages:"), ("- uses:", "- use:")):
        broken = tmp_path / "broken.yml"
        broken.write_text(text.replace(old, new, 1))
        assert faults("github-workflows", broken), old
    assert list(unknown(text.replace("make lint", "make lnt").replace("tests/nn", "tests/nm"))) == ["make lnt", "tests/nm"]
    form = tmp_path / "form.yml"
    form.write_text(FORMS[0].read_text().replace("type: textarea", "type: text", 1))
    assert faults("github-issue-forms", form)
