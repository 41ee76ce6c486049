"""Sums of products over named axes: values against numpy, shapes against lowering.

Graphs and gradients are compared with TensorFlow in ``golden/einsum.json``.
"""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.helpers import forget_dims, is_compatible, run_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,kj->ki", (2, 3), (4, 3)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("i,j->ji", (2,), (3,)),
    ("ij->ji", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii->", (3, 3)),
    ("iii->i", (2, 2, 2)),
    ("ijj->i", (2, 3, 3)),
    ("ijji->ji", (2, 3, 3, 2)),
    ("i->", (3,)),
    ("->", ()),
    (",i->i", (), (3,)),
    ("ij,ij->", (2, 3), (2, 3)),
    ("ij,ij->ji", (2, 3), (2, 3)),
    ("ij,j->ij", (2, 3), (3,)),
    ("...ij,...jk->...ik", (4, 1, 2, 3), (5, 3, 2)),
    ("...ij,jk->...ik", (4, 2, 3), (3, 2)),
    ("i...,i...->...i", (2, 1, 3), (2, 4, 3)),
    ("a...->...", (2, 3, 4)),
    ("...->...", (2, 3)),
    ("...,...->...", (2, 1), (3,)),
    ("abc,cd->ad", (2, 3, 4), (4, 5)),
    ("abc,dcb->ad", (2, 3, 4), (5, 4, 3)),
    ("aab,bc->ac", (2, 2, 3), (3, 4)),
    ("ij,jk->ik", (0, 3), (3, 4)),
    ("ij,jk->ik", (2, 0), (0, 4)),
    ("i,i->", (0,), (0,)),
]
each_equation = pytest.mark.parametrize("row", EQUATIONS, ids=lambda r: r[0])


def numbers(shape, dtype=np.float64):
    draw = np.random.default_rng(len(shape) + sum(shape))
    x = draw.normal(size=shape)
    return (x * 9 if np.issubdtype(dtype, np.integer) else x).astype(dtype)


@each_equation
def test_values_agree_with_numpy(row):
    equation, *shapes = row
    arrays = [numbers(s) for s in shapes]
    found = run_op("Einsum", arrays, equation=equation)
    np.testing.assert_allclose(found, np.einsum(equation, *arrays), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.int64, np.complex64])
def test_types(dtype):
    a, b = numbers((2, 3), dtype), numbers((3, 4), dtype)
    found = run_op("Einsum", [a, b], equation="ij,jk->ik")
    assert found.dtype == dtype
    np.testing.assert_allclose(found, a @ b, rtol=1e-6)


def test_a_name_that_occurs_twice_in_the_result_fills_a_diagonal():
    x = numbers((2, 3))
    found = run_op("Einsum", [x], equation="bi->ibi")
    expected = np.zeros((3, 2, 3))
    for k in range(3):
        expected[k, :, k] = x[:, k]
    np.testing.assert_array_equal(found, expected)


@settings(deadline=None)
@given(row=st.sampled_from(EQUATIONS), data=st.data())
def test_shape_rule_agrees_with_lowering(row, data):
    """Whatever dimensions are forgotten, the rule never contradicts what JAX computes."""
    equation, *shapes = row
    with new_graph():
        xs = [tf.placeholder(tf.float32, s) for s in shapes]
        node = tf.raw_ops.Einsum(inputs=xs, equation=equation).op
    args = [jax.ShapeDtypeStruct(s, np.float32) for s in shapes]
    true = jax.eval_shape(lambda *xs: OPS["Einsum"].lower(node, *xs), *args).shape
    known = [data.draw(forget_dims(s)) for s in shapes]
    assert is_compatible(OPS["Einsum"].shape(node, *known), true)


@pytest.mark.parametrize(
    ("equation", "shapes", "message"),
    [
        (
            "ij,jk->ik",
            [(2, 3), (4, 3)],
            "Expected dimension 3 at axis 0 of the input shaped [4,3] but got dimension 4",
        ),
        ("ij,jk->ik", [(2, 3), (4,)], "Expected input 1 to have rank 2 but got: 1"),
        ("...i,...i->...", [(2, 3), (4, 3)], "Invalid broadcasting dimensions: "),
    ],
)
def test_shapes_that_do_not_fit_are_refused_when_run(equation, shapes, message):
    with new_graph() as graph:
        xs = [tf.placeholder(tf.float64, None) for _ in shapes]
        y = tf.einsum(equation, *xs)
        session = tf.Session(graph=graph)
        with pytest.raises(tf.errors.InvalidArgumentError) as error:
            session.run(y, {x: np.ones(s) for x, s in zip(xs, shapes, strict=True)})
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda x: tf.einsum("ij,jk", x),
            ValueError,
            'Got 1 inputs for equation "ij,jk", expecting 2',
        ),
        (lambda x: tf.einsum("i!", x), ValueError, "Subscripts have incorrect format: i!"),
        (
            lambda x: tf.einsum("ij->k", x),
            ValueError,
            "Output subscripts contain the label k not present in the input subscripts.",
        ),
        (
            lambda x: tf.einsum("ij->ii", x),
            ValueError,
            "Output subscripts contain a label appearing more than once: ij->ii",
        ),
        (
            lambda x: tf.einsum("ij", x, axis=1),
            TypeError,
            "Invalid keyword arguments for einsum: axis.",
        ),
    ],
)
def test_wrong_equations_are_refused_while_building(call, error, message):
    with new_graph(), pytest.raises(error) as caught:
        call(tf.placeholder(tf.float32, [2, 3]))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("optimize", ["greedy", "optimal", "auto"])
def test_several_tensors(optimize):
    arrays = [numbers(s) for s in [(2, 5), (5, 3), (3, 4), (4, 2)]]
    with new_graph() as graph:
        y = tf.einsum("ab,bc,cd,de->ae", *map(tf.constant, arrays), optimize=optimize)
        assert [op.type for op in graph.get_operations()].count("Einsum") == 3
        found = tf.Session(graph=graph).run(y)
    np.testing.assert_allclose(found, np.linalg.multi_dot(arrays), rtol=1e-12)
