"""Initial values of variables: objects that are called with a shape and give a tensor.

Each has ``__call__(shape, dtype=None, partition_info=None)``, ``get_config()`` and ``from_config``.
The nodes are those of the random and filling functions; inside `tf.get_variable` they come under
``NAME/Initializer/``.  Where a tensor is a slice of a larger variable, ``partition_info`` tells the
whole shape, from which the scale is computed.
"""

import math

import numpy as np

from tfgrad._src.functions import fill
from tfgrad._src.functions.matrix import eye
from tfgrad._src.functions.random import random_normal, random_uniform, truncated_normal
from tfgrad._src.functions.shape import matrix_transpose, reshape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant
from tfgrad._src.graph.dtypes import DType, as_dtype
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape


class Initializer:
    """The base class: an object that makes an initial value when it is called with a shape."""

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """A tensor of that shape.

        Args:
          shape: the shape, numbers.
          dtype: the type; default that of the initializer.
          partition_info: for a slice of a larger variable, an object with ``full_shape`` and
            ``var_offset``.
        """
        raise NotImplementedError

    def get_config(self) -> dict:
        """The arguments from which `from_config` makes an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict) -> "Initializer":
        """An initializer with the arguments of `get_config`."""
        return cls(**config)


def _floating(dtype) -> DType:
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Argument `dtype` is expected to be floating point. Received: {dtype}.")
    return dtype


def _lengths(shape) -> list:
    """A shape as a list of Python numbers."""
    return TensorShape(shape).as_list()


def _full_shape(shape, partition_info) -> list[int]:
    return _lengths(shape if partition_info is None else partition_info.full_shape)


# ---------------------------------------------------------------------- fixed values


class Zeros(Initializer):
    """Zeros.

    Args:
      dtype: the type when the call gives none.
    """

    def __init__(self, dtype=dt.float32):
        self.dtype = as_dtype(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        return fill.zeros(shape, self.dtype if dtype is None else dtype)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"dtype": self.dtype.name}


class Ones(Initializer):
    """Ones.

    Args:
      dtype: the type when the call gives none.
    """

    def __init__(self, dtype=dt.float32):
        self.dtype = as_dtype(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        return fill.ones(shape, self.dtype if dtype is None else dtype)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"dtype": self.dtype.name}


class Constant(Initializer):
    """A given value, the last element repeated if there are too few.

    Args:
      value: a number, nested lists of numbers, or an array.
      dtype: the type when the call gives none.
      verify_shape: refuse a value of another shape than the one asked for.

    Raises:
      TypeError: ``value`` is of another kind.

    Example:
      >>> value = tf.constant_initializer([1.0, 2.0])([2, 2])
      >>> tf.Session().run(value)
      array([[1., 2.],
             [2., 2.]], dtype=float32)
    """

    def __init__(self, value=0, dtype=dt.float32, verify_shape: bool = False):
        if not (np.isscalar(value) or isinstance(value, list | tuple | np.ndarray)):
            raise TypeError(
                f"Invalid type for initial value={value} of type: {type(value).__name__}. Expected "
                f"Python scalar, list or tuple of values, or numpy.ndarray."
            )
        self.value = value
        self.dtype = as_dtype(dtype)
        self._verify_shape = verify_shape

    def __call__(self, shape, dtype=None, partition_info=None, verify_shape=None) -> Tensor:
        """See `Initializer`."""
        verify_shape = self._verify_shape if verify_shape is None else verify_shape
        dtype = self.dtype if dtype is None else dtype
        return constant(self.value, dtype=dtype, shape=shape, verify_shape=verify_shape)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"value": self.value, "dtype": self.dtype.name}


class Identity(Initializer):
    """``gain`` times the identity matrix.

    Args:
      gain: a number.
      dtype: the type when the call gives none.

    Raises:
      ValueError: ``dtype`` is not a type of floats; when called, the shape is no matrix.
    """

    def __init__(self, gain: float = 1.0, dtype=dt.float32):
        self.gain = gain
        self.dtype = _floating(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        full = _full_shape(shape, partition_info)
        if len(full) != 2:
            raise ValueError(
                f"The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}"
            )
        result = eye(*full, dtype=self.dtype if dtype is None else dtype)
        if partition_info is not None:
            result = add_op("Slice", result, partition_info.var_offset, shape)
        return self.gain * result

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"gain": self.gain, "dtype": self.dtype.name}


# ---------------------------------------------------------------------- random values


class RandomUniform(Initializer):
    """Uniform numbers; see `tf.random_uniform`.

    Args:
      minval: the lower bound.
      maxval: the upper bound; None is 1.
      seed: the seed.
      dtype: the type when the call gives none.
    """

    def __init__(self, minval=0.0, maxval=None, seed=None, dtype=dt.float32):
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = as_dtype(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        dtype = self.dtype if dtype is None else dtype
        return random_uniform(shape, self.minval, self.maxval, dtype, seed=self.seed)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {
            "minval": self.minval, "maxval": self.maxval, "seed": self.seed,
            "dtype": self.dtype.name,
        }  # fmt: skip


class RandomNormal(Initializer):
    """Normal numbers; see `tf.random_normal`.

    Args:
      mean: the mean.
      stddev: the standard deviation.
      seed: the seed.
      dtype: the type when the call gives none.

    Raises:
      ValueError: ``dtype`` is not a type of floats.
    """

    _draw = staticmethod(random_normal)

    def __init__(self, mean=0.0, stddev=1.0, seed=None, dtype=dt.float32):
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        dtype = self.dtype if dtype is None else dtype
        return self._draw(shape, self.mean, self.stddev, dtype, seed=self.seed)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {
            "mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name,
        }  # fmt: skip


class TruncatedNormal(RandomNormal):
    """Normal numbers within two standard deviations; see `tf.truncated_normal`.

    Args:
      mean: the mean.
      stddev: the standard deviation before the truncation.
      seed: the seed.
      dtype: the type when the call gives none.

    Raises:
      ValueError: ``dtype`` is not a type of floats.
    """

    _draw = staticmethod(truncated_normal)


class UniformUnitScaling(Initializer):
    """Uniform numbers on ``[-a, a)`` with ``a = factor * sqrt(3 / inputs)``.

    ``inputs`` is the product of all lengths but the last.  A linear layer then keeps the variance.

    Args:
      factor: a number.
      seed: the seed.
      dtype: the type when the call gives none.

    Raises:
      ValueError: ``dtype`` is not a type of floats.
    """

    def __init__(self, factor: float = 1.0, seed=None, dtype=dt.float32):
        self.factor = factor
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        inputs = 1.0
        for length in _full_shape(shape, partition_info)[:-1]:
            inputs *= float(length)
        limit = math.sqrt(3 / max(inputs, 1.0)) * self.factor
        dtype = self.dtype if dtype is None else dtype
        return random_uniform(shape, -limit, limit, dtype, seed=self.seed)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


def _fans(shape: list[int]) -> tuple[int, int]:
    """The number of inputs and outputs of a layer whose weights have this shape."""
    if len(shape) < 1:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


# The standard deviation of a normal distribution that is cut at two of its own.
_TRUNCATED_DEVIATION = 0.87962566103423978


class VarianceScaling(Initializer):
    """Random numbers of variance ``scale / n``, where ``n`` depends on the shape.

    Args:
      scale: a positive number.
      mode: ``"fan_in"``: n is the number of inputs of the layer; ``"fan_out"``: of its outputs;
        ``"fan_avg"``: their mean.
      distribution: ``"truncated_normal"`` (also called ``"normal"``), ``"untruncated_normal"`` or
        ``"uniform"``.
      seed: the seed.
      dtype: the type when the call gives none.

    Raises:
      ValueError: an argument is none of these.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed=None,
        dtype=dt.float32,
    ):
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be a positive float. Received: {scale}")
        if mode not in {"fan_in", "fan_out", "fan_avg"}:
            raise ValueError(
                f"Argument `mode` should be one of ('fan_in', 'fan_out', 'fan_avg'). "
                f"Received: {mode}"
            )
        distribution = distribution.lower()
        if distribution not in {"normal", "uniform", "truncated_normal", "untruncated_normal"}:
            raise ValueError(
                f"Argument `distribution` should be one of ('normal', uniform', "
                f"'truncated_normal', 'untruncated_normal'). Received: {distribution}"
            )
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.seed = seed
        self.dtype = _floating(dtype)

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        dtype = self.dtype if dtype is None else dtype
        fan_in, fan_out = _fans(_full_shape(shape, partition_info))
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}[self.mode]
        variance = self.scale / max(1.0, n)
        if self.distribution in ("normal", "truncated_normal"):
            stddev = math.sqrt(variance) / _TRUNCATED_DEVIATION
            return truncated_normal(shape, 0.0, stddev, dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return random_normal(shape, 0.0, math.sqrt(variance), dtype, seed=self.seed)
        limit = math.sqrt(3.0 * variance)
        return random_uniform(shape, -limit, limit, dtype, seed=self.seed)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {
            "scale": self.scale, "mode": self.mode, "distribution": self.distribution,
            "seed": self.seed, "dtype": self.dtype.name,
        }  # fmt: skip


class GlorotUniform(VarianceScaling):
    """Uniform numbers on ``[-a, a)`` with ``a = sqrt(6 / (inputs + outputs))``.

    Args:
      seed: the seed.
      dtype: the type when the call gives none.

    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
    neural networks", AISTATS 2010.
    """

    def __init__(self, seed=None, dtype=dt.float32):
        super().__init__(scale=1.0, mode="fan_avg", distribution="uniform", seed=seed, dtype=dtype)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"seed": self.seed, "dtype": self.dtype.name}


