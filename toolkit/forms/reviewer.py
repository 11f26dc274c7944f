"""The therapist's forms: the caseload in calling order, and one patient's page with what was done about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms import markup
from toolkit.forms.acting import ActingBlock
from toolkit.forms.clinic import ReviewingClinic
from toolkit.forms.fields import Shown, beside_others, button, choice, on_change, row_of, seen, text, told_of, words
from toolkit.forms.page import PatientPage
from toolkit.forms.planner import PlannerForm
from toolkit.forms.round import ALL, CALL, SORTS, Round
from toolkit.measures.review import PatientReview
from toolkit.plan.wording import counted, day_in_words

ROWS = 12  # of the list, more are reached by scrolling


class _Reviewing(Shown):
    """What both forms share: a patient's page, the buttons, and the planner on the current revision."""

    def __init__(self, clinic: ReviewingClinic) -> None:
        self.clinic, self.round = clinic, Round(clinic)
        self.page = PatientPage(clinic.name)
        self.acting = ActingBlock(self._act, self._adjust, partial(self._try, self._report), self._late)
        self._kept = False
        self.planner: PlannerForm | None = None
        self._planner = widgets.VBox([])
        self.status = widgets.HTML()
        seen(self.acting.view, False)

    @property
    def patient_id(self) -> str:
        """The pseudonym of the patient shown, empty while nobody is."""
        return self.page.review.patient_id if self.page.review else ""

    @property
    def review(self) -> PatientReview | None:
        """The tables of the patient shown."""
        return self.page.review

    def _open(self, patient_id: str) -> str:
        """Show a patient; with another one nothing of what was written about the one before stays."""
        self._kept = False
        if not patient_id:
            self.page.hide()
            self.acting.renew()
            self.planner, self._planner.children = None, ()
            seen(self.acting.view, False)
        else:
            is_sign = self.round.has_sign(patient_id)
            if patient_id != self.patient_id:
                self.acting.clear()
                if is_sign:  # an interval chosen for another patient is not one for a sign
                    self.acting.fields["again"].value = ""
            page = self.round.page(patient_id)
            why, notes, said = self.round.why(patient_id), self.round.notes(patient_id), self.round.alerts(page)
            self.planner, self._planner.children = None, ()
            seen(self.acting.view, True)
            self.page.show(page, why=why, is_sign=is_sign, notes=notes, alerts=said)
            self.acting.renew()  # once the page says whose it is: no press before that was meant for this patient
            self.page.draw()
        return ""

    def _act(self, action: str) -> None:
        self._try(partial(self._acted, action))

    def _late(self) -> None:
        """Do nothing for a press meant for the page before, and say so; the second of two presses needs no word."""
        if not self._kept:
            self.status.value = markup.status("The page changed as you pressed, so nothing was done. Look at it first.")

    def _acted(self, action: str) -> str:
        """Keep what was done about the patient on screen, and take the patient from the list."""
        whose, read = self.patient_id, self.round.cells
        try:
            review = self.round.keep(whose, action, **self.acting.filled())
        except ToolkitError:
            if self.round.cells is not read:  # what is missing is said; the page, and a plan begun below it, stay
                self._listed(whose)
            raise
        self.acting.clear()
        self._listed("")
        self._kept = True
        assert review.look_again_on is not None, "nothing is kept without a day"
        return f"{whose}: {action} by {review.reviewed_by}, listed again on {day_in_words(review.look_again_on)}."

    def _listed(self, whose: str) -> None:
        """Bring the list and the page in line after something was kept, or was refused."""
        raise NotImplementedError

    def _report(self) -> str:
        self.acting.file.value = self._made(self.patient_id)
        return f"The report on {self.patient_id} is made."

    def _made(self, patient_id: str) -> str:
        """Return a link to the report on a patient, or on the caseload; its name tells nobody whose it is."""
        name, data = self.round.report(patient_id, by=self.acting.fields["by"].value)
        return markup.download(name, data, f"Save {name}")

    def _adjust(self) -> None:
        self._try(self._adjusting)

    def _adjusting(self) -> str:
        """Open the planner on the newest revision of the patient's last regimen."""
        regimens = self.clinic.regimens(self.patient_id)
        if not regimens:
            raise ToolkitError("This patient has no regimen yet: plan one in 01 Plan a regimen.")
        last = max(regimens, key=lambda one: (one.last_day, one.revision))
        self.planner = PlannerForm(self.clinic, regimen=self.clinic.newest(last.regimen_id))
        self._planner.children = (words("Adjust the regimen", "head"), self.planner.view)
        return f"The planner below is open on revision {last.revision}. When it is saved, press Adjusted."


