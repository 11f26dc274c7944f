"""The clinic's memory: regimens, one row a revision, and logs; SQLite by default, any SQLAlchemy URL."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from toolkit import samples
from toolkit.database import heads, in_words, log_rows, open_engines, prepare, revisions, sqlite_url, url_of
from toolkit.errors import Conflict, StoreError
from toolkit.plan.files import Caseload, caseload_of, regimen_from_data, regimen_to_data
from toolkit.plan.regimen import Regimen
from toolkit.schema import LOG
from toolkit.tables import conform, make

SAMPLE = "sample"
CLINIC_VARIABLE = "BACKCARE_CLINIC"  # set by `backcare lab`: sample, or the URL of the clinic's own store
HOME_VARIABLE = "BACKCARE_HOME"  # where the sample's file lies; ~/.backcare unless set


@dataclass(frozen=True, slots=True, repr=False)
class Added:
    """What became of the rows of a log: new entries, later versions of held ones, rows held already."""

    new: int
    later_versions: int
    held: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.later_versions} later versions of entries held, {self.held} held already"

    __repr__ = __str__


class Store:
    """A clinic's regimens and logs.

    Parameters
    ----------
    url : a SQLAlchemy URL, the path of a SQLite file, or `sample`; without it the clinic that `BACKCARE_CLINIC` names,
        and where that is unset the sample clinic, a file of its own that is filled when first opened

    Raises
    ------
    StoreError
        If the store cannot be opened, or a clinic's own is asked for in a session begun for the sample.
    """

    def __init__(self, url: str | os.PathLike[str] | None = None) -> None:
        session = os.environ.get(CLINIC_VARIABLE)
        asked = os.fspath(url) if url is not None else session or SAMPLE
        if session == SAMPLE and asked != SAMPLE:
            raise StoreError("This session shows the sample clinic. Open your own with: backcare lab --store URL")
        self._open(sqlite_url(_sample_file()) if asked == SAMPLE else url_of(asked), is_sample=asked == SAMPLE)

    def _open(self, url: sa.URL, *, is_sample: bool) -> None:
        self.is_sample = is_sample
        self._url = url
        self._read, self._write = open_engines(url)
        with in_words("opened"):
            prepare(self._read, self._write)

    def __repr__(self) -> str:
        last = f"{self.as_of.day} {self.as_of:%B %Y}"
        return f"{self.name}, diaries up to {last}" if self.is_sample else f"{self.name}, {self._count_patients()}"

    @property
    def name(self) -> str:
        """What to call the clinic on screen; the sample says SAMPLE."""
        if self.is_sample:
            return "SAMPLE clinic (made-up patients)"
        return f"Clinic {Path(self._url.database or '').stem or self._url.host}"

    @property
    def url(self) -> str:
        """What `BACKCARE_CLINIC` must hold to open this store again; it may hold a password and is never shown."""
        return SAMPLE if self.is_sample else self._url.render_as_string(hide_password=False)

    @property
    def as_of(self) -> date:
        """The last complete day: yesterday, and for the sample its own last day."""
        return samples.AS_OF if self.is_sample else date.today() - timedelta(days=1)

    def close(self) -> None:
        """Give back the connections."""
        self._read.dispose()

    def patients(self) -> list[str]:
        """Return the pseudonyms of all patients that have a regimen or a log, in order."""
        both = sa.union(sa.select(heads.c.patient_id), sa.select(log_rows.c.patient_id))
        with in_words("read"), self._read.begin() as connection:
            return sorted(connection.scalars(both))

    def save(self, regimen: Regimen, *, operation: str | None = None) -> Regimen:
        """Add a revision and return it as saved; nothing that stands is overwritten.

        Parameters
        ----------
        regimen : its `revision` is 1, or one more than the one it was made from
        operation : id of this act of saving; saved twice under one id, the first answer is given again

        Raises
        ------
        Conflict
            If somebody saved in between: nothing is written.
        StoreError
            If the regimen is final without a screening, or the store cannot be written: nothing is written.
        """
        if regimen.status == "final" and not regimen.screening:
            raise StoreError("A final regimen needs the red-flag screening. Nothing was saved; save it as a draft.")
        if regimen.written_on is None:
            regimen = regimen.model_copy(update={"written_on": date.today()})
        operation = operation or secrets.token_hex(16)
        with in_words("written"), self._write.begin() as connection:
            if earlier := _revision_of(connection, operation):
                return earlier
            _swap_head(connection, regimen)
            connection.execute(
                sa.insert(revisions).values(
                    regimen_id=regimen.regimen_id,
                    revision=regimen.revision,
                    operation=operation,
                    patient_id=regimen.patient_id,
                    status=regimen.status,
                    body=json.dumps(regimen_to_data(regimen), ensure_ascii=False),
                    written_at=datetime.now(UTC).replace(tzinfo=None),
                )
            )
        return regimen

    def regimens(self, patient_id: str | None = None) -> list[Regimen]:
        """Return every revision of every regimen, or those of one patient, oldest first."""
        query = sa.select(revisions.c.body).order_by(revisions.c.regimen_id, revisions.c.revision)
        if patient_id is not None:
            query = query.where(revisions.c.patient_id == patient_id)
        with in_words("read"), self._read.begin() as connection:
            return [regimen_from_data(json.loads(body)) for body in connection.scalars(query)]

    def caseload(self, patient_id: str | None = None) -> Caseload:
        """Return prescriptions and pauses in force; drafts and held regimens are left out and named in `notices`."""
        return caseload_of(self.regimens(patient_id))

    def prescriptions(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the prescriptions of the final regimens of all patients, or of one, each revision on its days."""
        return self.caseload(patient_id).prescriptions

    def pauses(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the pauses of all patients, or of one."""
        return self.caseload(patient_id).pauses

    def log(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the log of all patients, or of one, in the order it was added, all versions of an entry."""
        query = sa.select(*(log_rows.c[name] for name in LOG.names)).order_by(log_rows.c.place)
        if patient_id is not None:
            query = query.where(log_rows.c.patient_id == patient_id)
        with in_words("read"), self._read.begin() as connection:
            rows = connection.execute(query).all()
        return make(LOG, pd.DataFrame(rows, columns=LOG.names).to_dict("series"))

    def add_log(self, log: pd.DataFrame) -> Added:
        """Add the rows of a log in one transaction; a row that is held already, with the same content, adds nothing.

        An entry held with another content gets a later version; both are kept, and the later counts.

        Raises
        ------
        TableError, StoreError
            If the table is no log, or the store cannot be written: nothing is added.
        """
        log = conform(log, LOG)
        keys = list(zip(log["patient_id"], log["entry_id"], _contents(log), strict=True))
        with in_words("written"), self._write.begin() as connection:
            held = _held(connection, sorted(set(log["patient_id"])))
            entries = {key[:2] for key in held}
            first = {key: place for place, key in reversed(list(enumerate(keys)))}
            new = sorted(place for key, place in first.items() if key not in held)
            rows = log.iloc[new].astype(object).where(log.iloc[new].notna(), None).to_dict("records")
            values = [{**row, "content": keys[place][2]} for place, row in zip(new, rows, strict=True)]
            if values:
                connection.execute(sa.insert(log_rows), values)
        later = sum(keys[place][:2] in entries for place in new)
        return Added(len(new) - later, later, len(keys) - len(new))

    def _count_patients(self) -> str:
        count = len(self.patients())
        return f"{count} patient{'' if count == 1 else 's'}"


def _swap_head(connection: sa.Connection, regimen: Regimen) -> None:
    """Move the regimen's head by exactly one revision, or raise `Conflict`."""
    if regimen.revision == 1:
        try:
            values = {"regimen_id": regimen.regimen_id, "patient_id": regimen.patient_id, "revision": 1}
            connection.execute(sa.insert(heads).values(**values))
            return
        except IntegrityError:
            pass
    else:
        mine = (heads.c.regimen_id == regimen.regimen_id) & (heads.c.patient_id == regimen.patient_id)
        seen = heads.c.revision == regimen.revision - 1
        if connection.execute(sa.update(heads).where(mine & seen).values(revision=regimen.revision)).rowcount == 1:
            return
    raise Conflict(
        f"{regimen.regimen_id} was changed since it was opened: revision {regimen.revision} cannot follow what the "
        "store holds. Nothing was saved, and what you typed is still here. Open the newest revision and compare."
    )


def _revision_of(connection: sa.Connection, operation: str) -> Regimen | None:
    body = connection.scalar(sa.select(revisions.c.body).where(revisions.c.operation == operation))
    return regimen_from_data(json.loads(body)) if body else None


def _held(connection: sa.Connection, patients: Sequence[str]) -> set[tuple[str, str, str]]:
    """Return patient, entry and content of every row held for these patients."""
    held: set[tuple[str, str, str]] = set()
    for start in range(0, len(patients), 500):
        query = sa.select(log_rows.c.patient_id, log_rows.c.entry_id, log_rows.c.content)
        some = query.where(log_rows.c.patient_id.in_(patients[start : start + 500]))
        held |= {(row[0], row[1], row[2]) for row in connection.execute(some)}
    return held


def _contents(log: pd.DataFrame) -> list[str]:
    """Return a digest of what each row says; where it was read (source, line) is no part of it."""
    said = log.drop(columns=["source", "line"])
    return [hashlib.sha256(repr(row).encode()).hexdigest() for row in said.itertuples(index=False, name=None)]


def _sample_file() -> Path:
    """Return the file of the sample clinic, made and filled when it is not there yet.

    Its name holds a digest of what makes it, so that a newer Backcare opens a newer sample.
    """
    home = Path(os.environ.get(HOME_VARIABLE) or Path.home() / ".backcare")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    code = b"".join(Path(file).read_bytes() for file in (samples.__file__, __file__))
    path = home / f"sample-{hashlib.sha256(code).hexdigest()[:8]}.sqlite"
    if not path.exists():
        _fill(path)
    return path


def _fill(path: Path) -> None:
    """Write the sample clinic under another name first: two sessions may begin at once."""
    clinic = samples.sample_clinic()
    making = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.sqlite")
    store = Store.__new__(Store)
    store._open(sqlite_url(making), is_sample=True)
    for regimen in clinic.regimens:
        store.save(regimen)
    store.add_log(clinic.log)
    with store._read.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    for rest in ("-wal", "-shm"):
        making.with_name(making.name + rest).unlink(missing_ok=True)
    making.replace(path)
