"""What JupyterLab does before it saves: no row of a real patient goes into a notebook."""

from __future__ import annotations

import os
from typing import Any

from toolkit.serving.bare import bare
from toolkit.store import CLINIC_VARIABLE, SAMPLE


def strip_outputs(model: dict[str, Any], path: str = "", **_: Any) -> None:
    """Keep patients' rows off the disk: save a notebook bare; of the sample clinic, with its outputs.

    A clinic that is not known counts as a real one. Where anything goes wrong nothing is saved.

    Raises
    ------
    tornado.web.HTTPError
        Which is what refuses a save; the server would log any other error and save all the same.
    """
    from tornado.web import HTTPError

    try:
        refused = _strip(model, path)
    except Exception:
        refused = "Not saved: this notebook could not be cleared of patients' rows."
    if refused:
        raise HTTPError(400, refused, reason=refused) from None


def _strip(model: dict[str, Any], path: str) -> str | None:
    """Clear a notebook that is about to be saved, or return why it must not be."""
    if model["type"] != "notebook":
        if path.lower().endswith(".ipynb"):
            return "Not saved: a notebook is saved as a notebook, so that patients' rows can be left out."
        return None
    if os.environ.get(CLINIC_VARIABLE) == SAMPLE:
        model["content"]["metadata"].pop("widgets", None)
    else:
        model["content"] = bare(model["content"])
    return None
