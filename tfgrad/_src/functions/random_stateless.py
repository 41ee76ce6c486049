"""Random numbers that depend on nothing but a seed given as a tensor.

The op types are in ``ops/random_stateless.py``.
"""

import enum

import numpy as np

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import zeros
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.pad import pad
from tfgrad._src.functions.random import gamma_parameters, not_zero, shape_tensor
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import partial_shape
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor

_AUTO = 3  # TensorFlow's number for "the generator of this device", which is Philox here
_INTEGERS = (dt.int32, dt.int64, dt.uint32, dt.uint64)


def _draw(op_type: str, shape, seed, *inputs, name: str | None = None, **attrs) -> Tensor:
    key, counter = add_op("StatelessRandomGetKeyCounter", seed)
    return add_op(op_type, shape, key, counter, _AUTO, *inputs, name=name, **attrs)


def stateless_random_uniform(
    shape, seed, minval=0, maxval=None, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """Uniform numbers on ``[minval, maxval)``, the same in every run for the same seed.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      minval: the lower bound; for whole numbers, None with ``maxval`` None asks for all of them.
      maxval: the upper bound; default 1, and required for whole numbers.
      dtype: a type of floats or of 32- or 64-bit integers.
      name: the scope of the nodes; default ``"stateless_random_uniform"``.

    Returns:
      A tensor of that shape and type.

    Raises:
      ValueError: another ``dtype``, or bounds that do not go with it.
    """
    dtype = as_dtype(dtype)
    accepted = (*dt.FLOATING, *_INTEGERS)
    if dtype not in accepted:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {accepted}."
        )
    if dtype.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {dtype}, argument `minval` and `maxval` must be "
                f"both None or not None. Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and dtype.is_unsigned:
            raise ValueError(
                f"Argument `dtype` got invalid value {dtype} when argument `minval` is not None. "
                f"Please don't use unsigned integers in this case."
            )
    elif maxval is None:
        maxval = 1
    with name_scope(name, "stateless_random_uniform", [shape, seed, minval, maxval]) as scope:
        shape = shape_tensor(shape)
        if dtype.is_integer and minval is None:
            op_type = "StatelessRandomUniformFullIntV2"
            return _draw(op_type, shape, seed, dtype=dtype, name=scope)
        low = convert_to_tensor(minval, dtype=dtype, name="min")
        high = convert_to_tensor(maxval, dtype=dtype, name="max")
        if dtype.is_integer:
            return _draw("StatelessRandomUniformIntV2", shape, seed, low, high, name=scope)
        unit = _draw("StatelessRandomUniformV2", shape, seed, dtype=dtype)
        return add_op("AddV2", unit * (high - low), low, name=scope)


def _scaled(op_type: str, default: str, shape, seed, mean, stddev, dtype, name) -> Tensor:
    with name_scope(name, default, [shape, seed, mean, stddev]) as scope:
        shape = shape_tensor(shape)
        mean = convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = convert_to_tensor(stddev, dtype=dtype, name="stddev")
        standard = _draw(op_type, shape, seed, dtype=dtype)
        return add_op("AddV2", standard * stddev, mean, name=scope)


