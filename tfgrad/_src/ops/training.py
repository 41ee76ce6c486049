"""The update of a variable by an optimizer, one op type per optimizer.

Every update comes in four op types that share one lowering: ``ApplyX`` on reference variables,
``ResourceApplyX`` on handles, and for gradients of single rows ``SparseApplyX`` and
``ResourceSparseApplyX``, which apply the same formula to the rows named by ``indices`` (each at
most once; optimizers sum duplicates before).

An update takes the values of its variables, then the hyperparameters as scalars, and the gradient,
all by name, and returns the variables' new values.

The formulas are those of TensorFlow's kernels, also where a paper writes them differently (Adam's
epsilon is outside the bias correction; RMSProp's is inside the root).
"""

from collections.abc import Callable

import numpy as np
from jax import lax

from tfgrad._src.graph.dtypes import INDEX, NUMBER
from tfgrad._src.graph.explain import shape_str
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, merge, merge_dim, with_rank
from tfgrad._src.ops.checks import in_range, invalid, kept
from tfgrad._src.ops.state import gather_rows, known_variable_shape, scatter_rows

# ---------------------------------------------------------------------- arithmetic
# Scalars (hyperparameters) spread over the variable's shape; numpy numbers keep its dtype.


def _pair(x, y):
    if np.ndim(x) < np.ndim(y):
        return lax.broadcast(x, np.shape(y)), y
    if np.ndim(y) < np.ndim(x):
        return x, lax.broadcast(y, np.shape(x))
    return x, y


def _add(x, y):
    return lax.add(*_pair(x, y))


def _sub(x, y):
    return lax.sub(*_pair(x, y))


def _mul(x, y):
    return lax.mul(*_pair(x, y))


def _div(x, y):
    return lax.div(*_pair(x, y))


def _number(like, value):
    return np.asarray(value, like.dtype)


def _rest(x):
    """``1 - x``."""
    return lax.sub(_number(x, 1), x)


def _towards(old, new, rate):
    """``old + (new - old) * rate``: a moving average."""
    return _add(old, _mul(_sub(new, old), rate))


def _shrunk(x, by):
    """``x`` moved towards zero by ``by``, zero if it is nearer."""
    size = _sub(lax.abs(x), by)
    return lax.mul(lax.sign(x), lax.max(size, lax.full_like(size, 0)))


# ---------------------------------------------------------------------- definitions

DENSE, SPARSE = "dense", "sparse"


def _rules(variables: tuple[str, ...], args: tuple[str, ...], gradient: str):
    """The shape rules of the op on references and of the op on handles."""

    def check(variable: Shape, slots, others: tuple[Shape, ...]) -> Shape:
        given = dict(zip(args, others, strict=True))
        for slot in slots:
            variable = merge(variable, slot)
        for name, shape in given.items():
            if name not in (gradient, "indices"):
                with_rank(shape, 0)
        grad = given[gradient]
        if "indices" not in given:
            return merge(variable, grad)
        (rows,) = with_rank(given["indices"], 1)
        if grad:
            merge_dim(rows, grad[0])
        merge(variable, grad if not grad else (None, *grad[1:]))
        return variable

    n = len(variables)

    def on_references(node, *shapes):
        return check(shapes[0], shapes[1:n], shapes[n:])

    def on_handles(node, *shapes):
        known = [known_variable_shape(node, i) for i in range(n)]
        check(known[0], known[1:], shapes[n:])
        return []

    return on_references, on_handles


def _check_shapes(node, variables: tuple[str, ...], values, gradient: str, grad) -> None:
    shape = np.shape(values[0])
    for name, x in (*zip(variables[1:], values[1:], strict=False), (gradient, grad)):
        if np.shape(x) != shape:
            raise invalid(
                node,
                f"var and {name} do not have the same shape{shape_str(shape)} "
                f"{shape_str(np.shape(x))}",
            )


def _check_rows(node, shape: tuple, indices, grad: tuple) -> None:
    if len(grad) != len(shape):
        raise invalid(node, "grad must be at least 1 dimensional" if not grad else
                      f"var and grad must have the same number of dimensions: {len(shape)} vs. "
                      f"{len(grad)}")  # fmt: skip
    for i, (m, n) in enumerate(zip(shape[1:], grad[1:], strict=True)):
        if m != n:
            raise invalid(node, f"var and grad must match in dimension {i + 1}")
    if grad[:1] != np.shape(indices):
        raise invalid(node, "grad must be the same size as indices in the first dimension.")
    in_range(
        node, indices, shape[0],
        lambda place, value, _: f"Index {value} at offset {place[1:-1]} in indices is out of range",
    )  # fmt: skip


