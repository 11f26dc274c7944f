"""A draft checked: the regimen it makes, or everything that is to be mended, field by field."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.plan.drafts import DOSE, EVERY_DAY, NAMED, RegimenDraft, StepDraft
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.plan.screening import Screening
from toolkit.schema import WEEKDAYS
from toolkit.typed import shown

MAX_WEEKS = 52
YEARS = range(2000, 2101)  # beyond them a date is a slip of the hand (limit of our own)
TYPED_AS = {  # what pydantic asks of a field, and how it may be typed
    "reps": ("must be a whole number;", "must be a whole number such as 3, or a range such as 3-5;"),
    "hold_s": ("must be a number;", "must be seconds such as 30, or a range such as 15-30;"),
}
NUMBER = re.compile(r"[0-9]{1,4}([.][0-9]{1,3})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ASKED = {
    "patient_id": "the pseudonym",
    "written_by": "your name",
    "purpose": "preventive or remedial",
    "first_day": "a day",
}


def review(draft: RegimenDraft, screening: Screening | None = None) -> tuple[Regimen | None, tuple[Problem, ...]]:
    """Return the regimen, with what was asked for it, if the draft is complete; else None and all to be mended.

    `where` of a problem is the field: `patient_id`, `weeks`, `exercises`, `pause 1: reason` and so on, or the exercise
    with its field or step: `knee_to_chest: step 1: hold_s`.
    """
    problems = [*_missing(draft), *_pause_problems(draft)]
    rows, places = _all_rows(draft, problems)
    if not rows:  # any right row, so that the other fields are judged as well
        stand_in = RegimenDraft().with_exercise("abdominal_stability", on=True)
        rows, places = _rows(stand_in, "abdominal_stability", [])
    try:
        regimen = Regimen(
            regimen_id=draft.regimen_id,
            revision=draft.revision,
            patient_id=draft.patient_id or "p",  # a blank is told as missing, not as too short
            purpose=draft.purpose or None,
            written_by=draft.written_by or None,
            goal=draft.goal or None,
            note=draft.note or None,
            screening=screening,
            prescriptions=rows,
            pauses=_pauses(draft),
        )
    except RegimenError as error:
        told = {problem.where for problem in problems}
        problems += [one for one in (_as_typed(problem, places) for problem in error.problems) if one.where not in told]
    return (None, tuple(problems)) if problems else (regimen, ())


def rows_of(draft: RegimenDraft) -> dict[str, list[Prescription]]:
    """Return the rows of those chosen exercises that are right as typed, whatever is wrong elsewhere."""
    found = {}
    for name in draft.chosen:
        problems: list[Problem] = []
        with contextlib.suppress(RegimenError):
            rows = [Prescription(**row) for row in _rows(draft, name, problems)[0]]
            if not problems:
                found[name] = rows
    return found


def _missing(draft: RegimenDraft) -> Iterator[Problem]:
    """Say what the form asks beyond what a regimen must have."""
    yield from (Problem(name, f"is missing: give {asked}") for name, asked in ASKED.items() if not getattr(draft, name))
    if draft.first_day and draft.first_day.year not in YEARS:
        told = f"must lie in the years {YEARS[0]} to {YEARS[-1]}; found {draft.first_day}"
        yield Problem("first_day", told)
    weeks = _number(draft.weeks)
    if weeks is not None and draft.last_day is not None:
        yield Problem("last_day", "give the weeks or a last day, not both")
    elif draft.last_day is None and weeks is None:
        yield Problem("weeks", "is missing: give the weeks, or a last day")
    elif draft.last_day is None and not (isinstance(weeks, int) and 1 <= weeks <= MAX_WEEKS):
        yield Problem("weeks", f"must be a whole number from 1 to {MAX_WEEKS}; found {shown(draft.weeks)}")
    elif draft.last_day and draft.first_day and draft.last_day < draft.first_day:
        yield Problem("last_day", f"must not be before {draft.first_day}; found {draft.last_day}")
    if draft.revision > 1 and not draft.reason:
        yield Problem("reason", "is missing: give the reason for this revision")
    if not draft.chosen:
        yield Problem("exercises", "choose at least one exercise")


def _pause_problems(draft: RegimenDraft) -> Iterator[Problem]:
    asked = {"first_day": "a day", "last_day": "a day", "reason": "the reason"}
    for number, pause in enumerate(draft.pauses, start=1):
        for name, words in asked.items():
            if not getattr(pause, name):
                yield Problem(f"pause {number}: {name}", f"is missing: give {words}")
        if pause.first_day and pause.last_day and pause.last_day < pause.first_day:
            yield Problem(f"pause {number}: last_day", f"must not be before {pause.first_day}; found {pause.last_day}")


def _pauses(draft: RegimenDraft) -> list[dict[str, Any]]:
    """Return the pauses whose days are in order; the others are told of by `_pause_problems`."""
    return [
        {"exercise": one.exercise or None, "first_day": one.first_day, "last_day": one.last_day, "reason": one.reason}
        for one in draft.pauses
        if one.first_day and one.last_day and one.first_day <= one.last_day
    ]


def _all_rows(draft: RegimenDraft, problems: list[Problem]) -> tuple[list[dict[str, Any]], list[str]]:
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    for name in draft.chosen:
        found, where = _rows(draft, name, problems)
        rows += found
        places += where
    return rows, places


def _rows(draft: RegimenDraft, name: str, problems: list[Problem]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return an exercise's rows, a step each, with the words for their places; steps that fit nowhere are told."""
    first, last = _span(draft)
    row = _base(draft, name) | {"first_day": first, "last_day": last}
    rows, places = [row], [name]
    for number, step in enumerate(draft.exercises[name].steps, start=1):
        where = f"{name}: step {number}"
        begins = _begins(step, first)
        if begins is None or not rows[-1]["first_day"] < begins <= last:
            problems.append(Problem(f"{where}: week", _week_words(step, rows[-1]["first_day"], first, last)))
            continue
        rows[-1]["last_day"] = begins - timedelta(days=1)
        rows.append(rows[-1] | _dose(step, rows[-1]) | {"first_day": begins, "last_day": last})
        places.append(where)
    return rows, places


