"""Assigning and scattering: values against numpy, shapes, and what is refused.

Graphs and values from TensorFlow are compared in ``golden/variables.json``.
"""

import jax
import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.functions.reference import add_ref_op
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

KINDS = {
    "Update": lambda old, new: new,
    "Add": lambda old, new: old + new,
    "Sub": lambda old, new: old - new,
    "Mul": lambda old, new: old * new,
    "Div": lambda old, new: old / new,
    "Min": np.minimum,
    "Max": np.maximum,
}


def lower(op_type: str, *values):
    with jax.enable_x64(True):
        (result,) = jax.jit(lambda *v: OPS[op_type].lower(None, *v))(*values)
        return np.asarray(result)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prefix", ["", "Resource"])
@pytest.mark.parametrize("indices", [[0, 2, 0], [[1, 1], [0, 2]], []])
def test_scatter_applies_updates_one_after_the_other(kind, prefix, indices):
    generator = np.random.default_rng(0)
    value = generator.uniform(1, 2, (3, 2))
    indices = np.array(indices, np.int64)
    updates = generator.uniform(1, 2, (*indices.shape, 2))
    expected = value.copy()
    for i, u in zip(indices.reshape(-1), updates.reshape(-1, 2), strict=True):
        expected[i] = KINDS[kind](expected[i], u)
    found = lower(f"{prefix}Scatter{kind}", value, indices, updates)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scalar_update_goes_to_every_element(kind):
    value = np.arange(6.0).reshape(3, 2)
    expected = value.copy()
    expected[[0, 2]] = KINDS[kind](value[[0, 2]], 2.0)
    found = lower(f"Scatter{kind}", value, np.array([0, 2]), np.float64(2.0))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.uint8, np.int64, np.float16, np.complex64])
def test_scatter_keeps_the_type(dtype):
    found = lower("ScatterAdd", np.ones(3, dtype), np.array([1, 1]), np.ones(2, dtype))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, [1, 3, 1])


def test_updates_out_of_range_are_dropped():
    found = lower("ScatterAdd", np.ones(3), np.array([-1, 3, 0]), np.ones(3))
    np.testing.assert_array_equal(found, [2, 1, 1])


@pytest.mark.parametrize(
    "op_type", ["ScatterNdUpdate", "ScatterNdAdd", "ScatterNdSub", "ScatterNdMin", "ScatterNdMax"]
)
def test_scatter_nd_takes_index_vectors(op_type):
    kind = op_type.removeprefix("ScatterNd")
    value = np.arange(12.0).reshape(2, 3, 2)
    indices = np.array([[0, 1], [1, 2]])
    updates = np.full((2, 2), 5.0)
    expected = value.copy()
    for i, u in zip(indices, updates, strict=True):
        expected[tuple(i)] = KINDS[kind](expected[tuple(i)], u)
    np.testing.assert_array_equal(lower(op_type, value, indices, updates), expected)


@pytest.fixture
def graph():
    with new_graph() as graph:
        yield graph


def variable(shape, dtype=tf.float32):
    return add_op("VariableV2", shape=shape, dtype=dtype)


# Shapes of the variable, the indices and the updates, and of the result or the words of the error.
SCATTERED = [
    ((3, 2), (1,), (1, 2), (3, 2)),
    ((3, 2), (1,), (), (3, 2)),
    (None, (1,), (1, 2), None),
    ((3, 2), (1,), (1,), "Shapes must be equal rank, but are 1 and 2"),
    ((3, 2), (1, 1), (1, 2), "Shapes must be equal rank, but are 2 and 3"),
]


@pytest.mark.parametrize(("ref", "indices", "updates", "result"), SCATTERED)
def test_shape_of_scatter(graph, ref, indices, updates, result):
    v = variable(ref)
    i = tf.placeholder(tf.int32, indices)
    u = tf.placeholder(tf.float32, updates)
    if isinstance(result, str):
        with pytest.raises(ValueError, match=result):
            add_ref_op("ScatterAdd", v, i, u)
    else:
        assert add_ref_op("ScatterAdd", v, i, u).dims == result


def test_shape_of_assign_is_that_of_the_value_where_it_is_not_validated(graph):
    v = variable((3, 2))
    value = tf.placeholder(tf.float32, [3, 1])
    assert add_ref_op("Assign", v, value, validate_shape=False).dims == (3, 1)
    with pytest.raises(ValueError, match="must be equal, but are 2 and 1"):
        add_ref_op("Assign", v, value)


def test_a_handle_is_read_with_the_type_of_its_variable(graph):
    handle = add_op("VarHandleOp", shape=[3, 2], dtype=tf.float32, shared_name="h")
    assert add_op("ReadVariableOp", handle, dtype=tf.float32).dims == (3, 2)
    assert add_op("ReadVariableOp", tf.identity(handle), dtype=tf.float32).dims == (3, 2)
    words = "Trying to read variable with wrong dtype. Expected float got double"
    with pytest.raises(ValueError, match=words):
        add_op("ReadVariableOp", handle, dtype=tf.float64)


def test_a_reference_argument_must_be_a_variable(graph):
    with pytest.raises(TypeError, match="requires that input 'ref' be a mutable tensor"):
        add_op("AssignAdd", tf.constant(1.0), 1.0)


def test_assigning_the_wrong_shape_is_found_when_it_runs(graph):
    v = tf.Variable([1.0, 2.0])
    x = tf.placeholder(tf.float32, None)
    assign = tf.assign(v, x)
    words = r"Assign requires shapes of both tensors to match. lhs shape= \[2\] rhs shape= \[3\]"
    with (
        tf.Session(graph=graph) as session,
        pytest.raises(tf.errors.InvalidArgumentError, match=words),
    ):
        session.run(assign, {x: [1.0, 2.0, 3.0]})


def test_shape_of_a_variable_behind_a_handle(graph):
    handle = add_op("VarHandleOp", shape=[3, 2], dtype=tf.float32, shared_name="h")
    init = add_op("AssignVariableOp", handle, tf.zeros([3, 2]))
    shape = add_op("VariableShape", handle, out_type=tf.int64)
    with tf.Session(graph=graph) as session:
        session.run(init)
        found = session.run(shape)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, [3, 2])


def test_the_op_type_of_old_graphs_is_a_variable_too(graph):
    v = add_op("Variable", shape=[2], dtype=tf.float32)
    init = add_ref_op("Assign", v, tf.constant([1.0, 2.0]))
    with tf.Session(graph=graph) as session:
        session.run(init)
        np.testing.assert_array_equal(session.run(add_op("Identity", v)), [1, 2])


@pytest.mark.parametrize("op_type", ["CountUpTo", "ResourceCountUpTo"])
def test_count_gives_the_old_value_and_stops_at_the_limit(graph, op_type):
    v = tf.Variable(0, use_resource=op_type.startswith("Resource"))
    count = tf.count_up_to(v, 2)
    assert count.op.type == op_type
    with tf.Session(graph=graph) as session:
        session.run(tf.global_variables_initializer())
        assert [session.run(count) for _ in range(2)] == [0, 1]
        with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 2"):
            session.run(count)
        assert session.run(v) == 2
