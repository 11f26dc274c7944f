"""The gate before a regimen: recorded answers on red flags and cautions, and what they allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from toolkit.errors import Problem, RegimenError
from toolkit.plan.questions import Caution, Family, families_of, question_set
from toolkit.typed import Day, Name, PatientId, Typed

Answer = Literal["yes", "no", "not_asked"]
Words = Annotated[str, Field(max_length=2_000)]
RELEASE = ("reviewed_on", "reviewed_by", "found", "decision", "reason", "emergency_assessed_on")


class Decision(Typed):
    """What was decided of one exercise that a caution touches, with the words it needs."""

    error: ClassVar = RegimenError
    title: ClassVar[str] = "This decision"

    do: Literal["leave_out", "adapt", "go_on"]
    words: Words = ""


class CautionAnswer(Typed):
    """The answer to one caution, and the decision for each exercise it touches."""

    error: ClassVar = RegimenError
    title: ClassVar[str] = "This answer"

    answer: Answer = "not_asked"
    exercises: dict[str, Decision] = Field(default_factory=dict)


class Screening(Typed):
    """One asking of the red flags and cautions: what was answered, when, to whom; frozen, a correction is a new one.

    `answers` maps question to yes, no or not_asked; a question that is not there was not asked. `at_once` names the
    families answered by one press "asked, none of these", `considered` holds words on a yes that says little alone.
    The last six fields are the release: who looked at a red flag, when, what was found, decided, and why.
    """

    error: ClassVar = RegimenError
    title: ClassVar[str] = "This screening"

    patient_id: PatientId | None = None
    screened_on: Day | None = None
    screened_at: datetime | None = None
    screened_by: Name | None = None
    language: str = "en"
    question_set: str | None = None
    answers: dict[str, Answer] = Field(default_factory=dict)
    at_once: tuple[str, ...] = ()
    considered: dict[str, Words] = Field(default_factory=dict)
    cautions: dict[str, CautionAnswer] = Field(default_factory=dict)
    note: Words | None = None
    reviewed_on: Day | None = None
    reviewed_by: Name | None = None
    found: Words | None = None
    decision: Literal["cleared", "refer_no_exercise"] | None = None
    reason: Words | None = None
    emergency_assessed_on: Day | None = None

    @property
    def signs(self) -> tuple[str, ...]:
        """The red-flag questions answered yes, in the order they are asked."""
        return tuple(key for key in question_set().questions if self.answers.get(key) == "yes")

    @property
    def holding(self) -> tuple[str, ...]:
        """Those signs that hold a regimen until a physician has released it."""
        return tuple(key for key in self.signs if question_set().questions[key][1].holds)

    def asked(self) -> Screening:
        """Return the red flags as they were asked and answered, without what was decided about them."""
        rest: dict[str, Any] = {"considered": {}, "cautions": {}, "note": None}
        return self.model_copy(update=dict.fromkeys(RELEASE) | rest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a screening allows: `status` is the most a regimen may be, `problems` why it is not final.

    `where` of a problem is the question, the caution (with its exercise), or the field of the release. `signs` are the
    red flags that nobody has released yet, those on record before among them.
    """

    status: Literal["draft", "held", "final"]
    problems: tuple[Problem, ...]
    signs: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[Family, ...]:
        """The families of the signs, each once, the most urgent first: their `act` says what to do now."""
        return families_of(self.signs)


def judge(
    screening: Screening | None,
    *,
    patient_id: str,
    exercises: Iterable[str],
    on: date,
    valid_days: int,
    earlier: Iterable[Screening] = (),
    standing: Mapping[str, date] = MappingProxyType({}),
) -> Verdict:
    """Return what a screening allows on a day.

    Parameters
    ----------
    patient_id : whose regimen it is; a screening serves one patient
    exercises : ids of the exercises prescribed
    on : the day the regimen becomes final
    valid_days : days a screening is good for, counted from the first answer (`screening_valid_days`)
    earlier : the screenings of the final revisions before; each revision asks again
    standing : red flags on record that nobody has released, as `standing_signs` returns them; a later "no" does not
        lift them, nor does a release from before they were reported
    """
    on_record = dict(standing)
    if screening is None or (screening.patient_id or "") != patient_id:
        found = "of another patient" if screening else "missing"
        problem = Problem("screening", f"is {found}: ask the four families of red flags")
        return Verdict("held" if on_record else "draft", (problem,), tuple(on_record))
    signs = on_record | _reported(screening, on)
    problems = [
        *_when(screening, on, valid_days, tuple(earlier)),
        *_questions(screening),
        *_cautions(screening, set(exercises)),
    ]
    if signs:
        released = list(_release(screening, signs, on, valid_days))
        if released or screening.decision != "cleared":
            return Verdict("held", (*problems, *released), tuple(signs))
    return Verdict("draft" if problems else "final", tuple(problems))


