"""The diary sheet: a regimen's days on paper, for the patient to fill in with a pen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from toolkit.documents.handout import whose
from toolkit.documents.paper import patient_paper
from toolkit.documents.pdf import Printed
from toolkit.documents.take_home import TakeHome, plan_line, safety_box
from toolkit.languages.words import Language
from toolkit.plan.diary import AnyDays, DiaryRow, Week, any_days, diary_rows, pauses_in, weeks_of
from toolkit.plan.regimen import MEDICAL_HOLD, Pause, Regimen

LINES_A_DAY = 18  # lines to write on that a page holds for sure; of a day with more each part is named anew
HEADS = ("exercise", "leg", "done", "not_done", "times", "pain", "why")


def diary_sheet(home: TakeHome, *, paper: str = "a4") -> Printed:
    """Return the diary sheet of a regimen, to be printed as PDF: the same bytes for the same input, nothing answered.

    Parameters
    ----------
    home : as `take_home` returns it
    paper : `a4` or `letter`

    Raises
    ------
    ToolkitError
        If the paper is another.
    """
    words, regimen = home.words, home.regimen
    data = {
        "whose": whose(home),
        "box": safety_box(home.profile, words),
        "how_title": words.say("sheet.how_title"),
        "how": how_to(home),
        "heads": [words.say(_key_of(name)) for name in HEADS],
        "weeks": [_week(regimen, week, words) for week in weeks_of(regimen, home.weeks_from)],
    }
    return patient_paper(
        "diary_sheet.typ", data, title=words.say("diary.title"), foot=plan_line(home), on=home.written_on,
        profile=home.profile, words=words, paper=paper,
    )  # fmt: skip


def how_to(home: TakeHome) -> list[str]:
    """Return how the sheet is filled in."""
    words = home.words
    all_days = (home.regimen.last_day - home.regimen.first_day).days + 1
    some_free = sum(len(week.days) for week in weeks_of(home.regimen, home.weeks_from)) < all_days
    return [
        *words.list("sheet.how"),
        words.say("diary.pain"),
        *([words.say("sheet.free_days")] if some_free else []),
    ]


def week_name(week: Week, words: Language) -> str:
    """Return a week with its number and its days."""
    if week.first_day == week.last_day:
        return words.say("sheet.week_of_a_day", n=week.number, day=words.day(week.first_day))
    return words.say("sheet.week", n=week.number, first=words.day(week.first_day), last=words.day(week.last_day))


def week_notes(regimen: Regimen, week: Week, words: Language) -> list[str]:
    """Return what a week says of itself: days the patient chooses, days on which nothing is done."""
    return [*_chosen_days(regimen, week, words), *(_pause(one, words) for one in pauses_in(regimen, week))]


def _key_of(name: str) -> str:
    return f"diary.{name}" if name in ("done", "not_done", "why") else f"sheet.{name}"


def _week(regimen: Regimen, week: Week, words: Language) -> dict[str, Any]:
    return {
        "title": week_name(week, words),
        "notes": week_notes(regimen, week, words),
        "days": [part for day in week.days for part in _parts(diary_rows(regimen, day), words)],
    }


def _chosen_days(regimen: Regimen, week: Week, words: Language) -> Iterator[str]:
    chosen = any_days(regimen, week)
    whole = {row.exercise for day in week.days for row in diary_rows(regimen, day)}
    if len({one.count for one in chosen}) == 1 and {one.exercise for one in chosen} == whole:
        yield _any_days(chosen[0], words)
        return
    for one in chosen:
        name = words.say(f"{one.exercise}.name")
        twice = sum(other.exercise == one.exercise for other in chosen) > 1
        side = f", {words.say(f'exercise.side_{one.side}')}" if twice else ""
        yield words.say("sheet.of_exercise", exercise=name + side, words=_any_days(one, words))


def _any_days(one: AnyDays, words: Language) -> str:
    return words.say("sheet.any_day") if one.count == 1 else words.say("sheet.any_days", n=one.count)


def _pause(pause: Pause, words: Language) -> str:
    dates = {"first": words.day(pause.first_day), "last": words.day(pause.last_day)}
    if pause.exercise is not None:
        told = words.say("handout.pause_one", **dates)
        return words.say("sheet.of_exercise", exercise=words.say(f"{pause.exercise}.name"), words=told)
    return words.say("handout.stopped" if pause.reason == MEDICAL_HOLD else "handout.pause", **dates)


def _parts(rows: list[DiaryRow], words: Language) -> Iterator[dict[str, Any]]:
    """Yield a day, in parts where it has more lines than a page holds."""
    part: list[DiaryRow] = []
    for row in rows:
        if sum(len(one.sessions) for one in [*part, row]) > LINES_A_DAY:
            yield _day(part, words)
            part = []
        part.append(row)
    yield _day(part, words)


def _day(rows: list[DiaryRow], words: Language) -> dict[str, Any]:
    return {"name": day_name(rows[0].day, words), "rows": [_row(row, words) for row in rows]}


def day_name(day: date, words: Language) -> str:
    """Return a day with its name, its month in words."""
    name = words.say("sheet.day", weekday=words.weekday(day), day=words.day(day))
    return name[0].upper() + name[1:]


def session_name(row: DiaryRow, words: Language) -> str:
    """Return which session of the day a row is, nothing where there is one."""
    return words.say("sheet.session", n=row.number, all=row.count) if row.count > 1 else ""


def _row(row: DiaryRow, words: Language) -> dict[str, Any]:
    return {
        "exercise": words.say(f"{row.exercise}.name"),
        "session": session_name(row, words),
        "sides": [words.say(f"sheet.{one.side}") if one.side != "none" else "" for one in row.sessions],
    }
