"""Pausing a regimen and ending it early, each with who and why; no new plan and no new screening is needed."""

from __future__ import annotations

import hashlib
import json
import secrets
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms import markup
from toolkit.forms.clinic import Clinic
from toolkit.forms.fields import Lines, Shown, button, choice, day, on_change, row_of, text, tick, words
from toolkit.plan.catalogue import exercises
from toolkit.plan.changes import revisions_in_force
from toolkit.plan.preview import pause_text
from toolkit.plan.regimen import MEDICAL_HOLD, Pause, Regimen
from toolkit.plan.wording import day_in_words, sentence

BLANK = {"reason": "", "exercise": "", "first_day": None, "last_day": None, "hold": False, "end": None}


class LifeForm(Shown):
    """A form that pauses a regimen, takes a pause back, or ends a regimen early.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says

    Attributes
    ----------
    view : the widget; fields : the input widgets by name; status : what happened last
    """

    tells = "pause a regimen or end it early"

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        names = [("all", ""), *((one.name, key) for key, one in exercises().items())]
        self.fields: dict[str, Any] = {
            "regimen": choice("Regimen in force", [], width="800px"),
            "by": text("Your name"),
            "reason": text("Reason"),
            "exercise": choice("Pause: exercise", names),
            "first_day": day("Pause: first day"),
            "last_day": day("Pause: last day"),
            "hold": tick("Pause: a medical hold, a clinician stops exercise", width="auto"),
            "pause": choice("Pause to take back", [], width="800px"),
            "end": day("Last day of the regimen"),
        }
        self.asks = Lines("sentence")
        self.status = widgets.HTML()
        self.pause = button("Pause", partial(self._try, self._pause))
        self.withdraw = button("Take this pause back", partial(self._try, self._withdraw))
        self.end = button("End early", partial(self._try, self._end))
        again = button("Read the list again", partial(self._try, self.refresh))
        self._in_force: dict[str, list[Regimen]] = {}
        self._reading = False
        self._shown, self._acts, self._session = "", 0, secrets.token_hex(8)
        on_change(self.fields["regimen"], lambda _: self._try(self._choose))
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"), self.fields["regimen"], row_of(again), self.asks,
            self.fields["by"], self.fields["reason"],
            words("Pause", "head"), *(self.fields[name] for name in ("exercise", "first_day", "last_day", "hold")),
            self.pause, self.fields["pause"], self.withdraw,
            words("End early", "head"), self.fields["end"], self.end, self.status,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-life")
        self._try(self.refresh)

    def refresh(self) -> str:
        """Read the regimens in force again; what was chosen stays chosen where it is still there."""
        today, chosen = self.clinic.now().date(), self.fields["regimen"].value
        final = [one for one in self.clinic.regimens() if one.status == "final"]
        in_force: dict[str, list[Regimen]] = {}
        for one in revisions_in_force(final):
            if one.last_day >= today:
                in_force.setdefault(one.regimen_id, []).append(one)
        self._in_force = in_force
        options = [
            (f"{rows[0].patient_id}, to {day_in_words(rows[-1].last_day)}, {key} revision {rows[-1].revision}", key)
            for key, rows in self._in_force.items()
        ]
        self._reading = True  # what was typed stays with what stays chosen
        self.fields["regimen"].options = [("", ""), *options]
        self.fields["regimen"].value = chosen if chosen in self._in_force else ""
        self._reading = False
        self._choose()
        return "" if options else "No regimen is in force: plan one in the form below."

    def _choose(self) -> str:
        """Show what is chosen; with another regimen nothing of what was filled in for the one before stays."""
        chosen = self.fields["regimen"].value or ""
        if self._reading:
            return ""
        if chosen != self._shown:
            self._shown = chosen
            for name, blank in BLANK.items():
                self.fields[name].value = blank
        self._show()
        return ""

    def _operation(self, act: str) -> str:
        """Return the id of an act: pressed again with the same filled in, it is the same."""
        typed = {name: str(widget.value) for name, widget in self.fields.items()}
        return hashlib.sha256(json.dumps([self._session, self._acts, act, typed]).encode()).hexdigest()

    def _patient(self) -> str:
        if found := self._in_force.get(self.fields["regimen"].value or ""):
            return found[0].patient_id
        raise ToolkitError("Choose a regimen first.")

    def _show(self) -> None:
        rows = [row for one in self._in_force.get(self.fields["regimen"].value or "", ()) for row in one.prescriptions]
        today = self.clinic.now().date()
        self.asks.say([
            f"{sentence(row)}, {day_in_words(row.first_day)} to {day_in_words(row.last_day)}"
            for row in rows if row.last_day >= today
        ])  # fmt: skip
        self.fields["pause"].options = [("", 0)]  # those of the one before, should these not be read
        pauses = self.clinic.own_pauses(self._patient()) if rows else {}
        told = {number: f"{pause_text([pause])[0]}: {pause.reason}" for number, pause in pauses.items()}
        self.fields["pause"].options = [("", 0), *((words, number) for number, words in told.items())]

    def _filled(self, **asked: str) -> list[Any]:
        """Return what was filled in, or say at once what is still to be."""
        values = {name: self.fields[name].value for name in asked}
        values = {name: one.strip() if isinstance(one, str) else one for name, one in values.items()}
        if missing := [words for name, words in asked.items() if not values[name]]:
            raise ToolkitError(f"Give first: {', '.join(missing)}.")
        return list(values.values())

    def _pause(self) -> str:
        patient_id = self._patient()
        asked = {"by": "your name", "reason": "the reason", "first_day": "the first day", "last_day": "the last day"}
        by, reason, first_day, last_day = self._filled(**asked)
        hold = self.fields["hold"].value
        pause = Pause(exercise=self.fields["exercise"].value or None, first_day=first_day, last_day=last_day,
                      reason=MEDICAL_HOLD if hold else reason)  # fmt: skip
        self.clinic.pause(patient_id, pause, by=by, why=reason, operation=self._operation("pause"))
        self._acts += 1
        self._show()
        days = f"{day_in_words(first_day)} to {day_in_words(last_day)}"
        return f"Paused for {patient_id} from {days}: these days are not expected."

    def _withdraw(self) -> str:
        patient_id = self._patient()
        number, by, reason = self._filled(pause="the pause to take back", by="your name", reason="the reason")
        self.clinic.withdraw_pause(patient_id, number, by=by, reason=reason, operation=self._operation("withdraw"))
        self._acts += 1
        self._show()
        return f"The pause of {patient_id} is taken back: these days are expected again."

    def _end(self) -> str:
        self._patient()
        last_day, by, reason = self._filled(end="the last day", by="your name", reason="the reason")
        ended = self.clinic.end(
            self.fields["regimen"].value, last_day=last_day, by=by, reason=reason, operation=self._operation("end")
        )
        self.refresh()
        self._acts += 1
        return f"Ended for {ended.patient_id} on {day_in_words(ended.last_day)}: revision {ended.revision}."
