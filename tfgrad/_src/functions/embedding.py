"""Looking rows up in one table or in a table that is divided over several tensors."""

from typing import Any

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.control import identity
from tfgrad._src.functions.cwise_binary import maximum
from tfgrad._src.functions.fill import range as range_
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.indexed_slices import convert_n_to_tensor_or_indexed_slices
from tfgrad._src.functions.join import (
    concat,
    dynamic_partition,
    parallel_dynamic_stitch,
    stack,
)
from tfgrad._src.functions.partitions import PartitionedVariable
from tfgrad._src.functions.reduce import reduce_sum
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.select import clip_by_norm, where
from tfgrad._src.functions.shape import rank, reshape, shape, size
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.graph import colocate_with, device
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape


def embedding_lookup(
    params,
    ids,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm=None,
) -> Tensor:
    """The rows of ``params`` that ``ids`` name.

    Args:
      params: a table of shape ``[n, ...]``: a tensor or variable; or a list of them, or a
        partitioned variable, that hold its rows between them.
      ids: integers, of any shape.
      partition_strategy: how the rows are divided over ``k`` tables: ``"mod"``, row ``i`` is row
        ``i // k`` of table ``i % k``; ``"div"``, each table has a run of consecutive rows, the
        first ones one more where it does not come out even.
      name: the scope of the nodes; default ``"embedding_lookup"``.
      validate_indices: not used.
      max_norm: a row longer than this is shortened to it.

    Returns:
      A tensor of shape ``ids.shape + params.shape[1:]``.

    Raises:
      ValueError: ``params`` is empty, or the strategy is neither.

    Gradient:
      `tf.IndexedSlices` of the rows that were looked up.

    Example:
      >>> even, odd = tf.constant([[0], [2]]), tf.constant([[1], [3]])
      >>> tf.Session().run(tf.nn.embedding_lookup([even, odd], [3, 0]))
      array([[3],
             [0]], dtype=int32)
    """
    return embedding_lookup_and_transform(params, ids, partition_strategy, name, max_norm)


def embedding_lookup_and_transform(
    params, ids, partition_strategy: str = "mod", name=None, max_norm=None, transform_fn=None
) -> Tensor:
    """`embedding_lookup`, with ``transform_fn`` applied to the rows found in each table."""
    if params is None:
        raise ValueError("params must be specified")
    if isinstance(params, list | tuple) and not params:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    if isinstance(params, PartitionedVariable):
        params = list(params)
    if not isinstance(params, list):
        params = [params]
    with name_scope(name, "embedding_lookup", [*params, ids]) as scope:
        if not any(hasattr(p, "sparse_read") for p in params):
            params = convert_n_to_tensor_or_indexed_slices(params, name="params")
        ids = convert_to_tensor(ids, name="ids")
        one_dimensional = ids.dims is not None and len(ids.dims) == 1
        if len(params) == 1 and (transform_fn is None or one_dimensional):
            with colocate_with(params[0]):
                found = _clip(gather(params[0], ids, name=scope), ids, max_norm)
                if transform_fn is not None:
                    found = transform_fn(found)
            return identity(found)  # the result itself is placed freely
        return _lookup_in_parts(params, ids, partition_strategy, scope, max_norm, transform_fn)


def _lookup_in_parts(
    params: list, ids, strategy: str, scope: str, max_norm, transform_fn
) -> Tensor:
    flat = reshape(ids, [-1])
    places = range_(size(flat, out_type=dt.int32))
    if strategy == "mod":
        part, row = flat % len(params), flat // len(params)
    elif strategy == "div":
        part, row = _divide(params, flat)
    else:
        raise ValueError(
            f"Unrecognized partition strategy: {strategy}.Must be one of either `mod` or `div`."
        )
    part = cast(part, dt.int32)
    rows = dynamic_partition(row, part, len(params))
    places = dynamic_partition(places, part, len(params))
    found = []
    for table, wanted in zip(params, rows, strict=True):
        with device(None), colocate_with(table):
            result = gather(table, wanted)
            if transform_fn is not None:
                result = transform_fn(_clip(result, wanted, max_norm))
        found.append(result)
    result = parallel_dynamic_stitch(places, found, name=scope)
    if transform_fn is None:
        static = params[0].get_shape()[1:]
        for table in params[1:]:
            static = static.merge_with(table.get_shape()[1:])
    else:
        static = result.get_shape()[1:]
    if static.is_fully_defined():
        row_shape = static
    elif transform_fn is None:
        with colocate_with(params[0]):
            lengths = shape(params[0])
        row_shape = lengths[1:]
    else:
        row_shape = shape(result)[1:]
    result = reshape(result, concat([shape(ids), row_shape], 0))
    result.set_shape(ids.get_shape().concatenate(static))
    return _clip(result, ids, max_norm) if transform_fn is None else result


def _divide(params: list, flat: Tensor) -> tuple[Tensor, Tensor]:
    """Part and row of each id, where every part has a run of rows and the first ones one more."""
    lengths = [_rows(p) for p in params]
    if None not in lengths and sum(lengths):
        total = constant(sum(lengths), flat.dtype)
    else:
        for i, n in enumerate(lengths):
            if n is None:
                with colocate_with(params[i]):
                    lengths[i] = shape(params[i])[0]
        total = reduce_sum(cast(stack(lengths), flat.dtype))
    each, extras = total // len(params), total % len(params)
    part = maximum(flat // (each + 1), (flat - extras) // each)
    row = where(part < extras, flat % (each + 1), (flat - extras) % each)
    return part, row


def _rows(table) -> int | None:
    """The static number of rows."""
    dims = TensorShape(table.get_shape())._shape
    return dims[0] if dims else None


def _clip(rows, ids, max_norm) -> Any:
    """``rows`` with each row, whatever its shape, shortened to ``max_norm``."""
    if max_norm is None:
        return rows
    first, last = _rank(ids), _rank(rows)
    static = isinstance(first, int) and isinstance(last, int)
    axes = list(range(first, last)) if static else range_(first, last)
    return clip_by_norm(rows, max_norm, axes=axes)


def _rank(x):
    """The rank of ``x``, as a number where it is known and not 0."""
    dims = convert_to_tensor(x).dims
    return len(dims) if dims else rank(x)
