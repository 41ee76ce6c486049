"""Looking up a number of rows of a table per example, and combining them to one.

Which rows belong to which example, a sparse tensor says: row ``i`` of ``sp_ids`` holds the ids of
example ``i``.  Looking up rows as they are is in ``functions/embedding.py``.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.comparison import greater, greater_equal, logical_and
from tfgrad._src.functions.cwise_binary import div_no_nan
from tfgrad._src.functions.cwise_binary import pow as pow_
from tfgrad._src.functions.cwise_unary import sqrt
from tfgrad._src.functions.embedding import embedding_lookup
from tfgrad._src.functions.fill import ones, ones_like, zeros_like
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.index import slice as slice_
from tfgrad._src.functions.index import unique
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.functions.join import concat, stack
from tfgrad._src.functions.partitions import PartitionedVariable
from tfgrad._src.functions.reduce import reduce_prod
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.segment import segment_sum, sparse_segment
from tfgrad._src.functions.select import where
from tfgrad._src.functions.shape import expand_dims, rank, reshape, shape, size, tile
from tfgrad._src.functions.sparse import parts
from tfgrad._src.functions.sparse_layout import (
    sparse_fill_empty_rows,
    sparse_reshape,
    sparse_retain,
)
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor
from tfgrad._src.graph.tensor_shape import TensorShape

_COMBINERS = ("mean", "sqrtn", "sum")


def embedding_lookup_sparse(
    params, sp_ids, sp_weights, partition_strategy: str = "mod", name: str | None = None,
    combiner: str | None = None, max_norm=None,
) -> Tensor:  # fmt: skip
    """The rows of a table that each example names, combined to one row per example.

    ::

        sum     y[i] = sum_j w[i, j] * params[ids[i, j]]
        mean    the same / sum_j w[i, j]
        sqrtn   the same / sqrt(sum_j w[i, j]**2)

    Args:
      params: a table of shape ``[n, ...]``: a tensor or variable; or a list of them, or a
        partitioned variable, that hold its rows between them.
      sp_ids: a sparse matrix of ``int32`` or ``int64``: the ids of each example, one row per
        example; no row may be empty but the last ones (see `tf.nn.safe_embedding_lookup_sparse`).
      sp_weights: a sparse matrix of weights with the same positions; None: all are 1.
      partition_strategy: see `tf.nn.embedding_lookup`.
      name: the scope of the nodes; default ``"embedding_lookup_sparse"``.
      combiner: ``"mean"``, ``"sqrtn"`` or ``"sum"``; default ``"mean"``.
      max_norm: a row longer than this is shortened to it first.

    Returns:
      A tensor of shape ``[number of examples, ...]``.

    Raises:
      TypeError: ``sp_ids`` or ``sp_weights`` is not a sparse tensor.
      ValueError: ``combiner`` is none of these, or ids and weights differ in length, where that is
        known while building.

    The number of examples is taken from the last id, so that the program is cut in two here.

    Gradient:
      `tf.IndexedSlices` of the rows that were looked up.

    Example:
      >>> table = tf.constant([[1.0], [2.0], [4.0]])
      >>> ids = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [0, 2, 1], [2, 2])
      >>> tf.Session().run(tf.nn.embedding_lookup_sparse(table, ids, None, combiner="sum"))
      array([[5.],
             [2.]], dtype=float32)
    """
    combiner = "mean" if combiner is None else combiner
    if combiner not in _COMBINERS:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    if isinstance(params, PartitionedVariable):
        params = list(params)
    if not isinstance(params, list):
        params = [params]
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None:
        if not isinstance(sp_weights, SparseTensor):
            raise TypeError(
                f"sp_weights must be either None or SparseTensor,got {type(sp_weights)}"
            )
        for a, b in zip(_parts_by_use(sp_ids), _parts_by_use(sp_weights), strict=True):
            a.get_shape().assert_is_compatible_with(b.get_shape())
    with name_scope(name, "embedding_lookup_sparse", [*params, *parts(sp_ids)]) as scope:
        examples = sp_ids.indices[:, 0]
        ids = sp_ids.values
        table = params[0]
        if len(params) == 1 and not (
            isinstance(table, Tensor | IndexedSlices) or _is_resource_variable(table)
        ):
            params = [convert_to_tensor(table, name="params")]
        direct = (
            len(params) == 1
            and isinstance(params[0], Tensor)
            and params[0].device == examples.device
            and max_norm is None
            and sp_weights is None
        )
        if direct:
            found, places = params[0], ids
        else:
            ids, places = unique(ids)
            found = embedding_lookup(
                params, ids, partition_strategy=partition_strategy, max_norm=max_norm
            )
        if sp_weights is not None:
            return _weighted(found, places, examples, sp_weights.values, combiner, scope)
        kind = {"sum": "Sum", "mean": "Mean", "sqrtn": "SqrtN"}[combiner]
        return sparse_segment(kind, found, places, examples, scope, sparse_gradient=direct)


def _parts_by_use(s: SparseTensor) -> tuple:
    return s.values, s.indices, s.dense_shape


def _weighted(found, places, examples, weights, combiner: str, scope: str) -> Tensor:
    """Weighted sums of the rows at ``places``, divided as the combiner says."""
    if examples.dtype is not dt.int32:
        examples = cast(examples, dt.int32)
    found = gather(found, places)
    dtype = found.dtype
    if dtype in (dt.float16, dt.bfloat16):
        found = cast(found, dt.float32)
    if weights.dtype is not found.dtype:
        weights = cast(weights, found.dtype)
    more = expand_dims(rank(found) - 1, 0)
    lengths = shape(weights)
    one = ones(more, dtype=lengths.dtype)
    lengths = concat([lengths, one], 0)
    static = weights.get_shape()
    weights = reshape(weights, lengths)
    if found.dims is not None:
        weights.set_shape(static.concatenate([1] * (len(found.dims) - 1)))
    found = found * weights
    if combiner == "sum":
        found = segment_sum(found, examples, name=scope)
    elif combiner == "mean":
        found = segment_sum(found, examples)
        found = div_no_nan(found, segment_sum(weights, examples), name=scope)
    else:
        found = segment_sum(found, examples)
        squares = segment_sum(pow_(weights, 2), examples)
        found = div_no_nan(found, sqrt(squares), name=scope)
    return found if found.dtype is dtype else cast(found, dtype)


def safe_embedding_lookup_sparse(
    embedding_weights, sparse_ids, sparse_weights=None, combiner: str = "mean", default_id=None,
    name: str | None = None, partition_strategy: str = "div", max_norm=None,
) -> Tensor:  # fmt: skip
    """`tf.nn.embedding_lookup_sparse` that allows for examples without ids, and invalid ids.

    Ids below 0 are left out; with ``"mean"`` and ``"sqrtn"`` also those whose weight is not above
    0.  An example without ids gets the row ``default_id``, or zeros.

    Args:
      embedding_weights: a table, or a list of them, or a partitioned variable.
      sparse_ids: a sparse tensor of ids, of shape ``[d0, ..., dn]``.
      sparse_weights: a sparse tensor of weights with the same positions; None: all are 1.
      combiner: ``"mean"``, ``"sqrtn"`` or ``"sum"``.
      default_id: the id of examples without ids; None: they get zeros.
      name: the scope of the nodes; default ``"embedding_lookup"``.
      partition_strategy: see `tf.nn.embedding_lookup`.
      max_norm: a row longer than this is shortened to it first.

    Returns:
      A tensor of shape ``[d0, ..., d(n-1), ...]``.

    Raises:
      ValueError: ``embedding_weights`` is empty.

    Example:
      >>> table = tf.constant([[1.0], [2.0], [4.0]])
      >>> ids = tf.SparseTensor([[0, 0], [2, 0], [2, 1]], [2, -1, 1], [3, 2])
      >>> tf.Session().run(tf.nn.safe_embedding_lookup_sparse(table, ids))
      array([[4.],
             [0.],
             [2.]], dtype=float32)
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    if isinstance(embedding_weights, PartitionedVariable):
        embedding_weights = list(embedding_weights)
    if not isinstance(embedding_weights, list):
        embedding_weights = [embedding_weights]
    if not embedding_weights:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = [
        w if _is_resource_variable(w) and dtype in (None, w.dtype) else convert_to_tensor(w, dtype)
        for w in embedding_weights
    ]
    with name_scope(name, "embedding_lookup", [*tables, *parts(sparse_ids)]) as scope:
        lengths = sparse_ids.dense_shape
        dims = lengths.get_shape().as_list()
        n = size(lengths) if dims[0] is None else dims[0]
        examples = reduce_prod(slice_(lengths, [0], [n - 1]))
        ids = sparse_reshape(sparse_ids, [examples, gather(lengths, n - 1)])
        weights = sparse_weights
        if weights is not None:
            weights = SparseTensor(ids.indices, weights.values, ids.dense_shape)
        ids, weights = _without_invalid_ids(ids, weights)
        if combiner != "sum" and weights is not None:
            positive = greater(weights.values, 0)
            ids, weights = sparse_retain(ids, positive), sparse_retain(weights, positive)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1.0)
        result = embedding_lookup_sparse(
            tables, ids, weights, combiner=combiner, partition_strategy=partition_strategy,
            name=None if default_id is None else scope, max_norm=max_norm,
        )  # fmt: skip
        if default_id is None:
            column = reshape(is_empty, [-1, 1])
            is_empty = tile(column, stack([1, shape(result)[1]]))
            result = where(is_empty, zeros_like(result), result, name=scope)
        head = slice_(cast(lengths, dt.int32), [0], [n - 1])
        final = reshape(result, concat([head, slice_(shape(result), [1], [-1])], 0))
        outer = None if dims[0] is None else (None,) * (dims[0] - 1)
        final.set_shape(TensorShape._of(outer).concatenate(result.get_shape()[1:]))
        return final


def _is_resource_variable(x) -> bool:
    return getattr(x, "handle", None) is not None and not isinstance(x, Tensor)


def _without_invalid_ids(ids: SparseTensor, weights: SparseTensor | None) -> tuple:
    valid = greater_equal(ids.values, 0)
    if weights is not None:
        valid = logical_and(valid, ones_like(weights.values, dtype=dt.bool_))
    ids = sparse_retain(ids, valid)
    return ids, None if weights is None else sparse_retain(weights, valid)
