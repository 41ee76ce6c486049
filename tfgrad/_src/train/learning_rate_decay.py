"""Learning rates that change with the global step.

Each function returns a tensor that is computed from the step when it is run; give it to an
optimizer as ``learning_rate``.
"""

import math

from tfgrad._src.functions import cwise_binary, cwise_unary
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import equal
from tfgrad._src.functions.random import random_normal
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.dtypes import int32, int64
from tfgrad._src.graph.node import Tensor


def _initial(learning_rate) -> Tensor:
    return convert_to_tensor(learning_rate, name="initial_learning_rate")


def exponential_decay(
    learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None
) -> Tensor:
    """Exponential decay.

    ::

        learning_rate * decay_rate ** (global_step / decay_steps)

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: the number of steps in which the rate changes by ``decay_rate``.
      decay_rate: the factor.
      staircase: drop the fraction of ``global_step / decay_steps``.
      name: the scope of the nodes; default ``"ExponentialDecay"``.

    Raises:
      ValueError: ``global_step`` is None.

    Example:
      >>> rate = tf.train.exponential_decay(0.1, tf.constant(20), 10, 0.5)
      >>> print(round(float(tf.Session().run(rate)), 6))
      0.025
    """
    with name_scope(name or "ExponentialDecay") as scope:
        rate = _initial(learning_rate)
        steps = cast(decay_steps, rate.dtype)
        factor = cast(decay_rate, rate.dtype)
        p = cast(global_step, rate.dtype) / steps
        if staircase:
            p = cwise_unary.floor(p)
        return cwise_binary.multiply(rate, cwise_binary.pow(factor, p), name=scope)


def natural_exp_decay(
    learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None
) -> Tensor:
    """Exponential decay with a rate.

    ::

        learning_rate * exp(-decay_rate * global_step / decay_steps)

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: the unit of the step.
      decay_rate: the rate.
      staircase: drop the fraction of ``global_step / decay_steps``.
      name: the scope of the nodes; default ``"ExponentialDecay"``.
    """
    factor = cwise_unary.exp(cwise_unary.negative(decay_rate))
    return exponential_decay(
        learning_rate, global_step, decay_steps, factor, staircase=staircase, name=name
    )


def inverse_time_decay(
    learning_rate, global_step, decay_steps, decay_rate, staircase=False, name=None
) -> Tensor:
    """Decay with the inverse of time.

    ::

        learning_rate / (1 + decay_rate * global_step / decay_steps)

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: the unit of the step.
      decay_rate: the rate.
      staircase: drop the fraction of ``global_step / decay_steps``.
      name: the scope of the nodes; default ``"InverseTimeDecay"``.
    """
    with name_scope(name or "InverseTimeDecay") as scope:
        rate = _initial(learning_rate)
        steps = cast(decay_steps, rate.dtype)
        factor = cast(decay_rate, rate.dtype)
        p = cast(global_step, rate.dtype) / steps
        if staircase:
            p = cwise_unary.floor(p)
        one = cast(constant(1), rate.dtype)
        return cwise_binary.divide(
            rate, cwise_binary.add(one, cwise_binary.multiply(factor, p)), name=scope
        )


def polynomial_decay(
    learning_rate, global_step, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False,
    name=None,
) -> Tensor:  # fmt: skip
    """A polynomial from the initial value to the end value.

    ::

        (learning_rate - end) * (1 - min(global_step, decay_steps) / decay_steps) ** power + end

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: when the end is reached.
      end_learning_rate: the end value.
      power: the exponent.
      cycle: go on beyond ``decay_steps``, with the next multiple of it in its place.
      name: the scope of the nodes; default ``"PolynomialDecay"``.
    """
    with name_scope(name or "PolynomialDecay") as scope:
        rate = _initial(learning_rate)
        end = cast(end_learning_rate, rate.dtype)
        exponent = cast(power, rate.dtype)
        step = cast(global_step, rate.dtype)
        steps = cast(decay_steps, rate.dtype)
        if cycle:
            is_first = equal(step, 0)
            steps = cwise_binary.multiply(
                steps, where_v2(is_first, 1.0, cwise_unary.ceil(step / decay_steps))
            )
        else:
            step = cwise_binary.minimum(step, steps)
        p = cwise_binary.divide(step, steps)
        return cwise_binary.add(
            cwise_binary.multiply(rate - end, cwise_binary.pow(1 - p, exponent)), end, name=scope
        )


