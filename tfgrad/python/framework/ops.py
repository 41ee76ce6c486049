"""`tf.python.framework.ops`: import paths below TensorFlow's private package."""

from tfgrad._src.functions.scope import (
    name_scope,
)
from tfgrad._src.gradients.registry import (
    RegisterGradient,
)
from tfgrad._src.gradients.registry import (
    no_gradient as NoGradient,
)
from tfgrad._src.gradients.registry import (
    no_gradient as NotDifferentiable,
)
from tfgrad._src.graph.convert import (
    convert_to_tensor,
    register_tensor_conversion_function,
)
from tfgrad._src.graph.graph import (
    Graph,
    colocate_with,
    control_dependencies,
    device,
    get_default_graph,
    reset_default_graph,
)
from tfgrad._src.graph.node import (
    Operation,
    Tensor,
)
from tfgrad._src.graph.sessions import (
    get_default_session,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Graph",
    "NoGradient",
    "NotDifferentiable",
    "Operation",
    "RegisterGradient",
    "Tensor",
    "colocate_with",
    "control_dependencies",
    "convert_to_tensor",
    "device",
    "get_default_graph",
    "get_default_session",
    "name_scope",
    "register_tensor_conversion_function",
    "reset_default_graph",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
