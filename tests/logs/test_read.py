"""Every physical row of a file is kept or set aside with its line, its column and a code."""

import codecs
import csv
import io
from datetime import date, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.errors import LogError
from toolkit.logs.read import read_log
from toolkit.logs.write import write_log
from toolkit.samples import sample_clinic

HEADER = "entry_id,patient_id,exercise,side,performed_at,utc_offset_min,logged_at,status,sets,reps,hold_s,pain,note"
GOOD = "e1,p001,hamstring_stretch,both,2026-03-02 07:30,-420,2026-03-02 07:41,done,1,3,30,4,fine"


def read(tmp_path, text, *, name="log.csv", **more):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_log(path, **more)


def row(**changes):
    fields = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | changes
    return ",".join(fields.values())


def test_a_good_row_is_kept_as_it_is(tmp_path):
    found = read(tmp_path, f"{HEADER}\n{GOOD}\n")
    assert str(found.account) == "2 rows: 1 kept, 0 quarantined, 0 blank, 1 header"
    kept = found.log.iloc[0]
    assert (kept["entry_id"], kept["exercise"], kept["side"], kept["status"]) == (
        "e1", "hamstring_stretch", "both", "done",
    )  # fmt: skip
    assert (kept["performed_at"], kept["logged_at"]) == (datetime(2026, 3, 2, 7, 30), datetime(2026, 3, 2, 7, 41))
    assert (kept["sets"], kept["reps"], kept["hold_s"], kept["pain"], kept["utc_offset_min"]) == (1, 3, 30, 4, -420)
    assert (kept["note"], kept["line"], kept["source"][:4]) == ("fine", 2, "own:")


BAD_ROWS = {
    "patient_missing": {"patient_id": ""},
    "id_personal": {"patient_id": "a@b.org"},
    "id_characters": {"entry_id": "e 1"},
    "exercise_missing": {"exercise": "", "pain": ""},
    "exercise_unknown": {"exercise": "Hamstring Curl"},
    "side_missing": {"side": ""},
    "side_unknown": {"side": "L"},
    "side_not_allowed": {"exercise": "abdominal_stability", "side": "left"},
    "date_missing": {"performed_at": ""},
    "date_format": {"performed_at": "13/04/2026"},
    "date_ambiguous": {"performed_at": "03/04/2026"},
    "number_in_date": {"performed_at": "45000"},
    "date_out_of_range": {"performed_at": "1926-03-02"},
    "offset_disagrees": {"performed_at": "2026-03-02 07:30-06:00"},
    "number_format": {"reps": "12 reps"},
    "not_whole": {"sets": "2.5"},
    "out_of_range": {"hold_s": "601"},
    "pain_out_of_range": {"pain": "11"},
    "status_missing": {"status": ""},
    "status_unknown": {"status": "yes"},
    "status_contradicts": {"status": "not_done"},
}


