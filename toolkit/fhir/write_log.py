"""The entries of a log as Procedures with their Observations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from toolkit.fhir.codes import Json, codes, coding, concept, extension, ours, quantity, snomed, whole
from toolkit.fhir.write import exercise_concept, plain_id, side_concept, to_patient
from toolkit.plan.regimen import Prescription

STATUS = {"done": "completed", "not_done": "not-done"}
Orders = Sequence[tuple[str, Prescription, str]]
Row = dict[str, Any]


def entries_of(rows: Sequence[Row], orders: Orders) -> Iterator[Json]:
    """Yield the resources of each entry; of several rows of one entry, of the one that was written last.

    Parameters
    ----------
    orders : patient, days and dose, and id of each ServiceRequest in force
    """
    latest: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = (row["patient_id"], row["entry_id"])
        if key not in latest or _logged(row) >= _logged(latest[key]):
            latest[key] = row
    theirs: dict[str, list[tuple[Prescription, str]]] = {}
    for patient_id, order, name in orders:
        theirs.setdefault(patient_id, []).append((order, name))
    for row in latest.values():
        yield from _entry(row, theirs.get(row["patient_id"], ()))


def _logged(row: Row) -> datetime:
    return row["logged_at"] or datetime.min


def _entry(row: Row, orders: Sequence[tuple[Prescription, str]]) -> Iterator[Json]:
    """Yield a Procedure and the Observations that are part of it; a pain entry is an Observation alone."""
    whose = hashlib.sha256(row["patient_id"].encode()).hexdigest()[:12]
    name = plain_id(row["entry_id"], f"-{whose}")  # two patients may use one id, and a server keeps one resource of it
    subject, on_clock = to_patient(row["patient_id"]), list(_clock(row))
    told: Json = {"identifier": [{"system": ours("sid/entry"), "value": row["entry_id"]}]}
    told |= {"extension": on_clock} if on_clock else {}
    told |= {"note": [{"text": row["note"]}]} if row["note"] else {}
    if row["exercise"] is None:
        yield _pain(row, f"{name}-pain") | told
        return
    based = [{"reference": f"ServiceRequest/{order}"} for order in _in_force(row, orders)]
    yield {
        "resourceType": "Procedure", "id": name, **told, **({"basedOn": based} if based else {}),
        "status": STATUS[row["status"]], "category": concept(snomed(codes()["therapy"])),
        "code": exercise_concept(row["exercise"]), "subject": subject, "performedDateTime": _when(row),
        "recorder": subject, "performer": [{"actor": subject}],
        **({"bodySite": [side_concept(row["side"])]} if row["side"] in codes()["side"] else {}),
    }  # fmt: skip
    part = {"partOf": [{"reference": f"Procedure/{name}"}]}
    if any(row[column] is not None for column in codes()["recorded"].values()):
        yield _dose(row, f"{name}-dose") | part | ({"basedOn": based} if based else {})
    if row["pain"] is not None:
        yield _pain(row, f"{name}-pain") | part


def _dose(row: Row, name: str) -> Json:
    categories = [
        coding(codes()["observation_category"], "activity"), coding(codes()["physical_activity"], "PhysicalActivity")
    ]  # fmt: skip
    return _observation(row, name, codes()["dose_observation"]) | {
        "category": [concept(one) for one in categories],
        "valueCodeableConcept": exercise_concept(row["exercise"]),
        "component": [
            {
                "code": concept(coding(ours("CodeSystem/dose"), part, codes()["dose"][part][1])),
                "valueQuantity": quantity(row[column], part),
            }
            for part, column in codes()["recorded"].items()
            if row[column] is not None
        ],
    }


def _pain(row: Row, name: str) -> Json:
    score = {"value": whole(row["pain"]), "unit": "{score}", "system": codes()["ucum"], "code": "{score}"}
    category = concept(coding(codes()["observation_category"], "survey"))
    return _observation(row, name, codes()["pain_observation"]) | {"category": [category], "valueQuantity": score}


def _observation(row: Row, name: str, code: str) -> Json:
    subject = to_patient(row["patient_id"])
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": concept(coding(codes()["loinc"], code)),
        "subject": subject, "effectiveDateTime": _when(row), "performer": [subject],
    }  # fmt: skip


def _when(row: Row) -> str:
    """Return a time with its offset; R4 has no time without one, so that else the day alone stands here."""
    at, offset = row["performed_at"], row["utc_offset_min"]
    return _with_offset(at, offset) if row["time_known"] and offset is not None else f"{at:%Y-%m-%d}"


def _clock(row: Row) -> Iterator[Json]:
    """Yield what R4 has no element for: a time without an offset, an offset without a time, when it was written."""
    at, offset, logged = row["performed_at"], row["utc_offset_min"], row["logged_at"]
    if row["time_known"] and offset is None:
        yield extension("performed-local", valueString=f"{at:%Y-%m-%dT%H:%M:%S}")
    if not row["time_known"] and offset is not None:
        yield extension("utc-offset", valueInteger=int(offset))
    if logged is not None and offset is not None:
        yield extension("logged-at", valueDateTime=_with_offset(logged, offset))
    elif logged is not None:
        yield extension("logged-at", valueString=f"{logged:%Y-%m-%dT%H:%M:%S}")


def _with_offset(at: datetime, offset_min: float) -> str:
    return at.replace(tzinfo=timezone(timedelta(minutes=int(offset_min))), microsecond=0).isoformat()


def _in_force(row: Row, orders: Sequence[tuple[Prescription, str]]) -> Iterator[str]:
    """Yield the orders that ask for an entry's exercise and side on its day."""
    day = row["performed_at"].date()
    for order, name in orders:
        same_side = "both" in (order.side, row["side"]) or order.side == row["side"]
        if order.exercise == row["exercise"] and same_side and order.first_day <= day <= order.last_day:
            yield name
