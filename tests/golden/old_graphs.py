"""What lets TensorFlow build op types that it has removed since: graphs that pretend to be old."""


def old(tf, version: int) -> None:
    """Makes the default graph one that TensorFlow's ``version`` of graphs wrote."""
    if hasattr(tf, "import_graph_def"):
        definition = tf.GraphDef()
        definition.versions.producer = version
        tf.import_graph_def(definition, name="")
