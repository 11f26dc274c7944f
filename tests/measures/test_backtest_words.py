"""What a back-test came to, for people: with the counts, and with what cannot be said."""

from datetime import date, timedelta

import pandas as pd
from caseloads import daily, days_text

from toolkit.measures.alert_rules import AlertRule, Preset
from toolkit.measures.backtest import back_test
from toolkit.measures.backtest_words import alerts_by_week, in_words, rests_on, rule_by_rule, side_by_side
from toolkit.rules import Rules

FIRST = date(2026, 3, 2)  # a Monday


def preset(*tests):
    return Preset(about="test", checked_on=FIRST,
                  rule=tuple(AlertRule(id=f"r{n}", when=(test,), level="attention", says="x", source="s", flag="E")
                             for n, test in enumerate(tests)))  # fmt: skip


SILENT, LATE = preset("silent_days >= 7"), preset("silent_days >= 20", "pain_max >= 8")


def tried(text, rules=SILENT, log=None):
    as_of = FIRST + timedelta(days=len(text) - 1)
    return back_test(daily(FIRST, 90), days_text(FIRST, text) if log is None else log, Rules(as_of=as_of), preset=rules)


STOPPED = "x" * 10 + "." * 18  # told on days 17 and 24; the stop is complete on day 24


def test_two_sets_stand_side_by_side_with_the_counts_behind_each_figure():
    rows = side_by_side({"silent": tried(STOPPED), "late": tried(STOPPED, LATE)})
    assert rows == [
        ["Alerts a week, all patients", "0.5 (2 in 4.0 weeks)", "0.0 (0 in 4.0 weeks)"],
        ["Alerts a week and patient", "0.50", "0.00"],
        ["Patients with an alert", "1 of 1 (100 %)", "0 of 1 (0 %)"],
        ["Stops warned of", "1 of 1 (100 %)", "0 of 1 (0 %)"],
        ["Days ahead, in the middle", "7 days", "none"],
        ["Alerts followed by a stop in 28 days", "not enough data", "not enough data"],
        ["Alerts too recent for that", "2", "0"],
    ]


def test_alerts_too_recent_to_judge_are_counted_apart_from_those_judged():
    """Told on days 17, 24, 31, 38, 45, 52, 59 of 60; the first two come before the stop of day 24 or on it."""
    figures = dict(side_by_side({"silent": tried("x" * 10 + "." * 50)}))
    assert figures["Alerts followed by a stop in 28 days"] == "2 of 3 (67 %)"
    assert figures["Alerts too recent for that"] == "4"


def test_what_it_means_is_said_in_a_sentence():
    assert in_words("silent", tried(STOPPED)) == (
        "silent: about 0.5 alerts a week for 1 patient; 1 of 1 stop was warned of, 7 days ahead in the middle. "
        "With fewer than 5 stops this says little."
    )


def test_without_a_stop_nothing_is_said_of_how_early_it_warns():
    found = tried("x" * 28)
    assert in_words("silent", found) == (
        "silent: no alert at all for 1 patient. No stop in these logs: not enough data to say how early it warns."
    )
    figures = dict(side_by_side({"silent": found}))
    assert figures["Stops warned of"] == figures["Days ahead, in the middle"] == "not enough data"


def test_each_rule_stands_alone_so_that_the_one_that_tells_most_is_seen():
    log = days_text(FIRST, STOPPED, pain=9)
    assert rule_by_rule(LATE, tried(STOPPED, LATE, log)) == [
        ["Active days without a session: 20 or more", "0", "0.0", "0 of 1 (0 %)", "0 of 1 (0 %)", "none"],
        ["Worst pain of the day: 8 or more", "2", "0.5", "1 of 1 (100 %)", "1 of 1 (100 %)", "23 days"],
    ]


def test_the_share_of_rows_that_do_not_say_when_they_were_written_is_said():
    assert rests_on(tried(STOPPED), 14)[1].startswith("100 % of the rows of the log do not say when")
    log = days_text(FIRST, STOPPED)
    log["logged_at"] = log["performed_at"]
    assert rests_on(tried(STOPPED, log=log), 14)[1].startswith("All rows of the log say when")
    log.loc[0, "logged_at"] = pd.NaT
    assert rests_on(tried(STOPPED, log=log), 14)[1].startswith("10 % of the rows")
    assert rests_on(tried(STOPPED, log=log[:0]), 14) == [rests_on(tried(STOPPED), 14)[0], "There is no log yet."]


def test_alerts_are_counted_by_whole_weeks_alone():
    """Days 1 to 27: the fourth week has six days and is left out, with the alert of day 24."""
    weekly = alerts_by_week({"silent": tried(STOPPED[:-1]), "late": tried(STOPPED[:-1], LATE)})
    assert [str(day)[:10] for day in weekly.index] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert weekly["silent"].tolist() == [0, 0, 1]
    assert weekly["late"].tolist() == [0, 0, 0]
    assert len(alerts_by_week({"silent": tried("xxx")})) == 0
