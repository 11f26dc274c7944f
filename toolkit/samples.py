"""A seeded, made-up clinic for notebooks, tests and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from toolkit.errors import Problem, ToolkitError
from toolkit.plan.files import caseload_of
from toolkit.plan.questions import question_set
from toolkit.plan.regimen import Pause, Prescription, Regimen, default_dose
from toolkit.plan.screening import CautionAnswer, Screening
from toolkit.schema import LOG, WEEKDAYS
from toolkit.tables import make

if TYPE_CHECKING:
    import pandas as pd

AS_OF = date(2026, 3, 31)  # a Tuesday; the last complete day of the sample
SEED = 2026
ZONE = ZoneInfo("America/Denver")
FLARE_DAYS = 3
NOTE = "Pain runs down the leg and my left foot feels numb"  # of a made-up patient, on the day before the last
AFTER = 12  # days that regimens run on after AS_OF
STRETCHES = ("hamstring_stretch", "knee_to_chest", "psoas_stretch")
ALL_FOUR = (*STRETCHES, "abdominal_stability")


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of living with a regimen; shares are chances, 0-1.

    `keeps` and `keeps_late` are the chances of a session at the start and at the end, `weekend` and `right` factors on
    them; `extra` is the chance of a further session, `tells_misses` that of writing down a day without one.
    """

    keeps: float
    keeps_late: float
    weekend: float = 1.0
    workday: float = 1.0
    right: float = 1.0
    extra: float = 0.0
    stretch_hold: float = 1.0
    tells_misses: float = 0.5
    writes: float = 1.0
    exercises: tuple[str, ...] = ALL_FOUR
    days: dict[str, Any] = field(default_factory=lambda: {"days_per_week": 7})
    sessions_per_day: int = 1
    flares: bool = False  # pain of the last days, and a note that a clinician must read


KINDS = {
    "revised": Kind(0.85, 0.80, days={"weekdays": ("mon", "wed", "fri")}, exercises=ALL_FOUR),
    "fading": Kind(1.1, -0.1, tells_misses=0.2, exercises=STRETCHES[:2]),
    "steady": Kind(0.90, 0.90, tells_misses=0.7),
    "weekend": Kind(0.95, 0.95, workday=0.12, exercises=("psoas_stretch", "abdominal_stability")),
    "twice_daily": Kind(0.80, 0.75, sessions_per_day=2, exercises=("hamstring_stretch", "abdominal_stability")),
    "one_sided": Kind(0.92, 0.90, right=0.3, exercises=STRETCHES),
    "paused": Kind(0.88, 0.85, days={"days_per_week": 5}, exercises=ALL_FOUR),
    "never_started": Kind(0.0, 0.0, tells_misses=0.0, exercises=ALL_FOUR),
    "over_doing": Kind(0.95, 0.95, extra=0.75, stretch_hold=1.5, exercises=STRETCHES[:2]),
    "badly_logging": Kind(0.80, 0.80, writes=0.3, tells_misses=0.1, exercises=ALL_FOUR),
    "flaring": Kind(0.92, 0.92, tells_misses=0.7, exercises=STRETCHES[1:], flares=True),
}


@dataclass(frozen=True, slots=True)
class SampleClinic:
    """The made-up clinic: its tables, the regimens behind them, the kind of each patient, and its last complete day."""

    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    log: pd.DataFrame
    regimens: tuple[Regimen, ...]
    kinds: dict[str, str]
    as_of: date


