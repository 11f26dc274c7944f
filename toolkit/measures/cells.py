"""The cell table: one exercise, one side, one day."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.errors import RulesError
from toolkit.measures.attribution import Attribution, attribution, checked_log, day_number
from toolkit.measures.coding import SIDE_NAMES, Bools, Floats, Ints, as_dates, total, weekday
from toolkit.measures.grid import Grid, build_grid
from toolkit.measures.quota import lay_quota
from toolkit.rules import Rules
from toolkit.schema import STATES

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
    cells = filled(grid, attribution(log, grid, rules, flag_near=False))
    cells.attrs["rules"] = rules.as_data()
    return cells


def refuse_early(prescriptions: pd.DataFrame, rules: Rules) -> None:
    """Raise RulesError if `as_of` lies more than a month before every prescription."""
    first = prescriptions["first_day"].min()
    if first > pd.Timestamp(rules.as_of) + pd.Timedelta(days=SOON_DAYS):
        raise RulesError(f"as_of must be {first.date()} or later, the first day prescribed; found {rules.as_of}.")


def filled(grid: Grid, found: Attribution) -> pd.DataFrame:
    """Fill the cells of a grid from an attributed log."""
    size = len(grid.cell_slot)
    patient, exercise = grid.slot_patient[grid.cell_slot], grid.slot_exercise[grid.cell_slot]
    in_force = grid.cell_dose >= 0
    paused = grid.paused(patient, exercise, grid.cell_day) & in_force
    pending = grid.cell_day > grid.as_of
    active = in_force & ~paused & ~pending

    performed = total(found.hit_cell, size)
    dose = np.where(np.isnan(found.hit_dose), 0, found.hit_dose)
    unknown = total(found.hit_cell, size, np.isnan(found.hit_dose)) > 0
    observed = _observed(grid, found, patient) & ~pending
    expected, credited = asked(grid, np.arange(size), active, performed, observed, apart=grid.cell_slot)
    state = np.full(size, STATE["unlogged"], dtype=np.int8)
    for name, where in (
        ("known_zero", observed), ("partial", performed > 0), ("full", performed >= expected),
        ("not_scheduled", expected == 0), ("pending", pending), ("paused", paused), ("out_of_window", ~in_force),
    ):  # fmt: skip
        state[where] = STATE[name]
    row = grid.cell_dose
    return pd.DataFrame(
        {
            "patient_id": pd.Categorical.from_codes(patient, categories=grid.patients, validate=False),
            "day": as_dates(grid.cell_day),
            "exercise": pd.Categorical.from_codes(exercise, categories=grid.exercises, validate=False),
            "side": pd.Categorical.from_codes(grid.slot_side[grid.cell_slot], categories=list(SIDE_NAMES)),
            "expected": expected,
            "performed": performed,
            "credited": credited,
            "dose_done": total(found.hit_cell, size, dose),
            "dose_floor": np.where(active, _of(grid.doses.floor, row), 0.0),
            "dose_ceiling": np.where(active, _of(grid.doses.ceiling, row), 0.0),
            "dose_known": ~unknown,
            "observed": observed,
            "state": pd.Categorical.from_codes(state, categories=list(STATES), validate=False),
        },
        copy=False,
    )


def _observed(grid: Grid, found: Attribution, patient: Ints) -> Bools:
    """Tell which cells lie on a day for which the patient's diary has a row that names an exercise."""
    who, day = found.patient[found.observes], found.day[found.observes]
    inside = (day >= grid.first[who]) & (day <= grid.last[who])
    length = np.maximum(grid.last - grid.first + 1, 0)
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
