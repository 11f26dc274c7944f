"""What lets a report be made again: who made it, when, by which rules and version, from which data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import pandas as pd

from toolkit.charts.foot import SAID, conventions
from toolkit.documents.blocks import Block, bullets, heading, rows, text
from toolkit.plan.wording import day_in_words
from toolkit.rules import Rules
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, QUARANTINE, REVIEWS, Column, Table
from toolkit.tables import conform

TABLES = {one.name: one for one in (PRESCRIPTIONS, LOG, PAUSES, REVIEWS, QUARANTINE)}
PLACES = ("source", "line", "sheet", "column")  # where a row was read, not what it says
READ_WITH_CARE = (
    "These numbers describe what was recorded. Paper diaries overstate: people with knee pain wrote down a median of "
    "220 exercises where a hidden accelerometer saw 176 (n = 54, r = 0.52; Nicolson 2018, "
    "doi:10.2519/jospt.2018.8275 [V]).",
    "There is no agreed cut-off. Of 86 studies 40 % define adherence and 12 % share a definition; 80-99 % is the band "
    "most often called satisfactory (Bailey 2020, Br J Sports Med 54:326 [V]). So no number here is coloured by one.",
)


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who made a report, on which day and in which clinic; `chain` is the head digest of a store's history."""

    by: str
    on: date
    clinic: str = ""
    chain: str = ""


def data_hash(tables: Mapping[str, pd.DataFrame | None]) -> str:
    """Return the SHA-256 of tables by name, in 64 hexadecimal digits, whatever the order of their rows.

    A table stands there in the columns of data/README.md, without where a row was read: file, sheet, line, column.

    Raises
    ------
    TableError
        If a table lacks a column.
    """
    digest = hashlib.sha256()
    for name, schema in TABLES.items():
        frame = tables.get(name)
        if frame is not None:  # the line of its columns says which table it is
            digest.update(_canonical(frame, schema).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def banner(who: str, rules: Rules, imprint: Imprint) -> str:
    """Return whom a report is about, for which clinic, up to which day."""
    parts = (who, imprint.clinic, f"up to {day_in_words(rules.as_of)}", "self-reported")
    return " · ".join(part for part in parts if part)


def foot(imprint: Imprint, digest: str) -> str:
    """Return the line at the foot of each page."""
    by = f"made by {imprint.by} on" if imprint.by else "made on"
    return f"Backcare {version('backcare')} · {by} {day_in_words(imprint.on)} · data {digest[:12]}"


def read_with_care() -> list[Block]:
    """Return the two sentences that belong on every report, with their sources."""
    return [heading("Read with care"), bullets(READ_WITH_CARE)]


def made(rules: Rules, imprint: Imprint, digest: str) -> list[Block]:
    """Return the conventions of the numbers, and how the report was made."""
    facts = [
        ("Made by", imprint.by),
        ("Made on", day_in_words(imprint.on)),
        ("Clinic", imprint.clinic),
        ("Last day counted", day_in_words(rules.as_of)),
        ("Target", _target(rules)),
        ("Version", f"Backcare {version('backcare')}"),
        ("SHA-256 of the data", _grouped(digest)),
        ("History of the store", _grouped(imprint.chain)),
    ]
    note = "The same data, rules and version give the same report, byte for byte."
    return [
        heading("How it was counted"),
        text(f"{conventions(rules, *SAID)}."),
        heading("How this report was made"),
        rows(("What", "Which"), (1, 3), [fact for fact in facts if fact[1]], together=True),
        text(note, quiet=True),
    ]


def _grouped(digest: str) -> str:
    """Return a digest in groups of 16, for eyes."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))


def _target(rules: Rules) -> str:
    if rules.target_share is None:
        return "none chosen"
    name = f" ({rules.target})" if isinstance(rules.target, str) else ""
    return f"{100 * rules.target_share:g} % of the sessions due{name}"


def _canonical(frame: pd.DataFrame, schema: Table) -> str:
    """Return a table as text: the same rows give the same text, wherever they were read."""
    columns = [column.name for column in schema.columns if _says_something(column)]
    table = conform(frame, schema)[columns].sort_values(columns, kind="stable", na_position="first")
    return str(table.to_csv(index=False, lineterminator="\n"))


def _says_something(column: Column) -> bool:
    return column.name not in PLACES
