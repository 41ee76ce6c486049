"""Pooling under windows of random lengths, whose mean may be any ratio.

The bounds of the windows are a random sequence per axis, which the op gives as its second and third
output.  With two seeds they are those of TensorFlow's CPU kernel: the same in every run.  Without,
they are new in every session, and with ``deterministic=False`` in every run.

These ops run on the host, between compiled programs.  The derivatives are in
``gradients/pool_fractional.py``, the public functions in ``functions/pool_fractional.py``.
"""

import itertools
import math

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import partial_shape
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid, types
from tfgrad._src.ops.philox_host import Stream, of_session, seeds
from tfgrad._src.ops.pool_windows import lowest

_T = types("float double int32 int64")

# ---------------------------------------------------------------------- the bounds


def _stream(node) -> Stream:
    a = node.attrs
    if not a["deterministic"]:
        if a["seed"] or a["seed2"]:
            raise invalid(node, "Both seed and seed2 should be 0 if deterministic is false.")
        return Stream(*seeds(node))
    return Stream(*of_session(node, lambda: seeds(node)))  # from its start in every run


def _bounds(size: int, count: int, stream: Stream, pseudo_random: bool) -> np.ndarray:
    """``count + 1`` increasing numbers from 0 to ``size``; words are used even for no choice."""
    ratio, least = size / count, size // count
    words = stream.reserve(1 if pseudo_random else -(-count // 4))
    if size % count == 0:
        return np.arange(count + 1) * least
    if pseudo_random:
        largest = min((least + 2) / ratio - 1, (size + 1 - least) / ratio - (count - 1))
        u = words.uniform() * largest
        first = math.ceil(ratio * u)
        return np.array([math.ceil(ratio * (i + u)) - first for i in range(count)] + [size])
    lengths = [least + 1] * (size % count) + [least] * (count - size % count)
    for i in range(count - 1):
        j = i + words.word() % (count - i)
        lengths[i], lengths[j] = lengths[j], lengths[i]
    return np.cumsum([0, *lengths])


# ---------------------------------------------------------------------- pooling


def _ends(bounds: np.ndarray, overlapping: bool) -> np.ndarray:
    """Behind the last element of each window; overlapping ones have the next window's first."""
    return np.minimum(bounds[1:] + overlapping, bounds[-1])


def _reduced(x, ufunc, axis: int, bounds: np.ndarray, overlapping: bool):
    ends = _ends(bounds, overlapping)
    pairs = np.stack([bounds[:-1], ends], 1).reshape(-1)
    edge = [(0, 1) if i == axis else (0, 0) for i in range(4)]  # an end may be the very end
    return ufunc.reduceat(np.pad(x, edge), pairs, axis=axis).take(np.arange(0, pairs.size, 2), axis)


def _step(pool):
    def step(node, x):
        a = node.attrs
        ratio = a["pooling_ratio"]
        if ratio[0] != 1 or ratio[3] != 1:
            kind = "max" if "Max" in node.type else "avg"
            raise errors.UnimplementedError(
                None, node,
                f"Fractional {kind} pooling is not yet supported on the batch nor channel "
                "dimension.\n\t "
                f"[[{{{{node {node.name}}}}}]]",
            )  # fmt: skip
        counts = [math.floor(n / r) for n, r in zip(x.shape[1:3], ratio[1:3], strict=True)]
        if min(*counts, *x.shape[1:3]) < 1:
            raise invalid(node, f"Cannot pool an input of shape {list(x.shape)} by {ratio}.")
        stream = _stream(node)
        bounds = [
            _bounds(n, m, stream, a["pseudo_random"]).astype(np.int64)
            for n, m in zip(x.shape[1:3], counts, strict=True)
        ]
        return [pool(x, bounds, a["overlapping"]), *bounds]

    return step


def _max(x, bounds, overlapping: bool):
    if x.dtype.kind == "f":
        x = np.where(x > lowest(x.dtype), x, lowest(x.dtype))  # a nan is no maximum
    for axis, b in enumerate(bounds, 1):
        x = _reduced(x, np.maximum, axis, b, overlapping)
    return x


def _areas(bounds, overlapping: bool) -> np.ndarray:
    rows, columns = (_ends(b, overlapping) - b[:-1] for b in bounds)
    return (rows[:, None] * columns)[:, :, None]


def _mean(x, bounds, overlapping: bool):
    dtype = x.dtype
    for axis, b in enumerate(bounds, 1):
        x = _reduced(x, np.add, axis, b, overlapping)
    if dtype.kind == "i":
        return (np.sign(x) * (np.abs(x) // _areas(bounds, overlapping))).astype(dtype)
    return (x / _areas(bounds, overlapping)).astype(dtype)


def _cells(bounds, overlapping: bool):
    """Per window its position, its rows and its columns."""
    spans = [
        [slice(int(a), int(b)) for a, b in zip(s[:-1], _ends(s, overlapping), strict=True)]
        for s in bounds
    ]
    for i, j in itertools.product(range(len(spans[0])), range(len(spans[1]))):
        yield (i, j), spans[0][i], spans[1][j]


def _max_grad(node, x, y, dy, *bounds):
    """To the first of the largest elements of each window; they are searched again."""
    dx = np.zeros_like(x)
    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    numbers = np.where(x == x, x, np.asarray(least, x.dtype))
    n, _, _, c = x.shape
    batch, channel = np.arange(n)[:, None], np.arange(c)
    for (i, j), rows, columns in _cells(bounds, node.attrs["overlapping"]):
        window = numbers[:, rows, columns]
        width = window.shape[2]
        place = window.reshape(n, -1, c).argmax(1)
        dx[batch, rows.start + place // width, columns.start + place % width, channel] += dy[
            :, i, j
        ]
    return dx


def _mean_grad(node, shape, dy, *bounds):
    overlapping = node.attrs["overlapping"]
    dx = np.zeros(tuple(int(d) for d in shape), np.float64 if dy.dtype.kind == "f" else dy.dtype)
    dy = dy / _areas(bounds, overlapping)
    for (i, j), rows, columns in _cells(bounds, overlapping):
        dx[:, rows, columns] += dy[:, i : i + 1, j : j + 1].astype(dx.dtype)
    return dx.astype(node.outputs[0].dtype.np)


# ---------------------------------------------------------------------- op types


def _shape(node, x: Shape) -> list:
    """TensorFlow declares the sequences one shorter than they are; their lengths are left open."""
    x = with_rank(x, 4)
    ratio = node.attrs["pooling_ratio"]
    if len(ratio) != 4:
        raise ShapeError("pooling_ratio field must specify 4 dimensions")
    for r in ratio:
        if r < 1:
            raise ShapeError(f"pooling_ratio cannot be smaller than 1, got: {r:g}")
    y = tuple([None if d is None else int(d / r) for d, r in zip(x, ratio, strict=True)])
    return [y, (None,), (None,)]


def _max_grad_shape(node, x: Shape, *rest: Shape) -> Shape:
    return with_rank(x, 4)


def _mean_grad_shape(node, shape: Shape, *rest: Shape) -> Shape:
    found = partial_shape(node.inputs[0])
    return (None,) * 4 if found is None else found


for _name, _pool in (("Max", _max), ("Avg", _mean)):
    defop(
        f"Fractional{_name}Pool(value: T; pooling_ratio: list(float), pseudo_random: bool = False,"
        " overlapping: bool = False, deterministic: bool = False, seed: int = 0, seed2: int = 0)"
        " -> output: T, row_pooling_sequence: int64, col_pooling_sequence: int64",
        T=_T,
        shape=_shape,
        step=_step(_pool),
    )(None)  # type: ignore[arg-type]

_SEQUENCES = "row_pooling_sequence: int64, col_pooling_sequence: int64; overlapping: bool = False"

defop(
    f"FractionalMaxPoolGrad(orig_input: T, orig_output: T, out_backprop: T, {_SEQUENCES})"
    " -> output: T",
    T=_T,
    shape=_max_grad_shape,
    step=_max_grad,
)(None)  # type: ignore[arg-type]

defop(
    f"FractionalAvgPoolGrad(orig_input_tensor_shape: int64, out_backprop: T, {_SEQUENCES})"
    " -> output: T",
    T=_T,
    shape=_mean_grad_shape,
    step=_mean_grad,
)(None)  # type: ignore[arg-type]
