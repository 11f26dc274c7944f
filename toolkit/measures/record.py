"""One paragraph about a patient, made from the numbers, to copy into the patient's record."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.measures.coding import EDGE
from toolkit.measures.notes import on
from toolkit.measures.persistence import persistence
from toolkit.measures.review import PatientReview
from toolkit.measures.reviews import last_reviews
from toolkit.measures.signs import in_words
from toolkit.plan.catalogue import name_of
from toolkit.plan.wording import day_in_words, dose_in_words

CAVEAT = "Self-reported: the numbers describe what was recorded, and diaries read high."  # docs/measures.md


def record_paragraph(review: PatientReview) -> str:
    """Return what stands to be said of a patient, in full sentences without markup.

    Who, which days, what is prescribed now, what was recorded as an interval, silence, pain with its change, safety
    signs, who reviewed last. What is not known is said to be so; nothing is judged.
    """
    sentences = [*_regimen(review), *_sessions(review), *_pain(review), *_signs(review), *_reviewed(review), CAVEAT]
    return " ".join(sentences)


def _regimen(review: PatientReview) -> Iterator[str]:
    as_of = pd.Timestamp(review.rules.as_of)
    rx = review.prescriptions
    yield f"Home exercise of patient {review.patient_id}, up to {day_in_words(review.rules.as_of)}."
    now = rx[(rx["first_day"] <= as_of) & (rx["last_day"] >= as_of)]
    told = [f"{_named(row['exercise'], row['side'])} {dose_in_words(row)}" for row in now.to_dict("records")]
    if told:
        yield f"Prescribed until {on(now['last_day'].max(), as_of)}: {'; '.join(told)}."
    elif len(rx):
        yield f"Nothing is prescribed on this day; the last regimen ran until {on(rx['last_day'].max(), as_of)}."
    else:
        yield "No exercise was ever prescribed."


def _named(exercise: str, side: str) -> str:
    return name_of(exercise) + {"both": ", each leg", "left": ", left", "right": ", right"}.get(side, "")


def _sessions(review: PatientReview) -> Iterator[str]:
    whole = adherence(review.cells, by=["patient_id"], rules=review.rules)
    if not len(whole) or not whole["expected"].iloc[0] > 0:
        return
    row = whole.iloc[0]
    low, high = f"{100 * row['session_adherence']:.0f}", f"{100 * row['session_adherence_high']:.0f}"
    told = f"{round(row['credited'], 1):g} of {round(row['expected'], 1):g} sessions recorded ({low} %"
    told += ")" if low == high else f"; up to {high} % if all days without an entry were kept)"
    told += _dose(row)
    late = row["rolling_28"]
    yield told + (f"; {100 * late:.0f} % in the last 28 days." if pd.notna(late) else ".")
    silent = int(persistence(review.cells, by=["patient_id"], rules=review.rules)["days_since_last_session"].iloc[0])
    done = review.cells.loc[review.cells["performed"] > 0, "day"]
    if not len(done):
        yield "No session was recorded."
    elif silent:
        last = on(done.max(), review.rules.as_of)
        yield f"Last session on {last}, {silent} active day{'' if silent == 1 else 's'} ago."


def _dose(row: pd.Series) -> str:
    if not row["dose_adherence"] > 0:
        return ", without a dose" if row["credited"] > 0 else ""
    known = "" if row["dose_known"] > 1 - EDGE else f" (known of {100 * row['dose_known']:.0f} % of sessions due)"
    return f", {100 * row['dose_adherence']:.0f} % of the least prescribed dose{known}"


def _pain(review: PatientReview) -> Iterator[str]:
    change = review.change
    if change is None or not change["pain_days"]:
        yield "No pain was recorded."
    elif pd.isna(change["pain_change"]):
        days = int(change["pain_days"])
        yield f"Pain given on {days} day{'' if days == 1 else 's'}: not enough to judge a change."
    else:
        per_cent = "" if pd.isna(change["pain_change_pct"]) else f", {change['pain_change_pct']:+.0f} %"
        told = f"Pain {change['pain_baseline']:.1f} of 10 at first, {change['pain_current']:.1f} in the last "
        told += f"{review.rules.pain.window_days} days ({change['pain_change']:+.1f}{per_cent})"
        yield f"{told}: {change['pain_status'].replace('_', ' ')}.".replace("-", "−")


def _signs(review: PatientReview) -> Iterator[str]:
    if said := in_words(review.signs).get(review.patient_id):
        yield f"Safety sign: {said[:1].lower()}{said[1:]}."


def _reviewed(review: PatientReview) -> Iterator[str]:
    last = last_reviews(review.reviews)
    if len(last):
        row = last.iloc[0]
        yield f"Last {row['action']} by {row['reviewed_by']} on {on(row['reviewed_at'], review.rules.as_of)}."
