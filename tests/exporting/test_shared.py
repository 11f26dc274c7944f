"""The shared export tells no date, name, address, note or old id, wherever one could hide; its days are right."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from exports import all_parts, frame, ids, parts, records, sheet_cells, spread, typed
from hypothesis import given, settings
from hypothesis import strategies as st
from identities import IDENTITIES

from toolkit.errors import ToolkitError
from toolkit.exporting.clinical import clinical_export
from toolkit.exporting.identifiers import kind_of, refuse_identifiers
from toolkit.exporting.records import Filled
from toolkit.exporting.shared import random_id, shared_export
from toolkit.exporting.shared_tables import GONE, KEPT, REMOVED, SOURCES, TURNED, shared_table
from toolkit.schema import DAY, INSTANT, LOG, TABLES, Column, Table
from toolkit.tables import conform, make

CONSTANT = "2000-01-01T00:00:00Z"  # the day every workbook says it was made on


def export(held=None, **more):
    return shared_export(held or records(), **{"small_cell": 2, "new_id": ids()} | more)


@pytest.fixture(scope="module")
def package():
    return export(records(text="Gerda, 0170 1234567, gerda@clinic.example"))


def test_it_says_on_itself_what_it_is(package):
    assert package.says == "de-identified by rule; check before you publish"
    for name in ("README.md", "datapackage.json"):
        assert package.says in package.files[name].decode()
    assert ("A2", "s", package.says) in list(sheet_cells(package, "about"))


def test_days_are_counted_from_the_first_day_of_the_patients_own_regimen(package):
    """Worked by hand: Ann begins on 2 March, Ben on 25 February. 00:40 on 5 March is still the 4th, study day 2.

    Ben's entry of 24 February is a day before his regimen; 15 March is his day 18, in the third week.
    """
    log = frame(package, "log")
    ann, ben = "s-zzzzzzzzzz", "s-kkkkkkkkkk"
    told = log[["patient_id", "study_day", "study_week", "reason", "pain"]].to_numpy().tolist()
    assert told == [
        [ben, "-1", "-1", "before_start", ""], [ben, "18", "2", "pain_entry", "2.5"],
        [ann, "0", "0", "counted", ""], [ann, "2", "0", "counted", ""], [ann, "7", "1", "counted", ""],
    ]  # fmt: skip
    assert log["entry_id"].tolist() == ["1", "2", "3", "4", "5"]
    assert log["logged_study_day"].tolist() == ["", "", "2", "", ""]
    assert log["source"].tolist() == ["strong", "", "own", "own", "other"]


def test_prescriptions_and_pauses_stand_in_study_days_too(package):
    """Ben's second revision begins on 9 March, day 12 of 25 February; Ann pauses on 10 and 11 March."""
    plans = frame(package, "prescriptions")
    columns = ["regimen_id", "revision", "first_study_day", "last_study_day", "named_days", "days_per_week"]
    assert plans[columns].to_numpy().tolist() == [
        ["1", "1", "0", "11", "", "7"], ["1", "2", "12", "32", "", "5"], ["2", "1", "0", "27", "3", ""],
    ]  # fmt: skip
    assert frame(package, "pauses").to_numpy().tolist() == [["s-zzzzzzzzzz", "", "8", "9"]]


def test_cells_and_weeks_are_those_of_the_clinic_in_study_days(package):
    """Ann is asked on Mondays, Wednesdays and Fridays: days 0, 2, 4 of each week, less the pause on days 8 and 9."""
    cells = typed(package, "cells")
    ann = cells[(cells["patient_id"] == "s-zzzzzzzzzz") & (cells["side"] == "left")]
    assert ann["study_day"].tolist() == list(range(15))
    assert ann["state"].tolist()[-2:] == ["not_scheduled", "pending"]  # 15 March is the last day, 16 March to come
    assert ann.loc[ann["expected"] > 0, "study_day"].tolist() == [0, 2, 4, 7, 11]
    weeks = typed(package, "adherence_by_week")
    mine = weeks[weeks["patient_id"] == "s-zzzzzzzzzz"]
    assert mine[["study_week", "expected", "credited"]].to_numpy().tolist() == [[0, 6, 4], [1, 4, 2], [2, 0, 0]]


