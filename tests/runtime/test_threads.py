"""Many threads on one session, and runs that are interrupted: no update is lost, none is halved.

Each test ends by itself if the runtime is right; if it is not, a thread that hangs fails the test
after the time that `together` allows.
"""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph import running
from tfgrad._src.graph.registry import OPS, defop
from tfgrad._src.runtime.execute import StageRunner

THREADS = 16
RUNS = 1000
PATIENCE = 60.0  # seconds; a test takes one or two


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def together(work, threads=THREADS):
    """Calls ``work(i)`` in threads that start at once; raises what the first of them raises."""
    barrier = threading.Barrier(threads)
    failures = []

    def call(i):
        try:
            barrier.wait(PATIENCE)
            work(i)
        except BaseException as error:
            failures.append(error)

    workers = [threading.Thread(target=call, args=(i,), daemon=True) for i in range(threads)]
    for w in workers:
        w.start()
    end = time.monotonic() + PATIENCE
    for w in workers:
        w.join(max(0.0, end - time.monotonic()))
    assert not any(w.is_alive() for w in workers), "a thread hangs"
    if failures:
        raise failures[0]


def new_session():
    session = tf.Session()
    session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    return session


# ---------------------------------------------------------------------- updates


@pytest.mark.parametrize("use_resource", [False, True])
def test_no_update_is_lost(use_resource):
    total = tf.get_variable("total", initializer=0.0, use_resource=use_resource)
    rows = tf.get_variable(
        "rows", initializer=np.zeros(THREADS, np.int64), use_resource=use_resource
    )
    which = tf.placeholder(tf.int32, [])
    add = tf.group(
        tf.assign_add(total, 1.0, use_locking=True),
        tf.scatter_add(rows, which[tf.newaxis], np.ones(1, np.int64)),
    )
    session = new_session()

    def work(i):
        for _ in range(RUNS):
            session.run(add, {which: i})

    together(work)
    assert session.run(total) == THREADS * RUNS
    np.testing.assert_array_equal(session.run(rows), np.full(THREADS, RUNS))


def test_a_read_and_a_write_in_one_run_are_not_separated():
    """In TensorFlow ``v.assign(v + 1)`` loses updates of other threads; here it does not."""
    v = tf.Variable(0, use_resource=True)
    up = v.assign(v + 1).op
    session = new_session()
    together(lambda i: [session.run(up) for _ in range(200)])
    assert session.run(v) == THREADS * 200


def test_readers_see_whole_updates_in_order():
    a, b = tf.Variable(0), tf.Variable(np.zeros(1000, np.int32))
    both = tf.group(tf.assign_add(a, 1), tf.assign_add(b, np.ones(1000, np.int32)))
    session = new_session()

    def work(i):
        if i % 2:
            for _ in range(200):
                session.run(both)
            return
        last = 0
        for _ in range(200):
            x, y = session.run([a, b])
            assert (y == x).all()
            assert x >= last
            last = x

    together(work)
    assert session.run(a) == THREADS // 2 * 200


def test_each_number_is_counted_once():
    count = tf.count_up_to(tf.Variable(0, name="c"), THREADS * 50)
    session = new_session()
    seen = [[] for _ in range(THREADS)]

    def work(i):
        while True:
            try:
                seen[i].append(int(session.run(count)))
            except tf.errors.OutOfRangeError:
                return

    together(work)
    assert sorted(n for own in seen for n in own) == list(range(THREADS * 50))


def test_random_numbers_are_drawn_once():
    draw = tf.random_uniform([], seed=3)
    in_order = [float(tf.Session().run(draw))]
    session = new_session()
    seen = [[] for _ in range(THREADS)]
    together(lambda i: seen[i].extend(float(session.run(draw)) for _ in range(100)))
    numbers = [x for own in seen for x in own]
    assert len(set(numbers)) == THREADS * 100
    assert in_order[0] in numbers


def test_training_by_many_threads_takes_every_step():
    """As in A3C: each thread reads what it acts on, then applies a gradient to what is shared."""
    x = tf.placeholder(tf.float32, [None, 4])
    w = tf.get_variable("w", [4, 1], initializer=tf.zeros_initializer())
    steps = tf.train.get_or_create_global_step()
    action = tf.matmul(x, w)
    loss = tf.reduce_mean(tf.square(action - 1.0))
    train = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=steps)
    session = new_session()

    def work(i):
        batch = np.random.default_rng(i).normal(size=(1 + i % 3, 4))
        for _ in range(50):
            session.run(action, {x: batch})
            session.run([train, loss], {x: batch})

    together(work)
    assert session.run(steps) == THREADS * 50
    assert np.isfinite(session.run(w)).all()


# ---------------------------------------------------------------------- compiling


