"""The calling order of many files, in blocks of patients and on many workers, is that of one table."""

import os
import signal
import threading
import time
import tracemalloc
from dataclasses import replace

import pandas as pd
import pytest
from random_cases import NEVER, PLAIN, SIDED, batch

from toolkit.errors import RegimenError, RulesError, ToolkitError
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import read_log
from toolkit.logs.stream import import_logs
from toolkit.logs.write import write_log
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import unread_notes
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.samples import sample_clinic
from toolkit.scale import asked as asks
from toolkit.scale import files, ledger, parquet, run
from toolkit.scale.asked import Asked
from toolkit.scale.cluster import read_apart, triage_on_workers
from toolkit.scale.parquet import log_files, parquet_log
from toolkit.scale.run import triage_files
from toolkit.schema import LOG, REVIEWS
from toolkit.tables import make

KNOWN = {SIDED: "hamstring_stretch", PLAIN: "abdominal_stability", NEVER: "psoas_stretch"}
SAID = {"mapping": Mapping(), "patient_id": None}


@pytest.fixture
def small(monkeypatch):
    """Few rows and few patients at a time, so that a small clinic comes to many blocks, files put away among them."""
    monkeypatch.setattr(asks, "PATIENTS", 7)
    monkeypatch.setattr(files, "CHUNK", 90)
    monkeypatch.setattr(ledger, "HELD", 500)


