"""Days with an entry in periods of 30 days, as a page of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from toolkit.documents.blocks import Block, heading, rows, text
from toolkit.documents.numbers import day, days_in_words
from toolkit.measures.review import PatientReview
from toolkit.measures.rtm import SAYS, rtm_days, tier_rules
from toolkit.plan.wording import counted

TIERS = {"none": "no class", "2_to_15": "2 to 15 days", "16_to_30": "16 to 30 days"}


def evidence(review: PatientReview, first_day: date | None = None) -> list[Block]:
    """Return the section on data days of a patient: the days of each period, what is still needed, and the class.

    Parameters
    ----------
    review : of the patient
    first_day : first day of the first period; the patient's first prescribed day unless given

    Raises
    ------
    TableError
        If `first_day` lies after the last day counted or long before it.
    """
    head = [
        heading("Days with an entry, by periods of 30 days"),
        text(
            f"For remote therapeutic monitoring (USA): {SAYS}. A diary on paper or in a notebook may not be the device "
            "that billing codes presuppose. A day counts once, done, not done or a value of pain, paused or not.",
            leads=True,
        ),
    ]
    begins = first_day or _first_day(review)
    if begins is None:
        return [*head, text("No period has begun: nothing was prescribed up to the last day counted.")]
    found = rtm_days(review.rows, first_day=begins, rules=review.rules).to_dict("records")
    if not found:
        return [*head, text("No entry was recorded, so no day counts.")]
    titles = ("Period", "Days", "Which days", "Class", "Still needed")
    return [*head, rows(titles, (22, 8, 30, 17, 23), map(_row, found)), text(_dated(found), quiet=True)]


def _first_day(review: PatientReview) -> date | None:
    first = review.prescriptions["first_day"].min()
    return None if pd.isna(first) or first > pd.Timestamp(review.rules.as_of) else first.date()


def _row(period: dict[str, Any]) -> tuple[str, ...]:
    span = f"{day(period['period_first_day'])} to {day(period['period_last_day'])}"
    dates = days_in_words(period["dates"].split(";")) if period["dates"] else "none"
    code = "" if pd.isna(period["code"]) else f" ({period['code']})"
    return span, str(period["data_days"]), dates, TIERS[period["rtm_tier"]] + code, _needed(period)


def _needed(period: dict[str, Any]) -> str:
    """Return what the next class still asks, and by when."""
    needed = int(period["days_needed"])
    if not needed:
        return "nothing: the highest class"
    days = f"{counted(needed, 'day')} for the next class"
    if pd.notna(period["reachable_until"]):
        return f"{days}, begun by {day(period['reachable_until'])} at the latest"
    return f"{days}: {'the period is over' if period['over'] else 'out of reach'}"


def _dated(found: list[dict[str, Any]]) -> str:
    """Return by which rules the periods were judged, each with its day and source."""
    return "A period is judged by the rule in force on its first day. " + " ".join(_rules(found))


def _rules(found: list[dict[str, Any]]) -> Iterator[str]:
    begins = [period["period_first_day"].date() for period in found]
    rules = tier_rules()
    for rule, following in zip(rules, [*rules[1:], None], strict=True):
        until = following.valid_from if following else date.max
        if any(rule.valid_from <= first < until for first in begins):
            classes = ", ".join(f"{TIERS[tier.rtm_tier]} from {tier.least_days}" for tier in rule.tiers)
            yield f"Rule of {day(rule.valid_from) if rule.valid_from.year > 1 else 'the days before'}: {classes}."
