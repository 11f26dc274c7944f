"""Notes that nobody has read, and what is quoted of one that has a flagged word."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from toolkit.measures.reviews import last_reviews
from toolkit.plan.note_words import found_words

Unread = Collection[str] | Collection[tuple[str, str]]  # entry ids, or each with its patient: an id is a patient's own

QUOTED = 120  # characters of a note that are quoted whole; of a longer one, the words with what stands around them
AROUND = 50


def unread_notes(log: pd.DataFrame, reviews: pd.DataFrame | None = None) -> list[tuple[str, str]]:
    """Return patient and entry id of each note that no review of the patient can have known of.

    Parameters
    ----------
    log : the table of log rows
    reviews : the table of reviews; without one nothing has been read

    Notes
    -----
    A note counts as read when its patient was reviewed after it was done and written down. When a file was imported
    does not stand in the log: a row without `logged_at` counts from the hour it was done.
    """
    noted = log[log["note"].notna()] if "note" in log else log[:0]
    written = ["performed_at", "logged_at"] if "logged_at" in log else ["performed_at"]
    at = noted[written].apply(pd.to_datetime).max(axis=1).to_numpy("datetime64[us]")
    seen = last_reviews(reviews)["reviewed_at"].reindex(noted["patient_id"]).to_numpy("datetime64[us]")
    unread = noted[~(at <= seen)]
    return list(zip(unread["patient_id"], unread["entry_id"], strict=True))  # an id is a patient's own


def named(patients: Collection[str], names: Iterable[str], unread: Unread | None) -> npt.NDArray[np.bool_]:
    """Tell which rows are among the unread: by their name, or by patient and name where `unread` says both."""
    wanted = set(unread or ())
    if not wanted:
        return np.zeros(len(patients), dtype=bool)
    return np.array([one[1] in wanted or one in wanted for one in zip(patients, names, strict=True)], dtype=bool)


def aside_names(rows: pd.DataFrame) -> list[str]:
    """Return what a row set aside at import is called in place of an entry id: `own:1a2b3c::4`, no entry's own id."""
    sheets = rows["sheet"].astype(object).where(rows["sheet"].notna(), "")
    return [aside_name(*one) for one in zip(rows["source"], sheets, rows["line"], strict=True)]


def aside_name(source: str, sheet: str | None, line: int) -> str:
    """Return the name of one row set aside: its file, sheet and line."""
    return f"{source}:{sheet or ''}:{line}"


def quoted(note: str) -> str:
    """Return what a reader needs of a note that has a flagged word, in quotation marks; empty where it has none."""
    found = found_words(note)
    if not found:
        return ""
    text = " ".join(note.split())
    if len(text) <= QUOTED:
        return f"“{text}”"
    first = found[0].words.split()[0]
    at = max(text.casefold().find(first.casefold()), 0)
    begin, end = max(at - AROUND, 0), at + len(found[0].words) + AROUND
    return f"“{'…' if begin else ''}{text[begin:end].strip()}{'…' if end < len(text) else ''}”"


@lru_cache(maxsize=4_096)
def on(day: pd.Timestamp, as_of: object) -> str:
    """Return a day as people say it: 12 March, with its year where that is not the year of `as_of`."""
    return f"{day.day} {day:%B}" + ("" if day.year == pd.Timestamp(str(as_of)).year else f" {day.year}")
