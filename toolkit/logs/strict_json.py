"""JSON without surprises: no key twice, no number that is none, not nested without end; numbers as they are written."""

from __future__ import annotations

import json
import re
from typing import Any

from toolkit.logs.codes import refuse
from toolkit.logs.text import Exact

DEPTH = 64
ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
LONE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def parse(name: str, text: str, *, exact: bool = True) -> Any:
    """Return the data of a JSON text; with `exact` each number as its `Exact`.

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
    if LONE.search(text):
        raise refuse(name, "json_invalid", "half a character")
    if ZERO.search(text):
        raise refuse(name, "nul_byte")
    try:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=once, **numbers)
    except json.JSONDecodeError as error:
        raise refuse(name, "json_invalid", f"line {error.lineno}") from None
    except (ValueError, RecursionError):
        raise refuse(name, "json_invalid", "a number or a nesting") from None


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
