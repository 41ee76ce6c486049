"""The sum of the gradients that arrive at one tensor.

Dense gradients become one ``AddN``, placed with the first of them. If all are `IndexedSlices` the
sum is the concatenation of their rows; a dense one among them makes the sum dense.
"""

from tfgrad._src.functions import gather, join
from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.indexed_slices import IndexedSlices
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.graph import Graph
from tfgrad._src.graph.node import Operation, Tensor


class AggregationMethod:
    """How gradients that meet at one tensor are added.

    ``ADD_N``, which is ``DEFAULT``, adds all of them by one node; ``EXPERIMENTAL_TREE`` and
    ``EXPERIMENTAL_ACCUMULATE_N`` add them pairwise.
    """

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


METHODS = (0, 1, 2)


def aggregate(graph: Graph, op: Operation, gradients: list, method: int):
    """The sum of ``gradients``, which arrived at an output of ``op``; None for an empty list."""
    if not gradients:
        return None
    if len(gradients) == 1:
        return gradients[0]
    if all(type(g) is Tensor for g in gradients):
        if method == AggregationMethod.ADD_N:
            with graph.colocate_with(gradients[0].op, ignore_existing=True):
                return add_op("AddN", gradients)
        with graph.name_scope(op.name + "_gradient_sum"):
            total = gradients[0]
            for g in gradients[1:]:
                total = add_op("AddN", [total, g])
            return total
    if any(type(g) is Tensor for g in gradients):
        return add_op("AddN", gradients)
    return _concatenate([_flatten(s) for s in _same_index_type(gradients)])


def _concatenate(slices: list[IndexedSlices]) -> IndexedSlices:
    """All rows of all gradients, one after the other; users add those of equal index."""
    values = join.concat([s.values for s in slices], axis=0)
    indices = join.concat([s.indices for s in slices], axis=0)
    return IndexedSlices(values, indices, slices[0].dense_shape)


def _same_index_type(slices: list[IndexedSlices]) -> list[IndexedSlices]:
    if len({s.indices.dtype for s in slices}) == 1:
        return slices
    return [
        IndexedSlices(s.values, cast(s.indices, dt.int64), s.dense_shape)
        if s.indices.dtype is dt.int32
        else s
        for s in slices
    ]


def _flatten(slices: IndexedSlices) -> IndexedSlices:
    """Slices whose values are slices themselves, as a gather of a gather gives."""
    if isinstance(slices.values, Tensor):
        return slices
    inner = _flatten(slices.values)
    return IndexedSlices(
        inner.values, gather.gather(slices.indices, inner.indices), slices.dense_shape
    )
