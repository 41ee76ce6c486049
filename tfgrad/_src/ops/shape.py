"""Shapes, and the ops that move elements about without changing them.

The number of elements of a result and their places are numbers when a program is compiled: shapes,
axes, permutations and multiples are host operands (`host_inputs`).  All of these ops also run on
numpy arrays, because the arithmetic of shapes is done before a program is compiled.

What fills a new tensor (``Fill``, ``Range``) is in ``ops/fill.py``; the derivatives are in
``gradients/shape.py``.
"""

import math
from typing import Any

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_shape
from tfgrad._src.graph.dtypes import INDEX, int32
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    ShapeError,
    merge_dim,
    num_elements,
    scalar,
    with_rank,
    with_rank_at_most,
)
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.checks import require

# Their value follows from the shape of the input, which is known when a program is compiled.
SHAPE_TYPES = frozenset({"Shape", "ShapeN", "Size", "Rank"})


def shape_of(node, index: int) -> Shape:
    """The shape described by input ``index``, as TensorFlow reads it: -1 is an unknown length."""
    return partial_shape(node.inputs[index])


# ---------------------------------------------------------------------- asking for a shape


def _shape_shapes(node, *xs: Shape) -> list[Shape]:
    return [(None if x is None else len(x),) for x in xs]


# These take any object that has a shape: an array, a tracer, or what stands for one while building.


def _shape(node, x):
    return np.array(x.shape, node.outputs[0].dtype.np)


def _shapes(node, *xs):
    results = [_shape(node, x) for x in xs]
    return results if len(results) > 1 else results[0]


def _size(node, x):
    return np.array(math.prod(x.shape), node.outputs[0].dtype.np)


def _rank(node, x):
    return np.array(x.ndim, np.int32)


def _question(signature: str, rule, answer, **types) -> None:
    defop(signature, shape=rule, host=answer, **types)(answer)


# fmt: off
_question("Shape(input: T; out_type: type = int32) -> output: out_type",
          _shape_shapes, _shape, out_type=INDEX)
_question("ShapeN(input: N * T; out_type: type = int32) -> output: N * out_type",
          _shape_shapes, _shapes, out_type=INDEX)
_question("Size(input: T; out_type: type = int32) -> output: out_type",
          scalar, _size, out_type=INDEX)
_question("Rank(input: T) -> output: int32", scalar, _rank)
# fmt: on

# ---------------------------------------------------------------------- Reshape


def _wildcard(dims: Shape) -> tuple[int, int | None, bool]:
    """The product of the known lengths, the place of the unknown one, and if there are more."""
    place, n = None, 1
    for i, d in enumerate(dims):
        if d is not None:
            n *= d
        elif place is None:
            place = i
        else:
            return n, place, True
    return n, place, False


def _elements(dims: Shape) -> tuple[int, int | None, bool]:
    return (0, None, False) if 0 in dims else _wildcard(dims)


def _reshape_shape(node, x: Shape, shape: Shape) -> Shape:
    with_rank(shape, 1)
    out = shape_of(node, 1)
    if out is None or x is None:
        return out
    n_out, unknown_out, many_out = _elements(out)
    n_in, unknown_in, many_in = _elements(x)
    if many_in or many_out:
        return out
    if unknown_in is None and unknown_out is None:
        if n_in != n_out:
            raise ShapeError(
                f"Cannot reshape a tensor with {n_in} elements to shape {shape_str(out)} "
                f"({n_out} elements)"
            )
    elif unknown_in is None:
        if n_out > 0:
            return (*out[:unknown_out], _divide(n_in, n_out), *out[unknown_out + 1 :])
    elif unknown_out is None:
        if n_in > 0:
            _divide(n_out, n_in)
    elif n_in == n_out:
        return (*out[:unknown_out], x[unknown_in], *out[unknown_out + 1 :])
    return out


def _divide(n: int, by: int) -> int:
    if n % by:
        raise ShapeError(f"Dimension size must be evenly divisible by {by} but is {n}")
    return n // by


def new_shape(node, x, shape) -> list[int]:
    """The true lengths after ``Reshape``: -1 is replaced by what is left."""
    if np.ndim(shape) > 1:
        raise invalid(node, f"sizes input must be 1-D, not {shape_str(np.shape(shape))}")
    dims = [int(d) for d in np.reshape(shape, (-1,))]  # a scalar stands for a vector of one
    n = math.prod(x.shape)
    place = None
    for i, d in enumerate(dims):
        if d == -1:
            if place is not None:
                raise invalid(node, f"Only one input size may be -1, not both {place} and {i}")
            place = i
        elif d < 0:
            raise invalid(node, f"Size {i} must be non-negative, not {d}")
    if place is not None:
        known = math.prod(d for d in dims if d > 0)
        # Where both are empty, the lengths that are not 0 decide, and what is left over is dropped.
        both_empty = 0 in dims and n == 0
        left = math.prod(d for d in x.shape if d > 0) if both_empty else n
        if left % known and not both_empty:
            raise invalid(
                node,
                f"Input to reshape is a tensor with {n} values, but the requested shape requires "
                f"a multiple of {known}",
            )
        dims[place] = left // known
    if math.prod(dims) != n:
        raise invalid(
            node,
            f"Input to reshape is a tensor with {n} values, but the requested shape has "
            f"{math.prod(dims)}",
        )
    return dims


