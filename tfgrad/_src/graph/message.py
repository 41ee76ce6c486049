"""Protobuf-compatible messages from a table of fields: the codec and the Python behaviour.

The messages themselves, and why they do not come from the protobuf package, are in ``proto.py``.

A message behaves as protobuf's Python messages do.  An unset field reads as its default.  A
repeated field is a list with ``add``; a map makes the entry that is asked for.  Reading an unset
submessage does not set it, changing it does.  Setting one member of a oneof clears the others.
What is particular to this file:

* two messages are equal when their bytes are;
* bytes are deterministic: fields by number, maps by key;
* fields not in the table are kept as bytes when a message is read, and written again after the
  known ones (as protobuf does); groups, which none of these messages ever had, are refused.

The tests compare bytes and text with the protobuf package.
"""

from collections.abc import Iterator, MutableMapping, MutableSequence
from typing import Any, NamedTuple

from tfgrad._src.graph.wire import (
    LENGTH,
    SCALARS,
    DecodeError,
    Scalar,
    define_enum,
    delimited,
    read_packed,
    read_payload,
    read_varint,
    scalar_text,
    write_varint,
)

# --------------------------------------------------------------------------
# Fields and containers.


class _Field(NamedTuple):
    name: str
    number: int
    kind: str  # a key of SCALARS, or the qualified name of a message class
    repeated: bool = False
    in_oneof: bool = False
    map_key: str = ""  # the kind of the keys, for a map

    @property
    def is_message(self) -> bool:
        return self.kind not in SCALARS

    @property
    def scalar(self) -> Scalar:
        return SCALARS[self.kind]

    @property
    def wire(self) -> int:
        return LENGTH if self.is_message else self.scalar.wire

    def tag(self, wire: int) -> bytes:
        return write_varint(self.number << 3 | wire)


def _parse_field(row: str, owner: str) -> _Field:
    name, number, kind = row.split(maxsplit=2)
    map_key, _, value_kind = kind.rpartition(" -> ")
    bare = value_kind.rstrip("*?")
    bare = f"{owner}.{bare}" if f"{owner}.{bare}" in SCALARS else bare  # an enum of the message
    repeated, in_oneof = kind.endswith("*"), kind.endswith("?")
    return _Field(name, int(number), bare, repeated, in_oneof, map_key)


def _default(field: _Field) -> Any:
    return _MESSAGES[field.kind]() if field.is_message else field.scalar.default


def _write_value(field: _Field, value) -> bytes:
    return delimited(value.SerializeToString()) if field.is_message else field.scalar.write(value)


def _write_entry(field: _Field, key, value) -> bytes:
    """A map entry is a message of two fields, ``key`` and ``value``."""
    key_kind = SCALARS[field.map_key]
    key_tag, value_tag = write_varint(1 << 3 | key_kind.wire), write_varint(2 << 3 | field.wire)
    return key_tag + key_kind.write(key) + value_tag + _write_value(field, value)


class _Repeated(MutableSequence):
    """A repeated field.  Messages that are put in are copied, as protobuf does."""

    def __init__(self, owner: "Message", field: _Field):
        self._owner, self._field, self._items = owner, field, []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator:
        return iter(self._items)

    def __getitem__(self, index):
        return self._items[index]

    def __delitem__(self, index) -> None:
        del self._items[index]

    def __setitem__(self, index, value) -> None:
        if isinstance(index, slice):
            self._items[index] = [self._checked(v) for v in value]
        else:
            self._items[index] = self._checked(value)

    def insert(self, index, value) -> None:
        self._items.insert(index, self._checked(value))
        self._owner._touch()

    def add(self, **values) -> Any:
        """Appends a new message with the given fields and returns it."""
        message = _MESSAGES[self._field.kind](**values)
        self._items.append(message)
        self._owner._touch()
        return message

    def __eq__(self, other) -> bool:
        return self._items == list(other)

    def __repr__(self) -> str:
        return repr(self._items)

    def _checked(self, value):
        if not self._field.is_message:
            return self._field.scalar.check(value)
        kind = _MESSAGES[self._field.kind]
        if isinstance(value, dict):
            return kind(**value)
        message = kind()
        message.CopyFrom(value)
        return message


