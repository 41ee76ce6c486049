"""Every op type with a gradient, differentiated once, twice and three times.

Oracle: central differences in float64, each order of the order before (the first of the op's own
value, which is compared with numpy in ``tests/ops``).  The rows are in ``orders.py``.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import tfgrad as tf
from tests.gradients.differences import slopes
from tests.gradients.orders import OF_VARIABLES, ROWS, Row
from tfgrad._src.gradients.registry import GRADIENTS
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import new_graph
from tfgrad._src.graph.registry import OPS


def flat(args) -> list[np.ndarray]:
    return [np.asarray(a) for arg in args for a in (arg if isinstance(arg, list) else [arg])]


def nest(args, values: list) -> list:
    """``values`` in the lists of ``args``."""
    rest = iter(values)
    return [[next(rest) for _ in a] if isinstance(a, list) else next(rest) for a in args]


def weighted(tensors: list, draw: np.random.Generator, shapes=None) -> tf.Tensor:
    """A real number that depends on every element of all ``tensors``."""
    terms = [tf.zeros([], tf.float64)]
    for k, t in enumerate(tensors):
        if not (t.dtype.is_floating or t.dtype.is_complex):
            continue
        shape = shapes[k] if shapes else t.shape.as_list()
        w = draw.normal(size=shape)
        if t.dtype.is_complex:  # as gradients of real numbers are: Re(w conj(t))
            w = tf.constant(w + 1j * draw.normal(size=shape), t.dtype)
            terms.append(tf.cast(tf.real(tf.reduce_sum(w * tf.conj(t))), tf.float64))
        else:
            terms.append(tf.cast(tf.reduce_sum(tf.constant(w, t.dtype) * t), tf.float64))
    return tf.add_n(terms)


def smooth(row: Row) -> list[int]:
    """Which arguments are differentiated."""
    found = [k for k, a in enumerate(flat(row.args)) if a.dtype.kind in "fc"]
    return found if row.of is None else list(row.of)


def sums_and_gradients(row: Row, graph):
    """``f`` and a point: ``f(*point)`` is the sums of orders 0, 1, ... and their gradients."""
    values, of = flat(row.args), smooth(row)
    draw = np.random.default_rng(11)
    inputs = [tf.constant(v) for v in values]
    feeds = []
    for k in of:
        inputs[k] = tf.placeholder(values[k].dtype, values[k].shape)
        feeds.append(inputs[k])
    xs = list(feeds)
    session = tf.Session(graph=graph)
    load = None
    if row.op_type in {r.op_type for r in OF_VARIABLES}:
        on_handle = OPS[row.op_type].inputs[0].dtype is not None
        variable = tf.Variable(values[0], use_resource=on_handle)
        session.run(variable.initializer)
        load = session.make_callable(variable.assign(inputs[0]).op, feeds)
        inputs[0] = xs[0] = variable.handle if on_handle else variable._variable
    attrs = row.attrs() if callable(row.attrs) else row.attrs
    inputs = inputs if row.before is None else row.before(inputs)
    y = add_op(row.op_type, *nest(row.args, inputs), **attrs)
    ys = y if isinstance(y, list) else [y]
    ys = [t for part in ys for t in (part if isinstance(part, list) else [part])]
    ys = ys if row.after is None else row.after(ys)
    ys = ys if row.outputs is None else [ys[k] for k in row.outputs]
    shapes = [t.dims for t in ys]
    if any(s is None or None in s for s in shapes):  # some depend on values
        found = session.run(ys, dict(zip(feeds, [values[k] for k in of], strict=True)))
        shapes = [v.shape for v in found]
    sums = [weighted(ys, draw, shapes)]
    gradients = []
    for _ in range(row.order):
        gradients.append(tf.gradients(sums[-1], xs, unconnected_gradients="zero"))
        gradients[-1] = [tf.convert_to_tensor(g) for g in gradients[-1]]
        for g, k in zip(gradients[-1], of, strict=True):
            g.set_shape(values[k].shape)
        sums.append(weighted(gradients[-1], draw))

    call = session.make_callable([tf.stack(sums[:-1]), gradients], [] if load else feeds)

    def f(*points):
        if load is None:
            return call(*points)
        load(*points)
        return call()

    return f, [values[k] for k in of]


def name(row: Row) -> str:
    attrs = row.attrs.__name__ if callable(row.attrs) else row.attrs
    return f"{row.op_type}-{'-'.join(str(a.shape) for a in flat(row.args))}-{attrs}"


@pytest.mark.parametrize("row", [r for r in ROWS if r.order], ids=name)
def test_each_derivative_is_that_of_the_order_before(row):
    with new_graph() as graph:
        f, points = sums_and_gradients(row, graph)
        expected = slopes(lambda *xs: f(*xs)[0], points, row.step)
        found = f(*points)[1]
    for order, of_order in enumerate(found):
        for k, g in enumerate(of_order):
            wanted = expected[k][order]
            scale = max(1.0, np.max(np.abs(wanted), initial=0))
            message = f"order {order + 1}, argument {k}"
            np.testing.assert_allclose(g, wanted, rtol=0, atol=row.rtol * scale, err_msg=message)


def test_every_op_type_with_a_gradient_has_a_row():
    differentiable = {t for t, f in GRADIENTS.items() if f is not None and t in OPS}
    assert differentiable - {row.op_type for row in ROWS} == set()


def test_a_row_says_why_it_stops_before_order_3():
    assert [row.op_type for row in ROWS if row.order < 3 and not row.why] == []


@pytest.mark.parametrize("row", [r for r in ROWS if not r.order], ids=name)
def test_no_gradient_passes(row):
    with new_graph():
        x = tf.constant(row.args[0])
        y = add_op(row.op_type, x, *row.args[1:], **row.attrs)
        if row.op_type == "PreventGradient":
            with pytest.raises(LookupError, match="Gradient explicitly disabled"):
                tf.gradients(y, x)
        else:
            assert tf.gradients(tf.cast(y, tf.float64), x) == [None]


def test_the_page_of_the_documentation_is_that_of_the_rows():
    path = Path(__file__).parents[2] / "docs/_gradients_table.py"
    spec = importlib.util.spec_from_file_location("gradients_table", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.text(), (
        "run python docs/_gradients_table.py"
    )
