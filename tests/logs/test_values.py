"""Text becomes a value in one declared form, or is named as what it is; nothing is guessed."""

from datetime import date, datetime

import pytest

from toolkit.logs.codes import Fault, words
from toolkit.logs.values import Moment, entry_id, moment, number, offset_min, patient, side


@pytest.mark.parametrize(
    ("text", "at", "known", "offset"),
    [
        ("2026-03-02", datetime(2026, 3, 2, 12), False, None),
        ("2026-03-02 07:30", datetime(2026, 3, 2, 7, 30), True, None),
        ("2026-03-02T07:30:05", datetime(2026, 3, 2, 7, 30, 5), True, None),
        (" 2026-03-02 07:30-07:00 ", datetime(2026, 3, 2, 7, 30), True, -420),
        ("2026-03-02T07:30+05:30", datetime(2026, 3, 2, 7, 30), True, 330),
        ("2000-01-01", datetime(2000, 1, 1, 12), False, None),
    ],
)
def test_an_accepted_form_is_that_moment_on_the_patients_clock(text, at, known, offset):
    assert moment(text) == Moment(at, known, offset)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_missing"), ("2.3.26", "date_format"), ("03/04/2026", "date_ambiguous"),
        ("13/04/2026", "date_format"), ("3/03/2026", "date_format"),
        ("2026-3-2", "date_format"),
        ("2026-02-30", "date_format"), ("2026-03-02 24:00", "date_format"), ("2 Mar 2026", "date_format"),
        ("today", "date_format"), ("May", "date_format"), ("10:30", "date_format"), ("2026-03-02 7:30", "date_format"),
        ("45000", "number_in_date"), ("20260304", "number_in_date"), ("1767225600000", "number_in_date"),
        ("1.5", "number_in_date"), ("1999-12-31", "date_out_of_range"), ("2100-01-01", "date_out_of_range"),
        ("2026-03-02T07:30Z", "zone_missing"), ("２０２６-03-02", "date_format"),
        ("2026-03-02 07:30+19:00", "date_format"),
    ],
)  # fmt: skip
def test_any_other_form_is_no_date(text, code):
    found = moment(text)
    assert isinstance(found, Fault)
    assert found.code == code


def test_a_time_in_utc_is_taken_to_the_patients_zone_before_its_day_is_taken():
    """An evening in New York is not tomorrow."""
    assert moment("2026-03-03T01:30Z", zone="America/New_York") == Moment(datetime(2026, 3, 2, 20, 30), True, -300)


def test_a_day_after_the_import_is_in_the_future():
    assert moment("2026-03-03", latest=date(2026, 3, 2)) == Fault("date_future", found="2026-03-03")
    assert isinstance(moment("2026-03-02", latest=date(2026, 3, 2)), Moment)


@pytest.mark.parametrize(("text", "value"), [("3", 3), ("3.0", 3), ("2.5", 2.5), ("0", 0), (" 30 ", 30), ("", None)])
def test_a_plain_number_is_that_number_and_a_blank_is_none(text, value):
    assert number(text, low=0, high=50) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,5", "number_format"), ("1_000", "number_format"), ("1e2", "number_format"), ("+3", "number_format"),
        ("-3", "number_format"), ("12 reps", "number_format"), ("½", "number_format"), ("３", "number_format"),
        ("inf", "number_format"), ("NaN", "number_format"), ("3.", "number_format"), (".5", "number_format"),
        ("51", "out_of_range"), ("2.5", "not_whole"),
    ],
)  # fmt: skip
def test_anything_else_is_no_number(text, code):
    found = number(text, low=0, high=50, whole=True)
    assert isinstance(found, Fault)
    assert found.code == code


def test_a_decimal_comma_is_one_only_where_it_was_declared():
    assert number("1,5", low=0, high=50, decimal=",") == 1.5
    assert isinstance(number("1.5", low=0, high=50, decimal=","), Fault)


@pytest.mark.parametrize("text", ["00123", "1E5", "NA", "null", "True", "p-7c1e03", "zoë"])
def test_an_identifier_survives_as_the_text_it_is(text):
    assert patient(text) == text


def test_two_ways_of_writing_an_accent_are_one_patient():
    assert patient("zoe\u0308") == patient("zo\u00eb")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "patient_missing"), ("a@b.org", "id_personal"), ("p\u200b1", "id_characters"), ("p\u202e1", "id_characters"),
     ("p" * 65, "id_characters")],
)  # fmt: skip
def test_an_identifier_that_hides_or_tells_something_is_refused(text, code):
    assert patient(text) == Fault(code)


@pytest.mark.parametrize("text", ["e-0001", "x0a1b.2"])
def test_an_entry_id_is_letters_digits_hyphens_points(text):
    assert entry_id(text) == text


@pytest.mark.parametrize("text", ["e 1", "e_1", "é", "x" * 65])
def test_any_other_entry_id_is_refused(text):
    assert entry_id(text) == Fault("id_characters")


@pytest.mark.parametrize(
    ("text", "sided", "found"),
    [
        ("left", True, "left"), ("RIGHT", True, "right"), (" both ", True, "both"), ("", False, "none"),
        ("none", False, "none"), ("", True, Fault("side_missing")), ("none", True, Fault("side_missing")),
        ("L", True, Fault("side_unknown", found="L")), ("D", True, Fault("side_unknown", found="D")),
        ("I", True, Fault("side_unknown", found="I")), ("izquierda", True, Fault("side_unknown", found="izquierda")),
        ("left", False, Fault("side_not_allowed", found="left")),
    ],
)  # fmt: skip
def test_a_side_is_a_word_in_full_and_never_guessed(text, sided, found):
    assert side(text, sided=sided) == found


@pytest.mark.parametrize(("text", "value"), [("-420", -420), ("0", 0), ("", None), ("840", 840)])
def test_an_offset_may_be_negative(text, value):
    assert offset_min(text) == value


@pytest.mark.parametrize("text", ["841", "-721", "1.5", "+60", "x"])
def test_an_offset_that_no_zone_has_is_refused(text):
    assert isinstance(offset_min(text), Fault)


def test_every_code_has_one_sentence_that_says_what_to_do():
    for level, sentences in words().items():
        for code, sentence in sentences.items():
            assert sentence[0].isupper() or sentence.startswith("{0}"), (level, code)
            assert sentence.endswith("."), (level, code)
