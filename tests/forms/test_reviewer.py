"""The therapist's round: who is listed, what a page shows, what was done, who comes back and when."""

import base64
import re
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from planning import NINE, screened

from toolkit.errors import StoreError
from toolkit.forms.reviewer import CaseloadForm, PatientForm
from toolkit.forms.round import Round
from toolkit.measures.triage_words import TIER_WORDS
from toolkit.schema import LOG, TIERS
from toolkit.tables import make


@pytest.fixture(autouse=True)
def quick_charts(request, monkeypatch):
    """Charts have tests of their own; here they are drawn only where a test asks for them."""
    if "charts" not in request.keywords:
        monkeypatch.setattr("toolkit.forms.page.patient_panels", lambda review: [])


@pytest.fixture
def form(ward):
    return CaseloadForm(ward)


def listed(form):
    return [who for _, who in form.list.options]


def deal_with(form, patient, action="called", *, again="in a week", by="A. Berg", note="rang, will come in"):
    form.list.value = patient
    form.acting.fields["by"].value = by
    form.acting.fields["again"].value = again
    form.acting.fields["note"].value = note
    form.acting.buttons[action].click()


def pain_of(patient, at, value, **more):
    return make(LOG, [{"entry_id": f"late-{patient}-{at:%d%H}", "patient_id": patient, "exercise": None, "side": None,
                       "performed_at": at, "status": None, "pain": value, **more}])  # fmt: skip


def test_every_tier_has_its_words():
    assert list(TIER_WORDS) == list(TIERS)


def test_the_list_stands_in_calling_order_with_the_reason_in_a_sentence(form):
    lines = [line for line, _ in form.list.options]
    assert lines[0].startswith("p011 · Safety sign · 1 unread note · A note of 30 March says “Pain runs down the leg")
    assert "p008 · Silent · Not begun: no session on 86 scheduled days since 5 January" in lines
    assert form.count.value == "15 of 24 patients"
    assert not [line for line in lines if "Nothing flagged" in line]


@pytest.mark.parametrize(
    ("show", "count"), [("all", 24), ("call", 15), ("silent", 5), ("on_track", 9), ("notes", 1), ("safety", 2)]
)
def test_the_list_is_filtered_by_what_asks_for_a_call_by_tier_and_by_unread_notes(form, show, count):
    form.fields["show"].value = show
    assert len(listed(form)) == count
    assert {value: words for words, value in form.fields["show"].options}[show].endswith(f"({count})")


def test_the_list_is_sorted_by_another_column_with_what_is_not_known_last(form):
    form.fields["show"].value, form.fields["sort"].value = "all", "least recorded in 28 days"
    shares = form.round.order.set_index("patient_id")["rolling_28"].loc[listed(form)].tolist()
    assert shares == sorted(shares)
    form.fields["sort"].value = "patient"
    assert listed(form) == sorted(listed(form))


def test_a_search_finds_words_of_a_line_in_any_order_and_case(form):
    form.fields["show"].value = "all"
    form.fields["search"].value = "BEGUN silent"
    assert listed(form) == ["p008", "p019"]
    form.fields["search"].value = "nobody of that name"
    assert listed(form) == [] and form.count.value == "0 of 24 patients"


@pytest.mark.charts
def test_choosing_a_patient_shows_whose_page_it_is_why_what_changed_and_six_charts(form):
    form.list.value = "p011"
    assert form.page.banner.value.startswith("p011 · ") and form.page.banner.value.endswith("up to 31 March 2026")
    assert form.page.sign.texts[0].startswith("Safety sign: A note of 30 March says “Pain runs down")
    assert form.page.since.texts[0].startswith("In the last 14 days: 52 of 56 sessions recorded")
    assert form.page.notes.texts == ["30 March 2026: “Pain runs down the leg and my left foot feels numb”"]
    assert len(form.page.charts.children) == 6
    assert all('alt="' in chart.value and "self-reported" in chart.value for chart in form.page.charts.children)
    assert form.page.record.value.startswith("Home exercise of patient p011, up to 31 March 2026.")


