"""What users see of a shape: `TensorShape` and `Dimension`.

Both wrap plain values (see `shapes`).  `Dimension` behaves as in TensorFlow 1: arithmetic and
comparison with anything unknown give unknown or None.
"""

from tfgrad._src.graph.shapes import Shape


class Dimension:
    """The length of one axis, or unknown.

    Args:
      value: an int of at least 0, another `Dimension`, or None for unknown.

    Raises:
      TypeError: ``value`` is not a whole number.
      ValueError: ``value`` is negative.
    """

    __slots__ = ("_value",)

    def __init__(self, value):
        if isinstance(value, Dimension):
            self._value = value._value
        elif value is None:
            self._value = None
        else:
            try:
                self._value = int(value.__index__())
            except AttributeError:
                raise TypeError(
                    f"Dimension value must be integer or None or have an __index__ method, "
                    f"got value '{value!r}' with type '{type(value)!r}'"
                ) from None
            if self._value < 0:
                raise ValueError(f"Dimension {self._value} must be >= 0")

    @property
    def value(self) -> int | None:
        """The length, or None."""
        return self._value

    def __repr__(self) -> str:
        return f"Dimension({self._value!r})"

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __hash__(self) -> int:
        if self._value is None:
            raise ValueError("Unable to hash Dimension with value 'None'")
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return self._value  # type: ignore[return-value]  # int() of unknown fails, as in TF

    def __index__(self) -> int:
        return self._value  # type: ignore[return-value]

    def is_compatible_with(self, other) -> bool:
        other = as_dimension(other)._value
        return self._value is None or other is None or self._value == other

    def assert_is_compatible_with(self, other) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {as_dimension(other)} are not compatible")

    def merge_with(self, other) -> "Dimension":
        other = as_dimension(other)
        self.assert_is_compatible_with(other)
        return Dimension(other._value if self._value is None else self._value)

    def __eq__(self, other):
        try:
            return self._compare(other, lambda a, b: a == b)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other):
        try:
            return self._compare(other, lambda a, b: a != b)
        except (TypeError, ValueError):
            return NotImplemented

    def __lt__(self, other):
        return self._compare(other, lambda a, b: a < b)

    def __le__(self, other):
        return self._compare(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self._compare(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self._compare(other, lambda a, b: a >= b)

    def _compare(self, other, test):
        other = as_dimension(other)
        if self._value is None or other._value is None:
            return None
        return test(self._value, other._value)

    def _combine(self, other, compute, swap=False):
        try:
            other = as_dimension(other)
        except (TypeError, ValueError):
            return NotImplemented
        a, b = (other, self) if swap else (self, other)
        if a._value is None or b._value is None:
            return Dimension(None)
        return Dimension(compute(a._value, b._value))

    def __add__(self, other):
        return self._combine(other, lambda a, b: a + b)

    def __radd__(self, other):
        return self._combine(other, lambda a, b: a + b, swap=True)

    def __sub__(self, other):
        return self._combine(other, lambda a, b: a - b)

    def __rsub__(self, other):
        return self._combine(other, lambda a, b: a - b, swap=True)

    def __mul__(self, other):
        return self._combine(other, lambda a, b: a * b)

    __rmul__ = __mul__

    def __floordiv__(self, other):
        return self._combine(other, lambda a, b: a // b)

    def __rfloordiv__(self, other):
        return self._combine(other, lambda a, b: a // b, swap=True)

    def __div__(self, other):
        return self // other

    def __truediv__(self, other):
        raise TypeError(
            f"unsupported operand type(s) for /: 'Dimension' and '{type(other).__name__}', "
            f"please use // instead"
        )

    def __rtruediv__(self, other):
        raise TypeError(
            f"unsupported operand type(s) for /: '{type(other).__name__}' and 'Dimension', "
            f"please use // instead"
        )

    def __mod__(self, other):
        return self._combine(other, lambda a, b: a % b)

    def __rmod__(self, other):
        return self._combine(other, lambda a, b: a % b, swap=True)

    def __reduce__(self):
        return Dimension, (self._value,)


def as_dimension(value) -> Dimension:
    """``value`` as a `Dimension`."""
    return value if isinstance(value, Dimension) else Dimension(value)


def dimension_value(dimension):
    """The int or None in ``dimension``, which may be a plain value already."""
    return dimension._value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape, index: int) -> Dimension:
    """Dimension ``index`` of a `TensorShape`; unknown if the rank is unknown."""
    return Dimension(None) if shape.dims is None else shape.dims[index]


class TensorShape:
    """A possibly partial shape: known, some lengths unknown, or even the rank unknown.

    Args:
      dims: a list of ints, None or `Dimension`; another `TensorShape`; one int; or None when the
        rank is unknown.

    Example:
      >>> tf.TensorShape([None, 3])
      TensorShape([Dimension(None), Dimension(3)])
    """

    __slots__ = ("_shape",)

    def __init__(self, dims):
        if dims is None:
            self._shape: Shape = None
        elif isinstance(dims, TensorShape):
            self._shape = dims._shape
        elif hasattr(dims, "dim") and hasattr(dims, "unknown_rank"):  # a TensorShapeProto
            self._shape = (
                None
                if dims.unknown_rank
                else tuple(d.size if d.size >= 0 else None for d in dims.dim)
            )
        else:
            try:
                entries = list(dims)
            except TypeError:
                entries = [dims]
            try:
                self._shape = tuple(
                    d if (type(d) is int and d >= 0) or d is None else as_dimension(d)._value
                    for d in entries
                )
            except TypeError as error:
                if not isinstance(dims, str):
                    raise
                raise TypeError(
                    f"Failed to convert '{dims!r}' to a shape: '{dims[0]!r}'could not be converted "
                    f"to a dimension. A shape should either be single dimension (e.g. 10), or an "
                    f"iterable of dimensions (e.g. [1, 10, None])."
                ) from error

    @classmethod
    def _of(cls, shape: Shape) -> "TensorShape":
        new = cls.__new__(cls)
        new._shape = shape
        return new

    @property
    def dims(self) -> list[Dimension] | None:
        """A list of `Dimension`, or None if the rank is unknown."""
        return None if self._shape is None else [Dimension(d) for d in self._shape]

    @property
    def ndims(self) -> int | None:
        """The rank, or None."""
        return None if self._shape is None else len(self._shape)

    rank = ndims

    def __repr__(self) -> str:
        return f"TensorShape({self.dims!r})"

    def __str__(self) -> str:
        if self._shape is None:
            return "<unknown>"
        if len(self._shape) == 1:
            return f"({'?' if self._shape[0] is None else self._shape[0]},)"
        return f"({', '.join('?' if d is None else str(d) for d in self._shape)})"

    def __len__(self) -> int:
        if self._shape is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._shape)

    def __bool__(self) -> bool:
        return self._shape is not None

    def __iter__(self):
        if self._shape is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter(self.dims or [])

    def __getitem__(self, key):
        if self._shape is None:
            if isinstance(key, slice):
                start = key.start or 0
                if key.stop is None or key.step is not None or start < 0 or key.stop < 0:
                    return TensorShape(None)
                return TensorShape._of((None,) * max(0, key.stop - start))
            return Dimension(None)
        if isinstance(key, slice):
            return TensorShape._of(self._shape[key])
        return Dimension(self._shape[key])

    def __hash__(self) -> int:
        return hash(self._shape)

    def __eq__(self, other) -> bool:
        try:
            return self._shape == as_shape(other)._shape
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other):
        try:
            other = as_shape(other)
        except (TypeError, ValueError):
            return NotImplemented
        if self._shape is None or other._shape is None:
            raise ValueError("The inequality of unknown TensorShapes is undefined.")
        return self._shape != other._shape

    def __add__(self, other):
        return self.concatenate(as_shape(other))

    def __radd__(self, other):
        return as_shape(other).concatenate(self)

    def __reduce__(self):
        return TensorShape, (None if self._shape is None else list(self._shape),)

    def num_elements(self) -> int | None:
        """The product of the lengths, or None if one is unknown."""
        n = 1
        for d in self._shape if self._shape is not None else (None,):
            if d is None:
                return None
            n *= d
        return n

    def merge_with(self, other) -> "TensorShape":
        """The most specific shape that agrees with both; ValueError if none does."""
        other = as_shape(other)
        a, b = self._shape, other._shape
        if a is None or b is None or a == b:
            return other if a is None else self
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are not compatible")
        return TensorShape._of(tuple(y if x is None else x for x, y in zip(a, b, strict=True)))

    def concatenate(self, other) -> "TensorShape":
        """The axes of this shape, then those of ``other``."""
        other = as_shape(other)
        if self._shape is None or other._shape is None:
            return TensorShape(None)
        return TensorShape._of(self._shape + other._shape)

    def with_rank(self, rank: int) -> "TensorShape":
        """This shape, known to have ``rank`` axes."""
        try:
            return self.merge_with(TensorShape._of((None,) * rank))
        except ValueError:
            raise ValueError(f"Shape {self} must have rank {rank}") from None

    def with_rank_at_least(self, rank: int) -> "TensorShape":
        if self._shape is not None and len(self._shape) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> "TensorShape":
        if self._shape is not None and len(self._shape) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def assert_has_rank(self, rank: int) -> None:
        if self._shape is not None and len(self._shape) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")

    def assert_same_rank(self, other) -> None:
        other = as_shape(other)
        a, b = self._shape, other._shape
        if a is not None and b is not None and len(a) != len(b):
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def is_compatible_with(self, other) -> bool:
        """Whether a fully known shape exists that both describe."""
        a, b = self._shape, as_shape(other)._shape
        if a is None or b is None:
            return True
        return len(a) == len(b) and all(
            x is None or y is None or x == y for x, y in zip(a, b, strict=True)
        )

    def assert_is_compatible_with(self, other) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def most_specific_compatible_shape(self, other) -> "TensorShape":
        """What is common to both: a length that differs becomes unknown."""
        a, b = self._shape, as_shape(other)._shape
        if a is None or b is None or len(a) != len(b):
            return TensorShape(None)
        return TensorShape._of(tuple(x if x == y else None for x, y in zip(a, b, strict=True)))

    def is_fully_defined(self) -> bool:
        """Whether every length is known."""
        return self._shape is not None and None not in self._shape

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def as_list(self) -> list[int | None]:
        """The lengths as ints and None; ValueError if the rank is unknown."""
        if self._shape is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._shape)

    def as_proto(self):
        """The shape as a ``TensorShapeProto`` message."""
        from tfgrad._src.graph.graph_def import shape_proto  # messages are rarely needed

        return shape_proto(self._shape)


def as_shape(shape) -> TensorShape:
    """``shape`` as a `TensorShape`."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def as_tuple(shape) -> Shape:
    """``shape``, in any form users write it, as a plain tuple."""
    if type(shape) is tuple and all((type(d) is int and d >= 0) or d is None for d in shape):
        return shape
    return as_shape(shape)._shape


def unknown_shape(ndims=None, rank=None) -> TensorShape:
    """A shape of which at most the rank is known."""
    rank = ndims if rank is None else rank
    return TensorShape(None) if rank is None else TensorShape._of((None,) * rank)


def scalar() -> TensorShape:
    return TensorShape._of(())


def vector(length) -> TensorShape:
    return TensorShape([length])


def matrix(rows, cols) -> TensorShape:
    return TensorShape([rows, cols])
