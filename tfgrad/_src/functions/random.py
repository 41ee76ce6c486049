"""Random numbers.

The op types are in ``ops/random.py``; which numbers a seed gives is described in `ops/philox.py`.
The rule that makes a node's two seeds of the graph's and its own is in ``graph/seeds.py``.
"""

import ml_dtypes

from tfgrad._src.functions.control import with_dependencies
from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.reduce import reduce_all
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import broadcast_dynamic_shape, broadcast_to
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.seeds import get_seed
from tfgrad._src.graph.tensor_shape import Dimension

_UNIFORM_TYPES = (dt.float16, dt.bfloat16, dt.float32, dt.float64, dt.int32, dt.int64)


def shape_tensor(shape) -> Tensor:
    """A shape as an integer vector called ``shape``; the empty list is int32."""
    dtype = None
    if isinstance(shape, list | tuple):
        dtype = None if shape else dt.int32
        shape = tuple(d.value if isinstance(d, Dimension) else d for d in shape)
    return convert_to_tensor(shape, dtype=dtype, name="shape")


def _draw(op_type: str, *inputs, seed, name: str | None = None, **attrs) -> Tensor:
    a, b = get_seed(seed)
    return add_op(op_type, *inputs, seed=a, seed2=b, name=name, **attrs)


def _scaled(op_type: str, default: str, shape, mean, stddev, dtype, seed, name) -> Tensor:
    """``mean + stddev * standard numbers``."""
    with name_scope(name, default, [shape, mean, stddev]) as scope:
        lengths = shape_tensor(shape)
        mean = convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = convert_to_tensor(stddev, dtype=dtype, name="stddev")
        standard = _draw(op_type, lengths, dtype=dtype, seed=seed)
        return add_op("AddV2", standard * stddev, mean, name=scope)


def random_normal(
    shape, mean=0.0, stddev=1.0, dtype=dt.float32, seed=None, name: str | None = None
) -> Tensor:
    """Independent numbers from the normal distribution.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      mean: the mean, a number or a tensor that broadcasts against the result.
      stddev: the standard deviation, likewise.
      dtype: ``half``, ``bfloat16``, ``float32`` or ``float64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"random_normal"``.

    Returns:
      A tensor of that shape and type, with other numbers in every run.  A seed makes the sequence
      of runs the same in every session.

    Example:
      >>> x = tf.random_normal([2], seed=1)
      >>> tf.Session().run(x)
      array([-0.8113182,  1.4845988], dtype=float32)
    """
    return _scaled("RandomStandardNormal", "random_normal", shape, mean, stddev, dtype, seed, name)


def truncated_normal(
    shape, mean=0.0, stddev=1.0, dtype=dt.float32, seed=None, name: str | None = None
) -> Tensor:
    """Independent normal numbers, of which those beyond two standard deviations are drawn again.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      mean: the mean, a number or a tensor that broadcasts against the result.
      stddev: the standard deviation before the truncation; that of the result is 0.88 of it.
      dtype: ``half``, ``bfloat16``, ``float32`` or ``float64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"truncated_normal"``.

    Returns:
      A tensor of that shape and type.
    """
    return _scaled("TruncatedNormal", "truncated_normal", shape, mean, stddev, dtype, seed, name)


def random_uniform(
    shape, minval=0, maxval=None, dtype=dt.float32, seed=None, name: str | None = None
) -> Tensor:
    """Independent numbers from the uniform distribution on ``[minval, maxval)``.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      minval: the lower bound, a number or a tensor that broadcasts against the result; for whole
        numbers a scalar.
      maxval: the upper bound, likewise; default 1, and required for whole numbers.
      dtype: ``half``, ``bfloat16``, ``float32``, ``float64``, ``int32`` or ``int64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"random_uniform"``.

    Returns:
      A tensor of that shape and type.  Whole numbers are a little uneven unless
      ``maxval - minval`` is a power of two.

    Raises:
      ValueError: another ``dtype``, or no ``maxval`` for whole numbers.

    Example:
      >>> x = tf.random_uniform([3], maxval=10, dtype=tf.int32, seed=1)
      >>> tf.Session().run(x)
      array([7, 9, 3], dtype=int32)
    """
    dtype = as_dtype(dtype)
    if dtype not in _UNIFORM_TYPES:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {_UNIFORM_TYPES}."
        )
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        lengths = shape_tensor(shape)
        from_zero = isinstance(minval, int) and minval == 0
        to_one = isinstance(maxval, int) and maxval == 1
        if not from_zero or not to_one or dtype.is_integer:
            minval = convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = convert_to_tensor(maxval, dtype=dtype, name="max")
        if dtype.is_integer:
            return _draw("RandomUniformInt", lengths, minval, maxval, seed=seed, name=scope)
        result = _draw("RandomUniform", lengths, dtype=dtype, seed=seed)
        if not from_zero:
            return add_op("AddV2", result * (maxval - minval), minval, name=scope)
        return result if to_one else add_op("Mul", result, maxval)


