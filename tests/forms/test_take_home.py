"""What a patient takes home is made from a saved plan, shown before it is printed, and named after nobody."""

import base64
import json
import re
from datetime import date, timedelta

import pytest
from papers import pages
from planning import NINE, filled, screened

from toolkit.forms.planner import PlannerForm
from toolkit.forms.take_home import TakeHomeForm


@pytest.fixture
def papers(form, clinic):
    made = TakeHomeForm(clinic, form)
    made.fields["language"].value = "en"
    return made


@pytest.fixture
def saved(form, papers):
    screened(form).save_final.click()
    return papers


def press(papers, name):
    (found,) = [one for one in papers._buttons if one.description == name]
    found.click()


def shown(papers):
    return [one.value for one in papers.shown.children]


def test_before_a_plan_is_saved_it_says_what_to_do_next(papers):
    assert "No plan is saved as final or held yet" in papers.status.value
    press(papers, "Handout")
    assert "Choose a plan first." in papers.status.value
    assert papers.made is None


def test_a_plan_that_was_just_saved_is_chosen(saved, form):
    assert saved.fields["plan"].value == f"{form.saved.regimen_id} 1"
    assert saved.fields["zone"].value == "America/Denver"


def test_the_handout_is_shown_page_by_page_and_can_be_saved(saved):
    press(saved, "Handout")
    name, data = saved.made
    assert "2 pages for p001, revision 1." in saved.status.value
    assert [re.search(r'alt="([^"]*)"', one)[1] for one in shown(saved)] == [
        "Page 1 of 2 as it will be printed", "Page 2 of 2 as it will be printed",
    ]  # fmt: skip
    assert pages(data) == 2
    assert re.fullmatch(r"handout-r1-[0-9a-f]{12}\.pdf", name)
    assert base64.b64encode(data).decode() in saved.link.value
    assert "p001" not in saved.link.value


@pytest.mark.parametrize(("name", "kind", "ending", "says"), [
    ("Diary sheet", "diary-sheet", "pdf", "pages for p001"),
    ("Diary workbook", "diary", "xlsx", "196 lines to fill in for p001"),
    ("Diary page", "diary", "html", "The diary page for p001"),
])  # fmt: skip
def test_every_paper_is_made_by_its_own_button(saved, name, kind, ending, says):
    press(saved, name)
    assert says in saved.status.value
    assert re.fullmatch(rf"{kind}-r1-[0-9a-f]{{12}}\.{ending}", saved.made[0])


def test_the_diary_page_is_looked_at_shut_off_from_the_notebook(saved):
    press(saved, "Diary page")
    look = saved.shown.children[1].value
    assert look.startswith('<iframe class="backcare-telephone"')
    assert 'sandbox="allow-scripts"' in look and "allow-same-origin" not in look
    assert "<script" not in look, "it stands in an attribute, escaped"


def test_with_another_choice_what_was_made_is_gone(saved):
    """Else a handout in one language would be saved under the other's choice."""
    press(saved, "Handout")
    saved.fields["language"].value = "es"
    assert saved.made is None
    assert (saved.link.value, shown(saved)) == ("", [])
    press(saved, "Handout")
    assert b"/Lang(es)" in saved.made[1]


def test_reminders_are_listed_before_they_are_saved(saved):
    press(saved, "Reminders")
    assert "28 reminders for p001" in saved.status.value
    assert saved.told.texts[0] == "6 April 2026, 08:00"
    assert saved.made[0].endswith(".ics")


@pytest.mark.parametrize(("field", "typed", "says"), [
    ("at", "8", "Times of day must be such as 08:00,18:00; found 8."),
    ("at", "08:00,18:00", "There must be 1 times of day"),
    ("zone", "Mars", "must be a zone such as America/Denver; found Mars"),
])  # fmt: skip
def test_a_time_or_zone_that_cannot_be_is_said_beside_the_buttons(saved, field, typed, says):
    saved.fields[field].value = typed
    press(saved, "Reminders")
    assert says in saved.status.value
    assert saved.made is None


def test_of_a_held_plan_there_is_the_safety_net_alone(form, papers):
    screened(form, in_fever="yes").save_final.click()
    assert "HELD" in papers.fields["plan"].label
    for name in ("Handout", "Reminders"):
        press(papers, name)
        assert "Only the safety-net sheet may be printed." in papers.status.value
        assert papers.made is None
    press(papers, "Safety-net sheet")
    assert papers.made[0].startswith("safety-net-")
    assert b"p001" not in papers.made[1]


def test_the_safety_net_needs_no_plan_at_all(papers):
    press(papers, "Safety-net sheet")
    assert "1 page, for any patient." in papers.status.value


def test_a_pause_that_was_taken_later_is_left_out_of_the_reminders(saved, clinic):
    from toolkit.plan.regimen import Pause

    pause = Pause(first_day=date(2026, 4, 10), last_day=date(2026, 4, 12))
    clinic.pause("p001", pause, by="Dr A", why="travel")
    press(saved, "Reminders")
    assert "25 reminders" in saved.status.value


def test_a_revision_takes_the_place_of_the_plan_before(saved, form, clinic):
    clinic.set_time(NINE + timedelta(days=8))
    again = PlannerForm(clinic, regimen=form.saved)
    papers = TakeHomeForm(clinic, again)
    filled(again)
    screened(again)
    again.fields["reason"].value = "more"
    again.fields["first_day"].value = date(2026, 4, 10)
    again.fields["knee_to_chest: reps"].value = "4"
    again.save_final.click()
    assert again.saved is not None, again.status.value
    assert [key for _, key in papers.fields["plan"].options] == ["", f"{form.saved.regimen_id} 2"]


def test_a_plan_that_is_over_is_not_offered(saved, clinic):
    clinic.set_time(NINE + timedelta(days=60))
    saved.refresh()
    assert [key for _, key in saved.fields["plan"].options] == [""]


def test_without_a_profile_nobody_could_be_called_so_nothing_is_printed(form, clinic, monkeypatch):
    papers = TakeHomeForm(clinic, form)
    screened(form).save_final.click()
    monkeypatch.setattr(type(clinic), "profile", None)
    press(papers, "Safety-net sheet")
    assert "nobody could be told whom to call" in papers.status.value
    assert papers.made is None


def test_the_form_shows_itself_by_a_text_that_never_changes(papers):
    found = papers._repr_mimebundle_()
    assert found["text/plain"] == "TakeHomeForm: run this cell to make what the patient takes home"


def test_a_plan_goes_out_to_other_systems_without_a_name(saved):
    press(saved, "FHIR bundle for another system")
    name, data = saved.made
    kinds = [entry["resource"]["resourceType"] for entry in json.loads(data)["entry"]]
    assert re.fullmatch(r"fhir-r1-[0-9a-f]{12}\.json", name)
    assert (kinds.count("CarePlan"), kinds.count("ServiceRequest"), kinds.count("Patient")) == (1, 4, 1)
    assert "still personal health data" in saved.told.texts[0]
    assert "goal, notes and reasons of pauses go along" in saved.told.texts[0]
    assert b"Dr A" not in data


def test_a_held_plan_goes_out_without_an_active_order(form, papers):
    screened(form, in_fever="yes").save_final.click()
    press(papers, "FHIR bundle for another system")
    resources = [entry["resource"] for entry in json.loads(papers.made[1])["entry"]]
    states = {one["status"] for one in resources if one["resourceType"] in ("CarePlan", "ServiceRequest")}
    assert states == {"draft"}
