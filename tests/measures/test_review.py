"""A patient's page in sentences: what changed since the last review, and a paragraph for the record."""

from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest
from caseloads import daily, days_text

from toolkit.measures.adherence import adherence
from toolkit.measures.record import record_paragraph
from toolkit.measures.review import patient_review
from toolkit.measures.since import since_last_review
from toolkit.measures.timing import first_sessions
from toolkit.measures.trend import rolling_by_day
from toolkit.rules import Rules
from toolkit.samples import KINDS, sample_clinic
from toolkit.schema import LOG, PAUSES, QUARANTINE, REVIEWS
from toolkit.tables import make

FIRST = date(2026, 3, 2)


def review_of(text, *, reviewed_on=None, days=40, log=None, pauses=None, **more):
    """The page of a patient whose diary is drawn as text, last day counted the text's last."""
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1))
    reviews = make(REVIEWS, [] if reviewed_on is None else [
        {"patient_id": "p001", "reviewed_at": datetime.combine(reviewed_on, datetime.min.time().replace(hour=10)),
         "reviewed_by": "A. Berg", "action": "called", "note": None, "look_again_on": None}])  # fmt: skip
    log = days_text(FIRST, text) if log is None else log
    return patient_review("p001", daily(FIRST, days), log, rules, reviews=reviews, pauses=pauses, **more)


def pain_of(values, first=FIRST):
    return make(LOG, [
        {"entry_id": f"p{place}", "patient_id": "p001", "exercise": None, "side": None, "status": None, "pain": value,
         "performed_at": datetime.combine(first + timedelta(days=place), datetime.min.time().replace(hour=20))}
        for place, value in enumerate(values) if value is not None
    ])  # fmt: skip


def test_since_the_last_review_only_the_days_after_it_are_counted():
    """Fourteen days kept, reviewed on the 14th day; then four of seven recorded, one logged as not done, two silent."""
    told = since_last_review(review_of("x" * 14 + "xx0x.x.", reviewed_on=FIRST + timedelta(days=13)))
    assert told[0] == (
        "Since 15 March (called, A. Berg): 4 of 7 sessions recorded (57 %, up to 86 % if the days without an entry "
        "were kept); in the 14 days before 100 %."
    )


def test_without_a_review_the_last_fourteen_days_stand_beside_the_fourteen_before():
    told = since_last_review(review_of("x" * 14 + "0" * 7 + "x" * 7))
    assert told[0] == "In the last 14 days: 7 of 14 sessions recorded (50 %); in the 14 days before 100 %."


@pytest.mark.parametrize(
    ("text", "reviewed_on", "says"),
    [
        ("xxxxxxxxxxxxxxxx", FIRST + timedelta(days=13), "on 2 scheduled days: too few to compare."),
        ("xxxxxxxx", FIRST + timedelta(days=1), "too few days before to compare."),
        ("xxxxxxxx", FIRST + timedelta(days=7), "no day after it is complete yet."),
    ],
    ids=["two days since", "two days before", "reviewed today"],
)
def test_too_little_to_compare_is_said_and_not_guessed(text, reviewed_on, says):
    assert since_last_review(review_of(text, reviewed_on=reviewed_on))[0].endswith(says)


def test_a_new_safety_sign_stands_first_and_an_old_one_is_not_new():
    log = pd.concat([days_text(FIRST, "x" * 20), pain_of([9], FIRST + timedelta(days=17))], ignore_index=True)
    before = review_of("x" * 20, log=log, reviewed_on=FIRST + timedelta(days=15))
    after = review_of("x" * 20, log=log, reviewed_on=FIRST + timedelta(days=18))
    assert since_last_review(before)[0] == "Safety sign: pain 9 of 10 on 19 March."
    assert not [one for one in since_last_review(after) if one.startswith("Safety")]


def test_pauses_revisions_and_a_near_end_are_told_in_one_sentence():
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=16),
                            "last_day": FIRST + timedelta(days=17), "reason": "travel"}])  # fmt: skip
    told = since_last_review(review_of("x" * 20, days=25, pauses=pauses, reviewed_on=FIRST + timedelta(days=10)))
    assert told[1] == "Paused from 18 March to 19 March; the regimen ends in 5 days, on 26 March."


