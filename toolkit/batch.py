"""What the command measures as one table: a caseload and its logs, read once and checked whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import unread_notes
from toolkit.measures.review import patient_review
from toolkit.rules import Rules
from toolkit.scale.asked import Asked
from toolkit.scale.files import read_whole, settled
from toolkit.scale.parquet import log_files

if TYPE_CHECKING:
    from toolkit.documents.imprint import Imprint


@dataclass(frozen=True, slots=True)
class Batch:
    """The tables that measures need, and the rows of the logs that were not kept."""

    asked: Asked
    log: pd.DataFrame
    quarantine: pd.DataFrame

    @property
    def rules(self) -> Rules:
        """The conventions of all that is measured."""
        return self.asked.rules

    def cells(self) -> pd.DataFrame:
        """Return the cell table, from which every measure comes."""
        return cell_table(self.asked.prescriptions, self.log, self.rules, pauses=self.asked.pauses)

    def report(self, imprint: Imprint, *, patient_id: str | None = None, periods_from: date | None = None) -> bytes:
        """Return the report on one patient as PDF, or without one that on the caseload.

        Raises
        ------
        ToolkitError
            If no table has the patient.
        """
        from toolkit.documents.report import caseload_report, patient_report

        plan = self.asked
        rest = {"pauses": plan.pauses, **self._dealt_with()}
        if patient_id is None:
            return caseload_report(plan.prescriptions, self.log, self.rules, imprint, **rest)
        if not any((table["patient_id"] == patient_id).any() for table in (plan.prescriptions, self.log)):
            raise ToolkitError("The patient to report on stands neither in the regimens nor in a log.")
        review = patient_review(patient_id, plan.prescriptions, self.log, self.rules, **rest)
        return patient_report(review, imprint, periods_from=periods_from)

    def _dealt_with(self) -> dict[str, Any]:
        """Return what is known of reviews: without a table of them no note counts as unread."""
        reviews = self.asked.reviews
        unread = None if reviews is None else unread_notes(self.log, reviews)
        return {"quarantine": self.quarantine, "reviews": reviews, "unread": unread}


def read_batch(
    logs: Sequence[Path],
    asked: Asked,
    *,
    keep_aside: Callable[[pd.DataFrame], None] = lambda quarantine: None,
    tell: Callable[[str], None] = lambda line: None,
) -> Batch:
    """Return logs as one table; `tell` gets the account of each file, `keep_aside` the quarantined rows.

    Raises
    ------
    ToolkitError
        If a file cannot be used, a log still asks something, or no row of any log could be kept: nothing is guessed,
        and nothing is a zero.
    """
    tables, files = zip(*(read_whole(path, asked.reading) for path in log_files(logs)), strict=True)
    quarantine = settled(files, tell, keep_aside)
    return Batch(asked, pd.concat([log for log in tables if len(log)], ignore_index=True), quarantine)
