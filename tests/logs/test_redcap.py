"""Raw exports of REDCap: instruments apart, identifiers gone, and a box nobody was asked about is no answer."""

import pytest

from toolkit.errors import LogError
from toolkit.logs.formats.redcap import read_dictionary

STRUCTURE = "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance"
LOG = "log_date,exercise,session_no,side,sets_done,reps_done,hold_s,pain_nrs,done,skip_reason,exercise_log_complete"
HEADER = f"{STRUCTURE},birth_date,enrolment_complete,{LOG}"
BASE = "p1,enrolment_arm_1,,,1970-01-01,2,,,,,,,,,,,"
CODES = {"exercises": {"1": {"exercise": "hamstring_stretch"}, "4": {"exercise": "abdominal_stability"}}}


def log_row(*, instance=1, day="2026-03-02", exercise="abdominal_stability", side="", done="1", dose="2,10,,3", why=""):
    return f"p1,home_arm_1,exercise_log,{instance},,,{day},{exercise},1,{side},{dose},{done},{why},2"


def test_the_instrument_we_offer_is_read_without_a_mapping(read):
    found = read(
        "\n".join([HEADER, BASE, log_row(), log_row(instance=2, day="2026-03-03 07:30", done="0", dose=",,,")])
    )
    assert found.format == "redcap"
    assert found.log[["patient_id", "status"]].to_numpy().tolist() == [["p1", "done"], ["p1", "not_done"]]
    assert found.log["pain"].tolist()[0] == 3
    assert found.quarantine[["line", "code", "value"]].to_numpy().tolist() == [[2, "not_a_session", "another form"]]
    assert found.account.adds_up


def test_coded_exercises_are_asked_for_once(read):
    text = "\n".join([HEADER, log_row(exercise="4"), log_row(instance=2, exercise="1", side="left")])
    (asked,) = read(text).questions
    assert (asked.about, set(asked.names)) == ("exercises", {"1", "4"})
    assert read(text, mapping=CODES).log["exercise"].tolist() == ["abdominal_stability", "hamstring_stretch"]


def test_other_instruments_are_counted_and_need_no_work(read):
    other = "p1,home_arm_1,blood_pressure,1,,,,,,,,,,,,,"
    found = read("\n".join([HEADER, log_row(), other]))
    assert found.quarantine[["code", "value"]].to_numpy().tolist() == [["not_a_session", "blood_pressure"]]


def test_a_row_keeps_its_identity_when_its_values_change(read):
    """Record, event, instrument and instance say which entry it is: another value is a later version of it."""
    before = read("\n".join([HEADER, log_row()]))
    after = read("\n".join([HEADER, log_row(instance=7, day="2026-03-09"), log_row(dose="2,12,,3")]))
    assert before.log["entry_id"].tolist() == after.log["entry_id"].tolist()[1:]


def test_values_typed_before_validation_was_switched_on_are_set_aside(read):
    found = read(
        "\n".join([HEADER, log_row(), log_row(instance=2, day="55:02"), log_row(instance=3, day="before validation")])
    )
    assert found.quarantine[["line", "code"]].to_numpy().tolist() == [[3, "date_format"], [4, "date_format"]]


BOXES = "record_id,visit_date,did___1,did___2,alone___1,visit_complete"
BOX_MAPPING = {
    "columns": {"patient_id": "record_id", "performed_at": "visit_date", "status": "alone___1"},
    "constants": {"exercise": "abdominal_stability"}, "words": {"status": {"1": "done", "0": "not_done"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("p1,2026-03-02,0,0,1,2", "alone___1", ["done"]),
        ("p1,2026-03-02,0,0,0,2", "alone___1", ["not_done"]),
        ("p1,2026-03-02,0,0,0,", "alone___1", []),
        ("p1,2026-03-02,0,1,0,2", "did___1", ["not_done"]),
        ("p1,2026-03-02,0,0,0,2", "did___1", []),
    ],
    ids=[
        "checked",
        "unchecked in a form that was filled in",
        "form never opened",
        "another box is checked",
        "no box is",
    ],
)
def test_an_unchecked_box_says_no_only_where_it_was_asked(read, row, column, said):
    mapping = BOX_MAPPING | {"columns": BOX_MAPPING["columns"] | {"status": column}}
    found = read(f"{BOXES}\n{row}\n", mapping=mapping)
    assert found.log["status"].tolist() == said
    assert found.quarantine["code"].tolist() == ([] if said else ["status_missing"])


DICTIONARY = "\n".join(
    [
        '"Variable / Field Name","Form Name","Field Type",Identifier?',
        "record_id,enrolment,text,",
        "birth_date,enrolment,text,y",
        "skip_reason,exercise_log,notes,y",
        "log_date,exercise_log,text,",
    ]
)


def test_a_column_that_can_name_a_person_is_dropped_even_if_it_is_mapped(read, tmp_path):
    (tmp_path / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8")
    text = "\n".join([HEADER, log_row(why="my name is Ann")])
    assert read(text).log["note"].tolist() == ["my name is Ann"]
    found = read(text, dictionary=tmp_path / "dictionary.csv")
    assert found.log["note"].isna().all()
    assert "Columns that can name a person were dropped: birth_date, skip_reason." in found.notices


def test_without_the_dictionary_somebody_is_told(read):
    notices = read("\n".join([HEADER, log_row()])).notices
    assert any(notice.startswith("Without the study's data dictionary") for notice in notices)


def test_a_file_that_is_no_dictionary_is_refused(tmp_path):
    (tmp_path / "dictionary.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(LogError, match="is no data dictionary"):
        read_dictionary(tmp_path / "dictionary.csv")
