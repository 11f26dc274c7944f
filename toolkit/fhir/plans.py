"""Care plans as regimens: those whose every dose can be read; others are drafts for the physician."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.errors import Problem, RegimenError
from toolkit.fhir.check import problems_of
from toolkit.fhir.codes import Json, codes, codes_of, extension_url, extensions_of, groups, ours, value_of
from toolkit.fhir.orders import NotReadable, prescription_of
from toolkit.fhir.resources import TYPES, Document, Found, means_more
from toolkit.plan.catalogue import exercises
from toolkit.plan.drafts import ExerciseDraft, RegimenDraft, blank_exercises
from toolkit.plan.regimen import Regimen

OURS = ("regimen", "regimen-revision")
NUMBER = re.compile("[1-9][0-9]{0,8}")
NOT_ORDERED = ("entered-in-error", "revoked")  # of an order in a plan that goes on without it


@dataclass(frozen=True, slots=True)
class Plans:
    """What the care plans of a document came to; `notices` says what was left alone, and why a draft is one."""

    regimens: tuple[Regimen, ...]
    drafts: tuple[RegimenDraft, ...]
    notices: tuple[str, ...]


def plans_of(document: Document, *, patients: Mapping[str, str] | None = None, patient_id: str | None = None) -> Plans:
    """Return the regimens that a document's care plans state.

    Parameters
    ----------
    patients : ids of another system's patients, to ours
    patient_id : pseudonym of the one patient of a document that names none of ours

    Raises
    ------
    RegimenError
        With every problem of every care plan and order, each with its path, and of every patient who is not known.
    """
    if document.later:
        raise RegimenError(f"This is of a later FHIR than R4 ({document.later}): only R4 is read.")
    wrong = [
        Problem(_where(one, problem.where), problem.message)
        for kind in ("CarePlan", "ServiceRequest")
        for one in document.of(kind)
        for problem in _problems(one.data)
    ]
    if wrong:
        raise RegimenError("The care plans cannot be used.", wrong)
    reader = _Reader(document, dict(patients or {}), patient_id)
    made = [one for plan in document.of("CarePlan") for one in reader.read(plan)]
    if reader.problems:
        raise RegimenError("The care plans cannot be used.", reader.problems)
    regimens = list(dict.fromkeys(one for one in made if isinstance(one, Regimen)))
    if twice := _twice(regimens):
        raise RegimenError(
            "The care plans cannot be used.", [Problem(twice, "stands there twice, and says two things")]
        )
    drafts = tuple(one for one in made if isinstance(one, RegimenDraft))
    return Plans(tuple(regimens), drafts, reader.notices)


class _Reader:
    """Reads care plans one after the other; gathers what is wrong with them and what is to be told."""

    def __init__(self, document: Document, patients: dict[str, str], patient_id: str | None) -> None:
        self.document, self.patients, self.patient_id = document, patients, patient_id
        self.problems: list[Problem] = []
        self.left, self.told, self.read_orders = Counter[str](), list[str](), set[int]()
        self.replaced = {
            id(document.target(reference, plan.data))
            for plan in document.of("CarePlan")
            for reference in groups(plan.data.get("replaces"))
        }
        whose = {document.whose(one.data) for kind in TYPES for one in document.of(kind)}
        self.alone = len({one for one in whose if not one.wrong}) == 1

    def read(self, plan: Found) -> Iterator[Regimen | RegimenDraft]:
        """Yield the regimen or the draft that a care plan makes, if it makes one."""
        status = codes()["plan_status"].get(plan.data.get("status"))
        if status is None or not _asks_exercise(self.document, plan):
            why = "are entered in error" if status is None else "ask for no exercise that is known here"
            self.left[f"Care plans left alone that {why}"] += 1
            return
        whose = self._whose(plan)
        if self.problems or whose is None:
            return
        rows, unread = self._rows(plan)
        is_ours = bool(_identifier(plan.data, OURS[0]))
        if is_ours and unread:
            self.problems += [Problem(_where(plan, "CarePlan.activity"), one) for one in unread]
        elif unread or not rows:
            self.told += [f"A care plan is a draft for the physician, not a prescription: {one}." for one in unread]
            yield _draft(plan.data, whose, self._activities(plan.data))
        else:
            yield from self._regimen(plan, whose, self._status(plan, status), rows)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was left alone, each with how often; and why drafts are drafts."""
        orders = sum(id(one.data) not in self.read_orders for one in self.document.of("ServiceRequest"))
        more = {"Orders left alone that no care plan read here names": orders} if orders else {}
        left = (f"{what}: {times}." for what, times in sorted((self.left | Counter(more)).items()))
        return (*left, *dict.fromkeys(self.told))

    def _whose(self, plan: Found) -> str | None:
        whose = self.document.whose(plan.data)
        pseudonym = whose.ours or self.patients.get(whose.theirs) or (self.patient_id if self.alone else None)
        if whose.wrong:
            self.problems.append(Problem(_where(plan, "CarePlan.subject"), f"must be one Patient; found {whose.wrong}"))
        elif pseudonym is None:
            told = "is a patient of another system: say which pseudonym is meant (--patient, or patients of a mapping)"
            self.problems.append(Problem(_where(plan, "CarePlan.subject"), told))
        return None if whose.wrong else pseudonym

    def _activities(self, plan: Json) -> Iterator[Json | None]:
        """Yield the order of each activity, or the detail that stands for it; None where it is not in the document."""
        for one in groups(plan.get("activity")):
            if "detail" in one or "reference" in one:
                yield one.get("detail") or self.document.target(one["reference"], plan)

    def _rows(self, plan: Found) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the prescriptions of a plan, and what of it cannot be read as one."""
        rows, unread, read = [], [], set(codes()["order_read"])
        for order in self._activities(plan.data):
            self.read_orders.add(id(order))
            if order is None:
                unread.append("an order it refers to is not in the document")
            elif "subject" in order and self.document.whose(order) != self.document.whose(plan.data):
                told = "must be about the plan's own patient; found another"
                self.problems.append(Problem(_where(plan, "CarePlan.activity"), told))
            elif not _is_exercise(order):
                self.left["Activities of care plans left alone that are no exercise known here"] += 1
            elif order.get("status") in NOT_ORDERED and not _is_replaced(order, plan.data):
                self.left["Orders left alone that were revoked or entered in error"] += 1
            else:
                try:
                    rows.append(prescription_of(order, plan.data))
                    self.left.update(f"Fields of orders left alone: {key}" for key in set(order) - read)
                except NotReadable as why:
                    unread.append(str(why))
        return rows, unread

    def _status(self, plan: Found, status: str) -> str:
        if value_of(plan.data, "held"):
            return "held"
        if plan.data["status"] == "revoked" and id(plan.data) not in self.replaced:
            self.told.append("A care plan is a draft: it was revoked, and nothing here replaces it.")
            return "draft"
        return "draft" if plan.data.get("intent") not in ("plan", "order") else status

    def _regimen(self, plan: Found, whose: str, status: str, rows: list[dict[str, Any]]) -> Iterator[Regimen]:
        data = plan.data
        number = _identifier(data, OURS[1]).rpartition("/")[2]
        try:
            yield Regimen(
                regimen_id=_identifier(data, OURS[0]) or data.get("id", ""),
                revision=int(number) if NUMBER.fullmatch(number) else 1,
                patient_id=whose, status=status, prescriptions=rows, pauses=list(_pauses(data)),
                written_on=_day(data.get("created")), written_by=self._author(data), goal=self._goal(data),
                purpose=value_of(data, "purpose"),
                note="\n".join(one["text"] for one in groups(data.get("note"))) or None,
            )  # fmt: skip
        except RegimenError as error:
            self.problems += [Problem(_where(plan, f"CarePlan: {one.where}"), one.message) for one in error.problems]

    def _author(self, data: Json) -> str | None:
        author = data.get("author") or {}
        named = {"identifier": author.get("identifier")} if "identifier" in author else None
        return _identifier(named or self.document.target(author, data) or {}, "prescriber") or None

    def _goal(self, data: Json) -> str | None:
        goals = [self.document.target(one, data) for one in groups(data.get("goal"))]
        said = next((one.get("description") for one in goals if one), None)
        return said.get("text") if isinstance(said, dict) else None


def _where(found: Found, path: str) -> str:
    return f"{found.place}: {path}" if found.place else path


def _problems(data: Json) -> list[Problem]:
    more = means_more(data)
    unknown = (
        [Problem(f"{data['resourceType']}.{more}", "may change what is meant, and is not known here")] if more else []
    )
    return [*problems_of(data), *unknown]


def _asks_exercise(document: Document, plan: Found) -> bool:
    details = (
        one.get("detail") or document.target(one.get("reference"), plan.data)
        for one in groups(plan.data.get("activity"))
    )
    return bool(_identifier(plan.data, OURS[0])) or any(one and _is_exercise(one) for one in details)


def _is_replaced(order: Json, plan: Json) -> bool:
    """Tell whether an order was revoked with its whole plan, or by us for a later revision that leaves it no day."""
    return plan.get("status") == "revoked" or (order["status"] == "revoked" and value_of(order, "replaced") is True)


def _is_exercise(order: Json) -> bool:
    code = order.get("code")
    return bool(codes_of(code, ours("CodeSystem/exercise"))) or any(
        one in codes()["exercise_of_others"] for one in codes_of(code, codes()["snomed"])
    )


def _draft(plan: Json, whose: str, activities: Iterator[Json | None]) -> RegimenDraft:
    """Return what a physician starts from: the days, and the exercises that are named; nothing of the dose."""
    chosen, said = blank_exercises(), []
    for order in activities:
        code = (order or {}).get("code")
        for name in codes_of(code, ours("CodeSystem/exercise")):
            if name in chosen:
                chosen[name] = ExerciseDraft(on=True, side="" if exercises()[name].sided else "none")
        known = codes()["exercise_of_others"]
        said += [f"{known[one]} (SNOMED CT {one})" for one in codes_of(code, codes()["snomed"]) if one in known]
    period = plan.get("period") or {}
    return RegimenDraft(
        patient_id=whose, first_day=_day(period.get("start")), last_day=_day(period.get("end")), exercises=chosen,
        note=f"From a care plan of another system: {', '.join(dict.fromkeys(said))}." if said else "",
    )  # fmt: skip


def _pauses(plan: Json) -> Iterator[dict[str, Any]]:
    for pause in extensions_of(plan, extension_url("pause")):
        parts = {one["url"]: one for one in pause.get("extension", ())}
        period = parts.get("period", {}).get("valuePeriod") or {}
        reason = parts.get("reason", {})
        yield {
            "exercise": parts.get("exercise", {}).get("valueCode"),
            "first_day": _day(period.get("start")), "last_day": _day(period.get("end")),
            "reason": reason.get("valueMarkdown") or reason.get("valueString"),
        }  # fmt: skip


def _identifier(data: Json, kind: str) -> str:
    found = data.get("identifier")
    for one in groups(found if isinstance(found, list) else [found]):
        if one.get("system") == ours(f"sid/{kind}"):
            return str(one.get("value", ""))
    return ""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def _twice(regimens: list[Regimen]) -> str:
    seen = set()
    for one in regimens:
        if (key := (one.regimen_id, one.revision)) in seen:
            return f"{one.regimen_id} revision {one.revision}"
        seen.add(key)
    return ""
