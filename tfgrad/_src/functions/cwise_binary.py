"""Element-wise functions of two tensors, with broadcasting, and sums of many tensors.

Shapes are aligned at their last axes; an axis of length 1 stretches to the length of the other.  A
Python number takes the type of the tensor beside it.

The Python operators on tensors are in ``operators.py``.
"""

from collections.abc import Iterable

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.fill import zeros_like
from tfgrad._src.functions.indexed_slices import (
    IndexedSlices,
    convert_n_to_tensor_or_indexed_slices,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape


def _is_tensor(value) -> bool:
    """Whether ``value`` brings its own type: a tensor, variable or the like."""
    return isinstance(value, Tensor) or hasattr(value, "_dense_var_to_tensor")


# ---------------------------------------------------------------------- sums and products


def add(x, y, name: str | None = None) -> Tensor:
    """``x + y``, element by element.

    Args:
      x: a tensor of numbers or strings.
      y: a tensor of the same type; shapes broadcast.
      name: the name of the node; default ``"Add"``.

    Gradient:
      ``dy`` for both, summed over the axes that were stretched.

    Example:
      >>> tf.Session().run(tf.add([1, 2], 3))
      array([4, 5], dtype=int32)
    """
    with name_scope(name, "Add", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        return add_op("Add" if x.dtype.base_dtype is dt.string else "AddV2", x, y, name=scope)


def subtract(x, y, name: str | None = None) -> Tensor:
    """``x - y``, element by element; shapes broadcast."""
    return add_op("Sub", x, y, name=name)


def multiply(x, y, name: str | None = None) -> Tensor:
    """``x * y``, element by element; shapes broadcast.

    Example:
      >>> tf.Session().run(tf.multiply([[1.0], [2.0]], [3.0, 4.0]))
      array([[3., 4.],
             [6., 8.]], dtype=float32)
    """
    return add_op("Mul", x, y, name=name)


def scalar_mul(scalar, x, name: str | None = None):
    """``scalar * x`` for a tensor or `tf.IndexedSlices` ``x``.

    Args:
      scalar: a number or scalar tensor.
      x: what is scaled; of slices only the values are.
      name: the name of the node; default ``"Mul"``.

    Raises:
      ValueError: ``scalar`` is not a scalar.
    """
    scalar = convert_to_tensor(scalar, dtype=dt.as_dtype(x.dtype).base_dtype, name="scalar")
    if scalar.dims != ():
        raise ValueError(
            f"The input scalar must be a 0-D value. Received shape {scalar.get_shape()}."
        )
    if isinstance(x, IndexedSlices):
        return IndexedSlices(add_op("Mul", scalar, x.values, name=name), x.indices, x.dense_shape)
    return add_op("Mul", scalar, x, name=name)


def squared_difference(x, y, name: str | None = None) -> Tensor:
    """``(x - y)**2``, or ``|x - y|**2`` for complex numbers; shapes broadcast."""
    return add_op("SquaredDifference", x, y, name=name)


def maximum(x, y, name: str | None = None) -> Tensor:
    """The larger of ``x`` and ``y``, NaN if one of them is; shapes broadcast.

    Gradient:
      To ``x`` where ``x >= y``, to ``y`` elsewhere: a tie counts for ``x`` alone.
    """
    return add_op("Maximum", x, y, name=name)


def minimum(x, y, name: str | None = None) -> Tensor:
    """The smaller of ``x`` and ``y``, NaN if one of them is; shapes broadcast.

    Gradient:
      To ``x`` where ``x <= y``, to ``y`` elsewhere: a tie counts for ``x`` alone.
    """
    return add_op("Minimum", x, y, name=name)


def multiply_no_nan(x, y, name: str | None = None) -> Tensor:
    """``x * y``, but 0 wherever ``y`` is 0, even if ``x`` is infinite or NaN.

    Raises:
      TypeError: the types differ.
    """
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=x.dtype.base_dtype)
        _check_same_type(x, y)
        return add_op("MulNoNan", x, y, name=scope)


# ---------------------------------------------------------------------- division

# What whole numbers become before they are divided.
_QUOTIENT = {
    dt.uint8: dt.float32, dt.int8: dt.float32, dt.uint16: dt.float32, dt.int16: dt.float32,
    dt.uint32: dt.float64, dt.int32: dt.float64, dt.uint64: dt.float64, dt.int64: dt.float64,
    **dict.fromkeys((*dt.FLOATING, *dt.COMPLEX)),
}  # fmt: skip


def _check_same_type(x: Tensor, y: Tensor) -> None:
    a, b = x.dtype.base_dtype, y.dtype.base_dtype
    if a is not b:
        raise TypeError(f"`x` and `y` must have the same dtype, got {a!r} != {b!r}.")


def _for_division(x: Tensor, y: Tensor, what: str) -> tuple[Tensor, Tensor]:
    _check_same_type(x, y)
    base = x.dtype.base_dtype
    if base not in _QUOTIENT:
        expected = ", ".join(repr(d) for d in _QUOTIENT)
        raise TypeError(f"Invalid dtype {base!r} in {what}. Expected one of {{{expected}}}.")
    target = _QUOTIENT[base]
    return (x, y) if target is None else (cast(x, target), cast(y, target))


def truediv(x, y, name: str | None = None) -> Tensor:
    """``x / y`` as a fraction: whole numbers are converted to floats first.

    Args:
      x: the dividend.
      y: the divisor, of the same type; shapes broadcast.
      name: the name of the node; default ``"truediv"``.

    Returns:
      ``float32`` for integers of up to 16 bits, ``float64`` for wider ones, else the type of ``x``.

    Raises:
      TypeError: the types differ, or are no numbers.

    Example:
      >>> tf.Session().run(tf.truediv([7, 8], 2))
      array([3.5, 4. ])
    """
    with name_scope(name, "truediv", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        x, y = _for_division(x, y, "__truediv__")
        return add_op("RealDiv", x, y, name=scope)


def div(x, y, name: str | None = None) -> Tensor:
    """``x / y`` as in Python 2: of whole numbers the floor.

    Raises:
      TypeError: the types differ.

    Example:
      >>> tf.Session().run(tf.div([-7, 7], 2))
      array([-4,  3], dtype=int32)
    """
    with name_scope(name, "div", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=x.dtype.base_dtype)
        _check_same_type(x, y)
        exact = x.dtype.is_floating or x.dtype.is_complex
        return add_op("RealDiv" if exact else "FloorDiv", x, y, name=scope)


def divide(x, y, name: str | None = None) -> Tensor:
    """``x / y`` as the Python operator: see `tf.truediv`."""
    if name is None and not _is_tensor(x):
        x = convert_to_tensor(x, dtype=y.dtype.base_dtype if _is_tensor(y) else None)
    return truediv(x, y, name)


def div_no_nan(x, y, name: str | None = None) -> Tensor:
    """``x / y``, but 0 wherever ``y`` is 0; whole numbers are converted as by `tf.truediv`."""
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        if not _is_tensor(x) and _is_tensor(y):
            y = convert_to_tensor(y, name="y")
            x = convert_to_tensor(x, dtype=y.dtype.base_dtype, name="x")
        else:
            x = convert_to_tensor(x, name="x")
            y = convert_to_tensor(y, dtype_hint=x.dtype.base_dtype, name="y")
        x, y = _for_division(x, y, "tf.math.divide_no_nan")
        return add_op("DivNoNan", x, y, name=scope)


def realdiv(x, y, name: str | None = None) -> Tensor:
    """``x / y`` of floats or complex numbers; shapes broadcast."""
    return add_op("RealDiv", x, y, name=name)


def floordiv(x, y, name: str | None = None) -> Tensor:
    """The largest whole number not above ``x / y``, in the type of ``x``.

    Raises:
      tf.errors.InvalidArgumentError: when run, a whole number is divided by zero.

    Example:
      >>> tf.Session().run(tf.floordiv([7, -7], 2))
      array([ 3, -4], dtype=int32)
    """
    with name_scope(name, "floordiv", [x, y]) as scope:
        return add_op("FloorDiv", x, y, name=scope)


def floor_div(x, y, name: str | None = None) -> Tensor:
    """See `tf.floordiv`; the node is called ``"FloorDiv"``."""
    return add_op("FloorDiv", x, y, name=name)


def truncatediv(x, y, name: str | None = None) -> Tensor:
    """``x / y`` rounded towards zero, as C divides whole numbers."""
    return add_op("TruncateDiv", x, y, name=name)


def floormod(x, y, name: str | None = None) -> Tensor:
    """``x - floor(x / y) * y``: the remainder with the sign of ``y``, as in Python.

    Gradient:
      1 for ``x``, ``-floor(x / y)`` for ``y``.

    Example:
      >>> tf.Session().run(tf.floormod([7, -7], 3))
      array([1, 2], dtype=int32)
    """
    return add_op("FloorMod", x, y, name=name)


def truncatemod(x, y, name: str | None = None) -> Tensor:
    """The remainder with the sign of ``x``, as C's ``%`` and ``fmod``; it has no gradient."""
    return add_op("TruncateMod", x, y, name=name)


# ---------------------------------------------------------------------- powers, logarithms, angles


def pow(x, y, name: str | None = None) -> Tensor:
    """``x**y``; shapes broadcast.  Whole numbers take exponents of zero and above.

    Gradient:
      ``y * x**(y - 1)`` for ``x``; ``x**y * log(x)`` for ``y``, taken as 0 where ``x`` is not
      positive.

    Example:
      >>> tf.Session().run(tf.pow([2.0, 3.0], 2.0))
      array([4., 9.], dtype=float32)
    """
    return add_op("Pow", x, y, name=name)


def atan2(y, x, name: str | None = None) -> Tensor:
    """The angle of the point ``(x, y)`` seen from the origin, in ``[-pi, pi]``."""
    return add_op("Atan2", y, x, name=name)


def xlogy(x, y, name: str | None = None) -> Tensor:
    """``x * log(y)``, but 0 wherever ``x`` is 0."""
    return add_op("Xlogy", x, y, name=name)


def xdivy(x, y, name: str | None = None) -> Tensor:
    """``x / y``, but 0 wherever ``x`` is 0."""
    with name_scope(name, "xdivy", [x]):
        return add_op("Xdivy", x, y)


def xlog1py(x, y, name: str | None = None) -> Tensor:
    """``x * log(1 + y)``, but 0 wherever ``x`` is 0."""
    with name_scope(name, "xlog1py", [x]):
        return add_op("Xlog1py", x, y)


def polyval(coeffs: list, x, name: str | None = None) -> Tensor:
    """The value at ``x`` of the polynomial with coefficients ``coeffs``, by Horner's rule.

    Args:
      coeffs: a list, the coefficient of the highest power first.
      x: a tensor.
      name: the scope of the nodes; default ``"polyval"``.

    Raises:
      ValueError: ``coeffs`` is not a list.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    with name_scope(name, "polyval", [*coeffs, x]) as scope:
        x = convert_to_tensor(x, name="x")
        if not coeffs:
            return zeros_like(x, name=scope)
        tensors = [convert_to_tensor(c, name=f"coeff_{i}") for i, c in enumerate(coeffs)]
        p = tensors[0]
        for c in tensors[1:]:
            p = c + p * x
        return p


# ---------------------------------------------------------------------- sums of many

_NOT_TERMS = (
    "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape."
)


def add_n(inputs, name: str | None = None) -> Tensor:
    """The sum of all ``inputs``, which have one type and one shape: no broadcasting.

    Args:
      inputs: tensors or `tf.IndexedSlices`; slices become dense.
      name: the name of the node; default ``"AddN"``.

    Raises:
      ValueError: there are none, or shapes or types differ.

    Example:
      >>> tf.Session().run(tf.add_n([tf.constant([3, 5]), tf.constant([1, 6])]))
      array([ 4, 11], dtype=int32)
    """
    terms = list(inputs) if isinstance(inputs, Iterable) else []
    if not terms:
        raise ValueError(_NOT_TERMS)
    terms = convert_n_to_tensor_or_indexed_slices(terms)
    if not all(isinstance(t, Tensor | IndexedSlices) for t in terms):
        raise ValueError(_NOT_TERMS)
    if len(terms) == 1:
        value = convert_to_tensor(terms[0])
        return identity(value, name) if name else value
    return add_op("AddN", terms, name=name)


def accumulate_n(inputs, shape=None, tensor_dtype=None, name: str | None = None) -> Tensor:
    """The sum of all ``inputs``: see `tf.add_n`.

    Args:
      inputs: a list of tensors of one type and shape.
      shape: their shape, for a check.
      tensor_dtype: their type, for a check.
      name: the name of the node; default ``"AddN"``.

    Raises:
      ValueError: there are none, or shapes or types differ.
      TypeError: ``tensor_dtype`` is not their type.
    """
    message = "inputs must be a list of at least one Tensor with the same dtype and shape"
    if not inputs or not isinstance(inputs, list | tuple):
        raise ValueError(message)
    terms = convert_n_to_tensor_or_indexed_slices(inputs)
    if not all(isinstance(t, Tensor) and t.dtype is terms[0].dtype for t in terms):
        raise ValueError(message)
    merged = TensorShape(shape)
    for t in terms:
        merged = merged.merge_with(t.get_shape())
    if tensor_dtype is not None and tensor_dtype != terms[0].dtype:
        raise TypeError(
            f"The `tensor_dtype` argument is {tensor_dtype}, but `input` is of type "
            f"{terms[0].dtype}. These must be equal. Try casting the input to the desired type."
        )
    if len(terms) == 1:
        return terms[0] if name is None else identity(terms[0], name)
    return add_n(terms, name=name)


# ---------------------------------------------------------------------- bits


def bitwise_and(x, y, name: str | None = None) -> Tensor:
    """The bits that are set in both whole numbers."""
    return add_op("BitwiseAnd", x, y, name=name)


def bitwise_or(x, y, name: str | None = None) -> Tensor:
    """The bits that are set in one of the whole numbers or in both."""
    return add_op("BitwiseOr", x, y, name=name)


def bitwise_xor(x, y, name: str | None = None) -> Tensor:
    """The bits in which the whole numbers differ."""
    return add_op("BitwiseXor", x, y, name=name)


def left_shift(x, y, name: str | None = None) -> Tensor:
    """``x * 2**y`` without the bits that do not fit; ``y`` is kept below the number of bits."""
    return add_op("LeftShift", x, y, name=name)


def right_shift(x, y, name: str | None = None) -> Tensor:
    """``x / 2**y`` rounded down; ``y`` is kept below the number of bits."""
    return add_op("RightShift", x, y, name=name)
