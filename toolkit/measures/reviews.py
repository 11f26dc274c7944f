"""One time somebody dealt with a patient: as it is written down, and the last of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

import pandas as pd
from pydantic import Field

from toolkit.errors import TableError
from toolkit.schema import REVIEWS
from toolkit.tables import conform, make
from toolkit.typed import Day, Typed


class Review(Typed):
    """What was done about a patient, by whom and when; `look_again_on` is the day to list the patient again."""

    error: ClassVar = TableError
    title: ClassVar[str] = "This review"

    patient_id: Annotated[str, Field(min_length=1, max_length=64)]
    reviewed_at: datetime
    reviewed_by: Annotated[str, Field(min_length=1, max_length=200)]
    action: Literal["reviewed", "called", "adjusted"]
    note: Annotated[str, Field(max_length=2_000)] | None = None
    look_again_on: Day | None = None


def last_reviews(reviews: pd.DataFrame | None) -> pd.DataFrame:
    """Return who dealt last with each patient, indexed by `patient_id`, with day, action and day to look again.

    Raises
    ------
    TableError
        If the table lacks a column or holds an unknown word.
    """
    table = make(REVIEWS) if reviews is None else conform(reviews, REVIEWS)
    last = table.sort_values("reviewed_at", kind="stable").groupby("patient_id").tail(1).set_index("patient_id")
    return last[["reviewed_at", "reviewed_by", "action", "look_again_on"]]
