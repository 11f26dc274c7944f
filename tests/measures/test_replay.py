"""All past days at once say what every day on its own says, to the last digit of every series."""

from random import Random

import pandas as pd
import pytest
from caseloads import caseloads
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_cases import batch
from slow_replay import replay_slow

from toolkit.measures import replay as fast
from toolkit.measures.alert_rules import SERIES, AlertRule, Preset
from toolkit.measures.attribution import checked_log

TESTS = (
    ("pain_max >= 5", 1, 1, "safety"), ("pain_step >= 1", 1, 1, "attention"), ("pain_rise >= 1", 2, 3, "safety"),
    ("silent_days >= 3", 1, 1, "attention"), ("silent_scheduled_days >= 2", 1, 1, "note"),
    ("drop_off == 1", 1, 1, "safety"), ("session_adherence_28 < 0.6", 2, 4, "safety"),
    ("coverage_28 < 0.8", 1, 1, "safety"), ("over_dose_7 > 0.1", 1, 1, "safety"), ("any_note == 0", 3, 5, "attention"),
    ("flagged_note == 1", 1, 1, "safety"),
)  # fmt: skip
HALVES = (SERIES[:6], SERIES[6:])  # a sentence holds 200 characters


def rule(number, half, when, days, within, level):
    says = " ".join(f"{{{name}!r}}" for name in HALVES[half])
    return AlertRule(id=f"r{number}_{half}", when=(when,), days=days, within=within, level=level, says=says,
                     source="s", flag="E")  # fmt: skip


ALL = Preset(about="every series, each said in full", checked_on="2026-03-02",
             rule=tuple(rule(n, half, *test) for n, test in enumerate(TESTS) for half in (0, 1)))  # fmt: skip


def both(rx, log, rules, pauses):
    log = checked_log(log)
    return fast.replay(rx, log, rules, pauses, ALL), replay_slow(rx, log, rules, pauses, ALL)


def told_late(log, chance):
    """The same log, some of its rows written days later, some with words."""
    late = pd.to_timedelta([chance.choice([0, 0, 0, 1, 3, 9]) for _ in range(len(log))], unit="D")
    words = [chance.choice([None] * 8 + ["tired", "numb leg, cannot pass water"]) for _ in range(len(log))]
    return log.assign(note=words, logged_at=log["logged_at"] + late)


@pytest.mark.parametrize("number", [0, 11])
def test_fifty_patients_with_late_corrected_and_repeated_rows_are_told_of_on_the_same_days_in_the_same_words(number):
    one = batch(number)
    found, slow = both(one.prescriptions, told_late(one.log, Random(number)), one.rules, one.pauses)
    assert set(found["rule"]) == {rule.id for rule in ALL.rule}, "a series that no alert speaks of is not compared"
    pd.testing.assert_frame_equal(found, slow, check_exact=True)


@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(caseloads(), st.integers(0, 99))
def test_any_small_caseload_is_told_of_the_same(caseload, seed):
    rx, log, pauses, rules = caseload
    found, slow = both(rx, told_late(log, Random(seed)), rules, pauses)
    pd.testing.assert_frame_equal(found, slow, check_exact=True)


def test_it_does_not_matter_in_how_many_portions_patients_are_looked_at(monkeypatch):
    one = batch(3)
    log = checked_log(one.log)
    whole = fast.replay(one.prescriptions, log, one.rules, one.pauses, ALL)
    monkeypatch.setattr(fast, "PORTION", 2_000)
    parted = fast.replay(one.prescriptions, log, one.rules, one.pauses, ALL)
    assert len(whole) > 1000
    pd.testing.assert_frame_equal(whole, parted, check_exact=True)
