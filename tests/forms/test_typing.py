"""Typing a diary in from paper: rows as on the sheet, checked at once, stored by the way of a file, never twice."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from diaries import MONDAY, dose, final
from logs.hostile_strings import HOSTILE
from planning import NINE
from screenings import clear_screening
from take_homes import ALL_FOUR

from toolkit.forms.typing_in import TypingForm
from toolkit.logs.read import read_source
from toolkit.logs.source import source_of
from toolkit.plan.diary import diary_rows, weeks_of
from toolkit.plan.regimen import Pause
from toolkit.plan.schedule import session_id

WEEK_1 = "Week 1: 2 March 2026 to 8 March 2026"


def keep(clinic, plan, **more):
    """Save a plan on the day it was written; a screening is good for some days alone."""
    clinic.set_time(datetime.combine(MONDAY, time(9), tzinfo=NINE.tzinfo))
    saved = clinic.save(plan, **more)
    clinic.set_time(NINE)
    return saved


@pytest.fixture
def typing(clinic):
    """A form on a clinic with one patient, who stretches and trains on every day of two weeks."""

    def opened(*rows, **changes):
        plan = keep(clinic, final(*(rows or (dose("knee_to_chest"), dose("abdominal_stability"))), **changes))
        form = TypingForm(clinic)
        form.fields["patient"].value = plan.patient_id
        choose(form, WEEK_1)
        return form

    return opened


def choose(form, week):
    options = dict(form.fields["week"].options)
    form.fields["week"].value = options[week]


def fill(form, place, **cells):
    for name, value in cells.items():
        form.rows[place].cells[name].value = value


def import_as(form, by="T. Berg"):
    form.fields["by"].value = by
    form.save.click()
    return said(form)


def said(form):
    return re.sub("<[^>]+>", "", form.status.value).replace("&#x27;", "'")


def visible(widget):
    return widget.layout.display != "none"


def test_nothing_is_chosen_and_nothing_shown_before(clinic):
    keep(clinic, final(dose("knee_to_chest")))
    form = TypingForm(clinic)
    assert form.fields["patient"].value == ""
    assert form.fields["week"].value is None
    assert [label for label, _ in form.fields["patient"].options] == ["", "p001"]
    assert form.rows == []
    assert not visible(form.save)


def test_only_patients_with_a_final_regimen_are_offered(clinic):
    keep(clinic, final(dose("knee_to_chest"), status="draft"))
    assert TypingForm(clinic).fields["patient"].options == (("", ""),)


def test_the_rows_are_those_of_the_sheet_one_cell_after_the_other(typing):
    form = typing()
    assert len(form.rows) == 14
    assert list(form.rows[0].cells) == ["left", "right", "sets", "reps", "hold_s", "pain", "note"]
    assert list(form.rows[1].cells) == ["done", "sets", "reps", "hold_s", "pain", "note"]
    cell = form.rows[0].cells["left"]
    assert (cell.value, cell.description) == ("", "Left, Knee-to-chest stretch, 2 March 2026")
    assert not cell.continuous_update


def test_a_paused_day_has_no_row_and_a_week_to_come_is_not_offered(clinic):
    pause = Pause(first_day=MONDAY, last_day=date(2026, 3, 8))
    keep(clinic, final(dose("knee_to_chest", 60), pauses=(pause,)))
    form = TypingForm(clinic)
    form.fields["patient"].value = "p001"
    labels = [label for label, _ in form.fields["week"].options]
    assert labels[:2] == ["", "Week 2: 9 March 2026 to 15 March 2026"]
    assert labels[-1] == "Week 5: 30 March 2026 to 5 April 2026", "today is the first of April"


def test_what_is_wrong_is_said_beside_the_row_at_once_and_nothing_is_stored(typing, clinic):
    form = typing()
    fill(form, 0, left="y", reps="2,5")
    fill(form, 1, done="n", sets="3")
    fill(form, 2, pain="4")
    assert form.rows[0].problem.value == "Reps: 2,5 is no plain number. Write digits, with a point if needed."
    assert form.rows[1].problem.value == "Sets: 3 stands beside what was not done, or not recorded."
    assert form.rows[2].problem.value == "Say y (done) or n (not done): without it nothing is stored."
    assert form.count.value == "To import: 0 new, 0 later versions of entries held; 3 rows to mend."
    assert import_as(form) == "Nothing was stored: 3 rows above must be mended first."
    assert len(clinic.log()) == 0
    fill(form, 0, reps="2.5")
    assert form.rows[0].problem.value == ""


def test_what_is_typed_is_imported_as_a_file_would_be_with_account_and_who(typing, clinic):
    form = typing()
    fill(form, 0, left="y", right="y", sets="1", reps="3", hold_s="20", pain="4", note="=1+1")
    fill(form, 1, done="n", note="no time")
    assert form.count.value == "To import: 3 new, 0 later versions of entries held."
    assert len(clinic.log()) == 0, "nothing is stored before Import"
    assert import_as(form, by=" ") == "Say who types it in: your name is missing."
    assert import_as(form).startswith("Imported: 3 new, 0 later versions of entries held, 0 held already, of p001.")
    log = clinic.log("p001")
    told = log[["side", "status", "reps", "pain", "note"]].astype(object)
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["left", "done", 3, None, "=1+1"], ["right", "done", 3, 4, None], ["none", "not_done", None, None, "no time"],
    ]  # fmt: skip
    assert log["performed_at"].dt.date.eq(MONDAY).all() and not log["time_known"].any()
    assert log["logged_at"].eq(NINE.replace(tzinfo=None)).all()
    assert log["source"].str.startswith("own:").all()
    assert clinic.imports()["by"].tolist() == ["T. Berg"]
    assert form.result.account.kept == 3
    assert "<td>3</td>" in form.account.value


def test_what_is_held_is_shown_and_typing_it_again_adds_nothing(typing, clinic):
    form = typing()
    fill(form, 0, left="y", right="y", reps="3/2", pain="4")
    import_as(form)
    assert {name: cell.value for name, cell in form.rows[0].cells.items()} == {
        "left": "y", "right": "y", "sets": "", "reps": "3/2", "hold_s": "", "pain": "4", "note": "",
    }  # fmt: skip
    assert form.rows[0].note.value == "Held already."
    assert form.rows[2].note.value == ""
    fill(form, 0, left="Y", reps=" 3/2 ")
    assert form.rows[0].note.value == "Held already."
    assert import_as(form) == "There is nothing to import: no row says more than is held."
    assert len(clinic.log()) == 2


def test_a_changed_row_becomes_a_later_version_and_says_so_before(typing, clinic):
    form = typing()
    fill(form, 0, left="y", right="y", pain="4")
    import_as(form)
    clinic.set_time(NINE + timedelta(minutes=5))
    fill(form, 0, pain="5")
    assert form.rows[0].note.value == "Another version of what is held."
    assert form.count.value == "To import: 0 new, 1 later versions of entries held."
    assert import_as(form).startswith("Imported: 0 new, 1 later versions of entries held, 0 held already")
    assert len(clinic.log()) == 3
    assert form.rows[0].cells["pain"].value == "5"
    choose(form, "Week 2: 9 March 2026 to 15 March 2026")
    choose(form, WEEK_1)
    assert form.rows[0].cells["pain"].value == "5", "the version written last is shown"


def test_a_blank_takes_nothing_back(typing, clinic):
    form = typing()
    fill(form, 0, left="y", right="y")
    import_as(form)
    fill(form, 0, right="")
    assert form.rows[0].note.value == "What is held stays held: a blank takes nothing back. Type n for not done."
    assert import_as(form) == "There is nothing to import: no row says more than is held."
    assert len(clinic.log()) == 2


def file_of(*rows):
    header = "entry_id,patient_id,exercise,side,performed_at,status,pain,note\n"
    return read_source(source_of("f.csv", (header + "".join(f"{row}\n" for row in rows)).encode()))


def test_what_a_file_brought_of_a_session_is_shown_and_keeps_its_time(typing, clinic):
    form = typing()
    (row,) = diary_rows(final(dose("knee_to_chest")), MONDAY)
    left = session_id("r-1", row.sessions[0])
    clinic.add_import(file_of(f"{left},p001,knee_to_chest,left,2026-03-02 07:30,done,3,"), by="file")
    choose(form, "Week 2: 9 March 2026 to 15 March 2026")
    choose(form, WEEK_1)
    assert form.rows[0].cells["left"].value == "y"
    assert form.rows[0].cells["pain"].value == "3"
    fill(form, 0, reps="3")
    import_as(form)
    last = clinic.log().iloc[-1]
    assert (last["reps"], last["performed_at"], last["time_known"]) == (3, datetime(2026, 3, 2, 7, 30), True)


def test_what_the_cells_cannot_say_is_not_to_be_typed_over(typing, clinic):
    form = typing()
    (row,) = diary_rows(final(dose("knee_to_chest")), MONDAY)
    rows = [
        f"{session_id('r-1', one)},p001,knee_to_chest,{one.side},2026-03-02,done,,{one.side} hurt"
        for one in row.sessions
    ]
    clinic.add_import(file_of(*rows), by="file")
    form.fields["week"].value = None
    choose(form, WEEK_1)
    assert all(cell.disabled for cell in form.rows[0].cells.values())
    assert form.rows[0].note.value == "Held in a form that these cells cannot say: correct it in a file."
    assert form.rows[0].changes == ()


def test_what_is_held_of_the_week_from_elsewhere_is_told_so_that_nothing_counts_twice(typing, clinic):
    form = typing()
    clinic.add_import(file_of("e1,p001,knee_to_chest,both,2026-03-03,done,,", "e2,p001,,,2026-03-04,,6,",
                              "e3,p001,knee_to_chest,both,2026-03-20,done,,"), by="file")  # fmt: skip
    form.fields["week"].value = None
    choose(form, WEEK_1)
    assert form.elsewhere.texts == [
        "Held already, not from this sheet: Tuesday, 3 March 2026, Knee-to-chest stretch, both, done.",
        "Held already, not from this sheet: Wednesday, 4 March 2026, pain.",
    ]


def test_another_patient_or_week_takes_everything_of_the_one_before_away(typing, clinic):
    form = typing()
    fill(form, 0, left="y")
    keep(clinic, final(dose("psoas_stretch"), patient_id="p002", regimen_id="r-2"))
    again = TypingForm(clinic)
    again.fields["patient"].value = "p001"
    choose(again, WEEK_1)
    fill(again, 0, left="y")
    again.fields["patient"].value = "p002"
    assert again.rows == [] and again.fields["week"].value is None
    choose(again, WEEK_1)
    assert all(cell.value == "" for row in again.rows for cell in row.cells.values())
    import_as(again)
    assert len(clinic.log()) == 0


def test_of_several_revisions_each_has_its_weeks(typing, clinic):
    first = final(dose("knee_to_chest", 28))
    keep(clinic, first)
    later = dose("knee_to_chest", 14, date(2026, 3, 16), reps_min=3)
    keep(clinic, final(later, revision=2, screening=clear_screening(on=MONDAY)), reason="more")
    form = TypingForm(clinic)
    form.fields["patient"].value = "p001"
    labels = [label for label, _ in form.fields["week"].options]
    assert "Week 3: 16 March 2026 to 22 March 2026 (plan r-1, revision 1)" in labels
    assert "Week 3: 16 March 2026 to 22 March 2026 (plan r-1, revision 2)" in labels


def test_a_year_has_53_weeks_and_each_is_a_screen_of_its_own(clinic):
    plan = keep(clinic, final(*(dose(name, 365) for name in ALL_FOUR)))
    clinic.set_time(NINE.replace(year=2027))
    form = TypingForm(clinic)
    form.fields["patient"].value = "p001"
    assert len(form.fields["week"].options) == len(weeks_of(plan)) + 1 == 54
    choose(form, WEEK_1)
    assert len(form.rows) == 28


def test_no_text_becomes_markup(typing, clinic):
    form = typing(dose("abdominal_stability"), patient_id="<b>p001")
    texts = [one for one in HOSTILE if one.isprintable() and one.strip() == one != ""][:7]
    for place, one in enumerate(texts):
        fill(form, place, done="y", note=one)
    fill(form, 6, done="<img src=x onerror=alert(1)>")
    assert "<img" in form.rows[6].problem.value, "a label, which never becomes markup"
    fill(form, 6, done="y")
    assert "&lt;b&gt;p001" in (import_as(form), form.status.value)[1]
    assert "<b>" not in form.status.value + form.account.value
    assert clinic.log()["note"].tolist() == texts


def test_a_clinic_without_a_patient_says_what_to_do(clinic):
    form = TypingForm(clinic)
    told = [one.value for one in form.view.children if getattr(one, "value", "")]
    assert "No patient has a final regimen yet: plan one in 01 Plan a regimen." in told


def test_a_store_that_refuses_is_told_of_and_nothing_typed_is_lost(typing, clinic, monkeypatch):
    from toolkit.errors import StoreError

    form = typing()
    fill(form, 0, left="y")

    def refuse(*_, **__):
        raise StoreError("The store cannot be written: disk full.")

    monkeypatch.setattr(clinic, "add_import", refuse)
    assert import_as(form) == "The store cannot be written: disk full."
    assert form.rows[0].cells["left"].value == "y"
    assert form.count.value == "To import: 1 new, 0 later versions of entries held."
