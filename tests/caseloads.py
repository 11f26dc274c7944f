"""Hypothesis strategies: small caseloads with everything that can go wrong in a log."""

from datetime import date, datetime, time, timedelta

import pandas as pd
from hypothesis import strategies as st

from toolkit.rules import Rules
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, WEEKDAYS
from toolkit.tables import make

START = date(2026, 3, 2)
SIDED = {"exercise_a": True, "exercise_b": False}
CLOCKS = [time(0, 30), time(2, 59), time(3), time(7, 30), time(7, 35), time(7, 41), time(20)]
day_numbers = st.integers(0, 24)
log_days = st.one_of(st.integers(0, 10), st.integers(0, 10), st.integers(-2, 26))  # mostly where something is due


@st.composite
def doses(draw):
    """How often, how much, and on which days."""
    named = draw(st.booleans())
    hold = draw(st.sampled_from([None, (5.0, None), (10.0, 20.0)]))
    return {
        "sessions_per_day": draw(st.integers(1, 3)),
        "weekdays": ";".join(d for d in WEEKDAYS if draw(st.booleans())) or "wed" if named else None,
        "days_per_week": None if named else draw(st.integers(1, 7)),
        "sets": draw(st.integers(1, 2)),
        "reps_min": draw(st.sampled_from([3, 5])),
        "reps_max": draw(st.sampled_from([None, 8])),
        "hold_s_min": hold[0] if hold else None,
        "hold_s_max": hold[1] if hold else None,
    }


@st.composite
def tracks(draw, patient, exercise):
    """The prescriptions of one exercise: one to three rows after one another, revisions and gaps among them."""
    day = draw(st.sampled_from([0, 0, 1, 5]))
    rows = []
    for revision in range(1, draw(st.integers(1, 3)) + 1):
        side = draw(st.sampled_from(["both", "both", "left", "right"])) if SIDED[exercise] else "none"
        last = day + draw(st.integers(2, 9))
        rows.append(
            {
                "patient_id": patient,
                "regimen_id": draw(st.sampled_from(["r1", "r1", "r2"])),
                "revision": revision,
                "exercise": exercise,
                "side": side,
                "first_day": START + timedelta(days=day),
                "last_day": START + timedelta(days=last),
                **draw(doses()),
            }
        )
        day = last + 1 + draw(st.sampled_from([0, 0, 2]))
    return rows


@st.composite
def entries(draw, patients):
    """One row of a log, plain or odd."""
    known = draw(st.sampled_from([True, True, True, False]))
    at = datetime.combine(START + timedelta(days=draw(log_days)), time(12))
    if known:
        clock = draw(
            st.sampled_from([time(0, 30), time(2, 59), time(3), time(7, 30), time(7, 35), time(7, 41), time(20)])
        )
        at = datetime.combine(at.date(), clock)
    kind = draw(st.sampled_from(["done"] * 5 + ["not_done", "not_done", "pain"]))
    few = {"sets": st.sampled_from([1, 1, 2, 0, None]), "reps": st.sampled_from([3, 5, 5, 0, None]),
           "hold_s": st.sampled_from([10, 10, 4, 30, 0, None])}  # fmt: skip
    numbers = {name: draw(values) if kind == "done" else None for name, values in few.items()}
    return {
        "entry_id": f"e{draw(st.integers(0, 40))}",
        "patient_id": draw(st.sampled_from(patients)),
        "exercise": None if kind == "pain" else draw(st.sampled_from([*SIDED, "exercise_c"])),
        "side": None if kind == "pain" else draw(st.sampled_from(["left", "right", "both", "none", None])),
        "performed_at": at,
        "time_known": known,
        "utc_offset_min": draw(st.sampled_from([None, 0, -60])) if known else None,
        "logged_at": draw(st.sampled_from([None, at, at + timedelta(days=1)])),
        "status": None if kind == "pain" else kind,
        "pain": draw(st.sampled_from([None, 3])) if kind != "pain" else 5,
        **numbers,
    }


@st.composite
def bursts(draw, patients):
    """The same session again and again within minutes, each under an id of its own."""
    whose = {"patient_id": draw(st.sampled_from(patients)), "exercise": draw(st.sampled_from(list(SIDED)))}
    said = {
        "status": "done",
        "side": draw(st.sampled_from(["left", "both", "none"])),
        "sets": 1,
        "reps": 5,
        "hold_s": 10,
    }
    one = draw(entries(patients)) | whose | said | {"time_known": True, "utc_offset_min": None, "logged_at": None}
    minutes = draw(st.lists(st.sampled_from([0, 5, 9, 11, 19, 30]), min_size=2, max_size=4, unique=True))
    at = one["performed_at"].replace(hour=7, minute=0)
    return [
        one | {"entry_id": f"b{draw(st.integers(0, 999))}", "performed_at": at + timedelta(minutes=more)}
        for more in minutes
    ]


@st.composite
def caseloads(draw, *, policies=("flag", "drop")):
    """Prescriptions, log, pauses and rules of up to three patients, one of whom may have no prescription."""
    patients = ["p1", "p2", "p3"][: draw(st.integers(1, 3))]
    rows = []
    for patient in patients:
        chosen = draw(st.sampled_from([["exercise_a"], ["exercise_b"], ["exercise_a", "exercise_b"]]))
        for exercise in chosen if patient == "p1" or draw(st.booleans()) else []:
            rows += draw(tracks(patient, exercise))
    rows_wanted = draw(st.integers(0, 16))  # a list of free length is mostly a short one
    log = draw(st.lists(entries(patients), min_size=rows_wanted, max_size=rows_wanted))
    log += draw(bursts(patients)) if draw(st.booleans()) else []
    log += [dict(row) for row in draw(st.lists(st.sampled_from(log), max_size=4))] if log else []
    pauses = [
        {
            "patient_id": draw(st.sampled_from(patients)),
            "exercise": draw(st.sampled_from([None, None, "exercise_a", "exercise_c"])),
            "first_day": START + timedelta(days=first),
            "last_day": START + timedelta(days=first + draw(st.integers(0, 4))),
        }
        for first in draw(st.lists(day_numbers, max_size=2))
    ]
    earliest = min(row["first_day"] for row in rows)
    rules = Rules(
        as_of=earliest + timedelta(days=draw(day_numbers)),
        day_start=draw(st.sampled_from([time(0), time(3), time(4, 30)])),
        near_duplicates=draw(st.sampled_from(policies)),
    )
    return make(PRESCRIPTIONS, rows), make(LOG, log), make(PAUSES, pauses), rules


def days_text(first, text, *, prefix="e", **more):
    """A log drawn as text: x done, 0 not done, . nothing, one character a day."""
    rows = [
        {"entry_id": f"{prefix}{place}", "patient_id": "p001", "exercise": "exercise_b", "side": "none",
         "performed_at": datetime.combine(first + timedelta(days=place), time(8)),
         "status": "done" if mark == "x" else "not_done", "sets": 1, "reps": 5, **more}
        for place, mark in enumerate(text) if mark != "."
    ]  # fmt: skip
    return make(LOG, rows)


def daily(first, days, **more):
    """One exercise without sides, once a day, 1 x 5, every day."""
    row = {"patient_id": "p001", "regimen_id": "r1", "revision": 1, "exercise": "exercise_b", "side": "none",
           "first_day": first, "last_day": first + timedelta(days=days - 1), "sessions_per_day": 1, "weekdays": None,
           "days_per_week": 7, "sets": 1, "reps_min": 5}  # fmt: skip
    return pd.DataFrame([row | more])
