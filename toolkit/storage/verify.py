"""A store checked against its own chains: whatever was changed behind the program's back is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from toolkit.schema import LOG, QUARANTINE
from toolkit.storage.history import FIELDS, Entry
from toolkit.storage.logs import content_of, digest, stored_rows
from toolkit.storage.tables import KEPT, entries, guards, heads, log_rows, quarantine


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found: how many entries a kind, the digest of all heads, and everything that does not hold."""

    counts: dict[str, int]
    digest: str
    wrong: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items()) or "nothing yet"
        ending = "\n".join(("Does NOT hold:", *self.wrong)) if self.wrong else "Every chain holds."
        return f"{told}; digest of all heads {self.digest[:16]}\n{ending}"


def verify(connection: sa.Connection) -> Findings:
    """Check a store in one snapshot; nothing is repaired.

    Every chain is complete, in order, linked and digested; heads, log rows and quarantine agree with it; the guards
    that refuse a change are there, and the database itself finds no damage.
    """
    columns = [*(entries.c[name] for name in FIELDS), entries.c.digest]
    rows = connection.execute(sa.select(*columns).order_by(entries.c.kind, entries.c.subject, entries.c.number)).all()
    chains: dict[tuple[str, str], list[tuple[Entry, str]]] = {}
    for row in rows:
        entry = Entry(*row[:-1])
        chains.setdefault((entry.kind, entry.subject), []).append((entry, row[-1]))
    found_heads = {(row[0], row[1]): row for row in connection.execute(sa.select(heads))}
    wrong = [*_damage(connection), *_unguarded(connection)]
    for key in sorted(chains.keys() | found_heads.keys()):
        wrong += _chain(key, chains.get(key, []), found_heads.get(key))
    wrong += _logs(connection, [entry for entry, _ in chains.get(("import", "imports"), [])])
    counts = dict(sorted(Counter(row.kind for row in rows).items()))
    counts["log row"] = connection.scalar(sa.select(sa.func.count()).select_from(log_rows)) or 0
    return Findings(counts, heads_digest(connection), tuple(wrong))


def heads_digest(connection: sa.Connection) -> str:
    """Return one digest of all heads: on paper it anchors the whole history."""
    rows = {(row[0], row[1]): row for row in connection.execute(sa.select(heads))}
    return digest([list(row) for _, row in sorted(rows.items())])


def _chain(key: tuple[str, str], chain: list[tuple[Entry, str]], head: sa.Row[tuple[str, ...]] | None) -> Iterator[str]:
    name = " ".join(key)
    before = ""
    for number, (entry, stored) in enumerate(chain, start=1):
        if entry.number != number:
            yield f"{name}: entry {number} is missing or doubled"
            return
        if entry.digest != stored:
            yield f"{name}: entry {number} was changed"
        if entry.before != before:
            yield f"{name}: entry {number} does not follow the one before"
        before = stored
    if head is None:
        yield f"{name}: its head is missing"
    elif (int(head.number), head.digest) != (len(chain), before):
        yield f"{name}: its head tells of {head.number} entries, found {len(chain)}"
    elif chain and head.patient_id != chain[-1][0].patient_id:
        yield f"{name}: its head names another patient"


def _logs(connection: sa.Connection, imports: list[Entry]) -> Iterator[str]:
    """The rows of each import are those it told of, in its order; no row belongs to none."""
    for entry in imports:
        for stored, table, told in ((log_rows, LOG, "rows"), (quarantine, QUARANTINE, "aside")):
            rows = stored_rows(connection, table, where=stored.c.import_number == entry.number)
            if digest(rows) != _said(entry).get(told):
                yield f"import {entry.number}: its rows of {stored.name} were changed"
            elif stored is log_rows and [content_of(row) for row in rows] != _contents(connection, entry.number):
                yield f"import {entry.number}: the digests of its rows were changed"
    for stored in (log_rows, quarantine):
        outside = (stored.c.import_number < 1) | (stored.c.import_number > len(imports))
        if connection.scalar(sa.select(sa.func.count()).where(outside)):
            yield f"{stored.name}: rows that belong to no import"


def _said(entry: Entry) -> dict[str, str]:
    """Return what an import told of its rows; one that can no longer be read told nothing."""
    try:
        return dict(entry.data)
    except ValueError:
        return {}


def _contents(connection: sa.Connection, number: int) -> list[str]:
    query = sa.select(log_rows.c.content).where(log_rows.c.import_number == number).order_by(log_rows.c.place)
    return list(connection.scalars(query))


def _unguarded(connection: sa.Connection) -> Iterator[str]:
    """Each guard is there as it was made, and at work."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        made = {one.split()[5]: one.replace("IF NOT EXISTS ", "", 1) for one in guards("sqlite")}
    else:
        query = "SELECT tgname, prosrc || tgenabled::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        function, *triggers = guards("postgresql")
        made = {one.split()[4]: function.split("$$")[1] + "O" for one in triggers}
    there = {row[0]: row[1] for row in connection.exec_driver_sql(query)}
    for name, wanted in made.items():
        if there.get(name) != wanted:
            yield f"the guard {name} is missing or was changed: {KEPT} no longer holds"


def _damage(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for told in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
            if told != "ok":
                yield f"the file is damaged: {told}"
