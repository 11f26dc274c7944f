"""Data days and the class of a period: evidence that somebody may check, row by row, and no bill."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import caseloads, daily, days_text
from hypothesis import HealthCheck, given, settings
from slow_twin import DROPPED, attribute_slow

from toolkit.errors import RulesError, TableError
from toolkit.measures.attribution import attribute
from toolkit.measures.rtm import data_days, rtm_days, tier_of, tier_rules
from toolkit.rules import Rules
from toolkit.schema import LOG, PRESCRIPTIONS
from toolkit.tables import make

FIRST = date(2026, 3, 1)
EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(case, expect, id=f"{case['id']}-{number}")
    for case in EXAMPLES["cases"]
    for number, expect in enumerate(case["expect"])
    if "data_days" in expect["values"]
]
STEADY = settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def rows_of(text, first=FIRST, **rules):
    """The attributed log of days drawn as text: x done, 0 not done, . nothing."""
    rules = Rules(as_of=rules.pop("as_of", first + timedelta(days=len(text) - 1)), **rules)
    return attribute(daily(first, 7), days_text(first, text), rules)


def period_of(text, first=FIRST):
    """The first period of such a log; the patient had a row on the day before, which must not count."""
    return rtm_days(rows_of("x" + text, first - timedelta(days=1)), first_day=first).iloc[0]


def rows_of_example(case, expect):
    pauses = pd.DataFrame(case["pauses"], columns=["patient_id", "exercise", "first_day", "last_day", "reason"])
    rules = Rules(**case["rules"] | expect.get("rules", {}))
    return attribute(make(PRESCRIPTIONS, case["prescriptions"]), make(LOG, case["log"]), rules, pauses=pauses)


@pytest.mark.parametrize(("case", "expect"), CASES)
def test_an_example_worked_by_hand_gives_its_data_days(case, expect):
    """The whole log counts, rows after `as_of` too: N7 has rows on 8 days, two of them after the last complete day."""
    rows = rows_of_example(case, expect)
    assert data_days(rows).loc[case["patient_id"], "data_days"] == expect["values"]["data_days"]


def test_the_examples_with_data_days_are_all_here():
    assert sorted({param.id.partition("-")[0] for param in CASES}) == ["N13", "N7", "W05", "W06"]


@pytest.mark.parametrize("case", EXAMPLES["rtm"], ids=lambda case: case["id"])
def test_an_example_worked_by_hand_gives_its_tier(case):
    assert tier_of(case["data_days"], case["period_first_day"]).rtm_tier == case["expect"]["rtm_tier"]


@pytest.mark.parametrize(
    ("first", "days", "tier", "code"),
    [
        ("2026-01-01", 0, "none", None),
        ("2026-01-01", 1, "none", None),
        ("2026-01-01", 2, "2_to_15", "98985"),
        ("2026-01-01", 15, "2_to_15", "98985"),
        ("2026-01-01", 16, "16_to_30", "98977"),
        ("2025-12-31", 1, "none", None),
        ("2025-12-31", 2, "none", None),
        ("2025-12-31", 15, "none", None),
        ("2025-12-31", 16, "16_to_30", "98977"),
        ("2022-01-01", 16, "16_to_30", "98977"),
        ("2021-12-31", 15, "none", None),
        ("2021-12-31", 16, "16_to_30", None),
    ],
)
def test_a_period_is_judged_by_the_rule_of_its_first_day_at_each_boundary(first, days, tier, code):
    """H20: the table and the single question say the same; days after New Year follow the rule of the day it began."""
    one = tier_of(days, first)
    assert (one.rtm_tier, one.code) == (tier, code)
    begins = date.fromisoformat(first)
    row = period_of("x" * days + "." * (30 - days), begins)
    assert (row["data_days"], row["rtm_tier"], row["period_first_day"].date()) == (days, tier, begins)
    assert row["code"] == code if code else pd.isna(row["code"])


def test_every_rule_begins_at_no_days_and_says_where_it_comes_from():
    import tomllib
    from importlib.resources import files

    data = tomllib.loads(files("toolkit.measures").joinpath("rtm.toml").read_text(encoding="utf-8"))
    for rule in data["rule"]:
        assert rule["source"]
        assert rule["flag"] in "VSCE"
        assert isinstance(rule["checked_on"], date)
    for rule in tier_rules():
        least = [tier.least_days for tier in rule.tiers]
        assert least == sorted(set(least))
        assert (rule.tiers[0].least_days, rule.tiers[0].code) == (0, None)


@STEADY
@given(caseloads())
def test_data_days_are_the_distinct_days_of_rows_not_dropped(caseload):
    prescriptions, log, pauses, rules = caseload
    found = data_days(attribute(prescriptions, log, rules, pauses=pauses))["data_days"].to_dict()
    counted = {}
    for one in attribute_slow(prescriptions, log, rules, pauses):
        days = counted.setdefault(one["row"]["patient_id"], set())
        days |= set() if one["reason"] in DROPPED else {one["day"]}
    assert found == {patient: len(days) for patient, days in counted.items()}


@STEADY
@given(caseloads())
def test_periods_follow_one_another_and_their_days_add_up(caseload):
    """From a first day before every row, the periods of a patient hold each data day once."""
    prescriptions, log, pauses, rules = caseload
    rows = attribute(prescriptions, log, rules, pauses=pauses)
    table = rtm_days(rows, first_day=rules.as_of - timedelta(days=99), period_days=7)
    up_to = data_days(rows[rows["day"] <= pd.Timestamp(rules.as_of)])["data_days"]
    assert table.groupby("patient_id")["data_days"].sum().to_dict() == up_to.to_dict()
    for _, own in table.groupby("patient_id"):
        gap = own["period_first_day"].to_numpy()[1:] - own["period_last_day"].to_numpy()[:-1]
        assert (gap == np.timedelta64(1, "D")).all()
        assert own["period_first_day"].iloc[-1].date() <= rules.as_of <= own["period_last_day"].iloc[-1].date()
    for row in table.to_dict("records"):
        dates = [date.fromisoformat(text) for text in (row["dates"].split(";") if row["dates"] else [])]
        assert len(set(dates)) == row["data_days"]
        assert dates == sorted(dates)
        assert all(row["period_first_day"].date() <= day <= row["period_last_day"].date() for day in dates)


def test_the_dates_behind_the_count_are_listed():
    row = period_of("x.0" + "." * 27)
    assert (row["dates"], row["data_days"]) == ("2026-03-01;2026-03-03", 2)


def test_two_rows_of_a_day_are_one_data_day_and_a_session_after_midnight_belongs_to_the_day_before():
    log = pd.concat([days_text(FIRST, "x"), days_text(FIRST, "xx", prefix="f")], ignore_index=True)
    log["performed_at"] = pd.to_datetime(["2026-03-01 08:00", "2026-03-01 20:00", "2026-03-02 02:59"])
    rows = attribute(daily(FIRST, 7), log, Rules(as_of=FIRST + timedelta(days=6)))
    assert data_days(rows).loc["p001", "data_days"] == 1


def test_periods_carry_nothing_over():
    """One day at the end of one period and one at the start of the next are one day each."""
    table = rtm_days(rows_of("." * 29 + "xx"), first_day=FIRST)
    assert table["data_days"].tolist() == [1, 1]
    assert table["rtm_tier"].tolist() == ["none", "none"]
    assert [day.date() for day in table["period_first_day"]] == [FIRST, FIRST + timedelta(days=30)]


def test_a_period_without_a_row_is_there_with_no_days():
    table = rtm_days(rows_of("x" + "." * 69), first_day=FIRST)
    assert table["data_days"].tolist() == [1, 0, 0]
    assert table["dates"].tolist() == ["2026-03-01", "", ""]
    assert table["over"].tolist() == [True, True, False]


def test_dates_stand_in_their_own_period_where_an_earlier_one_is_empty():
    table = rtm_days(rows_of("." * 30 + "xx"), first_day=FIRST)
    assert table["dates"].tolist() == ["", "2026-03-31;2026-04-01"]


def test_rows_after_as_of_count_for_no_period():
    rows = rows_of("x" * 20, as_of=FIRST + timedelta(days=1))
    assert data_days(rows).loc["p001", "data_days"] == 20
    assert rtm_days(rows, first_day=FIRST)["data_days"].tolist() == [2]


@pytest.mark.parametrize(
    ("text", "needed", "until"),
    [
        ("x", 1, date(2026, 3, 30)),
        ("xx", 14, date(2026, 3, 17)),
        ("xx" + "." * 13, 14, date(2026, 3, 17)),  # 15 March: still two days to begin
        ("xx" + "." * 14, 14, date(2026, 3, 17)),  # 16 March: begin tomorrow
        ("xx" + "." * 15, 14, None),  # 17 March is over: 13 days are left
        ("x" * 16, 0, None),
        ("." * 30, 2, None),
    ],
)
def test_a_class_is_in_reach_until_the_days_left_no_longer_suffice(text, needed, until):
    row = period_of(text)
    assert row["days_needed"] == needed
    assert row["reachable_until"].date() == until if until else pd.isna(row["reachable_until"])


def test_the_days_needed_before_2026_are_those_to_16():
    row = period_of("xx", date(2025, 3, 1))
    assert (row["days_needed"], row["reachable_until"].date()) == (14, date(2025, 3, 17))


def test_a_period_is_over_on_its_last_day():
    assert [period_of("x" + "." * days)["over"] for days in (28, 29)] == [False, True]


def test_data_days_can_be_split_by_week_and_not_by_side():
    rows = rows_of("xx")  # a Sunday and a Monday
    assert data_days(rows, ["patient_id", "week"])["data_days"].tolist() == [1, 1]
    with pytest.raises(TableError, match="patient_id, alone or with weekday, week or month; found patient_id, side"):
        data_days(rows, ["patient_id", "side"])
    with pytest.raises(TableError, match="found week"):
        data_days(rows, ["week"])


def test_the_table_says_what_it_is_not():
    table = rtm_days(rows_of("x"), first_day="2026-03-01")
    assert table.attrs["says"] == "supporting evidence, not billing"
    assert table.attrs["rules"] == Rules(as_of=FIRST).as_data()


def test_an_empty_log_has_no_periods():
    rows = attribute(make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST))
    assert len(rtm_days(rows, first_day=FIRST)) == len(data_days(rows)) == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first_day": "2026-03-02"}, "first_day: must be 2026-03-01, the last day counted, or at most 20 years"),
        ({"first_day": "0026-03-01"}, "at most 20 years earlier; found 0026-03-01"),
        ({"first_day": "1.3.2026"}, "first_day: must be a date such as 2026-03-02; found 1.3.2026"),
        ({"period_days": 0}, "period_days: must be 1 or more; found 0"),
    ],
)
def test_periods_that_cannot_be_are_refused_in_words(change, words):
    with pytest.raises(TableError, match=words):
        rtm_days(rows_of("x"), **{"first_day": FIRST} | change)


def test_a_question_that_cannot_be_is_refused_in_words():
    with pytest.raises(TableError, match=r"data_days: must be 0 or more; found -1\n.*period_first_day: must be a date"):
        tier_of(-1, "soon")
    assert tier_of(np.int64(16), FIRST).rtm_tier == "16_to_30"


def test_a_log_without_reasons_or_rules_is_refused():
    with pytest.raises(TableError, match="day, reason: must be there, as attribute returns them"):
        rtm_days(days_text(FIRST, "x"), first_day=FIRST, rules=Rules(as_of=FIRST))
    with pytest.raises(RulesError, match="does not say by which rules"):
        data_days(days_text(FIRST, "x"))
