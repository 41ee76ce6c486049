"""From Python values to tensors: `constant`, `convert_to_tensor` and its registry.

A type says how it becomes a tensor by registering a function; users register their own types with
`tf.register_tensor_conversion_function`.  Python floats become float32 and whole numbers int32,
as in TensorFlow, whatever numpy would say.
"""

import numbers

import ml_dtypes
import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import DType, as_dtype, without_records
from tfgrad._src.graph.graph import Graph, get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.registry import OPS
from tfgrad._src.graph.tensor_shape import Dimension, TensorShape, as_tuple

# ---------------------------------------------------------------------- numpy arrays

_PYTHON_KINDS = {  # what each kind of element type accepts of the values in lists
    "f": (numbers.Real, ml_dtypes.bfloat16),
    "c": (numbers.Complex, ml_dtypes.bfloat16),
    "i": (numbers.Integral, Dimension),
    "u": (numbers.Integral, Dimension),
    "b": (bool, np.bool_),
    "q": (numbers.Integral,),
    "o": (str, bytes),
}
_NUMBERS = (numbers.Number, np.bool_, ml_dtypes.bfloat16, np.ndarray)


def _leaves(values):
    stack = [values]
    while stack:
        v = stack.pop()
        if isinstance(v, list | tuple):
            stack.extend(reversed(v))
        else:
            yield v


def _check_python_values(values, dtype: DType | None) -> None:
    if values is None:
        raise ValueError("None values not supported.")
    if dtype is not None:
        kinds = (*_PYTHON_KINDS[dtype.limit_kind], np.ndarray)
        for v in _leaves(values):
            if not isinstance(v, kinds):
                raise TypeError(
                    f"Expected {dtype.base_dtype.name}, but got {v} of type '{type(v).__name__}'."
                )
        return
    found = set()
    for v in _leaves(values):
        if isinstance(v, Tensor):
            raise TypeError("Expected any non-tensor type, but got a tensor instead.")
        found.add("text" if isinstance(v, str | bytes) else isinstance(v, _NUMBERS))
    if False in found or len(found) > 1:
        raise _no_common_type(values)


def _check_records(value, dtype: DType) -> None:
    """Elements of a quantised type are tuples of one integer, as in records of numpy's."""
    if value is None:
        raise ValueError("None values not supported.")
    if isinstance(value, list):
        for v in value:
            _check_records(v, dtype)
        return
    for v in value if isinstance(value, tuple) else (value,):
        if not isinstance(value, tuple) or not isinstance(v, numbers.Integral | tuple):
            raise TypeError(
                f"Expected {dtype.base_dtype.name}, but got {v} of type '{type(v).__name__}'."
            )


def _no_common_type(values) -> TypeError:
    return TypeError(
        f"Failed to convert elements of {values!r} to Tensor. Consider casting elements to a "
        f"supported type."
    )


def _dense_dimensions(values) -> list[int]:
    """The shape that nested lists claim by their first elements."""
    dims = []
    while isinstance(values, list | tuple):
        dims.append(len(values))
        if not values:
            break
        values = values[0]
    return dims


def to_array(value, dtype: DType | None = None) -> np.ndarray:
    """A Python or numpy value as an array of the element type that TensorFlow would give it.

    Raises:
      TypeError: a value does not fit ``dtype``.
      ValueError: None, or lists of unequal lengths.
    """
    if isinstance(value, np.ndarray | np.generic):
        array = without_records(np.asarray(value))
        if dtype is not None and dtype.limit_kind != "o":
            if array.dtype != dtype.np:
                with np.errstate(all="ignore"):  # TensorFlow converts silently
                    array = array.astype(dtype.np)
            return array
        if array.dtype.kind in "SU":
            return _strings(array)
        if array.dtype.kind == "O" and (dtype is None or dtype.base_dtype is dt.string):
            return _strings(array)
        if dtype is not None and dtype.base_dtype is dt.string:
            return _strings(array)
        as_dtype(array.dtype)
        return array
    if type(value) is float and (dtype is None or dtype is dt.float32):
        return np.array(value, np.float32)
    if type(value) is int and dtype is dt.float32:
        return np.array(value, np.float32)
    if isinstance(value, Dimension):
        value = value.value
    if dtype is not None and dtype.is_quantized:
        _check_records(value, dtype)
        return without_records(np.array(value, dtype.as_numpy_dtype))
    _check_python_values(value, dtype)
    try:
        if dtype is not None:
            if dtype.base_dtype is dt.string:
                return _strings(np.array(value, dtype=object))
            with np.errstate(all="ignore"):
                array = np.array(value)
                if array.dtype.kind in "iu" and dtype.is_integer and array.size:
                    _check_range(array, value, dtype)
                array = array.astype(dtype.np) if array.dtype != dtype.np else array
        else:
            array = np.array(value)
    except (ValueError, OverflowError) as error:
        if isinstance(error, OverflowError):
            raise TypeError(
                f"Expected {dtype.name if dtype else 'int64'}, but got {value!r}: out of range."
            ) from None
        raise ValueError(
            f"Argument must be a dense tensor: {value!r} - got shape {_dense_dimensions(value)}, "
            f"but wanted a list of equally long lists."
        ) from None
    if dtype is not None:
        return array
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype.kind == "i":
        small = array.astype(np.int32)
        return small if (small == array).all() else array.astype(np.int64, copy=False)
    if array.dtype.kind == "O":  # whole numbers that fit no type
        raise _no_common_type(value)
    if array.dtype.kind in "SU":  # such an array has lost zeros at the ends of strings
        return _strings(np.array(value, dtype=object))
    return array


