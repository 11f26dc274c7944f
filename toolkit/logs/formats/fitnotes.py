"""Exports of the app FitNotes: one row a set without a number; a date and no time."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.logs.codes import Fault, refuse
from toolkit.logs.formats.base import Item, Request, Sheet
from toolkit.logs.formats.sets import SetColumns
from toolkit.logs.values import duration

COLUMNS = {"date", "exercise", "category", "reps", "distance unit", "time"}
BODY = {"date", "time", "measurement", "value", "unit"}


def recognise(names: tuple[str, ...]) -> bool:
    """FitNotes has a date, an exercise, a category, repetitions, a unit of distance and a time."""
    return set(names) >= COLUMNS


def recognise_body(names: tuple[str, ...]) -> bool:
    """The file of body measurements looks like a log and is none."""
    return set(names) >= BODY and "exercise" not in names


def _held(text: str, *, decimal: str) -> float | Fault | None:
    return duration(text)


def refuse_body(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Refuse the file of body measurements.

    Raises
    ------
    LogError
        Always: it holds no exercise.
    """
    raise refuse(sheet.file, "not_a_log", "the body measurements of FitNotes: export the training log instead")


rows = SetColumns("fitnotes", "date", "exercise", seconds="time", note="comment", read_seconds=_held).rows
