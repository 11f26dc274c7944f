"""Continuous medication availability (CMA) from dispensing events, patient by patient.

A reference for pharmaco-epidemiologists, who can compare it with the figures they know. Exercise needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Problem, RulesError
from toolkit.measures.coding import Floats, Ints, as_dates, days
from toolkit.schema import DAY, TEXT, WHOLE, Column, Table
from toolkit.tables import conform

CMA_NAMES = tuple(f"cma_{number}" for number in range(1, 10))
EVENTS = Table(
    "dispensing events",
    "one medicine handed to one patient",
    (
        Column("patient_id", TEXT, "pseudonym, never a record number"),
        Column("day", DAY, "day it was handed over"),
        Column("supply_days", WHOLE, "how long it lasts if taken as prescribed", unit="days", low=0, high=3650),
    ),
)


@dataclass(frozen=True, slots=True)
class _Course:
    """What becomes of the supply of one patient, one place an event, in days."""

    interval: Ints  # to the next event, the last one's to the end
    carried: Ints  # left over from earlier events when this one begins
    gap: Ints  # without supply, at the end of the interval
    left: int  # left over at the end


def cma(
    events: pd.DataFrame, *, start_after_days: int = 30, follow_up_days: int = 730, observation_days: int = 365
) -> pd.DataFrame:
    """Return CMA1 to CMA9, one row a patient.

    Parameters
    ----------
    events : one row a dispensing event, with `patient_id`, `day` and `supply_days` (whole days)
    start_after_days : follow-up begins so many days after the first event, observation so many after that
    follow_up_days : length of follow-up; other events do not exist, and those after the observation only for CMA9
    observation_days : length of the observation window, in which adherence is judged

    Returns
    -------
    DataFrame, indexed by `patient_id`, with `cma_1` to `cma_9`
        Shares of days; 1 and 2 may be above 1. NaN where there is nothing to divide by, and all through where follow-up
        holds no event up to the end of the observation. The three arguments stand in `.attrs["windows"]`.

    Raises
    ------
    TableError
        If a column is missing or holds something else.
    RulesError
        If a length is no whole number of days, or the observation ends after follow-up.

    Notes
    -----
    1 to 8 after Vollmer 2012, BMC Health Serv Res 12:155; 9 after Dima and Dediu 2017,
    doi:10.1371/journal.pone.0174426; formulas in docs/measures.md. Two events of a day count in the order of their
    supply, so the order of rows changes nothing. 8 is 0 where observation holds no event, even if an earlier supply
    lasts through it, and NaN where such a supply leaves no day to judge.
    """
    windows = {
        "start_after_days": _length("start_after_days", start_after_days, least=0),
        "observation_days": _length("observation_days", observation_days),
        "follow_up_days": _length("follow_up_days", follow_up_days, least=start_after_days + observation_days),
    }
    rows = {}
    for patient, day, supply in _patients(events):
        follow_up = day[0] + start_after_days
        start, end = follow_up + start_after_days, follow_up + follow_up_days
        there = (day >= follow_up) & (day <= end)
        rows[patient] = _nine(day[there], supply[there], start, start + observation_days, end)
    index = pd.Index(list(rows), name="patient_id", dtype="str")
    table = pd.DataFrame(list(rows.values()), index=index, columns=list(CMA_NAMES), dtype=np.float64)
    table.attrs["windows"] = windows
    return table


def episodes(events: pd.DataFrame, *, gap_days: int = 90, follow_up_days: int = 730) -> pd.DataFrame:
    """Return treatment episodes: stretches without more than `gap_days` days in a row without supply.

    Parameters
    ----------
    events : as `cma` takes it
    gap_days : an episode ends where supply ends if the gap that follows is longer
    follow_up_days : length of follow-up, from the first event

    Returns
    -------
    DataFrame with `patient_id`, `episode` (from 1), `start_day`, `end_day` (the day after its last), `duration_days`
        and `gap_days` (without supply, up to the next episode or the end of follow-up; at most the permitted gap where
        the last episode goes on to that end). The arguments stand in `.attrs["windows"]`.

    Raises
    ------
    TableError, RulesError
        As `cma` does.

    Notes
    -----
    After Dima and Dediu 2017, doi:10.1371/journal.pone.0174426.
    """
    windows = {
        "gap_days": _length("gap_days", gap_days, least=0),
        "follow_up_days": _length("follow_up_days", follow_up_days),
    }
    rows = []
    for patient, day, supply in _patients(events):
        end = day[0] + follow_up_days
        there = day < end  # an event on the day follow-up ends would open an episode of no days
        found = _episodes(day[there], supply[there], end, gap_days)
        rows += [(patient, place, *one) for place, one in enumerate(found, start=1)]
    table = _stretches(rows, "episode", {"duration_days": np.int64, "gap_days": np.int64})
    table.attrs["windows"] = windows
    return table


def sliding_cma_7(
    events: pd.DataFrame, *, window_days: int = 120, step_days: int = 30, observation_days: int = 365
) -> pd.DataFrame:
    """Return CMA7 in windows that slide along the observation, which begins with the first event.

    Parameters
    ----------
    events : as `cma` takes it
    window_days : length of a window
    step_days : days from the start of a window to that of the next
    observation_days : no window ends later

    Returns
    -------
    DataFrame with `patient_id`, `window` (from 1), `start_day`, `end_day` (the day after its last) and `cma_7`, 0-1
        The arguments stand in `.attrs["windows"]`.

    Raises
    ------
    TableError, RulesError
        As `cma` does.
    """
    windows = {
        "window_days": _length("window_days", window_days),
        "step_days": _length("step_days", step_days),
        "observation_days": _length("observation_days", observation_days, least=window_days),
    }
    rows = []
    for patient, day, supply in _patients(events):
        for place, after in enumerate(range(0, observation_days - window_days + 1, step_days), start=1):
            start, end = day[0] + after, day[0] + after + window_days
            known = day <= end
            rows.append((patient, place, start, end, _covered(day[known], supply[known], start, end)))
    table = _stretches(rows, "window", {"cma_7": np.float64})
    table.attrs["windows"] = windows
    return table


def _length(name: str, value: int, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        accepted = f"must be a whole number of days, {least} or more; found {value}"
        raise RulesError("Medication availability cannot be computed.", [Problem(name, accepted)])
    return int(value)


def _patients(events: pd.DataFrame) -> Iterator[tuple[str, Ints, Ints]]:
    """Yield each patient with the day and the supply of each event, by day."""
    ordered = conform(events, EVENTS).sort_values(["patient_id", "day", "supply_days"])
    for patient, own in ordered.groupby("patient_id"):
        yield patient, days(own["day"]), own["supply_days"].to_numpy()


def _nine(day: Ints, supply: Ints, start: int, end: int, follow_up_end: int) -> Floats:
    """Return CMA1 to CMA9 from the events of follow-up, observed from `start` to `end`."""
    result, known = np.full(9, np.nan), day <= end
    inside = known & (day >= start)
    if not known.any():
        return result
    if inside.any():
        own, amount = day[inside], supply[inside]
        result[0] = _ratio(amount[:-1].sum(), own[-1] - own[0])
        result[1] = _ratio(amount.sum(), end - own[0])
        result[2:4] = np.minimum(result[:2], 1)
        result[4] = _covered(own, amount, own[0], own[-1])
        result[5] = _covered(own, amount, own[0], end)
    result[6] = _covered(day[known], supply[known], start, end)
    result[7] = _covered_from_moved_start(day[known], supply[known], start, end)
    result[8] = _spread_evenly(day, supply, start, end, follow_up_end)
    return result


def _course(day: Ints, supply: Ints, end: int) -> _Course:
    interval = np.diff(day, append=end)
    carried, gap, left = np.zeros_like(day), np.zeros_like(day), 0
    for i, spare in enumerate(supply - interval):
        carried[i] = left
        left, gap[i] = max(0, left + spare), max(0, -left - spare)
    return _Course(interval, carried, gap, left)


def _covered(day: Ints, supply: Ints, start: int, end: int) -> float:
    """Return the share of days from `start` to `end` without gap; the wait for the first event is a gap."""
    course = _course(day, supply, end)
    gap = np.clip(day + course.interval - start, 0, course.gap).sum()  # what of each gap comes after the start
    wait = max(0, day[0] - start)
    return _ratio(end - start - wait - gap, end - start)


def _covered_from_moved_start(day: Ints, supply: Ints, start: int, end: int) -> float:
    """Return CMA8: what is left over at the start is used up first, and the start moves that far."""
    before = day < start
    if before.all():
        return 0.0
    moved = start + _course(day[before], supply[before], start).left
    return _covered(np.maximum(day[~before], moved), supply[~before], moved, end)


def _spread_evenly(day: Ints, supply: Ints, start: int, end: int, follow_up_end: int) -> float:
    """Return CMA9: each supply lasts its whole interval, more thinly where it falls short."""
    course = _course(day, supply, follow_up_end)
    inside = np.clip(np.minimum(day + course.interval, end) - np.maximum(day, start), 0, None)
    strength = np.minimum(1, (supply + course.carried) / np.maximum(course.interval, 1))
    return _ratio((inside * strength).sum(), end - start)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan


def _episodes(day: Ints, supply: Ints, end: int, gap_days: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield start, end, duration and the gap that follows."""
    gap = _course(day, supply, end).gap
    broken = gap > gap_days
    last = np.append(broken[:-1], True)  # events that are the last of an episode
    starts = day[np.append(True, last[:-1])]
    ends = np.where(broken, np.append(day[1:], end) - gap, end)[last]
    yield from zip(starts, ends, ends - starts, gap[last], strict=True)


def _stretches(rows: list[Any], counter: str, more: dict[str, type]) -> pd.DataFrame:
    """Return rows of patient, count, start, end and `more` as a table with dates."""
    table = pd.DataFrame(rows, columns=["patient_id", counter, "start_day", "end_day", *more])
    table = table.astype({"patient_id": "str", counter: np.int64, "start_day": np.int64, "end_day": np.int64} | more)
    for name in ("start_day", "end_day"):
        table[name] = as_dates(table[name].to_numpy())
    return table
