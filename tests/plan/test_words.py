"""What a patient reads: numerals with units, sides in full, each language with the same keys."""

import re
from datetime import date

import pytest
from screenings import answering, clear_screening, released

from toolkit.plan.catalogue import exercises
from toolkit.plan.evidence_card import of_all_four, of_one, sources_in_words
from toolkit.plan.gate_words import acts, open_points, referral_note, result, unsigned
from toolkit.plan.preview import counting_text, patient_text
from toolkit.plan.questions import question_set
from toolkit.plan.regimen import starter_regimen
from toolkit.plan.screening import CautionAnswer, judge
from toolkit.rules import Rules
from toolkit.settings import read_profile, sample_profile_path

ON = date(2026, 3, 2)
PROFILE = read_profile(sample_profile_path())
ROWS = starter_regimen("remedial", patient_id="p001", regimen_id="r-1", first_day=ON).prescriptions


def test_the_patient_reads_dose_side_and_dates_in_words():
    text = patient_text(ROWS)[1]
    assert (
        "Do it 3 times with your left leg. Then do it 3 times with your right leg. Hold for 15 to 30 seconds." in text
    )
    assert "1 time a day. Every day. From 2 March 2026 to 29 March 2026." in text
    assert text.endswith("Stop if your back or leg pain gets worse. Keep breathing. Do not bounce.")


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_wording_that_was_misread_elsewhere(language):
    """No once (eleven in Spanish), no abbreviated side or unit, no bare range."""
    for change in (
        {},
        {"side": "left"},
        {"reps_min": 1, "reps_max": 1},
        {"sets": 3},
        {"weekdays": ("mon",), "days_per_week": None},
    ):
        rows = [row.model_copy(update=change) if row.side == "both" else row for row in ROWS]
        for text in patient_text(rows, language=language):
            assert not re.search(r"\b(once|saddle|I|D|L|R)\b|[0-9]-[0-9]|[0-9]s\b|\"|1 times|1 veces", text), text


def test_how_an_exercise_is_adapted_stands_with_it():
    answer = {"answer": "yes", "exercises": {"knee_to_chest": {"do": "adapt", "words": "Pull only half way."}}}
    careful = clear_screening().model_copy(update={"cautions": {"osteoporosis": CautionAnswer(**answer)}})
    assert "For you: Pull only half way." in patient_text(ROWS, screening=careful)[1]
    assert "For you" not in patient_text(ROWS, screening=careful)[0]


def test_how_adherence_will_be_counted_is_said():
    *rows, whole = counting_text(ROWS, Rules(as_of=ON))
    assert rows[0] == (
        "Hamstring stretch, each leg: each side by itself, 7 sessions a week expected, every day; "
        "the least dose of one is 1 x 2 x 30 s."
    )
    assert "A day without an entry is neither done nor missed" in whole


def test_a_clear_result_is_never_called_safe():
    assert result_of(clear_screening()) == "No red flag was reported on 1 March 2026."
    assert result_of(None) == "Nothing was asked yet."
    assert result_of(answering(clear_screening(), ce_numb="not_asked")) == "Asked in part on 1 March 2026."
    flag = answering(clear_screening(), in_fever="yes")
    assert result_of(flag) == "Red flags not released: 1. What to do stands above."
    assert result_of(released(flag)) == (
        "A red flag was reported, looked at by Dr Review on 1 March 2026 and cleared for exercise. "
        "Found: nothing new in the examination."
    )
    assert result_of(answering(clear_screening(), ca_month="yes")).endswith("in words: No better after a month?")


def judged(screening, **more):
    return judge(screening, patient_id="p001", exercises=["psoas_stretch"], on=ON, valid_days=14, **more)


def result_of(screening):
    return result(screening, judged(screening))


def test_unsigned_content_says_so():
    assert question_set().signed_by == ""
    assert unsigned()[0].startswith("Not signed yet: questions, times to act and doses await a licensed clinician")


