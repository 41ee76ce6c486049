"""What README.md shows and says is true: its example, and its list of what is missing."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import tfgrad as tf
from tfgrad._src.graph.graph import new_graph

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def block(text: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found


def test_the_example_prints_what_the_readme_shows():
    text = section("An example")
    printed = io.StringIO()
    with new_graph(), contextlib.redirect_stdout(printed):
        exec(compile(block(text, "python"), "README.md", "exec"), {})
    assert printed.getvalue() == block(text, "text")


MISSING = re.findall(r"`tf\.([\w.]+)`", section("What it does not do yet").partition("\n- ")[2])
THERE = {"contrib", "image"}  # named there, and there in part


@pytest.mark.parametrize("name", sorted(set(MISSING) - THERE))
def test_what_the_readme_calls_missing_is_missing_and_says_so(name):
    *path, last = name.split(".")
    module = tf
    for part in path:
        module = getattr(module, part)
    with pytest.raises(
        AttributeError, match=rf"TensorFlow 1\.15 has tf\.{re.escape(name)}; tfgrad"
    ):
        getattr(module, last)
