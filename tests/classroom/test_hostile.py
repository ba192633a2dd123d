"""Students who attack: task 1 gets nothing, the others keep their points, nothing is left."""

import os
import re
import socket
import stat
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from small import POINTS, QUICK, Settings, cells, find_level, graded, points, said

from classroom.cells import Cell
from classroom.process import LOOK, StudentProcess
from classroom.sandbox import Limits, problem_with
from classroom.server import Judge, NotJudged
from classroom.tree import descendants

pytestmark = pytest.mark.usefixtures("sandbox")
ROOT = Path(__file__).parents[2]

WRONG = "def double(x):\n    return x\n"
# None is the best there is here, with the nursery; the others always start anew.
LEVELS = [None, *(pytest.param(level, marks=[pytest.mark.slow, pytest.mark.skipif(
    problem_with(level) is not None, reason=f"{level}: {problem_with(level)}")])
    for level in ("bubblewrap", "landlock"))]
every_level = pytest.mark.parametrize("level", LEVELS)

# Each is put before a wrong answer. The other two tasks are right and must keep their points.
PATCHES = {
    "comparisons of NumPy": "np.isclose = np.allclose = np.array_equal = lambda *a, **k: True\n"
                            "np.testing.assert_allclose = lambda *a, **k: None",
    "built-ins": "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda "
    "*a: True",
    "the check": "import course_lib.grading.check as c\nc.Check.equal = c.Check.fail = c._run = "
                 "lambda *a, **k: None\nimport course_lib.grading as g\ng.hidden_test = lambda t: "
                 "lambda f: None",
    "the error": "import course_lib.grading.failed as f\nf.CheckFailed.__init_subclass__ = None\n"
                 "import builtins\nbuiltins.AssertionError = builtins.Exception = KeyError",
    "input transformers": "get_ipython().input_transformers_cleanup.append(lambda lines: "
    "['pass'])\n"
                          "get_ipython().ast_transformers.append(None)",
    "run_cell": "s = get_ipython()\ns.run_cell = lambda *a, **k: None\ntype(s).showtraceback = "
    "None",
    "the runner": "import gc\nr, = [o for o in gc.get_objects() if type(o).__name__ == 'Runner']\n"
                  "r.attempt = lambda *a: {'passed': True, 'warnings': [], 'result': {'passed': "
                  "True}}",
    "tracing": "import sys, threading\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: "
    "None)",
    "modules": "import sys\nsys.modules['numpy.testing'] = sys.modules['course_lib.grading'] = "
    "None",
}
LIARS = {
    "equal to all": "class Yes:\n    __eq__ = __le__ = __ge__ = lambda *a: True\n    shape = (3,)\n"
                    "    dtype = np.dtype(float)\n    def __array__(self, *a, **k): return "
                    "np.zeros(3)\n"
                    "def double(x): return Yes()",
    "an array's subclass": "class A(np.ndarray):\n    def __eq__(self, other): return True\n"
                           "    def __array_ufunc__(self, *a, **k): return True\n"
                           "    def __array_function__(self, *a, **k): return True\n"
                           "def double(x): return np.asarray(x).view(A)",
    "a float's subclass": "class F(float):\n    __eq__ = lambda *a: True\n    __hash__ = None\n"
                          "def double(x): return F(1)",
    "a class that says it is another": "class N:\n    __class__ = np.ndarray\ndef double(x): "
    "return N()",
    "a list of itself": "def double(x):\n    y = []\n    y.append(y)\n    return y",
    "nested very deep": "def double(x):\n    y = 1\n    for _ in range(10_000): y = [y]\n    "
    "return y",
    "a huge number": "def double(x): return 10**100_000",
    "far too large": "def double(x): return np.zeros(30_000_000)",
    "a broadcast array": "def double(x): return np.broadcast_to(1.0, (100_000, 1_000_000))",
    "a module": "def double(x): return np",
    "an array of objects": "def double(x): return np.array([np, None, 1], dtype=object)",
    "a structured array": "def double(x): return np.zeros(3, dtype=[('a', float)])",
    "fields that lie about a type": "def double(x):\n    return type('ndarray', (), "
    "{'__module__': 'numpy'})()",
    "a member of the library": "from course_lib.nn import Network\ndef double(x):\n    return "
    "Network([])",
}
LEAVERS = {
    "os._exit in a cell": "import os\nos._exit(0)",
    "os._exit in a call": "import os\ndef double(x): os._exit(0)",
    "sys.exit in a call": "import sys\ndef double(x): sys.exit(0)",
    "killing oneself": "import os\nos.kill(os.getpid(), 9)\nos.abort()",
    "killing all": "import os, signal\nfor pid in (-1, 0, 1, os.getppid()):\n    try: "
    "os.kill(pid, 9)\n"
                   "    except OSError: pass",
    "a crash": "import ctypes\ndef double(x): ctypes.string_at(0)",
    "at the end": "import atexit, os\natexit.register(os.system, 'true')",
    "closing everything": "import os\nos.closerange(0, 300)",
    "two who answer": "import os\ndef double(x):\n    os.fork()\n    return x",
    "recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\ndef "
    "double(x): return f(0)",
}
HOGS = {
    "an endless loop": "def double(x):\n    while True: pass",
    "a loop that nothing interrupts": "import signal\nsignal.signal(signal.SIGINT, "
    "signal.SIG_IGN)\n"
                                      "def double(x):\n    while True:\n        "
                                      "try:\n            while True: "
                                      "pass\n        except BaseException: pass",
    "sleep": "import time\ndef double(x): time.sleep(1000)",
    "a sleeping cell": "import time\ntime.sleep(1000)",
    "children that compute": "import os\ndef double(x):\n    for _ in range(4):\n        if not "
    "os.fork():\n"
                             "            while True: pass\n    import time; time.sleep(1000)",
    "threads that compute": "import threading\ndef spin():\n    while True: pass\ndef double(x):\n"
                            "    for _ in range(4): threading.Thread(target=spin).start()\n    "
                            "threading.Event().wait()",
    "threads left behind": "import threading\ndef spin():\n    while True: pass\ndef double(x):\n"
                           "    for _ in range(4): threading.Thread(target=spin).start()\n    "
                           "return x",
    "memory": "def double(x):\n    return np.ones((1 << 30) + x.size)",
    "memory bit by bit": "def double(x):\n    y = []\n    while True: y.append(bytearray(1 << 20))",
    "output": "def double(x):\n    while True: print('y' * 100_000)",
    "output to the stream itself": "import os\nwhile True: os.write(1, b'z' * 65536)",
    "processes": "import os\ndef double(x):\n    while True:\n        try: os.fork()\n        "
    "except OSError: pass",
    "files": "i = 0\nwhile True:\n    i += 1\n    open(f'f{i}', 'w').write('x' * 100_000)",
    "one large file": "with open('f', 'wb') as f:\n    while True: f.write(b'x' * 1_000_000)",
}
FORGERS = {
    "garbage": "def double(x):\n    channel().connection.send(b'garbage' * 100)\n    return x",
    "a huge length": "def double(x):\n    channel().connection.send(b'\\xff' * 16)\n    return x",
    "nested JSON": "import struct\ndef double(x):\n    t = b'[' * 100_000\n    "
    "channel().connection.send("
                   "struct.pack('>QQ', len(t), 0) + t)\n    return x",
    "an early answer": "channel().send({'op': 'reply', 'id': 5, 'result': 1, 'warnings': [], "
    "'objects': []})",
    "all answers": "def double(x):\n    for n in range(1000):\n        channel().send({'op': "
    "'reply', 'id': n, "
                   "'passed': True, 'warnings': [], 'objects': [], 'result': {'tuple': "
                   "[]}})\n    return x",
    "a lot of data": "def double(x):\n    while True:\n        x = [np.zeros(6_000_000) for _ "
    "in range(1)]\n        "
                     "channel().send({'op': 'call back', 'function': 0, 'method': None, 'args': "
                     "[], 'kwargs': {}, "
                     "'objects': []})",
    "an answer of no kind": "def double(x):\n    channel().send({'op': 'passed', 'id': 1})\n    "
    "return x",
    "a call back to nothing": "def double(x):\n    channel().send({'op': 'call back', "
    "'function': 2, 'method': "
                              "None, 'args': [], 'kwargs': {}, 'objects': []})\n    return x",
    "a call back to an argument": "def double(x):\n    for n in range(0, 40, 2):\n        "
    "channel().send({'op': 'call "
                                  "back', 'function': n, 'method': '__class__', 'args': [], "
                                  "'kwargs': {}, "
                                  "'objects': []})\n    return x",
    "other shapes for an argument": "def double(x):\n    x.shape = (3, 1)\n    return x",
    "half a message": "def double(x):\n    channel().connection.send(b'\\0' * 7)\n    import "
    "time\n    time.sleep(100)",
    "silence": "def double(x):\n    channel().connection.close()\n    while True: pass",
    "changing what was given before": "seen = []\ndef double(x):\n    if seen and type(x) is "
    "not float: "
                                      "seen[0][...] = 0.0\n    seen.append(x)\n    return x * 0",
}
# What the runner answers to one kind of question; all tasks suffer, since all are asked it.
SABOTAGE = [
    ("run", "{}"), ("run", "{'pictures': 3}"), ("run", "{'pictures': [], 'error': 7}"),
    ("run", "{'pictures': [], 'error': {'line': 'ab', 'kinds': 3, 'type': 1, 'text': []}}"),
    ("names", "{}"), ("names", "{'names': [1]}"), ("names", "{'names': {'double': {'ref': 99}}}"),
    ("names", "{'names': {'double': {'ref': {}}}}"), ("call", "{}"), ("forget", "1"),
    ("call", "{'result': {'ref': []}}"), ("call", "{'warnings': [], 'result': {'tuple': 3}}"),
    ("call", "{'warnings': [], 'result': None, 'measured': 'x'}"), ("get", "{}"),
    ("call", "{'warnings': [[1]], 'result': None}"),
    ("run", "{'pictures': [], 'error': {'line': [1e999, ''], 'kinds': [], 'type': 'E', 'text': 1}}"),
    ("call", "{'warnings': [], 'result': None, 'measured': 1e999}"),
]
CHANNEL = "import gc\ndef channel():\n    return " \
          "[o for o in gc.get_objects() if type(o).__name__ == 'Channel'][0]\n"


