"""Typing a diary in from paper: the rows of one week as they stand on the sheet, by keyboard alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms import markup
from toolkit.forms.became import account_of
from toolkit.forms.clinic import TypingClinic
from toolkit.forms.fields import Lines, Shown, button, choice, on_change, seen, text, words
from toolkit.forms.typed_row import TypedRow, heads
from toolkit.logs.read import ImportResult, read_source
from toolkit.logs.source import source_of
from toolkit.logs.typed_sheet import Entry, log_file, newest
from toolkit.plan.catalogue import exercises
from toolkit.plan.diary import Week, diary_rows, first_of, weeks_of
from toolkit.plan.regimen import Regimen
from toolkit.plan.wording import counted, day_in_words

LABELS = "100px"
MOST_ELSEWHERE = 12  # lines on what is held of the week from elsewhere
HOW = (
    "Left, right, done: y is done, n is not done, blank is not known and stores nothing. Tab goes to the next cell.",
    "A number is that of each side; 3/2 is 3 left and 2 right. How many times, on the paper, goes under Reps, with 1 "
    "under Sets. Pain and note stand once in a row.",
)


class TypingForm(Shown):
    """A form laid out like the diary sheet on paper; what is typed goes the way of a file.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `TypingClinic` says

    Attributes
    ----------
    view : the widget; fields : patient, week, by; rows : those of the week on screen; save : the button
    status : what happened last; result : what was imported last, None before
    """

    tells = "type in a diary from paper"

    def __init__(self, clinic: TypingClinic) -> None:
        self.clinic = clinic
        self.rows: list[TypedRow] = []
        self.result: ImportResult | None = None
        self._held: dict[str, Entry] = {}
        final = sorted({one.patient_id for one in clinic.regimens() if one.status == "final"})
        self.fields: dict[str, Any] = {
            "patient": choice("Patient", [("", ""), *((one, one) for one in final)]),
            "week": choice("Week", [("", None)], width="640px"),
            "by": text("Your name"),
        }
        for field in self.fields.values():
            field.style = {"description_width": LABELS}
        self.how, self.elsewhere = Lines("quiet"), Lines("hint")
        self.grid, self.account = widgets.VBox([]), widgets.HTML()
        self.count, self.status = words("", "sentence"), widgets.HTML()
        self.save = button("Import what is typed", self._try_import, primary=True)
        hint = "" if final else "No patient has a final regimen yet: plan one in 01 Plan a regimen."
        self.view = widgets.VBox([
            markup.style(), words(f"{clinic.name}: type in a diary from paper", "quiet"), self.fields["patient"],
            words(hint, "quiet"), self.fields["week"], self.how, self.elsewhere, self.grid, self.count,
            self.fields["by"], self.save, self.status, self.account,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-typing")
        on_change(self.fields["patient"], lambda _: self._try(self._choose_patient))
        on_change(self.fields["week"], lambda _: self._try(self._show_week))
        self._show()

    def _try_import(self) -> None:
        self._try(self._import)

    def _choose_patient(self) -> str:
        """Offer the weeks of the patient's final plans that have begun; none is chosen beforehand."""
        self.fields["week"].options = [("", None), *self._weeks()]
        self.fields["week"].value = None
        return self._show_week()

    def _weeks(self) -> list[tuple[str, tuple[Regimen, Week]]]:
        who, today = self.fields["patient"].value, self.clinic.now().date()
        plans = [one for one in self.clinic.regimens(who) if one.status == "final"] if who else []
        begins = {one.regimen_id: first_of(two for two in plans if two.regimen_id == one.regimen_id) for one in plans}
        weeks = [(plan, week) for plan in plans for week in weeks_of(plan, begins[plan.regimen_id])]
        begun = [(plan, week) for plan, week in weeks if week.days and week.first_day <= today]
        return [(_week_name(plan, week, several=len(plans) > 1), (plan, week)) for plan, week in begun]

    def _show_week(self) -> str:
        """Lay out the rows of the week, with what is held of them."""
        for row in self.rows:
            row.close()
        self.rows, self.grid.children, self.account.value = [], (), ""
        if self.fields["week"].value is not None:
            self._lay_out(*self.fields["week"].value)
        self._show()
        return ""

    def _lay_out(self, plan: Regimen, week: Week) -> None:
        log = self.clinic.log(plan.patient_id)
        self._held, today = newest(log), self.clinic.now().date()
        shown: list[widgets.Widget] = [heads()]
        for day in week.days:
            shown.append(words(_day_name(day), "head"))
            rows = [
                TypedRow(row, self._held, regimen_id=plan.regimen_id, today=today, told=self._show)
                for row in diary_rows(plan, day)
            ]
            self.rows += rows
            shown += [row.view for row in rows]
        self.grid.children = tuple(shown)
        self.elsewhere.say(self._held_elsewhere(week))

    def _held_elsewhere(self, week: Week) -> list[str]:
        """Say what is held of these days under other identities: typed in again, it would count twice."""
        here = {name for row in self.rows for name in row.identities}
        told = [
            f"Held already, not from this sheet: {_day_name(one['performed_at'].date())}, {_what(one)}."
            for one in self._held.values()
            if week.first_day <= one["performed_at"].date() <= week.last_day and one["entry_id"] not in here
        ]
        more = [f"And {len(told) - MOST_ELSEWHERE} more."] if len(told) > MOST_ELSEWHERE else []
        return told[:MOST_ELSEWHERE] + more

    def _import(self) -> str:
        """Have what was typed read as a file of ours is read, and add it."""
        chosen, by = self.fields["week"].value, self.fields["by"].value.strip()
        if chosen is None:
            raise ToolkitError("Choose a patient and a week first.")
        if wrong := sum(bool(row.problems) for row in self.rows):
            raise ToolkitError(f"Nothing was stored: {counted(wrong, 'row')} above must be mended first.")
        entries = [one for row in self.rows for one in row.changes]
        if not entries:
            raise ToolkitError("There is nothing to import: no row says more than is held.")
        if not by:
            raise ToolkitError("Say who types it in: your name is missing.")
        now, whose = self.clinic.now(), chosen[0].patient_id
        data = log_file(entries, patient_id=whose, held=self._held, at=now)
        result = read_source(source_of("typed in", data), imported_on=now.date())
        if result.questions or len(result.quarantine):
            raise ToolkitError(f"Nothing was stored. {' '.join(result.quarantine['message'])}")
        added = self.clinic.add_import(result, by=by)
        self._show_week()
        self.result, self.account.value = result, account_of(result)
        return f"Imported: {added}, of {whose}. Notebook 03 shows the patient."

    def _show(self) -> None:
        """Say what the rows come to."""
        entries = [one for row in self.rows for one in row.changes]
        later = sum(one["entry_id"] in self._held for one in entries)
        wrong = sum(bool(row.problems) for row in self.rows)
        told = f"To import: {len(entries) - later} new, {later} later versions of entries held"
        self.count.value = f"{told}; {counted(wrong, 'row')} to mend." if wrong else f"{told}."
        self.how.say(HOW if self.rows else ())
        if not self.rows:
            self.elsewhere.say(())
        for part in (self.count, self.fields["by"], self.save):
            seen(part, bool(self.rows))


def _week_name(plan: Regimen, week: Week, *, several: bool) -> str:
    of = f" (plan {plan.regimen_id}, revision {plan.revision})" if several else ""
    return f"Week {week.number}: {day_in_words(week.first_day)} to {day_in_words(week.last_day)}{of}"


def _day_name(day: date) -> str:
    return f"{day:%A}, {day_in_words(day)}"


def _what(held: Entry) -> str:
    if held["exercise"] is None:
        return "pain"
    side = "" if held["side"] == "none" else f", {held['side']}"
    return f"{exercises()[held['exercise']].name}{side}, {str(held['status']).replace('_', ' ')}"