def test_a_plan_is_compiled_once_however_many_threads_ask(monkeypatch):
    compiled = []
    compile_ = StageRunner._compile

    def counting(self, *args):
        compiled.append(self)
        time.sleep(0.05)  # so that the others come while it is under way
        return compile_(self, *args)

    monkeypatch.setattr(StageRunner, "_compile", counting)
    x = tf.placeholder(tf.float32, [None])
    v = tf.Variable([1.0, 1.0])
    session = new_session()
    compiled.clear()
    fetches = [tf.assign_add(v, x), x * 2.0]
    together(lambda i: session.run(fetches, {x: [1.0, 2.0]}))
    assert len(compiled) == 1
    np.testing.assert_array_equal(session.run(v), [1 + THREADS, 1 + 2 * THREADS])


def test_sessions_of_one_graph_in_threads_keep_their_variables_apart():
    v = tf.Variable(0.0)
    up = tf.assign_add(v, 1.0)
    init = tf.global_variables_initializer()

    def work(i):
        with tf.Session(graph=v.graph) as session:
            session.run(init)
            for _ in range(i + 1):
                last = session.run(up)
            assert last == i + 1
            assert tf.get_default_session() is session

    together(work)


# ---------------------------------------------------------------------- waiting


def test_runs_on_the_host_do_not_wait_for_one_another():
    v = tf.Variable(2.0)
    barrier = threading.Barrier(4)

    def meet(x):
        barrier.wait(PATIENCE)  # passes only if all four are here at once
        return x

    y = tf.py_func(meet, [v * 2.0], tf.float32)
    session = new_session()
    together(lambda i: session.run(y), threads=4)


def test_a_run_that_waits_does_not_keep_others_from_training():
    """As a reader of a queue does, whose elements come from a run of another thread."""
    v = tf.Variable(0.0)
    up = tf.assign_add(v, 1.0)
    arrived = threading.Event()
    element = tf.py_func(lambda: np.float32(arrived.wait(PATIENCE)), [], tf.float32)
    consume = tf.assign_add(v, 10.0 * element)
    session = new_session()

    def work(i):
        if i == 0:
            session.run(consume)
        else:
            for _ in range(20):
                session.run(up)
            arrived.set()

    together(work, threads=2)
    assert session.run(v) == 30.0


@pytest.fixture
def wait_op():
    """An op that waits for ever, as a queue would."""
    condition = threading.Condition()
    started = threading.Event()

    def wait(node):
        started.set()
        with condition:
            running.current().wait(condition, lambda: False, node)

    defop("WaitForTest() -> y: float32", stateful=True, step=wait)(None)
    yield started
    del OPS["WaitForTest"]


def test_closing_a_session_ends_the_runs_that_wait(graph, wait_op):
    y = graph.create_op("WaitForTest", [], [tf.float32]).outputs[0]
    session = tf.Session()

    def work(i):
        if i == 0:
            with pytest.raises(tf.errors.CancelledError, match="Session has been closed"):
                session.run(y)
        else:
            assert wait_op.wait(PATIENCE)
            session.close()

    together(work, threads=2)
    with pytest.raises(RuntimeError, match="closed Session"):
        session.run(y)


@pytest.mark.parametrize("way", ["options", "config"])
def test_a_time_limit_ends_a_run_that_waits(graph, wait_op, way):
    v = tf.Variable(0.0)
    with tf.control_dependencies([tf.assign_add(v, 1.0)]):
        y = graph.create_op("WaitForTest", [], [tf.float32]).outputs[0]
    config = tf.ConfigProto(operation_timeout_in_ms=50) if way == "config" else None
    options = tf.RunOptions(timeout_in_ms=50) if way == "options" else None
    session = tf.Session(config=config)
    # The options of a run go before those of its session.
    session.run(v.initializer, options=tf.RunOptions(timeout_in_ms=60000))
    with pytest.raises(tf.errors.DeadlineExceededError) as caught:
        session.run(y, options=options)
    assert caught.value.message.startswith("Timed out waiting for notification\n")
    assert "50 ms" in caught.value.message
    assert session.run(v, options=tf.RunOptions(timeout_in_ms=60000)) == 0.0


def test_a_time_limit_that_is_passed_by_a_program_changes_nothing():
    v = tf.Variable(0.0)
    up = tf.assign_add(v, tf.py_func(lambda: (time.sleep(0.1), np.float32(1))[1], [], tf.float32))
    session = new_session()
    with pytest.raises(tf.errors.DeadlineExceededError):
        session.run(up, options=tf.RunOptions(timeout_in_ms=20))
    assert session.run(v) == 0.0
    assert session.run(up, options=tf.RunOptions(timeout_in_ms=30000)) == 1.0
    assert session.run(v) == 1.0


def test_a_step_may_run_its_own_session():
    v = tf.Variable(3.0)
    y = v * 2.0
    session = new_session()
    outer = tf.py_func(lambda: session.run(y), [], tf.float32) + v
    assert session.run(outer) == 9.0


