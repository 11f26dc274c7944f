"""Whom to call first: each tier from its own signs, each with its numbers; weeks drawn as text."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.errors import TableError
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import quoted, unread_notes
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.schema import LOG, QUARANTINE, REVIEWS, TIERS, TRIAGE
from toolkit.tables import make

FIRST = date(2026, 3, 2)  # a Monday


def entry(day, **more):
    """One row of a log on a day counted from the first, 1 x 5 done unless said."""
    row = {"entry_id": f"n{day}", "patient_id": "p001", "exercise": "exercise_b", "side": "none", "status": "done",
           "performed_at": datetime.combine(FIRST, datetime.min.time()) + timedelta(days=day, hours=9), "sets": 1,
           "reps": 5}  # fmt: skip
    return make(LOG, [row | more])


def pain(day, value, **more):
    return entry(day, exercise=None, side=None, status=None, sets=None, reps=None, pain=value, **more)


def calls(text, *more, days=None, rx=None, pauses=None, rules=None, **asked):
    """The triage of one patient whose diary is `text` up to the last day, and further rows."""
    rules = Rules(**{"as_of": FIRST + timedelta(days=len(text) - 1)} | (rules or {}))
    rx = daily(FIRST, days or 90) if rx is None else rx
    log = pd.concat([days_text(FIRST, text), *more], ignore_index=True)
    return triage(cell_table(rx, log, rules, pauses=pauses), log, rx, rules, **asked)


def call(*text, **more):
    table = calls(*text, **more)
    assert len(table) == 1
    return table.iloc[0]


STEADY = "x" * 28


def test_a_steady_patient_is_on_track_and_the_last_day_prescribed_is_counted_down():
    row = call(STEADY, days=40)
    assert (row["tier"], row["name"], row["also"]) == (8, "on_track", "")
    assert row["reason"] == "100% of sessions recorded over 28 days, last on 29 March"
    assert (row["ends_in_days"], row["rolling_28"], row["coverage_28"], row["over_dose_28"]) == (12, 1, 1, 0)


@pytest.mark.parametrize(("value", "name"), [(8, "safety"), (7.9, "on_track")])
def test_the_worst_pain_of_seven_days_comes_first_from_eight_points_on(value, name):
    row = call(STEADY, pain(21, value))
    assert row["name"] == name
    if name == "safety":
        assert (row["tier"], row["reason"]) == (1, "Pain 8 of 10 on 23 March")


def test_pain_of_eight_days_ago_is_no_sign_of_this_week():
    assert call(STEADY, pain(20, 10))["name"] == "on_track"


def test_a_duplicate_of_a_painful_row_is_not_a_second_sign():
    row = call(STEADY, pain(26, 9), pain(26, 9))
    assert row["reason"] == "Pain 9 of 10 on 28 March"


@pytest.mark.parametrize(("flares", "name"), [([26, 27], "safety"), ([27], "on_track")])
def test_pain_far_above_the_two_weeks_before_on_two_days_is_a_sign(flares, name):
    quiet = [pain(day, 3) for day in range(14, 26)]
    row = call(STEADY, *quiet, *(pain(day, 5) for day in flares))
    assert row["name"] == name
    if name == "safety":
        assert row["reason"] == "Pain 2 points or more above the 14 days before on 2 days, the last 29 March"


def test_a_note_with_a_flagged_word_is_a_sign_and_says_which():
    row = call(STEADY, entry(25, note="My foot feels numb since Monday"))
    assert row["name"] == "safety"
    assert row["reason"].startswith("A note of 27 March says “")
    assert "numb" in row["reason"]


def test_an_old_note_counts_only_while_nobody_has_read_it():
    old = entry(3, note="I cannot feel when I need to pee")
    assert call(STEADY, old)["name"] == "on_track"
    assert call(STEADY, old, unread=["n3"])["name"] == "safety"
    assert call(STEADY, old, unread=["another"])["name"] == "on_track"


@pytest.mark.parametrize(
    ("performed_at", "unread", "name"),
    [("2026-03-25T08:00", None, "safety"), (None, None, "safety"), ("2026-03-03T08:00", None, "on_track"),
     ("2026-03-03T08:00", [], "safety")],
)  # fmt: skip
def test_the_note_of_a_row_set_aside_at_import_is_searched_too(performed_at, unread, name):
    aside = make(QUARANTINE, [{"source": "d.csv", "line": 4, "column": "reps", "code": "number", "value": "many",
                               "message": "must be a number", "patient_id": "p001", "performed_at": performed_at,
                               "note": "numb between the legs"}])  # fmt: skip
    row = call(STEADY, quarantine=aside, unread=unread)
    assert row["name"] == name
    if name == "safety":
        assert "in a row set aside at import" in row["reason"]


def test_a_safety_sign_goes_first_even_when_nothing_is_in_force_any_more():
    row = call(STEADY, pain(26, 9), days=20)
    assert (row["name"], row["also"], row["ends_in_days"]) == ("safety", "no_regimen", -8)


@pytest.mark.parametrize(("silent", "name"), [(7, "silent"), (6, "dropping_off")])
def test_seven_active_days_without_a_session_are_silence(silent, name):
    row = call("x" * 21 + "." * silent)
    assert row["name"] == name
    if name == "silent":
        assert row["reason"] == "No session for 7 active days (last on 22 March)"


def test_a_pause_is_no_silence_and_nobody_is_called_on_a_paused_day():
    pause = pd.DataFrame({"patient_id": ["p001"], "first_day": [FIRST + timedelta(days=21)],
                          "last_day": [FIRST + timedelta(days=40)]})  # fmt: skip
    row = call("x" * 21 + "." * 10, pauses=pause)
    assert (row["name"], row["days_since_last_session"]) == ("on_track", 0)


@pytest.mark.parametrize(("days", "name"), [(3, "silent"), (2, "thin_diary")])
def test_who_never_began_is_called_after_three_scheduled_days(days, name):
    row = call("." * days)
    assert row["name"] == name
    if name == "silent":
        assert row["reason"] == "Not begun: no session on 3 scheduled days since 2 March"


def test_a_broken_pattern_is_told_with_what_was_kept_before_and_now():
    row = call("x" * 14 + "00x000x00x")
    assert row["name"] == "dropping_off"
    assert row["reason"] == "Drop-off alarm on 23 March: 8 of the last 14 scheduled days kept, 14 of the first 14"


@pytest.mark.parametrize(
    ("target", "name"), [(None, "on_track"), (0.8, "low"), ("bailey_80", "low"), (0.3, "on_track")]
)
def test_low_is_judged_only_against_a_target_somebody_chose(target, name):
    row = call("x00" * 9 + "x", rules={"target": target})
    assert row["name"] == name
    if name == "low":
        name = ", bailey_80" if target == "bailey_80" else ""
        assert row["reason"] == (
            "36% of sessions recorded over 28 days, at most 54% by the interval: below 64% "
            f"(0.8 of the target of 80%{name})"
        )


def test_a_diary_of_few_days_is_too_little_to_judge():
    row = call("x.." * 9 + "x")
    assert (row["name"], row["coverage_28"]) == ("thin_diary", pytest.approx(10 / 28))
    assert "36% of what was due" in row["reason"]


def two_exercises(one, other):
    """A diary of two exercises, each drawn as text."""
    rx = pd.concat([daily(FIRST, 60), daily(FIRST, 60, exercise="knee_to_chest")], ignore_index=True)
    log = days_text(FIRST, other, prefix="k").assign(exercise="knee_to_chest")
    return call(one, log, rx=rx)


def test_one_exercise_left_out_while_the_other_is_done_points_at_a_barrier():
    row = two_exercises("x" * 28, "x0" * 10 + "0" * 8)
    assert row["name"] == "one_barrier"
    assert row["reason"] == "Knee-to-chest stretch done 36% over 28 days, every other exercise 100% or more"
    assert two_exercises("x" * 21 + "0" * 7, "x0" * 10 + "0" * 8)["name"] != "one_barrier"


@pytest.mark.parametrize(("right_days", "name"), [(14, "one_barrier"), (15, "on_track")])
def test_one_side_at_most_half_as_often_points_at_a_barrier(right_days, name):
    rx = daily(FIRST, 60, side="both")
    left, right = days_text(FIRST, STEADY).assign(side="left"), days_text(FIRST, "x" * right_days, prefix="r")
    # laid out so that the alarm of dropped days does not come before: the last days have both sides
    right["performed_at"] += pd.Timedelta(days=28 - right_days)
    rules = Rules(as_of=FIRST + timedelta(days=27))
    log = pd.concat([left, right.assign(side="right")], ignore_index=True)
    row = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]
    assert row["name"] == name
    if name == "one_barrier":
        assert row["reason"] == "The right side done 50% as often as the left over 28 days"


@pytest.mark.parametrize(("reps", "name"), [(8, "over_dose"), (7.5, "on_track")])
def test_half_as_much_again_as_asked_is_too_much(reps, name):
    rx = daily(FIRST, 60)
    log = days_text(FIRST, STEADY, reps=reps)
    rules = Rules(as_of=FIRST + timedelta(days=27))
    row = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]
    assert row["name"] == name
    if name == "over_dose":
        assert row["reason"] == "Dose above its upper end on single days: in sum 60% of the sessions due over 28 days"


@pytest.mark.parametrize(
    ("first", "days", "words"),
    [
        (FIRST, 20, "The last regimen ended on 21 March"),
        (FIRST + timedelta(days=30), 20, "The first regimen begins on 1 April"),
    ],
)
def test_who_has_nothing_in_force_is_listed_last_with_the_day(first, days, words):
    row = call(STEADY, rx=daily(first, days))
    assert (row["tier"], row["reason"]) == (9, words)


def test_a_log_of_somebody_without_any_prescription_is_not_lost():
    stranger = days_text(FIRST, "xx").assign(patient_id="p999")
    table = calls(STEADY, stranger)
    assert table[["patient_id", "name", "reason"]].to_numpy().tolist()[1] == [
        "p999", "no_regimen", "No exercise was ever prescribed",
    ]  # fmt: skip


def review(patient="p001", **more):
    row = {"patient_id": patient, "reviewed_at": "2026-03-29T10:00", "reviewed_by": "dr-sample", "action": "called"}
    return make(REVIEWS, [row | more])


def test_who_was_reviewed_is_shown_apart_until_the_day_to_look_again():
    silent = "x" * 18 + "." * 10
    assert call(silent, reviews=review())["name"] == "silent"
    row = call(silent, reviews=review(look_again_on="2026-03-30"))
    assert (row["tier"], row["name"], row["also"]) == (10, "reviewed", "silent;dropping_off")
    assert row["reason"] == "Look again on 30 March (called by dr-sample on 29 March)"
    assert call(silent, reviews=review(look_again_on="2026-03-29"))["name"] == "silent"


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ({"day": 26}, "reviewed"),
        ({"day": 26, "logged_at": "2026-03-29T18:00"}, "safety"),
        ({"day": 27, "logged_at": None}, "reviewed"),
    ],
)
def test_a_safety_sign_that_came_in_after_the_review_breaks_it(sign, name):
    row = call(STEADY, pain(sign.pop("day"), 9, **sign), reviews=review(look_again_on="2026-04-10"))
    assert row["name"] == name
    assert name == "safety" or row["also"] == "safety"


def test_an_unread_flagged_note_is_never_put_aside_by_a_review():
    note = entry(20, note="fever and chills")
    row = call(STEADY, note, unread=["n20"], reviews=review(look_again_on="2026-04-10"))
    assert row["name"] == "safety"


def test_within_a_tier_the_longest_silence_then_the_oldest_review_then_the_name():
    rx = pd.concat([daily(FIRST, 90, patient_id=who) for who in ("p1", "p2", "p3", "p4")], ignore_index=True)
    diaries = {"p1": "x" * 20 + "." * 8, "p2": "x" * 19 + "." * 9, "p3": "x" * 20 + "." * 8, "p4": "x" * 20 + "." * 8}
    log = pd.concat([days_text(FIRST, text).assign(patient_id=who) for who, text in diaries.items()], ignore_index=True)
    rules = Rules(as_of=FIRST + timedelta(days=27))
    cells = cell_table(rx, log, rules)
    assert triage(cells, log, rx, rules)["patient_id"].tolist() == ["p2", "p1", "p3", "p4"]
    seen = pd.concat([review("p1"), review("p3", reviewed_at="2026-03-20T10:00")])
    assert triage(cells, log, rx, rules, reviews=seen)["patient_id"].tolist() == ["p2", "p4", "p3", "p1"]


def test_the_table_has_its_columns_and_its_rules_and_the_tables_given_are_not_changed():
    rules = Rules(as_of=FIRST + timedelta(days=27))
    rx, log = daily(FIRST, 90), days_text(FIRST, STEADY)
    before = rx.copy(), log.copy()
    table = triage(cell_table(rx, log, rules), log, rx, rules)
    assert table.columns.tolist() == TRIAGE.names
    assert Rules(**table.attrs["rules"]) == rules
    for one, old in zip((rx, log), before, strict=True):
        pd.testing.assert_frame_equal(one, old)


def test_every_cut_can_be_set():
    cuts = {"pain_max": 5, "flare_days": 1, "over_dose": 3, "target_share": 0.5, "asymmetry": 0.9}
    row = call(STEADY, pain(26, 5), rules={"triage": cuts})
    assert row["reason"] == "Pain 5 of 10 on 28 March"


def test_nobody_is_listed_twice_and_nobody_is_missing():
    from toolkit.samples import sample_clinic

    clinic = sample_clinic()
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    table = triage(cells, clinic.log, clinic.prescriptions, rules)
    assert sorted(table["patient_id"]) == sorted(clinic.kinds)
    assert table["tier"].is_monotonic_increasing
    assert all(TIERS[tier - 1] == name for tier, name in zip(table["tier"], table["name"], strict=True))
    assert attribute(clinic.prescriptions, clinic.log, rules)["note"].notna().sum() > 0


def test_a_review_with_an_unknown_action_is_refused():
    with pytest.raises(TableError, match="action"):
        call(STEADY, reviews=pd.DataFrame([{"patient_id": "p001", "reviewed_at": "2026-03-29T10:00",
                                            "reviewed_by": "dr", "action": "waved"}]))  # fmt: skip


def test_what_unlogged_days_could_hide_stands_beside_a_low_number():
    reason = call("x......" * 4, rules={"target": 0.8, "alarm": {"limit": 99, "run_p": 1e-9}, "silent_days": 30})[
        "reason"
    ]
    assert reason.endswith("below 64% (0.8 of the target of 80%); up to 100% if unlogged days were done")


def test_an_exercise_that_ended_or_has_hardly_begun_is_no_barrier():
    steady = days_text(FIRST, STEADY)
    rules = Rules(as_of=FIRST + timedelta(days=27))
    for first, days in ((FIRST, 10), (FIRST + timedelta(days=26), 30)):
        rx = pd.concat([daily(FIRST, 60), daily(first, days, exercise="knee_to_chest")], ignore_index=True)
        assert triage(cell_table(rx, steady, rules), steady, rx, rules).iloc[0]["name"] == "on_track"


def test_sides_that_are_asked_unlike_are_no_barrier():
    rx = pd.concat([daily(FIRST, 60, side="left", sessions_per_day=2), daily(FIRST, 60, side="right")])
    log = pd.concat([days_text(FIRST, STEADY, prefix=side).assign(side=side) for side in ("left", "right")])
    again = days_text(FIRST, STEADY, prefix="again").assign(side="left")
    again["performed_at"] += pd.Timedelta(hours=9)
    rules = Rules(as_of=FIRST + timedelta(days=27))
    log = pd.concat([log, again], ignore_index=True)
    assert triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]["name"] == "on_track"


def test_a_long_note_is_quoted_with_what_stands_around_its_word_and_a_short_one_whole():
    assert "says “no numbness, all fine”" in call(STEADY, entry(25, note="no  numbness,\nall fine"))["reason"]
    reason = call(STEADY, entry(25, note="word " * 60 + "then my foot felt numb and heavy " + "end " * 60))["reason"]
    assert "foot felt numb and heavy" in reason
    assert len(reason) < 200


def test_the_same_note_in_two_rows_is_told_once():
    rows = [entry(25, entry_id=name, note="my foot is numb") for name in ("one", "two")]
    assert "more)" not in call(STEADY, *rows)["reason"]


def test_an_old_session_is_told_with_its_year():
    rx = pd.concat([daily(date(2025, 3, 1), 30), daily(FIRST, 60)], ignore_index=True)
    log = days_text(date(2025, 3, 1), "x" * 30)
    rules = Rules(as_of=FIRST + timedelta(days=9))
    reason = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]["reason"]
    assert reason == "No session for 10 active days (last on 30 March 2025)"


def test_a_paused_patient_is_said_to_be_paused():
    pause = pd.DataFrame({"patient_id": ["p001"], "first_day": [FIRST + timedelta(days=21)],
                          "last_day": [FIRST + timedelta(days=40)]})  # fmt: skip
    assert call("x" * 21 + "." * 10, pauses=pause)["reason"] == (
        "Paused on 1 April; 100% of sessions recorded over 28 days, last on 22 March"
    )


def test_an_old_note_of_a_row_set_aside_is_done_with_when_the_patient_was_reviewed_since():
    aside = make(QUARANTINE, [{"source": "d.csv", "line": 4, "column": "reps", "code": "number", "value": "many",
                               "message": "must be a number", "patient_id": "p001", "note": "numb between the legs",
                               "performed_at": "2026-03-03T08:00"}])  # fmt: skip
    assert call(STEADY, quarantine=aside, unread=[])["name"] == "safety"
    assert call(STEADY, quarantine=aside, unread=[], reviews=review())["name"] == "on_track"


@pytest.mark.parametrize(
    ("logged_at", "reviewed_at", "unread"),
    [
        (None, None, True),
        (None, "2026-03-10T10:00", False),
        (None, "2026-03-04T10:00", True),
        ("2026-03-12T10:00", "2026-03-10T10:00", True),
    ],
)
def test_a_note_is_unread_until_its_patient_was_reviewed_after_it_was_written(logged_at, reviewed_at, unread):
    log = entry(3, note="fine", logged_at=logged_at)
    reviews = None if reviewed_at is None else review(reviewed_at=reviewed_at)
    assert unread_notes(log, reviews) == ([("p001", "n3")] if unread else [])
    assert unread_notes(entry(3), reviews) == []


def test_unread_notes_are_a_list_and_not_one_text():
    with pytest.raises(TableError, match="unread: must be a list of entry ids, not a text"):
        call(STEADY, unread="n3")


def test_a_quarantine_that_lacks_its_columns_is_refused():
    with pytest.raises(TableError, match="message: is a column the table must have"):
        call(STEADY, quarantine=pd.DataFrame({"note": ["numb"], "patient_id": ["p001"]}))


def test_a_sign_without_a_date_is_newer_than_any_review():
    aside = make(QUARANTINE, [{"source": "d.csv", "line": 4, "column": "reps", "code": "number", "value": "many",
                               "message": "must be a number", "patient_id": "p001", "note": "numb between the legs"}]
                 )  # fmt: skip
    assert call(STEADY, quarantine=aside, reviews=review(look_again_on="2026-04-10"))["name"] == "safety"


def test_who_has_nothing_in_force_any_more_is_not_called_silent_or_low():
    row = call("x" * 5 + "." * 23, days=20, rules={"target": 0.8})
    assert (row["name"], row["also"]) == ("no_regimen", "")


def test_the_last_of_several_reviews_counts():
    silent = "x" * 18 + "." * 10
    both = pd.concat([review(reviewed_at="2026-03-20T10:00", look_again_on="2026-04-30"), review()])
    assert call(silent, reviews=both)["name"] == "silent"


@pytest.mark.parametrize(("days", "name"), [(7, "dropping_off"), (8, "on_track")])
def test_an_alarm_counts_for_seven_days(days, name):
    """The pattern breaks on day 17; then every day is kept again."""
    row = call("x" * 14 + "000" + "x" * (days - 1))
    assert row["name"] == name


def test_the_worst_value_is_told_first_and_the_latest_of_equal_ones():
    assert call(STEADY, pain(24, 9), pain(26, 8))["reason"].startswith("Pain 9 of 10 on 26 March (and 1 more)")
    assert call(STEADY, pain(24, 8), pain(26, 8))["reason"].startswith("Pain 8 of 10 on 28 March (and 1 more)")


def test_pain_of_a_row_superseded_or_after_as_of_is_no_sign():
    slip, right = pain(26, 9, logged_at="2026-03-28T09:00"), pain(26, 3, logged_at="2026-03-28T09:05")
    assert call(STEADY, slip, right)["name"] == "on_track"
    assert call(STEADY, pain(28, 10))["name"] == "on_track"


def test_a_flare_seen_late_is_newer_than_the_review_before_it_was_written():
    quiet = [pain(day, 3) for day in range(14, 26)]
    late = [pain(day, 5, logged_at="2026-03-29T18:00") for day in (26, 27)]
    at_once = [pain(day, 5) for day in (26, 27)]
    reviews = review(look_again_on="2026-04-10")
    assert call(STEADY, *quiet, *late, reviews=reviews)["name"] == "safety"
    assert call(STEADY, *quiet, *at_once, reviews=reviews)["name"] == "reviewed"


@pytest.mark.parametrize(("day", "name"), [("2026-03-23T08:00", "safety"), ("2026-03-22T23:00", "on_track")])
def test_a_dated_note_set_aside_counts_for_seven_days_like_any_other(day, name):
    aside = make(QUARANTINE, [{"source": "d.csv", "line": 4, "column": "reps", "code": "number", "value": "many",
                               "message": "must be a number", "patient_id": "p001", "performed_at": day,
                               "note": "numb between the legs"}])  # fmt: skip
    assert call(STEADY, quarantine=aside)["name"] == name


def test_on_track_is_never_among_the_others():
    row = call(STEADY, reviews=review(look_again_on="2026-04-10"))
    assert (row["name"], row["also"]) == ("reviewed", "")


@pytest.mark.parametrize("reps", [7.5, 7.6])
def test_a_number_on_its_cut_does_not_pass_it(reps):
    rx, rules = daily(FIRST, 60), Rules(as_of=FIRST + timedelta(days=27))
    log = days_text(FIRST, STEADY, reps=reps)
    row = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]
    assert (row["name"] == "over_dose") == (reps > 7.5)


@pytest.mark.parametrize(("done", "barrier"), [("xx0" * 2, False), ("x0" * 14, False), ("x0" * 13 + "00", True)])
def test_a_barrier_lies_below_a_half_and_not_on_it(done, barrier):
    text = done if len(done) == 28 else done + "0" * 22
    expected = text.count("x") / 28 < 0.5
    row = two_exercises(STEADY, text)
    assert (row["name"] == "one_barrier" or "one_barrier" in row["also"]) == expected
    assert expected or not barrier


def test_the_day_28_days_ago_is_no_longer_looked_at():
    """29 days: nothing done on the first, all done since."""
    row = call("0" + STEADY)
    assert (row["rolling_28"], row["coverage_28"], row["reason"][:4]) == (1, 1, "100%")


def test_a_regimen_is_in_force_on_its_last_day():
    assert call(STEADY, days=28)["name"] == "on_track"
    assert call(STEADY, days=27)["name"] == "no_regimen"


def test_the_right_side_may_be_done_more_often_than_the_left():
    rx, rules = daily(FIRST, 60, side="both"), Rules(as_of=FIRST + timedelta(days=27))
    left = days_text(FIRST, "." * 14 + "x" * 14, prefix="l").assign(side="left")
    log = pd.concat([left, days_text(FIRST, STEADY).assign(side="right")], ignore_index=True)
    reason = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]["reason"]
    assert reason == "The left side done 50% as often as the right over 28 days"


@pytest.mark.parametrize(("seen", "name"), [(True, "reviewed"), (False, "safety")])
def test_pain_of_before_a_review_that_nobody_had_seen_is_new(seen, name):
    """A diary imported after the call holds pain 9 of the day before it: `unread` names its row."""
    reviews = make(REVIEWS, [{"patient_id": "p001", "reviewed_at": datetime(2026, 3, 29, 18), "reviewed_by": "Ann",
                              "action": "called", "note": None, "look_again_on": date(2026, 4, 20)}])  # fmt: skip
    row = call(STEADY, pain(26, 9), reviews=reviews, unread=[] if seen else ["n26"])
    assert row["name"] == name


@pytest.mark.parametrize(("seen", "name"), [(True, "reviewed"), (False, "safety")])
def test_a_flare_of_before_a_review_that_nobody_had_seen_is_new(seen, name):
    reviews = make(REVIEWS, [{"patient_id": "p001", "reviewed_at": datetime(2026, 3, 29, 18), "reviewed_by": "Ann",
                              "action": "called", "note": None, "look_again_on": date(2026, 4, 20)}])  # fmt: skip
    days = [pain(day, 3) for day in range(10, 20)] + [pain(24, 6), pain(26, 6)]
    row = call(STEADY, *days, reviews=reviews, unread=[] if seen else ["n26"])
    assert row["name"] == name


def test_a_flare_that_earlier_pages_imported_late_bring_about_is_new():
    """The values of the flare days were on screen; only those before them, now here, make them a flare."""
    reviews = make(REVIEWS, [{"patient_id": "p001", "reviewed_at": datetime(2026, 3, 29, 18), "reviewed_by": "Ann",
                              "action": "called", "note": None, "look_again_on": date(2026, 4, 20)}])  # fmt: skip
    days = [pain(day, 3) for day in range(10, 20)] + [pain(24, 6), pain(26, 6)]
    assert call(STEADY, *days, reviews=reviews, unread=["n15"])["name"] == "safety"
    assert call(STEADY, *days, pain(27, 3), reviews=reviews, unread=["n27"])["name"] == "reviewed", "a later value"


def test_severe_pain_beside_a_like_session_is_a_sign_where_near_duplicates_are_dropped():
    rx, rules = daily(FIRST, 60), Rules(as_of=FIRST + timedelta(days=27), near_duplicates="drop")
    again = days_text(FIRST + timedelta(days=26), "x", prefix="again", pain=9)
    again["performed_at"] += pd.Timedelta(minutes=5)
    log = pd.concat([days_text(FIRST, STEADY), again], ignore_index=True)
    assert triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]["reason"] == "Pain 9 of 10 on 28 March"


def test_unread_rows_may_be_named_with_their_patient():
    reviews = review(look_again_on="2026-04-20")
    old = entry(3, note="numb between the legs")
    assert call(STEADY, old, reviews=reviews, unread=[("p001", "n3")])["name"] == "safety"
    assert call(STEADY, old, reviews=reviews, unread=[("p002", "n3")])["name"] == "reviewed"


def test_one_session_short_of_all_does_not_read_all():
    """335 of 336 sessions are 99.7 %: two exercises, six times a day, once forgotten."""
    rx = pd.concat([daily(FIRST, 60, sessions_per_day=6, exercise=f"exercise_{name}") for name in "bc"])
    every = [days_text(FIRST, STEADY, prefix=f"{name}{hour}").assign(exercise=f"exercise_{name}")
             for name in "bc" for hour in range(6)]  # fmt: skip
    for place, part in enumerate(every):
        part["performed_at"] += pd.Timedelta(hours=place % 6)
    log, rules = pd.concat(every, ignore_index=True)[1:], Rules(as_of=FIRST + timedelta(days=27))
    reason = triage(cell_table(rx, log, rules), log, rx, rules).iloc[0]["reason"]
    assert reason == "Above 99% of sessions recorded over 28 days, last on 29 March"


@pytest.mark.parametrize(("day", "name"), [(21, "safety"), (20, "on_track")])
def test_a_flare_counts_for_seven_days(day, name):
    """Days run from 0 to 27; the seven last ones begin with day 21."""
    quiet = [pain(other, 3) for other in range(8, 20)]
    assert call(STEADY, *quiet, pain(day, 6), pain(24, 6))["name"] == name


def test_of_a_long_note_what_follows_the_flagged_words_is_quoted_too():
    note = (
        "I walked the dog. " * 8 + "numb between the legs since Tuesday evening and it does not go away. " + "Bye. " * 9
    )
    said = quoted(note)
    assert said.startswith("“…") and "numb between the legs since Tuesday evening" in said and said.endswith("…”")


@pytest.mark.parametrize(("unread", "name"), [(["n28"], "safety"), ([], "on_track"), (None, "on_track")])
def test_pain_of_today_that_nobody_has_seen_does_not_wait_for_midnight(unread, name):
    """The last day counted is yesterday, the 28th; pain 9 stands in the diary this morning."""
    assert call(STEADY, pain(28, 9), days=60, unread=unread)["name"] == name
