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
