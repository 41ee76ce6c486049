"""The derivative of `Einsum`: sums of products again, with the names in other places.

Of ``z = einsum("x,y->z")`` the gradient with respect to ``x`` is ``einsum("z,y->x")``.  Names that
only ``x`` has were summed over: there ``dz`` is repeated.  Broadcast axes are summed at the end.
"""

from tfgrad._src.functions.cwise_unary import conj
from tfgrad._src.functions.fill import ones
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.shape import broadcast_to, reshape, shape
from tfgrad._src.gradients.reduce import reduced_shape
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import int32
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.shapes import is_fully_known

DOTS = "..."


def _einsum(tensors: list, equation: str) -> Tensor:
    return add_op("Einsum", tensors, equation=equation)


def _axis(names: str, name: str) -> int:
    """The first axis of that name; counted from the end if it is after ``...``."""
    before, _, after = names.partition(DOTS)
    return before.index(name) if name in before else after.index(name) - len(after)


def _free_axes(names: str) -> tuple:
    """The first axis under ``...`` and the (negative) end; ``(0, 0)`` without ``...``."""
    before, dots, after = names.partition(DOTS)
    if not dots:
        return 0, 0
    return len(before), -len(after) if after else None


def _repeated(dz: Tensor, output: str, names: str, lengths: Tensor, only: list) -> Tensor:
    """The gradient of a sum over the axes ``only`` of one tensor.

    TensorFlow lists several such names in an order that varies from run to run.
    """
    added = "".join(only)
    axes = [_axis(names, n) for n in only]
    added_lengths = stack([lengths[i] for i in axes])
    repeats = len(set(names)) + len(set(output)) < len(names) + len(output)
    if not repeats and "".join(n for n in names if n not in only) == output:
        kept = reduced_shape(lengths, convert_to_tensor(axes))
        return broadcast_to(reshape(dz, kept), lengths)
    whole = concat([added_lengths, shape(dz)], axis=0)
    kept = concat([ones(len(only), dtype=int32), shape(dz)], axis=0)
    return _einsum([broadcast_to(reshape(dz, kept), whole)], f"{added}{output}->{names}")


def _only_in(names: str, others: str) -> list:
    return [n for n in dict.fromkeys(names) if n not in others and n != "."]


def _with_respect_to(dz: Tensor, other: Tensor, lengths: Tensor, names: str, others: str, z: str):
    only = _only_in(names, z + others)
    left = "".join(n for n in names if n not in only)
    dx = _einsum([dz, other], f"{z},{others}->{left}")
    return _repeated(dx, left, names, lengths, only) if only else dx


@gradient("Einsum")
def einsum_grad(op: Operation, dz: Tensor):
    inputs, z = op.attrs["equation"].decode().split("->")
    if len(op.inputs) == 1:
        lengths = shape(op.inputs[0])
        only = _only_in(inputs, z)
        if only:
            return _repeated(dz, z, inputs, lengths, only)
        return _einsum([dz], f"{z}->{inputs}")
    of_x, of_y = inputs.split(",")
    if DOTS in z:
        of_x += "" if DOTS in of_x else DOTS
        of_y += "" if DOTS in of_y else DOTS
    x, y = op.inputs
    if dz.dtype.is_complex:
        x, y = conj(x), conj(y)
    lengths_x, lengths_y = shape(x), shape(y)
    dx = _with_respect_to(dz, y, lengths_x, of_x, of_y, z)
    dy = _with_respect_to(dz, x, lengths_y, of_y, of_x, z)
    if DOTS not in z:
        return dx, dy
    (start_x, end_x), (start_y, end_y) = _free_axes(of_x), _free_axes(of_y)
    if is_fully_known(x.dims) and is_fully_known(y.dims):
        free_x, free_y = x.dims[start_x:end_x], y.dims[start_y:end_y]
        if free_x == free_y:
            return dx, dy
    axes_x, axes_y = add_op(
        "BroadcastGradientArgs", lengths_x[start_x:end_x], lengths_y[start_y:end_y]
    )
    dx = reshape(reduce_sum(dx, start_x + axes_x), lengths_x)
    return dx, reshape(reduce_sum(dy, start_y + axes_y), lengths_y)
