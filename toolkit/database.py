"""The database under the store: its tables, how it is opened, its errors in words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from toolkit.errors import StoreError
from toolkit.schema import FLAG, INSTANT, LOG, NUMBER

SCHEMA_VERSION = 1

metadata = sa.MetaData()
about = sa.Table("about", metadata, sa.Column("schema_version", sa.Integer, primary_key=True))
heads = sa.Table(
    "regimens",
    metadata,
    sa.Column("regimen_id", sa.String(64), primary_key=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("regimen_id", sa.ForeignKey("regimens.regimen_id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("operation", sa.String(64), nullable=False, unique=True),
    sa.Column("patient_id", sa.String(64), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("written_at", sa.DateTime, nullable=False),
)
KINDS: dict[str, type[sa.types.TypeEngine[Any]]] = {INSTANT: sa.DateTime, FLAG: sa.Boolean, NUMBER: sa.Float}
log_rows = sa.Table(
    "log",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("content", sa.String(64), nullable=False),
    *(sa.Column(column.name, KINDS.get(column.dtype, sa.Text)) for column in LOG.columns),
    sa.UniqueConstraint("patient_id", "entry_id", "content"),
)


def open_engines(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    """Return one engine to read and one to write; no value of a patient may stand in a traceback."""
    try:
        engine = sa.create_engine(url, hide_parameters=True)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StoreError(f"No driver for {url.drivername}: pip install 'backcare[postgres]'.") from None
    if url.get_backend_name() == "sqlite":
        _own_file(Path(url.database or ""))

        @sa.event.listens_for(engine, "connect")
        def settings(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # BEGIN is ours, not the driver's
            for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
                connection.execute(f"PRAGMA {setting}")

        @sa.event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            # a transaction that reads first and writes later would be refused at once when another writes
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine, engine.execution_options(writing=True)


def _own_file(path: Path) -> None:
    """Make a new file readable by its owner alone, before anything is written into it."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"The store {path.name} cannot be opened: {error.strerror}.") from None


def prepare(read: sa.Engine, write: sa.Engine) -> None:
    """Make the tables of a new store; refuse one that a later Backcare has made."""
    with write.begin() as connection:
        metadata.create_all(connection)
        version = connection.scalar(sa.select(sa.func.max(about.c.schema_version)))
        if version is None:
            connection.execute(sa.insert(about).values(schema_version=SCHEMA_VERSION))
    if version is not None and version > SCHEMA_VERSION:
        raise StoreError(f"The store was made by a later Backcare (schema {version}); this one knows {SCHEMA_VERSION}.")
    if read.dialect.name == "sqlite":
        with read.connect() as connection:
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        if (journal, synchronous) != ("wal", 2):
            raise StoreError("The store cannot keep a save through a power cut here: put its file on a local disk.")


@contextlib.contextmanager
def in_words(done: str) -> Iterator[None]:
    """Turn a database's error into one sentence; the cause is named, no value of a patient is."""
    try:
        yield
    except DBAPIError as error:
        cause = str(error.orig).splitlines()[0]
        raise StoreError(f"The store cannot be {done}: {cause}. Nothing was saved.") from None


def url_of(text: str) -> sa.URL:
    """Return the URL that `text` is, or the one of the SQLite file whose path it is."""
    if "://" not in text:
        return sqlite_url(Path(text).expanduser())
    try:
        url = sa.make_url(text)
    except ArgumentError:
        raise StoreError("The store must be a URL such as sqlite:///clinic.sqlite or the path of a file.") from None
    return sqlite_url(Path(url.database)) if url.get_backend_name() == "sqlite" and url.database else url


def sqlite_url(path: Path) -> sa.URL:
    """Return the URL of a SQLite file; its folder must be there."""
    if path.is_dir() or not path.parent.is_dir():
        raise StoreError(f"The store must be a file in a folder that is there; found {path.name}.")
    return sa.URL.create("sqlite", database=str(path.absolute()))
