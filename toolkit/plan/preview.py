"""A regimen before it is final: as the patient will read it, and as adherence to it will be counted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from toolkit.plan.catalogue import exercises
from toolkit.plan.regimen import Pause, Prescription
from toolkit.plan.screening import Screening
from toolkit.plan.wording import day_in_words, days_in_words, name_with_side, range_in_words
from toolkit.rules import Rules
from toolkit.schema import WEEKDAYS


def patient_text(
    rows: Iterable[Prescription], *, language: str = "en", screening: Screening | None = None
) -> tuple[str, ...]:
    """Return what the patient will read, a paragraph a prescription: steps of the exercise, dose, days.

    How an exercise is adapted under a caution stands with it. Languages: `en`, and `es` as a draft.
    """
    words = phrases(language)
    return tuple(_paragraph(row, words, _adapted(screening, row.exercise, words)) for row in rows)


def counting_text(rows: Iterable[Prescription], rules: Rules) -> tuple[str, ...]:
    """Return how adherence will be counted, a sentence a prescription and one for all."""
    rows = list(rows)
    begin = min((row.first_day for row in rows), default=None)
    told = [_counted(row, step=row.first_day != begin) for row in rows]
    whole = (
        f"A session counts as complete from {rules.complete_share:.0%} of its least dose; what is more is shown apart. "
        f"A day without an entry is neither done nor missed; a day begins at {rules.day_start:%H:%M}."
    )
    return (*told, whole)


@cache
def phrases(language: str) -> dict[str, Any]:
    """Return the sentences of a language, by key."""
    data = tomllib.loads(files("toolkit.plan").joinpath("phrases.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = data[language]
    return found


def pause_text(pauses: Iterable[Pause]) -> tuple[str, ...]:
    """Return the days off, a line a pause."""
    names = {name: one.name for name, one in exercises().items()}
    return tuple(
        f"No exercise counts from {one.first_day} to {one.last_day}" if one.exercise is None
        else f"{names[one.exercise]} does not count from {one.first_day} to {one.last_day}"
        for one in pauses
    )  # fmt: skip


def _paragraph(row: Prescription, words: dict[str, Any], adapted: Iterable[str]) -> str:
    entry = exercises()[row.exercise]
    parts = [f"{entry.name}.", entry.start, *entry.steps, *adapted, *_dose(row, words)]
    return " ".join(parts)


def _dose(row: Prescription, words: dict[str, Any]) -> Iterator[str]:
    """Return the dose in sentences: repetitions with their side, hold, sets, days, dates."""
    yield words[f"times_{row.side}"].format(
        n=_count(row.reps_min, row.reps_max, words), times=_times(row.most_reps, words)
    )
    if row.hold_s_min is not None:
        ranged = row.hold_s_max not in (None, row.hold_s_min)
        low, high = f"{row.hold_s_min:g}", f"{row.longest_hold_s:g}"
        yield words["hold_range" if ranged else "hold"].format(low=low, high=high)
    if row.sets > 1:
        yield words["sets"].format(n=row.sets, times=_times(row.sets, words))
    yield words["per_day"].format(n=row.sessions_per_day, times=_times(row.sessions_per_day, words))
    yield _days(row, words)
    yield words["from_to"].format(first=_day(row.first_day, words), last=_day(row.last_day, words))
    yield words["stop"]


def _times(n: int, words: dict[str, Any]) -> str:
    return str(words["times"][n != 1])


def _count(low: int, high: int | None, words: dict[str, Any]) -> str:
    return str(low) if high in (None, low) else str(words["count_range"].format(low=low, high=high))


def _days(row: Prescription, words: dict[str, Any]) -> str:
    if row.weekdays:
        names = ", ".join(words["days"][WEEKDAYS.index(day)] for day in row.weekdays)
        return str(words["named_days"].format(days=names))
    return str(words["every_day"] if row.days_per_week == len(WEEKDAYS) else words["quota"].format(n=row.days_per_week))


def _day(day: date, words: dict[str, Any]) -> str:
    return f"{day.day} {words['months'][day.month - 1]} {day.year}"


def _adapted(screening: Screening | None, exercise: str, words: dict[str, Any]) -> tuple[str, ...]:
    decided = (one.exercises.get(exercise) for one in screening.cautions.values()) if screening else ()
    return tuple(words["adapted"].format(words=one.words) for one in decided if one and one.do == "adapt")


def _counted(row: Prescription, *, step: bool) -> str:
    a_week = row.sessions_per_day * (row.days_per_week or len(row.weekdays or ()))
    sides = "each side by itself, " if row.side == "both" else ""
    hold = f" x {row.hold_s_min:g} s" if row.hold_s_min is not None else ""
    return (
        f"{name_with_side(row)}: {sides}{range_in_words(a_week, None)} sessions a week expected, "
        f"{days_in_words(row)}{f' from {day_in_words(row.first_day)} on' if step else ''}; "
        f"the least dose of one is {row.sets} x {row.reps_min}{hold}."
    )
