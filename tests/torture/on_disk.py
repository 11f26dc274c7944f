"""What runs in a process on the watched disk: saves whose answers are noted, and saves on a disk that fails."""

import contextlib
import errno
import json
import shutil
import sqlite3
from pathlib import Path

from torture.disk import arm, calls, note
from torture.writers import digest, first_regimen

from toolkit.errors import StoreError
from toolkit.samples import sample_clinic
from toolkit.store import Store

ERRORS = ("EIO", "ENOSPC", "EACCES")


def save_and_note(path, times):
    """Save again and again, with checkpoints and new openings between; each answer is noted on the disk."""
    store = Store(path)
    for number in range(1, int(times) + 1):
        change = {"revision": number, "note": "n" * (37 * number % 2_000)}
        saved = store.save(first_regimen().model_copy(update=change), operation=f"op-{number}")
        note(f"op-{number} {digest(saved)}")
        if number % 7 == 0:
            with contextlib.closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        if number % 17 == 0:
            store.close()
            store = Store(path)


def act_on(path, act, operation):
    """Open the store and do one thing in it; return its answer."""
    store = Store(path)
    try:
        if act == "save":
            return store.save(first_regimen().model_copy(update={"revision": 2}), operation=operation).revision
        if act == "import":
            return store.add_log(sample_clinic(patients=1, weeks=1).log).new
        return store.back_up(Path(path).with_name("clinic.sqlite-backup")).counts["regimen"]
    finally:
        store.close()


def try_and_tell(path, *acts):
    """Make every call of every act fail in turn, in every way, and print what came of it, a line of JSON each."""
    path = Path(path)
    base = path.with_name("base.sqlite")
    store = Store(base)
    store.save(first_regimen())
    store.close()
    for act in acts:
        begin_again(base, path)
        arm("w", 0, 0, lasting=False)
        act_on(path, act, "op")
        for kind, count in {kind: calls(kind) for kind in "wso"}.items():
            for at in range(1, count + 1):
                for name in ERRORS:
                    for lasting in (False, True):
                        fault = {"act": act, "kind": kind, "at": at, "error": name, "lasting": lasting}
                        print(json.dumps(fault | after(base, path, **fault)))


def after(base, path, *, act, kind, at, error, lasting):
    """Let one call fail; tell what was answered, what is there afterwards, and whether life goes on."""
    begin_again(base, path)
    arm(kind, at, getattr(errno, error), lasting=lasting)
    answer, told = None, None
    try:
        answer = act_on(path, act, "op")
    except StoreError as refused:
        told = str(refused)
    except BaseException as other:  # what a clinician would see as a traceback
        told = f"NOT IN WORDS {type(other).__name__}: {other}"
    arm("w", 0, 0, lasting=False)
    store = Store(path)
    there = {"save": len(store.regimens()) == 2, "import": len(store.log()) > 0,
             "backup": is_whole(path.with_name("clinic.sqlite-backup"))}[act]  # fmt: skip
    store.close()
    act_on(path, act, "op")
    store = Store(path)
    wrong, rest = store.verify().wrong, [one.name for one in path.parent.glob(".*")]
    store.close()
    return {"answer": answer, "told": told, "there": there, "wrong": [*wrong, *rest]}


def is_whole(backup):
    """Tell whether a backup is there and holds; it is then taken away, so that the next one can be made."""
    if not backup.exists():
        return False
    store = Store(backup)
    found = store.verify()
    store.close()
    backup.unlink()
    return not found.wrong and found.counts["regimen"] == 1


def begin_again(base, path):
    """Lay the store as it was."""
    for rest in ("", "-wal", "-shm", "-journal", "-backup"):
        path.with_name(path.name + rest).unlink(missing_ok=True)
    shutil.copyfile(base, path)