def test_pain_is_compared_only_where_it_was_given_on_days_enough():
    log = pd.concat([days_text(FIRST, "x" * 21), pain_of([6] * 14 + [4, None, 4, None, 4, None, 4])], ignore_index=True)
    few = pd.concat([days_text(FIRST, "x" * 21), pain_of([6] * 14 + [4])], ignore_index=True)
    reviewed_on = FIRST + timedelta(days=13)
    assert since_last_review(review_of("x" * 21, log=log, reviewed_on=reviewed_on))[-1] == (
        "Pain 4.0 of 10 on 4 days; 6.0 on 14 days before."
    )
    assert since_last_review(review_of("x" * 21, log=few, reviewed_on=reviewed_on))[-1] == (
        "Pain given on 1 day: too few to tell."
    )


@pytest.fixture(scope="module")
def clinic():
    return sample_clinic()


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_at_most_three_sentences_and_every_one_ends(clinic, kind):
    patient = next(who for who, one in clinic.kinds.items() if one == kind)
    page = patient_review(patient, clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)
    told = since_last_review(page)
    assert 1 <= len(told) <= 3
    assert all(one.endswith(".") and "nan" not in one.lower() for one in told)
    assert "nan" not in record_paragraph(page).lower()


def test_the_paragraph_for_the_record_is_made_from_the_numbers():
    log = pd.concat([days_text(FIRST, "x" * 14 + "0x.x" * 3 + "00"), pain_of([6] * 7 + [None] * 14 + [3] * 7)])
    page = review_of("x" * 28, log=log.reset_index(drop=True), reviewed_on=FIRST + timedelta(days=20))
    assert record_paragraph(page) == (
        "Home exercise of patient p001, up to 29 March 2026. Prescribed until 10 April: Exercise b 1 x 5, daily. "
        "20 of 28 sessions recorded (71 %; up to 82 % if all days without an entry were kept), 71 % of the least "
        "prescribed dose; 71 % in the last 28 days. Last session on 27 March, 2 active days ago. "
        "Pain 6.0 of 10 at first, 3.0 in the last 7 days (−3.0, −50 %): improved. Last called by A. Berg on 22 March. "
        "Self-reported: the numbers describe what was recorded, and diaries read high."
    )


def test_a_patient_with_nothing_has_a_page_that_says_so():
    page = patient_review("p009", daily(FIRST, 5), days_text(FIRST, "x"), Rules(as_of=FIRST))
    assert since_last_review(page) == ["In the last 14 days: nothing was due."]
    assert "No exercise was ever prescribed." in record_paragraph(page)
    assert "No pain was recorded." in record_paragraph(page)


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_of_a_chart_ends_where_the_measure_stands(clinic, kind):
    """rolling_by_day on as_of is rolling_14 of adherence: one number, two ways."""
    patient = next(who for who, one in clinic.kinds.items() if one == kind)
    page = patient_review(patient, clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses)
    line = rolling_by_day(page.cells, ["exercise", "side"], window_days=14)
    last = line[line["day"] == pd.Timestamp(clinic.as_of)].set_index(["exercise", "side"])["share"]
    whole = adherence(page.cells, by=["exercise", "side"])["rolling_14"]
    pd.testing.assert_series_equal(last.reindex(whole.index), whole, check_names=False, check_dtype=False)


def test_the_first_session_of_a_day_is_the_earliest_with_a_time():
    log = days_text(FIRST, "xx", prefix="m").assign(time_known=[True, False])
    later = days_text(FIRST, "xx", prefix="n").assign(time_known=True)
    later["performed_at"] += pd.Timedelta(hours=3)
    page = review_of("xx", log=pd.concat([log, later], ignore_index=True))
    assert first_sessions(page.rows)["minutes"].tolist() == [8 * 60, 11 * 60]


def reviewed(at):
    return make(REVIEWS, [{"patient_id": "p001", "reviewed_at": at, "reviewed_by": "Ann", "action": "called",
                           "note": None, "look_again_on": None}])  # fmt: skip


def page(rx, text, *, log=None, **more):
    rules = Rules(as_of=FIRST + timedelta(days=len(text) - 1))
    return patient_review("p001", rx, days_text(FIRST, text) if log is None else log, rules, **more)


def test_after_a_review_past_midnight_the_day_that_then_began_is_counted():
    """00:30 of 16 March still belongs to the 15th: the 16th lies wholly after it."""
    told = since_last_review(page(daily(FIRST, 40), "x" * 14 + "0x0x", reviews=reviewed(datetime(2026, 3, 16, 0, 30))))
    assert told[0].startswith("Since 16 March (called, Ann): 2 of 4 sessions recorded (50 %)")
    told = since_last_review(page(daily(FIRST, 40), "x" * 14 + "0x0x", reviews=reviewed(datetime(2026, 3, 16, 3))))
    assert told[0].startswith("Since 16 March (called, Ann): 2 of 3 sessions")


