"""The weeks and rows of a diary."""

from datetime import date

from diaries import MONDAY, dose, final
from take_homes import plan, row

from toolkit.plan.diary import AnyDays, any_days, diary_rows, pauses_in, weeks_of
from toolkit.plan.regimen import Pause

THURSDAY = date(2026, 3, 5)


def test_weeks_run_from_the_first_day_as_a_quota_counts_them_and_the_last_is_cut():
    weeks = weeks_of(final(dose("knee_to_chest", 10, THURSDAY)))
    assert [(week.number, week.first_day, week.last_day, len(week.days)) for week in weeks] == [
        (1, date(2026, 3, 5), date(2026, 3, 11), 7), (2, date(2026, 3, 12), date(2026, 3, 14), 3),
    ]  # fmt: skip


def test_only_days_on_which_something_may_be_done_are_filled_in():
    pause = Pause(first_day=date(2026, 3, 9), last_day=date(2026, 3, 15))
    first, second, third = weeks_of(final(dose("knee_to_chest", 15, weekdays=("mon", "fri")), pauses=(pause,)))
    assert first.days == (MONDAY, date(2026, 3, 6))
    assert second.days == ()
    assert third.days == (date(2026, 3, 16),)
    assert [list(pauses_in(final(dose("knee_to_chest", 15), pauses=(pause,)), week)) for week in (first, second)] == [
        [],
        [pause],
    ]


def test_a_row_is_one_session_of_one_exercise_with_its_sides():
    rows = diary_rows(final(dose("knee_to_chest", sessions_per_day=2), dose("abdominal_stability")), MONDAY)
    assert [(row.exercise, row.number, row.count, [one.side for one in row.sessions]) for row in rows] == [
        ("knee_to_chest", 1, 2, ["left", "right"]), ("knee_to_chest", 2, 2, ["left", "right"]),
        ("abdominal_stability", 1, 1, ["none"]),
    ]  # fmt: skip


def test_sides_that_are_prescribed_apart_stand_in_one_row():
    left, right = (
        dose("knee_to_chest", side=side, sessions_per_day=count) for side, count in (("left", 2), ("right", 1))
    )
    rows = diary_rows(final(left, right), MONDAY)
    assert [(row.number, row.count, [one.side for one in row.sessions]) for row in rows] == [
        (1, 2, ["left", "right"]),
        (2, 2, ["left"]),
    ]


def test_a_quota_asks_its_days_of_a_whole_week_and_its_share_of_a_week_cut_short():
    """Five of seven days; of the three days left in the last week that is 15/7, which is 3 whole days: all of them."""
    quota = final(dose("knee_to_chest", 17, days_per_week=5), pauses=(Pause(first_day=MONDAY, last_day=MONDAY),))
    first, second, third = weeks_of(quota)
    assert any_days(quota, first) == [AnyDays("knee_to_chest", "both", 5)]
    assert any_days(quota, second) == [AnyDays("knee_to_chest", "both", 5)]
    assert any_days(quota, third) == []


def test_named_days_and_every_day_leave_no_choice():
    fixed = final(dose("knee_to_chest", weekdays=("mon",)), dose("abdominal_stability"))
    assert [any_days(fixed, week) for week in weeks_of(fixed)] == [[], []]


def test_the_weeks_of_a_revision_are_counted_from_the_first_revision_as_the_clinic_counts():
    """Begun on 5 January, revised from 15 January on: the clinic's blocks are 12 to 18 and 19 to 25 January."""
    days = {"first_day": date(2026, 1, 15), "last_day": date(2026, 1, 25)}
    second = plan(row("knee_to_chest", **days, days_per_week=2), revision=2)
    found = [(week.number, week.first_day, week.last_day) for week in weeks_of(second, date(2026, 1, 5))]
    assert found == [(2, date(2026, 1, 15), date(2026, 1, 18)), (3, date(2026, 1, 19), date(2026, 1, 25))]
