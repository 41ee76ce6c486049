"""Rows by index: gathering, and scattering into a new tensor.

The op types are in ``ops/gather.py``, the derivatives in ``gradients/gather.py``; lookups in
several tables are in ``functions/embedding.py``.

An index out of range raises ``InvalidArgumentError`` when it is used, as on a CPU in TensorFlow.
"""

from tfgrad._src.functions.fill import meshgrid, ones, zeros
from tfgrad._src.functions.join import concat, stack, unstack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import rank, reshape, shape, tile, transpose
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.constant_value import constant_value
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.tensor_shape import TensorShape


def _static(value):
    """The number behind an argument that may be a tensor, or None."""
    return constant_value(value) if isinstance(value, Tensor) else value


def gather(
    params, indices, validate_indices=None, name: str | None = None, axis=None, batch_dims: int = 0
) -> Tensor:
    """The parts of ``params`` that ``indices`` name along ``axis``.

    With the first ``b = batch_dims`` axes common to both::

        y[batch, outer, i, inner] = params[batch, outer, indices[batch, i], inner]

    Args:
      params: a tensor, or a variable: of a resource variable only the named rows are read.
      indices: integers in ``[0, params.shape[axis])``.
      validate_indices: not used.
      name: the name of the node; default ``"GatherV2"``.
      axis: the axis of ``params``; default: ``batch_dims``.
      batch_dims: how many first axes run in step.

    Returns:
      A tensor of shape ``params.shape[:axis] + indices.shape[b:] + params.shape[axis + 1:]``.

    Raises:
      ValueError: ``params`` has no such axis.
      tf.errors.InvalidArgumentError: when run, an index is out of range.

    Gradient:
      Along axis 0, `tf.IndexedSlices` of the rows of ``dy``; along another axis a dense tensor in
      which rows of equal index are added.

    Example:
      >>> tf.Session().run(tf.gather([[1, 2], [3, 4], [5, 6]], [2, 0]))
      array([[5, 6],
             [1, 2]], dtype=int32)
    """
    if axis is None:
        axis = batch_dims
    if _static(axis) != 0:
        return add_op("GatherV2", params, indices, axis, batch_dims=batch_dims, name=name)
    read_rows = getattr(params, "sparse_read", None)
    if read_rows is not None:
        return read_rows(indices, name=name)
    return add_op("GatherV2", params, indices, axis, name=name)


def batch_gather(params, indices, name: str | None = None) -> Tensor:
    """`tf.gather` along the last axis of ``indices``, in step with the axes before it.

    Deprecated in TensorFlow for ``tf.gather(..., batch_dims=tf.rank(indices) - 1)``.

    Raises:
      ValueError: the rank of ``indices`` is not known, or too large.
    """
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        if indices.dims is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        return _batch_gather(params, indices, len(indices.dims) - 1)


def _batch_gather(params: Tensor, indices: Tensor, batch_dims: int) -> Tensor:
    ndims = len(indices.dims)
    if batch_dims < 0:
        batch_dims += ndims
    if not 0 <= batch_dims < ndims:
        raise ValueError(
            f"Argument `batch_dims` = {batch_dims} must be less than rank(`indices`) = {ndims}"
        )
    if params.dims is not None and batch_dims >= len(params.dims):
        raise ValueError(
            f"Argument `batch_dims` = {batch_dims} must be less than rank(`params`) = "
            f"{len(params.dims)}"
        )
    indices_shape, params_shape = shape(indices), shape(params)
    dtype = indices.dtype.base_dtype
    stride = ones((), dtype=dtype)
    lengths = add_op("Cast", params_shape, DstT=dtype)
    flat = indices
    for axis in range(batch_dims, 0, -1):  # the rows of all batches are counted through
        length = lengths[axis - 1]
        stride = stride * lengths[axis]
        start, step = zeros((), dtype=dtype), ones((), dtype=dtype)
        offsets = add_op("Range", start, length, step) * stride
        ones_before, ones_after = [1] * (axis - 1), [1] * (ndims - axis)
        flat = flat + reshape(offsets, stack([*ones_before, length, *ones_after], axis=0))
    flat = reshape(flat, [-1])
    rest = params_shape[batch_dims + 1 :]
    rows = add_op("Prod", params_shape[: batch_dims + 1], [0], keep_dims=False)
    found = gather(reshape(params, concat([[rows], rest], axis=0)), flat)
    result = reshape(found, concat([indices_shape, rest], axis=0))
    static = indices.get_shape()[:batch_dims].merge_with(params.get_shape()[:batch_dims])
    static = static.concatenate(TensorShape(indices.get_shape()[batch_dims:]))
    result.set_shape(static.concatenate(params.get_shape()[batch_dims + 1 :]))
    return result


