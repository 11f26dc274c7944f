"""What FHIR R4 calls things, as codes.toml lists it, and how a coded value is written and read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

Json = dict[str, Any]


@cache
def codes() -> Json:
    """Return the codes, addresses and forms of codes.toml."""
    return tomllib.loads(files("toolkit.fhir").joinpath("codes.toml").read_text(encoding="utf-8"))


def ours(path: str) -> str:
    """Return an address of our own: a system of identifiers or codes, or an extension."""
    return f"{codes()['base']}{path}"


def extension_url(name: str) -> str:
    """Return the address of an extension of ours."""
    return ours(f"StructureDefinition/{name}")


def concept(*codings: Json, text: str | None = None) -> Json:
    """Return a CodeableConcept."""
    return {"coding": list(codings)} | ({"text": text} if text else {})


def coding(system: str, code: str, display: str | None = None) -> Json:
    """Return a Coding, with what the code is called where codes.toml or the caller says it."""
    called = display or codes()["display"].get(code)
    return {"system": system, "code": code} | ({"display": called} if called else {})


def snomed(code: str) -> Json:
    """Return a Coding of SNOMED CT."""
    return coding(codes()["snomed"], code)


def quantity(value: float, part: str) -> Json:
    """Return a Quantity of a parameter of the dose, in its unit; a whole number is written as one."""
    unit = codes()["dose"][part][0]
    return {"value": whole(value), "unit": unit, "system": codes()["ucum"], "code": unit}


def whole(value: float) -> int | float:
    """Return a number as JSON writes it shortest: 30, not 30.0."""
    return int(value) if float(value).is_integer() else float(value)


def extension(name: str, **value: Any) -> Json:
    """Return an extension of ours with its value."""
    return {"url": extension_url(name), **value}


def codes_of(element: Any, system: str) -> list[str]:
    """Return the codes that a CodeableConcept gives in a system; what they display is never looked at."""
    found = groups(element.get("coding")) if isinstance(element, dict) else ()
    return [one["code"] for one in found if one.get("system") == system and isinstance(one.get("code"), str)]


def extensions_of(element: Json, url: str) -> Iterator[Json]:
    """Yield the extensions of an element that have an address."""
    return (one for one in groups(element.get("extension")) if one.get("url") == url)


def groups(value: Any) -> Iterator[Json]:
    """Yield the groups of fields in a list; what else stands in it is told of by the check."""
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def value_of(element: Json, name: str) -> Any:
    """Return the value of the first extension of ours with a name; None without any."""
    found = next(extensions_of(element, extension_url(name)), {})
    return next((value for key, value in found.items() if key.startswith("value")), None)