def test_what_is_open_is_counted_by_family():
    half = answering(clear_screening(), in_fever="not_asked", in_drugs="not_asked")
    assert open_points(judged(half)) == ("Infection: 2 of 5 questions open",)
    held = judged(answering(half, in_drugs="yes"))
    assert open_points(held, half)[-1].startswith("To release it: the physician who looked; what was found;")
    before = open_points(judged(clear_screening(), standing={"in_fever": date(2026, 3, 1)}), clear_screening())
    assert before[0] == "On record from an earlier screening, and not released: Fever, chills, or feeling very ill?"


def test_the_act_and_the_clinics_own_contact_are_said():
    numb = answering(clear_screening(), ce_numb="yes")
    told = acts(judged(numb), PROFILE)
    assert told[0].startswith("EMERGENCY NOW")
    assert told[-1] == PROFILE.contact
    assert acts(judged(clear_screening()), PROFILE) == ()
    assert acts(judged(released(numb)), PROFILE) == (), "once it is released, nothing sends the patient away"
    assert "No clinic is named" in acts(judged(numb), None)[-1]


def note_of(screening, **more):
    return referral_note(screening, judged(screening, **more), PROFILE, ON)


def test_serious_or_persistent_symptoms_lead_to_a_referral_note():
    serious = note_of(answering(clear_screening(), in_fever="yes"))
    assert "REFERRAL NOTE, 2 March 2026" in serious
    assert "Fever, chills, or feeling very ill? YES" in serious
    assert "SAMPLE" in serious
    assert "To an orthopaedic physician, the same day" in serious
    assert "Review today, for a possible infection." in serious
    both = note_of(answering(clear_screening(), in_fever="yes", ce_numb="yes"))
    assert "To the emergency department" in both, "the most urgent comes first"
    assert "Home exercise is withheld" in serious
    persistent = answering(clear_screening(), ca_month="yes").model_copy(update={"considered": {"ca_month": "6 weeks"}})
    assert "considered: 6 weeks" in note_of(persistent)
    assert "To an orthopaedic physician, a physical therapist, or both" in note_of(persistent)
    assert note_of(clear_screening()) == ""
    assert "Fever, chills, or feeling very ill? YES" in note_of(
        clear_screening(), standing={"in_fever": date(2026, 3, 1)}
    )
    assert note_of(released(answering(clear_screening(), in_fever="yes"))) == "", "no referral once it is released"
    assert note_of(released(answering(clear_screening(), ca_age="yes"))) == ""


def test_every_source_that_is_named_is_listed_with_how_it_was_read():
    listed = sources_in_words()
    assert "OWEN: Owen, Br J Sports Med 2020;54:1279 (read in the source itself)." in listed
    assert "NG59: UK guideline NG59, summary in BMJ 2017;356:i6748 (read in a text about it)." in listed
    named = {line.partition(":")[0] for line in listed}
    cited = re.findall(
        r"([A-Z0-9-]+) \([VSCE]\)", " ".join([*of_all_four(), *sum(map(of_one, exercises().values()), ())])
    )
    assert len(cited) > 20
    assert set(cited) <= named
    for exercise in exercises().values():
        assert set(exercise.usual_from) <= named


def test_the_card_says_how_sure_and_what_is_a_default():
    told = of_one(exercises()["hamstring_stretch"])
    assert told[0].startswith("Side means the leg that straightens.")
    assert "Certainty: flexibility only; for pain and function low. Sources: OA (V), MERCK (V)" in told[0]
    assert told[1] == ("Clinic default, not from the source page: sets, repetitions (to be confirmed by a clinician).")
    assert of_all_four()[0].startswith(
        "What is known of these exercises, from sources read by 22 November 2026 (V: read in the source itself, S: "
    )


def test_every_question_and_caution_has_a_source_or_says_that_it_has_none():
    asked = question_set()
    assert [len(family.questions) for family in asked.families.values()] == [5, 3, 5, 5]
    assert all(family.sources and family.flag for family in asked.families.values())
    assert all(caution.sources or caution.flag == "C" for caution in asked.cautions.values())