def test_a_new_safety_sign_is_told_even_where_no_day_after_the_review_is_complete():
    """Reviewed on the day after the last one counted; then a diary came in that nobody had seen."""
    log = pd.concat([days_text(FIRST, "x" * 20), pain_of([9], FIRST + timedelta(days=18))], ignore_index=True)
    at = datetime.combine(FIRST + timedelta(days=20), time(10))
    told = since_last_review(page(daily(FIRST, 40), "x" * 20, log=log, reviews=reviewed(at), unread=["p0"]))
    assert told == ["Safety sign: pain 9 of 10 on 20 March.",
                    "Since 22 March (called, Ann): no day after it is complete yet."]  # fmt: skip


def test_a_pause_of_one_exercise_is_not_told_as_a_pause_of_all():
    rx = pd.concat([daily(FIRST, 40), daily(FIRST, 40, exercise="exercise_c")])
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": "exercise_c", "first_day": FIRST + timedelta(days=16),
                            "last_day": FIRST + timedelta(days=17), "reason": None}])  # fmt: skip
    assert since_last_review(page(rx, "x" * 20, pauses=pauses))[1] == ("Exercise c paused from 18 March to 19 March.")


def test_a_pause_of_one_day_and_a_regimen_with_a_day_left_are_told_in_the_singular():
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=16),
                            "last_day": FIRST + timedelta(days=16), "reason": None}])  # fmt: skip
    assert since_last_review(page(daily(FIRST, 21), "x" * 20, pauses=pauses))[1] == (
        "Paused on 18 March; the regimen ends in 1 day, on 22 March."
    )


def test_a_second_regimen_is_not_called_a_revision():
    later = daily(FIRST + timedelta(days=15), 40, regimen_id="r2")
    rx = pd.concat([daily(FIRST, 14), later, later.assign(revision=2, exercise="exercise_c",
                                                          first_day=FIRST + timedelta(days=18))])  # fmt: skip
    assert since_last_review(page(rx, "x" * 20))[1] == "A regimen began on 17 March; revision 2 began on 20 March."


def test_days_before_are_no_more_than_there_were():
    told = since_last_review(page(daily(FIRST, 60), "x" * 6 + "0" * 30, reviews=reviewed(datetime(2026, 3, 7, 10))))
    assert told[0].endswith("in the 6 days before 100 %.")


def test_pain_without_anything_to_compare_with_says_so():
    log = pd.concat([days_text(FIRST, "x" * 20), pain_of([4] * 5, FIRST + timedelta(days=15))], ignore_index=True)
    assert since_last_review(page(daily(FIRST, 40), "x" * 20, log=log))[-1] == (
        "Pain 4.0 of 10 on 5 days; given on too few days before to compare."
    )


def test_the_record_names_the_last_day_of_each_exercise():
    rx = pd.concat([daily(FIRST, 30), daily(FIRST, 21, exercise="exercise_c")])
    assert "Prescribed until 31 March: Exercise b 1 x 5, daily; Exercise c 1 x 5, daily (until 22 March)." in (
        record_paragraph(page(rx, "x" * 20))
    )


@pytest.mark.parametrize(
    ("rx", "says"),
    [
        (daily(FIRST + timedelta(days=3), 20), "Nothing is prescribed yet; the first regimen begins on 5 March."),
        (daily(FIRST + timedelta(days=90), 20), "Nothing is prescribed yet; the first regimen begins on 31 May."),
        (pd.concat([daily(FIRST - timedelta(days=9), 8), daily(FIRST + timedelta(days=3), 20)]),
         "Nothing is prescribed on this day; the last regimen ran until 28 February."),
    ],
    ids=["in days", "in months", "between two"],
)  # fmt: skip
def test_a_regimen_still_to_come_is_never_said_to_have_run(rx, says):
    assert says in record_paragraph(page(rx, "xx"))


def test_sessions_that_do_not_count_are_not_said_to_be_none():
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=2),
                            "last_day": FIRST + timedelta(days=9), "reason": None}])  # fmt: skip
    told = record_paragraph(page(daily(FIRST, 40), "..xxxxxx...", pauses=pauses))
    assert "No session that counts was recorded." in told
    assert "No session was recorded." in record_paragraph(page(daily(FIRST, 40), "..0"))


