"""A notebook without anything that a run, a form or a person's editor put into it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

KINDS = ("code", "markdown", "raw")
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SEAL = "backcare"


def bare(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return what people wrote; outputs, attachments, form state and metadata stay behind.

    What is kept is listed, not what is dropped, so that a part nobody thought of is dropped too.

    Raises
    ------
    ValueError, KeyError
        If this is no notebook of format 4; nothing of it is in the message.
    """
    if notebook["nbformat"] != 4:
        raise ValueError("not a notebook of format 4")
    minor = int(notebook["nbformat_minor"])
    return {"cells": [_bare(one) for one in notebook["cells"]], "metadata": KERNEL, "nbformat": 4,
            "nbformat_minor": minor}  # fmt: skip


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] not in KINDS:
        raise ValueError("not a notebook of format 4")
    kept = {"cell_type": cell["cell_type"], "metadata": {}, "source": cell["source"]}
    kept |= {"id": cell["id"]} if "id" in cell else {}
    return kept | ({"execution_count": None, "outputs": []} if kept["cell_type"] == "code" else {})


def seal(notebook: dict[str, Any]) -> str:
    """Return a digest of all that a notebook holds beyond what people wrote; the seal itself does not count."""
    rest = json.loads(json.dumps(notebook))
    rest["metadata"].pop(SEAL, None)
    for cell in rest["cells"]:
        cell.pop("source", None)
    return hashlib.sha256(json.dumps(rest, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()


def may_be_shared(notebook: dict[str, Any]) -> bool:
    """Whether a notebook is bare, or holds what a run on the sample clinic left in it and was sealed with.

    `make notebooks` runs on the sample clinic and seals; any later change of an output breaks the seal.
    """
    return notebook["metadata"].get(SEAL) == {"sample": seal(notebook)} or notebook == bare(notebook)
