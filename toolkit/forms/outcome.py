"""What the typed regimen comes to: minutes, a picture, what the patient reads, how it is counted, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import ipywidgets as widgets

from toolkit.charts.base import svg_of
from toolkit.charts.week import plot_week
from toolkit.forms import markup
from toolkit.forms.fields import Lines, seen, words
from toolkit.plan.changes import changes
from toolkit.plan.hints import regimen_hints
from toolkit.plan.preview import counting_text, patient_text, pause_text
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.plan.wording import day_in_words, minutes_a_day, minutes_a_week, phases, sentence, week_of
from toolkit.rules import Rules
from toolkit.settings import ClinicProfile

SHOWN = 6  # fields named in the line that says what is to be mended
SO_FAR = ", of the exercises that are complete so far."


class Outcome:
    """The lower part of the planner form; nothing is typed here."""

    def __init__(self) -> None:
        self.mend, self.total = words("", "problem"), words("", "sentence")
        self.week, self.hints = widgets.HTML(), Lines("hint")
        self.patient, self.counting, self.changed = Lines("paper"), Lines("quiet"), Lines("sentence")
        self._whole = widgets.VBox([
            self.week, words("What the patient will read", "head"), self.patient,
            words("How adherence to it will be counted", "head"), self.counting,
            words("What changed since the last revision", "head"), self.changed,
        ])  # fmt: skip
        self.view = widgets.VBox([self.mend, self.total, self.hints, self._whole])

    def show(
        self,
        regimen: Regimen | None,
        *,
        before: Regimen | None,
        rows: Mapping[str, Sequence[Prescription]],
        to_mend: Sequence[str],
        profile: ClinicProfile | None,
        on: date,
    ) -> None:
        """Show what a regimen asks, and what is other than `before`; while something is wrong, what and how long.

        `rows` are those of each exercise that is right as typed, `to_mend` the fields that are not.
        """
        steps = phases(row for found in rows.values() for row in found)
        self.mend.value = _to_mend(to_mend)
        self.total.value = _minutes(steps) + (_days(regimen) if regimen else SO_FAR) if steps else ""
        self.hints.say(list(dict.fromkeys(hint for step in steps for hint in regimen_hints(step, profile, on))))
        seen(self._whole, regimen is not None)
        if regimen is None:
            self.week.value = ""
            return
        self.changed.say(_changed(before, regimen))
        self.week.value = _picture(tuple(phases(regimen.prescriptions)[0]))
        self.patient.say(patient_text(regimen.prescriptions, screening=regimen.screening))
        rules = profile.rules(on) if profile else Rules(as_of=on)
        self.counting.say((*counting_text(regimen.prescriptions, rules), *pause_text(regimen.pauses)))


def _to_mend(fields: Sequence[str]) -> str:
    """Return which fields are to be mended, the first few by name."""
    if not fields:
        return ""
    named = "; ".join(fields[:SHOWN]) + (f"; and {len(fields) - SHOWN} more" if len(fields) > SHOWN else "")
    return f"{len(fields)} thing{'' if len(fields) == 1 else 's'} to mend or fill in: {named}."


def _minutes(steps: Sequence[Sequence[Prescription]]) -> str:
    first, most = _whole(minutes_a_day(steps[0])), max(_whole(minutes_a_day(step)) for step in steps)
    rising = f", rising to {most}" if most > first else ""
    a_week = _whole(minutes_a_week(steps[0]))
    return f"About {first} minutes on the longest day{rising}, {a_week} minutes a week (estimate)"


def _days(regimen: Regimen) -> str:
    return f"; {day_in_words(regimen.first_day)} to {day_in_words(regimen.last_day)}."


def _changed(before: Regimen | None, regimen: Regimen) -> list[str]:
    if before is None:
        return ["This is the first revision."] if regimen.revision == 1 else []
    return [str(change) for change in changes(before, regimen)] or ["Nothing."]


@lru_cache(maxsize=8)
def _picture(rows: tuple[Prescription, ...]) -> str:
    """Return the week as an image with its words; drawn again only when a dose has changed."""
    svg = svg_of(lambda ax: plot_week(week_of(rows), ax=ax), rows=len(rows))
    return markup.picture(svg, "The first week as prescribed: " + "; ".join(map(sentence, rows)))


def _whole(minutes: float) -> int:
    """Round as people do: half a minute is one more."""
    return int(minutes + 0.5)
