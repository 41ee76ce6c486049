"""Reads protobuf's text format into the messages of ``graph/proto.py``."""

import ast
import re

from tfgrad._src.graph.message import Message
from tfgrad._src.graph.wire import DATA_TYPE_NAMES

_TOKEN = re.compile(
    r"""\s+ | \#[^\n]*
    | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<word> [-+]?[\w.]+(?:[-+]\d+f?)? )
    | (?P<mark> [:;,{}<>\[\]] )""",
    re.VERBOSE,
)
_CLOSING = {"{": "}", "<": ">"}


class ParseError(ValueError):
    """A text is not a message."""


def merge(text: str, message: Message) -> Message:
    """Sets the fields of ``message`` that ``text`` gives.

    Args:
      text: protobuf's text format, for example ``'node { name: "x" op: "NoOp" }'``.
      message: the message to be changed.

    Returns:
      ``message``.

    Raises:
      ParseError: ``text`` is not a text of this kind of message.
    """
    reader = _Reader(text)
    while reader.peek() is not None:
        _read_field(reader, message)
    return message


class _Reader:
    def __init__(self, text: str):
        self.tokens: list[str] = []
        position = 0
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                line = text.count("\n", 0, position) + 1
                raise ParseError(f"line {line}: {text[position : position + 20]!r} is no token")
            if found.lastgroup is not None:
                self.tokens.append(found.group())
            position = found.end()
        self.position = 0

    def peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def next(self) -> str:
        token = self.peek()
        if token is None:
            raise ParseError("the text ends too early")
        self.position += 1
        return token

    def skip(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.position += 1
        return True


def _read_field(reader: _Reader, message: Message) -> None:
    name = reader.next()
    try:
        field = message._field(name)
    except (AttributeError, ValueError, KeyError):
        raise ParseError(f"{type(message).__name__} has no field {name!r}") from None
    colon = reader.skip(":")
    if reader.skip("["):
        while not reader.skip("]"):
            _read_one(reader, message, field)
            reader.skip(",")
    elif colon or field.is_message or field.map_key:
        _read_one(reader, message, field)
    else:
        raise ParseError(f"expected ':' after {name!r}")
    _ = reader.skip(";") or reader.skip(",")


def _read_one(reader: _Reader, message: Message, field) -> None:
    value = getattr(message, field.name)
    if field.map_key:
        _read_entry(reader, value, field)
    elif field.is_message:
        inner = value.add() if field.repeated else value
        inner.SetInParent()
        _read_block(reader, inner)
    elif field.repeated:
        value.append(_scalar(reader, field.kind))
    else:
        setattr(message, field.name, _scalar(reader, field.kind))


def _read_block(reader: _Reader, message: Message) -> None:
    closing = _CLOSING.get(reader.next())
    if closing is None:
        raise ParseError(f"expected '{{' to open a {type(message).__name__}")
    while not reader.skip(closing):
        _read_field(reader, message)


def _read_entry(reader: _Reader, entries, field) -> None:
    """A map entry: ``{ key: K value: V }``."""
    closing = _CLOSING.get(reader.next())
    if closing is None:
        raise ParseError(f"expected '{{' to open an entry of {field.name!r}")
    key = None
    while not reader.skip(closing):
        part = reader.next()
        reader.skip(":")
        if part == "key":
            key = _scalar(reader, field.map_key)
        elif part == "value" and field.is_message:
            _read_block(reader, entries[key])
        elif part == "value":
            entries[key] = _scalar(reader, field.kind)
        else:
            raise ParseError(f"an entry of {field.name!r} has no {part!r}")
        _ = reader.skip(";") or reader.skip(",")


def _scalar(reader: _Reader, kind: str):
    token = reader.next()
    if kind in ("string", "bytes"):
        data = _unquoted(token)
        while (reader.peek() or " ")[0] in "\"'":  # pieces side by side are one string
            data += _unquoted(reader.next())
        return data if kind == "bytes" else data.decode()
    try:
        if kind == "bool":
            return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}[
                token.lower()
            ]
        if kind in ("float", "double"):
            return float(token.removesuffix("f") if "inf" not in token.lower() else token)
        if kind == "DataType" and token.startswith("DT_"):
            base = token.removeprefix("DT_").removesuffix("_REF")
            return DATA_TYPE_NAMES.index(base) + 100 * token.endswith("_REF")
        octal = re.fullmatch(r"[-+]?0[0-7]+", token)
        return int(token, 8 if octal else 0)
    except (KeyError, ValueError):
        raise ParseError(f"{token!r} is no {kind}") from None


def _unquoted(token: str) -> bytes:
    if token[0] not in "\"'":
        raise ParseError(f"expected a string, got {token!r}")
    if token.isascii():
        return ast.literal_eval("b" + token)
    return ast.literal_eval(token).encode()
