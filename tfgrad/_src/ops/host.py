"""Ops that run on the host, between compiled programs: Python functions and printing; and checks.

Python functions and printing have no lowering.  A plan is cut at such a node: what it takes is
brought to the host, and what it gives goes on to the next program.  Checks are verified inside the
programs (``ops/checks.py``).

The derivatives are in ``gradients/host.py``, the public functions in ``functions/script.py``,
``functions/logging.py`` and ``functions/checks.py``.
"""

import sys
import threading
import time
import traceback

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.host_functions import find_function
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import same_as_input, scalar
from tfgrad._src.ops.broadcasting import shape_list, types
from tfgrad._src.ops.checks import is_number, require

FLOATING = types("bfloat16 half float double")

# ---------------------------------------------------------------------- errors


def _located(node, message: str) -> str:
    """``message`` with the node that failed and the user's line that made it."""
    return f"{message}\n\t [[{{{{node {node.name}}}}}]]\n  made at   {node.where}"


def _invalid(node, message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, node, _located(node, message))


# ---------------------------------------------------------------------- Python functions


# What an exception of a Python function becomes, in TensorFlow's order.
_CLASSES = (
    ((ValueError, TypeError), errors.InvalidArgumentError),
    (StopIteration, errors.OutOfRangeError),
    (MemoryError, errors.ResourceExhaustedError),
    (NotImplementedError, errors.UnimplementedError),
    (Exception, errors.UnknownError),
)

_NAMES = {"float16": "half", "float32": "float", "float64": "double"}  # in run-time messages


def _type_name(dtype: dt.DType) -> str:
    return _NAMES.get(dtype.name, dtype.name)


def _call(node, arrays):
    """Calls the function of ``node``; its errors become those of the run."""
    token = node.attrs["token"].decode()
    function = find_function(token)
    if function is None:
        raise _invalid(
            node, f"ValueError: Could not find callback with key={token} in the registry."
        )
    try:
        return token, function.call(*arrays)
    except Exception as error:
        last = error.__traceback__.tb_next  # without the frame of this function
        text = "".join(traceback.format_exception(type(error), error, last))
        cls = next(c for kinds, c in _CLASSES if isinstance(error, kinds))
        first = "".join(traceback.format_exception_only(error)).strip()
        raise cls(None, node, _located(node, f"{first}\n{text}")) from error


def _as_argument(x: np.ndarray):
    """An array of the function's own, or a scalar."""
    return x[()] if x.ndim == 0 else np.array(x)


def _as_result(node, value) -> np.ndarray:
    """What a function has returned, as an array; text becomes bytes."""
    if isinstance(value, str | bytes):
        return np.array(value.encode() if isinstance(value, str) else value, dtype=object)
    array = np.asarray(value, order="C")
    if array.dtype.kind in "SU":
        array = np.asarray(value, dtype=object)
    if array.dtype.kind != "O":
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    flat = [x.encode() if isinstance(x, str) else x for x in array.ravel().tolist()]
    for x in flat:
        if not isinstance(x, bytes):
            message = f"Unsupported object type {type(x).__name__}"
            raise errors.InternalError(None, node, _located(node, message))
    result = np.empty(array.shape, dtype=object)
    result.ravel()[:] = flat
    return result


def _py_func(node, *arrays) -> list:
    token, values = _call(node, [_as_argument(x) for x in arrays])
    if values is None:
        values = []
    elif not isinstance(values, list | tuple):
        values = [values]
    wanted = node.attrs["Tout"]
    if len(values) != len(wanted):
        raise _invalid(
            node, f"{token} returns {len(values)} values, but expects to see {len(wanted)} values."
        )
    results = []
    for i, (value, dtype) in enumerate(zip(values, wanted, strict=True)):
        array = _as_result(node, value)
        found = dt.string if array.dtype.kind == "O" else dt.as_dtype(array.dtype)
        if found is not dtype:
            raise _invalid(
                node, f"{i}-th value returned by {token} is {_type_name(found)}, but expects "
                f"{_type_name(dtype)}"
            )  # fmt: skip
        results.append(array)
    return results


