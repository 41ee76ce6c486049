"""Python expressions, for the section "operators": the nodes they make, or the text they give."""

import numpy as np

from .harness import error_class, first_line


def operator_scope(tf):
    """The names that an expression may use."""
    return {
        "tf": tf,
        "np": np,
        "x": tf.placeholder(tf.float32, [2, 3], name="x"),
        "y": tf.placeholder(tf.float32, [3, 2], name="y"),
        "i": tf.placeholder(tf.int32, [2, 3], name="i"),
        "b": tf.placeholder(tf.bool, [2, 3], name="b"),
        "u": tf.placeholder(tf.float32, name="u"),
        "n": tf.placeholder(tf.float32, [None, 3], name="n"),
        "c": tf.placeholder(tf.complex64, [2, 3], name="c"),
        "k": tf.placeholder(tf.int32, [], name="k"),
        "v": tf.Variable([1.0, 2.0], name="v"),
        "r": tf.get_variable("r", [2], use_resource=True),
    }


# fmt: off
_TENSORS = [
    "x + x", "x + 1", "1 + x", "x - 1", "1 - x", "x * 2", "2 * x", "x / 2", "1 / x", "x // 2",
    "7 // x", "x % 2", "7 % x", "x ** 2", "2 ** x", "x @ y", "np.ones([2, 2], np.float32) @ x",
    "-x", "+x", "abs(x)", "x < 1", "x <= 1", "x > 1", "x >= 1", "1 < x", "x == x", "x == 1",
    "x != x", "i + 1", "i / 2", "i // 2", "i % 2", "i ** 2", "-i", "abs(i)", "i & i", "i | 1",
    "i ^ i", "~i", "i << 1", "b & b", "b & True", "True & b", "b | b", "b ^ b", "b ^ True", "~b",
    "b + b", "-b", "c * 2.0", "c / 2.0", "abs(c)", "c < c", "c // c", "x * i", "x + v",
    "v + x[0, :2]", "v + 1.0", "1.0 - v", "v * v", "-v", "v[0]", "v[:1]", "v < 1.0", "v == v",
    "v @ y", "r + 1.0", "r[0]", "r == r", "x[0]", "x[-1]", "x[:, 0]", "x[0, 1]", "x[1:]",
    "x[:, ::-1]", "x[..., 0]", "x[:, None]", "x[tf.newaxis]", "x[k]", "x[k, 0]", "x[k:]",
    "x[0:k, 1]", "x[np.int64(1)]", "x[tf.constant(1)]", "x[tf.Dimension(1)]", "u[0]", "n[0]",
    "n[:5]", "n[1:, 0]", "x[:]", "x[...]", "x[1:1]", "tf.add(x, 1.0)", "tf.subtract(x, 1.0)",
    "tf.multiply(x, 2.0)", "tf.divide(x, 2.0)", "tf.div(x, 2.0)", "tf.div(i, 2)",
    "tf.realdiv(x, 2.0)", "tf.truediv(i, 2)", "tf.floordiv(x, 2.0)", "tf.floordiv(i, 2)",
    "tf.floor_div(x, 2.0)", "tf.mod(x, 2.0)", "tf.floormod(i, 2)", "tf.truncatediv(i, 2)",
    "tf.truncatemod(i, 2)", "tf.pow(x, 2.0)", "tf.square(x)", "tf.abs(x)", "tf.abs(c)",
    "tf.negative(x)", "tf.neg(x)", "tf.sign(x)", "tf.equal(x, 1.0)", "tf.not_equal(x, 1.0)",
    "tf.less(x, 1.0)", "tf.logical_xor(b, b)", "tf.matmul(x, y)",
    "tf.matmul(x, x, transpose_b=True)", "tf.maximum(x, 0.0)", "tf.squared_difference(x, 1.0)",
    "tf.scalar_mul(2.0, x)", "tf.add_n([x])", "tf.add_n([x, x])", "tf.cast(x, tf.float32)",
    "tf.cast(x, tf.int32)", "tf.to_float(i)", "tf.to_int32(x)", "tf.identity(x)",
    "tf.cast(v, tf.float32)", "tf.identity(v)", "tf.convert_to_tensor(v)",
    "tf.convert_to_tensor(x)", "tf.convert_to_tensor([x, x])", "tf.convert_to_tensor([k, 1])",
    "tf.shape(x)", "tf.shape(n)", "tf.shape(n)[0]", "tf.size(x)", "tf.size(n)", "tf.rank(x)",
    "tf.rank(u)", "tf.zeros_like(x)", "tf.zeros_like(n)", "tf.ones_like(x)", "tf.ones_like(n)",
    "tf.reduce_sum(x)", "tf.reduce_sum(x, 1)", "tf.reduce_mean(u)", "tf.reduce_sum(x, [])",
    "tf.reduce_sum(x, 0, keepdims=True)", "tf.reduce_max(x, -1)", "tf.reduce_all(b)",
    "tf.reduce_logsumexp(x, 1)", "tf.argmax(x, 1)", "tf.transpose(x)", "tf.transpose(u)",
    "tf.transpose(x, [1, 0])", "tf.reshape(x, [-1])", "tf.reshape(x, [k, -1])",
    "tf.expand_dims(x, 0)", "tf.squeeze(x)", "tf.stack([x, x])", "tf.concat([x, x], 1)",
    "tf.concat([x], 0)", "tf.split(x, 3, 1)", "tf.split(x, [1, 2], 1)", "tf.unstack(x)",
    "tf.tile(x, [1, 2])", "tf.one_hot(k, 3)", "tf.gather(x, [0])", "tf.gather(v, [0])",
    "tf.range(3)", "tf.range(k)", "tf.range(0.0, 1.0, 0.3)", "tf.fill([2, 3], 1.0)",
    "tf.zeros([2, 3])", "tf.ones([k])", "tf.eye(2)", "tf.linspace(0.0, 1.0, 3)",
    "tf.clip_by_value(x, 0.0, 1.0)", "tf.where(b, x, x)", "tf.where(b)", "tf.nn.softmax(x)",
    "tf.nn.log_softmax(x)", "tf.nn.softmax(x, axis=0)", "tf.nn.relu(x)", "tf.sigmoid(x)",
    "tf.nn.l2_loss(x)", "tf.nn.bias_add(x, v[:1] * [1.0, 1.0, 1.0])",
    "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x)",
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=x)",
    "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i[:, 0], logits=x)",
    "tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x)",
    "tf.losses.mean_squared_error(x, x)", "tf.random_uniform([2], seed=1)",
    "tf.random_normal([2], seed=1)", "tf.truncated_normal([2], seed=1)", "tf.no_op()",
    "tf.group(x, v)", "tf.assign(v, [1.0, 2.0])", "v.assign_add([1.0, 2.0])",
    "r.assign_add([1.0, 2.0])", "tf.assign(r, [1.0, 2.0])", "v.read_value()", "r.read_value()",
    "v.value()", "r.value()", "v.initialized_value()", "tf.is_variable_initialized(v)",
    "tf.tuple([x, x])", "tf.stop_gradient(x)", "tf.global_variables_initializer()",
]
# fmt: on
# fmt: off
_TEXTS = [
    "repr(x)", "str(x)", "repr(u)", "repr(n)", "str(n)", "repr(v)", "str(v)", "repr(r)", "str(r)",
    "repr(tf.no_op())", "str(tf.no_op(name='q'))", "str(tf.constant([1.5, 2.0], name='q').op)",
    "repr(tf.float32)", "str(tf.float32)", "repr(v.dtype)", "str(v.dtype)", "repr(v._ref().dtype)",
    "str(v._ref().dtype)", "v.dtype.name", "v._ref().dtype.name", "v._ref().dtype.base_dtype.name",
    "v._ref().dtype.as_datatype_enum", "tf.float32.max", "tf.float32.limits", "tf.int8.limits",
    "tf.float32 == 'float32'", "tf.float32 == np.float32", "tf.float32 == tf.float64",
    "tf.as_dtype(float).name", "tf.as_dtype(int).name", "tf.as_dtype(bool).name",
    "tf.as_dtype('float').name", "tf.as_dtype('double').name", "tf.as_dtype('half').name",
    "tf.as_dtype(np.dtype('S3')).name", "tf.as_dtype(object).name", "tf.as_dtype(str).name",
    "tf.float32.is_floating", "tf.bfloat16.is_floating", "tf.quint8.is_integer",
    "tf.bool.is_numpy_compatible", "tf.float32.real_dtype.name", "tf.complex64.real_dtype.name",
    "tf.float32.size", "tf.string.size", "repr(x.shape)", "str(x.shape)", "repr(u.shape)",
    "str(u.shape)", "repr(n.shape)", "str(n.shape)", "repr(x.shape[0])", "str(x.shape[0])",
    "repr(n.shape[0])", "str(n.shape[0])", "repr(tf.TensorShape([]))", "str(tf.TensorShape([]))",
    "repr(tf.TensorShape([2]))", "str(tf.TensorShape([2]))", "repr(x.shape[:1])",
    "type(x.shape[0]).__name__", "x.shape[0] == 2", "n.shape[0] == 2", "n.shape[0] == None",
    "x.shape[0] * 2", "x.shape[0] + n.shape[0]", "x.shape[0] // 2", "x.shape[0] % 2",
    "x.shape[0] > 1", "n.shape[0] > 1", "2 - x.shape[0]", "range(x.shape[0])", "bool(n.shape[0])",
    "bool(x.shape[0])", "hash(x) == hash(x)", "x.shape.ndims", "u.shape.ndims",
    "x.shape.num_elements()", "n.shape.num_elements()", "u.get_shape().dims",
    "x.shape.concatenate([4])", "x.shape + [4]", "[4] + x.shape",
    "tf.TensorShape([2, 3]) == (2, 3)", "bool(tf.TensorShape(None))", "bool(tf.TensorShape([]))",
    "x.name", "x.op.name", "x.op.type", "x.value_index", "x.device", "x.consumers()",
    "x.graph is tf.get_default_graph()", "v.name", "v.op.name", "v.op.type", "r.op.type",
    "r.handle.op.type", "v.initializer.name", "v.initial_value.name", "v.shape", "v.get_shape()",
    "v.trainable", "v._shared_name", "v._as_graph_element().name", "r._shared_name",
    "r.initializer.name", "r.initial_value.name", "tf.trainable_variables()",
    "tf.get_variable_scope().name", "tf.get_default_session()",
    "tf.get_default_graph().get_name_scope()", "tf.get_default_graph().version",
    "tf.get_default_graph().building_function",
    "sorted(tf.get_default_graph().get_all_collection_keys())",
    "tf.get_default_graph().graph_def_versions.producer", "tf.constant([1.0]).op.get_attr('dtype')",
    "tf.constant([1.0]).op.get_attr('value').dtype", "tf.constant([1.0]).op.node_def.op",
    "tf.Tensor.__array_priority__", "isinstance(v, tf.Tensor)", "tf.is_tensor(v)",
    "tf.contrib.framework.is_tensor(v)", "tf.get_static_value(tf.constant(3))",
    "tf.GraphKeys.TRAINABLE_VARIABLES", "tf.GraphKeys.GLOBAL_VARIABLES", "tf.GraphKeys.LOSSES",
    "tf.GraphKeys.UPDATE_OPS", "tf.GraphKeys.GLOBAL_STEP", "tf.AUTO_REUSE",
    "tf.UnconnectedGradients.ZERO", "tf.AggregationMethod.DEFAULT",
    "tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N", "tf.train.Optimizer.GATE_OP",
    "tf.errors.InvalidArgumentError.__mro__[1].__name__", "tf.errors.OpError.__mro__[1].__name__",
    "tf.errors.InvalidArgumentError(None, None, 'm').error_code",
    "tf.errors.InvalidArgumentError(None, None, 'm').message",
    "str(tf.errors.InvalidArgumentError(None, None, 'm'))",
    "repr(tf.errors.InvalidArgumentError(None, None, 'm'))",
    "str(tf.errors.InvalidArgumentError(None, x.op, 'm')).splitlines()[0]",
]
# fmt: on
EXPRESSIONS = _TENSORS + _TEXTS


