"""Numbers as a reader meets them: in plain words with their unit, and defined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from toolkit.charts.pain import STATUS
from toolkit.documents.blocks import Block, heading, rows, text
from toolkit.measures.catalogue import Measure, default_columns, measures
from toolkit.plan.wording import day_in_words, per_cent

MISSING = "not enough data"
LETTERS = (
    "In the formulas E, P, C and X are what one exercise, on one side, on one day expects, was performed, is credited "
    "and its dose; F and K are the least and the most dose of one session; Σ adds them up. In a source V means that it "
    "was read, S that a text about it was read, O our own convention."
)
IN_CHARTS = (
    "pain_change.pain_baseline", "pain_change.pain_current", "pain_change.pain_change", "pain_change.flare_days",
    "time_regularity.time_regularity_r", "time_regularity.mean_time_h", "time_regularity.circular_sd_h",
)  # fmt: skip
OF_TRIAGE = ("triage.tier",)
OF_PERIODS = ("rtm_days.data_days", "rtm_days.rtm_tier", "rtm_days.days_needed", "rtm_days.reachable_until")


def dozen() -> list[Measure]:
    """Return the dozen measures a therapist needs, in their order."""
    known = {one.name: one for one in measures() if one.default}
    return [known[name] for name in default_columns()]


def named(*names: str) -> list[Measure]:
    """Return measures by family and name, such as `rtm_days.data_days`."""
    known = {f"{one.family}.{one.name}": one for one in measures()}
    return [known[name] for name in names]


def in_words(value: Any, unit: str) -> str:
    """Return a value with its unit; one that is missing is `not enough data`, never 0.

    Parameters
    ----------
    value : number, word or missing
    unit : as in measures.toml; shares (0-1) become per cent
    """
    if pd.isna(value):
        return MISSING
    if isinstance(value, str):
        return STATUS.get(value, value)
    if unit == "share":
        return per_cent(float(value))
    told = f"{round(float(value), 1):g}"
    return told if unit in ("", "words") else f"{told} {unit.removesuffix('s') if told == '1' else unit}"


def definitions(shown: Iterable[Measure]) -> list[Block]:
    """Return what each number means: formula, what it is taken over, what stands where there is nothing, source."""
    head = ("Number", "Formula", "Taken over", "Where there is nothing", "Source")
    title = heading("What the numbers mean")
    return [title, text(LETTERS, quiet=True, leads=True), rows(head, (20, 25, 20, 15, 20), map(_definition, shown))]


def days_in_words(days: Iterable[Any]) -> str:
    """Return days month by month, neighbours joined: `March 2, 4-7, 9`."""
    stamps = sorted(pd.Timestamp(day) for day in days)
    return "; ".join(f"{month} {', '.join(_runs(numbers))}" for month, numbers in _by_month(stamps))


def day(value: Any) -> str:
    """Return a day in words, nothing where it is missing."""
    return "" if pd.isna(value) else day_in_words(pd.Timestamp(value).date())


def _definition(one: Measure) -> tuple[str, ...]:
    told = (one.formula, one.over, one.edge)
    return f"{one.plain} ({one.name})", *(part.replace("`", "") for part in told), f"{one.source} [{one.flag}]"


def _by_month(stamps: list[pd.Timestamp]) -> Iterator[tuple[str, list[int]]]:
    for month in dict.fromkeys((stamp.year, stamp.month) for stamp in stamps):
        mine = [stamp for stamp in stamps if (stamp.year, stamp.month) == month]
        yield f"{mine[0]:%B}", [stamp.day for stamp in mine]


def _runs(numbers: list[int]) -> Iterator[str]:
    """Return the days of a month, two or more in a row as a span."""
    first = last = numbers[0]
    for number in [*numbers[1:], -1]:
        if number == last + 1:
            last = number
            continue
        yield f"{first}" if first == last else f"{first}-{last}"
        first = last = number
