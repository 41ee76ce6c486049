"""The derivative of `Cast` is a cast back; none passes through whole numbers and booleans.

`Bitcast` has none, as in TensorFlow.
"""

from tfgrad._src.functions.cast import cast
from tfgrad._src.gradients.registry import gradient
from tfgrad._src.graph.dtypes import COMPLEX, FLOATING
from tfgrad._src.graph.node import Operation

_SMOOTH = {*FLOATING, *COMPLEX}


@gradient("Cast")
def cast_grad(op: Operation, dy):
    source = op.inputs[0].dtype.base_dtype
    if source in _SMOOTH and dy.dtype.base_dtype in _SMOOTH:
        return cast(dy, source)
    return None
