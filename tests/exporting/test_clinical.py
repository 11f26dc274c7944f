"""The clinical export comes back as it was: every table, every text, from CSV and from the workbook."""

import io
import re
import zipfile

import pandas as pd
import pytest
from exports import frame, records, sheet_cells, spread, typed
from hypothesis import given
from hypothesis import strategies as st
from logs.hostile_strings import FORMULAS, HOSTILE

from toolkit.errors import ToolkitError
from toolkit.exporting.clinical import clinical_export
from toolkit.logs.read import read_log
from toolkit.plan.files import read_table
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, QUARANTINE, REVIEWS
from toolkit.tables import make
from toolkit.writing import FORMULA, marked, unmarked, write_table

BY_IMPORT = ["source", "line"]  # a reader sets them anew
KEPT_TEXTS = [text for text in HOSTILE if text.strip() and len(text) <= 2000]


def unpacked(package, folder):
    for name, data in package.files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def package():
    return clinical_export(records(text="pulled, stopped early"))


def test_it_says_on_itself_what_it_is(package):
    assert package.says == "pseudonymous, still personal health data"
    for name in ("README.md", "datapackage.json"):
        assert package.says in package.files[name].decode()
    assert ("A2", "s", package.says) in list(sheet_cells(package, "about"))


def test_it_holds_every_table_of_the_clinic_and_the_measures(package):
    assert sorted(package.files) == [
        "README.md", "adherence_by_week.csv", "cells.csv", "clinical.xlsx", "datapackage.json", "dictionary.csv",
        "log.csv", "manifest.csv", "overview.csv", "pauses.csv", "prescriptions.csv", "quarantine.csv", "reviews.csv",
    ]  # fmt: skip
    assert "reviews.csv" not in clinical_export(records(reviews=None)).files


def test_the_same_tables_give_the_same_bytes(package):
    again = clinical_export(records(text="pulled, stopped early"))
    assert again.files == package.files
    assert again.zipped() == package.zipped()


@pytest.mark.parametrize("file", ["log.csv", "clinical.xlsx"])
def test_the_log_is_read_again_to_the_same_table(tmp_path, package, file):
    log = records(text="pulled, stopped early").log
    again = read_log(unpacked(package, tmp_path) / file)
    assert len(again.quarantine) == 0
    pd.testing.assert_frame_equal(again.log.drop(columns=BY_IMPORT), log.drop(columns=BY_IMPORT))


def test_midnight_stays_a_time_and_a_date_stays_a_date(tmp_path):
    log = records().log
    log = log.assign(performed_at=log["performed_at"].dt.normalize(), time_known=[True, False, True, False, True])
    log.loc[~log["time_known"], "performed_at"] += pd.Timedelta(hours=12)
    unpacked(clinical_export(records(log=log)), tmp_path)
    for file in ("log.csv", "clinical.xlsx"):
        again = read_log(tmp_path / file).log
        pd.testing.assert_frame_equal(again[["performed_at", "time_known"]], log[["performed_at", "time_known"]])


@pytest.mark.parametrize("table", [PRESCRIPTIONS, PAUSES, REVIEWS, QUARANTINE], ids=lambda table: table.name)
def test_the_other_tables_are_read_again_to_the_same(tmp_path, table):
    held = records(text='=1+1\r2, "two"\n\'=3')
    unpacked(clinical_export(held), tmp_path)
    again = read_table(tmp_path / f"{table.name}.csv", table)
    pd.testing.assert_frame_equal(again, getattr(held, table.name))


def noted(texts):
    """A log with a row for each text, as its note."""
    row = {"patient_id": "p-ann", "exercise": "abdominal_stability", "side": "none", "status": "done",
           "performed_at": "2026-03-02 08:00"}  # fmt: skip
    return make(LOG, [{**row, "entry_id": f"e{number}", "note": text} for number, text in enumerate(texts)])


@pytest.mark.parametrize("file", ["log.csv", "clinical.xlsx"])
def test_hostile_texts_come_back_as_they_were(tmp_path, file):
    """Those that a note of a log can hold: in one form of writing (NFC), as a log already has them."""
    import unicodedata

    texts = [unicodedata.normalize("NFC", text) for text in KEPT_TEXTS]
    texts += ["'=1", "''=1", "'", "'-", "_x0041_", "\ufeffmark"]
    log = noted(texts)
    unpacked(clinical_export(records(log=log)), tmp_path)
    again = read_log(tmp_path / file)
    found = dict(zip(again.log["entry_id"], again.log["note"], strict=True))
    lost = [text for number, text in enumerate(texts) if found.get(f"e{number}") != text]
    assert lost == []


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_the_mark_before_a_formula_is_taken_off_again_and_nothing_else(text):
    assert unmarked(marked(text)) == text
    assert not marked(text).startswith(FORMULA)
    assert marked(text) in (text, f"'{text}")


def cells(data):
    import csv

    return [cell for row in csv.reader(io.StringIO(data.decode(), newline=""), strict=True) for cell in row]