def test_the_page_says_what_the_set_of_alert_rules_in_use_says(form, ward):
    form.list.value = "p011"
    assert form.page._alerts_head.value == "Alert rules (cautious), last 14 days"
    assert form.page.alerts.texts[0].startswith("31 March 2026 · safety · ")
    ward.use_alert_rules("early_contact", by="A. Berg")
    form.list.value = "p022"
    assert form.page._alerts_head.value == "Alert rules (early_contact), last 14 days: nothing"


@pytest.mark.charts
def test_the_charts_of_the_patient_before_are_gone_before_those_of_the_next_are_drawn(form, monkeypatch):
    form.list.value = "p008"
    before = form.page.charts.children
    seen = []
    monkeypatch.setattr(
        "toolkit.forms.page.patient_panels", lambda review: seen.append(form.page.charts.children) or []
    )
    form.list.value = "p002"
    assert seen == [()] and form.page.banner.value.startswith("p002 · ")
    assert all(chart.comm is None for chart in before), "closed, in the browser too"


def test_an_interval_chosen_for_one_patient_is_not_carried_to_a_safety_sign(form):
    deal_with(form, "p008", again="in 4 weeks")
    form.list.value = "p002"
    assert form.acting.fields["again"].value == "in 4 weeks"
    form.list.value = "p011"
    assert form.acting.fields["again"].value == ""


def test_only_a_safety_sign_is_red(form):
    form.fields["show"].value = "all"
    form.list.value = "p011"
    assert "backcare-held" in form.page._banner._dom_classes and form.page.why.texts == []
    form.list.value = "p003"
    assert "backcare-held" not in form.page._banner._dom_classes
    assert form.page.sign.texts == [] and form.page.why.texts[0].startswith("Nothing flagged: ")


def test_until_a_patient_is_chosen_there_is_no_page_and_nothing_to_press(form):
    assert form.patient_id == "" and form.page.top.layout.display == "none" == form.acting.view.layout.display


def test_a_patient_dealt_with_leaves_the_list_and_is_kept_with_who_when_and_why(form, ward):
    deal_with(form, "p008")
    assert "p008" not in listed(form) and form.count.value == "14 of 24 patients"
    assert "p008: called by A. Berg, listed again on 8 April 2026." in form.status.value
    kept = ward.reviews("p008").iloc[0]
    assert (kept["action"], kept["reviewed_by"], kept["note"]) == ("called", "A. Berg", "rang, will come in")
    assert (kept["reviewed_at"], kept["look_again_on"]) == (pd.Timestamp(2026, 4, 1, 9), pd.Timestamp(2026, 4, 8))
    form.fields["show"].value = "reviewed"
    assert listed(form) == ["p008"]


@pytest.mark.parametrize("action", ["reviewed", "called", "adjusted"])
def test_each_button_keeps_its_own_word(form, ward, action):
    deal_with(form, "p008", action)
    assert ward.reviews()["action"].tolist() == [action]


def test_a_review_needs_a_name_and_a_day_and_says_both_at_once(form, ward):
    deal_with(form, "p008", by=" ", again="")
    assert "Your name: is missing" in form.status.value and "Look again: is missing" in form.status.value
    assert form.patient_id == "p008" and not len(ward.reviews())
    assert form.acting.fields["note"].value == "rang, will come in", "nothing typed is lost"


def test_a_safety_sign_is_closed_only_with_what_was_found_or_done(form, ward):
    deal_with(form, "p011", note=" ")
    assert "Note: is missing: a safety sign is closed with what was found or done" in form.status.value
    assert not len(ward.reviews())
    deal_with(form, "p011", note="seen today, no deficit")
    assert "p011" not in listed(form)


def test_a_day_of_its_own_must_lie_ahead(form, ward):
    form.list.value = "p008"
    form.acting.fields["by"].value, form.acting.fields["again"].value = "A. Berg", "on a day"
    form.acting.fields["again_on"].value = date(2026, 4, 1)
    form.acting.buttons["called"].click()
    assert "Look again on: must be after today; found 1 April 2026" in form.status.value
    form.acting.fields["again_on"].value = date(2026, 4, 2)
    form.acting.buttons["called"].click()
    assert ward.reviews()["look_again_on"].tolist() == [pd.Timestamp(2026, 4, 2)]


