"""Unicode: encodings of text, and the scripts of characters.

An encoding is read by Python's codecs, and what is wrong in it is replaced, left out or an error.
"""

import codecs
import unicodedata
from itertools import pairwise

import numpy as np

from tfgrad._src.graph import dtypes as dt
from tfgrad._src.graph.dtypes import INDEX
from tfgrad._src.graph.registry import defop
from tfgrad._src.graph.shapes import Shape, same_as_input, with_rank
from tfgrad._src.ops.broadcasting import invalid
from tfgrad._src.ops.strings import each, text

_ERRORS = ("strict", "replace", "ignore")
_OUTPUTS = ("UTF-8", "UTF-16-BE", "UTF-32-BE")
_CODECS = {b"UTF-8": "utf-8", b"UTF-16-BE": "utf-16-be", b"UTF-32-BE": "utf-32-be"}


def _codec(node) -> str:
    name = node.attrs["input_encoding"].decode()
    try:
        return codecs.lookup(_CODECS.get(name.encode(), name)).name
    except LookupError:
        raise invalid(node, f"Could not create converter for input encoding: {name}") from None


def _characters(node, s: bytes, codec: str) -> list[tuple[int, int]]:
    """The code of each character and where it begins."""
    mode = node.attrs["errors"]
    substitute = node.attrs["replacement_char"]
    controls = node.attrs["replace_control_characters"]
    found: list[tuple[int, int]] = []

    def add(piece: str, start: int) -> None:
        for c in piece:
            code = ord(c)
            if controls and (code < 32 or code == 127) and code not in (9, 10, 13):
                code = substitute
            found.append((code, start))
            start += len(c.encode(codec, "surrogatepass"))

    at = 0
    while at < len(s):
        try:
            add(s[at:].decode(codec), at)
            break
        except UnicodeDecodeError as error:
            add(s[at : at + error.start].decode(codec), at)
            if mode == b"strict":
                raise invalid(node, "Invalid formatting on input string") from None
            if mode == b"replace":
                found.append((substitute, at + error.start))
            at += max(error.end, error.start + 1)
    return found


def _encoded(node, codes, codec: str) -> bytes:
    mode = node.attrs["errors"]
    out = []
    for code in codes:
        if 0 <= code < 0xD800 or 0xDFFF < code <= 0x10FFFF:
            out.append(chr(code))
        elif mode == b"strict":
            raise invalid(node, "Code point is out of range for Unicode, or a noncharacter.")
        elif mode == b"replace":
            out.append(chr(node.attrs["replacement_char"]))
    return "".join(out).encode(codec)


# ---------------------------------------------------------------------- decoding and encoding

_READS = (
    "input_encoding: string, errors: string = 'replace', replacement_char: int = 65533, "
    "replace_control_characters: bool = False, Tsplits: type = int64"
)


def _decode_shape(node, x: Shape) -> list:
    n = None if x is None or None in x else int(np.prod(x, dtype=np.int64))
    splits = (None if n is None else n + 1,)
    return [splits, (None,), (None,)][: len(node.outputs)]


def _decode(node, x) -> list:
    codec = _codec(node)
    rows = [_characters(node, s, codec) for s in x.ravel().tolist()]
    splits = np.cumsum([0, *map(len, rows)]).astype(node.attrs["Tsplits"].np)
    codes = np.array([code for row in rows for code, _ in row], np.int32)
    starts = np.array([start for row in rows for _, start in row], np.int64)
    return [splits, codes, starts][: len(node.outputs)]


for _name, _more in (("", ""), ("WithOffsets", ", char_to_byte_starts: int64")):
    defop(
        f"UnicodeDecode{_name}(input: string; {_READS})"
        f" -> row_splits: Tsplits, char_values: int32{_more}",
        errors=_ERRORS,
        Tsplits=INDEX,
        shape=_decode_shape,
        step=_decode,
    )(None)


