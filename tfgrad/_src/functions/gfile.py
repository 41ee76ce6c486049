"""`tf.gfile`: files of the local file system, with TensorFlow's errors."""

import builtins
import contextlib
import errno
import glob as patterns
import os
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from tfgrad._src.graph import errors

_MODES = ("r", "w", "a", "r+", "w+", "a+")
_ERRORS = {
    errno.ENOENT: errors.NotFoundError,
    errno.EEXIST: errors.AlreadyExistsError,
    errno.EISDIR: errors.FailedPreconditionError,
    errno.ENOTDIR: errors.FailedPreconditionError,
    errno.ENOTEMPTY: errors.FailedPreconditionError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
}


@contextlib.contextmanager
def _as_tensorflow(path):
    """Turns the operating system's errors into TensorFlow's."""
    try:
        yield
    except OSError as error:
        kind = _ERRORS.get(error.errno or 0, errors.UnknownError)
        raise kind(None, None, f"{os.fspath(path)}; {error.strerror}") from error


def _missing(message: str) -> errors.NotFoundError:
    return errors.NotFoundError(None, None, message)


class GFile:
    r"""A file, opened when it is first read or written.

    Args:
      name: its path.
      mode: ``"r"``, ``"w"``, ``"a"`` or these with ``+``; with ``b`` reading gives ``bytes``,
        without it ``str``.  Both are written in either.

    Raises:
      tf.errors.InvalidArgumentError: the mode is another.

    Errors while reading and writing are `tf.errors.OpError`, such as ``NotFoundError``.

    Example:
      >>> path = tf.test.get_temp_dir() + "/numbers.txt"
      >>> with tf.gfile.GFile(path, "w") as f:
      ...     f.write("1\n2\n")
      >>> list(tf.gfile.GFile(path))
      ['1\n', '2\n']
    """

    def __init__(self, name, mode="r"):
        self._name = name
        self._mode = mode
        self._binary = "b" in mode
        self._plain_mode = mode.replace("b", "")
        self._file = None
        if self._plain_mode not in _MODES:
            wanted = " or ".join(repr(m) for m in _MODES)
            raise errors.InvalidArgumentError(None, None, f"mode is not {wanted}")

    @property
    def name(self):
        """The path."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode."""
        return self._mode

    def _open(self):
        if self._file is None:
            with _as_tensorflow(self._name):
                self._file = builtins.open(self._name, self._plain_mode + "b")  # noqa: SIM115
        return self._file

    def _reader(self):
        if self._plain_mode in ("w", "a"):
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        return self._open()

    def _writer(self):
        if self._plain_mode == "r":
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        return self._open()

    def _result(self, data: bytes):
        return data if self._binary else data.decode("utf-8")

    def size(self) -> int:
        """The length of the file in bytes."""
        if self._file is not None and self._plain_mode != "r":
            self._file.flush()
        return Stat(self._name).length

    def read(self, n=-1):
        """What the next ``n`` bytes hold; all that is left if it is negative."""
        return self._result(self._reader().read(n))

    def readline(self):
        """The next line with its end; empty at the end of the file."""
        return self._result(self._reader().readline())

    def readlines(self) -> list:
        """The lines that are left."""
        return [self._result(line) for line in self._reader()]

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def write(self, file_content) -> None:
        """Writes text, as UTF-8, or bytes."""
        if isinstance(file_content, str):
            file_content = file_content.encode("utf-8")
        elif not isinstance(file_content, (bytes, bytearray)):
            raise TypeError(f"Expected binary or unicode string, got {file_content!r}")
        self._writer().write(file_content)

    def seek(self, offset=None, whence=0, position=None) -> None:
        """Goes to a place, in bytes from the start, from here or from the end.

        Args:
          offset: how many bytes.
          whence: 0 from the start, 1 from here, 2 from the end.
          position: an old name of ``offset``, from the start.

        Raises:
          TypeError: neither ``offset`` nor ``position`` is given.
          tf.errors.InvalidArgumentError: ``whence`` is another number.
        """
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if whence not in (0, 1, 2):
            raise errors.InvalidArgumentError(
                None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            )
        place = (offset, whence) if offset is not None else (position, 0)
        with _as_tensorflow(self._name):
            self._reader().seek(*place)

    def tell(self) -> int:
        """The present place in bytes."""
        return self._open().tell()

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Closes the file; reading again begins at its start."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        if self._plain_mode != "r":
            self._open()  # so that a file is there though nothing was written
        self.close()

    def __del__(self):
        if getattr(self, "_file", None) is not None:
            self.close()


class FastGFile(GFile):
    """See `tf.gfile.GFile`."""


class FileStatistics(NamedTuple):
    """What `Stat` returns: a length in bytes, a time in nanoseconds, and whether it is a directory.

    See `tf.gfile.Stat`.
    """

    length: int
    mtime_nsec: int
    is_directory: bool


def Exists(filename) -> bool:
    """Whether there is a file or directory of that path."""
    return os.path.exists(filename)


def IsDirectory(dirname) -> bool:
    """Whether there is a directory of that path."""
    return os.path.isdir(dirname)


