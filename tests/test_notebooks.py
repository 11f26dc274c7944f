"""Notebooks are thin, executed, and guarded: broken code makes nbval fail."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from toolkit.serving.bare import may_be_shared

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NBVAL = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120",
         f"--nbval-sanitize-with={ROOT / 'tests/nbval.cfg'}", "-p", "no:cacheprovider", "-c", os.devnull]  # fmt: skip


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nbval_has_something_to_compare(path):
    notebook, code = nbformat.read(path, as_version=4), code_cells(path)
    kinds = {kind for cell in code for output in cell.outputs for kind in output.get("data", {})}
    assert kinds and all(cell.execution_count for cell in code), "run `make notebooks` before committing"
    assert "image/png" not in kinds and "widgets" not in notebook.metadata
    assert not [output for cell in code for output in cell.outputs if output.output_type in ("error", "stream")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_outputs_are_those_of_the_sample_clinic(path):
    """Sealed by `make notebooks`, which runs on the sample; any other output breaks the seal."""
    assert may_be_shared(json.loads(path.read_text(encoding="utf-8"))), "run `make notebooks` before committing"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_cell_calls_the_toolkit_and_shows_the_result(path):
    """No definition, no loop, six lines at most, no clock, and words around the code."""
    for cell in code_cells(path):
        assert len(cell.source.splitlines()) <= 6, cell.source
        banned = (ast.FunctionDef, ast.For, ast.While, ast.ClassDef, ast.With, ast.Try)
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, banned)], cell.source
        assert not [word for word in ("today(", "now(", "clear_output", "sys.path") if word in cell.source], cell.source
    kinds = [cell.cell_type for cell in nbformat.read(path, as_version=4).cells]
    assert kinds[0] == "markdown" and kinds.count("markdown") >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_hold_no_path_of_a_machine_and_no_script(path):
    text = path.read_text(encoding="utf-8")
    assert not [word for word in (str(ROOT), "/home/", "/root/", "/Users/", "<script") if word in text]


def test_each_notebook_that_opens_a_clinic_says_which():
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert "Store()" not in text or "SAMPLE clinic (made-up patients)" in text, path.stem


LOSE = "import toolkit as t; f = t.cell_table; t.cell_table = lambda rx, log, *a, **k: f(rx, log.iloc[1:], *a, **k)"
SHOUT = "from matplotlib.axes import Axes as A; g = A.set; A.set = lambda ax, **k: g(ax, **k, title='!')"
MUTANTS = {  # a line put before the first cell, and the exit status that nbval must then have
    "nothing": ("", 0),
    "a lost row": (LOSE, 1),
    "a title in a chart": (SHOUT, 1),
}


@pytest.mark.parametrize(("line", "status"), MUTANTS.values(), ids=MUTANTS.keys())
def test_broken_code_makes_nbval_fail(tmp_path, line, status):
    """The gate: 1 is a failed comparison; if an unbroken notebook did not pass, the gate would prove nothing."""
    (tmp_path / "notebooks").mkdir()
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = tmp_path / "notebooks/03_review_patient.ipynb"
    notebook = nbformat.read(ROOT / "notebooks/03_review_patient.ipynb", as_version=4)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = f"{line}\n{first.source}"
    nbformat.write(notebook, path)
    home = os.environ | {"BACKCARE_HOME": str(tmp_path / "home"), "BACKCARE_CLINIC": "sample"}
    done = subprocess.run([*NBVAL, str(path)], cwd=tmp_path, capture_output=True, text=True, env=home)
    assert done.returncode == status, done.stdout[-3000:]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end_on_a_clinic_that_is_still_empty(tmp_path, path):
    """The first thing a clinic of its own sees must not be an error."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    home = os.environ | {"BACKCARE_CLINIC": f"sqlite:///{tmp_path / 'own.sqlite'}"}
    run = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "ran", path.name]
    done = subprocess.run(run, cwd=tmp_path / "notebooks", capture_output=True, text=True, env=home)
    assert done.returncode == 0, done.stderr[-3000:]
    text = (tmp_path / "notebooks/ran.ipynb").read_text(encoding="utf-8")
    assert "SAMPLE clinic" not in text
    assert "Store()" not in text or "Clinic own, 0 patients" in text
