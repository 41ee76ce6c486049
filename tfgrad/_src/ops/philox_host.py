"""The generator of `ops/philox.py` on the host, for ops that draw numbers one after the other.

Each node has one stream per session, as the random nodes of compiled programs have.
"""

import secrets
import weakref

import numpy as np

from tfgrad._src.graph import running

_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def _blocks(counter: int, key: int, n: int) -> np.ndarray:
    """The words of ``n`` blocks, in order."""
    low = np.uint64(counter % 2**64) + np.arange(n, dtype=np.uint64)
    high = np.uint64(counter >> 64) + (low < np.uint64(counter % 2**64)).astype(np.uint64)
    x0, x1, x2, x3 = low & _WORD, low >> _HALF, high & _WORD, high >> _HALF
    k0, k1 = key % 2**32, key >> 32 & 0xFFFFFFFF
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * x0, np.uint64(0xCD9E8D57) * x2
        x0, x1 = b >> _HALF ^ x1 ^ np.uint64(k0), b & _WORD
        x2, x3 = a >> _HALF ^ x3 ^ np.uint64(k1), a & _WORD
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack([x0, x1, x2, x3], 1).reshape(-1)


class Words:
    """The words of a stream from a counter on, made as they are asked for."""

    def __init__(self, counter: int, key: int):
        self._counter, self._key = counter, key
        self._words: list[int] = []
        self._many = 16  # blocks that are made at a time

    def word(self) -> int:
        if not self._words:
            made = _blocks(self._counter, self._key, self._many)
            self._counter = (self._counter + self._many) % 2**128
            self._words = made.tolist()[::-1]
            self._many = min(2 * self._many, 4096)
        return self._words.pop()

    def word64(self) -> int:
        low = self.word()
        return low | self.word() << 32

    def uniform(self) -> float:
        """In [0, 1), with 52 bits."""
        high = self.word()
        return ((high & 0xFFFFF) * 2**32 + self.word()) / 2**52

    def uniform32(self) -> float:
        """In [0, 1), with 23 bits."""
        return (self.word() & 0x7FFFFF) / 2**23

    def below(self, n: int, bits: int = 64) -> int:
        """A whole number in [0, n), each as likely."""
        draw = self.word64 if bits == 64 else self.word
        if n & (n - 1) == 0:
            return draw() & (n - 1)
        least = (2**bits - 1) % n + 1
        while (word := draw()) < least:
            pass
        return word % n


def shuffled(x: np.ndarray, words: Words) -> np.ndarray:
    """The rows in the order of swapping ``i`` with ``i + word mod (n - i)``, i = 0, 1..."""
    order = np.arange(len(x) if x.ndim else 0)
    for i in range(len(order) - 1):
        j = i + words.word() % (len(order) - i)
        order[[i, j]] = order[[j, i]]
    return x[order] if x.ndim else x


class Stream:
    """A stream, which each use moves on by the blocks that it reserves."""

    def __init__(self, seed: int, seed2: int):
        self._key = seed % 2**64
        self._counter = (seed2 % 2**64) << 64

    def reserve(self, blocks: int) -> Words:
        words = Words(self._counter, self._key)
        self._counter = (self._counter + blocks) % 2**128
        return words


_OF_SESSIONS: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def of_session(node, make):
    """What the session of this run keeps for ``node``; ``make()`` makes it at first."""
    run = running.current()
    kept = _OF_SESSIONS.setdefault(node.graph if run is None else run.session, {})
    if node not in kept:
        kept[node] = make()
    return kept[node]


def seeds(node) -> tuple[int, int]:
    """The two seeds of a node; without them other ones in every session."""
    found = node.attrs["seed"], node.attrs["seed2"]
    return found if any(found) else (secrets.randbits(63), secrets.randbits(63))
