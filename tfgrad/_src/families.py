"""Imports every family, so that all op types, gradients and operators are registered.

A new family is one line in each list.
"""

from tfgrad._src.functions import index as _index
from tfgrad._src.functions import operators as _operators
from tfgrad._src.gradients import (
    activation as _gradients_activation,
)
from tfgrad._src.gradients import (
    bias as _gradients_bias,
)
from tfgrad._src.gradients import (
    cast as _gradients_cast,
)
from tfgrad._src.gradients import (
    comparison as _gradients_comparison,
)
from tfgrad._src.gradients import (
    control as _gradients_control,
)
from tfgrad._src.gradients import (
    cwise_binary as _gradients_cwise_binary,
)
from tfgrad._src.gradients import (
    cwise_unary as _gradients_cwise_unary,
)
from tfgrad._src.gradients import (
    fill as _gradients_fill,
)
from tfgrad._src.gradients import (
    functional as _gradients_functional,
)
from tfgrad._src.gradients import (
    gather as _gradients_gather,
)
from tfgrad._src.gradients import (
    host as _gradients_host,
)
from tfgrad._src.gradients import (
    index as _gradients_index,
)
from tfgrad._src.gradients import (
    join as _gradients_join,
)
from tfgrad._src.gradients import (
    linalg as _gradients_linalg,
)
from tfgrad._src.gradients import (
    loss as _gradients_loss,
)
from tfgrad._src.gradients import (
    matrix as _gradients_matrix,
)
from tfgrad._src.gradients import (
    pad as _gradients_pad,
)
from tfgrad._src.gradients import (
    random as _gradients_random,
)
from tfgrad._src.gradients import (
    reduce as _gradients_reduce,
)
from tfgrad._src.gradients import (
    segment as _gradients_segment,
)
from tfgrad._src.gradients import (
    select as _gradients_select,
)
from tfgrad._src.gradients import (
    shape as _gradients_shape,
)
from tfgrad._src.gradients import (
    special as _gradients_special,
)
from tfgrad._src.gradients import (
    state as _gradients_state,
)
from tfgrad._src.gradients import (
    top_k as _gradients_top_k,
)
from tfgrad._src.interop import fetching as _fetching
from tfgrad._src.ops import (
    activation as _ops_activation,
)
from tfgrad._src.ops import (
    bias as _ops_bias,
)
from tfgrad._src.ops import (
    broadcasting as _ops_broadcasting,
)
from tfgrad._src.ops import (
    cast as _ops_cast,
)
from tfgrad._src.ops import (
    comparison as _ops_comparison,
)
from tfgrad._src.ops import (
    constant as _ops_constant,
)
from tfgrad._src.ops import (
    control as _ops_control,
)
from tfgrad._src.ops import (
    cwise_binary as _ops_cwise_binary,
)
from tfgrad._src.ops import (
    cwise_unary as _ops_cwise_unary,
)
from tfgrad._src.ops import (
    fill as _ops_fill,
)
from tfgrad._src.ops import (
    functional as _ops_functional,
)
from tfgrad._src.ops import (
    gather as _ops_gather,
)
from tfgrad._src.ops import (
    host as _ops_host,
)
from tfgrad._src.ops import (
    index as _ops_index,
)
from tfgrad._src.ops import (
    join as _ops_join,
)
from tfgrad._src.ops import (
    linalg as _ops_linalg,
)
from tfgrad._src.ops import (
    loss as _ops_loss,
)
from tfgrad._src.ops import (
    matrix as _ops_matrix,
)
from tfgrad._src.ops import (
    pad as _ops_pad,
)
from tfgrad._src.ops import (
    philox as _ops_philox,
)
from tfgrad._src.ops import (
    random as _ops_random,
)
from tfgrad._src.ops import (
    random_stateless as _ops_random_stateless,
)
from tfgrad._src.ops import (
    reduce as _ops_reduce,
)
from tfgrad._src.ops import (
    segment as _ops_segment,
)
from tfgrad._src.ops import (
    select as _ops_select,
)
from tfgrad._src.ops import (
    shape as _ops_shape,
)
from tfgrad._src.ops import (
    special as _ops_special,
)
from tfgrad._src.ops import (
    state as _ops_state,
)
from tfgrad._src.ops import (
    top_k as _ops_top_k,
)
from tfgrad._src.ops import (
    training as _ops_training,
)
from tfgrad._src.runtime import functions as _runtime_functions