@pytest.mark.parametrize("name", PATCHES)
def test_patches_change_no_verdict(name):
    judgment = graded({"task-1": f"{PATCHES[name]}\n{WRONG}"})
    assert points(judgment)[0] == 0
    assert judgment.outcomes["task-1-hidden"].error


@pytest.mark.parametrize("name", LIARS)
def test_lying_objects_are_seen_for_what_they_are(name):
    assert points(graded({"task-1": LIARS[name]})) == [0, 3, 4]


@every_level
@pytest.mark.parametrize("name", LEAVERS)
def test_who_leaves_loses_one_task(name, level):
    assert points(graded({"task-1": f"{LEAVERS[name]}\n" + (WRONG if "def "
                          "double" not in LEAVERS[name]
                                                            else "")}, level=level)) == [0, 3, 4]


@every_level
@pytest.mark.parametrize("name", [name if name in ("an endless loop", "memory") else
                                  pytest.param(name, marks=pytest.mark.slow) for name in HOGS])
def test_who_takes_too_much_loses_one_task(name, level):
    limits = replace(QUICK, cell=1.0, idle=1.0)
    start = time.monotonic()
    judgment = graded({"task-1": f"{HOGS[name]}\n"}, level=level, limits=limits)
    assert points(judgment) == [0, 3, 4]
    assert time.monotonic() - start < 120
    assert len(said(judgment)) < 10 * QUICK.output


