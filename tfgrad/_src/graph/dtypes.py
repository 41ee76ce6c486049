"""Element types: `DType`, one object per TensorFlow type, and the sets that op tables name.

A `DType` is interned: there is one object per type, so ``is`` and the identity hash are enough
inside the project.  ``==`` also accepts what users compare with: numpy types, strings, Python
types.
The numbers are those of the public ``DataType`` enumeration; reference types add 100.
"""

import ml_dtypes
import numpy as np


class DType:
    """The type of a tensor's elements.

    Attributes:
      name: TensorFlow's name, for example ``"float32"`` or ``"float32_ref"``.
      as_datatype_enum: the number of the type in a serialised graph.
      as_numpy_dtype: the numpy scalar type that holds one element; for a quantised type the record
        of one integer which users write.
      np: the numpy type of the arrays that graphs and programs hold: of a quantised type, its
        integers.
    """

    __slots__ = ("_base", "_ref", "as_datatype_enum", "as_numpy_dtype", "limit_kind", "name", "np")

    def __init__(self, name: str, number: int, numpy_type, kind: str):
        self.name = name
        self.as_datatype_enum = number
        self.as_numpy_dtype = numpy_type
        self.np = np.dtype(numpy_type[0] if kind == "q" else numpy_type)
        self.limit_kind = kind  # "f" float, "i" signed, "u" unsigned, "c" complex, "b", "q", "o"
        self._base = self
        self._ref = self

    @property
    def base_dtype(self) -> "DType":
        """The type without reference-ness."""
        return self._base

    @property
    def _is_ref_dtype(self) -> bool:
        return self is not self._base

    is_ref = _is_ref_dtype

    @property
    def _as_ref(self) -> "DType":
        return self._ref

    @property
    def real_dtype(self) -> "DType":
        """The type of the real part."""
        if self._base is complex64:
            return float32
        return float64 if self._base is complex128 else self

    @property
    def is_numpy_compatible(self) -> bool:
        return self._base not in (resource, variant)

    @property
    def is_bool(self) -> bool:
        return self._base is bool_

    @property
    def is_integer(self) -> bool:
        return self.limit_kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        return self.limit_kind == "u"

    @property
    def is_floating(self) -> bool:
        return self.limit_kind == "f"

    @property
    def is_complex(self) -> bool:
        return self.limit_kind == "c"

    @property
    def is_quantized(self) -> bool:
        return self.limit_kind == "q"

    @property
    def size(self) -> int:
        """Bytes per element; 0 for types without a fixed size."""
        return 0 if self.limit_kind == "o" else self.np.itemsize

    @property
    def min(self):
        """The least finite value."""
        return self._limit("min")

    @property
    def max(self):
        """The greatest finite value."""
        return self._limit("max")

    @property
    def limits(self):
        """``(0, max)`` as used for images: the maximum is 1 for floats.

        Raises:
          ValueError: the type is not one that images have.
        """
        base = self._base
        if base in (float32, float64):
            return 0, 1
        if base is bool_:
            return 0, True
        if base.limit_kind in "iu":
            return 0, self.max
        raise ValueError(f"{self} does not have defined limits.")

    def _limit(self, which: str):
        base = self._base
        if base.limit_kind in "iu":
            return getattr(np.iinfo(base.np), which)
        if base.limit_kind == "f":
            return getattr(ml_dtypes.finfo(base.np), which)
        what = "minimum" if which == "min" else "maximum"
        kind = "quantized type" if self.is_quantized else "type"
        raise TypeError(f"Cannot find {what} value of {self} with {kind} {base}.")

    def is_compatible_with(self, other) -> bool:
        """Whether a tensor of type ``other`` may be used where this type is expected."""
        other = as_dtype(other)
        return other is self or other._base is self

    def __eq__(self, other) -> bool:
        if self is other:
            return True
        if isinstance(other, DType) or other is None:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __ne__(self, other) -> bool:
        return not self == other

    __hash__ = object.__hash__  # interned, so identity; C speed in the node cache

    def __int__(self) -> int:
        return self.as_datatype_enum

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self):
        return as_dtype, (self.name,)


_BY_NAME: dict[str, DType] = {}
_BY_NUMBER: dict[int, DType] = {}


def _define(name: str, number: int, numpy_type, kind: str) -> DType:
    dtype = DType(name, number, numpy_type, kind)
    ref = DType(name + "_ref", number + 100, numpy_type, kind)
    dtype._ref, ref._ref, ref._base = ref, ref, dtype
    for d in (dtype, ref):
        _BY_NAME[d.name] = d
        _BY_NUMBER[d.as_datatype_enum] = d
    return dtype


def _quantised(name: str, numpy_type):
    return np.dtype([(name, numpy_type)])