def test_the_patient_returns_on_the_day_named_and_not_before(form, ward):
    deal_with(form, "p008")
    ward.set_time(NINE + timedelta(days=6))
    assert "p008" not in listed(CaseloadForm(ward))
    ward.set_time(NINE + timedelta(days=7))
    assert "p008" in listed(CaseloadForm(ward))


def test_a_new_safety_sign_puts_a_reviewed_patient_back_on_top_at_once(form, ward):
    """Reviewed today: gone from the list. Pain 9 tomorrow: first."""
    whose = "p008"
    deal_with(form, whose)
    ward.set_time(NINE + timedelta(days=2))
    ward.add_log(pain_of(whose, datetime(2026, 4, 2, 8), 9))
    again = CaseloadForm(ward)
    assert listed(again)[0] == whose
    assert again.list.options[0][0].startswith("p008 · Safety sign · Pain 9 of 10 on 2 April")


def test_a_safety_sign_of_yesterday_that_is_imported_after_the_review_is_new_as_well(form, ward):
    """What counts is when the row came in, not when it was done: nobody had seen it."""
    deal_with(form, "p008")
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 9))
    assert listed(CaseloadForm(ward))[0] == "p008"


def test_a_sign_that_was_on_screen_does_not_bring_the_patient_back(form, ward):
    deal_with(form, "p011", note="seen today, no deficit")
    assert "p011" not in listed(CaseloadForm(ward))


def test_unread_notes_are_counted_until_somebody_has_dealt_with_the_patient(form, ward):
    assert form.round.order.set_index("patient_id").loc["p011", "notes"] == 1
    deal_with(form, "p011", note="read and asked")
    assert form.round.order["notes"].sum() == 0
    ward.add_log(pain_of("p011", datetime(2026, 3, 2, 8), 3, note="better now"))
    assert CaseloadForm(ward).round.order.set_index("patient_id").loc["p011", "notes"] == 1, "old, and only now here"


def test_rows_that_came_in_while_the_page_was_open_are_shown_before_anything_is_kept(form, ward):
    form.list.value = "p008"
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 9))
    deal_with(form, "p008")
    assert "New entries of this patient came in meanwhile" in form.status.value
    assert not len(ward.reviews()) and form.patient_id == "p008"
    assert form.page.sign.texts[0].startswith("Safety sign: Pain 9 of 10")
    form.acting.buttons["called"].click()
    assert len(ward.reviews()) == 1


def test_with_another_patient_no_note_of_the_one_before_stays(form):
    form.list.value = "p008"
    form.acting.fields["note"].value = "rang p008"
    form.list.value = "p002"
    assert form.acting.fields["note"].value == ""


def test_next_goes_down_the_list_and_says_where_it_ends(form):
    form.next.click()
    assert form.patient_id == listed(form)[0]
    form.next.click()
    assert form.patient_id == listed(form)[1]
    form.list.value = listed(form)[-1]
    form.next.click()
    assert "This is the last patient of the list." in form.said.value


def test_reading_the_clinic_again_shows_what_another_program_did(form, ward):
    ward.add_log(pain_of("p003", datetime(2026, 3, 31, 8), 9))
    form.again.click()
    assert "p003" in listed(form)


def test_a_clinic_that_cannot_be_read_is_said_and_nothing_typed_is_lost(form, ward, monkeypatch):
    form.list.value = "p008"

    def broken(review, **how):
        raise StoreError("The store could not be written: the disk is full.")

    monkeypatch.setattr(ward, "review", broken)
    deal_with(form, "p008")
    assert "the disk is full" in form.status.value
    assert form.acting.fields["note"].value == "rang, will come in"


def test_adjusting_opens_the_planner_on_the_newest_revision_of_this_patient(form, ward):
    form.fields["show"].value = "all"
    form.list.value = "p001"
    form.acting.buttons["adjust"].click()
    draft = form.planner.desk.draft
    assert (draft.patient_id, draft.revision) == ("p001", ward.regimens("p001")[-1].revision + 1)
    form.list.value = "p002"
    assert form.planner is None, "another patient's plan is not left open"