def _nodes(graph, start):
    """``name = Type(inputs) dtype shape`` of the nodes from number `start` on."""
    rows = []
    for op in graph.get_operations()[start:]:
        inputs = [t.name[:-2] if t.name.endswith(":0") else t.name for t in op.inputs]
        inputs += ["^" + o.name for o in op.control_inputs]
        outputs = [f"{t.dtype.name}{t.shape}" for t in op.outputs]
        rows.append(f"{op.name} = {op.type}({', '.join(inputs)}) -> {', '.join(outputs)}")
    return rows


def operator_outcome(tf, expression):
    """What an expression gives: {"value": repr or tensor name, "nodes": [...]}, or its error."""
    tf.reset_default_graph()
    names = operator_scope(tf)
    graph = tf.get_default_graph()
    start = len(graph.get_operations())
    try:
        value = eval(expression, names)
        if value is NotImplemented:
            text = "NotImplemented"
        elif isinstance(value, (list, tuple)) and value and hasattr(value[0], "op"):
            text = "[" + ", ".join(v.name for v in value) + "]"
        else:
            text = (
                getattr(value, "name", None)
                if hasattr(value, "op") or hasattr(value, "inputs")
                else None
            )
            text = text if isinstance(text, str) else repr(value)
        result = {"value": first_line(text)}
    except Exception as error:
        result = {"class": error_class(tf, error), "message": first_line(str(error))}
    nodes = _nodes(graph, start)
    if nodes:
        result["nodes"] = nodes
    return result