def _lowering(update: Callable, variables: tuple[str, ...], args: tuple[str, ...], gradient: str):
    n = len(variables)
    position = args.index(gradient)

    def dense(node, *values):
        named = dict(zip(args, values[n:], strict=True))
        _check_shapes(node, variables, values, gradient, named[gradient])
        named["grad"] = named.pop(gradient)
        return list(update(node, *values[:n], **named))

    def sparse(node, *values):
        named = dict(zip(args, values[n:], strict=True))
        indices = named.pop("indices")
        named["grad"] = named.pop(gradient)
        _check_rows(node, np.shape(values[0]), indices, np.shape(named["grad"]))
        rows = [gather_rows(v, indices) for v in values[:n]]
        return [
            old if new is row else scatter_rows(lax.scatter, old, indices, new)
            for old, row, new in zip(values[:n], rows, update(node, *rows, **named), strict=True)
        ]

    return sparse if "indices" in args else dense if position >= 0 else None


def _define(
    name: str,
    variables: str,
    args: str,
    update: Callable,
    *,
    sparse: str | None = None,
    attrs: str = "",
    gradient: str = "grad",
    references: bool = True,
    integer_args: tuple[str, ...] = (),
) -> None:
    """Defines the op types of one optimizer.

    Args:
      name: what follows ``Apply`` in the op types.
      variables: the variables that it changes, in order.
      args: hyperparameters and gradient, in order.
      update: ``update(node, *variables, **args)`` returns the new values; the gradient is always
        called ``grad`` there.
      sparse: the arguments of the op types for rows; None: there are none.
      attrs: attributes besides ``use_locking``.
      gradient: the name of the gradient in the dense op types.
      references: False: there are only op types on handles.
      integer_args: arguments of type int64.
    """
    names = tuple(variables.split())
    for prefix, listed, grad in (("", args, gradient), ("Sparse", sparse, "grad")):
        if listed is None:
            continue
        given = tuple(listed.split())
        kinds = {"indices": "Tindices", **dict.fromkeys(integer_args, "int64")}
        rest = ", ".join(f"{a}: {kinds.get(a, 'T')}" for a in given)
        tail = "; use_locking: bool = False" + (f", {attrs}" if attrs else "")
        on_references, on_handles = _rules(names, given, grad)
        lower = _lowering(update, names, given, grad)
        allowed = {"T": NUMBER, **({"Tindices": INDEX} if "indices" in given else {})}
        if references:
            refs = ", ".join(f"{v}: Ref(T)" for v in names)
            defop(
                f"{prefix}Apply{name}({refs}, {rest}{tail}) -> out: Ref(T),",
                shape=on_references,
                writes=names,
                **allowed,
            )(lower)
        handles = ", ".join(f"{v}: resource" for v in names)
        defop(
            f"Resource{prefix}Apply{name}({handles}, {rest}{tail})",
            shape=on_handles,
            writes=names,
            **allowed,
        )(lower)


# ---------------------------------------------------------------------- the updates
# What is computed from the new value of another variable takes the one that is `kept`: with two
# values of it, the old one could not be overwritten in place.


def _gradient_descent(node, var, alpha, grad):
    return (lax.sub(var, _mul(grad, alpha)),)


def _momentum(node, var, accum, lr, grad, momentum):
    accum = kept(lax.add(_mul(accum, momentum), grad), accum)
    if node.attrs["use_nesterov"]:
        step = lax.add(_mul(grad, lr), _mul(accum, _mul(momentum, lr)))
        return lax.sub(var, step), accum
    return lax.sub(var, _mul(accum, lr)), accum


def _keras_momentum(node, var, accum, lr, grad, momentum):
    """The learning rate is inside the accumulator, which already points downhill."""
    step = _mul(grad, lr)
    accum = kept(lax.sub(_mul(accum, momentum), step), accum)
    if node.attrs["use_nesterov"]:
        return lax.add(var, lax.sub(_mul(accum, momentum), step)), accum
    return lax.add(var, accum), accum


def _adam(node, var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad):
    rate = lax.div(lax.mul(lr, lax.sqrt(_rest(beta2_power))), _rest(beta1_power))
    m = kept(_towards(m, grad, _rest(beta1)), m)
    v = kept(_towards(v, lax.mul(grad, grad), _rest(beta2)), v)
    direction = m
    if node.attrs["use_nesterov"]:
        direction = lax.add(_mul(grad, _rest(beta1)), _mul(m, beta1))
    return lax.sub(var, lax.div(_mul(direction, rate), _add(lax.sqrt(v), epsilon))), m, v


def _adam_with_amsgrad(
    node, var, m, v, vhat, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad
):
    rate = lax.div(lax.mul(lr, lax.sqrt(_rest(beta2_power))), _rest(beta1_power))
    m = kept(_towards(m, grad, _rest(beta1)), m)
    v = kept(_towards(v, lax.mul(grad, grad), _rest(beta2)), v)
    vhat = kept(lax.max(vhat, v), vhat)
    return lax.sub(var, lax.div(_mul(m, rate), _add(lax.sqrt(vhat), epsilon))), m, v, vhat


