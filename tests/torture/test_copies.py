"""T6: an upgrade killed at any statement, and backups made beside writers, are whole or not there."""

import os
import shutil
import signal

import pytest
import sqlalchemy as sa
from schema_1 import regimen, short_log, write_schema_1
from torture.levels import count, tell
from torture.writers import first_regimen, save_so_many

from toolkit.errors import StoreError
from toolkit.storage.tables import SCHEMA_VERSION
from toolkit.store import Store, upgrade

pytestmark = pytest.mark.torture


def upgrade_until(url, backup, at, results):
    """Upgrade, and die before the `at`-th statement; told to die at none, tell how many there were."""
    seen = []

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def die(*_about):
        seen.append(1)
        if len(seen) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    upgrade(url, backup)
    results.put(len(seen))


def killed_at(processes, url, backup, at):
    results = processes.Queue()
    process = processes.Process(target=upgrade_until, args=(url, backup, at, results))
    process.start()
    statements = results.get(timeout=60) if at is None else None
    process.join(60)
    assert process.exitcode == (0 if at is None else -signal.SIGKILL)
    return statements


def emptied(url):
    """Take every table away."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        else:
            for name in sa.inspect(connection).get_table_names():
                connection.exec_driver_sql(f"DROP TABLE {name}")
    engine.dispose()


def as_it_was(url):
    """Tell whether a store is whole as schema 1 wrote it."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        if connection.exec_driver_sql("SELECT max(schema_version) FROM about").scalar() != 1:
            return False
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in ("revisions", "log")]
    engine.dispose()
    assert counts == [2, len(short_log())], "neither old nor new"
    return True


def is_new(url):
    """Tell whether a store is whole after the upgrade."""
    store = Store(url)
    found, revisions, held = store.verify(), store.regimens(), store.add_log(short_log())
    store.close()
    return found.wrong == () and revisions == [regimen(1), regimen(2)] and held.new == 0


def test_t6_an_upgrade_killed_at_any_statement_leaves_the_old_store_or_the_new(url, processes, tmp_path):
    write_schema_1(url)
    statements = killed_at(processes, url, tmp_path / "counted.sqlite", None)
    assert is_new(url)
    old = backups = 0
    for at in range(1, statements + 1):
        emptied(url)
        write_schema_1(url)
        backup = tmp_path / f"{at}.sqlite"
        killed_at(processes, url, backup, at)
        old += as_it_was(url)
        if backup.exists():
            backups += as_it_was(f"sqlite:///{backup}")
        upgrade(url, tmp_path / f"{at}-again.sqlite")
        assert is_new(url)
    tell("T6", database=url.partition(":")[0], kills=statements, old=old, whole_backups=backups)
    assert old == statements > 15, "until the one commit at the end it is the old store"
    assert 0 < backups < statements


def beside_writers(url, processes, copy, times):
    """Let 4 processes save while copies are made; return how many saves each copy must hold, and what it holds."""
    store = Store(url)
    store.save(first_regimen())
    results = processes.Queue()
    running = [processes.Process(target=save_so_many, args=(url, f"w{n}", times, results)) for n in range(4)]
    for process in running:
        process.start()
    told = []
    while any(process.is_alive() for process in running) and len(told) < 20:
        least = store.newest("r-1").revision
        told.append((least, copy(store, len(told))))
    for _ in running:
        results.get(timeout=300)
    for process in running:
        process.join(60)
    assert store.newest("r-1").revision == 4 * times + 1
    store.close()
    return told


def held_in(path):
    """Return how many revisions a copy holds; -1 where it does not hold at all."""
    try:
        store = Store(path)
        found = store.verify()
        store.close()
    except StoreError:
        return -1
    return -1 if found.wrong else found.counts.get("regimen", 0)


def test_t6_a_backup_beside_four_writers_holds_all_that_was_acknowledged_before_it(url, processes, tmp_path):
    def back_up(store, number):
        told = store.back_up(tmp_path / f"{number}.sqlite")
        assert told.wrong == ()
        again = Store(tmp_path / f"again-{number}.sqlite")
        assert again.restore(tmp_path / f"{number}.sqlite").digest == told.digest
        again.close()
        return held_in(tmp_path / f"{number}.sqlite")

    told = beside_writers(url, processes, back_up, count(change=50, night=200, release=500))
    tell("T6", database=url.partition(":")[0], backups=len(told), held=[held for _, held in told])
    assert len(told) >= 3
    assert all(held >= least for least, held in told)


def test_t6_control_a_copy_of_the_file_alone_loses_saves(processes, tmp_path, monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)

    def copy_file(store, number):
        shutil.copyfile(tmp_path / "clinic.sqlite", tmp_path / f"{number}.sqlite")
        return held_in(tmp_path / f"{number}.sqlite")

    told = beside_writers(f"sqlite:///{tmp_path / 'clinic.sqlite'}", processes, copy_file, 50)
    tell("T6 control", copies=len(told), short=sum(held < least for least, held in told))
    assert any(held < least for least, held in told)


def test_t6_a_store_of_a_later_schema_is_refused(url):
    store = Store(url)
    with store._write.begin() as connection:
        connection.exec_driver_sql(f"UPDATE about SET schema_version = {SCHEMA_VERSION + 1}")
    store.close()
    with pytest.raises(StoreError, match="was made by a later Backcare"):
        Store(url)
