"""A set of alert rules while it is edited: what is accepted, what is said of it, and where it comes from."""

from datetime import date

import pytest

from toolkit.measures.alert_rules import SERIES, presets
from toolkit.measures.rule_drafts import Condition, condition, draft_in_words, draft_of, review, review_test
from toolkit.measures.rule_words import rule_in_words, series_words, told_in_words

ON = date(2026, 3, 31)


def draft(name="cautious"):
    return draft_of(name, presets()[name])


def told(changed):
    return [str(problem) for problem in review(changed, on=ON)[1]]


@pytest.mark.parametrize("name", presets())
def test_a_set_that_nobody_changed_is_that_set(name):
    assert review(draft(name), on=ON) == (presets()[name], ())
    assert not draft(name).is_changed


def test_every_series_has_its_words_and_a_rule_of_it_can_be_said_and_used():
    assert list(series_words()) == list(SERIES)
    for name in SERIES:
        preset, problems = review(draft().with_new(condition(name, ">=", "1")), on=ON)
        assert problems == ()
        assert "{" not in told_in_words(preset.rule[-1])[0]


@pytest.mark.parametrize("typed", ["8,5", "", "11", "-1", "1e1", "eight"])
def test_a_number_is_plain_and_one_that_the_series_can_have(typed):
    found = typed or "nothing"
    assert told(draft().with_number("pain_high", 0, typed)) == [
        f"pain_high: number 1: must be a number from 0 to 10; found {found}"
    ]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"days": "two"}, "days: must be a whole number; found two"),
        ({"days": "91", "within": "91"}, "days: must be 90 or less; found 91"),
        ({"days": "3"}, "days: must be 1 or less, as within is; found 3"),
        ({"says": ""}, "says: must not be empty"),
        ({"level": "loud"}, "level: must be 'safety', 'attention' or 'note'; found loud"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_with_what_is_accepted(typed, problem):
    assert f"silence: {problem}" in told(draft().with_rule("silence", **typed))


def test_all_problems_are_told_at_once_and_none_of_a_rule_that_is_off():
    wrong = draft().with_number("pain_high", 0, "x").with_rule("pain_high", says="").with_rule("silence", within="0")
    assert [one.split(": ")[:2] for one in told(wrong)] == [
        ["pain_high", "number 1"], ["pain_high", "says"], ["silence", "within"]
    ]  # fmt: skip
    assert told(wrong.with_rule("pain_high", on=False).with_rule("silence", on=False)) == []


def test_a_share_is_typed_as_a_share_and_one_of_sixty_is_refused():
    new = draft().with_new(condition("session_adherence_28", "<", "60"))
    assert told(new) == [
        "session_adherence_28: number 1: must be a number from 0 to 1, a share such as 0.6 for 60 %; found 60"
    ]
    assert rule_in_words(review(new.with_number("session_adherence_28", 0, "0.6"), on=ON)[0].rule[-1]) == (
        "Sessions done of those due in 28 days: below 60 %"
    )


def test_a_set_without_any_rule_is_none():
    found = draft("top_only").with_rule("pain_top", on=False)
    assert told(found) == ["rules: at least one rule must be on"]


def test_a_changed_rule_no_longer_goes_by_the_flag_of_its_source():
    """A vendor's rule with another number was verified nowhere."""
    preset, _ = review(draft("graded").with_number("pain_critical", 0, "6"), on=ON)
    changed, *same = preset.rule
    assert (changed.when, changed.flag) == (("pain_max >= 6",), "E")
    assert changed.source == "changed by the clinic; it was: support.medbridge.com 38756503253779"
    assert tuple(same) == presets()["graded"].rule[1:]
    assert (preset.about, preset.checked_on) == ("the clinic's own, begun from graded", ON)
    again, _ = review(draft_of("ours", preset).with_number("pain_critical", 0, "5"), on=ON)
    assert again.rule[0].source == changed.source, "what it was first stays, and is said once"


def test_other_words_alone_leave_the_source_as_it_is():
    preset, _ = review(draft("graded").with_rule("silence", says="Call"), on=ON)
    assert [rule.flag for rule in preset.rule] == ["V"] * 4


def test_a_second_rule_of_a_series_gets_a_name_of_its_own_and_can_be_taken_out():
    twice = draft().with_new(condition("pain_max", ">=", "6")).with_new(condition("pain_max", ">", "4"))
    assert [one.id for one in twice.rules[-2:]] == ["pain_max", "pain_max_2"]
    assert twice.without("pain_max").without("pain_max_2") == draft()


def test_a_rule_to_add_needs_a_series_and_its_number_unless_it_knows_yes_and_no_alone():
    assert [one.where for one in review_test(condition("", ">=", "8"))] == ["series"]
    assert [one.where for one in review_test(condition("pain_max", ">=", "much"))] == ["number"]
    assert condition("any_note", ">=", "") == Condition("any_note", "==", "1")
    assert review_test(condition("any_note", ">=", "")) == ()


def test_a_rule_is_said_in_words_with_its_level_its_sentence_its_source_and_its_flag():
    flare = draft().rules[1]
    assert draft_in_words(flare) == (
        "Pain above the median of the 14 days before: 2 or more, on 2 of the last 3 days",
        (
            "Safety, and again on the next day. It says, for instance: "
            "Pain 2 points above the days before, and so on 2 of 3 days",
            "Source: own design rule, to be confirmed by a clinician. Flag C: to be confirmed by a clinician.",
        ),
    )
    low = draft("graded").rules[-1]
    assert (
        draft_in_words(low)[0]
        == "Worst pain of the day: 5 or more, and pain above the last day with a value: 1 or more"
    )
    off = draft().with_rule("drop_off", on=False).rules[4]
    assert draft_in_words(off)[0] == "Off: Sessions fell away from the patient's own first two weeks"
