"""How often each whole number occurs, of sparse tensors or with a sparse result.

The dense ones are in ``ops/histogram.py``.  Ops with a sparse result run between programs: how
many entries there are depends on the numbers.  None has a derivative.
"""

import numpy as np
from jax import lax

from tfgrad._src.graph.constant_value import known_value, partial_scalar
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, ShapeError, with_rank
from tfgrad._src.ops.broadcasting import invalid, shape_list, types
from tfgrad._src.ops.checks import require
from tfgrad._src.ops.gather import scatter
from tfgrad._src.ops.histogram import count_numbers

_RESULTS = types("int32 int64 float double")

# ---------------------------------------------------------------------- sparse results


def _counts(node, rows: np.ndarray, values: np.ndarray, weights: np.ndarray, lead: tuple) -> list:
    """The counts of the values in each row, sorted.

    Args:
      rows: per value its row; not looked at if ``lead`` is empty.
      lead: the number of rows, or nothing for a vector.
    """
    attrs = node.attrs
    least, most = attrs["minlength"], attrs["maxlength"]
    if values.size and values.min() < 0:
        raise invalid(node, "Input values must all be non-negative")
    length = max(int(values.max(initial=0)) + 1, least)
    if most >= 0:
        length = most
    if length > np.iinfo(np.int64).max:  # TensorFlow says that there are -1 columns
        raise invalid(node, f"Input value {length - 1} is too large: columns are counted in int64")
    kept = values < length
    values = values[kept].astype(np.int64)
    columns = [rows[kept].astype(np.int64), values] if lead else [values]
    places, entry = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    sums = np.zeros(len(places), attrs["output_type"].np)
    if attrs["binary_output"]:
        sums[:] = 1
    else:
        np.add.at(sums, entry.ravel(), weights[kept] if weights.size else 1)
    return [places.reshape(-1, len(lead) + 1), sums, np.array([*lead, length], np.int64)]


def _dense_counts(node, values, weights) -> list:
    if values.ndim not in (1, 2):
        raise invalid(
            node, "Input must be a 1 or 2-dimensional tensor. Got: "
            f"{shape_list(values.shape)}"
        )  # fmt: skip
    if weights.size and weights.shape != values.shape:
        raise invalid(
            node, "Weights and data must have the same shape. Weight shape: "
            f"{shape_list(weights.shape)}; data shape: {shape_list(values.shape)}"
        )  # fmt: skip
    lead = values.shape[:-1]
    if lead == (0,):
        raise invalid(node, "Invalid input: Shapes dimension cannot be 0.")
    rows = np.repeat(np.arange(len(values)), values.shape[-1]) if lead else np.zeros(0)
    return _counts(node, rows, values.ravel(), weights.ravel(), lead)


def _dense_counts_shape(node, values: Shape, weights: Shape) -> list:
    rank = None if values is None else len(values)
    return [(None, rank), (None,), (rank,)]


_ATTRS = "minlength: int = -1, maxlength: int = -1, binary_output: bool"
_OUTPUTS = "output_indices: int64, output_values: output_type, output_dense_shape: int64"
defop(
    f"DenseCountSparseOutput(values: T, weights: output_type; {_ATTRS}) -> {_OUTPUTS}",
    T=INDEX, output_type=_RESULTS, shape=_dense_counts_shape, step=_dense_counts,
)(None)  # fmt: skip


def _sparse_counts(node, indices, values, shape, weights) -> list:
    for x, rank, what in (
        (indices, 2, "indices must be a 2-dimensional tensor"),
        (values, 1, "values must be a vector"),
        (shape, 1, "shape must be a vector"),
    ):
        if x.ndim != rank:
            raise invalid(node, f"Input {what}. Got: {shape_list(x.shape)}")
    for found, wanted, what in (
        (len(shape), indices.shape[1], "dimensions must match second"),
        (len(values), len(indices), "values must match first"),
    ):
        if found != wanted:
            raise invalid(
                node, f"Number of {what} dimension of indices.Got {found} {what.split()[0]}, "
                f"indices shape: {shape_list(indices.shape)}"
            )  # fmt: skip
    if weights.size and weights.shape != values.shape:
        raise invalid(
            node, "Weights and values must have the same shape. Weight shape: "
            f"{shape_list(weights.shape)}; values shape: {shape_list(values.shape)}"
        )  # fmt: skip
    wrong = np.argwhere((indices < 0) | (indices >= shape))
    if len(wrong):
        i, axis = wrong[0].tolist()
        numbers = " ".join(map(str, shape.tolist()))
        raise invalid(
            node, f"Invalid index value at {i}: dimension {axis} has value {indices[i, axis]} "
            f"which is not in [0, {shape[axis]}) (as given by dense shape Tensor<type: int64 "
            f"shape: {shape_list(shape.shape)} values: {numbers}>"
        )  # fmt: skip
    lead = (int(shape[0]),) if len(shape) > 1 else ()
    rows = indices[:, 0] if lead else np.zeros(0)
    return _counts(node, rows, values, weights, lead)