def _span(draft: RegimenDraft) -> tuple[date, date]:
    """Return the days of the regimen; where they are wrong, that is told elsewhere, and any days serve."""
    first, weeks = draft.first_day or date(2000, 1, 3), _number(draft.weeks)
    if first.year not in YEARS:
        first = date(2000, 1, 3)
    if draft.last_day and draft.last_day >= first:
        return first, draft.last_day
    length = weeks if isinstance(weeks, int) and 1 <= weeks <= MAX_WEEKS else 1
    return first, first + timedelta(days=7 * length - 1)


def _begins(step: StepDraft, first: date) -> date | None:
    if DAY.fullmatch(step.week):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(step.week)
        return None
    week = _number(step.week)
    return first + timedelta(days=7 * (week - 1)) if isinstance(week, int) else None


def _week_words(step: StepDraft, before: date, first: date, last: date) -> str:
    earliest, latest = (before - first).days // 7 + 2, (last - first).days // 7 + 1
    if earliest > latest:
        return "there is no week left for a step: give the regimen more weeks, or take the step out"
    return f"must be a week from {earliest} to {latest}, or a day such as 2026-03-16; found {shown(step.week)}"


def _base(draft: RegimenDraft, name: str) -> dict[str, Any]:
    """Return what was typed of an exercise as the fields of a prescription: what is no number stays the text it is."""
    one = draft.exercises[name]
    quota = "" if (days := _number(one.days_per_week)) is None else days  # None would say that days are named
    typed = {key: getattr(one, key) for key in DOSE}
    return {
        "exercise": name,
        "side": one.side or None,
        "weekdays": tuple(day for day in WEEKDAYS if day in one.weekdays) if one.days == NAMED else None,
        "days_per_week": {EVERY_DAY: len(WEEKDAYS), NAMED: None}.get(one.days, quota),
        **_numbers(typed),
    }


def _dose(step: StepDraft, before: dict[str, Any]) -> dict[str, Any]:
    """Return the dose of a step: a blank stays as before."""
    typed = {key: getattr(step, key) for key in DOSE}
    said = _numbers(typed)
    return {key: said[key] if typed[key.removesuffix("_min").removesuffix("_max")] else before[key] for key in said}


def _numbers(typed: dict[str, str]) -> dict[str, Any]:
    reps, holds = _ends(typed["reps"]), _ends(typed["hold_s"])
    return {
        "sessions_per_day": _number(typed["sessions_per_day"]),
        "sets": _number(typed["sets"]),
        "reps_min": reps[0],
        "reps_max": reps[1],
        "hold_s_min": holds[0],
        "hold_s_max": holds[1],
    }


def _as_typed(problem: Problem, places: list[str]) -> Problem:
    """Turn a problem of a regimen into one of the form: its field, and the forms in which it may be typed."""
    row, _, name = problem.where.partition(": ")
    if not row.startswith("prescriptions "):
        return problem
    field = name.removesuffix("_min").removesuffix("_max") or "hold_s"  # the sum of a session's holds stands there
    plain, typed = TYPED_AS.get(field, ("", ""))
    message = problem.message.replace(plain, typed, 1) if plain else problem.message
    where = f"{places[int(row.split()[1]) - 1]}: {field}"
    return Problem(where, "is missing" if message.endswith("; found nothing") else message)


def _ends(text: str) -> tuple[Any, Any]:
    """Return both ends of a range such as 15-30, or one number and None; what is neither stays text."""
    low, dash, high = text.partition("-")
    ends = _number(low), _number(high)
    if dash and any(isinstance(end, str) or end is None for end in ends):
        return text, None
    return ends


def _number(text: str) -> int | float | str | None:
    """Return the number that ASCII digits with at most one point state; a blank is None, anything else stays text."""
    if not text.strip():
        return None
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
