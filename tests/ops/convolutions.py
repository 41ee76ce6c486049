"""Convolutions by their definition, in numpy: the oracle of ``test_conv*.py``."""

import itertools

import numpy as np


def pads(size: int, k: int, stride: int, dilation: int, padding) -> tuple[int, int, int]:
    """How far the first window starts before the input, the last ends behind it; their number."""
    reach = (k - 1) * dilation + 1
    if padding == "SAME":
        out = -(-size // stride)
        total = max((out - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2, out
    low, high = (0, 0) if padding == "VALID" else padding
    return low, high, (size + low + high - reach) // stride + 1


def windows(x: np.ndarray, ks, strides, dilations, padding, fill=0):
    """``[batch, *out, *k, channels]``: what the filter sees at each place.

    ``padding`` is a name, or a pair per spatial axis.
    """
    n = len(ks)
    each = [padding] * n if isinstance(padding, str) else padding
    found = [
        pads(x.shape[i + 1], *a)
        for i, a in enumerate(zip(ks, strides, dilations, each, strict=True))
    ]
    edges = [(0, 0), *[(low, high + max(strides)) for low, high, _ in found], (0, 0)]
    x = np.pad(x, edges, constant_values=fill)
    outs = [out for *_, out in found]
    result = np.zeros((x.shape[0], *outs, *ks, x.shape[-1]), x.dtype)
    for place in itertools.product(*map(range, outs)):
        starts = [p * s for p, s in zip(place, strides, strict=True)]
        sees = tuple(
            slice(b, b + (k - 1) * d + 1, d) for b, k, d in zip(starts, ks, dilations, strict=True)
        )
        result[(slice(None), *place)] = x[(slice(None), *sees)]
    return result


def conv(x, w, strides, dilations, padding) -> np.ndarray:
    """Channels in groups where ``w`` has fewer than ``x``."""
    n = w.ndim - 2
    seen = windows(x, w.shape[:n], strides, dilations, padding)
    groups = x.shape[-1] // w.shape[-2]
    parts = []
    for g in range(groups):
        c, o = w.shape[-2], w.shape[-1] // groups
        part = seen[..., g * c : (g + 1) * c]
        axes = list(range(n + 1, 2 * n + 2))
        parts.append(np.tensordot(part, w[..., g * o : (g + 1) * o], (axes, list(range(n + 1)))))
    return np.concatenate(parts, -1)


def depthwise(x, w, strides, dilations, padding) -> np.ndarray:
    seen = windows(x, w.shape[:2], strides, dilations, padding)
    y = np.einsum("bijpqc,pqcm->bijcm", seen, w)
    return y.reshape(*y.shape[:3], -1)


def transposed(f, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
    """The gradient of ``sum(dy * f(x))`` for a linear ``f``, one element after the other."""
    result = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        unit = np.zeros_like(x)
        unit[i] = 1
        result[i] = np.sum(dy * f(unit))
    return result
