"""What nobody has seen: rows that came in meanwhile, notes of rows set aside, ids that two patients share."""

from datetime import datetime, timedelta

import pytest
from planning import NINE

from toolkit.errors import ToolkitError
from toolkit.forms.round import NOTES, Round
from toolkit.schema import LOG, QUARANTINE
from toolkit.tables import make

EARLY = datetime(2026, 3, 2, 8)


def pain_entry(patient, name, value=2, *, at=EARLY, **more):
    return make(LOG, [{"entry_id": name, "patient_id": patient, "exercise": None, "side": None, "performed_at": at,
                       "status": None, "pain": value, **more}])  # fmt: skip


def set_aside(ward, patient, note, *, at=EARLY, line=4):
    """An import that keeps no row and sets one aside."""
    row = {"source": "own:1a2b3c", "line": line, "column": "reps", "code": "number", "value": "many",
           "message": "must be a number", "patient_id": patient, "performed_at": at, "note": note}  # fmt: skip
    ward._add(make(LOG), make(QUARANTINE, [row]), {"format": "own"}, "A. Berg")


def deal_with(on, patient, *, again="in 4 weeks"):
    return on.keep(patient, "called", by="A. Berg", note="rang", again=again, again_on=None)


def tier(on, patient):
    return on.order.set_index("patient_id").loc[patient, "name"]


def test_rows_that_came_in_before_another_patient_was_dealt_with_are_not_taken_for_shown(ward):
    """The list is put in order again after each review, but its tables are those that were read before."""
    on = Round(ward)
    ward.add_log(pain_entry("p008", "new", 9, at=datetime(2026, 3, 31, 8), note="numb between the legs"))
    deal_with(on, "p002")
    with pytest.raises(ToolkitError, match="New entries of this patient came in meanwhile"):
        deal_with(on, "p008")
    assert tier(on, "p008") == "safety" and len(on.notes("p008")) == 1


def test_a_corrected_entry_is_shown_before_anything_is_kept(ward):
    """Nobody had seen the entry either, so its id alone does not tell that it changed."""
    ward.add_log(pain_entry("p008", "one", 2))
    on = Round(ward)
    ward.add_log(pain_entry("p008", "one", 2, note="cannot hold water"))
    with pytest.raises(ToolkitError, match="came in meanwhile"):
        deal_with(on, "p008")
    assert on.notes("p008") == ["2 March 2026: “cannot hold water”"]


def test_a_new_entry_is_not_taken_for_that_of_another_patient_with_the_same_id(ward):
    ward.add_log(pain_entry("p002", "1"))
    on = Round(ward)
    ward.add_log(pain_entry("p008", "1", note="tired"))
    with pytest.raises(ToolkitError, match="came in meanwhile"):
        deal_with(on, "p008")


def test_a_note_that_was_read_does_not_wait_for_another_patient_with_the_same_id(ward):
    for patient in ("p002", "p008"):
        ward.add_log(pain_entry(patient, "1", note="numb between the legs"))
    on = Round(ward)
    deal_with(on, "p008")
    assert (tier(on, "p008"), on.notes("p008")) == ("reviewed", [])
    assert tier(on, "p002") == "safety" and len(on.notes("p002")) == 1


@pytest.mark.parametrize("at", [EARLY, NINE.replace(tzinfo=None) - timedelta(days=1), None], ids=str)
def test_a_flagged_note_set_aside_after_the_review_puts_the_patient_on_top_until_dealt_with(ward, at):
    """The row was done before the review, but the file came in after it: nobody had seen the note."""
    on = Round(ward)
    deal_with(on, "p008")
    set_aside(ward, "p008", "numb between the legs", at=at)
    on.read()
    assert tier(on, "p008") == "safety"
    deal_with(on, "p008")
    assert (tier(on, "p008"), tier(Round(ward), "p008")) == ("reviewed", "reviewed")


def test_a_note_set_aside_is_counted_and_shown_until_it_was_read(ward):
    set_aside(ward, "p003", "tired after work")
    set_aside(ward, "p003", "tired after work", line=9)
    on = Round(ward)
    assert on.order.set_index("patient_id").loc["p003", "notes"] == 1
    assert "p003" in [who for _, who in on.lines(show=NOTES)]
    assert on.notes("p003") == ["In a row set aside at import: “tired after work”"]
    deal_with(on, "p003")
    assert on.order.set_index("patient_id").loc["p003", "notes"] == 0 and on.notes("p003") == []


def test_a_row_set_aside_while_the_page_was_open_is_shown_before_anything_is_kept(ward):
    on = Round(ward)
    set_aside(ward, "p003", "numb between the legs")
    with pytest.raises(ToolkitError, match="came in meanwhile"):
        deal_with(on, "p003")


def test_the_page_of_a_patient_whose_regimen_begins_in_weeks_says_so(ward):
    """Of one patient alone, no day lies near the last one counted; of the clinic as a whole many do."""
    on = Round(ward)
    mine = on.prescriptions["patient_id"] == "p003"
    for name in ("first_day", "last_day"):
        on.prescriptions.loc[mine, name] += timedelta(days=400)
    page = on.page("p003")
    assert not len(page.cells) and page.weekly.empty


def test_a_dated_note_set_aside_counts_for_its_seven_days_though_it_was_read(ward):
    """As any flagged note does: listed again tomorrow, it still says why the patient stands first."""
    set_aside(ward, "p008", "numb between the legs", at=NINE.replace(tzinfo=None) - timedelta(days=1))
    deal_with(Round(ward), "p008", again="tomorrow")
    ward.set_time(NINE + timedelta(days=1))
    assert tier(Round(ward), "p008") == "safety"
    ward.set_time(NINE + timedelta(days=9))
    assert tier(Round(ward), "p008") != "safety"
