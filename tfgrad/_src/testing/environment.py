"""What a test may ask about where it runs, and how a file of tests is started."""

import atexit
import functools
import os
import shutil
import sys
import tempfile
import unittest
from collections.abc import Callable
from typing import Any

from tfgrad._src.graph.proto import GraphDef


def main(argv: list[str] | None = None) -> None:
    """Runs all tests of the program that is running, and ends it.

    Args:
      argv: the command line; default: that of the program.  Options are those of `unittest`.

    Example:
      The last lines of a file of tests::

          if __name__ == "__main__":
              tf.test.main()
    """
    unittest.main(argv=argv)


@functools.cache
def _gpus() -> tuple:
    import jax

    return tuple(d for d in jax.devices() if d.platform in ("gpu", "cuda", "rocm"))


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability=None) -> bool:
    """Whether programs run on a GPU.

    Args:
      cuda_only: ask for NVIDIA's.
      min_cuda_compute_capability: a pair ``(major, minor)`` that the GPU must have at least.

    Example:
      >>> isinstance(tf.test.is_gpu_available(), bool)
      True
    """
    for device in _gpus():
        capability = getattr(device, "compute_capability", None)
        if cuda_only and capability is None:
            continue
        if min_cuda_compute_capability is not None:
            if capability is None:
                continue
            have = tuple(int(part) for part in str(capability).split("."))
            if have < tuple(min_cuda_compute_capability):
                continue
        return True
    return False


def gpu_device_name() -> str:
    """The name of the GPU, ``"/device:GPU:0"``, or ``""`` if there is none."""
    return "/device:GPU:0" if _gpus() else ""


def is_built_with_cuda() -> bool:
    """Whether the JAX that is installed can use NVIDIA's GPUs."""
    import importlib.util

    names = ("jax_cuda12_plugin", "jax_cuda13_plugin")
    return any(importlib.util.find_spec(name) is not None for name in names)


def is_built_with_rocm() -> bool:
    """Whether the JAX that is installed can use AMD's GPUs."""
    import importlib.util

    names = ("jax_rocm60_plugin", "jax_rocm7_plugin")
    return any(importlib.util.find_spec(name) is not None for name in names)


def is_built_with_gpu_support() -> bool:
    """Whether the JAX that is installed can use GPUs."""
    return is_built_with_cuda() or is_built_with_rocm()


@functools.cache
def get_temp_dir() -> str:
    """A folder for the tests of this process; it goes when the process ends.

    The environment variable ``TEST_TMPDIR`` says where it is to be.
    """
    name = os.path.splitext(os.path.basename(sys.argv[0] or "test"))[0]
    folder = tempfile.mkdtemp(prefix=name, dir=os.environ.get("TEST_TMPDIR"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def test_src_dir_path(relative_path: str) -> str:
    """The path of a data file of TensorFlow's own tests, below ``$TEST_SRCDIR``.

    Raises:
      KeyError: the environment variable is not set.
    """
    return os.path.join(os.environ["TEST_SRCDIR"], "org_tensorflow/tensorflow", relative_path)


def assert_equal_graph_def(
    actual, expected, checkpoint_v2: bool = False, hash_table_shared_name: bool = False
) -> None:
    """Raises unless two graphs have the same nodes, whatever their order.

    Versions and functions are not looked at.

    Args:
      actual: a ``GraphDef``.
      expected: a ``GraphDef``.
      checkpoint_v2: accepted for compatibility: tfgrad's savers make no random names.
      hash_table_shared_name: accepted for compatibility.

    Raises:
      TypeError: an argument is no ``GraphDef``.
      AssertionError: they differ; the message names the first node that does.

    Example:
      >>> x = tf.constant(1.0)
      >>> definition = tf.get_default_graph().as_graph_def()
      >>> tf.test.assert_equal_graph_def(definition, definition)
    """
    for name, graph in (("actual", actual), ("expected", expected)):
        if not isinstance(graph, GraphDef):
            raise TypeError(f"Expected tf.GraphDef for {name}, got {type(graph).__name__}")
    left = {node.name: node for node in actual.node}
    right = {node.name: node for node in expected.node}
    for name, node in right.items():
        if name not in left:
            raise AssertionError(f"Did not find expected node '{name}' (op: {node.op})")
        if left[name] != node:
            raise AssertionError(
                f"Node '{name}' differs.\n  expected  {_one_line(node)}\n"
                f"  actual    {_one_line(left[name])}"
            )
    for name in left:
        if name not in right:
            raise AssertionError(f"Found unexpected node '{name}' (op: {left[name].op})")


def _one_line(node) -> str:
    return " ".join(str(node).split())


class StubOutForTesting:
    """Replaces attributes for a while, and puts them back.

    `unittest.mock.patch` is the usual way today; this is for tests that were written for it.

    Example:
      >>> import os
      >>> real = os.getcwd
      >>> with tf.test.StubOutForTesting() as stubs:
      ...     stubs.Set(os, "getcwd", lambda: "nowhere")
      ...     print(os.getcwd())
      nowhere
      >>> os.getcwd is real
      True
    """

    def __init__(self):
        self._old: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> "StubOutForTesting":
        return self

    def __exit__(self, *unused) -> None:
        self.CleanUp()

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:
        """Replaces one attribute of ``parent``."""
        old = vars(parent).get(child_name, getattr(parent, child_name))
        self._old.append((parent, child_name, old))
        setattr(parent, child_name, new_child)

    def SmartSet(self, obj: Any, attr_name: str, new_attr: Any) -> None:
        """Replaces one attribute, in the class where it is defined.

        Raises:
          AttributeError: there is no such attribute.
        """
        owner = obj
        if not (hasattr(obj, "__dict__") and attr_name in vars(obj)):
            cls = obj if isinstance(obj, type) else type(obj)
            owner = next((c for c in cls.__mro__ if attr_name in vars(c)), None)
        if owner is None:
            raise AttributeError("Attribute not found.")
        self.Set(owner, attr_name, new_attr)

    def UnsetAll(self) -> None:
        """Puts back what was replaced, the latest first."""
        while self._old:
            setattr(*self._old.pop())

    SmartUnsetAll = UnsetAll
    CleanUp = UnsetAll
