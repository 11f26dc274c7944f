"""Pausing a regimen, taking a pause back, ending it early: each with who and why, and at once."""

from datetime import date, timedelta

import pytest
from planning import NINE, filled, lose_answer, screened
from screenings import answering, clear_screening

from toolkit.errors import StoreError
from toolkit.forms.life import LifeForm
from toolkit.forms.planner import PlannerForm


@pytest.fixture
def running(form, clinic):
    """The form of a regimen that has run for four days."""
    screened(form).save_final.click()
    clinic.set_time(NINE + timedelta(days=10))
    return form


@pytest.fixture
def life(running, clinic):
    made = LifeForm(clinic)
    made.fields["regimen"].value = running.saved.regimen_id
    made.fields["by"].value = "Dr A"
    return made


def fill(life, **typed):
    for name, value in typed.items():
        life.fields[name].value = value


PAUSE = {"first_day": date(2026, 4, 12), "last_day": date(2026, 4, 14), "reason": "travel"}


def test_a_regimen_is_paused_and_ended_with_who_and_why(form, clinic):
    screened(form).save_final.click()
    clinic.set_time(NINE + timedelta(days=10))
    life = LifeForm(clinic)
    life.pause.click()
    assert "Choose a regimen first." in life.status.value
    life.fields["regimen"].value = form.saved.regimen_id
    life.fields["first_day"].value, life.fields["last_day"].value = date(2026, 4, 12), date(2026, 4, 14)
    life.pause.click()
    assert "Give first: your name, the reason." in life.status.value
    life.fields["by"].value, life.fields["reason"].value = "Dr A", "travel"
    life.pause.click()
    assert "from 12 April 2026 to 14 April 2026" in life.status.value
    life.fields["end"].value = date(2026, 4, 20)
    life.end.click()
    assert "Ended for p001 on 20 April 2026: revision 2." in life.status.value
    assert clinic.pauses("p001")["reason"].tolist() == ["travel"]
    assert str(clinic.prescriptions("p001")["last_day"].max())[:10] == "2026-04-20"


def test_a_form_of_a_regimens_life_shows_itself_by_a_text_that_never_changes(clinic):
    found = LifeForm(clinic)._repr_mimebundle_()
    assert found["text/plain"] == "LifeForm: run this cell to pause a regimen or end it early"
    assert "application/vnd.jupyter.widget-view+json" in found


def test_a_wrong_pause_is_taken_back_and_its_days_are_expected_again(life, clinic):
    fill(life, **PAUSE)
    life.pause.click()
    [(words, number)] = life.fields["pause"].options[1:]
    assert words == "No exercise counts from 2026-04-12 to 2026-04-14: travel"
    life.withdraw.click()
    assert "Give first: the pause to take back." in life.status.value
    fill(life, pause=number, reason="stayed at home")
    life.withdraw.click()
    assert "are expected again" in life.status.value
    assert len(clinic.pauses("p001")) == 0
    assert clinic.verify().wrong == ()


def test_the_same_pause_stands_once_and_only_where_something_is_prescribed(life, clinic):
    fill(life, **PAUSE)
    life.pause.click()
    life.pause.click()
    assert "This pause stands already." in life.status.value
    fill(life, first_day=date(2027, 4, 12), last_day=date(2027, 4, 14))
    life.pause.click()
    assert "Nothing of this is prescribed on these days" in life.status.value
    assert len(clinic.pauses("p001")) == 1


def test_a_pause_whose_answer_was_lost_is_one_pause_and_another_is_another(life, clinic, monkeypatch):
    answer_again = lose_answer(clinic, "pause", monkeypatch)
    fill(life, **PAUSE)
    life.pause.click()
    answer_again()
    life.pause.click()
    assert "Paused for p001" in life.status.value
    assert len(clinic.pauses("p001")) == 1
    fill(life, last_day=date(2026, 4, 20))
    life.pause.click()
    assert clinic.pauses("p001")["last_day"].dt.day.tolist() == [14, 20]


