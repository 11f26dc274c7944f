"""Whether a plan may be final, by everything on record of its patient: the form and the store ask the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from toolkit.errors import Problem
from toolkit.plan.changes import revisions_in_force
from toolkit.plan.regimen import Prescription, Regimen, shared_days
from toolkit.plan.screening import Screening, Verdict, judge, standing_signs
from toolkit.settings import ClinicProfile

NO_PROFILE = Problem("clinic", "has no profile, so nobody could be told whom to call: `backcare profile` writes one")


def admission(
    screening: Screening | None,
    rows: Sequence[Prescription],
    *,
    patient_id: str,
    regimen_id: str,
    exercises: Iterable[str],
    regimens: Iterable[Regimen],
    screenings: Iterable[Screening],
    profile: ClinicProfile | None,
    on: date,
) -> Verdict:
    """Return what a plan may be on a day.

    Parameters
    ----------
    screening, rows : what was asked for it, and what it prescribes
    exercises : ids of all that are meant, those whose rows are still to be mended as well
    regimens, screenings : everything on record of this patient
    profile : the clinic's; without one nobody could be told whom to call, and nothing becomes final
    """
    finals = [one for one in regimens if one.status == "final"]
    valid_days = int(profile.number("screening_valid_days", on)) if profile else 0
    verdict = judge(
        screening,
        patient_id=patient_id,
        exercises=exercises,
        on=on,
        valid_days=valid_days,
        earlier=[one.screening for one in finals if one.screening and one.regimen_id == regimen_id],
        standing=standing_signs(screenings, on=on, valid_days=valid_days),
    )
    others = [one for one in finals if one.regimen_id != regimen_id]
    more = [*([] if profile else [NO_PROFILE]), *_clashes(rows, others)]
    status = "draft" if more and verdict.status == "final" else verdict.status
    return replace(verdict, status=status, problems=(*verdict.problems, *more))


def days_rewritten(first_day: date, regimen_id: str, regimens: Iterable[Regimen], on: date) -> int:
    """Return how many days already past a revision would count anew, by a dose that was not theirs."""
    finals = [one for one in regimens if one.status == "final" and one.regimen_id == regimen_id]
    begun = min((one.first_day for one in finals), default=on)
    return max(0, (on - max(first_day, begun)).days)


def _clashes(rows: Sequence[Prescription], others: Iterable[Regimen]) -> Iterator[Problem]:
    """Two final regimens that ask for one exercise on the same day could not be counted."""
    for other in revisions_in_force(others):
        days = [found for row in rows for theirs in other.prescriptions if (found := shared_days(row, theirs))]
        if days:
            first, last = min(one[0] for one in days), max(one[1] for one in days)
            told = f"ask for the same exercise as regimen {other.regimen_id} from {first} to {last}"
            yield Problem("prescriptions", f"{told}: revise that one, or end it early")
