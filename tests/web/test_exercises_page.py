"""A student works in the built pages, in Chromium, opened from the disk, without a network."""

import json
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from banks_in_page import filled, judged, read_bank, release
from graders import Course, nbgrader

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "exercises-in-a-browser"
PS05 = "ps05-optimizers"
RIGHT = "def sgd(w, g, state, lr):\n    return w - lr * g, state\n"
ENDLESS = "def sgd(w, g, state, lr):\n    while True:\n        w = w + 0\n"
EDITOR = "[data-task=task-1] .cm-content"
VERDICT = "[data-task=task-1] .output .verdict"
SAVED = "document.getElementById('saved').textContent === 'Saved in this browser'"


@pytest.fixture
def student(visit):
    """``student("ps05-optimizers")`` opens a page; with ``page``, another tab beside it."""

    def student(name=PS05, **options):
        one = visit(name, folder=BUILT, **options)
        one.page.wait_for_function("document.getElementById('saved').textContent !== ''")
        return one

    return student


def write(page, source, editor=EDITOR):
    """Type an answer in the place of what stands there."""
    page.click(editor)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.wait_for_function("!document.getElementById('saved').textContent.startsWith('Saving')")


def answer(page):
    return page.evaluate("sourceOf(cellOf('task-1'))")


def check(page, wait=30_000):
    page.click("[aria-label='Check this task: 1']")
    page.wait_for_selector(VERDICT, timeout=wait)
    return page.inner_text("[data-task=task-1] .output")


def downloaded(page, folder):
    with page.expect_download() as event:
        page.click("text=Download notebook")
    path = folder / event.value.suggested_filename
    event.value.save_as(path)
    return path


def test_written_checked_reloaded_downloaded(student, tmp_path):
    one = student()
    assert "private window forgets it" in one.page.inner_text("#saved")
    write(one.page, RIGHT)
    assert "passed" in check(one.page)
    one.page.reload()
    one.page.wait_for_function(SAVED)
    assert answer(one.page) == RIGHT and "return w - lr * g" in one.page.inner_text(EDITOR)

    path = downloaded(one.page, tmp_path)
    theirs, ours = json.loads(path.read_text()), json.loads(release(PS05).read_text())
    changed = [a["id"] for a, b in zip(theirs["cells"], ours["cells"], strict=True) if a != b]
    assert changed == ["task-1"] and path.name == "optimizers.ipynb"
    one.page.click("text=Check all")
    one.page.wait_for_selector("#summary table")
    states = one.page.locator("#summary td:last-child").all_inner_texts()
    native = [state for _, state, _ in judged(path.read_text(), PS05, tmp_path)]
    assert [state.replace("passed", "done").removesuffix(" yet") for state in states] == native
    assert one.complaints == []


def test_a_wrong_answer_gets_the_message_of_course_check(student, tmp_path):
    one = student()
    write(one.page, RIGHT.replace("w - lr", "w + lr"))
    said = check(one.page)
    path = downloaded(one.page, tmp_path)
    (task, *_) = judged(path.read_text(), PS05, tmp_path)
    assert "wrong" in said and task[2].split("\n")[1] in said
    one.page.click("[data-task=task-1] >> text=Start over")  # the question is declined
    assert "w + lr" in answer(one.page)
    one.page.on("dialog", lambda dialog: dialog.accept())
    one.page.click("[data-task=task-1] >> text=Start over")
    one.page.wait_for_selector("#aside")
    assert "NotImplementedError" in answer(one.page)
    one.page.click("#aside summary")
    one.page.click("#aside >> text=Bring back")
    one.page.wait_for_function("sourceOf(cellOf('task-1')).includes('w + lr')")


def test_an_endless_loop_is_stopped_and_the_work_is_still_there(student):
    one = student()
    write(one.page, ENDLESS)
    one.page.click("[aria-label='Run the code of task 1']")
    one.page.wait_for_selector("[data-task=task-1] .output :text('printed nothing')")
    one.page.click("[aria-label='Check this task: 1']")
    one.page.wait_for_selector("[data-task=task-1] .running")
    one.page.click("#stop")
    one.page.wait_for_selector(VERDICT)
    assert "It was stopped" in one.page.inner_text(VERDICT)
    assert answer(one.page) == ENDLESS
    write(one.page, RIGHT)
    assert "passed" in check(one.page)
    one.page.reload()
    one.page.wait_for_function(SAVED)
    assert answer(one.page) == RIGHT


LONG = {
    "kept = 41\nwhile True:\n    kept = max(kept, 42)": ["It took more than 2 s"],
    "kept": ["42"],
    "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n"
    "        pass": ["too long", "starts anew"],
}


