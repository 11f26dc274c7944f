"""The clinic's memory: regimens, screenings, pauses, reviews and logs; SQLite by default, any SQLAlchemy URL."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import sqlalchemy as sa

from toolkit import samples
from toolkit.errors import StoreError
from toolkit.storage import copies, sample_file
from toolkit.storage.alert_sets import AlertSets
from toolkit.storage.diaries import Diaries
from toolkit.storage.engines import in_words, open_engines, refuse_missing, sqlite_url, url_of
from toolkit.storage.plans import Plans
from toolkit.storage.tables import entries, log_rows
from toolkit.storage.verify import Findings, heads_digest, verify

SAMPLE = "sample"
CLINIC_VARIABLE = "BACKCARE_CLINIC"  # set by `backcare lab`: sample, or the URL of the clinic's own store


def computer_clock() -> datetime:
    """Return the computer's time with its offset."""
    return datetime.now().astimezone()


class Store(Plans, Diaries, AlertSets):
    """A clinic's regimens, screenings, pauses, reviews, logs and alert rules.

    Parameters
    ----------
    url : a SQLAlchemy URL, the path of a SQLite file, or `sample`; without it the clinic that `BACKCARE_CLINIC` names,
        and where that is unset the sample clinic, a file of its own that is filled when first opened
    clock : gives the time, with its offset; the sample has its own
    must_exist : whether a SQLite file that is not there is refused, not made

    Raises
    ------
    StoreError
        If the store cannot be opened, or a clinic's own is asked for in a session begun for the sample.
    """

    def __init__(
        self,
        url: str | os.PathLike[str] | None = None,
        *,
        clock: Callable[[], datetime] = computer_clock,
        must_exist: bool = False,
    ) -> None:
        session = os.environ.get(CLINIC_VARIABLE)
        asked = os.fspath(url) if url is not None else session or SAMPLE
        if session == SAMPLE and asked != SAMPLE:
            raise StoreError("This session shows the sample clinic. Open your own with: backcare lab --store URL")
        if asked == SAMPLE:
            super().__init__(sqlite_url(sample_file.path_of(_fill)), clock=sample_file.clock, is_sample=True)
            return
        address = url_of(asked)
        if must_exist:
            refuse_missing(address)
        super().__init__(address, clock=clock, must_exist=must_exist)

    @property
    def url(self) -> str:
        """What `BACKCARE_CLINIC` must hold to open this store again; it may hold a password and is never shown."""
        return SAMPLE if self.is_sample else self._url.render_as_string(hide_password=False)

    def patients(self) -> list[str]:
        """Return the pseudonyms of all patients with a regimen, a screening, a pause, a review or a log, in order."""
        both = sa.union(sa.select(entries.c.patient_id), sa.select(log_rows.c.patient_id))
        with self._reading() as connection:
            return sorted(name for name in connection.scalars(both) if name is not None)

    def verify(self) -> Findings:
        """Check every chain, row and guard in one snapshot; nothing is repaired."""
        with self._reading() as connection:
            return verify(connection)

    def heads_digest(self) -> str:
        """Return the digest of all heads, as `verify` prints its beginning: it stands on each report."""
        with self._reading() as connection:
            return heads_digest(connection)

    def back_up(self, path: Path | str) -> Findings:
        """Copy the whole store into a new SQLite file and return what checking the copy found."""
        with in_words("copied"):
            return copies.back_up(self._read, Path(path))

    def restore(self, path: Path | str) -> Findings:
        """Copy a backup into this store, which must hold nothing yet, and return what checking it found."""
        with in_words("restored"):
            return copies.restore(Path(path), self._read, self._write)


def upgrade(url: str, backup: Path) -> str:
    """Bring a store of an earlier schema up to date, with a backup first; say what was brought over."""
    refuse_missing(url_of(url))
    read, write = open_engines(url_of(url))
    try:
        with in_words("brought up to date"):
            return copies.upgrade(read, write, backup, at=computer_clock())
    finally:
        read.dispose()


def _fill(path: Path) -> None:
    """Write the sample clinic, each regimen on the day it was written."""
    clinic = samples.sample_clinic()
    store = Store.__new__(Store)
    clock = {"day": samples.AS_OF}
    Plans.__init__(
        store, sqlite_url(path), is_sample=True, clock=lambda: datetime.combine(clock["day"], time(9), samples.ZONE)
    )
    for regimen in sorted(clinic.regimens, key=lambda one: (one.written_on or samples.AS_OF, one.regimen_id)):
        clock["day"] = regimen.written_on or samples.AS_OF
        store.save(regimen)
    clock["day"] = samples.AS_OF
    store.add_log(clinic.log)
    with store._read.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