@defop(
    "Reshape(tensor: T, shape: Tshape) -> output: T",
    Tshape=INDEX,
    default_types={"Tshape": int32},
    shape=_reshape_shape,
    host=lambda node, x, shape: np.reshape(x, new_shape(node, x, shape)),
    host_inputs=("shape",),
)
def reshape(node, x, shape):
    return lax.reshape(x, new_shape(node, x, shape))


# ---------------------------------------------------------------------- lengths of one


def _expand_dims_shape(node, x: Shape, dim: Shape) -> Shape:
    value = known_value(node.inputs[1])
    if value is not None and value.size != 1:
        raise ShapeError("'dim' input must be a tensor with a single value")
    if x is None or value is None:
        return None  # with an unknown place TensorFlow forgets even the rank
    i, rank = int(value.reshape(())), len(x)
    if not -rank - 1 <= i <= rank:
        raise ShapeError(f"dim {i} not in the interval [{-rank - 1}, {rank}].")
    i = i + rank + 1 if i < 0 else i
    return (*x[:i], 1, *x[i:])


def _place(node, x, dim) -> int:
    if np.size(dim) != 1:
        raise invalid(node, "'dim' must be a tensor with a single value")
    i = int(np.reshape(dim, ()))
    if not -x.ndim - 1 <= i <= x.ndim:
        raise invalid(node, f"Tried to expand dim index {i} for tensor with {x.ndim} dimensions.")
    return i + x.ndim + 1 if i < 0 else i


@defop(
    "ExpandDims(input: T, dim: Tdim) -> output: T",
    Tdim=INDEX,
    default_types={"Tdim": int32},
    shape=_expand_dims_shape,
    host=lambda node, x, dim: np.expand_dims(x, _place(node, x, dim)),
    host_inputs=("dim",),
)
def expand_dims(node, x, dim):
    return lax.expand_dims(x, [_place(node, x, dim)])


def _squeeze_shape(node, x: Shape) -> Shape:
    given = node.attrs["squeeze_dims"]
    if x is None:
        return None
    rank = len(x)
    for i, d in enumerate(given):
        if not -rank <= d < rank:
            raise ShapeError(f"squeeze_dims[{i}] not in [{-rank},{rank}).")
    if not given:
        return None if None in x else tuple([d for d in x if d != 1])
    wanted = {d % rank for d in given}
    for i in sorted(wanted):
        if x[i] not in (None, 1):
            raise ShapeError(f"Can not squeeze dim[{i}], expected a dimension of 1, got {x[i]}")
    return tuple([d for i, d in enumerate(x) if i not in wanted])


def _squeezed(node, x) -> list[int]:
    """The lengths that stay."""
    given, rank = node.attrs["squeeze_dims"], x.ndim
    if not given:
        return [d for d in x.shape if d != 1]
    for d in given:
        if not -rank <= d < rank:
            raise invalid(
                node, f"Tried to squeeze dim index {d} for tensor with {rank} dimensions."
            )
    wanted = {d % rank for d in given}
    for i in sorted(wanted):
        if x.shape[i] != 1:
            raise invalid(
                node, f"Can not squeeze dim[{i}], expected a dimension of 1, got {x.shape[i]}"
            )
    return [d for i, d in enumerate(x.shape) if i not in wanted]


@defop(
    "Squeeze(input: T; squeeze_dims: list(int) = []) -> output: T",
    shape=_squeeze_shape,
    host=lambda node, x: np.reshape(x, _squeezed(node, x)),
)
def squeeze(node, x):
    return lax.reshape(x, _squeezed(node, x))


# ---------------------------------------------------------------------- Transpose


def _transpose_shape(node, x: Shape, perm: Shape) -> Shape:
    value = known_value(node.inputs[1])
    elements = num_elements(perm)
    if x is None and elements is None:
        return None
    rank: Any = len(x) if x is not None else elements
    if x is None and rank < 2:
        return None  # a vector of one entry may stand for a scalar or for a vector
    x = with_rank(x, rank)
    (length,) = with_rank(perm, 1)
    if length not in (None, rank):
        raise ShapeError(f"Dimension must be {rank} but is {length}")
    if value is None:
        return (None,) * rank
    for i in value:
        if not -rank <= i < rank:
            raise ShapeError(f"perm dim {i} is out of range of input rank {rank}")
    return tuple([x[int(i)] for i in value])


