"""`tf.math.special`: special functions."""

from tfgrad._src.functions.bessel import (
    bessel_i0,
    bessel_i0e,
    bessel_i1,
    bessel_i1e,
    bessel_j0,
    bessel_j1,
    bessel_k0,
    bessel_k0e,
    bessel_k1,
    bessel_k1e,
    bessel_y0,
    bessel_y1,
)
from tfgrad._src.functions.special import dawsn, expint, fresnel_cos, fresnel_sin, spence
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "bessel_j0",
    "bessel_j1",
    "bessel_k0",
    "bessel_k0e",
    "bessel_k1",
    "bessel_k1e",
    "bessel_y0",
    "bessel_y1",
    "dawsn",
    "expint",
    "fresnel_cos",
    "fresnel_sin",
    "spence",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
