"""What was typed into the form, and what is wrong with it; no widget here."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.regimen import Prescription, Regimen, default_dose
from toolkit.schema import WEEKDAYS
from toolkit.typed import shown

EVERY_DAY, NAMED, QUOTA = "every day", "on named days", "some days a week, any"
DAY_CHOICES = (EVERY_DAY, NAMED, QUOTA)
MAX_WEEKS = 52
WHOLE = re.compile(r"[0-9]{1,4}")
WHOLE_RANGE = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
SECONDS_RANGE = re.compile(r"([0-9]{1,4}(?:[.][0-9]{1,3})?)(?:-([0-9]{1,4}(?:[.][0-9]{1,3})?))?")
# the field of the form in which a field of a prescription is typed
TYPED_IN = {
    "reps_min": "reps", "reps_max": "reps", "hold_s_min": "hold_s", "hold_s_max": "hold_s", "weekdays": "weekdays",
    "days_per_week": "days_per_week", "sessions_per_day": "sessions_per_day", "sets": "sets", "side": "side",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExerciseDraft:
    """One exercise as typed; numbers are text, `reps` and `hold_s` one number or a range such as 15-30."""

    on: bool = False
    side: str = ""
    sessions_per_day: str = ""
    days: str = EVERY_DAY
    weekdays: tuple[str, ...] = ()
    days_per_week: str = ""
    sets: str = ""
    reps: str = ""
    hold_s: str = ""


def _blank_exercises() -> dict[str, ExerciseDraft]:
    return {name: ExerciseDraft(side="" if entry.sided else "none") for name, entry in exercises().items()}


def new_regimen_id() -> str:
    """Return a random identity: nothing about a person can be read from it."""
    return f"r-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class RegimenDraft:
    """A regimen as typed. `revision` is the one that saving it makes."""

    patient_id: str = ""
    purpose: str = ""
    first_day: date | None = None
    weeks: str = ""
    exercises: dict[str, ExerciseDraft] = field(default_factory=_blank_exercises)
    regimen_id: str = field(default_factory=new_regimen_id)
    revision: int = 1

    def for_patient(self, patient_id: str) -> RegimenDraft:
        """Return the draft for another patient: once it was saved, that is a new regimen, never a revision of this."""
        if patient_id == self.patient_id or self.revision == 1:
            return replace(self, patient_id=patient_id)
        return replace(self, patient_id=patient_id, regimen_id=new_regimen_id(), revision=1)

    def for_purpose(self, purpose: str) -> RegimenDraft:
        """Return the draft with a purpose; while no exercise is chosen, also with the starter's exercises and weeks."""
        if purpose not in purposes() or any(one.on for one in self.exercises.values()):
            return replace(self, purpose=purpose)
        chosen = purposes()[purpose]
        doses = {name: _default(name) if name in chosen.exercises else one for name, one in self.exercises.items()}
        return replace(self, purpose=purpose, exercises=doses, weeks=self.weeks or str(chosen.weeks))

    def with_exercise(self, name: str, **typed: Any) -> RegimenDraft:
        """Return the draft with other text in one exercise; switched on with nothing typed, it starts as proposed."""
        one = replace(self.exercises[name], **typed)
        if typed.get("on") and not one.sets:
            one = _default(name)
        return replace(self, exercises={**self.exercises, name: one})

    def after_saving(self, saved: Regimen) -> RegimenDraft:
        """Return the draft of the revision that follows the saved one."""
        return replace(self, regimen_id=saved.regimen_id, revision=saved.revision + 1)


