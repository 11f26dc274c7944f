"""The diary sheet on paper: the regimen's own days, nothing answered beforehand, room for a pen, text stays text."""

import re
from datetime import date
from functools import partial

import papers
import pytest
from diaries import MONDAY, at_home, dose, every_kind
from logs.hostile_strings import HOSTILE
from papers import headings, pages, printed, properties, without_blanks
from readability import flesch_kincaid_grade, inflesz
from take_homes import ALL_FOUR, OWN, PROFILE

from toolkit.charts.style import printable
from toolkit.documents import diary_sheet as sheets
from toolkit.documents.paper import PAPERS
from toolkit.documents.take_home import take_home
from toolkit.errors import RegimenError, ToolkitError
from toolkit.languages.words import languages
from toolkit.plan.regimen import Pause

POINTS_A_MM = 72 / 25.4
HEAD = "Exercise Leg I did it. I did not do it. How many times Pain 0 to 10 If you did not do it: why?"


def diary_sheet(*args, **how):
    return sheets.diary_sheet(*args, **how).pdf()


@pytest.fixture
def page_texts(tmp_path):
    return partial(papers.page_texts, tmp_path=tmp_path)


@pytest.fixture
def placed(tmp_path):
    return partial(papers.placed_words, tmp_path=tmp_path)


def test_one_day_is_filled_in_by_hand_and_nothing_is_answered_beforehand(page_texts):
    """The whole text of the page: a head, a day, an exercise, and not one mark more."""
    (told,) = page_texts(diary_sheet(at_home(dose("abdominal_stability", 1)), paper="letter"))
    assert told.partition("you did not rate it. ")[2] == (
        "Week 1: 2 March 2026 Exercise Leg I did it. I did not do it. How many times Pain 0 to 10 "
        "If you did not do it: why? Monday, 2 March 2026 Abdominal stability exercise "
        "Plan r-1 · revision 1 · 2 March 2026 · p001 Page 1 of 1"
    )


def test_the_first_page_holds_the_whole_safety_box_before_the_days(page_texts):
    for code in languages():
        home = at_home(dose("knee_to_chest"), code=code)
        first = without_blanks(page_texts(diary_sheet(home))[0])
        box = sheets.safety_box(PROFILE, home.words)
        lines = [line for part in box.values() for line in ([part] if isinstance(part, str) else part)]
        assert len(lines) == 17
        assert [line for line in lines if without_blanks(line) not in first] == []
        assert first.index(without_blanks(box["not_watched"])) < first.index(
            without_blanks(home.words.say("sheet.how_title"))
        )
        assert without_blanks(home.words.say("diary.pain")) in first


@pytest.mark.parametrize("code", languages())
def test_every_page_says_what_it_is_a_sample_or_draft_of_and_which_plan_it_belongs_to(page_texts, code):
    home = at_home(*map(dose, ALL_FOUR), code=code)
    told = page_texts(diary_sheet(home))
    assert len(told) == 6
    for number, page in enumerate(told, start=1):
        assert "SAMPLE" in page
        assert ("DRAFT" in page) == home.words.is_draft
        assert sheets.plan_line(home) in page
        assert home.words.say("handout.page", n=number, all=6) in page


def test_a_clinic_of_its_own_prints_no_stamp(page_texts):
    assert "SAMPLE" not in " ".join(page_texts(diary_sheet(at_home(dose("knee_to_chest"), profile=OWN))))


def test_the_head_of_the_table_stands_on_every_page_with_days(page_texts):
    told = page_texts(diary_sheet(at_home(*map(dose, ALL_FOUR)), paper="letter"))
    assert [HEAD in page for page in told] == [False, True, True, True, True, True]


def whole_days(told):
    """Tell whether each page holds as many left legs as its days ask for: three of each."""
    return all(len(re.findall("day, [0-9]", page)) * 3 == page.count("Left") for page in told)


