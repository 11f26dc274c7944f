"""An order for an exercise as a prescription: every part of its dose as it is coded, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from toolkit.fhir.codes import Json, codes, codes_of, extensions_of, ours, value_of
from toolkit.fhir.resources import means_more
from toolkit.plan.catalogue import exercises
from toolkit.schema import WEEKDAYS

ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
RUNNING = ("draft", "active", "completed", "revoked")
TIMED = {"boundsPeriod", "frequency", "period", "periodUnit", "dayOfWeek", "id"}


class NotReadable(Exception):  # noqa: N818 - it is no error of the document
    """An order says something that no prescription of ours can hold; its words say what."""


def prescription_of(order: Json, plan: Json) -> dict[str, Any]:
    """Return the fields of a prescription.

    Raises
    ------
    NotReadable
        If a part of the dose is missing, is given in another unit, or says what a prescription cannot say.
    """
    named = codes_of(order.get("code"), ours("CodeSystem/exercise"))
    if len(set(named)) != 1:
        raise NotReadable("it does not say which of our exercises is meant")
    if order.get("resourceType") != "ServiceRequest":
        raise NotReadable("its activity has no order with a dose")
    for name, accepted in (("status", RUNNING), ("intent", ORDERS)):
        if order.get(name) not in accepted:
            raise NotReadable(f"the {name} of an order is {order.get(name)}")
    if more := means_more(order):
        raise NotReadable(f"an order holds {more}, which may change what is meant")
    if order.get("doNotPerform") or any(key.startswith("asNeeded") for key in order):
        raise NotReadable("an order says not to do it, or only as needed")
    dose = dict(_dose(order))
    side = _side(dose, order, sided=named[0] in exercises() and exercises()[named[0]].sided)
    reps, hold = dose.get("reps"), dose.get("hold", (None, None))
    if reps is None or "sets" not in dose:
        raise NotReadable("the sets or repetitions of an order are missing")
    return {
        "exercise": named[0],
        "side": side,
        **_days(order, plan, dose),
        "sets": _one(dose, "sets"),
        **dict(zip(("reps_min", "reps_max"), reps, strict=True)),
        **dict(zip(("hold_s_min", "hold_s_max"), hold, strict=True)),
    }


def _dose(order: Json) -> Iterator[tuple[str, Any]]:
    """Yield the parameters of the dose: least and most of each number, the side as its codes."""
    seen: set[str] = set()
    for parameter in _parameters(order):
        parts = {one.get("url"): one for one in parameter.get("extension", ())}
        for name in codes_of(parts.get("code", {}).get("valueCodeableConcept"), ours("CodeSystem/dose")):
            if name in seen:
                raise NotReadable(f"{name} stands twice in an order")
            seen.add(name)
            value = parts.get("value", {})
            if name == "side":
                yield name, codes_of(value.get("valueCodeableConcept"), codes()["snomed"])
            elif name in codes()["dose"]:
                yield name, _ends(name, value)
            else:
                raise NotReadable("an order has a parameter of the dose that is not known here")


def _parameters(order: Json) -> Iterator[Json]:
    for detail in order.get("orderDetail", ()):
        yield from extensions_of(detail, codes()["parameter"])
    for before in extensions_of(order, codes()["parameter_before"]):
        yield from (one for one in before.get("extension", ()) if one.get("url") == "parameter")


def _ends(name: str, value: Json) -> tuple[Any, Any]:
    both = value.get("valueRange")
    ends: tuple[Json | None, ...] = (value.get("valueQuantity"),) * 2
    ends = (both.get("low"), both.get("high")) if both else ends
    numbers = []
    unit = codes()["dose"][name][0]
    for one in ends:
        if not one or "value" not in one or one.get("comparator"):
            raise NotReadable(f"{name} of an order has no plain value")
        if (one.get("system"), one.get("code")) != (codes()["ucum"], unit):
            raise NotReadable(f"{name} of an order is in another unit than {unit}")
        numbers.append(_number(name, one["value"]))
    return numbers[0], numbers[1]


def _number(name: str, value: float) -> float:
    """Return a hold as it is, and a count as the whole number it must be."""
    if name == "hold":
        return float(value)
    if value != int(value):
        raise NotReadable(f"{name} of an order is no whole number")
    return int(value)


def _one(dose: dict[str, Any], name: str) -> Any:
    low, high = dose[name]
    if low != high:
        raise NotReadable(f"{name} of an order is a range")
    return low


def _side(dose: dict[str, Any], order: Json, *, sided: bool) -> str:
    """Return the side, as the dose and the body site of the order agree on it."""
    sides = {code: name for name, code in codes()["side"].items()}
    told = [
        *dose.get("side", ()),
        *(one for site in order.get("bodySite", ()) for one in codes_of(site, codes()["snomed"])),
    ]
    if len({*told}) > 1 or any(one not in sides for one in told):
        raise NotReadable("an order says two sides, or a place of the body that is no side")
    if not told and sided:
        raise NotReadable("an order says no side")
    return sides[told[0]] if told else "none"


def _days(order: Json, plan: Json, dose: dict[str, Any]) -> dict[str, Any]:
    """Return the days of a prescription and its sessions a day."""
    repeat = (order.get("occurrenceTiming") or {}).get("repeat") or {}
    if more := sorted(set(repeat) - TIMED):
        raise NotReadable(f"the timing of an order says {', '.join(more)}, which no prescription can")
    if "event" in (order.get("occurrenceTiming") or {}):
        raise NotReadable("the timing of an order names single days")
    unit, frequency = repeat.get("periodUnit"), repeat.get("frequency")
    if repeat.get("period") != 1 or unit not in ("d", "wk") or frequency is None:
        raise NotReadable("the timing of an order is not so many times a day or a week")
    sessions = _one(dose, "sessions_per_day") if "sessions_per_day" in dose else frequency if unit == "d" else None
    quota = _one(dose, "days_per_week") if "days_per_week" in dose else None
    named = tuple(day for day in WEEKDAYS if day in repeat.get("dayOfWeek", ()))
    if unit == "d" and not named:
        quota = quota or len(WEEKDAYS)
    odd = (named and unit == "wk") or (unit == "d" and quota not in (None, len(WEEKDAYS)))
    if sessions is None or bool(named) == bool(quota) or odd:
        raise NotReadable("an order does not say how many sessions on which days")
    if frequency != (sessions if unit == "d" else sessions * quota):
        raise NotReadable("the timing and the dose of an order say two things")
    period = repeat.get("boundsPeriod") or plan.get("period") or {}
    if any(len(period.get(end, "")) < 10 for end in ("start", "end")):
        raise NotReadable("an order says no first and last day")
    ends = value_of(order, "ordered-until") or period["end"]  # a later revision, where there is one, cuts it again
    return {
        "first_day": date.fromisoformat(period["start"][:10]), "last_day": date.fromisoformat(ends[:10]),
        "sessions_per_day": sessions, "weekdays": named or None, "days_per_week": quota,
    }  # fmt: skip
