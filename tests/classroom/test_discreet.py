"""Whatever a student's code does with what a hidden test gives to it, no word of that is shown."""

import re

import pytest
from small import graded, points, said

from classroom.discreet import Discreet

SECRETS = ("1234.5", "617.25", "2469", "-1234")  # inputs and expected values of task 1
# Each sees the inputs of task 1, in a function named double, and tries to have them shown.
SPIES = {
    "printed at once": "def double(x):\n    print(x, flush=True)\n    return 2 * x",
    "kept, printed by a later cell": ["kept = []\ndef double(x):\n    kept.append(x)\n    return 2 * x",
                                      "print(kept)\nkept"],
    "kept in a file": ["def double(x):\n    open('kept', 'a').write(repr(x))\n    return 2 * x",
                       "import os\nprint(os.path.exists('kept') and open('kept').read())"],
    "kept in shared memory": [
        ("import mmap\nm = mmap.mmap(-1, 4096)\ndef double(x):\n    m.write(repr(x).encode())\n"
        "    return 2 * x"), "print(m[:200])"],
    "kept by a child": [("import os\nr, w = os.pipe()\ndef double(x):\n    os.write(w, repr(x).encode())"
                        "\n    return 2 * x"), "os.set_blocking(r, False)\nprint(os.read(r, 1000))"],
    "kept in a picture's text": [
        "kept = []\ndef double(x):\n    kept.append(x)\n    return 2 * x",
        "import matplotlib.pyplot as plt\nplt.title(str(kept))\nprint(plt.gca().get_title())"],
    "raised": "def double(x):\n    raise ValueError(repr(x))",
    "raised as the name of a class": "def double(x):\n    raise type('E' + ''.join(c for c in repr(x) "
                                     "if c.isdigit()), (ValueError,), {})()",
    "raised as not written": "def double(x):\n    raise NotImplementedError(repr(x))",
    "raised by leaving": "import sys\ndef double(x):\n    sys.exit(repr(x))",
    "raised with a list of reasons": "def double(x):\n    raise ValueError('could not broadcast ' + "
                                     "repr(x))",
    "in a line that never was": "import linecache\ndef double(x):\n    code = f'raise ValueError() # {x!r}'"
                                "\n    linecache.cache['<task-1>'] = (9, None, [code + '\\n'] * 9, "
                                "'<task-1>')\n    raise ValueError()",
    "warned": "import warnings\ndef double(x):\n    warnings.warn(repr(x))\n    return x",
    "returned": "def double(x):\n    return x",
    "returned as a text": "def double(x):\n    return repr(x)",
    "returned as the name of a class": "def double(x):\n    return type('E' + ''.join(c for c in repr(x) "
                                       "if c.isdigit()), (), {})()",
    "returned as a shape": "def double(x):\n    return np.zeros((0, int(abs(np.sum(x)) * 100)))",
    "the function's name": "def double(x):\n    double.__name__ = 'E' + ''.join(c for c in repr(x) if "
                           "c.isdigit())\n    return x",
    "names of arguments": "import inspect\ndef double(x):\n    p = inspect.Parameter('E' + ''.join(c for c "
                          "in repr(x) if c.isdigit()), 1)\n    double.__signature__ = "
                          "inspect.Signature([p])\n    return x",
    "history": ["def double(x):\n    get_ipython().user_ns['seen'] = x\n    return 2 * x",
                "print(In, Out, globals().get('seen'))"],
    "frames": "import sys\ndef double(x):\n    f, seen = sys._getframe(), []\n    while f:\n"
              "        seen.append(repr(f.f_locals)[:2000])\n        f = f.f_back\n"
              "    raise RuntimeError('\\n'.join(seen))",
    "gc": ["import gc\ndef double(x):\n    return 2 * x",
           "print([o for o in gc.get_objects() if type(o) is np.ndarray], gc.garbage)"],
    "the protocol": "import gc\ndef double(x):\n    r, = [o for o in gc.get_objects() if "
                    "type(o).__name__ == 'Runner']\n    r.channel.send({'op': 'reply', 'id': repr(x), "
                    "'objects': [[repr(x)]], 'warnings': [], 'result': {repr(x): 1}})\n    return x",
    "what it took": "import gc\nr, = [o for o in gc.get_objects() if type(o).__name__ == 'Runner']\n"
                    "def double(x):\n    r.told = lambda *a: [repr(x), f'The line is: {x!r}']\n    1 / 0",
    "a misspelled name": [("def double(x):\n    double_ = globals()\n    double_['T_o_t_a_l_' + ''.join("
                          "c for c in repr(x) if c.isdigit())] = total\n    return 2 * x")],
    "an endless loop": "def double(x):\n    y = 2 * x\n    while True:\n        pass",
}


