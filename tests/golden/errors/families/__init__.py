"""Wrong programs of many families, as tables, recorded in ``errors_families.json``.

A module has a list ``ROWS`` of ``(name, function)``.  ``function(tf, p)`` builds the program, where
``p(value, dtype)`` is a tensor; it becomes two cases: ``family/name``, with constants, and
``family/name_fed``, with placeholders of unknown shape that are fed the same values.  A function
``(tf)`` is one case.  What it returns is run, if nothing was raised before.
"""

import importlib

import numpy as np

from ..harness import one_form

FAMILIES = [
    "linalg", "linear_operators", "conv", "pool", "norm_loss", "image", "signal", "strings",
    "examples", "sparse", "lookup", "random", "quantize", "special", "segment", "index",
    "sequence",
]  # fmt: skip


def _takes_values(function):
    return function.__code__.co_varnames[1:2] == ("p",)


def _case(function, fed):
    def case(tf):
        feed = {}

        def p(value, dtype=None):
            value = np.asarray(value)
            if dtype is None:
                dtype = {"f": tf.float32, "i": tf.int32, "b": tf.bool, "c": tf.complex64}.get(
                    value.dtype.kind, tf.string
                )
            dtype = tf.as_dtype(dtype)
            value = value.astype(dtype.as_numpy_dtype)
            if not fed:
                return tf.constant(value, dtype)
            x = tf.placeholder(dtype, name="abcdefgh"[len(feed)])
            feed[x] = value
            return x

        fetch = function(tf, p) if _takes_values(function) else function(tf)
        with tf.Session() as session:
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            session.run(fetch, feed)

    return case


def cases(family=""):
    """All cases: ``family/name`` -> ``function(tf)``."""
    found = {}
    for module in FAMILIES:
        if family and module != family:
            continue
        for name, function in importlib.import_module("." + module, __name__).ROWS:
            key = module + "/" + name
            assert key not in found, key
            found[key] = _case(function, False)
            if _takes_values(function):
                found[key + "_fed"] = _case(function, True)
    return found


def folded(found):
    """What is recorded, without the second of two equal outcomes of a program."""
    plain = {
        name: {**result, "message": one_form(result["message"])} for name, result in found.items()
    }
    return {
        name: result
        for name, result in plain.items()
        if not (name.endswith("_fed") and plain.get(name[:-4]) == result)
    }


def unfolded(recorded, names):
    """The outcomes of all ``names``."""
    return {name: recorded.get(name) or recorded[name[:-4]] for name in names}
