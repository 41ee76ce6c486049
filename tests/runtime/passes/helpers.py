"""What the tests of passes share. Oracle: the function as it was written."""

import collections
from collections.abc import Callable

import jax
import numpy as np

from tfgrad._src.runtime.passes.equations import Equations


def r(*shape, dtype=np.float32) -> np.ndarray:
    """Numbers of both signs; the same ones for the same shape."""
    return np.random.default_rng(sum(shape)).normal(size=shape).astype(dtype)


def counts(f: Callable, *args) -> collections.Counter:
    """How often each primitive occurs in a function."""
    return collections.Counter(e.primitive.name for e in jax.make_jaxpr(f)(*args).jaxpr.eqns)


def rewritten(run: Callable[[Equations], None], f: Callable, *args, rtol=1e-5) -> Callable | None:
    """``f`` after a pass, which has been compared with ``f``; None if the pass changed nothing.

    Args:
      run: the pass.
      f: a function of arrays.
      *args: its arguments.
      rtol: of the largest element of a result; another order of a sum changes the last digits.
    """
    with jax.enable_x64(True):
        program = Equations(jax.make_jaxpr(f)(*args))
        before = list(program.results)
        run(program)
        if program.results == before:
            return None
        function = program.function(program.needed(program.results))
        found, expected = function(*args), jax.tree.leaves(f(*args))
        for a, b in zip(found, expected, strict=True):
            assert a.dtype == b.dtype
            assert np.shape(a) == np.shape(b)
            np.testing.assert_allclose(a, b, rtol=0, atol=rtol * np.max(np.abs(b), initial=1e-30))
    return function
