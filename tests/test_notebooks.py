"""The executed notebooks are those that the .py files beside them make, and can be shown.

Whether they run is tested by ``pytest --nbmake notebooks``.
"""

import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
each_notebook = pytest.mark.parametrize("name", [p.stem for p in sorted(FOLDER.glob("0*.py"))])


def source_cells(name: str) -> list[tuple[str, str]]:
    """The cells of a file in percent format, as (kind, text)."""
    text = (FOLDER / f"{name}.py").read_text()
    cells = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        if "[markdown]" in head:
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
            cells.append(("markdown", body.strip()))
        else:
            cells.append(("code", body.strip()))
    return cells


def executed_cells(name: str) -> list[dict]:
    return json.loads((FOLDER / f"{name}.ipynb").read_text())["cells"]


@each_notebook
def test_notebook_is_made_from_its_source(name):
    made = [(c["cell_type"], "".join(c["source"]).strip()) for c in executed_cells(name)]
    assert made == source_cells(name)


@each_notebook
def test_notebook_was_executed_in_order_without_errors(name):
    code = [c for c in executed_cells(name) if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == list(range(1, len(code) + 1))
    outputs = [o for c in code for o in c["outputs"]]
    assert outputs
    assert {o["output_type"] for o in outputs} <= {"stream", "execute_result", "display_data"}
    assert not [o for o in outputs if o.get("name") == "stderr"]


@each_notebook
def test_notebook_shows_no_path_of_the_machine_that_ran_it(name):
    assert not re.search(r"/(tmp|home|root|usr|opt|Users)/", json.dumps(executed_cells(name)))