@pytest.mark.parametrize("name", FORGERS)
def test_forged_messages_earn_nothing(name):
    source = f"{CHANNEL}{FORGERS[name]}\n" + (WRONG if "def double" not in FORGERS[name] else "")
    judgment = graded({"task-1": source})
    assert points(judgment) == [0, 3, 4], judgment.outcomes


@pytest.mark.parametrize("name, flag", [
    ("an early answer", "another question"), ("all answers", "another question"),
    ("a call back to nothing", "no answer"), ("garbage", "too large"),
    ("a call back to an argument", "no function|not handed over"),
    ("other shapes for an argument", "another shape")])
def test_who_breaks_the_rules_is_flagged(name, flag):
    source = f"{CHANNEL}{FORGERS[name]}\n" + (WRONG if "def double" not in FORGERS[name] else "")
    outcomes = graded({"task-1": source}).outcomes
    assert re.search(flag, " ".join(outcome.flag for outcome in outcomes.values()))
    assert not any(outcome.flag for outcome in graded({"task-1": WRONG}).outcomes.values())


def test_an_array_that_is_too_large_is_told():
    """Its zero strides take no room here; copying it would end the process."""
    outcome = graded({"task-1": LIARS["a broadcast array"]}).outcomes["task-1-hidden"]
    assert "cannot be judged" in outcome.error[1] and outcome.flag == ""