@pytest.mark.parametrize(("code", "changes"), BAD_ROWS.items(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_set_aside_with_its_code_and_the_rest_is_kept(tmp_path, code, changes):
    found = read(tmp_path, "\n".join([HEADER, row(entry_id="e0"), row(**changes), ""]))
    assert found.quarantine[["line", "code"]].to_numpy().tolist() == [[3, code]]
    assert found.quarantine["column"].iloc[0] in (*changes, "exercise", "utc_offset_min", "sets")
    assert (found.account.kept, found.account.quarantined, found.account.rows) == (1, 1, 3)
    assert found.quarantine["message"].iloc[0].endswith(".")


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path):
    found = read(tmp_path, f"{HEADER}\n{row(sets='x', pain='99', side='L')}\n")
    message = found.quarantine["message"].iloc[0]
    assert all(word in message for word in ("x is no plain number", "99 is no pain value", "L is no side"))


def test_no_message_holds_a_note_or_a_patient(tmp_path):
    found = read(tmp_path, f"{HEADER}\n{row(patient_id='secret@p', note='my neighbour Ann', sets='x')}\n")
    told = found.quarantine[["code", "column", "value", "message"]].to_csv()
    assert "secret" not in told
    assert "Ann" not in told
    assert found.quarantine["note"].iloc[0] == "my neighbour Ann"


def test_a_blank_is_not_zero_and_zero_is_kept(tmp_path):
    found = read(tmp_path, "\n".join([HEADER, row(sets="", pain=""), row(entry_id="e2", sets="0")]))
    assert found.log["sets"].isna().tolist() == [True, False]
    assert found.log["sets"].iloc[1] == 0
    assert found.log["pain"].isna().iloc[0]


def test_a_pain_entry_has_no_exercise_and_is_kept(tmp_path):
    text = "e1,p001,,,2026-03-03 21:30,,,,,,,5,after gardening"
    found = read(tmp_path, f"{HEADER}\n{text}\n")
    kept = found.log.iloc[0]
    assert (kept["pain"], kept["note"]) == (5, "after gardening")
    assert kept[["exercise", "side", "status"]].isna().all()


def test_without_a_status_column_every_entry_is_done(tmp_path):
    found = read(tmp_path, "patient_id,exercise,performed_at\np001,abdominal_stability,2026-03-02\n")
    assert found.log["status"].tolist() == ["done"]
    assert found.log["time_known"].tolist() == [False]
    assert found.log["performed_at"].tolist() == [pd.Timestamp(2026, 3, 2, 12)]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode("utf-8"),
        lambda text: text.replace("\n", "\r").encode("utf-8"),
        lambda text: text.replace(",", ";").encode("utf-8"),
        lambda text: text.replace(",", "\t").encode("utf-8"),
        lambda text: f"\n# typed up by the desk\n{text}".encode(),
        lambda text: text.replace("patient_id", " Patient_ID ").encode("utf-8"),
    ],
    ids=["utf-8", "bom", "utf-16-le", "utf-16-be", "crlf", "cr", "semicolon", "tab", "preamble", "header case"],
)
def test_the_same_log_reads_the_same_from_every_container(tmp_path, encode):
    text = "\n".join([HEADER, row(note="año"), row(entry_id="e2", note="")]) + "\n"
    found = read(tmp_path, encode(text))
    assert found.log["note"].tolist()[0] == "año"
    assert found.log[["patient_id", "sets", "hold_s"]].to_numpy().tolist() == [["p001", 1, 30]] * 2
    assert found.account.adds_up
    assert found.account.kept == 2


REFUSED = {
    "empty_file": (b"", "is empty"),
    "empty_file, header alone": (HEADER.encode(), "holds no log row"),
    "nul_byte": (f"{HEADER}\nP1\0X".encode(), "zero byte"),
    "encoding": (HEADER.encode() + b"\n\xe9\xff", "unknown encoding"),
    "unclosed_quote": (f'{HEADER}\n{GOOD}\ne2,"p001,x'.encode(), "opens in line 3 and never closes"),
    "duplicate_column": (f"{HEADER},sets\n{GOOD},1".encode(), "Two columns are called sets"),
    "missing_column": (f"{HEADER.replace('performed_at', 'when')}\n{GOOD}".encode(), "performed_at is missing"),
    "not_a_log": (b"some words\nand more\n", "no log that is known here"),
    "not_a_log, page": (b"<html><body>log</body></html>", "no log that is known here"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), [(key, *value) for key, value in REFUSED.items()])
def test_a_file_of_which_no_row_can_be_trusted_is_refused_in_one_sentence(tmp_path, name, content, sentence):
    with pytest.raises(LogError, match=sentence) as raised:
        read(tmp_path, content)
    assert raised.value.code == name.partition(",")[0]
    assert str(raised.value).startswith("log.csv: ")
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_a_folder_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(LogError, match="There is no file diary.csv"):
        read_log(tmp_path / "diary.csv")
    with pytest.raises(LogError, match="cannot be read"):
        read_log(tmp_path)


def test_lines_are_those_of_the_file_also_after_a_note_of_several_lines(tmp_path):
    noted = GOOD.replace("fine", '"first\nsecond, with comma\nthird ""quoted"""')
    found = read(tmp_path, f"{HEADER}\n{noted}\n\n{row(entry_id='e2', sets='x')}\n")
    assert found.log["note"].tolist() == ['first\nsecond, with comma\nthird "quoted"']
    assert found.quarantine["line"].tolist() == [6]
    assert (found.account.rows, found.account.blank) == (4, 1)


