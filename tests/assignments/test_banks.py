"""Every right answer gets full marks, every typical mistake none, and each mistake is named.

The quick tests run the cells of a part of all answers in this process; the slow one sends every
answer through nbgrader. `python tests/assignments/test_banks.py ps05-optimizers` runs every answer
in one process, for authors.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from shutil import copytree

import pytest
from answers import closure, pack, read_bank, report, shortened
from graders import (
    ASSIGNMENTS,
    Course,
    fill,
    grade_here,
    make_course,
    maximum_points,
    source_notebook,
)

every_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS)
WORKERS = 2  # how many nbgraders run at once


def sources(student):
    return {task: answer.source for task, answer in student.items()}


def judged_here(assignment, bank):
    """The table and the problems of a bank, graded in this process."""
    students, notebook = pack(bank), source_notebook(assignment)
    graded = [grade_here(fill(notebook, sources(student))) for student in students]
    return report(assignment, bank, students, graded)


@every_assignment
def test_the_bank_is_large_enough(assignment):
    bank = read_bank(assignment)
    for task in bank.reference:
        assert len(bank.right[task]) >= 2, task
        assert len(bank.wrong[task]) >= 5, task
        assert all(all(answer.says) for answer in bank.wrong[task]), task


@every_assignment
def test_every_answer_is_dealt_once_and_calls_right_ones(assignment):
    bank = read_bank(assignment)
    students = pack(bank)
    for task, reference in bank.reference.items():
        dealt = [student[task].name for student in students if student[task] is not reference]
        answers = bank.right[task] + bank.wrong[task]
        assert sorted(dealt) == sorted(answer.name for answer in answers)
    for student in students:
        wrong = {task for task, answer in student.items() if not answer.right}
        assert not any(closure(student[task], bank) & wrong for task in wrong)


@every_assignment
def test_some_answers_are_judged_correctly(assignment):
    _, problems = judged_here(assignment, shortened(read_bank(assignment)))
    assert not problems, "\n\n".join(problems)


def test_the_report_notices_what_is_wrong():
    """Give points for every mistake and none for a right answer: nothing is as it should be."""
    bank = read_bank("ps05-optimizers")
    students, full = pack(bank), maximum_points(source_notebook("ps05-optimizers"))
    graded = [({f"{task}-hidden": 0.0 if answer.right else full[f"{task}-hidden"]
                for task, answer in student.items()}, {}) for student in students]
    table, problems = report("ps05-optimizers", bank, students, graded)
    wrong = sum(len(answers) for answers in bank.wrong.values())
    assert len(problems) == sum(map(len, students)) + wrong
    assert all(counts.startswith("0/") for line in table.splitlines()[1:]
               for counts in line.split()[1:])


@pytest.fixture(scope="module")
def workplaces(tmp_path_factory):
    """Course directories with a gradebook each, so that nbgrader can run in all at once."""
    path = tmp_path_factory.mktemp("bank")
    first = path / "0"
    first.mkdir()
    make_course(first, picture=False)
    return [first] + [copytree(first, path / str(i)) for i in range(1, WORKERS)]


@pytest.mark.slow
@every_assignment
def test_nbgrader_judges_every_answer_correctly(assignment, capsys, workplaces):
    bank = read_bank(assignment)
    students = pack(bank)
    courses = [Course(path, assignment) for path in workplaces]
    places = []
    for i, student in enumerate(students):
        places.append((courses[i % WORKERS], f"student{i:03d}"))
        courses[i % WORKERS].submit(places[i][1], fill(courses[0].released, sources(student)))
    with ThreadPoolExecutor(WORKERS) as pool:
        # An import that is interrupted, which a minute may lead to on a very busy machine, leaves a
        # NumPy that cannot be imported again.
        list(pool.map(lambda course: course.nbgrader("autograde", assignment,
                                                     "--JudgeNotebook.timeout=600",
                                                     "--JudgeNotebook.submission_timeout=3000"), courses))
    graded = [(course.points(name), course.messages(name)) for course, name in places]
    table, problems = report(assignment, bank, students, graded)
    with capsys.disabled():
        print(f"\n{table}")
    assert not problems, "\n\n".join(problems)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        table, problems = judged_here(name, read_bank(name))
        print(table, *problems, sep="\n\n")
