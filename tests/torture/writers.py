"""Writers that run in processes of their own: what they do between two saves can be cut off anywhere."""

import hashlib
import os
import time
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from toolkit.errors import Conflict
from toolkit.plan.files import regimen_to_data
from toolkit.plan.regimen import starter_regimen
from toolkit.storage.history import plain
from toolkit.store import Store


def first_regimen():
    return starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=date(2026, 3, 2))


def note_line(path, *words):
    """Add a line that outlasts the process, whenever it is killed."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, (" ".join(map(str, words)) + "\n").encode())
    os.close(handle)


def lines(path):
    """Return the whole lines of such a file, split."""
    text = Path(path).read_text() if Path(path).exists() else ""
    return [line.split() for line in text.splitlines(keepends=True) if line.endswith("\n")]


def digest(regimen):
    return hashlib.sha256(plain(regimen_to_data(regimen)).encode()).hexdigest()


def save_until_killed(url, name, folder, *, answers_first=False):
    """Save revision after revision; what was meant is written before, what was acknowledged after (or, wrongly, first).

    Begun again, it first asks for its last act once more, under the same operation.
    """
    meant, said = f"{folder}/{name}.meant", f"{folder}/{name}.said"
    answered = {line[0] for line in lines(said)}
    again = next((line[0] for line in reversed(lines(meant)) if line[0] not in answered), None)
    note_line(f"{folder}/{name}.begun", "now")
    store = Store(url)
    place = len(lines(meant))
    while True:
        operation, again = again or f"{name}-{place}", None
        place += 1
        newest = store.newest("r-1")
        change = {"revision": newest.revision + 1, "note": operation, "written_on": date(2026, 3, 2)}
        regimen = newest.model_copy(update=change)
        note_line(meant, operation)
        try:
            if answers_first:
                note_line(said, operation, regimen.revision, digest(regimen))
            saved = store.save(regimen, operation=operation)
        except Conflict:
            continue
        if not answers_first:
            note_line(said, operation, saved.revision, digest(saved))


def save_so_many(url, name, times, results):
    """Save so many times; each note tells which revision its writer has seen, and how often it had to look again."""
    store, conflicts, took = Store(url), 0, []
    for place in range(times):
        while True:
            newest = store.newest("r-1")
            note = f"{name}:{place} saw {newest.revision}"
            begun = time.perf_counter()
            try:
                store.save(newest.model_copy(update={"revision": newest.revision + 1, "note": note}))
                took.append(time.perf_counter() - begun)
                break
            except Conflict:
                conflicts += 1
    store.close()
    results.put((name, conflicts, took))


def save_from_an_old_screen(url, name, times, results):
    """The control: load, change, write back. Every save is acknowledged."""
    engine = sa.create_engine(url)
    done = 0
    while done < times:
        try:
            with engine.begin() as connection:
                seen = connection.scalar(sa.text("SELECT saves FROM naive"))
            with engine.begin() as connection:
                connection.execute(sa.text("UPDATE naive SET saves = :saves"), {"saves": seen + 1})
            done += 1
        except sa.exc.OperationalError:
            continue
    engine.dispose()
    results.put((name, 0, []))
