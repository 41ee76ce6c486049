"""Generators of random numbers that keep their state in a variable.

The op types are in ``ops/random_generator.py`` and ``ops/random_stateless.py``.
"""

from tfgrad._src.functions.cast import bitcast, cast
from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import zeros, zeros_like
from tfgrad._src.functions.join import concat, stack, unstack
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.variables import Variable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph import errors
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.node import Tensor

_PHILOX = 1
_COUNTER, _STATE = 2, 3
_MASK = 2**64 - 1
_NAMES = {"philox": 1, "threefry": 2, "auto_select": 3}


def _algorithm(algorithm) -> int:
    """The number of an algorithm that is given by its name or number.

    Raises:
      ValueError: there is none.
      UnimplementedError: it is not Philox.
    """
    number = _NAMES.get(algorithm, algorithm) if isinstance(algorithm, str) else algorithm
    number = getattr(number, "value", number)
    if number not in (1, 2, 3):
        raise ValueError(
            f"Argument `alg` got unsupported string value {algorithm}. Supported string values are "
            f"'philox' for the Philox algorithm, 'threefry' for the ThreeFry algorithm, and "
            f"'auto_select' for auto-selection."
        )
    if number == 2:
        # TensorFlow finds that out when it runs.
        raise errors.UnimplementedError(
            None, None, "Non-XLA devices don't support the ThreeFry algorithm."
        )
    return int(number)


def _as_signed(value):
    """Numbers as int64; those from 2**63 on by their bits."""
    if isinstance(value, list | tuple):
        return [_as_signed(v) for v in value]
    if isinstance(value, int):
        value &= _MASK
        return value - 2**64 if value >= 2**63 else value
    return value


def create_rng_state(seed, algorithm: str | int = "philox") -> Tensor:
    """The state of a generator made from a seed.

    Args:
      seed: a whole number, or a vector of up to three of them.
      algorithm: ``"philox"``, or its number 1.

    Returns:
      An int64 tensor of shape ``[3]``: the counter, low and high, and the key.  A number gives its
      64-bit words, the lowest first; a vector stands at the end, behind zeros.

    Raises:
      ValueError: the algorithm is not known.

    Example:
      >>> tf.Session().run(tf.random.experimental.create_rng_state(5, "philox"))
      array([5, 0, 0])
    """
    _algorithm(algorithm)
    if isinstance(seed, int):
        seed = [seed >> 64 * i & _MASK for i in range(_STATE)]
    state = reshape(cast(_as_signed(seed), dt.int64), [-1])[0:_STATE]
    length = state.dims[0]
    missing = maximum(_STATE - (shape_of(state)[0] if length is None else length), 0)
    state = concat([zeros([missing], dt.int64), state], axis=0)
    state.set_shape([_STATE])
    return state


