"""Every right answer gets full marks, every typical mistake none, and each mistake is named.

The quick test runs the cells in this process; the slow one sends the same notebooks through
nbgrader and must come to the same points.
"""

import pytest
from answers import pack, read_bank, report
from graders import ASSIGNMENTS, Course, fill, grade_here, maximum_points, source_notebook


def sources(student):
    return {task: answer.source for task, answer in student.items()}


def grade_all_here(assignment, students):
    notebook = source_notebook(assignment)
    return [grade_here(fill(notebook, sources(student))) for student in students]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_bank_is_large_enough(assignment):
    bank = read_bank(assignment)
    for task in bank.reference:
        assert len(bank.right[task]) >= 2, task
        assert len(bank.wrong[task]) >= 5, task
        assert all(answer.says for answer in bank.wrong[task]), task


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_answer_is_judged_correctly(assignment, capsys):
    bank = read_bank(assignment)
    students = pack(bank)
    table, problems = report(assignment, bank, students, grade_all_here(assignment, students))
    with capsys.disabled():
        print(f"\n{table}")
    assert not problems, "\n\n".join(problems)


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nbgrader_judges_every_answer_correctly(assignment, capsys, tmp_path):
    bank = read_bank(assignment)
    students = pack(bank)
    course = Course(tmp_path, assignment, picture=False)
    names = [f"student{i:03d}" for i in range(len(students))]
    for name, student in zip(names, students, strict=True):
        course.submit(name, fill(course.released, sources(student)))
    course.nbgrader("autograde", assignment)
    graded = [(course.points(name), course.messages(name)) for name in names]
    table, problems = report(assignment, bank, students, graded)
    with capsys.disabled():
        print(f"\n{table}   (by nbgrader)")
    assert not problems, "\n\n".join(problems)
    here = grade_all_here(assignment, students)
    assert [points for points, _ in graded] == [points for points, _ in here]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_reference_gets_everything_and_the_stub_nothing(assignment):
    notebook = source_notebook(assignment)
    points, messages = grade_here(notebook)
    assert points == maximum_points(notebook)
    assert messages == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_report_notices_what_is_wrong(assignment):
    """Exchange right and wrong answers: then nothing may be as it should."""
    bank = read_bank(assignment)
    students = pack(bank)
    graded = grade_all_here(assignment, students[:2])
    full = maximum_points(source_notebook(assignment))
    turned = [({name: full[name] - p for name, p in points.items()}, said) for points, said in graded]
    _, problems = report(assignment, bank, students[:2], turned)
    assert len(problems) >= 2 * len(bank.reference)
