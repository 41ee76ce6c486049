"""Fusion barriers: which values they keep, and that XLA respects them."""

import re

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.runtime.passes.helpers import r, rewritten
from tfgrad._src.runtime.passes import barriers
from tfgrad._src.runtime.passes.equations import Equations


def kept(f, *args) -> list[str]:
    """The primitives behind which a barrier is placed."""
    program = Equations(jax.make_jaxpr(f)(*args))
    order = program.needed(program.results)
    return [program.all[n].name for n in sorted(barriers.place_barriers(program, order))]


def recurrence(c, f):
    for _ in range(20):
        c = c * f + np.float32(1)
        f = jnp.tanh(c) * f
    return c, f


def compiled(f, *args, options=None):
    return jax.jit(f).lower(*args).compile(options)


def with_barriers(f, *args):
    program = Equations(jax.make_jaxpr(f)(*args))
    order = program.needed(program.results)
    function = program.function(order, barriers.place_barriers(program, order))
    return compiled(function, *args, options=barriers.options())


def largest_fusion(executable) -> int:
    """Lines of the largest fused computation."""
    bodies = re.findall(
        r"^%?fused_computation.*?^}", executable.as_text(), re.MULTILINE | re.DOTALL
    )
    return max((b.count("\n") for b in bodies), default=0)


def test_xla_respects_barriers_and_kernels_stay_small():
    """Fails if an upgrade of jaxlib renames the passes that must be disabled."""
    args = r(8, 16), r(8, 16)
    plain, cut = compiled(recurrence, *args), with_barriers(recurrence, *args)
    assert largest_fusion(plain) > 40  # the state of all earlier steps, again and again
    assert largest_fusion(cut) < 12
    for a, b in zip(plain(*args), cut(*args), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)  # 40 roundings


def test_values_that_several_use_are_kept_where_they_are_not_cheap():
    assert kept(lambda x: ((y := x * 2 + 1) * 3, y * 4), r(4)) == ["add"]
    assert kept(lambda x: ((y := x * 2) * 3, y * 4), r(4)) == []  # one operation may be repeated
    assert kept(lambda x: (x @ x) * 3, r(4, 4)) == []
    assert kept(lambda x: ((y := x @ x) * 3, y * 4), r(4, 4)) == []  # never repeated
    assert kept(lambda x: ((y := (x * 2 + 1).reshape(2, 2)) * 3, y * 4), r(4)) == []  # a view


def test_a_fetch_counts_as_a_use():
    assert kept(lambda x: ((y := x * 2 + 1), y * 4), r(4)) == ["add"]


def test_large_values_may_be_computed_again():
    shape = barriers.LARGE
    assert kept(lambda x: ((y := x * 2 + 1) * 3, y * 4), r(shape)) == []
    many = lambda x: ((y := sum(x * k for k in range(20))) * 3, y * 4)  # noqa: E731
    assert len(kept(many, r(shape))) > 0


def test_kernels_have_a_largest_size():
    xs = [r(4) + k for k in range(3 * barriers.LARGEST)]
    found = kept(lambda *xs: sum((x * x for x in xs), start=np.float32(0)), *xs)
    assert len(found) >= 3


def test_slices_of_one_value_share_a_kernel():
    def f(x):
        return [jnp.tanh(x[k]) for k in range(10)]

    found = rewritten(barriers.share_slices, f, r(10, 4))
    names = [e.primitive.name for e in jax.make_jaxpr(found)(r(10, 4)).jaxpr.eqns]
    assert names.count("dynamic_slice") == 10
    assert rewritten(barriers.share_slices, lambda x: [x[k] for k in range(7)], r(10, 4)) is None


def test_loops_beside_barriers():
    """XLA's emitter for small loops does not know barriers: it is disabled with them."""

    def f(x):
        y = lax.fori_loop(0, 3, lambda k, v: jnp.sin(v) * 2, x * 2 + 1)
        z = y * 2 + 1
        return z * 3, z * 4

    args = (r(4),)
    for a, b in zip(with_barriers(f, *args)(*args), f(*args), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)  # a few roundings


def test_the_users_list_of_disabled_passes_is_kept(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--a=b --xla_disable_hlo_passes=one,two --c")
    assert barriers.options() == {barriers.FLAG: f"one,two,{barriers.DISABLED}"}
    monkeypatch.delenv("XLA_FLAGS")
    assert barriers.options() == {barriers.FLAG: barriers.DISABLED}
