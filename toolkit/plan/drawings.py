"""The drawings of an exercise: its start and its end position."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

POSITIONS: Final = ("start", "end")


@cache
def drawing(exercise: str, position: str) -> str:
    """Return a drawing as SVG.

    Parameters
    ----------
    exercise : id of the catalogue
    position : `start` or `end`; the end shows the movement from the start as well
    """
    return files("toolkit.plan").joinpath("pictures", f"{exercise}_{position}.svg").read_text(encoding="utf-8")