# ---------------------------------------------------------------------- interrupts and failures


@pytest.fixture
def together_with_noise():
    """Variables and a random stream that a run changes, and a way to read them all."""
    a = tf.Variable(0.0)
    noise = tf.random_uniform([], seed=5)
    b = tf.Variable(0.0)
    up = tf.group(tf.assign_add(a, 1.0), tf.assign(b, noise))
    return a, b, noise, up


@pytest.mark.parametrize("kind", ["interrupt", "error", "assert"])
@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_a_run_that_fails_on_the_host_changes_nothing(together_with_noise, kind, place):
    a, b, noise, up = together_with_noise
    fails = [True]

    def step(x):
        if fails[0]:
            raise KeyboardInterrupt if kind == "interrupt" else ValueError("no")
        return x

    def host(x):
        if kind == "assert":
            ok = tf.py_func(lambda x: np.bool_(not fails[0]), [x], tf.bool)
            with tf.control_dependencies([tf.Assert(ok, [x])]):
                return tf.identity(x)
        return tf.py_func(step, [x], tf.float32)

    if place == "before":
        with tf.control_dependencies([host(tf.constant(1.0))]):
            fetch = tf.group(tf.assign_add(a, 1.0), tf.assign(b, noise))
    elif place == "between":
        with tf.control_dependencies([up]):
            x = host(tf.constant(1.0))
        with tf.control_dependencies([x]):
            fetch = tf.group(tf.assign_add(a, 1.0))
    else:
        with tf.control_dependencies([up]):
            fetch = host(noise)
    session, fresh = new_session(), new_session()
    expected = KeyboardInterrupt if kind == "interrupt" else tf.errors.InvalidArgumentError
    for _ in range(3):
        with pytest.raises(expected):
            session.run(fetch)
        assert session.run([a, b]) == [0.0, 0.0]
    fails[0] = False
    session.run(fetch)
    fresh.run(fetch)
    assert session.run([a, b]) == fresh.run([a, b])


def test_an_interrupted_compilation_leaves_nothing_behind(monkeypatch):
    v = tf.Variable(0.0)
    up = tf.assign_add(v, 1.0)
    session = new_session()
    with monkeypatch.context() as m:
        m.setattr(OPS["AssignAdd"], "lower", interrupting(OPS["AssignAdd"].lower))
        with pytest.raises(KeyboardInterrupt):
            session.run(up)
    assert session.run(v) == 0.0
    assert session.run(up) == 1.0


def interrupting(lower):
    def call(*args):
        lower(*args)
        raise KeyboardInterrupt

    return call


SCRIPT = """
    import os, random, signal, sys, threading, time
    import numpy as np
    import tfgrad as tf

    # A shell starts what runs in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    what = sys.argv[1]
    a, b = tf.Variable(np.zeros(2000, np.float32)), tf.Variable(0.0)
    shape = tf.placeholder(tf.int32, [None])
    x = tf.ones([2000])
    if what == "host":
        x = x + tf.py_func(lambda: (time.sleep(0.002), np.float32(0))[1], [], tf.float32)
    grows = tf.zeros(shape)  # another program for each shape
    both = tf.group(tf.assign_add(a, x + tf.reduce_sum(grows)), tf.assign_add(b, 1.0))
    if what == "program":  # long enough to be hit
        with tf.control_dependencies([both]):
            both = tf.group(tf.reduce_sum(tf.matmul(tf.ones([200, 200]), tf.ones([200, 200]))))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for n in range(3):
        session.run(both, {shape: [n]})
    before = session.run(b)
    print("ready", flush=True)

    def interrupt(delay, caught):
        time.sleep(delay)
        while not caught.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            caught.wait(2)  # what comes while JAX's callback of the collector runs, Python drops

    interrupts = done = 0
    stop = time.monotonic() + 4.0
    n = 0
    while time.monotonic() < stop and interrupts < 60:
        n += 1
        delay = 0.001 + random.random() * 0.02
        caught = threading.Event()
        timer = threading.Thread(target=interrupt, args=(delay, caught))
        try:
            timer.start()
            while True:
                session.run(both, {shape: [n + 10 if what == "compile" else 2]})
                done += 1
        except KeyboardInterrupt:
            caught.set()
            interrupts += 1
        timer.join()
        va, vb = session.run([a, b])
        assert (va == vb).all(), (va, vb)
        steps = vb - before
        # The run that was interrupted happened wholly or not at all.
        assert done <= steps <= done + interrupts, (done, steps, interrupts)
    assert interrupts > 3, interrupts
    print("fine", interrupts, done, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to a process")
@pytest.mark.parametrize("what", ["step", "program", "host", "compile"])
def test_ctrl_c_at_any_moment_leaves_a_session_that_works(what):
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), what],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert "fine" in result.stdout, result.stdout + result.stderr
    assert result.returncode != -signal.SIGINT
