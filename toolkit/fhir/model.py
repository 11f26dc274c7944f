"""The elements of every FHIR R4 type, taken from the field metadata of `fhir.resources`."""

from __future__ import annotations

import re
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.fhir.codes import codes


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type.

    `type` is its FHIR type, `many` whether it is a list, `words` its required codes, `targets` the types it may refer
    to, `choice` the name of the group of which only one may be given; `primitive` tells a value from a group of fields.
    """

    type: str
    primitive: bool
    many: bool
    required: bool
    words: tuple[str, ...]
    targets: tuple[str, ...]
    choice: str
    choice_required: bool


@cache
def elements_of(name: str) -> dict[str, Element] | None:
    """Return the elements of a type by their names in JSON; None where R4 has no such type.

    Raises
    ------
    ToolkitError
        If `fhir.resources` is not installed: with the command that brings it.
    """
    try:
        from fhir.resources.R4B import get_fhir_model_class
    except ImportError:
        raise ToolkitError("Reading and writing FHIR needs fhir.resources: pip install 'backcare[fhir]'.") from None
    try:
        fields = get_fhir_model_class(name).model_fields
    except (ValueError, KeyError):
        return None
    known = {key: field for key, field in fields.items() if not key.endswith("__ext") and key != "fhir_comments"}
    return {field.alias or key: _element(field, f"{name}.{field.alias or key}") for key, field in known.items()}


def is_resource(name: object) -> bool:
    """Return whether R4 has a resource of this type."""
    known = elements_of(name) if isinstance(name, str) and name.isidentifier() else None
    return known is not None and {"id", "meta", "implicitRules"} <= set(known)


@cache
def form_of(primitive: str) -> tuple[re.Pattern[str], str]:
    """Return the form of a primitive type that is text, and what it is called."""
    pattern, called = codes()["primitive"][primitive]
    return re.compile(pattern), called


def _element(field: Any, path: str) -> Element:
    said = field.json_schema_extra or {}
    words = codes()["values"].get(path, said.get("enum_values", ()))
    inner, many = _unwrapped(field.annotation)
    primitive = _primitive(inner)
    return Element(
        type=primitive or inner.__name__.removesuffix("Type"),
        primitive=bool(primitive),
        many=many,
        required=field.is_required() or bool(said.get("element_required")),
        words=() if "+" in words else tuple(words),  # "+": the model's list is cut off
        targets=tuple(said.get("enum_reference_types", ())),
        choice=said.get("one_of_many", ""),
        choice_required=bool(said.get("one_of_many_required")),
    )


def _unwrapped(annotation: Any) -> tuple[Any, bool]:
    """Return the type inside optional and list, and whether there was a list."""
    many = False
    while True:
        inner = [one for one in typing.get_args(annotation) if one is not type(None)]
        if typing.get_origin(annotation) is typing.Annotated or not inner:
            return annotation, many
        many |= typing.get_origin(annotation) is list
        annotation = inner[0]


def _primitive(annotation: Any) -> str:
    """Return the name of a primitive type, as FHIR calls it; empty for a group of fields."""
    if annotation is bool:
        return "boolean"
    if typing.get_origin(annotation) is not typing.Annotated:
        return ""
    kind, *forms = typing.get_args(annotation)
    names = [getattr(one, "__visit_name__", "") for one in forms]
    return next(filter(None, names), kind.__name__.lower())
