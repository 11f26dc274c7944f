"""How a session was done: sets, repetitions and hold against what was asked, and when it was written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.attribution import cells_hit, day_number, dose_of
from toolkit.measures.coding import EDGE, NEVER, SIDE_NAMES, Floats, Ints, days, marked, share, total
from toolkit.measures.duplicates import Rows, coded_rows
from toolkit.measures.grid import Grid, build_grid
from toolkit.measures.groups import check_rows, group_by
from toolkit.rules import Rules, rules_of
from toolkit.schema import PRESCRIPTIONS, ROWS
from toolkit.tables import conform

SESSIONS = ("counted", "rest_day")
HOUR_US = 3_600_000_000


def completeness(
    rows: pd.DataFrame, prescriptions: pd.DataFrame, by: Sequence[str], *, rules: Rules | None = None
) -> pd.DataFrame:
    """Return how the sessions of each group were done, as far as the rows say.

    Parameters
    ----------
    rows : the log as `attribute` returns it; sessions (reason `counted` or `rest_day`) up to `as_of` are used
    prescriptions : those `rows` were attributed with
    by : any of patient_id, exercise, side, weekday, week (its Monday), month
    rules : those `rows` were made with unless given; `complete_share` and `recall_h` are used

    Returns
    -------
    DataFrame, indexed by `by`, one row for each group with a session
        `complete_sessions` (share of rows whose dose is at least `complete_share` of the least dose asked),
        `sets_ratio`, `reps_ratio`, `hold_ratio` (mean of done / least asked, each row at most 1), `hold_in_range`
        (share of rows held as long as asked and no longer), `recalled` (share of rows written more than `recall_h`
        hours later), all 0-1 and over the rows that say it: NaN where none does; `sessions` (rows, known or not).

    Raises
    ------
    RulesError
        If neither `rows` nor the caller says by which rules.
    RegimenError, TableError
        If the prescriptions contradict themselves or are not those of `rows`, `rows` lacks a column or `by` names
        something else.

    Notes
    -----
    A row that speaks of both sides counts once, with the mean of its sides; grouped by side it counts for each. Hold
    counts only where one is asked. Why `recalled`: of a paper diary 90 % was said to be written in time and 11 % was
    (Stone 2003). The shares are our own convention (docs/measures.md).
    """
    rules = rules_of(rows, rules)
    check_rows(rows, ROWS.names)
    done = rows[rows["reason"].isin(SESSIONS) & (days(rows["day"]) <= day_number(rules))]
    prescriptions = conform(prescriptions, PRESCRIPTIONS)
    grid = build_grid(prescriptions, None, day_number(rules), seen=done)
    coded = coded_rows(done, grid.patients, grid.exercises)
    pairs = _pairs(coded, days(done["day"]), grid)
    table = done[["patient_id", "exercise", "day"]].iloc[pairs.row]
    groups = group_by(table.assign(side=pd.Categorical.from_codes(pairs.side, categories=list(SIDE_NAMES))), by)
    session = np.arange(len(pairs.row)) if "side" in by else pairs.row
    values = _against_the_prescription(coded, pairs, grid, prescriptions, rules.complete_share)
    values["recalled"] = _recalled(coded, rules.recall_h)[pairs.row]
    found = pd.DataFrame(
        {name: _mean(value, session, groups.code, len(groups)) for name, value in values.items()}, index=groups.labels
    )
    found["sessions"] = total(groups.code[_first_of_each(session)], len(groups)).astype(np.int64)
    found.attrs["rules"] = rules.as_data()
    return found


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One place for each row and cell that it hits, ordered by row: `side` is that of the cell."""

    row: Ints
    side: Ints
    dose: Floats  # NaN where it cannot be told
    prescription: Ints  # row of the table in force


def _pairs(rows: Rows, day: Ints, grid: Grid) -> _Pairs:
    cells = cells_hit(rows, day, grid)
    doses = np.stack([dose_of(rows, grid, cell) for cell in cells])
    row, side = np.nonzero(((cells >= 0) & (doses != 0)).T)
    if strangers := len(day) - int(marked(row, len(day)).sum()):
        told = f"must be those the rows were attributed with; found {strangers} sessions that none of them asks for"
        raise TableError("How sessions were done cannot be told.", [Problem("prescriptions", told)])
    return _Pairs(row, side, doses[side, row], grid.cell_dose[cells[side, row]])


def _against_the_prescription(
    rows: Rows, pairs: _Pairs, grid: Grid, prescriptions: pd.DataFrame, complete_share: float
) -> dict[str, Floats]:
    """Return what each pair says of each part, NaN where it does not."""
    asked, which = grid.doses, pairs.prescription
    longest = prescriptions["hold_s_max"].fillna(prescriptions["hold_s_min"]).to_numpy(float)[which]
    least = np.where(asked.hold_min[which] > 0, asked.hold_min[which], np.nan)
    hold = rows.hold[pairs.row]
    inside = (hold >= least - EDGE) & (hold <= longest + EDGE)
    complete = pairs.dose >= complete_share * asked.floor[which] - EDGE
    return {
        "complete_sessions": np.where(np.isnan(pairs.dose), np.nan, complete),
        "sets_ratio": np.minimum(1, rows.sets[pairs.row] / asked.sets[which]),
        "reps_ratio": np.minimum(1, rows.reps[pairs.row] / asked.reps_min[which]),
        "hold_ratio": np.minimum(1, hold / least),
        "hold_in_range": np.where(np.isnan(hold) | np.isnan(least), np.nan, inside),
    }


def _recalled(rows: Rows, recall_h: float) -> Floats:
    """Tell of each row whether it was written late, NaN where nothing says when."""
    late = (rows.logged - rows.wall) / HOUR_US > recall_h + EDGE
    return np.where(rows.logged == NEVER, np.nan, late)


def _mean(value: Floats, session: Ints, group: Ints, size: int) -> Floats:
    """Return the mean over the sessions of each group, each the mean of its known pairs."""
    known = ~np.isnan(value)
    value, session, group = value[known], session[known], group[known]
    weight = 1 / total(session, 0)[session]
    return np.clip(share(total(group, size, value * weight), total(group, size, weight)), 0, 1)


def _first_of_each(session: Ints) -> Ints:
    """Return the place of the first pair of each session."""
    return np.unique(session, return_index=True)[1]