def _sparse_counts_shape(node, indices: Shape, values: Shape, shape: Shape, weights: Shape) -> list:
    rank = with_rank(indices, 2)[1]
    return [(None, rank), (None,), (rank,)]


defop(
    "SparseCountSparseOutput(indices: int64, values: T, dense_shape: int64, "
    f"weights: output_type; {_ATTRS}) -> {_OUTPUTS}",
    T=INDEX, output_type=_RESULTS, shape=_sparse_counts_shape, step=_sparse_counts,
)(None)  # fmt: skip


# ---------------------------------------------------------------------- a dense result


def _bincount_shape(
    node, indices: Shape, values: Shape, shape: Shape, size: Shape, weights: Shape
) -> Shape:
    if size is not None and size:
        return None
    n = partial_scalar(node.inputs[3])
    if n is None:
        return None
    if n < 0:
        raise ShapeError(f"size ({n}) must be non-negative")
    lengths = known_value(node.inputs[2])
    if lengths is None or lengths.ndim != 1:
        return None
    return (n,) if len(lengths) == 1 else (int(lengths[0]), n)


def _check_sparse(node, indices, values, shape) -> None:
    """The parts fit together, and no position lies outside."""
    for what, x, rank in (("indices", indices, 2), ("values", values, 1), ("shape", shape, 1)):
        if np.ndim(x) != rank:
            raise invalid(node, f"Sparse {what} must be rank {rank} but is rank {np.ndim(x)}")
    if len(indices) != len(values):
        raise invalid(
            node, f"Number of elements in indices ({len(indices)}) and values ({len(values)}) do "
            "not match"
        )  # fmt: skip
    if indices.shape[1] != len(shape):
        raise invalid(
            node, f"Index rank ({indices.shape[1]}) and shape rank ({len(shape)}) do not match"
        )
    bounds = np.broadcast_to(np.asarray(shape, np.int64), indices.shape)

    def explain(indices) -> None:
        wrong = ((indices < 0) | (indices >= bounds)).any(axis=1)
        if wrong.any():
            i = int(wrong.argmax())
            row = ", ".join(map(str, indices[i].tolist()))
            raise invalid(node, f"Sparse index tuple indices[{i}, :] = [{row}] is out of bounds")

    def failed(indices):
        low = lax.lt(indices, np.zeros(indices.shape, np.int64))
        return lax.reduce_or(lax.bitwise_or(low, lax.ge(indices, bounds)), (0, 1))

    if np.size(indices):
        require(node, explain, failed, indices)


@defop(
    "SparseBincount(indices: int64, values: Tidx, dense_shape: int64, size: Tidx, weights: T; "
    "binary_output: bool = False) -> output: T",
    Tidx=INDEX, T=_RESULTS, shape=_bincount_shape, host_inputs=("dense_shape", "size"),
)  # fmt: skip
def sparse_bincount(node, indices, values, shape, size, weights):
    """Numbers that are too large are not counted, nor are negative ones in rows."""
    if np.ndim(size):
        raise invalid(node, f"Shape must be rank 0 but is rank {np.ndim(size)}")
    if size < 0:
        raise invalid(node, f"size ({size}) must be non-negative")
    _check_sparse(node, indices, values, shape)
    if np.size(weights) and np.shape(weights) != np.shape(values):
        raise invalid(
            node, "`weights` must be the same shape as `values` or a length-0 `Tensor`, in which "
            f"case it acts as all weights equal to 1. Received {shape_list(np.shape(weights))}"
        )  # fmt: skip
    n, binary = int(size), node.attrs["binary_output"]
    count = np.size(values)
    if len(shape) == 1:

        def explain(values) -> None:
            if values.min() < 0:
                raise invalid(node, "Input arr must be non-negative!")

        def failed(values):
            return lax.lt(lax.reduce_min(values, (0,)), np.asarray(0, values.dtype))

        if count:
            require(node, explain, failed, values, ranges=((0, None),))
        row = lax.reshape(values, (1, count))
        return lax.reshape(count_numbers(node, row, n, weights, binary), (n,))
    dtype = node.outputs[0].dtype.np
    zeros = lax.full((int(shape[0]), n), 0, dtype)
    if count == 0 or zeros.size == 0:
        return zeros
    values = lax.convert_element_type(values, np.int64)
    inside = lax.ge(values, lax.full_like(values, 0))
    values = lax.select(inside, values, lax.full_like(values, n))  # scatter drops these
    row = lax.slice_in_dim(indices, 0, 1, axis=1)
    places = lax.concatenate([row, lax.reshape(values, (count, 1))], 1)
    plain = binary or np.size(weights) == 0
    updates = lax.full((count,), 1, dtype) if plain else weights
    return scatter(lax.scatter if binary else lax.scatter_add, zeros, places, updates)
