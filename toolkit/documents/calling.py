"""The sections of a report on a caseload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from toolkit.charts.base import on_paper
from toolkit.charts.caseload import caseload_panels
from toolkit.documents.blocks import Block, charts_of, heading, rows, text
from toolkit.documents.numbers import MISSING, dozen, in_words
from toolkit.measures.caseload import caseload_table
from toolkit.measures.triage_words import NOT_CALLED, TIER_WORDS
from toolkit.plan.wording import lowered


def order(found: pd.DataFrame) -> list[Block]:
    """Return whom to call, in order, each with the reason; `found` is what `triage` returns."""
    head = ("", "Patient", "Why first", "In a sentence", "Also", "28 days")
    title = heading("Whom to call, in order")
    if not len(found):
        return [title, text("No patient is known.")]
    told = [_place(place, row) for place, row in enumerate(found.to_dict("records"), start=1)]
    return [title, text(_counts(found), leads=True), rows(head, (5, 14, 13, 44, 13, 11), told),
            text("28 days: sessions recorded, of those due, in the last 28 days. The order has no weights; its cuts "
                 "are our own convention and stand below. Nobody watches a diary.", quiet=True)]  # fmt: skip


def numbers(table: pd.DataFrame) -> list[Block]:
    """Return the middle of each number over the patients, with how many of them have it.

    Parameters
    ----------
    table : as `overview` returns it
    """
    found = caseload_table(table)
    head = ("Number", "Patients", "Without", "Median", "Middle half")
    told = [_middle(one.plain, one.unit, found.loc[one.name]) for one in dozen() if one.name in found.index]
    return [heading("The caseload in numbers"), rows(head, (40, 12, 12, 14, 22), told, together=True),
            text("A number that a patient does not have is left out, never counted as 0.", quiet=True)]  # fmt: skip


def charts(cells: pd.DataFrame, patients: Sequence[str]) -> list[Block]:
    """Return the charts of the caseload, each below its answer; `patients` are in calling order."""
    with on_paper():
        panels = caseload_panels(cells, patients)
    return [heading("The caseload in pictures"), *charts_of(panels)]


def _counts(found: pd.DataFrame) -> str:
    counts = found["name"].value_counts()
    told = [f"{lowered(words)} {counts[name]}" for name, words in TIER_WORDS.items() if name in counts]
    call = int((~found["name"].isin(NOT_CALLED)).sum())
    return f"{f'{call} of {len(found)} to call' if call else 'Nobody to call'}: {', '.join(told)}."


def _place(place: int, row: dict[str, Any]) -> tuple[str, ...]:
    also = ", ".join(lowered(TIER_WORDS[name]) for name in row["also"].split(";") if name)
    return (str(place), row["patient_id"], lowered(TIER_WORDS[row["name"]]), f"{row['reason']}.", also,
            in_words(row["rolling_28"], "share"))  # fmt: skip


def _middle(name: str, unit: str, row: pd.Series) -> tuple[str, ...]:
    low, high = (in_words(row[end], unit) for end in ("lower_quartile", "upper_quartile"))
    half = MISSING if MISSING in (low, high) else f"{low} to {high}"
    return name, f"{row['patients']:.0f}", f"{row['missing']:.0f}", in_words(row["median"], unit), half
