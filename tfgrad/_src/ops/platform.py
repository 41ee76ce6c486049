"""Which of several formulations of an op runs where: the one table in which platforms differ.

A lowering that is written in two ways asks `formulation` which one to use; everything else about an
op is the same on all platforms.  A row says what is measured, or what goes wrong, so that it can be
looked at again with another version of XLA.
"""

from typing import NamedTuple

import jax


class Choice(NamedTuple):
    """What an op type is made of on a CPU and elsewhere; the names mean something to its family."""

    cpu: str
    elsewhere: str


# fmt: off
CHOICES: dict[str, Choice] = {
    # XLA's CPU library for large reductions loses a nan; a comparison that it does not take keeps
    # it, and is 2 to 3 times slower.  See ``ops/reduce.py``.
    "Max":                   Choice("comparison", "library"),
    "Min":                   Choice("comparison", "library"),
    # XLA's CPU convolutions are fast for some numbers of channels and up to 60 times slower for
    # others, and slow in three dimensions.  ``ops/conv_kernels.py`` says what is done about it.
    "Conv":                  Choice("fitted", "library"),
    # With one channel in each group they are 40 to 50 times slower than element-wise products.
    "DepthwiseConv2dNative": Choice("shifted", "library"),
    # On CPUs random words are 3 to 10 times slower in one kernel with what reads them in another
    # order.  See ``ops/philox.py``.
    "own kernel":            Choice("branch", "fused"),
}
# fmt: on


def formulation(op_type: str) -> str:
    """The formulation of ``op_type`` on the platform that JAX uses."""
    choice = CHOICES[op_type]
    return choice.cpu if jax.default_backend() == "cpu" else choice.elsewhere
