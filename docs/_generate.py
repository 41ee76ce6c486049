"""Writes the API pages from the public lists of names, one page per namespace.

A namespace is a public module of tfgrad; its names are those of ``__all__``.  The page gives each
name its call signature and the first sentence of its docstring, so a name that a namespace lists
and cannot give, or that has no docstring, is seen here.
"""

import importlib
import inspect
import pkgutil
import re
import shutil
from pathlib import Path
from types import ModuleType

PACKAGE = "tfgrad"


def write_api_pages(folder: Path) -> None:
    """Replaces the contents of ``folder`` by the API pages and their index, ``api.md``."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = []
    for module in public_modules():
        names = public_names(module)
        if names:
            pages.append(module.__name__)
            (folder / f"{module.__name__}.md").write_text(page(module, names), encoding="utf-8")
    index = ["# API", "", "Every public name, by namespace. `import tfgrad as tf`.", ""]
    if pages:
        index += ["```{toctree}", ":maxdepth: 1", "", *pages, "```", ""]
    (folder / "api.md").write_text("\n".join(index), encoding="utf-8")


def public_modules() -> list[ModuleType]:
    """The package and its public submodules, in the order of their names."""
    package = importlib.import_module(PACKAGE)
    found = [package]
    for info in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            found.append(importlib.import_module(info.name))
    return sorted(found, key=lambda module: module.__name__)


def public_names(module: ModuleType) -> list[str]:
    """The names in ``__all__``; without one, what is neither private nor a foreign module."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and not inspect.ismodule(value)
        ]
    return sorted(listed, key=lambda name: (name.lower(), name))


def page(module: ModuleType, names: list[str]) -> str:
    """The page of one namespace."""
    title = module.__name__.replace(PACKAGE, "tf", 1)
    lines = [f"# {title}", "", first_sentence(module), "", "| Name | |", "|---|---|"]
    for name in names:
        value = getattr(module, name)
        lines.append(f"| `{call(name, value)}` | {first_sentence(value)} |")
    return "\n".join([*lines, ""])


def call(name: str, value) -> str:
    """The name with its argument names, for what can be called; shortened where they are many."""
    if inspect.ismodule(value) or not callable(value):
        return name
    try:
        arguments = list(inspect.signature(value).parameters)
    except (TypeError, ValueError):
        return name
    shown = arguments[:4] + ["..."] * (len(arguments) > 4)
    return f"{name}({', '.join(shown)})"


def first_sentence(value) -> str:
    """The first paragraph of a docstring, up to its first full stop, safe inside a table."""
    if not (inspect.ismodule(value) or callable(value)):
        return f"`{type(value).__name__}`"  # a constant: its docstring would be that of its type
    paragraph = " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())
    sentence = re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0].replace("``", "`")
    # Outside code spans no character may be taken for markup.
    parts = sentence.replace("|", r"\|").split("`")
    if len(parts) % 2 == 0:  # an odd backtick
        return re.sub(r"([`*_\[\]<>$])", r"\\\1", sentence)
    parts[::2] = [re.sub(r"([*_\[\]<>$])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)
