"""Regimens and a log as one FHIR R4 transaction that may be sent twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from toolkit.errors import Problem, ToolkitError
from toolkit.fhir.check import dangling, problems_of
from toolkit.fhir.codes import Json, codes, coding, concept, extension, extension_url, ours, quantity, snomed
from toolkit.languages.words import language
from toolkit.plan.catalogue import name_of
from toolkit.plan.changes import revisions_in_force
from toolkit.plan.dose_words import dose_sentences, session_sentences
from toolkit.plan.regimen import Pause, Prescription, Regimen, shared_days

if TYPE_CHECKING:
    import pandas as pd

PLAIN = re.compile(r"[A-Za-z0-9.-]{1,36}")  # what an id may begin with: its ending needs room
REMEDIAL = "remedial"  # the purpose that says there is pain


def fhir_bundle(regimens: Iterable[Regimen], log: pd.DataFrame | None = None, *, as_of: date | None = None) -> bytes:
    """Return one transaction Bundle as JSON; the same input gives the same bytes.

    Who wrote a regimen is a name and is left out; the goal, notes and reasons of pauses go along as they were typed.

    Parameters
    ----------
    regimens : in any order; of several revisions each final one replaces the one before
    log : a checked log, of any patients; of several rows of one entry the one written last is written
    as_of : last complete day: a plan over by it is completed, one whose later revision has begun is revoked, one whose
        later revision has not ends the day before. Without it none is completed, every one with a later one revoked

    Raises
    ------
    ToolkitError
        If the bundle would break a rule of FHIR, with every problem; or if `fhir.resources` is not installed.
    """
    from toolkit.fhir.write_log import entries_of

    plans = sorted(regimens, key=lambda one: (one.patient_id, one.regimen_id, one.revision))
    rows = [] if log is None else log.astype(object).where(log.notna(), None).to_dict("records")
    whose = dict.fromkeys([one.patient_id for one in plans] + [row["patient_id"] for row in rows])
    parts = [one for plan in plans for one in _plan(plan, plans, as_of)]
    resources = [*map(patient, whose), *parts, *entries_of(rows, orders_in_force(plans))]
    named = {(one["resourceType"], one["id"]): one for one in resources}
    twice = [one for one in resources if named[one["resourceType"], one["id"]] != one]
    wrong = [Problem(f"{one['resourceType']} {one['id']}", "says two things") for one in twice]
    resources = list(named.values())
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(one) for one in resources]}
    if wrong := [*wrong, *problems_of(bundle), *dangling(resources)]:
        raise ToolkitError("The FHIR bundle cannot be written.", wrong)
    return (json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def patient(patient_id: str) -> Json:
    """Return a Patient that is a pseudonym and nothing else."""
    return {
        "resourceType": "Patient",
        "id": plain_id(patient_id),
        "meta": {"security": [coding(codes()["security"], "PSEUDED", "pseudonymized")]},
        "identifier": [{"system": ours("sid/patient"), "value": patient_id}],
    }


def to_patient(patient_id: str) -> Json:
    """Return a reference to a Patient."""
    return {"reference": f"Patient/{plain_id(patient_id)}"}


def plain_id(text: str, ending: str = "") -> str:
    """Return an id as FHIR takes it: the text where it can be one, else a name made from all of it."""
    kept = text if PLAIN.fullmatch(text) else f"x{hashlib.sha256(text.encode()).hexdigest()[:32]}"
    return f"{kept}{ending}"


def exercise_concept(exercise: str) -> Json:
    """Return an exercise as its code of ours, and beside it the one of SNOMED CT where there is one."""
    name, standard = name_of(exercise), codes()["exercise"].get(exercise)
    beside = [snomed(standard)] if standard else []
    return concept(coding(ours("CodeSystem/exercise"), exercise, name), *beside, text=name)


def side_concept(side: str) -> Json:
    """Return a side as SNOMED CT codes it."""
    return concept(snomed(codes()["side"][side]), text="Each side" if side == "both" else None)


def orders_in_force(plans: Sequence[Regimen]) -> list[tuple[str, Prescription, str]]:
    """Return the patient, the days and dose, and the id of the ServiceRequest of every order while it is in force."""
    final = [one for one in plans if one.status == "final"]
    ids = {(one.patient_id, one.regimen_id, one.revision): order_ids(one) for one in final}
    return [
        (one.patient_id, row, name)
        for one in revisions_in_force(final)
        for row in one.prescriptions
        for name in _same(row, ids[one.patient_id, one.regimen_id, one.revision])
    ]


def order_ids(plan: Regimen) -> list[tuple[Prescription, str]]:
    """Return each prescription of a regimen with the id of its ServiceRequest."""
    found: list[tuple[Prescription, str]] = []
    for row in plan.prescriptions:
        before = sum(other.exercise == row.exercise for other, _ in found)
        ending = f"-{row.exercise.replace('_', '-')}" + (f"-{before + 1}" if before else "")
        found.append((row, plain_id(_named(plan), ending)))
    return found


def _named(plan: Regimen) -> str:
    return f"{plan.regimen_id}-{plan.revision}"


def _entry(resource: Json) -> Json:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": ours(url), "resource": resource, "request": {"method": "PUT", "url": url}}


def _plan(plan: Regimen, plans: Sequence[Regimen], as_of: date | None) -> Iterator[Json]:
    """Yield a regimen: what it is for, its CarePlan, and a ServiceRequest for each prescription."""
    its = (plan.patient_id, plan.regimen_id)
    finals = [one for one in plans if (one.patient_id, one.regimen_id) == its and one.status == "final"]
    ends = min((one.first_day for one in finals if one.revision > plan.revision), default=None)
    earlier = [one for one in finals if one.revision < plan.revision and plan.status == "final"]
    before = max(earlier, key=lambda one: one.revision, default=None)
    if plan.purpose == REMEDIAL:
        yield _condition(plan)
    if plan.goal:
        yield {
            "resourceType": "Goal", "id": plain_id(_named(plan), "-goal"),
            "lifecycleStatus": "active" if plan.status == "final" else "proposed",
            "description": {"text": plan.goal}, "subject": to_patient(plan.patient_id),
        }  # fmt: skip
    yield _care_plan(plan, before, *_standing(plan, plan, ends, as_of))
    for row, name in order_ids(plan):
        yield _service_request(plan, row, name, *_standing(plan, row, ends, as_of)) | _replaced(row, before)


def _standing(
    plan: Regimen, days: Regimen | Prescription, replaced_from: date | None, as_of: date | None
) -> tuple[str, date]:
    """Return the status of a regimen or an order, and its last day: that before a later revision, while it runs on."""
    last_day = days.last_day
    if plan.status != "final":
        return "draft", last_day
    if replaced_from is not None:
        if as_of is None or replaced_from <= max(as_of, days.first_day):
            return "revoked", last_day
        last_day = min(last_day, replaced_from - timedelta(days=1))
    return "completed" if as_of is not None and last_day <= as_of else "active", last_day


def _condition(plan: Regimen) -> Json:
    return {
        "resourceType": "Condition",
        "id": plain_id(plan.patient_id, "-lbp"),
        "clinicalStatus": concept(coding(codes()["condition_status"], "active")),
        "code": concept(snomed(codes()["low_back_pain"]), text="Low back pain"),
        "subject": to_patient(plan.patient_id),
    }


def _care_plan(plan: Regimen, before: Regimen | None, status: str, last_day: date) -> Json:
    held = [extension("held", valueBoolean=True)] if plan.status == "held" else []
    purpose = [extension("purpose", valueCode=plan.purpose)] if plan.purpose else []
    categories = [
        coding(codes()["physical_activity"], "PhysicalActivity"),
        coding(codes()["plan_category"], "assess-plan"),
    ]
    return _filled(
        resourceType="CarePlan",
        id=plain_id(_named(plan)),
        extension=[*map(_pause, plan.pauses), *purpose, *held],
        identifier=[
            {"system": ours("sid/regimen"), "value": plan.regimen_id},
            {"system": ours("sid/regimen-revision"), "value": f"{plan.regimen_id}/{plan.revision}"},
        ],
        replaces=[{"reference": f"CarePlan/{plain_id(_named(before))}"}] if before else [],
        status=status,
        intent="plan",
        category=[concept(one) for one in categories],
        title="Low-back home exercises",
        subject=to_patient(plan.patient_id),
        period={"start": plan.first_day.isoformat(), "end": last_day.isoformat()},
        created=plan.written_on and plan.written_on.isoformat(),
        addresses=_reasons(plan),
        goal=[{"reference": f"Goal/{plain_id(_named(plan), '-goal')}"}] if plan.goal else [],
        activity=[{"reference": {"reference": f"ServiceRequest/{name}"}} for _, name in order_ids(plan)],
        note=[{"text": plan.note}] if plan.note else [],
    )


def _service_request(plan: Regimen, row: Prescription, name: str, status: str, last_day: date) -> Json:
    until = row.model_copy(update={"last_day": last_day})
    ordered = [extension("ordered-until", valueDate=row.last_day.isoformat())] if last_day < row.last_day else []
    ordered += [extension("replaced", valueBoolean=True)] if status == "revoked" else []
    words = language("en")
    categories = [coding(codes()["physical_activity"], "PhysicalActivity"), snomed(codes()["therapy"])]
    return _filled(
        resourceType="ServiceRequest",
        id=name,
        extension=ordered,
        basedOn=[{"reference": f"CarePlan/{plain_id(_named(plan))}"}],
        status=status,
        intent="order",
        category=[concept(one) for one in categories],
        code=exercise_concept(row.exercise),
        orderDetail=[{"extension": list(_dose(row)), "text": " ".join(session_sentences(row, words))}],
        subject=to_patient(plan.patient_id),
        occurrenceTiming={"repeat": _repeat(until)},
        authoredOn=plan.written_on and plan.written_on.isoformat(),
        performer=[to_patient(plan.patient_id)],
        reasonReference=_reasons(plan),
        bodySite=[] if row.side == "none" else [side_concept(row.side)],
        patientInstruction=" ".join(dose_sentences(until, words)),
    )


def _replaced(row: Prescription, before: Regimen | None) -> Json:
    """Return which orders of the revision before a new one stands for: those of its exercise, on one of its days."""
    orders = order_ids(before) if before else []
    found = [{"reference": f"ServiceRequest/{name}"} for other, name in orders if shared_days(row, other)]
    return {"replaces": found} if found else {}


def _filled(**elements: Any) -> Json:
    """Return a resource without the elements that say nothing: FHIR knows no empty ones."""
    return {name: value for name, value in elements.items() if value not in (None, [], {})}


def _reasons(plan: Regimen) -> list[Json]:
    return [{"reference": f"Condition/{plain_id(plan.patient_id, '-lbp')}"}] if plan.purpose == REMEDIAL else []


def _pause(pause: Pause) -> Json:
    period = {"start": pause.first_day.isoformat(), "end": pause.last_day.isoformat()}
    parts: list[Json] = [{"url": "exercise", "valueCode": pause.exercise}] if pause.exercise else []
    parts.append({"url": "period", "valuePeriod": period})
    parts += [{"url": "reason", "valueMarkdown": pause.reason}] if pause.reason else []
    return {"url": extension_url("pause"), "extension": parts}


def _dose(row: Prescription) -> Iterator[Json]:
    """Yield the dose, one extension a parameter; a range where it has two ends."""
    yield _parameter("sessions_per_day", row.sessions_per_day)
    if row.days_per_week is not None:
        yield _parameter("days_per_week", row.days_per_week)
    yield _parameter("sets", row.sets)
    yield _parameter("reps", row.reps_min, row.most_reps)
    if row.hold_s_min is not None:
        yield _parameter("hold", row.hold_s_min, row.longest_hold_s)
    if row.side != "none":
        yield _coded("side", {"valueCodeableConcept": side_concept(row.side)})


def _parameter(part: str, least: float, most: float | None = None) -> Json:
    if most in (None, least):
        return _coded(part, {"valueQuantity": quantity(least, part)})
    return _coded(part, {"valueRange": {"low": quantity(least, part), "high": quantity(most or least, part)}})


def _coded(part: str, value: Json) -> Json:
    called = codes()["dose"].get(part, ["", part])[1]
    code = {"url": "code", "valueCodeableConcept": concept(coding(ours("CodeSystem/dose"), part, called))}
    return {"url": codes()["parameter"], "extension": [code, {"url": "value", **value}]}


def _repeat(row: Prescription) -> Json:
    bounds = {"start": row.first_day.isoformat(), "end": row.last_day.isoformat()}
    named: Json = {"dayOfWeek": list(row.weekdays)} if row.weekdays else {}
    times = row.sessions_per_day * (row.days_per_week or 1)
    return {"boundsPeriod": bounds, "frequency": times, "period": 1, "periodUnit": "d" if named else "wk", **named}


def _same(row: Prescription, orders: Iterable[tuple[Prescription, str]]) -> Iterator[str]:
    begins = (row.exercise, row.side, row.first_day)
    return (name for one, name in orders if (one.exercise, one.side, one.first_day) == begins)
