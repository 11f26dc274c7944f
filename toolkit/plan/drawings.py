"""The drawings of an exercise: its start and its end position."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

POSITIONS: Final = ("start", "end")
WIDTH: Final = 240  # of every drawing, in its own units


@cache
def drawing(exercise: str, position: str, *, left: bool = False) -> str:
    """Return a drawing as SVG.

    Parameters
    ----------
    exercise : id of the catalogue
    position : `start` or `end`; the end shows the movement from the start as well
    left : mirrored, so that the left side is the one that is worked; as drawn it is the right
    """
    svg = files("toolkit.plan").joinpath("pictures", f"{exercise}_{position}.svg").read_text(encoding="utf-8")
    if not left:
        return svg
    opening, rest = svg.split(">", 1)
    inside, closing = rest.rsplit("</svg>", 1)
    return f'{opening}><g transform="translate({WIDTH} 0) scale(-1 1)">{inside}</g></svg>{closing}'