def test_measures_are_those_of_the_clinical_export(package):
    own = typed(clinical_export(records()), "overview").drop(columns="patient_id")
    told = typed(package, "overview")
    assert told["patient_id"].tolist() == ["s-kkkkkkkkkk", "s-zzzzzzzzzz"]  # Ben, then Ann
    pd.testing.assert_frame_equal(told.drop(columns="patient_id")[::-1].reset_index(drop=True), own)


def test_no_date_stands_in_any_part_of_any_file(package):
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    date = re.compile(rf"\b(?:19|20)\d\d-\d\d?(?:-\d\d?)?\b|\b\d\d?[./]\d\d?[./]\d\d|\b\d\d? (?:{months})\b")
    found = {place: date.findall(text.replace(CONSTANT, "")) for place, text in all_parts(package)}
    assert {place: dates for place, dates in found.items() if dates} == {}
    rules = json.loads(package.files["datapackage.json"])["backcare"]["rules"]
    assert "gap_days" in rules and "as_of" not in rules


def test_no_weekday_and_no_clock_time_is_told_unless_asked_for(package):
    columns = {name for one in package.files if one.endswith(".csv") for name in frame(package, one[:-4]).columns}
    assert not columns & {"weekdays", "weekday", "clock_time", "performed_at", "logged_at", "utc_offset_min", "day"}
    text = "".join(package.files[f"{name}.csv"].decode() for name in KEPT)
    assert not re.findall(r"\d:\d\d|mon;|;fri", text)


def test_the_clock_is_told_where_somebody_asked_and_the_manifest_says_so():
    asked = export(clock=True)
    assert frame(asked, "log")["clock_time"].tolist() == ["08:00", "21:30", "18:14", "00:40", ""]
    assert "Told: log performed_at - clock_time - asked for" in "\n".join(asked.told)


def found(files):
    """Return the parts of files in which one of 24 made-up people is named, whatever the case."""
    texts = [(place, text.casefold()) for name, data in files.items() for place, text in parts(name, data)]
    return {place: who for place, text in texts if (who := [one for one in IDENTITIES if one.casefold() in text])}


@pytest.fixture(scope="module")
def planted():
    """24 people in every text of every table: ids, notes, reasons, who reviewed, names of sheets and columns."""
    return spread(IDENTITIES)


def test_of_24_people_planted_in_every_text_none_is_found(planted):
    package = export(planted, small_cell=5)
    assert found(package.files) == {}
    assert found({"all.zip": package.zipped()}) == {}
    assert len(frame(package, "log")) == len(frame(package, "prescriptions")) == 24
    parts_of_names = {word.casefold() for one in IDENTITIES for word in re.split(r"[ -]", one) if word.isalpha()}
    assert not [place for place, text in all_parts(package) for word in parts_of_names
                if re.search(rf"\b{word}\b", text.casefold())]  # fmt: skip


def test_the_control_the_same_search_finds_them_in_a_clinical_export(planted):
    told = found(clinical_export(planted).files)
    assert set(told) >= {"log.csv", "reviews.csv", "quarantine.csv", "clinical.xlsx/xl/sharedStrings.xml"}
    assert all(len(who) == 24 for who in told.values())


def test_the_control_one_who_is_planted_on_purpose_is_found(planted):
    package = export(planted, small_cell=5)
    leaky = {**package.files, f"{IDENTITIES[3]}.csv": b"", "note.txt": IDENTITIES[7].upper().encode()}
    assert found(leaky) == {f"{IDENTITIES[3]}.csv (name)": [IDENTITIES[3]], "note.txt": [IDENTITIES[7]]}


