"""Everything a therapist looks at of one patient, as tables made once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import Unread
from toolkit.measures.pain import pain_by_day, pain_change
from toolkit.measures.signs import safety_signs
from toolkit.rules import Rules
from toolkit.schema import PAUSES, PRESCRIPTIONS, REVIEWS
from toolkit.tables import conform, make

LONG_DAYS = 550  # a longer record is counted by month, not by week


@dataclass(frozen=True, slots=True, repr=False)
class PatientReview:
    """One patient's tables: what was prescribed, paused, recorded and dealt with, and what comes of it.

    `weekly` is adherence by week, by month where the record is long; `change` the row of `pain_change`, None without
    any log row; `signs` the safety signs of the last days, one row each; `quarantine` the rows they were looked for in,
    None where there was none.
    """

    patient_id: str
    rules: Rules
    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    reviews: pd.DataFrame
    cells: pd.DataFrame
    rows: pd.DataFrame
    weekly: pd.DataFrame
    pain: pd.DataFrame
    change: pd.Series | None
    signs: pd.DataFrame
    quarantine: pd.DataFrame | None


def patient_review(
    patient_id: str,
    prescriptions: pd.DataFrame,
    log: pd.DataFrame,
    rules: Rules,
    *,
    pauses: pd.DataFrame | None = None,
    reviews: pd.DataFrame | None = None,
    quarantine: pd.DataFrame | None = None,
    unread: Unread | None = None,
) -> PatientReview:
    """Return the tables of one patient of a caseload.

    Parameters
    ----------
    patient_id : pseudonym
    prescriptions, log, pauses, reviews, quarantine : tables of data/README.md, of the whole caseload or of this patient
    rules : the conventions of the calculation
    unread : entry ids of notes nobody has read, as for `triage`

    Raises
    ------
    RegimenError, TableError
        As `cell_table` does.
    """
    log, quarantine = _of(log, patient_id), None if quarantine is None else _of(quarantine, patient_id)
    prescriptions = conform(_of(prescriptions, patient_id), PRESCRIPTIONS)
    pauses = make(PAUSES) if pauses is None else conform(_of(pauses, patient_id), PAUSES)
    reviews = make(REVIEWS) if reviews is None else conform(_of(reviews, patient_id), REVIEWS)
    begun = prescriptions["first_day"] <= pd.Timestamp(rules.as_of) + pd.Timedelta(days=1)
    cells = cell_table(prescriptions if begun.any() else prescriptions[:0], log, rules, pauses=pauses)
    rows = attribute(prescriptions, log, rules, pauses=pauses)
    change = pain_change(rows)
    return PatientReview(
        patient_id, rules, prescriptions, pauses, reviews, cells, rows,
        weekly=adherence(cells, by=["month" if _days(cells) > LONG_DAYS else "week"]),
        pain=pain_by_day(rows),
        change=change.iloc[0] if len(change) else None,
        signs=safety_signs(rows, rules, quarantine=quarantine, unread=unread, reviews=reviews),
        quarantine=quarantine,
    )  # fmt: skip


def _of(table: pd.DataFrame, patient_id: str) -> pd.DataFrame:
    return table[table["patient_id"] == patient_id]


def _days(cells: pd.DataFrame) -> int:
    return (cells["day"].max() - cells["day"].min()).days if len(cells) else 0
