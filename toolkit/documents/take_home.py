"""What a patient takes home: whose plan it is, in which language, from which clinic; and what every such paper says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.languages.words import Language, language
from toolkit.plan.diary import first_of
from toolkit.plan.files import is_screened
from toolkit.plan.regimen import MEDICAL_HOLD, Pause, Regimen
from toolkit.plan.schedule import has_days
from toolkit.settings import ClinicProfile

NOW = ("ce_numb", "ce_bladder", "ce_bowel", "ce_legs", "ce_sex")
TODAY = ("fall", "fever", "night", "weight", "worse")


@dataclass(frozen=True, slots=True)
class TakeHome:
    """A final regimen as its patient takes it home.

    `is_first` tells that no paper was made of it before; else `replaces` is the day of the one that this one replaces,
    None where it is not known. `earlier` are the final revisions before.
    """

    regimen: Regimen
    profile: ClinicProfile
    words: Language
    is_first: bool = True
    replaces: date | None = None
    earlier: tuple[Regimen, ...] = ()

    @property
    def weeks_from(self) -> date:
        """The first day of the first final revision: weeks are counted from it, across revisions."""
        return first_of([*self.earlier, self.regimen])

    @property
    def written_on(self) -> date:
        """The day the revision was written; its first day where that was not noted."""
        return self.regimen.written_on or self.regimen.first_day


def take_home(
    regimen: Regimen,
    profile: ClinicProfile,
    *,
    code: str | None = None,
    before: Iterable[Regimen] = (),
) -> TakeHome:
    """Return what documents for a patient are made from.

    Parameters
    ----------
    code : of the language; the clinic's own without it
    before : other revisions; the newest final one before this is the one its papers replace

    Raises
    ------
    RegimenError
        If the regimen is a draft or held, carries no complete screening, or is paused on all its days: no document is
        made from it.
    """
    if regimen.status != "final":
        held = " Only the safety-net sheet may be printed." if regimen.status == "held" else ""
        problem = Problem("status", f"must be final; found {regimen.status}")
        raise RegimenError(f"No document for the patient is made from this regimen.{held}", [problem])
    if not is_screened(regimen):
        problem = Problem("screening", "must answer every red flag and caution; found one that does not, or none")
        raise RegimenError("No document for the patient is made from this regimen.", [problem])
    if not any(has_days(regimen, row) for row in regimen.prescriptions):
        told = "must leave a day to exercise; found none. Only the safety-net sheet may be printed"
        problem = Problem("pauses", told)
        raise RegimenError("No document for the patient is made from this regimen.", [problem])
    mine = [one for one in before if (one.regimen_id, one.patient_id) == (regimen.regimen_id, regimen.patient_id)]
    earlier = {one.revision: one for one in mine if one.revision < regimen.revision}
    final = [one for _, one in sorted(earlier.items()) if one.status == "final"]
    return TakeHome(
        regimen, profile, language(code or profile.language),
        is_first=len(earlier) == regimen.revision - 1 and not final,
        replaces=final[-1].written_on if final else None,
        earlier=tuple(final),
    )  # fmt: skip


def stamps(profile: ClinicProfile, words: Language) -> list[str]:
    """Return what every page and screen must say of itself: SAMPLE of a made-up clinic, DRAFT of an unread language."""
    return [
        *([words.say("language.sample")] if profile.sample else []),
        *([words.say("language.draft")] if words.is_draft else []),
    ]


def safety_box(profile: ClinicProfile, words: Language) -> dict[str, Any]:
    """Return the safety-net box: the signs to act on now, those to call for the same day, whom to call, who watches."""
    return {
        "title_now": words.say("box.title_now"),
        "now": words.say("box.now", emergency_number=profile.emergency_number),
        "signs_now": [words.say(f"box.{key}") for key in NOW],
        "title_today": words.say("box.title_today"),
        "today": words.say("box.today"),
        "signs_today": [words.say(f"box.{key}") for key in TODAY],
        "call": words.say("box.call", clinic=profile.name, numbers=" · ".join(profile.numbers)),
        "no_answer": words.say("box.no_answer"),
        "not_watched": words.say("diary.not_watched"),
    }


def plan_line(home: TakeHome) -> str:
    """Return which plan a paper belongs to: its id, revision, day and the patient's pseudonym."""
    regimen, words = home.regimen, home.words
    return words.say(
        "handout.foot", regimen=regimen.regimen_id, revision=regimen.revision, date=words.day(home.written_on),
        patient=regimen.patient_id,
    )  # fmt: skip


def days_line(home: TakeHome) -> str:
    """Return on which days the exercises are done."""
    first, last, words = home.regimen.first_day, home.regimen.last_day, home.words
    if first == last:
        return words.say("handout.valid_day", first=words.day(first))
    return words.say("handout.valid", first=words.day(first), last=words.day(last))


def pause_line(pause: Pause, words: Language) -> str:
    """Return what a patient is told of a pause: its days and its exercise, never its reason."""
    key = ("stopped" if pause.reason == MEDICAL_HOLD else "pause") + ("_one" if pause.exercise else "")
    return words.say(f"handout.{key}", first=words.day(pause.first_day), last=words.day(pause.last_day))


def replaces_line(home: TakeHome) -> str:
    """Return which paper this one replaces; nothing where none was made before."""
    if home.is_first:
        return ""
    if home.replaces is None:
        return home.words.say("handout.replaces_all")
    return home.words.say("handout.replaces", date=home.words.day(home.replaces))
