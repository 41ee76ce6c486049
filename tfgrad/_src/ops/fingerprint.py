"""Fingerprints of text: 64 bits that are the same on every machine and for ever.

`fingerprint64` is FarmHash's function of that name, which TensorFlow uses to put strings into
buckets; `concatenated` combines two fingerprints to that of a pair.

`hash64` is the older one, which `tf.string_to_hash_bucket` uses; `sip_hash` has a key.

Sources: Geoff Pike, FarmHash (https://github.com/google/farmhash), `farmhashna::Hash64`; Austin
Appleby, MurmurHash64A; Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012).
"""

_MASK = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _rotate(x: int, by: int) -> int:
    x &= _MASK
    return (x >> by | x << (64 - by)) & _MASK


def _mix(x: int) -> int:
    x &= _MASK
    return x ^ x >> 47


def _pair(u: int, v: int, mul: int) -> int:
    """The hash of 16 bytes, as two numbers."""
    a = _mix((u ^ v) * mul)
    b = _mix((v ^ a) * mul)
    return b * mul & _MASK


def _short(s: bytes) -> int:
    n = len(s)
    mul = _K2 + 2 * n
    if n >= 8:
        a = _read(s, 0) + _K2
        b = _read(s, n - 8)
        c = _rotate(b, 37) * mul + a
        d = (_rotate(a, 25) + b) * mul
        return _pair(c & _MASK, d & _MASK, mul)
    if n >= 4:
        a = int.from_bytes(s[:4], "little")
        return _pair(n + (a << 3), int.from_bytes(s[-4:], "little"), mul)
    if n:
        y = s[0] + (s[n >> 1] << 8)
        z = n + (s[-1] << 2)
        return _mix(y * _K2 & _MASK ^ z * _K0 & _MASK) * _K2 & _MASK
    return _K2


def _middle(s: bytes) -> int:
    """Of 17 to 64 bytes."""
    n = len(s)
    mul = _K2 + 2 * n
    a = _read(s, 0) * (_K1 if n <= 32 else _K2) & _MASK
    b = _read(s, 8)
    c = _read(s, n - 8) * mul & _MASK
    d = _read(s, n - 16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d & _MASK
    z = _pair(y, a + _rotate(b + _K2, 18) + c & _MASK, mul)
    if n <= 32:
        return z
    e = _read(s, 16) * mul & _MASK
    f = _read(s, 24)
    g = (y + _read(s, n - 32)) * mul & _MASK
    h = (z + _read(s, n - 24)) * mul
    first = _rotate(e + f, 43) + _rotate(g, 30) + h
    return _pair(first & _MASK, e + _rotate(f + a, 18) + g & _MASK, mul)


def _read(s: bytes, at: int) -> int:
    return int.from_bytes(s[at : at + 8], "little")


def _weak(s: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """Two numbers from 32 bytes and two seeds."""
    w, x, y, z = (_read(s, at + 8 * i) for i in range(4))
    a = a + w & _MASK
    b = _rotate(b + a + z, 21)
    c = a
    a = a + x + y & _MASK
    b += _rotate(a, 44)
    return a + z & _MASK, b + c & _MASK


def _long(s: bytes) -> int:
    n = len(s)
    x, y = 81, 81 * _K1 + 113 & _MASK
    z = _mix(y * _K2 + 113) * _K2 & _MASK
    v, w = (0, 0), (0, 0)
    x = x * _K2 + _read(s, 0) & _MASK
    end = (n - 1) // 64 * 64

    def step(at: int, mul: int, nine: int) -> None:
        nonlocal x, y, z, v, w
        x = _rotate(x + y + v[0] + _read(s, at + 8), 37) * mul & _MASK
        y = _rotate(y + v[1] + _read(s, at + 48), 42) * mul & _MASK
        x ^= w[1] * nine & _MASK
        y = y + v[0] * nine + _read(s, at + 40) & _MASK
        z = _rotate(z + w[0], 33) * mul & _MASK
        v = _weak(s, at, v[1] * mul & _MASK, x + w[0])
        w = _weak(s, at + 32, z + w[1], y + _read(s, at + 16))
        z, x = x, z

    for at in range(0, end, 64):
        step(at, _K1, 1)
    mul = _K1 + ((z & 0xFF) << 1)
    rest = (n - 1) & 63
    first = w[0] + rest & _MASK
    v = (v[0] + first & _MASK, v[1])
    w = (first + v[0] & _MASK, w[1])
    step(end + rest - 63, mul, 9)
    left = _pair(v[0], w[0], mul) + _mix(y) * _K0 + z
    return _pair(left & _MASK, _pair(v[1], w[1], mul) + x & _MASK, mul)


def fingerprint64(s: bytes) -> int:
    """FarmHash's ``Fingerprint64``, a number in ``[0, 2**64)``."""
    if len(s) <= 16:
        return _short(s)
    return _middle(s) if len(s) <= 64 else _long(s)


def concatenated(first: int, second: int) -> int:
    """TensorFlow's ``FingerprintCat64``: the fingerprint of two things with these fingerprints."""
    mul = 0xC6A4A7935BD1E995
    result = (first ^ mul) & _MASK
    result = (result ^ _mix(second * mul) * mul) * mul & _MASK
    return _mix(_mix(result) * mul)


def hash64(s: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """MurmurHash64A with TensorFlow's seed."""
    mul = 0xC6A4A7935BD1E995
    h = (seed ^ len(s) * mul) & _MASK
    end = len(s) // 8 * 8
    for at in range(0, end, 8):
        h = (h ^ _mix(_read(s, at) * mul) * mul & _MASK) * mul & _MASK
    if end < len(s):
        h = (h ^ int.from_bytes(s[end:], "little")) * mul & _MASK
    return _mix(_mix(h) * mul)


def sip_hash(s: bytes, first: int, second: int) -> int:
    """SipHash-2-4 with a key of two numbers."""
    first, second = first & _MASK, second & _MASK
    a, b = first ^ 0x736F6D6570736575, second ^ 0x646F72616E646F6D
    c, d = first ^ 0x6C7967656E657261, second ^ 0x7465646279746573

    def rounds(count: int) -> None:
        nonlocal a, b, c, d
        for _ in range(count):
            a = a + b & _MASK
            c = c + d & _MASK
            b, d = _rotate_left(b, 13) ^ a, _rotate_left(d, 16) ^ c
            a = _rotate_left(a, 32)
            c, a = c + b & _MASK, a + d & _MASK
            b, d = _rotate_left(b, 17) ^ c, _rotate_left(d, 21) ^ a
            c = _rotate_left(c, 32)

    end = len(s) // 8 * 8
    last = int.from_bytes(s[end:], "little") | (len(s) & 0xFF) << 56
    for word in (*(_read(s, at) for at in range(0, end, 8)), last):
        d ^= word
        rounds(2)
        a ^= word
    c ^= 0xFF
    rounds(4)
    return a ^ b ^ c ^ d


def _rotate_left(x: int, by: int) -> int:
    return (x << by | x >> (64 - by)) & _MASK