def _permutation(node, x, perm) -> list[int]:
    if np.ndim(perm) != 1:
        raise invalid(node, f"perm must be rank 1, got shape {shape_str(np.shape(perm))}")
    if x.ndim != len(perm):
        raise invalid(
            node,
            f"transpose expects a vector of size {x.ndim}. But input(1) is a vector of size "
            f"{len(perm)}",
        )
    result = []
    for i in perm:
        if not -x.ndim <= i < x.ndim:
            raise invalid(node, f"{i} is out of range [0 .. {x.ndim})")
        result.append(int(i) % x.ndim)
    for i in range(x.ndim):
        if i not in result:
            given = ",".join(str(p) for p in perm)
            raise invalid(node, f"{i} is missing from {{{given}}}.")
    return result


@defop(
    "Transpose(x: T, perm: Tperm) -> y: T",
    Tperm=INDEX,
    default_types={"Tperm": int32},
    shape=_transpose_shape,
    host=lambda node, x, perm: np.transpose(x, _permutation(node, x, perm)),
    host_inputs=("perm",),
)
def transpose(node, x, perm):
    return lax.transpose(x, _permutation(node, x, perm))


@defop(
    "ConjugateTranspose(x: T, perm: Tperm) -> y: T",
    Tperm=INDEX,
    default_types={"Tperm": int32},
    shape=_transpose_shape,
    host=lambda node, x, perm: np.conj(np.transpose(x, _permutation(node, x, perm))),
    host_inputs=("perm",),
)
def conjugate_transpose(node, x, perm):
    y = lax.transpose(x, _permutation(node, x, perm))
    return lax.conj(y) if node.outputs[0].dtype.is_complex else y


def _inverse(node, perm):
    if np.ndim(perm) != 1:
        raise invalid(node, "invert_permutation expects a 1D vector.")
    n = len(perm)
    result = np.full(n, -1, perm.dtype)
    for i, p in enumerate(perm):
        if not 0 <= p < n:
            raise invalid(node, f"{p} is not between 0 and {n}")
        if result[p] != -1:
            raise invalid(node, f"{p} is duplicated in the input.")
        result[p] = i
    return result


@defop(
    "InvertPermutation(x: T) -> y: T",
    T=INDEX,
    default_types={"T": int32},
    shape=lambda node, x: with_rank(x, 1),
    host=_inverse,
)
def invert_permutation(node, x):
    """Of a computed permutation: the places that sort it."""
    if isinstance(x, np.ndarray):
        return _inverse(node, x)
    if x.ndim != 1:
        raise invalid(node, "invert_permutation expects a 1D vector.")
    numbers = lax.iota(x.dtype, x.shape[0])
    ordered, places = lax.sort_key_val(x, numbers)
    if x.shape[0]:
        require(
            node,
            lambda x: _inverse(node, x),
            lambda x: lax.reduce_or(lax.ne(ordered, numbers), (0,)),
            x,
        )
    return places


# ---------------------------------------------------------------------- repeating


def _multiply(a: int | None, b: int | None) -> int | None:
    if a == 0 or b == 0:
        return 0
    return None if a is None or b is None else a * b


def _tile_shape(node, x: Shape, multiples: Shape) -> Shape:
    with_rank(multiples, 1)
    times = shape_of(node, 1)
    if x is not None:
        times = with_rank(times, len(x))
    if times is None:
        return None
    x = with_rank(x, len(times))
    return tuple([_multiply(d, m) for d, m in zip(x, times, strict=True)])


def _multiples(node, x, multiples) -> list[int]:
    if np.ndim(multiples) != 1:
        raise invalid(
            node, f"Expected multiples to be 1-D, but got shape {shape_str(np.shape(multiples))}"
        )
    if len(multiples) != x.ndim:
        raise invalid(
            node,
            f"Expected multiples argument to be a vector of length {x.ndim} but got length "
            f"{len(multiples)}",
        )
    for i, m in enumerate(multiples):
        if m < 0:
            raise invalid(node, f"Expected multiples[{i}] >= 0, but got {m}")
    return [int(m) for m in multiples]


