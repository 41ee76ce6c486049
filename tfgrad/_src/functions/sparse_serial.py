"""Sparse tensors as texts, and back; the op types are in ``ops/sparse_serial.py``."""

from tfgrad._src.functions.sparse import as_sparse
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import get_default_graph
from tfgrad._src.graph.node import Operation, Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


def serialize_sparse(sp_input, name: str | None = None, out_type=dt.string) -> Tensor:
    """A sparse tensor as three texts: its positions, values and shape.

    Args:
      sp_input: a sparse tensor.
      name: the name of the node; default ``"SerializeSparse"``.
      out_type: ``string``, or ``variant``: values that only `tf.raw_ops.DeserializeSparse` reads.

    Returns:
      A vector of length 3.

    Raises:
      TypeError: ``sp_input`` is not sparse.

    Example:
      >>> s = tf.SparseTensor([[0, 1]], [7.0], [2, 3])
      >>> rows = tf.stack([tf.serialize_sparse(s), tf.serialize_sparse(s)])
      >>> tf.Session().run(tf.deserialize_many_sparse(rows, tf.float32)).dense_shape
      array([2, 2, 3])
    """
    s = as_sparse(sp_input)
    return add_op(
        "SerializeSparse", s.indices, s.values, s.dense_shape, out_type=out_type, name=name
    )


def serialize_many_sparse(sp_input, name: str | None = None, out_type=dt.string) -> Tensor:
    """The rows of a sparse tensor as three texts each; see `tf.serialize_sparse`.

    Args:
      sp_input: a sparse tensor of shape ``[n, ...]``, of rank 2 at least, with sorted positions.
      name: the name of the node; default ``"SerializeManySparse"``.
      out_type: as there.

    Returns:
      A matrix of shape ``[n, 3]``.

    Raises:
      TypeError: ``sp_input`` is not sparse.
      tf.errors.InvalidArgumentError: when run, the positions are not sorted or lie outside.

    Example:
      >>> s = tf.SparseTensor([[0, 1], [1, 0]], [7.0, 8.0], [2, 3])
      >>> tf.Session().run(tf.serialize_many_sparse(s)).shape
      (2, 3)
    """
    s = as_sparse(sp_input)
    return add_op(
        "SerializeManySparse", s.indices, s.values, s.dense_shape, out_type=out_type, name=name
    )


def deserialize_many_sparse(
    serialized_sparse, dtype, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The sparse tensor whose rows are the tensors that were written as texts.

    Args:
      serialized_sparse: texts of shape ``[n, 3]``, from `tf.serialize_sparse` or
        `tf.serialize_many_sparse`.
      dtype: the type of the values.
      rank: the rank of the result, if it is known.
      name: the name of the node; default ``"DeserializeManySparse"``.

    Returns:
      A sparse tensor of shape ``[n, ...]``: each length is the greatest among the rows.

    Raises:
      tf.errors.InvalidArgumentError: when run, a text is none of these, or the rows have several
        ranks or another type.

    Example:
      >>> s = tf.SparseTensor([[0, 1], [1, 0]], [7.0, 8.0], [2, 3])
      >>> back = tf.deserialize_many_sparse(tf.serialize_many_sparse(s), tf.float32)
      >>> tf.Session().run(tf.sparse.to_dense(back))
      array([[0., 7., 0.],
             [8., 0., 0.]], dtype=float32)
    """
    indices, values, shape = add_op(
        "DeserializeManySparse", serialized_sparse, dtype=dtype, name=name
    )
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)


# ---------------------------------------------------------------------- kept between runs


def add_sparse_to_tensors_map(
    sp_input, container: str | None = None, shared_name: str | None = None, name: str | None = None
) -> Tensor:
    """Keeps a sparse tensor in the session, under a number, which is returned.

    Args:
      sp_input: a sparse tensor.
      container, shared_name: where it is kept; default: the name of the node.
      name: the name of the node; default ``"AddSparseToTensorsMap"``.

    Returns:
      The number, a scalar ``int64``, for `take_many_sparse_from_tensors_map`.
    """
    s = as_sparse(sp_input)
    return add_op(
        "AddSparseToTensorsMap", s.indices, s.values, s.dense_shape, container=container or "",
        shared_name=shared_name or "", name=name,
    )  # fmt: skip


def add_many_sparse_to_tensors_map(
    sp_input, container: str | None = None, shared_name: str | None = None, name: str | None = None
) -> Tensor:
    """Keeps the rows of a sparse tensor in the session; see `add_sparse_to_tensors_map`.

    Returns:
      The numbers, a vector of ``int64``.
    """
    s = as_sparse(sp_input)
    return add_op(
        "AddManySparseToTensorsMap", s.indices, s.values, s.dense_shape, container=container or "",
        shared_name=shared_name or "", name=name,
    )  # fmt: skip


def take_many_sparse_from_tensors_map(
    sparse_map_op, sparse_handles, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """Takes sparse tensors out of where they are kept, as the rows of one.

    Args:
      sparse_map_op: the operation that has put them in.
      sparse_handles: their numbers, a vector.
      rank: the rank of the result, if it is known.
      name: the name of the node; default ``"TakeManySparseFromTensorsMap"``.

    Returns:
      A sparse tensor with one dimension more.

    Raises:
      TypeError: ``sparse_map_op`` is of another kind.
      tf.errors.InvalidArgumentError: when run, a number is not there, or has been taken.
    """
    if not isinstance(sparse_map_op, Operation):
        raise TypeError("sparse_map_op be an Operation")
    if sparse_map_op.type not in ("AddSparseToTensorsMap", "AddManySparseToTensorsMap"):
        raise TypeError(
            "sparse_map_op must be one of AddSparseToTensorsMap or AddSparseToTensorsMap. Instead, "
            f"found `{sparse_map_op.type}`."
        )
    with get_default_graph().colocate_with(sparse_map_op):
        shared_name = sparse_map_op.get_attr("shared_name") or sparse_map_op.name
        indices, values, shape = add_op(
            "TakeManySparseFromTensorsMap", sparse_handles, dtype=sparse_map_op.get_attr("T"),
            container=sparse_map_op.get_attr("container"), shared_name=shared_name, name=name,
        )  # fmt: skip
    indices.set_shape([None, rank])
    shape.set_shape([rank])
    return SparseTensor(indices, values, shape)
