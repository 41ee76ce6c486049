"""The update of a variable by an optimizer: values, rows, shapes.

Oracles: the formulas as the papers and TensorFlow's documentation write them, in numpy float64;
graphs and values from TensorFlow are compared in ``golden/optimizers.json``.
"""

import jax
import numpy as np
import pytest

from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.registry import OPS


class Node:
    """What a lowering sees of its node."""

    def __init__(self, **attrs):
        self.attrs = {"use_locking": False, **attrs}


def _momentum(attrs, var, accum, lr, grad, momentum):
    accum = momentum * accum + grad
    step = grad + momentum * accum if attrs["use_nesterov"] else accum
    return var - lr * step, accum


def _keras_momentum(attrs, var, accum, lr, grad, momentum):
    accum = momentum * accum - lr * grad
    step = momentum * accum - lr * grad if attrs["use_nesterov"] else accum
    return var + step, accum


def _adam(attrs, var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    mean = beta1 * m + (1 - beta1) * grad if attrs["use_nesterov"] else m
    rate = lr * np.sqrt(1 - beta2_power) / (1 - beta1_power)
    return var - rate * mean / (np.sqrt(v) + epsilon), m, v


def _amsgrad(attrs, var, m, v, vhat, *args):
    beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad = args
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    vhat = np.maximum(vhat, v)
    rate = lr * np.sqrt(1 - beta2_power) / (1 - beta1_power)
    return var - rate * m / (np.sqrt(vhat) + epsilon), m, v, vhat


def _ada_max(attrs, var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad):
    m = beta1 * m + (1 - beta1) * grad
    v = np.maximum(beta2 * v, np.abs(grad))
    return var - lr / (1 - beta1_power) * m / (v + epsilon), m, v


def _rmsprop(attrs, var, ms, mom, lr, rho, momentum, epsilon, grad):
    ms = rho * ms + (1 - rho) * grad**2
    mom = momentum * mom + lr * grad / np.sqrt(ms + epsilon)
    return var - mom, ms, mom


def _centered(attrs, var, mg, ms, mom, lr, rho, momentum, epsilon, grad):
    mg = rho * mg + (1 - rho) * grad
    ms = rho * ms + (1 - rho) * grad**2
    mom = momentum * mom + lr * grad / np.sqrt(ms - mg**2 + epsilon)
    return var - mom, mg, ms, mom


def _adagrad(attrs, var, accum, lr, grad):
    accum = accum + grad**2 if attrs["update_slots"] else accum
    return var - lr * grad / np.sqrt(accum), accum


def _adagrad_v2(attrs, var, accum, lr, epsilon, grad):
    accum = accum + grad**2 if attrs["update_slots"] else accum
    return var - lr * grad / (np.sqrt(accum) + epsilon), accum


def _adagrad_da(attrs, var, total, squares, grad, lr, l1, l2, step):
    total, squares = total + grad, squares + grad**2
    kept = np.sign(total) * np.maximum(np.abs(total) - l1 * step, 0)
    return -lr * kept / (l2 * step * lr + np.sqrt(squares)), total, squares


def _adadelta(attrs, var, accum, accum_update, lr, rho, epsilon, grad):
    accum = rho * accum + (1 - rho) * grad**2
    step = np.sqrt(accum_update + epsilon) / np.sqrt(accum + epsilon) * grad
    return var - lr * step, accum, rho * accum_update + (1 - rho) * step**2


def _ftrl_v2(attrs, var, accum, linear, grad, lr, l1, l2, shrinkage, power):
    if attrs["multiply_linear_by_lr"]:  # the same, with ``linear`` kept lr times as large
        var, accum, linear = _ftrl_v2(
            {"multiply_linear_by_lr": False}, var, accum, linear / lr, grad, lr, l1, l2, shrinkage,
            power,
        )  # fmt: skip
        return var, accum, linear * lr
    new = accum + grad**2
    sigma = (new**-power - accum**-power) / lr
    linear = linear + grad + 2 * shrinkage * var - sigma * var
    scale = new**-power / lr + 2 * l2
    small = np.abs(linear) <= l1
    return np.where(small, 0, (np.sign(linear) * l1 - linear) / scale), new, linear


def _ftrl(attrs, var, accum, linear, grad, lr, l1, l2, power):
    return _ftrl_v2(attrs, var, accum, linear, grad, lr, l1, l2, 0.0, power)


def _proximal_descent(attrs, var, lr, l1, l2, grad):
    p = var - lr * grad
    return (np.sign(p) * np.maximum(np.abs(p) - lr * l1, 0) / (1 + lr * l2),)


def _proximal_adagrad(attrs, var, accum, lr, l1, l2, grad):
    accum = accum + grad**2
    (var,) = _proximal_descent(attrs, var, lr / np.sqrt(accum), l1, l2, grad)
    return var, accum


def _add_sign(attrs, var, m, lr, alpha, decay, beta, grad):
    m = beta * m + (1 - beta) * grad
    return var - lr * (alpha + decay * np.sign(grad) * np.sign(m)) * grad, m


def _power_sign(attrs, var, m, lr, logbase, decay, beta, grad):
    m = beta * m + (1 - beta) * grad
    return var - lr * np.exp(logbase * decay * np.sign(grad) * np.sign(m)) * grad, m


NESTEROV = {"use_nesterov": (False, True)}
SLOTS = {"update_slots": (True, False)}
LINEAR = {"multiply_linear_by_lr": (False, True)}
BETAS = (0.81, 0.98, 0.1, 0.9, 0.99, 1e-3)

# op type, oracle, number of variables, hyperparameters ("g" where the gradient stands), attributes
CASES = [
    ("ApplyGradientDescent", lambda a, w, lr, g: (w - lr * g,), 1, (0.1, "g"), {}),
    ("ApplyMomentum", _momentum, 2, (0.1, "g", 0.9), NESTEROV),
    ("ResourceApplyKerasMomentum", _keras_momentum, 2, (0.1, "g", 0.9), NESTEROV),
    ("ApplyAdam", _adam, 3, (*BETAS, "g"), NESTEROV),
    ("ResourceApplyAdamWithAmsgrad", _amsgrad, 4, (*BETAS, "g"), {}),
    ("ApplyAdaMax", _ada_max, 3, (0.81, 0.1, 0.9, 0.99, 1e-3, "g"), {}),
    ("ApplyRMSProp", _rmsprop, 3, (0.1, 0.9, 0.5, 1e-3, "g"), {}),
    ("ApplyCenteredRMSProp", _centered, 4, (0.1, 0.9, 0.5, 5.0, "g"), {}),
    ("ApplyAdagrad", _adagrad, 2, (0.1, "g"), SLOTS),
    ("ApplyAdagradV2", _adagrad_v2, 2, (0.1, 1e-3, "g"), SLOTS),
    ("ApplyAdagradDA", _adagrad_da, 3, ("g", 0.1, 0.2, 0.3, 4), {}),
    ("ApplyAdadelta", _adadelta, 3, (0.5, 0.9, 1e-3, "g"), {}),
    ("ApplyFtrl", _ftrl, 3, ("g", 0.1, 0.7, 0.3, -0.5), LINEAR),
    ("ApplyFtrl", _ftrl, 3, ("g", 0.1, 0.7, 0.3, -0.7), LINEAR),
    ("ApplyFtrlV2", _ftrl_v2, 3, ("g", 0.1, 0.7, 0.3, 0.2, -0.5), LINEAR),
    ("ApplyProximalGradientDescent", _proximal_descent, 1, (0.5, 0.7, 0.3, "g"), {}),
    ("ApplyProximalAdagrad", _proximal_adagrad, 2, (0.5, 0.7, 0.3, "g"), {}),
    ("ApplyAddSign", _add_sign, 2, (0.1, 1.5, 0.9, 0.8, "g"), {}),
    ("ApplyPowerSign", _power_sign, 2, (0.1, 1.5, 0.9, 0.8, "g"), {}),
]
each_case = pytest.mark.parametrize(
    ("op_type", "oracle", "count", "args", "attrs"),
    CASES,
    ids=lambda c: c if type(c) is str else "",
)


def variables(count: int, shape=(4, 3)) -> list[np.ndarray]:
    """A variable of both signs, and positive slots, as square roots are taken of them."""
    generator = np.random.default_rng(1)
    return [generator.normal(size=shape), *generator.uniform(0.2, 1, (count - 1, *shape))]


def arguments(op_type: str, args, grad) -> list:
    definition = OPS[op_type]
    given = definition.inputs[len(definition.writes) :]
    return [
        grad if isinstance(a, str) else np.asarray(a, np.int64 if arg.dtype else grad.dtype)
        for arg, a in zip(given, args, strict=True)
    ]


def lower(op_type: str, attrs: dict, *values) -> list[np.ndarray]:
    with jax.enable_x64(True):
        results = jax.jit(lambda *v: OPS[op_type].lower(Node(**attrs), *v))(*values)
    return [np.asarray(r) for r in results]


def settings(attrs: dict):
    """Each value of the attribute, the others at their defaults."""
    if not attrs:
        yield {}
    for key, values in attrs.items():
        for value in values:
            yield {key: value}


@each_case
def test_update_is_the_documented_formula(op_type, oracle, count, args, attrs):
    values = variables(count)
    grad = np.random.default_rng(2).normal(size=(4, 3))
    given = arguments(op_type, args, grad)
    for chosen in settings(attrs):
        expected = oracle(chosen, *values, *given)
        found = lower(op_type, chosen, *values, *given)
        assert len(found) == count == len(OPS[op_type].writes)
        for f, e in zip(found, expected, strict=True):
            # A dozen float64 operations on numbers near 1.
            np.testing.assert_allclose(f, e, rtol=1e-12, atol=1e-13)


@each_case
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_update_keeps_the_type(op_type, oracle, count, args, attrs, dtype):
    numpy_type = as_dtype(dtype).np
    values = [v.astype(numpy_type) for v in variables(count)]
    given = arguments(op_type, args, np.ones((4, 3), numpy_type))
    defaults = {k: v[0] for k, v in attrs.items()}
    assert {r.dtype for r in lower(op_type, defaults, *values, *given)} == {numpy_type}


SPARSE = [
    "SparseApplyMomentum",
    "ResourceSparseApplyKerasMomentum",
    "SparseApplyRMSProp",
    "SparseApplyCenteredRMSProp",
    "SparseApplyAdagrad",
    "SparseApplyAdagradV2",
    "SparseApplyAdagradDA",
    "SparseApplyAdadelta",
    "SparseApplyFtrl",
    "SparseApplyFtrlV2",
    "SparseApplyProximalGradientDescent",
    "SparseApplyProximalAdagrad",
]


@pytest.mark.parametrize("op_type", SPARSE)
def test_update_of_rows_is_the_dense_one_on_those_rows(op_type):
    dense = op_type.replace("Sparse", "")
    _, _, count, args, attrs = next(c for c in CASES if c[0] == dense)
    values = variables(count, (5, 2))
    indices = np.array([3, 0], np.int32)
    grad = np.random.default_rng(2).normal(size=(2, 2))
    given = dict(
        zip([a.name for a in OPS[dense].inputs[count:]], arguments(dense, args, grad), strict=True)
    )
    given["grad"] = grad
    named = [indices if a.name == "indices" else given[a.name] for a in OPS[op_type].inputs[count:]]
    defaults = {k: v[0] for k, v in attrs.items()}
    found = lower(op_type, defaults, *values, *named)
    rows = lower(dense, defaults, *[v[indices] for v in values], *arguments(dense, args, grad))
    for new, old, row in zip(found, values, rows, strict=True):
        expected = old.copy()
        expected[indices] = row
        np.testing.assert_allclose(new, expected, rtol=1e-14)


@pytest.mark.parametrize(
    "op_type",
    [
        t
        for t in OPS
        if t.startswith(("ResourceApply", "ResourceSparseApply"))
        and t.removeprefix("Resource") in OPS
    ],
)
def test_the_op_on_handles_takes_what_the_op_on_references_takes(op_type):
    on_references = OPS[op_type.removeprefix("Resource")]
    for arg, other in zip(OPS[op_type].inputs, on_references.inputs, strict=True):
        assert arg.name == other.name
        assert other.is_ref if arg.dtype and arg.dtype.name == "resource" else not other.is_ref
    assert OPS[op_type].writes == on_references.writes
    assert OPS[op_type].lower is on_references.lower


def test_ftrl_makes_small_weights_exactly_zero():
    values = [np.array([0.3, -0.3]), np.array([1.0, 1.0]), np.array([0.1, 2.0])]
    zero = np.zeros(2)
    scalars = [np.asarray(s) for s in (0.1, 0.5, 0.0, -0.5)]
    var, _, _ = lower("ApplyFtrl", {"multiply_linear_by_lr": False}, *values, zero, *scalars)
    assert var[0] == 0.0
    assert var[1] != 0.0
