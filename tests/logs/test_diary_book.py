"""The diary workbook comes back: read without a question, exactly, in any of our languages, however it was saved."""

import unicodedata
from datetime import datetime

import pytest
from diaries import at_home, dose, every_kind
from filled_books import FIRST, GREY_FROM, PLACES, as_csv, fill, rows_of, saved_again
from logs.hostile_strings import HOSTILE
from naughty import naughty_strings, with_naughty
from take_homes import ALL_FOUR, PROFILE

from toolkit.documents.diary_book import diary_book
from toolkit.documents.take_home import take_home
from toolkit.forms.importer import ImporterForm
from toolkit.languages.words import language, languages
from toolkit.logs.formats import FORMATS
from toolkit.logs.formats import diary_book as format_of_books
from toolkit.plan.diary import diary_rows
from toolkit.plan.schedule import days_of, session_id
from toolkit.store import Store

NOW = datetime(2026, 7, 1, 9).astimezone()
TOLD = [
    "entry_id",
    "exercise",
    "side",
    "performed_at",
    "time_known",
    "status",
    "sets",
    "reps",
    "hold_s",
    "pain",
    "note",
]


def stretches(code="en", **changes):
    """Return the rows of a week of knee-to-chest stretches: left and right on each of seven days."""
    return rows_of(diary_book(at_home(dose("knee_to_chest", 7), code=code, **changes)))


def said(code, word):
    return language(code).say(f"diary.{word}")


def answered(code="en"):
    """Return the week with the first day's left leg done, its right one not done, and the second day's left done."""
    rows = stretches(code)
    fill(rows, 0, status=said(code, "done"), sets=1, reps=3, hold_s=20, pain=4, time="07:30")
    fill(rows, 1, status=said(code, "not_done"), note="=my knee hurt")
    return fill(rows, 2, status=said(code, "done"))


def entries(result):
    table = result.log[TOLD].astype(object).where(result.log[TOLD].notna(), None)
    return [{name: one[name] for name in TOLD} for one in table.to_dict("records")]


def expected():
    regimen = at_home(dose("knee_to_chest", 7)).regimen
    first, second = list(days_of(regimen))[:2]
    (monday,), (tuesday,) = diary_rows(regimen, first), diary_rows(regimen, second)
    ids = [session_id("r-1", one) for one in (*monday.sessions, tuesday.sessions[0])]
    none = dict.fromkeys(("sets", "reps", "hold_s", "pain", "note"))
    usual = {"exercise": "knee_to_chest", **none}
    noon = {"performed_at": datetime(2026, 3, 2, 12), "time_known": False}
    return [
        usual | {"entry_id": ids[0], "side": "left", "performed_at": datetime(2026, 3, 2, 7, 30), "time_known": True,
                 "status": "done", "sets": 1, "reps": 3, "hold_s": 20, "pain": 4},
        usual | noon | {"entry_id": ids[1], "side": "right", "status": "not_done", "note": "=my knee hurt"},
        usual | {"entry_id": ids[2], "side": "left", "performed_at": datetime(2026, 3, 3, 12), "time_known": False,
                 "status": "done"},
    ]  # fmt: skip


SAVED = {
    "XLSX": saved_again,
    "XLSX, its days turned into dates": lambda rows: saved_again(rows, real_dates=True),
    "XLSX, the first sheet still before it": lambda rows: saved_again(rows, before=["Read this first"]),
    "CSV, commas": as_csv,
    "CSV, semicolons": lambda rows: as_csv(rows, ";"),
    "CSV, tabs, UTF-16": lambda rows: as_csv(rows, "\t", "utf-16"),
}


@pytest.mark.parametrize("how", SAVED)
@pytest.mark.parametrize("code", languages())
def test_what_was_filled_in_is_read_exactly_and_nothing_is_asked(read, code, how):
    result = read(SAVED[how](answered(code)))
    assert (result.questions, result.format) == ((), "diary_book")
    assert entries(result) == expected()
    assert set(result.log["patient_id"]) == {"p001"}
    account = result.account
    assert (account.rows, account.kept, account.quarantined, account.header) == (16, 3, 11, 2)
    assert set(result.quarantine["code"]) == {"not_filled_in"}
    assert "Rows of the diary that nobody filled in: 11. What was done on them is not known." in result.notices
    assert account.columns_ignored == ()


def test_a_new_workbook_holds_no_answer_and_each_of_its_rows_is_counted_as_such(read):
    regimen = every_kind()
    result = read(diary_book(take_home(regimen, PROFILE)))
    asked = sum(len(row.sessions) for day in days_of(regimen) for row in diary_rows(regimen, day))
    assert (len(result.log), result.account.quarantined) == (0, asked)
    assert set(result.quarantine["code"]) == {"not_filled_in"}
    assert result.quarantine["patient_id"].isna().all()


