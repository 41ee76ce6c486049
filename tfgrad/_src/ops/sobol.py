"""Points of Sobol's sequence, which fill a cube evenly.

In dimension ``j`` point ``i`` is the sum without carry (xor) of those direction numbers ``v[j, k]``
for which bit ``k`` of the Gray code ``i ^ i >> 1`` is set.  The direction numbers are those of Joe
and Kuo (2008), of which SciPy has the table.
"""

import functools

import numpy as np
from jax import lax

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.constant_value import partial_scalar
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, with_rank
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.checks import require

_BITS = 31
_MOST_DIMENSIONS = 21200
_MOST_POINTS = 2**31 - 1


@functools.cache
def direction_numbers(dimensions: int) -> np.ndarray:
    """``uint32[dimensions, 31]``, the binary point before the highest of 31 bits."""
    from scipy.stats import qmc

    return np.array(qmc.Sobol(dimensions, scramble=False, bits=_BITS)._sv, np.uint32)


def _points_shape(node, dimensions: Shape, count: Shape, skip: Shape) -> Shape:
    for shape in (dimensions, count, skip):
        with_rank(shape, 0)
    known = [partial_scalar(x) for x in node.inputs[:2]]
    return (known[1], known[0])


@defop(
    "SobolSample(dim: int32, num_results: int32, skip: int32; dtype: type = float32)"
    " -> samples: dtype",
    dtype=(dt.float32, dt.float64), shape=_points_shape, host_inputs=("dim", "num_results"),
)  # fmt: skip
def sobol_sample(node, dimensions, count, skip):
    """Points ``skip + 1`` and on; the first of all, zero, is left out."""
    for name, x in (("dim", dimensions), ("num_results", count), ("skip", skip)):
        if np.ndim(x):
            raise invalid(node, f"{name} must be a scalar")
    dimensions, count = int(dimensions), int(count)
    if dimensions < 1:
        raise invalid(node, "dim must be at least one")
    if dimensions > _MOST_DIMENSIONS:
        raise invalid(node, f"dim must be at most {_MOST_DIMENSIONS}")
    if count < 1:
        raise invalid(node, "num_results must be at least one")

    def explain(skip) -> None:
        if skip < 0:
            raise invalid(node, "skip must be non-negative")
        if count >= _MOST_POINTS - skip:
            raise invalid(node, f"num_results+skip must be less than {_MOST_POINTS}")

    def failed(skip):
        most = np.int32(_MOST_POINTS - count)
        return lax.bitwise_or(lax.lt(skip, np.int32(0)), lax.ge(skip, most))

    require(node, explain, failed, skip)
    shape = (count, dimensions)
    first = lax.add(lax.convert_element_type(skip, np.uint32), np.uint32(1))
    i = lax.add(lax.iota(np.uint32, count), lax.broadcast(first, (count,)))
    gray = lax.bitwise_xor(i, lax.shift_right_logical(i, lax.full_like(i, 1)))
    result = lax.full(shape, 0, np.uint32)
    table = direction_numbers(dimensions)
    for k in range(_BITS):
        bit = lax.bitwise_and(
            lax.shift_right_logical(gray, lax.full_like(i, k)), lax.full_like(i, 1)
        )
        part = lax.mul(
            lax.broadcast_in_dim(bit, shape, (0,)), lax.broadcast_in_dim(table[:, k], shape, (1,))
        )
        result = lax.bitwise_xor(result, part)
    x = lax.convert_element_type(result, node.outputs[0].dtype.np)
    return lax.mul(x, lax.full_like(x, 2.0**-_BITS))
