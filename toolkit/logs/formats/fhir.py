"""FHIR R4: a Procedure is an entry, with the Observations that are part of it; a pain score alone is a pain entry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from toolkit.logs.codes import Fault, Question
from toolkit.logs.formats.base import Aside, Item, Kept, Request, Sheet, Told
from toolkit.logs.formats.entries import EntryReader, Identities
from toolkit.logs.formats.table import finished
from toolkit.logs.mapping import ENTRY
from toolkit.logs.text import Exact, Record, text_of

PATIENT = ENTRY.index("patient_id")


def recognise(names: tuple[str, ...]) -> bool:
    """No columns tell it: it is told by what stands in it."""
    return False


def rows(sheet: Sheet, request: Request) -> Iterator[Item]:
    """Yield each entry with the resources that make it, or set aside with all that is wrong with it."""
    parts: dict[int, list[Record]] = defaultdict(list)
    whose: set[tuple[str, str]] = set()  # pseudonyms of ours, and patients of another system
    for record in sheet.body():
        if owner := _text(sheet, record, "part_of"):
            parts[int(owner)].append(record)
        else:
            whose.add((_text(sheet, record, "patient_id"), _text(sheet, record, "theirs")))
    whose.discard(("", ""))
    strangers = sorted({theirs for _, theirs in whose if theirs} - set(request.mapping.patients))
    pseudonyms = dict(request.mapping.patients)
    if len(whose) == 1 and request.patient_id is not None:
        pseudonyms |= dict.fromkeys(strangers, request.patient_id)
    elif len(whose) == 1 and strangers:
        yield Question("patient_needed", about="patient_id")
    elif strangers:
        yield Question("names_to_map", "patient_id", about="patients", names=tuple(strangers))
    yield from _entries(sheet, request, pseudonyms, parts)


def _entries(
    sheet: Sheet, request: Request, pseudonyms: dict[str, str], parts: dict[int, list[Record]]
) -> Iterator[Item]:
    named = replace(request, mapping=request.mapping.model_copy(update={"patients": {}}))
    reader = EntryReader(sheet, named, {name: (name,) for name in ENTRY})
    made, told, without_zone = Identities("fhir"), Counter[str](), []
    for record in sheet.body():
        if _text(sheet, record, "part_of"):
            continue
        theirs = _text(sheet, record, "theirs")
        cells = list(record.fields)
        if theirs:
            cells[PATIENT] = Exact(pseudonyms.get(theirs, ""))
        entry = reader.read(Record(record.line, tuple(cells)))
        wrong = [cell for cell in cells[len(sheet.names) :] if isinstance(cell, Fault)]
        reader.faults = wrong + (reader.faults if any(map(text_of, cells)) else [])  # an Observation alone has no cells
        item = finished(reader, made, entry, record)
        if isinstance(item, Kept):
            told["date_only"] += not entry["time_known"]
            told["time_ambiguous"] += reader.twice
            yield replace(item, rows=1 + len(parts[record.line]))
            continue
        if any(fault.code == "zone_missing" for fault in reader.faults):
            without_zone.append(f"resource {record.line}")
        yield item
        belongs = Fault("fhir_reference", found=f"resource {record.line}, which was set aside")
        yield from (Aside(part, (belongs,)) for part in parts[record.line])
    yield from (Told(code, times) for code, times in told.items() if times)
    if without_zone:
        yield Question("zone_missing", "performed_at", examples=tuple(without_zone[:3]), about="zone")


def _text(sheet: Sheet, record: Record, name: str) -> str:
    return text_of(record.fields[sheet.names.index(name)])
