"""The handout: what to do and when to stop, on two pages, in words that a person in pain reads."""

import os
import re
import subprocess
import sys
from datetime import date

import pytest
from logs.hostile_strings import HOSTILE
from naughty import naughty_strings, with_naughty
from papers import descriptions, headings, page_texts, pages, printed, properties, without_blanks
from readability import flesch_kincaid_grade, inflesz, words
from screenings import clear_screening
from take_homes import ALL_FOUR, FIRST, LAST, OWN, PROFILE, home, plan, row

from toolkit.charts.style import printable
from toolkit.documents import handout as handouts
from toolkit.documents.naming import file_name
from toolkit.documents.take_home import NOW, TODAY, safety_box, take_home
from toolkit.errors import RegimenError, ToolkitError
from toolkit.languages.words import language, languages
from toolkit.plan.regimen import MEDICAL_HOLD, Pause
from toolkit.plan.screening import CautionAnswer

CODES = languages()
LONGEST = "Q" * 64


def handout(*args, **kwargs):
    return handouts.handout(*args, **kwargs).pdf()


def read(document, tmp_path):
    return " ".join(page_texts(document, tmp_path))


@pytest.fixture(scope="module", params=CODES)
def made(request):
    return request.param, handout(home(code=request.param))


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("profile", [OWN, PROFILE], ids=["own", "sample"])
def test_four_exercises_fit_on_two_pages(code, paper, profile):
    second = plan(revision=2, written_on=date(2026, 3, 15))
    whole = take_home(second, profile, code=code, before=[plan()])
    assert pages(handout(whole, paper=paper)) == 2


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("exercise", ALL_FOUR)
def test_one_exercise_fits_on_one_page(code, exercise):
    assert pages(handout(home(row(exercise), code=code))) == 1


