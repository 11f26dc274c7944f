"""Log files read for measuring: rows by the hundred thousand or as one table, and what is to be told of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import LogError, ToolkitError
from toolkit.logs.answers import what_to_answer
from toolkit.logs.formats.base import Lot
from toolkit.logs.gathered import Gathered
from toolkit.logs.read import begin, read_log
from toolkit.logs.source import open_source
from toolkit.measures.attribution import checked_log
from toolkit.plan.files import read_table, read_tables
from toolkit.scale.parquet import ASIDE
from toolkit.scale.pieces import Piece, joined, of_log, of_lot
from toolkit.schema import LOG, QUARANTINE
from toolkit.tables import make

CHUNK = 250_000  # rows of a file that are split at once


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
        before = stamp_of(path)
        for found in _from_parquet(path) if _is_parquet(path) else _from_text(path, said):
            if isinstance(found, FileRead) and stamp_of(path) != before:
                raise LogError(f"{path.name} was changed while it was read. Start again.", code="unreadable")
            yield found
    except (ToolkitError, OSError) as error:
        yield FileRead(path.name, refused=_why(path, error))


def read_whole(path: Path, said: dict[str, Any]) -> tuple[pd.DataFrame, FileRead]:
    """Return the rows of a log file as one table, none where it cannot be used, and what is to be told of it."""
    try:
        if _is_parquet(path):
            *tables, told = _stored(path)
            return pd.concat([make(LOG), *tables], ignore_index=True), told
        result = read_log(path, **said)
        if result.questions:
            raise LogError(f"{path.name} needs an answer first.\n{what_to_answer(result.questions)}")
    except (ToolkitError, OSError) as error:
        return make(LOG), FileRead(path.name, refused=_why(path, error))
    return result.log, FileRead(path.name, len(result.log), f"{path.name}: {result.account}", result.quarantine)


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is written to; None where there is no such file."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


def _why(path: Path, error: Exception) -> str:
    told = str(error) if isinstance(error, ToolkitError) else f"it cannot be read: {error}"
    return told if path.name in told else f"{path.name}: {told}"


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() == ".parquet"


def _stored(path: Path) -> Iterator[Any]:
    """Yield the rows of a Parquet file of `backcare import`, table by table, then what is to be told of it."""
    if path.name == ASIDE:
        quarantine = read_table(path, QUARANTINE)
        yield FileRead(path.name, told=f"{path.name}: {len(quarantine)} rows set aside", quarantine=quarantine)
        return
    entries = 0
    for table in read_tables(path, LOG, CHUNK):
        entries += len(table)
        yield checked_log(table)
    yield FileRead(path.name, entries, f"{path.name}: {entries} entries, checked when they were imported")


def _from_parquet(path: Path) -> Iterator[Piece | FileRead]:
    for found in _stored(path):
        yield found if isinstance(found, FileRead) else of_log(found)


def _from_text(path: Path, said: dict[str, Any]) -> Iterator[Piece | FileRead]:
    reading = begin(open_source(path, any_size=True), **said)
    pieces, one_by_one = list[Piece](), Gathered(reading)
    for item in reading.lots():
        if isinstance(item, Lot):
            pieces += [*_singly(one_by_one), of_lot(item)]
        else:
            one_by_one.add(item)
        if reading.questions:  # what was read while a question is open is not kept
            pieces = []
            one_by_one.clear()
        elif sum(map(len, pieces)) + one_by_one.kept >= CHUNK:
            yield joined([*pieces, *_singly(one_by_one)])
            pieces = []
    if reading.questions:
        raise LogError(f"{path.name} needs an answer first.\n{what_to_answer(reading.questions)}")
    if pieces := [*pieces, *_singly(one_by_one)]:
        yield joined(pieces)
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


def settled(
    files: Iterable[FileRead], tell: Callable[[str], None], keep_aside: Callable[[pd.DataFrame], None]
) -> pd.DataFrame:
    """Return the rows set aside in all files, in their order, once they are kept and each file is told of.

    Raises
    ------
    ToolkitError
        With every file that cannot be used and why: a number without it would be wrong.
    """
    known = []
    for one in files:
        known.append(one)
        if one.told:
            tell(one.told)
    filled = [one.quarantine for one in known if one.quarantine is not None and len(one.quarantine)]
    quarantine = pd.concat(filled, ignore_index=True) if filled else make(QUARANTINE)
    keep_aside(quarantine)
    _refuse_unread(known)
    return quarantine


def _refuse_unread(files: Sequence[FileRead]) -> None:
    refused = [one.refused for one in files if one.refused]
    if refused:
        many = f"{len(refused)} of {len(files)} log files cannot be used, so nothing was measured.\n" * (len(files) > 1)
        raise ToolkitError(many + "\n".join(refused))
    if not any(one.entries for one in files):
        told = "No log row could be kept, so there is nothing to measure; see --quarantine for the reasons."
        raise ToolkitError(told)
