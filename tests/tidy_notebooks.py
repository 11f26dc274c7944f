"""Leaves in executed notebooks only what belongs to them: no form state, no version of the machine."""

import sys
from pathlib import Path

import nbformat

WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
          "language_info": {"name": "python"}}  # fmt: skip


def tidy(path: Path) -> None:
    """Write a notebook again with plain metadata and cell ids that tell their place."""
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


if __name__ == "__main__":
    for name in sys.argv[1:]:
        tidy(Path(name))