class Generator:
    """A generator of random numbers with a state of its own.

    Args:
      copy_from: another generator, whose state the new one begins with.
      state: the state: a variable, or an int64 vector of length 3.
      alg: ``"philox"``, or its number 1.

    Each method adds nodes that draw other numbers in every run.  The state is a variable, which a
    session must initialise.

    Example:
      >>> g = tf.random.experimental.Generator.from_seed(1)
      >>> x = g.normal([2])
      >>> session = tf.Session()
      >>> session.run(tf.global_variables_initializer())
      >>> session.run(x).shape
      (2,)
    """

    def __init__(self, copy_from=None, state=None, alg=None):
        if copy_from is not None:
            if alg is not None or state is not None:
                raise AssertionError("copy_from excludes state and alg")
            self._state_var = self._variable(copy_from.state)
            self._alg = copy_from.algorithm
            return
        if alg is None or state is None:
            raise AssertionError("state and alg must be given")
        self._alg = _algorithm(alg)
        if isinstance(state, Variable):
            self._state_var = state
            state.shape.assert_is_compatible_with([_STATE])
        else:
            state = cast(_as_signed(state), dt.int64)
            state.shape.assert_is_compatible_with([_STATE])
            self._state_var = self._variable(state)

    @staticmethod
    def _variable(state):
        with name_scope("random_generator"):
            return Variable(
                state, dtype=dt.int64, trainable=False, name="StateVar", use_resource=True
            )

    @classmethod
    def from_state(cls, state, alg) -> "Generator":
        """A generator with this state."""
        return cls(alg=alg, state=state)

    @classmethod
    def from_seed(cls, seed, alg=None) -> "Generator":
        """A generator with the state that `tf.random.experimental.create_rng_state` gives."""
        number = _algorithm(_PHILOX if alg is None else alg)
        return cls(state=create_rng_state(seed, number), alg=number)

    @classmethod
    def from_non_deterministic_state(cls, alg=None) -> "Generator":
        """A generator with another state in every session."""
        number = _algorithm(_PHILOX if alg is None else alg)
        return cls(state=add_op("NonDeterministicInts", [_STATE], dtype=dt.int64), alg=number)

    @classmethod
    def from_key_counter(cls, key, counter, alg) -> "Generator":
        """A generator with a state made of its parts.

        Args:
          key: a whole number.
          counter: two of them, the low one first.
          alg: ``"philox"``, or its number 1.
        """
        return cls(state=_joined(key, counter), alg=_algorithm(alg))

    def reset(self, state) -> None:
        """Adds nodes that set the state."""
        state = cast(_as_signed(state), dt.int64)
        state.shape.assert_is_compatible_with([_STATE])
        self._state_var.assign(state)

    def reset_from_seed(self, seed) -> None:
        """Adds nodes that set the state to that of a seed."""
        self._state_var.assign(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key, counter) -> None:
        """Adds nodes that set the state."""
        self._state_var.assign(_joined(key, counter))

    @property
    def state(self):
        """The variable with the state."""
        return self._state_var

    @property
    def algorithm(self) -> int:
        """The number of the algorithm."""
        return self._alg

    @property
    def key(self) -> Tensor:
        """The key within the state."""
        return self._state_var[-1]

    def skip(self, delta) -> Tensor:
        """Passes over ``delta`` numbers, and gives the state before."""
        algorithm = cast(self._alg, dt.int32)
        return add_op("RngReadAndSkip", self._state_var.handle, algorithm, cast(delta, dt.uint64))

    def _draw(self, op_type: str, shape: Tensor, *inputs, name: str | None = None, **attrs):
        state = self.skip(reduce_prod(shape))
        counter = bitcast(state[:_COUNTER], dt.uint64)
        key = bitcast(state[_COUNTER : _COUNTER + 1], dt.uint64)
        return add_op(op_type, shape, key, counter, self._alg, *inputs, name=name, **attrs)

    def _scaled(self, op_type: str, scope: str, shape, mean, stddev, dtype, name) -> Tensor:
        with name_scope(name, scope, [shape, mean, stddev]) as scope:
            shape = _shape_tensor(shape)
            mean = convert_to_tensor(mean, dtype=dtype, name="mean")
            stddev = convert_to_tensor(stddev, dtype=dtype, name="stddev")
            standard = self._draw(op_type, shape, dtype=dtype)
            return add_op("AddV2", standard * stddev, mean, name=scope)

    def normal(
        self, shape, mean=0.0, stddev=1.0, dtype=dt.float32, name: str | None = None
    ) -> Tensor:
        """Normal numbers; see `tf.random.normal`."""
        return self._scaled(
            "StatelessRandomNormalV2", "stateful_normal", shape, mean, stddev, dtype, name
        )

    def truncated_normal(
        self, shape, mean=0.0, stddev=1.0, dtype=dt.float32, name: str | None = None
    ) -> Tensor:
        """Normal numbers within two standard deviations; see `tf.random.truncated_normal`."""
        return self._scaled(
            "StatelessTruncatedNormalV2", "truncated_normal", shape, mean, stddev, dtype, name
        )

    def uniform(
        self, shape, minval=0, maxval=None, dtype=dt.float32, name: str | None = None
    ) -> Tensor:
        """Uniform numbers; see `tf.random.uniform`.

        Raises:
          ValueError: for whole numbers, one of the bounds is None and the other not.
        """
        dtype = as_dtype(dtype)
        if dtype.is_integer:
            if (minval is None) != (maxval is None):
                raise ValueError(
                    f"For integer dtype {dtype}, minval and maxval must be both `None` or both "
                    f"non-`None`; got minval={minval} and maxval={maxval}"
                )
        elif maxval is None:
            maxval = 1
        with name_scope(name, "stateful_uniform", [shape, minval, maxval]) as scope:
            shape = _shape_tensor(shape)
            if dtype.is_integer and minval is None:
                return self._draw("StatelessRandomUniformFullIntV2", shape, dtype=dtype, name=scope)
            low = convert_to_tensor(minval, dtype=dtype, name="min")
            high = convert_to_tensor(maxval, dtype=dtype, name="max")
            if dtype.is_integer:
                return self._draw("StatelessRandomUniformIntV2", shape, low, high, name=scope)
            unit = self._draw("StatelessRandomUniformV2", shape, dtype=dtype)
            return add_op("AddV2", unit * (high - low), low, name=scope)

    def uniform_full_int(self, shape, dtype=dt.uint64, name: str | None = None) -> Tensor:
        """Whole numbers of which every bit is random."""
        with name_scope(name, "stateful_uniform_full_int", [shape]) as scope:
            shape = _shape_tensor(shape)
            dtype = as_dtype(dtype)
            return self._draw("StatelessRandomUniformFullIntV2", shape, dtype=dtype, name=scope)

    def binomial(self, shape, counts, probs, dtype=dt.int32, name: str | None = None) -> Tensor:
        """Binomial numbers: successes, of probability ``probs``, in ``counts`` trials."""
        with name_scope(name, "binomial", [shape, counts, probs]) as scope:
            counts = convert_to_tensor(counts, name="counts")
            probs = convert_to_tensor(probs, name="probs")
            return add_op(
                "StatefulRandomBinomial", self._state_var.handle, self._alg, _shape_tensor(shape),
                counts, probs, dtype=dtype, name=scope,
            )  # fmt: skip

    def make_seeds(self, count=1) -> Tensor:
        """Seeds for the stateless functions, of shape ``[2, count]``."""
        keys = self.uniform_full_int([count], dtype=dt.int64)
        return stack([keys, zeros_like(keys)])

    def split(self, count=1) -> list["Generator"]:
        """Generators with keys that are drawn."""
        keys = self.uniform_full_int([count], dtype=dt.int64)
        return [
            Generator(state=[0] * _COUNTER + [key], alg=self._alg)
            for key in unstack(keys, num=count)
        ]


def _joined(key, counter) -> Tensor:
    counter, key = (cast(_as_signed(v), dt.int64) for v in (counter, key))
    counter.shape.assert_is_compatible_with([_COUNTER])
    key.shape.assert_is_compatible_with([])
    return concat([counter, reshape(key, [1])], 0)


def _shape_tensor(shape) -> Tensor:
    """A shape as a tensor called ``shape``; the empty list is int64."""
    empty = isinstance(shape, list | tuple) and not shape
    return convert_to_tensor(shape, dtype=dt.int64 if empty else None, name="shape")


_global: Generator | None = None


def get_global_generator() -> Generator:
    """The generator that `set_global_generator` has set, or one made now from chance."""
    global _global
    if _global is None:
        _global = Generator.from_non_deterministic_state()
    return _global


def set_global_generator(generator: Generator | None) -> None:
    """Sets what `get_global_generator` gives."""
    global _global
    _global = generator
