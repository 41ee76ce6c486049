"""Isotonic regression.  The op type is in ``ops/isotonic.py``."""

from tfgrad._src.functions.activation import along_axis
from tfgrad._src.functions.cwise_unary import negative
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor

_RESULT = {
    dt.float32: dt.float32,
    dt.float16: dt.float16,
    dt.bfloat16: dt.bfloat16,
    dt.int8: dt.float32,
    dt.int16: dt.float32,
}  # all others: float64


def isotonic_regression(inputs, decreasing: bool = True, axis=-1) -> tuple[Tensor, Tensor]:
    """The numbers nearest to ``inputs`` that never increase along an axis.

    ::

        minimise  sum over i of (y[i] - x[i])**2  where  y[0] >= y[1] >= ... >= y[n - 1]

    Args:
      inputs: real numbers of shape ``[..., n]``, if the axis is the last.
      decreasing: False asks for numbers that never decrease.
      axis: the axis.

    Returns:
      ``(y, segments)``, both of the shape of ``inputs``.  ``y`` is constant on segments, the mean
      of ``inputs`` there; ``segments`` numbers them from 0, int32.  ``y`` has the type of
      ``inputs`` if that is floating, float32 for int8 and int16, else float64.

    Raises:
      tf.errors.InvalidArgumentError: there is no such axis.

    Gradient:
      The mean of ``dy`` on each segment.

    Example:
      >>> y, segments = tf.nn.isotonic_regression([[3.0, 1.0, 2.0], [1.0, 3.0, 4.0]])
      >>> tf.Session().run(segments)
      array([[0, 1, 1],
             [0, 0, 0]], dtype=int32)
      >>> tf.Session().run(y)
      array([[3.       , 1.5      , 1.5      ],
             [2.6666667, 2.6666667, 2.6666667]], dtype=float32)
    """
    inputs = convert_to_tensor(inputs)
    dtype = _RESULT.get(inputs.dtype.base_dtype, dt.float64)

    def compute(x: Tensor, name: str | None = None) -> tuple:
        if decreasing:
            return tuple(add_op("IsotonicRegression", x, output_dtype=dtype, name=name))
        y, segments = add_op("IsotonicRegression", negative(x), output_dtype=dtype, name=name)
        return negative(y), segments

    return along_axis(compute, "isotonic_regression", inputs, axis, None)
