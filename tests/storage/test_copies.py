"""Backups are whole or not there, restores are equal, an upgrade is all or nothing."""

import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from schema_1 import regimen, short_log, write_schema_1

from toolkit.errors import Conflict, StoreError
from toolkit.samples import sample_clinic
from toolkit.schema import LOG
from toolkit.storage import copies
from toolkit.store import Store, upgrade


@pytest.fixture
def filled(url):
    store = Store(url)
    store.save(regimen(1))
    store.save(regimen(2), reason="more")
    store.add_log(sample_clinic(patients=2, weeks=2).log)
    store.keep_draft("d-1", {"patient_id": "p001"})
    yield store
    store.close()


def test_a_backup_restored_into_a_new_store_is_equal(filled, tmp_path):
    told = filled.back_up(tmp_path / "backup.sqlite")
    assert told == filled.verify()
    again = Store(tmp_path / "again.sqlite")
    assert again.restore(tmp_path / "backup.sqlite") == told
    assert again.regimens() == filled.regimens()
    assert again.log().equals(filled.log())
    assert again.drafts() == filled.drafts()
    again.save(regimen(3))  # and life goes on
    again.close()


def test_a_backup_moves_to_a_server(filled, another_postgres, tmp_path):
    filled.back_up(tmp_path / "backup.sqlite")
    server = Store(another_postgres)
    assert server.restore(tmp_path / "backup.sqlite") == filled.verify()
    server.save(regimen(3))
    server.add_log(sample_clinic(patients=3, weeks=2).log)
    assert server.verify().wrong == ()
    server.close()


def test_a_backup_is_never_written_over_and_a_store_never_restored_over(filled, tmp_path):
    filled.back_up(tmp_path / "backup.sqlite")
    before = (tmp_path / "backup.sqlite").read_bytes()
    with pytest.raises(StoreError, match="is there already: a backup is never written over"):
        filled.back_up(tmp_path / "backup.sqlite")
    with pytest.raises(StoreError, match="is not empty: restore into a new one"):
        filled.restore(tmp_path / "backup.sqlite")
    assert (tmp_path / "backup.sqlite").read_bytes() == before


def test_a_store_that_does_not_hold_is_not_copied(filled, tmp_path):
    with filled._write.begin() as connection:
        connection.exec_driver_sql("UPDATE heads SET number = 7")
    with pytest.raises(StoreError, match="does not hold, so no copy was made"):
        filled.back_up(tmp_path / "backup.sqlite")
    assert [path.name for path in tmp_path.glob("*") if "backup" in path.name or path.suffix == ".part"] == []


def test_a_file_that_is_no_backup_is_refused(url, tmp_path):
    (tmp_path / "notes.sqlite").write_text("not a database " * 100)
    store = Store(url)
    with pytest.raises(StoreError, match="no backup"):
        store.restore(tmp_path / "missing.sqlite")
    with pytest.raises(StoreError, match="cannot be restored: file is not a database"):
        store.restore(tmp_path / "notes.sqlite")
    store.close()


def test_a_backup_beside_a_writer_is_a_moment_of_the_store(filled, tmp_path):
    """Saves go on while the copy is made; the copy holds, and is what the store was at one moment."""
    stop = threading.Event()

    def write():
        number = 3
        while not stop.is_set():
            try:
                filled.save(regimen(number))
                number += 1
            except Conflict:
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    told = [filled.back_up(tmp_path / f"backup-{n}.sqlite") for n in range(3)]
    stop.set()
    writer.join()
    counts = [one.counts["regimen"] for one in told]
    assert all(one.wrong == () for one in told)
    assert counts == sorted(counts)


@pytest.fixture
def of_schema_1(tmp_path, monkeypatch):
    """A store as the schema before wrote it."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    path = tmp_path / "clinic.sqlite"
    write_schema_1(f"sqlite:///{path}")
    return path


def test_a_store_of_an_earlier_schema_is_opened_only_after_an_upgrade_with_a_backup(of_schema_1, tmp_path):
    with pytest.raises(StoreError, match="backcare upgrade URL --backup FILE"):
        Store(of_schema_1)
    told = upgrade(str(of_schema_1), tmp_path / "before.sqlite")
    assert told.startswith("2 revisions and ")
    store = Store(of_schema_1)
    assert store.regimens() == [regimen(1), regimen(2)]
    log = short_log()
    assert store.log()[LOG.names].equals(log)
    assert store.add_log(log).new == 0
    assert store.verify().wrong == ()
    assert store.history("r-1")["reason"].tolist() == ["brought over from schema 1"] * 2
    store.close()
    with sqlite3.connect(tmp_path / "before.sqlite") as before:
        assert before.execute("SELECT count(*) FROM revisions").fetchone() == (2,)
    before.close()


def test_an_upgrade_that_breaks_off_changes_nothing(of_schema_1, tmp_path, monkeypatch):
    def break_off(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(copies, "_bring_over", break_off)
    with pytest.raises(KeyboardInterrupt):
        upgrade(str(of_schema_1), tmp_path / "before.sqlite")
    monkeypatch.undo()
    with sqlite3.connect(of_schema_1) as connection:
        assert connection.execute("SELECT schema_version FROM about").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM revisions").fetchone() == (2,)
    connection.close()


def test_only_a_store_that_needs_it_is_upgraded(url, tmp_path):
    Store(url).close()
    with pytest.raises(StoreError, match="Only a store of schema 1"):
        upgrade(url, tmp_path / "before.sqlite")


def test_the_time_of_an_entry_is_kept_in_utc(url):
    store = Store(url, clock=lambda: datetime(2026, 3, 1, 9, tzinfo=UTC))
    store.save(regimen())
    assert store.history("r-1")["written_at"].tolist() == ["2026-03-01T09:00"]
    store.close()