@pytest.mark.parametrize(
    ("middle", "codes", "lines"),
    [
        ("e2,p001,knee_to_chest", ["field_count"], [3]),
        (f"{GOOD},more", ["field_count"], [3]),
        (GOOD.replace("fine", 'a "word" inside'), ["bad_quote"], [3]),
        (GOOD.replace("fine", '"word" after'), ["bad_quote"], [3]),
        (
            GOOD.replace("fine", '"open') + f"\n{GOOD}\n" + GOOD.replace("fine", 'closed"'),
            ["rows_in_cell"] * 3,
            [3, 4, 5],
        ),
    ],
)
def test_a_row_whose_fields_cannot_be_told_apart_is_set_aside_and_the_next_is_kept(tmp_path, middle, codes, lines):
    found = read(tmp_path, "\n".join([HEADER, GOOD, middle, row(entry_id="e9"), ""]))
    assert found.quarantine["code"].tolist() == codes
    assert found.quarantine["line"].tolist() == lines
    assert found.log["entry_id"].tolist() == ["e1", "e9"]
    assert found.account.adds_up


def test_commas_in_notes_do_not_make_a_file_of_semicolons_one_of_commas(tmp_path):
    note = "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p"
    text = "\n".join([HEADER, row(note="NOTE")]).replace(",", ";").replace("NOTE", note)
    assert read(tmp_path, text).log["note"].tolist() == [note]


def test_a_header_that_stands_again_inside_is_counted_as_header(tmp_path):
    found = read(tmp_path, "\n".join([HEADER, GOOD, HEADER, row(entry_id="e2")]))
    assert (found.account.header, found.account.kept) == (2, 2)
    assert found.notices == ("The header stands again inside the file: 1 times.",)


def test_columns_that_are_not_ours_are_named_and_left_out(tmp_path):
    found = read(tmp_path, f"{HEADER},mood,phone\n{GOOD},good,555\n")
    assert found.account.columns_ignored == ("mood", "phone")


def test_entries_without_an_id_get_one_that_does_not_depend_on_their_line(tmp_path):
    """Files grow at either end; equal rows in one file stay different entries."""
    plain = row(entry_id="")
    one = read(tmp_path, "\n".join([HEADER, plain, plain]))
    other = read(tmp_path, "\n".join([HEADER, row(entry_id="e7"), plain, plain]))
    assert one.log["entry_id"].nunique() == 2
    assert one.log["entry_id"].tolist() == other.log["entry_id"].tolist()[1:]


def test_times_in_utc_are_asked_for_once_and_nothing_is_kept(tmp_path):
    text = "\n".join([HEADER, row(performed_at="2026-03-03T01:30Z", utc_offset_min=""), row(entry_id="e2")])
    asked = read(tmp_path, text)
    assert [question.code for question in asked.questions] == ["zone_missing"]
    assert len(asked.log) == 0
    assert (asked.account.waiting, asked.account.adds_up) == (2, True)
    answered = read(tmp_path, text, mapping={"zone": "America/New_York"})
    assert answered.log["performed_at"].tolist()[0] == datetime(2026, 3, 2, 20, 30)
    assert answered.log["utc_offset_min"].tolist()[0] == -300


def test_a_day_after_the_import_is_set_aside(tmp_path):
    found = read(tmp_path, f"{HEADER}\n{GOOD}\n", imported_on=date(2026, 3, 1))
    assert found.quarantine["code"].tolist() == ["date_future"]


def test_a_log_written_and_read_again_is_the_same_table(tmp_path):
    log = sample_clinic(patients=10, weeks=2).log
    write_log(log, tmp_path / "log.csv")
    again = read_log(tmp_path / "log.csv").log
    pd.testing.assert_frame_equal(again.drop(columns="source"), log.drop(columns="source"))


cells = st.sampled_from(
    ["", '"', 'a"b', '"q"', "x,y", "left", "2026-03-02", "3", "p001", "hamstring_stretch", "\n", "\r\n", "ü"]
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(cells, min_size=1, max_size=14), max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
def test_whatever_the_rows_are_the_account_adds_up(tmp_path, rows, end):
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows(rows)
    found = read(tmp_path, f"{HEADER}{end}{GOOD}{end}{out.getvalue()}")
    account = found.account
    assert account.kept + account.quarantined + account.blank + account.header == account.rows
    assert (len(found.log), len(found.quarantine)) == (account.entries, account.quarantined)


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_file_ends_in_our_refusal_or_in_an_account_that_adds_up(tmp_path, data):
    """Bytes changed, cut out or put in, anywhere."""
    content = bytearray("\n".join([HEADER, GOOD, row(entry_id="e2", note='"two\nlines"'), row(sets="x")]).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        found = read(tmp_path, bytes(content))
    except LogError:
        return
    assert found.account.adds_up
