"""Each log row: its local day and one reason why it counts or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.coding import BOTH, LEFT, NONE, RIGHT, Bools, Floats, Ints, as_dates, weekday
from toolkit.measures.duplicates import Duplicates, Rows, coded_rows, find_duplicates
from toolkit.measures.grid import Grid, build_grid
from toolkit.rules import Rules
from toolkit.schema import LOG, REASONS, ROWS
from toolkit.tables import conform

DAY_US = 86_400_000_000
REASON = {name: code for code, name in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class Attribution:
    """A log laid on a grid: the reason of each row, and the cells that its sessions hit."""

    patient: Ints
    day: Ints
    reason: Ints
    duplicates: Duplicates
    observes: Bools  # rows that make their day observed
    hit_row: Ints
    hit_cell: Ints
    hit_dose: Floats  # NaN where it cannot be told


def attribute(
    prescriptions: pd.DataFrame, log: pd.DataFrame, rules: Rules, *, pauses: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the log with the local day of each row and the reason why it counts or not.

    Parameters
    ----------
    prescriptions, log, pauses : tables of data/README.md
    rules : `as_of`, `day_start`, `near_duplicates` and `near_duplicate_s` are used

    Returns
    -------
    DataFrame, the rows of `log` in their order
        With `day` (local), `reason` (exactly one a row, so that the counts add up to the rows of the log),
        `near_duplicate` (flagged, whether dropped or not) and `first_day` (the patient's first prescribed day, missing
        without a prescription). The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RegimenError, TableError
        If the prescriptions overlap, or a table lacks a column or holds an unknown word.
    """
    log = checked_log(log)
    grid = build_grid(prescriptions, pauses, day_number(rules), seen=log)
    rows = attributed(log, grid, attribution(log, grid, rules), np.arange(len(log)))[ROWS.names]
    rows.attrs["rules"] = rules.as_data()
    return rows


def attributed(log: pd.DataFrame, grid: Grid, found: Attribution, at: Ints) -> pd.DataFrame:
    """Return some rows of a log, by their places, with what was found of each."""
    return log.iloc[at].assign(
        day=as_dates(found.day[at]),
        reason=pd.Categorical.from_codes(found.reason[at], categories=list(REASONS)),
        near_duplicate=found.duplicates.near[at],
        first_day=_first_days(grid, found.patient[at]),
    )


def _first_days(grid: Grid, patient: Ints) -> npt.NDArray[Any]:
    """Return the first day ever prescribed to the patient of each row, NaT where nothing was."""
    known = grid.last >= grid.first
    dates = np.where(known, as_dates(np.where(known, grid.first, 0)), np.datetime64("NaT"))
    return dates[patient].astype("datetime64[s]")


def checked_log(log: pd.DataFrame) -> pd.DataFrame:
    """Return the log in its types.

    Raises
    ------
    TableError
        If a row names an exercise without saying whether it was done.
    """
    log = conform(log, LOG)
    silent = (log["exercise"].notna() & log["status"].isna()).to_numpy()
    if silent.any():
        row = int(silent.argmax()) + 1
        raise TableError(
            "The table of log cannot be used.",
            [Problem("status", f"must be done or not_done where an exercise is named; found nothing in row {row}")],
        )
    return log


def day_number(rules: Rules) -> int:
    """Return `as_of` in days since 1970-01-01."""
    return int(np.datetime64(rules.as_of, "D").astype(np.int64))


def attribution(log: pd.DataFrame, grid: Grid, rules: Rules, *, flag_near: bool = True) -> Attribution:
    """Lay a checked log on the grid (docs/measures.md, attribution); near duplicates are marked if asked for."""
    rows = coded_rows(log, grid.patients, grid.exercises)
    drop_near = rules.near_duplicates == "drop"
    found = find_duplicates(rows, near_s=rules.near_duplicate_s, drop_near=drop_near, flag_near=flag_near)
    return lay_on(rows, local_day(rows, rules), grid, found)


