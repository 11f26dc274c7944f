"""The one place where a store lets a regimen in: no status that its screening does not allow."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from toolkit.errors import Problem, StoreError
from toolkit.plan.admission import admission
from toolkit.plan.files import regimen_from_data
from toolkit.plan.regimen import Regimen
from toolkit.plan.screening import Screening
from toolkit.settings import ClinicProfile
from toolkit.storage import history


def admit(connection: sa.Connection, regimen: Regimen, *, on: date, profile: ClinicProfile | None) -> None:
    """Let a regimen in, or raise with every reason why not.

    A final one needs a screening that allows it today, and no other regimen that asks for the same on the same day. A
    holding yes makes it held, whatever else is open.

    Raises
    ------
    StoreError
        If its status is not the one its screening allows.
    """
    patient_id, screening = regimen.patient_id, regimen.screening
    if screening and screening.patient_id != patient_id:
        raise StoreError("The screening is of another patient than the regimen. Nothing was saved.")
    final = regimen.status == "final"
    if final:
        _one_at_a_time(connection, patient_id)
    revisions = history.read(connection, "regimen", patient_id=patient_id) if final else ()
    asked = history.read(connection, "screening", patient_id=patient_id)
    verdict = admission(
        screening, regimen.prescriptions, patient_id=patient_id, regimen_id=regimen.regimen_id,
        exercises={row.exercise for row in regimen.prescriptions},
        regimens=[regimen_from_data(one.data) for one in revisions],
        screenings=[Screening(**one.data) for one in asked], profile=profile, on=on,
    )  # fmt: skip
    if regimen.status == "draft" and verdict.status == "held":
        raise StoreError("A red flag was reported: this regimen is held, it cannot be saved as a draft.")
    if regimen.status == "held" and not verdict.signs:
        raise StoreError("A regimen is held by a red flag, and none was reported: save it as a draft.")
    unnamed = [] if regimen.written_by else [Problem("written_by", "is missing: who prescribes it")]
    if final and (verdict.status != "final" or verdict.problems or unnamed):
        raise StoreError("This regimen cannot be final yet. Nothing was saved.", (*verdict.problems, *unnamed))


def _one_at_a_time(connection: sa.Connection, patient_id: str) -> None:
    """Let two final regimens of one patient wait for each other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(patient_id))))
