"""Sets in the last dimension: values, shapes, errors.  Oracle: Python's sets."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.build import add_node
from tfgrad._src.graph.graph import new_graph

OPERATIONS = {
    "union": lambda a, b: a | b,
    "intersection": lambda a, b: a & b,
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
}


def expected(operation, a, b) -> list:
    where, what, width = [], [], 0
    for place in itertools.product(*map(range, a.shape[:-1])):
        found = sorted(OPERATIONS[operation](set(a[place].tolist()), set(b[place].tolist())))
        where += [(*place, i) for i in range(len(found))]
        what += found
        width = max(width, len(found))
    return [np.array(where, int).reshape(-1, a.ndim), what, [*a.shape[:-1], width]]


def sparse(x: np.ndarray) -> tuple:
    return np.argwhere(np.ones(x.shape, bool)), x.ravel(), np.array(x.shape)


small = st.integers(0, 5)


@given(
    outer=st.lists(st.integers(1, 3), min_size=1, max_size=2), widths=st.tuples(small, small),
    operation=st.sampled_from(list(OPERATIONS)), data=st.data(),
)  # fmt: skip
def test_values_are_those_of_python_sets(outer, widths, operation, data):
    a, b = (data.draw(hnp.arrays(np.int64, (*outer, w), elements=small)) for w in widths)
    wanted = expected(operation, a, b)
    for kind, args in (
        ("DenseToDense", (a, b)),
        ("DenseToSparse", (a, *sparse(b))),
        ("SparseToSparse", (*sparse(a), *sparse(b))),
    ):
        found = run_op(f"{kind}SetOperation", *args, set_operation=operation)
        for got, want in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(got, want)
    sizes = run_op("SetSize", *sparse(a))
    assert sizes.dtype == np.int32
    rows = a.reshape(int(np.prod(outer)), widths[0]).tolist()
    np.testing.assert_array_equal(sizes, np.reshape([len(set(row)) for row in rows], outer))


@given(data=st.data())
def test_shape_rule_never_contradicts_the_value(data):
    a, b = np.zeros((2, 3), np.int64), np.ones((2, 4), np.int64)
    for kind, args in (
        ("DenseToDense", (a, b)),
        ("DenseToSparse", (a, *sparse(b))),
        ("SparseToSparse", (*sparse(a), *sparse(b))),
    ):
        with new_graph():
            inputs = [tf.placeholder(x.dtype, data.draw(forget_dims(x.shape))) for x in args]
            op = add_node(f"{kind}SetOperation", inputs, None, {"set_operation": "union"})
            for output, shape in zip(op.outputs, ((4, 2), (4,), (2,)), strict=True):
                assert is_compatible(output.dims, shape)


ROWS = np.array([[1, 2], [3, 4]])
WRONG = [
    ("DenseToDenseSetOperation", (ROWS, ROWS), "unionx", "Invalid set_operation unionx."),
    ("DenseToSparseSetOperation", (ROWS, *sparse(np.ones((3, 2), int))), "union",
     "Mismatched shapes [2] vs [3]"),
    ("SparseToSparseSetOperation", (*[x[::-1] for x in sparse(ROWS)], *sparse(ROWS)), "union",
     "indices[1] = [1,0] is out of order. Many sparse ops require sorted indices."),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "args", "operation", "message"), WRONG)
def test_wrong_values_are_an_error_when_run(op_type, args, operation, message):
    """The messages are TensorFlow's."""
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        run_op(op_type, *args, set_operation=operation)
    assert str(caught.value).startswith(message)


def test_unsorted_positions_may_go_unchecked():
    s = [x[::-1] for x in sparse(ROWS)]
    attrs = {"set_operation": "union", "validate_indices": False}
    found = run_op("SparseToSparseSetOperation", *s, *sparse(ROWS), **attrs)
    np.testing.assert_array_equal(found[1], [1, 2, 3, 4])


def test_wrong_arguments():
    with new_graph():
        for build, message in (
            (lambda: tf.sets.size(ROWS), "Expected `SparseTensor`, got Tensor("),
            (lambda: tf.sets.union([[1.0]], [[2.0]]), "'a' has invalid dtype `<dtype: 'float32'>`"),
            (lambda: tf.sets.union(ROWS, [["a"]]), "Types don't match, "),
        ):
            with pytest.raises(TypeError) as caught:
                build()
            assert str(caught.value).startswith(message)


def test_no_gradient_passes():
    with new_graph():
        x = tf.constant([[1.0, 2.0]])
        y = tf.sets.union(tf.cast(x, tf.int32), [[1]])
        assert tf.gradients(tf.cast(y.values, tf.float32), x) == [None]
