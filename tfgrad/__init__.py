"""tfgrad: TensorFlow-1 graphs on JAX, under TensorFlow's own names.

    import tfgrad as tf

Building records a graph; `tf.gradients` adds nodes to it; `tf.Session.run` compiles what is asked
for.
"""

# fmt: off
import gc as _gc
import importlib as _importlib

# A collection while modules load looks at all of JAX's objects: it is half of the time.
_collects = _gc.isenabled()
_gc.disable()

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
from tfgrad._src.functions.contrib_framework import is_tensor
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
from tfgrad._src.functions.fft import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from tfgrad._src.functions.einsum import einsum
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
from tfgrad._src.functions.histogram import (
    bincount, histogram_fixed_width, histogram_fixed_width_bins,
)
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
from tfgrad._src.functions.linalg import (
    batch_matmul, cross, matmul, norm, sparse_matmul, tensordot,
)
from tfgrad._src.functions.linalg_decompositions import (
    cholesky, matrix_square_root, self_adjoint_eig, self_adjoint_eigvals, svd,
)
from tfgrad._src.functions.linalg_decompositions import cholesky as batch_cholesky
from tfgrad._src.functions.linalg_decompositions import self_adjoint_eig as batch_self_adjoint_eig
from tfgrad._src.functions.linalg_decompositions import (
    self_adjoint_eigvals as batch_self_adjoint_eigvals,
)
from tfgrad._src.functions.linalg_decompositions import svd as batch_svd
from tfgrad._src.functions.linalg_solve import (
    cholesky_solve, matrix_determinant, matrix_inverse, matrix_solve, matrix_solve_ls,
)
from tfgrad._src.functions.linalg_solve import cholesky_solve as batch_cholesky_solve
from tfgrad._src.functions.linalg_solve import matrix_determinant as batch_matrix_determinant
from tfgrad._src.functions.linalg_solve import matrix_inverse as batch_matrix_inverse
from tfgrad._src.functions.linalg_solve import matrix_solve as batch_matrix_solve
from tfgrad._src.functions.linalg_solve import matrix_solve_ls as batch_matrix_solve_ls
from tfgrad._src.functions.log_messages import get_logger
from tfgrad._src.functions.logging import Print
from tfgrad._src.functions.matrix import (
    diag, diag_part, eye, matrix_band_part, matrix_diag, matrix_diag_part, matrix_set_diag,
    matrix_triangular_solve, qr, trace,
)
from tfgrad._src.functions.matrix import matrix_band_part as batch_matrix_band_part
from tfgrad._src.functions.matrix import matrix_diag as batch_matrix_diag
from tfgrad._src.functions.matrix import matrix_diag_part as batch_matrix_diag_part
from tfgrad._src.functions.matrix import matrix_set_diag as batch_matrix_set_diag
from tfgrad._src.functions.matrix import matrix_triangular_solve as batch_matrix_triangular_solve
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.partitions import (
    fixed_size_partitioner, min_max_variable_partitioner, variable_axis_size_partitioner,
)
from tfgrad._src.functions.patches import (
    extract_image_patches, extract_volume_patches,
)
from tfgrad._src.functions.quantize import (
    fake_quant_with_min_max_args, fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars, fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel, fake_quant_with_min_max_vars_per_channel_gradient,
)
from tfgrad._src.functions.quantized import (
    dequantize, quantize, quantize_v2, quantized_concat,
)
from tfgrad._src.functions.random import (
    multinomial, random_crop, random_gamma, random_normal, random_poisson, random_shuffle,
    random_uniform, truncated_normal,
)
from tfgrad._src.functions.reduce import (
    arg_max, arg_min, argmax, argmin, count_nonzero, cumprod, cumsum, reduce_all, reduce_any,
    reduce_logsumexp, reduce_max, reduce_mean, reduce_min, reduce_prod, reduce_sum,
)
from tfgrad._src.functions.roll import roll
from tfgrad._src.functions.scope import name_scope, op_scope
from tfgrad._src.functions.script import numpy_function, py_func, py_function
from tfgrad._src.functions.segment import (
    segment_max, segment_mean, segment_min, segment_prod, segment_sum, sparse_segment_mean,
    sparse_segment_sqrt_n, sparse_segment_sum, unsorted_segment_max, unsorted_segment_mean,
    unsorted_segment_min, unsorted_segment_prod, unsorted_segment_sqrt_n, unsorted_segment_sum,
)
from tfgrad._src.functions.select import (
    clip_by_average_norm, clip_by_global_norm, clip_by_norm, clip_by_value, global_norm, where,
    where_v2,
)
from tfgrad._src.functions.session_handles import (
    delete_session_tensor, get_session_handle, get_session_tensor,
)
from tfgrad._src.functions.shape import (
    broadcast_dynamic_shape, broadcast_static_shape, broadcast_to, expand_dims, invert_permutation,
    matrix_transpose, rank, reshape, setdiff1d, shape, shape_n, size, squeeze, tile, transpose,
)
from tfgrad._src.functions.shape import matrix_transpose as batch_matrix_transpose
from tfgrad._src.functions.space_batch import (
    batch_to_space, batch_to_space_nd, depth_to_space, required_space_to_batch_paddings,
    space_to_batch, space_to_batch_nd, space_to_depth,
)
from tfgrad._src.functions.sparse import (
    sparse_add, sparse_maximum, sparse_minimum, sparse_placeholder, sparse_reduce_max,
    sparse_reduce_max_sparse, sparse_reduce_sum, sparse_reduce_sum_sparse, sparse_softmax,
    sparse_tensor_dense_matmul, sparse_tensor_to_dense, sparse_to_dense,
)
from tfgrad._src.functions.sparse_features import sparse_merge, sparse_to_indicator
from tfgrad._src.functions.sparse_layout import (
    sparse_concat, sparse_fill_empty_rows, sparse_mask, sparse_reorder, sparse_reset_shape,
    sparse_reshape, sparse_retain, sparse_slice, sparse_split, sparse_transpose,
)
from tfgrad._src.functions.sparse_serial import (
    deserialize_many_sparse, serialize_many_sparse, serialize_sparse,
)
from tfgrad._src.functions.special import betainc, igamma, igammac, lbeta, polygamma, zeta
from tfgrad._src.functions.state import (
    assign, assign_add, assign_sub, count_up_to, is_variable_initialized, scatter_add, scatter_div,
    scatter_max, scatter_min, scatter_mul, scatter_nd_add, scatter_nd_sub, scatter_nd_update,
    scatter_sub, scatter_update,
)
from tfgrad._src.functions.template import make_template
from tfgrad._src.functions.tensor_proto import make_tensor_proto
from tfgrad._src.functions.type_spec import (
    IndexedSlicesSpec, SparseTensorSpec, TensorSpec, TypeSpec,
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
from tfgrad._src.functions.decode import (
    decode_compressed, decode_csv, decode_raw, fingerprint, matching_files, parse_tensor, read_file,
    serialize_tensor, write_file,
)
from tfgrad._src.functions.strings import (
    as_string, decode_base64, encode_base64, reduce_join, regex_replace, string_split, substr,
)
from tfgrad._src.functions.strings import join as string_join
from tfgrad._src.functions.strings import strip as string_strip
from tfgrad._src.functions.strings import to_hash_bucket as string_to_hash_bucket
from tfgrad._src.functions.strings import to_hash_bucket_fast as string_to_hash_bucket_fast
from tfgrad._src.functions.strings import to_hash_bucket_strong as string_to_hash_bucket_strong
from tfgrad._src.functions.strings import to_number as string_to_number
from tfgrad._src.functions.confusion_matrix import confusion_matrix
from tfgrad._src.functions.sequence import (
    argsort, batch_scatter_update, edit_distance, guarantee_const, repeat, reverse_sequence,
    searchsorted, sort, timestamp, unravel_index,
)
from tfgrad._src.functions.lookup import initialize_all_tables, tables_initializer
from tfgrad._src.functions.parsing import (
    FixedLenFeature, FixedLenSequenceFeature, SparseFeature, VarLenFeature, parse_example,
    parse_single_example,
)
from tfgrad._src.functions.parsing_sequences import (
    decode_json_example, parse_single_sequence_example,
)
from tfgrad._src.functions.printing import print_v2 as print
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
from tfgrad._src.graph.device import DeviceSpec
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
from tfgrad._src.graph.sparse_tensor import (
    SparseTensor, SparseTensorValue, convert_to_tensor_or_sparse_tensor,
)
from tfgrad._src.graph.tensor_proto import make_ndarray
from tfgrad._src.graph.tensor_shape import (
    Dimension, TensorShape, dimension_at_index, dimension_value,
)
from tfgrad._src.interop.as_tensorflow import install_as_tensorflow
from tfgrad._src.interop.behavior import (
    control_flow_v2_enabled, disable_control_flow_v2, disable_eager_execution,
    disable_tensor_equality, disable_v2_behavior, disable_v2_tensorshape, enable_control_flow_v2,
    enable_eager_execution, enable_tensor_equality, enable_v2_behavior, enable_v2_tensorshape,
    executing_eagerly,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.interop.old_names import current_name as _current_name
from tfgrad._src.runtime.config import (
    ConfigProto, GPUOptions, GraphOptions, OptimizerOptions, RunMetadata, RunOptions,
)
from tfgrad._src.runtime.lower_api import lower
from tfgrad._src.runtime.session import InteractiveSession, Session

__version__ = "0.1.0"
newaxis = None
from tfgrad import (
    bitwise, compat, debugging, dtypes, errors, initializers, linalg, losses, manip, math,
    nn, random, sets, sparse, train, version,
)
from tfgrad.version import (
    COMPILER_VERSION, GIT_VERSION, GRAPH_DEF_VERSION, GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER, VERSION,
)

__all__ = [
    "AUTO_REUSE", "AggregationMethod", "Assert", "AttrValue", "COMPILER_VERSION", "ConfigProto",
    "DType", "DeviceSpec", "Dimension", "FixedLenFeature", "FixedLenSequenceFeature", "GIT_VERSION",
    "GPUOptions", "GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER", "Graph", "GraphDef", "GraphKeys", "GraphOptions",
    "IndexedSlices", "IndexedSlicesSpec", "InteractiveSession", "NameAttrList", "NoGradient",
    "NodeDef", "NotDifferentiable", "OpError", "Operation", "OptimizerOptions", "Print",
    "QUANTIZED_DTYPES", "RegisterGradient", "RunMetadata", "RunOptions", "Session", "SparseFeature",
    "SparseTensor", "SparseTensorSpec", "SparseTensorValue", "Tensor", "TensorShape", "TensorSpec",
    "TypeSpec", "UnconnectedGradients", "VERSION", "VarLenFeature", "Variable",
    "VariableAggregation", "VariableScope", "VariableSynchronization", "abs", "accumulate_n",
    "acos", "acosh", "add", "add_check_numerics_ops", "add_n", "add_to_collection",
    "add_to_collections", "all_variables", "angle", "arg_max", "arg_min", "argmax", "argmin",
    "argsort", "as_dtype", "as_string", "asin", "asinh", "assert_equal", "assert_greater",
    "assert_greater_equal", "assert_integer", "assert_less", "assert_less_equal", "assert_near",
    "assert_negative", "assert_non_negative", "assert_non_positive", "assert_none_equal",
    "assert_positive", "assert_proper_iterable", "assert_rank", "assert_rank_at_least",
    "assert_rank_in", "assert_same_float_dtype", "assert_scalar", "assert_type",
    "assert_variables_initialized", "assign", "assign_add", "assign_sub", "atan", "atan2", "atanh",
    "audio", "batch_cholesky", "batch_cholesky_solve", "batch_gather", "batch_matmul",
    "batch_matrix_band_part", "batch_matrix_determinant", "batch_matrix_diag",
    "batch_matrix_diag_part", "batch_matrix_inverse", "batch_matrix_set_diag", "batch_matrix_solve",
    "batch_matrix_solve_ls", "batch_matrix_transpose", "batch_matrix_triangular_solve",
    "batch_scatter_update", "batch_self_adjoint_eig", "batch_self_adjoint_eigvals", "batch_svd",
    "batch_to_space", "batch_to_space_nd", "betainc", "bfloat16", "bincount", "bitcast", "bitwise",
    "bool", "boolean_mask", "broadcast_dynamic_shape", "broadcast_static_shape", "broadcast_to",
    "cast", "ceil", "check_numerics", "cholesky", "cholesky_solve", "clip_by_average_norm",
    "clip_by_global_norm", "clip_by_norm", "clip_by_value", "colocate_with", "compat", "complex",
    "complex128", "complex64", "concat", "config", "confusion_matrix", "conj", "constant",
    "constant_initializer", "container", "contrib", "control_dependencies",
    "control_flow_v2_enabled", "convert_to_tensor", "convert_to_tensor_or_indexed_slices",
    "convert_to_tensor_or_sparse_tensor", "core", "cos", "cosh", "count_nonzero", "count_up_to",
    "cross", "cumprod", "cumsum", "custom_gradient", "debugging", "decode_base64",
    "decode_compressed", "decode_csv", "decode_json_example", "decode_raw", "delete_session_tensor",
    "depth_to_space", "dequantize", "deserialize_many_sparse", "device", "diag", "diag_part",
    "digamma", "dimension_at_index", "dimension_value", "disable_control_flow_v2",
    "disable_eager_execution", "disable_resource_variables", "disable_tensor_equality",
    "disable_v2_behavior", "disable_v2_tensorshape", "div", "div_no_nan", "divide", "double",
    "dtypes", "dynamic_partition", "dynamic_stitch", "edit_distance", "einsum",
    "enable_control_flow_v2", "enable_eager_execution", "enable_resource_variables",
    "enable_tensor_equality", "enable_v2_behavior", "enable_v2_tensorshape", "encode_base64",
    "ensure_shape", "equal", "erf", "erfc", "errors", "executing_eagerly", "exp", "expand_dims",
    "explain_gradient", "expm1", "extract_image_patches", "extract_volume_patches", "eye",
    "fake_quant_with_min_max_args", "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars", "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel", "fake_quant_with_min_max_vars_per_channel_gradient",
    "fft", "fft2d", "fft3d", "fill", "fingerprint", "fixed_size_partitioner", "float16", "float32",
    "float64", "floor", "floor_div", "floordiv", "floormod", "gather", "gather_nd",
    "get_collection", "get_collection_ref", "get_default_graph", "get_default_session",
    "get_local_variable", "get_logger", "get_seed", "get_session_handle", "get_session_tensor",
    "get_static_value", "get_variable", "get_variable_scope", "global_norm", "global_variables",
    "global_variables_initializer", "glorot_normal_initializer", "glorot_uniform_initializer",
    "grad_pass_through", "gradients", "greater", "greater_equal", "group", "guarantee_const",
    "half", "hessian_vector_product", "hessians", "histogram_fixed_width",
    "histogram_fixed_width_bins", "identity", "identity_n", "ifft", "ifft2d", "ifft3d", "igamma",
    "igammac", "imag", "image", "init_scope", "initialize_all_tables", "initialize_all_variables",
    "initialize_local_variables", "initialize_variables", "initializers", "install_as_tensorflow",
    "int16", "int32", "int64", "int8", "invert_permutation", "io", "is_finite", "is_inf", "is_nan",
    "is_non_decreasing", "is_numeric_tensor", "is_strictly_increasing", "is_tensor",
    "is_variable_initialized", "jacobian", "jvp", "lbeta", "less", "less_equal", "lgamma",
    "lin_space", "linalg", "linspace", "local_variables", "local_variables_initializer", "log",
    "log1p", "log_sigmoid", "logical_and", "logical_not", "logical_or", "logical_xor", "lookup",
    "losses", "lower", "make_ndarray", "make_template", "make_tensor_proto", "manip",
    "matching_files", "math", "matmul", "matrix_band_part", "matrix_determinant", "matrix_diag",
    "matrix_diag_part", "matrix_inverse", "matrix_set_diag", "matrix_solve", "matrix_solve_ls",
    "matrix_square_root", "matrix_transpose", "matrix_triangular_solve", "maximum", "meshgrid",
    "min_max_variable_partitioner", "minimum", "mod", "model_variables", "moving_average_variables",
    "multinomial", "multiply", "name_scope", "negative", "newaxis", "nn", "no_gradient", "no_op",
    "no_regularizer", "norm", "not_equal", "numpy_function", "one_hot", "ones", "ones_initializer",
    "ones_like", "op_scope", "orthogonal_initializer", "pad", "parallel_stack", "parse_example",
    "parse_single_example", "parse_single_sequence_example", "parse_tensor",
    "per_example_gradients", "placeholder", "placeholder_with_default", "polygamma", "pow", "print",
    "py_func", "py_function", "python", "qint16", "qint32", "qint8", "qr", "quantization",
    "quantize", "quantize_v2", "quantized_concat", "quint16", "quint8", "random", "random_crop",
    "random_gamma", "random_normal", "random_normal_initializer", "random_poisson",
    "random_shuffle", "random_uniform", "random_uniform_initializer", "range", "rank", "raw_ops",
    "read_file", "real", "realdiv", "reciprocal", "recompute_grad", "reduce_all", "reduce_any",
    "reduce_join", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod",
    "reduce_sum", "regex_replace", "register_tensor_conversion_function", "repeat",
    "report_uninitialized_variables", "required_space_to_batch_paddings", "reset_default_graph",
    "reshape", "resource", "resource_loader", "resource_variables_enabled", "reverse",
    "reverse_sequence", "reverse_v2", "rint", "roll", "round", "rsqrt", "saturate_cast",
    "scalar_mul", "scatter_add", "scatter_div", "scatter_max", "scatter_min", "scatter_mul",
    "scatter_nd", "scatter_nd_add", "scatter_nd_sub", "scatter_nd_update", "scatter_sub",
    "scatter_update", "searchsorted", "segment_max", "segment_mean", "segment_min", "segment_prod",
    "segment_sum", "self_adjoint_eig", "self_adjoint_eigvals", "sequence_mask",
    "serialize_many_sparse", "serialize_sparse", "serialize_tensor", "set_random_seed", "setdiff1d",
    "sets", "shape", "shape_n", "sigmoid", "sign", "signal", "sin", "sinh", "size", "slice", "sort",
    "space_to_batch", "space_to_batch_nd", "space_to_depth", "sparse", "sparse_add",
    "sparse_concat", "sparse_fill_empty_rows", "sparse_mask", "sparse_matmul", "sparse_maximum",
    "sparse_merge", "sparse_minimum", "sparse_placeholder", "sparse_reduce_max",
    "sparse_reduce_max_sparse", "sparse_reduce_sum", "sparse_reduce_sum_sparse", "sparse_reorder",
    "sparse_reset_shape", "sparse_reshape", "sparse_retain", "sparse_segment_mean",
    "sparse_segment_sqrt_n", "sparse_segment_sum", "sparse_slice", "sparse_softmax", "sparse_split",
    "sparse_tensor_dense_matmul", "sparse_tensor_to_dense", "sparse_to_dense",
    "sparse_to_indicator", "sparse_transpose", "spectral", "split", "sqrt", "square",
    "squared_difference", "squeeze", "stack", "stop_gradient", "strided_slice", "string",
    "string_join", "string_split", "string_strip", "string_to_hash_bucket",
    "string_to_hash_bucket_fast", "string_to_hash_bucket_strong", "string_to_number", "strings",
    "substr", "subtract", "svd", "sysconfig", "tables_initializer", "tan", "tanh",
    "tensor_scatter_add", "tensor_scatter_nd_add", "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update", "tensor_scatter_sub", "tensor_scatter_update", "tensordot", "test",
    "tile", "timestamp", "to_bfloat16", "to_complex128", "to_complex64", "to_double", "to_float",
    "to_int32", "to_int64", "trace", "train", "trainable_variables", "transpose", "truediv",
    "truncated_normal", "truncated_normal_initializer", "truncatediv", "truncatemod", "tuple",
    "uint16", "uint32", "uint64", "uint8", "uniform_unit_scaling_initializer", "unique",
    "unique_with_counts", "unravel_index", "unsorted_segment_max", "unsorted_segment_mean",
    "unsorted_segment_min", "unsorted_segment_prod", "unsorted_segment_sqrt_n",
    "unsorted_segment_sum", "unstack", "user_ops", "variable_axis_size_partitioner",
    "variable_creator_scope", "variable_op_scope", "variable_scope", "variables_initializer",
    "variance_scaling_initializer", "variant", "verify_tensor_all_finite", "version", "where",
    "where_v2", "write_file", "zeros", "zeros_initializer", "zeros_like", "zeta",
]
# fmt: on

if _collects:
    _gc.enable()


def __getattr__(name: str):
    if name in (  # rarely used: imported when they are
        "app",
        "audio",
        "config",
        "contrib",
        "core",
        "flags",
        "gfile",
        "image",
        "io",
        "logging",
        "lookup",
        "nest",
        "python",
        "quantization",
        "raw_ops",
        "resource_loader",
        "signal",
        "spectral",
        "strings",
        "sysconfig",
        "test",
        "user_ops",
    ):
        return _importlib.import_module(f"{__name__}.{name}")
    if (new := _current_name(name)) is not None:
        return globals()[new]
    raise _unknown_attribute(__name__, name, globals())
