"""Sparse tensors of ids and features: which occur in a row, with which values, and together.

The op types are in ``ops/sparse_host.py``; what else moves entries is in
``functions/sparse_layout.py``.
"""

from collections.abc import Iterable

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.fill import fill
from tfgrad._src.functions.join import concat
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import expand_dims
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.functions.sparse import as_sparse, parts, sparse_tensor_to_dense
from tfgrad._src.functions.sparse_layout import sparse_reorder
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor, is_sparse


def sparse_to_indicator(sp_input, vocab_size, name: str | None = None) -> Tensor:
    """For each row which numbers it contains: ``y[..., k]`` is whether ``k`` is in the row.

    Args:
      sp_input: a sparse tensor of ``int32`` or ``int64`` in ``[0, vocab_size)``.
      vocab_size: the length of the last dimension of the result.
      name: the name of the node; default ``"SparseToIndicator"``.

    Returns:
      A dense tensor of booleans of shape ``sp_input.shape[:-1] + [vocab_size]``.

    Raises:
      TypeError: ``sp_input`` is not sparse.

    Example:
      >>> ids = tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [2, 0, 1], [2, 2])
      >>> tf.Session().run(tf.sparse.to_indicator(ids, 3))
      array([[False, False,  True],
             [ True,  True, False]])
    """
    sp_input = as_sparse(sp_input)
    with name_scope(name, "SparseToIndicator", list(parts(sp_input))) as scope:
        count = shape_of(sp_input.indices)[0]
        true = fill(expand_dims(count, 0), True)
        values = SparseTensor(sp_input.indices, true, sp_input.dense_shape)
        merged = sparse_merge(sp_input, values, vocab_size, scope)
        return sparse_tensor_to_dense(
            merged, default_value=False, validate_indices=False, name=scope
        )


def sparse_merge(
    sp_ids, sp_values, vocab_size, name: str | None = None, already_sorted: bool = False
) -> SparseTensor:
    """Puts ``sp_values`` where ``sp_ids`` say: the ids replace the last coordinate.

    Args:
      sp_ids: a sparse tensor of whole numbers, or a list of them for several last coordinates.
      sp_values: a sparse tensor of values with the same positions.
      vocab_size: the length of the new last dimension, or a list of lengths.
      name: the scope of the nodes; default ``"SparseMerge"``.
      already_sorted: do not sort the result.

    Returns:
      A sparse tensor of shape ``sp_ids.shape[:-1] + [vocab_size]``.

    Raises:
      TypeError: an argument is of another kind.
      ValueError: the lists differ in length.

    Gradient:
      ``dy`` for the values.

    Example:
      >>> ids = tf.SparseTensor([[0, 0], [1, 0]], [3, 1], [2, 1])
      >>> values = tf.SparseTensor([[0, 0], [1, 0]], [0.5, 0.7], [2, 1])
      >>> tf.Session().run(tf.sparse.merge(ids, values, 4)).indices
      array([[0, 3],
             [1, 1]])
    """
    if is_sparse(sp_ids):
        sp_ids = [sp_ids]
        if not (isinstance(vocab_size, Tensor) or hasattr(vocab_size, "__index__")):
            raise TypeError(
                f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}"
            )
        vocab_size = [vocab_size]
    else:
        if not isinstance(sp_ids, Iterable):
            raise TypeError(
                f"sp_ids has to be a SparseTensor or list thereof. Found {type(sp_ids)}"
            )
        if not isinstance(vocab_size, Iterable):
            raise TypeError(
                f"vocab_size has to be a list of Tensors or Python ints. Found {type(vocab_size)}"
            )
        for n in vocab_size:
            if not (isinstance(n, Tensor) or hasattr(n, "__index__")):
                raise TypeError(
                    f"vocab_size has to be a list of Tensors or Python ints. Found {type(n)}"
                )
    sp_ids, vocab_size = list(sp_ids), list(vocab_size)
    if len(sp_ids) != len(vocab_size):
        raise ValueError("sp_ids and vocab_size have to have equal lengths.")
    with name_scope(name, "SparseMerge", [t for s in (*sp_ids, sp_values) for t in parts(s)]):
        sp_ids = [as_sparse(s) for s in sp_ids]
        sp_values = as_sparse(sp_values)
        columns = []
        for s in sp_ids:
            ids = s.values if s.dtype is dt.int64 else cast(s.values, dt.int64)
            columns.append(expand_dims(ids, axis=1))
        lengths = [cast(n, dt.int64) for n in vocab_size]
        indices = concat([sp_ids[0].indices[:, :-1], *columns], 1)
        dense_shape = concat([sp_ids[0].dense_shape[:-1], lengths], 0)
        result = SparseTensor(indices, sp_values.values, dense_shape)
        if already_sorted:
            return result
        ordered = sparse_reorder(result)
        return SparseTensor(ordered.indices, ordered.values, dense_shape)