def _check_range(array: np.ndarray, value, dtype: DType) -> None:
    low, high = array.min(), array.max()
    if low < dtype.min or high > dtype.max:
        bad = low if low < dtype.min else high
        raise TypeError(
            f"Expected {dtype.base_dtype.name}, but got {int(bad)} of type 'int' (out of range)."
        )


def _strings(array: np.ndarray) -> np.ndarray:
    flat = [x.encode() if isinstance(x, str) else x for x in array.reshape(-1).tolist()]
    for x in flat:
        if not isinstance(x, bytes):
            raise TypeError(f"Expected binary or unicode string, got {x!r}")
    result = np.empty(len(flat), dtype=object)
    result[:] = flat
    return result.reshape(array.shape)


# ---------------------------------------------------------------------- constants


def constant_node(graph: Graph, array: np.ndarray, dtype: DType, full_name: str) -> Tensor:
    """A ``Const`` node of ``array``, which must not be changed afterwards."""
    attrs = {"value": array, "dtype": dtype}
    op = graph._add_node(OPS["Const"], (), attrs, (dtype,), full_name)
    op.outputs[0].dims = array.shape
    return op.outputs[0]


def constant(value, dtype=None, shape=None, name="Const", verify_shape=False) -> Tensor:
    """A tensor with a fixed value.

    Args:
      value: a number, string, nested lists of them, or a numpy array.
      dtype: the element type; default: that of an array, float32 for Python floats, int32 for
        whole numbers (int64 if they need it).
      shape: the shape; a single value, or in row-major order the last one, is repeated to fill it.
      name: the node's name.
      verify_shape: refuse a value whose shape differs from ``shape``.

    Returns:
      A tensor of that value.

    Raises:
      TypeError: the value does not fit ``dtype``, or the shape with ``verify_shape``; or the shape
        is not fully known.
      ValueError: ``value`` is None, or has more elements than ``shape``.

    Example:
      >>> tf.Session().run(tf.constant(-1.0, shape=[2, 2]))
      array([[-1., -1.],
             [-1., -1.]], dtype=float32)
    """
    if dtype is None and isinstance(value, np.ndarray | np.generic) and value.dtype.names:
        dtype = value.dtype
    dtype = None if dtype is None else as_dtype(dtype).base_dtype
    array = to_array(value, dtype)
    if isinstance(value, np.ndarray):
        array = array.copy()  # the caller may change his own
    if shape is not None:
        array = _fill_shape(array, value, as_tuple(shape), verify_shape)
    graph = get_default_graph()
    full = graph.full_name(name, "Const")
    return constant_node(graph, array, dtype or as_dtype(array.dtype), full)


def _fill_shape(array: np.ndarray, value, shape, verify: bool) -> np.ndarray:
    if shape is None or None in shape:
        raise TypeError(f"The shape of a constant must be fully known, not {shape}.")
    if verify and array.shape != shape:
        raise TypeError(f"Expected Tensor's shape: {shape}, but got {array.shape}.")
    size = int(np.prod(shape)) if shape else 1
    if array.size == size:
        return array.reshape(shape)
    if size == 0:
        return array.reshape(-1)[:0].reshape(shape)
    if array.size > size:
        raise ValueError(
            f"Too many elements provided. Takes at most {size:d}, but got {array.size:d}."
        )
    if array.size == 0:
        raise ValueError(f"Cannot fill the shape {shape} from an empty value.")
    flat = array.reshape(-1)
    return np.concatenate([flat, np.repeat(flat[-1:], size - flat.size)]).reshape(shape)


