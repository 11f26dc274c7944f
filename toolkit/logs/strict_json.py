"""JSON without surprises: no key twice, no number that is none, not nested without end; numbers as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from toolkit.logs.codes import refuse
from toolkit.logs.source import MAX_BYTES, Source
from toolkit.logs.text import Exact, lines_of

DEPTH = 64
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def json_text(source: Source) -> str:
    """Return the text of a JSON file, which is read whole.

    Raises
    ------
    LogError
        `too_large`, or as `lines_of`.
    """
    if source.size > MAX_BYTES:
        raise refuse(source.name, "too_large", f"{source.size / 1e6:.0f} MB of JSON")
    return "".join(lines_of(source.name, source.opened, longest=MAX_BYTES))


def parse(name: str, text: str, *, exact: bool = True, line: int = 1) -> Any:
    """Return the data of a JSON text; with `exact` each number as its `Exact`. `line` is the one it begins on.

    Raises
    ------
    LogError
        `json_invalid`, with the place where there is one.
    """
    _refuse_depth(name, text)

    def refuse_constant(word: str) -> None:
        raise refuse(name, "json_invalid", word)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise refuse(name, "json_invalid", "a key twice")
        return found

    numbers: dict[str, Any] = {"parse_int": Exact, "parse_float": Exact} if exact else {}
    try:
        data = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=once, **numbers)
    except json.JSONDecodeError as error:
        raise refuse(name, "json_invalid", f"line {line + error.lineno - 1}") from None
    except (ValueError, RecursionError):
        raise refuse(name, "json_invalid", "a number or a nesting") from None
    if "\\u" in text:  # the text itself holds neither: only an escape can
        _refuse_characters(name, data)
    return data


def _refuse_depth(name: str, text: str) -> None:
    depth = 0
    for found in STRUCTURE.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEPTH:
                raise refuse(name, "json_invalid", f"nested more than {DEPTH} deep")
        elif mark in "]}":
            depth -= 1


def _refuse_characters(name: str, data: Any) -> None:
    """Refuse a zero character, and half a character, wherever they are written as an escape."""
    for value in _texts(data):
        if "\0" in value:
            raise refuse(name, "nul_byte")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise refuse(name, "json_invalid", "half a character")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from data
        data = data.values()
    for value in data if not isinstance(data, (str, int, float, type(None))) else ():
        yield from _texts(value)
