"""One time somebody dealt with a patient, as it is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from toolkit.errors import TableError
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
