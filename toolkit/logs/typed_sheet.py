"""A row of the diary sheet as it is typed in: what is wrong with it, and the entries of the log it makes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

from toolkit.logs.codes import Fault
from toolkit.logs.mapping import MAX_NOTE
from toolkit.logs.own_json import FORMAT, VERSION
from toolkit.logs.values import number
from toolkit.plan.diary import DiaryRow
from toolkit.plan.schedule import session_id
from toolkit.schema import LOG
from toolkit.typed import shown

DONE: Final = {"y": "done", "n": "not_done"}
DOSE: Final = ("sets", "reps", "hold_s")
SAID: Final = ("status", *DOSE, "pain", "note")  # what an entry says of its session
HEADS: Final = {"left": "Left", "right": "Right", "done": "Done", "sets": "Sets", "reps": "Reps", "hold_s": "Hold (s)",
                "pain": "Pain", "note": "Why, note"}  # fmt: skip
Cells = Mapping[str, str]
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells of a row come to: sentences on what is wrong, and its entries where nothing is."""

    problems: tuple[str, ...]
    entries: tuple[Entry, ...] = ()


def cell_names(row: DiaryRow) -> tuple[str, ...]:
    """Return the cells of a row in the order in which they are typed: an answer for each side, then what was done."""
    return (*(_answer_of(one.side) for one in row.sessions), *DOSE, "pain", "note")


def read_cells(row: DiaryRow, cells: Cells, *, regimen_id: str, today: date) -> Reading:
    """Return what the cells of a row say; a row that is blank says nothing.

    A number holds for each side that was done, 3/2 is 3 on the left and 2 on the right. The pain is that of the side
    recorded last, a note that of the first.
    """
    texts = {name: unicodedata.normalize("NFC", cells.get(name, "").strip()) for name in cell_names(row)}
    if not any(texts.values()):
        return Reading(())
    answers = {one.side: texts[_answer_of(one.side)].casefold() for one in row.sessions}
    if odd := [side for side, word in answers.items() if word not in ("", *DONE)]:
        found = shown(texts[_answer_of(odd[0])], limit=20)
        return Reading((f"{HEADS[_answer_of(odd[0])]}: write y (done) or n (not done); found {found}.",))
    recorded = [side for side, word in answers.items() if word]
    if not recorded:
        return Reading(("Say y (done) or n (not done): without it nothing is stored.",))
    if row.day > today:
        return Reading(("This day is still to come.",))
    entries = {side: {"status": DONE[answers[side]]} for side in recorded}
    problems = [*_dose(texts, entries, row), *_pain(texts["pain"], entries, row)]
    if len(texts["note"]) > MAX_NOTE:
        problems.append(f"{HEADS['note']}: at most {MAX_NOTE} characters; found {len(texts['note'])}.")
    if texts["note"]:
        entries[recorded[0]]["note"] = texts["note"]
    if problems:
        return Reading(tuple(problems))
    return Reading((), tuple(_entry(row, one.side, entries, regimen_id) for one in row.sessions if one.side in entries))


def cells_of(row: DiaryRow, held: Mapping[str, Entry], *, regimen_id: str) -> dict[str, str] | None:
    """Return the cells that say what is held of a row; None where no cells can say it."""
    found = {one.side: held.get(session_id(regimen_id, one)) for one in row.sessions}
    entries = {side: one for side, one in found.items() if one is not None}
    letters = {status: letter for letter, status in DONE.items()}
    cells = {_answer_of(side): letters.get(str(one["status"]), "") for side, one in entries.items()}
    done = {side: one for side, one in entries.items() if one["status"] == "done"}
    cells |= {name: _joined({side: one[name] for side, one in done.items()}, found) for name in DOSE}
    cells["pain"] = _pain_of({side: one["pain"] for side, one in entries.items()}, found)
    cells["note"] = next((one["note"] or "" for one in entries.values()), "")
    told = read_cells(row, cells, regimen_id=regimen_id, today=date.max).entries
    same = len(told) == len(entries) and all(is_same(one, held[one["entry_id"]]) for one in told)
    return cells if same else None


def is_same(entry: Entry, held: Entry) -> bool:
    """Tell whether an entry says of its session what is held of it."""
    return all(entry.get(name) == held.get(name) for name in SAID)


