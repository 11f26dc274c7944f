"""A regimen that cannot be wrong: hard limits, all problems at once, plain words."""

from datetime import date, timedelta

import pytest

from toolkit.errors import RegimenError
from toolkit.logs.values import patient
from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.regimen import Pause, Prescription, Regimen, pause_table, prescription_table, starter_regimen

FIRST = date(2026, 3, 2)
ROW = {"exercise": "knee_to_chest", "side": "both", "first_day": FIRST, "last_day": FIRST + timedelta(days=27),
       "days_per_week": 7, "sets": 1, "reps_min": 3, "reps_max": 3, "hold_s_min": 15, "hold_s_max": 30}  # fmt: skip


def problems(make):
    with pytest.raises(RegimenError) as raised:
        make()
    return [str(problem) for problem in raised.value.problems]


LIMITS = [  # field, least, most, just below, just above
    ("sets", 1, 10, 0, 11),
    ("sessions_per_day", 1, 6, 0, 7),
    ("days_per_week", 1, 7, 0, 8),
    ("reps_min", 1, 3, 0, 51),
    ("reps_max", 3, 50, 2, 51),
    ("hold_s_min", 1, 30, 0.9, 120.5),
    ("hold_s_max", 15, 120, 14.5, 120.5),
]


@pytest.mark.parametrize(("field", "least", "most", "below", "above"), LIMITS, ids=[row[0] for row in LIMITS])
def test_a_hard_limit_takes_its_ends_and_nothing_beyond(field, least, most, below, above):
    for value in (least, most):
        assert getattr(Prescription(**ROW | {field: value}), field) == value
    for value in (below, above):
        found = problems(lambda value=value: Prescription(**ROW | {field: value}))
        assert found[0].startswith(f"{field}: ")


SPANS = [  # what is limited in sum: at its most, just above
    ("a year", {"last_day": FIRST + timedelta(days=364)}, {"last_day": FIRST + timedelta(days=365)}),
    ("half an hour", {"sets": 10, "reps_min": 6, "reps_max": 6, "hold_s_max": 30}, {"sets": 10, "reps_max": 7}),
    ("a year of half hours", {"sets": 3, "reps_min": 5, "reps_max": 5, "hold_s_min": 120, "hold_s_max": 120},
     {"sets": 4, "reps_min": 4, "reps_max": 4, "hold_s_min": 120, "hold_s_max": 120}),
]  # fmt: skip


@pytest.mark.parametrize(("at", "above"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS])
def test_a_limit_of_a_sum_takes_its_end_and_nothing_beyond(at, above):
    assert Prescription(**ROW | at)
    assert len(problems(lambda: Prescription(**ROW | above))) == 1


