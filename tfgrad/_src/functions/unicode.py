"""Unicode: encodings of text, and the scripts of characters; see ``strings.py``.

TensorFlow's functions give a `RaggedTensor` for more than one text; here they take one at a time.
"""

from tfgrad._src.functions.join import stack
from tfgrad._src.functions.scope import name_scope
from tfgrad._src.functions.shape import reshape, shape
from tfgrad._src.graph.build import add_op
from tfgrad._src.graph.convert import convert_to_tensor
from tfgrad._src.graph.node import Tensor


def unicode_script(input, name: str | None = None) -> Tensor:
    """The number that ICU gives to the script of each character; 25 is Latin, 0 is common to all.

    Example:
      >>> tf.Session().run(tf.strings.unicode_script([ord("a"), ord("я"), ord("1")]))
      array([25,  8,  0], dtype=int32)
    """
    return add_op("UnicodeScript", input, name=name)


def unicode_transcode(
    input, input_encoding: str, output_encoding: str, errors: str = "replace",
    replacement_char: int = 65533, replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    r"""Text in another encoding.

    Args:
      input: text of any shape.
      input_encoding: its encoding, by any usual name.
      output_encoding: ``"UTF-8"``, ``"UTF-16-BE"`` or ``"UTF-32-BE"``.
      errors: what to do with bytes that are wrong: ``"replace"``, ``"ignore"`` or ``"strict"``.
      replacement_char: the code of what takes their place.
      replace_control_characters: replace control characters too.
      name: the name of the node; default ``"UnicodeTranscode"``.

    Returns:
      Text of the shape of ``input``.

    Raises:
      tf.errors.InvalidArgumentError: when run, there is no such encoding, or bytes are wrong and
        ``errors`` is ``"strict"``.

    Example:
      >>> tf.Session().run(tf.strings.unicode_transcode("é", "UTF-8", "UTF-16-BE"))
      b'\x00\xe9'
    """
    return add_op(
        "UnicodeTranscode", input, name=name, input_encoding=input_encoding,
        output_encoding=output_encoding, errors=errors, replacement_char=replacement_char,
        replace_control_characters=replace_control_characters,
    )  # fmt: skip


def unicode_encode(
    input, output_encoding: str, errors: str = "replace", replacement_char: int = 65533,
    name: str | None = None,
) -> Tensor:  # fmt: skip
    """A text made of the codes of its characters.

    Args:
      input: a vector of codes.
      output_encoding: ``"UTF-8"``, ``"UTF-16-BE"`` or ``"UTF-32-BE"``.
      errors: what to do with numbers that are no codes, as in `tf.strings.unicode_transcode`.
      replacement_char: the code of what takes their place.
      name: the name of the scope; default ``"UnicodeEncode"``.

    Returns:
      A scalar text.

    Raises:
      ValueError: ``input`` is a scalar.
      NotImplementedError: ``input`` has more than one axis.

    Example:
      >>> tf.Session().run(tf.strings.unicode_encode([72, 105], "UTF-8"))
      b'Hi'
    """
    with name_scope(name, "UnicodeEncode", [input]):
        codes = convert_to_tensor(input)
        if codes.shape.ndims is None:
            raise ValueError("Rank of input_tensor must be statically known.")
        if codes.shape.ndims == 0:
            raise ValueError("input_tensor's rank must be at least 1.")
        if codes.shape.ndims > 1:
            raise NotImplementedError(
                f"tfgrad encodes vectors of codes, not a tensor of shape {codes.shape}."
            )
        splits = stack([0, shape(codes)[0]])
        with name_scope(None, "UnicodeEncode", [codes]):
            found = add_op(
                "UnicodeEncode", codes, splits, output_encoding=output_encoding, errors=errors,
                replacement_char=replacement_char,
            )  # fmt: skip
        return reshape(found, [])


def _decoded(op_type: str, input, encoding, errors, char, controls, name: str | None) -> list:
    with name_scope(name, op_type, [input]):
        input = convert_to_tensor(input, name="input")
        if input.shape.ndims is None:
            raise ValueError("Rank of `input` must be statically known.")
        if input.shape.ndims:
            raise NotImplementedError(
                "tfgrad has no RaggedTensor: it decodes one text at a time, a scalar."
            )
        found = add_op(
            op_type, reshape(input, [-1]), input_encoding=encoding, errors=errors,
            replacement_char=char, replace_control_characters=controls,
        )  # fmt: skip
        return found[1:]


def unicode_decode(
    input, input_encoding: str, errors: str = "replace", replacement_char: int = 65533,
    replace_control_characters: bool = False, name: str | None = None,
) -> Tensor:  # fmt: skip
    """The codes of the characters of a text.

    Args:
      input: a scalar text.
      input_encoding, errors, replacement_char, replace_control_characters: as in
        `tf.strings.unicode_transcode`.
      name: the name of the scope; default ``"UnicodeDecode"``.

    Returns:
      A vector of type ``int32``.

    Raises:
      ValueError: the rank of ``input`` is unknown.
      NotImplementedError: ``input`` is no scalar.

    Example:
      >>> tf.Session().run(tf.strings.unicode_decode("Hé", "UTF-8"))
      array([ 72, 233], dtype=int32)
    """
    return _decoded(
        "UnicodeDecode", input, input_encoding, errors, replacement_char,
        replace_control_characters, name,
    )[0]  # fmt: skip


def unicode_decode_with_offsets(
    input, input_encoding: str, errors: str = "replace", replacement_char: int = 65533,
    replace_control_characters: bool = False, name: str | None = None,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """As `tf.strings.unicode_decode`, and the byte at which each character begins.

    Example:
      >>> tf.Session().run(tf.strings.unicode_decode_with_offsets("éa", "UTF-8")[1])
      array([0, 2])
    """
    codes, offsets = _decoded(
        "UnicodeDecodeWithOffsets", input, input_encoding, errors, replacement_char,
        replace_control_characters, name,
    )  # fmt: skip
    return codes, offsets
