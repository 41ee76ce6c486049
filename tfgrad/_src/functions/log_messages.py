"""`tf.logging`: messages of programs, through Python's logger ``"tensorflow"``.

Messages of at least the level that `set_verbosity` sets are written to the standard error stream as
``INFO:tensorflow:step 1``, unless the program has given the root logger handlers of its own.  The
level is at first ``WARN``, as in TensorFlow 1.15.
"""

import itertools
import logging
import sys
from collections import defaultdict
from logging import DEBUG, ERROR, FATAL, INFO, WARN

_logger: logging.Logger | None = None
_counts: defaultdict = defaultdict(itertools.count)


def _get_logger() -> logging.Logger:
    """The logger; it gets its level and its handler when it is first used."""
    global _logger
    if _logger is None:
        _logger = logging.getLogger("tensorflow")
        if not _logger.level:
            _logger.setLevel(WARN)
        if not logging.getLogger().handlers and not _logger.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
            _logger.addHandler(handler)
    return _logger


def get_logger() -> logging.Logger:
    """The logger named ``"tensorflow"``, to which all messages go.

    Example:
      >>> tf.get_logger().name
      'tensorflow'
    """
    return _get_logger()


def _emit(level: int, msg, args, kwargs) -> None:
    """Writes a message for the caller's caller, whose place the record names."""
    _get_logger().log(level, msg, *args, **{"stacklevel": 3, **kwargs})


def log(level, msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` if ``level`` is at least the verbosity.

    Args:
      level: ``tf.logging.DEBUG``, ``INFO``, ``WARN``, ``ERROR`` or ``FATAL``.
      msg: the message, a format.
      *args: its arguments.
      **kwargs: those of Python's ``Logger.log``, such as ``exc_info``.
    """
    _emit(level, msg, args, kwargs)


def debug(msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` at level ``DEBUG``."""
    _emit(DEBUG, msg, args, kwargs)


def info(msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` at level ``INFO``, which is silent until `set_verbosity` lowers it."""
    _emit(INFO, msg, args, kwargs)


def warning(msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` at level ``WARN``."""
    _emit(WARN, msg, args, kwargs)


def warn(msg, *args, **kwargs) -> None:
    """See `tf.logging.warning`."""
    _emit(WARN, msg, args, kwargs)


def error(msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` at level ``ERROR``."""
    _emit(ERROR, msg, args, kwargs)


def fatal(msg, *args, **kwargs) -> None:
    """Writes ``msg % args`` at level ``FATAL``; the program goes on."""
    _emit(FATAL, msg, args, kwargs)


def vlog(level, msg, *args, **kwargs) -> None:
    """See `tf.logging.log`."""
    _emit(level, msg, args, kwargs)


def _count() -> int:
    """How often the caller's caller has come to this line before."""
    frame = sys._getframe(2)
    return next(_counts[frame.f_code, frame.f_lineno])


def log_every_n(level, msg, n, *args) -> None:
    """Writes ``msg % args`` at the first of every ``n`` calls from one line of a program."""
    if _count() % n == 0:
        _emit(level, msg, args, {})


def log_first_n(level, msg, n, *args) -> None:
    """Writes ``msg % args`` at the first ``n`` calls from one line of a program."""
    if _count() < n:
        _emit(level, msg, args, {})


def log_if(level, msg, condition, *args) -> None:
    """Writes ``msg % args`` if ``condition`` holds."""
    if condition:
        _emit(level, msg, args, {})


def TaskLevelStatusMessage(msg) -> None:
    """See `tf.logging.error`."""
    _emit(ERROR, msg, (), {})


def flush() -> None:
    """Not available, as in TensorFlow: messages are written at once.

    Raises:
      NotImplementedError: always.
    """
    raise NotImplementedError


def get_verbosity() -> int:
    """The level from which messages are written."""
    return _get_logger().getEffectiveLevel()


def set_verbosity(v) -> None:
    """Sets the level from which messages are written, for example ``tf.logging.INFO``."""
    _get_logger().setLevel(v)
