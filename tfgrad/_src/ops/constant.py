"""Sources: nodes whose value comes from the graph itself or from the caller.

No derivative: nothing flows into them.
"""

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


def _with_default_shape(node, x: Shape) -> Shape:
    merge(x, node.attrs["shape"])  # they must agree; what may be fed decides
    return node.attrs["shape"]


defop(
    "PlaceholderWithDefault(input: dtype; shape: shape) -> output: dtype",
    shape=_with_default_shape,
    step=lambda node, x: x,  # of text
)(lambda node, x: x)