def test_an_answer_in_drops_is_waiting(monkeypatch):
    """Only before its first byte may the wait be ours; whoever sends bytes slowly is idle."""
    looks, process = [], object.__new__(StudentProcess)
    monkeypatch.setattr(StudentProcess, "_look", lambda self, seconds: looks.append(seconds))
    process.silent, process.looked = True, float("-inf")
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    process.reading = reading
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"a byte")
        for _ in range(2):
            process.looked = float("-inf")
            process.wait(ours, False)
    os.close(reading)
    os.close(writing)
    assert looks == [0.0, LOOK]


def test_who_speaks_out_of_turn_spoils_no_later_task():
    """The message comes after the last answer of one test, and waits for the next."""
    source = f"""{CHANNEL}
def send(header, blobs=(), once=[], send=channel().send):
    send(header, blobs)
    if not {{'result', 'names', 'pictures', 'error'}} & header.keys() and not once:
        once.append(1)
        send({{'op': 'reply', 'id': 0, 'objects': []}})
channel().send = send
{WRONG}"""
    assert points(graded({"task-1": source})) == [0, 3, 4]


def test_what_was_given_earlier_cannot_be_changed():
    """A list of the test's is changed by a call that does not have it."""
    source = """import gc
runner, = [o for o in gc.get_objects() if type(o).__name__ == 'Runner']
def total(x):
    if type(x) is not list:
        for number, value in runner.heap.objects.items():
            if type(value) is list and number % 2 == 0:
                value[:] = [5.0]
                runner.returned.append(number)
    return 1.0
"""
    test = """from course_lib.grading import hidden_test
@hidden_test('Task 3')
def test(check):
    f, known = check.watch(total), [1.0, 2.0]
    f(known)
    check.equal('s', f(0.0), 1.0)
    check.equal('k', np.array(known), [1.0, 2.0])"""
    outcome = graded({"task-3": source}, tests={"task-3-hidden": test}).outcomes["task-3-hidden"]
    assert "no business" in outcome.flag


@pytest.mark.parametrize("twice", ["[known, known]", "(known, [known])", "{1: known, 2: known}"])
def test_what_is_endless_once_written_out_never_reaches_a_test(twice):
    source = ("def total(x):\n    known = [1.0]\n    for _ in range(24):\n"
              f"        known = {twice}\n    return known")
    test = ("from course_lib.grading import hidden_test\n@hidden_test('Task 3')\n"
            "def test(check):\n    check.that('it came', check.watch(total)(1) is not None)")
    outcome = graded({"task-3": source}, tests={"task-3-hidden": test}).outcomes["task-3-hidden"]
    assert not outcome.passed and "go through" in outcome.flag


@pytest.mark.parametrize("change", ["inner.append(outer)", "inner[:] = [outer]",
                                    "inner[:] = chain([2.0], 14)"])
def test_a_list_does_not_become_endless_later(change):
    source = ("def chain(inner, length):\n    for _ in range(length):\n        inner = [inner, inner]"
              "\n    return inner\ninner = [1.0]\nouter = chain(inner, 14)\n"
              f"def total(x):\n    if x:\n        {change}\n    return outer")
    test = ("from course_lib.grading import hidden_test\n@hidden_test('Task 3')\n"
            "def test(check):\n    f = check.watch(total)\n"
            "    check.that('it came', f(0) is not None)\n    f(1)")
    outcome = graded({"task-3": source}, tests={"task-3-hidden": test}).outcomes["task-3-hidden"]
    assert not outcome.passed and "go through" in outcome.flag


@every_level
def test_no_file_is_open_but_the_channel(level):
    source = """import os
found = []
for number in range(3, 200):
    try:
        found.append(str(os.fstat(number).st_mode >> 12))
    except OSError:
        pass
print("open:", *found)"""
    text = graded({}, added=[source], level=level).outcomes["added-0"].text
    assert text == f"open: {stat.S_IFSOCK >> 12}\n"


@pytest.mark.parametrize("question, answer", SABOTAGE)
def test_answers_of_another_form_are_borne(question, answer):
    source = ("import gc\nr, = [o for o in gc.get_objects() if type(o).__name__ == 'Runner']\n"
              f"r.{question} = lambda *a: {answer}\n{WRONG}")
    judgment = graded({"task-1": source})
    assert points(judgment)[0] == 0
    assert all(judgment.outcomes[test].passed or judgment.outcomes[test].error for test in POINTS)


