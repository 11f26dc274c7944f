"""What alert rules would have done on past logs: only with what a reader could have known on the day."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.measures.alert_rules import AlertRule, Preset
from toolkit.measures.alerts import alerts
from toolkit.measures.attribution import attribute
from toolkit.measures.backtest import back_test
from toolkit.measures.cells import cell_table
from toolkit.rules import Rules

FIRST = date(2026, 3, 2)
SILENCE = Preset(about="test", checked_on="2026-03-02",
                 rule=({"id": "silence", "when": ["silent_days >= 7"], "level": "attention", "says": "x", "source": "s",
                        "flag": "E"},))  # fmt: skip


def replay(text, *, preset=SILENCE, log=None, **rules):
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1), **rules)
    return back_test(daily(FIRST, 90), days_text(FIRST, text) if log is None else log, rules, preset=preset)


def numbers(found, rule="silence"):
    return found.table.loc[rule]


def test_silence_warns_of_the_long_gap_it_turns_into():
    """Ten days done, then nothing: told on day 17; the gap of 14 is complete on day 24, seven active days later."""
    found = replay("x" * 10 + "." * 50)
    row = numbers(found)
    assert [(day.date() - FIRST).days + 1 for day in found.events["day"]] == [24]
    assert [(day.date() - FIRST).days + 1 for day in found.alerts["day"]][:2] == [17, 24]
    assert (row["events_warned"], row["lead_time_days"], row["events"]) == (1, 7, 1)
    assert row["alerts"] == 7
    assert row["alerts_per_patient_week"] == pytest.approx(7 * 7 / 60)


def test_an_alert_with_a_short_future_is_left_out_of_what_was_confirmed_and_counted():
    row = numbers(replay("x" * 10 + "." * 50))
    # told on days 17, 24, 31, 38, 45, 52, 59 of 60; the first two have the gap of day 24 ahead of them or on their day
    assert row["alerts_open"] == 4
    assert row["alerts_confirmed"] == pytest.approx(2 / 3)


def test_without_events_or_alerts_the_shares_are_missing_and_not_zero():
    row = numbers(replay("x" * 40))
    assert (row["alerts"], row["patients_alerted"]) == (0, 0)
    assert np.isnan(row[["events_warned", "lead_time_days", "alerts_confirmed"]].astype(float)).all()


def test_who_never_began_is_an_event_too():
    found = replay("." * 30)
    assert [(day.date() - FIRST).days + 1 for day in found.events["day"]] == [14]


def test_an_entry_that_came_in_late_could_not_calm_its_reader():
    """Done on the eighth day, but written down on the twelfth: the silence of day 7 + 1 was told all the same."""
    text = "x......x......"
    late = days_text(FIRST, text)
    late["logged_at"] = late["performed_at"]
    late.loc[1, "logged_at"] += pd.Timedelta(days=4)
    days = [[(day.date() - FIRST).days + 1 for day in replay(text, log=log).alerts["day"]]
            for log in (days_text(FIRST, text), late)]  # fmt: skip
    assert days == [[], [8]]


def test_pain_that_came_in_late_is_told_on_the_day_it_is_seen():
    pain = Preset(about="test", checked_on="2026-03-02",
                  rule=(AlertRule(id="pain", when=("pain_max >= 8",), level="safety", says="Pain {pain_max:g}",
                                  source="s", flag="E"),))  # fmt: skip
    log = days_text(FIRST, "xxx", pain=9)
    log["logged_at"] = log["performed_at"] + pd.to_timedelta([0, 3, 0], unit="D")
    found = replay("x" * 10, log=log, preset=pain)
    assert [(day.date() - FIRST).days + 1 for day in found.alerts["day"]] == [1, 3, 5]


def test_a_row_that_does_not_say_when_it_was_written_counts_as_known_at_once_and_is_counted():
    log = days_text(FIRST, "xx.x")
    log.loc[0, "logged_at"] = log.loc[0, "performed_at"]
    assert replay("xx.x", log=log).unknown_logged_at == pytest.approx(2 / 3)


def test_where_everything_is_known_at_once_a_reader_sees_what_the_table_of_alerts_says():
    text = "xx.x0x..........x0x0x......xx........x.x"
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1))
    rx, log = daily(FIRST, 90), days_text(FIRST, text, pain=None)
    at_once = alerts(cell_table(rx, log, rules), attribute(rx, log, rules))
    replayed = back_test(rx, log, rules).alerts
    keys = ["patient_id", "day", "rule"]
    assert len(at_once) >= 2
    pd.testing.assert_frame_equal(at_once[keys].sort_values(keys, ignore_index=True),
                                  replayed[keys].sort_values(keys, ignore_index=True))  # fmt: skip


def test_the_same_day_and_rules_give_the_same_table_and_the_rules_stand_in_it():
    one, other = replay("x" * 9 + "." * 20), replay("x" * 9 + "." * 20)
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.table.attrs["rules"]["gap_days"] == 14
    assert one.table.attrs["preset"]["rule"][0]["when"] == ["silent_days >= 7"]


def test_together_an_alert_of_any_rule_counts():
    two = Preset(about="test", checked_on="2026-03-02",
                 rule=tuple(AlertRule(id=name, when=(when,), level="attention", says="x", source="s", flag="E")
                            for name, when in (("week", "silent_days >= 7"), ("long", "silent_days >= 13")))
                 )  # fmt: skip
    table = replay("x" * 10 + "." * 30, preset=two).table
    assert table.index.tolist() == ["week", "long", "all rules"]
    assert table.loc["all rules", "alerts"] == table.loc["week", "alerts"] + table.loc["long", "alerts"]
    assert table["lead_time_days"].tolist() == [7, 1, 7]


ONE_NOTE = Preset(about="test", checked_on="2026-03-02",
                  rule=(AlertRule(id="silence", when=("any_note == 1",), level="attention", says="x", source="s",
                                  flag="E"),))  # fmt: skip


@pytest.mark.parametrize(
    ("alert_day", "warned", "confirmed"),
    [(13, 0, 0), (14, 0, 1), (15, 1, 1), (42, 1, 1)],
)
def test_a_warning_counts_in_the_28_days_up_to_an_event_and_an_event_in_the_28_days_after_a_warning(
    alert_day, warned, confirmed
):
    """Done on days 1 to 28, then silent: the gap of 14 is complete on day 42."""
    text = "x" * 28 + "." * 60
    log = days_text(FIRST, text)
    note = log.assign(note=None)[:1].assign(entry_id="note", exercise=None, side=None, status=None, note="a word")
    note["performed_at"] += pd.Timedelta(days=alert_day - 1)
    row = numbers(replay(text, log=pd.concat([log, note], ignore_index=True), preset=ONE_NOTE))
    assert (row["events"], row["alerts"]) == (1, 1)
    assert (row["events_warned"], row["alerts_confirmed"]) == (warned, confirmed)
    assert row["lead_time_days"] == pytest.approx(42 - alert_day if warned else np.nan, nan_ok=True)


@pytest.mark.parametrize(("future", "still_open"), [(28, 0), (27, 1)])
def test_an_alert_needs_28_active_days_after_it_to_be_judged(future, still_open):
    text = "x" * (1 + future)
    log = days_text(FIRST, text).assign(note=None)
    log.loc[0, "note"] = "a word"
    row = numbers(replay(text, log=log, preset=ONE_NOTE))
    assert (row["alerts"], row["alerts_open"]) == (1, still_open)


def test_a_gap_of_exactly_gap_days_is_an_event_and_one_day_less_is_none():
    assert len(replay("x" + "." * 14 + "x").events) == 1
    assert len(replay("x" + "." * 13 + "xx").events) == 0


def test_a_row_written_just_before_the_day_begins_was_known_the_evening_before():
    log = days_text(FIRST, "x")
    log["logged_at"] = pd.Timestamp(FIRST) + pd.Timedelta(days=1, hours=3, minutes=15)
    pain = log.assign(pain=9.0)
    for start, day in (("03:30", 1), ("03:00", 2)):
        found = replay("x" + "." * 3, log=pain, preset="cautious", day_start=start)
        assert [(one.date() - FIRST).days + 1 for one in found.alerts["day"]] == [day]


def test_a_stranger_in_the_log_has_no_regimen_to_call_by_and_is_left_out():
    log = pd.concat([days_text(FIRST, "xx"), days_text(FIRST, "xx", pain=9.0).assign(patient_id="p999")])
    found = replay("xx", log=log, preset="cautious")
    assert len(found.alerts) == 0
    assert found.table.loc["all rules", "alerts"] == 0


def test_days_after_the_last_that_could_change_anything_are_not_replayed():
    """A year mistyped must not take a year to answer."""
    rules = Rules(as_of="2126-03-02")
    assert len(back_test(daily(FIRST, 5), days_text(FIRST, "xxxxx"), rules, preset=SILENCE).alerts) == 0


def test_of_two_days_that_are_seen_together_the_later_one_speaks():
    log = days_text(FIRST, "xx").assign(pain=[9.0, 8.0])
    log["logged_at"] = pd.Timestamp(FIRST) + pd.Timedelta(days=3, hours=12)
    found = replay("xx..", log=log, preset="cautious").alerts
    assert found["says"].tolist() == ["Pain 8 of 10"]
