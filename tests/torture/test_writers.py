"""T1 and T4: kills in the middle of saves, and many writers at once, lose and overwrite nothing."""

import contextlib
import os
import queue
import random
import signal
import time
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from torture.levels import SEED, count, tell
from torture.writers import (
    first_regimen,
    lines,
    save_from_an_old_screen,
    save_so_many,
    save_until_killed,
)

from toolkit.store import Store


@pytest.fixture
def begun(url):
    """A store with the first revision of one regimen; its URL."""
    store = Store(url)
    store.save(first_regimen())
    store.close()
    return url


def killed(processes, url, folder, kills, chance, **wrongly):
    """Run two writers again and again, and kill each a moment after it began: now and then while it opens the store."""
    for turn in range(kills // 2):
        running = []
        for name in ("one", "two"):
            process = processes.Process(target=save_until_killed, args=(url, name, str(folder)), kwargs=wrongly)
            process.start()
            running.append((name, process))
        for name, process in running:
            while len(lines(f"{folder}/{name}.begun")) <= turn:
                time.sleep(0.002)
            time.sleep(chance.choice((0.01, 0.05, 0.3)) * chance.random())
            os.kill(process.pid, signal.SIGKILL)
            process.join()


def lost(url, folder):
    """Return the operations that were acknowledged and are not in the store as they were answered."""
    store = Store(url)
    with store._reading() as connection:
        rows = connection.execute(sa.text("SELECT operation, number, body FROM entries WHERE kind = 'regimen'")).all()
    held = {row[0]: row for row in rows}
    assert len(held) == len(rows) == max(row[1] for row in rows), "no gap, no fork, no double"
    assert store.verify().wrong == ()
    store.close()
    said = [line for name in ("one", "two") for line in lines(f"{folder}/{name}.said")]
    right = {op for op, row in held.items() for line in said
             if line[0] == op and line[1:] == [str(row[1]), sha256(row[2].encode()).hexdigest()]}  # fmt: skip
    return [line[0] for line in said if line[0] not in right], len(said)


def test_t1_every_acknowledged_save_outlasts_a_kill(begun, processes, tmp_path):
    kills, chance = count(change=60, night=500, release=5_000), random.Random(SEED)
    killed(processes, begun, tmp_path, kills, chance)
    gone, said = lost(begun, tmp_path)
    meant = sum(len(lines(path)) for path in Path(tmp_path).glob("*.meant"))
    tell("T1", database=begun.partition(":")[0], kills=kills, acknowledged=said, meant=meant, lost=len(gone))
    assert gone == []
    assert said >= kills


def test_t1_control_a_writer_that_answers_first_is_caught(begun, processes, tmp_path):
    killed(processes, begun, tmp_path, 30, random.Random(SEED), answers_first=True)
    gone, _ = lost(begun, tmp_path)
    assert gone, "a false acknowledgement must be found, or T1 proves nothing"


def together(processes, target, url, writers, times):
    """Run writers at once and return what each tells; one that dies is told of at once."""
    results = processes.Queue()
    running = [processes.Process(target=target, args=(url, f"w{n}", times, results)) for n in range(writers)]
    for process in running:
        process.start()
    told = []
    while len(told) < writers:
        with contextlib.suppress(queue.Empty):
            told.append(results.get(timeout=5))
        assert not [process.exitcode for process in running if process.exitcode], "a writer died"
    for process in running:
        process.join(30)
    return told


def test_t4_no_save_is_lost_and_none_is_made_blind(begun, processes):
    writers, times = count(change=(8, 50), night=(16, 500), release=(32, 1_000))
    told = together(processes, save_so_many, begun, writers, times)
    store = Store(begun)
    notes = [one.note for one in store.regimens()]
    assert store.verify().wrong == ()
    store.close()
    took = sorted(second for one in told for second in one[2])
    tell("T4", database=begun.partition(":")[0], writers=writers, saves=len(took), kept=len(notes) - 1,
         conflicts=sum(one[1] for one in told), p99_ms=round(1000 * took[int(0.99 * len(took))]))  # fmt: skip
    assert len(notes) - 1 == writers * times == len(took)
    assert all(note.endswith(f" saw {place}") for place, note in enumerate(notes) if place), "each had seen the last"
    assert {note.split(" ")[0] for note in notes[1:]} == {f"w{n}:{i}" for n in range(writers) for i in range(times)}


def test_t4_control_a_writer_that_keeps_its_old_screen_loses_saves(begun, processes):
    engine = sa.create_engine(begun)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE naive (saves INTEGER)"))
        connection.execute(sa.text("INSERT INTO naive VALUES (0)"))
    told = together(processes, save_from_an_old_screen, begun, 8, 50)
    with engine.begin() as connection:
        kept = connection.scalar(sa.text("SELECT saves FROM naive"))
    engine.dispose()
    tell("T4 control", database=begun.partition(":")[0], acknowledged=8 * 50, kept=kept)
    assert len(told) == 8
    assert kept < 400
