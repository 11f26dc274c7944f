"""A screening while it is asked: an answer at a time, no blank taken for one, no click that renews an old answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from toolkit.errors import RegimenError
from toolkit.plan.questions import question_set
from toolkit.plan.screening import RELEASE, CautionAnswer, Decision, Screening


def answering(asked: Screening, key: str, answer: str, at: datetime) -> Screening:
    """Return the screening with one red-flag question answered, or with its answer taken back (a blank).

    Its family was then not answered at one press, and what a physician decided before does not speak of it.
    """
    family = question_set().questions[key][0].id
    at_once = tuple(one for one in asked.at_once if one != family)
    return _asked(asked, at, answers=_with(asked.answers, key, answer), at_once=at_once)


def none_of(asked: Screening, family: str, at: datetime) -> Screening:
    """Return the screening with one family answered "asked, none of these"; a yes that stands is not overwritten."""
    keys = [one.id for one in question_set().families[family].questions]
    if any(asked.answers.get(key) == "yes" for key in keys):
        return asked
    at_once = (*(one for one in asked.at_once if one != family), family)
    return _asked(asked, at, answers=asked.answers | dict.fromkeys(keys, "no"), at_once=at_once)


def cautioning(asked: Screening, key: str, answer: str, at: datetime) -> Screening:
    """Return the screening with one caution answered; what was decided under it stays until it is recorded."""
    found = asked.cautions.get(key, CautionAnswer())
    changed = found.model_copy(update={"answer": answer or "not_asked"})
    return _begun(asked, at).model_copy(update={"cautions": asked.cautions | {key: changed}})


def deciding(asked: Screening, caution: str, exercise: str, do: str, words: str) -> Screening:
    """Return the screening with a decision on one exercise that a caution touches, or without one (a blank)."""
    found = asked.cautions.get(caution, CautionAnswer())
    made = {name: one for name, one in found.exercises.items() if name != exercise}
    made |= {exercise: Decision.model_construct(None, do=do, words=words)} if do else {}  # type: ignore[arg-type]
    return asked.model_copy(
        update={"cautions": asked.cautions | {caution: found.model_copy(update={"exercises": made})}}
    )


def recorded(asked: Screening, patient_id: str) -> Screening | None:
    """Return what was asked as the screening of a patient, checked; None while nothing was answered.

    An open question is noted as not asked; a decision under a caution that is not met is left out.

    Raises
    ------
    RegimenError
        If a text is too long, or the patient is no pseudonym.
    """
    if not asked.answers and not any(one.answer != "not_asked" for one in asked.cautions.values()):
        return None
    in_force = question_set()
    data = asked.model_dump() | {
        "patient_id": patient_id or None,
        "answers": {key: asked.answers.get(key, "not_asked") for key in in_force.questions},
        "considered": {key: words for key, words in asked.considered.items() if words},
        "cautions": {key: _met(asked.cautions.get(key), one.careful) for key, one in in_force.cautions.items()},
    }
    return Screening(**data)


def taken_up(data: Screening | dict[str, Any]) -> Screening:
    """Return a screening to go on with; one of other questions begins anew, and what does not fit stays open."""
    kept = data.model_dump() if isinstance(data, Screening) else data
    if kept.get("question_set") not in (None, question_set().id):
        return Screening()
    given = {key: answer for key, answer in kept.get("answers", {}).items() if answer != "not_asked"}
    kept = kept | {"answers": given}
    try:
        return Screening(**kept)
    except RegimenError as error:
        wrong = {one.where.replace(" ", ":").partition(":")[0] for one in error.problems}
        return Screening(**{key: value for key, value in kept.items() if key not in wrong})


def _asked(asked: Screening, at: datetime, **changes: Any) -> Screening:
    """Return the screening with other answers: a release speaks only of what had been answered before it."""
    same = all(getattr(asked, name) == value for name, value in changes.items())
    return _begun(asked, at).model_copy(update=changes | ({} if same else dict.fromkeys(RELEASE)))


def _begun(asked: Screening, at: datetime) -> Screening:
    """Return the screening with the moment of its first answer: it is as old as its oldest answer."""
    if asked.screened_at is not None or asked.screened_on is not None:
        return asked
    moment = at.replace(tzinfo=None, microsecond=0)
    begun = {"screened_at": moment, "screened_on": moment.date(), "question_set": question_set().id}
    return asked.model_copy(update=begun | {"language": question_set().language})


def _met(found: CautionAnswer | None, careful: str) -> dict[str, Any]:
    if found is None:
        return {}
    return found.model_dump() | ({} if found.answer == careful else {"exercises": {}})


def _with(answers: dict[str, Any], key: str, answer: str) -> dict[str, Any]:
    others = {name: one for name, one in answers.items() if name != key}
    return others | ({key: answer} if answer else {})
