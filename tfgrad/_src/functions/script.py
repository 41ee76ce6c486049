"""Python functions as nodes: `tf.py_func` and its kin."""

from collections.abc import Callable

from tfgrad._src.graph.build import add_node
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype
from tfgrad._src.graph.host_functions import register_function


def _add(op_type: str, func: Callable, inp, Tout, name: str | None):
    if not callable(func):
        raise ValueError(
            f"Expected func to be callable. Received func={func} of type {type(func)}."
        )
    inp = [convert_to_tensor(x) if getattr(x, "_handle", None) is not None else x for x in inp]
    several = isinstance(Tout, list | tuple)
    types = [as_dtype(t) for t in (Tout if several else [Tout])]
    function = register_function(func)
    op = add_node(op_type, (inp,), name, {"token": function.token, "Tout": types})
    op._host_function = function  # so that it lives as long as the node
    if not op.outputs:
        return op
    return list(op.outputs) if several else op.outputs[0]


def py_func(func, inp, Tout, stateful: bool = True, name: str | None = None):
    """A node that calls a Python function on numpy arrays when it runs.

    Args:
      func: takes one numpy array per tensor of ``inp`` (a numpy scalar for a scalar, bytes for a
        scalar string) and returns one array per type in ``Tout``, as a list or alone; None for
        nothing.
      inp: a list of tensors.
      Tout: a type or a list of types: those of the arrays that ``func`` returns, exactly.
      stateful: False if equal arguments always give equal results, and nothing else happens.
      name: the name of the node; default ``"PyFunc"``.

    Returns:
      A tensor, or a list of them if ``Tout`` is one; their shapes are unknown.  The operation if
      ``Tout`` is empty.

    Raises:
      ValueError: ``func`` cannot be called.

    When it runs: an exception of ``func`` becomes ``InvalidArgumentError`` (for ``ValueError`` and
    ``TypeError``), ``OutOfRangeError`` (``StopIteration``), ``ResourceExhaustedError``
    (``MemoryError``), ``UnimplementedError`` (``NotImplementedError``) or ``UnknownError``, with
    its traceback.  A result of another type or number is an ``InvalidArgumentError``.

    The function runs between compiled programs: what it needs is computed before, and what depends
    on it after.

    Gradient:
      None.  Register one with `tf.RegisterGradient` and make the node inside
      `tf.Graph.gradient_override_map`, under ``"PyFunc"`` (``"PyFuncStateless"`` if not stateful).

    Example:
      >>> y = tf.py_func(lambda x: x + 1, [tf.constant([1.0, 2.0])], tf.float32)
      >>> tf.Session().run(y)
      array([2., 3.], dtype=float32)
    """
    return _add("PyFunc" if stateful else "PyFuncStateless", func, inp, Tout, name)


def numpy_function(func=None, inp=None, Tout=None, name: str | None = None):
    """See `tf.py_func`, with ``stateful=True``."""
    return py_func(func, inp, Tout, stateful=True, name=name)


def py_function(func=None, inp=None, Tout=None, name: str | None = None):
    """A node that calls a Python function on arrays that also have ``.numpy()``.

    As `tf.py_func`, but what ``func`` returns is converted to the types in ``Tout``.  TensorFlow
    hands eager tensors to ``func`` and can differentiate it; here it computes with numpy, and has
    no gradient.

    Args:
      func: takes one array per tensor of ``inp`` and returns one per type in ``Tout``.
      inp: a list of tensors.
      Tout: a type or a list of types.
      name: the name of the node; default ``"EagerPyFunc"``.

    Example:
      >>> y = tf.py_function(lambda x: x.numpy() * 2, [3], tf.float32)
      >>> float(tf.Session().run(y))
      6.0
    """
    return _add("EagerPyFunc", func, inp, Tout, name)