def sample_clinic(*, seed: int = SEED, patients: int = 24, weeks: int = 12) -> SampleClinic:
    """Return a made-up clinic; the same numbers give the same clinic, and a patient does not depend on the others.

    Parameters
    ----------
    seed : of the random numbers
    patients : how many; the eleven kinds of `KINDS` follow one another
    weeks : complete weeks of log up to `AS_OF`, 1 to 48; the first week is begun on its Monday

    Raises
    ------
    ToolkitError
        If a number is out of range.
    """
    ranges = (("patients", patients, 1, 1_000_000), ("weeks", weeks, 1, 48), ("seed", seed, 0, 2**32))
    problems = [
        Problem(name, f"must be from {low} to {high}; found {value}")
        for name, value, low, high in ranges
        if not low <= value <= high
    ]
    if problems:
        raise ToolkitError("The sample clinic cannot be made.", problems)
    width = max(3, len(str(patients)))
    people = [_Person(f"p{number:0{width}}", number, seed, weeks) for number in range(1, patients + 1)]
    regimens = tuple(regimen for person in people for regimen in person.regimens())
    caseload = caseload_of(regimens)
    rows = [row for person in people for row in person.log()]
    log = make(LOG, [{**row, "source": "sample", "line": line} for line, row in enumerate(rows, start=2)])
    kinds = {person.patient_id: person.kind_name for person in people}
    return SampleClinic(caseload.prescriptions, caseload.pauses, log, regimens, kinds, AS_OF)


