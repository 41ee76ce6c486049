"""`tf.random`: random numbers."""

from tfgrad import _random_experimental as experimental
from tfgrad._src.functions.candidate_sampling import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from tfgrad._src.functions.random import (
    categorical,
    multinomial,
    truncated_normal,
)
from tfgrad._src.functions.random import (
    random_gamma as gamma,
)
from tfgrad._src.functions.random import (
    random_normal as normal,
)
from tfgrad._src.functions.random import (
    random_poisson as poisson,
)
from tfgrad._src.functions.random import (
    random_shuffle as shuffle,
)
from tfgrad._src.functions.random import (
    random_uniform as uniform,
)
from tfgrad._src.functions.random_stateless import (
    Algorithm,
    stateless_categorical,
    stateless_multinomial,
    stateless_parameterized_truncated_normal,
    stateless_truncated_normal,
)
from tfgrad._src.functions.random_stateless import (
    stateless_fold_in as fold_in,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_binomial as stateless_binomial,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_gamma as stateless_gamma,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_normal as stateless_normal,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_poisson as stateless_poisson,
)
from tfgrad._src.functions.random_stateless import (
    stateless_random_uniform as stateless_uniform,
)
from tfgrad._src.functions.random_stateless import (
    stateless_split as split,
)
from tfgrad._src.graph.seeds import (
    get_seed,
    set_random_seed,
)
from tfgrad._src.interop.names import unknown_attribute as _unknown_attribute

__all__ = [
    "Algorithm",
    "all_candidate_sampler",
    "categorical",
    "experimental",
    "fixed_unigram_candidate_sampler",
    "fold_in",
    "gamma",
    "get_seed",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "multinomial",
    "normal",
    "poisson",
    "set_random_seed",
    "shuffle",
    "split",
    "stateless_binomial",
    "stateless_categorical",
    "stateless_gamma",
    "stateless_multinomial",
    "stateless_normal",
    "stateless_parameterized_truncated_normal",
    "stateless_poisson",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
    "uniform_candidate_sampler",
]


def __getattr__(name: str):
    raise _unknown_attribute(__name__, name, globals())
