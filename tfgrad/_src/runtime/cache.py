"""Compiled programs on disk, so that another process need not compile them again.

A program is found by a hash of its equations after tracing, with everything else that the machine
code depends on: JAX's versions, the processor, the compiler's options.  The equations say all that
a graph, its shapes and tfgrad's lowerings have to say, so an entry can never be stale.  (Tracing is
not saved: what a run must verify of its values is found by it, and it is the smaller part.)

XLA's serialized programs are machine code inside a pickle: loading one runs what it says.  So a
file is read only if it belongs to the user who reads it, nobody else may write to it or to its
directory, and its checksum holds; anything else is left alone and the program compiled as usual.

The directory is ``TFGRAD_CACHE``, else ``tfgrad`` in ``XDG_CACHE_HOME`` or ``~/.cache``;
``TFGRAD_CACHE=0`` switches it off.  Beyond `LARGEST`, what was used longest ago is deleted.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import os
import pickle
import platform
import stat
import tempfile
from pathlib import Path

import jax
import numpy as np
from jax.experimental import serialize_executable

SLOW = 0.5  # seconds of compilation from which a program is stored
LARGEST = 1 << 30  # bytes of all files
SUFFIX = ".xla"
MAGIC = b"tfgrad 1\n"
CHECKSUM = hashlib.sha256().digest_size


def directory() -> Path | None:
    """Where programs are kept; None: nowhere."""
    given = os.environ.get("TFGRAD_CACHE")
    if given == "0" or not hasattr(os, "getuid"):  # without users nothing is known of a file
        return None
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "tfgrad"
    except RuntimeError:  # no home
        return None


@functools.cache
def _machine() -> str:
    """What machine code depends on besides the program."""
    flags = ""
    with contextlib.suppress(OSError):
        text = Path("/proc/cpuinfo").read_text(errors="replace")
        flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    device = jax.devices()[0]
    return repr(
        [
            jax.__version__,
            importlib.metadata.version("jaxlib"),
            platform.machine(),
            flags or platform.processor(),
            device.platform,
            device.device_kind,
            len(jax.devices()),
            os.cpu_count(),  # programs are divided among threads when they are compiled
        ]
    )


def key_of(program, names: tuple[str, ...], donate: tuple[int, ...], tree) -> str | None:
    """The name of a program; None if something in it has no stable text.

    Args:
      program: the `Equations` before any pass.
      names: the passes.
      donate: the positions of the arguments that are given away.
      tree: the structure of the arguments and results.
    """
    found = hashlib.sha256(_machine().encode())
    parts = [names, donate, str(tree), os.environ.get("XLA_FLAGS", ""), program.results]
    found.update(repr(parts).encode())
    for aval in program.arguments:
        found.update(str(aval).encode())
    for c in program.constants:
        array = np.asarray(c)
        found.update(f"{array.dtype}{array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    for e in program.all:
        params = e.params.get("text") or {k: v for k, v in e.params.items() if k != "call"}
        text = f"{e.name} {params!r} {e.args} {[str(a) for a in e.avals]}"
        if " at 0x" in text:
            return None
        found.update(text.encode())
    return found.hexdigest()


def _is_own(path: Path) -> bool:
    """Whether a file belongs to this user and only they can write to it."""
    s = path.stat()
    return s.st_uid == os.getuid() and not s.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def load(key: str, inputs, results):
    """The stored program, or None.

    Args:
      key: see `key_of`.
      inputs: the example arguments.
      results: the structure of the results.
    """
    where = directory()
    if where is None:
        return None
    path = where / (key + SUFFIX)
    try:
        if not _is_own(where) or not _is_own(path):
            return None
        content = path.read_bytes()
    except OSError:
        return None
    head = len(MAGIC) + CHECKSUM
    payload = content[head:]
    if content[:head] != MAGIC + hashlib.sha256(payload).digest():
        return None
    tree = jax.tree.structure((inputs, {}))
    try:
        compiled = serialize_executable.deserialize_and_load(payload, tree, results)
    except (ValueError, TypeError, AttributeError, RuntimeError, pickle.UnpicklingError, EOFError):
        return None  # another version of something that the key does not know
    with contextlib.suppress(OSError):
        os.utime(path)  # used now: deleted last
    return compiled


def store(key: str, compiled) -> None:
    """Keeps a program; what cannot be stored is not."""
    where = directory()
    if where is None:
        return
    try:
        payload, _, _ = serialize_executable.serialize(compiled)
    except (ValueError, NotImplementedError, RuntimeError, TypeError, pickle.PicklingError):
        return
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_own(where):
            return
        # Written whole and then renamed: another process never sees a half.
        with tempfile.NamedTemporaryFile(dir=where, delete=False) as file:
            try:
                file.write(MAGIC + hashlib.sha256(payload).digest() + payload)
                file.close()
                os.replace(file.name, where / (key + SUFFIX))
            except OSError:
                os.unlink(file.name)
                raise
        _tidy(where)
    except OSError:
        return  # a full disk, a directory that cannot be written to: nothing is kept


def _tidy(where: Path) -> None:
    """Deletes what was used longest ago, until the rest is not too large."""
    files = []
    for path in where.glob("*" + SUFFIX):
        with contextlib.suppress(OSError):
            s = path.stat()
            files.append((s.st_mtime, s.st_size, path))
    total = sum(size for _, size, _ in files)
    for _, size, path in sorted(files):
        if total <= LARGEST:
            break
        with contextlib.suppress(OSError):
            path.unlink()
        total -= size