def standing_signs(screenings: Iterable[Screening], *, on: date, valid_days: int) -> dict[str, date]:
    """Return the red flags on record that no later complete release has cleared, with the days they were reported on.

    Parameters
    ----------
    screenings : those of one patient, in the order they were kept
    on, valid_days : as in `judge`; a release of tomorrow releases nothing today
    """
    found: dict[str, date] = {}
    for one in screenings:
        found = found | _reported(one, on)
        if one.decision == "cleared" and not list(_release(one, found, on, valid_days)):
            found = {}
    return found


def _reported(screening: Screening, on: date) -> dict[str, date]:
    return dict.fromkeys(screening.holding, screening.screened_on or on)


def _when(screening: Screening, on: date, valid_days: int, earlier: Sequence[Screening]) -> Iterator[Problem]:
    """A screening says when and by whom, is not too old, and is newer than those of the revisions before."""
    if screening.question_set != question_set().id:
        yield Problem("screening", f"was not asked by question set {question_set().id}, the one in force: ask again")
    if not _said(screening.screened_by):
        yield Problem("screened_by", "is missing: who asked the questions")
    asked_on = screening.screened_on
    if asked_on is None:
        yield Problem("screened_on", "is missing: the day the questions were asked")
    elif asked_on > on:
        yield Problem("screened_on", f"must not be after {on}; found {asked_on}")
    elif (on - asked_on).days > valid_days:
        yield Problem("screened_on", f"is {(on - asked_on).days} days ago; a screening is good for {valid_days}: ask")
    if any(one.asked() == screening.asked() for one in earlier):
        yield Problem("screening", f"was used for a revision before: ask if anything is new since {asked_on}")
    elif asked_on and any(one.screened_on and one.screened_on > asked_on for one in earlier):
        yield Problem("screened_on", "is before the screening of the last final revision: ask again")


def _questions(screening: Screening) -> Iterator[Problem]:
    """Every question is yes or no, and a yes that says little alone has been considered in words."""
    known = question_set().questions
    for key, (family, question) in known.items():
        answer = screening.answers.get(key, "not_asked")
        if answer == "not_asked":
            yield Problem(key, "is not answered: yes or no")
        elif answer == "yes" and not question.holds and not _said(screening.considered.get(key)):
            yield Problem(key, "alone says little: note in words how it was considered")
        if answer != "no" and family.id in screening.at_once:
            yield Problem(key, "contradicts 'asked, none of these' for its family")
    for key in screening.answers.keys() - known.keys():
        yield Problem(key, f"is no question of set {question_set().id}")


def _cautions(screening: Screening, prescribed: set[str]) -> Iterator[Problem]:
    """Each caution that touches a prescribed exercise is answered, and decided for each of them."""
    for caution in question_set().cautions.values():
        touched = [name for name in caution.touches if name in prescribed]
        found = screening.cautions.get(caution.id, CautionAnswer())
        if touched and found.answer == "not_asked":
            yield Problem(caution.id, "is not answered: yes or no")
        elif touched and found.answer == caution.careful:
            yield from _decisions(caution, found, touched)


def _decisions(caution: Caution, found: CautionAnswer, touched: Iterable[str]) -> Iterator[Problem]:
    if not caution.supported:
        yield Problem(caution.id, f"rules out a final regimen. {caution.why}")
        return
    for name in touched:
        decision = found.exercises.get(name)
        where = f"{caution.id}: {name}"
        if decision is None:
            yield Problem(where, "is not decided: leave out, adapt or go on")
        elif decision.do == "leave_out":
            yield Problem(where, "was to be left out, and is still prescribed: switch it off, or decide otherwise")
        elif (asks := question_set().decisions[decision.do].asks) and not _said(decision.words):
            yield Problem(where, f"needs words: {asks}")


def _release(screening: Screening, signs: Mapping[str, date], on: date, valid_days: int) -> Iterator[Problem]:
    """A release names who, when, what was found, what was decided and why; an emergency also when it was assessed."""
    words = {
        "reviewed_by": "the physician who looked",
        "found": "what was found",
        "decision": "cleared, or referred",
        "reason": "why, in words",
    }
    for name, asked in words.items():
        if not _said(getattr(screening, name)):
            yield Problem(name, f"is missing: {asked}")
    first, last = min(signs.values(), default=on), max(signs.values(), default=on)
    if screening.reviewed_on is None:
        yield Problem("reviewed_on", "is missing: the day of the review")
    elif not last <= screening.reviewed_on <= on:
        yield Problem(
            "reviewed_on", f"must be from the day of the last red flag, {last}, to {on}; found {screening.reviewed_on}"
        )
    if screening.decision != "cleared" or not any(family.emergency for family in families_of(signs)):
        return
    assessed_on, latest = screening.emergency_assessed_on, screening.reviewed_on or on
    earliest = date.fromordinal(max(1, first.toordinal() - valid_days))
    if assessed_on is None:
        yield Problem("emergency_assessed_on", "is missing: the day of the emergency assessment")
    elif not earliest <= assessed_on <= latest:
        yield Problem("emergency_assessed_on", f"must be from {earliest} to {latest}; found {assessed_on}")


def _said(text: str | None) -> bool:
    return bool(text and text.strip())
