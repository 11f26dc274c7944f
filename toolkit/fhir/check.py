"""Everything that is wrong with a FHIR R4 resource, all at once, each with its path and what is accepted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from toolkit.errors import Problem
from toolkit.fhir.codes import Json
from toolkit.fhir.model import Element, elements_of, form_of, is_resource
from toolkit.fhir.rules import broken_rules, type_referred_to
from toolkit.typed import shown

WHOLE = {"integer": (-(2**31), "a whole number"), "unsignedInt": (0, "a whole number, 0 or more"),
         "positiveInt": (1, "a whole number, 1 or more")}  # fmt: skip
TELLING = ("code", "date", "dateTime", "instant", "time", "boolean", "decimal", *WHOLE)  # others may hold a person's


def problems_of(resource: Any) -> list[Problem]:
    """Return the problems of a resource, a Bundle with all that is in it; a path is `CarePlan.activity[0].reference`.

    Raises
    ------
    ToolkitError
        If `fhir.resources` is not installed.
    """
    return list(_resource(resource, "", resource))


def dangling(resources: Sequence[Json]) -> Iterator[Problem]:
    """Yield every reference to something that is not in it."""
    names = {f"{one['resourceType']}/{one['id']}" for one in resources}
    for place, resource in enumerate(resources):
        for target in _targets(resource):
            if target not in names:
                yield Problem(f"Bundle.entry[{place}].resource", f"refers to {target}, which is not in the Bundle")


def _targets(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _targets(one)


def _resource(data: Any, path: str, root: Any) -> Iterator[Problem]:
    name = data.get("resourceType") if isinstance(data, dict) else None
    if not is_resource(name):
        yield Problem(f"{path}resourceType", f"must be a resource of FHIR R4; found {shown(name)}")
        return
    yield from _group(data, str(name), f"{path}{name}", root)


def _group(data: Any, name: str, path: str, root: Json) -> Iterator[Problem]:
    """Yield the problems of a group of fields; `root` is the resource in which `#` finds what is contained."""
    if not isinstance(data, dict) or not data:
        yield Problem(path, f"must be a group of fields; found {_found(data)}")
        return
    known = elements_of(name) or {}
    for key, value in data.items():
        element = known.get(key.removeprefix("_"))
        if element is None or (key.startswith("_") and not element.primitive):
            if key != "resourceType" or not is_resource(name):
                yield Problem(f"{path}.{shown(key)}", f"is no element of {name} in FHIR R4")
        elif key.startswith("_"):
            yield from _beside(value, f"{path}.{key}", root)
        else:
            yield from _element(value, element, f"{path}.{key}", root)
    given = {key.removeprefix("_") for key in data}
    yield from _missing(name, given, path)
    yield from (Problem(f"{path}{inner}", message) for inner, message in broken_rules(name, data, root))


@cache
def _asked(name: str) -> tuple[tuple[str, ...], dict[str, tuple[tuple[str, ...], bool]]]:
    """Return the elements that a type must have, and its choices: of which elements, and whether one must be given."""
    known = elements_of(name) or {}
    choices = dict.fromkeys(one.choice for one in known.values() if one.choice)
    groups = {choice: tuple(key for key, one in known.items() if one.choice == choice) for choice in choices}
    needed = {choice: (group, known[group[0]].choice_required) for choice, group in groups.items()}
    return tuple(key for key, one in known.items() if one.required), needed


def _missing(name: str, given: set[str], path: str) -> Iterator[Problem]:
    """Yield what must be there and is not, and choices of which two are there."""
    required, choices = _asked(name)
    yield from (Problem(f"{path}.{key}", "is missing") for key in required if key not in given)
    for choice, (group, needed) in choices.items():
        chosen = [key for key in group if key in given]
        if len(chosen) > 1:
            yield Problem(f"{path}.{choice}[x]", f"must be given once; found {' and '.join(chosen)}")
        elif not chosen and needed:
            yield Problem(f"{path}.{choice}[x]", "is missing")


def _beside(value: Any, path: str, root: Json) -> Iterator[Problem]:
    """Yield the problems of the extensions beside a primitive value, or beside each of a list."""
    many = value if isinstance(value, list) else [value]
    for one in many:
        if one is not None or not isinstance(value, list):
            yield from _group(one, "FHIRPrimitiveExtension", path, root)


def _element(value: Any, element: Element, path: str, root: Json) -> Iterator[Problem]:
    if element.many != isinstance(value, list):
        yield Problem(path, f"must {'' if element.many else 'not '}be a list; found {_found(value)}")
    elif not element.many:
        yield from _one(value, element, path, root)
    elif not value:
        yield Problem(path, "must not be an empty list")
    else:
        for place, one in enumerate(value):
            if one is not None or not element.primitive:
                yield from _one(one, element, f"{path}[{place}]", root)


def _one(value: Any, element: Element, path: str, root: Json) -> Iterator[Problem]:
    if element.primitive:
        if wrong := _wrong(value, element.type) or _not_of(value, element.words):
            found = shown(value) if element.type in TELLING else _found(value)
            yield Problem(path, f"must be {wrong}; found {found}")
    elif element.type == "Resource":
        yield from _resource(value, f"{path}: ", value if root["resourceType"] == "Bundle" else root)
    else:
        yield from _group(value, element.type, path, root)
        if element.type == "Reference" and element.targets and "Resource" not in element.targets:
            target = type_referred_to(value, root)
            if target is not None and target not in element.targets:
                yield Problem(path, f"must refer to {' or '.join(element.targets)}; found {shown(target)}")


def _wrong(value: Any, kind: str) -> str:
    """Return what a primitive value must be, where it is not; else nothing."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if kind in WHOLE:
        least, called = WHOLE[kind]
        return "" if number and isinstance(value, int) and least <= value < 2**31 else called
    if kind == "decimal":
        return "" if number and math.isfinite(value) else "a number"
    form, called = form_of(kind)
    if not isinstance(value, str) or not form.fullmatch(value):
        return called
    return called if kind in ("date", "dateTime", "instant") and not _is_day(value) else ""


def _is_day(value: str) -> bool:
    """Return whether a date, where it is whole, is one of the calendar."""
    try:
        return len(value) < 10 or bool(date.fromisoformat(value[:10]))
    except ValueError:
        return False


def _not_of(value: Any, words: tuple[str, ...]) -> str:
    return f"one of {', '.join(words)}" if words and value not in words else ""


def _found(value: Any) -> str:
    """Say what kind of thing was found, never a text that may be a person's."""
    if isinstance(value, str):
        return "an empty text" if not value else "other text"
    return "a list" if isinstance(value, list) else shown(value)
