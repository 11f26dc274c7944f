"""Backup, restore and upgrade: a whole store copied in one snapshot, checked before it is trusted."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.schema import INSTANT, LOG, QUARANTINE
from toolkit.storage import history, logs
from toolkit.storage.engines import make_tables, open_engines, prepare, sqlite_url, version_of
from toolkit.storage.tables import KINDS, SCHEMA_VERSION, drafts, entries, heads, log_rows, quarantine
from toolkit.storage.verify import Findings, verify
from toolkit.tables import make
from toolkit.writing import sync_folder

TABLES = (heads, entries, drafts, log_rows, quarantine)
AT_A_TIME = 5_000

# schema 1, as it was: read once, by `upgrade`
old = sa.MetaData()
old_about = sa.Table("about", old, sa.Column("schema_version", sa.Integer))
old_heads = sa.Table("regimens", old, *(sa.Column(name, sa.Text) for name in ("regimen_id", "patient_id", "revision")))
old_revisions = sa.Table(
    "revisions", old, sa.Column("revision", sa.Integer), sa.Column("written_at", sa.DateTime),
    *(sa.Column(name, sa.Text) for name in ("regimen_id", "operation", "patient_id", "status", "body")),
)  # fmt: skip
old_log = sa.Table(
    "log", old, sa.Column("place", sa.Integer), sa.Column("content", sa.Text),
    *(sa.Column(column.name, sa.DateTime if column.dtype == INSTANT else KINDS.get(column.dtype, sa.Text))
      for column in LOG.columns),
)  # fmt: skip


def back_up(source: sa.Engine, path: Path) -> Findings:
    """Copy a store, of SQLite or PostgreSQL, into a new SQLite file, and return what checking the copy found.

    Raises
    ------
    StoreError
        If the file is there already, or the store or its copy does not hold: no file is left.
    """
    with _new_file(path) as (read, write):
        prepare(read, write)
        return _copy(source, write)


def restore(path: Path, read: sa.Engine, write: sa.Engine) -> Findings:
    """Copy a backup into a new store, and return what checking it found.

    Raises
    ------
    StoreError
        If the backup is missing or does not hold, or the store holds something already: nothing is written.
    """
    if not path.is_file():
        raise StoreError(f"There is no backup {path.name} in the folder given.")
    backup, _ = open_engines(sqlite_url(path))
    if version_of(backup) != SCHEMA_VERSION:
        raise StoreError(f"{path.name} is no backup of schema {SCHEMA_VERSION}.")
    prepare(read, write)
    try:
        return _copy(backup, write)
    finally:
        backup.dispose()


def upgrade(read: sa.Engine, write: sa.Engine, backup: Path, *, at: datetime) -> str:
    """Bring a store of schema 1 up to date in one transaction, after writing it whole to a new file.

    Raises
    ------
    StoreError
        If the store is not of schema 1, or the backup is there already: nothing is changed.
    """
    if (version := version_of(read)) != 1:
        raise StoreError(f"Only a store of schema 1 can be brought to {SCHEMA_VERSION}; found {version or 'no store'}.")
    with write.begin() as connection:
        with _new_file(backup) as (_, kept):
            _keep_old(connection, kept)
        revisions = connection.execute(sa.select(old_revisions).order_by(old_revisions.c.revision)).mappings().all()
        rows = connection.execute(sa.select(old_log).order_by(old_log.c.place)).mappings().all()
        for table in (old_log, old_revisions, old_heads, old_about):
            table.drop(connection)
        make_tables(connection)
        _bring_over(connection, revisions, rows, at)
    return f"{len(revisions)} revisions and {len(rows)} log rows brought over to schema {SCHEMA_VERSION}"


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Make a new SQLite file, whole under its name at the end, or not there at all."""
    if path.exists():
        raise StoreError(f"{path.name} is there already: a backup is never written over.")
    if not path.parent.is_dir():
        raise StoreError(f"The folder for {path.name} is not there.")
    making = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        read, write = open_engines(sqlite_url(making))
        try:
            yield read, write
            with read.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            read.dispose()
        making.replace(path)
        sync_folder(path.parent)
    finally:
        for rest in ("", "-wal", "-shm"):
            making.with_name(making.name + rest).unlink(missing_ok=True)


def _copy(source: sa.Engine, target: sa.Engine) -> Findings:
    """Copy all rows in one snapshot and one transaction; both sides must hold, and be equal."""
    with source.begin() as giving, target.begin() as taking:
        if any(taking.scalar(sa.select(sa.func.count()).select_from(table)) for table in TABLES):
            raise StoreError("The store is not empty: restore into a new one.")
        for table in TABLES:
            rows = giving.execute(sa.select(table)).mappings()
            while some := rows.fetchmany(AT_A_TIME):
                taking.execute(sa.insert(table), [dict(row) for row in some])
        _go_on_counting(taking)
        given, taken = verify(giving), verify(taking)
        if given.wrong or taken != given:
            raise StoreError(f"The store does not hold, so no copy was made: {'; '.join(given.wrong or taken.wrong)}")
    return taken


def _go_on_counting(connection: sa.Connection) -> None:
    """PostgreSQL counts places by itself: it must go on behind the rows that were copied with theirs."""
    if connection.dialect.name == "postgresql":
        for name in ("entries", "log", "quarantine"):
            last = f"(SELECT coalesce(max(place), 0) + 1 FROM {name})"  # noqa: S608 - our own names
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'place'), {last}, false)")


def _keep_old(connection: sa.Connection, kept: sa.Engine) -> None:
    with kept.begin() as copy:
        old.create_all(copy)
        for table in old.sorted_tables:
            if rows := [dict(row) for row in connection.execute(sa.select(table)).mappings()]:
                copy.execute(sa.insert(table), rows)


def _bring_over(connection: sa.Connection, revisions: Iterable[Any], rows: Iterable[Any], at: datetime) -> None:
    for row in revisions:
        body = json.loads(row["body"])
        history.append(
            connection, "regimen", row["regimen_id"], body, operation=row["operation"], follows=row["revision"] - 1,
            at=row["written_at"].replace(tzinfo=UTC), patient_id=row["patient_id"], author=body.get("written_by"),
            reason="brought over from schema 1",
        )  # fmt: skip
    log = make(
        LOG, pd.DataFrame(rows, columns=[column.name for column in old_log.columns])[LOG.names].to_dict("series")
    )
    said = {"format": "schema 1"}
    logs.add(connection, log, make(QUARANTINE, []), said, operation=secrets.token_hex(16), at=at, author=None)
