"""What the typed regimen comes to: minutes, a picture, what the patient reads, how it is counted, what changed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import ipywidgets as widgets

from toolkit.charts.base import svg_of
from toolkit.charts.patient import plot_week
from toolkit.forms import markup
from toolkit.forms.fields import Lines, seen, words
from toolkit.plan.changes import changes
from toolkit.plan.gate_words import day_in_words
from toolkit.plan.hints import regimen_hints
from toolkit.plan.preview import counting_text, patient_text
from toolkit.plan.regimen import Prescription, Regimen
from toolkit.plan.wording import minutes_a_day, minutes_a_week, sentence, week_of
from toolkit.rules import Rules
from toolkit.settings import ClinicProfile


class Outcome:
    """The lower part of the planner form; nothing is typed here."""

    def __init__(self) -> None:
        self.total, self.week, self.hints = words("", "sentence"), widgets.HTML(), Lines("hint")
        self.patient, self.counting, self.changed = Lines("paper"), Lines("quiet"), Lines("sentence")
        self._whole = widgets.VBox([
            self.hints, self.week, words("What the patient will read", "head"), self.patient,
            words("How adherence to it will be counted", "head"), self.counting,
            words("What changed since the last revision", "head"), self.changed,
        ])  # fmt: skip
        self.view = widgets.VBox([self.total, self._whole])

    def show(
        self, regimen: Regimen | None, *, base: Regimen | None, to_mend: int, profile: ClinicProfile | None, on: date
    ) -> None:
        """Show what a regimen asks, and what is other than in `base`; nothing of it while something is wrong."""
        seen(self._whole, regimen is not None)
        self.changed.say(_changed(base, regimen))
        if regimen is None:
            self.total.value = f"{to_mend} thing{'' if to_mend == 1 else 's'} to mend or fill in."
            self.week.value = ""
            return
        first_rows = [row for row in regimen.prescriptions if row.first_day == regimen.first_day]
        a_day, a_week = _whole(minutes_a_day(first_rows)), _whole(minutes_a_week(first_rows))
        self.total.value = (
            f"About {a_day} minutes on the longest day, {a_week} minutes a week (estimate); "
            f"{day_in_words(regimen.first_day)} to {day_in_words(regimen.last_day)}."
        )
        self.hints.say(regimen_hints(first_rows, profile, on))
        self.week.value = _picture(tuple(first_rows))
        self.patient.say(patient_text(regimen.prescriptions, screening=regimen.screening))
        rules = profile.rules(on) if profile else Rules(as_of=on)
        self.counting.say(counting_text(regimen.prescriptions, rules))


def _changed(base: Regimen | None, regimen: Regimen | None) -> list[str]:
    if base is None or regimen is None:
        return ["This is the first revision."] if base is None else []
    return [str(change) for change in changes(base, regimen)] or ["Nothing."]


@lru_cache(maxsize=8)
def _picture(rows: tuple[Prescription, ...]) -> str:
    """Return the week as an image with its words; drawn again only when a dose has changed."""
    svg = svg_of(lambda ax: plot_week(week_of(rows), ax=ax), rows=len(rows))
    return markup.picture(svg, "The first week as prescribed: " + "; ".join(map(sentence, rows)))


def _whole(minutes: float) -> int:
    """Round as people do: half a minute is one more."""
    return int(minutes + 0.5)
