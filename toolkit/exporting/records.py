"""What an export is made from, and the tables of measures that go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.catalogue import Measure, measures
from toolkit.measures.cells import cell_table
from toolkit.measures.overview import overview
from toolkit.rules import Rules
from toolkit.schema import FLAG, NUMBER, TEXT, WHOLE, Column, Table
from toolkit.tables import conform

FAMILIES = ("adherence", "persistence", "pain_change")  # from which the measures of an export come
WEEKLY = (
    "expected", "performed", "credited", "session_adherence", "coverage", "session_adherence_high", "dose_adherence",
    "over_dose", "dose_known", "scheduled_days", "full_days",
)  # fmt: skip
KINDS = {"i": WHOLE, "f": NUMBER, "b": FLAG}


@dataclass(frozen=True, slots=True)
class Filled:
    """A table with its rows, in the types that its schema states."""

    table: Table
    rows: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Records:
    """The tables of a clinic, and the rules of its measures; `reviews` is None where nobody gave any."""

    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    log: pd.DataFrame
    quarantine: pd.DataFrame
    rules: Rules
    reviews: pd.DataFrame | None = None

    def cells(self) -> pd.DataFrame:
        """Return the cell table.

        Raises
        ------
        ToolkitError
            If no patient has a prescription: there is nothing to export.
        """
        if not len(self.prescriptions):
            raise ToolkitError("No patient has a regimen, so there is nothing to export.")
        return cell_table(self.prescriptions, self.log, self.rules, pauses=self.pauses)

    def rows(self) -> pd.DataFrame:
        """Return the log with the local day of each row and the reason why it counts or not."""
        return attribute(self.prescriptions, self.log, self.rules, pauses=self.pauses)


def overview_of(records: Records, cells: pd.DataFrame, rows: pd.DataFrame) -> Filled:
    """Return the dozen measures a therapist needs, one row a patient."""
    found = overview(cells, rows, records.prescriptions, rules=records.rules)
    return measured("overview", "one patient: the measures a therapist needs", found, ("patient_id",))


def weekly(cells: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return adherence of each patient and week (its Monday), without what looks beyond the week."""
    return adherence(cells, ["patient_id", "week"], rules=rules)[list(WEEKLY)]


def measured(name: str, row: str, found: pd.DataFrame, key: tuple[str, ...], *index: Column) -> Filled:
    """Return measures with the columns of their index first, described as in docs/measures.md."""
    known = {one.name: one for one in reversed(measures()) if one.family in FAMILIES}
    columns = (
        Column("patient_id", TEXT, "pseudonym"),
        *index,
        *(_column(known[column], found[column]) for column in found.columns),
    )
    table = Table(name, row, columns, key)
    return Filled(table, conform(found.reset_index(), table))


def _column(measure: Measure, found: pd.Series) -> Column:
    told = f"{measure.plain}: {measure.formula}" if measure.plain else measure.formula
    words = tuple(measure.range.split(", ")) if measure.unit == "words" else ()
    kind = KINDS.get(np.dtype(found.dtype).kind, TEXT) if isinstance(found.dtype, np.dtype) else TEXT
    meaning = f"{told}; over {measure.over}"
    return Column(measure.name, kind, meaning, "" if words else measure.unit, words=words, blank=kind != WHOLE)
