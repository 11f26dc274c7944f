"""T2 and T3: a power cut at any moment and a disk that fails at any call lose nothing that was acknowledged."""

import json
import random
import sqlite3
import threading
import time
from hashlib import sha256

import pytest
from torture.disk import NOTE, SYNC, WRITE, Disk, build, records, run_on
from torture.levels import SEED, count, tell
from torture.writers import first_regimen

from toolkit.errors import StoreError
from toolkit.storage import history
from toolkit.storage.engines import NEXT_STEPS
from toolkit.store import Store

pytestmark = pytest.mark.torture


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return build(tmp_path_factory.mktemp("disk"))


@pytest.fixture(scope="session")
def happened(library, tmp_path_factory):
    """What happened on a disk while 120 saves were made and acknowledged."""
    folder = tmp_path_factory.mktemp("power")
    run_on(library, "save_and_note", folder / "clinic.sqlite", log=folder / "log", arguments=[120])
    return records(folder / "log")


@pytest.fixture(autouse=True)
def own_clinic(monkeypatch):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)


def cuts(happened, times, chance):
    """Return the moments of so many cuts, in order: half of them right after an answer."""
    answers = [place for place, one in enumerate(happened, start=1) if one.kind == NOTE]
    return sorted(chance.choice(answers) if n % 2 else chance.randrange(len(happened) + 1) for n in range(times))


def played(happened, times, folder, ignored=lambda _path: False):
    """Play so many power cuts; return how many answers they had seen, and the answers lost and stores damaged."""
    chance, disk, done = random.Random(SEED), Disk(ignored), 0
    seen, lost, damaged = 0, [], []
    for number, cut in enumerate(cuts(happened, times, chance)):
        for record in happened[done:cut]:
            disk.take(record)
        done = cut
        place = folder / f"{number}.sqlite"
        for path, content in disk.after_a_cut(chance).items():
            place.with_name(place.name + path.rpartition(".sqlite")[2]).write_bytes(content)
        seen += len(disk.answers)
        try:
            lost += gone(place, disk.answers)
        except (StoreError, AssertionError, ValueError) as error:
            damaged.append(f"cut {cut}: {error}")
        for rest in folder.glob(f"{number}.sqlite*"):
            rest.unlink()
    return seen, lost, damaged


def gone(place, answers):
    """Open a store after a cut: return the acknowledged saves that are not there; it must hold, and go on."""
    store = Store(place)
    try:
        with store._reading() as connection:
            held = {one.operation: one for one in history.read(connection, "regimen")}
        wrong = store.verify().wrong
        assert wrong == (), wrong
        store.save(first_regimen().model_copy(update={"revision": len(held) + 1}))
    finally:
        store.close()
    said = (answer.split() for answer in answers)
    return [op for op, digest in said if op not in held or sha256(held[op].body.encode()).hexdigest() != digest]


def test_t2_a_power_cut_loses_no_acknowledged_save(happened, tmp_path):
    times = count(change=200, night=2_000, release=20_000)
    seen, lost, damaged = played(happened, times, tmp_path)
    tell("T2", cuts=times, records=len(happened), answers=seen, lost=len(lost), damaged=len(damaged))
    assert (lost, damaged) == ([], [])
    assert seen > 10 * times


def test_t2_nothing_is_answered_before_the_log_is_on_the_disk(happened):
    unsynced, answers = 0, 0
    for one in happened:
        if one.path.endswith("-wal"):
            unsynced = {WRITE: unsynced + 1, SYNC: 0}.get(one.kind, unsynced)
        elif one.kind == NOTE:
            answers += 1
            assert unsynced == 0, f"{one.data} was answered before its sync"
    assert answers == 120


@pytest.mark.parametrize("ignored", ["-wal", ""], ids=["the log's syncs ignored", "all syncs ignored"])
def test_t2_control_a_disk_that_forgets_is_caught(happened, tmp_path, ignored):
    _, lost, damaged = played(happened, 60, tmp_path, ignored=lambda path: path.endswith(ignored))
    tell("T2 control", ignored=ignored or "all", cuts=60, lost=len(lost), damaged=len(damaged))
    assert lost or damaged


def faults(library, folder, *acts):
    return [json.loads(line) for line in run_on(library, "try_and_tell", folder / "clinic.sqlite", arguments=acts)]


def answered_in_vain(found):
    """Return the faults after which something was acknowledged that is not there."""
    return [one for one in found if one["answer"] is not None and not one["there"]]


def test_t3_a_disk_that_fails_at_any_call_is_told_of_in_words(library, tmp_path):
    acts = count(change=("save",), night=("save", "import", "backup"), release=("save", "import", "backup"))
    found = faults(library, tmp_path, *acts)
    refused = [one for one in found if one["told"]]
    tell("T3", acts=acts, faults=len(found), refused=len(refused), in_vain=len(answered_in_vain(found)))
    assert answered_in_vain(found) == []
    assert [one for one in found if one["wrong"]] == [], "the store holds, and the act works once the disk does"
    steps = tuple(NEXT_STEPS.values())
    assert [one for one in refused if "cannot be" not in one["told"] or not one["told"].endswith(steps)] == []
    assert len(refused) > len(found) / 3


def test_t3_control_a_fault_that_is_swallowed_is_caught(library, tmp_path):
    found = [one | {"answer": 2} if one["told"] else one for one in faults(library, tmp_path, "save")]
    assert answered_in_vain(found)


def test_t3_a_lock_held_for_a_minute_is_told_of_and_readers_go_on(tmp_path):
    store = Store(tmp_path / "clinic.sqlite")
    store.save(first_regimen())
    other = sqlite3.connect(tmp_path / "clinic.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(60, other.execute, ["ROLLBACK"])
    release.start()
    begun = time.monotonic()
    assert len(store.regimens()) == 1
    assert time.monotonic() - begun < 5, "a reader waits for nobody"
    with pytest.raises(StoreError, match="locked. Nothing was saved. Somebody else is writing: try again"):
        store.save(first_regimen().model_copy(update={"revision": 2}))
    release.join()
    assert store.save(first_regimen().model_copy(update={"revision": 2})).revision == 2
    tell("T3", lock_s=60, reads=1)
    store.close()
    other.close()
