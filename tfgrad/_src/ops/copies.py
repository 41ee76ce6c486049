"""Ops that give a copy of a tensor, changed in some rows or not at all, and old ways to tile.

The derivatives are in ``gradients/sequence.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import partial_shape
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, same_as_input, with_rank
from tfgrad._src.ops.broadcasting import invalid, shape_list
from tfgrad._src.ops.state import scatter_rows

defop("DeepCopy(x: T) -> y: T", shape=same_as_input, stateful=True)(lambda node, x: x)
defop("GuaranteeConst(input: T) -> output: T", shape=same_as_input, stateful=True)(
    lambda node, x: x
)


def _rows(op_type: str, kernel) -> None:
    """Defines an op that changes rows of a copy of ``x``, in the order of ``i``."""
    defop(f"{op_type}(x: T, i: int32, v: T) -> y: T", shape=same_as_input)(
        lambda node, x, i, v: scatter_rows(kernel, x, i, v)
    )


_rows("InplaceUpdate", lax.scatter)
_rows("InplaceAdd", lax.scatter_add)
_rows("InplaceSub", lax.scatter_sub)


def _empty_shape(node, shape: Shape) -> Shape:
    with_rank(shape, 1)
    return partial_shape(node.inputs[0])


@defop(
    "Empty(shape: int32; dtype: type, init: bool = False) -> output: dtype",
    shape=_empty_shape,
    stateful=True,
    host_inputs=("shape",),
)
def empty(node, shape):
    """Filled with zeros, although only ``init`` promises it."""
    dtype = node.attrs["dtype"].np
    return lax.full(tuple(shape.tolist()), np.zeros((), dtype)[()], dtype)


@defop("TileGrad(input: T, multiples: int32) -> output: T", host_inputs=("multiples",))
def tile_grad(node, x, multiples):
    """The sum of all copies.  Of old graphs."""
    if multiples.size != x.ndim:
        raise invalid(
            node, f"Expected multiples argument to be a vector of length {x.ndim} but got length "
            f"{multiples.size}"
        )  # fmt: skip
    split: list[int] = []
    for n, m in zip(x.shape, multiples.tolist(), strict=True):
        if m <= 0 or n % m:
            raise invalid(node, f"Expected multiples to divide {shape_list(x.shape)}")
        split += [m, n // m]
    parts = lax.reshape(x, split)
    return lax.reduce(parts, np.zeros((), x.dtype), lax.add, tuple(range(0, 2 * x.ndim, 2)))


# ---------------------------------------------------------------------- orders of axes


def _order(node) -> tuple[bytes, bytes]:
    source, target = node.attrs["src_format"], node.attrs["dst_format"]
    if sorted(source) != sorted(target):
        raise invalid(
            node, f"Destination and source layouts must be permutations: {source.decode()} and "
            f"{target.decode()}"
        )  # fmt: skip
    return source, target


def _dim_map(node, x):
    """Places of axes in one layout as places in another; negative ones count from the end."""
    source, target = _order(node)
    table = np.array([target.index(c) for c in source], x.dtype)
    at = lax.rem(lax.add(x, lax.full(x.shape, len(table), x.dtype)), lax.full(
        x.shape, len(table), x.dtype))  # fmt: skip
    result = lax.full(x.shape, 0, x.dtype)
    for i, place in enumerate(table.tolist()):
        here = lax.eq(at, lax.full(x.shape, i, x.dtype))
        result = lax.select(here, lax.full(x.shape, place, x.dtype), result)
    return result


_FORMATS = "src_format: string = 'NHWC', dst_format: string = 'NCHW'"
defop(
    f"DataFormatDimMap(x: T; {_FORMATS}) -> y: T",
    T=INDEX,
    default_types={"T": dt.int32},
    shape=same_as_input,
)(_dim_map)


def _vector_shape(node, x: Shape) -> Shape:
    if x is not None and not 1 <= len(x) <= 2:
        raise ShapeError(f"Shape must be at {'least' if not x else 'most'} rank "
                         f"{2 if x else 1} but is rank {len(x)}")  # fmt: skip
    return x


def _places(node, x) -> list[int]:
    """From where the rows come; only the spatial ones if there are just as many."""
    source, target = _order(node)
    n = np.shape(x)[0]
    if n == len(source) - 2:
        source, target = (bytes(c for c in s if c not in b"NC") for s in (source, target))
    if n != len(source):
        raise invalid(node, f"1D input must be of size {len(source)}, but got shape "
                      f"{shape_list(np.shape(x))}")  # fmt: skip
    return [source.index(c) for c in target]


@defop(
    f"DataFormatVecPermute(x: T; {_FORMATS}) -> y: T",
    T=INDEX,
    default_types={"T": dt.int32},
    shape=_vector_shape,
    host=lambda node, x: x[_places(node, x)],
)
def vec_permute(node, x):
    rows = [lax.slice_in_dim(x, i, i + 1) for i in _places(node, x)]
    return lax.concatenate(rows, 0)
