"""What changed since somebody last dealt with a patient, in at most three sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.measures.notes import on
from toolkit.measures.review import PatientReview
from toolkit.measures.reviews import last_reviews
from toolkit.measures.signs import in_words
from toolkit.plan.catalogue import name_of
from toolkit.plan.wording import counted, lowered, per_cent

MOST_SENTENCES = 3
WINDOW_DAYS = 14  # looked at where nobody has reviewed the patient yet, and the least compared with


@dataclass(frozen=True, slots=True)
class _Span:
    """Days that are looked at, `first` to the last day counted, and the days before them, of which `before_days`."""

    opening: str
    first: pd.Timestamp
    reviewed_at: Any
    before_days: int


def since_last_review(review: PatientReview, *, signs: bool = True) -> list[str]:
    """Return what is new about a patient, the most pressing first; without a review, of the last 14 days.

    Parameters
    ----------
    review : as `patient_review` returns it
    signs : false where the reader has the safety signs before them already

    Notes
    -----
    Sentences, at most three: safety signs that the last review cannot have known of; sessions recorded, as an interval,
    beside those of the days before (as many, 14 at least); a change of the regimen, a pause, its end; pain beside that
    of the days before. Where there is too little to compare, the sentence says so. How it is compared is our own
    convention (docs/measures.md).
    """
    span = _span(review)
    first = _signs(review, span) if signs else ()
    if span.first > pd.Timestamp(review.rules.as_of):
        return [*first, f"{span.opening}: no day after it is complete yet."]
    sentences = [*first, _sessions(review, span), *_plan(review, span), *_pain(review, span)]
    return sentences[:MOST_SENTENCES]


def _span(review: PatientReview) -> _Span:
    as_of = pd.Timestamp(review.rules.as_of)
    last = last_reviews(review.reviews)
    if not len(last):
        return _Span(f"In the last {WINDOW_DAYS} days", as_of - pd.Timedelta(days=WINDOW_DAYS - 1), pd.NaT, WINDOW_DAYS)
    row = last.iloc[0]
    start = pd.Timedelta(hours=review.rules.day_start.hour, minutes=review.rules.day_start.minute)
    day = (row["reviewed_at"] - start).normalize()  # at 00:30 the day before is not over yet
    told = f"Since {on(row['reviewed_at'], review.rules.as_of)} ({row['action']}, {row['reviewed_by']})"
    return _Span(told, day + pd.Timedelta(days=1), row["reviewed_at"], max(WINDOW_DAYS, (as_of - day).days))


def _signs(review: PatientReview, span: _Span) -> Iterator[str]:
    signs = review.signs
    if pd.notna(span.reviewed_at):
        signs = signs[signs["unread"].astype(bool) | signs["at"].isna() | (signs["at"] > span.reviewed_at)]
    if said := in_words(signs).get(review.patient_id):
        yield f"Safety sign: {said[:1].lower()}{said[1:]}."


def _sessions(review: PatientReview, span: _Span) -> str:
    """Return the sessions of the days looked at, beside those of the days before."""
    now = _summed(review, span.first, pd.Timestamp(review.rules.as_of))
    if now is None:
        return f"{span.opening}: nothing was due."
    counts = f"{round(now['credited'], 1):g} of {round(now['expected'], 1):g} sessions recorded"
    told = f"{span.opening}: {counts} ({_share(now, ' if the days without an entry were kept')})"
    if now["scheduled_days"] < review.rules.min_scheduled_days:
        return f"{told}, on {counted(now['scheduled_days'], 'scheduled day')}: too few to compare."
    last = span.first - pd.Timedelta(days=1)
    days_before = min(span.before_days, (span.first - review.cells["day"].min()).days)
    before = _summed(review, last - pd.Timedelta(days=days_before - 1), last)
    if before is None or before["scheduled_days"] < review.rules.min_scheduled_days:
        return f"{told}; too few days before to compare."
    return f"{told}; in the {days_before} days before {_share(before)}."


def _summed(review: PatientReview, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series | None:
    cells = review.cells[(review.cells["day"] >= first) & (review.cells["day"] <= last)]
    found = adherence(cells, by=["patient_id"], rules=review.rules)
    return found.iloc[0] if len(found) and found["expected"].iloc[0] > 0 else None


def _share(row: pd.Series, why: str = "") -> str:
    low, high = per_cent(row["session_adherence"]), per_cent(row["session_adherence_high"])
    return low if low == high else f"{low}, up to {high}{why}"


def _plan(review: PatientReview, span: _Span) -> Iterator[str]:
    """Return in one sentence what became of the regimen: revisions, pauses and its end."""
    as_of = pd.Timestamp(review.rules.as_of)
    told = []
    begun = review.prescriptions.groupby(["regimen_id", "revision"])["first_day"].min()
    regimens = begun.groupby("regimen_id").min()
    for (regimen, revision), day in sorted(begun.items(), key=lambda one: one[1]):
        if span.first <= day <= as_of:
            what = f"revision {revision}" if day > regimens[regimen] else "a regimen"
            told.append(f"{what} began on {on(day, as_of)}")
    pauses = review.pauses.drop_duplicates(["exercise", "first_day", "last_day"]).sort_values("first_day")
    for pause in pauses.to_dict("records"):
        if pause["first_day"] <= as_of and pause["last_day"] >= span.first:
            what = "paused" if pd.isna(pause["exercise"]) else f"{lowered(name_of(pause['exercise']))} paused"
            told.append(f"{what} {_days(pause['first_day'], pause['last_day'], as_of)}")
    ends = review.prescriptions["last_day"].max()
    if span.first <= ends <= as_of:
        told.append(f"the regimen ended on {on(ends, as_of)}")
    elif pd.notna(ends) and 0 < (ends - as_of).days <= WINDOW_DAYS:
        left = (ends - as_of).days
        told.append(f"the regimen ends in {counted(left, 'day')}, on {on(ends, as_of)}")
    if told:
        said = "; ".join(told)
        yield f"{said[:1].upper()}{said[1:]}."


def _days(first: pd.Timestamp, last: pd.Timestamp, as_of: pd.Timestamp) -> str:
    return f"on {on(first, as_of)}" if first == last else f"from {on(first, as_of)} to {on(last, as_of)}"


def _pain(review: PatientReview, span: _Span) -> Iterator[str]:
    least = review.rules.pain.min_days
    pain = review.pain
    now = pain[pain["day"] >= span.first]
    before = pain[(pain["day"] < span.first) & (pain["day"] >= span.first - pd.Timedelta(days=span.before_days))]
    if len(now) < least:
        if len(pain):
            yield f"Pain given on {counted(len(now), 'day')}: too few to tell."
        return
    told = f"Pain {now['pain'].mean():.1f} of 10 on {counted(len(now), 'day')}"
    if len(before) < max(least, 1):
        yield f"{told}; given on too few days before to compare."
    else:
        yield f"{told}; {before['pain'].mean():.1f} on {counted(len(before), 'day')} before."