def test_what_was_downloaded_is_graded_as_the_page_has_promised(student, sandbox, tmp_path):
    bank, right = read_bank(PS05), ["task-1", "task-2", "task-3", "task-6"]
    answers = {task: bank.reference[task].source for task in right}
    answers["task-4"] = bank.wrong["task-4"][0].source  # and task 5 is not written
    one = student()
    for task, source in answers.items():
        write(one.page, source, f"[data-task={task}] .cm-content")
    one.page.click("text=Check all")
    one.page.wait_for_selector("#summary table", timeout=60_000)
    promised = {name: one.page.inner_text(f"[data-task={name}] .output") for name in bank.reference}
    path = downloaded(one.page, tmp_path)

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / PS05, tmp_path / "solutions" / PS05)
    nbgrader(tmp_path, "generate_assignment", PS05)
    course = Course(tmp_path, PS05)
    course.submit("ada", course.released).write_bytes(path.read_bytes())
    course.nbgrader("autograde", PS05)
    messages, points = course.messages("ada"), course.points("ada")
    for name, said in promised.items():
        state, message = ("passed", "") if f"{name}-visible" not in messages else (
            "wrong" if name in answers else "not written", messages[f"{name}-visible"])
        assert state in said.split("\n")[0] and message.split("\n")[0] in said, (name, said)
        assert (points[f"{name}-hidden"] > 0) == (state == "passed")
    assert [name for name, said in promised.items() if "passed." in said] == right


def test_a_cell_that_runs_too_long_ends_by_itself_and_the_names_are_kept(student):
    one = student()
    one.page.evaluate("LIMITS.run = 2")
    for source, words in LONG.items():
        write(one.page, source)
        one.page.click("[aria-label='Run the code of task 1']")
        one.page.wait_for_function("busy === null")
        said = one.page.inner_text("[data-task=task-1] .output")
        assert all(word in said for word in words), said
    write(one.page, RIGHT)
    assert "passed" in check(one.page)


HOSTILE = {
    "an endless loop": (ENDLESS, "look for a loop that never ends", "in sgd"),
    "recursion": (RIGHT.replace("w - lr * g, state", "sgd(w, g, state, lr)"), "RecursionError"),
    "a flood": (RIGHT.replace("    return", "    for i in range(100_000):\n"
                              "        print('x' * 10)\n    return"), ""),
    "too much memory": (RIGHT.replace("w - lr * g", "np.zeros((40_000, 40_000))"), "too big"),
    "more and more memory": ("kept = []\nwhile True:\n    kept.append(bytearray(5 * 10**7))\n", ""),
    "the end of Python": ("import os\nos.abort()\n", "ended the Python process"),
    "input": ("input('your name')\n", "does not support input"),
}


def test_what_an_answer_may_do_and_the_page_survives(student):
    """Each ends by itself, is told in words, and Python is ready again."""
    one = student()
    for what, (source, *words) in HOSTILE.items():
        found = one.page.evaluate("""async ([source, seconds]) => {
            cellOf("task-1").source = lines(source);
            const answer = await machine.check({ notebook: fileText(notebook), assignment, stem,
                                                 released: releasedText, only: "task-1", seconds });
            return answer.tasks[0];
        }""", [source, 2 if "while" in source else 60])
        assert found["state"] == ("done" if what == "a flood" else "wrong"), (what, found)
        assert all(word in found["message"] for word in words), (what, found)
    write(one.page, RIGHT)
    assert "passed" in check(one.page)


def test_what_is_printed_is_shown_and_cut(student):
    one = student()
    write(one.page, "print('x' * 200_000)\n'the last value'")
    one.page.click("[aria-label='Run the code of task 1']")
    one.page.wait_for_selector("[data-task=task-1] .output pre")
    shown = one.page.inner_text("[data-task=task-1] .output pre")
    assert 100_000 < len(shown) < 101_000
    assert "100,001 characters more" in shown and shown.rstrip().endswith("'the last value'")
    write(one.page, "def f():\n    return np.ones(2) @ np.ones(3)\n\n\nf()")
    one.page.click("[aria-label='Run the code of task 1']")
    one.page.wait_for_selector("[data-task=task-1] .output .error")
    error = one.page.inner_text("[data-task=task-1] .output .error")
    assert "line 2, in f:\n    return np.ones(2) @ np.ones(3)\nValueError: matmul" in error


def test_two_tabs_do_not_lose_each_others_work(student):
    one = student()
    other = one.context.new_page()
    other.goto(one.page.url)
    other.wait_for_function("document.getElementById('saved').textContent !== ''")
    write(one.page, "first = 1\n")
    write(other, "second = 2\n")
    other.wait_for_selector("#notice-apart")
    kept = one.page.evaluate("store.load()")["notebook"]["cells"]
    assert ["first = 1\n"] in [cell["source"] for cell in kept]
    assert ["second = 2\n"] not in [cell["source"] for cell in kept]
    other.reload()  # without a choice: what was typed there is set aside
    other.wait_for_selector("#aside")
    assert answer(other) == "first = 1\n"
    other.click("#aside summary")
    other.click("#aside >> text=Bring back")
    other.wait_for_function("sourceOf(cellOf('task-1')).includes('second')")
    # Also what gave way to it.
    other.wait_for_function("document.querySelectorAll('#aside li').length === 2")
    one.page.evaluate("lookAgain()")  # as when the reader comes back to the tab
    one.page.wait_for_function("sourceOf(cellOf('task-1')).includes('second')")


