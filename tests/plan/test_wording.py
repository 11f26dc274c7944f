"""A regimen in words a patient and a physician read the same way."""

from datetime import date

import pytest

from toolkit.plan.regimen import Prescription, Regimen, starter_regimen
from toolkit.plan.wording import minutes_a_day, minutes_a_week, sentence, week_grid

DAYS = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 29)}
HAMSTRING = {"exercise": "hamstring_stretch", "side": "both", "sets": 1, "reps_min": 3, "hold_s_min": 30, **DAYS}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sessions_per_day": 2, "days_per_week": 7},
         "Hamstring stretch, each leg: 1 x 3 x 30 s, twice a day, every day"),
        ({"side": "left", "reps_max": 5, "hold_s_max": 45, "weekdays": ["mon", "wed", "fri"]},
         "Hamstring stretch, left leg: 1 x 3-5 x 30-45 s, once a day, on Mon, Wed, Fri"),
        ({"sessions_per_day": 3, "days_per_week": 5},
         "Hamstring stretch, each leg: 1 x 3 x 30 s, 3 times a day, on any 5 days a week"),
        ({"exercise": "abdominal_stability", "side": "none", "sets": 2, "reps_min": 10, "hold_s_min": None,
          "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
         "Abdominal stability exercise: 2 x 10, once a day, every day"),
    ],
)  # fmt: skip
def test_a_prescription_is_one_sentence(change, words):
    assert sentence(Prescription(**HAMSTRING | change)) == words


def test_the_four_defaults_take_about_eleven_minutes_a_day():
    """Sides x sets x repetitions x (hold + 5 s): 140 + 210 + 140 + 140 = 630 s."""
    rows = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=DAYS["first_day"]).prescriptions
    assert minutes_a_day(rows) == pytest.approx(10.5)
    assert minutes_a_week(rows) == pytest.approx(73.5)


def test_the_longest_day_counts_only_what_falls_on_it():
    """Left on Monday and right on Tuesday, 3 x (30 + 5) s each: 105 s on a day, 210 s a week."""
    rows = [
        Prescription(**HAMSTRING | {"weekdays": ["mon"], "side": "left"}),
        Prescription(**HAMSTRING | {"weekdays": ["tue"], "side": "right"}),
    ]
    assert (minutes_a_day(rows) * 60, minutes_a_week(rows) * 60) == (105, 210)


def test_a_week_shows_named_days_and_leaves_unnamed_ones_unnamed():
    rows = [HAMSTRING | {"weekdays": ["mon", "fri"], "sessions_per_day": 2},
            HAMSTRING | {"exercise": "psoas_stretch", "days_per_week": 3}]  # fmt: skip
    grid = week_grid(Regimen(regimen_id="r-1", patient_id="p001", prescriptions=rows))
    assert list(grid.index) == ["Hamstring stretch, each leg", "Psoas stretch, each leg"]
    assert grid.iloc[0][["mon", "fri"]].tolist() == [2, 2]
    assert grid.iloc[0][["tue", "days_per_week"]].isna().all()
    assert grid.iloc[1]["days_per_week"] == 3
    assert grid.iloc[1][["mon", "sun"]].isna().all()
