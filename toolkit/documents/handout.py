"""The handout: what to do, how, how much and when to stop, on two pages for four exercises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from toolkit.documents.paper import patient_paper
from toolkit.documents.pdf import Printed
from toolkit.documents.take_home import TakeHome, days_line, pause_line, plan_line, replaces_line, safety_box
from toolkit.languages.words import Language
from toolkit.plan.dose_words import adapted, dates_sentence, often_sentences, session_sentences, steps_of
from toolkit.plan.drawings import POSITIONS, drawing
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.plan.schedule import has_days
from toolkit.settings import ClinicProfile

RULES = ("handout.rules", "exercise.stop", "handout.normal", "handout.specialist", "handout.dark")


def handout(home: TakeHome, *, paper: str = "a4") -> Printed:
    """Return the handout of a regimen, to be printed as PDF: the same bytes for the same input.

    Whose plan it is and for which days; the safety-net box; each exercise with its drawings, steps, dose, sides and
    days; what holds for all of them; whom to ask, and the next review.

    Parameters
    ----------
    paper : `a4` or `letter`

    Raises
    ------
    ToolkitError
        If the paper is another.
    """
    words, regimen = home.words, home.regimen
    names = dict.fromkeys(row.exercise for row in regimen.prescriptions)
    data = {
        "whose": whose(home),
        "lines": list(_lines(home)),
        "box": safety_box(home.profile, words),
        "stopped": _pauses(home, None),
        "exercises": [_exercise(home, name) for name in names],
        "rules": [words.say(key) for key in RULES],
        "review": words.say("handout.review", date=words.day(regimen.last_day)),
        "appointment": words.say("handout.appointment"),
    }
    return patient_paper(
        "handout.typ", data, title=words.say("handout.title"), foot=plan_line(home), on=home.written_on,
        profile=home.profile, words=words, paper=paper,
    )  # fmt: skip


def safety_sheet(profile: ClinicProfile, words: Language, *, on: date, paper: str = "a4") -> Printed:
    """Return the safety-net box alone: the one paper that may always be printed, also of a held regimen.

    Parameters
    ----------
    on : the day it is made, of the document's properties and at the foot of the page
    """
    data = {"box": safety_box(profile, words)}
    return patient_paper(
        "safety_sheet.typ", data, title=words.say("box.title"), foot=words.day(on), on=on, profile=profile, words=words,
        paper=paper,
    )  # fmt: skip


def whose(home: TakeHome) -> dict[str, str]:
    """Return the line for the patient's name, which is written in by hand, and the pseudonym."""
    words = home.words
    return {
        "name": words.say("handout.name"),
        "number": words.say("handout.number", patient=home.regimen.patient_id),
    }


def _lines(home: TakeHome) -> Iterator[str]:
    yield days_line(home)
    if replaces := replaces_line(home):
        yield replaces


def _exercise(home: TakeHome, name: str) -> dict[str, Any]:
    """Return one block: how the exercise is done, and each of its doses."""
    words, regimen = home.words, home.regimen
    rows = sorted(
        (row for row in regimen.prescriptions if row.exercise == name), key=lambda row: (row.first_day, row.side)
    )
    return {
        "name": words.say(f"{name}.name"),
        "pictures": [_picture(name, position, words, left=_only_left(rows)) for position in POSITIONS],
        "steps": steps_of(name, rows, words),
        "feel": words.say(f"{name}.feel"),
        "adapted": adapted(regimen.screening, name, words),
        "sides": _sides(rows, words),
        "doses": [_dose(row, regimen, words) for row in rows if has_days(regimen, row)],
        "pauses": _pauses(home, name),
    }


def _only_left(rows: Sequence[Prescription]) -> bool:
    return all(row.side == "left" for row in rows)


def _picture(name: str, position: str, words: Language, *, left: bool) -> dict[str, str]:
    return {
        "svg": drawing(name, position, left=left),
        "words": words.say(f"{name}.picture_{position}"),
        "label": words.say(f"handout.{position}"),
    }


def _sides(rows: Sequence[Prescription], words: Language) -> list[str]:
    """Return what a side means, where only one is asked for: then a mistake would work the other."""
    asked = dict.fromkeys(row.side for row in rows)
    return [words.say(f"{rows[0].exercise}.side_{side}") for side in ("left", "right") if side in asked]


def _dose(row: Prescription, regimen: Regimen, words: Language) -> dict[str, Any]:
    """Return one dose; its days where they are not those of the whole plan."""
    whole = (row.first_day, row.last_day) == (regimen.first_day, regimen.last_day)
    return {
        "days": "" if whole else dates_sentence(row, words),
        "lines": [*session_sentences(row, words), " ".join(often_sentences(row, words))],
    }


def _pauses(home: TakeHome, exercise: str | None) -> list[str]:
    """Return the pauses of an exercise, or those of all, that lie within the plan's days."""
    words, plan = home.words, home.regimen
    mine = [one for one in plan.pauses if one.exercise == exercise]
    told = [one for one in mine if one.first_day <= plan.last_day and one.last_day >= plan.first_day]
    return [pause_line(one, words) for one in told]