def random_shuffle(value, seed=None, name: str | None = None) -> Tensor:
    """The rows of ``value`` in random order.

    Args:
      value: a tensor of shape ``[n, ...]``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the node's name; default ``"RandomShuffle"``.

    Returns:
      A tensor like ``value``, permuted along its first axis.

    Gradient:
      None.
    """
    return _draw("RandomShuffle", value, seed=seed, name=name)


def _categorical(logits, num_samples, dtype, seed) -> Tensor:
    logits = convert_to_tensor(logits, name="logits")
    dtype = as_dtype(dtype) if dtype else dt.int64
    if dtype not in dt.INDEX:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. "
            f"Accepted dtypes are {(dt.int32, dt.int64)}."
        )
    return _draw("Multinomial", logits, num_samples, seed=seed, output_dtype=dtype)


def multinomial(
    logits, num_samples, seed=None, name: str | None = None, output_dtype=None
) -> Tensor:
    """Class indices drawn with probabilities ``softmax(logits)``; see `tf.random.categorical`."""
    with name_scope(name, "multinomial", [logits]):
        return _categorical(logits, num_samples, output_dtype, seed)


def categorical(logits, num_samples, dtype=None, seed=None, name: str | None = None) -> Tensor:
    """Class indices drawn with probabilities ``softmax(logits)``.

    Args:
      logits: unscaled log probabilities of shape ``[batch, classes]``.
      num_samples: how many indices per row.
      dtype: int32 or int64; default int64.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the node; default ``"categorical"``.

    Returns:
      Indices of shape ``[batch, num_samples]``.  The numbers are those that TensorFlow draws on one
      thread.

    Raises:
      ValueError: another ``dtype``.
    """
    with name_scope(name, "categorical", [logits]):
        return _categorical(logits, num_samples, dtype, seed)


def random_crop(value, size, seed=None, name: str | None = None) -> Tensor:
    """A block of ``value`` of the given size, at a random place.

    Args:
      value: a tensor.
      size: the length of the block along each axis.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"random_crop"``.

    Returns:
      A tensor of shape ``size``.

    Raises:
      InvalidArgumentError: when run, ``size`` is greater than the shape of ``value``.
    """
    from tfgrad._src.functions.checks import Assert

    with name_scope(name, "random_crop", [value, size]) as scope:
        value = convert_to_tensor(value, name="value")
        size = convert_to_tensor(size, dtype=dt.int32, name="size")
        lengths = shape_of(value)
        check = Assert(
            reduce_all(lengths >= size),
            ["Need value.shape >= size, got ", lengths, size],
            summarize=1000,
        )
        lengths = with_dependencies([check], lengths)
        limit = lengths - size + 1
        draw = random_uniform(shape_of(lengths), maxval=size.dtype.max, dtype=size.dtype, seed=seed)
        return add_op("Slice", value, draw % limit, size, name=scope)


# ---------------------------------------------------------------------- with parameters


