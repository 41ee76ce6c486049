"""Records the public names of TensorFlow 1.15 in ``tfgrad/_src/interop/tf115_names.txt``.

Run under a Python 3.7 that has TensorFlow 1.15.5; nothing else of the project is needed::

    python tests/golden/record_names.py > tfgrad/_src/interop/tf115_names.txt

One line per public module, ``path: name name ...``, where a path is relative to ``tf`` and the
line whose path is ``.`` holds the names of ``tf`` itself.  Submodules are among the names of their
parent.  Only names are read, no value and no text.

Below ``tf`` the public modules are the generated ones.  Below ``tf.contrib``, which is written by
hand, each of its modules gives its own names and not those of what lies deeper.
"""

import os
import sys
import types
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402

# Aliases of the whole of ``tf``; the reader maps them to ``tf``.
ALIASES = {"compat.v1", "compat.v2"}
NOT_OURS = {"absolute_import", "division", "print_function", "sys", "os"}


def public_names(module):
    """The names that a module declares, sorted."""
    names = getattr(module, "__all__", None) or dir(module)
    return sorted(n for n in set(names) - NOT_OURS if not n.startswith("_") and hasattr(module, n))


def is_generated(module):
    """Whether a module is one of the generated ones that make up the public API."""
    return "api._v1" in module.__name__ or "_api.v1" in module.__name__


def walk(module, path, lines):
    """Adds the line of ``module`` and those of the generated modules below it to ``lines``."""
    names = public_names(module)
    lines[path or "."] = names
    for name in names:
        child = getattr(module, name)
        where = (path + "." + name).lstrip(".")
        if isinstance(child, types.ModuleType) and where not in ALIASES and is_generated(child):
            walk(child, where, lines)


def main():
    """Writes all lines to standard output."""
    import tensorflow.contrib as contrib

    lines = {}
    walk(tf, "", lines)
    lines["contrib"] = public_names(contrib)
    for name in lines["contrib"]:
        module = getattr(contrib, name)
        if isinstance(module, types.ModuleType):
            lines["contrib." + name] = public_names(module)
    for path in sorted(lines):
        sys.stdout.write("{}: {}\n".format(path, " ".join(lines[path])))


if __name__ == "__main__":
    main()
