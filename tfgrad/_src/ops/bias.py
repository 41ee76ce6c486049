"""Adding one number per channel, and the sum per channel that is its gradient.

The channels are the last axis, or with ``data_format = "NCHW"`` axis 1.  The derivatives are in
``gradients/bias.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import NUMBER
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge_dim, with_rank, with_rank_at_least
from tfgrad._src.ops.broadcasting import invalid, shape_list

_FORMAT = "data_format: string = 'NHWC'"
_ALLOWED = {"T": NUMBER, "data_format": ("NHWC", "NCHW")}


def _is_nchw(node) -> bool:
    return node.attrs.get("data_format") == b"NCHW"


def _ranked(node, x: Shape) -> Shape:
    return with_rank_at_least(x, 3 if _is_nchw(node) else 2)


def _bias_add_shape(node, x: Shape, bias: Shape) -> Shape:
    """The shape of ``x``; its channels and the bias are equally many."""
    _ranked(node, x)
    (channels,) = with_rank(bias, 1)
    if x is None:
        return None
    if _is_nchw(node):
        return (x[0], merge_dim(x[1], channels), *x[2:])
    return (*x[:-1], merge_dim(x[-1], channels))


def _axis(node, x) -> int:
    """Of the channels; a matrix has them last in either format."""
    if x.ndim < 2:
        raise invalid(node, f"Input tensor must be at least 2D: {shape_list(x.shape)}")
    return 1 if _is_nchw(node) else x.ndim - 1


def _bias_add(node, x, bias):
    axis = _axis(node, x)
    if bias.ndim != 1:
        raise invalid(node, f"Biases must be 1D: {shape_list(bias.shape)}")
    if bias.shape[0] != x.shape[axis]:
        raise invalid(
            node,
            f"Must provide as many biases as the last dimension of the input tensor: "
            f"{shape_list(bias.shape)} vs. {shape_list(x.shape)}",
        )
    return lax.add(x, lax.broadcast_in_dim(bias, x.shape, (axis,)))


defop(f"BiasAdd(value: T, bias: T; {_FORMAT}) -> output: T", shape=_bias_add_shape, **_ALLOWED)(
    _bias_add
)
defop("BiasAddV1(value: T, bias: T) -> output: T", T=NUMBER, shape=_bias_add_shape)(_bias_add)


def _bias_add_grad_shape(node, dy: Shape) -> Shape:
    dy = _ranked(node, dy)
    if dy is None:
        return (None,)
    return (dy[1] if _is_nchw(node) else dy[-1],)


@defop(f"BiasAddGrad(out_backprop: T; {_FORMAT}) -> output: T", shape=_bias_add_grad_shape,
       **_ALLOWED)  # fmt: skip
def bias_add_grad(node, dy):
    """The sum over all axes but that of the channels."""
    axis = _axis(node, dy)
    dtype = np.dtype(dy.dtype)
    work = np.dtype(np.float32) if dtype.itemsize == 2 and dtype.kind not in "iu" else dtype
    total = lax.reduce(
        lax.convert_element_type(dy, work),
        np.zeros((), work),
        lax.add,
        tuple(i for i in range(dy.ndim) if i != axis),
    )
    return lax.convert_element_type(total, dtype)
