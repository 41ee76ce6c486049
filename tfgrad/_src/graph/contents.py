"""What a graph holds: nodes, found by name, and collections, lists of anything under a key."""

import re
from typing import Any

from tfgrad._src.graph.node import Operation, Tensor


class Contents:
    """The nodes and collections of a graph, and how they are found; `Graph` adds the making."""

    def __init__(self):
        self._ops: list[Operation] = []
        self._by_name: dict[str, Operation] = {}
        self._collections: dict = {}
        self._finalized = False

    # ------------------------------------------------------------------ looking things up

    def get_operations(self) -> list[Operation]:
        """All operations, in the order of their making."""
        return list(self._ops)

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation called ``name``.

        Raises:
          TypeError: ``name`` is not a string.
          KeyError: there is none.
        """
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_tensor=False, allow_operation=True)

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor called ``name``, of the form ``"op name:output index"``.

        Raises:
          TypeError: ``name`` is not a string.
          ValueError: ``name`` is not a tensor name.
          KeyError: there is none.
        """
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        return self.as_graph_element(name, allow_tensor=True, allow_operation=False)

    def as_graph_element(self, obj, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        """The tensor or operation that ``obj`` names or is.

        Args:
          obj: a tensor, an operation, a variable, or a name of either kind.
          allow_tensor, allow_operation: which kinds are wanted.

        Raises:
          TypeError: ``obj`` is of another kind.
          ValueError: ``obj`` is of another graph, or a malformed name.
          KeyError: the name is not in the graph.
        """
        if allow_tensor and allow_operation:
            wanted = "Tensor or Operation"
        elif allow_tensor or allow_operation:
            wanted = "Tensor" if allow_tensor else "Operation"
        else:
            raise ValueError("allow_tensor and allow_operation can't both be False.")
        converted = getattr(obj, "_as_graph_element", None)
        if converted is not None:
            obj = converted()
        if isinstance(obj, str | bytes):
            name = obj.decode() if isinstance(obj, bytes) else obj
            return self._element_by_name(name, allow_tensor, allow_operation)
        if (isinstance(obj, Tensor) and allow_tensor) or (
            isinstance(obj, Operation) and allow_operation
        ):
            if obj.graph is not self:
                kind = "Tensor" if isinstance(obj, Tensor) else "Operation"
                raise ValueError(
                    f"{kind} {obj} is not an element of this graph.\n"
                    f"  It belongs to {obj.graph!r}, this is {self!r}.\n"
                    f"  made at   {obj.op.where}"
                )
            return obj
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")

    def _element_by_name(self, name: str, allow_tensor: bool, allow_operation: bool):
        if ":" in name and allow_tensor:
            op_name, _, number = name.rpartition(":")
            if not number.removeprefix("-").isdigit() or ":" in op_name:
                raise ValueError(
                    f"The name {name!r} looks a like a Tensor name, but is not a valid one. "
                    f'Tensor names must be of the form "<op_name>:<output_index>".'
                )
            op = self._by_name.get(op_name)
            if op is None:
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. "
                    f"The operation, {op_name!r}, does not exist in the graph."
                    + self._nearest(op_name)
                )
            if not 0 <= int(number) < len(op.outputs):
                raise KeyError(
                    f"The name {name!r} refers to a Tensor which does not exist. "
                    f"The operation, {op_name!r}, exists but only has {len(op.outputs)} outputs."
                )
            return op.outputs[int(number)]
        if ":" in name:
            raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a Operation.")
        op = self._by_name.get(name)
        if not allow_operation:
            if op is not None:
                raise ValueError(
                    f"The name {name!r} refers to an Operation, not a Tensor. Tensor names must "
                    f'be of the form "<op_name>:<output_index>".'
                )
            raise ValueError(
                f"The name {name!r} looks like an (invalid) Operation name, not a Tensor. Tensor "
                f'names must be of the form "<op_name>:<output_index>".'
            )
        if op is None:
            raise KeyError(
                f"The name {name!r} refers to an Operation not in the graph." + self._nearest(name)
            )
        return op

    def _nearest(self, name: str) -> str:
        import difflib  # only when something went wrong

        near = difflib.get_close_matches(name, list(self._by_name), n=3)
        return f" Nearest: {', '.join(near)}." if near else ""

    # ------------------------------------------------------------------ collections

    def add_to_collection(self, name, value) -> None:
        """Appends ``value`` to the list stored under ``name``."""
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names, value) -> None:
        """Appends ``value`` to several lists, to each once."""
        for name in (names,) if isinstance(names, str) else dict.fromkeys(names or ()):
            self.add_to_collection(name, value)

    def get_collection_ref(self, name) -> list:
        """The list stored under ``name`` itself; changing it changes the collection."""
        return self._collections.setdefault(name, [])

    def get_collection(self, name, scope: str | None = None) -> list:
        """A copy of the list stored under ``name``, only names that match ``scope`` if given."""
        items = self._collections.get(name, [])
        if scope is None:
            return list(items)
        pattern = re.compile(scope)
        return [x for x in items if hasattr(x, "name") and pattern.match(x.name)]

    def get_all_collection_keys(self) -> list:
        """The names of all non-empty lists."""
        return [k for k in self._collections if isinstance(k, str)]

    @property
    def collections(self) -> list:
        return list(self._collections)

    def clear_collection(self, name) -> None:
        """Empties the list stored under ``name``."""
        self._collections.pop(name, None)