defop(
    "PyFunc(input: list(Tin); token: string) -> output: list(Tout)", step=_py_func, stateful=True
)(None)
defop("PyFuncStateless(input: list(Tin); token: string) -> output: list(Tout)", step=_py_func)(None)


class HostArray(np.ndarray):
    """What `tf.py_function` hands to its function: an array that also has ``.numpy()``."""

    def numpy(self):
        """The plain array, or scalar."""
        return np.asarray(self)[()] if self.ndim == 0 else np.asarray(self)


def _eager_py_func(node, *arrays) -> list:
    arrays = [x[()] if x.dtype.kind == "O" and not x.ndim else np.array(x) for x in arrays]
    token, values = _call(
        node, [x.view(HostArray) if isinstance(x, np.ndarray) else x for x in arrays]
    )
    if values is None:
        values = []
    elif not isinstance(values, list | tuple):
        values = [values]
    wanted = node.attrs["Tout"]
    if len(values) < len(wanted):
        raise _invalid(
            node, f"{token} returns {len(values)} values, but expects to see {len(wanted)} values."
        )
    results = []
    for value, dtype in zip(values, wanted, strict=False):
        if hasattr(value, "op"):
            raise errors.UnimplementedError(
                None, node,
                _located(
                    node, f"The function of a tf.py_function returned {value}, a node of a graph: "
                    "tfgrad runs it on numpy arrays, so it cannot compute with tf functions."
                ),
            )  # fmt: skip
        array = np.asarray(_as_result(node, value))
        results.append(array if dtype is dt.string else array.astype(dtype.np, copy=False))
    return results


defop(
    "EagerPyFunc(input: list(Tin); token: string, is_async: bool = False) -> output: list(Tout)",
    step=_eager_py_func,
    stateful=True,
)(None)


# ---------------------------------------------------------------------- printing and checks


def _escaped(text: bytes) -> str:
    """As C writes it, but with letters beyond ASCII."""
    special = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "'": "\\'", "\\": "\\\\"}
    return "".join(
        special.get(c) or (f"\\{ord(c):03o}" if ord(c) < 32 or ord(c) == 127 else c)
        for c in text.decode("utf-8", "replace")
    )


def element_str(x) -> str:
    """One element as TensorFlow's kernels write it: floats with as few digits as tell them apart.

    That is 6 digits for 32 bits and fewer, 15 for 64, or else 9 or 17.
    """
    if isinstance(x, bytes):
        return _escaped(x)
    if isinstance(x, bool | np.bool_):
        return str(int(x))
    if isinstance(x, complex | np.complexfloating):
        return f"({element_str(x.real)},{element_str(x.imag)})"
    if isinstance(x, int | np.integer):
        return str(int(x))
    few, enough, kind = (15, 17, np.float64) if isinstance(x, float) else (6, 9, np.float32)
    value = float(x)
    short = f"{value:.{few}g}"
    return short if kind(short) == kind(value) or value != value else f"{value:.{enough}g}"


def summary(x: np.ndarray, most: int) -> str:
    """The first ``most`` elements of an array (all if negative), with brackets between the axes."""
    count = x.size
    limit = count if most < 0 else min(most, count)
    flat = iter(x.ravel()[:limit])
    done = 0
    out: list[str] = []

    def write(axis: int) -> None:
        nonlocal done
        if done >= limit:
            return
        if axis == x.ndim - 1:
            for i in range(x.shape[axis]):
                if done >= limit:
                    if axis:
                        out.append("...")
                    return
                out.append((" " if i else "") + element_str(next(flat)))
                done += 1
            return
        for _ in range(x.shape[axis]):
            opened = done < limit
            if opened:
                out.append("[")
            write(axis + 1)
            if opened:
                out.append("]")

    if x.ndim:
        write(0)
    else:
        out += [element_str(v) for v in flat]
    return "".join(out) + ("..." if count > limit else "")


