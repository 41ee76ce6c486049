"""Sphinx configuration; `sphinx-build -W -b html docs docs/_build/html`."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import _generate  # noqa: E402

project = "tfgrad"
copyright = "the tfgrad authors"
author = "the tfgrad authors"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "tfgrad"

_generate.write_api_pages(HERE / "_generated")
