"""The diaries of a store: logs with their imports, what was set aside, and what was done about a patient."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import Conflict, StoreError
from toolkit.logs.library import Library
from toolkit.logs.read import ImportResult
from toolkit.measures.notes import aside_name
from toolkit.measures.reviews import Review
from toolkit.plan.wording import day_in_words
from toolkit.schema import LOG, QUARANTINE, REVIEWS
from toolkit.settings import PROFILE_VARIABLE
from toolkit.storage import history, logs
from toolkit.storage.logs import Added
from toolkit.storage.sample_file import home
from toolkit.storage.session import Session
from toolkit.storage.tables import entries, log_rows, quarantine
from toolkit.tables import make


class Diaries(Session):
    """What patients recorded."""

    def log(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the log of all patients, or of one, in the order it was added, all versions of an entry."""
        where = None if patient_id is None else log_rows.c.patient_id == patient_id
        with self._reading() as connection:
            return logs.read(connection, LOG, where=where)

    def quarantine(self) -> pd.DataFrame:
        """Return every row that imports have set aside."""
        with self._reading() as connection:
            return logs.read(connection, QUARANTINE)

    def add_log(self, log: pd.DataFrame) -> Added:
        """Add the rows of a log in one transaction; a row that is held already, with the same content, adds nothing.

        An entry held with another content gets a later version; both are kept, and the later counts.

        Raises
        ------
        TableError, StoreError
            If the table is no log, or the store cannot be written: nothing is added.
        """
        return self._add(log, make(QUARANTINE), {"format": "table"}, None)

    def add_import(self, imported: ImportResult, *, by: str) -> Added:
        """Add what `read_log` made of a file: its rows, its quarantine, its account and the file's digest."""
        if imported.questions:
            raise StoreError("The file still asks something: nothing of it is added until it is answered.")
        return self._add(imported.log, imported.quarantine, imported.said, by)

    @property
    def mappings(self) -> Library:
        """The mappings the clinic has saved: a folder beside its store, with its name, or beside its profile."""
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            return Library(Path(self._url.database).with_suffix(".mappings"))
        profile = os.environ.get(PROFILE_VARIABLE)
        return Library((Path(profile).parent if profile else home()) / "mappings")

    def imports(self) -> pd.DataFrame:
        """Return what was imported: `written_at` (UTC)`, by, format, rows, kept, quarantined, new, held`."""
        found = self._entries("import")
        names = ("format", "rows_in_file", "kept", "quarantined", "new", "later_versions", "held", "file_sha256")
        rows = [[one.written_at[:16], one.author, *(one.data.get(name) for name in names)] for one in found]
        return pd.DataFrame(rows, columns=["written_at", "by", *names])

    def _add(self, log: pd.DataFrame, aside: pd.DataFrame, said: dict[str, Any], by: str | None) -> Added:
        with self._writing() as connection:
            operation = secrets.token_hex(16)
            return logs.add(connection, log, aside, said, operation=operation, at=self.now(), author=by)

    @property
    def place(self) -> int:
        """The place of the newest entry, 0 in an empty store: what stands behind it came later."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(entries.c.place))) or 0

    def review(
        self, review: Review, *, operation: str | None = None, read_at: int | None = None, known: int = 0
    ) -> Review:
        """Keep that somebody dealt with a patient.

        Parameters
        ----------
        read_at : the store's `place` when the patient's rows were read; unless given, nothing is held against it
        known : how many reviews of the patient were on the screen then

        Raises
        ------
        Conflict
            If rows or a review of the patient came in later, which nobody could have seen: nothing is kept.
        """
        whose, data = review.patient_id, review.model_dump(mode="json")
        operation = operation or secrets.token_hex(16)
        with self._writing() as connection:
            if history.by_operation(connection, operation):
                return review
            if read_at is not None:
                _refuse_unseen(connection, whose, read_at, known)
            history.append(
                connection, "review", whose, data, operation=operation, at=self.now(), patient_id=whose,
                author=review.reviewed_by,
            )  # fmt: skip
        return review

    def unseen(self, patient_id: str | None = None) -> list[tuple[str, str]]:
        """Return patient and name of each row that came in after the last review of its patient: nobody has seen it.

        A row of the log has its entry id for a name, one set aside at import that of `aside_name`. What counts is the
        order in which the store was written, so that a diary imported late is not taken for known.
        """
        last = (
            sa.select(entries.c.patient_id, sa.func.max(entries.c.place).label("place"))
            .where(entries.c.kind == "review")
            .group_by(entries.c.patient_id)
            .subquery()
        )
        aside = quarantine.c.source, quarantine.c.sheet, quarantine.c.line
        kept = _since(sa.select(log_rows.c.patient_id, log_rows.c.entry_id), log_rows, last, patient_id)
        put_aside = _since(sa.select(quarantine.c.patient_id, *aside), quarantine, last, patient_id)
        with self._reading() as connection:
            names = [(row[0], row[1]) for row in connection.execute(kept)]
            return names + [(row[0], aside_name(*row[1:])) for row in connection.execute(put_aside)]

    def reviews(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the table of reviews of all patients, or of one."""
        return make(REVIEWS, [entry.data for entry in self._entries("review", patient_id=patient_id)])


def _refuse_unseen(connection: sa.Connection, patient_id: str, read_at: int, known: int) -> None:
    """Stop a review of what was not on the screen, in the transaction that would keep it."""
    for table in (log_rows, quarantine):
        later = (
            sa.select(sa.literal(1))
            .join_from(table, entries, sa.and_(entries.c.kind == "import", entries.c.number == table.c.import_number))
            .where(table.c.patient_id == patient_id, entries.c.place > read_at)
        )
        if connection.execute(later.limit(1)).first():
            raise Conflict("New entries of this patient came in meanwhile.")
    done = history.read(connection, "review", subject=patient_id)
    if len(done) > known:
        last = Review(**done[-1].data)
        by = f"{last.action} by {last.reviewed_by} on {day_in_words(last.reviewed_at.date())}"
        raise Conflict(f"This patient was dealt with meanwhile: {by}.")


def _since(query: sa.Select[Any], table: sa.Table, last: sa.Subquery, patient_id: str | None) -> sa.Select[Any]:
    """Return a query for those rows of a table that an import later than the last review of their patient brought."""
    query = (
        query.join(entries, sa.and_(entries.c.kind == "import", entries.c.number == table.c.import_number))
        .outerjoin(last, last.c.patient_id == table.c.patient_id)
        .where(table.c.patient_id.is_not(None))
        .where(sa.or_(last.c.place.is_(None), entries.c.place > last.c.place))
        .order_by(table.c.place)
    )
    return query if patient_id is None else query.where(table.c.patient_id == patient_id)
