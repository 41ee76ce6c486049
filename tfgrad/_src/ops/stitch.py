"""Putting rows together by number, ``DynamicStitch``, and dividing them, ``DynamicPartition``.

How many rows there are depends on values: that of a stitch is known when a program is compiled, or
follows from the partition that it puts together again; a partition runs between programs.

The derivatives are in ``gradients/join.py``.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph import errors
from tfgrad._src.graph.constant_value import known_value
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import (
    Shape,
    concatenate,
    dims_must_be_equal,
    merge,
    with_rank_at_least,
)
from tfgrad._src.ops.broadcasting import shape_list as _brackets
from tfgrad._src.ops.checks import invalid


def _outputs(pieces: list):
    """An op with one output gives it bare."""
    return pieces[0] if len(pieces) == 1 else pieces


# ---------------------------------------------------------------------- stitch


def _prefix(s: Shape, prefix: Shape) -> None:
    """Checks that ``s`` begins with ``prefix``."""
    if s is None or prefix is None:
        return
    with_rank_at_least(s, len(prefix))
    for a, b in zip(s, prefix, strict=False):
        if a is not None and b is not None and a != b:
            raise dims_must_be_equal(a, b)


def _stitch_shape(node, *shapes: Shape) -> Shape:
    n = len(shapes) // 2
    rows: int | None = 0
    rest: Shape = None
    for i, (indices, data) in enumerate(zip(shapes[:n], shapes[n:], strict=True)):
        value = known_value(node.inputs[i])
        if value is None:
            rows = None
        elif rows is not None and value.size:
            rows = max(rows, int(value.max()) + 1)
        if indices is not None:
            _prefix(data, indices)
            rest = merge(rest, None if data is None else data[len(indices) :])
    return concatenate((rows,), rest)


def _stitch(node, *values):
    n = len(values) // 2
    indices, data = values[:n], values[n:]
    _check_stitch(node, indices, data)
    rows = max((int(i.max()) + 1 for i in indices if i.size), default=0)
    row_shape = data[0].shape[indices[0].ndim :]
    result = np.zeros((rows, *row_shape), data[0].dtype)
    for i, d in zip(indices, data, strict=True):
        _not_negative(node, i)
        result[i.reshape(-1)] = d.reshape(i.size, *row_shape)  # of equal indices the last counts
    return result


def _check_stitch(node, indices, data) -> None:
    row = np.shape(data[0])[np.ndim(indices[0]) :]
    for k, (i, d) in enumerate(zip(indices, data, strict=True)):
        places, shape = np.shape(i), np.shape(d)
        if shape[: len(places)] != places:
            raise invalid(
                node,
                f"data[{k}].shape = {_brackets(shape)} does not start with indices[{k}].shape = "
                f"{_brackets(places)}",
            )
        if shape[len(places) :] != row:
            raise invalid(
                node,
                f"Need data[0].shape[{np.ndim(indices[0])}:] = data[{k}].shape[{len(places)}:], "
                f"got data[0].shape = {_brackets(np.shape(data[0]))}, data[{k}].shape = "
                f"{_brackets(shape)}, indices[0].shape = {_brackets(np.shape(indices[0]))}, "
                f"indices[{k}].shape = {_brackets(places)}",
            )


def _not_negative(node, indices) -> None:
    if indices.size and indices.min() < 0:
        raise errors.InvalidArgumentError(
            None, node, f"indices[{int(np.argmax(indices.reshape(-1) < 0))}] is out of range"
        )


def _stitch_lower(node, *values):
    """One gather of the joined rows; which row goes where is known when the program is compiled.

    Rows that no index names are zero (TensorFlow leaves them uninitialised).
    """
    n = len(values) // 2
    indices, data = values[:n], values[n:]
    _check_stitch(node, indices, data)
    row_shape = np.shape(data[0])[np.ndim(indices[0]) :]
    if any(not isinstance(i, np.ndarray | np.generic) for i in indices):
        if stitch_operands(node):
            raise errors.InvalidArgumentError(
                None, node, "the indices must be known when the program is compiled"
            )
        return _put_back(indices, data, row_shape)
    for i in indices:
        _not_negative(node, i)
    flat = [lax.reshape(d, (i.size, *row_shape)) for i, d in zip(indices, data, strict=True)]
    target = np.concatenate([i.reshape(-1) for i in indices])
    rows = int(target.max()) + 1 if target.size else 0
    source = np.full(rows, target.size)
    source[target] = np.arange(target.size)  # of equal indices the last counts
    if (source == target.size).any():
        flat.append(np.zeros((1, *row_shape), node.outputs[0].dtype.np))
    joined = flat[0] if len(flat) == 1 else lax.concatenate(flat, 0)
    if rows == joined.shape[0] and (source == np.arange(rows)).all():
        return joined
    if not rows or not joined.size:
        return np.zeros((rows, *row_shape), node.outputs[0].dtype.np)
    return lax.gather(
        joined,
        source.astype(np.int32)[:, None],
        lax.GatherDimensionNumbers(
            offset_dims=tuple(range(1, joined.ndim)),
            collapsed_slice_dims=(0,),
            start_index_map=(0,),
        ),
        slice_sizes=(1, *row_shape),
        mode=lax.GatherScatterMode.CLIP,
    )


def _put_back(indices, data, row_shape):
    """The rows in the order that computed ``indices`` give; each row number occurs once."""
    place = lax.concatenate([lax.reshape(i, (np.size(i), 1)) for i in indices], 0)
    rows = [lax.reshape(d, (np.size(i), *row_shape)) for i, d in zip(indices, data, strict=True)]
    rows = lax.concatenate(rows, 0)
    numbers = lax.ScatterDimensionNumbers(
        update_window_dims=tuple(range(1, rows.ndim)),
        inserted_window_dims=(0,),
        scatter_dims_to_operand_dims=(0,),
    )
    zeros = lax.full(rows.shape, 0, rows.dtype)
    return lax.scatter(zeros, place, rows, numbers, unique_indices=True)


def stitch_operands(node) -> tuple[int, ...]:
    """Which indices of a stitch must be numbers when it is compiled.

    None if they are the parts of ``0, 1, 2, ...`` that one ``DynamicPartition`` made: then the
    number of rows is that of all parts, and one program serves every partition of the same sizes.
    """
    n = len(node.inputs) // 2
    parts = node.inputs[:n]
    source = parts[0].op
    if source.type == "DynamicPartition" and {*parts} == {*source.outputs} and len({*parts}) == n:
        numbers = source.inputs[0]
        while numbers.op.type in ("Reshape", "Identity"):
            numbers = numbers.op.inputs[0]
        if (
            numbers.op.type == "Range"
            and known_value(numbers.op.inputs[0]) == 0
            and (known_value(numbers.op.inputs[2]) == 1)
        ):
            return ()
    return tuple(range(n))


for _op_type in ("DynamicStitch", "ParallelDynamicStitch"):
    defop(
        f"{_op_type}(indices: N * int32, data: N * T) -> merged: T",
        shape=_stitch_shape,
        host=_stitch,
        host_inputs=stitch_operands,
    )(_stitch_lower)


def _partition_shape(node, data: Shape, partitions: Shape) -> list[Shape]:
    num = node.attrs["num_partitions"]
    if partitions is None:
        return [None] * num
    _prefix(data, partitions)
    return [concatenate((None,), None if data is None else data[len(partitions) :])] * num


def _partition(node, data, partitions):
    """How many rows each part gets depends on the values, so this runs between programs."""
    num = node.attrs["num_partitions"]
    if data.shape[: partitions.ndim] != partitions.shape:
        raise invalid(
            node,
            f"data.shape must start with partitions.shape, got data.shape = "
            f"{_brackets(data.shape)}, partitions.shape = {_brackets(partitions.shape)}",
        )
    if np.any((partitions < 0) | (partitions >= num)):
        at = np.argwhere((partitions < 0) | (partitions >= num))[0]
        where = _brackets(at) if partitions.ndim else ""
        raise errors.InvalidArgumentError(
            None, node, f"partitions{where} = {partitions[tuple(at)]} is not in [0, {num})"
        )
    return _outputs([data[partitions == i] for i in range(num)])


defop(
    "DynamicPartition(data: T, partitions: int32; num_partitions: int) "
    "-> outputs: num_partitions * T",
    shape=_partition_shape,
    step=_partition,
)(None)
