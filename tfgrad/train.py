"""`tf.train`: training: optimizers, slots, the global step."""

from tfgrad._src.graph.example import (
    BytesList,
    Example,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
    SequenceExample,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute
from tfgrad._src.train.adadelta import (
    AdadeltaOptimizer,
)
from tfgrad._src.train.adagrad import (
    AdagradOptimizer,
)
from tfgrad._src.train.adam import (
    AdamOptimizer,
)
from tfgrad._src.train.ftrl import (
    FtrlOptimizer,
)
from tfgrad._src.train.gradient_descent import (
    GradientDescentOptimizer,
)
from tfgrad._src.train.learning_rate_decay import (
    cosine_decay,
    cosine_decay_restarts,
    exponential_decay,
    inverse_time_decay,
    linear_cosine_decay,
    natural_exp_decay,
    noisy_linear_cosine_decay,
    piecewise_constant,
    polynomial_decay,
)
from tfgrad._src.train.learning_rate_decay import (
    piecewise_constant as piecewise_constant_decay,
)
from tfgrad._src.train.momentum import (
    MomentumOptimizer,
)
from tfgrad._src.train.moving_averages import (
    ExponentialMovingAverage,
)
from tfgrad._src.train.optimizer import (
    Optimizer,
)
from tfgrad._src.train.proximal import (
    AdagradDAOptimizer,
    ProximalAdagradOptimizer,
    ProximalGradientDescentOptimizer,
)
from tfgrad._src.train.rmsprop import (
    RMSPropOptimizer,
)
from tfgrad._src.train.training_util import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)

__all__ = [
    "AdadeltaOptimizer",
    "AdagradDAOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "BytesList",
    "Example",
    "ExponentialMovingAverage",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "Int64List",
    "MomentumOptimizer",
    "Optimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "SequenceExample",
    "assert_global_step",
    "cosine_decay",
    "cosine_decay_restarts",
    "create_global_step",
    "exponential_decay",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "inverse_time_decay",
    "linear_cosine_decay",
    "natural_exp_decay",
    "noisy_linear_cosine_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