def _encode_shape(node, values: Shape, splits: Shape) -> Shape:
    with_rank(values, 1)
    n = with_rank(splits, 1)[0]
    return (None if n is None else n - 1,)


def _encode(node, values, splits):
    if splits.size < 1 or splits[0] != 0 or splits[-1] != values.size:
        raise invalid(node, "First value in input_splits must be zero.")
    if (np.diff(splits) < 0).any():
        raise invalid(node, "Values in input_splits must be equal or in ascending order.")
    codec = _CODECS[node.attrs["output_encoding"]]
    bounds = splits.tolist()
    rows = [values[a:b].tolist() for a, b in pairwise(bounds)]
    return text([_encoded(node, row, codec) for row in rows], (len(rows),))


defop(
    "UnicodeEncode(input_values: int32, input_splits: Tsplits; errors: string = 'replace', "
    "output_encoding: string, replacement_char: int = 65533) -> output: string",
    errors=("ignore", "replace", "strict"),
    output_encoding=_OUTPUTS,
    Tsplits=INDEX,
    default_types={"Tsplits": dt.int64},
    shape=_encode_shape,
    step=_encode,
)(None)


def _transcode(node, x):
    codec, target = _codec(node), _CODECS[node.attrs["output_encoding"]]
    return each(
        lambda s: _encoded(node, [code for code, _ in _characters(node, s, codec)], target), x
    )


defop(
    "UnicodeTranscode(input: string; input_encoding: string, output_encoding: string, "
    "errors: string = 'replace', replacement_char: int = 65533, "
    "replace_control_characters: bool = False) -> output: string",
    output_encoding=_OUTPUTS,
    errors=_ERRORS,
    shape=same_as_input,
    step=_transcode,
)(None)


# ---------------------------------------------------------------------- scripts

# ICU's numbers of scripts, by the word with which Unicode's names of their characters begin.
_SCRIPTS = {
    "ARABIC": 2, "ARMENIAN": 3, "BENGALI": 4, "BOPOMOFO": 5, "CHEROKEE": 6, "COPTIC": 7,
    "CYRILLIC": 8, "DESERET": 9, "DEVANAGARI": 10, "ETHIOPIC": 11, "GEORGIAN": 12, "GOTHIC": 13,
    "GREEK": 14, "GUJARATI": 15, "GURMUKHI": 16, "CJK": 17, "HANGUL": 18, "HEBREW": 19,
    "HIRAGANA": 20, "KANNADA": 21, "KATAKANA": 22, "KHMER": 23, "LAO": 24, "LATIN": 25,
    "MALAYALAM": 26, "MONGOLIAN": 27, "MYANMAR": 28, "OGHAM": 29, "ORIYA": 31, "RUNIC": 32,
    "SINHALA": 33, "SYRIAC": 34, "TAMIL": 35, "TELUGU": 36, "THAANA": 37, "THAI": 38,
    "TIBETAN": 39, "CANADIAN": 40, "YI": 41, "TAGALOG": 42, "BRAILLE": 46,
}  # fmt: skip
_COMMON, _INHERITED, _UNKNOWN, _INVALID = 0, 1, 103, -1


def _script(code: int) -> int:
    if not 0 <= code <= 0x10FFFF:
        return _INVALID
    c = chr(code)
    category = unicodedata.category(c)
    if category in ("Cn", "Co", "Cs"):
        return _UNKNOWN
    if category in ("Mn", "Me") and unicodedata.name(c, "").startswith("COMBINING"):
        return _INHERITED
    if category[0] not in "LM" and category not in ("Nd", "Nl", "No", "So"):
        return _COMMON
    if category == "Nd" and code < 128:
        return _COMMON
    if c in "ªº":
        return _SCRIPTS["LATIN"]
    return _SCRIPTS.get(unicodedata.name(c, "").split(" ")[0].split("-")[0], _COMMON)


defop(
    "UnicodeScript(input: int32) -> output: int32",
    shape=same_as_input,
    step=lambda node, x: each(_script, x, np.int32),
)(None)
