"""What the tiers of triage ask of each patient, in one table."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.measures.adherence import interval_of
from toolkit.measures.alarm import alarms_of
from toolkit.measures.arrays import CellArrays, asymmetry, coverage, doses, session_adherence
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import LEFT, RIGHT, Bools, Floats, Ints, as_dates, coded, codes_in, marked, share, total
from toolkit.measures.days import DayClock, GroupDays, active_clock, rolling
from toolkit.measures.persistence import lasting
from toolkit.measures.signs import RECENT_DAYS
from toolkit.rules import Rules
from toolkit.schema import TEXT

WINDOW_DAYS = 28
LATE = ("session_adherence", "session_adherence_high", "coverage", "ci_high", "over_dose", "side_asymmetry")


def facts_of(
    cells: CellArrays, prescriptions: pd.DataFrame, logging: pd.Index, signs: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return one row a patient with everything a tier asks for; `_28` is over the last 28 calendar days.

    `logging` are the patients who have a row in the log.
    """
    as_of, size = day_number(rules), len(cells.patients)
    recent = cells.take(np.flatnonzero((cells.day > as_of - WINDOW_DAYS) & (cells.day <= as_of)))
    clock = active_clock(cells, cells.patient)
    each = {**_whole(clock, size, rules), **_late(recent, rules), **_barriers(recent, prescriptions, rules)}
    who = {*coded(prescriptions["patient_id"])[1], *logging, *signs["patient_id"]}
    table = pd.DataFrame(index=pd.Index(sorted(who), name="patient_id", dtype=TEXT))
    table = table.join(pd.DataFrame(each, index=cells.patients))
    table = table.join(_spans(prescriptions, pd.Timestamp(rules.as_of))).join(_alarms(clock, cells.patients, rules))
    counts = ["days_since_last_session", "scheduled_days"]
    flags = ["active", "in_force"]
    return table.astype(dict.fromkeys(flags, "boolean")).fillna(dict.fromkeys(counts, 0) | dict.fromkeys(flags, False))


def _whole(clock: DayClock, size: int, rules: Rules) -> dict[str, Any]:
    """Return what is asked of all days of each patient."""
    long = lasting(clock, size, rules.gap_days)
    done, due = np.flatnonzero(clock.some), np.flatnonzero(clock.expected > 0)[::-1]
    last, first = np.zeros((2, size), dtype=np.int64)
    last[clock.group[done]] = clock.day[done]  # days are in order: of each patient the last one stays
    first[clock.group[due]] = clock.day[due]
    return {
        "days_since_last_session": long["days_since_last_session"],
        "discontinued": long["discontinued"],
        "scheduled_days": total(clock.group[due], size),
        "last_session": _dates(last, total(clock.group[done], size) > 0),
        "first_due": _dates(first, total(clock.group[due], size) > 0),
        "active": total(clock.group[clock.day == day_number(rules)], size) > 0,
    }


def _dates(day: Ints, known: Bools) -> npt.NDArray[Any]:
    return np.where(known, as_dates(day), np.datetime64("NaT"))


def _late(recent: CellArrays, rules: Rules) -> dict[str, Floats]:
    """Return the measures over the recent days, all exercises of a patient together."""
    code, size = recent.patient, len(recent.patients)
    found = active_clock(recent, code).scheduled()
    late = coverage(recent, code, size) | doses(recent, code, size) | interval_of(recent, code, size, found, rules)
    late |= {
        "session_adherence": session_adherence(recent, code, size),
        "side_asymmetry": asymmetry(recent, code, size),
    }
    told = {f"{name}_28": late[name] for name in LATE}
    return told | {"rolling_28": _rolling(found, size, rules), "share_asymmetry": _sides(recent, rules)}


def _rolling(found: GroupDays, size: int, rules: Rules) -> Floats:
    as_of, least = day_number(rules), rules.min_scheduled_days
    return rolling(found, size, as_of=as_of, window_days=WINDOW_DAYS, min_days=least)


def _barriers(recent: CellArrays, prescriptions: pd.DataFrame, rules: Rules) -> dict[str, Any]:
    """Return the exercise least done and the share of the one above it, among those in force with days enough."""
    size, many = len(recent.patients), len(recent.exercises)
    found = active_clock(recent, recent.patient * many + recent.exercise).scheduled()
    now = _in_force(prescriptions, recent.patients, recent.exercises, rules)
    each = np.where(now, _rolling(found, size * many, rules).reshape(size, many), np.nan)
    each = np.hstack([each, np.full((size, 2), np.nan)])  # of fewer than two nothing is known
    order = np.argsort(each, axis=1, kind="stable")[:, :2]  # NaN comes last
    least, above = np.take_along_axis(each, order, axis=1).T
    names = np.append(recent.exercises.to_numpy(dtype=object), [None, None])
    least_done = names[np.where(np.isnan(least), many, order[:, 0])]
    return {"least_done": least_done, "least_share": least, "next_share": above}


def _in_force(prescriptions: pd.DataFrame, patients: pd.Index, exercises: pd.Index, rules: Rules) -> Bools:
    """Tell which exercises are in force for each patient, patients x exercises."""
    as_of = pd.Timestamp(rules.as_of)
    now = prescriptions[(prescriptions["first_day"] <= as_of) & (prescriptions["last_day"] >= as_of)]
    patient, exercise = codes_in(now["patient_id"], patients), codes_in(now["exercise"], exercises)
    known = (patient >= 0) & (exercise >= 0)
    at = patient[known] * len(exercises) + exercise[known]
    return marked(at, len(patients) * len(exercises)).reshape(len(patients), len(exercises))


def _sides(recent: CellArrays, rules: Rules) -> Floats:
    """Return how far apart the shares of both sides are, which prescriptions that ask unlike of them do not touch."""
    size = len(recent.patients)
    found = active_clock(recent, recent.side * size + recent.patient).scheduled()
    each = _rolling(found, 3 * size, rules)
    left, right = (each[side * size : (side + 1) * size] for side in (LEFT, RIGHT))
    return share(left - right, left + right)


def _spans(prescriptions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    by = prescriptions["patient_id"]
    first, last = prescriptions["first_day"], prescriptions["last_day"]
    last_day = last.groupby(by).max()
    return pd.DataFrame(
        {
            "in_force": ((first <= as_of) & (last >= as_of)).groupby(by).any(),
            "begins": first.groupby(by).min(),
            "ends": last_day,
            "ends_in_days": (last_day - as_of).dt.days.astype("Int64"),
        }
    )


def _alarms(clock: DayClock, patients: pd.Index, rules: Rules) -> pd.DataFrame:
    """Return the last drop-off alarm of each patient, if it lies in the last 7 days."""
    found = alarms_of(clock, patients, rules.alarm)
    fresh = found[found["day"] > pd.Timestamp(rules.as_of) - pd.Timedelta(days=RECENT_DAYS)]
    return fresh.groupby("patient_id").last().rename(columns={"day": "alarm_on", "by": "alarm_by"})
