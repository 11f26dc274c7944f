"""A workbook reads like the text file; a hostile one cannot harm the program."""

import datetime
import io
import zipfile

import pytest
import xlsxwriter

from toolkit.errors import LogError
from toolkit.logs.read import read_log

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
    [({"one": [["a"]], "two": [["b"]]}, ()), ({"one": [NAMES, GOOD], "two": [NAMES, GOOD]}, ()),
     ({"cover": [["a"]], "secret": [NAMES, GOOD]}, ("secret",))],
    ids=["none fits", "two fit", "the one that fits is hidden"],
)  # fmt: skip
def test_a_workbook_without_one_sheet_that_is_a_log_says_which_sheets_it_has(tmp_path, sheets, hidden):
    with pytest.raises(LogError, match="No sheet of the workbook holds a log; its sheets are") as raised:
        read_log(workbook(tmp_path / "log.xlsx", sheets, hidden=hidden))
    assert raised.value.code == "wrong_sheet"


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
