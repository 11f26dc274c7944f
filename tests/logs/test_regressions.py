"""Faults that the import once had, each named after what a user would have seen."""

import bz2
import io
import time
import zipfile

import pytest

from toolkit.errors import LogError
from toolkit.logs.mapping import Mapping, load_mapping

OWN = "patient_id,exercise,side,performed_at,reps,hold_s\n"
CORE = {"exercises": {"Core": {"exercise": "abdominal_stability"}}}


@pytest.mark.parametrize(
    "text",
    [
        OWN + f"p1,knee_to_chest,left,2026-03-02,3,30 {'a' * 40}!\n",
        OWN + f"p1,knee_to_chest,left,{'a' * 30_000},3,30\n",
        "Day;Exercise\n" + "2026-03-02;" + "a" + " " * 30_000 + "b\n2026-03-03;x\n",
    ],
    ids=["a long word in a hold", "a long word for a date", "many blanks in a name"],
)
def test_no_cell_makes_the_program_hang(read, text):
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 2


def test_a_small_file_cannot_fill_the_memory_before_it_is_looked_at(read):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("log.csv", b"a" * 1_000_000)
    assert len(bz2.compress(b"a" * 1_000_000)) < 1_000
    with pytest.raises(LogError) as raised:
        read(packed.getvalue())
    assert raised.value.code == "archive_limit"


STUDY = "record_id,redcap_repeat_instrument,redcap_repeat_instance,{form}_day,ex,{form}_complete\n"


def test_two_studies_of_one_patient_never_share_an_entry(read):
    rows = "1,{form},1,2026-03-02,abdominal_stability,2\n"
    ids = set()
    for form in ("spring", "autumn"):
        mapping = {"columns": {"performed_at": f"{form}_day", "exercise": "ex"}}
        found = read((STUDY + rows).format(form=form), mapping=mapping, patient_id="p1")
        ids |= set(found.log["entry_id"])
    assert len(ids) == 2


def test_records_of_a_study_are_never_laid_on_one_patient(read, tmp_path):
    """An id that can name a person is read only to be answered with a pseudonym, each one."""
    dictionary = tmp_path / "dictionary.csv"
    dictionary.write_text(
        '"Variable / Field Name","Form Name",Identifier?\nrecord_id,home,y\nday,home,\n', encoding="utf-8"
    )
    rows = [f"{record},1,2026-03-02,abdominal_stability" for record in ("anna", "bert")]
    text = "\n".join(["record_id,redcap_repeat_instance,day,ex", *rows])
    mapping = {"columns": {"performed_at": "day", "exercise": "ex"}}
    (asked,) = read(text, mapping=mapping, dictionary=dictionary, patient_id="p1").questions
    assert (asked.about, asked.names) == ("patients", ("anna", "bert"))
    found = read(text, mapping=mapping | {"patients": {"anna": "p1", "bert": "p2"}}, dictionary=dictionary)
    assert found.log["patient_id"].tolist() == ["p1", "p2"]


def test_a_blank_time_is_not_the_time_of_the_day_before(read):
    mapping = CORE | {"columns": {"performed_at": ["Day", "At"], "exercise": "What"}, "carry_down": ["performed_at"]}
    found = read(
        "Day,At,What\n2026-03-02,07:30,Core\n2026-03-03,,Core\n,18:00,Core\n", mapping=mapping, patient_id="p1"
    )
    assert found.log["time_known"].tolist() == [True, False, True]
    assert found.log["performed_at"].dt.strftime("%d %H:%M").tolist() == ["02 07:30", "03 12:00", "03 18:00"]


def test_a_declared_order_that_does_not_read_the_column_is_asked_again(read):
    mapping = CORE | {"columns": {"performed_at": "Day", "exercise": "What"}, "date": "%m/%d/%Y"}
    (asked,) = read("Day,What\n03/04/2026,Core\n13/04/2026,Core\n", mapping=mapping, patient_id="p1").questions
    assert (asked.code, asked.proposed) == ("date_order_unknown", {"date": "%d/%m/%Y"})


