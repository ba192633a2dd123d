"""What honest students write is judged as in a notebook, and a mistake costs its own task only."""

from dataclasses import replace

import numpy as np
import pytest
from small import POINTS, QUICK, RIGHT, STUBS, find_level, graded, points

from classroom.judge import tasks_of
from classroom.process import StudentProcess
from classroom.sandbox import problem_with
from classroom.student import held_elsewhere

pytestmark = pytest.mark.usefixtures("sandbox")


def one(source, test, **names):
    """Judge one function by a test of its own."""
    tests = {"task-3-hidden": "from course_lib.grading import hidden_test\n\n"
                              f"@hidden_test('Task 3')\ndef test(check):\n    {test}\n"}
    return graded({"task-3": source}, tests=tests, **names).outcomes["task-3-hidden"]


def test_right_answers_have_all_points():
    judgment = graded({})
    assert points(judgment) == list(POINTS.values())
    assert not judgment.followed
    assert judgment.outcomes["task-1-visible"].text.endswith("Task 1 (double): passed.\n")
    assert judgment.seconds > 0
    assert judgment.level == find_level()


@pytest.mark.parametrize("wrong", ["def double(x):\n    return 3 * x", STUBS["task-1"], ("def "
"double("),
                                   "raise KeyError('x')", "1 / 0", ""])
def test_a_wrong_answer_costs_its_own_points_alone(wrong):
    judgment = graded({"task-1": wrong})
    assert points(judgment) == [0, 3, 4]
    assert judgment.followed == {"task-2-hidden": ["task-1"]}
    assert "Right, once task 1 is right" in judgment.outcomes["task-2-hidden"].text


def test_a_task_may_depend_on_an_earlier_one_by_way_of_another():
    wrong = {"task-1": "def double(x):\n    return 3 * x if x.sum() == 13.5 else 2 * x + 0 * x[:1]",
             "task-3": "def total(x):\n    return float(np.sum(quadruple(x))) / 4"}
    judgment = graded(wrong)
    assert points(judgment) == [0, 3, 4]
    assert judgment.followed == {"task-3-hidden": ["task-1"]}


def test_only_the_tasks_that_an_answer_calls_are_named():
    """Task 2 is wrong as well, but task 3 only calls task 1."""
    wrong = {"task-1": "def double(x):\n    return 3 * x", "task-2": "def quadruple(x):\n    return 1",
             "task-3": "def total(x):\n    quadruple_of = double(x)\n    return np.sum(quadruple_of) / 2"}
    judgment = graded(wrong)
    assert judgment.followed == {"task-3-hidden": ["task-1"]}
    assert "Right, once task 1 is right" in judgment.outcomes["task-3-hidden"].text
    by_way = {**wrong, "task-3": "def total(x):\n    return half(x) * 2"}
    helper = ["def half(x):\n    return np.sum(double(x)) / 4"]
    assert graded(by_way, added=helper).followed == {"task-3-hidden": ["task-1"]}


LOOP = "def double(x):\n    while True:\n        pass"


def test_an_endless_loop_costs_its_time_once(monkeypatch):
    """The visible test has all the time there is; what calls the same cell again has little."""
    monkeypatch.setattr("classroom.run.AGAIN", 0.3)
    allowed, begin = [], StudentProcess.begin_cell
    monkeypatch.setattr(StudentProcess, "begin_cell",
                        lambda self, seconds: allowed.append(seconds) or begin(self, seconds))
    judgment = graded({"task-1": LOOP}, limits=replace(QUICK, cell=3.0, submission=100.0))
    assert points(judgment) == [0, 3, 4]  # quadruple(x) is judged again with all the time
    told = [judgment.outcomes[f"task-{name}"].error[1] for name in ("1-visible", "1-hidden", "2-hidden")
            if judgment.outcomes[f"task-{name}"].error]
    assert "more than 3 s of processor time" in told[0]
    assert "look for a loop that never ends" in told[1]
    assert 0.3 in allowed


