"""What a regimen asks day by day."""

import re
from datetime import date

import pytest

from toolkit.logs.values import entry_id
from toolkit.plan.regimen import Pause, Prescription, Regimen
from toolkit.plan.schedule import days_of, diary_key, rows_on, session_id, sessions_on

MONDAY = date(2026, 3, 2)
WEEK = {"first_day": MONDAY, "last_day": date(2026, 3, 8)}


def regimen(*rows, pauses=()):
    return Regimen(regimen_id="r-1", patient_id="p001", prescriptions=rows, pauses=pauses)


def stretch(**fields):
    dose = {"exercise": "knee_to_chest", "side": "both", "reps_min": 3, **WEEK}
    return Prescription(**(dose | ({} if "weekdays" in fields else {"days_per_week": 7}) | fields))


def told(sessions):
    return [f"{one.exercise} {one.side} {one.number}" for one in sessions]


def test_a_session_on_both_sides_is_recorded_side_by_side_the_first_before_the_second():
    asked = sessions_on(regimen(stretch(sessions_per_day=2)), MONDAY)
    assert told(asked) == [
        "knee_to_chest left 1", "knee_to_chest right 1", "knee_to_chest left 2", "knee_to_chest right 2",
    ]  # fmt: skip


def test_named_days_ask_for_themselves_and_no_other_day():
    named = regimen(stretch(weekdays=("mon", "fri")))
    assert list(days_of(named)) == [MONDAY, date(2026, 3, 6)]


def test_days_nobody_named_are_all_open():
    quota = regimen(stretch(days_per_week=3))
    assert len(list(days_of(quota))) == 7


def test_a_paused_day_asks_for_nothing_and_a_paused_exercise_only_not_for_itself():
    curl = Prescription(exercise="abdominal_stability", side="none", reps_min=10, days_per_week=7, **WEEK)
    whole = Pause(first_day=MONDAY, last_day=MONDAY)
    one = Pause(exercise="knee_to_chest", first_day=date(2026, 3, 3), last_day=date(2026, 3, 3))
    both = regimen(stretch(), curl, pauses=(whole, one))
    assert rows_on(both, MONDAY) == []
    assert [row.exercise for row in rows_on(both, date(2026, 3, 3))] == ["abdominal_stability"]
    assert len(rows_on(both, date(2026, 3, 4))) == 2


def test_before_the_first_and_after_the_last_day_nothing_is_asked():
    assert rows_on(regimen(stretch()), date(2026, 3, 1)) == rows_on(regimen(stretch()), date(2026, 3, 9)) == []


@pytest.mark.parametrize("regimen_id", ["r-1", "A" * 64])
def test_the_identity_of_a_session_is_one_our_log_accepts_and_names_no_patient(regimen_id):
    left, right = sessions_on(regimen(stretch()), MONDAY)
    made = session_id(regimen_id, left)
    assert made == f"{diary_key(regimen_id)}.2026-03-02.knee-to-chest.left.1"
    assert entry_id(made) == made
    assert re.fullmatch(r"d-[0-9a-f]{12}", diary_key(regimen_id))
    assert session_id(regimen_id, right) != made
    assert "p001" not in made
