"""What lowerings of broadcasting ops share: equal shapes, and the error where there are none.

A lowering receives tracers and numpy arrays; both have a ``shape``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.dtypes import DType, as_dtype


def types(names: str) -> tuple[DType, ...]:
    """The types of these names, in TensorFlow's order, which its error messages show."""
    return tuple(as_dtype(name) for name in names.split())


def is_known(x) -> bool:
    """Whether ``x`` is a number when the program is made, not a value of the program."""
    return isinstance(x, np.ndarray | np.generic)


def shape_list(shape) -> str:
    """``[2,3]``, as TensorFlow's kernels write shapes."""
    return "[" + ",".join(map(str, shape)) + "]"


def invalid(node, message: str) -> errors.InvalidArgumentError:
    """The error of a kernel that cannot work on what it got."""
    return errors.InvalidArgumentError(
        None, node, f"{message}\n\t [[{{{{node {node.name}}}}}]]" if node is not None else message
    )


def common_shape(node, *shapes) -> tuple:
    """The shape that all ``shapes`` stretch to."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise invalid(
            node, f"Incompatible shapes: {' vs. '.join(map(shape_list, shapes))}"
        ) from None


def stretch(x, shape: tuple):
    """``x`` with ``shape``: the last axes are aligned, and a length of 1 stretches."""
    if x.shape == shape:
        return x
    return lax.broadcast_in_dim(x, shape, tuple(range(len(shape) - len(x.shape), len(shape))))


def stretched(node, *values) -> list:
    """All values with their common shape."""
    shapes = [x.shape for x in values]
    if shapes.count(shapes[0]) == len(shapes):
        return list(values)
    shape = common_shape(node, *shapes)
    return [stretch(x, shape) for x in values]


def constant_like(x, number):
    """``number`` with the shape and type of ``x``."""
    return lax.full(x.shape, number, x.dtype)