def test_an_adjusted_regimen_is_saved_as_the_next_revision_and_the_page_follows(form, ward):
    form.fields["show"].value = "all"
    form.list.value = "p003"
    form.acting.buttons["adjust"].click()
    planner = form.planner
    planner.fields["written_by"].value, planner.fields["reason"].value = "Dr A", "less for a while"
    planner.fields["hamstring_stretch: reps"].value = "1"
    screened(planner).save_final.click()
    assert planner.saved is not None, planner.status.value
    deal_with(form, "p003", "adjusted")
    assert ward.newest(planner.saved.regimen_id).revision == planner.saved.revision
    assert ward.reviews("p003")["action"].tolist() == ["adjusted"]


def pdf_of(link):
    head, _, data = link.value.split('href="')[1].split('"')[0].partition(";base64,")
    assert head == "data:application/pdf"
    return base64.b64decode(data), link.value.split('download="')[1].split('"')[0]


def test_the_report_on_a_patient_is_made_and_its_name_tells_nobody_whose_it_is(form):
    form.list.value = "p008"
    form.acting.fields["by"].value = "A. Berg"
    form.acting.buttons["report"].click()
    data, name = pdf_of(form.acting.file)
    assert data.startswith(b"%PDF-") and re.fullmatch(r"report-[0-9a-f]{12}\.pdf", name)
    form.acting.buttons["report"].click()
    assert pdf_of(form.acting.file)[0] == data, "the same twice"
    form.list.value = "p002"
    assert form.acting.file.value == "", "another patient's report is not left there"


def test_the_report_on_the_caseload_is_made_from_what_is_on_screen(form, ward):
    form.report.click()
    data, _ = pdf_of(form.file)
    deal_with(form, "p008")
    form.report.click()
    assert pdf_of(form.file)[0] != data, "p008 was called meanwhile"


def test_the_page_of_one_patient_is_chosen_from_a_list_and_changes_at_once(ward):
    page = PatientForm(ward)
    assert page.patient_id == "p001" == page.review.patient_id
    page.field.value = "p008"
    assert page.page.banner.value.startswith("p008 · ")
    page.acting.fields["by"].value, page.acting.fields["again"].value = "A. Berg", "tomorrow"
    page.acting.buttons["reviewed"].click()
    assert ward.reviews("p008")["action"].tolist() == ["reviewed"]
    assert page.patient_id == "p008", "the page stays"


def test_a_clinic_without_patients_says_what_to_do_next(clinic):
    assert CaseloadForm(clinic).count.value == "No patients yet: plan a regimen first."
    page = PatientForm(clinic)
    assert page.patient_id == "" and page.review is None


@pytest.mark.charts
def test_markup_in_a_note_a_name_or_a_reason_stays_text(form, ward):
    hostile = "<img src=x onerror=alert(1)>"
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 9, note=hostile))
    deal_with(form, "p002", by=hostile, note=hostile)
    assert "<img" not in form.status.value
    again = CaseloadForm(ward)
    again.list.value = "p008"
    assert hostile in again.page.notes.texts[0], "in a label, which never becomes markup"
    assert not [chart for chart in again.page.charts.children if "onerror" in chart.value]


def test_the_forms_show_themselves_by_texts_that_never_change(ward):
    assert CaseloadForm(ward)._repr_mimebundle_()["text/plain"] == "CaseloadForm: run this cell to see the caseload"
    assert PatientForm(ward)._repr_mimebundle_()["text/plain"] == "PatientForm: run this cell to see a patient's page"


def test_the_round_gives_triage_every_review_but_those_that_are_due_today(ward, form):
    deal_with(form, "p008", again="tomorrow")
    ward.set_time(NINE + timedelta(days=1))
    assert Round(ward).order.set_index("patient_id").loc["p008", "name"] == "silent"


def test_a_button_pressed_twice_keeps_one_review_and_its_word_stays(form, ward):
    form.list.value = "p008"
    form.acting.fields["by"].value, form.acting.fields["again"].value = "A. Berg", "in a week"
    called = form.acting.buttons["called"]
    called.click()
    called.click()
    assert ward.reviews()["patient_id"].tolist() == ["p008"]
    assert "p008: called by A. Berg" in form.status.value