def test_a_loop_takes_no_time_from_what_does_not_use_it(monkeypatch):
    monkeypatch.setattr("classroom.run.AGAIN", 0.3)
    slow = ("import time\ndef total(x):\n    end = time.process_time() + 1\n"
            "    while time.process_time() < end:\n        pass\n    return float(np.sum(x))")
    through = slow.replace("np.sum(x)", "np.sum(double(x)) / 2")
    limits = replace(QUICK, cell=2.5, submission=100.0)
    assert points(graded({"task-1": LOOP, "task-3": slow}, limits=limits)) == [0, 3, 4]
    # Not even from an answer that calls it, once the loop has gone.
    assert points(graded({"task-1": LOOP, "task-3": through}, limits=limits)) == [0, 3, 4]


def test_a_syntax_error_says_its_line_and_its_tests_name_it():
    outcomes = graded({"task-1": "def double(x):\n    return 2 * x\n\ndef other(:\n    pass"}).outcomes
    told = "invalid syntax\nThe line is 4: def other(:"
    assert outcomes["task-1"].error == ("SyntaxError", told)
    for test in ("task-1-visible", "task-1-hidden"):
        assert outcomes[test].error[1] == ("Task 1 (double): double is not defined.\nLikely cause: The "
                                           f"cell of task 1 stopped with SyntaxError: {told}")


def test_a_name_that_an_own_cell_should_define_is_traced_to_it():
    answer = {"task-3": "def total(x):\n    return helper(x)"}
    outcomes = graded(answer, added=["1 / 0\ndef helper(x):\n    return float(np.sum(x))"]).outcomes
    assert ("Likely cause: A cell of your own stopped with ZeroDivisionError: division by zero\n"
            "The line is 1: 1 / 0") in outcomes["task-3-hidden"].error[1]
    assert "Likely cause" not in graded(answer).outcomes["task-3-hidden"].error[1]


def test_in_and_out_hold_the_students_own_cells():
    cells = ["6 * 7", "print(In[-2], Out, _)"]
    outcomes = graded({"task-1": "def double(x):\n    assert len(In) > 2\n    return 2 * x"}, cells).outcomes
    assert outcomes["added-1"].error == ()
    assert outcomes["added-1"].text.startswith("6 * 7 {2: 42} 42")
    assert outcomes["task-1-visible"].passed and outcomes["task-1-hidden"].passed


def test_follow_through_can_be_left_out():
    assert points(graded({"task-1": "def double(x):\n    return 3 * "
                          "x"}, follow_through=False)) == [0, 0, 4]


def test_nothing_is_granted_to_an_answer_that_is_wrong_itself():
    wrong = {"task-1": "def double(x):\n    return 3 * x",
             "task-2": "def quadruple(x):\n    return double(x)"}
    judgment = graded(wrong)
    assert points(judgment) == [0, 0, 4] and not judgment.followed
    assert points(graded({**wrong, "task-2": STUBS["task-2"]})) == [0, 0, 4]


def test_the_reference_of_a_task_is_not_there_when_that_task_is_judged_again():
    thief = ("def quadruple(x):\n    import __main__\n    found = [f for n, f in "
    "vars(__main__).items()"
             "\n             if n == 'quadruple']\n    double(x)\n    return found[0](x) if "
             "found[0] is not "
             "quadruple else x")
    assert points(graded({"task-1": "def double(x):\n    return 3 * "
                          "x", "task-2": thief})) == [0, 0, 4]


def test_a_task_is_its_solution_cells():
    from small import cells

    assert tasks_of(cells({})) == {f"task-{i}-hidden": [f"task-{i}"] for i in (1, 2, 3)}


def test_a_message_names_the_cause_and_the_line():
    judgment = graded({"task-1": "def double(x):\n    return 3 * x",
                       "task-3": "def total(x):\n    y = 3\n    return x + 'a'"})
    assert "Multiply by 2, not by 3." in judgment.outcomes["task-1-hidden"].error[1]
    assert "The line is: return x + 'a'" in judgment.outcomes["task-3-hidden"].error[1]
    assert "total raised" in judgment.outcomes["task-3-hidden"].error[1]
    assert "In the call double(x=array of shape (2,))." in (
        judgment.outcomes["task-1-visible"].error[1])


def test_an_error_in_a_cell_says_its_line():
    outcome = graded({"task-1": "def double(x):\n    return 2 * x\n\n\nunknown + "
    "1"}).outcomes["task-1"]
    assert outcome.error == ("NameError", ("name 'unknown' is not defined\nThe line is 5: "
    "unknown + 1"))