def test_no_cell_of_a_csv_file_runs():
    """120 payloads in every text of every table; a number below 0 is a number and stays one."""
    assert len(set(FORMULAS)) == 120
    package = clinical_export(spread(FORMULAS))
    for name, data in package.files.items():
        if name.endswith(".csv"):
            runs = [one for one in cells(data) if one.startswith(FORMULA) and not re.fullmatch(r"-[0-9.]+", one)]
            assert runs == [], name


def test_no_cell_of_the_workbook_is_a_formula_a_link_or_a_number_made_of_text():
    """Read from the XML: every planted text stands there as a text, and no sheet holds a formula or a link."""
    package = clinical_export(spread([*FORMULAS, "http://host.invalid", "00123", "1E5"]))
    with zipfile.ZipFile(io.BytesIO(package.files["clinical.xlsx"])) as book:
        for name in book.namelist():
            part = book.read(name).decode()
            assert "<f>" not in part and "<f " not in part and "hyperlink" not in part, name
    found = {
        name: {kind for at, kind, _ in sheet_cells(package, name) if re.fullmatch(f"{column}[0-9]+", at)}
        for name, column in (("log", "N"), ("pauses", "E"), ("reviews", "C"), ("quarantine", "F"), ("cells", "A"))
    }
    assert found == {name: {"s"} for name in found}


def test_the_control_a_workbook_written_without_care_would_hold_a_formula():
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, FORMULAS[0])
    with zipfile.ZipFile(made) as book:
        assert "<f>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_the_workbook_names_no_author_and_no_day_but_a_constant(package):
    with zipfile.ZipFile(io.BytesIO(package.files["clinical.xlsx"])) as book:
        core, app = (book.read(f"docProps/{name}.xml").decode() for name in ("core", "app"))
    assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>[^<]", core) == []
    assert set(re.findall(r"\d{4}-\d{2}-\d{2}", core)) == {"2000-01-01"}
    assert re.findall("<(?:Company|Manager)>[^<]", app) == []


def test_a_sheet_has_a_frozen_header_a_filter_widths_and_formats(package):
    with zipfile.ZipFile(io.BytesIO(package.files["clinical.xlsx"])) as book:
        names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
        xml = book.read("xl/worksheets/sheet2.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert names[:3] == ["about", "log", "prescriptions"]
    assert 'ySplit="1" topLeftCell="A2"' in xml and 'state="frozen"' in xml
    assert '<autoFilter ref="A1:P6"/>' in xml
    assert xml.count("<col ") > 5
    assert "yyyy\\-mm\\-dd hh:mm:ss" in styles or "yyyy-mm-dd hh:mm:ss" in styles


def test_days_and_times_are_dates_and_numbers_are_numbers(package):
    """2 March 2026 is day 46083 of a spreadsheet; 18:14:05 is 65645 of 86400 seconds."""
    log = {at: (kind, value) for at, kind, value in sheet_cells(package, "log")}
    kind, value = log["E2"]
    assert (kind, round(float(value), 6)) == ("n", round(46083 + 65645 / 86400, 6))
    assert log["E4"] == ("n", "46090")  # a date without a time
    assert log["F2"] == ("b", "1")
    assert log["K2"] == ("n", "3")


def test_pandas_reads_each_file_with_the_types_it_declares(package):
    log = typed(package, "log")
    assert log["performed_at"].tolist()[2] == pd.Timestamp("2026-03-09")
    assert log.dtypes[["time_known", "reps"]].astype(str).tolist() == ["bool", "float64"]
    for name in package.files:
        if name.endswith(".csv"):
            assert len(typed(package, name[:-4])) == len(frame(package, name[:-4]))


def test_a_text_too_long_for_a_cell_is_told_by_its_place_and_not_by_what_it_says():
    long = records(pauses=records().pauses.assign(reason="secret" * 6000))
    with pytest.raises(ToolkitError, match="pauses, reason, row 1: must have at most 32767 characters") as caught:
        clinical_export(long)
    assert "secret" not in str(caught.value)


def test_half_a_character_ends_in_a_sentence():
    """pandas without pyarrow takes one."""
    with (
        pd.option_context("mode.string_storage", "python"),
        pytest.raises(ToolkitError, match="log: must hold whole characters"),
    ):
        clinical_export(records(log=noted(["a\ud800b"])))


def test_without_a_regimen_there_is_nothing_to_export():
    with pytest.raises(ToolkitError, match="No patient has a regimen"):
        clinical_export(records(prescriptions=make(PRESCRIPTIONS)))


def test_tables_of_measures_are_safe_and_read_again_too(tmp_path):
    """What `backcare adherence` and `triage` write goes through the same mark."""
    write_table(pd.DataFrame({"patient_id": ["=1+1", "-2", "p"], "n": [-1, 2, 3]}), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "patient_id,n\n'=1+1,-1\n'-2,2\np,3\n"