def test_where_pauses_cannot_be_read_none_of_another_patient_is_offered(life, clinic, running, monkeypatch):
    """One number of one patient is another pause of the next."""
    fill(life, **PAUSE)
    life.pause.click()
    other = screened(filled(PlannerForm(clinic), "p002"))
    other.fields["first_day"].value = date(2026, 4, 12)
    other.save_final.click()
    life.refresh()

    def refuse(*_args):
        raise StoreError("The store cannot be read: locked.")

    monkeypatch.setattr(clinic, "own_pauses", refuse)
    life.fields["regimen"].value = other.saved.regimen_id
    assert "cannot be read: locked" in life.status.value
    assert [number for _, number in life.fields["pause"].options] == [0]


def test_reading_the_list_again_keeps_what_was_typed(life, clinic):
    fill(life, reason="travel")
    other = screened(filled(PlannerForm(clinic), "p002"))
    other.save_final.click()
    life.refresh()
    assert life.fields["reason"].value == "travel"
    assert len(life.fields["regimen"].options) == 3


def test_ending_early_keeps_the_pauses_and_lifts_no_hold(running, life, clinic):
    again = screened(PlannerForm(clinic, regimen=running.saved))
    again.fields["written_by"].value, again.fields["reason"].value = "Dr A", "travel"
    again.pauses.view.children[1].click()
    row = again.pauses.rows[0]
    row.fields["first_day"].value, row.fields["last_day"].value = date(2026, 4, 12), date(2026, 4, 13)
    row.fields["reason"].value = "travel"
    again.fields["psoas_stretch: reps"].value = "3"
    again.save_final.click()
    assert again.saved.status == "final", again.status.value
    clinic.record(answering(clear_screening("p001", on=date(2026, 4, 11)), in_fever="yes"))
    life.refresh()
    fill(life, by="Dr A", reason="pain", end=date(2026, 4, 20))
    life.end.click()
    assert "Ended for p001" in life.status.value
    assert clinic.pauses("p001")["reason"].tolist() == ["travel"]
    new = screened(filled(PlannerForm(clinic)))
    assert "HELD by a red flag" in new.banner.value, "the old screening came back with the early end, and cleared it"


def test_a_medical_hold_is_a_pause_whose_words_stand_in_the_history(life, clinic):
    fill(life, **PAUSE | {"reason": "fever, seen today", "hold": True})
    life.pause.click()
    assert clinic.pauses("p001")["reason"].tolist() == ["medical_hold"]


def test_another_regimen_takes_nothing_along_of_the_one_before(life, clinic):
    other = screened(filled(PlannerForm(clinic), "p002"))
    other.fields["first_day"].value = date(2026, 4, 12)
    other.save_final.click()
    life.refresh()
    fill(life, **PAUSE | {"end": date(2026, 4, 20)})
    life.end.click()
    assert "Ended for p001" in life.status.value
    life.fields["regimen"].value = other.saved.regimen_id
    assert life.status.value == ""
    assert (life.fields["reason"].value, life.fields["end"].value, life.fields["by"].value) == ("", None, "Dr A")


def test_a_regimen_with_a_revision_still_to_come_is_stopped_today(running, life, clinic):
    again = screened(PlannerForm(clinic, regimen=running.saved))
    typed = {"written_by": "Dr A", "reason": "more", "first_day": date(2026, 4, 20), "psoas_stretch: reps": "3"}
    for name, value in typed.items():
        again.fields[name].value = value
    again.save_final.click()
    life.refresh()
    life.fields["regimen"].value = running.saved.regimen_id
    assert "Psoas stretch, each leg: 1 x 2 x 30 s" in life.asks.texts[2], "what is asked today, not only what comes"
    assert len(life.asks.texts) == 8
    fill(life, by="Dr A", reason="pain", end=date(2026, 4, 11))
    life.end.click()
    assert "Ended for p001 on 11 April 2026: revision 3." in life.status.value
    rows = clinic.prescriptions("p001")
    assert str(rows["last_day"].max())[:10] == "2026-04-11"
    assert str(rows["first_day"].min())[:10] == "2026-04-06"
