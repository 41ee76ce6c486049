"""`tf.compat`: text and bytes, kinds of numbers, and the date up to which graphs must be readable.

Programs that ran under Python 2 as well use these everywhere.
"""

import contextlib
import datetime
import numbers
import os
from typing import Any

import numpy as np

integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)
complex_types = (numbers.Complex, np.number)
bytes_or_text_types = (bytes, str)


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    r"""Text as bytes; bytes as they are.

    Args:
      bytes_or_text: a ``str``, ``bytes`` or ``bytearray``.
      encoding: how text is written.

    Raises:
      TypeError: it is none of these.

    Example:
      >>> tf.compat.as_bytes("é")
      b'\xc3\xa9'
    """
    if isinstance(bytes_or_text, bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes as text; text as it is.

    Args:
      bytes_or_text: a ``str`` or ``bytes``.
      encoding: how the bytes are to be read.

    Raises:
      TypeError: it is neither.

    Example:
      >>> tf.compat.as_text(b"abc")
      'abc'
    """
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_str_any(value: Any) -> str:
    """``str(value)``, but bytes are read as UTF-8.

    Example:
      >>> tf.compat.as_str_any(b"abc"), tf.compat.as_str_any(1.5)
      ('abc', '1.5')
    """
    return as_text(value) if isinstance(value, bytes) else str(value)


def path_to_str(path: Any) -> Any:
    """The text of a path object; anything else as it is.

    Example:
      >>> import pathlib
      >>> tf.compat.path_to_str(pathlib.PurePosixPath("a") / "b")
      'a/b'
    """
    return as_str_any(path.__fspath__()) if hasattr(path, "__fspath__") else path


# ---------------------------------------------------------------------- dates

_HORIZON = datetime.date(2019, 8, 21)  # that of TensorFlow 1.15
_override: list[datetime.date] = []


def _horizon() -> datetime.date:
    if _override:
        return _override[-1]
    days = os.environ.get("TF_FORWARD_COMPATIBILITY_DELTA_DAYS")
    return _HORIZON + datetime.timedelta(days=int(days)) if days else _HORIZON


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether a program may write what TensorFlow reads since the given day.

    It is so for the days before 21 August 2019, as in TensorFlow 1.15, whose interface this is; the
    environment variable ``TF_FORWARD_COMPATIBILITY_DELTA_DAYS`` moves that day.

    Example:
      >>> tf.compat.forward_compatible(2018, 12, 31)
      True
    """
    # Any numbers are accepted: day 31 of June comes before 1 July.
    horizon = _horizon()
    return (horizon.year, horizon.month, horizon.day) > (year, month, day)


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int):
    """A context in which `tf.compat.forward_compatible` holds for the days before the given one.

    Example:
      >>> with tf.compat.forward_compatibility_horizon(2020, 5, 2):
      ...     tf.compat.forward_compatible(2020, 5, 1)
      True
    """
    _override.append(datetime.date(year, month, day))
    try:
        yield
    finally:
        _override.pop()
