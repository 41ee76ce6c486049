"""Tensors that stay in the session between runs: `tf.get_session_handle` and its kin."""

from tfgrad._src.functions.constant import placeholder
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.dtypes import as_dtype, string
from tfgrad._src.graph.graph import device
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sessions import TensorHandle


def get_session_handle(data, name: str | None = None) -> Tensor:
    """A tensor that, when it is fetched, leaves ``data`` in the session and gives a handle to it.

    Args:
      data: a tensor.
      name: the name of the node; default ``"GetSessionHandle"``.

    Returns:
      A scalar string tensor, whose value `tf.Session.run` turns into a handle with ``handle``,
      ``eval()`` and ``delete()``.  The handle can be fed to a placeholder of the tensor's type.

    Raises:
      TypeError: ``data`` is no tensor.

    Example:
      >>> session = tf.Session()
      >>> handle = session.run(tf.get_session_handle(tf.constant([1.0, 2.0])))
      >>> x = tf.placeholder(tf.float32, [2])
      >>> session.run(x * 2.0, {x: handle})
      array([2., 4.], dtype=float32)
    """
    if not isinstance(data, Tensor):
        raise TypeError("`data` must be of type Tensor.")
    return add_op("GetSessionHandle", convert_to_tensor(data), name=name)


def _device_of(handle) -> str:
    text = handle.decode() if isinstance(handle, bytes) else str(handle)
    return text.split(";")[-1]


def get_session_tensor(handle, dtype, name: str | None = None) -> tuple[Tensor, Tensor]:
    """A placeholder for a handle, and the tensor that the session keeps under what is fed to it.

    Args:
      handle: a handle, which says on what device the tensor is.
      dtype: the type of the tensor.
      name: the name of the node; default ``"GetSessionTensor"``.

    Returns:
      A scalar string placeholder and a tensor of unknown shape.

    When it runs: a handle under which nothing is kept is an ``InvalidArgumentError``.

    Example:
      >>> session = tf.Session()
      >>> kept = session.run(tf.get_session_handle(tf.constant([1.0, 2.0])))
      >>> holder, x = tf.get_session_tensor(kept.handle, tf.float32)
      >>> session.run(x * 2.0, {holder: kept.handle})
      array([2., 4.], dtype=float32)
    """
    with device(_device_of(handle)):
        holder = placeholder(string)
        return holder, add_op("GetSessionTensor", holder, dtype=as_dtype(dtype), name=name)


def delete_session_tensor(handle, name: str | None = None) -> tuple[Tensor, Operation]:
    """A placeholder for a handle, and an operation that forgets what is kept under it.

    Args:
      handle: a handle, which says on what device the tensor is.
      name: the name of the node; default ``"DeleteSessionTensor"``.

    Returns:
      A scalar string placeholder and the operation.
    """
    with device(_device_of(handle)):
        holder = placeholder(string)
        return holder, add_op("DeleteSessionTensor", holder, name=name)


__all__ = ["TensorHandle", "delete_session_tensor", "get_session_handle", "get_session_tensor"]
