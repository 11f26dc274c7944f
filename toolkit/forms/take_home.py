"""What a patient takes home, made from a saved plan: a button for each paper, and a look at it before it is printed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import ipywidgets as widgets

from toolkit.documents.diary_book import diary_book
from toolkit.documents.diary_page import diary_page
from toolkit.documents.diary_sheet import diary_sheet
from toolkit.documents.handout import handout, safety_sheet
from toolkit.documents.naming import file_name
from toolkit.documents.pdf import Printed
from toolkit.documents.reminders import occurrences, reminders, times_of_day
from toolkit.documents.take_home import TakeHome, take_home
from toolkit.errors import ToolkitError
from toolkit.fhir.write import fhir_bundle
from toolkit.forms import markup
from toolkit.forms.clinic import Clinic
from toolkit.forms.fields import Lines, Shown, button, choice, on_change, row_of, text, words
from toolkit.languages.words import language, languages
from toolkit.plan.admission import NO_PROFILE
from toolkit.plan.regimen import Regimen
from toolkit.plan.schedule import days_of, sessions_on
from toolkit.plan.wording import counted, day_in_words
from toolkit.settings import ClinicProfile

PERSONAL = (
    "Pseudonymous, still personal health data: who wrote the plan is left out, and no field for a name, birth date or "
    "address is in it. The goal, notes and reasons of pauses go along as they were typed: read them before you send it."
)
SOME = 6  # occurrences of a reminder that are shown


class TakeHomeForm(Shown):
    """A form that makes the papers of a saved plan: each with a link to save it and a look at its pages.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `forms/clinic.py` says
    planner : a `PlannerForm`; what is saved in it is chosen here at once

    Attributes
    ----------
    view : the widget; fields : the input widgets by name; made : name and bytes of what was made last, None before
    """

    tells = "make what the patient takes home"

    def __init__(self, clinic: Clinic, planner: Any = None) -> None:
        self.clinic = clinic
        self.made: tuple[str, bytes] | None = None
        self._plans: dict[str, Regimen] = {}
        self.fields: dict[str, Any] = {
            "plan": choice("Plan", [], width="800px"),
            "language": choice("Language", [(language(code).name, code) for code in languages()]),
            "paper": choice("Paper", [("A4", "a4"), ("Letter", "letter")]),
            "at": text("Times of day for reminders (08:00,18:00)"),
            "zone": text("Time zone of the patient"),
        }
        self.status, self.link = widgets.HTML(), widgets.HTML()
        self.shown, self.told = widgets.VBox([]), Lines("quiet")
        self._buttons = [button(name, partial(self._make, act)) for name, act in self._papers().items()]
        again = button("Read the list again", partial(self._try, self.refresh))
        for field in self.fields.values():
            on_change(field, lambda _: self._clear())
        self.view = widgets.VBox([
            markup.style(), words(clinic.name, "quiet"), self.fields["plan"], row_of(again),
            *(self.fields[name] for name in ("language", "paper", "at", "zone")),
            row_of(*self._buttons), self.status, self.link, self.told, self.shown,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-take-home")
        if planner is not None:
            planner.after_save.append(self.choose)
        self._try(self.refresh)

    def refresh(self) -> str:
        """Read the saved plans again; what was chosen stays chosen where it is still there."""
        chosen = self.fields["plan"].value
        self._plans = {f"{one.regimen_id} {one.revision}": one for one in _newest(self.clinic)}
        self.fields["plan"].options = [("", ""), *((_called(one), key) for key, one in self._plans.items())]
        self.fields["plan"].value = chosen if chosen in self._plans else ""
        if profile := self.clinic.profile:
            self.fields["zone"].value = self.fields["zone"].value or profile.zone
        return "" if self._plans else "No plan is saved as final or held yet: save one in the form above."

    def choose(self, saved: Regimen) -> None:
        """Choose a plan that was just saved."""
        self._try(self.refresh)
        key = f"{saved.regimen_id} {saved.revision}"
        self.fields["plan"].value = key if key in self._plans else ""

    def _papers(self) -> dict[str, Callable[[], str]]:
        return {
            "Handout": self._handout,
            "Diary sheet": self._sheet,
            "Diary workbook": self._book,
            "Diary page": self._diary_page,
            "Reminders": self._remind,
            "Safety-net sheet": self._safety,
            "FHIR bundle for another system": self._fhir,
        }

    def _handout(self) -> str:
        home = self._home()
        return self._print("handout", handout(home, paper=self._paper), home.regimen)

    def _sheet(self) -> str:
        home = self._home()
        return self._print("diary-sheet", diary_sheet(home, paper=self._paper), home.regimen)

    def _book(self) -> str:
        home = self._home()
        lines = sum(len(sessions_on(home.regimen, day)) for day in days_of(home.regimen))
        return self._save("diary", diary_book(home), "xlsx", f"{counted(lines, 'line')} to fill in", home.regimen)

    def _diary_page(self) -> str:
        home = self._home()
        made = diary_page(home, day_start=home.profile.rules(home.written_on).day_start)
        look = markup.telephone(made.decode("utf-8"), "The diary page as it stands on a telephone")
        self.shown.children = (words("To look at; here it keeps nothing.", "quiet"), markup.shown(look))
        return self._save("diary", made, "html", "The diary page", home.regimen)

    def _fhir(self) -> str:
        """Write the plan as other systems read it; a draft that came later is nobody's order and is left out."""
        plan = self._whole(self._plan())
        earlier = [
            one for one in self._others()
            if one.regimen_id == plan.regimen_id and one.revision < plan.revision and one.status != "draft"
        ]  # fmt: skip
        made = fhir_bundle([*earlier, plan], as_of=self.clinic.now().date() - timedelta(days=1))
        kinds = Counter(entry["resource"]["resourceType"] for entry in json.loads(made)["entry"])
        self.told.say([PERSONAL, *(f"{kind}: {number}" for kind, number in kinds.items())])
        return self._save("fhir", made, "json", "One transaction bundle (FHIR R4)", plan)

    @property
    def _paper(self) -> str:
        return str(self.fields["paper"].value)

    def _plan(self) -> Regimen:
        if plan := self._plans.get(self.fields["plan"].value or ""):
            return plan
        raise ToolkitError("Choose a plan first.")

    def _profile(self) -> ClinicProfile:
        if profile := self.clinic.profile:
            return profile
        raise ToolkitError("Nothing can be printed.", [NO_PROFILE])

    def _home(self) -> TakeHome:
        """Return what papers are made from: the plan with every pause of its patient."""
        plan, profile = self._whole(self._plan()), self._profile()
        return take_home(plan, profile, code=self.fields["language"].value, before=self._others())

    def _whole(self, plan: Regimen) -> Regimen:
        """Return a plan with the pauses that the clinic keeps beside it."""
        beside = self.clinic.own_pauses(plan.patient_id).values()
        return plan.model_copy(update={"pauses": (*plan.pauses, *beside)})

    def _others(self) -> list[Regimen]:
        return self.clinic.regimens(self._plan().patient_id)

    def _make(self, act: Callable[[], str]) -> None:
        self._clear()
        self._try(act)

    def _clear(self) -> None:
        """Take away what was made: with another plan or language it is no longer what would be printed."""
        self.made, self.link.value, self.status.value = None, "", ""
        self.told.say(())
        gone, self.shown.children = self.shown.children, ()
        for page in gone:
            page.close()

    def _print(self, kind: str, paper: Printed, plan: Regimen | None) -> str:
        pages = paper.pages()
        self.shown.children = tuple(
            markup.shown(markup.page(page, f"Page {number} of {len(pages)} as it will be printed"))
            for number, page in enumerate(pages, start=1)
        )
        return self._save(kind, paper.pdf(), "pdf", counted(len(pages), "page"), plan)

    def _safety(self) -> str:
        """Print the safety net: it needs no plan, and is no patient's own."""
        spoken, on = language(self.fields["language"].value), self.clinic.now().date()
        return self._print("safety-net", safety_sheet(self._profile(), spoken, on=on, paper=self._paper), None)

    def _remind(self) -> str:
        home, at = self._home(), times_of_day(self.fields["at"].value)
        zone = self.fields["zone"].value.strip() or None
        made = reminders(home, at=at, zone=zone)
        days = occurrences(home.regimen, at=at)
        shown = [f"{day_in_words(one.date())}, {one:%H:%M}" for one in days[:SOME]]
        self.told.say([*shown, *(["and so on"] if len(days) > SOME else [])])
        return self._save("reminders", made, "ics", counted(len(days), "reminder"), home.regimen)

    def _save(self, kind: str, data: bytes, ending: str, what: str, plan: Regimen | None) -> str:
        name = file_name(kind, data, revision=plan.revision if plan else None, ending=ending)
        self.made = name, data
        self.link.value = markup.download(name, data, f"Save {name}")
        return f"{what} for {plan.patient_id}, revision {plan.revision}." if plan else f"{what}, for any patient."


def _newest(clinic: Clinic) -> Iterable[Regimen]:
    """Yield of each plan that is not over the newest revision that is no draft, those written last first."""
    today = clinic.now().date()
    newest: dict[str, Regimen] = {}
    for one in clinic.regimens():
        if one.status != "draft":
            newest[one.regimen_id] = one
    return reversed([one for one in newest.values() if one.last_day >= today])


def _called(plan: Regimen) -> str:
    held = ", HELD: the safety-net sheet only" if plan.status == "held" else ""
    days = f"{day_in_words(plan.first_day)} to {day_in_words(plan.last_day)}"
    return f"{plan.patient_id}, {days}, {plan.regimen_id} revision {plan.revision}{held}"