def gather_nd(params, indices, name: str | None = None, batch_dims=0) -> Tensor:
    """The parts of ``params`` whose positions are the rows of ``indices``.

    ``y[i1, ..., ik] = params[indices[i1, ..., ik, 0], ..., indices[i1, ..., ik, c - 1]]``

    Args:
      params: a tensor or variable.
      indices: integers of shape ``[i1, ..., ik, c]`` with ``c`` at most the rank of ``params``.
      name: the name of the node; default ``"GatherNd"``.
      batch_dims: how many first axes run in step.

    Returns:
      A tensor of shape ``indices.shape[:-1] + params.shape[c:]``.

    Raises:
      ValueError: ``c`` is larger than the rank of ``params``.
      tf.errors.InvalidArgumentError: when run, a position is out of range.

    Gradient:
      ``dy`` put at those positions of a zero tensor; equal positions are added.
    """
    known = _static(batch_dims)
    if known is not None:
        batch_dims = int(known)
    if batch_dims != 0:
        return _batch_gather_nd(params, indices, batch_dims, name)
    read = getattr(params, "gather_nd", None)
    if read is not None:
        return read(indices, name=name)
    return add_op("GatherNd", params, indices, name=name)


def _batch_gather_nd(params, indices, batch_dims, name: str | None) -> Tensor:
    with name_scope(name, "BatchGatherND", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        if not isinstance(batch_dims, int):
            raise TypeError(f"Argument `batch_dims` must be an int; got {batch_dims}")
        if batch_dims < 0:
            raise ValueError("tf.gather_nd does not allow negative batch_dims.")
        for what, t in (("indices", indices), ("params", params)):
            if t.dims is not None and batch_dims >= len(t.dims):
                raise ValueError(
                    f"Argument `batch_dims` = {batch_dims} must be less than rank(`{what}`) = "
                    f"{len(t.dims)}"
                )
        params_shape, indices_shape = shape(params), shape(indices)
        batch_shape = params_shape[:batch_dims]
        batch_size = add_op("Prod", batch_shape, [0])
        inner_rank = rank(indices) - batch_dims - 1
        inner_shape = indices_shape[batch_dims:-1]
        # The batch axes are flattened, and their positions joined to the given ones.
        coordinates = []
        for n in unstack(batch_shape, axis=0):
            numbers = add_op("Range", 0, add_op("Cast", n, DstT=dt.int32), 1)
            coordinates.append(add_op("Cast", numbers, DstT=indices.dtype))
        grids = [reshape(g, (-1,)) for g in meshgrid(*coordinates, indexing="ij")]
        grid = transpose(stack(grids, axis=0))
        grid_shape = shape(grid)
        first, middle = grid_shape[:1], ones(inner_rank, dtype=grid_shape.dtype)
        grid = reshape(grid, concat([first, middle, grid_shape[1:]], axis=0))
        grid = tile(grid, concat(((1,), inner_shape, (1,)), axis=0))
        flat_shape = concat(([batch_size], indices_shape[batch_dims:]), axis=0)
        full = concat((grid, reshape(indices, flat_shape)), axis=-1)
        found = add_op("GatherNd", params, full)
        return reshape(found, concat((batch_shape, shape(found)[1:]), axis=0))


# ---------------------------------------------------------------------- scatter


def scatter_nd(indices, updates, shape, name: str | None = None) -> Tensor:
    """Zeros of ``shape``, with ``updates`` added in at the positions ``indices``.

    Args:
      indices: integers of shape ``[i1, ..., ik, c]``.
      updates: values of shape ``[i1, ..., ik] + shape[c:]``; those of equal position are added.
      shape: the shape of the result, an integer vector of the type of ``indices``.
      name: the name of the node; default ``"ScatterNd"``.

    Raises:
      ValueError: the shapes do not fit.

    Gradient:
      The parts of ``dy`` at the positions.

    Example:
      >>> tf.Session().run(tf.scatter_nd([[1], [3], [1]], [1, 2, 3], [5]))
      array([0, 4, 0, 2, 0], dtype=int32)
    """
    return add_op("ScatterNd", indices, updates, shape, name=name)


def tensor_scatter_update(tensor, indices, updates, name: str | None = None) -> Tensor:
    """A copy of ``tensor`` with ``updates`` at the positions ``indices`` (see `tf.scatter_nd`).

    Of updates of equal position one counts; which one is not specified.
    """
    return add_op("TensorScatterUpdate", tensor, indices, updates, name=name)


def tensor_scatter_add(tensor, indices, updates, name: str | None = None) -> Tensor:
    """A copy of ``tensor`` with ``updates`` added at ``indices`` (see `tf.scatter_nd`)."""
    return add_op("TensorScatterAdd", tensor, indices, updates, name=name)


def tensor_scatter_sub(tensor, indices, updates, name: str | None = None) -> Tensor:
    """A copy of ``tensor`` less ``updates`` at ``indices`` (see `tf.scatter_nd`)."""
    return add_op("TensorScatterSub", tensor, indices, updates, name=name)
