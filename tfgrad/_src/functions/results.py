"""Several results of one node, which can be taken apart by place or by name."""

import functools
from collections import namedtuple
from typing import Any

from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.registry import OPS


@functools.cache
def _class(op_type: str) -> Any:
    return namedtuple(op_type, [arg.name for arg in OPS[op_type].outputs])


def add_named(op_type: str, *inputs, **attrs) -> Any:
    """Adds a node as `add_op` does; its outputs in a tuple with the names that the op type has."""
    return _class(op_type)._make(add_op(op_type, *inputs, **attrs))