class _Map(MutableMapping):
    """A map field: ``m[key]`` makes the entry if there is none; entries are changed in place."""

    def __init__(self, owner: "Message", field: _Field):
        self._owner, self._field, self._items = owner, field, {}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator:
        return iter(self._items)

    def __contains__(self, key) -> bool:
        return key in self._items

    def __getitem__(self, key):
        if key not in self._items:
            key = SCALARS[self._field.map_key].check(key)
            self._items[key] = _default(self._field)
            self._owner._touch()
        return self._items[key]

    def __setitem__(self, key, value) -> None:
        if self._field.is_message:
            raise ValueError(
                f"An entry of {self._field.name!r} is not assigned: use "
                f"{self._field.name}[{key!r}].CopyFrom(value), or set its fields."
            )
        self._items[SCALARS[self._field.map_key].check(key)] = self._field.scalar.check(value)
        self._owner._touch()

    def __delitem__(self, key) -> None:
        del self._items[key]

    def get(self, key, default=None):
        return self._items.get(key, default)

    def __repr__(self) -> str:
        return repr(self._items)


# --------------------------------------------------------------------------
# Messages.


class Enum:
    """The names and numbers of an enum; ``E.NAME`` is the number."""

    def __init__(self, name: str, members: dict[str, int]):
        self._name, self._members = name, members
        self.__dict__.update(members)

    def Name(self, number: int) -> str:
        """The name of a number."""
        for name, value in self._members.items():
            if value == number:
                return name
        raise ValueError(f"Enum {self._name} has no name defined for value {number!r}")

    def Value(self, name: str) -> int:
        """The number of a name."""
        if name not in self._members:
            raise ValueError(f"Enum {self._name} has no value defined for name {name!r}")
        return self._members[name]

    def keys(self) -> list[str]:
        """The names."""
        return list(self._members)

    def values(self) -> list[int]:
        """The numbers."""
        return list(self._members.values())

    def items(self) -> list[tuple[str, int]]:
        """Names and numbers."""
        return list(self._members.items())


_MESSAGES: dict[str, type["Message"]] = {}


