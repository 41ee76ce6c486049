"""`tf.contrib.training.HParams`: the named settings of a model, with their types."""

import json
import numbers
import re
from typing import Any

# name, perhaps [index], then = and either [a list] or a value up to the next comma.
_ASSIGNMENT = re.compile(
    r"""(?P<name>[a-zA-Z][\w.]*)  (\[\s*(?P<index>\d+)\s*\])?  \s*=\s*
        (\[(?P<values>[^\]]*)\] | (?P<value>[^,\[]*))  (?:,|$)""",
    re.VERBOSE,
)


def _cast(name: str, kind: type, value):
    """``value`` as a ``kind``, where that loses nothing; ValueError otherwise."""
    fail = ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    if kind is type(None):
        return value
    if issubclass(kind, bool) != isinstance(value, bool):
        raise fail
    if issubclass(kind, str) != isinstance(value, (str, bytes)):
        raise fail
    if issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral):
        raise fail
    if issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number):
        raise fail
    return kind(value)


def parse_values(values: str, type_map: dict, ignore_unknown: bool = False) -> dict[str, Any]:
    """Reads settings such as ``"lr=0.1,sizes=[10,20],name=a,sizes[0]=5"``.

    Args:
      values: assignments with commas between them; a list stands in brackets.
      type_map: the type of each name: for a list, that of its elements.
      ignore_unknown: leave out names that ``type_map`` lacks instead of raising.

    Returns:
      A dictionary of values; ``{index: value}`` of a name with indices.

    Raises:
      ValueError: a name is unknown or assigned twice, or a value cannot be read.

    Example:
      >>> tf.contrib.training.parse_values("a=1,b=[1.5,2]", {"a": int, "b": float})
      {'a': 1, 'b': [1.5, 2.0]}
    """
    result: dict[str, Any] = {}
    seen = set()
    position = 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name, index = match["name"], match["index"]
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        target = name if index is None else f"{name}[{index}]"
        whole_and_part = (index is None) != isinstance(result.get(name), dict) or name not in result
        if target in seen or not whole_and_part:
            raise ValueError(f"Multiple assignments to variable '{target}' in {values}")
        seen.add(target)
        if match["values"] is not None:
            if index is not None:
                raise ValueError("Assignment of a list to a list index.")
            texts = match["values"].strip()
            parts = [part.strip() for part in re.split(r"[ ,]+", texts)] if texts else []
            result[name] = [_read(name, type_map[name], part, values) for part in parts]
        elif index is None:
            result[name] = _read(name, type_map[name], match["value"], values)
        else:
            element = _read(name, type_map[name], match["value"], values)
            result.setdefault(name, {})[int(index)] = element
    return result


def _read(name: str, kind: type, text: str, values: str):
    """The value of a text of a known type."""
    fail = ValueError(
        f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' in {values}"
    )
    if issubclass(kind, bool):
        if text in ("true", "True", "1"):
            return True
        if text in ("false", "False", "0"):
            return False
        raise fail
    try:
        return kind(text)
    except ValueError as error:
        raise fail from error


class HParams:
    """The settings of a model: attributes that keep the type of their first value.

    Args:
      hparam_def: None; protocol buffers of settings are not read.
      model_structure: what `get_model_structure` returns.
      **kwargs: names and values: numbers, strings, booleans, None, or lists of one of these.

    Raises:
      ValueError: a name is one of the methods, or a list is empty.

    Example:
      >>> hparams = tf.contrib.training.HParams(lr=0.1, sizes=[10, 20])
      >>> hparams.parse("lr=0.5,sizes=[3]")
      HParams([('lr', 0.5), ('sizes', [3])])
      >>> hparams.lr
      0.5
    """

    def __init__(self, hparam_def=None, model_structure=None, **kwargs):
        if hparam_def is not None:
            raise NotImplementedError("HParams are not made of protocol buffers here.")
        self._types: dict[str, tuple[type, bool]] = {}  # element type, and whether it is a list
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value) -> None:
        """Adds a setting.

        Args:
          name: its name.
          value: its first value, which sets its type; None leaves that open.

        Raises:
          ValueError: the name is taken, or the value is an empty list.
        """
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._types[name] = (type(value[0]), True)
        else:
            self._types[name] = (type(value), False)
        setattr(self, name, value)

    def del_hparam(self, name: str) -> None:
        """Removes a setting, if it is there."""
        if name in self._types:
            delattr(self, name)
            del self._types[name]

    def set_hparam(self, name: str, value) -> None:
        """Gives a setting a value of its type.

        Raises:
          KeyError: there is no such setting.
          ValueError: the value is of another type.
        """
        kind, is_list = self._types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, element) for element in value])
        elif is_list:
            raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
        else:
            setattr(self, name, _cast(name, kind, value))

    def parse(self, values: str) -> "HParams":
        """Gives settings the values of a text such as ``"lr=0.1,sizes=[10,20]"``.

        Returns:
          This object.

        Raises:
          ValueError: a name is unknown or assigned twice, or a value cannot be read.
        """
        types = {name: kind for name, (kind, _) in self._types.items()}
        return self.override_from_dict(parse_values(values, types))

    def override_from_dict(self, values_dict: dict) -> "HParams":
        """Gives settings the values of a dictionary.

        Returns:
          This object.

        Raises:
          KeyError: there is no such setting.
          ValueError: a value is of another type.
        """
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: dict) -> "HParams":
        """See `override_from_dict`."""
        return self.override_from_dict(values_map)

    def parse_json(self, values_json: str) -> "HParams":
        """Gives settings the values of a JSON object."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent=None, separators=None, sort_keys=False) -> str:
        """The settings as a JSON object; the arguments are those of `json.dumps`."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self) -> dict:
        """The settings by name."""
        return {name: getattr(self, name) for name in self._types}

    def get(self, key: str, default=None):
        """A setting, or ``default`` if there is none of that name.

        Raises:
          ValueError: ``default`` is not of the setting's type.
        """
        if key not in self._types:
            return default
        if default is not None:
            kind, is_list = self._types[key]
            shown = f"list<{kind}>" if is_list else kind
            fail = f"Hparam '{key}' of type '{shown}' is incompatible with default={default}"
            if isinstance(default, list) != is_list:
                raise ValueError(fail)
            try:
                for element in default if is_list else [default]:
                    _cast(key, kind, element)
            except ValueError as error:
                raise ValueError(f"{fail}. {error}") from error
        return getattr(self, key)

    def set_model_structure(self, model_structure) -> None:
        """Sets what `get_model_structure` returns."""
        self._model_structure = model_structure

    def get_model_structure(self):
        """What was given as ``model_structure``."""
        return self._model_structure

    def to_proto(self, export_scope=None):
        """Not available: protocol buffers of settings are not written."""
        raise NotImplementedError("HParams are not written as protocol buffers here.")

    def __contains__(self, key) -> bool:
        return key in self._types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({sorted(self.values().items())!r})"
