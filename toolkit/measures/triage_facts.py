"""What the tiers of triage ask of each patient, in one table."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.measures.adherence import trusted
from toolkit.measures.alarm import alarms_of
from toolkit.measures.arrays import CellArrays, asymmetry, coverage, doses, sessions
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import LEFT, RIGHT, Bools, Floats, Ints, as_dates, coded, codes_in, share, total
from toolkit.measures.days import DayClock, active_clock, rolling
from toolkit.measures.persistence import lasting
from toolkit.measures.signs import RECENT_DAYS
from toolkit.rules import Rules
from toolkit.schema import TEXT

WINDOW_DAYS = 28
LATE = ("session_adherence", "session_adherence_high", "coverage", "ci_high", "over_dose")


def facts_of(
    cells: pd.DataFrame, prescriptions: pd.DataFrame, logging: pd.Index, signs: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Return one row a patient with everything a tier asks for; `_28` is over the last 28 calendar days.

    `logging` are the patients who have a row in the log.
    """
    as_of, arrays = day_number(rules), CellArrays.of(cells)
    patients, exercises = (pd.Index(coded(cells[name])[1]) for name in ("patient_id", "exercise"))
    recent = arrays.take(np.flatnonzero((arrays.day > as_of - WINDOW_DAYS) & (arrays.day <= as_of)))
    clock = active_clock(arrays, arrays.patient)
    now = _in_force(prescriptions, patients, exercises, rules)
    each = {**_whole(clock, len(patients), rules), **_late(recent, len(patients), rules)}
    each |= {"share_asymmetry": _sides(recent, len(patients), rules), **_barriers(recent, now, exercises, rules)}
    who = {*coded(prescriptions["patient_id"])[1], *logging, *signs["patient_id"]}
    table = pd.DataFrame(index=pd.Index(sorted(who), name="patient_id", dtype=TEXT))
    table = table.join(pd.DataFrame(each, index=patients)).join(_spans(prescriptions, pd.Timestamp(rules.as_of)))
    table = table.join(_alarms(clock, patients, rules))
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


def _late(recent: CellArrays, size: int, rules: Rules) -> dict[str, Floats]:
    """Return the measures over the recent days, all exercises of a patient together."""
    over = (recent, recent.patient, size)
    found = active_clock(recent, recent.patient).scheduled()
    late = sessions(*over) | coverage(*over) | doses(*over) | trusted(*over, found, rules)
    told = {f"{name}_28": late[name] for name in LATE}
    return told | {"side_asymmetry_28": asymmetry(*over), "rolling_28": _shares(recent, recent.patient, size, rules)}


def _shares(recent: CellArrays, code: Ints, size: int, rules: Rules) -> Floats:
    found, least = active_clock(recent, code).scheduled(), rules.min_scheduled_days
    return rolling(found, size, as_of=day_number(rules), window_days=WINDOW_DAYS, min_days=least)


def _in_force(prescriptions: pd.DataFrame, patients: pd.Index, exercises: pd.Index, rules: Rules) -> Bools:
    """Tell which exercises are in force for each patient, patients x exercises."""
    as_of = pd.Timestamp(rules.as_of)
    now = prescriptions[(prescriptions["first_day"] <= as_of) & (prescriptions["last_day"] >= as_of)]
    patient, exercise = codes_in(now["patient_id"], patients), codes_in(now["exercise"], exercises)
    found = np.zeros((len(patients), len(exercises)), dtype=bool)
    known = (patient >= 0) & (exercise >= 0)
    found[patient[known], exercise[known]] = True
    return found


def _barriers(recent: CellArrays, now: Bools, exercises: pd.Index, rules: Rules) -> dict[str, Any]:
    """Return the exercise least done and the share of the one above it, among those in force with days enough."""
    size, many = now.shape
    each = _shares(recent, recent.patient * many + recent.exercise, size * many, rules).reshape(size, many)
    each = np.hstack([np.where(now, each, np.nan), np.full((size, 2), np.nan)])  # of fewer than two nothing is known
    order = np.argsort(each, axis=1, kind="stable")[:, :2]  # NaN comes last
    least, above = np.take_along_axis(each, order, axis=1).T
    names = np.append(exercises.to_numpy(dtype=object), [None, None])
    return {
        "least_done": names[np.where(np.isnan(least), many, order[:, 0])],
        "least_share": least,
        "next_share": above,
    }


def _sides(recent: CellArrays, size: int, rules: Rules) -> Floats:
    """Return how far apart the shares of both sides are, which prescriptions that ask unlike of them do not touch."""
    each = _shares(recent, recent.side * size + recent.patient, 3 * size, rules)
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