def ListDirectory(dirname) -> list[str]:
    """The names in a directory, in no particular order.

    Raises:
      tf.errors.NotFoundError: there is no such directory.
    """
    if not os.path.isdir(dirname):
        raise _missing(f"Could not find directory {os.fspath(dirname)}")
    return os.listdir(dirname)


def MkDir(dirname) -> None:
    """Makes a directory, unless it is there.

    Raises:
      tf.errors.NotFoundError: its parent is not there.
    """
    if not os.path.isdir(dirname):
        with _as_tensorflow(dirname):
            os.mkdir(dirname)


def MakeDirs(dirname) -> None:
    """Makes a directory and its parents, unless they are there."""
    with _as_tensorflow(dirname):
        os.makedirs(dirname, exist_ok=True)


def Remove(filename) -> None:
    """Removes a file.

    Raises:
      tf.errors.NotFoundError: there is no such file.
      tf.errors.FailedPreconditionError: it is a directory.
    """
    with _as_tensorflow(filename):
        os.remove(filename)


def DeleteRecursively(dirname) -> None:
    """Removes a directory and all that is in it.

    Raises:
      tf.errors.NotFoundError: there is no such directory.
    """
    if not os.path.exists(dirname):
        raise _missing(f"{os.fspath(dirname)} not found")
    with _as_tensorflow(dirname):
        shutil.rmtree(dirname)


def Rename(oldname, newname, overwrite=False) -> None:
    """Gives a file another name.

    Raises:
      tf.errors.NotFoundError: there is no such file.
      tf.errors.AlreadyExistsError: there is one of the new name, and ``overwrite`` is false.
    """
    _refuse_existing(newname, overwrite)
    with _as_tensorflow(oldname):
        os.replace(oldname, newname)


def Copy(oldpath, newpath, overwrite=False) -> None:
    """Copies a file's contents.

    Raises:
      tf.errors.NotFoundError: there is no such file.
      tf.errors.AlreadyExistsError: there is one of the new name, and ``overwrite`` is false.
    """
    _refuse_existing(newpath, overwrite)
    with _as_tensorflow(oldpath):
        shutil.copyfile(oldpath, newpath)


def _refuse_existing(path, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise errors.AlreadyExistsError(None, None, "file already exists")


def Stat(filename) -> FileStatistics:
    """Length, time of the last change and kind of a file.

    Raises:
      tf.errors.NotFoundError: there is no such file.
    """
    with _as_tensorflow(filename):
        found = os.stat(filename)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(filename))


def Glob(filename) -> list[str]:
    """The paths that match a pattern, or any of a list of patterns.

    ``*`` and ``?`` do not match ``/``; ``[...]`` matches one of several characters.

    Raises:
      tf.errors.NotFoundError: the directory of a pattern is not there.
    """
    single = isinstance(filename, (str, bytes, os.PathLike))
    result: list[str] = []
    for pattern in [filename] if single else filename:
        text = os.fsdecode(pattern)
        parent = os.path.dirname(text)
        if parent and not patterns.has_magic(parent) and not os.path.exists(parent):
            raise _missing(f"{parent}; No such file or directory")
        result += patterns.glob(text)
    return result


def Walk(top, in_order=True) -> Iterator[tuple[str, list[str], list[str]]]:
    """The directories from ``top`` downwards.

    Args:
      top: a directory; of one that is not there nothing is yielded.
      in_order: a directory before those that it contains, or after them.

    Yields:
      The path of a directory, and the names of the directories and of the files in it.
    """
    yield from os.walk(os.fsdecode(top), topdown=in_order)


def walk(top, topdown=True, onerror=None):
    """The directories from ``top`` downwards.

    Args:
      top: a directory.
      topdown: a directory before those that it contains, or after them.
      onerror: a function of an error, which goes on or raises; default: goes on.

    Yields:
      The path of a directory, and the names of the directories and of the files in it.
    """
    if not os.path.isdir(top):
        if onerror:
            onerror(_missing(f"Could not find directory {os.fspath(top)}"))
        return
    yield from os.walk(os.fsdecode(top), topdown=topdown)


def copy(src, dst, overwrite=False) -> None:
    """See `tf.gfile.Copy`."""
    Copy(src, dst, overwrite)


def rename(src, dst, overwrite=False) -> None:
    """See `tf.gfile.Rename`."""
    Rename(src, dst, overwrite)


def exists(path) -> bool:
    """See `tf.gfile.Exists`."""
    return Exists(path)


def isdir(path) -> bool:
    """See `tf.gfile.IsDirectory`."""
    return IsDirectory(path)


def listdir(path) -> list[str]:
    """See `tf.gfile.ListDirectory`."""
    return ListDirectory(path)


def makedirs(path) -> None:
    """See `tf.gfile.MakeDirs`."""
    MakeDirs(path)


def mkdir(path) -> None:
    """See `tf.gfile.MkDir`."""
    MkDir(path)


def remove(path) -> None:
    """See `tf.gfile.Remove`."""
    Remove(path)


def rmtree(path) -> None:
    """See `tf.gfile.DeleteRecursively`."""
    DeleteRecursively(path)


def stat(path) -> FileStatistics:
    """See `tf.gfile.Stat`."""
    return Stat(path)


def glob(pattern) -> list[str]:
    """See `tf.gfile.Glob`."""
    return Glob(pattern)
