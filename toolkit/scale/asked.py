"""What is asked of log files: the caseload, the rules, and how the files are to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.logs.mapping import mapping_of
from toolkit.measures.cells import refuse_early
from toolkit.measures.grid import check_caseload
from toolkit.plan.files import read_caseload, read_table
from toolkit.rules import Rules
from toolkit.scale.pieces import by_part
from toolkit.schema import REVIEWS
from toolkit.settings import read_profile

PATIENTS = 2_500  # measured at once: fewer cost more each, more need more memory
BYTES = 100_000_000  # of log files, about a million rows: no part has many more


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every file and of every patient.

    Parameters
    ----------
    prescriptions, pauses, reviews : tables of `schema`; without `reviews` no note counts as unread
    reading : what is said of the files, as in `read_log`
    """

    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    rules: Rules
    reviews: pd.DataFrame | None
    reading: dict[str, Any]

    def checked(self) -> Asked:
        """Return the same with its caseload in its types.

        Raises
        ------
        RegimenError, RulesError
            If prescriptions contradict themselves, or `as_of` lies long before all of them.
        """
        prescriptions, pauses = check_caseload(self.prescriptions, self.pauses)
        refuse_early(prescriptions, self.rules)
        return replace(self, prescriptions=prescriptions, pauses=pauses)

    def parts(self, paths: Sequence[Path]) -> int:
        """Return into how many parts the patients are divided: by how many they are, and by how much they logged."""
        patients = self.prescriptions["patient_id"].nunique()
        logged = sum(path.stat().st_size for path in paths if path.is_file())
        return max(1, -(-patients // PATIENTS), logged // BYTES)

    def apart(self, parts: int) -> Iterator[Asked]:
        """Yield what is asked of the patients of each part."""
        tables = (self.prescriptions, self.pauses, self.reviews)
        apart = ([None] * parts if table is None else by_part(table, parts) for table in tables)
        for prescriptions, pauses, reviews in zip(*apart, strict=True):
            yield replace(self, prescriptions=prescriptions, pauses=pauses, reviews=reviews)


def asked_of(
    regimens: Path,
    as_of: date,
    *,
    pauses: Path | None = None,
    reviews: Path | None = None,
    profile: Path | None = None,
    mapping: Path | None = None,
    patient_id: str | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Asked:
    """Return what is asked, from files; `tell` gets what was left out of the regimens.

    `profile` is the clinic's, whose thresholds in force on `as_of` are used; without one the defaults of `Rules`.

    Raises
    ------
    ToolkitError
        If a file cannot be used.
    """
    rules = Rules(as_of=as_of) if profile is None else read_profile(profile).rules(as_of)
    caseload = read_caseload(regimens, pauses=pauses)
    for notice in caseload.notices:
        tell(notice)
    dealt_with = None if reviews is None else read_table(reviews, REVIEWS)
    said = {"mapping": mapping_of(mapping), "patient_id": patient_id}
    return Asked(caseload.prescriptions, caseload.pauses, rules, dealt_with, said)
