"""The sections of a report on one patient."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.charts.base import on_paper
from toolkit.charts.patient import patient_panels
from toolkit.documents.blocks import Block, bullets, callout, cards, charts_of, heading, rows, text
from toolkit.documents.numbers import day, dozen, in_words
from toolkit.measures.catalogue import Measure
from toolkit.measures.coding import EDGE
from toolkit.measures.overview import overview
from toolkit.measures.review import PatientReview
from toolkit.plan.catalogue import name_of
from toolkit.plan.wording import SIDE_WORDS, dose_in_words

WATCHED = "Nobody watches a diary: this says what stood in it when the report was made."


def signs(review: PatientReview) -> list[Block]:
    """Return the safety signs in a box of their own, nothing where there are none."""
    if not len(review.signs):
        return []
    said = [f"{one[:1].upper()}{one[1:]}." for one in dict.fromkeys(review.signs["says"])]
    return [callout("Look at this first", [*said, WATCHED])]


def numbers(review: PatientReview) -> list[Block]:
    """Return the dozen numbers, and a word of warning where the diary has too little."""
    title = heading("The numbers")
    table = overview(review.cells, review.rows, rules=review.rules)
    if not len(table):
        why = "No day is to be counted yet." if len(review.prescriptions) else "No exercise was ever prescribed."
        return [title, text(f"{why} So there are no numbers.")]
    row = table.iloc[0]
    told = [cards(_card(row, one, begun=bool((review.cells["performed"] > 0).any())) for one in dozen())]
    if row["coverage"] < review.rules.coverage_min - EDGE:
        share = f"{100 * review.rules.coverage_min:g} %"
        told.insert(
            0, text(f"Too little diary to judge: less than {share} of what was due lies on days with an entry.")
        )
    return [title, *told]


def _card(row: pd.Series, one: Measure, *, begun: bool) -> tuple[str, str]:
    """Return a number with its name; where no session was ever done, days since the last one are days without any."""
    value = in_words(row[one.name], one.unit)
    if one.name == "days_since_last_session" and not begun:
        return value, "active days, none with a session"
    return value, one.plain


def regimen(review: PatientReview) -> list[Block]:
    """Return what is prescribed on the last day counted, in a sentence each, and what is paused on it."""
    as_of, rx = pd.Timestamp(review.rules.as_of), review.prescriptions
    now = _holding(rx, as_of)
    paused = _holding(review.pauses, as_of)
    title = heading("Prescribed now")
    if not len(now):
        return [title, text(_nothing_now(rx, as_of))]
    return [title, bullets([*map(_dose, now.to_dict("records")), *map(_pause, paused.to_dict("records"))]),
            text("A dose is sets x repetitions x hold.", quiet=True)]  # fmt: skip


def _holding(table: pd.DataFrame, on: pd.Timestamp) -> pd.DataFrame:
    return table[(table["first_day"] <= on) & (table["last_day"] >= on)]


def _nothing_now(rx: pd.DataFrame, as_of: pd.Timestamp) -> str:
    if not len(rx):
        return "No exercise was ever prescribed."
    if (rx["first_day"] > as_of).all():
        return f"Nothing yet: the first regimen begins on {day(rx['first_day'].min())}."
    return f"Nothing: the last regimen ran until {day(rx.loc[rx['first_day'] <= as_of, 'last_day'].max())}."


def _dose(row: dict[str, Any]) -> str:
    name = name_of(row["exercise"]) + SIDE_WORDS[row["side"]]
    return f"{name}: {dose_in_words(row)}; {day(row['first_day'])} to {day(row['last_day'])}."


def _pause(row: dict[str, Any]) -> str:
    what = "All exercises" if pd.isna(row["exercise"]) else name_of(row["exercise"])
    why = "" if pd.isna(row["reason"]) else f" ({row['reason']})"
    return f"Paused: {what.lower()}, {day(row['first_day'])} to {day(row['last_day'])}{why}."


def charts(review: PatientReview) -> list[Block]:
    """Return the charts, each below its answer."""
    with on_paper():
        panels = list(patient_panels(review))
    return [heading("Day by day, week by week"), *charts_of(panels)]


def reviews(review: PatientReview) -> list[Block]:
    """Return who dealt with the patient and when, the newest first."""
    title = heading("Reviews")
    if not len(review.reviews):
        return [title, text("Nobody has written down a review yet.")]
    found = review.reviews.sort_values("reviewed_at", ascending=False, kind="stable").to_dict("records")
    head = ("When", "Who", "What", "Note", "Look again on")
    return [title, rows(head, (17, 20, 12, 34, 17), map(_review, found))]


def _review(row: dict[str, Any]) -> tuple[str, ...]:
    at = row["reviewed_at"]
    note = "" if pd.isna(row["note"]) else row["note"]
    return f"{day(at)}, {at:%H:%M}", row["reviewed_by"], row["action"], note, day(row["look_again_on"])