def test_a_day_is_never_torn_apart(page_texts, monkeypatch):
    told = page_texts(diary_sheet(at_home(*map(dose, ALL_FOUR))))
    assert sum(page.count("Left") for page in told) == 14 * 3
    assert whole_days(told)
    monkeypatch.setattr(sheets, "LINES_A_DAY", 2)
    assert not whole_days(page_texts(diary_sheet(at_home(*map(dose, ALL_FOUR))))), "a torn day is found"


def test_a_day_longer_than_a_page_is_named_again_on_each(page_texts):
    told = page_texts(diary_sheet(at_home(*(dose(name, 1, sessions_per_day=6) for name in ALL_FOUR))))
    assert len(told) == 3
    assert ["Monday, 2 March 2026" in page for page in told] == [False, True, True]
    assert sum(page.count("Left") for page in told) == 3 * 6
    assert "Abdominal stability exercise Session 6 of 6" in told[-1]


def test_the_days_are_those_of_the_regimen_and_pauses_and_free_days_are_said(page_texts):
    told = " ".join(page_texts(diary_sheet(take_home(every_kind(), PROFILE))))
    days = re.findall(r"day, (\d+) March", told)
    assert days == [str(day) for day in range(2, 23) if day not in (9, 10)]
    assert "A day that is not on this sheet is a free day." in told
    assert "Week 2: 9 March 2026 to 15 March 2026" in told
    assert "No exercise from 9 March 2026 to 10 March 2026." in told
    assert "Psoas stretch: Do not do this exercise from 16 March 2026 to 16 March 2026." in told
    assert "Abdominal stability exercise: Any 5 days of this week. You choose the days." in told
    assert "Abdominal stability exercise: Any 4 days of this week. You choose the days." in told, "5/7 of 5 days left"
    assert told.count("Session 1 of 2") == told.count("Session 2 of 2") == 8
    assert (told.count("Left"), told.count("Right")) == (8 * 2 + 11 + 4, 8 * 2 + 4)


def test_a_hold_of_the_clinic_is_said_as_one(page_texts):
    held = Pause(first_day=date(2026, 3, 4), last_day=date(2026, 3, 5), reason="medical_hold")
    told = " ".join(page_texts(diary_sheet(at_home(dose("knee_to_chest", 7), pauses=(held,)))))
    assert "Your clinic has stopped these exercises from 4 March 2026 to 5 March 2026. Do not do them." in told


def test_one_quota_for_all_is_said_once_for_all(page_texts):
    told = page_texts(diary_sheet(at_home(*(dose(name, 7, days_per_week=1) for name in ALL_FOUR))))
    assert "8 March 2026 Any 1 day of this week. You choose the day. Exercise Leg" in " ".join(told)


def test_there_is_room_for_a_pen_and_the_type_is_large_enough(placed):
    """Lines of one exercise lie 8 mm apart or more; only the foot is smaller than the table's type."""
    words = placed(diary_sheet(at_home(*map(dose, ALL_FOUR)), paper="letter"))
    tops = [top for word, top, _ in words if word in ("Left", "Right")]
    assert len(tops) == 14 * 6
    assert min(after - before for before, after in zip(tops[::2], tops[1::2], strict=True)) >= 8 * POINTS_A_MM
    height = {word: tall for word, _, tall in words}
    body, table, foot = height["Numbness"], height["Hamstring"], height["Plan"]
    assert (round(table / body * 12, 1), round(foot / body * 12, 1)) == (10.5, 9.0)
    assert min(tall for _, _, tall in words) == pytest.approx(foot)


def test_it_fits_both_papers_and_a_third_is_refused():
    home = at_home(dose("knee_to_chest"))
    sizes = {
        paper: re.search(rb"/MediaBox\[0 0 ([\d. ]+)\]", diary_sheet(home, paper=paper))[1].split() for paper in PAPERS
    }
    assert {paper: tuple(round(float(side)) for side in size) for paper, size in sizes.items()} == {
        "a4": (595, 842), "letter": (612, 792),
    }  # fmt: skip
    with pytest.raises(ToolkitError, match="must be one of a4, letter; found 'a3'"):
        diary_sheet(home, paper="a3")


