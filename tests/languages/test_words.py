"""A language is a folder of text files: nothing is missing in it, nothing left untranslated, its draft says so."""

import re
from dataclasses import replace

import pytest

from toolkit.errors import ToolkitError
from toolkit.languages.words import Language, language, languages
from toolkit.plan.catalogue import exercises
from toolkit.plan.questions import question_set

ENGLISH = language("en")
OTHERS = [code for code in languages() if code != "en"]
PLACE = re.compile(r"{[a-z_]+}")


def texts(words: Language):
    return [
        (key, text) for key, found in words.words.items() for text in (found if isinstance(found, tuple) else (found,))
    ]


def unlike(ours: Language, theirs: Language):
    """Yield the keys that one of two languages lacks, or whose places or number of lines differ."""
    for key in ours.words.keys() | theirs.words.keys():
        one, other = ours.words.get(key), theirs.words.get(key)
        lines = isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other)
        alike = sorted(PLACE.findall(str(one))) == sorted(PLACE.findall(str(other)))
        if not (alike and (lines or isinstance(one, str)) and type(one) is type(other)):
            yield key


def untranslated(ours: Language, theirs: Language):
    """Yield the keys whose words are those of English."""
    for key, words in ours.words.items():
        if theirs.words.get(key) == words and re.search("[a-z]", str(words)):
            yield key


@pytest.mark.parametrize("code", OTHERS)
def test_languages_have_the_same_keys_places_and_number_of_lines(code):
    assert sorted(unlike(ENGLISH, language(code))) == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_was_left_untranslated(code):
    assert sorted(untranslated(ENGLISH, language(code))) == []


@pytest.mark.parametrize(("key", "words"), [
    ("box.now", None), ("box.now", "Llame a {number}."), ("date.months", ("enero",)), ("box.now", ("a",)),
])  # fmt: skip
def test_a_missing_text_place_or_line_is_found(key, words):
    spanish = language("es")
    broken = dict(spanish.words) | ({key: words} if words else {})
    if words is None:
        del broken[key]
    assert list(unlike(ENGLISH, replace(spanish, words=broken))) == [key]


def test_a_text_left_in_english_is_found():
    spanish = language("es")
    broken = dict(spanish.words) | {"box.fall": ENGLISH.words["box.fall"]}
    assert list(untranslated(ENGLISH, replace(spanish, words=broken))) == ["box.fall"]


@pytest.mark.parametrize("code", languages())
def test_no_text_is_empty_and_none_holds_markup(code):
    for key, text in texts(language(code)):
        assert text.strip() == text, key
        assert text, key
        assert not re.search("[<>&]", text), key


def test_the_spanish_is_a_draft_until_a_translator_has_signed():
    assert language("es").is_draft
    assert not ENGLISH.is_draft
    assert language("es").say("language.draft").startswith("DRAFT")


@pytest.mark.parametrize("code", languages())
def test_every_exercise_has_its_words(code):
    words = language(code)
    for name, exercise in exercises().items():
        assert 3 <= len(words.list(f"{name}.steps")) <= 5
        assert words.list(f"{name}.steps")[-1] == words.list("knee_to_chest.steps")[-1], "the last step says to hold"
        assert (f"{name}.side_left" in words.words) == exercise.sided
        assert words.say(f"{name}.purpose")[0].islower()


@pytest.mark.parametrize("code", languages())
def test_the_box_names_every_sign_of_cauda_equina_that_the_gate_asks(code):
    asked = [key for key, (family, _) in question_set().questions.items() if family.id == "cauda_equina"]
    assert asked
    assert all(f"box.{key}" in language(code).words for key in asked)


def test_a_language_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ToolkitError, match=re.escape("must be one of en, es; found 'de'")):
        language("de")


def test_a_text_whose_place_gets_no_value_is_an_error_not_a_brace_on_paper():
    with pytest.raises(KeyError):
        ENGLISH.say("box.now")
