"""The planner form, driven by its widgets: it shows a draft and its problems, and saves only what is valid."""

from datetime import date

import pytest

from toolkit.errors import Conflict
from toolkit.forms.chooser import PatientChooser
from toolkit.forms.planner import PlannerForm
from toolkit.plan.drafts import NAMED


def form_with(on_save=lambda regimen: regimen):
    form = PlannerForm(clinic="SAMPLE clinic", on_save=on_save)
    form.fields["patient_id"].value = "p001"
    form.fields["purpose"].value = "remedial"
    form.fields["first_day"].value = date(2026, 4, 6)
    return form


def beside(form, name):
    return form._beside[name].value


def test_an_empty_form_says_what_is_missing_beside_each_field_and_saves_nothing():
    form = PlannerForm(clinic="SAMPLE clinic", on_save=pytest.fail)
    assert beside(form, "patient_id") == "is missing: give the pseudonym"
    assert beside(form, "first_day") == "is missing: give a day"
    assert form.total.value == "5 things to mend or fill in above."
    assert form.save.disabled
    assert form.regimen is None
    form.save.click()


def test_the_form_saves_only_what_is_valid():
    saved = []
    form = form_with(lambda regimen: saved.append(regimen) or regimen)
    form.fields["psoas_stretch: sets"].value = "40"
    assert beside(form, "psoas_stretch: sets") == "must be 10 or less; found 40"
    assert form.save.disabled
    form.fields["psoas_stretch: sets"].value = "4"
    assert beside(form, "psoas_stretch: sets") == ""
    form.save.click()
    assert [row.sets for row in saved[0].prescriptions if row.exercise == "psoas_stretch"] == [4]
    assert (saved[0].status, saved[0].patient_id) == ("draft", "p001")


def test_after_saving_the_status_tells_the_revision_and_that_a_final_regimen_needs_the_screening():
    form = form_with()
    form.save.click()
    assert 'role="status"' in form.status.value
    assert f"Draft saved for p001 as revision 1 of {form.saved.regimen_id}." in form.status.value
    assert "A final regimen needs the red-flag screening" in form.status.value


def test_pressing_save_twice_makes_no_second_revision():
    saved = []
    form = form_with(lambda regimen: saved.append(regimen) or regimen)
    form.save.click()
    assert form.save.disabled
    form.fields["weeks"].value = "6"
    assert form.status.value == "", "what was said of the first save is not true of this"
    form.save.click()
    assert [regimen.revision for regimen in saved] == [1, 2]


def test_a_conflict_is_told_and_nothing_typed_is_lost():
    def refuse(_regimen):
        raise Conflict("r-1 was changed since it was opened.")

    form = form_with(refuse)
    form.fields["hamstring_stretch: reps"].value = "5"
    form.save.click()
    assert "r-1 was changed since it was opened." in form.status.value
    assert form.fields["hamstring_stretch: reps"].value == "5"
    assert not form.save.disabled


def test_the_banner_always_names_the_patient_that_would_be_saved():
    saved = []
    form = form_with(lambda regimen: saved.append(regimen) or regimen)
    for patient in ("p001", "p002", "p001"):
        form.fields["patient_id"].value = patient
        assert form.banner.value.startswith(f"{patient} · SAMPLE clinic")
        form.save.click()
        assert saved[-1].patient_id == patient
    assert len({regimen.regimen_id for regimen in saved}) == 3


def test_each_exercise_is_one_sentence_and_the_week_a_picture_with_words():
    form = form_with()
    assert form.blocks["hamstring_stretch"].sentence.value == (
        "Hamstring stretch, each leg: 1 x 2 x 30 s, once a day, every day"
    )
    assert form.total.value.startswith("About 11 minutes on the longest day, 74 minutes a week (estimate)")
    assert 'alt="The week as prescribed: Hamstring stretch, each leg' in form.week.value


def test_what_is_wrong_in_one_exercise_does_not_silence_the_others():
    form = form_with()
    form.fields["psoas_stretch: sets"].value = "x"
    assert form.blocks["psoas_stretch"].sentence.value == ""
    assert form.blocks["knee_to_chest"].sentence.value.startswith("Knee-to-chest stretch, each leg")


def test_named_days_are_chosen_by_their_boxes():
    form = form_with()
    form.fields["knee_to_chest: days"].value = NAMED
    assert form._beside["knee_to_chest: weekdays"].value == "must name at least one day"
    for day in ("fri", "mon"):
        form.blocks["knee_to_chest"].days[day].value = True
    row = next(row for row in form.regimen.prescriptions if row.exercise == "knee_to_chest")
    assert row.weekdays == ("mon", "fri")


def test_an_exercise_switched_off_is_not_prescribed():
    form = form_with()
    form.fields["psoas_stretch: on"].value = False
    assert len(form.regimen.prescriptions) == 3
    assert form.blocks["psoas_stretch"]._body.layout.display == "none"


def test_numbers_are_typed_into_text_fields_and_every_field_has_a_name_of_its_own():
    form = form_with()
    names = [widget.description for widget in form.fields.values()]
    assert len(set(names)) == len(names)
    assert all(names)
    for name, widget in form.fields.items():
        if name.endswith((": sets", ": reps", ": hold_s", ": sessions_per_day", "weeks")):
            assert type(widget).__name__ == "Text", name


def test_a_form_shows_itself_by_a_text_that_never_changes():
    """nbval compares the text; an address in it would fail on every run."""
    bundle = form_with()._repr_mimebundle_()
    assert bundle["text/plain"] == "PlannerForm: run this cell to show the form"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_a_patient_is_chosen_from_a_list():
    chooser = PatientChooser(["p001", "p002"], clinic="SAMPLE clinic")
    assert chooser.patient_id == "p001"
    chooser.field.value = "p002"
    assert chooser.patient_id == "p002"
    assert PatientChooser([], clinic="Clinic own").patient_id == ""
