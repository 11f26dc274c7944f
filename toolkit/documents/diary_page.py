"""The diary page: one file that a patient opens in a browser, with timers, a diary and its export."""

from __future__ import annotations

import base64
import hashlib
from datetime import time
from importlib.resources import files
from typing import Any, Final

from toolkit.documents.take_home import TakeHome, days_line, pause_line, plan_line, replaces_line, safety_box, stamps
from toolkit.languages.words import Language
from toolkit.look import look
from toolkit.plan.catalogue import exercises
from toolkit.plan.dose_words import adapted, often_sentences, session_sentences, steps_of
from toolkit.plan.drawings import POSITIONS, drawing
from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.plan.schedule import diary_key
from toolkit.schema import WEEKDAYS

SCRIPTS: Final = (
    "words.js", "days.js", "schedule.js", "entries.js", "storage.js", "log_file.js", "standing.js", "run.js",
    "signals.js", "build.js", "pieces.js", "today.js", "doing.js", "check.js", "month.js", "send.js", "main.js",
)  # fmt: skip
SPOKEN: Final = ("page", "date", "diary", "exercise", "handout")  # files of a language that the page speaks from
SHARED: Final = ("sheet.day", "sheet.session", "book.sets", "book.reps", "book.hold_s")  # and words of other papers


def diary_page(home: TakeHome, *, day_start: time = time(3)) -> bytes:
    """Return the diary page of a regimen as one HTML file: the same bytes for the same regimen, clinic and language.

    Parameters
    ----------
    day_start : when a day begins; a session before it belongs to the day before, as the clinic's rules count it
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("toolkit.documents", "templates/page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _script()
    page = environment.get_template("page.html.j2").render(
        language=home.words.code,
        look=look(),
        told=told(home, day_start),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    return page.encode()


def _script() -> str:
    folder = files("toolkit.documents").joinpath("templates/page")
    parts = ['"use strict";', *(folder.joinpath(name).read_text(encoding="utf-8").strip() for name in SCRIPTS)]
    return "\n".join(["", "\n\n".join(parts), ""])


def told(home: TakeHome, day_start: time) -> dict[str, Any]:
    """Return all that the page knows: words, the plan without its clinical part, and the pseudonym."""
    regimen, words = home.regimen, home.words
    return {
        "key": diary_key(regimen.regimen_id),
        "patient_id": regimen.patient_id,
        "revision": regimen.revision,
        "day_start": day_start.isoformat(),
        "first_day": str(regimen.first_day),
        "last_day": str(regimen.last_day),
        "weeks_from": str(home.weeks_from),
        "rows": [_row(row, regimen, words) for row in regimen.prescriptions],
        "pauses": [_pause(pause, words) for pause in regimen.pauses],
        "exercises": {name: _exercise(name, regimen, words) for name in exercises()},
        "words": {key: text for key, text in words.words.items() if _is_spoken(key)},
        "box": safety_box(home.profile, words),
        "plan": _plan(home),
        "stamps": stamps(home.profile, words),
    }


def _is_spoken(key: str) -> bool:
    return key in SHARED or key.partition(".")[0] in SPOKEN


def _plan(home: TakeHome) -> list[str]:
    lines = [
        plan_line(home),
        replaces_line(home),
        days_line(home),
        home.words.say("handout.specialist"),
    ]
    return [line for line in lines if line]


def _row(row: Prescription, regimen: Regimen, words: Language) -> dict[str, Any]:
    return {
        "exercise": row.exercise,
        "side": row.side,
        "first_day": str(row.first_day),
        "last_day": str(row.last_day),
        "sessions_per_day": row.sessions_per_day,
        "weekdays": None if row.weekdays is None else [WEEKDAYS.index(day) for day in row.weekdays],
        "days_per_week": row.days_per_week,
        "sets": row.sets,
        "reps": row.reps_min,
        "most_reps": row.most_reps,
        "hold_s": row.hold_s_min,
        "longest_hold_s": row.longest_hold_s,
        "dose": session_sentences(row, words),
        "often": often_sentences(row, words),
        "adapted": adapted(regimen.screening, row.exercise, words),
    }


def _pause(pause: Pause, words: Language) -> dict[str, Any]:
    days = {"first_day": str(pause.first_day), "last_day": str(pause.last_day)}
    return {"exercise": pause.exercise, **days, "says": pause_line(pause, words)}


def _exercise(name: str, regimen: Regimen, words: Language) -> dict[str, Any]:
    """Return an exercise's name and sides; all that teaches it only where the regimen asks for it."""
    known: dict[str, Any] = {"name": words.say(f"{name}.name"), "sided": exercises()[name].sided}
    if name not in {row.exercise for row in regimen.prescriptions}:
        return known
    sides = {f"side_{side}": words.say(f"{name}.side_{side}") for side in ("left", "right") if known["sided"]}
    return known | sides | {
        "letter": look()["exercise"][name]["letter"],
        "purpose": words.say(f"{name}.purpose"),
        "steps": steps_of(name, (row for row in regimen.prescriptions if row.exercise == name), words),
        "feel": words.say(f"{name}.feel"),
        "pictures": [_picture(name, at, words) for at in POSITIONS],
    }  # fmt: skip


def _picture(name: str, at: str, words: Language) -> dict[str, str]:
    drawn = drawing(name, at).encode()  # the right side; the page mirrors it for the left
    return {
        "title": words.say(f"handout.{at}"),
        "alt": words.say(f"{name}.picture_{at}"),
        "src": f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}",
    }