def lay_on(rows: Rows, day: Ints, grid: Grid, duplicates: Duplicates) -> Attribution:
    """Lay coded rows with their local days on the grid, given which of them are duplicates."""
    hits = cells_hit(rows, day, grid)
    doses = np.stack([dose_of(rows, grid, cell) for cell in hits])
    reason = _reasons(rows, day, duplicates, grid, hits, doses)
    session = (reason == REASON["counted"]) | (reason == REASON["rest_day"])
    side, row = np.nonzero((hits >= 0) & (doses != 0) & session)
    order = np.argsort(row, kind="stable")
    side, row = side[order], row[order]
    observes = (rows.exercise >= 0) & ~duplicates.dropped
    return Attribution(rows.patient, day, reason, duplicates, observes, row, hits[side, row], doses[side, row])


def local_day(rows: Rows, rules: Rules) -> Ints:
    """Return the local day of each row: a day begins at `day_start`; a date without a time stays on its date."""
    start = rules.day_start
    start_us = ((start.hour * 60 + start.minute) * 60 + start.second) * 1_000_000
    return (rows.wall - np.where(rows.time_known, start_us, 0)) // DAY_US


def cells_hit(rows: Rows, day: Ints, grid: Grid) -> Ints:
    """Return the cells in force that each row speaks of, sides x rows, -1 where there is none."""
    hits = np.stack([grid.cells(rows.patient, rows.exercise, side, day) for side in (LEFT, RIGHT, NONE)])
    in_force = (hits >= 0) & (grid.cell_dose[hits] >= 0) if len(grid.cell_dose) else hits >= 0
    no_side = rows.side == NONE
    for side in (LEFT, RIGHT):
        in_force[side] &= (rows.side == side) | (rows.side == BOTH) | no_side
    return np.where(in_force, hits, -1)


def dose_of(rows: Rows, grid: Grid, cell: Ints) -> Floats:
    """Return the dose of each row by the prescription of its cell: 0 if a part is 0, NaN if a part is unknown."""
    if not len(grid.cell_dose):
        return np.full(len(cell), np.nan)
    held = grid.doses.hold_min[grid.cell_dose[cell]] > 0
    hold = np.where(held, rows.hold, 1.0)
    nothing = (rows.sets == 0) | (rows.reps == 0) | (hold == 0)
    return np.where(nothing, 0.0, rows.sets * rows.reps * hold)


def _reasons(rows: Rows, day: Ints, found: Duplicates, grid: Grid, hits: Ints, doses: Floats) -> Ints:
    """Return one reason a row: duplicates first, then the first line that applies."""
    hit = hits >= 0
    any_hit = hit.any(axis=0)
    sided = hit[LEFT] | hit[RIGHT]
    no_side = rows.side == NONE
    zero = rows.not_done | ~(hit & (doses != 0)).any(axis=0)
    free = ~(hit & ~_free_day(grid, hits, day)).any(axis=0)
    lines = [
        ("duplicate_id", found.same_id),
        ("superseded", found.superseded),
        ("duplicate_exact", found.exact),
        ("near_duplicate", found.near_dropped),
        ("pain_entry", rows.exercise < 0),
        ("before_start", day < grid.first[rows.patient]),
        ("after_end", day > grid.last[rows.patient]),
        ("after_as_of", day > grid.as_of),
        ("during_pause", grid.paused(rows.patient, rows.exercise, day)),
        ("side_missing", rows.done & no_side & sided),
        ("not_prescribed", ~any_hit),
        ("known_zero", zero),
        ("rest_day", free),
    ]
    return np.select([mask for _, mask in lines], [REASON[name] for name, _ in lines], REASON["counted"])


def _free_day(grid: Grid, hits: Ints, day: Ints) -> Bools:
    """Tell which hit cells are days that named weekdays leave free."""
    if not len(grid.cell_dose):
        return np.zeros(hits.shape, dtype=bool)
    bits = grid.doses.weekdays[grid.cell_dose[hits]]
    return (bits > 0) & ((bits >> weekday(day)) & 1 == 0)
