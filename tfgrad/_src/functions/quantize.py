"""Floats rounded to the values that a small integer can stand for.

The op types are in ``ops/quantize.py``, the derivatives in ``gradients/quantize.py``.
"""

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Tensor


def fake_quant_with_min_max_args(
    inputs, min=-6, max=6, num_bits=8, narrow_range=False, name: str | None = None
) -> Tensor:
    """Rounds to ``2**num_bits`` equally spaced values, and cuts what is beyond them.

    With ``s = (max - min) / (2**num_bits - 1)`` the ends are moved to the nearest multiples of s,
    so that 0 is one of the values::

        y = s * round(clip(x, min, max) / s)

    Args:
      inputs: ``float32`` numbers.
      min: the lower end, a number; at most 0, or it is moved there.
      max: the upper end, a number; at least 0, or it is moved there.
      num_bits: from 2 to 16.
      narrow_range: one value less: the integers begin at 1.
      name: the name of the node; default ``"FakeQuantWithMinMaxArgs"``.

    Returns:
      A tensor like ``inputs``.

    Raises:
      InvalidArgumentError: when run, ``min`` is not below ``max``, or ``num_bits`` out of range.

    Gradient:
      ``dy`` where ``inputs`` are between the moved ends, else 0.

    Example:
      >>> x = tf.constant([-1.0, 0.2, 0.3, 2.0])
      >>> y = tf.quantization.fake_quant_with_min_max_args(x, min=0, max=1, num_bits=2)
      >>> tf.Session().run(y).round(3)
      array([0.   , 0.333, 0.333, 1.   ], dtype=float32)
    """
    return add_op(
        "FakeQuantWithMinMaxArgs", inputs, min=min, max=max, num_bits=num_bits,
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def fake_quant_with_min_max_args_gradient(
    gradients, inputs, min=-6, max=6, num_bits=8, narrow_range=False, name: str | None = None
) -> Tensor:
    """The gradient of `tf.quantization.fake_quant_with_min_max_args`, given that of its result."""
    return add_op(
        "FakeQuantWithMinMaxArgsGradient", gradients, inputs, min=min, max=max, num_bits=num_bits,
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def fake_quant_with_min_max_vars(
    inputs, min, max, num_bits=8, narrow_range=False, name: str | None = None
) -> Tensor:
    """`tf.quantization.fake_quant_with_min_max_args`, with ends that are scalar tensors.

    Gradient:
      As there; for ``min`` the sum of ``dy`` where ``inputs`` are below, for ``max`` above.
    """
    return add_op(
        "FakeQuantWithMinMaxVars", inputs, min, max, num_bits=num_bits, narrow_range=narrow_range,
        name=name,
    )  # fmt: skip


def fake_quant_with_min_max_vars_gradient(
    gradients, inputs, min, max, num_bits=8, narrow_range=False, name: str | None = None
) -> list[Tensor]:
    """The three gradients of `tf.quantization.fake_quant_with_min_max_vars`."""
    return add_op(
        "FakeQuantWithMinMaxVarsGradient", gradients, inputs, min, max, num_bits=num_bits,
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def fake_quant_with_min_max_vars_per_channel(
    inputs, min, max, num_bits=8, narrow_range=False, name: str | None = None
) -> Tensor:
    """`tf.quantization.fake_quant_with_min_max_vars`, with ends per place along the last axis.

    Args:
      inputs: ``float32`` numbers of shape ``[..., d]``.
      min: the lower ends, of shape ``[d]``.
      max: the upper ends, of shape ``[d]``.
      num_bits: from 2 to 16.
      narrow_range: one value less: the integers begin at 1.
      name: the name of the node; default ``"FakeQuantWithMinMaxVarsPerChannel"``.
    """
    return add_op(
        "FakeQuantWithMinMaxVarsPerChannel", inputs, min, max, num_bits=num_bits,
        narrow_range=narrow_range, name=name,
    )  # fmt: skip


def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients, inputs, min, max, num_bits=8, narrow_range=False, name: str | None = None
) -> list[Tensor]:
    """The three gradients of `tf.quantization.fake_quant_with_min_max_vars_per_channel`."""
    return add_op(
        "FakeQuantWithMinMaxVarsPerChannelGradient", gradients, inputs, min, max,
        num_bits=num_bits, narrow_range=narrow_range, name=name,
    )  # fmt: skip


def _counted_from_front(axis: int | None, input) -> int:
    if axis is None:
        return -1
    if axis >= 0:
        return axis
    rank = input.shape.ndims
    if rank is None:
        raise ValueError("input should have known rank to use negative axis.")
    return axis % rank


def quantize_and_dequantize(
    input, input_min, input_max, signed_input=True, num_bits=8, range_given=False,
    round_mode="HALF_TO_EVEN", name: str | None = None, narrow_range=False, axis=None,
) -> Tensor:  # fmt: skip
    """Rounds to multiples of a step, such that the range fits into integers of ``num_bits`` bits.

    The step is the greater of ``min / least`` and ``max / greatest``, where ``least`` and
    ``greatest`` are the ends of the integers: -128 and 127 for 8 bits with a sign.

    Args:
      input: floating numbers.
      input_min: the lower end, a scalar; not used unless ``range_given``.
      input_max: the upper end, a scalar; not used unless ``range_given``.
      signed_input: whether the integers have a sign.
      num_bits: how many bits they have, the sign included.
      range_given: whether the range is that given, and what is beyond is cut; else it is that of
        the numbers in ``input``.
      round_mode: ``"HALF_TO_EVEN"`` or ``"HALF_UP"``.
      name: the name of the node; default ``"QuantizeAndDequantizeV2"``.
      narrow_range: leaves out the least integer, so that the others are symmetric.
      axis: an axis along which each place has a range of its own; the ends are then vectors.

    Returns:
      A tensor like ``input``.

    Raises:
      ValueError: the ends are no scalars (with ``axis``: no vectors of its length).
      InvalidArgumentError: when run, ``num_bits`` is out of range, or the range empty.

    Gradient:
      ``dy``, as if nothing happened; none for the ends.

    Example:
      >>> x = tf.constant([-1.0, -0.4, 0.3, 2.0])
      >>> y = tf.quantization.quantize_and_dequantize(x, -1.0, 1.0, num_bits=3, range_given=True)
      >>> tf.Session().run(y).round(3)
      array([-1.   , -0.333,  0.333,  1.   ], dtype=float32)
    """
    return add_op(
        "QuantizeAndDequantizeV2", input, input_min, input_max, signed_input=signed_input,
        num_bits=num_bits, range_given=range_given, round_mode=round_mode,
        narrow_range=narrow_range, axis=_counted_from_front(axis, input), name=name,
    )  # fmt: skip


def quantize_and_dequantize_v2(
    input, input_min, input_max, signed_input=True, num_bits=8, range_given=False,
    round_mode="HALF_TO_EVEN", name: str | None = None, narrow_range=False, axis=None,
) -> Tensor:  # fmt: skip
    """`tf.quantization.quantize_and_dequantize`, with a gradient of 0 out of the range."""
    return add_op(
        "QuantizeAndDequantizeV4", input, input_min, input_max, signed_input=signed_input,
        num_bits=num_bits, range_given=range_given, round_mode=round_mode,
        narrow_range=narrow_range, axis=_counted_from_front(axis, input), name=name,
    )  # fmt: skip
