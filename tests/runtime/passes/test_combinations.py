"""Products of linear combinations."""

import numpy as np
import pytest
from jax import lax

from tests.runtime.passes.helpers import counts, r, rewritten
from tfgrad._src.runtime.passes.combinations import reuse_products
from tfgrad._src.runtime.passes.sums import merge_sums

X, Y, W, EPS, D1, D2, D3 = (
    r(64, 48), r(64, 48) + 1, r(48, 40), r(64, 1), r(64, 40), r(64, 40) - 1, r(64, 40) * 2,
)  # fmt: skip


def products(f, *args) -> int | None:
    """How many products are left; None if nothing was changed."""
    found = rewritten(reuse_products, f, *args)
    return None if found is None else counts(found, *args)["dot_general"]


def mixed(x, y, eps):
    return eps * x + (np.float32(1) - eps) * y


def test_the_product_of_a_mixture_uses_those_of_its_parts():
    assert products(lambda x, y, e: (x @ W, y @ W, mixed(x, y, e) @ W), X, Y, EPS) == 2
    assert products(lambda x, y: (x @ W, y @ W, (x - -y) @ W, (x + y) @ W), X, Y) == 3
    assert products(lambda x, y: (x @ W, y @ W, (np.float32(2) * x + y) @ W), X, Y) == 2
    w = np.ascontiguousarray(W.T)
    assert products(lambda x, y: (w @ x, w @ y, w @ (x + y)), X.T, Y.T) == 2


def test_a_product_over_rows_is_taken_up_by_those_of_the_parts():
    def gradient(x, y, e, d1, d2, d3):
        return x.T @ d1 + y.T @ d2 + mixed(x, y, e).T @ d3

    assert products(gradient, X, Y, EPS, D1, D2, D3) is None  # transposes stand between

    def over_rows(a, b):
        return lax.dot_general(a, b, (((0,), (0,)), ((), ())))

    def gradient_of_a_weight(x, y, e, d1, d2, d3):
        return over_rows(x, d1) + over_rows(y, d2) + over_rows(mixed(x, y, e), d3)

    assert products(gradient_of_a_weight, X, Y, EPS, D1, D2, D3) == 2
    assert products(lambda x, y, d: over_rows(d, x) + over_rows(d * 2, y), X, Y, D1) is None


NOT = {
    "no product of a part": lambda x, y, e: (x @ W, mixed(x, y, e) @ W),
    "factors along the sum": lambda x, y, e: (
        x[:48] @ W, y[:48] @ W, (e[:48, 0] * x[:48] + y[:48]) @ W
    ),
    "another matrix": lambda x, y, e: (x @ W, y @ W, mixed(x, y, e) @ (W * 2)),
    "one part": lambda x, y, e: (x @ W, (e * x) @ W),
}  # fmt: skip


@pytest.mark.parametrize("f", NOT.values(), ids=NOT)
def test_anything_else_is_left_alone(f):
    assert products(f, X, Y, EPS) is None


def test_short_sums_are_not_worth_it():
    x, y, w = r(64, 8), r(64, 8) + 1, r(8, 40)
    assert products(lambda x, y: (x @ w, y @ w, (x + y) @ w), x, y) is None


def test_parts_of_parts():
    def f(x, y, e):
        z = mixed(x, y, e)
        return x @ W, y @ W, z @ W, (z + x) @ W

    assert products(f, X, Y, EPS) == 2


def test_a_factor_per_row_stays_after_sums_are_merged():
    def f(x, y, e):
        return (mixed(x, y, e) @ W).sum(), x @ W, y @ W

    def both(program):
        merge_sums(program)
        reuse_products(program)

    found = rewritten(both, f, X, Y, EPS)
    assert counts(found, X, Y, EPS)["dot_general"] == 2
