"""At what time of the day the first session is done, and how regularly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.attribution import DAY_US, day_number
from toolkit.measures.coding import EDGE, Floats, Ints, as_dates, days, microseconds, share, total
from toolkit.measures.completeness import SESSIONS
from toolkit.measures.groups import GROUPINGS, check_rows, group_by
from toolkit.rules import Rules, rules_of

MIN_DAYS = 7  # with fewer days a habit cannot be told from chance (our own convention)
MINUTES_A_DAY = 1440
NAMES = ("time_regularity_r", "mean_time_h", "circular_sd_h")


def time_regularity(
    rows: pd.DataFrame, by: Sequence[str] = ("patient_id",), *, rules: Rules | None = None
) -> pd.DataFrame:
    """Return the usual time of the first session of a day, and how closely the days keep to it.

    Parameters
    ----------
    rows : the log as `attribute` returns it; what lies after `as_of` is left out
    by : any of patient_id, exercise (rows that name one), weekday, week (its Monday), month
    rules : those `rows` were made with unless given

    Returns
    -------
    DataFrame, indexed by `by`, one row for each group with a row of the log
        `time_regularity_r` (0-1: 0 spread over the clock, 1 always the same time), `mean_time_h` (hours after midnight,
        0 to below 24), `circular_sd_h` (hours), over the first session of each local day (reason `counted` or
        `rest_day`, time known, the earliest `performed_at`); `timed_days` (their number). With fewer than 7 days all
        three are NaN; where the days cancel each other out there is no mean and no deviation.

    Raises
    ------
    RulesError
        If neither `rows` nor the caller says by which rules.
    TableError
        If `rows` lacks a column or `by` names something else.

    Notes
    -----
    Circular statistics after Mardia 1972; the minimum of 7 days is our own convention (docs/measures.md).
    """
    rules = rules_of(rows, rules)
    check_rows(rows, ["patient_id", "exercise", "day", "reason", "performed_at", "time_known"])
    if "side" in by:
        accepted = ", ".join(name for name in GROUPINGS if name != "side")
        told = f"must hold any of {accepted}; found side, and one row may speak of both"
        raise TableError("Times of the day cannot be grouped.", [Problem("by", told)])
    rows = _up_to(rows, rules)
    rows = rows[rows["exercise"].notna()] if "exercise" in by else rows
    groups = group_by(rows, by)
    group, _, minutes = _first_of_each_day(groups.code, rows)
    timed = total(group, len(groups))
    found = zip(NAMES, circular(minutes, group, len(groups)), strict=True)
    columns = {name: np.where(timed >= MIN_DAYS, value, np.nan) for name, value in found}
    table = pd.DataFrame(columns, index=groups.labels)
    table["timed_days"] = timed.astype(np.int64)
    table.attrs["rules"] = rules.as_data()
    return table


def first_sessions(rows: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the first session of each patient and local day whose time is known.

    Parameters
    ----------
    rows : the log as `attribute` returns it; what lies after `as_of` is left out
    rules : those `rows` were made with unless given

    Returns
    -------
    DataFrame with `patient_id`, `day` and `minutes` (after midnight, 0 to below 1440)
        Over rows with reason `counted` or `rest_day`.
    """
    rules = rules_of(rows, rules)
    check_rows(rows, ["patient_id", "exercise", "day", "reason", "performed_at", "time_known"])
    rows = _up_to(rows, rules)
    groups = group_by(rows, ["patient_id"])
    group, day, minutes = _first_of_each_day(groups.code, rows)
    found = {"patient_id": groups.labels.to_numpy()[group], "day": as_dates(day), "minutes": minutes}
    return pd.DataFrame(found).astype({"patient_id": "str"})


def circular(minutes: Floats, group: Ints, size: int) -> tuple[Floats, Floats, Floats]:
    """Return the resultant length R (0-1), the mean and the standard deviation (h) of times on the clock.

    Parameters
    ----------
    minutes : after midnight, 0 to below 1440
    group : the group of each time, from 0
    size : number of groups

    Returns
    -------
    R, mean, standard deviation, one place a group
        NaN for a group without times; the mean and the deviation are NaN where R is 0.

    Notes
    -----
    R is computed as 1 minus the mean of 1 - cos(distance from the mean direction): the same number, but exact where
    all times are alike and R itself would be 1 but for its last digit.
    """
    angle = 2 * np.pi * minutes / MINUTES_A_DAY
    count = total(group, size)
    middle = np.arctan2(total(group, size, np.sin(angle)), total(group, size, np.cos(angle)))
    apart = share(total(group, size, 2 * np.sin((angle - middle[group]) / 2) ** 2), count)
    r = np.clip(1 - apart, 0, 1)
    somewhere = r > EDGE
    hours = 24 / (2 * np.pi)
    mean = middle * hours % 24
    mean[mean >= 24] = 0  # a hair before midnight, rounded
    spread = np.sqrt(-2 * np.log1p(-np.where(somewhere, apart, 0))) * hours
    return r, np.where(somewhere, mean, np.nan), np.where(somewhere, spread, np.nan)


def _up_to(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    return rows[days(rows["day"]) <= day_number(rules)]


def _first_of_each_day(group: Ints, rows: pd.DataFrame) -> tuple[Ints, Ints, Floats]:
    """Return group, day and time, in minutes after midnight, of the first timed session of each day of each group."""
    use = (rows["reason"].isin(SESSIONS) & rows["time_known"]).to_numpy(bool)
    group, day, wall = group[use], days(rows["day"])[use], microseconds(rows["performed_at"])[use]
    order = np.lexsort((wall, day, group))
    group, day, wall = group[order], day[order], wall[order]
    first = np.ones(len(group), dtype=bool)
    first[1:] = (group[1:] != group[:-1]) | (day[1:] != day[:-1])
    return group[first], day[first], (wall[first] % DAY_US) / 60e6