class PatientForm(_Reviewing):
    """One patient's page, chosen from a list of all.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says

    Attributes
    ----------
    view : the widget; field : the list; patient_id : the one shown; review : the patient's tables
    """

    tells = "see a patient's page"

    def __init__(self, clinic: ReviewingClinic) -> None:
        super().__init__(clinic)
        patients = [who for _, who in self.round.lines(show=ALL, sort="patient")]
        self.field = choice("Patient", patients)
        hint = "" if patients else "No patients yet: plan a regimen first."
        on_change(self.field, lambda change: self._try(partial(self._open, change["new"] or "")))
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"), self.field, words(hint, "quiet"), self.page.top,
            self.acting.view, self.status, self._planner, self.page.below,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-patient")
        if patients:
            self._try(partial(self._open, patients[0]))

    def _listed(self, whose: str) -> None:
        self._open(self.patient_id)


class CaseloadForm(_Reviewing):
    """The caseload in calling order; choosing a patient shows the page.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says

    Attributes
    ----------
    view : the widget; fields : show, sort, search; list : a line a patient; patient_id : the one shown
    said : what happened last to the list; status : what happened last on the page
    """

    tells = "see the caseload"

    def __init__(self, clinic: ReviewingClinic) -> None:
        super().__init__(clinic)
        self.fields = {
            "show": choice("Show", self.round.choices()),
            "sort": choice("Sort by", list(SORTS)),
            "search": text("Search"),
        }
        self.list = widgets.Select(
            description="Patients", rows=ROWS, style={"description_width": "80px"},
            layout=widgets.Layout(width="100%", height=f"{1.55 * ROWS}em"),
        )  # fmt: skip
        self.list.add_class("backcare-list")
        self.count = words("", "quiet")
        self._listing, self._below = False, list[str]()
        for field in self.fields.values():
            on_change(field, lambda _: self._try_list(self._list))
        on_change(self.list, self._choose)
        self.next = button("Next patient of the list", partial(self._try_list, self._next))
        self.again = button("Read the clinic again", partial(self._try_list, self._again))
        self.report = button("Report on the caseload (PDF)", partial(self._try_list, self._report_on_all))
        self.file, self.said = widgets.HTML(), widgets.HTML()
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"), beside_others(*self.fields.values()), self.count, self.list,
            row_of(self.next, self.again, self.report), self.file,
            self.said, self.page.top, self.acting.view, self.status, self._planner, self.page.below,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-caseload")
        self._try_list(self._list)

    def _try_list(self, act: Callable[[], str | None]) -> None:
        """Do something and say below the list what came of it."""
        told = told_of(act)
        self.said.value = markup.status(told) if told else ""

    def _list(self) -> str:
        """Show the lines that are asked for; the patient on screen stays chosen where the line is still there."""
        show = self.fields["show"].value or CALL
        lines = self.round.lines(show=show, sort=self.fields["sort"].value, search=self.fields["search"].value)
        self._listing = True
        try:
            self.list.options = lines
            self.list.value = self.patient_id if self.patient_id in {who for _, who in lines} else None
        finally:
            self._listing = False
        total = len(self.round.order)
        shown = f"{len(lines)} of {counted(total, 'patient')}"
        self.count.value = shown if total else "No patients yet: plan a regimen first."
        return ""

    def _choose(self, change: dict[str, str]) -> None:
        if not self._listing and change["new"] and change["new"] != self.patient_id:
            self.said.value = ""
            self._try(partial(self._open, change["new"]))

    def _next(self) -> str:
        """Open the patient below the one on screen, or below the one just dealt with; else the first."""
        listed = [who for _, who in self.list.options]
        if not listed:
            return "Nobody is on this list."
        below = (listed.index(who) for who in self._below if who in listed)
        place = listed.index(self.patient_id) + 1 if self.patient_id in listed else next(below, 0)
        if place == len(listed):
            return "This is the last patient of the list."
        self.list.value = listed[place]
        return ""

    def _act(self, action: str) -> None:
        listed = [who for _, who in self.list.options]
        self._below = listed[listed.index(self.patient_id) + 1 :] if self.patient_id in listed else []
        super()._act(action)

    def _report_on_all(self) -> str:
        self.file.value = self._made("")
        return "The report on the caseload is made."

    def _again(self) -> str:
        """Read the clinic's tables again, as other programs have left them."""
        self.round.read()
        self._listed(self.patient_id)
        return "The clinic was read again."

    def _listed(self, whose: str) -> None:
        show = self.fields["show"].value
        self._listing = True
        try:
            options = self.round.choices()
            self.fields["show"].options = options
            self.fields["show"].value = show if show in {value for _, value in options} else CALL
        finally:
            self._listing = False
        self._open(whose)
        self._list()