def test_no_old_id_stands_in_the_package_and_the_keys_say_who_is_who():
    held = records(who=("00123", "p-ben"))
    package = export(held)
    assert package.keys == b"patient_id,shared_id\n00123,s-zzzzzzzzzz\np-ben,s-kkkkkkkkkk\n"
    old = ("00123", "p-ben", "r-p-ben", "1a2b3c4d", "5e6f7a8b")
    assert not [(place, one) for place, text in all_parts(package) for one in old if one in text]
    assert not [name for name, data in package.files.items() if package.keys in data]


def test_ids_are_new_each_time_and_random():
    first, second = (shared_export(records(), small_cell=2) for _ in range(2))
    assert first.keys != second.keys
    assert len({random_id() for _ in range(1000)}) == 1000
    assert all(kind_of(random_id()) is None for _ in range(1000))


def test_the_same_ids_give_the_same_bytes():
    assert export().files == export().files


@given(order=st.permutations(range(5)), plans=st.permutations(range(3)))
@settings(max_examples=3, deadline=None)
def test_the_order_of_rows_tells_nothing_of_the_order_in_the_clinic(order, plans):
    held = records()
    mixed = replace(held, log=held.log.iloc[order], prescriptions=held.prescriptions.iloc[plans])
    first, again = export(held), export(mixed)
    assert {name: data for name, data in again.files.items() if name.endswith(".csv")} == {
        name: data for name, data in first.files.items() if name.endswith(".csv")
    }


def test_ids_that_are_not_all_different_or_of_another_form_are_refused():
    for new_id in (lambda: "s-bbbbbbbbbb", lambda: "p-ann"):
        with pytest.raises(ToolkitError, match="must be of one form and all different"):
            export(new_id=new_id)


def test_who_has_no_regimen_has_no_study_day_and_is_left_out_and_told():
    stray = {"patient_id": "p-cid", "entry_id": "c", "performed_at": "2026-03-02", "pain": 5, "exercise": None,
             "side": None, "status": None}  # fmt: skip
    held = records()
    package = export(replace(held, log=pd.concat([held.log, make(LOG, [stray])], ignore_index=True)))
    assert len(frame(package, "log")) == 5
    assert "Removed: log - 1 row - their patients have no regimen, so they have no study day" in package.told


def test_a_clinic_without_any_log_or_pause_can_be_shared():
    held = records()
    package = export(replace(held, log=held.log.iloc[:0], pauses=held.pauses.iloc[:0]))
    assert len(frame(package, "log")) == len(frame(package, "pauses")) == 0
    assert set(frame(package, "cells")["state"]) == {"unlogged", "not_scheduled", "pending"}


def test_a_clinic_that_names_no_source_no_day_and_no_time_of_writing_can_be_shared():
    held = records()
    log = held.log.assign(source=None, logged_at=None, note=None)
    package = export(replace(held, log=conform(log, LOG), prescriptions=held.prescriptions.iloc[1:]))
    assert set(frame(package, "log")["source"]) == {""}
    assert set(frame(package, "prescriptions")["named_days"]) == {""}


def test_an_exercise_that_is_not_in_the_catalogue_is_refused_without_being_told():
    held = records()
    odd = replace(held, prescriptions=held.prescriptions.assign(exercise="gerda"))
    with pytest.raises(
        ToolkitError, match="prescriptions, column exercise, row 1: holds a text that is not on"
    ) as told:
        export(odd)
    assert "gerda" not in str(told.value)


@pytest.mark.parametrize("name", SOURCES)
def test_every_column_of_the_clinic_is_kept_turned_or_removed_by_a_rule(name):
    """A new column of a table must be decided on here before it can leave the clinic."""
    decided = [*KEPT[name], *TURNED[name], *REMOVED[name]]
    assert sorted(decided) == sorted(SOURCES[name].names)


def test_every_table_that_a_clinic_keeps_is_shared_or_left_out_by_a_rule():
    computed = {"rows", "alerts", "triage"}
    assert {one.name for one in TABLES} - computed == {*SOURCES, *GONE}