class GlorotNormal(VarianceScaling):
    """Truncated normal numbers of variance ``2 / (inputs + outputs)``.

    Args:
      seed: the seed.
      dtype: the type when the call gives none.

    Source: see `tf.glorot_uniform_initializer`.
    """

    def __init__(self, seed=None, dtype=dt.float32):
        super().__init__(
            scale=1.0, mode="fan_avg", distribution="truncated_normal", seed=seed, dtype=dtype
        )

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"seed": self.seed, "dtype": self.dtype.name}


def lecun_normal(seed=None) -> VarianceScaling:
    """Truncated normal numbers of variance ``1 / inputs``."""
    return VarianceScaling(1.0, "fan_in", "truncated_normal", seed=seed)


def lecun_uniform(seed=None) -> VarianceScaling:
    """Uniform numbers of variance ``1 / inputs``."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed=seed)


def he_normal(seed=None) -> VarianceScaling:
    """Truncated normal numbers of variance ``2 / inputs``."""
    return VarianceScaling(2.0, "fan_in", "truncated_normal", seed=seed)


def he_uniform(seed=None) -> VarianceScaling:
    """Uniform numbers of variance ``2 / inputs``."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed=seed)


class Orthogonal(Initializer):
    """A matrix with orthogonal rows or columns, by the QR decomposition of normal numbers.

    Shapes of higher rank are one matrix, whose columns are the last axis.

    Args:
      gain: a number that multiplies it.
      seed: the seed.
      dtype: the type when the call gives none.

    Raises:
      ValueError: ``dtype`` is not a type of floats; when called, the rank is below 2.
    """

    def __init__(self, gain: float = 1.0, seed=None, dtype=dt.float32):
        self.gain = gain
        self.dtype = _floating(dtype)
        self.seed = seed

    def __call__(self, shape, dtype=None, partition_info=None) -> Tensor:
        """See `Initializer`."""
        dims = _lengths(shape)
        if len(dims) < 2:
            raise ValueError(
                f"The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}"
            )
        dtype = self.dtype if dtype is None else dtype
        rows, columns = math.prod(dims[:-1]), dims[-1]
        flat = (max(rows, columns), min(rows, columns))
        q, r = add_op("Qr", random_normal(flat, dtype=dtype, seed=self.seed), full_matrices=False)
        # Without this the distribution would not be uniform over orthogonal matrices.
        q = q * add_op("Sign", add_op("DiagPart", r))
        if rows < columns:
            q = matrix_transpose(q)
        return self.gain * reshape(q, shape)

    def get_config(self) -> dict:
        """See `Initializer`."""
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}


