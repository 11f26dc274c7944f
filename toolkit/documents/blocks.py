"""The blocks a document is built from: plain data, which the template sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.charts.base import Panel

Block = dict[str, Any]


def heading(text: str, *, level: int = 2) -> Block:
    """Return the heading of a section; level 1 is the document's own title."""
    return {"kind": "heading", "level": level, "text": text}


def text(words: str, *, quiet: bool = False, leads: bool = False) -> Block:
    """Return a paragraph, in small type where it is `quiet`; one that `leads` stays with what follows."""
    return {"kind": "text", "text": words, "quiet": quiet, "leads": leads}


def bullets(items: Iterable[str]) -> Block:
    """Return sentences one below the other."""
    return {"kind": "list", "items": list(items)}


def callout(title: str, items: Iterable[str]) -> Block:
    """Return a box that cannot be overlooked."""
    return {"kind": "callout", "title": title, "items": list(items)}


def cards(items: Iterable[tuple[str, str]]) -> Block:
    """Return numbers in large type with their names below; a value that is missing stands in words, never as 0."""
    return {"kind": "cards", "items": [_card(value, name) for value, name in items]}


def rows(
    head: Sequence[str], widths: Sequence[float], cells: Iterable[Sequence[str]], *, together: bool = False
) -> Block:
    """Return a table whose head is repeated on each page; `widths` are shares of the page.

    A short table may be kept `together` on one page.
    """
    told = [list(row) for row in cells]
    return {"kind": "rows", "head": list(head), "widths": list(widths), "rows": told, "together": together}


def chart(panel: Panel) -> Block:
    """Return a chart with its title above it."""
    return {"kind": "chart", "title": panel.title, "basis": panel.basis, "svg": panel.svg, "words": panel.words}


def charts_of(panels: Iterable[Panel]) -> list[Block]:
    """Return charts one below the other; of those with nothing to draw what they say, in a list at the end."""
    panels = list(panels)
    silent = [panel.words for panel in panels if not panel.drawn]
    return [*(chart(panel) for panel in panels if panel.drawn), *([bullets(silent)] if silent else [])]


def _card(value: str, name: str) -> Block:
    return {"value": value, "name": name, "known": any(letter.isdigit() for letter in value)}
