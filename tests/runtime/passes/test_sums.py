"""Linear equations after sums: the same numbers by fewer operations, only where it is sound."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from tests.runtime.passes.helpers import counts, r, rewritten
from tfgrad._src.runtime.passes.equations import Equations
from tfgrad._src.runtime.passes.sums import merge_sums


def shorter(f, *args):
    """The rewritten function, or None."""
    return rewritten(merge_sums, f, *args)


A, B, C, W, V = r(3, 4), r(3, 4) + 1, r(3, 4) - 2, r(4, 5), r(4, 5) + 1

ZERO = np.zeros_like(C)


def padded(x, value):
    return lax.pad(x, np.float32(value), [(1, 0, 0), (0, 2, 1)])


LINEAR = {
    "dot on the left": lambda a, b: a @ W + b @ W,
    "dot on the right": lambda a, b: W.T @ a.T + W.T @ b.T,
    "product": lambda a, b: a * C + b * C,
    "product, other side": lambda a, b: C * a + b * C,
    "quotient": lambda a, b: a / C + b / C,
    "negation": lambda a, b: -a + -b,
    "transposition": lambda a, b: a.T + b.T,
    "sum along an axis": lambda a, b: a.sum(0) + b.sum(0),
    "reshaping": lambda a, b: a.reshape(12) + b.reshape(12),
    "reversal": lambda a, b: lax.rev(a, [1]) + lax.rev(b, [1]),
    "slice": lambda a, b: a[1:, ::2] + b[1:, ::2],
    "padding by zero": lambda a, b: padded(a, 0) + padded(b, 0),
    "choice of zero": lambda a, b: lax.select(C > 0, a, ZERO) + lax.select(C > 0, b, ZERO),
    "other choice of zero": lambda a, b: lax.select(C > 0, ZERO, a) + lax.select(C > 0, ZERO, b),
    "chain": lambda a, b: -((a * C) @ W).T + -((b * C) @ W).T,
}


@pytest.mark.parametrize("f", LINEAR.values(), ids=LINEAR)
def test_a_linear_operation_is_applied_once_to_the_sum(f):
    found = shorter(f, A, B)
    before, after = counts(f, A, B), counts(found, A, B)
    assert sum(after.values()) < sum(before.values())
    assert after["add"] == 1


NOT = {
    "another factor": lambda a, b: a @ W + b @ V,
    "another side": lambda a, b: a @ a.T + b @ b.T,
    "another slice": lambda a, b: a[1:] + b[:2],
    "padding by one": lambda a, b: padded(a, 1) + padded(b, 1),
    "a choice of two": lambda a, b: jnp.where(C > 0, a, C) + jnp.where(C > 0, b, C),
    "no linear function": lambda a, b: jnp.exp(a) + jnp.exp(b),
    "divisors": lambda a, b: C / a + C / b,
    "needed apart": lambda a, b: (a @ W + b @ W, a @ W, b @ W),
    "whole numbers": lambda a, b: (a.astype(np.int32) * 3) + (b.astype(np.int32) * 3),
    "half precision": lambda a, b: -a.astype(np.float16) + -b.astype(np.float16),
}  # fmt: skip


@pytest.mark.parametrize("f", NOT.values(), ids=NOT)
def test_anything_else_is_left_alone(f):
    assert shorter(f, A, B) is None


def test_each_term_counts_as_often_as_it_occurs():
    assert shorter(lambda a, b: a @ W + b @ W + a @ W + a @ W, A, B) is not None
    assert shorter(lambda a, b: (a * a + a * b) + (a * a), A, B) is not None
    assert (
        shorter(lambda a, b: ((a * C) @ W + b @ W) + ((a * C) @ W + (b * C) @ W), A, B) is not None
    )


def test_a_number_that_broadcasts_is_no_term():
    s = np.float32(2)
    assert shorter(lambda a, b: ((a * C + 1.0) + (b * C + s)) + (s + a * C), A, B) is None
    assert shorter(lambda a, b: (s + (a * C + b * C)) + 1.0, A, B) is not None
    assert shorter(lambda a, b: (s * a + s * b).sum() + (s * 3.0 + s * 5.0), A, B) is not None


def test_what_is_needed_anyway_is_not_merged():
    f = lambda a, b, c: ((a @ W + b @ W) + c @ W, a @ W)  # noqa: E731
    assert counts(shorter(f, A, B, C), A, B, C)["dot_general"] == 2


def test_loops_stay():
    def loop(a, b):
        c = lax.fori_loop(0, 3, lambda k, x: jnp.sin(x), a)
        d = lax.fori_loop(0, 3, lambda k, x: jnp.cos(x), a)
        return (c * C + d * C) + b * C

    assert counts(shorter(loop, A, B), A, B)["scan"] == 2


def test_copies_stay_apart():
    f = lambda a, b: (a * C + b * C, jnp.array(a, copy=True), jnp.array(a, copy=True))  # noqa: E731
    assert counts(shorter(f, A, B), A, B)["copy"] == 2


def test_a_constant_result_and_an_argument_as_a_result():
    f = lambda a, b: (a @ W + b @ W, a, np.float32(3.0))  # noqa: E731
    assert shorter(f, A, B) is not None


def test_chains_longer_than_the_recursion_limit():
    def f(a, b):
        for _ in range(3000):
            a, b = a * C, b * C
        return a + b

    assert shorter(f, A * 0, B * 0) is not None


def test_the_cost_is_linear_in_the_terms():
    terms = [r(2, 2) + k for k in range(600)]
    f = lambda *xs: sum(x * y for x, y in itertools.pairwise(xs))  # noqa: E731
    shorter(f, *terms)


def test_a_large_program_is_left_alone(monkeypatch):
    monkeypatch.setattr("tfgrad._src.runtime.passes.sums.LARGEST", 2)
    assert shorter(lambda a, b: a @ W + b @ W, A, B) is None


def test_an_argument_that_is_fetched_too_stays_what_it_is():
    program = Equations(jax.make_jaxpr(lambda a, b: (a @ W + b @ W, b))(A, B))
    merge_sums(program)
    assert program.results[1] == (-1, 1)