def newest(log: pd.DataFrame) -> dict[str, Entry]:
    """Return the version of each entry that counts, by its id: the one written last (docs/measures.md)."""
    ordered = log.sort_values("logged_at", kind="stable", na_position="first").drop_duplicates("entry_id", keep="last")
    rows = ordered.sort_index().astype(object)
    return {one["entry_id"]: one for one in rows.where(rows.notna(), None).to_dict("records")}


def log_file(entries: Iterable[Entry], *, patient_id: str, held: Mapping[str, Entry], at: datetime) -> bytes:
    """Return entries as our own log file; where one is held with its time, the later version keeps it."""
    rows = [{**one, **_when(one, held.get(one["entry_id"])), "logged_at": _iso(at)} for one in entries]
    data = {"format": FORMAT, "version": VERSION, "patient_id": patient_id, "entries": rows}
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _answer_of(side: str) -> str:
    return "done" if side == "none" else side


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def _when(entry: Entry, held: Entry | None) -> Entry:
    if held is None or not held["time_known"]:
        return {}
    return {"performed_at": _iso(held["performed_at"]), "utc_offset_min": held["utc_offset_min"]}


def _entry(row: DiaryRow, side: str, entries: Mapping[str, Entry], regimen_id: str) -> Entry:
    session = next(one for one in row.sessions if one.side == side)
    about = {"exercise": row.exercise, "side": side, "performed_at": row.day.isoformat()}
    return {"entry_id": session_id(regimen_id, session), **about, **entries[side]}


def _dose(texts: Cells, entries: dict[str, Entry], row: DiaryRow) -> Iterator[str]:
    """Put the numbers to the sides that were done; yield what is wrong with them."""
    done = [side for side, one in entries.items() if one["status"] == "done"]
    for name in DOSE:
        if "/" not in texts[name]:
            parts = dict.fromkeys(done or [next(iter(entries))], texts[name])
        else:
            parts = dict(_apart(texts[name], row))
            if not parts:
                yield f"{HEADS[name]}: 3/2 is for a left and a right side; found {shown(texts[name], limit=20)}."
        yield from _kept(name, parts, done, entries)


def _pain(text: str, entries: dict[str, Entry], row: DiaryRow) -> Iterator[str]:
    parts = dict(_apart(text, row)) if "/" in text else {list(entries)[-1]: text}
    if not parts:
        yield f"{HEADS['pain']}: 3/2 is for a left and a right side; found {shown(text, limit=20)}."
    yield from _kept("pain", parts, list(entries), entries)


def _kept(name: str, parts: Mapping[str, str], sides: Sequence[str], entries: dict[str, Entry]) -> Iterator[str]:
    for side, text in parts.items():
        value = _number(name, text)
        if isinstance(value, Fault):
            code = "pain_out_of_range" if (name, value.code) == ("pain", "out_of_range") else value.code
            yield f"{HEADS[name]}: {Fault(code, name, value.found).message}"
        elif value is not None and side not in sides:
            yield f"{HEADS[name]}: {shown(text, limit=20)} stands beside what was not done, or not recorded."
        elif value is not None:
            entries[side][name] = value


def _number(name: str, text: str) -> float | Fault | None:
    (column,) = (one for one in LOG.columns if one.name == name)
    assert column.low is not None and column.high is not None, "the schema bounds every number of a log"
    return number(text.strip(), low=column.low, high=column.high, whole=name == "sets")


def _apart(text: str, row: DiaryRow) -> Iterator[tuple[str, str]]:
    """Yield the left and the right part of 3/2; nothing where the row has no two sides."""
    parts = text.split("/")
    if len(parts) == len(row.sessions) == 2:
        yield from zip((one.side for one in row.sessions), parts, strict=True)


def _joined(values: Mapping[str, Any], sides: Mapping[str, Any]) -> str:
    if len(set(values.values())) <= 1:
        return _text(next(iter(values.values()), None))
    return "/".join(_text(values.get(side)) for side in sides)


def _pain_of(values: Mapping[str, Any], sides: Mapping[str, Any]) -> str:
    *before, last = values.values() if values else (None,)
    if all(one is None for one in before):
        return _text(last)
    return "/".join(_text(values.get(side)) for side in sides)


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
