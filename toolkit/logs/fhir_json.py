"""FHIR R4 as rows of our columns: a Procedure with its Observations, or a pain score alone."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from toolkit.fhir.check import problems_of
from toolkit.fhir.codes import Json, codes, codes_of, groups, ours, value_of
from toolkit.fhir.resources import Document, Found, document_of, means_more
from toolkit.logs.codes import Fault, refuse
from toolkit.logs.mapping import ENTRY
from toolkit.logs.strict_json import parse
from toolkit.logs.text import Cell, Exact, Record

NAMES = (*ENTRY, "theirs", "part_of")  # beside ours: another system's patient, and the resource that a row belongs to
KEY = re.compile(r'"resourceType"\s*:')
FRACTION = re.compile(r"(T[0-9:]{8})\.[0-9]+")


def is_fhir(text: str) -> bool:
    """Return whether a JSON text holds a FHIR resource; inside a value its mark would be written otherwise."""
    return KEY.search(text) is not None


def fhir_document(name: str, text: str) -> Document:
    """Return the resources of a JSON text, or of lines that are JSON each.

    Raises
    ------
    LogError
        `json_invalid`, `fhir_version`, or `not_a_log` where it is no record.
    """
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    first = lines[0][1].strip()
    by_line = len(lines) > 1 and first.startswith("{") and first.endswith("}")
    if by_line:
        parts = [parse(name, line, exact=False, line=number) for number, line in lines]
    else:
        data = parse(name, text, exact=False)
        parts = data if isinstance(data, list) else [data]
    try:
        document = document_of(parts, lines=by_line)
    except ValueError as error:
        raise refuse(name, "not_a_log", str(error)) from None
    if document.later:
        raise refuse(name, "fhir_version", document.later)
    return document


def resource_rows(name: str, document: Document) -> tuple[list[Record], frozenset[int], tuple[str, ...]]:
    """Return a record for each resource, which of them are left alone, and how many of which types those are.

    Raises
    ------
    LogError
        `not_a_log` where nothing of a log is in the document.
    """
    reader = _Rows(document)
    records = [reader.record(one) for one in document.found]
    if not reader.read:
        wrong = next((f"; {one}" for found in document.found if found.data for one in problems_of(found.data)), "")
        raise refuse(name, "not_a_log.fhir", f"{', '.join(document.counted(document.found)) or 'no resource'}{wrong}")
    left = [one for one in document.found if one.data and one.number not in reader.read]
    return records, frozenset(one.number for one in left), document.counted(left)


class _Rows:
    """Makes a record of each resource; `read` are the numbers of those that are of a log."""

    def __init__(self, document: Document) -> None:
        self.document, self.read = document, set[int]()
        self.entries = {id(one.data): one for one in document.of("Procedure") if exercise_of(one.data)}
        self.parts: dict[tuple[int, str], Found] = {}  # the one dose and the one score of a Procedure, by its number
        for one in document.of("Observation"):
            owner, kind = self._owner(one), kind_of(one.data)
            if owner is not None and kind and not _faults(one):
                self.parts.setdefault((owner.number, kind), one)

    def record(self, found: Found) -> Record:
        """Return a resource as cells, then all that is wrong with it; one that is left alone as its type."""
        cells: dict[str, Cell] = {}
        faults: list[Fault] = []
        kind = kind_of(found.data) if found.type == "Observation" else ""
        owner = self._owner(found) if kind else None
        if id(found.data) in self.entries:
            cells, faults = self._entry(found)
        elif owner is not None and self.parts.get((owner.number, kind)) is found:
            cells = {"part_of": Exact(str(owner.number))}
        elif kind == "pain":
            cells, faults = self._about(found, "effective")
            cells |= {"pain": score_of(found.data)}
        elif kind == "dose":
            faults = _faults(found) or [Fault("fhir_reference", found="a Procedure that is not there, or has a dose")]
        if not cells and not faults:
            return Record(found.number, (found.type,) if found.data else ())
        self.read.add(found.number)
        return Record(found.number, (*(cells.get(name, "") for name in NAMES), *faults))

    def _owner(self, found: Found) -> Found | None:
        """Return the Procedure of an exercise that an Observation is part of."""
        targets = (self.document.target(one, found.data) for one in groups(found.data.get("partOf")))
        return next((self.entries[id(one)] for one in targets if one is not None and id(one) in self.entries), None)

    def _entry(self, found: Found) -> tuple[dict[str, Cell], list[Fault]]:
        data = found.data
        dose, pain = (self.parts.get((found.number, kind)) for kind in ("dose", "pain"))
        status = codes()["session_status"].get(str(data.get("status")))
        unknown = Fault("fhir_status", "status", str(data.get("status")))
        cells, faults = self._about(found, "performed")
        notes = [str(cells["note"]), *(note_of(one.data) for one in (dose, pain) if one)]
        cells |= {
            "exercise": Exact(exercise_of(data)), "side": side_of(data), "status": Exact(status) if status else unknown,
            "pain": score_of(pain.data) if pain else "", "note": Exact("\n".join(filter(None, notes))),
        }  # fmt: skip
        return cells | (numbers_of(dose.data) if dose else {}), faults

    def _about(self, found: Found, when: str) -> tuple[dict[str, Cell], list[Fault]]:
        """Return what every entry has: its identity, patient, times, note; and what is wrong with the resource."""
        data, whose = found.data, self.document.whose(found.data)
        named = [one.get("value") for one in groups(data.get("identifier")) if one.get("system") == ours("sid/entry")]
        at = moment_of(data, when)
        cells: dict[str, Cell] = {
            "entry_id": Exact(named[0] if named else data.get("id", "")),
            "patient_id": Fault("fhir_subject", "patient_id", whose.wrong) if whose.wrong else Exact(whose.ours),
            "theirs": Exact(whose.theirs),
            "performed_at": at,
            "utc_offset_min": _text(value_of(data, "utc-offset")),
            "logged_at": _logged(data, at),
            "note": Exact(note_of(data)),
        }
        return cells, _faults(found)


def _faults(found: Found) -> list[Fault]:
    """Return what is wrong with a resource, whatever it is about."""
    data, faults = found.data, []
    accepted = codes()["counts"].get(found.type)
    if accepted and data.get("status") not in accepted:
        faults.append(Fault("fhir_status", "status", str(data.get("status"))))
    if more := means_more(data):
        faults.append(Fault("fhir_modifier", "", more))
    if wrong := problems_of(data):
        faults.append(Fault("fhir_invalid", "", "; ".join(map(str, wrong))))
    return faults


def kind_of(observation: Json) -> str:
    """Return `pain` or `dose`, by the code of an Observation, never by its category; empty for any other."""
    named = codes_of(observation.get("code"), codes()["loinc"])
    if codes()["pain_observation"] in named:
        return "pain"
    is_ours = codes_of(observation.get("valueCodeableConcept"), ours("CodeSystem/exercise"))
    return "dose" if codes()["dose_observation"] in named and is_ours else ""


def exercise_of(procedure: Json) -> str:
    """Return our code of a Procedure's exercise, else that of SNOMED CT; empty where it is none."""
    code = procedure.get("code")
    others = [one for one in codes_of(code, codes()["snomed"]) if one in codes()["exercise_of_others"]]
    return " and ".join(dict.fromkeys(codes_of(code, ours("CodeSystem/exercise")) or others[:1]))


