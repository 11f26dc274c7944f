"""Triage of a whole health system: files to rows apart by patient, patients to their calling order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import LogError, ToolkitError
from toolkit.logs.answers import what_to_answer
from toolkit.logs.formats.base import Lot
from toolkit.logs.gathered import Gathered
from toolkit.logs.mapping import mapping_of
from toolkit.logs.read import begin
from toolkit.logs.source import open_source
from toolkit.measures.attribution import checked_log
from toolkit.measures.cells import refuse_early
from toolkit.measures.grid import check_caseload
from toolkit.measures.notes import unread_notes
from toolkit.measures.triage import ranked, tiers_of_log
from toolkit.plan.files import read_caseload, read_table
from toolkit.rules import Rules
from toolkit.scale.ledger import Ledger
from toolkit.scale.pieces import Piece, by_part, joined, of_log, of_lot
from toolkit.schema import LOG, QUARANTINE, REVIEWS
from toolkit.settings import read_profile
from toolkit.tables import make

CHUNK = 250_000  # rows of a file that are split at once
PATIENTS = 2_500  # measured at once: fewer cost more each, more need more memory


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every file and of every patient.

    Parameters
    ----------
    prescriptions, pauses, reviews : tables of `schema`; without `reviews` no note counts as unread
    reading : what is said of the files, as in `read_log`
    """

    prescriptions: pd.DataFrame
    pauses: pd.DataFrame
    rules: Rules
    reviews: pd.DataFrame | None
    reading: dict[str, Any]

    def parts(self) -> int:
        """Return into how many parts the patients are divided."""
        return max(1, -(-self.prescriptions["patient_id"].nunique() // PATIENTS))

    def apart(self, parts: int) -> Iterator[Asked]:
        """Yield what is asked of the patients of each part."""
        tables = (self.prescriptions, self.pauses, self.reviews)
        apart = ([None] * parts if table is None else by_part(table, parts) for table in tables)
        for prescriptions, pauses, reviews in zip(*apart, strict=True):
            yield replace(self, prescriptions=prescriptions, pauses=pauses, reviews=reviews)


def asked_of(
    regimens: Path,
    as_of: date,
    *,
    pauses: Path | None = None,
    reviews: Path | None = None,
    profile: Path | None = None,
    mapping: Path | None = None,
    patient_id: str | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Asked:
    """Return what is asked, from files; `tell` gets what was left out of the regimens.

    `profile` is the clinic's, whose thresholds in force on `as_of` are used; without one the defaults of `Rules`.

    Raises
    ------
    ToolkitError
        If a file cannot be used.
    """
    rules = Rules(as_of=as_of) if profile is None else read_profile(profile).rules(as_of)
    caseload = read_caseload(regimens, pauses=pauses)
    for notice in caseload.notices:
        tell(notice)
    dealt_with = None if reviews is None else read_table(reviews, REVIEWS)
    said = {"mapping": mapping_of(mapping), "patient_id": patient_id}
    return Asked(caseload.prescriptions, caseload.pauses, rules, dealt_with, said)


def log_files(paths: Iterable[Path]) -> list[Path]:
    """Return log files: those named, and of a folder its Parquet files.

    Raises
    ------
    ToolkitError
        If a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not inside:
            raise ToolkitError(f"The folder {path.name} has no Parquet file of a log.")
        found += inside
    return found


@dataclass(frozen=True, slots=True)
class FileRead:
    """What became of a file beside its rows: how many were kept, what is to be told, or why it cannot be used."""

    name: str
    entries: int = 0
    told: str = ""
    quarantine: pd.DataFrame | None = None
    refused: str = ""


def read_file(path: Path, said: dict[str, Any]) -> Iterator[Piece | FileRead]:
    """Yield the rows of a log file, many at a time, then what is to be told of it; `said` is as in `read_log`."""
    try:
        yield from _from_parquet(path) if path.suffix.lower() == ".parquet" else _from_text(path, said)
    except ToolkitError as error:
        yield FileRead(path.name, refused=str(error))


def _from_parquet(path: Path) -> Iterator[Piece | FileRead]:
    log = checked_log(read_table(path, LOG))
    yield of_log(log)
    yield FileRead(path.name, len(log), f"{path.name}: {len(log)} entries, checked when they were imported")


def _from_text(path: Path, said: dict[str, Any]) -> Iterator[Piece | FileRead]:
    source, before = open_source(path, any_size=True), _stamp(path)
    reading = begin(source, **said)
    pieces, one_by_one = list[Piece](), Gathered(reading)
    for item in reading.lots():
        if isinstance(item, Lot):
            pieces += [*_singly(one_by_one), of_lot(item)]
        else:
            one_by_one.add(item)
        if sum(map(len, pieces)) + one_by_one.kept >= CHUNK:
            yield joined([*pieces, *_singly(one_by_one)])
            pieces = []
    pieces += _singly(one_by_one)
    if pieces:
        yield joined(pieces)
    if reading.questions:
        raise LogError(f"{path.name} needs an answer first.\n{what_to_answer(reading.questions)}")
    if _stamp(path) != before:
        raise LogError(f"{path.name} was changed while it was read. Start again.", code="unreadable")
    told = "\n".join([f"{path.name}: {reading.account}", *reading.notices])
    one_by_one.aside.sort(key=lambda row: row["line"])
    yield FileRead(path.name, reading.kept, told, one_by_one.quarantine())


def _singly(gathered: Gathered) -> list[Piece]:
    """Return the entries that were read one by one, and forget them; what was set aside stays."""
    if not gathered.kept:
        return []
    piece = of_log(gathered.log())
    gathered.forget_entries()
    return [piece]


def _stamp(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_mtime_ns, told.st_size


def tiers_of_part(rows: Piece | None, asked: Asked, quarantine: pd.DataFrame) -> pd.DataFrame:
    """Return the tiers of the patients of one part, given all their rows and all that was set aside of them."""
    log = make_log(rows if rows is not None and len(rows) else None)
    told = {
        "quarantine": quarantine, "reviews": asked.reviews,
        "unread": None if asked.reviews is None else unread_notes(log, asked.reviews),
    }  # fmt: skip
    return tiers_of_log(asked.prescriptions, log, asked.rules, pauses=asked.pauses, **told)


def make_log(rows: Piece | None) -> pd.DataFrame:
    """Return the rows of a piece as a log, of none an empty one."""
    return of_log(make(LOG)).log() if rows is None else rows.log()


def check(asked: Asked) -> Asked:
    """Return what is asked with its caseload in its types.

    Raises
    ------
    RegimenError, RulesError
        If prescriptions contradict themselves, or `as_of` lies long before all of them.
    """
    prescriptions, pauses = check_caseload(asked.prescriptions, asked.pauses)
    refuse_early(prescriptions, asked.rules)
    return replace(asked, prescriptions=prescriptions, pauses=pauses)


def refuse_unread(files: Sequence[FileRead]) -> None:
    """Stop where a file is missing from the rows: a number without it would be wrong.

    Raises
    ------
    ToolkitError
        With every such file and why.
    """
    refused = [one.refused for one in files if one.refused]
    if refused:
        many = f"{len(refused)} of {len(files)} log files cannot be used; nothing was written.\n" * (len(files) > 1)
        raise ToolkitError(many + "\n".join(refused))
    if not any(one.entries for one in files):
        told = "No log row could be kept, so there is nothing to measure; see --quarantine for the reasons."
        raise ToolkitError(told)


def aside_of(files: Sequence[FileRead]) -> pd.DataFrame:
    """Return the rows set aside in all files, in the order of the files."""
    filled = [one.quarantine for one in files if one.quarantine is not None and len(one.quarantine)]
    return pd.concat(filled, ignore_index=True) if filled else make(QUARANTINE)


def triage_files(
    paths: Sequence[Path],
    asked: Asked,
    *,
    threads: int | None = None,
    tell: Callable[[str], None] = lambda line: None,
    keep_aside: Callable[[pd.DataFrame], None] = lambda quarantine: None,
    progress: Callable[[int], None] = lambda rows: None,
) -> pd.DataFrame:
    """Return whom to call, in order, from log files of any size.

    Parameters
    ----------
    paths : log files, our own or an app's, or Parquet files of `backcare import`; their order is that of their rows
    threads : how many read and measure at once; as many as there are cores, at most four, unless given
    tell, keep_aside : are given what is to be told of each file, and the rows that were not kept
    progress : is told of every so many rows how many they were

    Raises
    ------
    ToolkitError
        If any file cannot be used: with all of them, for a calling order without a file would be wrong.
    """
    asked, files = check(asked), list[FileRead]()
    threads = threads or min(os.cpu_count() or 1, 4)
    with Ledger(asked.parts()) as ledger, ThreadPoolExecutor(threads) as pool:
        for one in pool.map(partial(_read_into, ledger, asked, progress), range(len(paths)), paths):
            files.append(one)
            tell(one.told)
        quarantine = aside_of(files)
        keep_aside(quarantine)
        refuse_unread(files)
        each = (asked.apart(ledger.parts), by_part(quarantine, ledger.parts))
        tiers = list(pool.map(partial(_finished, ledger), range(ledger.parts), *each))
    return ranked(tiers, asked.rules)


def _read_into(ledger: Ledger, asked: Asked, progress: Callable[[int], None], number: int, path: Path) -> FileRead:
    for found in read_file(path, asked.reading):
        if isinstance(found, FileRead):
            return found
        ledger.add(found, number)
        progress(len(found))
    raise AssertionError("a file ends with what is to be told of it")


def _finished(ledger: Ledger, part: int, asked: Asked, quarantine: pd.DataFrame) -> pd.DataFrame:
    return tiers_of_part(ledger.finish(part), asked, quarantine)
