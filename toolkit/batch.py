"""What the command measures: regimens and logs from files, read once and checked whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.logs.answers import what_to_answer
from toolkit.logs.read import ImportResult, read_log
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import unread_notes
from toolkit.measures.review import patient_review
from toolkit.plan.files import Caseload, read_caseload, read_table
from toolkit.rules import Rules
from toolkit.schema import REVIEWS
from toolkit.settings import read_profile

if TYPE_CHECKING:
    from toolkit.documents.imprint import Imprint


@dataclass(frozen=True, slots=True)
class Batch:
    """The tables that measures need, and the rows of the logs that were not kept."""

    caseload: Caseload
    log: pd.DataFrame
    quarantine: pd.DataFrame
    rules: Rules
    reviews: pd.DataFrame | None = None

    def cells(self) -> pd.DataFrame:
        """Return the cell table, from which every measure comes."""
        return cell_table(self.caseload.prescriptions, self.log, self.rules, pauses=self.caseload.pauses)

    def report(self, imprint: Imprint, *, patient_id: str | None = None, periods_from: date | None = None) -> bytes:
        """Return the report on one patient as PDF, or without one that on the caseload.

        Raises
        ------
        ToolkitError
            If no table has the patient.
        """
        from toolkit.documents.report import caseload_report, patient_report

        plan = self.caseload
        rest = {"pauses": plan.pauses, **self._dealt_with()}
        if patient_id is None:
            return caseload_report(plan.prescriptions, self.log, self.rules, imprint, **rest)
        if not any((table["patient_id"] == patient_id).any() for table in (plan.prescriptions, self.log)):
            raise ToolkitError("The patient to report on stands neither in the regimens nor in a log.")
        review = patient_review(patient_id, plan.prescriptions, self.log, self.rules, **rest)
        return patient_report(review, imprint, periods_from=periods_from)

    def _dealt_with(self) -> dict[str, Any]:
        """Return what is known of reviews: without a table of them no note counts as unread."""
        unread = None if self.reviews is None else unread_notes(self.log, self.reviews)
        return {"quarantine": self.quarantine, "reviews": self.reviews, "unread": unread}


def read_batch(
    logs: Sequence[Path],
    regimens: Path,
    as_of: date,
    *,
    pauses: Path | None = None,
    reviews: Path | None = None,
    mapping: Path | None = None,
    patient_id: str | None = None,
    profile: Path | None = None,
    keep_aside: Callable[[pd.DataFrame], None] = lambda quarantine: None,
    tell: Callable[[str], None] = lambda line: None,
) -> Batch:
    """Return regimens and logs as tables; `tell` gets the account of each file, `keep_aside` the quarantined rows.

    `profile` is the clinic's, whose thresholds in force on `as_of` are used; without one the defaults of `Rules`.

    Raises
    ------
    ToolkitError
        If a file cannot be used, a log still asks something, or no row of any log could be kept: nothing is guessed,
        and nothing is a zero.
    """
    rules = Rules(as_of=as_of) if profile is None else read_profile(profile).rules(as_of)
    caseload = read_caseload(regimens, pauses=pauses)
    imported = [read_log(path, mapping=mapping, patient_id=patient_id) for path in logs]
    for path, result in zip(logs, imported, strict=True):
        tell(f"{path.name}: {result.account}")
    for notice in caseload.notices:
        tell(notice)
    quarantine = _joined([result.quarantine for result in imported])
    keep_aside(quarantine)
    _refuse_unread(logs, imported)
    dealt_with = None if reviews is None else read_table(reviews, REVIEWS)
    return Batch(caseload, _joined([result.log for result in imported]), quarantine, rules, dealt_with)


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _refuse_unread(paths: Sequence[Path], imported: list[ImportResult]) -> None:
    for path, result in zip(paths, imported, strict=True):
        if result.questions:
            raise ToolkitError(f"{path.name} needs an answer first.\n{what_to_answer(result.questions)}")
    if not any(len(result.log) for result in imported):
        raise ToolkitError(
            "No log row could be kept, so there is nothing to measure; see --quarantine for the reasons."
        )
