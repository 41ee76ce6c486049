"""Records of sequences (`tf.train.SequenceExample`) as tensors, and records in JSON.

The op types are in ``ops/sequence_examples.py`` and ``ops/json_examples.py``; records without
sequences are in ``parsing.py``.
"""

from tfgrad._src.functions.parsing import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    Plan,
    VarLenFeature,
    scalar_text,
)
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor


def parse_sequence_example(
    serialized, context_features: dict | None = None, sequence_features: dict | None = None,
    example_names=None, name: str | None = None,
) -> tuple[dict, dict, dict]:  # fmt: skip
    """The features of records of sequences as tensors.

    Args:
      serialized: a vector of ``n`` records, `tf.train.SequenceExample` messages in bytes.
      context_features: what to read of the contexts, by name: `tf.FixedLenFeature` or
        `tf.VarLenFeature`.
      sequence_features: what to read of the feature lists, by name: `tf.FixedLenSequenceFeature`,
        which describes one step, or `tf.VarLenFeature`.
      example_names: a vector of names for error messages.
      name: the name of the scope; default ``"ParseSequenceExample"``.

    Returns:
      Three dicts: of the context, tensors of shape ``[n, ...]``; of the sequences, tensors of shape
      ``[n, t, ...]`` that are filled up with zeros to the longest, or sparse ones of shape
      ``[n, t, m]``; of the dense sequences, their lengths, ``int64`` of shape ``[n]``.

    Raises:
      ValueError: no features, one of another kind, or one that is not complete.
      tf.errors.InvalidArgumentError: when run, a record is none, lacks a feature or a list that
        must be there, or has another number or type of values.

    Example:
      >>> record = tf.train.SequenceExample()
      >>> for values in ([1.0, 2.0], [3.0, 4.0]):
      ...     step = record.feature_lists.feature_list["x"].feature.add()
      ...     step.float_list.value.extend(values)
      >>> _, found, lengths = tf.io.parse_sequence_example(
      ...     [record.SerializeToString()],
      ...     sequence_features={"x": tf.FixedLenSequenceFeature([2], tf.float32)})
      >>> tf.Session().run([found["x"], lengths["x"]])
      [array([[[1., 2.],
              [3., 4.]]], dtype=float32), array([2])]
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both `context_features` and `sequence_features` argument are None, but at least one "
            "should have values."
        )
    context, lists = _plans(context_features, sequence_features)
    with name_scope(name, "ParseSequenceExample", [serialized, example_names]):
        return _parse(serialized, example_names, context, lists, name)


def parse_single_sequence_example(
    serialized, context_features: dict | None = None, sequence_features: dict | None = None,
    example_name=None, name: str | None = None,
) -> tuple[dict, dict]:  # fmt: skip
    """The features of one record of a sequence as tensors; see `tf.io.parse_sequence_example`.

    Args:
      serialized: a scalar text.
      context_features, sequence_features: as there.
      example_name: a name for error messages, a scalar.
      name: the name of the scope; default ``"ParseSingleSequenceExample"``.

    Returns:
      Two dicts of tensors without the dimension ``n``: of the context, and of the sequences.

    Raises:
      ValueError: no features, or ``serialized`` is no scalar.

    Example:
      >>> record = tf.train.SequenceExample()
      >>> record.context.feature["n"].int64_list.value.append(7)
      >>> context, _ = tf.parse_single_sequence_example(
      ...     record.SerializeToString(), {"n": tf.FixedLenFeature([], tf.int64)})
      >>> print(tf.Session().run(context["n"]))
      7
    """
    if not (context_features or sequence_features):
        raise ValueError(
            "Both context_features and sequence_features are None, but at least one should have "
            "values."
        )
    context, lists = _plans(context_features, sequence_features)
    with name_scope(name, "ParseSingleSequenceExample", [serialized, example_name]):
        with name_scope(name, "ParseSingleExample", [serialized, example_name]):
            serialized = scalar_text(serialized)
        return _parse(serialized, example_name, context, lists, name)[:2]


def _plans(context: dict | None, lists: dict | None) -> tuple[Plan, Plan]:
    return (
        Plan(context or {}, (VarLenFeature, FixedLenFeature)),
        Plan(lists or {}, (VarLenFeature, FixedLenSequenceFeature), in_lists=True),
    )


def _parse(serialized, names, context: Plan, lists: Plan, name: str | None) -> tuple:
    with name_scope(name, "ParseSequenceExample", [serialized]):
        for key, (_, _, default) in lists.dense.items():
            if default is not None:
                raise ValueError(f"Value feature_list.dense_defaults[{key}] must be None")
        serialized = convert_to_tensor(serialized, name="serialized")
        found = add_op(
            "ParseSequenceExampleV2", serialized, [] if names is None else names,
            list(context.sparse), list(context.dense), [], list(lists.sparse), list(lists.dense),
            [], [key in lists.may_miss for key in lists.dense], context.defaults(),
            Ncontext_sparse=len(context.sparse), Nfeature_list_sparse=len(lists.sparse),
            Nfeature_list_dense=len(lists.dense),
            context_sparse_types=list(context.sparse.values()),
            context_dense_shapes=[shape for _, shape, _ in context.dense.values()],
            feature_list_sparse_types=list(lists.sparse.values()),
            feature_list_dense_types=[dtype for dtype, _, _ in lists.dense.values()],
            feature_list_dense_shapes=[shape for _, shape, _ in lists.dense.values()], name=name,
        )  # fmt: skip
    sparse, dense, sparse_lists, dense_lists, lengths = (
        _sparse(found[:3]), found[3], _sparse(found[6:9]), found[9], found[10]
    )  # fmt: skip
    return (
        _by_name(context, sparse, dense),
        _by_name(lists, sparse_lists, dense_lists),
        dict(zip(lists.dense, lengths, strict=True)),
    )


def _sparse(parts) -> list[SparseTensor]:
    return [SparseTensor(*p) for p in zip(*parts, strict=True)]


def _by_name(plan: Plan, sparse: list[SparseTensor], dense: list[Tensor]) -> dict:
    return dict(zip((*plan.sparse, *plan.dense), (*sparse, *dense), strict=True))


def decode_json_example(json_examples, name: str | None = None) -> Tensor:
    """Records in JSON as records in bytes.

    Args:
      json_examples: `tf.train.Example` messages in protobuf's JSON format, of any shape.
      name: the name of the node; default ``"DecodeJSONExample"``.

    Returns:
      The messages in bytes, for `tf.parse_example`, with the shape of ``json_examples``.

    Raises:
      tf.errors.InvalidArgumentError: when run, a text is no such message.

    Example:
      >>> text = '{"features": {"feature": {"x": {"int64List": {"value": [1, 2]}}}}}'
      >>> record = tf.decode_json_example(text)
      >>> found = tf.parse_single_example(record, {"x": tf.FixedLenFeature([2], tf.int64)})
      >>> tf.Session().run(found["x"])
      array([1, 2])
    """
    return add_op("DecodeJSONExample", json_examples, name=name)