def side_of(procedure: Json) -> Cell:
    """Return the side that the body sites of a Procedure name."""
    sides = {code: name for name, code in codes()["side"].items()}
    sites = groups(procedure.get("bodySite"))
    told = {sides[code] for site in sites for code in codes_of(site, codes()["snomed"]) if code in sides}
    return (
        Exact(told.pop() if told else "")
        if len(told) < 2
        else Fault("side_unknown", "side", " and ".join(sorted(told)))
    )


def score_of(observation: Json) -> Cell:
    """Return a pain score: a Quantity without a unit or in scores, a whole number, or an answer by its LOINC code."""
    value: Any = observation.get("valueInteger")
    if isinstance(stated := observation.get("valueQuantity"), dict):
        unit = stated.get("code", stated.get("unit"))
        if unit not in (None, "{score}", "1") or "comparator" in stated:
            return Fault("pain_out_of_range", "pain", f"{stated.get('comparator', '')}{stated.get('value')} {unit}")
        value = stated.get("value")
    for code in codes_of(observation.get("valueCodeableConcept"), codes()["loinc"]):
        value = codes()["pain_answers"].get(code)
    return _text(value) or Fault("pain_out_of_range", "pain", "nothing that is known here")


def numbers_of(observation: Json) -> dict[str, Cell]:
    """Return the numbers of a dose, each in its unit."""
    found: dict[str, Cell] = {}
    for component in groups(observation.get("component")):
        for part in codes_of(component.get("code"), ours("CodeSystem/dose")):
            column, value = codes()["recorded"].get(part, ""), component.get("valueQuantity")
            unit = codes()["dose"].get(part, [""])[0]
            if not isinstance(value, dict) or column in found or value.get("code") != unit or "comparator" in value:
                said = f"{value.get('value')} {value.get('code')}" if isinstance(value, dict) else "no number"
                found[column] = Fault("unit_unknown" if column == "hold_s" else "number_format", column, said)
            else:
                found[column] = _text(value.get("value"))
    return found


def moment_of(data: Json, when: str) -> Cell:
    """Return when something was: a time, the start of a period, or a day with its time on the patient's clock."""
    period = data.get(f"{when}Period")
    start = period.get("start") if isinstance(period, dict) else None
    at = data.get(f"{when}DateTime") or data.get(f"{when}Instant") or start or ""
    local = value_of(data, "performed-local")
    if local is not None and str(local)[:10] != at:
        return Fault("date_format", "performed_at", f"{at} and {local}")
    return Exact(FRACTION.sub(r"\1", str(local or at)))  # a fraction of a second tells no entry from another


def note_of(data: Json) -> str:
    """Return the notes of a resource, one below the other; its narrative is never read."""
    return "\n".join(str(one["text"]) for one in groups(data.get("note")) if one.get("text"))


def _logged(data: Json, at: Cell) -> Cell:
    """Return when it was written down, on the clock that the entry's own time has."""
    logged = FRACTION.sub(r"\1", str(value_of(data, "logged-at") or ""))
    try:
        there, here = (datetime.fromisoformat(str(one)) for one in (logged, at))
    except ValueError:
        return Exact(logged)
    moved = here.tzinfo is not None and there.tzinfo is not None and not str(at).endswith("Z")
    return Exact(there.astimezone(here.tzinfo).isoformat() if moved else logged)


def _text(value: Any) -> Cell:
    """Return a number as digits; nothing for nothing."""
    if value is None:
        return ""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Exact(format(Decimal(repr(value)), "f") if number else value)
