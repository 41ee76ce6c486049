"""Padding.  The op types are in ``ops/pad.py``, the derivatives in ``gradients/pad.py``."""

import numpy as np

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.node import Tensor


def pad(
    tensor, paddings, mode: str = "CONSTANT", name: str | None = None, constant_values=0
) -> Tensor:
    """``tensor`` with more elements around it.

    Args:
      tensor: a tensor of rank ``r``.
      paddings: integers of shape ``[r, 2]``: how many go before and after along each axis; may be
        computed.
      mode: ``"CONSTANT"``; ``"REFLECT"``, the mirror image without the element at the edge; or
        ``"SYMMETRIC"``, with it.  Small letters will do.
      name: the name of the node; default ``"Pad"``, ``"PadV2"`` or ``"MirrorPad"``.
      constant_values: the scalar that a constant padding consists of.

    Returns:
      A tensor of length ``paddings[i, 0] + n_i + paddings[i, 1]`` along each axis.

    Raises:
      ValueError: another mode, or the shapes do not fit.

    Gradient:
      ``dy`` without the padding; for the mirrors, what arrives at an image is added to its
      original. None with respect to ``constant_values``.

    Example:
      >>> tf.Session().run(tf.pad([1, 2, 3], [[2, 1]], "REFLECT"))
      array([3, 2, 1, 2, 3, 2], dtype=int32)
    """
    mode = mode.upper()
    if mode == "CONSTANT":
        if (
            not isinstance(constant_values, Tensor)
            and np.ndim(constant_values) == 0
            and (constant_values == np.zeros_like(constant_values))
        ):
            result = add_op("Pad", tensor, paddings, name=name)
        else:
            result = add_op("PadV2", tensor, paddings, constant_values, name=name)
    elif mode in ("REFLECT", "SYMMETRIC"):
        result = add_op("MirrorPad", tensor, paddings, mode=mode, name=name)
    else:
        raise ValueError(
            f'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or '
            f'"SYMMETRIC". Received `mode` = {mode}'
        )
    _refine(result, paddings)
    return result


def _refine(result: Tensor, paddings) -> None:
    """Lengths that follow from those widths which are numbers, where others are computed."""
    if result.dims is not None and None not in result.dims:
        return
    dims, widths = result.op.inputs[0].dims, _numbers(paddings)
    if dims is None or widths is None:
        return
    result.set_shape(
        [
            None if n is None or p is None or any(w is None for w in p) else int(sum(p)) + n
            for n, p in zip(dims, widths, strict=False)
        ]
    )


def _numbers(value):
    """``value`` with None for what is not known while building."""
    if isinstance(value, Tensor):
        known = constant_value(value)
        if known is None and value.op.type == "Pack" and value.op.attrs["axis"] == 0:
            return [_numbers(t) for t in value.op.inputs]
        return known
    if isinstance(value, list | tuple):
        return [_numbers(v) for v in value]
    return value
