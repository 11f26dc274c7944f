"""What a regimen asks day by day, and the identity of what is written down of each session."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.schema import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Session:
    """One session of one exercise on one side of the body, on a day that asks for it or leaves the choice.

    `side` is left, right or none; `number` counts the sessions of the day from 1; `row` is the prescription in force.
    """

    day: date
    exercise: str
    side: str
    number: int
    row: Prescription


def sessions_on(regimen: Regimen, day: date) -> list[Session]:
    """Return every session of a day: exercise by exercise, its first session on each side, then its second."""
    return [
        Session(day, row.exercise, side, number, row)
        for row in rows_on(regimen, day)
        for number in range(1, row.sessions_per_day + 1)
        for side in sides_of(row)
    ]


def rows_on(regimen: Regimen, day: date) -> list[Prescription]:
    """Return the prescriptions that a day asks for, or may be chosen for; none on a paused or free day."""
    return [row for row in regimen.prescriptions if _asks(row, day) and not _paused(regimen.pauses, row.exercise, day)]


def days_of(regimen: Regimen) -> Iterator[date]:
    """Yield the days of a regimen on which something may be done, the first day first."""
    length = (regimen.last_day - regimen.first_day).days + 1
    days = (regimen.first_day + timedelta(days=number) for number in range(length))
    return (day for day in days if rows_on(regimen, day))


def has_days(regimen: Regimen, row: Prescription) -> bool:
    """Return whether any day is left for a prescription: not where pauses take all of it."""
    length = (row.last_day - row.first_day).days + 1
    return any(row in rows_on(regimen, row.first_day + timedelta(days=after)) for after in range(length))


def sides_of(row: Prescription) -> tuple[str, ...]:
    """Return the sides that are recorded apart."""
    return ("left", "right") if row.side == "both" else (row.side,)


def diary_key(regimen_id: str) -> str:
    """Return what stands before the identity of every session of a regimen: it tells nobody whose it is."""
    return f"d-{hashlib.sha256(regimen_id.encode()).hexdigest()[:12]}"


def session_id(regimen_id: str, session: Session) -> str:
    """Return the identity of a session's entry: on paper, in the workbook and on the diary page the same.

    What is written down again of a session is then a later version of one entry, never a second entry.
    """
    exercise = session.exercise.replace("_", "-")
    return f"{diary_key(regimen_id)}.{session.day}.{exercise}.{session.side}.{session.number}"


def _asks(row: Prescription, day: date) -> bool:
    within = row.first_day <= day <= row.last_day
    return within and (row.weekdays is None or WEEKDAYS[day.weekday()] in row.weekdays)


def _paused(pauses: tuple[Pause, ...], exercise: str, day: date) -> bool:
    return any(one.first_day <= day <= one.last_day and one.exercise in (None, exercise) for one in pauses)