def test_every_row_filled_in_is_an_entry_of_its_session(read):
    regimen = every_kind()
    rows = rows_of(diary_book(take_home(regimen, PROFILE)))
    for place in range(len(rows) - FIRST):
        fill(rows, place, status="I did it.")
    result = read(saved_again(rows))
    asked = [one for day in days_of(regimen) for row in diary_rows(regimen, day) for one in row.sessions]
    assert result.log["entry_id"].tolist() == [session_id("r-1", one) for one in asked]
    assert result.log["side"].tolist() == [one.side for one in asked]
    assert len(result.quarantine) == 0


def test_rows_sorted_deleted_and_copied_whole_are_read_alike(read):
    rows = answered()
    head, body = rows[:FIRST], rows[FIRST:]
    moved = read(saved_again([*head, *reversed(body)]))
    assert sorted(entries(moved), key=lambda one: one["entry_id"]) == expected()
    fewer = read(saved_again([*head, *body[:2]]))
    assert entries(fewer) == expected()[:2]
    copied = read(saved_again([*rows, body[0]]))
    assert entries(copied) == [*expected(), expected()[0]]


def test_answers_sorted_without_their_grey_columns_are_set_aside(read):
    """A spreadsheet sorts the columns that are selected: each answer would fall on another session."""
    rows = answered()
    seen = [row[:GREY_FROM] for row in rows[FIRST:]][::-1]
    torn = [*rows[:FIRST], *([*one, *row[GREY_FROM:]] for one, row in zip(seen, rows[FIRST:], strict=True))]
    result = read(saved_again(torn))
    assert len(result.log) == 0
    assert sorted(set(result.quarantine["code"])) == ["columns_disagree", "not_filled_in"]


def test_words_that_are_not_known_here_are_no_proof_of_another_session(read):
    """A translator may change a name while patients have the older workbook."""
    rows = answered("es")
    for row in rows[FIRST:]:
        row[PLACES["exercise"]], row[PLACES["leg"]], row[PLACES["day"]] = "Otro nombre", "otra palabra", "2/3/2026"
    assert entries(read(saved_again(rows))) == expected()


def test_a_row_without_an_answer_is_never_taken_for_done(read):
    rows = stretches()
    for place, answers in enumerate([{"reps": 3}, {"pain": 4}, {"note": "walked"}, {"time": "07:30"}]):
        fill(rows, place, **answers)
    result = read(saved_again(rows))
    assert len(result.log) == 0
    assert result.quarantine["code"].tolist()[:4] == ["status_missing"] * 4
    assert result.quarantine["note"].tolist()[2] == "walked", "a note is shown, whatever became of its row"


def test_not_done_with_numbers_contradicts_itself(read):
    result = read(saved_again(fill(stretches(), 0, status="I did not do it.", reps=2)))
    assert result.quarantine.iloc[0][["code", "column"]].tolist() == ["status_contradicts", "Times in each set"]


def test_the_words_of_a_clinician_are_taken_too(read):
    rows = fill(fill(fill(stretches(), 0, status="done"), 1, status="not_done"), 2, status=" i DID it ")
    assert read(saved_again(rows)).log["status"].tolist() == ["done", "not_done", "done"]


def test_no_word_of_one_language_is_read_in_another(read):
    result = read(saved_again(fill(stretches("es"), 0, status="I did it.")))
    assert result.quarantine["code"].tolist()[0] == "status_unknown"
    assert len({language(code).say("book.status") for code in languages()}) == len(languages())


def test_the_format_fits_no_other_and_no_other_fits_it():
    for code in languages():
        names = tuple(
            name.strip().casefold() for name in rows_of(diary_book(at_home(dose("knee_to_chest"), code=code)))[1]
        )
        assert [one.name for one in FORMATS if one.recognise(names)] == ["diary_book"]
        assert len(set(names)) == len(names)


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    store = Store(tmp_path / "clinic.sqlite", clock=lambda: NOW)
    yield store
    store.close()


def test_the_same_again_adds_nothing_a_longer_one_only_the_new_and_a_corrected_row_is_a_later_version(read, clinic):
    rows = answered()
    assert str(clinic.add_import(read(saved_again(rows)), by="T. Berg")).startswith("3 new, 0 later")
    for again in (saved_again(rows), as_csv(rows, ";")):
        assert str(clinic.add_import(read(again), by="T. Berg")) == (
            "0 new, 0 later versions of entries held, 3 held already"
        )
    fill(rows, 5, status="I did it.")
    assert str(clinic.add_import(read(saved_again(rows)), by="T. Berg")).startswith("1 new, 0 later")
    fill(rows, 0, pain=5)
    assert str(clinic.add_import(read(saved_again(rows)), by="T. Berg")).startswith("0 new, 1 later")
    assert len(clinic.log()) == 5
    assert clinic.log()["entry_id"].nunique() == 4


