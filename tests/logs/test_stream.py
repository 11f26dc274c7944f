"""The command `backcare import`: any size, both files whole or none, and a question ends with what to answer."""

import csv
import json
import subprocess
import sys

import pytest

from toolkit.logs.read import read_log

HEADER = "entry_id,patient_id,exercise,side,performed_at,sets,reps,note"
STRONG = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
ABROAD = "Day,Exercise\n03/04/2026,Core\n05/06/2026,Core\n"


def rows(count):
    days = [f"2026-03-{day:02}" for day in range(1, 29)]
    return "".join(f"e{n},p{n % 50:03},knee_to_chest,both,{days[n % 28]} 07:30,1,3,\n" for n in range(count))


@pytest.fixture
def run(tmp_path):
    """The command, in a folder of its own."""

    def running(*arguments):
        command = [sys.executable, "-c", "from toolkit.cli import main; main()", "import", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    return running


def test_what_is_kept_and_what_is_set_aside_go_into_two_files(run, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{rows(30)}", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{HEADER}\nx1,p1,knee_to_chest,,2026-03-02,1,3,=1+1\n", encoding="utf-8")
    done = run("a.csv", "b.csv", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "a.csv: 31 rows: 30 kept, 0 quarantined, 0 blank, 1 header" in done.stdout
    assert "30 entries in log.csv, 1 rows in quarantine.csv." in done.stdout
    written = read_log(tmp_path / "out" / "log.csv").log.drop(columns=["source", "line"])
    assert written.equals(read_log(tmp_path / "a.csv").log.drop(columns=["source", "line"]))
    with (tmp_path / "out" / "quarantine.csv").open(newline="", encoding="utf-8-sig") as file:
        (aside,) = csv.DictReader(file)
    assert (aside["line"], aside["code"], aside["note"]) == ("2", "side_missing", "'=1+1")


def test_an_open_question_ends_with_1_writes_nothing_and_says_what_to_answer(run, tmp_path):
    (tmp_path / "abroad.csv").write_text(ABROAD, encoding="utf-8")
    mapping = {"columns": {"performed_at": "Day", "exercise": "Exercise"}}
    (tmp_path / "mapping.json").write_text(json.dumps(mapping), encoding="utf-8")
    done = run("abroad.csv", "--mapping", "mapping.json", "--out", "out")
    assert done.returncode == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert "Answer with --patient." in done.stderr
    assert "03/04/2026: 3 April 2026 or 4 March 2026" in done.stderr
    lines = json.loads(done.stderr[done.stderr.index("{") :])
    assert (lines["date"], lines["exercises"]) == ("...", {"Core": "..."})
    answers = mapping | {"date": "%d/%m/%Y", "exercises": {"Core": {"exercise": "abdominal_stability"}}}
    (tmp_path / "mapping.json").write_text(json.dumps(answers), encoding="utf-8")
    done = run("abroad.csv", "--mapping", "mapping.json", "--patient", "p001", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "2026-04-03" in (tmp_path / "out" / "log.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("bad", [b"\xff\xfe\xff", b'"never closed', b"e9,p1\0,x"], ids=["bytes", "quote", "zero byte"])
def test_a_file_that_breaks_off_leaves_the_files_of_before(run, tmp_path, bad):
    (tmp_path / "good.csv").write_text(f"{HEADER}\n{rows(3)}", encoding="utf-8")
    (tmp_path / "bad.csv").write_bytes(f"{HEADER}\n{rows(30_000)}".encode() + bad)
    assert run("good.csv", "--out", "out").returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    done = run("good.csv", "bad.csv", "--out", "out")
    assert done.returncode == 1
    assert done.stderr.startswith("bad.csv: ")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_day_after_the_import_is_set_aside(run, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{rows(28)}", encoding="utf-8")
    assert "9 kept, 19 quarantined" in run("a.csv", "--imported-on", "2026-03-09", "--out", "out").stdout


def test_a_log_is_never_written_over_by_what_was_kept_of_it(run, tmp_path):
    (tmp_path / "log.csv").write_text(f"{HEADER}\n{rows(3)}", encoding="utf-8")
    before = (tmp_path / "log.csv").read_bytes()
    done = run("log.csv", "--out", ".")
    assert (done.returncode, "would be written over" in done.stderr) == (1, True)
    assert (tmp_path / "log.csv").read_bytes() == before


def test_a_file_that_is_given_twice_is_read_once(run, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{rows(3)}", encoding="utf-8")
    assert "3 entries in log.csv" in run("a.csv", "a.csv", "--out", "out").stdout


def test_where_one_of_the_two_files_cannot_be_written_the_other_is_not(run, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{rows(3)}", encoding="utf-8")
    (tmp_path / "out" / "quarantine.csv").mkdir(parents=True)
    assert run("a.csv", "--out", "out").returncode == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["quarantine.csv"]


def test_a_wrong_day_of_import_is_wrong_usage(run, tmp_path):
    assert run("a.csv", "--imported-on", "9.3.2026", "--out", "out").returncode == 2


PEAK = """
import resource, sys
from pathlib import Path
from toolkit.logs.mapping import Mapping
from toolkit.logs.stream import import_logs
import_logs([Path(sys.argv[1])], Path(sys.argv[2]), mapping=Mapping(), tell=lambda said: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Five times the rows in less than 30 MB more."""
    pytest.importorskip("resource", reason="no way to ask for the memory here")
    peaks = []
    for count in (40_000, 200_000):
        (tmp_path / "diary.csv").write_text(f"{HEADER}\n{rows(count)}", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, tmp_path / "diary.csv", tmp_path], capture_output=True, text=True, check=True
        )
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] < peaks[0] + 30, peaks
