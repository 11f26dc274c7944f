"""One table of the measures a reader asks for, whatever family they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.catalogue import default_columns
from toolkit.measures.completeness import completeness
from toolkit.measures.exas import exas
from toolkit.measures.pain import pain_change
from toolkit.measures.persistence import persistence
from toolkit.measures.rtm import data_days
from toolkit.measures.timing import time_regularity
from toolkit.rules import Rules, rules_of


def overview(
    cells: pd.DataFrame,
    rows: pd.DataFrame,
    prescriptions: pd.DataFrame | None = None,
    *,
    columns: Sequence[str] | None = None,
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Return one row a patient with the dozen numbers a therapist needs, or with those asked for by name.

    Parameters
    ----------
    cells, rows : as `cell_table` and `attribute` return them for the same caseload
    prescriptions : needed only for the measures of how a session was done (`completeness`)
    columns : names of measures (docs/measures.md), in the order wanted; the default dozen without it
    rules : those `cells` was made with unless given

    Returns
    -------
    DataFrame, indexed by `patient_id`
        Every patient with a prescription. The rules stand in `.attrs["rules"]`; `explain` tells formula, denominator,
        source of each column.

    Raises
    ------
    TableError
        With every name that is no measure of a patient.
    """
    rules = rules_of(cells, rules)
    wanted = list(default_columns() if columns is None else columns)
    patient = ["patient_id"]
    families: list[Callable[[], pd.DataFrame]] = [
        lambda: adherence(cells, patient, rules=rules),
        lambda: persistence(cells, patient, rules=rules),
        lambda: pain_change(rows, patient, rules=rules),
        lambda: time_regularity(rows, patient, rules=rules),
        lambda: data_days(rows, patient, rules=rules),
        lambda: exas(cells, rules=rules)[["exas_percent"]],
    ]
    if prescriptions is not None:
        families.append(lambda: completeness(rows, prescriptions, patient, rules=rules))
    table = families[0]()
    for family in families[1:]:
        if not {*wanted} <= {*table.columns}:
            table = table.join(family(), how="left")
    if unknown := [name for name in wanted if name not in table.columns]:
        accepted = ", ".join(table.columns)
        raise TableError(
            "The overview cannot be made.",
            [Problem("columns", f"must be among {accepted}; found {', '.join(unknown)}")],
        )
    table = table[wanted]
    table.attrs["rules"] = rules.as_data()
    return table