def stateless_random_normal(
    shape, seed, mean=0.0, stddev=1.0, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """Normal numbers, the same in every run for the same seed.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      mean: the mean.
      stddev: the standard deviation.
      dtype: ``half``, ``bfloat16``, ``float32`` or ``float64``.
      name: the scope of the nodes; default ``"stateless_random_normal"``.

    Returns:
      A tensor of that shape and type.
    """
    return _scaled(
        "StatelessRandomNormalV2", "stateless_random_normal", shape, seed, mean, stddev, dtype, name
    )


def stateless_truncated_normal(
    shape, seed, mean=0.0, stddev=1.0, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """Truncated normal numbers, the same in every run for the same seed.

    Args:
      shape: the shape of the result, numbers or an integer vector.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      mean: the mean.
      stddev: the standard deviation before the truncation at two of them.
      dtype: ``half``, ``bfloat16``, ``float32`` or ``float64``.
      name: the scope of the nodes; default ``"stateless_truncated_normal"``.

    Returns:
      A tensor of that shape and type.
    """
    return _scaled(
        "StatelessTruncatedNormalV2", "stateless_truncated_normal",
        shape, seed, mean, stddev, dtype, name,
    )  # fmt: skip


def _categorical(logits, num_samples, dtype, seed) -> Tensor:
    logits = convert_to_tensor(logits, name="logits")
    dtype = as_dtype(dtype) if dtype else dt.int64
    if dtype not in dt.INDEX:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. "
            f"Accepted dtypes are {(dt.int32, dt.int64)}."
        )
    return add_op("StatelessMultinomial", logits, num_samples, seed, output_dtype=dtype)


def stateless_multinomial(
    logits, num_samples, seed, output_dtype=dt.int64, name: str | None = None
) -> Tensor:
    """See `tf.random.stateless_categorical`."""
    with name_scope(name, "stateless_multinomial", [logits, seed]):
        return _categorical(logits, num_samples, output_dtype, seed)


def stateless_categorical(
    logits, num_samples, seed, dtype=dt.int64, name: str | None = None
) -> Tensor:
    """Class indices drawn with probabilities ``softmax(logits)``, the same for the same seed.

    Args:
      logits: unscaled log probabilities of shape ``[batch, classes]``.
      num_samples: how many indices per row.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      dtype: int32 or int64.
      name: the scope of the node; default ``"stateless_categorical"``.

    Returns:
      Indices of shape ``[batch, num_samples]``.
    """
    with name_scope(name, "stateless_categorical", [logits, seed]):
        return _categorical(logits, num_samples, dtype, seed)


# ---------------------------------------------------------------------- with parameters


def _refine(result: Tensor, shape: Tensor) -> Tensor:
    result.set_shape(partial_shape(shape))
    return result


def stateless_random_gamma(
    shape, seed, alpha, beta=None, dtype=dt.float32, name: str | None = None
) -> Tensor:
    """Gamma numbers, the same in every run for the same seed; see `tf.random.gamma`.

    Args:
      shape: the shape of the result; it ends with the shape of ``alpha + beta``.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      alpha: the shape parameters, above 0.
      beta: the inverse scales, default 1.
      dtype: ``half``, ``float32`` or ``float64``.
      name: the scope of the nodes; default ``"stateless_random_gamma"``.

    Example:
      >>> tf.Session().run(tf.random.stateless_gamma([2], [1, 2], alpha=3.0)).shape
      (2,)
    """
    with name_scope(name, "stateless_random_gamma", [shape, seed, alpha, beta]):
        shape = shape_tensor(shape)
        _, beta, alpha = gamma_parameters(alpha, beta, dtype)
        draw = _draw("StatelessRandomGammaV3", shape, seed, alpha)
        return _refine(not_zero(draw / beta), shape)


def stateless_random_poisson(shape, seed, lam, dtype=dt.int32, name: str | None = None) -> Tensor:
    """Poisson numbers, the same in every run for the same seed; see `tf.random.poisson`.

    Args:
      shape: the shape of the result; it ends with the shape of ``lam``.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      lam: the means.
      dtype: ``half``, ``float32``, ``float64``, ``int32`` or ``int64``.
      name: the scope of the nodes; default ``"stateless_random_poisson"``.
    """
    with name_scope(name, "stateless_random_poisson", [shape, seed, lam]):
        shape = shape_tensor(shape)
        return _refine(add_op("StatelessRandomPoisson", shape, seed, lam, dtype=dtype), shape)


def stateless_random_binomial(
    shape, seed, counts, probs, output_dtype=dt.int32, name: str | None = None
) -> Tensor:
    """Binomial numbers, the same in every run for the same seed: successes in ``counts`` trials.

    Args:
      shape: the shape of the result; it ends with the shape of ``counts + probs``.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      counts: how many trials.
      probs: how probable a success is.
      output_dtype: ``half``, ``float32``, ``float64``, ``int32`` or ``int64``.
      name: the scope of the nodes; default ``"stateless_random_binomial"``.
    """
    with name_scope(name, "stateless_random_binomial", [shape, seed, counts, probs]):
        shape = shape_tensor(shape)
        probs = convert_to_tensor(probs, preferred_dtype=dt.float32, name="probs")
        counts = convert_to_tensor(counts, preferred_dtype=probs.dtype, name="counts")
        result = add_op("StatelessRandomBinomial", shape, seed, counts, probs, dtype=output_dtype)
        return _refine(result, shape)


def stateless_parameterized_truncated_normal(
    shape, seed, means=0.0, stddevs=1.0, minvals=-2.0, maxvals=2.0, name: str | None = None
) -> Tensor:
    """Normal numbers between bounds, the same in every run for the same seed.

    Args:
      shape: the shape of the result; it ends with the common shape of the four parameters.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      means: the means: ``half``, ``float32`` or ``float64``.
      stddevs: the standard deviations before the truncation.
      minvals: the lower bounds; not in deviations.
      maxvals: the upper bounds.
      name: the scope of the node; default ``"stateless_parameterized_truncated_normal"``.

    Returns:
      A tensor of that shape.  The numbers are those that TensorFlow draws on one thread.

    Raises:
      InvalidArgumentError: when run, a deviation is not above 0, a lower bound not below the upper
        one, or both are infinite.

    Gradient:
      With respect to the four parameters: how each number moves along its own place of the
      distribution function.  With the mean and the deviation the bounds move along, as in
      TensorFlow.

    Example:
      >>> x = tf.random.stateless_parameterized_truncated_normal([3], [1, 2], minvals=1.0)
      >>> bool((tf.Session().run(x) >= 1.0).all())
      True
    """
    parameters = {"means": means, "stddevs": stddevs, "minvals": minvals, "maxvals": maxvals}
    values = [shape, *parameters.values()]
    with name_scope(name, "stateless_parameterized_truncated_normal", values):
        lengths = shape_tensor(shape)
        tensors = [convert_to_tensor(v, name=n) for n, v in parameters.items()]
        result = add_op("StatelessParameterizedTruncatedNormal", lengths, seed, *tensors)
        return _refine(result, lengths)


# ---------------------------------------------------------------------- permutations


def index_shuffle(index, seed, max_index) -> Tensor:
    """Where an index stands in a random permutation of ``0 .. max_index``, which is not made.

    Args:
      index: an integer, or a vector of them, from 0 to ``max_index``.
      seed: two whole numbers, or a row of two per index.
      max_index: the greatest index, or one per index.

    Returns:
      Integers of the type of ``index``: a scalar if no argument is batched, else a vector.  With
      one seed and ``max_index`` all indices go to different places.

    Raises:
      InvalidArgumentError: when run, an index is outside ``[0, max_index]``.

    Example:
      >>> places = tf.random.experimental.index_shuffle(tf.range(5), [1, 2], 4)
      >>> sorted(tf.Session().run(places).tolist())
      [0, 1, 2, 3, 4]
    """
    seed = convert_to_tensor(seed)
    rank = 1 if seed.dims is None else len(seed.dims)
    seed = pad(seed, [[1, 0]] + (rank - 1) * [[0, 0]], constant_values=498247692)
    return add_op("RandomIndexShuffle", index, seed, max_index, rounds=4)


def stateless_shuffle(value, seed, alg="auto_select", name: str | None = None) -> Tensor:
    """The rows of ``value`` in random order, the same in every run for the same seed.

    Args:
      value: a tensor of shape ``[n, ...]``.
      seed: two whole numbers, or an integer tensor of shape ``[2]``.
      alg: ``"philox"`` or ``"auto_select"``, which gives the same numbers; see
        `tf.random.Algorithm`.
      name: the scope of the nodes; default ``"stateless_shuffle"``.

    Returns:
      A tensor like ``value``, permuted along its first axis.

    Raises:
      ValueError: there is no such algorithm.
      UnimplementedError: when run, ``alg`` is ``"threefry"``.

    Example:
      >>> x = tf.random.experimental.stateless_shuffle(tf.range(5), [1, 2])
      >>> tf.Session().run(x)
      array([0, 2, 1, 4, 3], dtype=int32)
    """
    with name_scope(name, "stateless_shuffle", [value, seed]):
        number = _algorithm(alg)
        key, counter = _key_and_counter(seed, number)
        return add_op("StatelessShuffle", value, key, counter, number)


# ---------------------------------------------------------------------- seeds


def stateless_split(seed, num=2, alg="auto_select") -> Tensor:
    """Seeds made of a seed, of shape ``[num, 2]`` and the type of ``seed``.

    Args:
      seed: an integer tensor of shape ``[2]``.
      num: how many.
      alg: see `tf.random.experimental.stateless_shuffle`.
    """
    seed = convert_to_tensor(seed)
    return _all_bits([num, 2], seed, seed.dtype, alg)


def stateless_fold_in(seed, data, alg="auto_select") -> Tensor:
    """A seed made of a seed and a number, as that of a step or of an example.

    Args:
      seed: an integer tensor of shape ``[2]``.
      data: an ``int32`` or ``int64`` scalar.
      alg: see `tf.random.experimental.stateless_shuffle`.

    Returns:
      A seed of the type of ``data``.
    """
    data = convert_to_tensor(data)
    return stack([_all_bits([], seed, data.dtype, alg), data])


def _all_bits(shape, seed, dtype, algorithm) -> Tensor:
    values = [shape, seed, None, None]
    with name_scope(None, "stateless_random_uniform", values) as scope:
        shape = shape_tensor(shape)
        number = _algorithm(algorithm)
        key, counter = _key_and_counter(seed, number)
        return add_op(
            "StatelessRandomUniformFullIntV2", shape, key, counter, number, dtype=dtype, name=scope
        )


class Algorithm(enum.Enum):
    """The generators that TensorFlow has; Philox is the one that is here."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_BY_NAME = {"philox": 1, "threefry": 2, "autoselect": 3}


def _algorithm(algorithm) -> int:
    """The number of an algorithm that is given by its name or number.

    Raises:
      ValueError: there is none.
    """
    number = algorithm
    if isinstance(algorithm, str):
        number = _BY_NAME.get(algorithm.strip().lower().replace("-", "").replace("_", ""))
    number = getattr(number, "value", number)
    if number not in (1, 2, 3):
        names = ("philox", "threefry", "auto_select") if isinstance(algorithm, str) else (1, 2, 3)
        raise ValueError(
            f"Argument `alg` got unsupported value {algorithm}. Supported values are {names[0]} "
            f"for the Philox algorithm, {names[1]} for the ThreeFry algorithm, and {names[2]} for "
            f"auto-selection."
        )
    return number


def _key_and_counter(seed, algorithm: int) -> tuple[Tensor, Tensor]:
    if algorithm == Algorithm.AUTO_SELECT.value:
        return add_op("StatelessRandomGetKeyCounter", seed)
    if algorithm == Algorithm.THREEFRY.value:
        return reshape(_joined(cast(seed, dt.uint32)), [1]), zeros([1], dt.uint64)
    scramble = convert_to_tensor(np.array([0x02461E293EC8F720], np.uint64))
    mixed = add_op(
        "StatelessRandomUniformFullIntV2", [4], scramble, cast(seed, dt.uint64), algorithm,
        dtype=dt.uint32,
    )  # fmt: skip
    key = reshape(_joined(mixed[:2]), [1])
    return key, stack([0, _joined(mixed[2:])], axis=0)


def _joined(words: Tensor) -> Tensor:
    """Two words as a ``uint64``, the low one first."""
    low, high = cast(words[0], dt.uint64), cast(words[1], dt.uint64)
    shift = convert_to_tensor(np.array(32, np.uint64))
    return add_op("BitwiseOr", low, add_op("LeftShift", high, shift))
