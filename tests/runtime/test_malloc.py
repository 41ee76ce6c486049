"""The settings of malloc: made once, before JAX starts, and not when the environment forbids it.

Each case is a process of its own, in which ``ctypes.CDLL`` is replaced before tfgrad is imported.
"""

import json
import os
import subprocess
import sys

import pytest

from tfgrad._src.runtime import malloc

PROGRAM = """
import ctypes, json, os
calls = []
class Library:
    def mallopt(self, parameter, value):
        from jax._src import xla_bridge
        calls.append([parameter, value, xla_bridge.backends_are_initialized()])
        return 1
load = ctypes.CDLL
ctypes.CDLL = lambda name, *a, **k: Library() if name is None else load(name, *a, **k)
{change}
import tfgrad as tf
with tf.Session() as session:
    assert session.run(tf.constant(2.0) * 3.0) == 6.0
import tfgrad._src.runtime
print(json.dumps(calls))
"""


def calls(change: str = "", **environment) -> list:
    """The calls of mallopt in a process that imports tfgrad and runs a session."""
    env = {k: v for k, v in os.environ.items() if k != "TFGRAD_MALLOC"} | environment
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(change=change)],
        env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


glibc = pytest.mark.skipif(
    not getattr(os, "confstr_names", {}).get("CS_GNU_LIBC_VERSION"),
    reason="the C library is not glibc",
)


@glibc
def test_the_three_settings_are_made_once_before_jax_has_a_client():
    assert calls() == [[p, v, False] for p, v in malloc.SETTINGS]


@glibc
def test_the_environment_can_forbid_them():
    assert calls(TFGRAD_MALLOC="0") == []
    assert len(calls(TFGRAD_MALLOC="1")) == 3


def test_another_c_library_is_left_alone():
    assert calls("os.confstr = lambda name: 'musl'") == []
    assert calls("del os.confstr") == []


@glibc
def test_glibc_accepts_them():
    assert malloc.keep_memory()
