"""Small wrong programs, whose errors are recorded from TensorFlow in ``errors.json``.

Plain TF1 code that never imports TensorFlow: every ``case_*`` gets the module to test, and runs in
a fresh default graph.  Used by ``record_errors.py`` and by the tests of tfgrad, through `outcome`.
A case that raises nothing is recorded as class ``"ok"``; the message is then the repr of what it
returned, if that is a string, number, list, tuple, ... of such.

`operators` has Python expressions on tensors, and what they make (section "operators").
"""

from . import (
    arrays,
    convolution,
    dtypes,
    feeds_and_fetches,
    gradients,
    graph,
    run_time,
    run_time_shapes,
    shapes,
    sparse,
    tensor_shape,
    tensors,
    variables,
)
from .harness import disagreement, first_sentence, one_form, outcome
from .operators import EXPRESSIONS, operator_outcome

__all__ = [
    "EXPRESSIONS", "cases", "disagreement", "first_sentence", "one_form", "operator_outcome",
    "outcome",
]  # fmt: skip

_THEMES = [
    shapes, dtypes, feeds_and_fetches, variables, tensors, arrays, graph, tensor_shape, gradients,
    run_time, run_time_shapes, sparse, convolution,
]  # fmt: skip


def cases():
    """All cases: name without ``case_`` -> function, in the order of the files."""
    return {
        name[5:]: function
        for theme in _THEMES
        for name, function in vars(theme).items()
        if name.startswith("case_")
    }
