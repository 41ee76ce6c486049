"""Derivatives of colours: those of hue, saturation and value by red, green and blue.

With ``max`` and ``min`` of the three channels ``V = max``, ``S = (max - min) / max``, and the hue
is the difference of two channels over ``max - min``; which two depends on the greatest one.  Each
partial derivative is a sum of the cases, multiplied with indicators of which channel is greatest
and which smallest.  The nodes are TensorFlow's, which has no further derivatives of the kind.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.functions.cwise_binary import add, div_no_nan, maximum, minimum
from tfgrad._src.functions.cwise_unary import square
from tfgrad._src.functions.join import stack
from tfgrad._src.functions.reduce import reduce_mean
from tfgrad._src.gradients.algorithm import gradients
from tfgrad._src.gradients.registry import gradient, not_differentiable
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Operation, Tensor

not_differentiable("HSVToRGB", "DrawBoundingBoxes")


def _inverse(x: Tensor) -> Tensor:
    """The reciprocal, 0 of 0."""
    return div_no_nan(cast(1.0, x.dtype), x)


class _Pixels:
    """The channels of an image and which of them is the greatest and the smallest.

    Attributes:
      of: channel name -> values.
      most, least: channel name -> 1 where it is the greatest (smallest), else 0; one channel where
        several tie.
    """

    def __init__(self, op: Operation):
        x, y = op.inputs[0], op.outputs[0]
        r, g, b = x[..., 0], x[..., 1], x[..., 2]
        self.of = {"r": r, "g": g, "b": b}
        self.saturation, self.value = y[..., 1], y[..., 2]
        dtype = x.dtype
        self.dtype = dtype
        self.most = {
            "r": cast((r >= b) & (r >= g), dtype),
            "g": cast((g > r) & (g >= b), dtype),
            "b": cast((b > r) & (b > g), dtype),
        }
        self.least = {
            "r": cast((r < b) & (r < g), dtype),
            "g": cast((g <= r) & (g < b), dtype),
            "b": cast((b <= r) & (b <= g), dtype),
        }

    def is_positive(self, channel: str) -> Tensor:
        return cast(self.of[channel] > 0, self.dtype)

    def difference(self, pair: str) -> Tensor:
        return self.of[pair[0]] - self.of[pair[1]]


def _saturation_by(p: _Pixels, channel: str, others: str, greatest: str) -> Tensor:
    """``min / max**2`` where the channel is the greatest, ``-1 / max`` where it is the smallest."""
    x = p.of[channel]
    a, b = others
    smallest = add(p.least[a] * p.of[a], p.least[b] * p.of[b])
    where_most = p.most[channel] * smallest * _inverse(square(x))
    where_least = p.least[channel] * -1
    a, b = greatest
    return add(where_most, where_least * _inverse((p.most[a] * p.of[a]) + (p.most[b] * p.of[b])))


# Per channel, the cases of the hue's derivative: the greatest channel, the smallest one that tells
# the case (None: whichever), whether the sign is turned, the difference in the numerator, and what
# its denominator is made of: a difference, with "2" its square, "SV" the squares of both.
_HUE = {
    "r": (
        ("r", None, True, "gb", "SV"),
        ("g", "r", False, "bg", "rg2"),
        ("g", "b", True, None, "gb"),
        ("b", "r", False, "bg", "br2"),
        ("b", "g", False, None, "bg"),
    ),
    "g": (
        ("g", None, True, "br", "SV"),
        ("r", "g", False, "rb", "rg2"),
        ("r", "b", False, None, "rb"),
        ("b", "g", False, "rb", "bg2"),
        ("b", "r", True, None, "br"),
    ),
    "b": (
        ("b", None, True, "rg", "SV"),
        ("r", "b", False, "gr", "rb2"),
        ("r", "g", True, None, "rg"),
        ("g", "b", False, "gr", "gb2"),
        ("g", "r", False, None, "gr"),
    ),
}


def _hue_case(p: _Pixels, most: str, least: str | None, turned: bool, over, under: str) -> Tensor:
    """One case, in degrees."""
    y = p.is_positive(most) * p.most[most]
    if least is not None:
        y = y * p.least[least]
    if turned:
        y = y * -1
    if over is not None:
        y = y * p.difference(over)
    if under == "SV":
        y = y * _inverse(square(p.saturation)) * _inverse(square(p.value))
    elif under.endswith("2"):
        y = y * _inverse(square(p.difference(under)))
    else:
        y = y * _inverse(p.difference(under))
    return 60 * y


def _hue_by(p: _Pixels, channel: str) -> Tensor:
    cases = [_hue_case(p, *case) for case in _HUE[channel]]
    total = cases[0]
    for case in cases[1:]:
        total = total + case
    return total / 360


@gradient("RGBToHSV")
def rgb_to_hsv_grad(op: Operation, dy: Tensor) -> Tensor:
    p, dy = _Pixels(op), convert_to_tensor(dy)  # it may be sliced
    saturation = [
        p.is_positive(channel) * _saturation_by(p, channel, others, greatest)
        for channel, others, greatest in (("r", "gb", "gb"), ("g", "rb", "rb"), ("b", "gr", "gr"))
    ]
    hue = [_hue_by(p, channel) for channel in "rgb"]
    parts = [
        stack([dy[..., k] * d for d in derivatives], axis=-1)
        for k, derivatives in ((2, list(p.most.values())), (1, saturation), (0, hue))
    ]
    return add(add(parts[0], parts[1]), parts[2])


@gradient("AdjustContrast")
def adjust_contrast_grad(op: Operation, dy: Tensor) -> list:
    """The op written out in simpler ones, and differentiated; TensorFlow has no gradient."""
    inputs = list(op.inputs)
    x, factor, low, high = inputs
    wide = cast(x, dt.float32)
    mean = reduce_mean(wide, [-3, -2], keepdims=True)
    y = minimum(maximum((wide - mean) * factor + mean, low), high)
    return gradients(y, inputs, dy, stop_gradients=inputs)
