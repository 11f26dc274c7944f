"""When a patient sits down to exercise: the days of each session of the day, by one weekly pattern after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from toolkit.plan.regimen import Prescription, Regimen
from toolkit.plan.schedule import rows_on
from toolkit.schema import WEEKDAYS

Pattern = tuple[frozenset[int], int]  # days of the week from Monday 0; of a quota its days a week, else 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Days on which one session of the day falls by one weekly pattern.

    `number` is the session's place in the day, `place` that of the recurrence among those of this session, both from 1.
    `weekdays` count from Monday 0; where the patient chooses the days, they are all seven and `quota` says how many.
    `paused` are days of the pattern on which nothing is asked.
    """

    number: int
    place: int
    weekdays: frozenset[int]
    quota: int
    days: tuple[date, ...]
    paused: tuple[date, ...]


def recurrences(regimen: Regimen) -> list[Recurrence]:
    """Return the recurrences of every session of the day, in their order; those without a day are left out."""
    most = max(row.sessions_per_day for row in regimen.prescriptions)
    return [one for number in range(1, most + 1) for one in _recurrences(regimen, number)]


def _recurrences(regimen: Regimen, number: int) -> Iterator[Recurrence]:
    length = (regimen.last_day - regimen.first_day).days + 1
    days = [regimen.first_day + timedelta(days=after) for after in range(length)]
    place = 0
    for (weekdays, quota), run in groupby(days, key=lambda day: _pattern(regimen, day, number)):
        asked = [day for day in run if day.weekday() in weekdays]
        if asked:
            place += 1
            paused = tuple(day for day in asked if not _sits(regimen, day, number))
            yield Recurrence(number, place, weekdays, quota, tuple(asked), paused)


def _pattern(regimen: Regimen, day: date, number: int) -> Pattern:
    """Return on which days of the week a session falls by the prescriptions in force on a day."""
    rows = [row for row in regimen.prescriptions if row.first_day <= day <= row.last_day]
    asking = [row for row in rows if row.sessions_per_day >= number]
    quota = max((row.days_per_week or 0 for row in asking if row.weekdays is None), default=0)
    if quota:
        return frozenset(range(len(WEEKDAYS))), quota if quota < len(WEEKDAYS) else 0
    return frozenset(_numbers(asking)), 0


def _numbers(rows: list[Prescription]) -> Iterator[int]:
    return (WEEKDAYS.index(day) for row in rows for day in row.weekdays or ())


def _sits(regimen: Regimen, day: date, number: int) -> bool:
    return any(row.sessions_per_day >= number for row in rows_on(regimen, day))
