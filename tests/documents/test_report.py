"""Reports: what they say, in which order, on what they rest, and that they can be made again."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from caseloads import daily, days_text
from logs.hostile_strings import HOSTILE
from papers import descriptions, headings, pages, printed, properties, without_blanks

from toolkit.charts.style import printable
from toolkit.documents import calling, sections
from toolkit.documents.imprint import READ_WITH_CARE, Imprint, data_hash, made
from toolkit.documents.naming import file_name
from toolkit.documents.numbers import days_in_words, definitions, dozen, in_words
from toolkit.documents.periods import evidence
from toolkit.documents.report import caseload_report, patient_report
from toolkit.measures.cells import cell_table
from toolkit.measures.overview import overview
from toolkit.measures.review import patient_review
from toolkit.measures.triage import triage
from toolkit.measures.triage_words import TIER_WORDS
from toolkit.rules import Rules
from toolkit.samples import sample_clinic
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, QUARANTINE, REVIEWS
from toolkit.tables import make

FIRST = date(2026, 3, 2)
IMPRINT = Imprint("K. Meyer", date(2026, 4, 1), "A clinic")
SECTIONS = ["What is new", "The numbers", "Prescribed now", "For the record", "Day by day, week by week", "Reviews",
            "Days with an entry, by periods of 30 days", "Read with care", "How it was counted",
            "How this report was made", "What the numbers mean"]  # fmt: skip


@pytest.fixture(scope="module")
def clinic():
    return sample_clinic(patients=11)


def review_of(clinic, kind, **more):
    patient = next(who for who, one in clinic.kinds.items() if one == kind)
    return patient_review(patient, clinic.prescriptions, clinic.log, Rules(as_of=clinic.as_of), pauses=clinic.pauses,
                          **more)  # fmt: skip


def a_review(text, *, last=None, **more):
    """One made-up patient of daily sessions: x done, 0 logged as not done, . nothing logged."""
    as_of = last or FIRST + timedelta(days=len(text) - 1)
    return patient_review("p001", daily(FIRST, 28), days_text(FIRST, text), Rules(as_of=as_of), **more)


@pytest.fixture(scope="module")
def steady(clinic):
    """The report on a patient of whom there is nothing special to say."""
    return patient_report(review_of(clinic, "steady"), IMPRINT)


def words(blocks):
    """Return every text of some blocks."""
    if isinstance(blocks, dict):
        return [one for key, value in blocks.items() if key != "svg" for one in words(value)]
    if isinstance(blocks, list | tuple):
        return [one for block in blocks for one in words(block)]
    return [blocks] if isinstance(blocks, str) else []


@pytest.mark.parametrize("kind", ["revised", "one_sided", "never_started"])
def test_a_report_on_every_kind_of_patient_has_its_sections_in_order_and_its_charts_in_words(clinic, kind):
    review = review_of(clinic, kind)
    report = patient_report(review, IMPRINT)
    drawn = [block for block in sections.charts(review) if block["kind"] == "chart"]
    assert [name for name in headings(report) if name in SECTIONS] == SECTIONS
    assert descriptions(report) == [block["words"] for block in drawn]
    assert len(drawn) == (4 if kind == "never_started" else 6)
    assert 7 <= pages(report) <= 9


def test_safety_signs_stand_first_where_there_are_any(clinic, tmp_path):
    found = printed(patient_report(review_of(clinic, "flaring"), IMPRINT), tmp_path)
    at = [
        found.index(without_blanks(one)) for one in ("Look at this first", "Pain 8 of 10", "What is new", "The numbers")
    ]
    assert at == sorted(at)


def test_without_a_safety_sign_there_is_no_box_for_one(clinic):
    assert sections.signs(review_of(clinic, "steady")) == []


def test_every_page_says_whose_it_is_that_it_is_self_reported_and_which_page_it_is(steady, tmp_path):
    found, many = printed(steady, tmp_path), pages(steady)
    assert found.count("Patientp003·Aclinic·upto31March2026·self-reported") == many
    assert [number for number in range(1, many + 1) if f"page{number}of{many}" not in found] == []


def test_the_two_sentences_stand_on_both_reports(steady, tmp_path):
    of_many = caseload_report(make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST), IMPRINT)
    for report in (steady, of_many):
        found = printed(report, tmp_path).replace("-", "")  # pdftotext drops some at the end of a line
        assert [one for one in READ_WITH_CARE if without_blanks(one).replace("-", "") not in found] == []


@pytest.mark.parametrize(("value", "unit", "said"), [
    (float("nan"), "share", "not enough data"), (float("nan"), "days", "not enough data"), (0.0, "share", "0 %"),
    (0.714, "share", "71 %"), (0.004, "share", "below 1 %"), (0.9999, "share", "above 99 %"), (1.0, "share", "100 %"),
    (1.25, "share", "125 %"), (1.0, "days", "1 day"), (72.5, "sessions", "72.5 sessions"),
    ("not_enough_data", "words", "not enough data to judge a change"), (None, "words", "not enough data"),
])  # fmt: skip
def test_a_number_is_said_with_its_unit_and_a_missing_one_is_never_0(value, unit, said):
    assert in_words(value, unit) == said


def test_a_chart_with_nothing_to_draw_is_its_sentence():
    blocks = sections.charts(a_review("..."))
    assert blocks[-1] == {"kind": "list", "items": ["No pain recorded.", "No session with a time of day."]}


def test_before_the_first_day_there_are_no_numbers_and_it_says_why():
    review = a_review("", last=FIRST - timedelta(days=10))
    assert words(sections.numbers(review))[-1] == "No day is to be counted yet. So there are no numbers."


def test_of_a_patient_without_a_day_to_count_no_number_reads_0_per_cent():
    review = a_review("", last=FIRST - timedelta(days=1))
    (cards,) = [block for block in sections.numbers(review) if block["kind"] == "cards"]
    said = {one["name"]: one["value"] for one in cards["items"]}
    assert said["sessions due"] == "0 sessions"
    assert said["sessions recorded, of those due"] == "not enough data"
    assert [value for value in said.values() if "%" in value] == []


def test_the_dozen_stand_in_plain_words_and_each_is_defined():
    (cards,) = [block for block in sections.numbers(a_review("xx0.xxx")) if block["kind"] == "cards"]
    said = {one["name"]: one["value"] for one in cards["items"]}
    assert len(said) == 12 and all(one.plain for one in dozen())
    assert said["sessions recorded, of those due"] == "71 %"
    assert said["sessions recorded, if all days without an entry were kept"] == "86 %"
    table = definitions(dozen())[-1]["rows"]
    assert [row[0].split(" (")[0] for row in table] == list(said)
    assert all(all(row) for row in table), "formula, denominator, edge and source of each"


def test_too_little_diary_is_said_above_the_numbers():
    assert any("Too little diary to judge" in one for one in words(sections.numbers(a_review("x......"))))
    assert not any("Too little diary" in one for one in words(sections.numbers(a_review("xxxx..."))))


def test_days_without_any_session_are_not_said_to_be_days_since_the_last():
    """Never started: there is no last session to count from."""
    cards = [dict(one) for one in sections.numbers(a_review("0" * 9))[-1]["items"]]
    assert ("9 days", "active days, none with a session") in [(one["value"], one["name"]) for one in cards]
    begun = words(sections.numbers(a_review("x00")))
    assert "active days since the last session" in begun and "active days, none with a session" not in begun


def test_what_is_prescribed_now_is_said_with_its_pause():
    row = {"patient_id": "p001", "exercise": None, "first_day": FIRST, "last_day": FIRST + timedelta(days=9)}
    pauses = make(PAUSES, [row | {"reason": "a cold"}])
    said = words(sections.regimen(a_review("xxx", pauses=pauses)))
    assert any(one.endswith("; 2 March 2026 to 29 March 2026.") for one in said)
    assert "Paused: all exercises, 2 March 2026 to 11 March 2026 (a cold)." in said


@pytest.mark.parametrize(("last", "said"), [
    (FIRST - timedelta(days=1), "Nothing yet: the first regimen begins on 2 March 2026."),
    (FIRST + timedelta(days=40), "Nothing: the last regimen ran until 29 March 2026."),
])  # fmt: skip
def test_nothing_prescribed_now_is_said_with_the_reason(last, said):
    assert said in words(sections.regimen(a_review("xxx", last=last)))


def test_reviews_are_listed_with_who_when_and_what_the_newest_first():
    row = {"patient_id": "p001", "reviewed_at": datetime(2026, 3, 5, 9, 30), "reviewed_by": "K. Meyer",
           "action": "called", "note": "slept badly", "look_again_on": date(2026, 3, 12)}  # fmt: skip
    older = row | {"reviewed_at": datetime(2026, 3, 3, 14), "action": "reviewed", "note": None, "look_again_on": None}
    blocks = sections.reviews(a_review("xxxxxxx", reviews=make(REVIEWS, [older, row])))
    (table,) = [block for block in blocks if block["kind"] == "rows"]
    assert table["rows"] == [
        ["5 March 2026, 09:30", "K. Meyer", "called", "slept badly", "12 March 2026"],
        ["3 March 2026, 14:00", "K. Meyer", "reviewed", "", ""],
    ]


def test_a_period_lists_its_days_what_is_needed_and_by_when():
    """Three days of entries in a period of 30 that began on 2 March: 13 more for 16, to begin by 19 March."""
    blocks = evidence(a_review("x0x.", last=date(2026, 3, 10)))
    (table,) = [block for block in blocks if block["kind"] == "rows"]
    assert table["rows"] == [[
        "2 March 2026 to 31 March 2026", "3", "March 2-4", "2 to 15 days (98985)",
        "13 days for the next class, begun by 19 March 2026 at the latest",
    ]]  # fmt: skip
    assert any("supporting evidence, not billing" in one for one in words(blocks))
    assert any("Rule of 1 January 2026" in one for one in words(blocks))


def test_periods_can_begin_on_a_day_of_choice():
    blocks = evidence(a_review("x" * 28), first_day=date(2026, 3, 10))
    (table,) = [block for block in blocks if block["kind"] == "rows"]
    assert table["rows"][0][:2] == ["10 March 2026 to 8 April 2026", "20"]


@pytest.mark.parametrize(("days", "said"), [
    (["2026-03-02"], "March 2"), (["2026-03-02", "2026-03-03", "2026-03-05"], "March 2-3, 5"),
    (["2026-03-31", "2026-04-01"], "March 31; April 1"), (["2026-04-30", "2026-03-01"], "March 1; April 30"),
])  # fmt: skip
def test_days_are_joined_to_spans_month_by_month(days, said):
    assert days_in_words(days) == said


def test_the_calling_order_is_that_of_triage_with_its_sentences(clinic):
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    found = triage(cells, clinic.log, clinic.prescriptions, rules)
    blocks = calling.order(found)
    (table,) = [block for block in blocks if block["kind"] == "rows"]
    assert [row[1] for row in table["rows"]] == found["patient_id"].tolist()
    assert [row[3] for row in table["rows"]] == [f"{reason}." for reason in found["reason"]]
    assert set(found["name"]) <= set(TIER_WORDS)
    called = len(found) - int(found["name"].isin(["on_track", "no_regimen", "reviewed"]).sum())
    assert any(one.startswith(f"{called} of 11 to call: safety sign 1, ") for one in words(blocks))


def test_the_caseload_in_numbers_says_how_many_stand_behind_each(clinic):
    rules = Rules(as_of=clinic.as_of)
    cells = cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)
    table = overview(cells, a_review("x").rows, rules=rules)
    table.loc["p001", "dose_adherence"] = float("nan")
    (block,) = [block for block in calling.numbers(table) if block["kind"] == "rows"]
    row = next(row for row in block["rows"] if row[0].startswith("dose recorded"))
    assert row[1:3] == ["10", "1"]


@pytest.mark.parametrize("patients", [1, 40])
def test_a_caseload_of_one_and_of_many_is_reported(patients):
    many = sample_clinic(patients=patients, weeks=3)
    report = caseload_report(many.prescriptions, many.log, Rules(as_of=many.as_of), IMPRINT, pauses=many.pauses)
    assert headings(report)[-3:-1] == ["How this report was made", "What the numbers mean"]
    assert len(descriptions(report)) == 4


@pytest.mark.parametrize(("prescriptions", "log"), [
    (make(PRESCRIPTIONS), make(LOG)), (make(PRESCRIPTIONS), days_text(FIRST, "xx")), (daily(FIRST, 2), make(LOG)),
], ids=["nothing", "a log alone", "a regimen alone"])  # fmt: skip
def test_a_report_on_little_says_so_and_fails_at_nothing(prescriptions, log):
    rules = Rules(as_of=FIRST + timedelta(days=1))
    assert pages(patient_report(patient_review("p001", prescriptions, log, rules), IMPRINT)) >= 3
    assert pages(caseload_report(prescriptions, log, rules, IMPRINT)) >= 3


def test_how_a_report_was_made_is_listed():
    rules = Rules(as_of=FIRST, target="bailey_80")
    (table,) = [block for block in made(rules, Imprint("K. Meyer", date(2026, 4, 1), "A clinic", "ab" * 32), "0f" * 32)
                if block["kind"] == "rows"]  # fmt: skip
    said = dict(table["rows"])
    assert list(said) == ["Made by", "Made on", "Clinic", "Last day counted", "Target", "Version",
                          "SHA-256 of the data", "History of the store"]  # fmt: skip
    assert (said["Made by"], said["Made on"], said["Clinic"]) == ("K. Meyer", "1 April 2026", "A clinic")
    assert (said["Last day counted"], said["Target"]) == ("2 March 2026", "80 % of the sessions due (bailey_80)")
    assert said["SHA-256 of the data"].replace(" ", "") == "0f" * 32
    assert said["History of the store"].replace(" ", "") == "ab" * 32


def test_the_hash_knows_what_a_row_says_not_where_it_stood():
    log = days_text(FIRST, "xx0x")
    turned = log.iloc[::-1].assign(source="another.csv", line=range(4))
    changed = log.assign(status=["not_done", *log["status"][1:]])
    assert data_hash({"log": turned}) == data_hash({"log": log})
    assert data_hash({"log": changed}) != data_hash({"log": log}) != data_hash({"log": log.head(3)})
    assert data_hash({"log": log}) != data_hash({"log": log, "pauses": make(PAUSES)})


def test_a_missing_value_and_the_word_for_it_are_two_data():
    log = days_text(FIRST, "x")
    assert data_hash({"log": log.assign(note=None)}) != data_hash({"log": log.assign(note="None")})


def test_who_a_patient_is_stands_in_no_property_and_no_file_name():
    who = "Ada-Example-1815"
    review = patient_review(who, daily(FIRST, 3).assign(patient_id=who), days_text(FIRST, "xx0").assign(patient_id=who),
                            Rules(as_of=FIRST + timedelta(days=2)))  # fmt: skip
    report = patient_report(review, IMPRINT)
    assert "Ada" not in "".join(properties(report)) + file_name("report", report)
    assert "Meyer" not in "".join(properties(report)), "who made it is printed, and no property"
    assert file_name("report", report).startswith("report-") and len(file_name("report", report)) == 23


def test_reports_of_another_maker_day_clinic_or_history_are_other_bytes():
    prescriptions, log, rules = make(PRESCRIPTIONS), make(LOG), Rules(as_of=FIRST)
    by, on, clinic = IMPRINT.by, IMPRINT.on, IMPRINT.clinic
    others = [Imprint("L. Sato", on, clinic), Imprint(by, date(2026, 4, 2), clinic), Imprint(by, on, "B clinic"),
              Imprint(by, on, clinic, "ab" * 32)]  # fmt: skip
    report = caseload_report(prescriptions, log, rules, IMPRINT)
    assert report == caseload_report(prescriptions, log, rules, IMPRINT)
    assert report not in [caseload_report(prescriptions, log, rules, other) for other in others]


def test_hostile_names_notes_reviewers_and_clinics_stay_text_on_a_patients_report(tmp_path):
    who = '#panic("x") $\\frac$ <script>'
    day = datetime(2026, 3, 2, 9)
    rows = [
        {"patient_id": who, "reviewed_at": day + timedelta(minutes=number), "reviewed_by": words, "action": "called",
         "note": words, "look_again_on": None}
        for number, words in enumerate(HOSTILE) if words.strip()
    ]  # fmt: skip
    log = days_text(FIRST, "x" * 28, note="numb =cmd|' /C calc'!A0 #eval(1)").assign(patient_id=who)
    review = patient_review(who, daily(FIRST, 28).assign(patient_id=who), log, Rules(as_of=FIRST + timedelta(days=27)),
                            reviews=make(REVIEWS, rows))  # fmt: skip
    found = printed(patient_report(review, Imprint(HOSTILE[5], IMPRINT.on, HOSTILE[130])), tmp_path)
    assert without_blanks(f"Patient {who} \u00b7 {HOSTILE[130]}") in found
    assert without_blanks("\u201cnumb =cmd|' /C calc'!A0 #eval(1)\u201d") in found
    shown = [printable(row["note"]) for row in rows]
    plain = [one for one in shown if not one.endswith("-") and not any("\u0590" <= mark <= "\u08ff" for mark in one)]
    assert [one for one in plain if found.count(without_blanks(one)) < 2] == [], "once as reviewer, once as note"


def test_hostile_pseudonyms_stay_text_in_the_calling_order_and_beside_the_chart(tmp_path):
    names = [one.strip() for one in dict.fromkeys(HOSTILE) if one.strip()][::3]
    many = pd.concat([daily(FIRST, 3).assign(patient_id=one) for one in names], ignore_index=True)
    found = printed(caseload_report(many, days_text(FIRST, "xx0"), Rules(as_of=FIRST), IMPRINT), tmp_path)
    plain = [
        one
        for one in map(printable, names)
        if not one.endswith("-") and not any("\u0590" <= x <= "\u08ff" for x in one)
    ]
    assert len(plain) > 60
    assert [one for one in plain if without_blanks(one) not in found] == []


def test_the_hash_of_a_patients_report_covers_the_rows_set_aside_that_it_quotes(monkeypatch):
    told = []
    monkeypatch.setattr("toolkit.documents.report.pdf", lambda _, data, **more: told.append(data["foot"]) or b"")
    monkeypatch.setattr("toolkit.documents.sections.patient_panels", lambda review: [])
    aside = {"source": "d.csv", "line": 4, "code": "number", "message": "must be a number", "patient_id": "p001"}
    for note in ("numb between the legs", "numb between the legs", "cannot hold water"):
        patient_report(a_review("xx", quarantine=make(QUARANTINE, [aside | {"note": note}])), IMPRINT)
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(("first", "rule"), [(date(2026, 1, 1), "1 January 2026"), (date(2025, 12, 31), None)])
def test_a_period_that_begins_on_the_day_of_a_rule_names_that_rule(first, rule):
    log = days_text(first, "x" * 15)
    review = patient_review("p001", daily(first, 30), log, Rules(as_of=first + timedelta(days=19)))
    table, dated = evidence(review)[-2:]
    assert ("Rule of 1 January 2026: " in dated["text"]) == (rule is not None)
    if rule:
        assert table["rows"][0][4].startswith("1 day for the next class, begun by ")


@pytest.mark.parametrize("day", [0, 27])
def test_a_regimen_is_prescribed_on_its_first_and_on_its_last_day(day):
    blocks = sections.regimen(a_review("x", last=FIRST + timedelta(days=day)))
    assert blocks[1]["items"] == ["Exercise b: 1 x 5, daily; 2 March 2026 to 29 March 2026."]
