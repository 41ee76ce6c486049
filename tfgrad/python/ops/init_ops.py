"""`tf.python.ops.init_ops`: a private import path of TensorFlow."""

from tfgrad._src.functions.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    Identity,
    Initializer,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    UniformUnitScaling,
    VarianceScaling,
    Zeros,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
)
from tfgrad._src.functions.initializers import (
    Constant as constant_initializer,
)
from tfgrad._src.functions.initializers import (
    GlorotNormal as glorot_normal_initializer,
)
from tfgrad._src.functions.initializers import (
    GlorotUniform as glorot_uniform_initializer,
)
from tfgrad._src.functions.initializers import (
    Identity as identity_initializer,
)
from tfgrad._src.functions.initializers import (
    Ones as ones_initializer,
)
from tfgrad._src.functions.initializers import (
    Orthogonal as orthogonal_initializer,
)
from tfgrad._src.functions.initializers import (
    RandomNormal as random_normal_initializer,
)
from tfgrad._src.functions.initializers import (
    RandomUniform as random_uniform_initializer,
)
from tfgrad._src.functions.initializers import (
    TruncatedNormal as truncated_normal_initializer,
)
from tfgrad._src.functions.initializers import (
    UniformUnitScaling as uniform_unit_scaling_initializer,
)
from tfgrad._src.functions.initializers import (
    VarianceScaling as variance_scaling_initializer,
)
from tfgrad._src.functions.initializers import (
    Zeros as zeros_initializer,
)
from tfgrad._src.functions.initializers import (
    _fans as _compute_fans,
)
from tfgrad._src.functions.initializers import (
    _floating as _assert_float_dtype,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "Identity",
    "Initializer",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "UniformUnitScaling",
    "VarianceScaling",
    "Zeros",
    "constant_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "he_normal",
    "he_uniform",
    "identity_initializer",
    "lecun_normal",
    "lecun_uniform",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
