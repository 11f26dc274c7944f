"""The command does what its help says: 0 done, 1 the input could not be used, 2 wrong usage."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from toolkit.cli import app
from toolkit.schema import TRIAGE
from toolkit.store import Store


def backcare(*arguments, folder):
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"})


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command in a folder of its own, in no session."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    return lambda *arguments: backcare(*arguments, folder=tmp_path)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinic")
    done = backcare("sample", "--patients", 10, "--weeks", 3, "--seed", 1, "--out", ".", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


def measured(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_sample_writes_its_four_files(clinic):
    assert sorted(path.name for path in clinic.glob("*")) >= ["log.csv", "pauses.csv", "prescriptions.csv"]
    assert len(json.loads((clinic / "regimens.json").read_text(encoding="utf-8"))) == 11


@pytest.mark.parametrize(
    "caseload", [["--regimens", "regimens.json"], ["--regimens", "prescriptions.csv", "--pauses", "pauses.csv"]]
)
def test_adherence_of_a_caseload_is_written_one_row_a_group(clinic, caseload):
    out = clinic / "adherence.csv"
    done = backcare("adherence", "log.csv", *caseload, "--as-of", "2026-03-31", "--by", "patient_id,exercise,side",
                    "--out", out, folder=clinic)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = measured(out)
    assert list(rows[0])[:4] == ["patient_id", "exercise", "side", "expected"]
    never = [row for row in rows if row["patient_id"] == "p008"]
    assert len(never) == 7
    assert {(row["session_adherence"], row["session_adherence_observed"]) for row in never} == {("0", "")}


def test_who_was_called_and_is_to_be_looked_at_later_stands_apart(clinic):
    (clinic / "reviews.csv").write_text(
        "patient_id,reviewed_at,reviewed_by,action,note,look_again_on\np008,2026-03-30T10:00,Ann,called,,2026-04-20\n"
    )
    done = backcare("triage", "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--reviews",
                    "reviews.csv", "--out", "called.csv", folder=clinic)  # fmt: skip
    assert done.returncode == 0, done.stderr
    last = measured(clinic / "called.csv")[-1]
    assert (last["patient_id"], last["name"]) == ("p008", "reviewed")
    assert last["reason"] == "Look again on 20 April (called by Ann on 30 March)"


def test_triage_is_written_in_calling_order_with_the_rules_beside_it(clinic):
    done = backcare("triage", "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--out", "triage.csv",
                    folder=clinic)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = measured(clinic / "triage.csv")
    assert list(rows[0]) == TRIAGE.names
    assert len(rows) == 10
    tiers = [int(row["tier"]) for row in rows]
    assert tiers == sorted(tiers)
    never = next(row for row in rows if row["patient_id"] == "p008")
    assert (never["name"], never["reason"]) == (
        "silent", "Not begun: no session on 23 scheduled days since 9 March",
    )  # fmt: skip
    rules = json.loads((clinic / "triage.csv.rules.json").read_text(encoding="utf-8"))
    assert (rules["as_of"], rules["target"]) == ("2026-03-31", None)


def test_a_log_kept_as_parquet_is_measured_like_its_file_by_workers_too(clinic):
    assert backcare("import", "log.csv", "--out", "kept", "--parquet", folder=clinic).returncode == 0
    how = ["--regimens", "regimens.json", "--as-of", "2026-03-31"]
    written = []
    for place, (log, *more) in enumerate([("log.csv",), ("kept/log",), ("kept/log", "--workers", "1")]):
        done = backcare("triage", log, *how, *more, "--out", f"order-{place}.csv", folder=clinic)
        assert done.returncode == 0, done.stderr
        done = backcare("adherence", log, *how, "--out", f"adherence-{place}.csv", folder=clinic)
        assert done.returncode == 0, done.stderr
        written.append([(clinic / f"{name}-{place}.csv").read_bytes() for name in ("order", "adherence")])
    assert written[0] == written[1] == written[2]
    over = backcare("triage", "kept/log", *how, "--out", "kept/log/part-00.parquet", folder=clinic)
    assert (over.returncode, "would be written over" in over.stderr) == (1, True)
    both = backcare("triage", "log.csv", *how, "--out", "x.csv", "--workers", 1, "--scheduler", "x", folder=clinic)
    assert both.returncode == 2


def test_a_note_of_a_row_that_was_set_aside_still_puts_its_patient_first(clinic):
    """The row cannot be kept, its patient, day and words can be read: nothing is hidden by a typing error."""
    text = (clinic / "log.csv").read_text(encoding="utf-8").splitlines()
    head = text[0].split(",")
    row = dict(zip(head, text[-1].split(","), strict=False)) | {
        "entry_id": "odd", "patient_id": "p003", "reps": "many", "note": "my foot feels numb"
    }  # fmt: skip
    (clinic / "odd.csv").write_text("\n".join([*text, ",".join(row[name] for name in head)]) + "\n", encoding="utf-8")
    done = backcare("triage", "odd.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--out", "odd_out.csv",
                    "--quarantine", "aside.csv", folder=clinic)  # fmt: skip
    assert done.returncode == 0, done.stderr
    (aside,) = measured(clinic / "aside.csv")
    assert "T" in aside["performed_at"] or ":" in aside["performed_at"], "the hour of a row is not lost"
    first = measured(clinic / "odd_out.csv")[0]
    assert (first["patient_id"], first["name"]) == ("p003", "safety")
    assert "numb" in first["reason"]


@pytest.mark.parametrize("command", ["adherence", "triage"])
def test_the_profile_of_the_clinic_gives_the_thresholds_in_force_on_the_day(clinic, command):
    profile = Path(__file__).parents[1] / "data/clinic.toml"
    done = backcare(command, "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--profile", profile,
                    "--out", "own.csv", folder=clinic)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((clinic / "own.csv.rules.json").read_text(encoding="utf-8"))["target"] == "bailey_80"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "log.csv"], "log.csv would be written over what is read"),
        (["--out", "regimens.json"], "regimens.json would be written over what is read"),
        (["--out", "x.csv", "--quarantine", "log.csv"], "log.csv would be written over what is read"),
        (["--out", "x.csv", "--quarantine", "x.csv"], "Two files would be written under one name"),
        (["--out", "x.csv", "--quarantine", "x.csv.rules.json"], "Two files would be written under one name"),
        (["--out", "."], "must be a plain file"),
        (["--out", "link.csv"], "must be a plain file"),
    ],
)
@pytest.mark.parametrize("command", ["adherence", "triage"])
def test_no_input_is_written_over_and_nothing_but_a_plain_file(clinic, command, arguments, words):
    link = clinic / "link.csv"
    link.unlink(missing_ok=True)
    link.symlink_to("log.csv")
    before = {path.name: path.read_bytes() for path in clinic.glob("*.*")}
    done = backcare(command, "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", *arguments,
                    folder=clinic)  # fmt: skip
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in clinic.glob("*.*")} == before


def test_both_ways_of_stating_a_caseload_give_the_same_numbers(clinic):
    for name, caseload in (
        ("a.csv", ["--regimens", "regimens.json"]),
        ("b.csv", ["--regimens", "prescriptions.csv", "--pauses", "pauses.csv"]),
    ):
        backcare("adherence", "log.csv", *caseload, "--as-of", "2026-03-31", "--out", name, folder=clinic)
    assert (clinic / "a.csv").read_bytes() == (clinic / "b.csv").read_bytes()


HEADER = "patient_id,exercise,side,performed_at,status,sets,reps,hold_s\n"
ROW = "p001,knee_to_chest,both,2026-03-20 08:00,done,1,3,20\n"
UNUSABLE = {
    "a missing log": ("missing.csv", None, "2026-03-31", ["missing.csv"]),
    "an empty log": ("log0.csv", "", "2026-03-31", ["log0.csv", "empty"]),
    "a log of a header alone": ("log1.csv", HEADER, "2026-03-31", ["log1.csv"]),
    "a log without a date column": (
        "log2.csv", HEADER.replace("performed_at", "when") + ROW, "2026-03-31", ["log2.csv", "performed_at is missing"]
    ),
    "an as_of before the start": ("log3.csv", HEADER + ROW, "2020-01-01", ["as_of must be 2026-03-09 or later"]),
    "a log of which no row can be kept": ("log4.csv", HEADER + ROW.replace("2026-03-20", "20.3.26"), "2026-03-31",
                                          ["No log row could be kept"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "as_of", "words"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_input_that_cannot_be_used_ends_in_a_sentence_and_no_file(clinic, name, text, as_of, words):
    if text is not None:
        (clinic / name).write_text(text, encoding="utf-8")
    out = clinic / "never.csv"
    done = backcare("adherence", name, "--regimens", "regimens.json", "--as-of", as_of, "--out", out, folder=clinic)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert not out.exists()


def test_overlapping_prescriptions_end_in_a_sentence_that_names_the_rows(clinic):
    text = (clinic / "prescriptions.csv").read_text(encoding="utf-8").splitlines()
    (clinic / "twice.csv").write_text("\n".join([*text, text[1]]) + "\n", encoding="utf-8")
    done = backcare("adherence", "log.csv", "--regimens", "twice.csv", "--as-of", "2026-03-31", "--out", "x.csv",
                    folder=clinic)  # fmt: skip
    assert done.returncode == 1
    assert f"prescriptions, rows 1 and {len(text)}: ask for one exercise and side on the same day" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["adherence"], ["adherence", "log.csv", "--regimens", "regimens.json", "--as-of", "yesterday", "--out", "x.csv"],
     ["sample"], ["nonsense"]],
)  # fmt: skip
def test_wrong_usage_is_exit_status_2(clinic, arguments):
    assert backcare(*arguments, folder=clinic).returncode == 2


def test_a_grouping_that_is_not_known_is_named(clinic):
    done = backcare("adherence", "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--by", "town",
                    "--out", "x.csv", folder=clinic)  # fmt: skip
    assert done.returncode == 1
    assert "must hold any of patient_id, exercise, side, weekday, week, month; found town" in done.stderr


def test_the_command_is_installed():
    done = subprocess.run([Path(sys.executable).with_name("backcare"), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "adherence" in done.stdout


def a_store(folder):
    Store(folder / "clinic.sqlite").close()
    return folder / "clinic.sqlite"


@pytest.mark.parametrize("rest", [["verify"], ["backup"], ["upgrade", "--backup"]], ids=lambda rest: rest[0])
def test_a_mistyped_name_is_told_of_and_makes_no_store(tmp_path, run, rest):
    """What only looks at a store once made an empty one and said that every chain holds."""
    verb, *option = rest
    refused = run(verb, tmp_path / "clnic.sqlite", *option, *([tmp_path / "copy.sqlite"] if verb != "verify" else []))
    assert (refused.returncode, refused.stderr.strip()) == (1, "There is no store clnic.sqlite in the folder given.")
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_checked_backed_up_and_restored(tmp_path, run):
    store = a_store(tmp_path)
    assert run("verify", store).returncode == 0
    assert run("backup", store, tmp_path / "backup.sqlite").returncode == 0
    assert "Every chain holds." in run("restore", tmp_path / "backup.sqlite", tmp_path / "again.sqlite").stdout
    again = run("backup", store, tmp_path / "backup.sqlite")
    assert (again.returncode, "never written over" in again.stderr) == (1, True)


def test_a_store_that_does_not_hold_ends_with_1(tmp_path, run):
    store = a_store(tmp_path)
    with sqlite3.connect(store) as connection:
        connection.execute("DROP TRIGGER entries_keeps_update")
    connection.close()
    found = run("verify", store)
    assert found.returncode == 1
    assert "the guard entries_keeps_update is missing" in found.stderr


def test_a_profile_to_fill_in_is_written_once(tmp_path, run):
    assert "angle brackets" in run("profile", tmp_path / "clinic.toml").stdout
    assert run("profile", tmp_path / "clinic.toml").returncode == 1
    refused = run("lab", "--profile", tmp_path / "clinic.toml")
    assert (refused.returncode, "is not filled in yet" in refused.stderr) == (1, True)


def test_an_upgrade_of_what_needs_none_is_refused(tmp_path, run):
    refused = run("upgrade", a_store(tmp_path), "--backup", tmp_path / "before.sqlite")
    assert (refused.returncode, "Only a store of schema 1" in refused.stderr) == (1, True)


def test_every_command_that_asks_for_a_patient_takes_both_names_of_the_option():
    def options(command):
        for one in getattr(command, "commands", {}).values():
            yield from options(one)
        yield from (one.opts for one in command.params if "--patient" in one.opts)

    found = list(options(get_command(app)))
    assert len(found) == 12
    assert {tuple(one) for one in found} == {("--patient", "--patient-id")}
