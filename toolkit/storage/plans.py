"""The plans of a store: regimens with their history, screenings, pauses, drafts and templates."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import Conflict, Problem, StoreError
from toolkit.plan.changes import ended, revisions_in_force
from toolkit.plan.files import Caseload, caseload_of, regimen_from_data, regimen_to_data
from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.plan.screening import Screening
from toolkit.schema import PAUSES
from toolkit.storage import history
from toolkit.storage.gate import admit
from toolkit.storage.history import Entry
from toolkit.storage.session import Session
from toolkit.storage.tables import drafts
from toolkit.tables import make


class Plans(Session):
    """What physicians plan."""

    def save(self, regimen: Regimen, *, operation: str | None = None, reason: str | None = None) -> Regimen:
        """Add a revision and return it as saved; nothing that stands is overwritten.

        Parameters
        ----------
        regimen : its `revision` is 1, or one more than the one it was made from; `written_by` is its author
        operation : id of this act of saving; saved twice under one id, the first answer is given again
        reason : why this revision was made

        Raises
        ------
        Conflict
            If somebody saved in between: nothing is written.
        StoreError
            If the gate does not allow its status, with every reason, or the store cannot be written.
        """
        return self._save(regimen, operation, reason, with_gate=True)

    def _save(self, regimen: Regimen, operation: str | None, reason: str | None, *, with_gate: bool) -> Regimen:
        now = self.now()
        regimen = Regimen(**dict(regimen) | {"written_on": regimen.written_on or now.date()})
        operation = operation or secrets.token_hex(16)
        about: dict[str, Any] = {"patient_id": regimen.patient_id, "author": regimen.written_by, "at": now}
        try:
            with self._writing() as connection:
                if earlier := history.by_operation(connection, operation):
                    return regimen_from_data(earlier.data)
                if with_gate:
                    admit(connection, regimen, on=now.date(), profile=self.profile)
                history.append(
                    connection, "regimen", regimen.regimen_id, regimen_to_data(regimen), operation=operation,
                    follows=regimen.revision - 1, reason=reason, **about,
                )  # fmt: skip
                if with_gate and regimen.screening:
                    _keep_screening(connection, regimen.screening, f"{operation}:screening", about)
        except Conflict:
            with self._reading() as connection:  # two at once under one id: the other was answered
                if earlier := history.by_operation(connection, operation):
                    return regimen_from_data(earlier.data)
            raise
        return regimen

    def end(self, regimen_id: str, *, last_day: date, by: str, reason: str, operation: str | None = None) -> Regimen:
        """End a regimen on an earlier day: a revision that asks the same until then; it needs no new screening.

        Raises
        ------
        RegimenError, StoreError
            If the day does not fit, nobody or no reason is named, or nothing final is there to end.
        """
        _named(by=by, reason=reason)
        if operation and (answered := self._answer(operation, "regimen")):
            return regimen_from_data(answered.data)
        revisions = [regimen_from_data(one.data) for one in self._entries("regimen", subject=regimen_id)]
        final = [one for one in revisions if one.status == "final"]
        if not final:
            raise StoreError("There is no final revision that could end.")
        change = {"revision": revisions[-1].revision + 1, "written_by": by, "written_on": None}
        return self._save(ended(final, last_day).model_copy(update=change), operation, reason, with_gate=False)

    def regimens(self, patient_id: str | None = None) -> list[Regimen]:
        """Return every revision of every regimen, or those of one patient, oldest first."""
        return [regimen_from_data(entry.data) for entry in self._entries("regimen", patient_id=patient_id)]

    def newest(self, regimen_id: str) -> Regimen | None:
        """Return the newest revision of a regimen, None where there is none."""
        with self._reading() as connection:
            entry = history.newest(connection, "regimen", regimen_id)
        return regimen_from_data(entry.data) if entry else None

    def history(self, regimen_id: str) -> pd.DataFrame:
        """Return a regimen's revisions: `revision, status, written_by, written_at` (UTC)`, reason, digest`."""
        found = self._entries("regimen", subject=regimen_id)
        rows = [
            (one.number, one.data["status"], one.author, one.written_at[:16], one.reason, one.digest) for one in found
        ]
        columns = ["revision", "status", "written_by", "written_at", "reason", "digest"]
        return pd.DataFrame(rows, columns=columns, dtype=object).astype({"revision": "int64"})

    def record(self, screening: Screening, *, operation: str | None = None) -> Screening:
        """Keep a screening of its own, whatever becomes of a regimen; kept twice it is one."""
        about = {"patient_id": screening.patient_id, "author": screening.screened_by, "at": self.now()}
        with self._writing() as connection:
            _keep_screening(connection, screening, operation or secrets.token_hex(16), about)
        return screening

    def screenings(self, patient_id: str | None = None) -> list[Screening]:
        """Return all screenings, or those of one patient, in the order they were kept."""
        return [Screening(**entry.data) for entry in self._entries("screening", patient_id=patient_id)]

    def pause(
        self, patient_id: str, pause: Pause, *, by: str, why: str | None = None, operation: str | None = None
    ) -> Pause:
        """Take days out of a patient's exposure; it needs no new revision and no screening.

        Parameters
        ----------
        pause : its days, its exercise (all without one) and its reason
        why : the reason in words, where that of the pause is a code such as `medical_hold`

        Raises
        ------
        StoreError
            If nobody or no reason is named, nothing is prescribed on these days, or the same pause stands already.
        """
        _named(by=by, reason=why or pause.reason)
        final = [one for one in self.regimens(patient_id) if one.status == "final"]
        rows = [row for one in revisions_in_force(final) for row in one.prescriptions]

        def stands(chain: list[Entry]) -> str:
            if not any(_takes_out(pause, row) for row in rows):
                return "Nothing of this is prescribed on these days: there is nothing to pause."
            held = [(one.exercise, one.first_day, one.last_day) for one in _standing(chain).values()]
            there = (pause.exercise, pause.first_day, pause.last_day) in held
            return "This pause stands already." if there else ""

        told = {"patient_id": patient_id, "author": by, "reason": why or pause.reason}
        self._append("pause", patient_id, pause.model_dump(mode="json"), operation, refuse=stands, **told)
        return pause

    def own_pauses(self, patient_id: str) -> dict[int, Pause]:
        """Return a patient's pauses that stand beside the regimens, by number; those taken back are left out."""
        return _standing(self._entries("pause", patient_id=patient_id))

    def withdraw_pause(
        self, patient_id: str, number: int, *, by: str, reason: str, operation: str | None = None
    ) -> None:
        """Take a pause back, with who and why: its days are expected again. Both stay in the history."""
        _named(by=by, reason=reason)

        def missing(chain: list[Entry]) -> str:
            return "" if number in _standing(chain) else "There is no such pause to take back."

        told = {"patient_id": patient_id, "author": by, "reason": reason}
        self._append("pause", patient_id, {"withdraws": number}, operation, refuse=missing, **told)

    def caseload(self, patient_id: str | None = None) -> Caseload:
        """Return prescriptions and pauses in force; drafts and held regimens are left out and named in `notices`."""
        found = caseload_of(self.regimens(patient_id))
        chains: dict[str, list[Entry]] = {}
        for entry in self._entries("pause", patient_id=patient_id):
            chains.setdefault(entry.subject, []).append(entry)
        own = [{"patient_id": whose, **one.model_dump()} for whose, chain in chains.items()
               for one in _standing(chain).values()]  # fmt: skip
        both = [table for table in (found.pauses, make(PAUSES, own)) if len(table)]
        pauses = pd.concat(both, ignore_index=True) if both else found.pauses
        return Caseload(found.prescriptions, pauses, found.notices)

    def prescriptions(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the prescriptions of the final regimens of all patients, or of one, each revision on its days."""
        return self.caseload(patient_id).prescriptions

    def pauses(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the pauses of all patients, or of one."""
        return self.caseload(patient_id).pauses

    def keep_draft(self, draft_id: str, data: dict[str, Any]) -> None:
        """Keep what is being typed, over what was kept under this id before."""
        values = {
            "patient_id": data.get("patient_id"),
            "body": history.plain(data),
            "written_at": self.now().isoformat(),
        }
        with self._writing() as connection:
            kept = connection.execute(sa.update(drafts).where(drafts.c.draft_id == draft_id).values(**values))
            if kept.rowcount == 0:
                connection.execute(sa.insert(drafts).values(draft_id=draft_id, **values))

    def drop_draft(self, draft_id: str) -> None:
        """Forget a draft that was saved."""
        with self._writing() as connection:
            connection.execute(sa.delete(drafts).where(drafts.c.draft_id == draft_id))

    def drafts(self) -> dict[str, dict[str, Any]]:
        """Return the drafts that were typed and not saved, by id, the newest first."""
        query = sa.select(drafts.c.draft_id, drafts.c.body).order_by(drafts.c.written_at.desc())
        with self._reading() as connection:
            return {row[0]: json.loads(row[1]) for row in connection.execute(query)}

    def save_template(self, name: str, data: dict[str, Any], *, by: str) -> None:
        """Keep a starter of the clinic's own; under a name that is there, the newer one is offered."""
        if not name.strip() or len(name) > 60:
            raise StoreError("The template needs a name of at most 60 characters.")
        self._append("template", name.strip(), data, None, author=by)

    def templates(self) -> dict[str, dict[str, Any]]:
        """Return the clinic's own starters by name."""
        return {entry.subject: entry.data for entry in self._entries("template")}


def _takes_out(pause: Pause, row: Prescription) -> bool:
    """Tell whether a pause takes out any day of a prescription."""
    same = pause.exercise in (None, row.exercise)
    return same and row.first_day <= pause.last_day and pause.first_day <= row.last_day


def _standing(chain: Iterable[Entry]) -> dict[int, Pause]:
    """Return the pauses of one patient that nobody took back, by number."""
    found = {entry.number: entry.data for entry in chain}
    gone = {data["withdraws"] for data in found.values() if "withdraws" in data}
    return {number: Pause(**data) for number, data in found.items() if number not in gone and "withdraws" not in data}


def _keep_screening(connection: sa.Connection, screening: Screening, operation: str, about: dict[str, Any]) -> None:
    """Add a screening to its patient's chain unless its newest is the same."""
    if not screening.patient_id:
        raise StoreError("A screening needs the patient it was asked of.")
    data = screening.model_dump(mode="json", exclude_none=True)
    kept = history.newest(connection, "screening", screening.patient_id)
    if kept is None or kept.data != data:
        history.append(connection, "screening", screening.patient_id, data, operation=operation, **about)


def _named(*, by: str, reason: str | None) -> None:
    """Pausing and ending early record who and why."""
    asked = {"by": (by, "who decided it"), "reason": (reason, "why")}
    missing = [Problem(key, f"is missing: {words}") for key, (text, words) in asked.items() if not (text or "").strip()]
    if missing:
        raise StoreError("This cannot be kept yet.", missing)
