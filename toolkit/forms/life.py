"""Pausing a regimen and ending it early, each with who and why; no new plan and no new screening is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms import markup
from toolkit.forms.clinic import Clinic
from toolkit.forms.fields import button, choice, day, text, words
from toolkit.plan.catalogue import exercises
from toolkit.plan.gate_words import day_in_words
from toolkit.plan.regimen import Pause, Regimen
from toolkit.plan.wording import sentence


class LifeForm:
    """A form that pauses a regimen or ends it early.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says

    Attributes
    ----------
    view : the widget; fields : the input widgets by name; status : what happened last
    """

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        names = [("all", ""), *((one.name, key) for key, one in exercises().items())]
        self.fields = {
            "regimen": choice("Regimen in force", []),
            "by": text("Your name"),
            "reason": text("Reason"),
            "exercise": choice("Pause: exercise", names),
            "first_day": day("Pause: first day"),
            "last_day": day("Pause: last day"),
            "end": day("Last day of the regimen"),
        }
        self.asks = widgets.VBox([])
        self.status = widgets.HTML()
        self.pause = button("Pause", partial(self._try, self._pause))
        self.end = button("End early", partial(self._try, self._end))
        self.fields["regimen"].observe(lambda _: self._show(), names="value")
        whose = [self.fields[name] for name in ("regimen", "by", "reason")]
        pausing = [self.fields[name] for name in ("exercise", "first_day", "last_day")]
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"), *whose, self.asks,
            words("Pause", "head"), *pausing, self.pause,
            words("End early", "head"), self.fields["end"], self.end, self.status,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-life")
        self.refresh()

    def __repr__(self) -> str:
        return "LifeForm: run this cell to pause a regimen or end it early"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return {**self.view._repr_mimebundle_(**options), "text/plain": repr(self)}

    def refresh(self) -> None:
        """Read the regimens in force again."""
        final = {one.regimen_id: one for one in self.clinic.regimens() if one.status == "final"}
        today = self.clinic.now().date()
        self._regimens = {key: one for key, one in final.items() if one.last_day >= today}
        options = [(f"{one.patient_id}, {key} revision {one.revision}", key) for key, one in self._regimens.items()]
        self.fields["regimen"].options = [("", ""), *options]
        self._show()

    def _chosen(self) -> Regimen:
        found = self._regimens.get(self.fields["regimen"].value or "")
        if found is None:
            raise ToolkitError("Choose a regimen first.")
        return found

    def _show(self) -> None:
        regimen = self._regimens.get(self.fields["regimen"].value or "")
        told = [f"{sentence(row)}, to {day_in_words(row.last_day)}" for row in regimen.prescriptions] if regimen else []
        self.asks.children = [words(one, "sentence") for one in told]

    def _try(self, act: Callable[[], str]) -> None:
        try:
            told = act()
        except ToolkitError as error:
            told = str(error)
        self.status.value = markup.status(told)

    def _pause(self) -> str:
        regimen = self._chosen()
        pause = Pause(
            exercise=self.fields["exercise"].value or None,
            first_day=self.fields["first_day"].value,
            last_day=self.fields["last_day"].value,
            reason=self.fields["reason"].value.strip() or None,
        )
        self.clinic.pause(regimen.patient_id, pause, by=self.fields["by"].value.strip())
        days = f"{day_in_words(pause.first_day)} to {day_in_words(pause.last_day)}"
        return f"Paused for {regimen.patient_id} from {days}: these days are not expected."

    def _end(self) -> str:
        regimen, last_day = self._chosen(), self.fields["end"].value
        if last_day is None:
            raise ToolkitError("Give the last day of the regimen.")
        by, reason = self.fields["by"].value.strip(), self.fields["reason"].value.strip()
        ended = self.clinic.end(regimen.regimen_id, last_day=last_day, by=by, reason=reason)
        self.refresh()
        return f"Ended for {ended.patient_id} on {day_in_words(ended.last_day)}: revision {ended.revision}."
