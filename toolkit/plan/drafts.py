"""What was typed into the form, as values; no widget here, and nothing is checked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.asking import taken_up
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.regimen import Prescription, Regimen, default_dose
from toolkit.plan.screening import Screening
from toolkit.plan.wording import range_in_words
from toolkit.schema import WEEKDAYS

EVERY_DAY, NAMED, QUOTA = "every day", "on named days", "some days a week, any"
DAY_CHOICES = (EVERY_DAY, NAMED, QUOTA)
DOSE = ("sessions_per_day", "sets", "reps", "hold_s")


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A further dose from a week on (its number, or its first day as 2026-03-16); blanks stay as before."""

    week: str = ""
    sessions_per_day: str = ""
    sets: str = ""
    reps: str = ""
    hold_s: str = ""


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
    steps: tuple[StepDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class PauseDraft:
    """Days off as typed; no exercise means all."""

    exercise: str = ""
    first_day: date | None = None
    last_day: date | None = None
    reason: str = ""


def blank_exercises() -> dict[str, ExerciseDraft]:
    """Return the four exercises, all switched off."""
    return {name: ExerciseDraft(side="" if entry.sided else "none") for name, entry in exercises().items()}


def new_regimen_id() -> str:
    """Return a random identity: nothing about a person can be read from it."""
    return f"r-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class RegimenDraft:
    """A regimen as typed. `revision` is the one that saving it makes; its end is `weeks` or `last_day`.

    `reason` says why a later revision is made, `seen` which large changes of a dose were confirmed.
    """

    patient_id: str = ""
    written_by: str = ""
    purpose: str = ""
    goal: str = ""
    note: str = ""
    first_day: date | None = None
    weeks: str = ""
    last_day: date | None = None
    exercises: dict[str, ExerciseDraft] = field(default_factory=blank_exercises)
    pauses: tuple[PauseDraft, ...] = ()
    screening: Screening = field(default_factory=Screening)
    reason: str = ""
    seen: str = ""
    regimen_id: str = field(default_factory=new_regimen_id)
    revision: int = 1

    @property
    def chosen(self) -> list[str]:
        """The exercises switched on."""
        return [name for name, one in self.exercises.items() if one.on]

    def for_patient(self, patient_id: str) -> RegimenDraft:
        """Return the draft for another patient: what was asked or said of the one before does not come along.

        Once it was saved, it is then a new regimen, never a revision of this.
        """
        if patient_id == self.patient_id:
            return self
        if not self.patient_id:
            return replace(self, patient_id=patient_id)
        theirs: dict[str, Any] = {"screening": Screening(), "pauses": (), "goal": "", "note": "", "reason": ""}
        return replace(self, patient_id=patient_id, regimen_id=new_regimen_id(), revision=1, seen="", **theirs)

    def for_purpose(self, purpose: str) -> RegimenDraft:
        """Return the draft with a purpose; while no exercise is chosen, also with the starter's exercises and weeks."""
        if purpose not in purposes() or self.chosen:
            return replace(self, purpose=purpose)
        chosen = purposes()[purpose]
        doses = {name: _default(name) if name in chosen.exercises else one for name, one in self.exercises.items()}
        weeks = "" if self.last_day else self.weeks or str(chosen.weeks)
        return replace(self, purpose=purpose, exercises=doses, weeks=weeks)

    def with_exercise(self, name: str, **typed: Any) -> RegimenDraft:
        """Return the draft with other text in one exercise; switched on with nothing typed, it starts as proposed."""
        one = replace(self.exercises[name], **typed)
        if typed.get("on") and not one.sets:
            one = _default(name)
        return replace(self, exercises={**self.exercises, name: one})

    def with_doses_of(self, other: RegimenDraft) -> RegimenDraft:
        """Return the draft with the purpose, exercises and length of another: a copy or a template, of doses alone."""
        days = (other.last_day - other.first_day).days + 1 if other.last_day and other.first_day else 0
        weeks = other.weeks or (str(-(-days // 7)) if days else "")
        return replace(self, purpose=other.purpose, exercises=other.exercises, weeks=weeks, last_day=None)

    def after_saving(self, saved: Regimen) -> RegimenDraft:
        """Return the draft of the revision that follows the saved one; after a final one the gate asks again."""
        asked = Screening() if saved.status == "final" else self.screening
        following = {"regimen_id": saved.regimen_id, "revision": saved.revision + 1, "reason": "", "seen": ""}
        return replace(self, screening=asked, **following)  # type: ignore[arg-type]

    def as_template(self) -> RegimenDraft:
        """Return what a template keeps: purpose, length and doses, nothing of a patient."""
        return RegimenDraft(purpose=self.purpose, weeks=self.weeks, exercises=self.exercises, regimen_id="", revision=1)


def draft_of(regimen: Regimen, *, on: date | None = None) -> RegimenDraft:
    """Return the draft of the revision that follows a saved regimen.

    A final regimen that has begun is changed from the day `on`: days before it keep their dose. One that has ended is
    then taken up again, its last day to be given anew.

    Raises
    ------
    RegimenError
        If the form has no field for what the regimen asks: it names the rows, and nothing is left out.
    """
    final = regimen.status == "final"
    begun = final and on is not None and regimen.first_day < on
    start = on if begun and on else regimen.first_day
    over = regimen.last_day < start
    typed = {name: _last_asked(regimen, name) if over else _exercise(regimen, name, start) for name in exercises()}
    return RegimenDraft(
        patient_id=regimen.patient_id,
        purpose=regimen.purpose or "",
        goal=regimen.goal or "",
        note=regimen.note or "",
        first_day=start,
        last_day=None if over else regimen.last_day,
        exercises=blank_exercises() | {name: one for name, one in typed.items() if one},
        pauses=tuple(PauseDraft(p.exercise or "", p.first_day, p.last_day, p.reason or "") for p in regimen.pauses),
        screening=taken_up(regimen.screening) if regimen.screening and not final else Screening(),
        regimen_id=regimen.regimen_id,
        revision=regimen.revision + 1,
    )


def _last_asked(regimen: Regimen, name: str) -> ExerciseDraft | None:
    """Return an exercise as it was asked last, whenever that ended."""
    rows = [row for row in regimen.prescriptions if row.exercise == name]
    last = max(rows, key=lambda row: row.first_day, default=None)
    return _typed(last.model_dump(), last.side) if last else None


def _exercise(regimen: Regimen, name: str, start: date) -> ExerciseDraft | None:
    """Return an exercise from a day on: its first row typed in, each further one as a step."""
    found = [row for row in regimen.prescriptions if row.exercise == name and row.last_day >= start]
    rows = sorted(found, key=lambda row: row.first_day)
    if not rows:
        return None
    first = rows[0]
    told = [
        (first.first_day > start, "begins later than the others"),
        (rows[-1].last_day < regimen.last_day, "ends earlier than the others"),
    ]
    for row, following in pairwise(rows):
        told += [
            (_days_and_side(row) != _days_and_side(following), "changes its side or days"),
            ((following.first_day - row.last_day).days != 1, "has days between"),
        ]
    if wrong := [words for is_so, words in told if is_so]:
        problem = Problem(name, f"{', '.join(dict.fromkeys(wrong))}: write the next revision as a file")
        raise RegimenError("The form has no field for this regimen.", [problem])
    return replace(_typed(first.model_dump(), first.side), steps=tuple(_step(row, start) for row in rows[1:]))


def _days_and_side(row: Prescription) -> tuple[Any, ...]:
    return row.side, row.weekdays, row.days_per_week


def _step(row: Prescription, start: date) -> StepDraft:
    weeks, days = divmod((row.first_day - start).days, 7)
    dose = _typed(row.model_dump(), row.side)
    week = row.first_day.isoformat() if days else str(weeks + 1)
    return StepDraft(week, dose.sessions_per_day, dose.sets, dose.reps, dose.hold_s)


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
