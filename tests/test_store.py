"""A store loses nothing and overwrites nothing."""

import multiprocessing
import os
import sqlite3
import stat
from datetime import date

import pytest

from toolkit.errors import Conflict, StoreError
from toolkit.plan.regimen import starter_regimen
from toolkit.samples import sample_clinic
from toolkit.store import Store


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    return Store(tmp_path / "clinic.sqlite")


def regimen(revision=1, *, patient_id="p001", weeks=4, **more):
    first = starter_regimen(
        "remedial", patient_id=patient_id, regimen_id=f"r-{patient_id}", first_day=date(2026, 3, 2), weeks=weeks
    )
    return first.model_copy(update={"revision": revision, **more})


def test_a_saved_draft_is_there_after_the_store_is_opened_again(store, tmp_path):
    saved = store.save(regimen(goal="walk to the shop", written_on=date(2026, 3, 1)))
    assert Store(tmp_path / "clinic.sqlite").regimens("p001") == [saved]
    assert saved.goal == "walk to the shop"


def test_an_own_clinic_is_empty_at_first(store):
    assert store.patients() == []
    assert len(store.log()) == 0
    assert len(store.prescriptions()) == 0
    assert repr(store) == "Clinic clinic, 0 patients"


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have these permissions")
def test_a_clinics_file_is_for_its_owner_alone(store, tmp_path):
    store.save(regimen())
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("clinic.sqlite*")} == {0o600}


def test_every_revision_stays(store):
    store.save(regimen(1, weeks=4))
    store.save(regimen(2, weeks=6))
    assert [(one.revision, one.last_day) for one in store.regimens()] == [
        (1, date(2026, 3, 29)),
        (2, date(2026, 4, 12)),
    ]


@pytest.mark.parametrize("stale", [1, 2, 4])
def test_a_save_on_a_stale_revision_is_refused_and_nothing_is_lost(store, stale):
    """Two windows began from revision 1; the second to save sees a conflict, never overwrites."""
    store.save(regimen(1))
    store.save(regimen(2, note="the first window"))
    with pytest.raises(Conflict, match="Nothing was saved, and what you typed is still here"):
        store.save(regimen(stale, note="the second window"))
    assert [one.note for one in store.regimens()] == [None, "the first window"]


def test_a_revision_of_somebody_elses_regimen_is_refused(store):
    store.save(regimen(1))
    with pytest.raises(Conflict):
        store.save(regimen(2, patient_id="p002").model_copy(update={"regimen_id": "r-p001"}))


def test_the_same_act_of_saving_asked_twice_gives_the_first_answer(store):
    """A crash between commit and answer happens; the person presses Save again."""
    first = store.save(regimen(1), operation="op-1")
    assert store.save(regimen(1), operation="op-1") == first
    assert len(store.regimens()) == 1


def test_a_final_regimen_needs_its_screening(store):
    with pytest.raises(StoreError, match="needs the red-flag screening"):
        store.save(regimen(status="final"))
    assert store.regimens() == []


def test_drafts_are_no_prescriptions(store):
    store.save(regimen())
    assert len(store.prescriptions()) == 0
    assert store.caseload().notices == ("r-p001 revision 1 is draft: left out",)


def test_the_same_log_added_twice_adds_nothing(store):
    log = sample_clinic(patients=1, weeks=2).log
    assert str(store.add_log(log)) == f"{len(log)} new, 0 later versions of entries held, 0 held already"
    assert store.add_log(log).held == len(log)
    assert store.log().equals(log)


def test_a_changed_entry_is_a_later_version_beside_the_first(store):
    log = sample_clinic(patients=1, weeks=2).log.head(3)
    store.add_log(log)
    changed = log.assign(reps=[9.0, *log["reps"].iloc[1:]])
    added = store.add_log(changed)
    assert (added.new, added.later_versions, added.held) == (0, 1, 2)
    assert store.log()["reps"].tolist() == [*log["reps"], 9.0]


def test_where_a_row_stood_in_a_file_is_no_part_of_what_it_says(store):
    log = sample_clinic(patients=1, weeks=2).log
    store.add_log(log)
    assert store.add_log(log.assign(line=log["line"] + 7, source="own:00000000")).held == len(log)


def test_a_save_outlasts_a_power_cut_by_its_settings(store):
    with store._read.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def _save_twenty(path, name, results):
    store, saved = Store(path), 0
    while saved < 20:
        newest = store.regimens()[-1]
        try:
            store.save(newest.model_copy(update={"revision": newest.revision + 1, "note": name}))
            saved += 1
        except Conflict:
            continue
    results.put(name)


def test_of_two_writers_at_once_none_overwrites_the_other(store, tmp_path):
    """Each acknowledged save is a revision of its own: 1 + 2 x 20."""
    store.save(regimen(1))
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    writers = [
        context.Process(target=_save_twenty, args=(tmp_path / "clinic.sqlite", name, results))
        for name in ("one", "two")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    notes = [one.note for one in store.regimens()]
    assert sorted(notes[1:]) == ["one"] * 20 + ["two"] * 20
    assert [one.revision for one in store.regimens()] == list(range(1, 42))


def test_the_sample_says_sample_and_is_filled(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKCARE_HOME", str(tmp_path))
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    sample = Store()
    assert "SAMPLE" in repr(sample)
    assert len(sample.patients()) == 24
    assert sample.as_of == date(2026, 3, 31)
    assert sample.log().equals(sample_clinic().log)
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


def test_a_session_of_the_sample_opens_no_real_clinic(tmp_path, monkeypatch):
    """Its outputs would be kept in the notebook."""
    monkeypatch.setenv("BACKCARE_CLINIC", "sample")
    with pytest.raises(StoreError, match="This session shows the sample clinic"):
        Store(tmp_path / "clinic.sqlite")


def test_the_session_names_the_clinic_that_opens(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKCARE_CLINIC", f"sqlite:///{tmp_path / 'own.sqlite'}")
    assert Store().name == "Clinic own"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "missing" / "clinic.sqlite", "a file in a folder that is there; found clinic.sqlite"),
        (lambda folder: folder, "a file in a folder that is there"),
        (lambda folder: "nonsense://", "No driver for nonsense"),
        (lambda folder: "sqlite//://x", "must be a URL such as"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(tmp_path, monkeypatch, make, words):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    with pytest.raises(StoreError, match=words):
        Store(make(tmp_path))


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes " * 50)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        Store(path)
    assert path.read_bytes() == before


def test_a_store_of_a_later_backcare_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    Store(tmp_path / "clinic.sqlite").close()
    with sqlite3.connect(tmp_path / "clinic.sqlite") as connection:
        connection.execute("UPDATE about SET schema_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="made by a later Backcare"):
        Store(tmp_path / "clinic.sqlite")
