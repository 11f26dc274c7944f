"""Reminders: the occurrences are the sessions that are asked for, at the patient's time of day, and nothing private."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from logs.hostile_strings import HOSTILE
from take_homes import ALL_FOUR, FIRST, LAST, OWN, PROFILE, home, plan, row

from toolkit.documents.reminders import reminders
from toolkit.documents.take_home import take_home
from toolkit.errors import ToolkitError
from toolkit.languages.words import languages
from toolkit.plan.regimen import Pause
from toolkit.plan.schedule import days_of, sessions_on
from toolkit.schema import WEEKDAYS

DENVER = "America/Denver"
FIVE_DAYS = ("mon", "tue", "wed", "thu", "fri")


def events(made):
    return list(Calendar.from_ical(made).walk("VEVENT"))


def occurrences(event):
    """Expand an event by the rule and the exceptions that stand in it, with another library."""
    if event.get("status") == "CANCELLED":
        return []
    start = event["dtstart"].dt
    told = rruleset()
    if "rrule" in event:
        told.rrule(rrulestr(event["rrule"].to_ical().decode(), dtstart=start))
    else:
        told.rdate(start)
    out = event.get("exdate", [])
    for one in out if isinstance(out, list) else [out]:
        for gone in one.dts:
            told.exdate(gone.dt)
    return list(told)


def told(made):
    """Return every occurrence of every event as wall-clock time."""
    return sorted(one.replace(tzinfo=None) for event in events(made) for one in occurrences(event))


def asked(regimen, times):
    """Return when a patient sits down, day by day and session by session."""
    found = set()
    for day in days_of(regimen):
        found |= {datetime.combine(day, times[one.number - 1]) for one in sessions_on(regimen, day)}
    return sorted(found)


def test_twice_a_day_from_monday_to_friday_for_six_weeks_are_two_events_and_sixty_occurrences():
    six_weeks = row("knee_to_chest", sessions_per_day=2, weekdays=FIVE_DAYS, last_day=date(2026, 4, 12))
    made = reminders(home(six_weeks))
    assert len(events(made)) == 2
    assert len(told(made)) == 60
    assert {one.time() for one in told(made)} == {time(8), time(18)}
    assert {one.weekday() for one in told(made)} == {0, 1, 2, 3, 4}
    assert b"BYHOUR" not in made


def test_eight_stays_eight_when_the_clocks_change():
    """In Denver on 8 March 2026; by the zone as the file itself states it, and by the list of zones."""
    made = reminders(home(row("knee_to_chest")), at=[time(8)], zone=DENVER)
    (event,) = events(made)
    assert {one.time() for one in occurrences(event)} == {time(8)}
    by_day = {one.date(): one.astimezone(UTC).hour for one in occurrences(event)}
    assert (by_day[date(2026, 3, 7)], by_day[date(2026, 3, 8)]) == (15, 14)
    inside = tzical(StringIO(made.decode())).get(DENVER)
    for day in (date(2026, 3, 7), date(2026, 3, 8), LAST):
        at = datetime.combine(day, time(8))
        assert at.replace(tzinfo=inside).utcoffset() == at.replace(tzinfo=ZoneInfo(DENVER)).utcoffset()


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Pacific/Kiritimati", "Europe/Lisbon", "UTC", "Australia/Lord_Howe"])
def test_the_last_day_is_included_in_every_zone(zone):
    made = reminders(home(row("knee_to_chest")), at=[time(23, 30)], zone=zone)
    assert told(made)[-1] == datetime.combine(LAST, time(23, 30))
    assert len(told(made)) == 28


def test_the_first_event_lies_on_the_first_day_that_fits():
    (event,) = events(reminders(home(row("knee_to_chest", weekdays=("thu",)))))
    assert event["dtstart"].dt.date() == date(2026, 3, 5)


def test_days_nobody_named_stay_unnamed_the_reminder_comes_daily_and_says_so():
    (event,) = events(reminders(home(row("knee_to_chest", days_per_week=5))))
    assert len(occurrences(event)) == 28
    assert event["description"] == "On 5 of 7 days of the week. You choose the days."


def test_paused_days_are_left_out_and_a_pause_of_one_exercise_leaves_the_others():
    travel = Pause(first_day=date(2026, 3, 10), last_day=date(2026, 3, 12))
    knee = Pause(exercise="knee_to_chest", first_day=date(2026, 3, 20), last_day=date(2026, 3, 21))
    made = reminders(home(row("knee_to_chest"), row("psoas_stretch"), pauses=(travel, knee)))
    days = {one.date() for one in told(made)}
    assert len(days) == 25
    assert date(2026, 3, 11) not in days and date(2026, 3, 20) in days


def test_a_revision_keeps_the_identity_of_its_events_and_raises_their_number():
    first, second = plan(), plan(revision=2, written_on=date(2026, 3, 15))
    before, after = (events(reminders(take_home(one, OWN))) for one in (first, second))
    assert [one["uid"] for one in before] == [one["uid"] for one in after]
    assert [one["sequence"] for one in (*before, *after)] == [0, 1]
    assert after[0]["dtstamp"].dt == datetime(2026, 3, 15, tzinfo=UTC)


def test_an_event_that_a_revision_no_longer_has_is_taken_back():
    """From twice to one time a day: the evening would ring on for ever."""
    first = plan(row("knee_to_chest", sessions_per_day=2))
    second = plan(row("knee_to_chest"), revision=2)
    evening = events(reminders(take_home(first, OWN)))[1]
    kept, gone = events(reminders(take_home(second, OWN, before=[first])))
    assert (gone["uid"], gone["status"], gone["sequence"]) == (evening["uid"], "CANCELLED", 1)
    assert "status" not in kept


def test_another_patients_regimen_takes_nothing_back():
    other = plan(row("knee_to_chest", sessions_per_day=2), regimen_id="r-other")
    assert len(events(reminders(home(row("knee_to_chest"), revision=2, before=[other])))) == 1


@pytest.mark.parametrize("code", languages())
def test_a_lock_screen_shows_no_person_no_diagnosis_and_no_pain(code):
    made = reminders(home(code=code, patient_id="p-secret", goal="ease my pain", note="sciatica")).decode()
    for word in ("p-secret", "pain", "dolor", "sciatica", "back", "espalda", "stretch", "r-4f2a9c", OWN.name):
        assert word not in made.replace("Backcare//", "")


@pytest.mark.parametrize("code", languages())
def test_a_made_up_clinic_and_an_unread_language_stand_in_each_title(code):
    for event in events(reminders(home(code=code, profile=PROFILE))):
        assert "SAMPLE" in event["summary"]
        assert ("DRAFT" in event["summary"]) is (code == "es")


@pytest.mark.parametrize(("at", "says"), [
    ([time(8)], "must be 2 times of day, one for each session of a day; found 1"),
    ([time(18), time(8)], "in order"),
    ([time(8), time(8)], "none twice"),
])  # fmt: skip
def test_wrong_times_are_refused_with_what_is_accepted(at, says):
    with pytest.raises(ToolkitError, match=says):
        reminders(home(row("knee_to_chest", sessions_per_day=2)), at=at)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ToolkitError, match="must be a zone such as America/Denver"):
        reminders(home(), zone="Mars/Olympus")


def test_times_that_nobody_gave_are_spread_evenly_over_the_day():
    made = reminders(home(row("knee_to_chest", sessions_per_day=3)))
    assert sorted({one.time() for one in told(made)}) == [time(8), time(13), time(18)]


@pytest.mark.parametrize("text", [one for one in HOSTILE if 0 < len(one) <= 60 and one.isprintable()][::12])
def test_hostile_text_makes_no_event_and_no_property_of_its_own(text):
    """A clinic's zone and words are ours; what a person types reaches no calendar at all."""
    made = reminders(home(goal=text, note=f"x\r\nBEGIN:VEVENT\r\n{text}", written_by="A"))
    assert len(events(made)) == 1
    assert {key for event in events(made) for key in event} == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DURATION", "RRULE", "SUMMARY", "TRANSP", "CLASS",
    }  # fmt: skip


