"""Sliced gradients: the same sums as dense ones through every op type, and updates in place.

The graphs and values of whole cases are compared with TensorFlow in
``golden/cases_sparse_gradients.py``.
"""

import re

import numpy as np
import pytest

import tfgrad as tf
from tests.gradients.orders import COMPLEX, OF_VARIABLES, ROWS, Row
from tests.gradients.test_orders import flat, nest, smooth
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.runtime.execute import StageRunner


def sliceable() -> list[Row]:
    """One row per op type with one result that has rows."""
    rows = {}
    others = {id(row) for row in (*COMPLEX, *OF_VARIABLES)}
    for row in ROWS:
        if row.order and id(row) not in others and row.op_type not in rows:
            rows[row.op_type] = row
    return list(rows.values())


@pytest.mark.parametrize("row", sliceable(), ids=lambda row: row.op_type)
def test_slices_as_a_gradient_are_their_dense_sum(row):
    with new_graph() as graph:
        inputs = [tf.constant(v) for v in flat(row.args)]
        xs = [inputs[k] for k in smooth(row)]
        attrs = row.attrs() if callable(row.attrs) else row.attrs
        y = add_op(row.op_type, *nest(row.args, inputs), **attrs)
        session = tf.Session(graph=graph)
        if isinstance(y, list) or session.run(tf.rank(y)) == 0:
            pytest.skip("no single result with rows")
        value = session.run(y)
        w = np.random.default_rng(1).normal(size=value.shape).astype(value.dtype)
        rows = np.arange(len(w))
        slices = tf.IndexedSlices(  # every row twice
            tf.constant(np.concatenate([0.25 * w[::-1], 0.75 * w])),
            tf.constant(np.concatenate([rows[::-1], rows])), tf.constant(w.shape),
        )  # fmt: skip
        pairs = []
        for g in ([slices], [tf.constant(w)]):
            found = tf.gradients([y], xs, grad_ys=g, unconnected_gradients="zero")
            pairs.append([tf.convert_to_tensor(t) for t in found])
        tolerance = 1e-5 if value.dtype == np.float32 else 1e-12  # sums in another order
        for a, b in zip(*session.run(pairs), strict=True):
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


# ---------------------------------------------------------------------- cost


ROWS_OF_TABLE, WIDTH = 5000, 8
OPTIMIZERS = {
    "sgd": lambda: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "nesterov": lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "adadelta": lambda: tf.train.AdadeltaOptimizer(0.1),
    "rmsprop": lambda: tf.train.RMSPropOptimizer(0.1),
    "ftrl": lambda: tf.train.FtrlOptimizer(0.1),
    "proximal": lambda: tf.train.ProximalGradientDescentOptimizer(0.1),
}


def compiled_step(monkeypatch, make, use_resource: bool, also_fetch: bool):
    """The XLA program of a training step of an embedding."""
    programs = []
    compile_ = StageRunner._compile

    def recording(self, *args):
        programs.append(compile_(self, *args))
        return programs[-1]

    with new_graph() as graph:
        start = np.zeros((ROWS_OF_TABLE, WIDTH), np.float32)
        table = tf.get_variable("table", initializer=start, use_resource=use_resource)
        w = tf.get_variable("w", initializer=np.ones((WIDTH, 1), np.float32))
        ids = tf.placeholder(tf.int32, [6])
        loss = tf.reduce_sum(tf.square(tf.matmul(tf.nn.embedding_lookup(table, ids), w) - 1.0))
        step = make().minimize(loss)
        session = tf.Session(graph=graph)
        session.run(tf.global_variables_initializer())
        with monkeypatch.context() as m:
            m.setattr(StageRunner, "_compile", recording)
            session.run([step, loss] if also_fetch else step, {ids: [1, 2, 1, 3, 0, 4]})
    (program,) = programs
    return program.compiled


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("use_resource", [False, True])
def test_a_sparse_update_touches_its_rows_only(monkeypatch, name, use_resource):
    """In place: no copy of the table, no temporary memory of its size, no computation over it."""
    compiled = compiled_step(monkeypatch, OPTIMIZERS[name], use_resource, also_fetch=True)
    size = 4 * ROWS_OF_TABLE * WIDTH
    memory = compiled.memory_analysis()
    assert memory.temp_size_in_bytes < size // 10
    assert memory.alias_size_in_bytes >= size
    made = re.findall(rf"= f32\[{ROWS_OF_TABLE},{WIDTH}\]\S* ([\w-]+)\(", compiled.as_text())
    assert set(made) <= {"parameter", "fusion", "scatter", "get-tuple-element", "bitcast", "call",
                         "while", "dynamic-update-slice"}  # fmt: skip
