"""The commands: what they write, what they tell, and that nothing is written half."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from bundles import bundle, encoded, foreign_plan, log, regimen
from take_homes import home

from toolkit.documents.diary_book import diary_book
from toolkit.logs.read import read_log
from toolkit.logs.write import write_log
from toolkit.plan.files import read_regimens, write_regimens


@pytest.fixture
def run(tmp_path):
    def backcare(*arguments):
        command = [sys.executable, "-c", "from toolkit.cli import main; main()", "fhir", *map(str, arguments)]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"}
        )

    write_regimens([regimen()], tmp_path / "regimen.json")
    write_log(log(), tmp_path / "log.csv")
    return backcare


def test_a_regimen_and_its_log_go_out_and_come_back(run, tmp_path):
    done = run("export", "regimen.json", "--log", "log.csv", "--out", "bundle.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "log.csv: 4 rows: 3 kept, 0 quarantined, 0 blank, 1 header\n"
        "Entries with a date and no time: 1. They count on their day and are left out of times of day.\n"
        "bundle.json is written: pseudonymous, still personal health data.\n"
    )
    assert json.loads((tmp_path / "bundle.json").read_text(encoding="utf-8")) == bundle()
    done = run("import", "bundle.json", "--out", "back")
    assert done.returncode == 0, done.stderr
    back = tmp_path / "back"
    assert sorted(path.name for path in back.iterdir()) == ["log.csv", "regimens.json", "report.txt"]
    assert read_regimens(back / "regimens.json") == [regimen()]
    told = ["source", "line"]
    pd.testing.assert_frame_equal(read_log(back / "log.csv").log.drop(columns=told), log().drop(columns=told))
    assert (back / "report.txt").read_text(encoding="utf-8") == done.stdout
    assert "p001" not in done.stdout


def test_a_foreign_plan_is_told_as_a_draft(run, tmp_path):
    (tmp_path / "plan.json").write_bytes(encoded(foreign_plan()))
    done = run("import", "plan.json", "--out", "back", "--patient", "p1")
    assert done.returncode == 0, done.stderr
    assert "1 drafts for the physician" in done.stdout
    assert "Draft from 2026-03-02 to 2026-04-12." in done.stdout
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["report.txt"]


def test_what_an_import_found_before_is_never_written_over(run, tmp_path):
    (tmp_path / "plan.json").write_bytes(encoded(foreign_plan()))
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / "regimens.json").write_text("mine", encoding="utf-8")
    done = run("import", "plan.json", "--out", "back", "--patient", "p1")
    assert done.returncode == 1
    assert "back holds something already: choose a new or an empty folder." in done.stderr
    assert [path.name for path in (tmp_path / "back").iterdir()] == ["regimens.json"]
    assert (tmp_path / "back" / "regimens.json").read_text(encoding="utf-8") == "mine"


def test_an_import_writes_no_file_for_what_the_bundle_does_not_hold(run, tmp_path):
    (tmp_path / "bundle.json").write_bytes(encoded(bundle([])))
    assert run("import", "bundle.json", "--out", "logs").returncode == 0
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["log.csv", "report.txt"]
    (tmp_path / "bundle.json").write_bytes(encoded(bundle(rows=log([]))))
    assert run("import", "bundle.json", "--out", "plans").returncode == 0
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == ["regimens.json", "report.txt"]


def read_lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_what_cannot_be_used_ends_with_1_and_writes_nothing(run, tmp_path):
    broken = bundle()
    for one in broken["entry"]:
        one["resource"].pop("status", None)
    (tmp_path / "broken.json").write_bytes(encoded(broken))
    done = run("import", "broken.json", "--out", "back")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Bundle.entry[3].resource: CarePlan.status: is missing" in done.stderr
    assert not (tmp_path / "back").exists()
    (tmp_path / "plan.json").write_bytes(encoded(foreign_plan()))
    assert "say which pseudonym is meant" in run("import", "plan.json", "--out", "back").stderr
    assert "must be FHIR R4 as JSON" in run("import", "log.csv", "--out", "back").stderr
    assert "There is no file" in run("import", "none.json", "--out", "back").stderr
    assert not (tmp_path / "back").exists()


def test_an_export_is_never_written_over_what_is_read_nor_half(run, tmp_path):
    before = (tmp_path / "regimen.json").read_bytes()
    done = run("export", "regimen.json", "--out", "regimen.json")
    assert done.returncode == 1
    assert "would be written over what is read" in done.stderr
    assert (tmp_path / "regimen.json").read_bytes() == before
    write_regimens([regimen(goal="a\x07b")], tmp_path / "bell.json")
    done = run("export", "bell.json", "--out", "bundle.json")
    assert done.returncode == 1
    assert "Goal.description.text: must be text without control characters" in done.stderr
    assert not (tmp_path / "bundle.json").exists()


def with_a_line(tmp_path, **values):
    """Add a line to the log that is there: the last one again, changed."""
    lines = read_lines(tmp_path / "log.csv")
    names = lines[0].lstrip("\ufeff").split(",")
    last = dict(zip(names, lines[-1].split(","), strict=True)) | values
    text = "\n".join([*lines, ",".join(last[name] for name in names)]) + "\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")


def test_rows_that_were_set_aside_do_not_vanish_from_a_bundle(run, tmp_path):
    with_a_line(tmp_path, entry_id="e-9", pain="40")
    given = ("export", "regimen.json", "--log", "log.csv", "--out", "bundle.json")
    done = run(*given)
    assert done.returncode == 1
    assert "5 rows: 3 kept, 1 quarantined" in done.stderr
    assert "1 row was set aside and would be missing from the bundle: --quarantine FILE" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log.csv", "regimen.json"]
    done = run(*given, "--quarantine", "aside.csv")
    assert done.returncode == 0, done.stderr
    assert "pain_out_of_range" in (tmp_path / "aside.csv").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "bundle.json").read_text(encoding="utf-8")) == bundle()


def test_rows_that_nobody_filled_in_do_not_stop_a_bundle(run, tmp_path):
    (tmp_path / "diary.xlsx").write_bytes(diary_book(home()))
    done = run("export", "regimen.json", "--log", "diary.xlsx", "--out", "bundle.json")
    assert done.returncode == 0, done.stderr
    assert "0 kept" in done.stderr
    assert " 0 quarantined" not in done.stderr


def test_wrong_usage_ends_with_2(run):
    assert run("export", "regimen.json").returncode == 2
