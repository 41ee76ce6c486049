"""`tf.quantization`: small integers that stand for floats, and floats rounded likewise."""

from tfgrad._src.functions.quantize import (
    fake_quant_with_min_max_args,
    fake_quant_with_min_max_args_gradient,
    fake_quant_with_min_max_vars,
    fake_quant_with_min_max_vars_gradient,
    fake_quant_with_min_max_vars_per_channel,
    fake_quant_with_min_max_vars_per_channel_gradient,
    quantize_and_dequantize,
    quantize_and_dequantize_v2,
)
from tfgrad._src.functions.quantized import (
    dequantize,
    quantize,
    quantized_concat,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "dequantize",
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
    "quantize",
    "quantize_and_dequantize",
    "quantize_and_dequantize_v2",
    "quantized_concat",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
