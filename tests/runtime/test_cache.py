"""Programs on disk: found by another process, and by nobody who should not load them."""

import os
import subprocess
import sys

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.runtime import cache

PROGRAM = """
import jax, tfgrad as tf
from tfgrad._src.runtime import cache
cache.SLOW = 0.0
compiled = []
original = jax.stages.Lowered.compile
jax.stages.Lowered.compile = lambda self, *a, **k: compiled.append(1) or original(self, *a, **k)
x = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable([[1.0], [2.0], [FACTOR]])
loss = tf.reduce_sum(tf.square(tf.matmul(x, w)))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
session = tf.Session()
session.run(tf.global_variables_initializer())
compiled.clear()
results = [session.run([loss, train], {x: [[1.0, 2.0, 3.0]]})[0] for _ in range(3)]
print(*[float(r) for r in results], len(compiled))
"""


def run(directory, factor="3.0") -> tuple[list[float], int]:
    """The losses, and how often XLA compiled, in a new process."""
    env = {**os.environ, "TFGRAD_CACHE": str(directory)}
    command = [sys.executable, "-c", PROGRAM.replace("FACTOR", factor)]
    out = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    *losses, compiled = out.split()
    return [float(x) for x in losses], int(compiled)


def test_another_process_finds_the_program(tmp_path):
    first, compiled = run(tmp_path / "new" / "cache")
    assert compiled == 1
    again, compiled = run(tmp_path / "new" / "cache")
    assert compiled == 0
    assert again == first
    assert first == pytest.approx([196.0, 635.04, 101.6064], rel=1e-5)  # by hand


def test_switched_off():
    assert run("0")[1] == 1
    assert run("0")[1] == 1
    assert not os.path.exists("0")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A stored program: what loads it."""
    import jax

    from tfgrad._src.runtime.passes.equations import Equations

    monkeypatch.setenv("TFGRAD_CACHE", str(tmp_path))
    x = np.arange(3, dtype=np.float32)
    traced = jax.jit(lambda x: [x * 2]).trace(x)
    tree = jax.tree.structure(traced.out_info)
    key = cache.key_of(Equations(traced.jaxpr), (), (), tree)
    cache.store(key, traced.lower().compile())
    (path,) = tmp_path.iterdir()
    assert path.name == key + cache.SUFFIX

    def load():
        return cache.load(key, (x,), tree)

    load.path = path
    np.testing.assert_array_equal(load()(x), [[0, 2, 4]])
    return load


def test_a_damaged_file_is_not_loaded(program):
    content = bytearray(program.path.read_bytes())
    content[-1] ^= 1
    program.path.write_bytes(content)
    assert program() is None
    program.path.write_bytes(content[:20])
    assert program() is None


def test_a_file_that_others_may_write_to_is_not_loaded(program):
    program.path.chmod(0o620)
    assert program() is None
    program.path.chmod(0o600)
    assert program() is not None
    program.path.parent.chmod(0o777)
    assert program() is None


def test_a_file_of_another_user_is_not_loaded(program, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: program.path.stat().st_uid + 1)
    assert program() is None


def test_what_was_used_longest_ago_is_deleted(program, monkeypatch):
    old = program.path.with_name("old" + cache.SUFFIX)
    old.write_bytes(b"x" * 100)
    os.utime(old, (0, 0))
    monkeypatch.setattr(cache, "LARGEST", program.path.stat().st_size + 50)
    cache._tidy(program.path.parent)
    assert not old.exists()
    assert program() is not None


def test_a_directory_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TFGRAD_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(cache, "SLOW", 0.0)
    with tf.Graph().as_default(), tf.Session() as session:
        assert session.run(tf.constant(2.0) * tf.placeholder_with_default(3.0, [])) == 6.0


def test_the_key_tells_programs_apart():
    import jax

    from tfgrad._src.runtime.passes.equations import Equations

    def key(f, *args, names=(), donate=()):
        return cache.key_of(Equations(jax.make_jaxpr(f)(*args)), names, donate, None)

    x = np.ones(3, np.float32)
    keys = [
        key(lambda x: x * 2, x),
        key(lambda x: x * 3, x),
        key(lambda x: x * 2, np.ones(4, np.float32)),
        key(lambda x: x * 2, x.astype(np.float16)),
        key(lambda x: x + 2, x),
        key(lambda x: x * np.float32([1, 2, 3]), x),
        key(lambda x: x * np.float32([1, 2, 4]), x),
        key(lambda x: x * 2, x, names=("sums",)),
        key(lambda x: x * 2, x, donate=(0,)),
        key(lambda x: jax.lax.fori_loop(0, 3, lambda k, v: v * 2, x), x),
        key(lambda x: jax.lax.fori_loop(0, 3, lambda k, v: v * 3, x), x),
    ]
    assert None not in keys
    assert len(set(keys)) == len(keys)
    assert key(lambda x: x * 2, x) == keys[0]