def test_a_notebook_is_opened_with_the_students_own_cells(student, tmp_path):
    one = student()
    write(one.page, "mine = 1\n")
    notebook = json.loads(release(PS05).read_text())
    place = next(i for i, cell in enumerate(notebook["cells"]) if cell["id"] == "task-1")
    notebook["cells"][place]["source"] = RIGHT
    own = {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [],
           "source": "print(sgd(np.ones(2), np.ones(2), None, 0.5)[0])"}
    notebook["cells"].insert(place + 1, own)
    path = tmp_path / "elsewhere (1).ipynb"
    path.write_text(json.dumps(notebook))
    one.page.set_input_files("#file", path)
    one.page.wait_for_selector("#notice-open")
    assert answer(one.page) == RIGHT and one.page.locator("#aside li").count() == 1
    one.page.click(".own >> text=Run")
    one.page.wait_for_selector(".own .output pre")
    assert one.page.inner_text(".own .output pre").strip() == "[0.5 0.5]"
    assert json.loads(downloaded(one.page, tmp_path).read_text()) == notebook

    path.write_text(release("ps01-bayes").read_text())
    one.page.set_input_files("#file", path)
    one.page.wait_for_selector("#notice-open :text('another exercise')")
    assert answer(one.page) == RIGHT


def test_a_browser_that_keeps_nothing_says_so_at_once(student, tmp_path, monkeypatch):
    one = student()
    one.page.add_init_script("indexedDB.open = () => { throw new Error('not allowed'); };")
    one.page.reload()
    one.page.wait_for_selector("#notice-none")
    assert "keeps nothing" in one.page.inner_text("#notice-none[role=alert]")
    assert one.page.inner_text("#saved") == "Not saved in this browser"
    write(one.page, RIGHT)
    cells = json.loads(downloaded(one.page, tmp_path).read_text())["cells"]
    assert RIGHT in ["".join(cell["source"]) for cell in cells]


def test_the_closing_picture_is_drawn(student):
    one = student("ps07-convolution")
    notebook = json.loads(filled("ps07-convolution", {
        task: answer.source for task, answer in read_bank("ps07-convolution").reference.items()}))
    one.page.set_input_files("#file", {"name": "a.ipynb", "mimeType": "application/json",
                                       "buffer": json.dumps(notebook).encode()})
    one.page.wait_for_selector("#notice-open")
    one.page.click("[data-id=picture] > .buttons button")
    one.page.wait_for_selector("[data-id=picture] .output img", timeout=60_000)
    size = "[...document.querySelectorAll('.output img')].map((e) => e.complete && e.naturalWidth)"
    assert min(one.page.evaluate(size)) > 300 and one.complaints == []


def test_by_keyboard_alone_and_read_aloud(student):
    one = student()
    one.tab_to(EDITOR)
    one.press("Control+A", "Delete")
    # The second line is indented by itself.
    one.page.keyboard.type("def sgd(w, g, state, lr):\nreturn w - lr * g, state")
    assert answer(one.page) == RIGHT.rstrip()
    one.page.evaluate("""{
        window.heard = [];
        const region = document.querySelector("[role=status]");
        new MutationObserver(() => heard.push(region.textContent))
            .observe(region, { childList: true, characterData: true, subtree: true });
    }""")
    one.press("Escape")
    one.tab_to("[aria-label='Check this task: 1']", most=3)
    one.press("Enter")
    one.page.wait_for_selector(VERDICT)
    one.page.wait_for_function("heard.length > 0")
    assert [text for text in one.page.evaluate("heard") if "passed" in text] == [
        "Task 1, gradient descent: passed. "]


def test_what_has_the_focus_is_not_under_the_bar(student):
    one = student()
    one.page.click("#hand-in")
    for _ in range(60):
        one.press("Shift+Tab")
        name, top, bar = one.page.evaluate("""() => {
            const { activeElement: node } = document;
            const { bottom } = document.querySelector("header").getBoundingClientRect();
            return [node.outerHTML.slice(0, 80), node.getBoundingClientRect().top, bottom];
        }""")
        assert top >= bar or "<header" in name, (name, top, bar)


@pytest.mark.parametrize(("name", "theme", "width"), [
    (PS05, "light", 1280), (PS05, "dark", 390), ("ps07-convolution", "dark", 640),
    ("index", "dark", 390), ("index", "light", 1280)])  # fmt: skip
def test_everybody_can_use_it(visit, name, theme, width):
    one = visit(name, theme=theme, width=width, folder=BUILT, reduced_motion="reduce")
    if name != "index":
        one.page.wait_for_selector(".buttons")
        one.page.wait_for_selector("mjx-container", state="attached")
        check(one.page)
    assert one.faults() == []
