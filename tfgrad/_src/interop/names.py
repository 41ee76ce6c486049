"""What TensorFlow 1.15 calls things, for the messages about names that tfgrad lacks.

The public names of TensorFlow 1.15 are in ``tf115_names.txt``, recorded by
``tests/golden/record_names.py``.  The file is read, and ``difflib`` imported, only when a message
is written: a program that asks for nothing unknown pays nothing.
"""

import functools
from collections.abc import Iterable
from pathlib import Path

_ROOTS = ("tfgrad", "tensorflow")
# Modules that repeat the names of others: not where to send a user for a name.
_REPEATS = ("raw_ops", "keras", "contrib", "manip", "spectral", "compat", "estimator")


def unknown_attribute(module_path: str, name: str, available: Iterable[str]) -> AttributeError:
    """The error for a name that a public module does not have; the caller raises it.

    Args:
      module_path: the module's dotted path, for example ``"tfgrad.nn"``.
      name: what the user asked for.
      available: the names that the module has, among which the nearest are suggested.

    Returns:
      An error whose first line is Python's own; then whether TensorFlow 1.15 has the name, and the
      nearest names.

    Example:
      >>> print(unknown_attribute("tfgrad.nn", "relu7", ["relu", "relu6", "tanh"]))
      module 'tfgrad.nn' has no attribute 'relu7'
        TensorFlow 1.15 has no tf.nn.relu7 either.
        Did you mean tf.nn.relu or tf.nn.relu6?
    """
    lines = [f"module {module_path!r} has no attribute {name!r}"]
    if not name.startswith("_"):  # what Python, doctest and copy ask for is nobody's mistake
        path = _relative(module_path)
        lines += _status(path, name)
        lines += _suggestions(path, name, available)
    return AttributeError("\n  ".join(lines), name=name)


def missing_module(module_path: str) -> ModuleNotFoundError:
    """The error for importing a module that tfgrad does not have; the caller raises it."""
    lines = [f"No module named {module_path!r}"]
    path = _relative(module_path)
    if path in _names_of_tensorflow():
        lines.append(f"TensorFlow 1.15 has tf.{path}; tfgrad does not have it yet.")
    else:
        lines.append(f"The name 'tensorflow' stands for tfgrad here, which has no module {path!r}.")
    return ModuleNotFoundError("\n  ".join(lines), name=module_path)


def _relative(module_path: str) -> str:
    """The path below ``tf``: ``""`` for ``tf`` itself and for its alias ``tf.compat.v1``."""
    root, _, path = module_path.partition(".")
    if root not in _ROOTS:
        path = module_path
    return path.removeprefix("compat.v1").removeprefix(".")


def _full(path: str, name: str) -> str:
    return f"tf.{path}.{name}" if path else f"tf.{name}"


@functools.cache
def _names_of_tensorflow() -> dict[str, frozenset[str]]:
    """The names in each public module of TensorFlow 1.15, by path; ``""`` is ``tf`` itself."""
    text = Path(__file__).with_name("tf115_names.txt").read_text(encoding="utf-8")
    rows = (line.split(": ", 1) for line in text.splitlines())
    return {path.removeprefix("."): frozenset(names.split()) for path, names in rows}


def _status(path: str, name: str) -> list[str]:
    names = _names_of_tensorflow().get(path)
    if names is None:  # a module that was not recorded, such as tensorflow.python.framework.ops
        return []
    full = _full(path, name)
    if name in names:
        return [f"TensorFlow 1.15 has {full}; tfgrad does not have it yet."]
    return [f"TensorFlow 1.15 has no {full} either."]


def _suggestions(path: str, name: str, available: Iterable[str]) -> list[str]:
    import difflib

    public = [n for n in available if not n.startswith("_")]
    near = [_full(path, n) for n in difflib.get_close_matches(name, public, n=2, cutoff=0.75)]
    if near:
        return [f"Did you mean {' or '.join(near)}?"]
    if name in _names_of_tensorflow().get(path, ()):
        return []
    elsewhere = [
        _full(other, name)
        for other, names in _names_of_tensorflow().items()
        if name in names and other != path and other.split(".")[0] not in _REPEATS
    ]
    return [f"TensorFlow 1.15 has {' and '.join(elsewhere[:2])}."] if elsewhere else []
