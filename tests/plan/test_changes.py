"""What changed is told field by field; ending early cuts, and asking less is recognised."""

from datetime import date

import pytest

from toolkit.errors import RegimenError
from toolkit.plan.changes import asks_only_less, changes, ended, large_changes
from toolkit.plan.regimen import Pause, starter_regimen
from toolkit.settings import read_profile, sample_profile_path

PROFILE = read_profile(sample_profile_path())
ON = date(2026, 3, 9)


def regimen(**more):
    first = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=date(2026, 3, 2), weeks=4)
    return first.model_copy(update=more)


def with_dose(exercise="hamstring_stretch", **dose):
    rows = [row.model_copy(update=dose) if row.exercise == exercise else row for row in regimen().prescriptions]
    return regimen(prescriptions=tuple(rows))


def told(before, after):
    return [str(one) for one in changes(before, after)]


def test_equal_revisions_differ_in_nothing():
    assert told(regimen(), regimen()) == []


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (with_dose(reps_min=3, reps_max=4), "Hamstring stretch, repetitions: 2 → 3-4"),
        (with_dose(hold_s_min=20, hold_s_max=40), "Hamstring stretch, hold (s): 30 → 20-40"),
        (with_dose(sets=2), "Hamstring stretch, sets: 1 → 2"),
        (with_dose(side="left"), "Hamstring stretch, side: both → left"),
        (with_dose(weekdays=("mon",), days_per_week=None), "Hamstring stretch, days: every day → on Mon"),
        (with_dose(sessions_per_day=2), "Hamstring stretch, sessions a day: 1 → 2"),
        (regimen(goal="walk"), "goal: nothing → walk"),
        (regimen(purpose="preventive"), "purpose: remedial → preventive"),
        (regimen(prescriptions=regimen().prescriptions[1:]), "Hamstring stretch: prescribed → nothing"),
        (regimen(pauses=(Pause(first_day=ON, last_day=ON, reason="travel"),)),
         "pauses: nothing → all 2026-03-09 to 2026-03-09 (travel)"),
    ],
)  # fmt: skip
def test_one_change_is_one_line(after, words):
    assert told(regimen(), after) == [words]


@pytest.mark.parametrize(("hold", "asked"), [(45, False), (46, True), (15, False), (14, True), (30, False)])
def test_a_change_of_more_than_half_asks_once(hold, asked):
    """50 % up or down is not asked about, more is."""
    found = large_changes(regimen(), with_dose(hold_s_min=hold, hold_s_max=hold), PROFILE, ON)
    assert bool(found) == asked
    assert not asked or "hold (s): 30 →" in found[0]


def test_a_first_revision_has_no_large_change():
    assert large_changes(None, regimen(), PROFILE, ON) == ()


def test_ending_early_cuts_rows_and_drops_those_that_would_begin_later():
    rows = regimen().prescriptions
    later = rows[0].model_copy(update={"first_day": date(2026, 3, 16)})
    first = rows[0].model_copy(update={"last_day": date(2026, 3, 15)})
    found = ended(regimen(prescriptions=(first, later, *rows[1:])), date(2026, 3, 10))
    assert {row.last_day for row in found.prescriptions} == {date(2026, 3, 10)}
    assert len(found.prescriptions) == 4


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 29), date(2026, 4, 30)])
def test_an_end_that_is_none_is_refused(day):
    with pytest.raises(RegimenError, match="last_day: must be from 2026-03-02 to the day before 2026-03-29"):
        ended(regimen(), day)


@pytest.mark.parametrize(
    ("after", "less"),
    [
        (regimen(), True),
        (ended(regimen(), date(2026, 3, 10)), True),
        (regimen(prescriptions=regimen().prescriptions[:1]), True),
        (with_dose(sets=2), False),
        (with_dose(hold_s_min=10), False),
        (with_dose(last_day=date(2026, 4, 30)), False),
        (with_dose(first_day=date(2026, 3, 1)), False),
        (with_dose(side="left"), False),
    ],
)
def test_only_less_is_the_same_dose_on_the_same_days_or_fewer(after, less):
    assert asks_only_less(after, regimen()) == less