class Message:
    """A protobuf message; a subclass gives its fields in ``FIELDS``, one per line.

    A line is ``name number kind``.  After the kind, ``*`` says repeated and ``?`` a member of the
    oneof ``ONEOF``; a map is ``key_kind -> value_kind``.  ``ENUMS`` holds the enums of the message,
    as ``Kind NAME=number ...``; the names become attributes.
    """

    FIELDS = ""
    ENUMS = ""
    ONEOF = "value"  # its name
    _by_name: dict[str, _Field]
    _by_number: dict[int, _Field]
    # A set field is an entry of __dict__.  A submessage that was read but never changed is there
    # too, and then has a _parent, to which it reports its first change.

    def __init_subclass__(cls):
        enums: dict[str, dict[str, int]] = {}
        members: dict[str, int] = {}
        for word in cls.ENUMS.split():
            name, _, number = word.partition("=")
            if number:
                members[name] = int(number)
            else:
                members = enums[name] = {}
        for kind, members in enums.items():
            define_enum(f"{cls.__qualname__}.{kind}", members)
            setattr(cls, kind, Enum(kind, members))
            for name, number in members.items():
                setattr(cls, name, number)
        rows = [_parse_field(row, cls.__qualname__) for row in cls.FIELDS.strip().splitlines()]
        cls._by_name = {field.name: field for field in rows}
        cls._by_number = {field.number: field for field in sorted(rows, key=lambda f: f.number)}
        _MESSAGES[cls.__qualname__] = cls

    def __init__(self, **values):
        self.__dict__.update(_parent=None, _unknown=b"")
        for name, value in values.items():
            field = self._field(name)
            if field.map_key:
                for key, entry in value.items():
                    if field.is_message:
                        getattr(self, name)[key].CopyFrom(entry)
                    else:
                        getattr(self, name)[key] = entry
            elif field.repeated:
                getattr(self, name).extend(value)
            elif not field.is_message:
                setattr(self, name, value)
            elif value is not None:
                kind = _MESSAGES[field.kind]
                getattr(self, name).CopyFrom(kind(**value) if isinstance(value, dict) else value)

    def _field(self, name: str) -> _Field:
        if name not in self._by_name:
            raise ValueError(f'Protocol message {type(self).__name__} has no "{name}" field.')
        return self._by_name[name]

    def __getattr__(self, name: str) -> Any:  # only called for what is not in __dict__
        field = self._by_name.get(name)
        if field is None:
            raise AttributeError(f'Protocol message {type(self).__name__} has no "{name}" field.')
        if field.map_key:
            value = _Map(self, field)
        elif field.repeated:
            value = _Repeated(self, field)
        elif not field.is_message:
            return field.scalar.default
        else:
            value = _MESSAGES[field.kind]()
            value.__dict__["_parent"] = (self, name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value) -> None:
        field = self._by_name.get(name)
        if field is None:
            raise AttributeError(f'Protocol message {type(self).__name__} has no "{name}" field.')
        if field.map_key or field.repeated or field.is_message:
            what = "map, or repeated" if field.map_key or field.repeated else "message"
            raise AttributeError(
                f'Assignment not allowed to {what} field "{name}" in protocol message object.\n'
                f"  Change {type(self).__name__}.{name} in place, or use CopyFrom or extend."
            )
        self._set(name, field.scalar.check(value))

    def _set(self, name: str, value) -> None:
        if self._by_name[name].in_oneof:
            for other in self._by_name.values():
                if other.in_oneof and other.name != name and self._present(other):
                    del self.__dict__[other.name]
        self.__dict__[name] = value
        self._touch()

    def _touch(self) -> None:
        """Tells the parent, once, that this submessage is now set."""
        if self._parent is not None:
            parent, name = self._parent
            self.__dict__["_parent"] = None
            parent._set(name, self)

    def _present(self, field: _Field) -> bool:
        value = self.__dict__.get(field.name)
        if value is None or isinstance(value, (_Repeated, _Map)):
            return bool(value)
        return not isinstance(value, Message) or value._parent is None

    def HasField(self, name: str) -> bool:
        """Whether a submessage, or a member of a oneof, is set."""
        field = self._field(name)
        if field.repeated or field.map_key or not (field.is_message or field.in_oneof):
            raise ValueError(f"Field {name!r} of {type(self).__name__} does not track presence.")
        return self._present(field)

    def WhichOneof(self, oneof_group: str) -> str | None:
        """The name of the member of the oneof that is set, or None."""
        members = [field for field in self._by_name.values() if field.in_oneof]
        if oneof_group != self.ONEOF or not members:
            raise ValueError(f"Protocol message has no oneof {oneof_group!r}.")
        return next((field.name for field in members if self._present(field)), None)

    def SetInParent(self) -> None:
        """Marks this submessage as set in its parent, though it may be empty."""
        self._touch()

    def Clear(self) -> None:
        """Unsets all fields."""
        for name in self._by_name:
            self.__dict__.pop(name, None)
        self.__dict__["_unknown"] = b""

    def ClearField(self, name: str) -> None:
        """Unsets one field."""
        self.__dict__.pop(self._field(name).name, None)

    def CopyFrom(self, other: "Message") -> None:
        """Makes this message equal to ``other``, which is of the same type."""
        if other is not self:
            data = self._bytes_of(other)
            self.Clear()
            self.MergeFromString(data)

    def MergeFrom(self, other: "Message") -> None:
        """Sets what ``other`` has set; lists are appended to, submessages merged."""
        self.MergeFromString(self._bytes_of(other))

    def _bytes_of(self, other: "Message") -> bytes:
        if type(other) is not type(self):
            mine, theirs = type(self).__qualname__, type(other).__qualname__
            raise TypeError(f"Expected a message of type {mine}, got a {theirs}.")
        return other.SerializeToString()

    def __eq__(self, other) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.SerializeToString() == other.SerializeToString()

    def __reduce__(self):  # for pickle and copy
        return type(self).FromString, (self.SerializeToString(),)

    def __dir__(self):
        return [*super().__dir__(), *self._by_name]

    # Bytes.

    def SerializeToString(self, deterministic: bool = True) -> bytes:
        """The message as bytes; always deterministic."""
        out = []
        for field, value in self._written():
            tag = field.tag(field.wire)
            if field.map_key:
                out += [field.tag(LENGTH) + delimited(_write_entry(field, k, value[k]))
                        for k in sorted(value)]  # fmt: skip
            elif field.repeated and field.wire != LENGTH:  # numbers are packed
                numbers = b"".join(map(field.scalar.write, value))
                out.append(field.tag(LENGTH) + delimited(numbers))
            elif field.repeated:
                out += [tag + _write_value(field, item) for item in value]
            else:
                out.append(tag + _write_value(field, value))
        return b"".join(out) + self._unknown

    def _written(self) -> Iterator[tuple[_Field, Any]]:
        """The fields that are set and their values, by number.

        A scalar at its default is not among them, unless it is the set member of a oneof.
        """
        for field in self._by_number.values():
            if self._present(field):
                value = self.__dict__[field.name]
                always = field.in_oneof or field.repeated or field.map_key or field.is_message
                if always or not field.scalar.is_default(value):
                    yield field, value

    def ByteSize(self) -> int:
        """The length of the serialized message."""
        return len(self.SerializeToString())

    @classmethod
    def FromString(cls, data: bytes):
        """A new message read from bytes."""
        message = cls()
        message.MergeFromString(data)
        return message

    def ParseFromString(self, data: bytes) -> int:
        """Replaces the contents by what the bytes say; returns how many were read."""
        self.Clear()
        return self.MergeFromString(data)

    def MergeFromString(self, data: bytes) -> int:
        """As ``MergeFrom``, from bytes; returns how many were read."""
        data, pos = bytes(data), 0
        self._touch()
        while pos < len(data):
            start = pos
            tag, pos = read_varint(data, pos)
            number, wire = tag >> 3, tag & 7
            payload, pos = read_payload(data, pos, wire)
            field = self._by_number.get(number)
            if number == 0:
                raise DecodeError("A field has number 0.")
            if field is None or not self._read_field(field, wire, payload):
                self.__dict__["_unknown"] += data[start:pos]
        return len(data)

    def _read_field(self, field: _Field, wire: int, payload) -> bool:
        """Stores one field; False if the wire type is not one that the field can have."""
        packed = field.repeated and wire == LENGTH and field.wire != LENGTH
        if wire != (LENGTH if field.map_key or packed else field.wire):
            return False
        if field.map_key:
            key, value = _read_entry(field, payload)
            getattr(self, field.name)._items[key] = value
        elif packed:
            getattr(self, field.name)._items.extend(read_packed(field.scalar, payload))
        elif field.repeated:
            getattr(self, field.name)._items.append(_read_value(field, payload))
        elif field.is_message:
            getattr(self, field.name).MergeFromString(payload)
        else:
            self._set(field.name, field.scalar.read(payload))
        return True

    # Text.

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        for field, value in self._written():
            if field.map_key:
                for key in sorted(value):
                    yield f"{field.name} {{"
                    yield from _indented(_entry_lines("key", field.map_key, key))
                    yield from _indented(_entry_lines("value", field.kind, value[key]))
                    yield "}"
            elif field.repeated:
                for item in value:
                    yield from _value_lines(field.name, field.kind, item)
            else:
                yield from _value_lines(field.name, field.kind, value)


def _read_value(field: _Field, payload):
    if field.is_message:
        return _MESSAGES[field.kind].FromString(payload)
    return field.scalar.read(payload)


def _read_entry(field: _Field, data: bytes) -> tuple[Any, Any]:
    """The key and value of a map entry; either may be missing."""
    key_kind = SCALARS[field.map_key]
    key = key_kind.default
    value = _default(field)
    pos = 0
    while pos < len(data):
        tag, pos = read_varint(data, pos)
        payload, pos = read_payload(data, pos, tag & 7)
        if tag == 1 << 3 | key_kind.wire:
            key = key_kind.read(payload)
        elif tag == 2 << 3 | field.wire:
            value = _read_value(field, payload)
    return key, value


def _value_lines(name: str, kind: str, value) -> Iterator[str]:
    if isinstance(value, Message):
        yield f"{name} {{"
        yield from _indented(value._lines())
        yield "}"
    else:
        yield f"{name}: {scalar_text(kind, value)}"


def _entry_lines(name: str, kind: str, value) -> Iterator[str]:
    """Half of a map entry: nothing if it is a scalar at its default, as protobuf has it."""
    if kind not in SCALARS or not SCALARS[kind].is_default(value):
        yield from _value_lines(name, kind, value)


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