# ---------------------------------------------------------------------- the registry

_registry: list[tuple[int, tuple[type, ...], object]] = []  # sorted by priority, stable
_by_type: dict[type, list] = {}


def register_tensor_conversion_function(base_type, conversion_func, priority: int = 100) -> None:
    """Says how values of a type become tensors.

    Args:
      base_type: a class or tuple of classes.
      conversion_func: ``f(value, dtype=None, name=None, as_ref=False)`` returning a tensor, or
        ``NotImplemented`` to leave the value to the next function.
      priority: functions with smaller numbers are asked first.

    Raises:
      TypeError: the arguments are of other kinds.
    """
    types = base_type if isinstance(base_type, tuple) else (base_type,)
    if not types or not all(isinstance(t, type) for t in types):
        raise TypeError("base_type must be a type or a tuple of types.")
    if not callable(conversion_func):
        raise TypeError("conversion_func must be callable.")
    _registry.append((priority, types, conversion_func))
    _registry.sort(key=lambda entry: entry[0])
    _by_type.clear()


def _functions_for(cls: type) -> list:
    found = _by_type.get(cls)
    if found is None:
        found = [f for _, types, f in _registry if issubclass(cls, types)]
        _by_type[cls] = found
    return found


def convert_to_tensor(
    value, dtype=None, name=None, preferred_dtype=None, dtype_hint=None
) -> Tensor:
    """Makes a tensor of ``value``: itself if it is one, else by the function of its type.

    Args:
      value: a tensor, variable, number, list, numpy array, or a registered type of the user's.
      dtype: the wanted type; an error if the value cannot have it.
      name: the name of a node that is made; default ``"Const"``.
      preferred_dtype, dtype_hint: a type to be used if it fits.

    Raises:
      TypeError: the type of ``value`` has no function, or does not fit ``dtype``.
      ValueError: a tensor has another type than ``dtype``.

    Example:
      >>> tf.convert_to_tensor([1.0, 2.0])
      <tf.Tensor 'Const:0' shape=(2,) dtype=float32>
    """
    if preferred_dtype is None:
        preferred_dtype = dtype_hint
    return internal_convert_to_tensor(value, dtype, name, preferred_dtype=preferred_dtype)


def internal_convert_to_tensor(
    value, dtype=None, name=None, as_ref: bool = False, preferred_dtype=None
) -> Tensor:
    """`convert_to_tensor`, or with ``as_ref`` the reference of a variable instead of its value."""
    wanted = None if dtype is None else as_dtype(dtype).base_dtype
    if isinstance(value, Tensor):
        if wanted is not None and value.dtype.base_dtype is not wanted:
            raise ValueError(
                f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype "
                f"{value.dtype.name}: {value!r}"
            )
        return value
    hint = None if preferred_dtype is None else as_dtype(preferred_dtype)
    for function in _functions_for(type(value)):
        if wanted is None and hint is not None:
            try:
                result = function(value, dtype=hint, name=name, as_ref=as_ref)
            except (TypeError, ValueError):
                result = NotImplemented
            if result is not NotImplemented and result.dtype.base_dtype is not hint.base_dtype:
                raise TypeError(
                    f"convert_to_tensor did not convert to the preferred dtype: "
                    f"{result.dtype.base_dtype.name} vs {hint.base_dtype.name} "
                )
            if result is not NotImplemented:
                return result
        result = function(value, dtype=wanted, name=name, as_ref=as_ref)
        if result is NotImplemented:
            continue
        if wanted is not None and result.dtype.base_dtype is not wanted:
            raise RuntimeError(
                f"Conversion function {function!r} for type {type(value)} returned incompatible "
                f"dtype: requested = {wanted.name}, actual = {result.dtype.name}"
            )
        return result
    raise TypeError(
        f"Cannot convert {value!r} with type {type(value)} to Tensor: no conversion function "
        f"registered."
    )


def convert_n_to_tensor(values, dtype=None, name=None, preferred_dtype=None) -> list[Tensor]:
    """`convert_to_tensor` of each value."""
    return [
        convert_to_tensor(v, dtype, None if name is None else f"{name}_{i}", preferred_dtype)
        for i, v in enumerate(values)
    ]


# ---------------------------------------------------------------------- what is registered here


def _from_constant(value, dtype=None, name=None, as_ref=False):
    return constant(value, dtype=dtype, name=name or "Const")


