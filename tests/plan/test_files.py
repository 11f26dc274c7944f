"""Regimen files are read whole or refused with every place; revisions cut one another."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from screenings import clear_screening

from toolkit.errors import RegimenError
from toolkit.plan.files import (
    caseload_of,
    read_caseload,
    read_regimens,
    regimen_to_data,
    write_regimens,
)
from toolkit.plan.regimen import Pause, starter_regimen
from toolkit.writing import write_table

FINAL = {"status": "final", "screening": clear_screening()}


def regimen(revision=1, first_day=date(2026, 3, 2), **more):
    one = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=first_day, weeks=6)
    return one.model_copy(update={"revision": revision, **FINAL, **more})


@pytest.mark.parametrize("name", ["one.json", "one.jsonl"])
def test_a_regimen_written_and_read_again_is_equal(tmp_path, name):
    given = [regimen(pauses=(Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 11), reason="viaje, año"),))]
    write_regimens(given, tmp_path / name)
    assert read_regimens(tmp_path / name) == given


def test_several_regimens_stand_in_one_array(tmp_path):
    given = [regimen(), regimen(2, date(2026, 3, 16))]
    write_regimens(given, tmp_path / "caseload.json")
    assert read_regimens(tmp_path / "caseload.json") == given


def test_a_revision_ends_the_one_before_on_the_day_before_it_begins():
    rows = caseload_of([regimen(), regimen(2, date(2026, 3, 16))]).prescriptions
    ends = rows.groupby("revision")["last_day"].max()
    assert ends[1] == pd.Timestamp(2026, 3, 15)
    assert ends[2] == pd.Timestamp(2026, 4, 26)


def test_a_row_that_would_begin_after_the_next_revision_is_dropped():
    later = regimen(2, date(2026, 2, 1))
    assert set(caseload_of([regimen(), later]).prescriptions["revision"]) == {2}


def test_drafts_are_left_out_and_named():
    caseload = caseload_of([regimen(status="draft")])
    assert len(caseload.prescriptions) == 0
    assert caseload.notices == ("r-1 revision 1 is draft: left out",)


def test_a_final_regimen_without_a_screening_is_read_with_a_notice():
    caseload = caseload_of([regimen(screening=None)])
    assert len(caseload.prescriptions) == 4
    assert caseload.notices == (
        "r-1 revision 1 is final without a complete screening: read for adherence only, no document is made from it",
    )


def test_a_final_regimen_with_a_red_flag_nobody_looked_at_is_named():
    unasked = clear_screening().model_copy(update={"answers": {"ce_numb": "yes"}})
    assert "final without a complete screening" in caseload_of([regimen(screening=unasked)]).notices[0]


@pytest.mark.shared
def test_the_published_example_carries_a_complete_screening():
    path = Path(__file__).parents[3] / "shared/data/logs/ours/regimen.json"
    if not path.exists():
        pytest.skip("no published example files beside the checkout")
    [found] = read_regimens(path)
    assert found.screening.cautions["kneeling"].answer == "yes"
    assert caseload_of([found]).notices == ()


def test_the_tables_written_as_csv_are_the_same_caseload(tmp_path):
    caseload = caseload_of([regimen(pauses=(Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 11)),))])
    write_table(caseload.prescriptions, tmp_path / "prescriptions.csv")
    write_table(caseload.pauses, tmp_path / "pauses.csv")
    again = read_caseload(tmp_path / "prescriptions.csv", pauses=tmp_path / "pauses.csv")
    pd.testing.assert_frame_equal(again.prescriptions, caseload.prescriptions)
    pd.testing.assert_frame_equal(again.pauses, caseload.pauses)


def test_a_pause_that_the_regimen_and_the_table_of_pauses_both_give_counts_once(tmp_path):
    travel = Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 11), reason="travel")
    whole = Pause(exercise=None, first_day=date(2026, 3, 20), last_day=date(2026, 3, 20))
    write_regimens([regimen(pauses=(travel,))], tmp_path / "regimens.json")
    write_table(caseload_of([regimen(pauses=(travel, whole))]).pauses, tmp_path / "pauses.csv")
    pauses = read_caseload(tmp_path / "regimens.json", pauses=tmp_path / "pauses.csv").pauses
    assert list(pauses["first_day"]) == [pd.Timestamp(2026, 3, 9), pd.Timestamp(2026, 3, 20)]


def written(tmp_path, **changes):
    data = regimen_to_data(regimen()) | changes
    path = tmp_path / "regimen.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dose": 3}, "dose: is not a field here; found 3"),
        ({"format": "other"}, "format: must be backcare-regimen; found other"),
        ({"version": 2}, "version: must be 1; found 2"),
        ({"prescriptions": []}, "prescriptions: must hold at least 1"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, changes, words):
    with pytest.raises(RegimenError) as raised:
        read_regimens(written(tmp_path, **changes))
    assert [str(problem) for problem in raised.value.problems] == [words]


def test_overlapping_prescriptions_are_named_by_their_rows(tmp_path):
    rows = regimen_to_data(regimen())["prescriptions"]
    with pytest.raises(RegimenError, match="rows 1 and 2 both ask for hamstring_stretch from 2026-03-02 to 2026-04-12"):
        read_caseload(written(tmp_path, prescriptions=[rows[0], rows[0]]))


def test_all_problems_of_all_regimens_come_at_once(tmp_path):
    data = regimen_to_data(regimen())
    path = tmp_path / "two.json"
    path.write_text(json.dumps([data | {"purpose": "fun"}, data | {"revision": 0}]), encoding="utf-8")
    with pytest.raises(RegimenError) as raised:
        read_regimens(path)
    assert [str(problem) for problem in raised.value.problems] == [
        "regimen 1: purpose: must be preventive or remedial; found fun",
        "regimen 2: revision: must be 1 or more; found 0",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"format": "backcare-regimen", "format": "x"}', "a key stands twice"),
        ("{", "is not JSON: line 1"),
        ('{"version": NaN}', "NaN is not a number"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_json_is_refused_in_a_sentence(tmp_path, text, words):
    path = tmp_path / "regimen.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegimenError, match=words):
        read_regimens(path)


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.json", "There is no file missing.json"), ("regimen.docx", "must end in .json, .jsonl, .csv, .parquet")],
)
def test_a_file_that_is_not_there_or_not_ours_is_refused_in_a_sentence(tmp_path, name, words):
    with pytest.raises(RegimenError, match=words):
        read_caseload(tmp_path / name)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2026-03-02", "03/02/2026", "first_day: must hold a date such as 2026-03-02; found 03/02/2026 in row 1"),
        ("both", "L", "side: must hold left or right or both or none; found L in row 1"),
        ("sets", "setz", "setz: is no column of prescriptions"),
    ],
)
def test_a_table_with_a_wrong_value_says_which_row(tmp_path, old, new, words):
    path = tmp_path / "prescriptions.csv"
    write_table(caseload_of([regimen()]).prescriptions, path)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RegimenError, match=words):
        read_caseload(path)


def test_a_file_without_a_prescription_in_force_is_refused_with_what_was_left_out(tmp_path):
    with pytest.raises(RegimenError, match="holds no prescription in force: r-1 revision 1 is draft: left out"):
        read_caseload(written(tmp_path, status="draft"))


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(Exception, match="folder.json cannot be written"):
        write_regimens([regimen()], tmp_path / "folder.json")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.json"]