def test_changes_in_place_are_seen():
    judgment = graded({"task-1": "def double(x):\n    x *= 2\n    return x"})
    assert "changed its argument x in place" in judgment.outcomes["task-1-hidden"].error[1]
    assert points(judgment)[0] == 0


@pytest.mark.parametrize("made", ["np.arange(12.0).reshape(3, 4)[::-1, ::2]",
                                  "np.asfortranarray(np.arange(6.0).reshape(2, 3))",
                                  "np.broadcast_to(np.arange(3.0), (2, 3))"])
def test_arrays_keep_their_layout(made):
    test = (f"a = {made}\n    f = check.watch(total)\n"
            "    check.that('strides', f(a) == (a.strides, a.flags.writeable, a.tolist()))")
    assert one("def total(x):\n    return x.strides, x.flags.writeable, x.tolist()", test).passed


@pytest.mark.parametrize("value", [
    "None", "True", "7", "-2.5", "float('inf')", "3 + 4j", ("'text "
    "\u00e9'"), "np.float32(1.5)", "np.int8(-3)",
    "np.bool_(True)", "(1, (2.0, 'a'))", "[1, [2, None]]", "{'a': [1], (1, 2): 3.5}", "2**200"])
def test_data_crosses_both_ways_and_keeps_its_type(value):
    test = (f"v = {value}\n    r = check.watch(total)(v)\n"
            "    check.that('same', r == v and type(r) is type(v) and repr(r) == repr(v))")
    assert one("def total(x):\n    return x", test).passed


@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "u1", "?", "c16", "U3", ">f8"])
def test_arrays_of_numbers_cross(dtype):
    test = (f"a = np.ones((2, 3)).astype('{dtype}')\n    b = check.watch(total)(a)\n"
            "    check.that('same', np.array_equal(a, b) and a.dtype == b.dtype)")
    assert one("def total(x):\n    return x.copy()", test).passed


def test_a_generator_crosses_and_comes_back():
    test = ("a, b = np.random.default_rng(3), np.random.default_rng(3)\n    f = "
    "check.watch(total)\n"
            "    check.equal('x', f(a), b.random(3))\n    check.equal('x', f(a), b.random(3))\n"
            "    b.spawn(1)\n    s = check.watch(total)\n"
            "    check.equal('x', a.random(), b.random())")
    source = "def total(rng):\n    return rng.random(3)"
    assert one(source, test).passed
    spawn = ("a, b = np.random.default_rng(3), np.random.default_rng(3)\n    f = "
    "check.watch(total)\n"
             "    for _ in range(2):\n        check.equal('x', f(a), b.spawn(2)[1].random(3))")
    assert one("def total(rng):\n    return rng.spawn(2)[1].random(3)", spawn).passed


def test_a_function_is_called_back():
    test = ("f = check.watch(total)\n    check.equal('g', f(lambda x: float(np.sum(x**2)), "
    "np.ones(2)), 5.0)\n"
            "    check.raises(total, int, 'a', naming='literal')")
    assert one("def total(f, x):\n    return f(x + 1) - 3 if not isinstance(x, str) else "
    "f(x)", test).passed


def test_a_function_is_called_back_with_what_the_argument_holds_then():
    source = ("def total(f, x):\n    y = []\n    for i in range(2):\n        x[i] += 0.5\n"
              "        y.append(f(x))\n        x[i] -= 0.5\n    return np.array(y)")
    test = ("x = np.array([1.0, 4.0])\n    f = check.watch(total)\n"
            "    check.equal('y', f(lambda x: float(x @ x), x), [18.25, 21.25])")
    assert one(source, test).error == ()


@pytest.mark.parametrize("use", ["check.that('a', f(1))", "check.that('a', np.all(f(1)))",
                                 "check.equal('a', f(1), 1.0)", "check.finite('a', f(1))",
                                 "check.that('a', f(1) == 1.0)", "check.that('a', f(1) > 0)"])
def test_what_stays_there_is_no_truth(use):
    source = ("class Yes:\n    __eq__ = __gt__ = lambda *a: True\n    __bool__ = __len__ = lambda s: "
              "1\n\ndef total(x):\n    return Yes()")
    assert not one(source, f"f = check.watch(total)\n    {use}").passed


