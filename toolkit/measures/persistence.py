"""Initiation, persistence and gaps, on the clock of active days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.measures.arrays import CellArrays
from toolkit.measures.coding import Bools, Floats, Ints, total
from toolkit.measures.days import DayClock, active_clock
from toolkit.measures.groups import check_cells, for_patients, group_by
from toolkit.rules import Rules, rules_of

COUNTS = ("longest_gap_days", "days_since_last_session")


def persistence(
    cells: pd.DataFrame, by: Sequence[str], *, rules: Rules | None = None, patients: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return when each group began, how long it went on and how long it has been silent.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    by : any of patient_id, exercise, side, weekday, week (its Monday), month
    rules : those `cells` was made with unless given; `gap_days` is used
    patients : with `by=["patient_id"]`, exactly these rows: one without cells never started

    Returns
    -------
    DataFrame, indexed by `by`, all in active days
        `initiation_lag_days` (before the first day with a session), `discontinued` (true, false, or missing where
        nothing was ever done: `gap_days` active days in a row without a session after one), `persistence_days` (from
        the first session to the last before the first such gap, both included; without one to the last active day,
        censored), `longest_gap_days` (anywhere in the window), `days_since_last_session` (without any, all active
        days).

    Raises
    ------
    RulesError, TableError
        As `adherence` does.

    Notes
    -----
    Rest days are on the clock and paused days are not. A later return does not undo a discontinuation. Phases after
    Vrijens 2012; a gap of 14 days is our own convention (docs/measures.md).
    """
    rules = rules_of(cells, rules)
    check_cells(cells, rules)
    groups = group_by(cells, by)
    clock = active_clock(CellArrays.of(cells), groups.code)
    table = pd.DataFrame(lasting(clock, len(groups), rules.gap_days), index=groups.labels)
    if patients is not None:
        table = for_patients(table, by, patients, counts=COUNTS)
    table = table.astype(dict.fromkeys(COUNTS, np.int64))
    table.attrs["rules"] = rules.as_data()
    return table


@dataclass(frozen=True, slots=True)
class Gaps:
    """Each run of active days without a session: its group, how long it is, and the day of the clock it follows."""

    group: Ints
    length: Ints
    after: Ints  # place, within the group, of the session before the run; -1 before the first session


def gaps_of(clock: DayClock, size: int) -> Gaps:
    """Return every run of active days without a session, also those of length 0 between two days with one."""
    group, place = clock.group[clock.some], clock.place[clock.some]
    active = total(clock.group, size).astype(np.int64)
    # a run ends at the next day with a session of the group, or with its last active day
    who, start = np.empty(size + len(group), dtype=np.int64), np.full(size + len(group), -1)
    session = np.arange(len(group)) + group + 1  # before the sessions of each group stands its beginning
    who[session], start[session] = group, place
    who[np.searchsorted(group, np.arange(size)) + np.arange(size)] = np.arange(size)
    follows = np.append(who[1:] == who[:-1], False)[: len(who)]
    end = np.where(follows, np.append(start[1:], 0)[: len(start)], active[who])
    return Gaps(who, end - start - 1, start)


def lasting(clock: DayClock, size: int, gap_days: int) -> dict[str, Floats | pd.api.extensions.ExtensionArray]:
    """Return the columns of `persistence`, one value a group."""
    active = total(clock.group, size)
    gaps = gaps_of(clock, size)
    before, later = gaps.after < 0, gaps.after >= 0
    first = np.zeros(size)
    first[gaps.group[before]] = gaps.length[before]
    started = np.zeros(size, dtype=bool)
    started[gaps.group[later]] = True
    longest, since = np.zeros(size), np.zeros(size)
    np.maximum.at(longest, gaps.group, gaps.length.astype(float))
    since[gaps.group] = gaps.length  # runs are in order: the last one of each group stays
    end, ended = _end(gaps, active, gap_days)
    return {
        "initiation_lag_days": np.where(started, first, np.nan),
        "discontinued": pd.arrays.BooleanArray(ended, ~started),
        "persistence_days": np.where(started, end - first, np.nan),
        "longest_gap_days": longest,
        "days_since_last_session": since,
    }


def _end(gaps: Gaps, active: Floats, gap_days: int) -> tuple[Floats, Bools]:
    """Return how many active days passed until the first gap after a session, or all of them, and whether it came."""
    end, ended = active.copy(), np.zeros(len(active), dtype=bool)
    long = (gaps.after >= 0) & (gaps.length >= gap_days)
    np.minimum.at(end, gaps.group[long], gaps.after[long] + 1.0)
    ended[gaps.group[long]] = True
    return end, ended
