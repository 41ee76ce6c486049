"""The default graph's collections: named lists of variables, losses, or anything else."""

from tfgrad._src.graph.graph import get_default_graph


def add_to_collection(name, value) -> None:
    """Appends ``value`` to a collection of the default graph.

    Args:
      name: the collection, often one of `tf.GraphKeys`.
      value: anything.

    Example:
      >>> tf.add_to_collection("my losses", 1.0)
      >>> tf.get_collection("my losses")
      [1.0]
    """
    get_default_graph().add_to_collection(name, value)


def add_to_collections(names, value) -> None:
    """Appends ``value`` to several collections of the default graph, to each once.

    Args:
      names: the collections.
      value: anything.
    """
    get_default_graph().add_to_collections(names, value)


def get_collection(key, scope: str | None = None) -> list:
    """A copy of a collection of the default graph.

    Args:
      key: the collection.
      scope: keep only items whose attribute ``name`` matches this regular expression from its
        start; items without a name are left out.

    Returns:
      The values in the order in which they were added; empty if there are none.
    """
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key) -> list:
    """A collection of the default graph itself: changing the list changes the collection."""
    return get_default_graph().get_collection_ref(key)


_proto_functions: dict[str, tuple] = {}


def register_proto_function(
    collection_name, proto_type=None, to_proto=None, from_proto=None
) -> None:
    """Says how the members of a collection are written to a `MetaGraphDef` and read again.

    Args:
      collection_name: the collection.
      proto_type: the class of the messages.
      to_proto: a function of a member; it returns a message.
      from_proto: a function of a message; it returns a member.

    Raises:
      TypeError: ``to_proto`` or ``from_proto`` cannot be called.
      KeyError: the collection has such functions.
    """
    if to_proto and not callable(to_proto):
        raise TypeError("to_proto must be callable.")
    if from_proto and not callable(from_proto):
        raise TypeError("from_proto must be callable.")
    if collection_name in _proto_functions:
        raise KeyError(f"Registering two proto functions with name '{collection_name}'!")
    _proto_functions[collection_name] = (proto_type, to_proto, from_proto)


def get_collection_proto_type(collection_name):
    """The class of the messages of a collection's members, or None."""
    return _proto_functions.get(collection_name, (None, None, None))[0]


def get_to_proto_function(collection_name):
    """The function that turns a collection's members into messages, or None."""
    return _proto_functions.get(collection_name, (None, None, None))[1]


def get_from_proto_function(collection_name):
    """The function that turns messages into a collection's members, or None."""
    return _proto_functions.get(collection_name, (None, None, None))[2]
