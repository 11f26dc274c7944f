"""The planner form over days, windows and failures: what is on record, what was kept, what somebody else did."""

import threading
import time
from datetime import date, timedelta

import pytest
from planning import NINE, beside, filled, released, saved_final, screened
from screenings import answering, clear_screening

from toolkit.errors import StoreError
from toolkit.forms.planner import PlannerForm


def test_a_month_later_one_click_makes_no_old_answer_new(form, clinic):
    """The 14 days count from the first answer; asking again begins with blanks."""
    screened(form)
    clinic.set_time(NINE + timedelta(days=30))
    for answer in ("yes", "no"):
        form.fields["gate: under_18"].value = answer
    assert form.save_final.disabled
    assert form.gate.beside["screened_by"].value == ""
    assert any("screening is good for 14" in text for text in form.open_points.texts)
    form.gate.again.click()
    assert {widget.value for widget in form.gate.questions.values()} == {""}
    screened(form).save_final.click()
    assert str(clinic.regimens()[0].screening.screened_on) == "2026-05-01"


def test_after_a_release_nothing_says_emergency_and_a_later_sign_needs_another(form, clinic):
    released(screened(form, ce_bladder="yes"))
    assert "may be final" in form.banner.value
    assert form.acts.texts == []
    assert form.note.value == ""
    assert "looked at by Dr Review" in form.result.value
    form.fields["gate: ca_weight"].value = "yes"
    assert "HELD by a red flag" in form.banner.value
    assert form.fields["gate: reviewed_by"].value == ""


def test_a_hold_on_record_is_lifted_by_no_press_and_by_no_new_regimen(form, clinic):
    screened(form, ce_bladder="yes").save_final.click()
    assert form.saved.status == "held"
    form.gate._none_of("cauda_equina")
    assert form.fields["gate: ce_bladder"].value == "yes", "a press overwrites no yes"
    form.fields["gate: ce_bladder"].value = "no"
    assert "HELD by a red flag" in form.banner.value
    new = screened(filled(PlannerForm(clinic)))
    assert "HELD by a red flag" in new.banner.value
    assert new.open_points.texts[0].startswith("On record from an earlier screening, and not released: Hard to start")
    assert new.gate.release_view.layout.display == ""
    released(new).save_final.click()
    assert new.saved.status == "final"


def test_a_second_regimen_for_the_same_days_is_refused_before_it_is_saved(form, clinic):
    saved_final(form)
    again = screened(filled(PlannerForm(clinic)))
    assert again.save_final.disabled
    assert any(f"same exercise as regimen {form.saved.regimen_id}" in text for text in again.open_points.texts)


def test_days_already_past_are_not_rewritten_without_a_word(form, clinic):
    saved_final(form)
    clinic.set_time(NINE + timedelta(days=20))
    again = PlannerForm(clinic, regimen=form.saved)
    assert again.fields["first_day"].value == date(2026, 4, 21)
    again.fields["written_by"].value, again.fields["reason"].value = "Dr A", "moved"
    again.fields["first_day"].value = date(2026, 4, 11)
    assert "it begins 10 days ago, and these days are counted anew" in again.confirm.description
    assert "confirm the change" in again.banner.value
    assert again.save_draft.disabled
    again.confirm.value = True
    assert not again.save_draft.disabled


def test_a_large_change_taken_back_leaves_nothing_to_confirm(form, clinic):
    form.save_draft.click()
    form.fields["reason"].value = "more"
    form.fields["psoas_stretch: reps"].value = "9"
    form.confirm.value = True
    form.fields["psoas_stretch: reps"].value = "2"
    form.fields["goal"].value = "walk"
    assert not form.save_draft.disabled


def test_minutes_rise_with_a_step(form):
    form.blocks["knee_to_chest"]._add_step()
    row = form.blocks["knee_to_chest"].steps[0]
    row.fields["week"].value, row.fields["sessions_per_day"].value = "3", "4"
    assert form.outcome.total.value.startswith("About 11 minutes on the longest day, rising to 21, 74 minutes a week")
    assert form.blocks["knee_to_chest"].sentences.texts[1].endswith("4 times a day, every day, from 20 April 2026")
    assert any("21 minutes on the longest day" in hint for hint in form.outcome.hints.texts)


def test_after_saving_the_banner_says_so_and_nothing_looks_wrong(form):
    saved_final(form)
    assert "SAVED as final: revision 1" in form.banner.value
    assert form.outcome.mend.value == ""
    assert form.open_points.texts == []
    assert beside(form, "reason") == ""
    assert len(form.outcome.patient.texts) == 4, "what the patient will read is still there"
    form.fields["goal"].value = "walk"
    assert "saving makes revision 2" in form.banner.value
    assert beside(form, "reason") == "is missing: give the reason for this revision"


