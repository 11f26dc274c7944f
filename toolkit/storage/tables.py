"""The tables of a store, and the triggers that keep its history as it was written."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from toolkit.schema import FLAG, LOG, NUMBER, QUARANTINE, WHOLE, Table

SCHEMA_VERSION = 2

metadata = sa.MetaData()
about = sa.Table("about", metadata, sa.Column("schema_version", sa.Integer, primary_key=True))

# one head a subject: its newest number and digest. It moves by exactly one, or not at all.
heads = sa.Table(
    "heads",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("patient_id", sa.String(64)),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
# what happened, never changed: each entry carries the digest of the one before it
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("operation", sa.String(80), nullable=False, unique=True),
    sa.Column("patient_id", sa.String(64), index=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("author", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("written_at", sa.String(32), nullable=False),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.UniqueConstraint("kind", "subject", "number"),
)
# what somebody is typing; the only table whose rows are written over
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("draft_id", sa.String(64), primary_key=True),
    sa.Column("patient_id", sa.String(64)),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("written_at", sa.String(32), nullable=False),
)

# instants stand as ISO text and flags as 0 or 1: a check compares what is stored, not what a driver makes of it
KINDS: dict[str, Any] = {FLAG: sa.Integer, NUMBER: sa.Double, WHOLE: sa.Integer}


def _columns(table: Table) -> list[sa.Column[Any]]:
    return [sa.Column(column.name, KINDS.get(column.dtype, sa.Text)) for column in table.columns]


log_rows = sa.Table(
    "log",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("import_number", sa.Integer, nullable=False, index=True),
    sa.Column("content", sa.String(64), nullable=False),
    *_columns(LOG),
    sa.UniqueConstraint("patient_id", "entry_id", "content"),
)
quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("import_number", sa.Integer, nullable=False, index=True),
    *_columns(QUARANTINE),
)
HISTORY = (entries, log_rows, quarantine)
KEPT = "history is append-only"


def guards(dialect: str) -> list[str]:
    """Return the statements that make a history table refuse every UPDATE and DELETE."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table.name}_keeps_{act.lower()} BEFORE {act} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            for table in HISTORY
            for act in ("UPDATE", "DELETE")
        ]
    keeps = "CREATE OR REPLACE FUNCTION backcare_keeps() RETURNS trigger LANGUAGE plpgsql AS "
    return [
        f"{keeps}$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$",
        *(
            f"CREATE OR REPLACE TRIGGER {table.name}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table.name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION backcare_keeps()"
            for table in HISTORY
        ),
    ]