def parameterized_truncated_normal(
    shape, means=0.0, stddevs=1.0, minvals=-2.0, maxvals=2.0, dtype=dt.float32, seed=None,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """Independent normal numbers, of which those outside bounds are drawn again.

    Args:
      shape: the shape of the result, numbers or an integer vector, not empty.
      means: the means, a number or an entry per first index of the result.
      stddevs: the standard deviations before the truncation, likewise.
      minvals: the lower bounds, likewise; not in deviations.
      maxvals: the upper bounds, likewise.
      dtype: ``half``, ``float32`` or ``float64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the node's name; default ``"parameterized_truncated_normal"``.

    Returns:
      A tensor of that shape and type.  The numbers are those that TensorFlow draws on one thread.

    Raises:
      InvalidArgumentError: when run, a deviation is not above 0, a lower bound not below the upper
        one, or both are infinite.
    """
    parameters = {"means": means, "stddevs": stddevs, "minvals": minvals, "maxvals": maxvals}
    values = [shape, *parameters.values()]
    with name_scope(name, "parameterized_truncated_normal", values):
        lengths = shape_tensor(shape)
        tensors = [convert_to_tensor(v, dtype=dtype, name=n) for n, v in parameters.items()]
        return _draw("ParameterizedTruncatedNormal", lengths, *tensors, seed=seed)


def gamma_parameters(alpha, beta, dtype) -> tuple[Tensor, Tensor, Tensor]:
    """``alpha``, ``beta`` (default 1), and ``alpha`` stretched to the shape of both."""
    alpha = convert_to_tensor(alpha, dtype=dtype, name="alpha")
    beta = convert_to_tensor(1 if beta is None else beta, dtype=dtype, name="beta")
    dims = broadcast_dynamic_shape(shape_of(alpha), shape_of(beta))
    return alpha, beta, broadcast_to(alpha, dims)


def not_zero(x: Tensor) -> Tensor:
    """``x``, or the least normal number where it is less: logarithms then are finite."""
    return maximum(ml_dtypes.finfo(x.dtype.np).tiny, x)


def _refine(result: Tensor, shape: Tensor, parameter: Tensor) -> None:
    known = constant_value(shape)
    if known is not None and parameter.dims is not None:
        result.set_shape([*known.tolist(), *parameter.dims])


def random_gamma(
    shape, alpha, beta=None, dtype=dt.float32, seed=None, name: str | None = None
) -> Tensor:
    """Independent numbers from gamma distributions.

    The density is ``beta**alpha x**(alpha - 1) exp(-beta x) / gamma(alpha)``.

    Args:
      shape: how many numbers of each distribution, numbers or an integer vector.
      alpha: the shape parameters, above 0.
      beta: the inverse scales, above 0, default 1; broadcasts against ``alpha``.
      dtype: ``half``, ``float32`` or ``float64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"random_gamma"``.

    Returns:
      A tensor of shape ``shape + shape(alpha + beta)``.

    Gradient:
      With respect to ``alpha`` and ``beta``: how each number moves along its own place of the
      distribution function.  It has no second derivative for ``alpha``, as in TensorFlow.

    Example:
      >>> x = tf.random.gamma([2], alpha=[1.0, 10.0], seed=1)
      >>> tf.Session().run(x).shape
      (2, 2)
    """
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        lengths = convert_to_tensor(shape, name="shape", dtype=dt.int32)
        _, beta, alpha = gamma_parameters(alpha, beta, dtype)
        draw = _draw("RandomGamma", lengths, alpha, seed=seed)
        result = not_zero(draw / beta)
        _refine(result, lengths, alpha)
        return result


def random_poisson(lam, shape, dtype=dt.float32, seed=None, name: str | None = None) -> Tensor:
    """Independent whole numbers from Poisson distributions.

    Args:
      lam: the means, 0 or above.
      shape: how many numbers of each distribution, numbers or an integer vector.
      dtype: ``half``, ``float32``, ``float64``, ``int32`` or ``int64``.
      seed: a whole number; see `tf.set_random_seed`.
      name: the scope of the nodes; default ``"random_poisson"``.

    Returns:
      A tensor of shape ``shape + shape(lam)``.

    Example:
      >>> x = tf.random.poisson([1.0, 100.0], [3], seed=1)
      >>> tf.Session().run(x).shape
      (3, 2)
    """
    with name_scope(name, "random_poisson", [lam, shape]):
        lengths = convert_to_tensor(shape, name="shape", dtype=dt.int32)
        return _draw("RandomPoissonV2", lengths, lam, seed=seed, dtype=dtype)


# ---------------------------------------------------------------------- even points


def sobol_sample(dim, num_results, skip=0, dtype=dt.float32, name: str | None = None) -> Tensor:
    """Points of Sobol's sequence, which fill the unit cube more evenly than random ones.

    Args:
      dim: the number of dimensions, from 1 to 21200.
      num_results: how many points.
      skip: how many points are passed over.
      dtype: ``float32`` or ``float64``.
      name: the scope of the node; default ``"sobol"``.

    Returns:
      Points in [0, 1), of shape ``[num_results, dim]``.

    Raises:
      InvalidArgumentError: when run, a number is out of range.

    Example:
      >>> tf.Session().run(tf.math.sobol_sample(2, 3))
      array([[0.5 , 0.5 ],
             [0.75, 0.25],
             [0.25, 0.75]], dtype=float32)
    """
    with name_scope(name, "sobol", [dim, num_results, skip]):
        return add_op("SobolSample", dim, num_results, skip, dtype=dtype)