def test_the_reason_of_a_revision_and_of_a_decision_are_two_fields(form):
    screened(form, in_fever="yes").save_final.click()
    form.fields["goal"].value = "walk"
    assert beside(form, "reason") == "is missing: give the reason for this revision"
    assert form.gate.beside["reason"].value == "is missing: why, in words"


def test_a_save_that_lasted_is_not_called_lost_because_its_draft_stayed(form, clinic, monkeypatch):
    def refuse(*_args):
        raise StoreError("The store cannot be written: disk is full. Nothing was saved.")

    monkeypatch.setattr(clinic, "drop_draft", refuse)
    form.save_draft.click()
    assert "Saved as draft for p001: revision 1" in form.status.value


def test_saved_again_by_a_new_program_it_is_the_same_act(form, clinic, monkeypatch):
    """The kernel died after the commit and before the answer; the draft is opened and saved again."""
    monkeypatch.setattr(clinic, "drop_draft", lambda _name: None)
    kept = form.desk.kept_as
    form.save_draft.click()
    again = PlannerForm(clinic)
    again.opening.field.value = f"draft:{kept}"
    again.opening.open.click()
    again.save_draft.click()
    assert "Saved as draft for p001: revision 1" in again.status.value
    assert len(clinic.regimens()) == 1


def test_two_windows_on_one_regimen_keep_two_drafts(form, clinic):
    form.save_draft.click()
    one, other = (PlannerForm(clinic, regimen=form.saved) for _ in range(2))
    one.fields["note"].value, other.fields["note"].value = "a long note", "another"
    assert sorted(kept["note"] for kept in clinic.drafts().values()) == ["a long note", "another"]
    other.fields["written_by"].value, other.fields["reason"].value = "Dr B", "note"
    other.save_draft.click()
    assert [kept["note"] for kept in clinic.drafts().values()] == ["a long note"]


def test_what_was_typed_can_be_thrown_away(form, clinic):
    again = PlannerForm(clinic)
    assert again.opening.discard.layout.display == "none"
    again.opening.field.value = f"draft:{form.desk.kept_as}"
    assert again.opening.discard.layout.display == ""
    other = PlannerForm(clinic)
    other.opening.field.value = f"draft:{form.desk.kept_as}"
    again.opening.discard.click()
    assert clinic.drafts() == {}
    other.opening.open.click()
    assert "no longer kept" in other.opening.status.value


def test_a_name_alone_is_kept_nowhere_and_another_patient_lays_the_first_aside(clinic):
    form = PlannerForm(clinic)
    for spelling in ("p-1", "p-10", "p-100"):
        form.fields["patient_id"].value = spelling
    assert clinic.drafts() == {}
    form.fields["goal"].value = "walk"
    form.fields["patient_id"].value = "p-200"
    assert "What was typed for p-100 is laid aside" in form.status.value
    assert [kept["patient_id"] for kept in clinic.drafts().values()] == ["p-100"]


def test_copied_doses_are_compared_with_the_revision_they_go_into(form, clinic):
    saved_final(form)
    other = screened(filled(PlannerForm(clinic), "p002"))
    other.fields["psoas_stretch: reps"].value = "9"
    other.save_final.click()
    again = PlannerForm(clinic, regimen=form.saved)
    again.opening.field.value = f"copy:{other.saved.regimen_id}"
    again.opening.open.click()
    again.fields["written_by"].value, again.fields["reason"].value = "Dr A", "as the other"
    assert "Psoas stretch, repetitions: 2 → 9 (+350%)" in again.confirm.description
    assert again.desk.base == form.saved


def test_a_conflict_of_one_patient_is_out_of_sight_with_another(form, clinic):
    form.save_draft.click()
    form.fields["reason"].value = "mine"
    clinic.save(form.saved.model_copy(update={"revision": 2, "goal": "walk"}))
    form.fields["note"].value = "n"
    form.save_draft.click()
    assert form.conflict.view.layout.display == ""
    form.fields["patient_id"].value = "p002"
    assert form.conflict.view.layout.display == "none"


def test_what_fails_in_a_callback_is_said_and_the_form_goes_on(form, clinic, monkeypatch):
    """In a notebook an error in a callback vanishes: the button would do nothing."""
    monkeypatch.setattr(clinic, "save", lambda *_args, **_more: 1 / 0)
    form.save_draft.click()
    assert "The program failed here (ZeroDivisionError)" in form.status.value
    form.fields["goal"].value = "walk"
    assert form.desk.draft.goal == "walk"