def test_the_import_form_asks_nothing_and_says_what_it_is(clinic, tmp_path):
    (tmp_path / "diary.xlsx").write_bytes(saved_again(answered()))
    form = ImporterForm(clinic, folder=tmp_path)
    form.fields["path"].value = str(tmp_path / "diary.xlsx")
    form.files.read.click()
    assert form.asked == []
    assert form.recognised.value == "diary.xlsx is our diary workbook, 16 rows."
    assert form.rows.value == "", "rows nobody filled in need no work"
    form.fields["by"].value = "T. Berg"
    form.save.click()
    assert "Imported: 3 new" in form.status.value


@pytest.mark.parametrize("how", [saved_again, as_csv], ids=["XLSX", "CSV"])
def test_what_a_patient_writes_stays_text_and_comes_back_unchanged(read, how):
    """Formulas, scripts and odd names as notes, one a row."""
    hostile = [one for one in HOSTILE if one.strip() and "\0" not in one and not set(one) & {"\r", "\t", "\n"}]
    rows = rows_of(diary_book(at_home(dose("abdominal_stability", 365))))
    assert len(rows) - FIRST >= len(hostile) > 100
    for place, text in enumerate(hostile):
        fill(rows, place, status="I did it.", note=text)
    result = read(how(rows))
    assert result.log["note"].tolist() == [unicodedata.normalize("NFC", one) for one in hostile]


@with_naughty
@pytest.mark.parametrize("how", [saved_again, as_csv], ids=["XLSX", "CSV"])
def test_every_naughty_string_comes_back_as_the_note_it_was(read, how):
    """But for those with a control character or U+FFFE, which no cell of a workbook holds."""
    no_cell_holds = {*map(chr, range(32)), "\ufffe"}
    strings = [one for one in naughty_strings() if one.strip()]
    strings = [one for one in strings if not set(one) & no_cell_holds]
    rows = rows_of(diary_book(at_home(*(dose(name, 120) for name in ALL_FOUR))))
    assert len(rows) - FIRST >= len(strings) > 400
    for place, text in enumerate(strings):
        fill(rows, place, status="I did it.", note=text)
    notes = read(how(rows)).log["note"].tolist()
    assert notes == [unicodedata.normalize("NFC", one) for one in strings]


def test_a_damaged_row_is_set_aside_and_a_longer_one_that_is_blank_there_is_read(read):
    text = as_csv(answered()).decode("utf-8-sig").splitlines()
    text[2] += ",,"
    text[3] += ",more"
    result = read("\n".join(text))
    assert len(result.log) == 2
    assert result.quarantine["code"].tolist()[0] == "field_count"


def test_a_workbook_of_a_language_that_is_no_more_is_refused_with_what_is_looked_for(read):
    from toolkit.errors import LogError

    rows = answered()
    rows[1][PLACES["status"]] = "Did it?"
    with pytest.raises(LogError, match=r"Did you do it\? / ¿Lo hizo\?"):
        read(saved_again(rows))


def test_a_clock_is_read_in_24_and_in_12_hours_and_nothing_else():
    told = {"7:30": "07:30", "19:30:00": "19:30", "7:30 PM": "19:30", "12:00 am": "00:00", "12:00 p.m.": "12:00"}
    assert {text: format_of_books._clock(text) for text in told} == told
    for odd in ("13:00 pm", "0:30 am", "7.30", "730", "evening"):
        assert format_of_books._clock(odd) == odd


@pytest.mark.parametrize("clock", ["00:30", "2:59", "05:59", "12:30 am"])
def test_a_session_in_the_night_stays_on_the_day_of_its_row(read, clock):
    """Its time would put it on the day before; the row says which day was meant."""
    rows = answered()
    fill(rows, 0, status="I did it.", time=clock)
    log = read(saved_again(rows)).log
    assert (log["time_known"].iloc[0], log["performed_at"].iloc[0]) == (False, datetime(2026, 3, 2, 12))


def test_a_session_in_the_morning_keeps_its_time(read):
    rows = answered()
    fill(rows, 0, status="I did it.", time="06:00")
    assert read(saved_again(rows)).log["performed_at"].iloc[0] == datetime(2026, 3, 2, 6)
