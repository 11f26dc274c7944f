"""The diary of a regimen, alike on paper, in the workbook and in the form: its weeks, and the rows of each day."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from toolkit.plan.regimen import Pause, Regimen
from toolkit.plan.schedule import Session, days_of, rows_on, sessions_on
from toolkit.schema import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from the first revision's first day on, cut where the regimen begins and ends; `days` are to fill in.

    A weekly quota is counted over the same seven days, across revisions (docs/measures.md).
    """

    number: int
    first_day: date
    last_day: date
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class DiaryRow:
    """One exercise in one session of a day: session `number` of `count`, each of its sides recorded apart."""

    day: date
    exercise: str
    number: int
    count: int
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class AnyDays:
    """How many of a week's days are asked for, where the patient chooses them; `side` is that of its prescription."""

    exercise: str
    side: str
    count: int


def first_of(revisions: Iterable[Regimen]) -> date:
    """Return the first day of the first of a regimen's revisions: weeks are counted from it."""
    return min(one.first_day for one in revisions)


def weeks_of(regimen: Regimen, begins: date | None = None) -> list[Week]:
    """Return the weeks of a regimen, also those on whose days nothing may be done.

    Parameters
    ----------
    begins : the first day of the regimen's first revision, from which the clinic counts; its own without it
    """
    begins = begins or regimen.first_day
    by_week: dict[int, list[date]] = defaultdict(list)
    for day in days_of(regimen):
        by_week[(day - begins).days // 7].append(day)
    first, last = ((day - begins).days // 7 for day in (regimen.first_day, regimen.last_day))
    firsts = {place: begins + timedelta(days=7 * place) for place in range(first, last + 1)}
    return [_week(regimen, day, place, by_week[place]) for place, day in firsts.items()]


def diary_rows(regimen: Regimen, day: date) -> list[DiaryRow]:
    """Return what there is to fill in on a day: exercise by exercise, session by session."""
    found: dict[str, dict[int, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for session in sessions_on(regimen, day):
        found[session.exercise][session.number].append(session)
    return [
        DiaryRow(day, exercise, number, len(numbers), tuple(sides))
        for exercise, numbers in found.items()
        for number, sides in sorted(numbers.items())
    ]


def any_days(regimen: Regimen, week: Week) -> list[AnyDays]:
    """Return what is asked on days the patient chooses: of a week cut short by a pause or its end, its share."""
    asked: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    open_days: dict[tuple[str, str], int] = defaultdict(int)
    for day in week.days:
        for row in rows_on(regimen, day):
            if row.days_per_week is not None:
                asked[row.exercise, row.side] += Fraction(row.days_per_week, len(WEEKDAYS))
                open_days[row.exercise, row.side] += 1
    found = ((key, math.ceil(share)) for key, share in asked.items())
    return [AnyDays(*key, count) for key, count in found if count < open_days[key]]


def pauses_in(regimen: Regimen, week: Week) -> Iterator[Pause]:
    """Yield the pauses of a regimen that touch a week, the earliest first."""
    ordered = sorted(regimen.pauses, key=lambda one: (one.first_day, one.last_day, one.exercise or ""))
    return (one for one in ordered if one.first_day <= week.last_day and week.first_day <= one.last_day)


def _week(regimen: Regimen, begins: date, place: int, days: list[date]) -> Week:
    """Return a week, cut where the regimen begins or ends within it."""
    first, last = max(begins, regimen.first_day), min(begins + timedelta(days=6), regimen.last_day)
    return Week(place + 1, first, last, tuple(days))