def test_rows_with_sets_and_pain_are_no_pain_diary(read):
    """Sessions once became pain entries, and their sets were dropped."""
    mapping = {"columns": {"performed_at": "Date", "sets": "Sets", "pain": "Pain"}}
    (asked,) = read("Date,Name of it,Sets,Pain\n2026-03-02,Core,3,4\n", mapping=mapping, patient_id="p1").questions
    assert asked.about == "columns"


def test_seconds_beside_repetitions_of_a_table_are_ambiguous_until_somebody_says(read):
    mapping = CORE | {"columns": {"performed_at": "Day", "exercise": "What", "reps": "Reps", "hold_s": "Seconds"}}
    text = "Day,What,Reps,Seconds\n2026-03-02,Core,10,60\n"
    assert read(text, mapping=mapping, patient_id="p1").quarantine["code"].tolist() == ["hold_ambiguous"]
    assert read(text, mapping=mapping | {"hold_of": "set"}, patient_id="p1").log["hold_s"].tolist() == [6]


def test_an_apps_session_is_the_same_whatever_its_language(read):
    header = "title,start_time,exercise_title,set_index,set_type,reps,duration_seconds\n"
    starts = ("30 Jun 2025, 19:56", "30 jun 2025, 19:56", "Jun 30, 2025, 7:56 PM")
    ids = {
        read(f'{header}a,"{one}",Core,0,normal,3,\n', mapping=CORE, patient_id="p1").log["entry_id"][0]
        for one in starts
    }
    assert len(ids) == 1


def test_a_mark_at_the_start_of_a_file_tells_more_than_a_chosen_encoding(read):
    text = "\ufeffpatient_id,exercise,performed_at,note\np1,abdominal_stability,2026-03-02,weh schön\n"
    assert read(text, mapping={"encoding": "windows-1252"}).log["note"].tolist() == ["weh schön"]


@pytest.mark.parametrize("content", ['{"self": 1}', '{"patients": {"a": "b@c.org"}}', '{"constants": {"pain": "3"}}'])
def test_a_mapping_that_says_what_it_may_not_is_refused_in_words(tmp_path, content):
    (tmp_path / "mapping.json").write_text(content, encoding="utf-8")
    with pytest.raises(LogError, match="cannot be used as a mapping"):
        load_mapping(tmp_path / "mapping.json")


def test_pseudonyms_of_a_mapping_have_one_form_of_writing():
    assert Mapping(patients={"a": "Rene\u0301"}).patients == {"a": "Ren\u00e9"}


def test_an_unknown_table_is_told_of_by_its_header_and_no_row(read):
    found = read("Name;Datum;Übung\nErika Mustermann;2026-03-02;Knie zur Brust\n")
    assert "Erika" not in repr(found)
    assert "Datum" in repr(found)


def test_a_damaged_cell_that_is_not_read_says_nothing_of_a_set(tmp_path):
    """An error in an export's column of weights once set the whole set aside."""
    import xlsxwriter

    from toolkit.logs.read import read_log

    heads = ["Date", "Workout Name", "Exercise Name", "Set Order", "Weight", "Reps", "Seconds", "Notes"]
    with xlsxwriter.Workbook(tmp_path / "strong.xlsx") as book:
        sheet = book.add_worksheet("export")
        sheet.write_row(0, 0, heads)
        sheet.write_row(1, 0, ["2026-03-02 18:10:00", "E", "Core", 1, None, 10, 0, ""])
        sheet.write_formula(1, 4, "=1/0", None, "#DIV/0!")
    found = read_log(tmp_path / "strong.xlsx", mapping=CORE, patient_id="p1")
    assert found.log["reps"].tolist() == [10]


def test_one_date_in_an_apps_own_form_does_not_silence_the_question_of_the_others(read):
    header = "title,start_time,exercise_title,set_index,set_type,reps,duration_seconds\n"
    rows = "".join(f'a,"{day}",Core,0,normal,3,\n' for day in ("30 Jun 2025, 19:56", "3/4/2025 7:30", "3/5/2025 7:30"))
    assert "date" in [one.about for one in read(header + rows, mapping=CORE, patient_id="p1").questions]
