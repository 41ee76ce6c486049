"""The random streams of a session: one per random node, moved on by what each run consumes."""

import secrets

import numpy as np

from tfgrad._src.graph.node import Operation
from tfgrad._src.ops import random as random_ops

_MASK = 0xFFFFFFFF
_MASK_128 = (1 << 128) - 1
WORDS = 6  # of a stream: its counter and its key


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

    def take(self, ops: list[Operation], blocks: list[int], drawn: list) -> list[np.ndarray]:
        """The stream of each node, which then moves on by what a run consumes.

        Args:
          ops: the nodes.
          blocks: the number of blocks that each consumes.
          drawn: collects what `give_back` needs.
        """
        words = self.words(ops)
        counters = self._counters
        before = [counters[op] for op in ops]
        drawn.append((ops, blocks, before))
        for op, n, counter in zip(ops, blocks, before, strict=True):
            counters[op] = counter + n & _MASK_128
        return words

    def give_back(self, drawn: list) -> None:
        """Moves streams back after a run that failed.

        One that another run has moved on since stays: numbers are never drawn twice.
        """
        for ops, blocks, before in reversed(drawn):
            for op, n, counter in zip(ops, blocks, before, strict=True):
                if self._counters[op] == counter + n & _MASK_128:
                    self._counters[op] = counter
