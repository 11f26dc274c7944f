"""`backcare handout`, `sheet`, `diary` and `reminders`: the same bytes anywhere, and a clear word where they cannot."""

import io
import json
import os
import stat
import subprocess
import sys
from contextlib import chdir, redirect_stderr
from unittest import mock

import pytest
from screenings import clear_screening
from take_homes import plan, row

from toolkit.cli import main
from toolkit.plan.files import write_regimens
from toolkit.settings import sample_profile_path

COMMAND = [sys.executable, "-c", "from toolkit.cli import main; main()"]
PLACES = [("UTC", "C"), ("Pacific/Kiritimati", "C.UTF-8"), ("America/St_Johns", "POSIX")]
PAPERS = {
    "handout": ("handout", "handout.pdf", ("--paper", "letter")),
    "safety net": ("handout", "safety.pdf", ("--safety-net",)),
    "sheet": ("sheet", "sheet.pdf", ("--language", "es")),
    "workbook": ("sheet", "sheet.xlsx", ()),
    "page": ("diary", "diary.html", ()),
    "reminders": ("reminders", "reminders.ics", ("--at", "07:30", "--zone", "Europe/Lisbon")),
}


def start(folder, *arguments, **environment):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BACKCARE_")}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=folder, text=True, env=kept | environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def run(folder, *arguments):
    """Run the command in this process; return its exit status and what it told."""
    told, kept = io.StringIO(), {key: value for key, value in os.environ.items() if not key.startswith("BACKCARE_")}
    with (
        chdir(folder), redirect_stderr(told), mock.patch.dict(os.environ, kept, clear=True),
        mock.patch.object(sys, "argv", ["backcare", *map(str, arguments)]), pytest.raises(SystemExit) as ended,
    ):  # fmt: skip
        main()
    return ended.value.code or 0, told.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("clinic")
    write_regimens([plan()], made / "plan.json")
    write_regimens([plan(), plan(revision=2, status="held")], made / "held.json")
    write_regimens([plan(row("psoas_stretch")), plan(revision=2, status="draft")], made / "draft.json")
    other = {"regimen_id": "r-2", "patient_id": "p-2", "screening": clear_screening("p-2")}
    write_regimens([plan(), plan(**other)], made / "two.json")
    return made


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_the_same_bytes_in_three_time_zones_and_three_languages_of_the_system(paper, folder):
    command, name, options = PAPERS[paper]
    going = [
        start(folder, command, "plan.json", "--out", f"{place}-{name}", *options, TZ=zone, LC_ALL=language,
              LANG=language, PYTHONHASHSEED=str(place), PYTHONUTF8="1")
        for place, (zone, language) in enumerate(PLACES)
    ]  # fmt: skip
    told = [process.communicate()[1] for process in going]
    assert [process.returncode for process in going] == [0, 0, 0], told
    made = {(folder / f"{place}-{name}").read_bytes() for place in range(3)}
    assert len(made) == 1 and len(made.pop()) > 800
    assert stat.S_IMODE((folder / f"0-{name}").stat().st_mode) == 0o600


def test_without_a_profile_it_says_that_the_sample_stands_on_it(folder):
    code, told = run(folder, "reminders", "plan.json", "--out", "sample.ics")
    assert code == 0 and "marked SAMPLE" in told
    assert b"SAMPLE" in (folder / "sample.ics").read_bytes()


def test_a_clinic_of_its_own_prints_no_sample(folder):
    text = sample_profile_path().read_text(encoding="utf-8").replace("sample = true\n", "")
    (folder / "clinic.toml").write_text(text, encoding="utf-8")
    code, told = run(folder, "reminders", "plan.json", "--out", "own.ics", "--profile", "clinic.toml")
    assert code == 0 and "SAMPLE" not in told
    assert b"SAMPLE" not in (folder / "own.ics").read_bytes()


@pytest.mark.parametrize(("arguments", "says"), [
    (("handout", "held.json", "--out", "h.pdf"), "Only the safety-net sheet may be printed."),
    (("diary", "held.json", "--out", "h.html"), "must be final; found held"),
    (("handout", "two.json", "--out", "h.pdf"), "two.json holds 2 regimens: --patient says whose."),
    (("handout", "two.json", "--patient", "p-9", "--out", "h.pdf"), "holds no regimen of this patient"),
    (("handout", "none.json", "--out", "h.pdf"), "There is no file none.json"),
    (("handout", "plan.json", "--out", "h.docx"), "h.docx must end in .pdf; found .docx."),
    (("sheet", "plan.json", "--out", "h.csv"), "must end in .pdf or .xlsx; found .csv"),
    (("handout", "plan.json", "--out", "h.pdf", "--language", "de"), "must be one of en, es"),
    (("handout", "plan.json", "--out", "h.pdf", "--paper", "a3"), "must be one of a4, letter"),
    (("reminders", "plan.json", "--out", "h.ics", "--at", "8"), "must be such as 08:00,18:00"),
    (("reminders", "plan.json", "--out", "h.ics", "--at", "08:00,18:00"), "There must be 1 times of day"),
    (("reminders", "plan.json", "--out", "h.ics", "--zone", "Mars"), "must be a zone such as America/Denver"),
    (("handout", "plan.json", "--out", "no/such/h.pdf"), "cannot be written"),
])  # fmt: skip
def test_what_cannot_be_made_is_refused_with_what_is_accepted(arguments, says, folder):
    code, told = run(folder, *arguments)
    assert code == 1
    assert says in told
    assert "Traceback" not in told
    assert not list(folder.glob("h.*"))


def test_a_newer_draft_does_not_stop_the_plan_in_force(folder):
    assert run(folder, "handout", "draft.json", "--out", "in_force.pdf")[0] == 0


def test_the_safety_net_of_a_held_plan_can_be_printed(folder):
    assert run(folder, "handout", "held.json", "--safety-net", "--out", "net.pdf")[0] == 0


def test_of_two_patients_one_is_chosen(folder):
    code, _ = run(folder, "diary", "two.json", "--patient", "p-2", "--out", "two.html")
    assert code == 0
    assert json.dumps("p-7c1e03") not in (folder / "two.html").read_text(encoding="utf-8")


def test_a_paper_is_never_written_over_its_own_regimen(folder):
    before = (folder / "plan.json").read_bytes()
    (folder / "plan.pdf").write_bytes(before)
    (folder / "link.pdf").symlink_to(folder / "plan.json")
    assert run(folder, "handout", "plan.json", "--out", "link.pdf")[0] == 1
    assert (folder / "plan.json").read_bytes() == before