def test_lines_are_folded_and_the_same_plan_gives_the_same_bytes():
    made = reminders(home(code="es", profile=PROFILE))
    assert made == reminders(home(code="es", profile=PROFILE))
    assert max(len(line) for line in made.split(b"\r\n")) <= 75


def doses():
    named = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
        lambda days: {"weekdays": [d for d in WEEKDAYS if d in days]}
    )
    return st.one_of(named, st.just({"days_per_week": 7}))


@st.composite
def plans(draw):
    """Plans of named days: one or two steps an exercise, pauses of all or of one."""
    rows = []
    for name in draw(st.lists(st.sampled_from(ALL_FOUR), min_size=1, max_size=3, unique=True)):
        cut = FIRST + timedelta(days=draw(st.integers(1, 26)))
        for first, last in draw(st.sampled_from([((FIRST, LAST),), ((FIRST, cut), (cut + timedelta(days=1), LAST))])):
            often = draw(st.integers(1, 3))
            rows.append(row(name, first_day=first, last_day=last, sessions_per_day=often, **draw(doses())))
    pauses = []
    for exercise in draw(st.lists(st.sampled_from([None, *ALL_FOUR]), max_size=2)):
        begin = FIRST + timedelta(days=draw(st.integers(-3, 27)))
        pauses.append(
            Pause(exercise=exercise, first_day=begin, last_day=begin + timedelta(days=draw(st.integers(0, 9))))
        )
    return plan(*rows, pauses=tuple(pauses))


@settings(max_examples=120, deadline=None)
@given(plans())
def test_the_occurrences_are_the_sessions_that_are_asked_for(regimen):
    most = max(one.number for day in days_of(regimen) for one in sessions_on(regimen, day))
    times = [time(7), time(12, 30), time(21, 15)][:most]
    assert told(reminders(take_home(regimen, OWN), at=times, zone=DENVER)) == asked(regimen, times)


def test_an_occurrence_too_many_would_be_found():
    regimen = plan(row("knee_to_chest"))
    made = reminders(take_home(regimen, OWN), at=[time(8)]).replace(b"UNTIL=20260329", b"UNTIL=20260330")
    assert told(made) != asked(regimen, [time(8)])