def draft_of(regimen: Regimen) -> RegimenDraft:
    """Return the draft of the revision that follows a saved regimen, with its rows of the last day typed in."""
    rows = {row.exercise: row for row in regimen.prescriptions if row.last_day == regimen.last_day}
    days = (regimen.last_day - regimen.first_day).days + 1
    return RegimenDraft(
        patient_id=regimen.patient_id,
        purpose=regimen.purpose or "",
        first_day=regimen.first_day,
        weeks=str(-(-days // 7)),
        exercises=_blank_exercises() | {name: _typed(row.model_dump(), row.side) for name, row in rows.items()},
        regimen_id=regimen.regimen_id,
        revision=regimen.revision + 1,
    )


def review(draft: RegimenDraft) -> tuple[Regimen | None, tuple[Problem, ...]]:
    """Return the regimen if the draft is complete, else None and everything that is to be mended.

    `where` of a problem is the field: `patient_id`, `purpose`, `first_day`, `weeks`, `exercises`, or the exercise and
    its field, such as `knee_to_chest: hold_s`.
    """
    problems: list[Problem] = []
    weeks = _whole(draft.weeks, "weeks", problems, high=MAX_WEEKS)
    for name, words in (("patient_id", "the pseudonym"), ("purpose", "preventive or remedial"), ("first_day", "a day")):
        if not getattr(draft, name):
            problems.append(Problem(name, f"is missing: give {words}"))
    first = draft.first_day or date(2000, 1, 3)
    last = first + timedelta(days=7 * (weeks or 1) - 1)
    chosen = {name: one for name, one in draft.exercises.items() if one.on}
    if not chosen:
        problems.append(Problem("exercises", "choose at least one exercise"))
    rows = [_prescription(name, one, first, last, problems) for name, one in chosen.items()]
    if problems:
        problems += _patient_problems(draft)
        return None, tuple(problems)
    try:
        regimen = Regimen(
            regimen_id=draft.regimen_id,
            revision=draft.revision,
            patient_id=draft.patient_id,
            purpose=draft.purpose,
            prescriptions=rows,
        )
    except RegimenError as error:
        return None, error.problems
    return regimen, ()


def rows_of(draft: RegimenDraft) -> dict[str, Prescription]:
    """Return the prescriptions of those chosen exercises that are right as typed, whatever is wrong elsewhere."""
    first = draft.first_day or date(2000, 1, 3)
    rows = {name: _prescription(name, one, first, first, []) for name, one in draft.exercises.items() if one.on}
    return {name: row for name, row in rows.items() if row is not None}


def _patient_problems(draft: RegimenDraft) -> Iterator[Problem]:
    """Check the pseudonym although other fields are wrong: all problems come at once."""
    probe = Prescription(**default_dose("abdominal_stability"), first_day=date(2000, 1, 3), last_day=date(2000, 1, 9))
    try:
        Regimen(regimen_id="r-0", patient_id=draft.patient_id or "p", prescriptions=[probe])
    except RegimenError as error:
        yield from error.problems


def _prescription(
    name: str, one: ExerciseDraft, first: date, last: date, problems: list[Problem]
) -> Prescription | None:
    """Return the prescription of an exercise, or None and add what is wrong with it."""
    found: list[Problem] = []
    if not one.side:
        found.append(Problem("side", "is missing: choose left, right or both"))
    fields = {
        "sessions_per_day": _whole(one.sessions_per_day, "sessions_per_day", found),
        "sets": _whole(one.sets, "sets", found),
        **_between("reps", one.reps, WHOLE_RANGE, int, found),
        **_between("hold_s", one.hold_s, SECONDS_RANGE, float, found),
        **_days(one, found),
    }
    if not found:
        try:
            return Prescription(exercise=name, side=one.side, first_day=first, last_day=last, **fields)
        except RegimenError as error:
            found += [Problem(TYPED_IN.get(problem.where, "hold_s"), problem.message) for problem in error.problems]
    else:
        found += _limits_of_the_rest(name, one, fields, found)
    problems += [Problem(f"{name}: {problem.where}", problem.message) for problem in found]
    return None


def _limits_of_the_rest(name: str, one: ExerciseDraft, fields: dict[str, Any], found: list[Problem]) -> list[Problem]:
    """Check the fields that could be read against their limits, although others could not: all problems at once."""
    wrong = {problem.where for problem in found}
    proposed = {**default_dose(name), "first_day": date(2000, 1, 3), "last_day": date(2000, 1, 9)}
    read = {key: value for key, value in fields.items() if TYPED_IN[key] not in wrong and value is not None}
    read |= {"side": one.side} if one.side else {}
    if {"weekdays", "days_per_week"} & set(read):
        proposed.pop("days_per_week")
    for low, high in (("reps_min", "reps_max"), ("hold_s_min", "hold_s_max")):
        if low in read:
            proposed.pop(high)
    try:
        Prescription(**proposed | read)
    except RegimenError as error:
        places = (TYPED_IN.get(problem.where, "hold_s") for problem in error.problems)
        return [Problem(place, problem.message) for place, problem in zip(places, error.problems, strict=True)]
    return []


def _days(one: ExerciseDraft, found: list[Problem]) -> dict[str, Any]:
    if one.days == NAMED:
        if not one.weekdays:
            found.append(Problem("weekdays", "choose at least one day"))
        return {"weekdays": tuple(day for day in WEEKDAYS if day in one.weekdays) or None}
    if one.days == QUOTA:
        return {"days_per_week": _whole(one.days_per_week, "days_per_week", found)}
    return {"days_per_week": len(WEEKDAYS)}


def _whole(text: str, where: str, found: list[Problem], *, high: int | None = None) -> int | None:
    """Return a whole number of ASCII digits exactly as typed, or None and add what is wrong."""
    if not text.strip():
        found.append(Problem(where, "is missing: give a whole number"))
    elif not WHOLE.fullmatch(text):
        found.append(Problem(where, f"must be a whole number such as 2; found {shown(text)}"))
    elif high is not None and not 1 <= int(text) <= high:
        found.append(Problem(where, f"must be from 1 to {high}; found {shown(text)}"))
    else:
        return int(text)
    return None


def _between(
    where: str, text: str, form: re.Pattern[str], kind: Callable[[str], float], found: list[Problem]
) -> dict[str, float | None]:
    """Return both ends of a number or a range as typed; an empty hold is an exercise that is not held."""
    match = form.fullmatch(text)
    if match is None and not (where == "hold_s" and not text.strip()):
        words = "a whole number such as 3, or a range such as 3-5" if kind is int else "seconds such as 30, or 15-30"
        found.append(Problem(where, f"must be {words}; found {shown(text)}" if text.strip() else "is missing"))
    low, high = (match[1], match[2]) if match else (None, None)
    return {f"{where}_min": kind(low) if low else None, f"{where}_max": kind(high) if high else None}


def _default(name: str) -> ExerciseDraft:
    dose = default_dose(name)
    return _typed(dose, dose["side"])


def _typed(dose: dict[str, Any], side: str) -> ExerciseDraft:
    """Return a dose as it would be typed."""
    quota = dose.get("days_per_week")
    named = tuple(dose.get("weekdays") or ())
    return ExerciseDraft(
        on=True,
        side=side,
        sessions_per_day=str(dose["sessions_per_day"]),
        days=NAMED if named else EVERY_DAY if quota == len(WEEKDAYS) else QUOTA,
        weekdays=named,
        days_per_week="" if named or quota == len(WEEKDAYS) else str(quota),
        sets=str(dose["sets"]),
        reps=_text(dose["reps_min"], dose["reps_max"]),
        hold_s=_text(dose["hold_s_min"], dose["hold_s_max"]),
    )


def _text(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f"{low:g}" if high in (None, low) else f"{low:g}-{high:g}"