def is_symbolic_list(value) -> bool:
    """Whether nested lists hold something that is a tensor or becomes one by its own rule."""
    stack = [value]
    while stack:
        v = stack.pop()
        if isinstance(v, list | tuple):
            stack.extend(v)
        elif isinstance(v, Tensor) or hasattr(v, "_dense_var_to_tensor"):
            return True
    return False


def _from_list(value, dtype=None, name=None, as_ref=False):
    """Lists with tensors in them become ``Pack`` nodes, all others a constant."""
    if as_ref or not is_symbolic_list(value):
        return NotImplemented
    inferred = _dtype_of_tensors(value)
    if inferred is not None and dtype is not None and inferred is not dtype.base_dtype:
        value = _cast_tensors(value, dtype.base_dtype)
    return _pack(value, dtype or inferred, name or "packed")


def _cast_tensors(value, dtype: DType):
    from tfgrad._src.graph.build import add_op  # build imports this module

    if isinstance(value, list | tuple):
        return [_cast_tensors(v, dtype) for v in value]
    if isinstance(value, Tensor) and value.dtype.base_dtype is not dtype:
        return add_op("Cast", value, DstT=dtype)
    return value


def _dtype_of_tensors(value) -> DType | None:
    if isinstance(value, list | tuple):
        return next((d for d in map(_dtype_of_tensors, value) if d is not None), None)
    return value.dtype.base_dtype if hasattr(value, "op") and hasattr(value, "dtype") else None


def _pack(values, dtype: DType | None, name: str) -> Tensor:
    from tfgrad._src.graph.build import add_op  # build imports this module

    graph = get_default_graph()
    with graph.name_scope(name) as scope:
        parts, symbolic = [], False
        for i, v in enumerate(values):
            if isinstance(v, Tensor) or hasattr(v, "_dense_var_to_tensor"):
                v = convert_to_tensor(v)
                if dtype is not None and v.dtype.base_dtype is not dtype:
                    raise TypeError(
                        f"Cannot convert a list containing a tensor of dtype {v.dtype} to {dtype} "
                        f"(Tensor is: {v!r})"
                    )
                parts.append(v)
                symbolic = True
            elif isinstance(v, list | tuple) and is_symbolic_list(v):
                parts.append(_pack(v, dtype, str(i)))
                symbolic = True
            else:
                if isinstance(v, list | tuple):
                    graph.unique_name(
                        str(i)
                    )  # TensorFlow looks into the list in a scope of its own
                parts.append(v)
        if not symbolic:
            return constant(values, dtype, name=scope)
        parts = [
            p if isinstance(p, Tensor) else constant(p, dtype=dtype, name=str(i))
            for i, p in enumerate(parts)
        ]
        return add_op("Pack", parts, name=scope)


def _from_shape(value, dtype=None, name=None, as_ref=False):
    if not value.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
    lengths = value.as_list()
    large = any(n >= 2**31 for n in lengths)
    if dtype is None:
        dtype = dt.int64 if large else dt.int32
    elif dtype not in (dt.int32, dt.int64):
        raise TypeError(
            f"Cannot convert TensorShape {value} to dtype {dtype}. Allowed dtypes are tf.int32 and "
            f"tf.int64."
        )
    elif large and dtype is dt.int32:
        raise ValueError(
            f"Cannot convert TensorShape {value} to dtype int32; a dimension is too large. "
            f"Consider using tf.int64."
        )
    return constant(np.array(lengths, dtype.np), dtype=dtype, name=name or "shape_as_tensor")


def _from_dimension(value, dtype=None, name=None, as_ref=False):
    if value.value is None:
        raise ValueError(f"Cannot convert unknown Dimension {value} to a Tensor.")
    if dtype not in (None, dt.int32, dt.int64):
        raise TypeError(
            f"Cannot convert Dimension {value} to dtype {dtype}. Allowed dtypes are tf.int32 and "
            f"tf.int64."
        )
    return constant(value.value, dtype=dtype or dt.int32, name=name or "shape_as_tensor")


def _from_operation(value, dtype=None, name=None, as_ref=False):
    raise TypeError(f"can't convert Operation '{value.name}' to Tensor")


register_tensor_conversion_function(Operation, _from_operation, 10)
register_tensor_conversion_function((list, tuple), _from_list, 99)
register_tensor_conversion_function(TensorShape, _from_shape, 100)
register_tensor_conversion_function(Dimension, _from_dimension, 100)
register_tensor_conversion_function(object, _from_constant, 200)