def in_files(log, folder, many):
    """Write a log into several files; the last rows of each stand once more at the head of the next."""
    paths, size = [], -(-len(log) // many)
    for number in range(many):
        begin = max(number * size - 5, 0)
        paths.append(folder / f"log-{number}.csv")
        write_log(log.iloc[begin : (number + 1) * size], paths[-1])
    return paths


def at_once(paths, asked):
    """Return the calling order from one table of all files, as it was measured before there were blocks."""
    read = [read_log(path) for path in paths]
    log, quarantine = (
        pd.concat([getattr(one, name) for one in read], ignore_index=True) for name in ("log", "quarantine")
    )
    unread = None if asked.reviews is None else unread_notes(log, asked.reviews)
    cells = cell_table(asked.prescriptions, log, asked.rules, pauses=asked.pauses)
    return triage(
        cells, log, asked.prescriptions, asked.rules, quarantine=quarantine, unread=unread, reviews=asked.reviews
    )


@pytest.mark.parametrize("number", range(6))
def test_any_caseload_comes_to_the_same_in_blocks(number, small, tmp_path):
    drawn = batch(number)
    log, prescriptions, pauses = (
        table.assign(exercise=table["exercise"].map(KNOWN)) for table in (drawn.log, drawn.prescriptions, drawn.pauses)
    )
    paths = in_files(log, tmp_path, 3)
    asked = Asked(prescriptions, pauses, drawn.rules, None, SAID)
    pd.testing.assert_frame_equal(triage_files(paths, asked), at_once(paths, asked), check_exact=True)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """The sample clinic in six files, with rows set aside and reviews."""
    made = sample_clinic(patients=66, weeks=6)
    paths = in_files(made.log.sample(frac=1, random_state=1), tmp_path_factory.mktemp("logs"), 6)
    text = paths[2].read_text(encoding="utf-8").split("\n")
    for number, note in ((5, "numb down there"), (9, "fine")):
        cells = text[number].split(",")
        text[number] = ",".join([*cells[:-2], "11", note])
    paths[2].write_text("\n".join(text), encoding="utf-8")
    who = made.log["patient_id"].unique()[:9]
    dealt = {"reviewed_at": "2026-03-30 12:00", "reviewed_by": "t", "action": "called"}
    again = [None, "2026-04-06"]
    reviews = [dealt | {"patient_id": one, "look_again_on": again[place % 2]} for place, one in enumerate(who)]
    return paths, Asked(made.prescriptions, made.pauses, Rules(as_of=made.as_of), make(REVIEWS, reviews), SAID)


def test_reviews_and_rows_set_aside_count_in_blocks_too(clinic, small):
    paths, asked = clinic
    told, aside = [], []
    found = triage_files(paths, asked, tell=told.append, keep_aside=aside.append)
    assert {"safety", "reviewed"} < set(found["name"])
    assert len(aside[0]) == 2
    assert [line.partition(":")[0] for line in told] == [path.name for path in paths]
    assert found["reason"].str.contains("row set aside").any()
    pd.testing.assert_frame_equal(found, at_once(paths, asked), check_exact=True)
    alone = replace(asked, reviews=None)
    pd.testing.assert_frame_equal(triage_files(paths, alone), at_once(paths, alone), check_exact=True)


def test_a_patient_who_logged_nothing_and_one_without_a_regimen_are_there(clinic, small):
    paths, asked = clinic
    others = asked.prescriptions["patient_id"] != "p001"
    found = triage_files(paths, replace(asked, prescriptions=asked.prescriptions[others])).set_index("patient_id")
    assert found.loc["p001", "reason"] == "No exercise was ever prescribed"
    assert found.loc["p008", "reason"].startswith("Not begun")  # the eighth kind never starts
    assert len(found) == 66


def test_the_later_file_is_the_later_row_however_long_the_earlier_takes(small, tmp_path, monkeypatch):
    made = sample_clinic(patients=3, weeks=4)
    missed = {"status": "not_done", "sets": None, "reps": None, "hold_s": None}
    changed = made.log.assign(**missed)  # the same entries, written at the same time
    paths = [tmp_path / "first.csv", tmp_path / "then.csv"]
    for path, log in zip(paths, (made.log, changed), strict=True):
        write_log(log, path)
    asked = Asked(made.prescriptions, made.pauses, Rules(as_of=made.as_of), None, SAID)
    read, order = run.read_file, []

    def slowly(path, said):
        time.sleep(0.5 if path.name == "first.csv" else 0)
        order.append(path.name)
        return read(path, said)

    monkeypatch.setattr(run, "read_file", slowly)
    found = [triage_files(some, asked, threads=2) for some in (paths, paths[::-1])]
    assert order[:2] == ["then.csv", "first.csv"]
    for one, some in zip(found, (paths, paths[::-1]), strict=True):
        pd.testing.assert_frame_equal(one, at_once(some, asked), check_exact=True)
    assert not found[0].equals(found[1])


def test_which_parts_there_are_changes_nothing(clinic, monkeypatch):
    paths, asked = clinic
    whole = triage_files(paths, asked)
    for patients in (1, 20):
        monkeypatch.setattr(asks, "PATIENTS", patients)
        pd.testing.assert_frame_equal(triage_files(paths, asked), whole, check_exact=True)


def test_parquet_says_what_the_files_said(clinic, small, tmp_path):
    paths, asked = clinic
    import_logs(paths, tmp_path, mapping=Mapping(), keep=parquet_log(tmp_path / "log"), tell=lambda said: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "quarantine.csv"]
    stored = pd.concat([pd.read_parquet(path) for path in log_files([tmp_path / "log"]) if path.name != parquet.ASIDE])
    read = pd.concat([read_log(path).log for path in paths])
    in_order = [table.sort_values(["patient_id", "source", "line"], ignore_index=True) for table in (stored, read)]
    pd.testing.assert_frame_equal(*in_order, check_exact=True)
    found = triage_files(log_files([tmp_path / "log"]), asked)
    assert found["reason"].str.contains("row set aside").any()  # a note in a row that was not kept is searched here too
    pd.testing.assert_frame_equal(found, triage_files(paths, asked), check_exact=True)


@pytest.mark.parametrize("name", ["part-07.parquet", parquet.ASIDE])
def test_a_folder_of_which_a_file_is_missing_is_not_taken_for_whole(clinic, tmp_path, name):
    paths, _ = clinic
    import_logs(paths[:1], tmp_path, mapping=Mapping(), keep=parquet_log(tmp_path / "log"), tell=lambda said: None)
    (tmp_path / "log" / name).unlink()
    with pytest.raises(ToolkitError, match=f"The folder log lacks {name}"):
        log_files([tmp_path / "log"])
    (tmp_path / "log" / "more.csv").write_text("x", encoding="utf-8")
    with pytest.raises(ToolkitError, match=r"holds more\.csv too"):
        log_files([tmp_path / "log"])


def test_an_id_is_a_patients_own_whatever_the_parts(small, tmp_path):
    """A note that was reviewed does not come back because another patient has an unread one of the same id."""
    made = sample_clinic(patients=2, weeks=6)
    entry = {"exercise": None, "side": None, "status": None, "pain": 1.0}
    notes = [
        entry | {"entry_id": "7", "patient_id": "p001", "performed_at": "2026-03-11 12:00", "note": "numb down there"},
        entry | {"entry_id": "7", "patient_id": "p002", "performed_at": "2026-03-30 12:00", "note": "fine"},
    ]
    write_log(pd.concat([made.log, make(LOG, notes)], ignore_index=True), tmp_path / "log.csv")
    dealt = {"reviewed_at": "2026-03-20 12:00", "reviewed_by": "t", "action": "called"}
    reviews = make(REVIEWS, [dealt | {"patient_id": one} for one in ("p001", "p002")])
    asked = Asked(made.prescriptions, made.pauses, Rules(as_of=made.as_of), reviews, SAID)
    found = triage_files([tmp_path / "log.csv"], asked).set_index("patient_id")
    assert found.loc["p001", "name"] != "safety"


def test_a_file_that_asks_is_told_with_its_name_and_its_question(clinic, tmp_path):
    _, asked = clinic
    path = tmp_path / "diary.csv"
    path.write_text("entry_id,exercise,performed_at,pain\ne1,,2026-03-02,4\n", encoding="utf-16")
    with pytest.raises(ToolkitError, match=r"diary\.csv needs an answer first"):
        triage_files([path], asked)
    (tmp_path / "out").mkdir()
    with pytest.raises(ToolkitError, match=r"diary\.csv needs an answer first"):
        import_logs([path], tmp_path / "out", mapping=Mapping(), tell=print)


def test_a_plan_without_an_end_costs_no_more_than_its_days(clinic, small):
    paths, asked = clinic
    endless = asked.prescriptions.assign(last_day=pd.Timestamp("9999-12-31"))
    tracemalloc.start()
    endless = endless.drop_duplicates(["patient_id", "exercise", "side"])
    triage_files(paths, replace(asked, prescriptions=endless), threads=1)
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()


def test_an_import_that_breaks_leaves_no_folder(clinic, tmp_path, monkeypatch):
    paths, _ = clinic
    monkeypatch.setattr(parquet, "GROUP", 50)
    (tmp_path / "bad.csv").write_text("patient_id,exercise\n", encoding="utf-8")
    with pytest.raises(ToolkitError):
        import_logs(
            [*paths, tmp_path / "bad.csv"],
            tmp_path / "out",
            mapping=Mapping(),
            keep=parquet_log(tmp_path / "out"),
            tell=print,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


def test_every_file_that_cannot_be_used_is_named_and_no_number_is_made(clinic, small, tmp_path):
    paths, asked = clinic
    broken, half, asks = (tmp_path / name for name in ("broken.csv", "half.parquet", "asks.csv"))
    broken.write_bytes(b"\x00\x01" * 99)
    half.write_bytes(b"PAR1")
    asks.write_text("date,name\n01.02.2026,x\n", encoding="utf-8")
    kept = []
    with pytest.raises(ToolkitError, match=r"^4 of 6 log files cannot be used, so nothing was measured") as raised:
        triage_files([*paths[:2], broken, half, asks, tmp_path / "missing.csv"], asked, keep_aside=kept.append)
    for name in ("broken.csv", "half.parquet", "asks.csv", "missing.csv"):
        assert name in str(raised.value)


def test_what_is_wrong_with_prescriptions_is_told_by_their_row(clinic, small):
    paths, asked = clinic
    table = asked.prescriptions
    wrong = pd.concat([table, table.tail(1)], ignore_index=True)
    with pytest.raises(RegimenError, match=f"rows {len(table)} and {len(table) + 1}"):
        triage_files(paths, replace(asked, prescriptions=wrong))
    with pytest.raises(RulesError, match="as_of must be"):
        triage_files(paths, replace(asked, rules=Rules(as_of="2016-03-31")))


def test_an_empty_folder_is_no_log(tmp_path):
    with pytest.raises(ToolkitError, match="has no Parquet file"):
        log_files([tmp_path])


def test_two_workers_come_to_the_same(clinic):
    paths, asked = clinic
    told, aside = [], []
    found = triage_on_workers(paths, asked, workers=2, tell=told.append, keep_aside=aside.append)
    pd.testing.assert_frame_equal(found, triage_files(paths, asked), check_exact=True)
    assert len(told) == len(paths)
    assert len(aside[0]) == 2


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as running:
        yield running


def test_a_running_cluster_does_it_and_says_which_file_is_missing(clinic, cluster, tmp_path):
    paths, asked = clinic
    found = triage_on_workers(paths, asked, scheduler=cluster.scheduler_address)
    pd.testing.assert_frame_equal(found, triage_files(paths, asked), check_exact=True)
    with pytest.raises(ToolkitError, match=r"1 of 7 log files cannot be used.*\n.*gone\.csv"):
        triage_on_workers([*paths, tmp_path / "gone.csv"], asked, scheduler=cluster.scheduler_address)


def test_a_worker_killed_in_the_middle_changes_nothing(clinic, cluster):
    paths, asked = clinic
    killed = []
    watcher = threading.Thread(target=kill_one_that_has_read, args=(cluster, killed))
    watcher.start()
    found = triage_on_workers(paths * 5, asked, scheduler=cluster.scheduler_address)
    watcher.join()
    assert killed
    pd.testing.assert_frame_equal(found, triage_files(paths * 5, asked), check_exact=True)


def kill_one_that_has_read(cluster, killed):
    """End a worker, with what it has read, as soon as it has read a file and others are still to be read."""
    end = time.monotonic() + 60
    while time.monotonic() < end and not killed:
        for worker in list(cluster.scheduler.workers.values()):
            read = [task for task in worker.has_what if str(task.key).startswith("read ")]
            if read and any(str(task.key).startswith("read ") for task in worker.processing):
                killed.append(len(read))
                os.kill(cluster.workers[worker.name].pid, signal.SIGKILL)
                break
        time.sleep(0.001)


def test_a_file_that_changed_since_the_run_began_is_not_read_again(clinic, tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(clinic[0][0].read_bytes())
    stamp = files.stamp_of(path)
    assert isinstance(read_apart(path, stamp, SAID, 2)[-1], files.FileRead)
    path.write_bytes(path.read_bytes() + path.read_bytes()[-100:])
    with pytest.raises(ToolkitError, match=r"log\.csv was changed during the run"):
        read_apart(path, stamp, SAID, 2)


def test_a_cluster_without_workers_or_with_other_ones_is_told(clinic, monkeypatch):
    from distributed import LocalCluster

    from toolkit.scale import cluster as clusters

    paths, asked = clinic
    monkeypatch.setattr(clusters, "PATIENCE", "1s")
    with LocalCluster(n_workers=0, dashboard_address=":0", host="127.0.0.1") as empty:
        with pytest.raises(ToolkitError, match="has no worker"):
            triage_on_workers(paths, asked, scheduler=empty.scheduler_address)
        empty.scale(1)
        with pytest.raises(ToolkitError, match=r"has another Backcare, .*must be on all"):
            monkeypatch.setattr(clusters.metadata, "version", lambda name: "9.9")
            monkeypatch.setattr(clusters, "PATIENCE", "30s")
            triage_on_workers(paths, asked, scheduler=empty.scheduler_address)


def test_a_scheduler_that_is_not_there_is_told(clinic, monkeypatch):
    from toolkit.scale import cluster as clusters

    monkeypatch.setattr(clusters, "PATIENCE", "1s")
    paths, asked = clinic
    with pytest.raises(ToolkitError, match=r"The scheduler tcp://127\.0\.0\.1:9 cannot be reached"):
        triage_on_workers(paths, asked, scheduler="tcp://127.0.0.1:9")
