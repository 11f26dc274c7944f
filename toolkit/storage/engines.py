"""How a store's database is opened, and its errors in words."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from toolkit.errors import StoreError
from toolkit.storage.tables import SCHEMA_VERSION, about, guards, metadata

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "fuse.rclone", "davfs"}
LASTING = ("fsync", "full_page_writes", "synchronous_commit")  # else PostgreSQL may lose what it acknowledged
LOCAL = (None, "", "localhost", "127.0.0.1", "::1")
NEXT_STEPS = {
    "locked": "Somebody else is writing: try again in a moment.",
    "full": "Free some space on the disk, then try again.",
    "no space": "Free some space on the disk, then try again.",
    "unable to open": "Check that its folder is there and may be written to.",
    "permission": "Check that its folder is there and may be written to.",
    "readonly": "The file may only be read here: ask who may write it.",
    "disk I/O": "The disk did not take it: check the disk, then try again.",
    "input/output": "The disk did not take it: check the disk, then try again.",
    "connection": "Check that the server runs and that its address is right.",
}


def open_engines(url: sa.URL) -> tuple[sa.Engine, sa.Engine]:
    """Return one engine to read and one to write; no value of a patient may stand in a traceback."""
    if (backend := url.get_backend_name()) not in ("sqlite", "postgresql"):
        raise StoreError(f"The store must be of SQLite or PostgreSQL; found {backend}.")
    sqlite = backend == "sqlite"
    _refuse_network(url)
    try:
        # histories are read at one moment; PostgreSQL would else show each statement another one
        isolation = {} if sqlite else {"isolation_level": "REPEATABLE READ"}
        engine = sa.create_engine(url, hide_parameters=True, **isolation)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StoreError(f"No driver for {url.drivername}: pip install 'backcare[postgres]'.") from None
    if not sqlite:
        return engine, engine.execution_options(isolation_level="READ COMMITTED")
    _own_file(Path(url.database or ""))

    @sa.event.listens_for(engine, "connect")
    def settings(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, not the driver's
        for setting in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        # a transaction that reads first and writes later would be refused at once when another writes
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine, engine.execution_options(writing=True)


def prepare(read: sa.Engine, write: sa.Engine, *, must_exist: bool = False) -> None:
    """Make the tables of a new store; refuse one of another schema, or one that may lose what it acknowledged."""
    _refuse_forgetful(read)
    version = version_of(read)
    if version is None:
        if must_exist:
            raise StoreError("This database holds no store of Backcare.")
        with read.connect() as connection:
            if sa.inspect(connection).get_table_names():
                raise StoreError("The database holds tables of something else: give the store one of its own.")
        with write.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(2026)")  # two may open a new store at once
            make_tables(connection)
    elif version > SCHEMA_VERSION:
        raise StoreError(f"The store was made by a later Backcare (schema {version}); this one knows {SCHEMA_VERSION}.")
    elif version < SCHEMA_VERSION:
        raise StoreError(
            f"The store has schema {version}, this Backcare needs {SCHEMA_VERSION}. Bring it up to date, with a backup "
            "first: backcare upgrade URL --backup FILE"
        )


def refuse_missing(url: sa.URL) -> None:
    """Refuse a SQLite file that is not there: what only looks at a store must not make one of a mistyped name."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise StoreError(f"There is no store {Path(url.database or '').name} in the folder given.")


def make_tables(connection: sa.Connection) -> None:
    """Make every table and guard that is not there yet, and note the schema's version."""
    metadata.create_all(connection)
    for statement in guards(connection.dialect.name):
        connection.exec_driver_sql(statement)
    if connection.scalar(sa.select(sa.func.max(about.c.schema_version))) is None:
        connection.execute(sa.insert(about).values(schema_version=SCHEMA_VERSION))


def version_of(engine: sa.Engine) -> int | None:
    """Return the schema's version of a store, None for a database without one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(about.name):
            return None
        return connection.scalar(sa.select(sa.func.max(about.c.schema_version)))


@contextlib.contextmanager
def in_words(done: str) -> Iterator[None]:
    """Turn a database's error into one sentence: its cause and the next step, no value of a patient, no password."""
    try:
        yield
    except (DBAPIError, OSError) as error:
        said = error.orig if isinstance(error, DBAPIError) else error.strerror
        cause = re.sub(r"(?i)(password=|//[^:/@\s]*:)[^\s@]+", r"\1***", str(said).splitlines()[0])
        told = f"The store cannot be {done}: {cause}. Nothing was saved. {_next_step(cause)}"
        raise StoreError(told.rstrip()) from None


def _next_step(cause: str) -> str:
    return next((step for word, step in NEXT_STEPS.items() if word.casefold() in cause.casefold()), "")


def url_of(text: str) -> sa.URL:
    """Return the URL that `text` is, or the one of the SQLite file whose path it is."""
    if not text.strip():
        raise StoreError("Name the store: a URL such as sqlite:///clinic.sqlite or the path of a file.")
    if "://" not in text:
        try:
            return sqlite_url(Path(text).expanduser())
        except RuntimeError:
            raise StoreError("The store's path names a home folder that is not there.") from None
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


def _own_file(path: Path) -> None:
    """Make a new file readable by its owner alone, before anything is written into it."""
    try:
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise StoreError(f"The store {path.name} cannot be opened: {cause}. {_next_step(cause)}".rstrip()) from None


def _refuse_network(url: sa.URL) -> None:
    """A SQLite file on a network drive loses saves; a server elsewhere must prove who it is."""
    if url.get_backend_name() == "sqlite":
        if (kind := _file_system(Path(url.database or ""))) in NETWORK:
            raise StoreError(f"The store lies on a network drive ({kind}), where saves get lost: use a local disk.")
        return
    asked = [url.query.get("host") or url.host or os.environ.get("PGHOST")]
    asked += [url.query.get(name) or os.environ.get(f"PG{name.upper()}") for name in ("hostaddr", "service")]
    if url.query.get("sslmode") != "verify-full" and not all(_is_here(host) for host in asked):
        raise StoreError("A store on another computer must be reached with sslmode=verify-full in its URL.")


def _is_here(host: Any) -> bool:
    """Tell whether a server's address is on this computer; a path is that of a socket."""
    return host in LOCAL or (isinstance(host, str) and host.startswith("/"))


def _file_system(path: Path) -> str:
    """Return the type of the file system that holds a path, where the system tells it."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [(len(place), kind) for place, kind in mounts if path.absolute().is_relative_to(place)]
    return max(holding)[1] if holding else ""


def _refuse_forgetful(engine: sa.Engine) -> None:
    """Ask the database itself whether an acknowledged save outlasts a power cut."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            weak = [] if (journal, synchronous) == ("wal", 2) else ["journal_mode=wal, synchronous=full"]
        else:
            weak = [name for name in LASTING if connection.exec_driver_sql(f"SHOW {name}").scalar() != "on"]
    if weak:
        raise StoreError(f"The store may lose a save in a power cut: it needs {', '.join(weak)}.")