def test_a_handout_is_tagged_and_says_its_language_and_title_and_no_person(made):
    code, document = made
    info, xml = properties(document)
    title = language(code).say("handout.title")
    assert f"/Lang({code})".encode() in document and b"/Marked true" in document
    assert headings(document)[-1] == title or title in headings(document)
    assert "/Author" not in info and "p-7c1e03" not in info + xml
    assert set(re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", document)) == {b"DejaVuSans", b"DejaVuSans-Bold"}
    assert file_name("handout", document, revision=1).startswith("handout-r1-")


def test_each_drawing_has_its_words(made):
    code, document = made
    told = [language(code).say(f"{name}.picture_{place}") for name in ALL_FOUR for place in ("start", "end")]
    assert sorted(descriptions(document)) == sorted(told)


def test_the_box_stands_before_the_first_exercise_with_every_sign_and_number(made, tmp_path):
    code, document = made
    text, box = without_blanks(read(document, tmp_path)), safety_box(OWN, language(code))
    assert len(box["signs_now"]) == len(NOW) == len(box["signs_today"]) == len(TODAY) == 5
    signs = [box["now"], *box["signs_now"], box["today"], *box["signs_today"], box["no_answer"], box["not_watched"]]
    places = [text.find(without_blanks(one)) for one in signs]
    first_exercise = text.find(without_blanks(language(code).say("hamstring_stretch.name")))
    assert -1 not in places and max(places) < first_exercise
    for number in (*OWN.numbers, OWN.emergency_number):
        assert without_blanks(number) in text


def test_dose_side_days_and_review_stand_in_words(tmp_path):
    text = read(handout(home()), tmp_path)
    assert (
        "Do it 3 times with your left leg. Then do it 3 times with your right leg. Hold for 15 to 30 seconds. "
        "1 time a day. Every day." in text
    )
    assert "Do these exercises from 2 March 2026 to 29 March 2026." in text
    assert "Next review: by 29 March 2026." in text
    assert text.count("Plan r-4f2a9c · revision 1 · 1 March 2026 · p-7c1e03") == 2


@pytest.mark.parametrize("side", ["left", "right"])
def test_where_one_leg_is_asked_for_it_says_which_leg_that_is(side, tmp_path):
    text = read(handout(home(row("psoas_stretch", side=side))), tmp_path)
    other = {"left": "right", "right": "left"}[side]
    assert f"Do it 2 times with your {side} leg only." in text
    assert f"{side.capitalize()} leg means: kneel on your {side} knee." in text
    assert f"{other} leg" not in text and f"{other} knee" not in text


def test_a_revision_names_the_paper_it_replaces(tmp_path):
    second = plan(revision=2, written_on=date(2026, 3, 15))
    named = take_home(second, OWN, before=[plan()])
    assert "This sheet replaces the one dated 1 March 2026." in read(handout(named), tmp_path)
    assert "This sheet replaces all earlier ones." in read(handout(take_home(second, OWN)), tmp_path)
    assert "replaces" not in read(handout(home()), tmp_path)


def test_a_plan_that_was_held_before_replaces_no_paper(tmp_path):
    """Of a held plan none was made, and nothing is to be thrown away."""
    released = take_home(plan(revision=2), OWN, before=[plan(status="held")])
    assert "replaces" not in read(handout(released), tmp_path)


def test_each_dose_of_a_plan_in_steps_has_its_days(tmp_path):
    steps = (
        row("knee_to_chest", last_day=date(2026, 3, 15)),
        row("knee_to_chest", first_day=date(2026, 3, 16), reps_min=5, reps_max=5),
    )
    text = read(handout(home(*steps)), tmp_path)
    assert "From 2 March 2026 to 15 March 2026. Do it 3 times with your left leg." in text
    assert "From 16 March 2026 to 29 March 2026. Do it 5 times with your left leg." in text


def test_pauses_within_the_plan_are_told_and_others_are_not(tmp_path):
    pauses = (
        Pause(first_day=date(2026, 3, 10), last_day=date(2026, 3, 12), reason="travel"),
        Pause(exercise="psoas_stretch", first_day=date(2026, 3, 20), last_day=date(2026, 3, 21)),
        Pause(first_day=date(2026, 2, 1), last_day=date(2026, 2, 5)),
    )
    text = read(handout(home(pauses=pauses)), tmp_path)
    assert "No exercise from 10 March 2026 to 12 March 2026." in text
    assert "Do not do this exercise from 20 March 2026 to 21 March 2026." in text
    assert "February" not in text and "travel" not in text


def test_a_medical_hold_says_that_the_clinic_has_stopped_the_exercises_on_these_days(tmp_path):
    hold = Pause(first_day=FIRST, last_day=date(2026, 3, 8), reason=MEDICAL_HOLD)
    text = read(handout(home(pauses=(hold,))), tmp_path)
    assert "Your clinic has stopped these exercises from 2 March 2026 to 8 March 2026. Do not do them." in text


def test_an_exercise_stopped_on_all_its_days_has_no_dose_and_the_others_keep_theirs(tmp_path):
    """Else the paper would order and forbid the same thing, the order in the larger type."""
    hold = Pause(exercise="psoas_stretch", first_day=FIRST, last_day=LAST, reason=MEDICAL_HOLD)
    text = read(handout(home(row("psoas_stretch"), row("abdominal_stability"), pauses=(hold,))), tmp_path)
    assert "Your clinic has stopped this exercise from 2 March 2026 to 29 March 2026. Do not do it." in text
    assert "with your left leg" not in text and "Do it 10 times." in text


def test_no_document_is_made_of_a_plan_that_is_paused_on_all_its_days():
    hold = Pause(first_day=FIRST, last_day=LAST, reason=MEDICAL_HOLD)
    with pytest.raises(RegimenError, match="must leave a day to exercise; found none"):
        home(pauses=(hold,))


def test_a_plan_of_one_day_says_that_day_and_not_every_day(tmp_path):
    text = read(handout(home(row("knee_to_chest", last_day=FIRST))), tmp_path)
    assert "Do these exercises on 2 March 2026." in text
    assert "Every day" not in text


def test_where_nothing_is_held_no_step_says_to_hold(tmp_path):
    loose = row("abdominal_stability", hold_s_min=None, hold_s_max=None)
    assert "Hold" not in read(handout(home(loose)), tmp_path)
    assert "Hold." in read(handout(home(row("abdominal_stability"))), tmp_path)


def test_how_an_exercise_is_adapted_is_printed_with_it(tmp_path):
    answer = {"answer": "yes", "exercises": {"knee_to_chest": {"do": "adapt", "words": "Pull only half way."}}}
    clear = clear_screening("p-7c1e03")
    careful = clear.model_copy(update={"cautions": {**clear.cautions, "osteoporosis": CautionAnswer(**answer)}})
    assert "For you: Pull only half way." in read(handout(home(row("knee_to_chest"), screening=careful)), tmp_path)


@pytest.mark.parametrize(("status", "says"), [("draft", "found draft"), ("held", "Only the safety-net sheet")])
def test_no_document_is_made_of_a_draft_or_a_held_plan(status, says):
    with pytest.raises(RegimenError, match=says):
        take_home(plan(status=status), OWN)


@pytest.mark.parametrize("screening", [None, "not everything asked"])
def test_no_document_is_made_of_a_plan_that_was_not_screened(screening):
    missing = clear_screening("p-7c1e03").model_copy(update={"answers": {}}) if screening else None
    with pytest.raises(RegimenError, match="must answer every red flag and caution"):
        take_home(plan(screening=missing), OWN)


@pytest.mark.parametrize("code", CODES)
def test_a_sample_or_an_unread_language_says_so_on_every_page(code, tmp_path):
    told = printed(handout(home(code=code, profile=PROFILE)), tmp_path)
    draft = language(code).is_draft
    assert told.count("SAMPLE") >= 2
    assert (told.count("DRAFT") == 2) is draft
    own = printed(handout(home(code=code)), tmp_path)
    assert "SAMPLE" not in own and (own.count("DRAFT") == 2) is draft


@pytest.mark.parametrize("code", CODES)
def test_the_safety_net_can_always_be_printed_alone(code, tmp_path):
    sheet = handouts.safety_sheet(OWN, language(code), on=FIRST).pdf()
    text = without_blanks(read(sheet, tmp_path))
    assert pages(sheet) == 1
    assert without_blanks(safety_box(OWN, language(code))["now"]) in text
    assert "p-7c1e03" not in text


def test_the_whole_handout_is_read_in_grade_6_and_the_spanish_one_is_fairly_easy(tmp_path):
    english, spanish = (read(handout(home(code=code)), tmp_path) for code in ("en", "es"))
    assert len(words(english)) > 300
    assert flesch_kincaid_grade(english) < 6
    assert inflesz(spanish) > 65


FORBIDDEN = re.compile(
    r"\b(?i:once|saddle|repeat|monitors?|recommends?|safe|prevents?|clinically|billable|silla)\b"
    r"|\b[IDLR]\b|\d\s*-\s*\d|\d\s?s\b|\d\s?(?:sec|min)\b|\b1 times\b|\b1 veces\b"
)


def test_no_wording_that_was_misread_elsewhere_and_no_promise(made, tmp_path):
    text = read(made[1], tmp_path)
    for allowed in (*OWN.numbers, "safety-net"):
        text = text.replace(allowed, "")
    assert FORBIDDEN.findall(text) == []


@pytest.mark.parametrize("text", ["once a day", "15-30 seconds", "hold 30 s", "L leg", "It is safe.", "1 times"])
def test_a_misread_wording_would_be_found(text):
    assert FORBIDDEN.search(text)


def in_notes(texts, longest=2_000):
    """Join texts to notes that are as long as a note may be."""
    notes = [""]
    for text in texts:
        joined = f"{notes[-1]} / {text}"
        notes[-1:] = [joined] if len(joined) <= longest else [notes[-1], text]
    return notes


def typed_in_every_field(texts):
    """A plan and a clinic that print these texts wherever a person's words are printed."""
    notes = [{"knee_to_chest": {"do": "adapt", "words": one}} for one in in_notes(texts)]
    answers = {f"caution {place}": CautionAnswer(answer="yes", exercises=one) for place, one in enumerate(notes)}
    clear = clear_screening("p-7c1e03")
    screening = clear.model_copy(update={"cautions": clear.cautions | answers})
    clinic = OWN.model_copy(update={"name": texts[0], "numbers": texts[1:2], "emergency_number": texts[-1]})
    return home(screening=screening, profile=clinic)


@pytest.mark.parametrize("start", range(0, len(HOSTILE), 60))
def test_hostile_text_stays_text_in_every_field(start, tmp_path):
    """What was noted on an exercise, the clinic's name and its numbers are set as they stand, whatever they are."""
    texts = HOSTILE[start : start + 60]
    told = printed(handout(typed_in_every_field(texts)), tmp_path)
    assert [text for text in texts if without_blanks(printable(text)) not in told] == []


@with_naughty
def test_every_naughty_string_stays_text_on_paper(tmp_path):
    """Those in other directions of writing are printed too, but read back from a PDF in another order."""
    texts = [one for one in naughty_strings() if one.strip() and one.isascii()]
    told = page_texts(handout(typed_in_every_field(texts)), tmp_path)
    feet = re.compile(r"Plan r-4f2a9c · revision 1 · 1 March 2026 · p-7c1e03 Page \d+ of \d+$")
    read = without_blanks("".join(feet.sub("", page) for page in told))
    assert len(texts) > 350
    assert [text for text in texts if without_blanks(printable(text)) not in read] == []


def test_the_longest_pseudonym_and_clinic_stay_on_the_page(tmp_path):
    clinic = OWN.model_copy(update={"name": "Long " * 40, "numbers": ("+1 (970) 555-0100",) * 6})
    document = handout(home(patient_id=LONGEST, regimen_id="r" * 64, profile=clinic))
    assert printed(document, tmp_path).count("Q") == 64 * (1 + pages(document))  # at the head, and at each foot


def test_the_same_plan_gives_the_same_bytes_anywhere_and_anytime():
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); from take_homes import home; "
        "from toolkit.documents.handout import handout; "
        "print(hashlib.sha256(handout(home(code='es')).pdf()).hexdigest())"
    )
    found = set()
    for zone, lang in (("UTC", "C"), ("Pacific/Kiritimati", "C.UTF-8"), ("America/Denver", "POSIX")):
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"TZ": zone, "LC_ALL": lang, "PYTHONHASHSEED": "random"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1


def test_another_paper_is_refused():
    with pytest.raises(ToolkitError, match="must be one of a4, letter; found 'a5'"):
        handout(home(), paper="a5")


def test_what_is_looked_at_before_printing_has_the_same_pages():
    shown = handouts.handout(home()).pages()
    assert len(shown) == pages(handout(home()))
    assert all(page.startswith(b"\x89PNG") for page in shown)