@defop(
    "Tile(input: T, multiples: Tmultiples) -> output: T",
    Tmultiples=INDEX,
    default_types={"Tmultiples": int32},
    shape=_tile_shape,
    host=lambda node, x, multiples: np.tile(x, _multiples(node, x, multiples)),
    host_inputs=("multiples",),
)
def tile(node, x, multiples):
    """A broadcast to ``[m0, d0, m1, d1, ...]`` and a reshape; lengths of 1 need no pair."""
    shape, places, result = [], [], []
    for d, m in zip(x.shape, _multiples(node, x, multiples), strict=True):
        result.append(d * m)
        if d == 1:
            places.append(len(shape))
            shape.append(m)
            continue
        if m != 1:
            shape.append(m)
        places.append(len(shape))
        shape.append(d)
    # A stretched length of 1 must be dropped first: broadcast_in_dim maps equal lengths.
    kept = [i for i, d in enumerate(x.shape) if d != 1]
    y = lax.broadcast_in_dim(
        lax.reshape(x, [x.shape[i] for i in kept]), shape, [places[i] for i in kept]
    )
    return lax.reshape(y, result)


def _broadcast_to_shape(node, x: Shape, shape: Shape) -> Shape:
    with_rank(shape, 1)
    out = shape_of(node, 1)
    if out is None:
        return None
    if x is None:
        return out
    with_rank_at_most(x, len(out))
    head = len(out) - len(x)
    tail = [  # from the last axis on, as what is wrong there is said first
        wanted if d in (0, 1) and wanted is not None else merge_dim(None if d == 1 else d, wanted)
        for d, wanted in zip(x[::-1], out[head:][::-1], strict=True)
    ]
    return (*out[:head], *tail[::-1])


def _broadcast_dims(node, x, shape) -> list[int]:
    if np.ndim(shape) != 1:
        raise invalid(node, f"Shape must be a vector, not {shape_str(np.shape(shape))}")
    dims = [int(d) for d in shape]
    for d in dims:
        if d < 0:
            raise invalid(node, f"Dimension {d} must be >= 0")
    if x.ndim > len(dims):
        raise invalid(
            node,
            f"Rank of input ({x.ndim}) must be no greater than rank of output shape ({len(dims)}).",
        )
    for d, wanted in zip(x.shape, dims[len(dims) - x.ndim :], strict=True):
        if d not in (1, wanted):
            raise invalid(node, f"Incompatible shapes: {shape_str(x.shape)} vs. {shape_str(dims)}")
    return dims


@defop(
    "BroadcastTo(input: T, shape: Tidx) -> output: T",
    Tidx=INDEX,
    default_types={"Tidx": int32},
    shape=_broadcast_to_shape,
    host=lambda node, x, shape: np.broadcast_to(x, _broadcast_dims(node, x, shape)),
    host_inputs=("shape",),
)
def broadcast_to(node, x, shape):
    dims = _broadcast_dims(node, x, shape)
    return lax.broadcast_in_dim(x, dims, range(len(dims) - x.ndim, len(dims)))


def _broadcast_args_shape(node, x: Shape, y: Shape) -> Shape:
    (m,), (n,) = with_rank(x, 1), with_rank(y, 1)
    return (None if m is None or n is None else max(m, n),)


def _broadcast_args(node, x, y):
    """The shape that two shapes are broadcast to."""
    if np.ndim(x) != 1 or np.ndim(y) != 1:
        bad = x if np.ndim(x) != 1 else y
        raise invalid(
            node, f"In[{int(np.ndim(x) == 1)}] must be a vector.{shape_str(np.shape(bad))}"
        )
    try:
        return np.array(np.broadcast_shapes(tuple(x), tuple(y)), x.dtype)
    except ValueError:
        raise invalid(node, f"Incompatible shapes: {shape_str(x)} vs. {shape_str(y)}") from None


defop(
    "BroadcastArgs(s0: T, s1: T) -> r0: T",
    T=INDEX,
    default_types={"T": int32},
    shape=_broadcast_args_shape,
    host=_broadcast_args,
    host_inputs=("s0", "s1"),
)(_broadcast_args)


def _list_diff_shape(node, x: Shape, y: Shape) -> list[Shape]:
    for s in (x, y):
        with_rank(s, 1)
    return [(None,), (None,)]


def _list_diff(node, x, y):
    """The elements of ``x`` that are not in ``y``, and their places."""
    for name, v in (("x", x), ("y", y)):
        if np.ndim(v) != 1:
            raise invalid(node, f"{name} should be a 1D vector.")
    places = np.flatnonzero(~np.isin(x, y)).astype(node.outputs[1].dtype.np)
    return [x[places], places]


# The axes that are left over, in gradients: how many they are must be known to compile.
defop(
    "ListDiff(x: T, y: T; out_idx: type = int32) -> out: T, idx: out_idx",
    out_idx=INDEX,
    shape=_list_diff_shape,
    host=_list_diff,
    host_inputs=("x", "y"),
)(_list_diff)
