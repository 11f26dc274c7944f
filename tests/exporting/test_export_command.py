"""`backcare export clinical` and `backcare export shared`: two names, no third and no default."""

import csv
import json
import os
import subprocess
import sys

import pytest


def backcare(*arguments, folder):
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=os.environ | {"COLUMNS": "120"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("clinic")
    assert backcare("sample", "--patients", 6, "--weeks", 2, "--seed", 1, "--out", ".", folder=made).returncode == 0
    (made / "reviews.csv").write_text(
        "patient_id,reviewed_at,reviewed_by,action,note,look_again_on\np003,2026-03-30T10:00,Ann,called,,2026-04-20\n"
    )
    return made


def export(kind, out, *more, folder):
    given = ("log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31", "--out", out)
    return backcare("export", kind, *given, *more, folder=folder)


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_clinical_export_is_written_and_measured_again_to_the_same(folder):
    done = export("clinical", "own", "--reviews", "reviews.csv", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "pseudonymous, still personal health data. All this is engineering, not legal advice." in done.stderr
    assert [one["reviewed_by"] for one in rows(folder / "own/reviews.csv")] == ["Ann"]
    exported = ("own/log.csv", "--regimens", "own/prescriptions.csv", "--pauses", "own/pauses.csv")
    for out, given in (("a.csv", exported), ("b.csv", ("log.csv", "--regimens", "regimens.json"))):
        done = backcare("adherence", *given, "--as-of", "2026-03-31", "--out", out, folder=folder)
        assert done.returncode == 0, done.stderr
    assert (folder / "a.csv").read_bytes() == (folder / "b.csv").read_bytes()


def test_the_shared_export_is_written_without_keys_unless_asked_for(folder):
    done = export("shared", "open", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "de-identified by rule; check before you publish" in done.stderr
    assert not list(folder.glob("*keys*"))
    done = export("shared", "open2", "--keys", "keys.csv", folder=folder)
    assert "keys.csv says who is who: keep it apart" in done.stderr
    assert [one["patient_id"] for one in rows(folder / "keys.csv")] == [f"p00{number}" for number in range(1, 7)]
    ids = {one["shared_id"] for one in rows(folder / "keys.csv")}
    assert {one["patient_id"] for one in rows(folder / "open2/overview.csv")} == ids
    assert not ids & {one["patient_id"] for one in rows(folder / "open/overview.csv")}


def test_the_clock_is_told_only_when_asked_for(folder):
    assert export("shared", "clock", "--clock", folder=folder).returncode == 0
    assert {len(one["clock_time"]) for one in rows(folder / "clock/log.csv")} == {5}


def test_the_threshold_is_that_of_the_clinics_profile(folder):
    from pathlib import Path

    text = (Path(__file__).parents[2] / "data/clinic.toml").read_text(encoding="utf-8")
    own = text.replace('key = "small_cell"\nvalue = 5', 'key = "small_cell"\nvalue = 3')
    assert own != text
    (folder / "clinic.toml").write_text(own, encoding="utf-8")
    assert export("shared", "three", "--profile", "clinic.toml", folder=folder).returncode == 0
    told = json.loads((folder / "three/datapackage.json").read_text(encoding="utf-8"))["resources"]
    field = next(one for one in told if one["name"] == "aggregate")["schema"]["fields"][-1]
    assert field["constraints"] == {"required": True, "minimum": 3}
    assert min(int(one["patients"]) for one in rows(folder / "three/aggregate.csv")) >= 3


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("clinical", ["--out", "."], "holds something already"),
        ("shared", ["--out", "new", "--keys", "log.csv"], "log.csv would be written over what is read"),
        ("shared", ["--out", "new", "--keys", "new/keys.csv"], "must not lie in the folder that is shared"),
        ("shared", ["--out", "log.csv"], "must be a folder, new or empty"),
    ],
)
def test_what_is_there_is_never_written_over(folder, kind, more, words):
    before = {path: path.read_bytes() for path in folder.glob("*.*") if path.is_file()}
    given = ("log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31")
    done = backcare("export", kind, *given, *more, folder=folder)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert words in done.stderr
    assert {path: path.read_bytes() for path in folder.glob("*.*") if path.is_file()} == before
    assert not (folder / "new").exists()


@pytest.mark.parametrize("arguments", [["export"], ["export", "log.csv"], ["export", "clinical", "--keys", "k.csv"]])
def test_there_is_no_third_export_and_no_default(folder, arguments):
    assert backcare(*arguments, folder=folder).returncode == 2
