"""Exports of the app Strong: one row a set, parted by commas or semicolons, headed in the language of the app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.logs.formats.base import Item, Request, Sheet
from toolkit.logs.formats.sets import SetColumns

COLUMNS = {"date", "workout name", "exercise name", "set order", "reps", "seconds"}
ENGLISH = {  # headers of exports in German and French, as seen in published files
    "datum": "date", "workout-name": "workout name", "name der übung": "exercise name",
    "reihenfolge festlegen": "set order", "wiederh.": "reps", "sekunden": "seconds", "notizen": "notes",
    "nom de l'entraînement": "workout name", "nom de l'exercice": "exercise name", "ordre de la série": "set order",
    "réps": "reps", "secondes": "seconds",
}  # fmt: skip
NO_SETS = ("rest timer", "ruhezeit", "note")


def recognise(names: tuple[str, ...]) -> bool:
    """Strong has a date, a workout, an exercise, a set order, repetitions and seconds."""
    return set(_english(names)) >= COLUMNS


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield one entry for each workout's start and exercise."""
    return SETS.rows(replace(sheet, names=_english(sheet.names)), request)


def _english(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ENGLISH.get(name, name) for name in names)


def _mark(order: str) -> str:
    """Return what the order of a set marks: a rest, a warm-up and the like, or nothing."""
    order = order.strip().casefold()
    return "rest" if order in NO_SETS else "" if order.replace(".0", "").isdigit() else order


SETS = SetColumns("strong", "date", "exercise name", order="set order", mark=_mark)
