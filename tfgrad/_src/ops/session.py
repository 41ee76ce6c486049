"""Tensors that a session keeps between runs under a handle.

They run on the host, where they reach the session by the run that they are part of.  The public
functions are in ``functions/session_handles.py``; nothing here has a derivative.
"""

from tfgrad._src.graph import errors, running
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import scalar


def _session():
    run = running.current()
    if run is None:
        raise errors.UnimplementedError(None, None, "A tensor can be kept by a session only.")
    return run.session


def _keep(node, value):
    return _session()._keep(node.name, value).encode()


def _text(handle) -> str:
    return handle.item().decode()


def _get(node, handle):
    value = _session()._kept(_text(handle))
    wanted = node.attrs["dtype"]
    if value.dtype != wanted.np:
        raise errors.InvalidArgumentError(
            None, node, f"The tensor with handle '{_text(handle)}' is of type {value.dtype}, not "
            f"{wanted.name}."
        )  # fmt: skip
    return value


def _delete(node, handle) -> list:
    if _session()._handles.pop(_text(handle), None) is None:
        raise errors.InvalidArgumentError(
            None, node,
            f"Failed to delete a tensor with handle '{_text(handle)}' in the session store.",
        )  # fmt: skip
    return []


for _kind in ("GetSessionHandle(value: T) -> handle: string",
              "GetSessionHandleV2(value: T) -> handle: resource"):  # fmt: skip
    defop(_kind, shape=scalar, stateful=True, step=_keep)(None)
defop("GetSessionTensor(handle: string; dtype: type) -> value: dtype", stateful=True, step=_get)(
    None
)
defop("DeleteSessionTensor(handle: string)", stateful=True, step=_delete)(None)
