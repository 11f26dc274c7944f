"""The second lock of the shared export: every text is searched for the 18 kinds of 45 CFR 164.514(b)(2)(i)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.errors import Problem, ToolkitError
from toolkit.exporting.records import Filled
from toolkit.schema import CODE, DAY, INSTANT, TEXT

RULE = "45 CFR 164.514(b)(2)(i)"
CODE_WORD = re.compile("[a-z][a-z0-9_]*")  # what every text of the shared export is, but for the two below
NEW_ID = re.compile("s-[bcdfghjklmnpqrstvwxz]{10}")
CLOCK = re.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the 18 kinds: its letter in the rule, its name, and what it looks like."""

    letter: str
    name: str
    pattern: re.Pattern[str]


def _kind(letter: str, name: str, pattern: str) -> Kind:
    return Kind(letter, name, re.compile(pattern, re.IGNORECASE))


_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic"
KINDS = (  # the most telling first: the first that fits names what was found
    _kind("F", "an e-mail address", r"\S@\S"),
    _kind("N", "a web address", r"://|\bwww\.|\b[\w-]+\.(?:com|org|net|edu|gov|io|info|example|invalid)\b"),
    _kind("M", "the number of a device", r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b(?:imei|serial|udi)\b"),
    _kind("O", "an IP address", r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,}[0-9a-f:]*|::"),
    _kind("Q", "a photograph", r"\.(?:jpe?g|png|gif|heic|tiff?|bmp|webp)\b|data:image"),
    _kind("P", "a biometric identifier", r"finger ?print|voice ?print|retina|iris scan|base64"),
    _kind("L", "the number of a vehicle", r"\b(?=\w*\d)[A-HJ-NPR-Z0-9]{17}\b|\b(?:vin|plate)\b"),
    _kind("G", "a social security number", r"\b\d{3}-\d{2}-\d{4}\b|\bssn\b"),
    _kind("C", "a date", rf"\b\d{{4}}[-/.]\d{{1,2}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d|\b(?:19|20)\d{{6}}\b"
                         rf"|\b\d{{1,2}}\.? ?(?:{_MONTH})|\b(?:{_MONTH})[a-z]*\.? \d"),
    _kind("C", "a weekday", r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:\b|day|nesday|rsday|urday|sday)"),
    _kind("H", "the number of a medical record", r"\bmrn\b|\brecord\b|\bchart no"),
    _kind("I", "the number of a health plan", r"\bplan\b|\bmember\b|\bmedicare\b|\bmedicaid\b"),
    _kind("J", "the number of an account", r"\baccount\b|\biban\b|\b[a-z]{2}\d{2}(?: ?\d{4}){3,}"),
    _kind("K", "the number of a licence or certificate", r"\blicen[sc]e\b|\bcertificate\b|\bnpi\b"),
    _kind("E", "a fax number", r"\bfax\b"),
    _kind("B", "a place", r"\b\d{5}(?:-\d{4})?\b|\b(?:street|st\.|road|rd\.|avenue|suite|zip)(?:\b|\s)|-?\d+\.\d{3,}"
                          r"|\b[a-z]+/[a-z_]+\b"),
    _kind("D", "a telephone number", r"(?:\+|\b)\d(?:[\s().-]*\d){6,}"),
)  # fmt: skip
NAMED = Kind("A", "a name", re.compile(r"[A-Z]|[^\x00-\x7f]|\S\s+\S"))  # our own words have neither capitals nor blanks
OTHER = Kind("R", "another characteristic or code", re.compile(""))  # the rest: all that is not one of our words


def kind_of(text: str) -> Kind | None:
    """Return which of the 18 kinds a text could be, None for a word of the shared export: what is not known is one."""
    if NEW_ID.fullmatch(text):
        return None
    if found := next((one for one in KINDS if one.pattern.search(text)), None):
        return found
    if CODE_WORD.fullmatch(text):
        return None
    return NAMED if NAMED.pattern.search(text) else OTHER


def refuse_identifiers(tables: Sequence[Filled]) -> None:
    """Stop unless no name of a table or column and no text in it could identify anybody.

    Raises
    ------
    ToolkitError
        With every place and the kind that was found there, never with what stands there.
    """
    problems = [Problem(where, f"holds what could be {kind.name} ({RULE}({kind.letter}))")
                for filled in tables for where, kind in _found(filled)]  # fmt: skip
    if problems:
        raise ToolkitError("The shared export was not made: something could identify a person.", problems)


def _found(filled: Filled) -> Iterator[tuple[str, Kind]]:
    name = filled.table.name
    if kind := kind_of(name):
        yield "the name of a table", kind
        name = "that table"
    for place, column in enumerate(filled.table.columns, start=1):
        if kind := kind_of(column.name):
            yield f"{name}, the name of column {place}", kind
        elif column.dtype in (DAY, INSTANT):
            yield f"{name}, column {column.name}", next(one for one in KINDS if one.name == "a date")
        elif column.dtype in (TEXT, CODE):
            texts = filled.rows[column.name].astype(object)
            for text in dict.fromkeys(texts.dropna()):
                if (kind := kind_of(str(text))) and not (column.name == "clock_time" and CLOCK.fullmatch(str(text))):
                    row = int((texts == text).to_numpy().argmax()) + 1
                    yield f"{name}, column {column.name}, row {row}", kind
