"""A regimen over time: what changed, what ends early, which revision is in force on which days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.catalogue import DOSE_PARTS, exercises
from toolkit.plan.regimen import Pause, Prescription, Regimen, ends_of
from toolkit.plan.wording import days_in_words, range_in_words
from toolkit.settings import ClinicProfile


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two revisions, in words; `share` is the change of a number, of what it was."""

    where: str
    before: str
    after: str
    share: float | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.before or 'nothing'} \N{RIGHTWARDS ARROW} {self.after or 'nothing'}"


def changes(before: Regimen, after: Regimen) -> tuple[Change, ...]:
    """Return what differs from one revision to the next, field by field, in the order of the form.

    An exercise is compared as asked on the day the later revision begins, and step by step where both have steps.
    """
    return tuple(change for change in _all(before, after) if change.before != change.after)


def large_changes(
    before: Regimen | None, after: Regimen | None, profile: ClinicProfile | None, on: date
) -> tuple[str, ...]:
    """Return the changes of a dose by more than the clinic's `change_share`, in words; they are asked about once."""
    if before is None or after is None or profile is None:
        return ()
    limit = profile.number("change_share", on)
    found = (one for row in after.prescriptions for one in _from_last(before, after, row))
    large = (one for one in found if one.share is not None and abs(one.share) > limit)
    return tuple(dict.fromkeys(f"{one} ({one.share:+.0%})" for one in large))


def _from_last(before: Regimen, after: Regimen, row: Prescription) -> Iterator[Change]:
    """Yield what one row changes of the dose that the last revision asked for on the day it begins."""
    if old := in_force(before, row.exercise, row.first_day):
        step = f" from {row.first_day}" if row.first_day > after.first_day else ""
        yield from _dose(exercises()[row.exercise].name + step, old, row)


def ended(finals: Sequence[Regimen], last_day: date) -> Regimen:
    """Return the regimen as it is when it ends on an earlier day: rows are cut or dropped, no dose is changed.

    Parameters
    ----------
    finals : its final revisions, in their order; what is cut is the one in force on that day

    Raises
    ------
    RegimenError
        If the day is not before the regimen's last, or before all of its rows.
    """
    begun = [one for one in finals if one.first_day <= last_day]
    if not begun or last_day >= finals[-1].last_day:
        span = f"from {finals[0].first_day} to the day before {finals[-1].last_day}"
        told = f"must be {span}; found {last_day}. One that has not begun is stopped by a pause"
        raise RegimenError("The regimen cannot end then.", [Problem("last_day", told)])
    rows = tuple(_rows_until(begun[-1], last_day))
    return begun[-1].model_copy(update={"prescriptions": rows, "pauses": finals[-1].pauses})


def revisions_in_force(finals: Iterable[Regimen]) -> Iterator[Regimen]:
    """Cut each final revision on the day before the next begins; rows that would begin later are dropped."""
    by_regimen: dict[tuple[str, str], list[Regimen]] = {}
    for regimen in finals:
        by_regimen.setdefault((regimen.patient_id, regimen.regimen_id), []).append(regimen)
    for revisions in by_regimen.values():
        revisions.sort(key=lambda one: one.revision)
        for place, regimen in enumerate(revisions):
            begins = min((later.first_day for later in revisions[place + 1 :]), default=None)
            rows = regimen.prescriptions if begins is None else _rows_until(regimen, begins - timedelta(days=1))
            if rows:
                yield regimen.model_copy(update={"prescriptions": tuple(rows)})


def _rows_until(regimen: Regimen, last_day: date) -> list[Prescription]:
    rows = [row for row in regimen.prescriptions if row.first_day <= last_day]
    return [row.model_copy(update={"last_day": min(row.last_day, last_day)}) for row in rows]


def in_force(regimen: Regimen, exercise: str, on: date) -> Prescription | None:
    """Return an exercise's row in force on a day, else its first row after it, else its last; None without any."""
    rows = sorted((row for row in regimen.prescriptions if row.exercise == exercise), key=lambda row: row.first_day)
    return next((row for row in rows if row.last_day >= on), rows[-1] if rows else None)


def _all(before: Regimen, after: Regimen) -> Iterator[Change]:
    yield Change("counts from", f"{before.first_day}", f"{after.first_day}")
    yield Change("purpose", before.purpose or "", after.purpose or "")
    yield Change("goal", before.goal or "", after.goal or "")
    for name, exercise in exercises().items():
        old, new = in_force(before, name, after.first_day), in_force(after, name, after.first_day)
        if old and new:
            yield from _dose(exercise.name, old, new)
        else:
            yield Change(exercise.name, "prescribed" if old else "", "prescribed" if new else "")
        yield Change(f"{exercise.name}, steps", _steps(before, name), _steps(after, name))
    yield Change("last day", f"{before.last_day}", f"{after.last_day}")
    yield Change("pauses", _pauses(before.pauses), _pauses(after.pauses))
    yield Change("note", before.note or "", after.note or "")


def _dose(name: str, old: Prescription, new: Prescription) -> Iterator[Change]:
    yield Change(f"{name}, side", old.side, new.side)
    yield Change(f"{name}, days", days_in_words(old), days_in_words(new))
    for part, words in DOSE_PARTS.items():
        low, high = ends_of(part)
        was, now = _ends(old, low, high), _ends(new, low, high)
        shares = [share for share in map(_share, was, now) if share is not None]
        yield Change(f"{name}, {words}", range_in_words(*was), range_in_words(*now), max(shares, key=abs, default=None))


def _ends(row: Prescription, low: str, high: str) -> tuple[Any, Any]:
    least = getattr(row, low)
    return least, getattr(row, high) if getattr(row, high) is not None else least


def _share(was: float | None, now: float | None) -> float | None:
    return ((now or 0) - was) / was if was else None


def _steps(regimen: Regimen, exercise: str) -> str:
    rows = sorted((row for row in regimen.prescriptions if row.exercise == exercise), key=lambda row: row.first_day)
    return "; ".join(f"from {row.first_day} {_numbers(row)}" for row in rows[1:])


def _numbers(row: Prescription) -> str:
    dose = f"{row.sets} x {range_in_words(row.reps_min, row.reps_max)}"
    hold = range_in_words(row.hold_s_min, row.hold_s_max)
    return f"{dose} x {hold} s" if hold else dose


def _pauses(pauses: tuple[Pause, ...]) -> str:
    return "; ".join(
        f"{one.exercise or 'all'} {one.first_day} to {one.last_day} ({one.reason or 'no reason'})" for one in pauses
    )