class _Person:
    """One made-up patient."""

    def __init__(self, patient_id: str, number: int, seed: int, weeks: int) -> None:
        self.patient_id = patient_id
        self.kind_name = list(KINDS)[(number - 1) % len(KINDS)]
        self.kind = KINDS[self.kind_name]
        self.random = np.random.default_rng([seed, number])
        start = AS_OF - timedelta(days=7 * weeks - 1)
        self.first_day = start - timedelta(days=start.weekday())
        self.last_day = AS_OF + timedelta(days=AFTER)
        self.change_day = self.first_day + timedelta(days=(AS_OF - self.first_day).days // 2)
        self.entries = 0

    def regimens(self) -> Iterator[Regimen]:
        """Return each revision of the patient's regimen."""
        rows = [self._prescription(name, self.first_day) for name in self.kind.exercises]
        first = Regimen(
            regimen_id=f"r-{self.patient_id}",
            patient_id=self.patient_id,
            status="final",
            written_on=self.first_day - timedelta(days=3),
            written_by="dr-sample",
            purpose="remedial" if len(self.patient_id) % 2 else "preventive",
            screening=self._screening(self.first_day - timedelta(days=3)),
            prescriptions=rows,
            pauses=self._pauses(),
        )
        yield first
        if self.kind_name == "revised":
            again = {"written_on": self.change_day, "screening": self._screening(self.change_day)}
            yield first.model_copy(update={"revision": 2, "prescriptions": self._longer(), **again})

    def log(self) -> Iterator[dict[str, Any]]:
        """Return the rows of the patient's diary, day by day."""
        days = (AS_OF - self.first_day).days + 1
        for place in range(days):
            day = self.first_day + timedelta(days=place)
            if not any(pause.first_day <= day <= pause.last_day for pause in self._pauses()):
                yield from self._day(day, place / max(days - 1, 1))

    def _prescription(self, exercise: str, first_day: date) -> Prescription:
        dose = {key: value for key, value in default_dose(exercise).items() if key != "days_per_week"}
        dose |= {"sessions_per_day": self.kind.sessions_per_day, **self.kind.days}
        return Prescription(**dose, first_day=first_day, last_day=self.last_day)

    def _longer(self) -> tuple[Prescription, ...]:
        """The second revision: a repetition more, every day."""
        rows = (self._prescription(name, self.change_day + timedelta(days=1)) for name in self.kind.exercises)
        more = {"weekdays": None, "days_per_week": 7}
        return tuple(
            row.model_copy(update={**more, "reps_min": row.reps_min + 1, "reps_max": row.most_reps + 1}) for row in rows
        )

    def _pauses(self) -> tuple[Pause, ...]:
        length = {"paused": 10, "revised": 4}.get(self.kind_name)
        begins = self.change_day - timedelta(days=14)
        if length is None or begins < self.first_day:
            return ()
        return (Pause(first_day=begins, last_day=begins + timedelta(days=length - 1), reason="travel"),)

    def _screening(self, asked_on: date) -> Screening:
        """No red flag, no caution: whatever is asked for care is answered the other way."""
        asked = question_set()
        careless = {key: "no" if one.careful == "yes" else "yes" for key, one in asked.cautions.items()}
        return Screening(
            patient_id=self.patient_id,
            screened_on=asked_on,
            screened_by="dr-sample",
            question_set=asked.id,
            answers=dict.fromkeys(asked.questions, "no"),
            cautions={key: CautionAnswer(answer=answer) for key, answer in careless.items()},
        )

    def _day(self, day: date, lived: float) -> Iterator[dict[str, Any]]:
        """Return what the patient wrote on one day; `lived` is the share of the time that has passed."""
        random, kind = self.random, self.kind
        writes, tells, keen = random.random() < kind.writes, random.random() < kind.tells_misses, random.random()
        pain = _pain(random, lived)
        if kind.flares and (AS_OF - day).days < FLARE_DAYS:
            pain = 8.0
        if kind.keeps == 0 or not writes or not self._asked_on(day):
            return
        chance = (kind.keeps + (kind.keeps_late - kind.keeps) * lived) * (
            kind.weekend if day.weekday() >= 5 else kind.workday
        )
        for session in range(kind.sessions_per_day + int(random.random() < kind.extra)):
            at = datetime.combine(day, time(7, 30)) + timedelta(hours=11 * session, minutes=int(random.normal(0, 35)))
            if keen < chance and (session == 0 or random.random() < max(chance, kind.extra)):
                yield from self._session(day, at, pain)
            elif tells and session < kind.sessions_per_day:
                for exercise in kind.exercises:
                    yield self._row(exercise, _sides(exercise), at, status="not_done")

    def _asked_on(self, day: date) -> bool:
        named = self.kind.days.get("weekdays")
        return named is None or day > self.change_day or WEEKDAYS[day.weekday()] in named

    def _session(self, day: date, at: datetime, pain: float | None) -> Iterator[dict[str, Any]]:
        """Return one occasion: most exercises of the day, one after the other."""
        for place, exercise in enumerate(self.kind.exercises):
            done_at = at + timedelta(minutes=4 * place)
            if exercise in STRETCHES and self.kind.right < 1:
                sides = ["left"] + (["right"] if self.random.random() < self.kind.right else [])
            elif self.random.random() < 0.04:
                continue
            else:
                sides = [_sides(exercise)]
            note = NOTE if self.kind.flares and place == 0 and (AS_OF - day).days == 1 else None
            for side in sides:
                pain_then = pain if place == 0 else None
                yield self._row(exercise, side, done_at, pain=pain_then, note=note, **self._dose(exercise, day))

    def _dose(self, exercise: str, day: date) -> dict[str, Any]:
        dose = default_dose(exercise)
        reps = dose["reps_min"] + int(self.kind_name == "revised" and day > self.change_day)
        hold_s = dose["hold_s_max"] * (self.kind.stretch_hold if exercise in STRETCHES else 1)
        if self.random.random() < 0.1:
            hold_s = round(hold_s * 0.6)
        forgot = self.kind_name == "badly_logging" and self.random.random() < 0.5
        return {"sets": dose["sets"], "reps": None if forgot else reps, "hold_s": None if forgot else hold_s}

    def _row(self, exercise: str, side: str, at: datetime, *, status: str = "done", **more: Any) -> dict[str, Any]:
        self.entries += 1
        late = timedelta(days=3) if self.kind_name == "badly_logging" else timedelta(minutes=12)
        dated = self.kind_name == "badly_logging" and self.entries % 3 == 0
        offset = ZONE.utcoffset(at)
        assert offset is not None
        return {
            "entry_id": f"{self.patient_id}-{self.entries:05}",
            "patient_id": self.patient_id,
            "exercise": exercise,
            "side": side,
            "performed_at": datetime.combine(at.date(), time(12)) if dated else at,
            "time_known": not dated,
            "utc_offset_min": None if dated else offset.total_seconds() / 60,
            "logged_at": at + late,
            "status": status,
            "sets": None,
            "reps": None,
            "hold_s": None,
            "pain": None,
            "note": None,
            **more,
        }


def _sides(exercise: str) -> str:
    return "both" if exercise in STRETCHES else "none"


def _pain(random: np.random.Generator, lived: float) -> float | None:
    """Pain of a day: from about 6 to about 3, and now and then not given."""
    value = round(float(np.clip(random.normal(6 - 3 * lived, 0.9), 0, 10)))
    return value if random.random() < 0.7 else None
