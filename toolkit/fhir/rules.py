"""The rules of FHIR R4 between the elements of a type, by their names in the specification."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from toolkit.fhir.codes import Json, groups

Broken = Iterator[tuple[str, str]]  # the place inside the type, and what is wrong there
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
NEEDS = (  # tim-1, tim-2, tim-6, tim-7, tim-8, tim-9
    ("duration", "durationUnit"), ("period", "periodUnit"), ("periodMax", "period"), ("durationMax", "duration"),
    ("countMax", "count"), ("offset", "when"),
)  # fmt: skip
MEALS = ("C", "CM", "CD", "CV")


def broken_rules(name: str, data: Json, root: Json) -> Broken:
    """Yield the rules that a group of fields of a type breaks; `root` is the resource it stands in."""
    rule = RULES.get(name)
    if rule is not None:
        yield from rule(data, root)


def type_referred_to(reference: Any, root: Json) -> str | None:
    """Return the type of resource that a reference says it refers to; None where it does not say."""
    if not isinstance(reference, dict):
        return None
    target, stated = reference.get("reference"), reference.get("type")
    if isinstance(target, str) and target.startswith("#"):
        inside = (one.get("resourceType") for one in groups(root.get("contained")) if one.get("id") == target[1:])
        return next(map(str, inside), None)
    parts = target.partition("/_history/")[0].split("/") if isinstance(target, str) else []
    if len(parts) > 1 and parts[-2].isalpha() and parts[-2][:1].isupper():
        return parts[-2]
    return stated if isinstance(stated, str) else None


def _timing(data: Json, root: Json) -> Broken:
    for given, needed in NEEDS:
        if given in data and needed not in data:
            yield f".{given}", f"needs {needed} beside it"
    for name in ("duration", "period"):
        if _number(data.get(name)) < 0:
            yield f".{name}", f"must not be negative; found {data[name]:g}"
    when = data.get("when")
    if "timeOfDay" in data and when is not None:
        yield ".when", "must not stand beside timeOfDay"
    if "offset" in data and isinstance(when, list) and set(MEALS) & {one for one in when if isinstance(one, str)}:
        yield ".offset", f"must not stand beside {', '.join(MEALS)} in when"


def _activity(data: Json, root: Json) -> Broken:
    if "reference" in data and "detail" in data:
        yield ".reference", "must not stand beside detail: one of the two"


def _request(data: Json, root: Json) -> Broken:
    if "orderDetail" in data and "code" not in data:
        yield ".orderDetail", "needs code beside it"


def _period(data: Json, root: Json) -> Broken:
    start, end = data.get("start"), data.get("end")
    if isinstance(start, str) and isinstance(end, str):
        length = min(len(start), len(end), 10)  # instants of one day may be of two offsets
        if start[:length] > end[:length]:
            yield ".end", f"must not be before start; found {start[:10]} to {end[:10]}"


def _range(data: Json, root: Json) -> Broken:
    low, high = (one.get("value") if isinstance(one, dict) else None for one in (data.get("low"), data.get("high")))
    if None not in (low, high) and _number(low) > _number(high):
        yield ".high", "must not be below low"


def _quantity(data: Json, root: Json) -> Broken:
    if "code" in data and "system" not in data:
        yield ".system", "is missing: a unit's code needs the system it is of"
    yield from _system(data, root)


def _system(data: Json, root: Json) -> Broken:
    system = data.get("system")
    if isinstance(system, str) and not ABSOLUTE.fullmatch(system):
        yield ".system", "must be a whole address, such as http://loinc.org"


def _extension(data: Json, root: Json) -> Broken:
    values = [key for key in data if key.removeprefix("_").startswith("value")]
    if bool(values) == ("extension" in data):
        yield "", f"must hold a value or extensions; found {'both' if values else 'neither'}"


def _observation(data: Json, root: Json) -> Broken:
    valued = any(key.startswith("value") for key in data)
    if valued and "dataAbsentReason" in data:
        yield ".dataAbsentReason", "must not stand beside a value"
    code = data.get("code")
    if valued and code is not None and any(one.get("code") == code for one in groups(data.get("component"))):
        yield ".component", "must not have the code of the Observation itself, which has a value"


def _bundle(data: Json, root: Json) -> Broken:
    seen = set()
    for place, entry in enumerate(groups(data.get("entry"))):
        url = entry.get("fullUrl")
        if isinstance(url, str) and url in seen:
            yield f".entry[{place}].fullUrl", "must stand once in the Bundle"
        seen.add(url if isinstance(url, str) else None)
        if data.get("type") in ("transaction", "batch") and "request" not in entry:
            yield f".entry[{place}].request", f"is missing: each entry of a {data['type']} says what to do with it"


def _reference(data: Json, root: Json) -> Broken:
    target = data.get("reference")
    inside = {one.get("id") for one in groups(root.get("contained")) if isinstance(one.get("id"), str)}
    if isinstance(target, str) and target.startswith("#") and target != "#" and target[1:] not in inside:
        yield ".reference", "must be contained in the resource; it is not there"


def _number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else 0


RULES: dict[str, Callable[[Json, Json], Broken]] = {
    "TimingRepeat": _timing,  # tim-1, tim-2, tim-4 to tim-10
    "CarePlanActivity": _activity,  # cpl-3
    "ServiceRequest": _request,  # prr-1
    "Period": _period,  # per-1
    "Range": _range,  # rng-2
    "Quantity": _quantity,  # qty-3
    "Duration": _quantity,
    "Age": _quantity,
    "Extension": _extension,  # ext-1
    "Observation": _observation,  # obs-6, obs-7
    "Bundle": _bundle,  # bdl-3, bdl-7
    "Reference": _reference,  # ref-1
    "Coding": _system,
    "Identifier": _system,
}