_print_lock = threading.Lock()


def _print(node, x, *data):
    """Writes to Python's ``sys.stderr``, where notebooks show it."""
    most = node.attrs["first_n"]
    with _print_lock:
        printed = getattr(node, "_printed", 0)
        if 0 <= most <= printed:
            return x
        node._printed = printed + 1
    message = node.attrs["message"].decode("utf-8", "replace")
    parts = [f"[{summary(d, node.attrs['summarize'])}]" for d in data]
    print(message + "".join(parts), file=sys.stderr, flush=True)
    return x


defop(
    "Print(input: T, data: list(U); message: string = '', first_n: int = -1, summarize: int = 3)"
    " -> output: T",
    shape=lambda node, x, *data: x,
    step=_print,
    stateful=True,
)(None)


def _text_inputs(node) -> tuple[int, ...]:
    """Text is no value of a program: it is known when the program is made."""
    return tuple([i for i, t in enumerate(node.inputs) if t.dtype._base is dt.string])


@defop(
    "Assert(condition: bool, data: list(T); summarize: int = 3)",
    stateful=True,
    host_inputs=_text_inputs,
)
def assert_(node, condition, *data):
    if np.ndim(condition):
        raise _invalid(node, f"In[0] should be a scalar: {shape_list(np.shape(condition))}")
    computed = [d for d in data if not is_number(d)]

    def explain(condition, *computed) -> None:
        if not condition:
            values = iter(computed)
            shown = [d if is_number(d) else next(values) for d in data]
            parts = [f"[{summary(np.asarray(d), node.attrs['summarize'])}]" for d in shown]
            raise _invalid(node, "assertion failed: " + " ".join(parts))

    if is_number(condition) and condition:
        return []
    require(
        node, explain, lambda condition, *rest: lax.bitwise_not(condition), condition, *computed,
        switchable=False,
    )  # fmt: skip
    return []


@defop(
    "CheckNumerics(tensor: T; message: string) -> output: T",
    T=FLOATING,
    shape=same_as_input,
    stateful=True,
)
def check_numerics(node, x):
    def explain(x) -> None:
        finite = np.isfinite(x)
        if not finite.all():
            is_nan = np.isnan(x)
            nan, inf = is_nan.any(), (~finite & ~is_nan).any()
            found = "Inf and NaN" if nan and inf else "NaN" if nan else "Inf"
            message = node.attrs["message"].decode("utf-8", "replace")
            raise _invalid(node, f"{message} : Tensor had {found} values")

    def failed(x):
        finite = lax.reduce_and(lax.is_finite(x), tuple(range(np.ndim(x))))
        return lax.bitwise_not(finite)

    require(node, explain, failed, x, switchable=False)
    return x


@defop(
    "CheckNumericsV2(tensor: T; message: string) -> output: T",
    T=FLOATING,
    shape=same_as_input,
    stateful=True,
)
def check_numerics_v2(node, x):
    """As ``CheckNumerics``, with the signs of infinities in the message."""

    def explain(x) -> None:
        kinds = {"-Inf": x == -np.inf, "+Inf": x == np.inf, "NaN": np.isnan(x)}
        found = [name for name, places in kinds.items() if np.any(places)]
        if found:
            last = ", and " if len(found) > 2 else " and "
            words = last.join([*([", ".join(found[:-1])] if found[1:] else []), found[-1]])
            message = node.attrs["message"].decode("utf-8", "replace")
            raise _invalid(node, f"{message} : Tensor had {words} values")

    def failed(x):
        finite = lax.reduce_and(lax.is_finite(x), tuple(range(np.ndim(x))))
        return lax.bitwise_not(finite)

    require(node, explain, failed, x, switchable=False)
    return x


defop(
    "Timestamp() -> ts: float64",
    shape=scalar,
    stateful=True,
    step=lambda node: np.float64(time.time()),
)(None)
