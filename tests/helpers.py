"""What tests of single op types share: running one, central differences, shapes with gaps."""

import jax
import numpy as np
from hypothesis import strategies as st

import tfgrad as tf
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.shapes import Shape


def run_op(op_type: str, *arrays, **attrs):
    """The value of one op on numpy arrays, through a graph and a session: an array, or a list."""
    with new_graph() as graph:
        inputs = [_constants(a) for a in arrays]
        result = add_op(op_type, *inputs, **attrs)
        with tf.Session(graph=graph) as session:
            return session.run(result)


def _constants(value):
    if isinstance(value, list | tuple):
        return [tf.constant(v) for v in value]
    return tf.constant(value)


def run_gradient(
    op_type: str, *arrays, of: int = 0, order: int = 1, shapes=None, weights=None, **attrs
):
    """The gradient of ``sum(w * op(*arrays))`` with respect to argument ``of``, or None.

    Args:
      op_type: the op type; its first output is differentiated.
      *arrays: the arguments.
      of: the argument.
      order: 2 differentiates ``sum(gradient)`` once more.
      shapes: static shapes of placeholders that carry the arguments; default: their own.
      weights: the array ``w``; default ones.
      **attrs: attributes of the op.
    """
    with new_graph() as graph:
        shapes = shapes or [np.shape(a) for a in arrays]
        xs = [tf.placeholder(np.asarray(a).dtype, s) for a, s in zip(arrays, shapes, strict=True)]
        y = add_op(op_type, *xs, **attrs)
        y = y[0] if isinstance(y, list) else y
        grad_ys = None if weights is None else tf.constant(weights)
        (g,) = tf.gradients(y, [xs[of]], grad_ys)
        for _ in range(order - 1):
            (g,) = (None,) if g is None else tf.gradients(g, [xs[of]])
        if g is None:
            return None
        with tf.Session(graph=graph) as session:
            return session.run(g, dict(zip(xs, arrays, strict=True)))


def central_difference(f, x: np.ndarray, step: float = 1e-6, weights=None) -> np.ndarray:
    """``d sum(w * f(x)) / dx`` for an element-wise or any other numpy function ``f``."""
    x = np.asarray(x, np.float64)
    result = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[i] += step
        down[i] -= step
        difference = np.asarray(f(up)) - np.asarray(f(down))
        result[i] = np.sum(difference if weights is None else weights * difference) / (2 * step)
    return result


def describe(op) -> list:
    """A node in the form of the recordings."""
    from tests.golden import form

    return form.describe(op, tf.make_ndarray)


@st.composite
def forget_dims(draw, shape: tuple) -> Shape:
    """``shape`` with some lengths, or even the rank, forgotten."""
    if draw(st.integers(0, 9)) == 0:
        return None
    return tuple(None if draw(st.booleans()) else d for d in shape)


def is_compatible(static: Shape, true: tuple) -> bool:
    """Whether a static shape admits the true one."""
    if static is None:
        return True
    return len(static) == len(true) and all(
        s is None or s == t for s, t in zip(static, true, strict=True)
    )


def lowered_shape(op_type: str, node, *shapes_and_dtypes) -> tuple:
    """The shape that the lowering of an op gives, without computing."""
    with jax.enable_x64(True):
        inputs = [jax.ShapeDtypeStruct(s, d) for s, d in shapes_and_dtypes]
        return jax.eval_shape(lambda *xs: OPS[op_type].lower(node, *xs), *inputs).shape
