"""Text to date, number, side and identifier: strict, by declared form, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from toolkit.logs.codes import Fault
from toolkit.logs.dates import DateForm, Stated
from toolkit.schema import SIDES
from toolkit.typed import holds_unseen

MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2})?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
BARE_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
SLASHED = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2[0-9]{4}(?:[ T].*)?")
WITH_UNIT = re.compile(
    r"[0-9]+(?:[.,][0-9]+)? ?(?:[^\W\d_]{1,20}\.?|['\u2032\u2033\"]{1,2})|[0-9]+:[0-9]{2}(?::[0-9]{2})?"
)
DURATION = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
NUMBER = {mark: re.compile(rf"[0-9]+(?:{re.escape(mark)}[0-9]+)?") for mark in (".", ",")}
ENTRY_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was done: wall clock, whether its time is known, its offset in minutes where it was written.

    `twice` tells that clocks were put back and showed this time twice, so that its offset cannot be known.
    """

    at: datetime
    time_known: bool
    utc_offset_min: int | None
    twice: bool = False


@lru_cache(maxsize=100_000)
def moment(
    text: str, *, zone: str | None = None, latest: date | None = None, form: DateForm | None = None
) -> Moment | Fault:
    """Return the moment a text states in the accepted form, or what is wrong with it.

    Parameters
    ----------
    text : `2026-03-02`, `2026-03-02 07:30`, `2026-03-02T07:30:05`, a time optionally with Z or an offset such as -07:00
    zone : IANA name of the patient's zone, to which a time in Z is taken
    latest : last day accepted
    form : the one form that is accepted instead, where the source's mapping declares it
    """
    text = text.strip()
    if not text:
        return Fault("date_missing")
    stated = _iso(text) if form is None else form.read(text)
    if stated is None:
        return Fault(_why_no_date(text, form), found=text)
    found = _placed(stated, zone)
    if isinstance(found, Fault):
        return found if found.found else Fault(found.code, found=text)
    if not FIRST <= found.at.date() <= LAST:
        return Fault("date_out_of_range", found=text)
    return Fault("date_future", found=text) if latest and found.at.date() > latest else found


def _iso(text: str) -> Stated | None:
    match = MOMENT.fullmatch(text)
    if match is None:
        return None
    try:
        clock = time.fromisoformat(match["time"]) if match["time"] else None
        return Stated(date.fromisoformat(match["day"]), clock, match["zone"])
    except ValueError:
        return None


def _why_no_date(text: str, form: DateForm | None) -> str:
    if BARE_NUMBER.fullmatch(text):
        return "number_in_date"
    slashed = SLASHED.fullmatch(text) if form is None else None
    numbers = {int(slashed[1]), int(slashed[3])} if slashed else set()
    return "date_ambiguous" if len(numbers) == 2 and all(1 <= one <= 12 for one in numbers) else "date_format"


def _placed(stated: Stated, zone: str | None) -> Moment | Fault:
    if stated.clock is None:
        return Moment(datetime.combine(stated.day, NOON), time_known=False, utc_offset_min=None)
    at, offset = datetime.combine(stated.day, stated.clock), stated.zone
    if offset is None:
        return _on_the_clock(at, zone)
    if offset == "Z":
        if zone is None:
            return Fault("zone_missing", found="Z")
        try:
            local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        except OverflowError:
            return Fault("date_out_of_range")
        return Moment(local.replace(tzinfo=None), time_known=True, utc_offset_min=_minutes(local.utcoffset()))
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    minutes = -minutes if offset[0] == "-" else minutes
    if not -720 <= minutes <= 840 or int(offset[-2:]) > 59:
        return Fault("date_format", found=offset)
    return Moment(at, time_known=True, utc_offset_min=minutes)


def _on_the_clock(at: datetime, zone: str | None) -> Moment | Fault:
    """Take a time as it was written; where the zone is declared it must be one that clocks there have shown."""
    if zone is None:
        return Moment(at, time_known=True, utc_offset_min=None)
    first, second = (at.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    if first < second:
        return Fault("time_nonexistent")
    return Moment(at, time_known=True, utc_offset_min=None, twice=first > second)


def _minutes(offset: timedelta | None) -> int:
    return round((offset or timedelta()).total_seconds() / 60)


@lru_cache(maxsize=100_000)
def number(text: str, *, low: float, high: float, whole: bool = False, decimal: str = ".") -> float | Fault | None:
    """Return the number a text states, None where it is blank, or what is wrong: ASCII digits and one decimal mark."""
    text = text.strip()
    if not text:
        return None
    if len(text) > 40 or not NUMBER[decimal].fullmatch(text):
        return Fault("number_format", found=text)
    value = float(text.replace(decimal, "."))
    if whole and not value.is_integer():
        return Fault("not_whole", found=text)
    return value if low <= value <= high else Fault("out_of_range", found=text)


def hold(text: str, *, decimal: str = ".") -> float | Fault | None:
    """Return a hold in seconds; a number with a unit is told from one that is damaged."""
    found = number(text, low=0, high=600, decimal=decimal)
    if isinstance(found, Fault) and found.code == "number_format" and WITH_UNIT.fullmatch(text.strip()):
        return Fault("unit_unknown", found=found.found)
    return found


def duration(text: str) -> float | Fault | None:
    """Return the seconds of a duration such as 0:01:30, None where it is blank, or what is wrong with it."""
    text = text.strip()
    if not text:
        return None
    match = DURATION.fullmatch(text)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        return Fault("number_format", found=text)
    return float(int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]))


def offset_min(text: str) -> int | Fault | None:
    """Return an offset from UTC in minutes, None where it is blank, or what is wrong with it."""
    text = text.strip()
    if not text:
        return None
    found = number(text.removeprefix("-"), low=0, high=100_000, whole=True)
    if isinstance(found, Fault) or found is None:
        return Fault(found.code if found else "number_format", found=text)
    minutes = -int(found) if text.startswith("-") else int(found)
    return minutes if -720 <= minutes <= 840 else Fault("out_of_range", found=text)


@lru_cache(maxsize=10_000)
def patient(text: str) -> str | Fault:
    """Return a pseudonym in one form of writing (NFC, trimmed), or what is wrong with it."""
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        return Fault("patient_missing")
    if "@" in text:
        return Fault("id_personal")
    return Fault("id_characters") if holds_unseen(text) or len(text) > 64 else text


def entry_id(text: str) -> str | Fault | None:
    """Return the identity of an entry, None where it is blank, or what is wrong with it."""
    text = text.strip()
    if not text:
        return None
    return text if ENTRY_ID.fullmatch(text) else Fault("id_characters")


def side(text: str, *, sided: bool) -> str | Fault:
    """Return the side a word names, `none` for a blank on an exercise without sides, or what is wrong with it."""
    word = text.strip().casefold()
    if word not in ("", *SIDES):
        return Fault("side_unknown", found=text)
    if sided:
        return Fault("side_missing") if word in ("", "none") else word
    return "none" if word in ("", "none") else Fault("side_not_allowed", found=word)
