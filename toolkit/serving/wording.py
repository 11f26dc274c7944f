"""Notebooks as pages: their titles, a line on each, and no word about running cells."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

RUN_ALL = re.compile(r"Run everything with \*\*Run > Run All Cells\*\*[^.]*\.\s*(?:Then (\w))?")
LINES = {
    "00_start_here": "The clinic at a glance, and whom to call.",
    "01_plan_regimen": "For the physician: plan, screen, change, pause or end a regimen.",
    "02_import_logs": "For the therapist: read a diary, every row kept or set aside with its reason.",
    "03_review_patient": "For the therapist: what one patient did, and how sure that is.",
    "04_review_caseload": "For the therapist: all patients, in the order to call them.",
    "90_adherence_by_hand": "For everybody: ten rows of a diary, counted by hand.",
}


def pages_in(folder: Path) -> dict[str, tuple[str, str]]:
    """Return for each notebook of a folder, by file name, its title and the line on what it is for."""
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        words = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        found[path.name] = (title_of(words) or path.stem, LINES.get(path.stem, ""))
    return found


def for_a_page(notebook: Any) -> Any:
    """Return a notebook without the sentence that tells how to run it; its first heading becomes the page's title."""
    words = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    for cell in words:
        cell.source = RUN_ALL.sub(lambda found: (found[1] or "").upper(), cell.source)
    notebook.metadata["title"] = f"{title_of([cell.source for cell in words]) or 'A page'} - Backcare"
    return notebook


def title_of(words: list[str]) -> str:
    """Return the first heading in Markdown, or nothing."""
    heads = re.findall(r"^# (.+)$", "\n".join(words), re.MULTILINE)
    return heads[0] if heads else ""
