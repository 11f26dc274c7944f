"""The diary as a workbook: the box first, a row a session and side, nothing answered, every text a text."""

import io
import re
import zipfile

import pytest
import xlsxwriter
from diaries import at_home, dose, every_kind
from filled_books import FIRST, GREY_FROM, PLACES, rows_of
from logs.hostile_strings import HOSTILE
from take_homes import ALL_FOUR, OWN, PROFILE

from toolkit.documents.diary_book import diary_book
from toolkit.documents.take_home import plan_line, safety_box, stamps, take_home
from toolkit.languages.words import languages
from toolkit.plan.diary import diary_rows
from toolkit.plan.schedule import days_of, session_id


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def diary_part(data):
    return parts(data)["xl/worksheets/sheet2.xml"]


@pytest.mark.parametrize("code", languages())
def test_the_first_sheet_is_the_whole_box_how_to_fill_it_in_and_what_it_is_not_yet(code):
    home = at_home(dose("knee_to_chest"), code=code)
    told = [row[0] for row in rows_of(diary_book(home), sheet=0)]
    box = safety_box(home.profile, home.words)
    signs = [f"\u2022 {one}" for one in (*box["signs_now"], *box["signs_today"])]
    lines = [box[key] for key in ("title_now", "now", "title_today", "today", "call", "no_answer", "not_watched")]
    assert [one for one in (*signs, *lines, *stamps(home.profile, home.words)) if one not in told] == []
    assert f"\u2022 {home.words.say('diary.pain')}" in told
    assert max(told.index(one) for one in lines) < told.index(home.words.say("sheet.how_title"))
    assert told[-1] == plan_line(home)


def test_a_clinic_of_its_own_has_no_stamp_and_a_sample_has_one_on_each_sheet():
    own, sample = (diary_book(at_home(dose("knee_to_chest"), profile=one)) for one in (OWN, PROFILE))
    assert ["SAMPLE" in str(rows_of(own, sheet=sheet)) for sheet in (0, 1)] == [False, False]
    assert ["SAMPLE" in str(rows_of(sample, sheet=sheet)) for sheet in (0, 1)] == [True, True]


def test_a_row_is_a_session_and_side_with_its_identity_and_no_answer():
    regimen = every_kind()
    rows = rows_of(diary_book(take_home(regimen, PROFILE)))
    asked = [one for day in days_of(regimen) for row in diary_rows(regimen, day) for one in row.sessions]
    assert [row[GREY_FROM:] for row in rows[FIRST:]] == [
        [session_id("r-1", one), "p001", one.exercise, one.side, one.day.isoformat()] for one in asked
    ]
    assert {cell for row in rows[FIRST:] for cell in row[PLACES["status"] : GREY_FROM]} == {""}
    assert rows[FIRST][: PLACES["status"]] == ["Monday, 2 March 2026", "Knee-to-chest stretch", "1 of 2", "left leg"]


def test_pauses_and_days_to_choose_are_said_before_the_diary():
    told = [row[0] for row in rows_of(diary_book(take_home(every_kind(), PROFILE)), sheet=0)]
    place = told.index("Week 2: 9 March 2026 to 15 March 2026")
    assert told[place + 1] == "\u2022 Abdominal stability exercise: Any 4 days of this week. You choose the days."
    assert told[place + 2] == "\u2022 No exercise from 9 March 2026 to 10 March 2026."


@pytest.mark.parametrize("code", languages())
def test_answers_are_chosen_from_lists_and_numbers_are_whole_and_in_range(code):
    """The list of a cell is one text with commas between: an answer with a comma would be two."""
    home = at_home(dose("knee_to_chest", 7), code=code)
    checks = re.findall(r"<dataValidation .*?</dataValidation>", diary_part(diary_book(home)))
    done, not_done = home.words.say("diary.done"), home.words.say("diary.not_done")
    assert "," not in done + not_done
    found = {
        re.search(r'sqref="([A-Z])3:\1(\d+)"', one).groups(): re.findall(r"<formula\d>(.*?)</f", one) for one in checks
    }
    assert found == {
        ("E", "16"): [f'"{done},{not_done}"'], ("I", "16"): ['"0,1,2,3,4,5,6,7,8,9,10"'],
        ("F", "16"): ["0", "50"], ("G", "16"): ["0", "200"], ("H", "16"): ["0", "600"],
    }  # fmt: skip
    assert all('allowBlank="1"' in one for one in checks)


def test_heads_stay_in_sight_rows_stay_together_and_only_what_is_filled_in_is_printed():
    data = diary_book(at_home(dose("knee_to_chest", 7)))
    sheet, book = diary_part(data), parts(data)["xl/workbook.xml"]
    assert 'ySplit="2"' in sheet and 'state="frozen"' in sheet
    assert '<autoFilter ref="A2:P16"/>' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Diary!$A$1:$K$16" in book.replace("'", "") and "Diary!$1:$2" in book.replace("'", "")
    assert "sheetProtection" not in sheet
    assert "hidden" not in sheet


def test_a_time_and_a_note_are_typed_as_text():
    data = diary_book(at_home(dose("knee_to_chest", 1)))
    sheet, styles = diary_part(data), parts(data)["xl/styles.xml"]
    formats = re.findall(r"<xf numFmtId=\"(\d+)\"", re.search(r"<cellXfs.*?</cellXfs>", styles)[0])
    style = {place: int(number) for place, number in re.findall(r'<c r="([A-Z]3)" s="(\d+)"', sheet)}
    assert {place: formats[style[f"{place}3"]] for place in "EJKLP"} == {
        "E": "0", "J": "49", "K": "49", "L": "49", "P": "49",
    }  # fmt: skip


def test_the_same_regimen_gives_the_same_bytes_without_an_author_or_a_clock():
    data = diary_book(at_home(*map(dose, ALL_FOUR)))
    assert data == diary_book(at_home(*map(dose, ALL_FOUR)))
    core = parts(data)["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in core and "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-03-02T00:00:00Z"}
    assert "p001" not in core + parts(data)["docProps/app.xml"]


def test_no_text_from_outside_becomes_a_formula_a_link_or_a_number():
    hostile = [one for one in HOSTILE if one.strip() and len(one) <= 200 and not re.search("[\x00-\x1f]", one)]
    for start in range(0, len(hostile), 40):
        some = hostile[start : start + 40]
        profile = OWN.model_copy(update={"numbers": tuple(some), "emergency_number": "=1+1"})
        data = diary_book(at_home(dose("abdominal_stability", 1), profile=profile, patient_id="=1+1"))
        told = "\n".join(row[0] for row in rows_of(data, sheet=0))
        assert [one for one in some if one not in told] == []
        whole = parts(data)
        assert not [name for name, text in whole.items() if "worksheets" in name and re.search("<f>|<hyperlink", text)]
        assert not [name for name in whole if "externalLink" in name]
        assert rows_of(data)[FIRST][GREY_FROM + 1] == "=1+1"


def test_a_formula_in_a_workbook_would_be_found():
    """The writer's own defaults turn a text that begins with = into a formula."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert "<f>" in parts(data.getvalue())["xl/worksheets/sheet1.xml"]


def test_a_year_of_days_has_a_row_for_each():
    rows = rows_of(diary_book(at_home(*(dose(name, 365) for name in ALL_FOUR))))
    assert len(rows) == FIRST + 365 * 7