@pytest.mark.parametrize(
    "field", ["exercise", "side", "first_day", "last_day", "days_per_week", "reps_min", "hold_s_min"]
)
def test_what_must_be_there_is_missed(field):
    given = {key: value for key, value in ROW.items() if key != field}
    assert problems(lambda: Prescription(**given))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sets": "3"}, "sets: must be a whole number; found 3"),
        ({"sets": 2.0}, "sets: must be a whole number; found 2"),
        ({"sets": True}, "sets: must be a whole number; found True"),
        ({"hold_s_min": "30"}, "hold_s_min: must be a number; found 30"),
        ({"hold_s_max": float("inf")}, "hold_s_max: must be a number; found inf"),
        ({"side": "L"}, "side: must be 'left', 'right', 'both' or 'none'; found L"),
        ({"side": "none"}, "side: must be left, right or both for knee_to_chest; found none"),
        ({"exercise": "abdominal_stability"}, "side: must be none for abdominal_stability; found both"),
        ({"exercise": "plank"}, f"exercise: must be one of {', '.join(exercises())}; found plank"),
        ({"first_day": 20260302}, "first_day: must be a date such as 2026-03-02; found 20260302"),
        ({"first_day": "02.03.2026"}, "first_day: must be a date such as 2026-03-02; found 02.03.2026"),
        ({"last_day": FIRST - timedelta(days=1)}, "last_day: must not be before 2026-03-02; found 2026-03-01"),
        ({"last_day": date(2027, 3, 2)}, "last_day: must be within 365 days of 2026-03-02; found 2027-03-02"),
        ({"weekdays": ["mon"]}, "give either named weekdays or days_per_week, not both and not neither"),
        ({"days_per_week": None}, "give either named weekdays or days_per_week, not both and not neither"),
        ({"days_per_week": None, "weekdays": ["tue", "mon"]}, "weekdays: must name each day once, from mon to sun"),
        ({"days_per_week": None, "weekdays": []}, "weekdays: must name at least one day"),
        ({"hold_s_min": None}, "hold_s_min is missing beside hold_s_max"),
        ({"sets": 10, "reps_max": 50}, "the holds of one session must add up to 1800 s or less; found 15000 s"),
        ({"dose": 3}, "dose: is not a field here; found 3"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_wrong_field_says_what_is_accepted_and_what_was_found(change, words):
    assert problems(lambda: Prescription(**ROW | change)) == [words]


def test_all_problems_come_at_once_and_name_their_row():
    rows = [ROW | {"sets": 0, "side": "L"}, ROW | {"reps_min": "x"}]
    found = problems(lambda: Regimen(regimen_id="r 1", patient_id="a@b", purpose="fun", prescriptions=rows))
    assert [text.split(": must")[0].split(": holds")[0] for text in found] == [
        "regimen_id", "patient_id", "purpose", "prescriptions 1: side", "prescriptions 1: sets",
        "prescriptions 2: reps_min",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("second", "clash"),
    [
        ({}, True),
        ({"side": "left"}, True),
        ({"first_day": FIRST + timedelta(days=27), "last_day": FIRST + timedelta(days=40)}, True),
        ({"first_day": FIRST + timedelta(days=28), "last_day": FIRST + timedelta(days=40)}, False),
        ({"exercise": "psoas_stretch"}, False),
    ],
    ids=["the same", "one of its sides", "its last day", "the day after", "another exercise"],
)
def test_one_exercise_and_side_has_one_prescription_a_day(second, clash):
    def make():
        return Regimen(regimen_id="r-1", patient_id="p001", prescriptions=[ROW, ROW | second])

    if clash:
        assert "both ask for knee_to_chest" in problems(make)[0]
    else:
        assert len(make().prescriptions) == 2


def test_left_and_right_may_have_doses_of_their_own():
    rows = [ROW | {"side": "left"}, ROW | {"side": "right", "sets": 2}]
    assert len(Regimen(regimen_id="r-1", patient_id="p001", prescriptions=rows).prescriptions) == 2


@pytest.mark.parametrize("purpose", list(purposes()))
def test_a_starter_regimen_holds_the_defaults_of_the_catalogue(purpose):
    starter = starter_regimen(purpose, patient_id="p001", regimen_id="r-1", first_day=FIRST)
    assert [row.exercise for row in starter.prescriptions] == list(purposes()[purpose].exercises)
    assert (starter.first_day, starter.last_day) == (FIRST, FIRST + timedelta(days=27))
    doses = {row.exercise: (row.sets, row.reps_min, row.hold_s_min, row.hold_s_max) for row in starter.prescriptions}
    assert doses == {
        "hamstring_stretch": (1, 2, 30, 30),
        "knee_to_chest": (1, 3, 15, 30),
        "psoas_stretch": (1, 2, 30, 30),
        "abdominal_stability": (2, 10, 1, 2),
    }


def test_an_unknown_purpose_is_refused_in_a_sentence():
    with pytest.raises(RegimenError, match="must be preventive or remedial; found fun"):
        starter_regimen("fun", patient_id="p001", regimen_id="r-1", first_day=FIRST)


def test_a_regimen_cannot_be_changed_only_revised():
    starter = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=FIRST)
    with pytest.raises(Exception, match="frozen"):
        starter.revision = 2


def test_the_tables_hold_a_row_a_prescription_and_a_row_a_pause():
    pause = Pause(first_day=FIRST, last_day=FIRST, reason="travel")
    starter = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=FIRST)
    one = starter.model_copy(update={"pauses": (pause,)})
    assert prescription_table([one])["patient_id"].tolist() == ["p001"] * 4
    assert pause_table([one])[["patient_id", "reason"]].to_numpy().tolist() == [["p001", "travel"]]


@pytest.mark.parametrize("typed", ["p-\u0065\u0301", "p-é", "Ö1", "한글"])
def test_a_pseudonym_is_the_same_in_a_regimen_and_in_a_log(typed):
    """However it was written: else the diary would belong to a patient without a regimen."""
    regimen = starter_regimen("remedial", patient_id=typed, regimen_id="r-1", first_day=date(2026, 3, 2))
    assert regimen.patient_id == patient(typed)


@pytest.mark.parametrize("typed", ["p\u3164", "p\u200b1", "p\u00a01", "a@b", " p", "p\u202e1"])
def test_what_no_log_takes_for_a_pseudonym_no_regimen_takes(typed):
    with pytest.raises(RegimenError):
        starter_regimen("remedial", patient_id=typed, regimen_id="r-1", first_day=date(2026, 3, 2))
