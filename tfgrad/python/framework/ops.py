"""`tf.python.framework.ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.collections import (
    add_to_collection,
    add_to_collections,
    get_collection,
    get_collection_proto_type,
    get_collection_ref,
    get_from_proto_function,
    get_to_proto_function,
    register_proto_function,
)
from tfgrad._src.functions.control import (
    init_scope,
)
from tfgrad._src.functions.indexed_slices import (
    IndexedSlices,
    IndexedSlicesValue,
    convert_n_to_tensor_or_indexed_slices,
    convert_to_tensor_or_indexed_slices,
)
from tfgrad._src.functions.scope import (
    name_scope,
)
from tfgrad._src.gradients.registry import (
    RegisterGradient,
    no_gradient,
)
from tfgrad._src.gradients.registry import (
    no_gradient as NoGradient,
)
from tfgrad._src.gradients.registry import (
    no_gradient as NotDifferentiable,
)
from tfgrad._src.graph.collections import (
    GraphKeys,
)
from tfgrad._src.graph.convert import (
    convert_n_to_tensor,
    convert_to_tensor,
    internal_convert_to_tensor,
    register_tensor_conversion_function,
)
from tfgrad._src.graph.graph import (
    Graph,
    colocate_with,
    container,
    control_dependencies,
    device,
    get_default_graph,
    has_default_graph,
    reset_default_graph,
)
from tfgrad._src.graph.node import (
    Operation,
    Tensor,
)
from tfgrad._src.graph.sessions import (
    get_default_session,
)
from tfgrad._src.interop.behavior import (
    disable_eager_execution,
    disable_tensor_equality,
    enable_eager_execution,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Graph",
    "GraphKeys",
    "IndexedSlices",
    "IndexedSlicesValue",
    "NoGradient",
    "NotDifferentiable",
    "Operation",
    "RegisterGradient",
    "Tensor",
    "add_to_collection",
    "add_to_collections",
    "colocate_with",
    "container",
    "control_dependencies",
    "convert_n_to_tensor",
    "convert_n_to_tensor_or_indexed_slices",
    "convert_to_tensor",
    "convert_to_tensor_or_indexed_slices",
    "device",
    "disable_eager_execution",
    "disable_tensor_equality",
    "enable_eager_execution",
    "get_collection",
    "get_collection_proto_type",
    "get_collection_ref",
    "get_default_graph",
    "get_default_session",
    "get_from_proto_function",
    "get_to_proto_function",
    "has_default_graph",
    "init_scope",
    "internal_convert_to_tensor",
    "name_scope",
    "no_gradient",
    "register_proto_function",
    "register_tensor_conversion_function",
    "reset_default_graph",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
