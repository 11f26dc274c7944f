"""A regimen over time: what changed, what ends early, whether less is asked than before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.catalogue import exercises
from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.plan.wording import days_in_words, range_in_words
from toolkit.settings import ClinicProfile

DOSE = ("sessions_per_day", "sets", "reps_min", "reps_max", "hold_s_min", "hold_s_max")
ASKED = ("exercise", "side", "weekdays", "days_per_week", *DOSE)


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
    found = (one for one in changes(before, after) if one.share is not None and abs(one.share) > limit)
    return tuple(f"{one} ({one.share:+.0%})" for one in found)


def ended(regimen: Regimen, last_day: date) -> Regimen:
    """Return the regimen as it is when it ends on an earlier day: rows are cut or dropped, no dose is changed.

    Raises
    ------
    RegimenError
        If the day is not before the regimen's last, or before all of its rows.
    """
    if not regimen.first_day <= last_day < regimen.last_day:
        span = f"from {regimen.first_day} to the day before {regimen.last_day}"
        raise RegimenError("The regimen cannot end then.", [Problem("last_day", f"must be {span}; found {last_day}")])
    rows = [row for row in regimen.prescriptions if row.first_day <= last_day]
    cut = tuple(row.model_copy(update={"last_day": min(row.last_day, last_day)}) for row in rows)
    return regimen.model_copy(update={"prescriptions": cut})


def asks_only_less(after: Regimen, before: Regimen) -> bool:
    """Tell whether every row lies within one of the revision before: same dose, same days or fewer."""
    return all(any(_within(row, earlier) for earlier in before.prescriptions) for row in after.prescriptions)


def in_force(regimen: Regimen, exercise: str, on: date) -> Prescription | None:
    """Return an exercise's row in force on a day, else its first row after it, else its last; None without any."""
    rows = sorted((row for row in regimen.prescriptions if row.exercise == exercise), key=lambda row: row.first_day)
    return next((row for row in rows if row.last_day >= on), rows[-1] if rows else None)


def _within(row: Prescription, earlier: Prescription) -> bool:
    same = all(getattr(row, name) == getattr(earlier, name) for name in ASKED)
    return same and earlier.first_day <= row.first_day and row.last_day <= earlier.last_day


def _all(before: Regimen, after: Regimen) -> Iterator[Change]:
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
    for words, low, high in (
        ("sessions a day", "sessions_per_day", "sessions_per_day"),
        ("sets", "sets", "sets"),
        ("repetitions", "reps_min", "reps_max"),
        ("hold (s)", "hold_s_min", "hold_s_max"),
    ):
        was, now = _ends(old, low, high), _ends(new, low, high)
        yield Change(f"{name}, {words}", range_in_words(*was), range_in_words(*now), _share(was[1], now[1]))


def _ends(row: Prescription, low: str, high: str) -> tuple[Any, Any]:
    least = getattr(row, low)
    return least, getattr(row, high) if getattr(row, high) is not None else least


def _share(was: float | None, now: float | None) -> float | None:
    return (now - was) / was if was and now else None


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
