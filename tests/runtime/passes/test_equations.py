"""Programs as equations: reading, adding, replacing, writing."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.runtime.passes.helpers import counts, r, rewritten
from tfgrad._src.runtime.passes.equations import Equations


def program(f, *args, **options) -> Equations:
    return Equations(jax.make_jaxpr(f)(*args), **options)


def test_equal_equations_are_one():
    p = program(lambda x: (jnp.sin(x * 2), jnp.sin(x * 2)), r(3))
    assert p.results[0] == p.results[1]
    p = program(lambda x: (jnp.sin(x * 2), jnp.sin(x * 2)), r(3), merge=False)
    assert p.results[0] != p.results[1]


def test_constants_are_told_apart_by_type_and_bits():
    p = program(lambda x: (x * np.float32(0.0), x * np.float32(-0.0), x * np.float32(0.0)), r(3))
    assert p.results[0] == p.results[2] != p.results[1]


def test_copies_are_never_one():
    p = program(lambda x: (jnp.array(x, copy=True), jnp.array(x, copy=True)), r(3))
    assert p.results[0] != p.results[1]


def test_loops_conditions_and_functions_are_written_as_they_were():
    @jax.jit
    def inner(x):
        return jnp.tanh(x) + 1

    def f(x):
        y = lax.fori_loop(0, 4, lambda k, v: v * 2, inner(x))
        z = lax.cond(y.sum() > 0, lambda v: v + 1, lambda v: v - 1, y)
        w = lax.while_loop(lambda v: v.sum() < 100, lambda v: v + 7, z)
        return w, inner(x), np.float32(3)

    x = np.abs(r(3))
    p = program(f, x)
    found = p.function(p.needed(p.results))
    for a, b in zip(found(x), f(x), strict=True):
        np.testing.assert_array_equal(a, b)
    assert counts(found, x)["tanh"] == 1


def test_replaced_values_that_use_replaced_values():
    def double_tanh(p):
        order = p.needed(p.results)
        new = {}
        for node in order:
            if p.all[node].name == "tanh":
                new[node, 0] = p.apply(lambda v: -jnp.tanh(-v), p.all[node].args[0])
        p.replace(new)

    found = rewritten(double_tanh, lambda x: jnp.tanh(jnp.tanh(jnp.tanh(x)) * 2), r(3))
    assert counts(found, r(3))["neg"] == 6


def test_long_chains():
    def f(x):
        for _ in range(5000):
            x = x + np.float32(1)
        return x

    p = program(f, r(2))
    assert len(p.needed(p.results)) == 5000
    p.replace({(0, 0): p.apply(lambda x: x * 2, (-1, 0))})
    assert len(p.needed(p.results)) == 5000
