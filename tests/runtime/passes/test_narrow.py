"""Narrow matrices, kept transposed: the same values, and no transposition inside."""

import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from jax import lax

from tests.runtime.passes.helpers import counts, r, rewritten
from tfgrad._src.runtime.passes import narrow
from tfgrad._src.runtime.passes.narrow import flip_narrow

N = 600
X, T = r(N, 1), r(N, 1) + 1
WS = [r(2, 20), r(20, 20), r(20, 3)]
BS = [r(1, 20), r(20), r(3)]


def network(x, t):
    h = jnp.concatenate([x, t], 1)
    for w, b in zip(WS, BS, strict=True):
        h = jnp.tanh(h @ w + b)
    return h


def test_a_network_has_no_transposition_left():
    found = rewritten(flip_narrow, lambda x, t: network(x, t).sum(), X, T)
    assert found is not None
    used = counts(found, X, T)
    assert used["transpose"] == 0
    shapes = [
        e.outvars[0].aval.shape
        for e in jax.make_jaxpr(found)(X, T).jaxpr.eqns
        if e.primitive.name == "dot_general"
    ]
    assert shapes == [(20, N), (20, N), (3, N)]


def test_a_fetched_value_is_transposed_back():
    found = rewritten(flip_narrow, network, X, T)
    assert counts(found, X, T)["transpose"] == 1


def gradient(x, t):
    """Weights' gradients by hand, as the nodes of `tf.gradients` are."""
    h = jnp.concatenate([x, t], 1)
    hs = [h]
    for w, b in zip(WS, BS, strict=True):
        h = jnp.tanh(h @ w + b)
        hs.append(h)
    d = jnp.ones_like(h)
    found = []
    for w, below, above in zip(WS[::-1], hs[-2::-1], hs[:0:-1], strict=True):
        d = d * (np.float32(1) - above * above)
        found += [lax.dot_general(below, d, (((0,), (0,)), ((), ()))), d.sum(0)]
        d = lax.dot_general(d, w, (((1,), (1,)), ((), ())))
    return found, d[:, :1], d[:, 1]


def test_gradients_of_weights_biases_and_inputs():
    assert rewritten(flip_narrow, gradient, X, T) is not None


OTHERS = {
    "sum along rows": lambda h: h.sum(1),
    "sum of all": lambda h: h.sum(),
    "largest": lambda h: h.max(1),
    "transposed": lambda h: h.T,
    "product of two": lambda h: h.T @ h,
    "one column": lambda h: h[:, 1:2],
    "some rows": lambda h: h[5:570:2],
    "few rows": lambda h: h[5:20],
    "padded": lambda h: jnp.pad(h, ((0, 3), (1, 0))),
    "beside another": lambda h: jnp.concatenate([h, h * 2], 1),
    "below another": lambda h: jnp.concatenate([h, h * 2], 0),
    "reshaped": lambda h: h.reshape(-1, 6),
    "choice": lambda h: jnp.where(h > 0, h, -h),
    "scaled rows": lambda h: h * h[:, :1],
    "scaled columns": lambda h: h * h[:1],
    "scaled by a vector": lambda h: h * h[:, 0][:, None],
    "number": lambda h: h * h[3, 1] + 1,
    "wide product": lambda h: h @ r(3, 500),
    "wider": lambda h: jnp.exp(h @ r(3, 200)),
    "gathered": lambda h: h[jnp.array([3, 1])],
    "reversed": lambda h: h[::-1],
    "cumulated": lambda h: jnp.cumsum(h, 0),
    "integers": lambda h: (h * 10).astype(np.int32),
}


@pytest.mark.parametrize("f", OTHERS.values(), ids=OTHERS)
def test_whatever_uses_a_narrow_matrix_gets_the_same_values(f, monkeypatch):
    monkeypatch.setattr(narrow, "TRANSPOSE", 0.0)  # also where it would not pay
    assert rewritten(flip_narrow, lambda x, t: f(network(x, t)), X, T) is not None


@given(st.lists(st.sampled_from(list(OTHERS.values())), min_size=2, max_size=4))
@settings(max_examples=30, deadline=None)
def test_several_uses_at_once(uses):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "TRANSPOSE", 0.0)
        rewritten(flip_narrow, lambda x, t: [f(network(x, t)) for f in uses], X, T)


def test_what_is_not_narrow_or_not_float32_is_left_alone():
    short, square = r(100, 2), r(600, 300)
    assert rewritten(flip_narrow, lambda x: x @ WS[0], short) is None
    assert rewritten(flip_narrow, lambda x: x @ r(300, 300), square) is None
    assert (
        rewritten(flip_narrow, lambda x: x @ r(2, 20, dtype=np.float64), r(N, 2, dtype=np.float64))
        is None
    )


def test_transpositions_that_cost_more_than_the_product_saves():
    assert rewritten(flip_narrow, lambda x: x @ r(64, 48), r(N, 64)) is None
