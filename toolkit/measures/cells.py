"""The cell table: one exercise, one side, one day."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import RulesError
from toolkit.measures.arrays import CellArrays
from toolkit.measures.attribution import Attribution, attribution, checked_log, day_number
from toolkit.measures.coding import SIDE_NAMES, Bools, Floats, Ints, as_dates, marked, total, weekday
from toolkit.measures.grid import Grid, build_grid
from toolkit.measures.quota import lay_quota
from toolkit.rules import Rules
from toolkit.schema import CELLS, STATES

_Kind = TypeVar("_Kind", bound=np.generic)
STATE = {name: code for code, name in enumerate(STATES)}

SOON_DAYS = 31  # regimens that all begin later than this are taken for a slip of the hand (limit of our own)


def cell_table(
    prescriptions: pd.DataFrame, log: pd.DataFrame, rules: Rules, *, pauses: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the table that every measure adds up: one row an exercise, side and day.

    Parameters
    ----------
    prescriptions, log, pauses : tables of data/README.md; days as dates or datetime64
    rules : the conventions; `as_of` is the last day counted

    Returns
    -------
    DataFrame, the columns of `schema.CELLS`
        For every exercise and side a patient was ever prescribed, from the patient's first day to the last, at most
        `as_of` + 1 (state `pending`). Ordered by patient, exercise, side, day. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RegimenError
        If prescriptions overlap or contradict themselves.
    RulesError
        If `as_of` lies more than a month before every prescription: a year or a month was mistyped.
    TableError
        If a table lacks a column or holds an unknown word.
    """
    log = checked_log(log)
    grid = build_grid(prescriptions, pauses, day_number(rules), seen=log)
    refuse_early(grid.prescriptions, rules)
    cells = table_of(cell_arrays(grid, attribution(log, grid, rules, flag_near=False)), grid.as_of)
    cells.attrs["rules"] = rules.as_data()
    return cells


def refuse_early(prescriptions: pd.DataFrame, rules: Rules) -> None:
    """Raise RulesError if `as_of` lies more than a month before every prescription."""
    first = prescriptions["first_day"].min()
    if first > pd.Timestamp(rules.as_of) + pd.Timedelta(days=SOON_DAYS):
        raise RulesError(f"as_of must be {first.date()} or later, the first day prescribed; found {rules.as_of}.")


def cell_arrays(grid: Grid, found: Attribution) -> CellArrays:
    """Fill the cells of a grid from an attributed log."""
    size, slot, row = len(grid.cell_slot), grid.cell_slot, grid.cell_dose
    patient, exercise = grid.slot_patient[slot], grid.slot_exercise[slot]
    in_force = row >= 0
    paused = grid.paused(patient, exercise, grid.cell_day) & in_force
    come = grid.cell_day <= grid.as_of
    active = in_force & come & ~paused

    performed = total(found.hit_cell, size)
    unknown = np.isnan(found.hit_dose)
    observed = _observed(grid, found, patient) & come
    expected, credited = asked(grid, np.arange(size), active, performed, observed, apart=slot)
    return CellArrays(
        patients=grid.patients,
        exercises=grid.exercises,
        patient=patient,
        exercise=exercise,
        side=grid.slot_side[slot],
        day=grid.cell_day,
        expected=expected,
        performed=performed,
        credited=credited,
        observed=observed,
        dose_done=total(found.hit_cell, size, np.where(unknown, 0, found.hit_dose)),
        dose_floor=_of(grid.doses.floor, row) * active,
        dose_ceiling=_of(grid.doses.ceiling, row) * active,
        dose_known=~marked(found.hit_cell[unknown], size),
        in_force=in_force,
        paused=paused,
        active=active,
        full=active & (expected > 0) & (performed >= expected),
    )


def table_of(cells: CellArrays, as_of: int) -> pd.DataFrame:
    """Return cells as the table that users see."""
    state = np.full(len(cells.day), STATE["unlogged"], dtype=np.int8)
    for name, where in (
        ("known_zero", cells.observed), ("partial", cells.performed > 0), ("full", cells.full),
        ("not_scheduled", cells.expected == 0), ("pending", cells.day > as_of), ("paused", cells.paused),
        ("out_of_window", ~cells.in_force),
    ):  # fmt: skip
        state[where] = STATE[name]
    kinds = {"patient_id": (cells.patient, cells.patients), "exercise": (cells.exercise, cells.exercises),
             "side": (cells.side, list(SIDE_NAMES)), "state": (state, list(STATES))}  # fmt: skip
    columns = {name: pd.Categorical.from_codes(*pair, validate=False) for name, pair in kinds.items()}
    columns["day"] = as_dates(cells.day)
    others = {name: getattr(cells, name) for name in CELLS.names if name not in columns}
    return pd.DataFrame({name: (columns | others)[name] for name in CELLS.names}, copy=False)


def _observed(grid: Grid, found: Attribution, patient: Ints) -> Bools:
    """Tell which cells lie on a day for which the patient's diary has a row that names an exercise."""
    who, day = found.patient[found.observes], found.day[found.observes]
    known = grid.last >= grid.first
    last = np.where(known, np.minimum(grid.last, grid.as_of + 1), grid.first - 1)
    inside = (day >= grid.first[who]) & (day <= last[who])
    length = np.where(known, np.maximum(last - grid.first + 1, 0), 0)
    begin = np.cumsum(length) - length - grid.first
    seen = np.zeros(int(length.sum()), dtype=bool)
    seen[(begin[who] + day)[inside]] = True
    return seen[begin[patient] + grid.cell_day]


def asked(
    grid: Grid, cell: Ints, active: Bools, performed: Floats, observed: Bools, *, apart: Ints
) -> tuple[Floats, Floats]:
    """Return the sessions expected of each of some cells, and how many of those performed are credited.

    Weeks with a quota are laid out whole, for each code of `apart` on its own: all their cells must be there.
    """
    dose, day = grid.cell_dose[cell], grid.cell_day[cell]
    sessions, named, quota = (_of(a, dose) for a in (grid.doses.sessions, grid.doses.weekdays, grid.doses.quota))
    due = active & ((named >> weekday(day)) & 1 == 1)
    expected = np.where(due, sessions, 0).astype(float)
    credited = np.minimum(performed, expected)
    at = np.flatnonzero(active & (quota > 0))
    row = dose[at]
    expected[at], credited[at] = lay_quota(
        apart[at],
        grid.doses.regimen[row],
        day[at] - grid.doses.block_first[row],
        sessions[at],
        quota[at],
        performed[at],
        observed[at],
    )
    return expected, credited


def _of(values: npt.NDArray[_Kind], row: Ints) -> npt.NDArray[_Kind]:
    """Look up the prescription in force; whatever stands where there is none is masked by the caller."""
    return values[row] if len(values) else np.zeros(len(row), dtype=values.dtype)
