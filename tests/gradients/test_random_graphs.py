"""`tf.gradients` of random graphs: mixed shapes with unknown lengths, shared parts, several ys.

Two oracles, both in float64: central differences of the graph's own value, and `jax.grad` of the
lowered nodes, which knows nothing of TensorFlow's gradients.

The examples are always the same; ``TFGRAD_RANDOM_GRAPHS=5000`` in the environment tests so many new
ones.
"""

import contextlib
import os

import jax
import numpy as np
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

import tfgrad as tf
from tests.gradients.differences import slopes
from tests.gradients.random_graphs import Program, programs
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS

MANY = os.environ.get("TFGRAD_RANDOM_GRAPHS")
EXAMPLES = int(MANY or 100)
PROFILE = {
    "deadline": None,  # every example compiles
    "derandomize": not MANY,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


class OnTheHost(Exception):
    """A node runs between programs, where JAX cannot differentiate."""


def lowered(fetches: list, feeds: list):
    """The function of ``feeds`` that the nodes of ``fetches`` compute, for JAX to differentiate."""
    needed, stack = set(), [t.op for t in fetches]
    while stack:
        op = stack.pop()
        if op not in needed and not any(op is t.op for t in feeds):
            needed.add(op)
            stack += [t.op for t in op.inputs]
    order = sorted(needed, key=lambda op: op.id)

    def f(*values):
        env = dict(zip(feeds, values, strict=True))
        for op in order:
            if op.type == "Const":
                env[op.outputs[0]] = op.attrs["value"]
                continue
            definition = OPS[op.type]
            inputs = [env[t] for t in op.inputs]
            known = all(isinstance(v, np.ndarray | np.generic) for v in inputs)
            compute = definition.host if known and definition.host else definition.lower
            if compute is None and not known:
                raise OnTheHost(op.type)
            results = (compute or definition.step)(op, *inputs)
            results = results if isinstance(results, list | tuple) else [results]
            env.update(zip(op.outputs, results, strict=True))
        return [env[t] for t in fetches]

    return f


def weighted(values, weights):
    return sum((w * v).sum() for v, w in zip(values, weights, strict=True))


def check(program: Program, graph, order: int) -> None:
    xs, points, ys, weights = program
    note(f"xs {[x.shape for x in xs]}, ys {ys}")
    for op in graph.get_operations():
        note(f"{op.type:20} {op.name:28} {[t.name for t in op.inputs]}")
    direction = [np.random.default_rng(3).uniform(-1, 1, p.shape) for p in points]
    scalar = tf.add_n([tf.reduce_sum(w * y) for w, y in zip(weights, ys, strict=True)])
    grad_ys = [tf.constant(w) for w in weights]
    for g, y in zip(grad_ys, ys, strict=True):
        y.set_shape(g.shape)  # else the given gradients' shapes are refused
    gradients = tf.gradients(ys, xs, grad_ys)
    if order == 2:
        pairs = zip(direction, gradients, strict=True)
        terms = [tf.reduce_sum(v * tf.convert_to_tensor(g)) for v, g in pairs if g is not None]
        assume(terms)
        scalar = tf.add_n(terms)
        gradients = tf.gradients(scalar, xs)
    fetches = [tf.zeros_like(x) if g is None else g for x, g in zip(xs, gradients, strict=True)]
    fetches = [tf.convert_to_tensor(g) for g in fetches]
    call = tf.Session(graph=graph).make_callable([scalar, fetches], xs)
    value, found = call(*points)
    assert np.isfinite(value)
    # Every value is of order 1 by construction; derivatives grow with the depth.  1e-6 of the
    # largest is a thousand times what the differences err by where the fifth derivative is of that
    # order too.
    scale = max(1.0, *[np.max(np.abs(g), initial=0) for g in found])

    f = lowered(ys, xs)
    with jax.enable_x64(True), contextlib.suppress(OnTheHost):
        places = tuple(range(len(xs)))
        first = jax.grad(lambda *p: weighted(f(*p), weights), places)
        second = jax.grad(lambda *p: weighted(first(*p), direction), places)
        expected = jax.jit(first if order == 1 else second)(*points)
        for k, (g, e) in enumerate(zip(found, expected, strict=True)):
            # Both are exact but for rounding, which the depth amplifies.
            np.testing.assert_allclose(g, e, rtol=0, atol=1e-9 * scale, err_msg=f"jax.grad, x {k}")

    coarse, fine = (slopes(lambda *p: call(*p)[:1], points, step) for step in (2e-4, 1e-4))
    # Two steps that differ straddle a place where the function has a corner.
    assume(
        all(np.allclose(a, b, rtol=0, atol=1e-6 * scale) for a, b in zip(coarse, fine, strict=True))
    )
    for k, (g, e) in enumerate(zip(found, fine, strict=True)):
        np.testing.assert_allclose(
            g, e[0], rtol=0, atol=1e-6 * scale, err_msg=f"differences, x {k}"
        )


@settings(max_examples=EXAMPLES, **PROFILE)
@given(data=st.data())
def test_gradients_of_random_graphs(data):
    with new_graph() as graph:
        check(data.draw(programs()), graph, 1)


@settings(max_examples=EXAMPLES // 2, **PROFILE)
@given(data=st.data())
def test_gradients_of_gradients_of_random_graphs(data):
    with new_graph() as graph:
        check(data.draw(programs(steps=5)), graph, 2)
