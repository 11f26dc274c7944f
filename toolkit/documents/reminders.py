"""Reminders for a calendar: an event for each session of the day, on the days that are asked for, and no others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from toolkit.documents.take_home import TakeHome, stamps
from toolkit.errors import ToolkitError
from toolkit.plan.recurrences import Recurrence, recurrences
from toolkit.plan.regimen import Regimen
from toolkit.plan.wording import minutes_a_day, phases
from toolkit.typed import known_zone, shown

if TYPE_CHECKING:
    from icalendar import Calendar, Event

FIRST, LAST = time(8), time(18)  # where no times are given: our own rule
TIME: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
BEFORE = timedelta(minutes=10)
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def reminders(home: TakeHome, *, at: Sequence[time] = (), zone: str | None = None) -> bytes:
    """Return a calendar file (iCalendar, RFC 5545), the same bytes for the same input.

    A session of the day is one event that recurs by named days; where the patient chooses the days, it comes daily and
    says so. A revision keeps the identity of its events and raises their number, and takes back those it no longer has.

    Parameters
    ----------
    at : times of day on the patient's clock, one for each session of a day; evenly from 8 to 18 unless given
    zone : of the patient's clock, such as America/Denver; the clinic's own unless given

    Raises
    ------
    ToolkitError
        If there are not as many times as sessions a day, they are not in order, or the zone is unknown.
    """
    from icalendar import Calendar

    regimen = home.regimen
    clock = _zone(zone or home.profile.zone)
    now = recurrences(regimen)
    times = _times(at, now)
    calendar = Calendar()
    calendar.add("prodid", f"-//Backcare//Reminders//{home.words.code.upper()}")
    calendar.add("version", "2.0")
    for one in now:
        calendar.add_component(_event(home, one, times, clock))
    for gone in _gone(home.earlier, now):
        calendar.add_component(_taken_back(home, gone, clock))
    _add_zone(calendar, regimen, clock)
    return calendar.to_ical()


def times_of_day(typed: str | None) -> tuple[time, ...]:
    """Return times typed as `08:00,18:00`; none where nothing was typed.

    Raises
    ------
    ToolkitError
        If one of them is no time of that form.
    """
    told = [one.strip() for one in (typed or "").split(",") if one.strip()]
    for one in told:
        if not TIME.fullmatch(one):
            raise ToolkitError(f"Times of day must be such as 08:00,18:00; found {shown(one)}.")
    return tuple(map(time.fromisoformat, told))


def occurrences(regimen: Regimen, *, at: Sequence[time] = ()) -> list[datetime]:
    """Return when the reminders of a regimen come, on the patient's clock, the first one first."""
    now = recurrences(regimen)
    times = _times(at, now)
    days = ((one, day) for one in now for day in one.days if day not in one.paused)
    return sorted(datetime.combine(day, times[one.number - 1]) for one, day in days)


def _times(at: Sequence[time], now: Sequence[Recurrence]) -> tuple[time, ...]:
    most = max((one.number for one in now), default=0)
    if not at:
        first, last = FIRST.hour * 60, LAST.hour * 60
        minutes = [first + (last - first) * number // max(1, most - 1) for number in range(most)]
        return tuple(time(*divmod(one, 60)) for one in minutes)
    if len(at) != most:
        raise ToolkitError(f"There must be {most} times of day, one for each session of a day; found {len(at)}.")
    if list(at) != sorted(set(at)):
        raise ToolkitError("The times of day must be in order, none twice.")
    return tuple(at)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(known_zone(name))
    except ValueError as error:
        raise ToolkitError(f"The zone {error}.") from None


def _event(home: TakeHome, one: Recurrence, times: Sequence[time], clock: ZoneInfo) -> Event:
    from icalendar import Alarm

    event, summary = _bare(home, one.number, one.place), _summary(home)
    at = times[one.number - 1]
    first, *rest = [datetime.combine(day, at, clock) for day in one.days]
    event.add("dtstart", first)
    event.add("duration", _length(home.regimen))
    if rest:
        event.add("rrule", {
            "freq": "weekly", "byday": [DAYS[day] for day in sorted(one.weekdays)], "until": rest[-1].astimezone(UTC),
        })  # fmt: skip
    for day in one.paused:
        event.add("exdate", datetime.combine(day, at, clock))
    event.add("summary", summary)
    if said := "\n".join(_description(home, one, len(times))):
        event.add("description", said)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -BEFORE)
    alarm.add("description", summary)
    event.add_component(alarm)
    return event


def _bare(home: TakeHome, number: int, place: int) -> Event:
    """Return an event with its identity, which a later revision keeps, and the number of the revision."""
    from icalendar import Event

    regimen, event = home.regimen, Event()
    slot = f"{regimen.regimen_id}/{number}/{place}"
    event.add("uid", hashlib.sha256(slot.encode()).hexdigest()[:20])
    event.add("sequence", regimen.revision - 1)
    event.add("dtstamp", datetime.combine(home.written_on, time(), UTC))
    return event


def _taken_back(home: TakeHome, one: Recurrence, clock: ZoneInfo) -> Event:
    event = _bare(home, one.number, one.place)
    event.add("dtstart", datetime.combine(one.days[0], FIRST, clock))
    event.add("summary", _summary(home))
    event.add("status", "CANCELLED")
    return event


def _gone(earlier: Iterable[Regimen], now: Sequence[Recurrence]) -> Iterator[Recurrence]:
    """Yield the first recurrence of each event that earlier revisions had and this one has not."""
    kept = {(one.number, one.place) for one in now}
    for one in (one for revision in earlier for one in recurrences(revision)):
        if (one.number, one.place) not in kept:
            kept.add((one.number, one.place))
            yield one


def _summary(home: TakeHome) -> str:
    """Return the title: neutral, and marked where the clinic is made up or the language unread."""
    marks = [stamp.partition(":")[0] for stamp in stamps(home.profile, home.words)]
    return " · ".join([*marks, home.words.say("reminders.summary")])


def _description(home: TakeHome, one: Recurrence, most: int) -> Iterator[str]:
    words = home.words
    yield from stamps(home.profile, words)
    if most > 1:
        yield words.say("reminders.number", n=one.number)
    if one.quota:
        yield words.say("reminders.quota_one" if one.quota == 1 else "reminders.quota", n=one.quota)


def _length(regimen: Regimen) -> timedelta:
    """Return how long an event is: the estimated minutes of one session of everything, in steps of five."""
    one_session = [row.model_copy(update={"sessions_per_day": 1}) for row in regimen.prescriptions]
    return timedelta(minutes=5 * ceil(max(map(minutes_a_day, phases(one_session))) / 5))


def _add_zone(calendar: Calendar, regimen: Regimen, clock: ZoneInfo) -> None:
    """Say what the clock does from the first to the last day: without it 08:00 would move when the clocks change."""
    from icalendar import Timezone

    first, last = regimen.first_day, regimen.last_day + timedelta(days=1)
    calendar.add_component(Timezone.from_tzinfo(clock, clock.key, first_date=first, last_date=last))
