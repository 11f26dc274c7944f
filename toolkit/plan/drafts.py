"""What was typed into the form, and what is wrong with it; no widget here."""

from __future__ import annotations

import contextlib
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.regimen import Prescription, Regimen, default_dose
from toolkit.plan.wording import range_in_words
from toolkit.schema import WEEKDAYS
from toolkit.typed import shown

EVERY_DAY, NAMED, QUOTA = "every day", "on named days", "some days a week, any"
DAY_CHOICES = (EVERY_DAY, NAMED, QUOTA)
MAX_WEEKS = 52
TYPED_AS = {  # what pydantic asks of a field, and how it may be typed
    "reps": ("must be a whole number;", "must be a whole number such as 3, or a range such as 3-5;"),
    "hold_s": ("must be a number;", "must be seconds such as 30, or a range such as 15-30;"),
}
NUMBER = re.compile(r"[0-9]{1,4}([.][0-9]{1,3})?")


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
    chosen = [name for name, one in draft.exercises.items() if one.on]
    problems = _missing(draft, chosen)
    rows = [_fields(draft, name) for name in chosen]
    if not rows:  # any right row, so that the other fields are judged as well
        rows = [_fields(RegimenDraft().with_exercise("abdominal_stability", on=True), "abdominal_stability")]
    try:
        regimen = Regimen(
            regimen_id=draft.regimen_id,
            revision=draft.revision,
            patient_id=draft.patient_id or "p",  # a blank is told as missing, not as too short
            purpose=draft.purpose or None,
            prescriptions=rows,
        )
    except RegimenError as error:
        problems += [_as_typed(problem, chosen) for problem in error.problems]
    return (None, tuple(problems)) if problems else (regimen, ())


def rows_of(draft: RegimenDraft) -> dict[str, Prescription]:
    """Return the prescriptions of those chosen exercises that are right as typed, whatever is wrong elsewhere."""
    rows = {}
    for name in (name for name, one in draft.exercises.items() if one.on):
        with contextlib.suppress(RegimenError):
            rows[name] = Prescription(**_fields(draft, name))
    return rows


def _missing(draft: RegimenDraft, chosen: list[str]) -> list[Problem]:
    """Say what the form asks beyond what a regimen must have."""
    asked = {"patient_id": "the pseudonym", "purpose": "preventive or remedial", "first_day": "a day"}
    missing = [Problem(name, f"is missing: give {words}") for name, words in asked.items() if not getattr(draft, name)]
    weeks = _number(draft.weeks)
    if not (isinstance(weeks, int) and 1 <= weeks <= MAX_WEEKS):
        missing.append(Problem("weeks", f"must be a whole number from 1 to {MAX_WEEKS}; found {shown(draft.weeks)}"))
    return missing if chosen else [*missing, Problem("exercises", "choose at least one exercise")]


def _fields(draft: RegimenDraft, name: str) -> dict[str, Any]:
    """Return what was typed of an exercise as the fields of a prescription: what is no number stays the text it is."""
    one, weeks, first = draft.exercises[name], _number(draft.weeks), draft.first_day or date(2000, 1, 3)
    length = weeks if isinstance(weeks, int) and 1 <= weeks <= MAX_WEEKS else 1
    quota = "" if (days := _number(one.days_per_week)) is None else days  # None would say that days are named
    reps_min, reps_max = _ends(one.reps)
    hold_s_min, hold_s_max = _ends(one.hold_s)
    return {
        "exercise": name,
        "side": one.side or None,
        "first_day": first,
        "last_day": first + timedelta(days=7 * length - 1),
        "sessions_per_day": _number(one.sessions_per_day),
        "weekdays": tuple(day for day in WEEKDAYS if day in one.weekdays) if one.days == NAMED else None,
        "days_per_week": {EVERY_DAY: len(WEEKDAYS), NAMED: None}.get(one.days, quota),
        "sets": _number(one.sets),
        "reps_min": reps_min,
        "reps_max": reps_max,
        "hold_s_min": hold_s_min,
        "hold_s_max": hold_s_max,
    }


def _as_typed(problem: Problem, chosen: list[str]) -> Problem:
    """Turn a problem of a regimen into one of the form: its field, and the forms in which it may be typed."""
    row, _, name = problem.where.partition(": ")
    if not row.startswith("prescriptions "):
        return problem
    field = name.removesuffix("_min").removesuffix("_max") or "hold_s"  # the sum of a session's holds stands there
    plain, typed = TYPED_AS.get(field, ("", ""))
    message = problem.message.replace(plain, typed, 1) if plain else problem.message
    where = f"{chosen[int(row.split()[1]) - 1]}: {field}"
    return Problem(where, "is missing" if message.endswith("; found nothing") else message)


def _ends(text: str) -> tuple[Any, Any]:
    """Return both ends of a range such as 15-30, or one number and None; what is neither stays text."""
    low, dash, high = text.partition("-")
    ends = _number(low), _number(high)
    if dash and any(isinstance(end, str) or end is None for end in ends):
        return text, None
    return ends


def _number(text: str) -> int | float | str | None:
    """Return the number that ASCII digits with at most one point state; a blank is None, anything else stays text."""
    if not text.strip():
        return None
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


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
        reps=range_in_words(dose["reps_min"], dose["reps_max"]),
        hold_s=range_in_words(dose["hold_s_min"], dose["hold_s_max"]),
    )
