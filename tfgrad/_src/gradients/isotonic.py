"""The derivative of isotonic regression: each segment gets the mean of its gradient.

TensorFlow takes rows one by one, and only where their number is known and there are two axes; of a
vector its gradient has a wrong shape.  Here other shapes take all rows at once.
"""

from tfgrad._src.functions.fill import range as numbers_to
from tfgrad._src.functions.gather import gather
from tfgrad._src.functions.join import split, stack
from tfgrad._src.functions.reduce import reduce_max, reduce_prod
from tfgrad._src.functions.segment import unsorted_segment_mean
from tfgrad._src.functions.shape import expand_dims, reshape
from tfgrad._src.functions.shape import shape as shape_of
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.node import Operation, Tensor


def _row_by_row(dy: Tensor, segments: Tensor, rows: int) -> Tensor:
    result = []
    for one, ids in zip(split(dy, rows), split(segments, rows), strict=True):
        means = unsorted_segment_mean(one, ids, num_segments=reduce_max(ids) + 1)
        result.append(reshape(gather(means, ids), [-1]))
    return stack(result, axis=0)


def _at_once(dy: Tensor, segments: Tensor) -> Tensor:
    """The segments of row ``i`` count from ``i * n``, so that no two rows share one."""
    lengths = shape_of(dy)
    n = reduce_prod(lengths[-1:])
    flat = reshape(segments, [-1, n])
    ids = flat + n * expand_dims(numbers_to(shape_of(flat)[0]), 1)
    means = unsorted_segment_mean(reshape(dy, [-1, n]), ids, reduce_prod(lengths))
    return reshape(gather(means, ids), lengths)


@gradient("IsotonicRegression")
def isotonic_regression_grad(op: Operation, dy: Tensor, _) -> Tensor:
    segments = op.outputs[1]
    dims = dy.dims
    if dims is not None and len(dims) == 2 and dims[0]:
        return _row_by_row(dy, segments, dims[0])
    return _at_once(dy, segments)
