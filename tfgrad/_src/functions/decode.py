"""Bytes that hold numbers, tables and tensors; and files.

All of it runs on the host.  The op types are in ``ops/decode.py``; nothing has a derivative.
"""

from itertools import pairwise

from tfgrad._src.functions.shape import either
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.node import Operation, Tensor


def decode_raw(
    input_bytes=None, out_type=None, little_endian: bool = True, name: str | None = None, bytes=None
) -> Tensor:
    """The numbers that bytes are in memory.

    Args:
      input_bytes: text of any shape, all of one length.
      out_type: the type of the numbers.
      little_endian: the order of the bytes of a number.
      name: the name of the node; default ``"DecodeRaw"``.
      bytes: the deprecated name of ``input_bytes``.

    Returns:
      A tensor of the shape of ``input_bytes``, with one more axis for the numbers.

    Raises:
      ValueError: no ``out_type``.
      tf.errors.InvalidArgumentError: when run, different lengths, or no multiple of the size of a
        number.

    Example:
      >>> tf.Session().run(tf.io.decode_raw(["ab", "cd"], tf.uint8))
      array([[ 97,  98],
             [ 99, 100]], dtype=uint8)
    """
    input_bytes = either("input_bytes", input_bytes, "bytes", bytes)
    if out_type is None:
        raise ValueError("decode_raw_v1() missing 1 positional argument: 'out_type'")
    return add_op(
        "DecodeRaw", input_bytes, name=name, out_type=out_type, little_endian=little_endian
    )


def decode_csv(
    records, record_defaults, field_delim: str = ",", use_quote_delim: bool = True,
    name: str | None = None, na_value: str = "", select_cols=None,
) -> list[Tensor]:  # fmt: skip
    """The columns of a table whose rows are lines with separators.

    Args:
      records: text of any shape, one row each.
      record_defaults: per column, a scalar or a vector of one element for fields that are empty, of
        the type of the column; an empty vector where a field must be given.
      field_delim: one character.
      use_quote_delim: whether double quotes hold separators; a quote inside is written twice.
      name: the name of the node; default ``"DecodeCSV"``.
      na_value: what stands for an empty field, too.
      select_cols: the numbers of the columns that are wanted, increasing; default all.

    Returns:
      Tensors of the shape of ``records``, one per column.

    Raises:
      ValueError: ``select_cols`` do not increase, or are not as many as ``record_defaults``.
      tf.errors.InvalidArgumentError: when run, a row has another number of fields, or a field that
        is no number.

    Example:
      >>> a, b = tf.io.decode_csv(["1,x", ",y"], [[7], [""]])
      >>> tf.Session().run(a)
      array([1, 7], dtype=int32)
    """
    if select_cols is not None:
        if any(x >= y for x, y in pairwise(select_cols)):
            raise ValueError("select_cols is not strictly increasing.")
        if select_cols[0] < 0:
            raise ValueError("select_cols contains negative values.")
        if len(select_cols) != len(record_defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
    return add_op(
        "DecodeCSV", records, record_defaults, name=name, field_delim=field_delim,
        use_quote_delim=use_quote_delim, na_value=na_value, select_cols=select_cols or [],
    )  # fmt: skip


def serialize_tensor(tensor, name: str | None = None) -> Tensor:
    """A tensor as a ``TensorProto`` message in bytes; see `tf.io.parse_tensor`.

    Example:
      >>> s = tf.io.serialize_tensor(tf.constant([1.0, 2.0]))
      >>> tf.Session().run(tf.io.parse_tensor(s, tf.float32))
      array([1., 2.], dtype=float32)
    """
    return add_op("SerializeTensor", tensor, name=name)


def parse_tensor(serialized, out_type, name: str | None = None) -> Tensor:
    """The tensor in a ``TensorProto`` message.

    Args:
      serialized: a scalar text.
      out_type: the type of the tensor.
      name: the name of the node; default ``"ParseTensor"``.

    Returns:
      A tensor of unknown shape.

    Raises:
      tf.errors.InvalidArgumentError: when run, the message is none, or of another type.
    """
    return add_op("ParseTensor", serialized, name=name, out_type=out_type)


def fingerprint(data, method: str = "farmhash64", name: str | None = None) -> Tensor:
    """Eight bytes for each row of ``data``, by which rows can be told apart.

    Args:
      data: a tensor of at least one axis.
      method: ``"farmhash64"``.
      name: the name of the node; default ``"Fingerprint"``.

    Returns:
      A ``uint8`` tensor of shape ``[data.shape[0], 8]``.

    Raises:
      ValueError: another ``method``, or ``data`` is a scalar.

    Example:
      >>> tf.Session().run(tf.fingerprint(["a"]))
      array([[227, 117, 223, 182, 101,  66,  69, 179]], dtype=uint8)
    """
    return add_op("Fingerprint", data, method, name=name)


def read_file(filename, name: str | None = None) -> Tensor:
    """All bytes of a file.

    Args:
      filename: a scalar text.
      name: the name of the node; default ``"ReadFile"``.

    Returns:
      A scalar text.

    Raises:
      tf.errors.NotFoundError: when run, there is no such file.
    """
    return add_op("ReadFile", filename, name=name)


def write_file(filename, contents, name: str | None = None) -> Operation:
    """Writes bytes to a file, and makes the directories above it.

    Args:
      filename: a scalar text.
      contents: a scalar text.
      name: the name of the node; default ``"WriteFile"``.

    Returns:
      The operation that writes.
    """
    return add_op("WriteFile", filename, contents, name=name)


def matching_files(pattern, name: str | None = None) -> Tensor:
    """The names of the files that match patterns, sorted.

    Args:
      pattern: a scalar text or a vector; ``*`` and ``?`` stand for parts of a name.
      name: the name of the node; default ``"MatchingFiles"``.

    Returns:
      A vector of text.
    """
    return add_op("MatchingFiles", pattern, name=name)


def decode_compressed(bytes, compression_type: str = "", name: str | None = None) -> Tensor:
    """Bytes that were compressed as ``"GZIP"`` or ``"ZLIB"``, as they were before.

    Args:
      bytes: text of any shape.
      compression_type: ``""``, ``"GZIP"`` or ``"ZLIB"``.
      name: the name of the node; default ``"DecodeCompressed"``.

    Raises:
      tf.errors.InvalidArgumentError: when run, another ``compression_type``.

    Example:
      >>> import zlib
      >>> tf.Session().run(tf.io.decode_compressed(zlib.compress(b"abc"), "ZLIB"))
      b'abc'
    """
    return add_op("DecodeCompressed", bytes, name=name, compression_type=compression_type)