def test_one_session_short_of_all_does_not_read_all_in_the_record():
    told = record_paragraph(page(daily(FIRST, 300), "0" + "x" * 279))
    assert "279 of 280 sessions recorded (above 99 %), above 99 % of the least prescribed dose; 100 % in" in told


def test_pain_that_did_not_change_has_no_sign_before_its_nought():
    log = pain_of([4, 4, 4.1] * 3 + [4] * 12)
    assert "Pain 4.0 of 10 at first, 4.0 in the last 7 days (0.0, −1 %): unchanged." in (
        record_paragraph(page(daily(FIRST, 40), "x" * 21, log=log))
    )


@pytest.mark.parametrize(
    ("first", "last", "told"), [(3, 5, False), (3, 6, True), (19, 25, True), (20, 25, False)], ids=str
)
def test_a_pause_is_told_where_it_shares_a_day_with_those_looked_at(first, last, told):
    """Of 20 days the last 14 are looked at, the 8th of March (6 days after the first) to the 21st."""
    pauses = make(PAUSES, [{"patient_id": "p001", "exercise": None, "first_day": FIRST + timedelta(days=first),
                            "last_day": FIRST + timedelta(days=last), "reason": None}])  # fmt: skip
    said = " ".join(since_last_review(page(daily(FIRST, 90), "x" * 20, pauses=pauses)))
    assert ("Paused from" in said) == told


@pytest.mark.parametrize(("begins", "told"), [(5, False), (6, True), (19, True), (20, False)])
def test_a_revision_is_told_where_it_began_on_a_day_looked_at(begins, told):
    rx = pd.concat([daily(FIRST, begins), daily(FIRST + timedelta(days=begins), 60, revision=2)])
    assert ("Revision 2 began" in " ".join(since_last_review(page(rx, "x" * 20)))) == told


@pytest.mark.parametrize(
    ("days", "says"),
    [(19, "The regimen ended on 20 March."), (20, "The regimen ended on 21 March."),
     (34, "The regimen ends in 14 days, on 4 April."), (35, "")],
)  # fmt: skip
def test_an_end_is_told_when_it_came_and_two_weeks_ahead(days, says):
    assert since_last_review(page(daily(FIRST - timedelta(days=40), 40 + days), "x" * 20))[1:] == (
        [says] if says else []
    )


def test_pain_of_long_before_is_not_among_the_days_before():
    """36 days: 8, then 6 for the two weeks before those looked at, then 4."""
    log = pain_of([8] * 8 + [6] * 14 + [4] * 14)
    assert since_last_review(page(daily(FIRST, 90), "0" * 36, log=log))[-1] == (
        "Pain 4.0 of 10 on 14 days; 6.0 on 14 days before."
    )


def test_a_note_set_aside_without_a_date_is_told_as_new():
    aside = make(QUARANTINE, [{"source": "d.csv", "line": 4, "code": "number", "message": "must be a number",
                               "patient_id": "p001", "note": "numb between the legs"}])  # fmt: skip
    told = since_last_review(
        page(daily(FIRST, 90), "x" * 20, quarantine=aside, reviews=reviewed(datetime(2026, 3, 15)))
    )
    assert told[0].startswith("Safety sign: a note in a row set aside at import says “numb between the legs”")


@pytest.mark.parametrize(
    ("text", "reviewed_day"), [("x" * 14 + "x0x", 13), ("xxx" + "x0x", 2)], ids=["three days since", "three before"]
)
def test_three_scheduled_days_are_enough_to_compare(text, reviewed_day):
    told = since_last_review(review_of(text, reviewed_on=FIRST + timedelta(days=reviewed_day)))
    assert told[0].endswith(" before 100 %.")


def test_a_regimen_still_holds_on_its_first_and_on_its_last_day():
    for rx in (daily(FIRST, 2), daily(FIRST + timedelta(days=1), 9)):
        assert "Prescribed until" in record_paragraph(page(rx, "xx"))


@pytest.mark.parametrize(("days", "kind"), [(551, "week"), (552, "month")])
def test_a_record_longer_than_550_days_is_counted_by_month(days, kind):
    assert page(daily(FIRST, days), "x" * days).weekly.index.name == kind


def test_a_dose_known_of_some_sessions_only_says_of_how_many():
    log = days_text(FIRST, "x" * 10)
    log.loc[:1, "reps"] = None
    assert "100 % of the least prescribed dose (known of 80 % of sessions due)" in (
        record_paragraph(page(daily(FIRST, 40), "x" * 10, log=log))
    )
