"""What every wrong program needs: how it is run, and how its outcome is told and compared.

Runs under Python 3.7 too, the newest that has TensorFlow 1.15.
"""

import builtins
import re

import numpy as np


def run(tf, fetches, feed_dict=None):
    """The values of ``fetches`` in a session of their own."""
    with tf.Session() as session:
        return session.run(fetches, feed_dict)


def ph(tf, shape=None, name="x", dtype=None):
    """A placeholder, float32 unless said otherwise."""
    return tf.placeholder(dtype or tf.float32, shape, name=name)


def error_class(tf, error):
    """Public name of the class of an exception: its first base which Python or `tf.errors` has."""
    for cls in type(error).__mro__:
        if getattr(builtins, cls.__name__, None) is cls:
            return cls.__name__
        if getattr(tf.errors, cls.__name__, None) is cls:
            return cls.__name__
    return type(error).__name__


def first_line(text):
    """First line of a message that says what is wrong; no addresses, no source files.

    At run time TensorFlow 2 puts "Graph execution error:" and a stack trace first: the line that
    counts comes after "Node: 'name'".
    """
    text = text.strip()
    if text.startswith("Graph execution error:"):
        found = re.search(r"^Node: '.*'$\n(.*)", text, re.MULTILINE)
        text = found.group(1) if found else text.split("\n", 1)[-1].strip()
    line = (text.splitlines() or [""])[0].rstrip()
    line = re.sub(r"pyfunc_\d+", "pyfunc", line)  # the number counts all of a process
    return re.sub(r"\S+\.py:\d+", "FILE", re.sub(r"0x[0-9a-f]+", "0x..", line))


def plain(value):
    """Repr of a result, or "" unless it reads the same in every process."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        left, right = "[]" if isinstance(value, list) else "()"
        return left + ", ".join(plain(v) for v in value) + right
    if isinstance(value, (np.ndarray, np.generic)):
        return f"{value.dtype}{list(value.shape)} {value.tolist()}"
    return ""


def outcome(tf, case):
    """Runs a case in a fresh graph and tells how it ended: {"class": ..., "message": ...}."""
    tf.reset_default_graph()
    try:
        value = case(tf)
    except Exception as error:
        message = getattr(error, "message", None)
        message = message if isinstance(message, str) else str(error)
        return {"class": error_class(tf, error), "message": first_line(message)}
    return {"class": "ok", "message": plain(value)}


# ---------------------------------------------------------------------- comparing

_NODE = re.compile(r"'\{\{node (\S+)\}\} = (\w+)(?:\[.*?\])?\(.*?\)'")


def one_form(message):
    """A message of either TensorFlow with nodes and tensors written as 1.15 writes them.

    ``'{{node sum}} = AddV2[T=DT_FLOAT](a, b)'`` is there ``'sum' (op: 'AddV2')``.
    """
    return _NODE.sub(
        r"'\1' (op: '\2')", message.replace("SymbolicTensor", "Tensor").replace("<unknown>", "?")
    )


def first_sentence(message):
    """Up to the first full stop that ends one."""
    return message.split(". ", 1)[0].rstrip(".")


def disagreement(expected, found, part=one_form):
    """What differs between an outcome and the recorded one; nothing does where it is ``""``.

    The message may be that of TensorFlow 2.21 or that of 1.15 (key "tf115").  ``part`` picks what
    is compared of a message; an ``expected`` without "message" asks for the class alone.
    """
    accepted = [expected] + ([expected["tf115"]] if "tf115" in expected else [])
    if found["class"] not in [entry["class"] for entry in accepted]:
        return f"{found['class']} ({found['message']}), wanted {expected['class']}"
    messages = [
        part(one_form(entry["message"]))
        for entry in accepted
        if entry["class"] == found["class"] and "message" in entry
    ]
    if messages and part(one_form(found["message"])) not in messages:
        return f"{found['message']!r}, wanted {messages[0]!r}"
    return ""