# The names that `tf` has.
zeros_initializer = Zeros
ones_initializer = Ones
constant_initializer = Constant
random_uniform_initializer = RandomUniform
random_normal_initializer = RandomNormal
truncated_normal_initializer = TruncatedNormal
uniform_unit_scaling_initializer = UniformUnitScaling
variance_scaling_initializer = VarianceScaling
orthogonal_initializer = Orthogonal
glorot_uniform_initializer = GlorotUniform
glorot_normal_initializer = GlorotNormal

# ---------------------------------------------------------------------- of tf.contrib.layers


def contrib_variance_scaling_initializer(
    factor: float = 2.0, mode: str = "FAN_IN", uniform: bool = False, seed=None, dtype=dt.float32
):
    """Random numbers of variance ``factor / n`` (`tf.contrib.layers`).

    Args:
      factor: a number.
      mode: ``"FAN_IN"``, ``"FAN_OUT"`` or ``"FAN_AVG"``; see `tf.variance_scaling_initializer`.
      uniform: uniform instead of truncated normal numbers.
      seed: the seed.
      dtype: the type when the call gives none.

    Returns:
      A function ``f(shape, dtype=dtype, partition_info=None)``.

    Raises:
      TypeError: ``dtype`` is not a type of floats, or ``mode`` none of these.
    """
    if not as_dtype(dtype).is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")

    def _initializer(shape, dtype=dtype, partition_info=None) -> Tensor:
        if not as_dtype(dtype).is_floating:
            raise TypeError("Cannot create initializer for non-floating point type.")
        dims = _lengths(shape)
        fan_in, fan_out = _fans(dims)
        n = float({"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2}[mode])
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return random_uniform(shape, -limit, limit, dtype, seed=seed)
        # Cutting at two deviations takes away a part of the variance; 1.3 gives it back.
        return truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return _initializer


def xavier_initializer(uniform: bool = True, seed=None, dtype=dt.float32):
    """Random numbers of variance ``2 / (inputs + outputs)`` (`tf.contrib.layers`).

    Args:
      uniform: uniform, or truncated normal numbers.
      seed: the seed.
      dtype: the type when the call gives none.

    Returns:
      A function ``f(shape, dtype=dtype, partition_info=None)``.

    Source: see `tf.glorot_uniform_initializer`.
    """
    return contrib_variance_scaling_initializer(1.0, "FAN_AVG", uniform, seed, dtype)
