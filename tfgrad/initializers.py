"""`tf.initializers`: initial values of variables."""

from tfgrad._src.functions.initializers import (
    Constant as constant,
)
from tfgrad._src.functions.initializers import (
    GlorotNormal as glorot_normal,
)
from tfgrad._src.functions.initializers import (
    GlorotUniform as glorot_uniform,
)
from tfgrad._src.functions.initializers import (
    Identity as identity,
)
from tfgrad._src.functions.initializers import (
    Ones as ones,
)
from tfgrad._src.functions.initializers import (
    Orthogonal as orthogonal,
)
from tfgrad._src.functions.initializers import (
    RandomNormal as random_normal,
)
from tfgrad._src.functions.initializers import (
    RandomUniform as random_uniform,
)
from tfgrad._src.functions.initializers import (
    TruncatedNormal as truncated_normal,
)
from tfgrad._src.functions.initializers import (
    UniformUnitScaling as uniform_unit_scaling,
)
from tfgrad._src.functions.initializers import (
    VarianceScaling as variance_scaling,
)
from tfgrad._src.functions.initializers import (
    Zeros as zeros,
)
from tfgrad._src.functions.initializers import (
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
)
from tfgrad._src.functions.lookup import (
    tables_initializer,
)
from tfgrad._src.functions.variable_lists import (
    global_variables_initializer as global_variables,
)
from tfgrad._src.functions.variable_lists import (
    local_variables_initializer as local_variables,
)
from tfgrad._src.functions.variable_lists import (
    variables_initializer as variables,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "constant",
    "global_variables",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "local_variables",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "tables_initializer",
    "truncated_normal",
    "uniform_unit_scaling",
    "variables",
    "variance_scaling",
    "zeros",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
