"""Lets glibc keep the memory of a step instead of handing it back to the system.

JAX's CPU client allocates the temporary memory of a program at every call and frees it afterwards.
glibc takes a block over 32 MiB from the system (mmap) and gives it back at once, so that at every
call each of its pages is zeroed and mapped again: up to half the time of a step with much temporary
memory.

JAX's threads get their memory arenas when its client starts, so this must come before; later it
helps only blocks that fit into them.  ``docs/performance.md`` has the effect and the price.
"""

import ctypes
import os

# Parameters of mallopt(3), from glibc's malloc.h, in the order in which they are set.
M_ARENA_MAX = -8
M_MMAP_THRESHOLD = -3
M_TRIM_THRESHOLD = -1

SETTINGS = (
    (M_ARENA_MAX, 1),  # the arena of a thread cannot grow past 64 MiB, the main one can
    (M_MMAP_THRESHOLD, 1 << 30),
    (M_TRIM_THRESHOLD, 2**31 - 1),
)


def keep_memory() -> bool:
    """Makes the settings, unless ``TFGRAD_MALLOC=0`` forbids it or the C library is not glibc.

    Returns:
      Whether all of them were made.  Without them programs only run slower, so nothing is raised.
    """
    if os.environ.get("TFGRAD_MALLOC") == "0":
        return False
    try:
        if not os.confstr("CS_GNU_LIBC_VERSION").startswith("glibc"):
            return False
        mallopt = ctypes.CDLL(None).mallopt
        made = [mallopt(parameter, value) for parameter, value in SETTINGS]
        return all(made)
    except (
        AttributeError,
        OSError,
        TypeError,
        ValueError,
    ):  # no such name here, or nothing behind it
        return False
