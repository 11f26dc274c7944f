"""The whole caseload in one table: the middle of each measure with the number of patients behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.rules import Rules, rules_of

COLUMNS = ("patients", "missing", "median", "lower_quartile", "upper_quartile", "share")


def caseload_table(table: pd.DataFrame, *, rules: Rules | None = None) -> pd.DataFrame:
    """Return the median and the quartiles of each measure over the patients of a table.

    Parameters
    ----------
    table : one row a patient, such as `adherence(cells, by=["patient_id"])` or `persistence` returns
    rules : those `table` was made with unless given

    Returns
    -------
    DataFrame, indexed by `measure`, one row a column of numbers or of true and false, in the order of `table`
        `patients` (with a number), `missing` (without one), `median`, `lower_quartile`, `upper_quartile` (in the unit
        of the measure, between two patients in proportion) and `share` (0-1, of true among those known). Numbers have
        no share, true and false have no quartiles. Missing is never counted as 0; nobody known is NaN. Columns of
        words and dates are left out. The rules stand in `.attrs["rules"]`.

    Raises
    ------
    RulesError
        If neither `table` nor the caller says by which rules.
    TableError
        If a row is not one patient.
    """
    rules = rules_of(table, rules)
    check_patients(table)
    columns = {name: _typed(table[name]) for name in table.columns}
    rows = {name: _row(column) for name, column in columns.items() if pd.api.types.is_numeric_dtype(column.dtype)}
    found = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    found = found.astype({"patients": np.int64, "missing": np.int64}).rename_axis("measure")
    found.attrs["rules"] = rules.as_data()
    return found


def check_patients(table: pd.DataFrame) -> None:
    """Raise TableError unless the table has one row a patient: rows of weeks or exercises are no patients."""
    if list(table.index.names) != ["patient_id"]:
        by = ", ".join(str(name) for name in table.index.names if name is not None) or "nothing"
        wanted = f"must be one a patient, as by=['patient_id'] gives them; found rows by {by}"
        raise TableError("The table of measures cannot be used.", [Problem("rows", wanted)])
    if table.index.has_duplicates:
        wanted = "must be one a patient; found a patient with several"
        raise TableError("The table of measures cannot be used.", [Problem("rows", wanted)])


def _typed(column: pd.Series) -> pd.Series:
    """Return a column in its own type where a join has made plain objects of it."""
    return column.convert_dtypes() if column.dtype == object else column


def _row(column: pd.Series) -> list[float]:
    """Return what is to be said of a column of numbers, or of true and false, which are numbers to pandas too."""
    known = column.dropna().to_numpy(float)
    counts = [len(known), len(column) - len(known)]
    if not len(known):
        return [*counts, np.nan, np.nan, np.nan, np.nan]
    if pd.api.types.is_bool_dtype(column.dtype):
        return [*counts, np.nan, np.nan, np.nan, float(known.mean())]
    return [*counts, *np.quantile(known, (0.5, 0.25, 0.75)), np.nan]