def test_on_the_page_that_stays_a_button_pressed_twice_keeps_one_review_as_well(ward):
    page = PatientForm(ward)
    page.acting.fields["by"].value, page.acting.fields["again"].value = "A. Berg", "in a week"
    reviewed = page.acting.buttons["reviewed"]
    reviewed.click()
    reviewed.click()
    assert len(ward.reviews()) == 1 and "p001: reviewed by A. Berg" in page.status.value
    page.acting.buttons["called"].click()
    assert ward.reviews()["action"].tolist() == ["reviewed", "called"], "a second act on the same page is another press"


def test_a_press_meant_for_the_page_before_keeps_nothing_of_the_patient_now_shown(form, ward):
    """Another patient is chosen and Called is pressed while the page of the one before is still on screen."""
    form.list.value = "p008"
    form.acting.fields["by"].value, form.acting.fields["again"].value = "A. Berg", "in a week"
    called = form.acting.buttons["called"]
    form.list.value = "p019"
    called.click()
    assert not len(ward.reviews()) and "The page changed as you pressed" in form.status.value


def test_the_second_of_two_presses_does_not_close_what_the_first_brought_on_screen(form, ward):
    """The first press is refused because of new entries; the second comes before anybody has looked at them."""
    form.list.value = "p008"
    form.acting.fields["by"].value, form.acting.fields["again"].value = "A. Berg", "in a week"
    form.acting.fields["note"].value = "rang"
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 9))
    called = form.acting.buttons["called"]
    called.click()
    called.click()
    assert not len(ward.reviews()) and form.page.sign.texts[0].startswith("Safety sign: Pain 9 of 10")


def test_what_is_missing_closes_no_plan_that_was_begun_below_the_page(form):
    form.list.value = "p008"
    form.acting.buttons["adjust"].click()
    planner = form.planner
    form.acting.buttons["adjusted"].click()
    assert "Your name: is missing" in form.status.value and form.planner is planner is not None


def test_who_was_dealt_with_in_another_window_meanwhile_is_not_dealt_with_again_unseen(form, ward):
    other = CaseloadForm(ward)
    form.list.value = "p008"
    deal_with(other, "p008", by="B. Tal")
    deal_with(form, "p008")
    assert "This patient was dealt with meanwhile: called by B. Tal on 1 April 2026" in form.status.value
    assert len(ward.reviews()) == 1 and form.patient_id == "p008"
    assert form.acting.fields["note"].value == "rang, will come in", "nothing typed is lost"
    form.acting.buttons["reviewed"].click()
    assert len(ward.reviews()) == 2


def test_next_goes_on_below_the_patient_who_was_dealt_with(form):
    fourth, fifth = listed(form)[3:5]
    deal_with(form, fourth)
    form.next.click()
    assert form.patient_id == fifth


@pytest.mark.charts
def test_a_chart_with_nothing_to_draw_is_a_line_and_no_empty_picture(form):
    form.list.value = "p008"
    told = [chart.value for chart in form.page.charts.children]
    assert [one for one in told if "<img" not in one] == ["No pain recorded", "No session with a time of day"]
    assert len(told) == 6


def test_a_note_that_runs_from_right_to_left_ends_within_its_quotation_marks(form, ward):
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 3, note="כאב גב - 5 מתוך 10"))
    form.again.click()
    form.list.value = "p008"
    assert form.page.notes.texts == ["31 March 2026: “\u2068כאב גב - 5 מתוך 10\u2069”"]


def test_a_note_with_two_dollar_signs_stays_a_note(form, ward):
    """JupyterLab would set what stands between them as a formula, and words of a patient would be lost."""
    ward.add_log(pain_of("p008", datetime(2026, 3, 31, 8), 3, note="$5 for the mat, numb, $7 for the band"))
    form.again.click()
    form.list.value = "p008"
    (note,) = form.page.notes.children
    assert "mathjax_ignore" in note._dom_classes
