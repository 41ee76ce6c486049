"""The examples in the docstrings of all public names print what they show."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def public_modules() -> list:
    """The public namespaces: everything in the package but what starts with an underscore."""
    found = [tf]
    for info in pkgutil.walk_packages(tf.__path__, "tfgrad."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            found.append(importlib.import_module(info.name))
    return found


def documented_objects() -> dict[str, object]:
    """Functions, classes and their methods, each once, under its first public name."""
    found: dict[str, object] = {}
    seen = set()
    for module in public_modules():
        prefix = module.__name__.replace("tfgrad", "tf", 1)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            members = [(name, value)]
            if inspect.isclass(value):  # with what it has from private base classes
                bases = [c for c in value.__mro__ if c.__module__.startswith("tfgrad")]
                members += [(f"{name}.{m}", f) for c in bases for m, f in vars(c).items()]
            for path, member in members:
                member = getattr(member, "__func__", member)  # class and static methods
                if id(member) not in seen and (callable(member) or isinstance(member, property)):
                    seen.add(id(member))
                    found[f"{prefix}.{path}"] = member
    return found


def examples() -> list:
    parser = doctest.DocTestParser()
    found = []
    for name, value in documented_objects().items():
        text = value.__doc__ or ""
        if ">>>" in text:
            test = parser.get_doctest(text, {}, name, None, None)
            found.append(pytest.param(test, id=name))
    return found


@pytest.mark.parametrize("test", examples())
def test_example_prints_what_it_shows(test):
    names = {"tf": tf, "tfgrad": tf, "np": np}
    test = doctest.DocTest(test.examples, names, test.name, None, None, None)
    printed: list[str] = []
    # The examples show numpy's scalars as plain numbers, as numpy 1 printed them.
    with new_graph(), np.printoptions(legacy="1.25"):
        result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=printed.append)
    assert result.failed == 0, "".join(printed)


def test_the_examples_are_found():
    assert len(examples()) > 100
