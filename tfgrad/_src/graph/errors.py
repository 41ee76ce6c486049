"""The exceptions of running a graph: `tf.errors`, one class per status code.

The numbers are those of the public status codes.  Building a graph raises Python's own
``ValueError`` and ``TypeError``, as TensorFlow does.
"""


class OpError(Exception):
    """A run failed at one node.

    Args:
      node_def: the node as a ``NodeDef`` message, or None.
      op: the `tf.Operation` that failed, or None.
      message: the text; its first line is TensorFlow's.
      error_code: the status code.
    """

    error_code = 2

    def __init__(self, node_def, op, message: str, error_code: int | None = None, *args):
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        if error_code is not None:
            self.error_code = error_code

    @property
    def message(self) -> str:
        """The text of the error."""
        return self._message

    @property
    def op(self):
        """The operation that failed, or None."""
        return self._op

    @property
    def node_def(self):
        """The ``NodeDef`` of the operation that failed, or None."""
        if self._node_def is None and self._op is not None:
            return self._op.node_def
        return self._node_def

    def __str__(self) -> str:
        return self._message

    def __reduce__(self):
        return type(self), (None, None, self._message)  # without the graph, which stays where it is


# fmt: off
OK, CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED, NOT_FOUND = range(6)
ALREADY_EXISTS, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION = range(6, 10)
ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE = range(10, 15)
DATA_LOSS, UNAUTHENTICATED = range(15, 17)
# fmt: on


class CancelledError(OpError):
    """The run was cancelled, for example because its session was closed."""

    error_code = CANCELLED


class UnknownError(OpError):
    """A failure that has no class of its own."""

    error_code = UNKNOWN


class InvalidArgumentError(OpError):
    """An operation received a value or shape that it cannot take."""

    error_code = INVALID_ARGUMENT


class DeadlineExceededError(OpError):
    """The time allowed by ``RunOptions`` was over."""

    error_code = DEADLINE_EXCEEDED


class NotFoundError(OpError):
    """A requested thing (a file, a name) does not exist."""

    error_code = NOT_FOUND


class AlreadyExistsError(OpError):
    """A thing to be created exists already."""

    error_code = ALREADY_EXISTS


class PermissionDeniedError(OpError):
    """The caller may not do this."""

    error_code = PERMISSION_DENIED


class ResourceExhaustedError(OpError):
    """Out of memory or another resource."""

    error_code = RESOURCE_EXHAUSTED


class FailedPreconditionError(OpError):
    """The system is not in the state that the operation needs, as for an uninitialised variable."""

    error_code = FAILED_PRECONDITION


class AbortedError(OpError):
    """The operation was aborted."""

    error_code = ABORTED


class OutOfRangeError(OpError):
    """An iteration went past the end, as a reader or a queue does."""

    error_code = OUT_OF_RANGE


class UnimplementedError(OpError):
    """The operation is not implemented for these types or shapes."""

    error_code = UNIMPLEMENTED


class InternalError(OpError):
    """An invariant of the system is broken."""

    error_code = INTERNAL


class UnavailableError(OpError):
    """The runtime is not available just now."""

    error_code = UNAVAILABLE


class DataLossError(OpError):
    """Data is lost or corrupted."""

    error_code = DATA_LOSS


class UnauthenticatedError(OpError):
    """The caller is not authenticated."""

    error_code = UNAUTHENTICATED


_CLASSES: dict[int, type[OpError]] = {c.__dict__["error_code"]: c for c in OpError.__subclasses__()}


def exception_type_from_error_code(code: int) -> type[OpError]:
    """The class of a status code."""
    return _CLASSES[code]


def error_code_from_exception_type(cls: type[OpError]) -> int:
    """The status code of a class."""
    return cls.error_code
