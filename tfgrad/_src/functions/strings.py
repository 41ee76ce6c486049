"""Text: elements of type `tf.string`, which are ``bytes``.

Text is worked on by the host, between compiled programs, so that a model which does so costs a
little more per run; no gradient passes through it.  The op types are in ``ops/strings.py`` and
``ops/regex.py``; encodings and scripts are in ``unicode.py``.
"""

import numpy as np

from tfgrad._src.functions.fill import range
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import either, expand_dims, rank
from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import constant, convert_to_tensor
from tfgrad._src.graph.node import Tensor
from tfgrad._src.graph.sparse_tensor import SparseTensor

# ---------------------------------------------------------------------- element by element


def lower(input, encoding: str = "", name: str | None = None) -> Tensor:
    """All capital letters of a text as small ones.

    Args:
      input: text of any shape.
      encoding: ``"utf-8"``; by default the 26 letters of ASCII are changed alone.
      name: the name of the node; default ``"StringLower"``.

    Returns:
      Text of the shape of ``input``.

    Raises:
      tf.errors.InvalidArgumentError: when run, another ``encoding``.

    Example:
      >>> tf.Session().run(tf.strings.lower("Étude", encoding="utf-8")).decode()
      'étude'
    """
    return add_op("StringLower", input, name=name, encoding=encoding)


def upper(input, encoding: str = "", name: str | None = None) -> Tensor:
    """All small letters of a text as capital ones; see `tf.strings.lower`.

    Example:
      >>> tf.Session().run(tf.strings.upper("abc"))
      b'ABC'
    """
    return add_op("StringUpper", input, name=name, encoding=encoding)


def strip(input, name: str | None = None) -> Tensor:
    r"""Text without the white space at its ends.

    Example:
      >>> tf.Session().run(tf.strings.strip([" a b\n"]))
      array([b'a b'], dtype=object)
    """
    return add_op("StringStrip", input, name=name)


