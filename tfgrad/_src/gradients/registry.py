"""Which function makes the gradient nodes of an op type.

A gradient function is called as ``f(op, *dys)``: the forward operation and one gradient per output
(None where there is none).  It adds nodes and returns one tensor, IndexedSlices or None per input
(a single value where there is one input).
"""

from collections.abc import Callable

GRADIENTS: dict[str, Callable | None] = {}  # None: declared not differentiable


def gradient(*op_types: str) -> Callable:
    """Registers the decorated function for each of ``op_types``; tfgrad's own use."""

    def register(function: Callable) -> Callable:
        for op_type in op_types:
            _set(op_type, function)
        return function

    return register


def not_differentiable(*op_types: str) -> None:
    """Declares that no gradient passes through these op types; tfgrad's own use."""
    for op_type in op_types:
        _set(op_type, None)


def _set(op_type: str, function: Callable | None) -> None:
    if op_type in GRADIENTS:
        code = getattr(GRADIENTS[op_type], "__code__", None)
        place = " no gradient"
        if code:
            place = f" {code.co_name} {code.co_filename}:{code.co_firstlineno}"
        raise KeyError(
            f"Registering two gradient with name '{op_type}'! (Previous registration was in{place})"
        )
    GRADIENTS[op_type] = function


class RegisterGradient:
    """A decorator that registers a gradient function for an op type or an override name.

    Args:
      op_type: TensorFlow's op type, or the name used in `tf.Graph.gradient_override_map`.

    Raises:
      TypeError: ``op_type`` is not a string.
      KeyError: the name has a gradient already.

    Example:
      >>> @tf.RegisterGradient("GuidedRelu")
      ... def _guided_relu(op, dy):
      ...     return tf.where(dy > 0, dy, tf.zeros_like(dy))
    """

    def __init__(self, op_type: str):
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, function: Callable) -> Callable:
        """Registers ``function`` and returns it."""
        _set(self._op_type, function)
        return function


def no_gradient(op_type: str) -> None:
    """Declares that no gradient passes through ``op_type`` (`tf.NotDifferentiable`).

    Raises:
      TypeError: ``op_type`` is not a string.
      KeyError: the name has a gradient already.
    """
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    _set(op_type, None)
