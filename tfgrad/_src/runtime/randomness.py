"""The random streams of a session: one per random node, moved on by what each run consumes."""

import secrets

import numpy as np

from tfgrad._src.graph.node import Operation
from tfgrad._src.ops import random as random_ops

_MASK = 0xFFFFFFFF


def is_random(op: Operation) -> bool:
    """Whether ``op`` draws from a stream."""
    return op.type in random_ops.RESERVATIONS


def reserve(op: Operation, inputs: list) -> int:
    """The number of blocks that one execution of ``op`` consumes."""
    return random_ops.RESERVATIONS[op.type](op, *inputs)


class Streams:
    """The positions of all streams of one session."""

    def __init__(self):
        self._counters: dict[Operation, int] = {}
        self._keys: dict[Operation, tuple[int, int]] = {}

    def words(self, ops: list[Operation]) -> list[np.ndarray]:
        """The stream of each node as ``uint32[6]``: counter and key, lowest words first.

        One array each: rows of one array would make each node's kernel a different one to compile.
        """
        rows = []
        for op in ops:
            if op not in self._counters:
                self._open(op)
            c = self._counters[op]
            rows.append(
                (c & _MASK, c >> 32 & _MASK, c >> 64 & _MASK, c >> 96 & _MASK, *self._keys[op])
            )
        return [np.array(row, np.uint32) for row in rows]

    def _open(self, op: Operation) -> None:
        seed, seed2 = op.attrs["seed"], op.attrs["seed2"]
        if seed == 0 and seed2 == 0:  # no seed was asked for: other numbers in every session
            seed, seed2 = secrets.randbits(62), secrets.randbits(62)
        self._counters[op] = random_ops.initial_counter(seed, seed2)
        self._keys[op] = random_ops.key(seed)

    def advance(self, ops: list[Operation], blocks: list[int]) -> None:
        """Moves the streams on after a run that succeeded."""
        for op, n in zip(ops, blocks, strict=True):
            self._counters[op] = (self._counters[op] + n) % (1 << 128)
