"""Leaves in executed notebooks only what belongs to them, and seals that it came from the sample clinic."""

import json
import os
import sys
from pathlib import Path

import nbformat

from toolkit.serving.bare import KERNEL, SEAL, seal

WIDGET = "application/vnd.jupyter.widget-view+json"


def tidy(path: Path) -> None:
    """Write a notebook again with plain metadata, cell ids that tell their place, and its seal."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = nbformat.from_dict(KERNEL)
    for place, cell in enumerate(notebook.cells, start=1):
        cell.id = f"{path.stem[:2]}-{place:02}"
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(
                WIDGET, None
            )  # a view without its kernel shows an error; its text says what to do
    nbformat.write(notebook, path)
    sealed = json.loads(path.read_text(encoding="utf-8"))  # as it is on the disk
    notebook.metadata[SEAL] = {"sample": seal(sealed)}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    assert os.environ["BACKCARE_CLINIC"] == "sample", "only what the sample clinic shows is sealed"
    for name in sys.argv[1:]:
        tidy(Path(name))