def test_a_profile_that_became_unreadable_is_named_and_nothing_is_saved(form, monkeypatch, tmp_path):
    (tmp_path / "broken.toml").write_text("name = ")
    monkeypatch.setenv("BACKCARE_PROFILE", str(tmp_path / "broken.toml"))
    form.fields["goal"].value = "walk"
    assert "broken.toml cannot be read" in "".join(one.message for one in form.problems) + form.status.value
    assert form.save_draft.disabled


def test_where_a_patients_records_cannot_be_read_the_form_stays_with_the_one_before(form, clinic, monkeypatch):
    """The banner once named the new patient, and Save saved for the old."""
    regimens = clinic.regimens

    def refuse(patient_id=None):
        if patient_id == "p002":
            raise StoreError("The store cannot be read: locked.")
        return regimens(patient_id)

    monkeypatch.setattr(clinic, "regimens", refuse)
    form.fields["patient_id"].value = "p002"
    assert "cannot be read: locked" in form.status.value
    assert form.fields["patient_id"].value == "p001"
    assert form.banner.value.startswith("p001 · ")
    monkeypatch.setattr(clinic, "regimens", regimens)
    form.fields["patient_id"].value = "p002"
    assert form.banner.value.startswith("p002 · ")


def test_a_draft_saved_with_half_its_questions_is_opened_again(form, clinic):
    form.fields["gate: ce_numb"].value = "no"
    form.save_draft.click()
    again = PlannerForm(clinic, regimen=form.saved)
    assert again.fields["gate: ce_numb"].value == "no"
    assert again.fields["gate: ce_legs"].value == ""
    assert again.banner.value.startswith("p001 · ")


def test_a_hold_recorded_elsewhere_meanwhile_can_be_released_here(form, clinic):
    screened(form)
    clinic.record(answering(clear_screening("p001", on=date(2026, 4, 1)), in_fever="yes"))
    form.save_final.click()
    assert "cannot be final yet" in form.status.value
    assert "HELD by a red flag" in form.banner.value
    released(form).save_final.click()
    assert form.saved.status == "final"


def test_undo_after_a_save_leaves_no_draft_behind(form, clinic):
    form.save_draft.click()
    form.fields["goal"].value = "walk"
    form.undo.click()
    assert clinic.drafts() == {}
    assert "SAVED as draft" in form.banner.value


def test_a_copy_into_a_plan_leaves_one_draft_which_saving_takes_away(form, clinic):
    form.save_draft.click()
    other = filled(PlannerForm(clinic), "p002")
    other.opening.field.value = f"copy:{form.saved.regimen_id}"
    other.opening.open.click()
    other.fields["weeks"].value = "6"
    other.save_draft.click()
    assert clinic.drafts() == {}


def test_what_was_laid_aside_stands_in_the_list(form):
    form.fields["patient_id"].value = "p002"
    assert any(words.startswith("go on typing: p001") for words, _ in form.opening.field.options)


def test_no_answer_is_lost_that_comes_while_the_form_is_brought_in_line(form, monkeypatch):
    """JupyterLab hands widgets' messages to two threads at first; a red flag answered then once vanished."""
    show = form.gate.show

    def slowly(*args, **more):
        time.sleep(0.2)
        show(*args, **more)

    monkeypatch.setattr(form.gate, "show", slowly)
    other = threading.Thread(target=lambda: setattr(form.fields["goal"], "value", "walk"))
    other.start()
    time.sleep(0.05)
    form.fields["gate: ce_numb"].value = "yes"
    other.join()
    assert form.desk.draft.goal == "walk"
    assert form.desk.draft.screening.answers == {"ce_numb": "yes"}
    assert form.fields["gate: ce_numb"].value == "yes"
    assert "HELD by a red flag" in form.banner.value


def test_a_screening_is_recorded_only_of_a_patient_and_by_somebody(clinic):
    form = PlannerForm(clinic)
    form.fields["gate: ce_numb"].value = "yes"
    assert form.record.disabled
    assert "HELD by a red flag" in form.banner.value, "before anybody is named"
    form.fields["gate: screened_by"].value = "Nurse B"
    form.fields["patient_id"].value = "jane@example.org"
    assert form.record.disabled
    form.fields["patient_id"].value = "p001"
    form.fields["gate: ce_numb"].value = "yes"
    form.fields["gate: screened_by"].value = "Nurse B"
    form.record.click()
    assert len(clinic.screenings("p001")) == 1


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1926, 4, 6)])
def test_a_year_that_was_mistyped_is_told_of(form, day):
    form.fields["first_day"].value = day
    assert beside(form, "first_day").startswith("must lie in the years 2000 to 2100")