def without_records(array):
    """The integers of an array of a quantised type as users write it; any other as it is."""
    names = array.dtype.names
    return array if names is None else array[names[0]]


# fmt: off
float32    = _define("float32",    1,  np.float32,    "f")
float64    = _define("float64",    2,  np.float64,    "f")
int32      = _define("int32",      3,  np.int32,      "i")
uint8      = _define("uint8",      4,  np.uint8,      "u")
int16      = _define("int16",      5,  np.int16,      "i")
int8       = _define("int8",       6,  np.int8,       "i")
string     = _define("string",     7,  object,        "o")
complex64  = _define("complex64",  8,  np.complex64,  "c")
int64      = _define("int64",      9,  np.int64,      "i")
bool_      = _define("bool",       10, np.bool_,      "b")
qint8      = _define("qint8",      11, _quantised("qint8", np.int8),     "q")
quint8     = _define("quint8",     12, _quantised("quint8", np.uint8),   "q")
qint32     = _define("qint32",     13, _quantised("qint32", np.int32),   "q")
bfloat16   = _define("bfloat16",   14, ml_dtypes.bfloat16, "f")
qint16     = _define("qint16",     15, _quantised("qint16", np.int16),   "q")
quint16    = _define("quint16",    16, _quantised("quint16", np.uint16), "q")
uint16     = _define("uint16",     17, np.uint16,     "u")
complex128 = _define("complex128", 18, np.complex128, "c")
float16    = _define("float16",    19, np.float16,    "f")
resource   = _define("resource",   20, object,        "o")
variant    = _define("variant",    21, object,        "o")
uint32     = _define("uint32",     22, np.uint32,     "u")
uint64     = _define("uint64",     23, np.uint64,     "u")
# fmt: on
half, double = float16, float64
_BY_NAME["half"], _BY_NAME["double"], _BY_NAME["float"] = float16, float64, float32
_BY_NAME["half_ref"], _BY_NAME["double_ref"], _BY_NAME["float_ref"] = (
    float16._ref,
    float64._ref,
    float32._ref,
)

# The sets that signatures name.
FLOATING = (float16, bfloat16, float32, float64)
COMPLEX = (complex64, complex128)
SIGNED = (int8, int16, int32, int64)
UNSIGNED = (uint8, uint16, uint32, uint64)
INTEGER = SIGNED + UNSIGNED
# In TensorFlow's order, which its messages show.
REAL = (
    float32, float64, int32, uint8, int16, int8, int64, bfloat16, uint16, float16, uint32, uint64
)  # fmt: skip
QUANTIZED = (qint8, quint8, qint32, qint16, quint16)
NUMBER = (
    float32, float64, int32, uint8, int16, int8, complex64, int64, qint8, quint8, qint32, bfloat16,
    qint16, quint16, uint16, complex128, float16, uint32, uint64,
)  # fmt: skip
INDEX = (int32, int64)
TRAINABLE = frozenset((*FLOATING, *COMPLEX, resource, variant))
QUANTIZED_DTYPES = frozenset(d for q in QUANTIZED for d in (q, q._ref))

_NUMPY: dict[np.dtype, DType] = {
    np.dtype(d.as_numpy_dtype): d
    for d in _BY_NUMBER.values()
    if d.limit_kind != "o" and not d._is_ref_dtype
}
_NUMPY[np.dtype(object)] = string
_NAMED = {**_BY_NUMBER, **_BY_NAME, float: float32, bool: bool_, object: string}


def as_dtype(type_value) -> DType:
    """Returns the `DType` that ``type_value`` names.

    Args:
      type_value: a `DType`, a number of the ``DataType`` enumeration, a name such as ``"float32"``
        or ``"half"``, a numpy type or dtype, what has a ``dtype`` of these, or one of the Python
        types ``float`` (which is ``float32``), ``bool`` and ``object``.  ``int`` names no type: it
        might mean ``int32`` or ``int64``.

    Raises:
      TypeError: ``type_value`` names no type.

    Example:
      >>> tf.as_dtype("half")
      tf.float16
    """
    value = type_value
    if isinstance(value, DType):
        return value
    try:
        return _NAMED[value]
    except (TypeError, KeyError):  # TypeError: a value without a hash
        pass
    try:
        if isinstance(value, np.dtype) or (
            isinstance(value, type) and issubclass(value, np.generic)
        ):
            numpy_dtype = np.dtype(value)
        else:
            numpy_dtype = np.dtype(value.dtype)
        return string if numpy_dtype.kind in "SU" else _NUMPY[numpy_dtype]
    except (TypeError, KeyError, AttributeError):
        pass
    raise TypeError(f"Cannot convert the argument `type_value`: {value!r} to a TensorFlow DType.")
