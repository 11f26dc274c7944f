"""Triage of a whole health system: files to rows apart by patient, patients to their calling order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.measures.notes import unread_notes
from toolkit.measures.triage import ranked, tiers_of_log
from toolkit.scale.asked import Asked
from toolkit.scale.files import FileRead, read_file, settled
from toolkit.scale.ledger import Ledger
from toolkit.scale.pieces import Piece, by_part, of_log
from toolkit.schema import LOG
from toolkit.tables import make

MOST_THREADS = 4  # more wait for one another


def tiers_of_part(rows: Piece | None, asked: Asked, quarantine: pd.DataFrame) -> pd.DataFrame:
    """Return the tiers of the patients of one part, given all their rows and all that was set aside of them."""
    log = log_of(rows)
    told = {
        "quarantine": quarantine, "reviews": asked.reviews,
        "unread": None if asked.reviews is None else unread_notes(log, asked.reviews),
    }  # fmt: skip
    return tiers_of_log(asked.prescriptions, log, asked.rules, pauses=asked.pauses, **told)


def log_of(rows: Piece | None) -> pd.DataFrame:
    """Return the rows of a piece as a log, of none an empty one."""
    return of_log(make(LOG)).log() if rows is None else rows.log()


def triage_files(paths: Sequence[Path], asked: Asked, **how: Any) -> pd.DataFrame:
    """Return whom to call, in order, from log files of any size; the parameters are those of `part_by_part`."""
    return ranked(part_by_part(tiers_of_part, paths, asked, **how), asked.rules)


def part_by_part(
    measure: Callable[[Piece | None, Asked, pd.DataFrame], pd.DataFrame],
    paths: Sequence[Path],
    asked: Asked,
    *,
    threads: int | None = None,
    tell: Callable[[str], None] = lambda line: None,
    keep_aside: Callable[[pd.DataFrame], None] = lambda quarantine: None,
    progress: Callable[[int], None] = lambda rows: None,
) -> list[pd.DataFrame]:
    """Return what is measured of the patients of log files, part by part.

    Parameters
    ----------
    measure : gets all rows of a part, what is asked of its patients, and the rows set aside that name one of them
    paths : log files, our own or an app's, or Parquet files of `backcare import`; their order is that of their rows
    threads : how many read and measure at once; as many as there are cores, at most four, unless given
    tell, keep_aside : are given what is to be told of each file, and the rows that were not kept
    progress : is told of every so many rows how many they were, by the thread that read them

    Raises
    ------
    ToolkitError
        If any file cannot be used: with all of them, for a number without a file would be wrong.
    """
    asked = asked.checked()
    with (
        Ledger(asked.parts(paths)) as ledger,
        ThreadPoolExecutor(threads or min(os.cpu_count() or 1, MOST_THREADS)) as pool,
    ):
        files = pool.map(partial(_read_into, ledger, asked, progress), range(len(paths)), paths)
        quarantine = settled(files, tell, keep_aside)
        each = (asked.apart(ledger.parts), by_part(quarantine, ledger.parts))
        return list(pool.map(lambda part, *told: measure(ledger.finish(part), *told), range(ledger.parts), *each))


def _read_into(ledger: Ledger, asked: Asked, progress: Callable[[int], None], number: int, path: Path) -> FileRead:
    for found in read_file(path, asked.reading):
        if isinstance(found, FileRead):
            return found
        ledger.add(found, number)
        progress(len(found))
    raise AssertionError("a file ends with what is to be told of it")