@pytest.mark.parametrize("name", SOURCES)
def test_no_shared_table_has_a_date_and_every_text_is_of_a_closed_list(name):
    for column in shared_table(name, clock=True).columns:
        assert column.dtype not in (DAY, INSTANT)
        is_text = column.dtype in ("str", "category")
        assert not is_text or column.words or column.name in ("patient_id", "clock_time"), column.name


def test_the_manifest_tells_of_every_column_with_its_rule(package):
    told = frame(package, "manifest")
    assert not told[(told["what"] != "kept") & (told["rule"] == "")].to_numpy().tolist()
    note = told[(told["table"] == "log") & (told["column"] == "note")].to_numpy().tolist()
    assert note == [["log", "note", "removed", "",
                     "free text may hold any of the 18 kinds, 45 CFR 164.514(b)(2)(i)(A) to (R)"]]  # fmt: skip


EXAMPLES = {
    "A": ["Adele Quastenhuber", "Müller", "ann b"], "B": ["81611", "81611-1234", "401 castle creek rd. ", "39.19111",
                                                         "america/denver"],
    "C": ["2026-03-02", "2.3.2026", "03/02/26", "20260302", "2 march", "mar 2", "mon;wed", "tuesday", "2026-03"],
    "D": ["+1 970 544 1289", "(970) 544-1289", "0170/1234567", "5441289"], "E": ["fax 12"],
    "F": ["gerda@clinic.example", "a@b"], "G": ["123-45-6789", "ssn 1"], "H": ["mrn 12", "record 7"],
    "I": ["plan 12", "medicare a1"], "J": ["account 12", "DE44 5001 0517 5407"], "K": ["license 12", "npi 9"],
    "L": ["1hgcm82633a004352", "plate ab 12"], "M": ["00:1a:2b:3c:4d:5e", "imei 12", "serial 9"],
    "N": ["https://host.invalid", "www.host", "host.example"], "O": ["192.168.0.1", "2001:db8:0:0::1"],
    "P": ["finger print", "retina"], "Q": ["face.jpg", "data:image/png"],
    "R": ["x1-7", "550e8400-e29b", "?!", "a.b"],
}  # fmt: skip


@pytest.mark.parametrize(("letter", "text"), [(kind, one) for kind, some in EXAMPLES.items() for one in some])
def test_the_second_lock_knows_each_of_the_18_kinds(letter, text):
    """Behind the allow-list: were a text let through, this would stop the export, say where, and not what."""
    table = Table("log", "a row", (Column("source", "str", "any text"),))
    with pytest.raises(ToolkitError, match="log, column source, row 2: holds what could be") as told:
        refuse_identifiers([Filled(table, pd.DataFrame({"source": ["own", text]}))])
    assert f"164.514(b)(2)(i)({letter})" in str(told.value)
    assert text not in str(told.value)


def test_the_second_lock_stops_an_export_whose_allow_list_has_a_hole(monkeypatch):
    monkeypatch.setitem(KEPT, "log", (*KEPT["log"], "note"))
    shared_table.cache_clear()
    try:
        with pytest.raises(ToolkitError, match="log, column note, row 2: holds what could be a telephone number"):
            export(records(text="call 0170 1234567"))
    finally:
        shared_table.cache_clear()


def test_the_second_lock_looks_at_the_names_of_tables_and_columns_and_at_dates():
    column = Column("Adele Q", "str", "x"), Column("performed_at", INSTANT, "x")
    rows = pd.DataFrame({"Adele Q": ["own"], "performed_at": pd.to_datetime(["2026-03-02"])})
    with pytest.raises(ToolkitError) as told:
        refuse_identifiers([Filled(Table("log 2026-03-02", "x", column), rows)])
    places = [problem.where for problem in told.value.problems]
    assert places == ["the name of a table", "that table, the name of column 1", "that table, column performed_at"]


def test_the_second_lock_passes_what_the_export_itself_says(package):
    """Every word of every closed list, and nothing else."""
    words = {word for name in SOURCES for one in shared_table(name).columns for word in (one.name, *one.words)}
    assert [word for word in sorted(words) if kind_of(word)] == []