def sparse_cross(inputs, name: str | None = None) -> SparseTensor:
    """All combinations of the features in each row, as text joined by ``"_X_"``.

    Args:
      inputs: a list of sparse and dense matrices of text or whole numbers, with the same number of
        rows: one feature each.
      name: the name of the node; default ``"SparseCrossV2"``.

    Returns:
      A sparse matrix of strings: in row ``i`` one entry per combination of one value of each
      feature in row ``i``, the last feature changing fastest.

    Raises:
      TypeError: ``inputs`` is not a list of tensors.
      tf.errors.InvalidArgumentError: the numbers of rows differ, when run.

    Example:
      >>> a, b = tf.constant([["a"], ["b"]]), tf.constant([["x", "y"], ["x", "z"]])
      >>> tf.Session().run(tf.sparse.cross([a, b])).values.tolist()
      [b'a_X_x', b'a_X_y', b'b_X_x', b'b_X_z']
    """
    separator = convert_to_tensor("_X_", dt.string)
    indices, values, shapes, dense, _ = _features(
        inputs, "All inputs must be Tensor or SparseTensor."
    )
    found = add_op("SparseCrossV2", indices, values, shapes, dense, separator, name=name)
    return SparseTensor(*found)


def _features(inputs, message: str) -> tuple:
    """The parts of the sparse features, the dense ones, and whether some are whole numbers."""
    if not isinstance(inputs, list | tuple):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(i, Tensor | SparseTensor) for i in inputs):
        raise TypeError(message)
    sparse = [s for s in inputs if isinstance(s, SparseTensor)]
    dense = [t for t in inputs if isinstance(t, Tensor)]
    numbers = any(t.dtype is not dt.string for t in inputs)
    values, dense = (
        [t if t.dtype is dt.string else cast(t, dt.int64) for t in group]
        for group in ([s.values for s in sparse], dense)
    )
    return [s.indices for s in sparse], values, [s.dense_shape for s in sparse], dense, numbers


def sparse_cross_hashed(
    inputs, num_buckets=0, hash_key=None, name: str | None = None
) -> SparseTensor:
    """All combinations of the features in each row, as numbers of buckets.

    Args:
      inputs: see `tf.sparse.cross`.
      num_buckets: the results are below it; 0: they are numbers below ``2**63 - 1``.
      hash_key: a number on which the results depend.
      name: the name of the node; default ``"SparseCross"``.

    Returns:
      A sparse matrix of ``int64``: the fingerprint of each combination, modulo ``num_buckets``.

    Raises:
      TypeError: ``inputs`` is not a list of tensors.

    Example:
      >>> a, b = tf.constant([["a"]]), tf.constant([["x", "y"]])
      >>> tf.Session().run(tf.sparse.cross_hashed([a, b], num_buckets=100)).values
      array([92, 47])
    """
    indices, values, shapes, dense, numbers = _features(inputs, "All inputs must be SparseTensors")
    found = add_op(
        "SparseCross", indices, values, shapes, dense, hashed_output=True, num_buckets=num_buckets,
        hash_key=hash_key or _HASH_KEY, out_type=dt.int64,
        internal_type=dt.int64 if numbers else dt.string, name=name,
    )  # fmt: skip
    return SparseTensor(*found)


_HASH_KEY = 956888297470  # TensorFlow's own default
