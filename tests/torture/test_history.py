"""T5: any revision can be rebuilt, and whatever is changed behind the program's back is found."""

import random
import sqlite3
import string

import pytest
import sqlalchemy as sa
from torture.levels import SEED, count, tell
from torture.writers import first_regimen

from toolkit.samples import sample_clinic
from toolkit.storage.tables import HISTORY, guards
from toolkit.store import Store

EDITS = {
    "goal": lambda chance: chance.choice([None, "walk to the shop", "Straße, 80 %", "\N{SNOWMAN} \\ \" '"]),
    "note": lambda chance: "".join(chance.choices(string.printable, k=chance.randrange(1, 60))).strip() or None,
    "purpose": lambda chance: chance.choice(["preventive", "remedial"]),
    "written_by": lambda chance: chance.choice(["Dr A", "Dr B", "Dr Ç"]),
}


def edited(store, times, chance):
    """Make random edits of a few regimens and return each revision as it was saved."""
    saved = {}
    for _ in range(times):
        regimen_id = f"r-{chance.randrange(5)}"
        newest = store.newest(regimen_id) or first_regimen().model_copy(
            update={"regimen_id": regimen_id, "revision": 0}
        )
        field = chance.choice(list(EDITS))
        change = {"revision": newest.revision + 1, field: EDITS[field](chance)}
        kept = store.save(newest.model_copy(update=change), reason=chance.choice([None, "dose", "moved"]))
        saved[regimen_id, kept.revision] = kept
    return saved


def test_t5_every_revision_is_rebuilt_as_it_was_saved(url):
    edits = count(change=500, night=10_000, release=10_000)
    store = Store(url)
    saved = edited(store, edits, random.Random(SEED))
    found = {(one.regimen_id, one.revision): one for one in store.regimens()}
    assert found == saved
    assert len(found) == edits
    assert store.verify().wrong == ()
    store.close()
    tell("T5", database=url.partition(":")[0], edits=edits, rebuilt=len(found))


@pytest.fixture
def filled(tmp_path, monkeypatch):
    """A SQLite store with a history of every kind, and its file."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    store = Store(tmp_path / "clinic.sqlite")
    edited(store, 40, random.Random(SEED))
    store.add_log(sample_clinic(patients=1, weeks=1).log)
    store.save_template("after surgery", {"weeks": "6"}, by="Dr A")
    store.close()
    return tmp_path / "clinic.sqlite"


def tampered(path, act):
    """Do something to the file behind the program's back: lift the guards, act, put the guards back."""
    connection = sqlite3.connect(path)
    for table in HISTORY:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table.name}_keeps_{verb}")
    changed = act(connection)
    for statement in guards("sqlite"):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return changed


def change_a_byte(connection, chance):
    """Change one character of one value of the history."""
    table = chance.choice(["entries", "entries", "log"])
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] != "place"]
    place = chance.choice([row[0] for row in connection.execute(f"SELECT place FROM {table}")])
    row = connection.execute(f"SELECT * FROM {table} WHERE place = {place}").fetchone()[1:]
    name = chance.choice([name for name, value in zip(columns, row, strict=True) if value not in (None, "")])
    value = row[columns.index(name)]
    if isinstance(value, str):
        at = chance.randrange(len(value))
        other = chance.choice([one for one in "0123456789abcdef" if one != value[at]])
        value = value[:at] + other + value[at + 1 :]
    else:
        value = 1 - value if name == "time_known" else value + 1_000  # a number that is free
    try:
        connection.execute(f"UPDATE {table} SET {name} = ? WHERE place = ?", (value, place))
    except sqlite3.IntegrityError:  # a subject turned into its neighbour: the database itself refuses
        return change_a_byte(connection, chance)
    return f"{table}.{name}"


def drop_a_row(connection, chance):
    table = chance.choice(["entries", "log"])
    place = chance.choice([row[0] for row in connection.execute(f"SELECT place FROM {table}")])
    connection.execute(f"DELETE FROM {table} WHERE place = {place}")
    return f"{table} row"


def cut_the_tail(connection, chance):
    subject = f"r-{chance.randrange(5)}"
    last = "SELECT max(number) FROM entries WHERE subject = ?"
    connection.execute(f"DELETE FROM entries WHERE subject = ? AND number = ({last})", (subject, subject))
    return "tail"


def exchange_two(connection, chance):
    """Exchange the numbers of two neighbours of one chain."""
    subject = f"r-{chance.randrange(5)}"
    for old, new in ((1, -1), (2, 1), (-1, 2)):
        connection.execute("UPDATE entries SET number = ? WHERE subject = ? AND number = ?", (new, subject, old))
    return "order"


ACTS = (change_a_byte, change_a_byte, change_a_byte, drop_a_row, cut_the_tail, exchange_two)


def test_t5_every_change_behind_the_programs_back_is_found(filled):
    trials, chance = count(change=100, night=1_000, release=1_000), random.Random(SEED)
    whole = filled.read_bytes()
    missed, kinds = [], {}
    for _ in range(trials):
        filled.write_bytes(whole)
        changed = tampered(filled, lambda connection: chance.choice(ACTS)(connection, chance))
        store = Store(filled)
        found = store.verify().wrong
        store.close()
        kinds[changed] = kinds.get(changed, 0) + 1
        missed += [] if found else [changed]
    tell("T5", changes=trials, found=trials - len(missed), places=len(kinds))
    assert missed == []


def test_t5_an_untouched_store_holds(filled):
    """The control: a check that always finds something proves nothing."""
    tampered(filled, lambda connection: None)
    store = Store(filled)
    assert store.verify().wrong == ()
    store.close()


@pytest.mark.parametrize("act", ["UPDATE entries SET body = '{}'", "DELETE FROM entries", "DELETE FROM log",
                                 "UPDATE quarantine SET note = ''"])  # fmt: skip
def test_t5_the_database_itself_refuses_to_change_history(url, act):
    store = Store(url)
    store.save(first_regimen())
    store.add_log(sample_clinic(patients=1, weeks=1).log)
    with pytest.raises(sa.exc.DBAPIError, match="history is append-only"), store._write.begin() as connection:
        connection.exec_driver_sql("INSERT INTO quarantine (import_number) VALUES (1)")
        connection.exec_driver_sql(act)
    assert store.verify().wrong == ()
    store.close()


def test_t5_a_guard_that_is_there_and_does_nothing_is_found(url):
    """Switched off on the server, or another body under its name."""
    store = Store(url)
    with store._write.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE entries DISABLE TRIGGER entries_keeps")
        else:
            connection.exec_driver_sql("DROP TRIGGER entries_keeps_update")
            nothing = "CREATE TRIGGER entries_keeps_update BEFORE UPDATE ON entries BEGIN SELECT 1; END"
            connection.exec_driver_sql(nothing)
    [found] = store.verify().wrong
    store.close()
    assert found.startswith("the guard entries_keeps")


def test_t5_control_without_its_guards_a_store_is_told_of(url):
    """With the triggers gone a change goes through; that they are gone is itself a finding."""
    store = Store(url)
    store.save(first_regimen())
    with store._write.begin() as connection:
        for table in HISTORY:
            names = [f"{table.name}_keeps_update", f"{table.name}_keeps_delete"]
            if connection.dialect.name == "postgresql":
                names = [f"{table.name}_keeps ON {table.name}"]
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE entries SET author = 'somebody else'")
    found = "\n".join(store.verify().wrong)
    store.close()
    assert "the guard entries_keeps" in found
    assert "regimen r-1: entry 1 was changed" in found
