"""Logs in the store: each import with its account and its file's digest, each row once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.schema import FLAG, LOG, QUARANTINE, Table
from toolkit.storage import history
from toolkit.storage.history import append, plain
from toolkit.storage.tables import log_rows, quarantine
from toolkit.tables import conform, make

NOWHERE = ("source", "line")  # where a row was read is no part of what it says


@dataclass(frozen=True, slots=True, repr=False)
class Added:
    """What became of the rows of a log: new entries, later versions of held ones, rows held already."""

    new: int
    later_versions: int
    held: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.later_versions} later versions of entries held, {self.held} held already"

    __repr__ = __str__


def add(
    connection: sa.Connection, log: pd.DataFrame, aside: pd.DataFrame, said: dict[str, Any], *,
    operation: str, at: datetime, author: str | None,
) -> Added:  # fmt: skip
    """Add the rows that are not held yet, and an entry that tells of the import; what is held adds nothing.

    Parameters
    ----------
    log, aside : the checked log and its quarantine
    said : what is known of the file: its digest, format, account
    """
    rows = list(records(conform(log, LOG), LOG))
    contents = [content_of(row) for row in rows]
    keys = [(row["patient_id"], row["entry_id"], content) for row, content in zip(rows, contents, strict=True)]
    held = _held(connection, sorted({row["patient_id"] for row in rows}))
    entries = {key[:2] for key in held}
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    new = sorted(place for key, place in first.items() if key not in held)
    put_aside = list(records(conform(aside, QUARANTINE), QUARANTINE))
    if said.get("file_sha256") and _seen(connection, said["file_sha256"], digest(put_aside)):
        put_aside = []
    later = sum(keys[place][:2] in entries for place in new)
    added = Added(len(new) - later, later, len(keys) - len(new))
    said = said | {
        "new": added.new, "later_versions": later, "held": added.held, "set_aside": len(put_aside),
        "rows": digest([rows[place] for place in new]), "aside": digest(put_aside),
    }  # fmt: skip
    entry = append(connection, "import", "imports", said, operation=operation, at=at, author=author)
    stored = [{**rows[place], "content": contents[place]} for place in new]
    for table, values in ((log_rows, stored), (quarantine, put_aside)):
        if values:
            connection.execute(sa.insert(table), [{**row, "import_number": entry.number} for row in values])
    return added


def read(connection: sa.Connection, table: Table, *, where: Any = None) -> pd.DataFrame:
    """Return the log or the quarantine in the order it was added, or a part of it."""
    frame = pd.DataFrame(stored_rows(connection, table, where=where), columns=table.names)
    flags = {
        column.name: frame[column.name].map({0: False, 1: True}) for column in table.columns if column.dtype == FLAG
    }
    return make(table, frame.assign(**flags).to_dict("series"))


def stored_rows(connection: sa.Connection, table: Table, *, where: Any = None) -> list[dict[str, Any]]:
    """Return rows as plain data, exactly as they are stored."""
    stored = log_rows if table is LOG else quarantine
    query = sa.select(*(stored.c[name] for name in table.names)).order_by(stored.c.place)
    return [dict(row) for row in connection.execute(query if where is None else query.where(where)).mappings()]


def records(frame: pd.DataFrame, table: Table) -> Iterator[dict[str, Any]]:
    """Return a table's rows as plain data: instants as text, flags as 0 or 1, missing values as None."""
    columns = [_plain_column(frame[name]) for name in table.names]
    return (dict(zip(table.names, row, strict=True)) for row in zip(*columns, strict=True))


def content_of(row: dict[str, Any]) -> str:
    """Return the digest of what a row says, wherever it was read."""
    return digest({key: value for key, value in row.items() if key not in NOWHERE})


def digest(data: Any) -> str:
    """Return the SHA-256 of plain data in its one form."""
    return hashlib.sha256(plain(data).encode("ascii")).hexdigest()


def _plain_column(column: pd.Series) -> Iterable[Any]:
    if column.dtype.kind == "M":
        return [None if pd.isna(value) else value.isoformat(timespec="microseconds") for value in column]
    if column.dtype.kind == "b":
        return column.astype("int64").tolist()
    return column.astype(object).where(column.notna(), None).tolist()


def _held(connection: sa.Connection, patients: Sequence[str]) -> set[tuple[str, str, str]]:
    """Return patient, entry and content of every row held for these patients."""
    held: set[tuple[str, str, str]] = set()
    for start in range(0, len(patients), 500):
        query = sa.select(log_rows.c.patient_id, log_rows.c.entry_id, log_rows.c.content)
        some = query.where(log_rows.c.patient_id.in_(patients[start : start + 500]))
        held |= {(row[0], row[1], row[2]) for row in connection.execute(some)}
    return held


def _seen(connection: sa.Connection, file_sha256: str, aside: str) -> bool:
    """Tell whether the same rows of the same file were set aside before."""
    said = (entry.data for entry in history.read(connection, "import"))
    return any((one.get("file_sha256"), one["aside"]) == (file_sha256, aside) for one in said)
