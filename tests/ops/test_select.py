"""Choosing and clipping: values against numpy, shape rules, derivatives at the bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, lowered_shape, run_gradient, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def data(shape, start=1.0):
    return (np.arange(np.prod(shape, dtype=int)) + start).reshape(shape)


@pytest.mark.parametrize(
    "condition", [True, False, [True, False], [[True, False, True], [False, False, True]]]
)
def test_select_takes_elements_or_rows(condition):
    c, x, y = np.array(condition), data((2, 3)), -data((2, 3))
    rows = c[:, None] if c.ndim == 1 else c
    np.testing.assert_array_equal(run_op("Select", c, x, y), np.where(rows, x, y))
    np.testing.assert_array_equal(
        run_gradient("Select", c, x, y, of=1), np.where(rows, np.ones((2, 3)), 0)
    )


@pytest.mark.parametrize(
    ("c", "x", "y"),
    [((2, 1), (3,), ()), ((), (2, 1), (1, 3)), ((3,), (2, 3), (3,)), ((0, 1), (3,), ())],
)
def test_select_v2_broadcasts(c, x, y):
    c, x, y = data(c) % 2 == 0, data(x), -data(y)
    np.testing.assert_array_equal(run_op("SelectV2", c, x, y), np.where(c, x, y))
    for of, value in ((1, x), (2, y)):
        taken = np.broadcast_to(c if of == 1 else ~c, np.where(c, x, y).shape)
        full = np.where(taken, 1.0, 0.0)
        axes = tuple(range(full.ndim - value.ndim))
        expected = full.sum(axis=axes)
        for i, d in enumerate(value.shape):
            if d == 1:
                expected = expected.sum(axis=i, keepdims=True)
        np.testing.assert_array_equal(run_gradient("SelectV2", c, x, y, of=of), expected)


@settings(deadline=None)
@given(shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), data=st.data())
def test_shape_rules_agree_with_lowering(shape, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    conditions = [shape, ()] + ([shape[:1]] if shape else [])
    c = data.draw(st.sampled_from(conditions))
    true = lowered_shape("Select", None, (c, np.bool_), (shape, np.float32), (shape, np.float32))
    known = [data.draw(forget_dims(s)) for s in (c, shape, shape)]
    assert is_compatible(OPS["Select"].shape(None, *known), true)
    c = data.draw(st.sampled_from([shape, (), shape[1:]]))
    true = lowered_shape("SelectV2", None, (c, np.bool_), (shape, np.float32), ((), np.float32))
    known = [data.draw(forget_dims(s)) for s in (c, shape, ())]
    assert is_compatible(OPS["SelectV2"].shape(None, *known), true)


@pytest.mark.parametrize(
    ("c", "x", "y", "result"),
    [
        (None, (2, 3), (None, None), (2, 3)),
        ((3,), (None, 3), (None, None), (None, 3)),
        ((2, 3), (None, 3), (None, None), (2, 3)),
        ((), (None,), (3,), (3,)),
        ((2,), None, (2, 3), (2, 3)),
    ],
)
def test_select_completes_shapes_as_tensorflow(c, x, y, result):
    assert OPS["Select"].shape(None, c, x, y) == result


@pytest.mark.parametrize(
    ("c", "x", "y", "message"),
    [
        ((3,), (2, 3), (2, 3), "but are 3 and 2. Shapes are [3] and [2]."),
        ((2,), (), (), "Shapes must be equal rank, but are 0 and 1"),
        ((2, 3), (2,), (2,), "Shapes must be equal rank, but are 1 and 2"),
        ((), (2, 3), (3, 3), "Shapes are [2,3] and [3,3]."),
    ],
)
def test_select_refuses_other_shapes(c, x, y, message):
    with new_graph(), pytest.raises(ValueError, match="must be equal") as error:
        tf.where(
            *[
                tf.placeholder(d, s)
                for d, s in zip(("bool", "float32", "float32"), (c, x, y), strict=True)
            ]
        )
    assert message in str(error.value)


def test_where_wants_both_or_none():
    with (
        new_graph(),
        pytest.raises(ValueError, match="x and y must both be non-None or both be None"),
    ):
        tf.where([True], [1.0])


def test_clip_by_value_op_and_its_gradient():
    x, low, high = data((2, 3)), np.array(2.0), np.array(5.0)
    np.testing.assert_array_equal(run_op("ClipByValue", x, low, high), np.clip(x, 2, 5))
    inside = (x >= 2) & (x <= 5)  # both bounds belong to it
    np.testing.assert_array_equal(run_gradient("ClipByValue", x, low, high), inside * 1.0)
    assert run_gradient("ClipByValue", x, low, high, of=1) == 1
    assert run_gradient("ClipByValue", x, low, high, of=2) == 1


def test_clip_by_value_does_not_stretch():
    with new_graph(), pytest.raises(ValueError, match="are incompatible"):
        tf.clip_by_value(tf.placeholder(tf.float32, [3]), tf.zeros([2, 3]), 1.0)


def test_clip_by_norm_of_zeros_has_a_gradient():
    with new_graph() as graph:
        x = tf.placeholder(tf.float32, [2])
        (g,) = tf.gradients(tf.clip_by_norm(x, 1.0), x)
        with tf.Session(graph=graph) as session:
            assert session.run(g, {x: [0.0, 0.0]}).tolist() == [1.0, 1.0]


def test_an_infinite_global_norm_makes_nan():
    with new_graph() as graph:
        clipped, norm = tf.clip_by_global_norm([tf.constant([np.inf]), tf.constant([1.0])], 1.0)
        with tf.Session(graph=graph) as session:
            values, before = session.run([clipped, norm])
    assert np.isinf(before)
    assert np.isnan(values).all()


@pytest.mark.parametrize("bad", [3.0, "abc"])
def test_global_norm_wants_a_list(bad):
    with new_graph(), pytest.raises(TypeError, match="`t_list` should be a sequence of tensors"):
        tf.global_norm(bad)
