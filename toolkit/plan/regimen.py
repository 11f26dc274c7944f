"""A regimen as a physician states it: a frozen value that cannot be wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from toolkit.errors import RegimenError
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.screening import Screening
from toolkit.schema import PAUSES, PRESCRIPTIONS, WEEKDAYS
from toolkit.tables import make
from toolkit.typed import Day, Name, Number, PatientId, Typed, Whole, shown

if TYPE_CHECKING:
    import pandas as pd

MAX_DAYS = 365  # an open end hides a forgotten regimen (limit of our own)
MAX_HOLDING_S = 1_800  # one exercise, one session: catches 30 min typed for 30 s (limit of our own)
MEDICAL_HOLD = "medical_hold"  # the reason of a pause by which a clinician stops exercise
LOWER_END = {"last_day": "first_day", "reps_max": "reps_min", "hold_s_max": "hold_s_min"}

Side = Literal["left", "right", "both", "none"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Reps = Annotated[Whole, Field(ge=1, le=50)]
Hold = Annotated[Number, Field(ge=1, le=120)]


RegimenId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9.-]+$")]


def _of_the_catalogue(value: str) -> str:
    if value not in exercises():
        raise ValueError(f"must be one of {', '.join(exercises())}; found {shown(value)}")
    return value


class _Days(Typed):
    """Something that holds on inclusive days."""

    error: ClassVar = RegimenError

    first_day: Day
    last_day: Day

    @field_validator("last_day")
    @classmethod
    def _within_a_year(cls, last_day: date, info: ValidationInfo) -> date:
        first_day = info.data.get("first_day")
        if first_day and last_day < first_day:
            raise ValueError(f"must not be before {first_day}; found {last_day}")
        if first_day and (last_day - first_day).days >= MAX_DAYS:
            raise ValueError(f"must be within {MAX_DAYS} days of {first_day}; found {last_day}")
        return last_day


class Prescription(_Days):
    """One exercise, its side or sides and its dose, over inclusive days.

    Exactly one of `weekdays` (named days) and `days_per_week` (a weekly quota of unnamed days) is given. Holds are in
    seconds, both empty where nothing is held; an empty maximum equals its minimum. `side="both"` is for each side.
    """

    title: ClassVar[str] = "This prescription"

    exercise: Annotated[str, AfterValidator(_of_the_catalogue)]
    side: Side
    sessions_per_day: Annotated[Whole, Field(ge=1, le=6)] = 1
    weekdays: tuple[Weekday, ...] | None = None
    days_per_week: Annotated[Whole, Field(ge=1, le=7)] | None = None
    sets: Annotated[Whole, Field(ge=1, le=10)] = 1
    reps_min: Reps
    reps_max: Reps | None = None
    hold_s_min: Hold | None = None
    hold_s_max: Hold | None = None

    @field_validator("side")
    @classmethod
    def _fits_the_exercise(cls, value: str, info: ValidationInfo) -> str:
        exercise = exercises().get(info.data.get("exercise", ""))
        if exercise and exercise.sided and value == "none":
            raise ValueError(f"must be left, right or both for {exercise.id}; found none")
        if exercise and not exercise.sided and value != "none":
            raise ValueError(f"must be none for {exercise.id}; found {value}")
        return value

    @field_validator("weekdays")
    @classmethod
    def _in_order_once(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and list(value) != [day for day in WEEKDAYS if day in value]:
            raise ValueError("must name each day once, from mon to sun")
        if value == ():
            raise ValueError("must name at least one day")
        return value

    @field_validator("reps_max", "hold_s_max")
    @classmethod
    def _not_below_its_lower_end(cls, value: float | None, info: ValidationInfo) -> float | None:
        low = info.data.get(LOWER_END[str(info.field_name)])
        if value is not None and low is not None and value < low:
            raise ValueError(f"must not be below {low:g}; found {value:g}")
        return value

    @model_validator(mode="after")
    def _hangs_together(self) -> Prescription:
        if (self.weekdays is None) == (self.days_per_week is None):
            raise ValueError("give either named weekdays or days_per_week, not both and not neither")
        if self.hold_s_min is None and self.hold_s_max is not None:
            raise ValueError("hold_s_min is missing beside hold_s_max")
        holding_s = self.sets * self.most_reps * (self.longest_hold_s or 0)
        if holding_s > MAX_HOLDING_S:
            raise ValueError(
                f"the holds of one session must add up to {MAX_HOLDING_S} s or less; found {holding_s:g} s"
            )
        return self

    @property
    def most_reps(self) -> int:
        """Most repetitions of one set."""
        return self.reps_max or self.reps_min

    @property
    def longest_hold_s(self) -> float | None:
        """Longest hold of one repetition, in seconds; None where nothing is held."""
        return self.hold_s_max or self.hold_s_min

    @property
    def side_count(self) -> int:
        """Sides the dose is asked for: 2 for both, else 1."""
        return 2 if self.side == "both" else 1


class Pause(_Days):
    """Days taken out of exposure, for one exercise or, without one, for all."""

    title: ClassVar[str] = "This pause"

    exercise: Annotated[str, AfterValidator(_of_the_catalogue)] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None


class Regimen(Typed):
    """All of one patient's prescriptions at one time, as one saved state.

    `status` is draft, held or final; `purpose` preventive or remedial. A change is a new value with `revision` + 1.

    Raises
    ------
    RegimenError
        With every problem of every field, prescriptions that overlap among them.
    """

    error: ClassVar = RegimenError
    title: ClassVar[str] = "This regimen"

    regimen_id: RegimenId
    revision: Annotated[Whole, Field(ge=1)] = 1
    patient_id: PatientId
    status: Literal["draft", "held", "final"] = "draft"
    written_on: Day | None = None
    purpose: str | None = None
    written_by: Name | None = None
    goal: Annotated[str, Field(max_length=500)] | None = None
    note: Annotated[str, Field(max_length=2_000)] | None = None
    screening: Screening | None = None
    prescriptions: Annotated[tuple[Prescription, ...], Field(min_length=1)]
    pauses: tuple[Pause, ...] = ()

    @field_validator("purpose")
    @classmethod
    def _known_purpose(cls, value: str | None) -> str | None:
        if value is not None and value not in purposes():
            raise ValueError(f"must be {' or '.join(purposes())}; found {shown(value)}")
        return value

    @field_validator("prescriptions")
    @classmethod
    def _one_at_a_time(cls, value: tuple[Prescription, ...]) -> tuple[Prescription, ...]:
        if overlapping := list(_overlaps(value)):
            raise ValueError("; ".join(overlapping))
        return value

    @property
    def first_day(self) -> date:
        """Earliest first day of all prescriptions."""
        return min(row.first_day for row in self.prescriptions)

    @property
    def last_day(self) -> date:
        """Latest last day of all prescriptions."""
        return max(row.last_day for row in self.prescriptions)


def ends_of(part: str) -> tuple[str, str]:
    """Return the fields of a prescription that hold the least and the most of a part of the dose."""
    return (f"{part}_min", f"{part}_max") if part in ("reps", "hold_s") else (part, part)


def shared_days(one: Prescription, other: Prescription) -> tuple[date, date] | None:
    """Return the first and last day on which two prescriptions ask for one exercise and side; None without any."""
    same_side = one.side == other.side or "both" in (one.side, other.side)
    first, last = max(one.first_day, other.first_day), min(one.last_day, other.last_day)
    return (first, last) if one.exercise == other.exercise and same_side and first <= last else None


def prescription_table(regimens: Iterable[Regimen]) -> pd.DataFrame:
    """Return the prescriptions of `regimens` as one table, a row a prescription."""
    return make(
        PRESCRIPTIONS, [_prescription_row(regimen, row) for regimen in regimens for row in regimen.prescriptions]
    )


def pause_table(regimens: Iterable[Regimen]) -> pd.DataFrame:
    """Return the pauses of `regimens` as one table, a row a pause."""
    return make(
        PAUSES, [{"patient_id": one.patient_id, **pause.model_dump()} for one in regimens for pause in one.pauses]
    )


def starter_regimen(
    purpose: str, *, patient_id: str, regimen_id: str, first_day: date, weeks: int | None = None
) -> Regimen:
    """Return the regimen a purpose starts from: the catalogue's defaults, both sides where there are sides.

    Parameters
    ----------
    purpose : `preventive` or `remedial`
    weeks : length; the purpose's own (to the review) where not given

    Raises
    ------
    RegimenError
        If the purpose is unknown or a field does not fit.
    """
    if purpose not in purposes():
        raise RegimenError(f"The purpose must be {' or '.join(purposes())}; found {shown(purpose)}.")
    chosen = purposes()[purpose]
    last_day = first_day + timedelta(days=7 * (weeks or chosen.weeks) - 1)
    rows = [{**default_dose(name), "first_day": first_day, "last_day": last_day} for name in chosen.exercises]
    return Regimen(regimen_id=regimen_id, patient_id=patient_id, purpose=purpose, prescriptions=rows)


def default_dose(exercise: str) -> dict[str, Any]:
    """Return the fields of a prescription that the catalogue proposes for an exercise, days apart."""
    entry = exercises()[exercise]
    dose = dict(entry.default)
    reps_min, reps_max = dose.pop("reps")
    hold_s_min, hold_s_max = dose.pop("hold_s")
    limits = {"reps_min": reps_min, "reps_max": reps_max, "hold_s_min": hold_s_min, "hold_s_max": hold_s_max}
    return {"exercise": exercise, "side": "both" if entry.sided else "none", **dose, **limits}


def _prescription_row(regimen: Regimen, row: Prescription) -> dict[str, Any]:
    return {
        "patient_id": regimen.patient_id,
        "regimen_id": regimen.regimen_id,
        "revision": regimen.revision,
        **row.model_dump(),
        "weekdays": None if row.weekdays is None else ";".join(row.weekdays),
    }


def _overlaps(rows: Sequence[Prescription]) -> Iterable[str]:
    """Say which prescriptions ask for one exercise and side on the same day."""
    for (i, one), (j, other) in itertools.combinations(enumerate(rows, start=1), 2):
        if days := shared_days(one, other):
            yield f"rows {i} and {j} both ask for {one.exercise} from {days[0]} to {days[1]}; one must end before"
