"""A workbook reads like the text file; a hostile one cannot harm the program."""

import datetime
import io
import os
import random
import sys
import time
import zipfile

import pytest
import xlsxwriter
from hostile_books import pack

from toolkit.errors import LogError
from toolkit.logs import workbook as module
from toolkit.logs.codes import Fault
from toolkit.logs.read import read_log
from toolkit.logs.workbook import is_old_workbook, read_workbook

NAMES = ["patient_id", "exercise", "side", "performed_at", "status", "sets", "reps", "hold_s", "pain", "note"]
GOOD = ["p001", "knee_to_chest", "both", datetime.datetime(2026, 3, 2, 7, 30), "done", 1, 3, 20.5, 4, "fine"]


def workbook(path, sheets, *, hidden=(), **options):
    """Write rows to sheets; text that begins with = is a formula, a pair is a formula with its stored value."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm", **options})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write_formula(place, column, value[0], None, value[1])
                elif value is not None:
                    sheet.write(place, column, value)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def change(row, **changes):
    return [changes.get(name, value) for name, value in zip(NAMES, row, strict=True)]


def test_typed_cells_read_as_they_were_meant(tmp_path):
    day = change(GOOD, performed_at=datetime.date(2026, 3, 3), note=None)
    found = read_log(workbook(tmp_path / "log.xlsx", {"log": [NAMES, GOOD, day]}))
    assert found.log["performed_at"].tolist() == [
        datetime.datetime(2026, 3, 2, 7, 30),
        datetime.datetime(2026, 3, 3, 12),
    ]
    assert found.log["time_known"].tolist() == [True, False]
    assert found.log[["sets", "reps", "hold_s", "pain"]].to_numpy().tolist() == [[1, 3, 20.5, 4]] * 2


def test_a_text_of_zeros_and_digits_stays_an_identifier(tmp_path):
    found = read_log(
        workbook(tmp_path / "log.xlsx", {"log": [NAMES, change(GOOD, patient_id="00123")]}, strings_to_numbers=False)
    )
    assert found.log["patient_id"].tolist() == ["00123"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"performed_at": 46083}, "number_in_date"),
        ({"sets": ("=1/0", "#DIV/0!")}, "cell_error"),
        ({"reps": ("=A1+1", "")}, "formula_no_value"),
        ({"patient_id": 12345678901234567890}, "id_characters"),
    ],
    ids=["a bare number as a date", "an error", "a formula without a result", "a number too long for a spreadsheet"],
)
def test_a_cell_that_cannot_be_trusted_sets_its_row_aside(tmp_path, changes, code):
    found = read_log(workbook(tmp_path / "log.xlsx", {"log": [NAMES, GOOD, change(GOOD, **changes)]}))
    assert found.quarantine[["line", "code"]].to_numpy().tolist() == [[3, code]]
    assert found.account.adds_up


def test_a_formula_counts_by_its_stored_value(tmp_path):
    found = read_log(workbook(tmp_path / "log.xlsx", {"log": [NAMES, change(GOOD, reps=("=1+2", 3))]}))
    assert found.log["reps"].tolist() == [3]


def test_lines_are_the_ones_the_user_sees(tmp_path):
    found = read_log(
        workbook(tmp_path / "log.xlsx", {"log": [[], ["my diary"], NAMES, GOOD, [], change(GOOD, sets="x")]})
    )
    assert found.log["line"].tolist() == [4]
    assert found.quarantine["line"].tolist() == [6]
    assert (found.account.header, found.account.blank, found.account.rows) == (2, 2, 6)


def test_the_sheet_called_log_is_read_else_the_one_that_fits(tmp_path):
    other = [["a"], ["b"]]
    named = read_log(workbook(tmp_path / "a.xlsx", {"notes": [NAMES, GOOD, GOOD], "log": [NAMES, GOOD]}))
    fitting = read_log(workbook(tmp_path / "b.xlsx", {"cover": other, "diary": [NAMES, GOOD]}))
    assert (len(named.log), len(fitting.log)) == (1, 1)


@pytest.mark.parametrize(
    ("sheets", "hidden"),
    [({"one": [["a"]], "two": [["b"]]}, ()), ({"cover": [["a"]], "secret": [NAMES, GOOD]}, ("secret",))],
    ids=["none fits", "the one that fits is hidden"],
)  # fmt: skip
def test_a_workbook_without_one_sheet_that_is_a_log_says_which_sheets_it_has(tmp_path, sheets, hidden):
    with pytest.raises(LogError, match="No sheet of the workbook holds a log; its sheets are") as raised:
        read_log(workbook(tmp_path / "log.xlsx", sheets, hidden=hidden))
    assert raised.value.code == "wrong_sheet"


def test_of_two_sheets_that_may_be_the_log_one_is_asked_for(tmp_path):
    path = workbook(tmp_path / "log.xlsx", {"one": [NAMES, GOOD], "two": [NAMES, GOOD, GOOD]})
    (asked,) = read_log(path).questions
    assert (asked.code, asked.about, asked.names) == ("names_to_map", "sheet", ("one", "two"))
    assert len(read_log(path, mapping={"sheet": "two"}).log) == 2


def test_what_a_cell_holds_by_type_needs_no_declared_form(tmp_path):
    """A mapping made for a source's CSV reads its workbook too: a typed 22.5 is no 225, a typed date is one."""
    rows = [["Day", "At", "What", "Hold"], [datetime.date(2026, 3, 4), datetime.time(7, 30), "Core", 22.5],
            ["05.03.2026", "18:00", "Core", "22,5"]]  # fmt: skip
    mapping = {
        "columns": {"performed_at": ["Day", "At"], "exercise": "What", "hold_s": "Hold"}, "date": "%d.%m.%Y %H:%M",
        "decimal": ",", "exercises": {"Core": {"exercise": "abdominal_stability"}},
    }  # fmt: skip
    found = read_log(workbook(tmp_path / "log.xlsx", {"diary": rows}), mapping=mapping, patient_id="p001")
    assert found.log["performed_at"].tolist() == [
        datetime.datetime(2026, 3, 4, 7, 30),
        datetime.datetime(2026, 3, 5, 18, 0),
    ]
    assert found.log["hold_s"].tolist() == [22.5, 22.5]


