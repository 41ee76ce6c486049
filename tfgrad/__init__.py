"""tfgrad: TensorFlow-1 graphs on JAX, under TensorFlow's own names.

    import tfgrad as tf

Building records a graph; `tf.gradients` adds nodes to it; `tf.Session.run` compiles what is asked
for.
"""

# fmt: off
import importlib as _importlib

from tfgrad._src import families as _families  # registers op types and gradients
from tfgrad._src.functions.activation import log_sigmoid
from tfgrad._src.functions.cast import (
    bitcast, cast, saturate_cast, to_bfloat16, to_complex64, to_complex128, to_double, to_float,
    to_int32, to_int64,
)
from tfgrad._src.functions.checks import (
    Assert, add_check_numerics_ops, assert_equal, assert_greater, assert_greater_equal, assert_less,
    assert_less_equal, assert_near, assert_negative, assert_non_negative, assert_non_positive,
    assert_none_equal, assert_positive, check_numerics, is_non_decreasing, is_numeric_tensor,
    is_strictly_increasing, verify_tensor_all_finite,
)
from tfgrad._src.functions.checks_static import (
    assert_integer, assert_proper_iterable, assert_rank, assert_rank_at_least, assert_rank_in,
    assert_same_float_dtype, assert_scalar, assert_type,
)
from tfgrad._src.functions.collections import (
    add_to_collection, add_to_collections, get_collection, get_collection_ref,
)
from tfgrad._src.functions.comparison import (
    equal, greater, greater_equal, less, less_equal, logical_and, logical_or, logical_xor,
    not_equal,
)
from tfgrad._src.functions.constant import placeholder, placeholder_with_default
from tfgrad._src.functions.control import (
    ensure_shape, group, identity, identity_n, init_scope, no_op, stop_gradient, tuple,
)
from tfgrad._src.functions.cwise_binary import (
    accumulate_n, add, add_n, atan2, div, div_no_nan, divide, floor_div, floordiv, floormod,
    maximum, minimum, multiply, pow, realdiv, scalar_mul, squared_difference, subtract, truediv,
    truncatediv, truncatemod,
)
from tfgrad._src.functions.cwise_binary import floormod as mod
from tfgrad._src.functions.cwise_unary import (
    abs, acos, acosh, angle, asin, asinh, atan, atanh, ceil, complex, conj, cos, cosh, digamma, erf,
    erfc, exp, expm1, floor, imag, is_finite, is_inf, is_nan, lgamma, log, log1p, logical_not,
    negative, real, reciprocal, rint, round, rsqrt, sigmoid, sign, sin, sinh, sqrt, square, tan,
    tanh,
)
from tfgrad._src.functions.fill import (
    fill, linspace, meshgrid, ones, ones_like, range, sequence_mask, zeros, zeros_like,
)
from tfgrad._src.functions.fill import linspace as lin_space
from tfgrad._src.functions.gather import (
    batch_gather, gather, gather_nd, scatter_nd, tensor_scatter_add, tensor_scatter_sub,
    tensor_scatter_update,
)
from tfgrad._src.functions.gather import tensor_scatter_add as tensor_scatter_nd_add
from tfgrad._src.functions.gather import tensor_scatter_sub as tensor_scatter_nd_sub
from tfgrad._src.functions.gather import tensor_scatter_update as tensor_scatter_nd_update
from tfgrad._src.functions.index import (
    boolean_mask, one_hot, reverse, slice, strided_slice, unique, unique_with_counts,
)
from tfgrad._src.functions.index import reverse as reverse_v2
from tfgrad._src.functions.indexed_slices import IndexedSlices, convert_to_tensor_or_indexed_slices
from tfgrad._src.functions.initializers import Constant as constant_initializer
from tfgrad._src.functions.initializers import GlorotNormal as glorot_normal_initializer
from tfgrad._src.functions.initializers import GlorotUniform as glorot_uniform_initializer
from tfgrad._src.functions.initializers import Ones as ones_initializer
from tfgrad._src.functions.initializers import Orthogonal as orthogonal_initializer
from tfgrad._src.functions.initializers import RandomNormal as random_normal_initializer
from tfgrad._src.functions.initializers import RandomUniform as random_uniform_initializer
from tfgrad._src.functions.initializers import TruncatedNormal as truncated_normal_initializer
from tfgrad._src.functions.initializers import (
    UniformUnitScaling as uniform_unit_scaling_initializer,
)
from tfgrad._src.functions.initializers import VarianceScaling as variance_scaling_initializer
from tfgrad._src.functions.initializers import Zeros as zeros_initializer
from tfgrad._src.functions.join import (
    concat, dynamic_partition, dynamic_stitch, parallel_stack, split, stack, unstack,
)
from tfgrad._src.functions.linalg import matmul, norm, sparse_matmul, tensordot
from tfgrad._src.functions.logging import Print
from tfgrad._src.functions.matrix import (
    diag, diag_part, eye, matrix_band_part, matrix_diag, matrix_diag_part, matrix_set_diag,
    matrix_triangular_solve, qr, trace,
)
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.partitions import (
    fixed_size_partitioner, min_max_variable_partitioner, variable_axis_size_partitioner,
)
from tfgrad._src.functions.random import (
    multinomial, random_crop, random_normal, random_shuffle, random_uniform, truncated_normal,
)
from tfgrad._src.functions.reduce import (
    arg_max, arg_min, argmax, argmin, count_nonzero, cumprod, cumsum, reduce_all, reduce_any,
    reduce_logsumexp, reduce_max, reduce_mean, reduce_min, reduce_prod, reduce_sum,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.script import numpy_function, py_func, py_function
from tfgrad._src.functions.segment import (
    segment_max, segment_mean, segment_min, segment_prod, segment_sum, unsorted_segment_max,
    unsorted_segment_mean, unsorted_segment_min, unsorted_segment_prod, unsorted_segment_sqrt_n,
    unsorted_segment_sum,
)
from tfgrad._src.functions.select import (
    clip_by_average_norm, clip_by_global_norm, clip_by_norm, clip_by_value, global_norm, where,
    where_v2,
)
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape, broadcast_static_shape, broadcast_to, expand_dims, invert_permutation,
    matrix_transpose, rank, reshape, setdiff1d, shape, shape_n, size, squeeze, tile, transpose,
)
from tfgrad._src.functions.special import betainc, igamma, igammac, lbeta, polygamma, zeta
from tfgrad._src.functions.state import (
    assign, assign_add, assign_sub, count_up_to, is_variable_initialized, scatter_add, scatter_div,
    scatter_max, scatter_min, scatter_mul, scatter_nd_add, scatter_nd_sub, scatter_nd_update,
    scatter_sub, scatter_update,
)
from tfgrad._src.functions.variable_lists import (
    all_variables, assert_variables_initialized, global_variables, global_variables_initializer,
    initialize_all_variables, initialize_local_variables, initialize_variables, local_variables,
    local_variables_initializer, model_variables, moving_average_variables,
    report_uninitialized_variables, trainable_variables, variables_initializer,
)
from tfgrad._src.functions.variable_scope import (
    AUTO_REUSE, VariableScope, get_local_variable, get_variable, get_variable_scope, no_regularizer,
    variable_creator_scope, variable_op_scope, variable_scope,
)
from tfgrad._src.functions.variables import (
    Variable, VariableAggregation, VariableSynchronization, disable_resource_variables,
    enable_resource_variables, resource_variables_enabled,
)
from tfgrad._src.gradients.aggregate import AggregationMethod
from tfgrad._src.gradients.algorithm import UnconnectedGradients, gradients
from tfgrad._src.gradients.custom import custom_gradient, grad_pass_through, recompute_grad
from tfgrad._src.gradients.explain_gradient import explain_gradient
from tfgrad._src.gradients.forward import hessian_vector_product, jvp
from tfgrad._src.gradients.hessians import hessians
from tfgrad._src.gradients.jacobian import jacobian
from tfgrad._src.gradients.per_example import per_example_gradients
from tfgrad._src.gradients.registry import RegisterGradient, no_gradient
from tfgrad._src.gradients.registry import no_gradient as NoGradient
from tfgrad._src.gradients.registry import no_gradient as NotDifferentiable
from tfgrad._src.graph.collections import GraphKeys
from tfgrad._src.graph.constant_value import constant_value as get_static_value
from tfgrad._src.graph.convert import (
    constant, convert_to_tensor, register_tensor_conversion_function,
)
from tfgrad._src.graph.dtypes import (
    QUANTIZED_DTYPES, DType, as_dtype, bfloat16, complex64, complex128, double, float16, float32,
    float64, half, int8, int16, int32, int64, qint8, qint16, qint32, quint8, quint16, resource,
    string, uint8, uint16, uint32, uint64, variant,
)
from tfgrad._src.graph.dtypes import bool_ as bool
from tfgrad._src.graph.errors import OpError
from tfgrad._src.graph.graph import (
    Graph, colocate_with, container, control_dependencies, device, get_default_graph,
    reset_default_graph,
)
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.proto import AttrValue, GraphDef, NameAttrList, NodeDef
from tfgrad._src.graph.seeds import get_seed, set_random_seed
from tfgrad._src.graph.sessions import get_default_session
from tfgrad._src.graph.tensor_proto import make_ndarray
from tfgrad._src.graph.tensor_shape import (
    Dimension, TensorShape, dimension_at_index, dimension_value,
)
from tfgrad._src.interop.as_tensorflow import install_as_tensorflow
from tfgrad._src.interop.behavior import (
    disable_control_flow_v2, disable_eager_execution, disable_tensor_equality, disable_v2_behavior,
    disable_v2_tensorshape, enable_control_flow_v2, enable_eager_execution, enable_v2_behavior,
    executing_eagerly,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.runtime.config import (
    ConfigProto, GPUOptions, GraphOptions, OptimizerOptions, RunMetadata, RunOptions,
)
from tfgrad._src.runtime.session import InteractiveSession, Session

__version__ = "0.1.0"
VERSION = "1.15.5"  # of the interface: what legacy code asks for
GIT_VERSION = "v1.15.5"
COMPILER_VERSION = ""
GRAPH_DEF_VERSION = 2474
newaxis = None
from tfgrad import (
    bitwise, compat, debugging, dtypes, errors, image, initializers, linalg, losses, manip, math,
    nn, random, train,
)

__all__ = [
    "AUTO_REUSE", "AggregationMethod", "Assert", "AttrValue", "COMPILER_VERSION", "ConfigProto",
    "DType", "Dimension", "GIT_VERSION", "GPUOptions", "GRAPH_DEF_VERSION", "Graph", "GraphDef",
    "GraphKeys", "GraphOptions", "IndexedSlices", "InteractiveSession", "NameAttrList",
    "NoGradient", "NodeDef", "NotDifferentiable", "OpError", "Operation", "OptimizerOptions",
    "Print", "QUANTIZED_DTYPES", "RegisterGradient", "RunMetadata", "RunOptions", "Session",
    "Tensor", "TensorShape", "UnconnectedGradients", "VERSION", "Variable", "VariableAggregation",
    "VariableScope", "VariableSynchronization", "abs", "accumulate_n", "acos", "acosh", "add",
    "add_check_numerics_ops", "add_n", "add_to_collection", "add_to_collections", "all_variables",
    "angle", "arg_max", "arg_min", "argmax", "argmin", "as_dtype", "asin", "asinh", "assert_equal",
    "assert_greater", "assert_greater_equal", "assert_integer", "assert_less", "assert_less_equal",
    "assert_near", "assert_negative", "assert_non_negative", "assert_non_positive",
    "assert_none_equal", "assert_positive", "assert_proper_iterable", "assert_rank",
    "assert_rank_at_least", "assert_rank_in", "assert_same_float_dtype", "assert_scalar",
    "assert_type", "assert_variables_initialized", "assign", "assign_add", "assign_sub", "atan",
    "atan2", "atanh", "batch_gather", "betainc", "bfloat16", "bitcast", "bitwise", "bool",
    "boolean_mask", "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to", "cast",
    "ceil", "check_numerics", "clip_by_average_norm", "clip_by_global_norm", "clip_by_norm",
    "clip_by_value", "colocate_with", "compat", "complex", "complex128", "complex64", "concat",
    "conj", "constant", "constant_initializer", "container", "contrib", "control_dependencies",
    "convert_to_tensor", "convert_to_tensor_or_indexed_slices", "cos", "cosh", "count_nonzero",
    "count_up_to", "cumprod", "cumsum", "custom_gradient", "debugging", "device", "diag",
    "diag_part", "digamma", "dimension_at_index", "dimension_value", "disable_control_flow_v2",
    "disable_eager_execution", "disable_resource_variables", "disable_tensor_equality",
    "disable_v2_behavior", "disable_v2_tensorshape", "div", "div_no_nan", "divide", "double",
    "dtypes", "dynamic_partition", "dynamic_stitch", "enable_control_flow_v2",
    "enable_eager_execution", "enable_resource_variables", "enable_v2_behavior", "ensure_shape",
    "equal", "erf", "erfc", "errors", "executing_eagerly", "exp", "expand_dims", "explain_gradient",
    "expm1", "eye", "fill", "fixed_size_partitioner", "float16", "float32", "float64", "floor",
    "floor_div", "floordiv", "floormod", "gather", "gather_nd", "get_collection",
    "get_collection_ref", "get_default_graph", "get_default_session", "get_local_variable",
    "get_seed", "get_static_value", "get_variable", "get_variable_scope", "global_norm",
    "global_variables", "global_variables_initializer", "glorot_normal_initializer",
    "glorot_uniform_initializer", "grad_pass_through", "gradients", "greater", "greater_equal",
    "group", "half", "hessian_vector_product", "hessians", "identity", "identity_n", "igamma",
    "igammac", "imag", "image", "init_scope", "initialize_all_variables",
    "initialize_local_variables", "initialize_variables", "initializers", "install_as_tensorflow",
    "int16", "int32", "int64", "int8", "invert_permutation", "is_finite", "is_inf", "is_nan",
    "is_non_decreasing", "is_numeric_tensor", "is_strictly_increasing", "is_variable_initialized",
    "jacobian", "jvp", "lbeta", "less", "less_equal", "lgamma", "lin_space", "linalg", "linspace",
    "local_variables", "local_variables_initializer", "log", "log1p", "log_sigmoid", "logical_and",
    "logical_not", "logical_or", "logical_xor", "losses", "make_ndarray", "manip", "math", "matmul",
    "matrix_band_part", "matrix_diag", "matrix_diag_part", "matrix_set_diag", "matrix_transpose",
    "matrix_triangular_solve", "maximum", "meshgrid", "min_max_variable_partitioner", "minimum",
    "mod", "model_variables", "moving_average_variables", "multinomial", "multiply", "name_scope",
    "negative", "newaxis", "nn", "no_gradient", "no_op", "no_regularizer", "norm", "not_equal",
    "numpy_function", "one_hot", "ones", "ones_initializer", "ones_like", "orthogonal_initializer",
    "pad", "parallel_stack", "per_example_gradients", "placeholder", "placeholder_with_default",
    "polygamma", "pow", "py_func", "py_function", "python", "qint16", "qint32", "qint8", "qr",
    "quint16", "quint8", "random", "random_crop", "random_normal", "random_normal_initializer",
    "random_shuffle", "random_uniform", "random_uniform_initializer", "range", "rank", "real",
    "realdiv", "reciprocal", "recompute_grad", "reduce_all", "reduce_any", "reduce_logsumexp",
    "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_sum",
    "register_tensor_conversion_function", "report_uninitialized_variables", "reset_default_graph",
    "reshape", "resource", "resource_variables_enabled", "reverse", "reverse_v2", "rint", "round",
    "rsqrt", "saturate_cast", "scalar_mul", "scatter_add", "scatter_div", "scatter_max",
    "scatter_min", "scatter_mul", "scatter_nd", "scatter_nd_add", "scatter_nd_sub",
    "scatter_nd_update", "scatter_sub", "scatter_update", "segment_max", "segment_mean",
    "segment_min", "segment_prod", "segment_sum", "sequence_mask", "set_random_seed", "setdiff1d",
    "shape", "shape_n", "sigmoid", "sign", "sin", "sinh", "size", "slice", "sparse_matmul", "split",
    "sqrt", "square", "squared_difference", "squeeze", "stack", "stop_gradient", "strided_slice",
    "string", "subtract", "tan", "tanh", "tensor_scatter_add", "tensor_scatter_nd_add",
    "tensor_scatter_nd_sub", "tensor_scatter_nd_update", "tensor_scatter_sub",
    "tensor_scatter_update", "tensordot", "test", "tile", "to_bfloat16", "to_complex128",
    "to_complex64", "to_double", "to_float", "to_int32", "to_int64", "trace", "train",
    "trainable_variables", "transpose", "truediv", "truncated_normal",
    "truncated_normal_initializer", "truncatediv", "truncatemod", "tuple", "uint16", "uint32",
    "uint64", "uint8", "uniform_unit_scaling_initializer", "unique", "unique_with_counts",
    "unsorted_segment_max", "unsorted_segment_mean", "unsorted_segment_min",
    "unsorted_segment_prod", "unsorted_segment_sqrt_n", "unsorted_segment_sum", "unstack",
    "variable_axis_size_partitioner", "variable_creator_scope", "variable_op_scope",
    "variable_scope", "variables_initializer", "variance_scaling_initializer", "variant",
    "verify_tensor_all_finite", "where", "where_v2", "zeros", "zeros_initializer", "zeros_like",
    "zeta",
]
# fmt: on


def __getattr__(name: str):
    if name in ("contrib", "python", "test"):  # rarely used: imported when they are
        return _importlib.import_module(f"{__name__}.{name}")
    raise _unknown_attribute(__name__, name, globals())
