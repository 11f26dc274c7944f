"""The diary page as a file: what is in it, what is not, whom it asks, and that its words are fit for patients."""

import base64
import hashlib
import json
import re
from datetime import date, time
from importlib.resources import files

import pytest
from readability import flesch_kincaid_grade, inflesz
from take_homes import OWN, PROFILE, home, row

from toolkit.documents.diary_page import SCRIPTS, diary_page
from toolkit.languages.words import language, languages
from toolkit.look import look
from toolkit.plan.regimen import Pause
from toolkit.plan.schedule import diary_key
from toolkit.schema import STATES

FOLDER = files("toolkit.documents").joinpath("templates/page")
SOURCE = {name: FOLDER.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS}
CODE = "\n".join(SOURCE.values())
ENGLISH = language("en")
# words of the page that are put together from a part: page("state_" + ...)
MADE_UP = ("state_", "wrong_", "numbers_", "start_", "check_title", "later_title",
           "correct_title", "new_since", "new_entries", "sound_", "today", "month", "send", "wrong_file",
           "other_")  # fmt: skip


def told_in(page):
    found = re.search(r'<script type="application/json" id="told">(.*?)</script>', page.decode(), re.DOTALL)
    return json.loads(found[1])


def test_the_same_plan_gives_the_same_bytes():
    assert diary_page(home()) == diary_page(home())
    assert diary_page(home()) != diary_page(home(), day_start=time(4))


def test_the_page_holds_the_pseudonym_and_nothing_of_the_clinics_own():
    private = {"goal": "hidden goal", "note": "hidden note", "written_by": "Dr Hidden"}
    pause = Pause(first_day=date(2026, 3, 5), last_day=date(2026, 3, 6), reason="hidden reason")
    page = diary_page(home(pauses=(pause,), **private))
    told = told_in(page)
    assert (told["patient_id"], told["key"]) == ("p-7c1e03", diary_key("r-4f2a9c"))
    assert told["pauses"][0]["says"] == "No exercise from 5 March 2026 to 6 March 2026."
    assert not re.search(rb"hidden (goal|note|reason)|Dr Hidden|Dr Sample|ce_numb|screening|remedial", page)


def test_only_exercises_of_the_plan_bring_their_drawings():
    told = told_in(diary_page(home(row("psoas_stretch"))))
    assert [name for name, one in told["exercises"].items() if "pictures" in one] == ["psoas_stretch"]
    assert len(told["exercises"]) == 4, "an earlier revision may have asked for the others"
    start, end = told["exercises"]["psoas_stretch"]["pictures"]
    assert start["src"].startswith("data:image/svg+xml;base64,")
    assert (start["title"], end["title"]) == ("Start", "End")
    assert start["alt"] != end["alt"]


def test_the_policy_names_the_one_script_and_lets_nothing_else_in():
    page = diary_page(home()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == 1
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_the_page_refers_to_nothing_outside_itself():
    page = diary_page(home()).decode()
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(|<link|srcset", page.replace("xmlns", ""))


def test_a_hostile_text_cannot_leave_the_data():
    hostile = "</script><!--<script>{{ 7 * 7 }}{n}'\"&\u2028"
    profile = OWN.model_copy(update={"name": hostile, "numbers": (hostile,), "emergency_number": hostile})
    page = diary_page(home(profile=profile))
    assert page.count(b"</script") == 2
    assert told_in(page)["box"]["call"] == ENGLISH.say("box.call", clinic=hostile, numbers=hostile)
    assert hostile.encode() not in page


def test_without_scripts_the_box_is_read_all_the_same():
    page = diary_page(home(profile=PROFILE)).decode()
    shown = page[page.index("<noscript>") : page.index("</noscript>")]
    for key in ("ce_numb", "ce_sex", "worse", "no_answer"):
        assert ENGLISH.say(f"box.{key}") in shown
    assert ENGLISH.say("diary.not_watched") in shown
    assert ENGLISH.say("language.sample") in shown


def test_every_script_of_the_folder_is_in_the_page_and_none_makes_markup_of_text():
    assert sorted(SCRIPTS) == sorted(one.name for one in FOLDER.iterdir() if one.name.endswith(".js"))
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(", CODE)
    assert not re.search(r"fetch\(|XMLHttp|Beacon|WebSocket|import\(", CODE)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_short_and_so_are_its_functions(name):
    assert len(SOURCE[name].splitlines()) <= 250
    assert max(len(line) for line in SOURCE[name].splitlines()) <= 120
    for function in re.findall(r"^(?:async )?function.*?^}", SOURCE[name], re.DOTALL | re.MULTILINE):
        assert len(function.splitlines()) <= 25, function.splitlines()[0]


def test_every_function_is_called():
    for name in re.findall(r"^(?:async )?function (\w+)", CODE, re.MULTILINE):
        assert len(re.findall(rf"\b{name}\b", CODE)) > 1, name


def test_the_page_says_no_word_it_lacks_and_has_none_it_does_not_say():
    known = {key.removeprefix("page.") for key in ENGLISH.words if key.startswith("page.")}
    said = set(re.findall(r"page\(\"(\w+)\"", CODE)) | set(re.findall(r"\"page\.(\w+)\"", CODE))
    assert said <= known
    template = FOLDER.joinpath("page.html.j2").read_text(encoding="utf-8")
    silent = {key for key in known - said if f'"{key}"' not in CODE and f"page.{key}" not in template}
    assert {key for key in silent if not key.startswith(MADE_UP)} == set()


def test_states_are_called_as_in_the_charts():
    assert {state: ENGLISH.say(f"page.state_{state}") for state in STATES} == {
        state: one["word"] for state, one in look()["state"].items()
    }


@pytest.mark.parametrize("code", languages())
def test_the_words_promise_nothing_and_cannot_be_mistaken(code):
    words = " ".join(map(str, language(code).part("page").values())).lower()
    banned = r"\b(once|twice|repeat\w*|monitor\w*|recommend\w*|safe\w*|prevent\w*|validated|seguro|once|repit\w*)\b"
    assert re.findall(banned, words) == []
    assert not re.search(r"\d\s?(s|sec|min|seg)\b|\d['\"]", words)


def test_the_words_are_easy_to_read():
    sentences = {code: " ".join(one for text in language(code).part("page").values()
                                for one in ([text] if isinstance(text, str) else text) if one.endswith((".", "?")))
                 for code in ("en", "es")}  # fmt: skip
    assert flesch_kincaid_grade(sentences["en"]) <= 6
    assert inflesz(sentences["es"]) >= 55


@pytest.mark.parametrize(("code", "profile", "stamps"), [
    ("en", OWN, []), ("en", PROFILE, ["SAMPLE"]), ("es", OWN, ["DRAFT"]), ("es", PROFILE, ["SAMPLE", "DRAFT"]),
])  # fmt: skip
def test_a_sample_and_a_draft_say_so(code, profile, stamps):
    told = told_in(diary_page(home(code=code, profile=profile)))
    assert [stamp.partition(" ")[0].strip(":") for stamp in told["stamps"]] == stamps


def test_the_page_says_which_plan_it_is_and_what_it_replaces():
    assert told_in(diary_page(home(revision=2)))["plan"][:3] == [
        "Plan r-4f2a9c · revision 2 · 1 March 2026 · p-7c1e03",
        "This sheet replaces all earlier ones. Please throw the old ones away.",
        "Do these exercises from 2 March 2026 to 29 March 2026.",
    ]