def test_what_is_no_data_stays_there_and_works():
    source = ("class total:\n    def __init__(self, n, step=1):\n        self.n = n\n\n"
              "    def up(self):\n        self.n += 1\n        return self.n")
    test = ("t = check.watch(total)(4)\n    check.equal('n', t.n, 4)\n"
            "    check.equal('n', check.watch(t.up)(), 5)\n    check.equal('n', t.n, 5)\n"
            "    check.that('none', getattr(t, 'missing', None) is None)")
    assert one(source, test).passed


def test_a_cache_comes_back_as_the_very_same_object():
    source = ("kept = []\ndef total(x, cache=None):\n    if cache is None:\n        "
              "kept.append({'x': x, 'f': lambda: 1})\n        return kept[-1]\n    "
              "return cache is kept[-1] and cache['f']() == 1")
    test = ("f = check.watch(total)\n    c = f(np.ones(2))\n    "
            "check.equal('same', f(np.ones(2), c), True)")
    assert one(source, test).passed


def test_an_array_that_a_cache_shares_with_an_argument_is_still_shared():
    source = "def total(x, cache=None):\n    if cache is None:\n        return (x[:1],)\n" \
             "    cache[0][...] = 9.0"
    test = ("f = check.watch(total)\n    x = np.ones(2)\n    c = f(x)\n    f(None, c)\n"
            "    check.equal('x', x, [1.0, 1.0])")
    assert "changed what an earlier call returned" in one(source, test).error[1]
    # Where the test itself does not look, the verdict still falls.
    blind = ("f = check.watch(total)\n    x = np.ones(2)\n    c = f(x)\n    f(None, c)\n    "
             "check.equal('1', 1, 1)")
    outcome = one(source, blind)
    assert not outcome.passed and "earlier call" in outcome.error[1]


@pytest.mark.parametrize("hold", ["x", "x[:1]", "x.reshape(2, 1).T", "memoryview(x)", "{'x': (x,)}"])
def test_an_argument_that_was_kept_and_is_changed_later_is_seen(hold):
    source = (f"kept = []\ndef total(x):\n    kept.append({hold})\n    first = kept[0]\n"
              "    first = first['x'][0] if type(first) is dict else first\n"
              "    if len(kept) == 3:\n        first[0] = 9.0\n    return 1.0")
    test = ("f = check.watch(total)\n    " + "f(np.ones(2)); " * 3 + "check.equal('1', 1, 1)")
    outcome = one(source, test)
    assert not outcome.passed and "earlier call" in outcome.error[1]


def test_an_argument_that_is_changed_by_the_last_who_holds_it_is_seen():
    source = ("last = None\ndef total(x):\n    global last\n    if last is not None:\n"
              "        last += x\n    last = x\n    return 1.0")
    outcome = one(source, "f = check.watch(total)\n    f(np.ones(2)); f(np.ones(2)); "
                          "check.equal('1', 1, 1)")
    assert not outcome.passed and "earlier call" in outcome.error[1]


def test_only_what_somebody_still_holds_is_looked_at():
    arrays = {n: np.zeros((3, 2)) for n in range(5)}
    arrays[4] = arrays[4][::2]
    held = [arrays[1], arrays[2][1:], memoryview(arrays[3])]
    assert [held_elsewhere(arrays, n) for n in arrays] == [False, True, True, True, True]
    held.clear()
    assert [held_elsewhere(arrays, n) for n in arrays] == [False, False, False, False, True]


@pytest.mark.parametrize("source, told", [
    ("y = np.zeros(2)\ndef total(x):\n    y[...] = x\n    return y", ("what an earlier call "
    "returned")),
    ("c = {}\ndef total(x):\n    c['x'] = x + 0\n    return x.sum(), c", "x of the first is wrong"),
    ("def total(x, c=[]):\n    c[:] = [x * 1]\n    return x.sum(), c", "x of the first is wrong")])
def test_a_result_that_a_later_call_changes_is_seen(source, told):
    test = """
    f = check.watch(total)
    first = f(np.ones(2))
    f(np.zeros(2))
    c = first[1] if type(first) is tuple else {0: first}
    check.equal("x of the first", c.get("x", c.get(0)) if type(c) is dict else c[0], [1.0, 1.0])
    """
    outcome = one(source, test.strip())
    assert told in outcome.error[1]


def test_lines_are_counted_where_the_function_runs():
    test = ("from course_lib.grading import lines_executed\n"
            "    _, n = lines_executed(total, 1000)\n    check.that('many', 2000 < n < 2010)")
    assert one("def total(n):\n    s = 0\n    for i in range(n):\n        s += i\n    return s",
               test).error == ()


