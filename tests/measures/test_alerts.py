"""Alert rules as data: what each tests, when it fires, how long it is quiet; weeks drawn as text."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from caseloads import caseloads, daily, days_text
from hypothesis import HealthCheck, given, settings

from toolkit.errors import SettingsError, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import drop_off
from toolkit.measures.alert_rules import AlertRule, Preset, preset_of, presets, read_alert_rules
from toolkit.measures.alerts import alerts
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.persistence import persistence
from toolkit.measures.series import daily_series
from toolkit.rules import Rules
from toolkit.schema import ALERTS, LOG
from toolkit.tables import make

FIRST = date(2026, 3, 2)  # a Monday
NO_EXERCISE = dict.fromkeys(("exercise", "side", "status"))
STEADY = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def pains(values):
    """Pain entries, one a day from the first; None is no value."""
    return make(LOG, [{"entry_id": f"p{place}", "patient_id": "p001", "pain": value, **NO_EXERCISE,
                       "performed_at": datetime.combine(FIRST + timedelta(days=place), time(9))}
                      for place, value in enumerate(values) if value is not None])  # fmt: skip


def tables(text, *more, rx=None, pauses=None, **rules):
    rules = Rules(**{"as_of": FIRST + timedelta(days=len(text) - 1)} | rules)
    rx = daily(FIRST, 90) if rx is None else rx
    log = pd.concat([days_text(FIRST, text), *more], ignore_index=True)
    return cell_table(rx, log, rules, pauses=pauses), attribute(rx, log, rules, pauses=pauses)


def rule(*when, level="attention", **more):
    return AlertRule(id="own", when=when, level=level, says="x", source="test", flag="E", **more)


def days_of(text, one, *more, **rules):
    """The days, counted from 1, on which a rule fires."""
    preset = Preset(about="test", checked_on="2026-03-02", rule=(one,))
    found = alerts(*tables(text, *more, **rules), preset=preset)
    return [(day.date() - FIRST).days + 1 for day in found["day"]]


def test_a_rule_that_has_fired_is_quiet_for_a_week_and_a_safety_rule_for_a_day():
    text = "." * 20
    assert days_of(text, rule("silent_days >= 7")) == [7, 14]
    assert days_of(text, rule("silent_days >= 7", level="note")) == [7, 14]
    assert days_of(text, rule("silent_days >= 7", level="safety")) == list(range(7, 21))
    assert days_of(text, rule("silent_days >= 7"), alarm={"quiet_days": 3}) == [7, 10, 13, 16, 19]


@pytest.mark.parametrize(
    ("test", "days"),
    [
        ("pain_max >= 5", [2, 4]),
        ("pain_max > 5", [4]),
        ("pain_max <= 4", [1]),
        ("pain_max < 4", []),
        ("pain_max == 5", [2]),
    ],
)
def test_each_comparison_is_the_one_it_looks_like_and_a_missing_value_is_not_true(test, days):
    assert days_of("....", rule(test, level="safety"), pains([4, 5, None, 6])) == days


def test_all_tests_of_a_rule_must_be_true_on_the_same_day():
    both = rule("pain_max >= 5", "pain_step >= 1", level="safety")
    assert days_of("....", both, pains([4, 5, 5, 7])) == [2, 4]


@pytest.mark.parametrize(
    ("days", "within", "fires"), [(1, 1, [2, 3, 5, 7]), (2, 3, [3, 5, 7]), (3, 5, [5, 7]), (3, 3, [])]
)
def test_a_rule_of_several_days_fires_on_the_day_that_completes_it(days, within, fires):
    values = [1, 8, 8, 1, 8, None, 8]
    assert days_of("." * 7, rule("pain_max >= 8", level="safety", days=days, within=within), pains(values)) == fires


def test_pain_of_a_day_steps_from_the_last_day_with_a_value_and_rises_above_the_median_before():
    series = daily_series(*tables("." * 8, pains([2, 4, None, 3, 3, None, None, 7]))).loc["p001"]
    assert series["pain_step"].dropna().tolist() == [2, -1, 0, 4]
    assert series["pain_rise"].dropna().tolist() == [0, 4]  # 3 against 2, 4, 3 is 0; 7 against 2, 4, 3, 3 is 4


def test_silence_is_counted_in_active_days_and_in_scheduled_days_and_not_while_paused():
    rx = daily(FIRST, 90, weekdays="mon;wed;fri", days_per_week=None)
    pause = pd.DataFrame({"patient_id": ["p001"], "first_day": [FIRST + timedelta(days=7)],
                          "last_day": [FIRST + timedelta(days=8)]})  # fmt: skip
    series = daily_series(*tables("x.........", rx=rx, pauses=pause)).loc["p001"]
    assert series["silent_days"].tolist() == pytest.approx([0, 1, 2, 3, 4, 5, 6, np.nan, np.nan, 7], nan_ok=True)
    assert series["silent_scheduled_days"].tolist() == pytest.approx(
        [0, 0, 1, 1, 2, 2, 2, np.nan, np.nan, 3], nan_ok=True
    )


@pytest.mark.parametrize(
    ("note", "any_note", "flagged"), [(None, 0, 0), ("felt fine", 1, 0), ("my foot is numb", 1, 1)]
)
def test_a_note_is_seen_on_its_day_and_its_words_are_looked_at(note, any_note, flagged):
    log = days_text(FIRST, "x.").assign(note=note)
    rx, rules = daily(FIRST, 9), Rules(as_of=FIRST + timedelta(days=1))
    series = daily_series(cell_table(rx, log, rules), attribute(rx, log, rules)).loc["p001"]
    assert series[["any_note", "flagged_note"]].iloc[0].tolist() == [any_note, flagged]
    assert series[["any_note", "flagged_note"]].iloc[1].isna().all()


def test_a_row_dropped_as_a_duplicate_gives_no_pain():
    """The later version of an entry takes the place of the earlier: the 9 was a slip of the hand."""
    log = pd.concat([days_text(FIRST, "x", pain=9.0), days_text(FIRST, "x", pain=3.0)])
    rx, rules = daily(FIRST, 9), Rules(as_of=FIRST)
    series = daily_series(cell_table(rx, log, rules), attribute(rx, log, rules))
    assert series["pain_max"].tolist() == [3]


def test_a_dose_that_is_not_known_is_no_over_dose():
    """Of two days one has a session of unknown dose beside a huge one: the other day alone is counted."""
    rx, rules = daily(FIRST, 9), Rules(as_of=FIRST + timedelta(days=1))
    log = pd.concat([days_text(FIRST, "x", reps=50), days_text(FIRST, "xx", prefix="f")])
    log.loc[log["entry_id"] == "f0", "reps"] = None
    series = daily_series(cell_table(rx, log, rules), attribute(rx, log, rules))
    assert series["over_dose_7"].tolist() == pytest.approx([np.nan, 0], nan_ok=True)


def test_of_one_day_the_gravest_alert_stands_first():
    found = alerts(*tables("." * 7, pains([None] * 6 + [9])))
    assert found["level"].tolist() == ["safety", "attention"]
    assert found["rule"].tolist() == ["pain_high", "silence"]
    found = alerts(*tables("." * 15, pains([4] * 14 + [7])), preset="graded")
    assert found["level"].tolist() == ["safety", "attention", "attention", "note"]


def test_days_before_1970_are_days():
    first = date(1960, 3, 7)
    rx, log, rules = daily(first, 20), days_text(first, "x" + "." * 9), Rules(as_of=first + timedelta(days=9))
    found = alerts(cell_table(rx, log, rules), attribute(rx, log, rules))
    assert [(day.date() - first).days for day in found["day"]] == [7]


@pytest.mark.parametrize("missing", ["first_day", "pain", "note", "reason"])
def test_rows_that_were_not_attributed_are_refused_by_the_column_they_lack(missing):
    cells, rows = tables("xx")
    with pytest.raises(TableError, match=f"{missing}: must be there, as attribute returns them"):
        alerts(cells, rows.drop(columns=missing))


def test_nothing_before_the_first_prescribed_day_nor_after_as_of_raises_an_alert():
    early = make(
        LOG, [{"entry_id": "e", "patient_id": "p001", "pain": 10, **NO_EXERCISE, "performed_at": "2026-02-20T09:00"}]
    )
    late = make(
        LOG, [{"entry_id": "l", "patient_id": "p001", "pain": 10, **NO_EXERCISE, "performed_at": "2026-03-20T09:00"}]
    )
    assert days_of("xxxx", rule("pain_max >= 8"), early, late) == []


@STEADY
@given(caseloads())
def test_the_series_of_the_last_day_are_the_measures_of_that_day(caseload):
    """What an alert sees on `as_of` is what the tables of measures say."""
    rx, log, pauses, rules = caseload
    cells, rows = cell_table(rx, log, rules, pauses=pauses), attribute(rx, log, rules, pauses=pauses)
    series = daily_series(cells, rows)
    as_of = pd.Timestamp(rules.as_of)
    week = cells[(cells["day"] > as_of - pd.Timedelta(days=7)) & (cells["day"] <= as_of)]
    month = cells[(cells["day"] > as_of - pd.Timedelta(days=28)) & (cells["day"] <= as_of)]
    whole, silence = adherence(cells, by=["patient_id"]), persistence(cells, by=["patient_id"])
    today = series[series.index.get_level_values("day") == as_of].droplevel("day").dropna(subset="active")
    for patient, row in today.iterrows():
        found = [row["session_adherence_28"], row["coverage_28"], row["over_dose_7"]]
        expected = [whole.loc[patient, "rolling_28"]]
        expected += [adherence(part, by=["patient_id"], patients=[patient]).loc[patient, name]
                     for part, name in ((month, "coverage"), (week, "over_dose"))]  # fmt: skip
        assert found == pytest.approx(expected, abs=1e-7, nan_ok=True)
        if row["active"]:
            assert row["silent_days"] == silence.loc[patient, "days_since_last_session"]


@STEADY
@given(caseloads())
def test_alerts_keep_their_distance_and_name_only_days_up_to_as_of(caseload):
    rx, log, pauses, rules = caseload
    cells, rows = cell_table(rx, log, rules, pauses=pauses), attribute(rx, log, rules, pauses=pauses)
    for name, preset in presets().items():
        found = alerts(cells, rows, preset=name)
        assert found.columns.tolist() == ALERTS.names
        assert (found["day"] <= pd.Timestamp(rules.as_of)).all()
        levels = {one.id: one.level for one in preset.rule}
        for (_, which), days in found.groupby(["patient_id", "rule"])["day"]:
            least = 1 if levels[which] == "safety" else rules.alarm.quiet_days
            assert (days.diff().dropna() >= pd.Timedelta(days=least)).all()
    stopped = drop_off(cells)
    assert len(alerts(cells, rows).query("rule == 'drop_off'")) <= len(stopped)


# what each preset that comes with the package must raise, and must not, at the edge of each of its rules
EDGES = [
    ("cautious", "pain_high", "....", [8, None, None, None], [7.9, None, None, None]),
    ("cautious", "pain_flare", "." * 9, [2, 2, 2, 2, 2, 2, 2, 4, 4], [2, 2, 2, 2, 2, 2, 2, 2, 4]),
    ("graded", "pain_critical", "..", [7, None], [6.9, None]),
    ("graded", "pain_step_high", "..", [2, 4], [2, 3.9]),
    ("graded", "pain_step_low", "..", [4, 5], [4, 4.9]),
    ("top_only", "pain_top", "..", [10, None], [9.9, None]),
    ("session_card", "pain_high", "..", [7, None], [6.9, None]),
]


@pytest.mark.parametrize(("preset", "which", "text", "above", "below"), EDGES)
def test_a_rule_about_pain_fires_at_its_edge_and_not_below(preset, which, text, above, below):
    fires = [which in alerts(*tables(text, pains(values)), preset=preset)["rule"].tolist() for values in (above, below)]
    assert fires == [True, False]


@pytest.mark.parametrize(
    ("preset", "which", "above", "below"),
    [
        ("cautious", "silence", "x" + "." * 7, "x" + "." * 6),
        ("graded", "silence", "x" + "." * 15, "x" + "." * 14),
        ("early_contact", "silent_scheduled", "x...", "x.."),
        ("cautious", "drop_off", "x" * 14 + "0000", "x" * 14 + "00"),
    ],
)
def test_a_rule_about_silence_fires_at_its_edge_and_not_below(preset, which, above, below):
    fires = [which in alerts(*tables(text), preset=preset)["rule"].tolist() for text in (above, below)]
    assert fires == [True, False]


@pytest.mark.parametrize(("reps", "fires"), [(7.5, False), (7.6, True)])
def test_more_than_half_as_much_again_is_noted(reps, fires):
    rx, rules = daily(FIRST, 30), Rules(as_of=FIRST + timedelta(days=9))
    log = days_text(FIRST, "x" * 10, reps=reps)
    found = alerts(cell_table(rx, log, rules), attribute(rx, log, rules))
    assert ("over_dose" in found["rule"].tolist()) == fires


def test_every_rule_of_every_preset_has_been_tried_at_its_edge():
    tried = {(preset, which) for preset, which, *_ in EDGES}
    tried |= {("cautious", "silence"), ("graded", "silence"), ("early_contact", "silent_scheduled"),
              ("cautious", "drop_off"), ("cautious", "over_dose"), ("cautious", "flagged_note"),
              ("session_card", "any_note")}  # fmt: skip
    assert tried == {(name, one.id) for name, preset in presets().items() for one in preset.rule}


@pytest.mark.parametrize(("note", "raised"), [("my foot is numb", ["flagged_note"]), ("felt fine", []), (None, [])])
def test_only_a_note_with_a_flagged_word_is_a_safety_alert(note, raised):
    log = days_text(FIRST, "x").assign(note=note)
    rx, rules = daily(FIRST, 9), Rules(as_of=FIRST)
    found = alerts(cell_table(rx, log, rules), attribute(rx, log, rules))
    assert found["rule"].tolist() == raised
    cards = alerts(cell_table(rx, log, rules), attribute(rx, log, rules), preset="session_card")
    assert cards["rule"].tolist() == ([] if note is None else ["any_note"])


def test_the_sentence_of_an_alert_has_the_numbers_of_its_day():
    found = alerts(*tables("x" + "." * 8, pains([8])))
    assert found["says"].tolist() == ["Pain 8 of 10", "No session for 7 active days"]
    assert found.attrs["preset"]["rule"][0]["source"]


WRONG = [
    ({"when": ["pain_max => 3"]}, "pain_max => 3"),
    ({"when": ["pain >= 3"]}, "pain >= 3"),
    ({"when": ["pain_max >= "]}, "pain_max >="),
    ({"when": []}, "when"),
    ({"days": 3, "within": 2}, "days must be 2 or less"),
    ({"level": "red"}, "level"),
    ({"says": "{pain_max.real}"}, "pain_max.real"),
    ({"says": "{town}"}, "town"),
    ({"says": "{"}, "says"),
    ({"id": "Pain"}, "id"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("change", "words"), WRONG, ids=lambda value: str(value)[:40])
def test_a_rule_that_says_nothing_clear_is_refused_with_the_place(change, words):
    whole = {"id": "own", "when": ["pain_max >= 3"], "level": "note", "says": "x", "source": "s", "flag": "E"}
    with pytest.raises(SettingsError, match=words.replace("{", r"\{").replace(".", r"\.")):
        AlertRule(**whole | change)


def test_a_clinic_may_write_rules_of_its_own(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        'format = "backcare-alert-rules"\nversion = 1\n[preset.ours]\nabout = "ours"\nchecked_on = 2026-03-02\n'
        '[[preset.ours.rule]]\nid = "any_pain"\nwhen = ["pain_max > 0"]\nlevel = "note"\nsays = "Pain {pain_max:g}"\n'
        'source = "our team"\nflag = "E"\n'
    )
    ours = read_alert_rules(path)["ours"]
    assert alerts(*tables(".", pains([3])), preset=ours)["says"].tolist() == ["Pain 3"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must say format"),
        ("format = ", "cannot be read"),
        ('format = "backcare-alert-rules"\nversion = 2', "version = 1"),
        ('format = "backcare-alert-rules"\nversion = 1', "preset"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_is_refused(tmp_path, text, words):
    path = tmp_path / "rules.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=words):
        read_alert_rules(path)


def test_an_unknown_preset_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(SettingsError, match="cautious, graded, top_only, session_card, early_contact; found bold"):
        preset_of("bold")
    with pytest.raises(SettingsError, match="no file of alert rules absent.toml"):
        read_alert_rules(tmp_path / "absent.toml")
