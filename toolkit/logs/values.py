"""Text to date, number, side and identifier: strict, by declared form, nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from toolkit.logs.codes import Fault
from toolkit.schema import SIDES

MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
NUMBER = {mark: re.compile(rf"[0-9]+(?:{re.escape(mark)}[0-9]+)?") for mark in (".", ",")}
WHOLE_OFFSET = re.compile(r"-?[0-9]{1,3}")
ENTRY_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was done: wall clock, whether its time is known, its offset in minutes where it was written."""

    at: datetime
    time_known: bool
    utc_offset_min: int | None


@lru_cache(maxsize=100_000)
def moment(text: str, *, zone: str | None = None, latest: date | None = None) -> Moment | Fault:
    """Return the moment a text states in one of the accepted forms, or what is wrong with it.

    Parameters
    ----------
    text : `2026-03-02`, `2026-03-02 07:30`, `2026-03-02T07:30:05`, a time optionally with Z or an offset such as -07:00
    zone : IANA name of the patient's zone, to which a time in Z is taken
    latest : last day accepted
    """
    text = text.strip()
    if not text:
        return Fault("date_missing")
    match = MOMENT.fullmatch(text)
    if match is None:
        return Fault("number_in_date" if re.fullmatch(r"[0-9]+([.,][0-9]+)?", text) else "date_format", found=text)
    try:
        day = date.fromisoformat(match["day"])
        clock = time.fromisoformat(match["time"]) if match["time"] else None
    except ValueError:
        return Fault("date_format", found=text)
    found = _placed(day, clock, match["zone"], zone)
    if isinstance(found, Fault):
        return found
    if not FIRST <= found.at.date() <= LAST:
        return Fault("date_out_of_range", found=text)
    return Fault("date_future", found=text) if latest and found.at.date() > latest else found


def _placed(day: date, clock: time | None, offset: str | None, zone: str | None) -> Moment | Fault:
    if clock is None:
        return Moment(datetime.combine(day, NOON), time_known=False, utc_offset_min=None)
    at = datetime.combine(day, clock)
    if offset is None:
        return Moment(at, time_known=True, utc_offset_min=None)
    if offset == "Z":
        if zone is None:
            return Fault("zone_missing", found="Z")
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        return Moment(local.replace(tzinfo=None), time_known=True, utc_offset_min=_minutes(local.utcoffset()))
    minutes = int(offset[1:3]) * 60 + int(offset[4:6])
    minutes = -minutes if offset[0] == "-" else minutes
    if not -720 <= minutes <= 840 or int(offset[4:6]) > 59:
        return Fault("date_format", found=offset)
    return Moment(at, time_known=True, utc_offset_min=minutes)


def _minutes(offset: timedelta | None) -> int:
    return round((offset or timedelta()).total_seconds() / 60)


@lru_cache(maxsize=100_000)
def number(text: str, *, low: float, high: float, whole: bool = False, decimal: str = ".") -> float | Fault | None:
    """Return the number a text states, None where it is blank, or what is wrong: ASCII digits and one decimal mark."""
    text = text.strip()
    if not text:
        return None
    if len(text) > 20 or not NUMBER[decimal].fullmatch(text):
        return Fault("number_format", found=text)
    value = float(text.replace(decimal, "."))
    if whole and not value.is_integer():
        return Fault("not_whole", found=text)
    return value if low <= value <= high else Fault("out_of_range", found=text)


def offset_min(text: str) -> int | Fault | None:
    """Return an offset from UTC in minutes, None where it is blank, or what is wrong with it."""
    text = text.strip()
    if not text:
        return None
    if not WHOLE_OFFSET.fullmatch(text):
        return Fault("number_format", found=text)
    return int(text) if -720 <= int(text) <= 840 else Fault("out_of_range", found=text)


@lru_cache(maxsize=10_000)
def patient(text: str) -> str | Fault:
    """Return a pseudonym in one form of writing (NFC, trimmed), or what is wrong with it."""
    text = unicodedata.normalize("NFC", text.strip())
    if not text:
        return Fault("patient_missing")
    if "@" in text:
        return Fault("id_personal")
    hidden = any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") for character in text)
    return Fault("id_characters") if hidden or len(text) > 64 else text


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
