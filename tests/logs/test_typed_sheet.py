"""A row of the paper diary, typed in: what it says, what is wrong with it, and nothing that was not said."""

from datetime import date, datetime

import pandas as pd
import pytest
from diaries import MONDAY, dose, final

from toolkit.logs.mapping import MAX_NOTE
from toolkit.logs.read import read_source
from toolkit.logs.source import source_of
from toolkit.logs.typed_sheet import SAID, cell_names, cells_of, is_same, log_file, newest, read_cells
from toolkit.plan.diary import diary_rows

LATER = date(2026, 7, 1)


def row_of(exercise="knee_to_chest", **changes):
    return diary_rows(final(dose(exercise, **changes)), MONDAY)[0]


SIDED, LEFT_ONLY, PLAIN = row_of(), row_of(side="left"), row_of("abdominal_stability")


def reading(row=SIDED, today=LATER, **cells):
    return read_cells(row, cells, regimen_id="r-1", today=today)


def said(row=SIDED, **cells):
    found = reading(row, **cells)
    assert found.problems == ()
    return {one["side"]: {name: one[name] for name in one if name in SAID} for one in found.entries}


def test_a_row_has_an_answer_for_each_side_that_is_prescribed():
    more = ("sets", "reps", "hold_s", "pain", "note")
    assert cell_names(SIDED) == ("left", "right", *more)
    assert cell_names(LEFT_ONLY) == ("left", *more)
    assert cell_names(PLAIN) == ("done", *more)


def test_a_blank_row_says_nothing():
    assert reading() == reading(left=" ", note="") == reading(PLAIN)
    assert reading().entries == reading().problems == ()


def test_numbers_hold_for_each_side_that_was_done_the_pain_for_the_last_and_the_note_for_the_first():
    done = {"status": "done", "sets": 1, "reps": 3, "hold_s": 20}
    assert said(left="y", right="Y", sets="1", reps="3", hold_s="20", pain="4", note="fine") == {
        "left": done | {"note": "fine"}, "right": done | {"pain": 4},
    }  # fmt: skip
    assert said(left="y", right="n", reps="3", pain="0", note="cramp") == {
        "left": {"status": "done", "reps": 3, "note": "cramp"}, "right": {"status": "not_done", "pain": 0},
    }  # fmt: skip
    assert said(right="n", pain="2.5", note="busy") == {"right": {"status": "not_done", "pain": 2.5, "note": "busy"}}
    assert said(PLAIN, done="y", reps="12") == {"none": {"status": "done", "reps": 12}}


def test_two_numbers_with_a_stroke_between_are_left_and_right():
    assert said(left="y", right="y", reps="3/2", sets="1/", pain="3/4") == {
        "left": {"status": "done", "reps": 3, "sets": 1, "pain": 3}, "right": {"status": "done", "reps": 2, "pain": 4},
    }  # fmt: skip


