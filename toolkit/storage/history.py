"""The append-only history: one chain of entries a subject, each holding the digest of the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from toolkit.errors import Conflict
from toolkit.storage.tables import entries, heads


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: a revision, a screening, a pause, a review, an import, a template, a set of alert rules.

    `number` counts a subject's entries from 1; `operation` is the id of the act; `written_at` is UTC; `before` is the
    digest of the subject's entry before, empty for the first.
    """

    kind: str
    subject: str
    number: int
    operation: str
    patient_id: str | None
    body: str
    author: str | None
    reason: str | None
    written_at: str
    before: str

    @property
    def digest(self) -> str:
        """SHA-256 over everything the entry says; it anchors the chain wherever it is printed."""
        said = [self.kind, self.subject, self.number, self.operation, self.patient_id, self.body, self.author,
                self.reason, self.written_at, self.before]  # fmt: skip
        return hashlib.sha256(plain(said).encode("ascii")).hexdigest()

    @property
    def data(self) -> Any:
        """What the entry holds, as plain data."""
        return json.loads(self.body)


FIELDS = tuple(Entry.__dataclass_fields__)


def plain(data: Any) -> str:
    """Return data as JSON in its one form: ASCII, no blanks."""
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def append(
    connection: sa.Connection, kind: str, subject: str, data: Any, *, operation: str, at: datetime,
    patient_id: str | None = None, author: str | None = None, reason: str | None = None, follows: int | None = None,
) -> Entry:  # fmt: skip
    """Add an entry to a subject's chain and return it.

    Parameters
    ----------
    data : what the entry holds, plain data
    follows : the number the writer has seen last; without it the entry follows whatever is there

    Raises
    ------
    Conflict
        If the chain has gone on, or belongs to another patient: nothing is written.
    """
    number, before = _next(connection, kind, subject, patient_id, follows)
    written_at = at.astimezone(UTC).isoformat(timespec="microseconds")
    entry = Entry(kind, subject, number, operation, patient_id, plain(data), author, reason, written_at, before)
    values = {name: getattr(entry, name) for name in FIELDS}
    connection.execute(sa.insert(entries).values(**values, digest=entry.digest))
    this = (heads.c.kind == kind) & (heads.c.subject == subject)
    connection.execute(sa.update(heads).where(this).values(digest=entry.digest))
    return entry


def by_operation(connection: sa.Connection, operation: str) -> Entry | None:
    """Return the entry that an act has made already, or None."""
    found = connection.execute(_select().where(entries.c.operation == operation)).one_or_none()
    return Entry(*found) if found else None


def read(
    connection: sa.Connection, kind: str, *, subject: str | None = None, patient_id: str | None = None
) -> list[Entry]:
    """Return the entries of a kind, those of one subject or one patient where given, in the order they were added."""
    query = _select().where(entries.c.kind == kind).order_by(entries.c.place)
    if subject is not None:
        query = query.where(entries.c.subject == subject)
    if patient_id is not None:
        query = query.where(entries.c.patient_id == patient_id)
    return [Entry(*row) for row in connection.execute(query)]


def newest(connection: sa.Connection, kind: str, subject: str) -> Entry | None:
    """Return the last entry of a subject's chain, None where there is none."""
    this = (entries.c.kind == kind) & (entries.c.subject == subject)
    found = connection.execute(_select().where(this).order_by(entries.c.number.desc()).limit(1)).one_or_none()
    return Entry(*found) if found else None


def _select() -> sa.Select[Any]:
    return sa.select(*(entries.c[name] for name in FIELDS))


def _next(
    connection: sa.Connection, kind: str, subject: str, patient_id: str | None, follows: int | None
) -> tuple[int, str]:
    """Move a chain's head by exactly one and return its new number and the digest it had; else raise `Conflict`."""
    if not follows:  # the first entry makes the head; a like one made meanwhile is taken
        values = {"kind": kind, "subject": subject, "patient_id": patient_id}
        made = "INSERT INTO heads VALUES (:kind, :subject, :patient_id, 0, '') ON CONFLICT DO NOTHING"
        connection.execute(sa.text(made), values)
    this = (heads.c.kind == kind) & (heads.c.subject == subject) & heads.c.patient_id.is_not_distinct_from(patient_id)
    seen = sa.true() if follows is None else heads.c.number == follows
    moved = sa.update(heads).where(this & seen).values(number=heads.c.number + 1)
    row = connection.execute(moved.returning(heads.c.number, heads.c.digest)).one_or_none()
    if row is None:
        raise Conflict(
            f"The {kind} was changed since it was opened: number {(follows or 0) + 1} cannot follow what the store "
            "holds. Nothing was saved, and what you typed is still here. Open the newest revision and compare."
        )
    return int(row[0]), str(row[1])