def _ada_max(node, var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad):
    m = kept(_towards(m, grad, _rest(beta1)), m)
    v = kept(lax.max(_mul(v, beta2), lax.abs(grad)), v)
    step = _mul(lax.div(m, _add(v, epsilon)), lax.div(lr, _rest(beta1_power)))
    return lax.sub(var, step), m, v


def _rms_prop(node, var, ms, mom, lr, rho, momentum, epsilon, grad):
    ms = kept(_towards(ms, lax.mul(grad, grad), _rest(rho)), ms)
    step = lax.div(_mul(grad, lr), lax.sqrt(_add(ms, epsilon)))
    mom = kept(lax.add(_mul(mom, momentum), step), mom)
    return lax.sub(var, mom), ms, mom


def _centered_rms_prop(node, var, mg, ms, mom, lr, rho, momentum, epsilon, grad):
    ms = kept(_towards(ms, lax.mul(grad, grad), _rest(rho)), ms)
    mg = kept(_towards(mg, grad, _rest(rho)), mg)
    variance = _add(lax.sub(ms, lax.mul(mg, mg)), epsilon)
    step = lax.div(_mul(grad, lr), lax.sqrt(variance))
    mom = kept(lax.add(_mul(mom, momentum), step), mom)
    return lax.sub(var, mom), mg, ms, mom


def _adagrad(node, var, accum, lr, grad):
    if node.attrs["update_slots"]:
        accum = kept(lax.add(accum, lax.mul(grad, grad)), accum)
    return lax.sub(var, lax.mul(_mul(grad, lr), lax.rsqrt(accum))), accum


def _adagrad_v2(node, var, accum, lr, epsilon, grad):
    if node.attrs["update_slots"]:
        accum = kept(lax.add(accum, lax.mul(grad, grad)), accum)
    return lax.sub(var, lax.div(_mul(grad, lr), _add(lax.sqrt(accum), epsilon))), accum


def _adagrad_da(
    node, var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step
):
    total = kept(lax.add(gradient_accumulator, grad), gradient_accumulator)
    squares = gradient_squared_accumulator
    squares = kept(lax.add(squares, lax.mul(grad, grad)), squares)
    step = lax.convert_element_type(global_step, grad.dtype)
    scale = _add(lax.sqrt(squares), lax.mul(lax.mul(l2, step), lr))
    var = lax.div(_mul(lax.neg(_shrunk(total, lax.mul(l1, step))), lr), scale)
    return var, total, squares


def _adadelta(node, var, accum, accum_update, lr, rho, epsilon, grad):
    accum = kept(_add(_mul(accum, rho), _mul(lax.mul(grad, grad), _rest(rho))), accum)
    step = lax.mul(
        lax.mul(lax.sqrt(_add(accum_update, epsilon)), lax.rsqrt(_add(accum, epsilon))), grad
    )
    accum_update = _add(_mul(accum_update, rho), _mul(lax.mul(step, step), _rest(rho)))
    return lax.sub(var, _mul(step, lr)), accum, accum_update


def _power(x, exponent):
    """``x ** exponent``; roots are computed as such."""
    if isinstance(exponent, np.ndarray | np.generic) and exponent == 0.5:
        return lax.sqrt(x)
    return lax.pow(*_pair(x, exponent))


def _ftrl_v2(node, var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power):
    two = _number(grad, 2)
    pull = grad
    if l2_shrinkage is not None:
        pull = lax.add(grad, _mul(var, lax.mul(two, l2_shrinkage)))
    total = lax.add(accum, lax.mul(grad, grad))
    exponent = lax.neg(lr_power) if not isinstance(lr_power, np.ndarray) else np.negative(lr_power)
    new_root, old_root = _power(total, exponent), _power(accum, exponent)
    if node.attrs["multiply_linear_by_lr"]:
        linear = lax.sub(lax.add(linear, _mul(pull, lr)), lax.mul(lax.sub(new_root, old_root), var))
        l1 = lax.mul(l1, lr)
        scale = _add(new_root, lax.mul(two, lax.mul(l2, lr)))
    else:
        linear = lax.sub(lax.add(linear, pull), lax.mul(_div(lax.sub(new_root, old_root), lr), var))
        scale = _add(_div(new_root, lr), lax.mul(two, l2))
    return lax.div(lax.neg(_shrunk(linear, l1)), scale), total, linear


def _ftrl(node, var, accum, linear, grad, lr, l1, l2, lr_power):
    return _ftrl_v2(node, var, accum, linear, grad, lr, l1, l2, None, lr_power)