@pytest.mark.parametrize("place", ["gc", "frames"])
def test_nothing_of_a_hidden_test_is_in_the_student_s_process(place):
    """The expected number of task 1, 1234.5, and the word of its message are looked for."""
    looks = {"gc": "gc.get_objects()", "frames": "[v for f in frames() for v in "
    "f.f_locals.values()]"}
    spy = f"""
import gc, sys
def frames():
    f = sys._getframe()
    while f:
        yield f
        f = f.f_back
def double(x):
    found = [o for o in {looks[place]} if type(o) in (str, list, dict, tuple)]
    hits = [o for o in found if 'Multiply by 2' in repr(o)[:10_000] or '1234.5' in repr(o)[:10_000]]
    return 1234.5 if [h for h in hits if 'spy' not in repr(h) and 'hits' not in repr(h)] else x
"""
    assert points(graded({"task-1": spy}))[0] == 0


ACTS = [
    "open('{root}/solutions/ps01-bayes/bayes.ipynb').read()", "os.listdir('{root}/solutions')",
    "os.listdir('{root}/grading')", "open('{root}/classroom/judge.py').read()",
    "open('/etc/passwd').read()", "open('{secret}').read()", "open('{secret}', 'w')",
    "os.listdir('{there}')", "open('{elsewhere}', 'w')", "open('{root}/course_lib/__init__.py', 'a')",
    "open(np.__file__, 'a')", "socket.create_connection(('127.0.0.1', {port}), 2)",
    "socket.create_connection(('1.1.1.1', 53), 2)",
    "open('/proc/{pid}/environ', 'rb').read()", "open('/proc/{pid}/cmdline', 'rb').read()",
    "open('/proc/{pid}/mem', 'rb')", "os.kill({pid}, 0)", "os.environ['SECRET']",
]


@every_level
def test_the_machine_is_out_of_reach(level, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "s")
    secret = tmp_path / "gradebook.db"
    secret.write_text("points")
    send = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))"
    with (socket.create_server(("127.0.0.1", 0)) as server,
          socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener):
        listener.bind(server.getsockname())
        known = {"there": tmp_path, "root": ROOT, "secret": secret,
                 "elsewhere": tmp_path / "new", "pid": os.getpid(), "port": server.getsockname()[1]}
        # A sandbox shows the way to the course, empty but for that: not a place to look for others.
        folders = [folder for folder in ("/home", tempfile.gettempdir())
                   if not ROOT.is_relative_to(folder)]
        acts = ["import os, socket", *(f"print('reached', {act.format(**known)})" for act in ACTS),
                *(f"print('reached', os.listdir({folder!r}))" for folder in folders),
                send.format(**known), "print('reached', os.listdir('.'))"]
        judgment = graded({}, added=acts, level=level)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nothing has arrived
            listener.recv(1)
    reached = [act for i, act in enumerate(acts)
               if "reached" in judgment.outcomes[f"added-{i}"].text]
    assert reached == acts[-1:]  # the last shows that what was reached would be seen
    assert secret.read_text() == "points"


@every_level
def test_no_process_is_left(level):
    source = ("import os, time\nfor _ in range(3):\n    if not os.fork():\n        "
    "os.setsid()\n        "
              "if os.fork(): os._exit(0)\n        time.sleep(1000)\n")
    with Judge() as ready:
        settings = Settings(level or find_level(), limits=QUICK)
        judgment = ready.judge(cells({}, added=[source]), {}, settings)
        assert points(judgment) == [2, 3, 4]
        left = descendants(ready.process.pid)
        assert len(left) == (3 if settings.level == "bubblewrap" else 0)  # those of the nursery


def test_what_brings_down_the_judge_costs_no_other_notebook():
    with Judge() as ready:
        bad = [*cells({}), Cell("bad", "import os\nos.kill(os.getpid(), 9)", "test", 1.0)]
        with pytest.raises(NotJudged, match="has ended"):
            ready.judge(bad, {}, Settings(find_level(), limits=QUICK))
        assert points(ready.judge(cells({}), {}, Settings(find_level(), limits=QUICK))) == [2, 3, 4]


def test_the_whole_notebook_has_a_limit_too():
    loop = "import time\nt = time.process_time()\nwhile time.process_time() < t + 0.8: pass"
    limits = Limits(cell=2.0, submission=2.0, idle=2.0, wall=60.0)
    judgment = graded({}, added=[loop] * 6, limits=limits)
    assert points(judgment) == [0, 0, 0]
    assert "whole notebook" in said(judgment)