def length(input, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """The lengths of texts.

    Args:
      input: text of any shape.
      name: the name of the node; default ``"StringLength"``.
      unit: ``"BYTE"``, or ``"UTF8_CHAR"`` for characters of UTF-8.

    Returns:
      An ``int32`` tensor of the shape of ``input``.

    Raises:
      ValueError: another ``unit``.

    Example:
      >>> tf.Session().run(tf.strings.length("été", unit="UTF8_CHAR"))
      3
    """
    return add_op("StringLength", input, name=name, unit=unit)


def substr(input, pos, len, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """Parts of texts: from a position on, at most so many bytes.

    Args:
      input: text.
      pos: positions, a shape that broadcasts with that of ``input``; negative ones count from the
        end.
      len: lengths, of the shape of ``pos``.
      name: the name of the node; default ``"Substr"``.
      unit: ``"BYTE"``, or ``"UTF8_CHAR"`` for characters of UTF-8.

    Returns:
      Text of the common shape.

    Raises:
      ValueError: ``pos`` and ``len`` have different shapes.
      tf.errors.InvalidArgumentError: when run, a position is not in its text.

    Example:
      >>> tf.Session().run(tf.strings.substr(["hello", "world"], 1, 3))
      array([b'ell', b'orl'], dtype=object)
    """
    return add_op("Substr", input, pos, len, name=name, unit=unit)


def as_string(
    input, precision: int = -1, scientific: bool = False, shortest: bool = False, width: int = -1,
    fill: str = "", name: str | None = None,
) -> Tensor:  # fmt: skip
    """Numbers as text, as C's ``printf`` writes them.

    Args:
      input: numbers or booleans of any shape.
      precision: digits behind the point, of floats; default 6.
      scientific: write floats with an exponent.
      shortest: write floats in the shorter of both ways.
      width: the least number of characters.
      fill: what fills up to ``width``: ``" "``, ``"0"``, ``"-"`` (on the right), or ``"+"`` for a
        sign.
      name: the name of the node; default ``"AsString"``.

    Returns:
      Text of the shape of ``input``.

    Raises:
      tf.errors.InvalidArgumentError: when run, options that contradict each other or the type.

    Example:
      >>> tf.Session().run(tf.as_string([3.14159, 2.0], precision=2))
      array([b'3.14', b'2.00'], dtype=object)
    """
    return add_op(
        "AsString", input, name=name, precision=precision, scientific=scientific,
        shortest=shortest, width=width, fill=fill,
    )  # fmt: skip


def to_number(string_tensor=None, out_type=dt.float32, name: str | None = None, input=None):
    """The numbers that texts write.

    Args:
      string_tensor: text of any shape.
      out_type: ``float32``, ``float64``, ``int32``, ``int64``, ``uint32`` or ``uint64``.
      name: the name of the node; default ``"StringToNumber"``.
      input: the newer name of ``string_tensor``.

    Returns:
      A tensor of the shape of ``string_tensor``.

    Raises:
      tf.errors.InvalidArgumentError: when run, a text writes no such number.

    Example:
      >>> tf.Session().run(tf.strings.to_number(["1", " -2.5e1 ", "inf"]))
      array([  1., -25.,  inf], dtype=float32)
    """
    string_tensor = either("input", input, "string_tensor", string_tensor)
    return add_op("StringToNumber", string_tensor, name=name, out_type=out_type)


# ---------------------------------------------------------------------- buckets


def to_hash_bucket_fast(input, num_buckets: int, name: str | None = None) -> Tensor:
    """A bucket for each text, by the fingerprint FarmHash64 modulo ``num_buckets``.

    The same on every machine and for ever, but easy to find collisions for.

    Args:
      input: text of any shape.
      num_buckets: how many buckets, at least 1.
      name: the name of the node; default ``"StringToHashBucketFast"``.

    Returns:
      An ``int64`` tensor of the shape of ``input``.

    Example:
      >>> tf.Session().run(tf.strings.to_hash_bucket_fast(["Hello", "TensorFlow"], 3))
      array([0, 2])
    """
    return _hashed("StringToHashBucketFast", input, num_buckets, name)


def to_hash_bucket_strong(input, num_buckets: int, key, name: str | None = None) -> Tensor:
    """A bucket for each text, by SipHash with a ``key`` of two numbers.

    Example:
      >>> tf.Session().run(tf.strings.to_hash_bucket_strong(["Hello", "TF"], 3, [1, 2]))
      array([2, 0])
    """
    return _hashed("StringToHashBucketStrong", input, num_buckets, name, key=list(key))


def to_hash_bucket(
    string_tensor=None, num_buckets=None, name: str | None = None, input=None
) -> Tensor:
    """See `tf.strings.to_hash_bucket_fast`; by an older hash, which may change."""
    string_tensor = either("input", input, "string_tensor", string_tensor)
    return _hashed("StringToHashBucket", string_tensor, num_buckets, name)


def _hashed(op_type: str, text, num_buckets, name: str | None, **attrs) -> Tensor:
    if isinstance(num_buckets, int) and num_buckets < 1:
        raise ValueError(
            f"Attr 'num_buckets' of '{op_type}' Op passed {num_buckets} less than minimum 1."
        )
    return add_op(op_type, text, name=name, num_buckets=num_buckets, **attrs)


# ---------------------------------------------------------------------- regular expressions


def regex_full_match(input, pattern, name: str | None = None) -> Tensor:
    """Whether texts match a regular expression from end to end.

    Args:
      input: text of any shape.
      pattern: the expression, in the notation of RE2: a string, or a scalar tensor.
      name: the name of the node.

    Returns:
      A ``bool`` tensor of the shape of ``input``.

    Raises:
      tf.errors.InvalidArgumentError: when run, ``pattern`` is no regular expression.

    Example:
      >>> tf.Session().run(tf.strings.regex_full_match(["TF lib", "lib"], ".*lib$"))
      array([ True,  True])
    """
    if isinstance(pattern, str | bytes):
        return add_op("StaticRegexFullMatch", input, name=name, pattern=pattern)
    return add_op("RegexFullMatch", input, pattern, name=name)


def regex_replace(
    input, pattern, rewrite, replace_global: bool = True, name: str | None = None
) -> Tensor:
    r"""Text in which what matches a regular expression is replaced.

    Args:
      input: text of any shape.
      pattern: the expression, in the notation of RE2: a string, or a scalar tensor.
      rewrite: what takes the place; ``\1`` to ``\9`` are the groups of the match, ``\0`` is all of
        it.
      replace_global: replace every match, and not the first one alone.
      name: the name of the node.

    Returns:
      Text of the shape of ``input``.

    Raises:
      tf.errors.InvalidArgumentError: when run, ``pattern`` is no regular expression.

    Example:
      >>> tf.Session().run(tf.strings.regex_replace("a<br /><b>x</b>", "<[^>]+>", " "))
      b'a  x '
    """
    if isinstance(pattern, str | bytes) and isinstance(rewrite, str | bytes):
        return add_op(
            "StaticRegexReplace", input, name=name, pattern=pattern, rewrite=rewrite,
            replace_global=replace_global,
        )  # fmt: skip
    return add_op("RegexReplace", input, pattern, rewrite, name=name, replace_global=replace_global)


# ---------------------------------------------------------------------- joining and splitting


def join(inputs, separator: str = "", name: str | None = None) -> Tensor:
    """Texts put together, element by element.

    Args:
      inputs: a list of texts of one shape; scalars go with every element.
      separator: what stands between them.
      name: the name of the node; default ``"StringJoin"``.

    Returns:
      Text of that shape.

    Raises:
      ValueError: different shapes.

    Example:
      >>> tf.Session().run(tf.strings.join([["a", "b"], "1"], separator="-"))
      array([b'a-1', b'b-1'], dtype=object)
    """
    return add_op("StringJoin", inputs, name=name, separator=separator)


def reduce_join(
    inputs, axis=None, keep_dims=None, separator: str = "", name: str | None = None,
    reduction_indices=None, keepdims=None,
) -> Tensor:  # fmt: skip
    """Texts along axes put together.

    Args:
      inputs: text of any shape.
      axis: which axes, in the order of joining; default: all, the last first.
      keep_dims: the deprecated name of ``keepdims``.
      separator: what stands between them.
      name: the name of the node; default ``"ReduceJoin"``.
      reduction_indices: the deprecated name of ``axis``.
      keepdims: keep the axes, with length 1.

    Returns:
      Text of the shape that is left.

    Raises:
      tf.errors.InvalidArgumentError: when run, an axis occurs twice.
      tf.errors.OutOfRangeError: when run, there is no such axis.

    Example:
      >>> tf.Session().run(tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=0, separator="."))
      array([b'a.c', b'b.d'], dtype=object)
    """
    keepdims = either("keepdims", keepdims, "keep_dims", keep_dims)
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(None, "ReduceJoin", [inputs, axis]):
        inputs = convert_to_tensor(inputs)
        if axis is None:
            if inputs.dims is not None:
                axis = constant(np.arange(inputs.shape.ndims - 1, -1, -1), dtype=dt.int32)
            else:
                axis = range(rank(inputs) - 1, -1, -1)
        return add_op(
            "ReduceJoin", inputs, axis, name=name, keep_dims=bool(keepdims), separator=separator
        )


def unsorted_segment_join(
    inputs, segment_ids, num_segments, separator: str = "", name: str | None = None
) -> Tensor:
    """Texts of each segment put together; see `tf.math.unsorted_segment_sum`.

    Example:
      >>> tf.Session().run(tf.strings.unsorted_segment_join(["a", "b", "c"], [1, 0, 1], 2, ":"))
      array([b'b', b'a:c'], dtype=object)
    """
    return add_op(
        "UnsortedSegmentJoin", inputs, segment_ids, num_segments, name=name, separator=separator
    )


def string_split(
    source, sep=None, skip_empty: bool = True, delimiter=None, result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:  # fmt: skip
    """Texts split at any of several characters.

    Args:
      source: a vector of text.
      sep: the characters, each of which splits; default a space.  Empty: into single bytes.
      skip_empty: leave out parts that are empty.
      delimiter: the deprecated name of ``sep``.
      result_type: ``"SparseTensor"``.
      name: the name of the scope; default ``"StringSplit"``.

    Returns:
      A matrix: row ``i`` holds the parts of ``source[i]``.

    Raises:
      ValueError: ``source`` is no vector, or another ``result_type``.

    Example:
      >>> tf.Session().run(tf.string_split(["a b", "c"]).values)
      array([b'a', b'b', b'c'], dtype=object)
    """
    with name_scope(name, "StringSplit", [source]):
        sep = either("sep", sep, "delimiter", delimiter)
        sep = convert_to_tensor(" " if sep is None else sep, dtype=dt.string)
        source = convert_to_tensor(source, dtype=dt.string)
        found = add_op("StringSplit", source, sep, skip_empty=skip_empty)
        return _parts(found, result_type)


def _parts(found: list, result_type: str) -> SparseTensor:
    if result_type == "RaggedTensor":
        raise NotImplementedError("tfgrad has no RaggedTensor: ask for a SparseTensor.")
    if result_type != "SparseTensor":
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")
    return SparseTensor(*found)


def split(
    input=None, sep=None, maxsplit: int = -1, result_type: str = "SparseTensor", source=None,
    name: str | None = None,
) -> SparseTensor:  # fmt: skip
    """Texts split at a separator, as Python's ``str.split`` does.

    Args:
      input: a vector of text, or a scalar.
      sep: the separator; default any white space.
      maxsplit: how many times to split at most; negative: no limit.
      result_type: ``"SparseTensor"``.
      source: the older name of ``input``.
      name: the name of the scope; default ``"StringSplit"``.

    Returns:
      A matrix: row ``i`` holds the parts of ``input[i]``.

    Raises:
      ValueError: another ``result_type``.
      NotImplementedError: ``input`` has more than one axis.

    Example:
      >>> tf.Session().run(tf.strings.split(["a  b", "c"]).values)
      array([b'a', b'b', b'c'], dtype=object)
    """
    input = either("input", input, "source", source)
    with name_scope(name, "StringSplit", [input]):
        input = convert_to_tensor(input, dtype=dt.string, name="input")
        if input.shape.ndims == 0:
            input = expand_dims(input, 0)
        if input.shape.ndims != 1:
            raise NotImplementedError(
                f"tfgrad splits vectors of text, not text of shape {input.shape}."
            )
        sep = convert_to_tensor("" if sep is None else sep, dtype=dt.string)
        return _parts(add_op("StringSplitV2", input, sep, maxsplit=maxsplit), result_type)


# ---------------------------------------------------------------------- tensors in text


def format(
    template: str, inputs, placeholder: str = "{}", summarize: int = 3, name: str | None = None
) -> Tensor:
    """A text into which tensors are written.

    Args:
      template: the text.
      inputs: a tensor, or a list of them.
      placeholder: what in ``template`` stands for a tensor.
      summarize: how many elements at the ends of each axis are written; negative: all.
      name: the name of the node; default ``"StringFormat"``.

    Returns:
      A scalar text.

    Raises:
      ValueError: there are not as many placeholders as ``inputs``.

    Example:
      >>> tf.Session().run(tf.strings.format("x is {}", tf.range(9)))
      b'x is [0 1 2 ... 6 7 8]'
    """
    if not isinstance(inputs, list | tuple):
        inputs = [inputs]
    if template.count(placeholder) != len(inputs):
        raise ValueError(
            f"The template expects {template.count(placeholder)} tensors, but the inputs only has "
            f"{len(inputs)}. Please ensure the number of placeholders in template matches inputs "
            f"length."
        )
    return add_op(
        "StringFormat", list(inputs), name=name, template=template, placeholder=placeholder,
        summarize=summarize,
    )  # fmt: skip


# ---------------------------------------------------------------------- base 64


def encode_base64(input, pad: bool = False, name: str | None = None) -> Tensor:
    """Bytes as text in the alphabet of base 64 that is safe in addresses of the web.

    Args:
      input: text of any shape.
      pad: fill up with ``=`` to a multiple of four characters.
      name: the name of the node; default ``"EncodeBase64"``.

    Example:
      >>> tf.Session().run(tf.io.encode_base64("hi?>"))
      b'aGk_Pg'
    """
    return add_op("EncodeBase64", input, name=name, pad=pad)


def decode_base64(input, name: str | None = None) -> Tensor:
    """The bytes that text in base 64 stands for; see `tf.io.encode_base64`.

    Raises:
      tf.errors.InvalidArgumentError: when run, a text is not in base 64.

    Example:
      >>> tf.Session().run(tf.io.decode_base64("aGk_Pg"))
      b'hi?>'
    """
    return add_op("DecodeBase64", input, name=name)