def test_a_misspelled_name_is_told():
    outcome = graded({"task-3": "def Totals(x):\n    return 1"}).outcomes["task-3-hidden"]
    assert "There is Totals: the name must be total." in outcome.error[1]


def test_what_a_network_is_trained_on_is_written_down_here():
    source = ("def total(network, x):\n    for part in (x[:2], x[2:]):\n        "
    "network.forward(part, "
              "training=True)\n        network.backward(np.ones((len(part), 1)))\n"
              "    vars(network.layers[0])['batches'] = [x * 0]\n    return 1.0")
    test = """
    from course_lib.nn import Dense, Network
    from course_lib.training.recorder import Recorder
    n = Network([Recorder(), Dense(3, 1, np.random.default_rng(0))])
    x = np.arange(9.0).reshape(3, 3)
    check.equal("is", check.watch(total)(n, x), 1.0)
    check.that("all", [b.tolist() for b in n.layers[0].numbers(x)] == [[0, 1], [2]])
    """
    assert one(source, test.strip()).error == ()


def test_a_copy_writes_nothing_down():
    source = ("import copy\ndef total(network, x):\n    other = copy.deepcopy(network)\n"
              "    other.forward(x, training=True)\n    other.backward(np.ones((len(x), 1)))\n"
              "    return len(other.layers[0].batches)")
    test = """
    from course_lib.nn import Dense, Network
    from course_lib.training.recorder import Recorder
    n = Network([Recorder(), Dense(3, 1, np.random.default_rng(0))])
    check.equal("copied", check.watch(total)(n, np.ones((2, 3))), 1)
    check.equal("written", len(n.layers[0].batches), 0)
    """
    assert one(source, test.strip()).error == ()


def test_a_network_of_the_library_is_trained_in_place():
    source = ("def total(network, x):\n    network.forward(x, training=True)\n"
              "    network.backward(np.ones((2, 1), np.float32))\n"
              "    for a in network.params.values():\n        a += 1\n    return "
              "isinstance(network, "
              "__import__('course_lib.nn').nn.Network)")
    test = """
    from course_lib.nn import Dense, Layer, Network
    class Spy(Layer):
        def forward(self, x, training=False):
            self.seen = x.shape
            return x
        def backward(self, dy, input_gradient=True):
            self.back = dy.shape
            return dy
    n = Network([Spy(), Dense(3, 1, np.random.default_rng(0))])
    before = n.params["1.W"].copy()
    check.equal("is", check.watch(total)(n, np.ones((2, 3), np.float32)), True)
    check.equal("W", n.params["1.W"], before + 1)
    check.that("spied", n.layers[0].seen == (2, 3) and n.layers[0].back == (2, 3))
    """
    assert one(source, test.strip()).error == ()


@pytest.mark.parametrize("change", [
    "network.layers = [Mine()]", "network.layers[0] = Mine()", "network.layers.append(Mine())",
    "network.layers = (Mine(),)", "network.layers = [{'a': [Mine()]}]",
    "vars(network.layers[0])['params'] = {'W': Mine()}"])
def test_a_network_that_was_given_keeps_its_layers(change):
    source = ("class Mine:\n    def forward(self, x, training=False):\n        return x\n"
              f"def total(network):\n    {change}\n    return 1.0")
    test = """
    from course_lib.nn import Dense, Network
    n = Network([Dense(3, 1, np.random.default_rng(0))])
    check.equal("is", check.watch(total)(n), 1.0)
    """
    outcome = one(source, test.strip())
    assert not outcome.passed and "not its layers" in outcome.error[1]


def test_a_student_s_layer_may_be_in_a_network_that_a_test_makes():
    source = ("from course_lib.nn import Layer\nclass total(Layer):\n    def forward(self, x, training=False):\n        return 2 * x\n"
              "    def train(self, network):\n        for a in network.layers[1].params.values():\n"
              "            a += 1")
    test = """
    from course_lib.nn import Dense, Network
    mine = total()
    n = Network([mine, Dense(3, 1, np.random.default_rng(0))])
    before = n.layers[1].params["W"].copy()
    mine.train(n)
    check.equal("W", n.layers[1].params["W"], before + 1)
    """
    assert one(source, test.strip()).error == ()


