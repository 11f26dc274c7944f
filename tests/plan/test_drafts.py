"""What is typed becomes exactly that regimen, or a problem that names the field."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screenings import clear_screening

from toolkit.errors import RegimenError
from toolkit.plan.asking import answering
from toolkit.plan.catalogue import exercises
from toolkit.plan.draft_data import draft_from_data, draft_to_data
from toolkit.plan.drafts import NAMED, QUOTA, PauseDraft, RegimenDraft, StepDraft, draft_of
from toolkit.plan.regimen import Regimen, starter_regimen
from toolkit.plan.review import review

FIRST = date(2026, 4, 6)


def complete():
    draft = RegimenDraft(written_by="Dr A").for_patient("p001").for_purpose("remedial")
    return replace(draft, first_day=FIRST)


def told(draft):
    return [str(problem) for problem in review(draft)[1]]


def test_an_empty_form_answers_nothing_by_itself():
    assert told(RegimenDraft()) == [
        "patient_id: is missing: give the pseudonym",
        "written_by: is missing: give your name",
        "purpose: is missing: give preventive or remedial",
        "first_day: is missing: give a day",
        "weeks: is missing: give the weeks, or a last day",
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
    places = [text.split(": must")[0] for text in told(replace(draft, patient_id="a@b"))]
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
    again, problems = review(replace(draft_of(regimen), written_by="Dr A", reason="none"))
    assert problems == ()
    assert again.revision == 2
    assert again.model_copy(update={"revision": 1}) == regimen


def test_another_patient_after_saving_is_a_new_regimen_never_a_revision_of_the_first():
    regimen, _ = review(complete())
    after = complete().after_saving(regimen).for_patient("p002")
    assert after.revision == 1
    assert after.regimen_id != regimen.regimen_id


def with_steps(*steps, name="knee_to_chest", weeks="6"):
    return replace(complete().with_exercise(name, steps=steps), weeks=weeks)


def rows_of_knee(draft):
    regimen, problems = review(draft)
    assert problems == ()
    return [row for row in regimen.prescriptions if row.exercise == "knee_to_chest"]


def test_a_step_is_a_further_row_with_its_own_days_and_what_is_blank_stays():
    """From week 3 four repetitions, from week 5 a longer hold as well."""
    rows = rows_of_knee(with_steps(StepDraft(week="3", reps="4"), StepDraft(week="5", hold_s="20-40", sets="2")))
    assert [(row.first_day.isoformat(), row.last_day.isoformat()) for row in rows] == [
        ("2026-04-06", "2026-04-19"), ("2026-04-20", "2026-05-03"), ("2026-05-04", "2026-05-17"),
    ]  # fmt: skip
    assert [(row.sets, row.most_reps, row.hold_s_min, row.longest_hold_s) for row in rows] == [
        (1, 3, 15, 30), (1, 4, 15, 30), (2, 4, 20, 40),
    ]  # fmt: skip


def test_a_step_may_begin_on_a_day():
    assert rows_of_knee(with_steps(StepDraft(week="2026-04-15", reps="4")))[1].first_day == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (StepDraft(), "step 1: week: must be a week from 2 to 6, or a day such as 2026-03-16; found nothing"),
        (StepDraft(week="1"), "step 1: week: must be a week from 2 to 6"),
        (StepDraft(week="7"), "step 1: week: must be a week from 2 to 6"),
        (StepDraft(week="two"), "found two"),
        (StepDraft(week="2026-02-30"), "found 2026-02-30"),
        (StepDraft(week="3", sets="40"), "knee_to_chest: step 1: sets: must be 10 or less; found 40"),
        (StepDraft(week="3", hold_s="300"), "knee_to_chest: step 1: hold_s: must be 120 or less; found 300"),
    ],
)
def test_a_step_that_fits_nowhere_is_named(step, words):
    [problem] = told(with_steps(step))
    assert words in problem


def test_steps_are_in_order():
    [problem] = told(with_steps(StepDraft(week="4", reps="4"), StepDraft(week="3", reps="5")))
    assert "knee_to_chest: step 2: week: must be a week from 5 to 6" in problem


def test_the_end_is_weeks_or_a_day_not_both():
    by_day = replace(complete(), weeks="", last_day=date(2026, 4, 30))
    assert review(by_day)[0].last_day == date(2026, 4, 30)
    assert told(replace(by_day, weeks="4")) == ["last_day: give the weeks or a last day, not both"]
    assert told(replace(by_day, last_day=date(2026, 4, 1))) == [
        "last_day: must not be before 2026-04-06; found 2026-04-01"
    ]


def test_a_pause_says_when_and_why():
    whole = PauseDraft(first_day=date(2026, 4, 13), last_day=date(2026, 4, 15), reason="travel")
    regimen, problems = review(replace(complete(), pauses=(whole,)))
    assert problems == ()
    assert regimen.pauses[0].reason == "travel"
    assert told(replace(complete(), pauses=(whole, PauseDraft(reason="")))) == [
        "pause 2: first_day: is missing: give a day",
        "pause 2: last_day: is missing: give a day",
        "pause 2: reason: is missing: give the reason",
    ]
    wrong = replace(whole, last_day=date(2026, 4, 12))
    assert told(replace(complete(), pauses=(wrong,))) == [
        "pause 1: last_day: must not be before 2026-04-13; found 2026-04-12"
    ]


def test_a_later_revision_says_why():
    regimen, _ = review(complete())
    assert told(complete().after_saving(regimen)) == ["reason: is missing: give the reason for this revision"]


def final(draft):
    regimen, problems = review(draft)
    assert problems == ()
    return regimen.model_copy(update={"status": "final", "screening": clear_screening(on=FIRST)})


def test_a_running_regimen_is_changed_from_today_and_keeps_its_end():
    """Old days keep the old dose: the revision begins today, and the store ends the one before yesterday."""
    draft = draft_of(final(complete()), on=date(2026, 4, 15))
    assert (draft.first_day, draft.last_day, draft.revision) == (date(2026, 4, 15), date(2026, 5, 3), 2)
    assert draft.screening.answers == {}


def test_a_regimen_that_has_ended_is_taken_up_again_from_today():
    """Nothing of the days it had is asked anew: its last day is to be given."""
    draft = draft_of(final(complete()), on=date(2026, 6, 1))
    assert (draft.first_day, draft.last_day, draft.weeks) == (date(2026, 6, 1), None, "")
    assert draft.chosen == list(exercises())
    assert review(replace(draft, written_by="Dr A"))[0] is None
    told = [one.where for one in review(replace(draft, written_by="Dr A", reason="again"))[1]]
    assert told == ["weeks"]


def test_taken_up_again_it_holds_every_exercise_as_it_was_asked_last():
    whole = final(with_steps(StepDraft(week="3", reps="4")))
    rows = [row.model_copy(update={"last_day": date(2026, 4, 12)}) if row.exercise == "psoas_stretch" else row
            for row in whole.prescriptions]  # fmt: skip
    draft = draft_of(whole.model_copy(update={"prescriptions": tuple(rows)}), on=date(2026, 6, 1))
    assert draft.chosen == list(exercises())
    assert draft.exercises["knee_to_chest"].reps == "4"


def test_what_was_kept_by_another_backcare_is_read_as_far_as_it_fits():
    data = draft_to_data(with_steps(StepDraft(week="3", reps="4")))
    data |= {"colour": "red", "screening": {"answers": {"ce_numb": "no"}, "note": "x" * 3_000, "mood": "good"}}
    data["exercises"]["plank"] = {"on": True}
    read = draft_from_data(data)
    assert read.exercises["knee_to_chest"].steps[0].reps == "4"
    assert read.screening.answers == {"ce_numb": "no"}
    assert read.screening.note is None
    assert set(read.exercises) == set(exercises())
    of_other_questions = {"question_set": "0", "answers": {"ce_numb": "no"}}
    assert draft_from_data(data | {"screening": of_other_questions}).screening.answers == {}


def test_a_step_still_to_come_stays_on_its_day():
    draft = draft_of(final(with_steps(StepDraft(week="3", reps="4"))), on=date(2026, 4, 15))
    assert draft.exercises["knee_to_chest"].steps == (StepDraft("2026-04-20", "1", "1", "4", "15-30"),)
    on_its_monday = draft_of(final(with_steps(StepDraft(week="3", reps="4"))), on=date(2026, 4, 13))
    assert on_its_monday.exercises["knee_to_chest"].steps[0].week == "2"


def test_a_draft_is_gone_on_with_from_its_own_beginning_and_keeps_its_screening():
    asked = final(complete()).model_copy(update={"status": "held"})
    draft = draft_of(asked, on=date(2026, 4, 15))
    assert draft.first_day == FIRST
    assert set(draft.screening.answers.values()) == {"no"}


def test_what_the_form_has_no_field_for_is_said_and_never_left_out():
    regimen = final(complete())
    rows = [row for row in regimen.prescriptions if row.exercise != "knee_to_chest"]
    knee = next(row for row in regimen.prescriptions if row.exercise == "knee_to_chest")
    left, right = (knee.model_copy(update={"side": side, "sets": sets}) for side, sets in (("left", 1), ("right", 2)))
    two_doses = Regimen(
        **regimen.model_dump()
        | {"prescriptions": [*(r.model_dump() for r in rows), left.model_dump(), right.model_dump()]}
    )
    with pytest.raises(RegimenError, match="knee_to_chest: changes its side or days"):
        draft_of(two_doses)
    late = knee.model_copy(update={"first_day": date(2026, 4, 8)})
    with pytest.raises(RegimenError, match="begins later than the others"):
        draft_of(regimen.model_copy(update={"prescriptions": (*rows, late)}))


def test_another_patient_takes_nothing_along_that_was_said_of_the_first():
    asked = draft_of(final(complete()).model_copy(update={"status": "draft"}))
    draft = replace(asked, goal="walk", note="private").for_patient("p002")
    assert (draft.screening.answers, draft.goal, draft.note, draft.pauses) == ({}, "", "", ())
    assert draft.exercises == asked.exercises


def test_a_name_typed_later_takes_the_answers_along():
    """The pseudonym may be typed after the questions: they were asked of this patient."""
    draft = RegimenDraft()
    draft = replace(draft, screening=answering(draft.screening, "ce_numb", "no", datetime(2026, 4, 6, 9)))
    assert draft.for_patient("p001").screening.answers == {"ce_numb": "no"}


def test_a_copy_takes_doses_alone():
    other = draft_of(final(with_steps(StepDraft(week="3", reps="4"))))
    copied = RegimenDraft(patient_id="p002").with_doses_of(other)
    assert copied.exercises == other.exercises
    assert (copied.patient_id, copied.weeks, copied.revision) == ("p002", "6", 1)
    assert copied.regimen_id != other.regimen_id


def test_what_was_typed_comes_back_as_it_was():
    draft = draft_of(final(with_steps(StepDraft(week="3", reps="4"))))
    pause = PauseDraft(first_day=date(2026, 4, 13), reason="half typed")
    draft = replace(draft, pauses=(pause,), written_by="Dr Ç").with_exercise("psoas_stretch", reps="x,5")
    assert draft_from_data(draft_to_data(draft)) == draft
    assert draft_from_data(draft_to_data(RegimenDraft(regimen_id="r-1"))) == RegimenDraft(regimen_id="r-1")
    assert draft_from_data({"patient_id": "p001", "from a later Backcare": 1}).patient_id == "p001"