def piecewise_constant(x, boundaries, values, name=None) -> Tensor:
    """A constant on each of several intervals.

    ::

        values[0] if x <= boundaries[0]
        values[i] if boundaries[i-1] < x <= boundaries[i]
        values[-1] if x > boundaries[-1]

    Args:
      x: the step, a scalar.
      boundaries: increasing numbers of the type of ``x``.
      values: one more number.
      name: the scope of the nodes; default ``"PiecewiseConstant"``.

    Raises:
      ValueError: types or lengths do not go together.
    """
    from tfgrad._src.functions.cond import case  # it is built on functions of this floor

    boundaries = [convert_to_tensor(b) for b in boundaries]
    values = [convert_to_tensor(v) for v in values]
    step = convert_to_tensor(x)
    wanted = step.dtype.base_dtype
    for i, b in enumerate(boundaries):
        if b.dtype.base_dtype is not wanted:
            if b.dtype.base_dtype is not int32 or wanted is not int64:
                raise ValueError(
                    f"Boundaries ({b.dtype.base_dtype}) must have the same dtype as x ({wanted})."
                )
            boundaries[i] = cast(b, wanted)
    for v in values[1:]:
        if v.dtype.base_dtype is not values[0].dtype.base_dtype:
            raise ValueError(
                f"Values must have elements all with the same dtype ({values[0].dtype.base_dtype} "
                f"vs {v.dtype.base_dtype})."
            )
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")
    with name_scope(name or "PiecewiseConstant"):
        step = convert_to_tensor(x)
        pairs = [
            (step <= boundaries[0], lambda: values[0]),
            (step > boundaries[-1], lambda: values[-1]),
        ]
        inner = zip(boundaries[:-1], boundaries[1:], values[1:-1], strict=True)
        for low, high, v in inner:
            pairs.append(((step > low) & (step <= high), lambda v=v: v))
        return case(pairs, lambda: values[0], exclusive=True)


def _half_cosine(fraction):
    """``(1 + cos(pi * fraction)) / 2``."""
    return 0.5 * (1.0 + cwise_unary.cos(constant(math.pi) * fraction))


def cosine_decay(learning_rate, global_step, decay_steps, alpha=0.0, name=None) -> Tensor:
    """Half a cosine, from the initial value to ``alpha`` times it.

    ::

        c = (1 + cos(pi * min(global_step, decay_steps) / decay_steps)) / 2
        learning_rate * ((1 - alpha) * c + alpha)

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: when the end is reached.
      alpha: the end value as a part of the initial one.
      name: the scope of the nodes; default ``"CosineDecay"``.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2016.
    """
    with name_scope(name or "CosineDecay"):
        rate = _initial(learning_rate)
        steps = cast(decay_steps, rate.dtype)
        step = cwise_binary.minimum(cast(global_step, rate.dtype), steps)
        decayed = (1 - alpha) * _half_cosine(step / steps) + alpha
        return cwise_binary.multiply(rate, decayed)