def _proximal_gradient_descent(node, var, alpha, l1, l2, grad):
    moved = lax.sub(var, _mul(grad, alpha))
    scale = lax.add(_number(grad, 1), lax.mul(l2, alpha))
    return (_div(_shrunk(moved, lax.mul(l1, alpha)), scale),)


def _proximal_adagrad(node, var, accum, lr, l1, l2, grad):
    accum = kept(lax.add(accum, lax.mul(grad, grad)), accum)
    rate = _mul(lax.rsqrt(accum), lr)
    moved = lax.sub(var, lax.mul(grad, rate))
    return lax.div(_shrunk(moved, _mul(rate, l1)), _add(_mul(rate, l2), _number(grad, 1))), accum


def _add_sign(node, var, m, lr, alpha, sign_decay, beta, grad):
    m = kept(_add(_mul(m, beta), _mul(grad, _rest(beta))), m)
    agree = lax.mul(lax.sign(grad), lax.sign(m))
    factor = _add(_mul(agree, sign_decay), alpha)
    return lax.sub(var, lax.mul(_mul(factor, lr), grad)), m


def _power_sign(node, var, m, lr, logbase, sign_decay, beta, grad):
    m = kept(_add(_mul(m, beta), _mul(grad, _rest(beta))), m)
    agree = lax.mul(lax.sign(grad), lax.sign(m))
    factor = lax.exp(_mul(agree, lax.mul(logbase, sign_decay)))
    return lax.sub(var, lax.mul(_mul(factor, lr), grad)), m


# ---------------------------------------------------------------------- the table

_NESTEROV = "use_nesterov: bool = False"
_SLOTS = "update_slots: bool = True"
_LINEAR = "multiply_linear_by_lr: bool = False"
_ADAM = "beta1_power beta2_power lr beta1 beta2 epsilon grad"

_define("GradientDescent", "var", "alpha delta", _gradient_descent, gradient="delta")
_define(
    "Momentum", "var accum", "lr grad momentum", _momentum, attrs=_NESTEROV,
    sparse="lr grad indices momentum",
)  # fmt: skip
_define(
    "KerasMomentum", "var accum", "lr grad momentum", _keras_momentum, attrs=_NESTEROV,
    sparse="lr grad indices momentum", references=False,
)  # fmt: skip
_define("Adam", "var m v", _ADAM, _adam, attrs=_NESTEROV)
_define("AdamWithAmsgrad", "var m v vhat", _ADAM, _adam_with_amsgrad, references=False)
_define("AdaMax", "var m v", "beta1_power lr beta1 beta2 epsilon grad", _ada_max)
_define(
    "RMSProp", "var ms mom", "lr rho momentum epsilon grad", _rms_prop,
    sparse="lr rho momentum epsilon grad indices",
)  # fmt: skip
_define(
    "CenteredRMSProp", "var mg ms mom", "lr rho momentum epsilon grad", _centered_rms_prop,
    sparse="lr rho momentum epsilon grad indices",
)  # fmt: skip
_define("Adagrad", "var accum", "lr grad", _adagrad, sparse="lr grad indices", attrs=_SLOTS)
_define(
    "AdagradV2", "var accum", "lr epsilon grad", _adagrad_v2,
    sparse="lr epsilon grad indices", attrs=_SLOTS,
)  # fmt: skip
_define(
    "AdagradDA", "var gradient_accumulator gradient_squared_accumulator",
    "grad lr l1 l2 global_step", _adagrad_da,
    sparse="grad indices lr l1 l2 global_step", integer_args=("global_step",),
)  # fmt: skip
_define(
    "Adadelta", "var accum accum_update", "lr rho epsilon grad", _adadelta,
    sparse="lr rho epsilon grad indices",
)  # fmt: skip
_define(
    "Ftrl", "var accum linear", "grad lr l1 l2 lr_power", _ftrl,
    sparse="grad indices lr l1 l2 lr_power", attrs=_LINEAR,
)  # fmt: skip
_define(
    "FtrlV2", "var accum linear", "grad lr l1 l2 l2_shrinkage lr_power", _ftrl_v2,
    sparse="grad indices lr l1 l2 l2_shrinkage lr_power", attrs=_LINEAR,
)  # fmt: skip
_define(
    "ProximalGradientDescent", "var", "alpha l1 l2 delta", _proximal_gradient_descent,
    sparse="alpha l1 l2 grad indices", gradient="delta",
)  # fmt: skip
_define(
    "ProximalAdagrad", "var accum", "lr l1 l2 grad", _proximal_adagrad,
    sparse="lr l1 l2 grad indices",
)  # fmt: skip
_define("AddSign", "var m", "lr alpha sign_decay beta grad", _add_sign)
_define("PowerSign", "var m", "lr logbase sign_decay beta grad", _power_sign)
