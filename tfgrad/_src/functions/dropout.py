"""Dropout: elements set to zero at random."""

import numbers

from tfgrad._src.functions.random import random_uniform
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import where_v2
from tfgrad._src.functions.shape import either
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.seeds import get_seed
from tfgrad._src.graph.tensor_shape import TensorShape, as_shape


def dropout(
    x, keep_prob=None, noise_shape=None, seed=None, name: str | None = None, rate=None
) -> Tensor:
    """Sets elements to zero at random and scales the others, so that the mean stays.

    Each element is zero with probability ``rate`` and ``x / (1 - rate)`` else.

    Args:
      x: a tensor of floats.
      keep_prob: the deprecated form: ``1 - rate``.
      noise_shape: the shape of the random numbers, which broadcasts against ``x``; default its own.
        With ``[k, 1, 1, n]`` whole channels of images of shape ``[k, h, w, n]`` are kept or lost.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"dropout"``.
      rate: the probability of zero, in ``[0, 1)``; a number or a scalar tensor.

    Returns:
      A tensor like ``x``; ``x`` itself if ``rate`` is the number 0.

    Raises:
      ValueError: no rate, one out of range, or ``x`` is not of floats.

    Gradient:
      The same elements of ``dy`` are kept and scaled.

    Source: N. Srivastava et al., "Dropout", JMLR 15 (2014).
    """
    try:
        from_keep_prob = None if keep_prob is None else 1.0 - keep_prob
    except TypeError:
        raise ValueError(
            f"`keep_prob` must be a floating point number or Tensor. "
            f"Received: keep_prob={keep_prob}"
        ) from None
    if from_keep_prob is not None and rate is not None:
        raise ValueError("Cannot specify both 'keep_prob' and 'rate'.")
    rate = either("rate", rate, "keep_prob", from_keep_prob)
    if rate is None:
        raise ValueError(f"`rate` must be provided. Received: rate={rate}")
    is_number = isinstance(rate, numbers.Real)
    with name_scope(name, "dropout", [x]):
        if is_number and not 0 <= rate < 1:
            raise ValueError(
                f"`rate` must be a scalar tensor or a float in the range [0, 1). "
                f"Received: rate={rate}"
            )
        x = convert_to_tensor(x, name="x")
        dtype = x.dtype.base_dtype
        if not dtype.is_floating:
            raise ValueError(
                f"`x.dtype` must be a floating point tensor as `x` will be scaled. "
                f"Received: x_dtype={x.dtype}"
            )
        if is_number and rate == 0:
            get_seed(seed)  # counts as a random op, so that later seeds do not depend on the rate
            return x
        rate, scaled = _scaled(x, rate, is_number)
        draw = random_uniform(_noise_shape(x, noise_shape), dtype=dtype, seed=seed)
        result = where_v2(draw >= rate, scaled, constant(0, dtype=dtype))
        result.set_shape(x.shape)
        return result


def _scaled(x: Tensor, rate, is_number: bool) -> tuple:
    """The rate to compare with, and ``x / (1 - rate)``."""
    dtype = x.dtype.base_dtype
    if is_number:
        return rate, add_op("Mul", x, convert_to_tensor(1 / (1 - rate), dtype=dtype))
    if not hasattr(rate, "dtype") or not hasattr(rate, "op"):
        raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate}")
    rate = convert_to_tensor(rate)
    rate.shape.assert_has_rank(0)
    if rate.dtype.base_dtype is not dtype:
        raise ValueError(
            f"`x.dtype` must be compatible with `rate.dtype`. "
            f"Received: x.dtype={x.dtype} and rate.dtype={rate.dtype}"
        )
    one = constant(1, dtype=dtype)
    return rate, add_op("RealDiv", x, add_op("Sub", one, rate))


def _noise_shape(x: Tensor, noise_shape):
    """The shape of the random numbers; None in it stands for the length of ``x`` there."""
    if noise_shape is None:
        return shape_of(x)
    try:
        given = as_shape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    if x.dims is None or given.rank is None or len(x.dims) != given.rank:
        return noise_shape
    pairs = zip(given.as_list(), x.dims, strict=True)
    return TensorShape([own if wanted is None else wanted for wanted, own in pairs])
