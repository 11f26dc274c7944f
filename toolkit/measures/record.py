"""One paragraph about a patient, made from the numbers, to copy into the patient's record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from toolkit.measures.adherence import adherence
from toolkit.measures.coding import EDGE
from toolkit.measures.notes import on
from toolkit.measures.pain import change_in_words
from toolkit.measures.persistence import persistence
from toolkit.measures.review import PatientReview
from toolkit.measures.reviews import last_reviews
from toolkit.measures.signs import in_words
from toolkit.plan.catalogue import name_of
from toolkit.plan.wording import SIDE_WORDS, counted, day_in_words, dose_in_words, per_cent

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
    begun = rx[rx["first_day"] <= as_of]
    now = begun[begun["last_day"] >= as_of]
    last = now["last_day"].max()
    told = [_dose_now(row, last, as_of) for row in now.to_dict("records")]
    if told:
        yield f"Prescribed until {on(last, as_of)}: {'; '.join(told)}."
    elif len(begun):
        yield f"Nothing is prescribed on this day; the last regimen ran until {on(begun['last_day'].max(), as_of)}."
    elif len(rx):
        yield f"Nothing is prescribed yet; the first regimen begins on {on(rx['first_day'].min(), as_of)}."
    else:
        yield "No exercise was ever prescribed."


def _dose_now(row: dict[str, Any], last: pd.Timestamp, as_of: pd.Timestamp) -> str:
    sooner = "" if row["last_day"] == last else f" (until {on(row['last_day'], as_of)})"
    return f"{name_of(row['exercise'])}{SIDE_WORDS[row['side']]} {dose_in_words(row)}{sooner}"


def _sessions(review: PatientReview) -> Iterator[str]:
    whole = adherence(review.cells, by=["patient_id"], rules=review.rules)
    if not len(whole) or not whole["expected"].iloc[0] > 0:
        return
    row = whole.iloc[0]
    low, high = per_cent(row["session_adherence"]), per_cent(row["session_adherence_high"])
    told = f"{round(row['credited'], 1):g} of {round(row['expected'], 1):g} sessions recorded ({low}"
    told += ")" if low == high else f"; up to {high} if all days without an entry were kept)"
    told += _dose(row)
    late = row["rolling_28"]
    yield told + (f"; {per_cent(late)} in the last 28 days." if pd.notna(late) else ".")
    silent = int(persistence(review.cells, by=["patient_id"], rules=review.rules)["days_since_last_session"].iloc[0])
    done = review.cells.loc[review.cells["performed"] > 0, "day"]
    if not len(done):
        other = (review.rows["status"] == "done") & (review.rows["reason"] != "known_zero")
        yield "No session that counts was recorded." if other.any() else "No session was recorded."
    elif silent:
        last = on(done.max(), review.rules.as_of)
        yield f"Last session on {last}, {counted(silent, 'active day')} ago."


def _dose(row: pd.Series) -> str:
    if not row["dose_adherence"] > 0:
        return ", without a dose" if row["credited"] > 0 else ""
    known = "" if row["dose_known"] > 1 - EDGE else f" (known of {per_cent(row['dose_known'])} of sessions due)"
    return f", {per_cent(row['dose_adherence'])} of the least prescribed dose{known}"


def _pain(review: PatientReview) -> Iterator[str]:
    change = review.change
    if change is None or not change["pain_days"]:
        yield "No pain was recorded."
    elif pd.isna(change["pain_change"]):
        yield f"Pain given on {counted(change['pain_days'], 'day')}: not enough to judge a change."
    else:
        told = f"Pain {change['pain_baseline']:.1f} of 10 at first, {change['pain_current']:.1f} in the last "
        told += f"{review.rules.pain.window_days} days ({change_in_words(change)})"
        yield f"{told}: {change['pain_status'].replace('_', ' ')}."


def _signs(review: PatientReview) -> Iterator[str]:
    if said := in_words(review.signs).get(review.patient_id):
        yield f"Safety sign: {said[:1].lower()}{said[1:]}."


def _reviewed(review: PatientReview) -> Iterator[str]:
    last = last_reviews(review.reviews)
    if len(last):
        row = last.iloc[0]
        yield f"Last {row['action']} by {row['reviewed_by']} on {on(row['reviewed_at'], review.rules.as_of)}."
