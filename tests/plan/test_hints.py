"""What is unusual is said with its source and never blocks."""

from datetime import date

import pytest

from toolkit.plan.catalogue import exercises
from toolkit.plan.hints import dose_hints, regimen_hints
from toolkit.plan.regimen import Prescription, default_dose, starter_regimen
from toolkit.settings import read_profile, sample_profile_path

PROFILE = read_profile(sample_profile_path())
ON = date(2026, 3, 2)
DAYS = {"first_day": ON, "last_day": date(2026, 3, 29)}

# exercise, part, just below, lowest usual, highest usual, just above
USUAL = [
    ("hamstring_stretch", "hold_s", 9, 10, 60, 61),
    ("hamstring_stretch", "reps", 1, 2, 10, 11),
    ("hamstring_stretch", "sets", None, 1, 1, 2),
    ("hamstring_stretch", "sessions_per_day", None, 1, 3, 4),
    ("knee_to_chest", "hold_s", 4, 5, 30, 31),
    ("knee_to_chest", "reps", 1, 2, 10, 11),
    ("knee_to_chest", "sets", None, 1, 2, 3),
    ("knee_to_chest", "sessions_per_day", None, 1, 2, 3),
    ("psoas_stretch", "hold_s", 14, 15, 30, 31),
    ("psoas_stretch", "reps", None, 1, 3, 4),
    ("psoas_stretch", "sets", None, 1, 1, 2),
    ("psoas_stretch", "sessions_per_day", None, 1, 1, 2),
    ("abdominal_stability", "hold_s", None, 1, 2, 3),
    ("abdominal_stability", "reps", 7, 8, 12, 13),
    ("abdominal_stability", "sets", None, 1, 2, 3),
    ("abdominal_stability", "sessions_per_day", None, 1, 1, 2),
]


def row(exercise, part, value):
    dose = default_dose(exercise) | DAYS
    names = {"hold_s": ("hold_s_min", "hold_s_max"), "reps": ("reps_min", "reps_max")}.get(part, (part,))
    return Prescription(**dose | dict.fromkeys(names, value))


@pytest.mark.parametrize(("exercise", "part", "below", "low", "high", "above"), USUAL)
def test_at_the_ends_of_the_usual_range_nothing_is_said_beyond_them_it_is(exercise, part, below, low, high, above):
    assert dose_hints(row(exercise, part, low)) == ()
    assert dose_hints(row(exercise, part, high)) == ()
    for value in (below, above):
        if value is not None:
            [hint] = dose_hints(row(exercise, part, value))
            assert f"{value}" in hint
            assert f"({', '.join(exercises()[exercise].usual_from)})" in hint


def test_a_stretch_without_a_hold_is_a_hint():
    [hint] = dose_hints(row("knee_to_chest", "hold_s", None))
    assert hint == "no hold is given: usual is 5-30 s (OA, HEALTHWISE, AAFP, SPINE-EX)"


def test_every_default_is_usual():
    assert [dose_hints(Prescription(**default_dose(name) | DAYS)) for name in exercises()] == [()] * 4


def starter(*names):
    rows = starter_regimen("remedial", patient_id="p", regimen_id="r", first_day=ON).prescriptions
    return [one for one in rows if not names or one.exercise in names]


def test_all_four_at_once_is_a_hint_with_its_source():
    [hint] = regimen_hints(starter(), PROFILE, ON)
    assert hint.startswith("4 exercises at once: the clinic's mark is 3 exercises (Bachmann")
    assert regimen_hints(starter(*list(exercises())[:3]), PROFILE, ON) == ()


def test_more_than_twenty_minutes_a_day_is_a_hint():
    long = [one.model_copy(update={"sessions_per_day": 5}) for one in starter("hamstring_stretch", "knee_to_chest")]
    assert any(
        "minutes on the longest day: the clinic's mark is 20 minutes" in hint
        for hint in regimen_hints(long, PROFILE, ON)
    )


@pytest.mark.parametrize(("reps", "said"), [(8, False), (9, True)])
def test_one_stretch_of_more_than_four_minutes_a_session_is_a_hint(reps, said):
    """8 x 30 s is 4 minutes: at the mark, not above it."""
    rows = [one.model_copy(update={"reps_min": reps, "reps_max": reps}) for one in starter("hamstring_stretch")]
    assert any("minutes a side in a session" in hint for hint in regimen_hints(rows, PROFILE, ON)) == said


def test_without_a_profile_there_is_nothing_to_compare_with():
    assert regimen_hints(starter(), None, ON) == ()
