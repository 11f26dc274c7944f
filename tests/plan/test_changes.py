"""What changed is told field by field; ending early cuts; each revision has its days."""

from datetime import date

import pytest

from toolkit.errors import RegimenError
from toolkit.plan.changes import changes, ended, large_changes, revisions_in_force
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
    found = ended([regimen(prescriptions=(first, later, *rows[1:]))], date(2026, 3, 10))
    assert {row.last_day for row in found.prescriptions} == {date(2026, 3, 10)}
    assert len(found.prescriptions) == 4


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 29), date(2026, 4, 30)])
def test_an_end_that_is_none_is_refused(day):
    with pytest.raises(RegimenError, match="last_day: must be from 2026-03-02 to the day before 2026-03-29"):
        ended([regimen()], day)


def test_a_regimen_whose_next_revision_is_still_to_come_can_be_ended_today():
    """Revised from 20 March on, ended on the 14th: what was in force that day is cut, what was to come is dropped."""
    coming = with_dose(sets=2).model_copy(update={"revision": 2})
    coming = coming.model_copy(update={"prescriptions": tuple(
        row.model_copy(update={"first_day": date(2026, 3, 20)}) for row in coming.prescriptions)})  # fmt: skip
    found = ended([regimen(), coming], date(2026, 3, 14)).model_copy(update={"revision": 3})
    assert {(row.first_day, row.last_day) for row in found.prescriptions} == {(date(2026, 3, 2), date(2026, 3, 14))}
    in_force = list(revisions_in_force([regimen(), coming, found]))
    assert [one.revision for one in in_force] == [3]
    assert {row.sets for row in in_force[0].prescriptions if row.exercise == "hamstring_stretch"} == {1}


def test_a_hold_taken_away_is_a_large_change():
    found = large_changes(regimen(), with_dose(hold_s_min=None, hold_s_max=None), PROFILE, ON)
    assert found == ("Hamstring stretch, hold (s): 30 → nothing (-100%)",)


def test_a_large_change_in_a_step_is_asked_about_as_well():
    rows = regimen().prescriptions
    first = rows[0].model_copy(update={"last_day": date(2026, 3, 15)})
    step = rows[0].model_copy(update={"first_day": date(2026, 3, 16), "sessions_per_day": 6})
    found = large_changes(regimen(), regimen(prescriptions=(first, step, *rows[1:])), PROFILE, ON)
    assert found == ("Hamstring stretch from 2026-03-16, sessions a day: 1 → 6 (+500%)",)


def test_the_lower_end_of_a_range_counts_as_well():
    wide = with_dose(hold_s_min=5, hold_s_max=30)
    assert "5-30 (-83%)" in large_changes(regimen(), wide, PROFILE, ON)[0]
