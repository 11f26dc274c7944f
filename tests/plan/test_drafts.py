"""What is typed becomes exactly that regimen, or a problem that names the field."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.plan.drafts import NAMED, QUOTA, RegimenDraft, draft_of, review
from toolkit.plan.regimen import starter_regimen

FIRST = date(2026, 4, 6)


def complete():
    return replace(RegimenDraft().for_patient("p001").for_purpose("remedial"), first_day=FIRST)


def told(draft):
    return [str(problem) for problem in review(draft)[1]]


def test_an_empty_form_answers_nothing_by_itself():
    assert told(RegimenDraft()) == [
        "patient_id: is missing: give the pseudonym",
        "purpose: is missing: give preventive or remedial",
        "first_day: is missing: give a day",
        "weeks: must be a whole number from 1 to 52; found nothing",
        "exercises: choose at least one exercise",
    ]


def test_a_purpose_fills_in_the_starter_and_that_is_the_starter_regimen():
    regimen, problems = review(complete())
    assert problems == ()
    starter = starter_regimen("remedial", patient_id="p001", regimen_id=regimen.regimen_id, first_day=FIRST)
    for typed, proposed in zip(regimen.prescriptions, starter.prescriptions, strict=True):
        ends = {"reps_max": typed.most_reps, "hold_s_max": typed.longest_hold_s}
        assert typed.model_dump() | ends == proposed.model_dump()


def test_another_purpose_does_not_overwrite_what_was_typed():
    draft = complete().with_exercise("psoas_stretch", sets="3").for_purpose("preventive")
    assert draft.exercises["psoas_stretch"].sets == "3"


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        ("psoas_stretch", {"sets": "40"}, "psoas_stretch: sets: must be 10 or less; found 40"),
        ("psoas_stretch", {"sets": "2,5"}, "psoas_stretch: sets: must be a whole number; found 2,5"),
        ("psoas_stretch", {"sets": ""}, "psoas_stretch: sets: is missing"),
        ("psoas_stretch", {"reps": "5-3"}, "psoas_stretch: reps: must not be below 5; found 3"),
        ("psoas_stretch", {"hold_s": "300"}, "psoas_stretch: hold_s: must be 120 or less; found 300"),
        ("psoas_stretch", {"hold_s": "1e1"},
         "psoas_stretch: hold_s: must be seconds such as 30, or a range such as 15-30; found 1e1"),
        ("psoas_stretch", {"side": ""}, "psoas_stretch: side: is missing"),
        ("psoas_stretch", {"days": NAMED}, "psoas_stretch: weekdays: must name at least one day"),
        ("psoas_stretch", {"days": QUOTA, "days_per_week": "9"},
         "psoas_stretch: days_per_week: must be 7 or less; found 9"),
        ("psoas_stretch", {"sessions_per_day": "0"}, "psoas_stretch: sessions_per_day: must be 1 or more; found 0"),
        ("psoas_stretch", {"sets": "10", "reps": "50"},
         "psoas_stretch: hold_s: the holds of one session must add up to 1800 s or less; found 15000 s"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_else(name, typed, problem):
    assert told(complete().with_exercise(name, **typed)) == [problem]


def test_all_problems_of_all_fields_come_at_once():
    draft = complete().with_exercise("psoas_stretch", sets="40", reps="x").with_exercise("knee_to_chest", hold_s="0")
    places = [text.split(": must")[0] for text in told(draft.for_patient("a@b"))]
    assert places == ["patient_id", "knee_to_chest: hold_s", "psoas_stretch: sets", "psoas_stretch: reps"]


typed_text = st.text(st.sampled_from("0123456789.,-+eE _x½３"), max_size=6)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(typed_text, st.sampled_from(["sets", "sessions_per_day", "reps", "hold_s"]))
def test_whatever_is_typed_the_regimen_holds_exactly_that_number_or_the_field_is_named(text, field):
    """A decimal comma must never make a hold ten times as long."""
    regimen, problems = review(complete().with_exercise("psoas_stretch", **{field: text}))
    if regimen is None:
        assert [problem.where for problem in problems] == [f"psoas_stretch: {field}"]
        return
    row = next(row for row in regimen.prescriptions if row.exercise == "psoas_stretch")
    ends = {"reps": (row.reps_min, row.reps_max), "hold_s": (row.hold_s_min, row.hold_s_max)}
    low, high = ends.get(field, (getattr(row, field, None), None))
    wanted = [float(part) for part in text.split("-")] if text.strip() else [None]
    assert [value for value in (low, high) if value is not None] == [value for value in wanted if value is not None]


def test_a_saved_regimen_typed_again_is_its_next_revision():
    regimen, _ = review(complete())
    again, problems = review(draft_of(regimen))
    assert problems == ()
    assert again.revision == 2
    assert again.model_copy(update={"revision": 1}) == regimen


def test_another_patient_after_saving_is_a_new_regimen_never_a_revision_of_the_first():
    regimen, _ = review(complete())
    after = complete().after_saving(regimen).for_patient("p002")
    assert after.revision == 1
    assert after.regimen_id != regimen.regimen_id