@pytest.mark.parametrize("name", SPIES)
def test_no_input_is_shown(name):
    task, *later = [SPIES[name]] if isinstance(SPIES[name], str) else SPIES[name]
    answers = {"task-1": task}
    if later:
        answers["task-2"] = f"{later[0]}\ndef quadruple(x):\n    return double(double(x))"
    text = said(graded(answers))
    digits = re.sub(r"[^\d]", "", text)
    assert not [secret for secret in SECRETS
                if secret in text or re.sub(r"[^\d]", "", secret) in digits]


def test_what_a_visible_test_gives_may_be_shown():
    """The search above finds what is shown."""
    judgment = graded({"task-1": "def double(x):\n    print('given', x * 617.25)\n    return 2 * x"})
    assert "617.25" in said(judgment)
    judgment = graded({"task-1": "kept = []\ndef double(x):\n    kept.append(x)\n    return 2 * x",
                       "task-2": "print(kept)\ndef quadruple(x):\n    return double(double(x))"})
    assert "[array([1., 2.])" in judgment.outcomes["task-2"].text
    assert points(judgment) == [2, 3, 4]


def test_an_honest_error_is_still_told():
    source = ("def double(x):\n    return np.ones((3, 2)) @ np.ones(7)\n\n\n"
              "def helper():\n    raise ValueError('Only positive numbers.')")
    text = " ".join(graded({"task-1": source}).outcomes["task-1-hidden"].error)
    assert "raised ValueError: the axes do not fit together" in text
    assert "The line is: return np.ones((3, 2)) @ np.ones(7)" in text
    text = " ".join(graded({"task-1": source + "\ndef double(x):\n    helper()"}).outcomes[
        "task-1-hidden"].error)
    assert "Only positive numbers." in text and "The line, in helper, is: raise" in text


def test_a_name_error_is_told_and_a_forged_one_is_not():
    discreet = Discreet(["def f(x):\n    return xs"])
    assert discreet.reason("name 'xs' is not defined") == "name 'xs' is not defined"
    assert discreet.reason("name 'x123' is not defined") == "a name has no value yet"


@pytest.mark.parametrize("lines", [["The line is: 0.5"], ["See first what x1, x2 returned."],
                                   ["There x=array of shape (3, 4)."], ["0.5"],
                                   ["Did you forget return in f0_5?"]])
def test_lines_of_an_explanation_that_were_not_known_are_left_out(lines):
    assert Discreet(["def f(x):\n    return x"]).told(lines) == []


def test_known_lines_of_an_explanation_stay():
    lines = ["The line is: return g(x)", "The line, in f, is: return g(x)", "There x=None.",
             "Did you forget return in g?", "See first what f and g returned."]
    assert Discreet(["def f(x):\n    return g(x)"]).told(lines) == lines


def test_a_cell_that_ends_the_process_is_run_once():
    judgment = graded({"task-1": "import time\ntime.sleep(100)\ndef double(x):\n    return 2 * x"})
    assert points(judgment) == [0, 3, 4]
    assert judgment.seconds < 2 * 2.0 + 6  # it may wait for 2 s, and is not begun a second time
