"""Our own log as JSON: one object with the entries of one patient."""

from __future__ import annotations

from typing import Any

from toolkit.logs.codes import Fault, refuse
from toolkit.logs.mapping import ENTRY
from toolkit.logs.source import Source
from toolkit.logs.strict_json import parse
from toolkit.logs.text import Cell, Exact, Record

FORMAT, VERSION = "backcare-log", 1
NUMBERS = ("utc_offset_min", "sets", "reps", "hold_s", "pain")


def entries_of(source: Source, text: str) -> tuple[tuple[str, ...], list[Record]]:
    """Return the columns and the entries of a log as JSON; the line of an entry is its number in the file.

    Raises
    ------
    LogError
        `json_invalid`, `version_newer`, or `not_a_log` where it is something else.
    """
    data = parse(source.name, text)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else "a list"
        raise refuse(
            source.name, "not_a_log", f"JSON of another kind: {found if isinstance(found, str) else 'unnamed'}"
        )
    version = data.get("version")
    if not isinstance(version, Exact) or not version.isdigit() or version == "0":
        raise refuse(source.name, "json_invalid", "version must be 1")
    if version != str(VERSION):
        raise refuse(source.name, "version_newer", f"version {version}")
    return _table(source, data)


def _table(source: Source, data: dict[str, Any]) -> tuple[tuple[str, ...], list[Record]]:
    entries, whose = data.get("entries"), data.get("patient_id")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise refuse(source.name, "json_invalid", "entries must be a list of objects")
    if whose is not None and any(one.get("patient_id") not in (None, whose) for one in entries):
        raise refuse(source.name, "json_invalid", "an entry names another patient than the file")
    if not entries:
        raise refuse(source.name, "empty_file")
    used = dict.fromkeys(key for one in entries for key in one)
    names = tuple(name for name in ENTRY if name in used or name in ("exercise", "performed_at"))
    names += tuple(name for name in used if name not in ENTRY)
    if whose is not None:
        names = ("patient_id", *(name for name in names if name != "patient_id"))
        entries = [one | {"patient_id": whose} for one in entries]
    rows = [
        Record(number, tuple(_cell(name, one.get(name)) for name in names)) for number, one in enumerate(entries, 1)
    ]
    return names, rows


def _cell(name: str, value: Any) -> Cell:
    """Return a value as text: numbers are numbers and texts texts, and neither is taken for the other."""
    if value is None:
        return ""
    if isinstance(value, Exact):
        kept = name in (*NUMBERS, "note") or name not in ENTRY
        return value if kept else Fault(_odd(name), name, f"the number {value}")
    if isinstance(value, str):
        wrong = name in NUMBERS and value.strip()
        return Fault("number_format", name, f'the text "{value}"') if wrong else Exact(value)
    return Fault(_odd(name), name, "a group" if isinstance(value, (dict, list)) else str(value).lower())


def _odd(name: str) -> str:
    kinds = {"performed_at": "date_format", "logged_at": "date_format", "entry_id": "id_characters",
             "patient_id": "id_characters", "exercise": "exercise_unknown", "side": "side_unknown",
             "status": "status_unknown"}  # fmt: skip
    return kinds.get(name, "number_format")
