"""Sums of products as one product of stacked matrices."""

import functools

import numpy as np
import pytest
from jax import lax

from tests.runtime.passes.helpers import counts, r, rewritten
from tfgrad._src.runtime.passes.products import stack_products

XS = [r(8, 160) + k for k in range(4)]
DS = [r(8, 128) - k for k in range(4)]


def over_rows(a, b):
    return lax.dot_general(a, b, (((0,), (0,)), ((), ())))


def products(f, *args) -> int | None:
    found = rewritten(stack_products, f, *args)
    return None if found is None else counts(found, *args)["dot_general"]


def added(values):
    return functools.reduce(lax.add, values)


def steps(*args):
    return added(over_rows(x, d) for x, d in zip(args[:4], args[4:], strict=True))


def test_the_gradient_of_a_weight_of_several_steps_is_one_product():
    assert products(steps, *XS, *DS) == 1


def test_steps_of_different_lengths_and_other_terms():
    def f(x, y, d, e, w):
        return over_rows(x, d) + w + over_rows(y, e) + np.float32(2) * w

    assert products(f, XS[0], XS[1][:5], DS[0], DS[1][:5], r(160, 128)) == 1


def test_products_of_either_side():
    def f(*args):
        return added(over_rows(d, x) for x, d in zip(args[:4], args[4:], strict=True))

    assert products(f, *XS, *DS) == 1
    columns = [np.ascontiguousarray(x.T) for x in XS]
    assert products(lambda *a: added(x @ d for x, d in zip(a, DS, strict=True)), *columns) == 1


NOT = {
    "used apart": lambda *a: (steps(*a), [over_rows(a[k], a[k + 4]) for k in range(4)]),
    "one product": lambda *a: over_rows(a[0], a[4]) + r(160, 128),
    "other dimensions": lambda *a: over_rows(a[0], a[4]) + (a[1].T @ a[5]),
}  # fmt: skip


@pytest.mark.parametrize("f", NOT.values(), ids=NOT)
def test_anything_else_is_left_alone(f):
    assert products(f, *XS, *DS) is None


def test_many_rows_are_not_copied():
    xs, ds = [r(300, 160), r(300, 160)], [r(300, 128), r(300, 128)]
    f = lambda a, b, c, d: over_rows(a, c) + over_rows(b, d)  # noqa: E731
    assert products(f, *xs, *ds) is None


def test_small_results_are_left_alone():
    xs, ds = [r(8, 16), r(8, 16)], [r(8, 16), r(8, 16)]
    assert products(lambda a, b, c, d: over_rows(a, c) + over_rows(b, d), *xs, *ds) is None


def test_a_sum_that_uses_another():
    def f(*a):
        first = over_rows(a[0], a[4]) + over_rows(a[1], a[5])
        scaled = a[2] @ first
        return first, over_rows(a[2], scaled) + over_rows(a[3], a[7] + scaled)

    assert products(f, *XS, *DS) == 3
