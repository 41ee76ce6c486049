"""Random graphs for property tests: a hypothesis strategy that builds one node after the other.

A `Value` is a tensor with its true shape, which the static one may hide, and a bound on its
absolute values, which keeps functions inside their domains and numbers near 1.  A step is a
function ``(draw, value) -> Value``; a second argument is drawn from the values made before, so that
sub-expressions are shared.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims


class Value(NamedTuple):
    """A tensor, its true shape, and what its absolute values do not exceed."""

    tensor: object
    shape: tuple
    bound: float


class Draw:
    """What steps draw from: hypothesis, and the values so far."""

    def __init__(self, draw: Callable, values: list[Value]):
        self.draw = draw
        self.values = values

    def choice(self, items):
        return self.draw(st.sampled_from(list(items)))

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def flag(self) -> bool:
        return self.draw(st.booleans())

    def array(self, shape: tuple, low=-1.0, high=1.0) -> np.ndarray:
        """Numbers from a seed: hypothesis would make ties and zeros of its own."""
        return np.random.default_rng(self.integer(0, 2**16)).uniform(low, high, shape)

    def other(self, accepts: Callable) -> Value:
        """An earlier value whose shape is accepted (one is, always)."""
        return self.choice([v for v in self.values if accepts(v.shape)])

    def axis(self, rank: int) -> int:
        return self.integer(-rank, rank - 1)


STEPS: list[tuple[str, int, Callable]] = []  # name, least rank, function


def step(*names: str, rank: int = 0) -> Callable:
    """Registers ``f(draw, value, name)`` for each name."""

    def register(f: Callable) -> Callable:
        for name in names or [f.__name__]:
            STEPS.append((name, rank, lambda d, v, name=name: f(d, v, name)))
        return f

    return register


def tame(v: Value, bound: float = 2.0) -> Value:
    """``v``, squeezed into ``bound`` if it may exceed it."""
    if v.bound <= bound:
        return v
    return Value(bound * tf.tanh(v.tensor), v.shape, bound)


def inside(v: Value, low: float, high: float):
    """The tensor, squeezed into an interval."""
    middle, half = (low + high) / 2, (high - low) / 2
    return middle + half * tf.tanh(v.tensor)


def pick(name: str) -> Callable:
    """``tf.name``, ``tf.math.name`` or ``tf.nn.name``."""
    return next(getattr(m, name) for m in (tf, tf.math, tf.nn) if hasattr(m, name))


# ---------------------------------------------------------------------- element-wise

# Bound of the result for arguments in [-2, 2].
SMOOTH = {
    "tanh": 1, "sin": 1, "cos": 1, "sigmoid": 1, "softplus": 2.2, "atan": 1.2, "erf": 1, "erfc": 2,
    "asinh": 1.5, "square": 4, "negative": 2, "elu": 2, "selu": 2.2, "relu": 2, "relu6": 2,
    "leaky_relu": 2, "abs": 2, "softsign": 1, "exp": 7.4, "expm1": 6.4, "sinh": 3.7, "cosh": 3.8,
    "identity": 2, "log_sigmoid": 2.2, "swish": 2,
}  # fmt: skip


@step(*SMOOTH)
def smooth(d: Draw, v: Value, name: str) -> Value:
    v = tame(v)
    return Value(pick(name)(v.tensor), v.shape, SMOOTH[name])


# An interval and the bound of the result there.
DOMAINS = {
    "log": (0.5, 2, 0.7), "sqrt": (0.5, 2, 1.5), "rsqrt": (0.5, 2, 1.5), "reciprocal": (0.5, 2, 2),
    "log1p": (-0.5, 2, 1.1), "asin": (-0.8, 0.8, 1), "acos": (-0.8, 0.8, 2.5), "tan": (-1, 1, 1.6),
    "acosh": (1.5, 3, 1.8), "atanh": (-0.8, 0.8, 1.1), "lgamma": (1.5, 4, 1.8),
    "digamma": (1.5, 4, 1.3), "erfinv": (-0.8, 0.8, 1),
}  # fmt: skip


@step(*DOMAINS)
def on_an_interval(d: Draw, v: Value, name: str) -> Value:
    low, high, bound = DOMAINS[name]
    return Value(pick(name)(inside(v, low, high)), v.shape, bound)


def stretches(a: tuple, b: tuple) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


def partner(d: Draw, v: Value) -> tuple[Value, tuple]:
    """A value to combine with ``v`` element by element, and the shape of the result."""
    w = tame(d.other(lambda s: stretches(s, v.shape)))
    return w, np.broadcast_shapes(v.shape, w.shape)


@step(
    "add", "subtract", "multiply", "maximum", "minimum", "squared_difference", "atan2", "floormod"
)
def binary(d: Draw, v: Value, name: str) -> Value:
    v = tame(v)
    w, shape = partner(d, v)
    second = inside(w, 0.5, 2) if name in ("atan2", "floormod") else w.tensor
    if d.flag() and name not in ("atan2", "floormod"):
        return Value(pick(name)(second, v.tensor), shape, 16)
    return Value(pick(name)(v.tensor, second), shape, 16 if name == "squared_difference" else 4)


@step("truediv", "div_no_nan", "xlogy", "xdivy", "realdiv", "xlog1py")
def over(d: Draw, v: Value, name: str) -> Value:
    v = tame(v)
    w, shape = partner(d, v)
    return Value(pick(name)(v.tensor, inside(w, 0.5, 2)), shape, 4)


@step()
def power(d: Draw, v: Value, _) -> Value:
    w, shape = partner(d, v)
    return Value(tf.pow(inside(v, 0.5, 2), w.tensor), shape, 4)


@step()
def add_n(d: Draw, v: Value, _) -> Value:
    terms = [v, *[d.other(lambda s: s == v.shape) for _ in range(d.integer(0, 2))]]
    return Value(tf.add_n([tame(t).tensor for t in terms]), v.shape, 6)


@step("where", "where_v2")
def where(d: Draw, v: Value, name: str) -> Value:
    w = d.other(lambda s: s == v.shape)
    mask = d.array(v.shape) > 0
    return Value(pick(name)(mask, v.tensor, w.tensor), v.shape, max(v.bound, w.bound))


@step()
def clip(d: Draw, v: Value, _) -> Value:
    return Value(tf.clip_by_value(v.tensor, -0.7, 1.1), v.shape, 1.1)


@step(rank=2)
def bias_add(d: Draw, v: Value, _) -> Value:
    bias = tf.reduce_mean(v.tensor, axis=list(range(len(v.shape) - 1)))
    bias.set_shape([None])
    return Value(tf.nn.bias_add(v.tensor, bias), v.shape, 2 * v.bound)


# ---------------------------------------------------------------------- reductions

REDUCTIONS = {
    "reduce_sum": None, "reduce_mean": None, "reduce_max": None, "reduce_min": None,
    "reduce_logsumexp": None, "reduce_prod": (0.7, 1.4), "reduce_euclidean_norm": (0.5, 2),
}  # fmt: skip


@step(*REDUCTIONS)
def reduction(d: Draw, v: Value, name: str) -> Value:
    rank, keep = len(v.shape), d.flag()
    axes = sorted(d.draw(st.sets(st.integers(0, rank - 1)))) if rank else []
    gone = axes
    argument = [a - rank if d.flag() else a for a in axes]
    if d.flag():
        argument, gone = None, list(range(rank))
    elif len(axes) == 1 and d.flag():
        argument = argument[0]
    shape = tuple(1 if a in gone else n for a, n in enumerate(v.shape) if keep or a not in gone)
    x = inside(v, *REDUCTIONS[name]) if REDUCTIONS[name] else tame(v).tensor
    return Value(pick(name)(x, axis=argument, keepdims=keep), shape, 100)


@step("cumsum", "cumprod", "cumulative_logsumexp", rank=1)
def running(d: Draw, v: Value, name: str) -> Value:
    x = inside(v, 0.6, 1.5) if name == "cumprod" else tame(v).tensor
    exclusive = d.flag() and name != "cumulative_logsumexp"  # which begins with -inf
    y = pick(name)(x, d.axis(len(v.shape)), exclusive=exclusive, reverse=d.flag())
    return Value(y, v.shape, 10)


@step("softmax", "log_softmax", rank=1)
def normalised(d: Draw, v: Value, name: str) -> Value:
    # Along another axis than the last the rank must be known.
    axis = -1 if v.tensor.shape.ndims is None else d.axis(len(v.shape))
    return Value(pick(name)(tame(v).tensor, axis=axis), v.shape, 6)


@step()
def l2_loss(d: Draw, v: Value, _) -> Value:
    return Value(tf.nn.l2_loss(tame(v).tensor), (), 60)


@step("softmax_cross_entropy", "sparse_softmax_cross_entropy", rank=1)
def cross_entropy(d: Draw, v: Value, name: str) -> Value:
    classes, logits = v.shape[-1], tf.reshape(tame(v).tensor, [-1, v.shape[-1]])
    rows = int(np.prod(v.shape[:-1]))
    if name.startswith("sparse"):
        labels = [d.integer(0, classes - 1) for _ in range(rows)]
        f = tf.nn.sparse_softmax_cross_entropy_with_logits
    else:
        labels = d.array((rows, classes), 0.1)
        labels /= labels.sum(axis=1, keepdims=True)
        f = tf.nn.softmax_cross_entropy_with_logits_v2
    return Value(f(labels=labels, logits=logits), (rows,), 10)


@step("segment_sum", "segment_mean", "unsorted_segment_sum", "segment_max", rank=1)
def segments(d: Draw, v: Value, name: str) -> Value:
    n = v.shape[0]
    ids = np.sort(np.arange(n) % d.integer(1, n))
    count = int(ids[-1]) + 1
    args = [count] if name.startswith("unsorted") else []
    ids = np.flip(ids).copy() if args else ids
    return Value(pick(name)(tame(v).tensor, ids, *args), (count, *v.shape[1:]), 10)


# ---------------------------------------------------------------------- products


@step(rank=2)
def matmul(d: Draw, v: Value, _) -> Value:
    """With itself, or with another value or itself on either side, transposed where that fits."""
    v = tame(v)
    options = []
    for w in d.values:
        if len(w.shape) != len(v.shape) or w.shape[:-2] != v.shape[:-2]:
            continue
        for ta, tb in itertools.product((False, True), repeat=2):
            m, k = v.shape[-2:][:: -1 if ta else 1]
            k2, n = w.shape[-2:][:: -1 if tb else 1]
            if k == k2:
                options.append((w, ta, tb, (*v.shape[:-2], m, n)))
    w, ta, tb, shape = d.choice(options)
    y = tf.matmul(v.tensor, tame(w).tensor, transpose_a=ta, transpose_b=tb)
    return Value(y, shape, 20)


# ---------------------------------------------------------------------- moving elements about


def same_bound(v: Value, tensor, shape) -> Value:
    return Value(tensor, tuple(int(n) for n in shape), v.bound)


@step()
def reshape(d: Draw, v: Value, _) -> Value:
    n = int(np.prod(v.shape))
    first = d.choice([k for k in range(1, n + 1) if n % k == 0])
    target = d.choice([(n,), (first, n // first), (first, 1, n // first), v.shape])
    form = d.integer(0, 2)
    if form == 1 and target:  # one length is left to be found
        hole = d.integer(0, len(target) - 1)
        given = [-1 if a == hole else k for a, k in enumerate(target)]
    elif form == 2:  # known only when the graph runs
        given = tf.stack([tf.size(v.tensor) // n * k for k in target]) if target else []
    else:
        given = list(target)
    return same_bound(v, tf.reshape(v.tensor, given), target)


@step()
def transpose(d: Draw, v: Value, _) -> Value:
    perm = d.draw(st.permutations(range(len(v.shape))))
    return same_bound(v, tf.transpose(v.tensor, perm), [v.shape[a] for a in perm])


@step()
def expand_dims(d: Draw, v: Value, _) -> Value:
    axis = d.integer(0, len(v.shape))
    y = tf.expand_dims(v.tensor, axis - len(v.shape) - 1 if d.flag() else axis)
    return same_bound(v, y, (*v.shape[:axis], 1, *v.shape[axis:]))


@step()
def squeeze(d: Draw, v: Value, _) -> Value:
    axes = [a for a, n in enumerate(v.shape) if n == 1 and d.flag()]
    if not axes:
        return v
    return same_bound(
        v, tf.squeeze(v.tensor, axes), [n for a, n in enumerate(v.shape) if a not in axes]
    )


@step("concat", "stack", rank=1)
def join(d: Draw, v: Value, name: str) -> Value:
    axis = d.axis(len(v.shape))
    at = axis % len(v.shape)

    def fits(s: tuple) -> bool:
        joined = name == "concat" and len(s) == len(v.shape)
        return s == v.shape or (joined and s[:at] + s[at + 1 :] == v.shape[:at] + v.shape[at + 1 :])

    parts = [v, *[d.other(fits) for _ in range(d.integer(0, 2))]]
    y = pick(name)([p.tensor for p in parts], axis if name == "concat" else at)
    length = sum(p.shape[at] for p in parts)
    rest = (length, *v.shape[at + 1 :]) if name == "concat" else (len(parts), *v.shape[at:])
    return Value(y, (*v.shape[:at], *rest), max(p.bound for p in parts))


@step(rank=1)
def split(d: Draw, v: Value, _) -> Value:
    axis = d.axis(len(v.shape))
    at = axis % len(v.shape)
    n = v.shape[at]
    first = d.integer(0, n)
    sizes = [first, n - first] if d.flag() else d.choice([k for k in range(1, n + 1) if n % k == 0])
    parts = tf.split(v.tensor, sizes, axis)
    lengths = sizes if isinstance(sizes, list) else [n // sizes] * sizes
    k = d.choice([k for k, length in enumerate(lengths) if length])
    return same_bound(v, parts[k], (*v.shape[:at], lengths[k], *v.shape[at + 1 :]))


@step(rank=1)
def unstack(d: Draw, v: Value, _) -> Value:
    at = d.integer(0, len(v.shape) - 1)
    parts = tf.unstack(v.tensor, v.shape[at], axis=at)
    k = d.integer(0, len(parts) - 1)
    return Value(parts[k] - 0.5 * parts[0], (*v.shape[:at], *v.shape[at + 1 :]), 2 * v.bound)


@step("slice", rank=1)
def cut(d: Draw, v: Value, _) -> Value:
    begin = [d.integer(0, n - 1) for n in v.shape]
    shape = [d.integer(1, n - b) for n, b in zip(v.shape, begin, strict=True)]
    size = [-1 if b + k == n else k for b, k, n in zip(begin, shape, v.shape, strict=True)]
    return same_bound(v, tf.slice(v.tensor, begin, size if d.flag() else shape), shape)


@step(rank=1)
def strided_slice(d: Draw, v: Value, _) -> Value:
    """By the operator, with negative steps, single places and new axes."""
    if v.tensor.shape.ndims is None:  # the operator needs as many indices as axes there
        return v
    key, shape = [], []
    for n in v.shape:
        form = d.integer(0, 4)
        if form == 0:
            key.append(d.integer(-n, n - 1))
            continue
        if form == 1:
            key.append(None)
            shape.append(1)
        start, stride = d.integer(0, n - 1), d.choice([1, 2, -1, -2])
        key.append(slice(start, None, stride) if form < 4 else slice(None))
        shape.append(len(range(n)[key[-1]]))
    return same_bound(v, v.tensor[tuple(key)], shape)


@step(rank=1)
def gather(d: Draw, v: Value, _) -> Value:
    axis = 0 if d.flag() else d.axis(len(v.shape))
    at = axis % len(v.shape)
    ids = np.array([d.integer(0, v.shape[at] - 1) for _ in range(d.integer(1, 4))])
    if len(ids) % 2 == 0 and d.flag():
        ids = ids.reshape(2, -1)
    y = tf.gather(v.tensor, ids, axis=axis)
    return same_bound(v, y, (*v.shape[:at], *ids.shape, *v.shape[at + 1 :]))


@step(rank=1)
def gather_nd(d: Draw, v: Value, _) -> Value:
    depth = d.integer(1, len(v.shape))
    ids = [[d.integer(0, n - 1) for n in v.shape[:depth]] for _ in range(d.integer(1, 3))]
    return same_bound(v, tf.gather_nd(v.tensor, ids), (len(ids), *v.shape[depth:]))


@step("scatter_nd", "tensor_scatter_nd_add", "tensor_scatter_nd_update", rank=1)
def scatter(d: Draw, v: Value, name: str) -> Value:
    places = [[k] for k in d.draw(st.permutations(range(v.shape[0])))]
    if name == "scatter_nd":
        y = tf.scatter_nd(places, v.tensor, [v.shape[0] + 1, *v.shape[1:]])
        return same_bound(v, y, (v.shape[0] + 1, *v.shape[1:]))
    w = d.other(lambda s: s == v.shape)
    y = pick(name)(w.tensor, places[:1], v.tensor[:1])
    return Value(y, v.shape, v.bound + w.bound)


@step(rank=1)
def pad(d: Draw, v: Value, _) -> Value:
    mode = d.choice(["CONSTANT", "REFLECT", "SYMMETRIC"])
    most = [2 if mode == "CONSTANT" else n - (mode == "REFLECT") for n in v.shape]
    widths = [[d.integer(0, min(m, 2)) for _ in range(2)] for m in most]
    shape = [n + sum(w) for n, w in zip(v.shape, widths, strict=True)]
    return same_bound(v, tf.pad(v.tensor, widths, mode), shape)


@step()
def tile(d: Draw, v: Value, _) -> Value:
    times = [d.integer(1, 2) for _ in v.shape]
    shape = [n * m for n, m in zip(v.shape, times, strict=True)]
    return same_bound(v, tf.tile(v.tensor, np.array(times, np.int32)), shape)


@step()
def broadcast_to(d: Draw, v: Value, _) -> Value:
    shape = [d.integer(1, 3) if n == 1 else n for n in v.shape]
    shape = [*[d.integer(1, 2) for _ in range(d.integer(0, 1))], *shape]
    return same_bound(v, tf.broadcast_to(v.tensor, np.array(shape, np.int32)), shape)


@step(rank=1)
def reverse(d: Draw, v: Value, _) -> Value:
    return same_bound(v, tf.reverse(v.tensor, [d.axis(len(v.shape))]), v.shape)


@step(rank=1)
def top_k(d: Draw, v: Value, _) -> Value:
    k = d.integer(1, v.shape[-1])
    return same_bound(v, tf.nn.top_k(v.tensor, k).values, (*v.shape[:-1], k))


@step(rank=1)
def partition_and_stitch(d: Draw, v: Value, _) -> Value:
    groups = np.arange(v.shape[0]) % 2
    parts = tf.dynamic_partition(v.tensor, groups, 2)
    swapped = v.shape[0] % 2 == 0
    places = [np.flatnonzero(groups == (1 - k if swapped else k)) for k in range(2)]
    return same_bound(v, tf.dynamic_stitch(places, parts), v.shape)


@step("matrix_band_part", "matrix_diag_part", "matrix_diag", rank=2)
def diagonals(d: Draw, v: Value, name: str) -> Value:
    if name == "matrix_band_part":
        y = tf.matrix_band_part(v.tensor, d.integer(-1, 1), d.integer(-1, 1))
        return same_bound(v, y, v.shape)
    if name == "matrix_diag_part":
        return same_bound(v, tf.matrix_diag_part(v.tensor), (*v.shape[:-2], min(v.shape[-2:])))
    return same_bound(v, tf.matrix_diag(v.tensor), (*v.shape, v.shape[-1]))


# ---------------------------------------------------------------------- graphs


class Program(NamedTuple):
    """A random graph: placeholders with their values, and what is to be differentiated."""

    xs: list
    points: list[np.ndarray]
    ys: list
    weights: list[np.ndarray]


LARGEST = 60  # elements of any value: central differences take two runs for each of the arguments


@st.composite
def programs(draw, steps: int = 9) -> Program:
    """Adds a random graph to the default one."""
    d = Draw(draw, [])
    xs, points = [], []
    for _ in range(d.integer(1, 3)):
        shape = tuple(draw(st.lists(st.integers(1, 3), max_size=3)))
        points.append(d.array(shape))
        xs.append(tf.placeholder(tf.float64, draw(forget_dims(shape))))
        d.values.append(Value(xs[-1], shape, 1.0))
    for _ in range(d.integer(2, steps)):
        v = d.choice(d.values)
        name, least, f = d.choice(STEPS)
        del name
        if len(v.shape) < least:
            continue
        made = f(d, v)
        if np.prod(made.shape) <= LARGEST and len(made.shape) <= 4:
            d.values.append(made)
    ends = d.values[-3:]
    ys = [v for v in ends if v is ends[-1] or d.flag()]
    return Program(xs, points, [v.tensor for v in ys], [d.array(v.shape) for v in ys])
