"""The one place where a store lets a regimen in: no status that its screening does not allow."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from toolkit.errors import Problem, StoreError
from toolkit.plan.changes import asks_only_less
from toolkit.plan.files import regimen_from_data
from toolkit.plan.regimen import Regimen
from toolkit.plan.screening import Verdict, judge
from toolkit.settings import ClinicProfile
from toolkit.storage import history

NO_PROFILE = Problem("clinic", "has no profile, so nobody could be told whom to call: `backcare profile` writes one")


def admit(connection: sa.Connection, regimen: Regimen, *, on: date, profile: ClinicProfile | None) -> None:
    """Let a regimen in, or raise with every reason why not.

    A final one needs a screening that allows it today, unless it only asks less than the final one before it did. A
    holding yes makes it held, whatever else is open.

    Raises
    ------
    StoreError
        If its status is not the one its screening allows.
    """
    before = _last_final(connection, regimen) if regimen.status == "final" else None
    if before and regimen.screening == before.screening and asks_only_less(regimen, before):
        return
    verdict = _verdict(regimen, before, on, profile)
    if regimen.status == "draft" and verdict.status == "held":
        raise StoreError("A red flag was reported: this regimen is held, it cannot be saved as a draft.")
    if regimen.status == "held" and not (regimen.screening and regimen.screening.holding):
        raise StoreError("A regimen is held by a red flag, and none was reported: save it as a draft.")
    if regimen.status == "final":
        problems = verdict.problems if profile else (*verdict.problems, NO_PROFILE)
        if verdict.status != "final" or problems:
            raise StoreError("This regimen cannot be final yet. Nothing was saved.", problems)


def _verdict(regimen: Regimen, before: Regimen | None, on: date, profile: ClinicProfile | None) -> Verdict:
    return judge(
        regimen.screening,
        patient_id=regimen.patient_id,
        exercises={row.exercise for row in regimen.prescriptions},
        on=on,
        valid_days=int(profile.number("screening_valid_days", on)) if profile else 0,
        earlier=before.screening if before else None,
    )


def _last_final(connection: sa.Connection, regimen: Regimen) -> Regimen | None:
    newest_first = reversed(history.read(connection, "regimen", subject=regimen.regimen_id))
    final = next((entry for entry in newest_first if entry.data["status"] == "final"), None)
    return regimen_from_data(final.data) if final else None
