"""Exports of the app Hevy: one row a set, counted from 0, newest first; month names in the account's language."""

from __future__ import annotations

from toolkit.logs.formats.sets import SetColumns

COLUMNS = {"title", "start_time", "exercise_title", "set_index", "set_type", "reps", "duration_seconds"}


def recognise(names: tuple[str, ...]) -> bool:
    """Hevy has a title, a start, an exercise, an index and a type of each set, repetitions and seconds."""
    return set(names) >= COLUMNS


def _mark(kind: str) -> str:
    kind = kind.strip().casefold()
    return "" if kind == "normal" else kind


rows = SetColumns(
    "hevy", "start_time", "exercise_title", seconds="duration_seconds", note="exercise_notes",
    forms=("%d %b %Y, %H:%M", "%b %d, %Y, %I:%M %p", "%b %d, %Y at %I:%M %p"), order="set_type", mark=_mark,
).rows  # fmt: skip