@pytest.mark.parametrize(("cells", "told"), [
    ({"left": "x"}, "Left: write y (done) or n (not done); found x."),
    ({"right": "-"}, "Right: write y (done) or n (not done); found -."),
    ({"reps": "3"}, "Say y (done) or n (not done): without it nothing is stored."),
    ({"pain": "3"}, "Say y (done) or n (not done): without it nothing is stored."),
    ({"left": "y", "hold_s": "2,5"}, "Hold (s): 2,5 is no plain number. Write digits, with a point if needed."),
    ({"left": "y", "sets": "2.5"}, "Sets: 2.5 is no whole number. Write a whole one."),
    ({"left": "y", "reps": "201"}, "Reps: 201 is out of range. Check what was meant."),
    ({"left": "y", "pain": "11"},
     "Pain: 11 is no pain value from 0 to 10. Check it; leave it blank if it was not given."),
    ({"left": "n", "right": "n", "reps": "3"}, "Reps: 3 stands beside what was not done, or not recorded."),
    ({"left": "y", "right": "n", "reps": "3/2"}, "Reps: 2 stands beside what was not done, or not recorded."),
    ({"left": "y", "pain": "3/2"}, "Pain: 2 stands beside what was not done, or not recorded."),
    ({"left": "y", "reps": "3/2/1"}, "Reps: 3/2 is for a left and a right side; found 3/2/1."),
    ({"left": "y", "note": "x" * (MAX_NOTE + 1)}, "Why, note: at most 2000 characters; found 2001."),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words_and_makes_no_entry(cells, told):
    found = reading(**cells)
    assert (found.problems, found.entries) == ((told,), ())


def test_a_stroke_needs_two_sides():
    assert reading(PLAIN, done="y", reps="3/2").problems == ("Reps: 3/2 is for a left and a right side; found 3/2.",)


def test_a_day_that_is_still_to_come_is_not_typed_in():
    assert reading(left="y", today=date(2026, 3, 1)).problems == ("This day is still to come.",)
    assert reading(left="y", today=MONDAY).problems == ()


def imported(entries, held=None, at=datetime(2026, 7, 1, 9)):
    data = log_file(entries, patient_id="p001", held=held or {}, at=at)
    result = read_source(source_of("typed in", data), imported_on=LATER)
    assert (result.questions, len(result.quarantine)) == ((), 0)
    return result.log


ROWS = [
    {"left": "y", "right": "y", "sets": "1", "reps": "3", "hold_s": "20", "pain": "4", "note": "fine"},
    {"left": "y", "right": "y", "reps": "3/2", "pain": "3/4"}, {"left": "y", "right": "y", "pain": "3/"},
    {"left": "y", "right": "n", "reps": "2.5"}, {"left": "n", "right": "n", "pain": "0", "note": "=1+1"},
    {"right": "y"}, {"left": "n", "note": "e\u0301"}, {"left": "y", "right": "y", "sets": "/2", "hold_s": "0"},
]  # fmt: skip


@pytest.mark.parametrize("cells", ROWS)
def test_what_was_typed_is_stored_and_shown_again_as_it_was(cells):
    typed = reading(**cells).entries
    log = imported(typed)
    assert log["time_known"].eq(False).all()
    assert log["performed_at"].dt.date.eq(MONDAY).all()
    assert log["logged_at"].eq(datetime(2026, 7, 1, 9)).all()
    held = newest(log)
    assert all(is_same(one, held[one["entry_id"]]) for one in typed)
    again = cells_of(SIDED, held, regimen_id="r-1")
    assert again == {"sets": "", "reps": "", "hold_s": "", "pain": "", "note": ""} | cells | (
        {"note": "\u00e9"} if cells.get("note") == "e\u0301" else {}
    )


def test_of_several_versions_the_one_written_last_is_shown():
    first, second = (
        imported(reading(left=word).entries, at=datetime(2026, 7, 1, hour)) for word, hour in (("y", 10), ("n", 9))
    )

    both = pd.concat([first, second], ignore_index=True)
    assert cells_of(SIDED, newest(both), regimen_id="r-1")["left"] == "y"


def test_a_later_version_keeps_the_time_of_the_entry_that_is_held():
    log = imported(reading(left="y").entries)
    log.loc[0, ["performed_at", "time_known", "utc_offset_min"]] = datetime(2026, 3, 2, 7, 30), True, -420.0
    later = imported(reading(left="y", pain="3").entries, held=newest(log))
    assert later[["performed_at", "time_known", "utc_offset_min"]].to_numpy().tolist() == [
        [datetime(2026, 3, 2, 7, 30), True, -420.0]
    ]


def test_what_cells_cannot_say_is_not_shown_as_something_else():
    """A note on each side, of a workbook: the row has one place for it."""
    held = newest(imported(reading(left="y", right="y").entries))
    for one in held.values():
        one["note"] = f"a note on the {one['side']}"
    assert cells_of(SIDED, held, regimen_id="r-1") is None
