"""Regimens for tests of the diary, final and screened, and what a patient takes home of them."""

from datetime import date, timedelta

from screenings import clear_screening
from take_homes import PROFILE

from toolkit.documents.take_home import take_home
from toolkit.plan.regimen import Pause, Prescription, Regimen, default_dose

MONDAY = date(2026, 3, 2)


def dose(exercise, days=14, first_day=MONDAY, **changes):
    """Return a prescription at the catalogue's own dose, on every day unless told otherwise."""
    fields = {name: value for name, value in default_dose(exercise).items() if name != "days_per_week"}
    fields |= {"first_day": first_day, "last_day": first_day + timedelta(days=days - 1)} | changes
    return Prescription(**(fields if "weekdays" in fields else {"days_per_week": 7} | fields))


def final(*rows, pauses=(), patient_id="p001", **changes):
    fields = {"regimen_id": "r-1", "patient_id": patient_id, "status": "final", "written_on": MONDAY,
              "written_by": "Dr Sample", "screening": clear_screening(patient_id)}  # fmt: skip
    return Regimen(**fields | changes, prescriptions=rows, pauses=pauses)


def at_home(*rows, code="en", profile=None, **changes):
    """Return what is taken home of a regimen of these prescriptions, from the sample clinic."""
    return take_home(final(*rows, **changes), profile or PROFILE, code=code)


def every_kind(**changes):
    """Return a regimen with all a diary may meet: sides, two sessions, a quota, named days, pauses, two doses."""
    rows = (
        dose("knee_to_chest", 10, sessions_per_day=2), dose("knee_to_chest", 11, date(2026, 3, 12), side="left"),
        dose("abdominal_stability", 21, days_per_week=5), dose("psoas_stretch", 21, weekdays=("mon", "thu")),
    )  # fmt: skip
    pauses = (
        Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 10), reason="travel"),
        Pause(exercise="psoas_stretch", first_day=date(2026, 3, 16), last_day=date(2026, 3, 16)),
    )
    return final(*rows, **{"pauses": pauses} | changes)