def test_processor_time_is_counted():
    loop = "import time\nt = time.process_time()\nwhile time.process_time() < t + 0.3: pass"
    assert 0.25 < graded({}, added=[loop]).processor < 3


def test_what_a_test_writes_into_an_object_is_there_in_the_student_s_process():
    source = ("from course_lib.nn import Dense, Network\nnetworks = []\ndef total():\n    "
    "networks.append("
              "Network([Dense(2, 1, np.random.default_rng(0))]))\n    return networks[-1]")
    test = """
    from course_lib.nn import Network
    n = check.watch(total)()
    check.that("is", isinstance(n, Network))
    for a in n.params.values():
        a[...] = 2.0
    check.equal("y", np.asarray(check.watch(n.forward)(np.ones((1, 2))), float), [[6.0]])
    """
    assert one(source, test.strip()).error == ()


def test_memory_is_measured_where_the_function_runs():
    test = ("from course_lib.grading import peak_memory\n    f = check.watch(total)\n    f(10)\n"
            "    _, most = peak_memory(f, 100_000)\n    check.that('much', 790_000 < most < "
            "900_000)")
    assert one("def total(n):\n    return float(np.ones(n).sum())", test).error == ()


def test_warnings_come_along():
    test = "check.equal('x', check.watch(total, quiet=True)(np.zeros(1)), 1.0)"
    outcome = one("def total(x):\n    np.log(x)\n    return 1.0", test)
    assert "caused a warning: divide by zero" in outcome.error[1]


@pytest.mark.parametrize("level", [None, "landlock"])
def test_the_words_of_ipython_work(level):
    if level and problem_with(level):
        pytest.skip(problem_with(level))
    judgment = graded({}, added=["%time x = 3", "get_ipython().run_line_magic('time', '1')",
                                 "y = %timeit -n1 -r1 -q -o 1 + 1", "display(5)"], level=level)
    assert points(judgment) == [2, 3, 4]
    for name in ("added-0", "added-1", "added-2", "added-3"):
        assert judgment.outcomes[name].error == ()
    assert "5\n" in judgment.outcomes["added-3"].text


def test_what_a_visible_test_imports_is_there_afterwards():
    judgment = graded({"task-3": "def total(x):\n    return math.fsum(x)"})
    assert points(judgment) == [2, 3, 4]


def test_tests_with_points_can_have_other_seeds():
    show = ("from course_lib.grading import visible_test as t\nr = "
    "np.random.default_rng(1).random()\n"
            "@t('Seen')\ndef test(check):\n    check.equal('x', r, 5.0)")
    tests = {"task-3-hidden": show, "task-3-visible": show}

    def numbers(seed):
        outcomes = graded({}, tests=tests, seed=seed).outcomes
        return [outcomes[name].error[1].split("got ")[1] for name in sorted(tests)]

    (hidden, shown), (other, same) = numbers(None), numbers(4)
    assert hidden == shown == same != other
    assert numbers(4) == [other, same]


def test_a_figure_is_drawn():
    outcome = graded({}, added=[("import matplotlib.pyplot as plt\nplt.plot([1, "
                                "2])\nplt.show()")]).outcomes
    assert len(outcome["added-0"].pictures) == 1
    assert outcome["added-0"].pictures[0].startswith("iVBOR")


def test_a_missing_function_is_named():
    outcome = graded({"task-3": "def other(x):\n    return 1"}).outcomes["task-3-hidden"]
    assert outcome.error[1].startswith("Task 3 (total): total is not defined.")


def test_a_cell_without_a_test_earns_nothing():
    outcome = graded({}, tests={"task-3-hidden": "# nothing"}).outcomes["task-3-hidden"]
    assert not outcome.passed and outcome.error


def test_what_a_hidden_test_hands_over_is_not_printed():
    judgment = graded({"task-1": "def double(x):\n    print('spied', x)\n    return 2 * x"})
    assert points(judgment)[0] == 2
    assert "spied" in judgment.outcomes["task-1-visible"].text
    assert "spied" not in judgment.outcomes["task-1-hidden"].text


def test_right_answers_of_the_reference_are_those_of_the_notebook():
    namespace = {"np": np}
    for source in RIGHT.values():
        exec(source, namespace)  # noqa: S102
    assert namespace["quadruple"](2) == 8
