"""What somebody should look at before a log is imported: whose it may not be, and what is held already."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pandas as pd

from toolkit.logs.read import ImportResult
from toolkit.typed import shown

ALIKE = 0.75  # of the characters, 0-1: p-101 and p101 are, p101 and p207 are not
MOST_TOLD = 5  # patients
WHOLE_HISTORY = ("strong", "hevy", "fitnotes")  # apps that always export everything


def second_look(result: ImportResult, *, known: Sequence[str], held: pd.DataFrame | None) -> list[str]:
    """Return in sentences what to look at before a file is imported.

    Parameters
    ----------
    known : pseudonyms of the clinic's patients
    held : the log the clinic has of the file's one patient, None where there are several or none is known
    """
    if result.questions or not len(result.log):
        return []
    whose = sorted(result.log["patient_id"].unique())
    strangers = [one for one in whose if one not in known]
    found = [_stranger(one, [*known, *(other for other in whose if other != one)]) for one in strangers[:MOST_TOLD]]
    twice = int(result.log.duplicated(["patient_id", "entry_id"]).sum())
    if twice:
        found.append(f"Entries whose id stands in the file before: {twice}. Only the one written last counts.")
    return found + (_held(result, held) if held is not None else [])


def _stranger(one: str, others: Sequence[str]) -> str:
    alike = difflib.get_close_matches(one, others, 2, ALIKE)
    like = f" It is like {' and '.join(map(shown, alike))}." if alike else ""
    return f"Not a patient of this clinic yet: {shown(one)}.{like} Check the pseudonym."


def _held(result: ImportResult, held: pd.DataFrame) -> list[str]:
    """Say where earlier files of the same kind and this one do not fit: another's file, or a corrected one."""
    held = held[held["source"].fillna("").str.startswith(f"{result.format}:")].drop_duplicates("entry_id")
    inside = held["entry_id"].isin(result.log["entry_id"])
    if len(held) and not inside.any() and result.format in WHOLE_HISTORY:
        return [f"None of the {len(held)} entries held of this patient from this app is in this file: is it theirs?"]
    days = result.log["performed_at"]
    gone = int((~inside & held["performed_at"].between(days.min(), days.max())).sum())
    return [f"Held of these days from earlier files, and not in this one: {gone}. They stay held."] if gone else []
