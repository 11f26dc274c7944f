"""What was answered in the form of the gate so far; a blank is never an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from toolkit.plan.questions import question_set
from toolkit.plan.screening import RELEASE, CautionAnswer, Decision, Screening


@dataclass(frozen=True, slots=True)
class ScreeningDraft:
    """Answers as given: `answers` and `cautions` hold yes or no, `decisions` what to do by `caution: exercise`.

    `asked_at` is the moment of the last answer, `since` the day of the screening before, where there is one.
    """

    asked_by: str = ""
    asked_at: datetime | None = None
    since: date | None = None
    answers: dict[str, str] = field(default_factory=dict)
    at_once: tuple[str, ...] = ()
    considered: dict[str, str] = field(default_factory=dict)
    cautions: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    reviewed_on: date | None = None
    reviewed_by: str = ""
    found: str = ""
    decision: str = ""
    reason: str = ""
    emergency_assessed_on: date | None = None

    def answering(self, key: str, answer: str, at: datetime) -> ScreeningDraft:
        """Return the draft with one red-flag question answered; its family was then not answered at one press."""
        family = question_set().questions[key][0].id
        at_once = tuple(one for one in self.at_once if one != family)
        return replace(self, answers=_with(self.answers, key, answer), at_once=at_once, asked_at=at)

    def none_of(self, family: str, at: datetime) -> ScreeningDraft:
        """Return the draft with one family answered "asked, none of these", and recorded as that."""
        asked = {one.id: "no" for one in question_set().families[family].questions}
        at_once = (*(one for one in self.at_once if one != family), family)
        return replace(self, answers=self.answers | asked, at_once=at_once, asked_at=at)

    def cautioning(self, key: str, answer: str, at: datetime) -> ScreeningDraft:
        """Return the draft with one caution answered; what was decided under it stays, whatever is switched off."""
        return replace(self, cautions=_with(self.cautions, key, answer), asked_at=at)

    def deciding(self, where: str, do: str, words: str) -> ScreeningDraft:
        """Return the draft with a decision for `caution: exercise`."""
        made = {key: one for key, one in self.decisions.items() if key != where}
        return replace(self, decisions=made | ({where: (do, words)} if do or words else {}))

    def screening(self, patient_id: str) -> Screening | None:
        """Return what was asked as a screening of this patient, None while nothing was answered."""
        if not self.answers and not self.cautions:
            return None
        asked = question_set()
        return Screening(
            patient_id=patient_id or None,
            screened_on=self.asked_at.date() if self.asked_at else None,
            screened_at=self.asked_at.replace(tzinfo=None, microsecond=0) if self.asked_at else None,
            screened_by=self.asked_by or None,
            language=asked.language,
            question_set=asked.id,
            answers={key: self.answers.get(key, "not_asked") for key in asked.questions},
            at_once=self.at_once,
            considered={key: words for key, words in self.considered.items() if words},
            cautions={key: self._caution(key) for key in asked.cautions},
            note=self.note or None,
            **{name: getattr(self, name) or None for name in RELEASE},
        )

    def _caution(self, key: str) -> CautionAnswer:
        made = {name: self.decisions.get(f"{key}: {name}", ("", "")) for name in question_set().cautions[key].touches}
        decided = {name: Decision(do=do, words=words) for name, (do, words) in made.items() if do}
        return CautionAnswer(answer=self.cautions.get(key, "not_asked"), exercises=decided)


def screening_draft_of(screening: Screening) -> ScreeningDraft:
    """Return the draft that goes on with a screening."""
    decisions: dict[str, tuple[str, str]] = {
        f"{key}: {name}": (one.do, one.words)
        for key, caution in screening.cautions.items()
        for name, one in caution.exercises.items()
    }
    release: dict[str, Any] = {name: value for name in RELEASE if (value := getattr(screening, name)) is not None}
    return ScreeningDraft(
        asked_by=screening.screened_by or "",
        asked_at=screening.screened_at,
        answers={key: answer for key, answer in screening.answers.items() if answer != "not_asked"},
        at_once=screening.at_once,
        considered=dict(screening.considered),
        cautions={key: one.answer for key, one in screening.cautions.items() if one.answer != "not_asked"},
        decisions=decisions,
        note=screening.note or "",
        **release,
    )


def _with(answers: dict[str, str], key: str, answer: str) -> dict[str, str]:
    """Return the answers with one given, or taken back."""
    others = {name: one for name, one in answers.items() if name != key}
    return others | ({key: answer} if answer else {})