def cosine_decay_restarts(
    learning_rate, global_step, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name=None
) -> Tensor:
    """`cosine_decay` that begins again and again.

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      first_decay_steps: the number of steps of the first period.
      t_mul: each period is this much longer than the one before.
      m_mul: each period begins with this part of the one before.
      alpha: the end value as a part of the initial one.
      name: the scope of the nodes; default ``"SGDRDecay"``.

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2016.
    """
    from tfgrad._src.functions.cond import cond

    with name_scope(name or "SGDRDecay") as scope:
        rate = _initial(learning_rate)
        first = cast(first_decay_steps, rate.dtype)
        alpha = cast(alpha, rate.dtype)
        longer = cast(t_mul, rate.dtype)
        lower = cast(m_mul, rate.dtype)
        done = cast(global_step, rate.dtype) / first

        def equal_periods():
            period = cwise_unary.floor(done)
            return period, done - period

        def growing_periods():
            period = cwise_unary.floor(
                cwise_unary.log(1.0 - done * (1.0 - longer)) / cwise_unary.log(longer)
            )
            before = (1.0 - longer**period) / (1.0 - longer)
            return period, (done - before) / longer**period

        period, done = cond(equal(longer, 1.0), equal_periods, growing_periods)
        cosine = 0.5 * lower**period * (1.0 + cwise_unary.cos(constant(math.pi) * done))
        return cwise_binary.multiply(rate, (1 - alpha) * cosine + alpha, name=scope)


def _linear_cosine(
    default_name: str, name, learning_rate, global_step, decay_steps, num_periods, alpha, beta,
    noise=None,
) -> Tensor:  # fmt: skip
    with name_scope(name or default_name) as scope:
        rate = _initial(learning_rate)
        steps = cast(decay_steps, rate.dtype)
        variances = [cast(n, rate.dtype) for n in noise or ()]
        periods = cast(num_periods, rate.dtype)
        alpha = cast(alpha, rate.dtype)
        beta = cast(beta, rate.dtype)
        step = cwise_binary.minimum(cast(global_step, rate.dtype), steps)
        linear = (steps - step) / steps
        if noise:
            initial_variance, decay = variances
            variance = initial_variance / cwise_binary.pow(1.0 + step, decay)
            deviation = cwise_unary.sqrt(variance)
            linear = linear + random_normal(linear.shape, stddev=deviation)
        completed = step / steps
        cosine = _half_cosine(2.0 * periods * completed)
        decayed = (alpha + linear) * cosine + beta
        return cwise_binary.multiply(rate, decayed, name=scope)


def linear_cosine_decay(
    learning_rate, global_step, decay_steps, num_periods=0.5, alpha=0.0, beta=0.001, name=None
) -> Tensor:
    """A linear decay times a cosine.

    ::

        f = min(global_step, decay_steps) / decay_steps
        learning_rate * ((alpha + 1 - f) * (1 + cos(2 pi * num_periods * f)) / 2 + beta)

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: when the end is reached.
      num_periods: the number of periods of the cosine.
      alpha: see above.
      beta: see above.
      name: the scope of the nodes; default ``"LinearCosineDecay"``.

    Source: Bello et al., Neural optimizer search with reinforcement learning, 2017.
    """
    return _linear_cosine(
        "LinearCosineDecay", name, learning_rate, global_step, decay_steps, num_periods, alpha, beta
    )


def noisy_linear_cosine_decay(
    learning_rate, global_step, decay_steps, initial_variance=1.0, variance_decay=0.55,
    num_periods=0.5, alpha=0.0, beta=0.001, name=None,
) -> Tensor:  # fmt: skip
    """`linear_cosine_decay` with noise on the linear part.

    Args:
      learning_rate: the initial value.
      global_step: the step, an integer scalar.
      decay_steps: when the end is reached.
      initial_variance: the variance of the noise at the beginning.
      variance_decay: it falls as ``(1 + global_step) ** -variance_decay``.
      num_periods: see `linear_cosine_decay`.
      alpha: see `linear_cosine_decay`.
      beta: see `linear_cosine_decay`.
      name: the scope of the nodes; default ``"NoisyLinearCosineDecay"``.

    Source: Bello et al., Neural optimizer search with reinforcement learning, 2017.
    """
    return _linear_cosine(
        "NoisyLinearCosineDecay",
        name,
        learning_rate,
        global_step,
        decay_steps,
        num_periods,
        alpha,
        beta,
        noise=(initial_variance, variance_decay),
    )
