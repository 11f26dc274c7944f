"""Groups of cells by patient, exercise, side, weekday, week or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Problem, RulesError, TableError
from toolkit.measures.coding import Ints, as_dates, coded, days, dense, weekday
from toolkit.rules import Rules
from toolkit.schema import CELLS, WEEKDAYS

MADE_BY = ("as_of", "day_start", "near_duplicates", "near_duplicate_s")  # rules that no measure can change afterwards
GROUPINGS = ("patient_id", "exercise", "side", "weekday", "week", "month")


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each row, and the label of each group; groups without rows do not exist."""

    code: Ints
    labels: pd.Index

    def __len__(self) -> int:
        return len(self.labels)


def group_by(table: pd.DataFrame, by: Sequence[str]) -> Groups:
    """Return the groups of a table with the columns `patient_id, exercise, side, day`, in the order of their labels.

    Raises
    ------
    TableError
        If `by` is empty or names something else than patient_id, exercise, side, weekday, week (its Monday) or month.
    """
    accepted = f"any of {', '.join(GROUPINGS)}"
    if isinstance(by, str) or not by:
        raise TableError("The measure cannot be grouped.", [Problem("by", f"must be a list of {accepted}")])
    if unknown := [name for name in by if name not in GROUPINGS]:
        found = ", ".join(map(str, unknown))
        raise TableError("The measure cannot be grouped.", [Problem("by", f"must hold {accepted}; found {found}")])
    code, parts = np.zeros(len(table), dtype=np.int64), []
    for name in by:
        own, names = _coded(table, name)
        code = code * max(len(names), 1) + own
        parts.append(names)
    present, place = dense(code)
    return Groups(place, _labels(present, parts, by))


def _coded(table: pd.DataFrame, name: str) -> tuple[Ints, Any]:
    """Return the code of each row in a grouping, and its labels in order."""
    if name in ("patient_id", "exercise", "side"):
        return coded(table[name])
    day = days(table["day"])
    if name == "weekday":
        return weekday(day), np.array(WEEKDAYS, dtype=object)
    if name == "week":
        first, code = dense(day - weekday(day))
        return code, as_dates(first)
    first, code = dense(table["day"].to_numpy("datetime64[M]").astype(np.int64))
    return code, first.astype("datetime64[M]").astype("datetime64[s]")


def _labels(present: Ints, parts: list[Any], by: Sequence[str]) -> pd.Index:
    """Turn the codes of the groups that exist back into labels."""
    columns = []
    for names in reversed(parts):
        present, own = np.divmod(present, max(len(names), 1))
        columns.append(pd.Index(names[own]))
    columns.reverse()
    if len(columns) == 1:
        return columns[0].rename(by[0])
    return pd.MultiIndex.from_arrays(columns, names=list(by))


def check_cells(cells: pd.DataFrame, rules: Rules) -> None:
    """Raise an error unless the table can be measured by `rules`.

    Raises
    ------
    TableError
        If it lacks a column of `schema.CELLS`, or a day or a patient is blank.
    RulesError
        If it was made by another last day, start of the day or policy on near duplicates.
    """
    if missing := [name for name in CELLS.names if name not in cells.columns]:
        raise TableError("The table of cells cannot be used.", [Problem(", ".join(missing), "must be there")])
    _refuse_blanks(cells, "cells")
    made, given = cells.attrs.get("rules", {}), rules.as_data()
    problems = [
        Problem(name, f"must be {made[name]}, as when the cells were made; found {given[name]}: make them anew")
        for name in MADE_BY
        if name in made and made[name] != given[name]
    ]
    if problems:
        raise RulesError("The rules do not fit the cells.", problems)


def check_rows(rows: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise TableError unless the table has the columns of `names`, as `attribute` returns them."""
    if missing := [name for name in names if name not in rows.columns]:
        told = "must be there, as attribute returns them"
        raise TableError("The table of rows cannot be used.", [Problem(", ".join(missing), told)])
    _refuse_blanks(rows, "rows")


def _refuse_blanks(table: pd.DataFrame, what: str) -> None:
    """Raise TableError where a day is no date, or the patient of a row is not known."""
    problems = []
    if table["day"].dtype.kind != "M":
        problems.append(Problem("day", "must hold dates (datetime64), as it does before a table goes through a file"))
    for name in ("day", "patient_id"):
        if (blank := table[name].isna().to_numpy()).any():
            problems.append(Problem(name, f"must not be missing; found nothing in row {int(blank.argmax()) + 1}"))
    if problems:
        raise TableError(f"The table of {what} cannot be used.", problems)


def for_patients(
    table: pd.DataFrame, by: Sequence[str], patients: Sequence[str], *, counts: Sequence[str]
) -> pd.DataFrame:
    """Return one row for each patient asked for by name: counts of one without cells are 0, all else is missing.

    Raises
    ------
    TableError
        If the table is not grouped by patient alone.
    """
    if list(by) != ["patient_id"]:
        raise TableError("Patients can be asked for by name only with by=['patient_id'].")
    return table.reindex(pd.Index(patients, name="patient_id")).fillna(dict.fromkeys(counts, 0))
