"""Sources: nodes whose value comes from the graph itself, from a file, or from the caller.

No derivative: nothing flows into them.
"""

import numpy as np

from tfgrad._src.graph import errors
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, from_attr, merge


def _const_shape(node) -> Shape:
    return node.attrs["value"].shape


@defop(
    "Const(; value: tensor, dtype: type) -> output: dtype",
    shape=_const_shape,
    host=lambda node: node.attrs["value"],
)
def const(node):
    """The runtime hands constants over as numpy arrays, so that what follows can be folded."""
    return node.attrs["value"]


def _not_fed(node, *inputs):
    raise AssertionError(f"placeholder {node.name} reached lowering without a value")


defop("Placeholder(; dtype: type, shape: shape = None) -> output: dtype", shape=from_attr)(_not_fed)
defop("PlaceholderV2(; dtype: type, shape: shape) -> output: dtype", shape=from_attr)(_not_fed)


def _with_default_shape(node, x: Shape) -> Shape:
    merge(x, node.attrs["shape"])  # they must agree; what may be fed decides
    return node.attrs["shape"]


defop(
    "PlaceholderWithDefault(input: dtype; shape: shape) -> output: dtype",
    shape=_with_default_shape,
    step=lambda node, x: x,  # of text
)(lambda node, x: x)


# ---------------------------------------------------------------------- of files


def _from_file(node) -> np.ndarray:
    """The start of a file, the bytes of which are the numbers."""
    path, shape, dtype = node.attrs["memory_region_name"], node.attrs["shape"], node.attrs["dtype"]
    if dtype.np.kind == "O":
        raise errors.UnimplementedError(
            None, node, f"Sorry, DT_{dtype.name.upper()} is not currently supported for "
            f"ImmutableConstOp.",
        )  # fmt: skip
    if shape is None or None in shape:
        raise errors.InvalidArgumentError(None, node, "The shape must be fully known.")
    count = int(np.prod(shape))
    try:
        with open(path, "rb") as file:
            contents = file.read()
    except OSError as error:
        message = f"{path.decode()}; {error.strerror}"
        raise errors.NotFoundError(None, node, message) from None
    if len(contents) < count * dtype.np.itemsize:
        raise errors.InternalError(
            None, node, f"Readonly memory region has wrong length ({len(contents)}) when "
            f"allocating {count * dtype.np.itemsize}",
        )  # fmt: skip
    return np.frombuffer(contents, dtype.np, count).reshape(shape)


defop(
    "ImmutableConst(; dtype: type, shape: shape, memory_region_name: string) -> tensor: dtype",
    shape=from_attr,
    step=_from_file,
)(None)
