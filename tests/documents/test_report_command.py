"""`backcare report`: a file for a patient or for the caseload, the same bytes wherever and whenever it is made."""

import csv
import os
import stat
import subprocess
import sys
import time

import pytest
from papers import headings, printed

COMMAND = [sys.executable, "-c", "from toolkit.cli import main; main()"]
BASE = ["report", "log.csv", "--regimens", "regimens.json", "--as-of", "2026-03-31"]
PLACES = [("UTC", "C"), ("Pacific/Kiritimati", "de_DE.UTF-8"), ("America/St_Johns", "ar_EG.UTF-8")]


def start(folder, *arguments, **environment):
    kept = {key: value for key, value in os.environ.items() if key != "BACKCARE_CLINIC"}
    return subprocess.Popen([*COMMAND, *map(str, arguments)], cwd=folder, text=True, env=kept | environment,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def run(folder, *arguments):
    process = start(folder, *arguments)
    _, told = process.communicate()
    return process.returncode, told


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinic")
    code, told = run(folder, "sample", "--patients", 11, "--weeks", 3, "--out", ".")
    assert code == 0, told
    return folder


def test_a_report_is_the_same_bytes_in_three_time_zones_and_three_languages_of_the_system(clinic):
    """The first is made seconds before the others: a clock that was let in would show."""
    made = []
    for places in (PLACES[:1], PLACES[1:]):
        going = [
            start(clinic, *BASE, "--patient", "p011", "--out", f"{language}.pdf", TZ=zone, LC_ALL=language,
                  LANG=language, PYTHONHASHSEED=str(len(language)), PYTHONUTF8="1")
            for zone, language in places
        ]  # fmt: skip
        told = [process.communicate()[1] for process in going]
        assert [process.returncode for process in going] == [0] * len(going), told
        made += [(clinic / f"{language}.pdf").read_bytes() for _, language in places]
    assert len(made[0]) > 50_000
    assert made[0] == made[1] == made[2]


def test_a_clock_that_is_let_in_is_seen():
    """The control of the test above: without the day we give it, the same maker takes the clock's."""
    import typst

    source = b"#set document(date: auto)\nText"
    first = typst.Compiler(source).compile(format="pdf")
    time.sleep(1.1)
    assert typst.Compiler(source).compile(format="pdf") != first


def test_only_its_maker_can_read_a_report_and_nothing_is_left_beside_it(clinic):
    before = {path.name for path in clinic.iterdir()}
    code, told = run(clinic, *BASE, "--out", "all.pdf", "--by", "K. Meyer", "--on", "2026-04-02")
    assert (code, told.splitlines()[-1]) == (0, "The report is written to all.pdf.")
    assert stat.S_IMODE((clinic / "all.pdf").stat().st_mode) == 0o600
    assert {path.name for path in clinic.iterdir()} - before == {"all.pdf"}
    made = (clinic / "all.pdf").read_bytes()
    assert "Whom to call, in order" in headings(made)
    assert "madebyK.Meyeron2April2026" in printed(made, clinic)


def test_a_patient_who_is_nowhere_is_told_of_without_the_name(clinic):
    code, told = run(clinic, *BASE, "--patient", "Ada-Example", "--out", "never.pdf")
    assert (code, told.splitlines()[-1]) == (1, "The patient to report on stands neither in the regimens nor in a log.")
    assert "Ada" not in told
    assert not (clinic / "never.pdf").exists()


def test_a_log_that_names_nobody_belongs_to_the_patient_of_the_report(clinic):
    with (clinic / "log.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["patient_id"] == "p003"]
    with (clinic / "nameless.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name != "patient_id"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    rest = [*BASE[2:], "--patient", "p003", "--out"]
    assert run(clinic, "report", "nameless.csv", *rest, "nameless.pdf")[0] == 0
    found = printed((clinic / "nameless.pdf").read_bytes(), clinic)
    assert "Patientp003" in found and "Nosessionwasrecorded" not in found


def test_reviews_from_a_file_stand_in_the_report(clinic):
    (clinic / "reviews.csv").write_text(
        "patient_id,reviewed_at,reviewed_by,action,note,look_again_on\n"
        "p003,2026-03-20 10:00,L. Sato,called,asked about the mornings,2026-04-02\n", encoding="utf-8",
    )  # fmt: skip
    code, told = run(clinic, *BASE, "--patient", "p003", "--reviews", "reviews.csv", "--out", "reviewed.pdf")
    assert code == 0, told
    found = printed((clinic / "reviewed.pdf").read_bytes(), clinic)
    assert "askedaboutthemornings" in found and "Since20March(called,L.Sato)" in found


def test_a_table_of_reviews_that_is_none_ends_in_a_sentence(clinic):
    (clinic / "odd.csv").write_text("patient_id,when\np003,2026-03-20\n", encoding="utf-8")
    code, told = run(clinic, *BASE, "--reviews", "odd.csv", "--out", "never.pdf")
    assert code == 1 and "odd.csv cannot be used as a table of reviews" in told and "Traceback" not in told


def test_a_report_is_written_over_no_input(clinic):
    before = (clinic / "log.csv").read_bytes()
    code, told = run(clinic, *BASE, "--out", "log.csv")
    assert code == 1 and "log.csv would be written over what is read" in told
    assert (clinic / "log.csv").read_bytes() == before