def packed(tmp_path, parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path = tmp_path / "log.xlsx"
    path.write_bytes(data.getvalue())
    return path


HOSTILE = {
    "a bomb": ({"xl/workbook.xml": b"0" * 70_000_000}, "archive_limit"),
    "a part that leads out": ({"../evil": b"x"}, "archive_limit"),
    "a definition": ({"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}, "xml_entity"),
    "a definition in 16 bits": ({"xl/other.xml": "<!DOCTYPE x><x/>".encode("utf-16")}, "xml_entity"),
    "no workbook at all": ({"readme.txt": b"hello"}, "not_a_log"),
    "broken markup": ({"xl/workbook.xml": b"<workbook>", "[Content_Types].xml": b"<"}, "not_a_log"),
}


@pytest.mark.parametrize(("parts", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_workbook_is_refused_and_the_program_lives(tmp_path, parts, code):
    with pytest.raises(LogError) as raised:
        read_log(packed(tmp_path, parts))
    assert raised.value.code == code


def test_a_cell_at_the_far_corner_does_not_take_the_memory(tmp_path):
    """Two kilobytes that ask the reader for billions of cells: the child ends, the parent says so."""
    book = xlsxwriter.Workbook(tmp_path / "log.xlsx")
    sheet = book.add_worksheet("log")
    sheet.write(0, 0, "patient_id")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(LogError) as raised:
        read_log(tmp_path / "log.xlsx")
    assert raised.value.code in ("archive_limit", "not_a_log")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_workbook_cut_short_is_refused(tmp_path, keep):
    path = workbook(tmp_path / "log.xlsx", {"log": [NAMES, GOOD]})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(LogError):
        read_log(path)


def fields(tmp_path, rows, **options):
    """Return the fields that a sheet of these rows reads to, and the lines they stand in."""
    path = workbook(tmp_path / "log.xlsx", {"log": rows}, **options)
    [found] = read_workbook("log.xlsx", path.read_bytes()).sheets.values()
    assert [record.line for record in found] == list(range(1, len(found) + 1))
    return [record.fields for record in found]


def test_each_kind_of_cell_is_text_as_people_write_it(tmp_path):
    moment, day = datetime.datetime(2026, 3, 2, 7, 30), datetime.date(2026, 3, 2)
    row = ["00123", 3.0, 2.5, -1, True, moment, day, ("=1+2", 3), "  two words "]
    told = ("00123", "3", "2.5", "-1", "TRUE", "2026-03-02 07:30:00", "2026-03-02", "3", "  two words ")
    assert fields(tmp_path, [row]) == [told]


def test_a_date_that_carries_a_time_is_exact_to_the_second(tmp_path):
    """Every program stores seconds as a fraction of the day, none of them exactly."""
    chance = random.Random(2026)
    moments = [
        datetime.datetime(2026, 3, 2) + datetime.timedelta(seconds=chance.randrange(10**8)) for _ in range(2_000)
    ]
    told = [cell for (cell,) in fields(tmp_path, [[moment] for moment in moments])]
    assert told == [moment.isoformat(sep=" ") for moment in moments]


@pytest.mark.parametrize("since_1904", [False, True])
def test_days_count_from_the_year_that_the_workbook_states(tmp_path, since_1904):
    row = [datetime.datetime(2026, 3, 2, 7, 30), datetime.datetime(2026, 12, 31, 23, 59, 59)]
    assert fields(tmp_path, [row], date_1904=since_1904) == [("2026-03-02 07:30:00", "2026-12-31 23:59:59")]


def test_a_time_or_a_duration_is_text_and_never_a_date(tmp_path):
    rows = [[datetime.time(7, 30), datetime.timedelta(hours=25, minutes=30)]]
    assert fields(tmp_path, rows, default_date_format="[h]:mm:ss") == [("7:30:00", "25:30:00")]


@pytest.mark.parametrize("number", [10**15, 9007199254740993, 12345678901234567890, -(10**17)])
def test_a_number_beyond_15_digits_is_not_what_was_typed(tmp_path, number):
    assert fields(tmp_path, [[number]]) == [(Fault("id_characters", found="a number of more than 15 digits"),)]


def test_a_fraction_is_kept_to_its_last_digit(tmp_path):
    assert fields(tmp_path, [[4.1, 1 / 3, 1e-7]]) == [("4.1", "0.3333333333333333", "0.0000001")]


def test_hidden_sheets_and_rows_are_told_of_and_only_hidden_sheets_left_out(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "log.xlsx") as book:
        log, old = book.add_worksheet("log"), book.add_worksheet("old")
        for line in range(4):
            log.write(line, 0, f"row {line}")
        for line in (1, 3, 7):
            log.set_row(line, None, None, {"hidden": True})  # the last of them holds nothing
        old.hide()
    found = read_workbook("log.xlsx", (tmp_path / "log.xlsx").read_bytes())
    assert {name: [record.fields for record in rows] for name, rows in found.sheets.items()} == {
        "log": [("row 0",), ("row 1",), ("row 2",), ("row 3",)]
    }
    assert (found.hidden, found.hidden_rows) == (("old",), {"log": 2})


def test_rows_and_columns_before_the_table_keep_their_place(tmp_path):
    told = [("", "", ""), ("", "", "a"), ("", "", ""), ("", "b", "")]
    assert fields(tmp_path, [[], [None, None, "a"], [], [None, "b"]]) == told


def test_a_cell_longer_than_any_spreadsheet_keeps_sets_its_row_aside():
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 32_768 + "</t></is></c></row>"
    sheet = f"<worksheet><sheetData>{cell}</sheetData></worksheet>"
    [[record]] = read_workbook("log.xlsx", pack({"xl/worksheets/sheet1.xml": sheet})).sheets.values()
    assert record.fault == Fault("field_count", found="too long")


def test_an_old_workbook_is_known_by_its_first_bytes():
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    assert (is_old_workbook(old), is_old_workbook(pack())) == (True, False)
    with pytest.raises(LogError, match="save it as XLSX") as raised:
        read_workbook("log.xls", old)
    assert raised.value.code == "not_a_log"


def test_an_opendocument_sheet_is_refused_in_words_that_help():
    with pytest.raises(LogError, match="OpenDocument file; save it as XLSX") as raised:
        read_workbook("log.ods", pack({"mimetype": "x", "content.xml": "<x/>"}))
    assert raised.value.code == "not_a_log"


def child(program):
    return [sys.executable, "-I", "-c", program]


def test_the_child_gets_the_workbook_and_nothing_else_of_ours(monkeypatch):
    monkeypatch.setenv("BACKCARE_CLINIC", "secret")
    program = "import os, sys; print(sorted(os.environ), os.getcwd(), sys.stdin.read())"
    told = module._told(child(program), b"the workbook").decode()
    assert ("secret" in told, "BACKCARE" in told, "the workbook" in told) == (False, False, True)
    assert f" {os.sep} " in told


def test_the_child_cannot_fill_the_memory_of_the_program(monkeypatch):
    monkeypatch.setattr(module, "ANSWER", 1_000)
    assert len(module._told(child("while True: print('x' * 100)"), b"")) == 1_001


@pytest.mark.parametrize(
    "program", ["while True: pass", "import sys; sys.stdin.read(); input()", "import os; os.close(0)"]
)
def test_the_child_ends_in_time_whether_it_reads_or_not(monkeypatch, program):
    monkeypatch.setattr(module, "SECONDS", 0.5)
    began = time.monotonic()
    assert module._told(child(program), bytes(5_000_000)) == b""
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("changed", "value", "words"),
    [("SECONDS", 0.01, "0.01 s"), ("MEMORY", 35_000_000, "memory|gave up"), ("ANSWER", 20, "MB of text")],
)
def test_every_other_end_of_the_child_is_told_in_words(monkeypatch, changed, value, words):
    monkeypatch.setattr(module, changed, value)
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 50_001))
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    with pytest.raises(LogError, match=words) as raised:
        read_workbook("log.xlsx", pack({"xl/worksheets/sheet1.xml": sheet}))
    assert raised.value.code == "archive_limit"


def test_a_computer_that_starts_no_child_is_told_in_words(monkeypatch):
    monkeypatch.setattr(module.sys, "executable", "/nowhere/python")
    with pytest.raises(LogError, match="does not start"):
        read_workbook("log.xlsx", pack())


def test_no_copy_of_the_workbook_is_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    read_workbook("log.xlsx", pack())
    assert list(tmp_path.iterdir()) == []