def test_it_is_tagged_in_its_language_with_its_fonts_and_without_an_author():
    for code in languages():
        document = diary_sheet(at_home(dose("knee_to_chest", 28), code=code))
        (catalog,) = re.findall(rb"<</Type/Catalog.*?>>\s*endobj", document, re.S)
        assert f"/Lang({code})".encode() in catalog
        assert b"/Marked true" in catalog
        info, xml = properties(document)
        assert "Author" not in info
        assert "p001" not in info + xml
        assert set(re.findall(r"D:(\d{8})", info)) == {"20260302"}
        for tag in (b"/S/H1", b"/S/H2", b"/S/Table", b"/S/TH", b"/S/L"):
            assert tag in document
        assert sum(one.startswith(("Week", "Semana")) for one in headings(document)) == 4
        fonts = re.findall(rb"/Type/FontDescriptor(.*?)>>", document, re.S)
        assert fonts and all(b"/FontFile" in one for one in fonts)


def test_the_same_regimen_gives_the_same_bytes():
    assert diary_sheet(at_home(dose("knee_to_chest"))) == diary_sheet(at_home(dose("knee_to_chest")))
    assert diary_sheet(at_home(dose("knee_to_chest"))) != diary_sheet(at_home(dose("knee_to_chest", 13)))


def test_a_year_of_days_is_printed_whole(page_texts):
    document = diary_sheet(at_home(*(dose(name, 365) for name in ALL_FOUR)))
    told = " ".join(page_texts(document))
    assert len(re.findall("day, [0-9]", told)) == 365
    assert pages(document) == 123
    assert "Week 53: 1 March 2027" in told


def test_markup_and_formulas_stay_text_wherever_text_comes_from_outside(tmp_path):

    hostile = [one for one in HOSTILE if one.strip() and len(one) <= 200]
    for start in range(0, len(hostile), 20):  # so few that a page holds them: where one ends, its foot stands between
        some = hostile[start : start + 20]
        profile = PROFILE.model_copy(update={"numbers": tuple(some), "emergency_number": "#panic(1) $x$ *b*"})
        document = diary_sheet(at_home(dose("abdominal_stability", 1), profile=profile, patient_id="#[p]*_$1"))
        told = printed(document, tmp_path)
        assert [one for one in some if without_blanks(printable(one)) not in told] == []
        assert "#panic(1)$x$*b*" in told
        assert "Yournumber:#[p]*_$1" in told
        assert not re.search(rb"/(URI|JavaScript|JS|Launch|OpenAction|Annots)\b", document)


def test_a_pseudonym_and_an_id_of_64_letters_do_not_run_off_the_page(tmp_path):
    home = at_home(dose("knee_to_chest", 1), patient_id="p" * 64, regimen_id="r" * 64)
    told = printed(diary_sheet(home, paper="a4"), tmp_path)
    assert told.count("p" * 64) == 2, "above the box and at the foot"


def test_a_person_in_pain_can_read_how_to_fill_it_in():
    """Grade 6 in English, fairly easy in Spanish, by the counters of the handout."""
    told = {code: " ".join(sheets.how_to(take_home(every_kind(), PROFILE, code=code))) for code in ("en", "es")}
    assert flesch_kincaid_grade(told["en"]) <= 6
    assert inflesz(told["es"]) >= 65


def test_no_sheet_is_made_of_a_draft():
    with pytest.raises(RegimenError, match="No document"):
        take_home(every_kind(status="draft"), PROFILE)


def test_the_older_diary_sheet_is_not_to_be_thrown_away(page_texts):
    """The handout says so of older handouts; an older diary holds answers."""
    told = " ".join(page_texts(diary_sheet(at_home(dose("knee_to_chest"), revision=2))))
    assert "throw" not in told
    assert MONDAY.isoformat() not in told
