"""While a screening is asked: a blank is no answer, no click renews an old one, no release speaks of later ones."""

from datetime import datetime

import pytest

from toolkit.plan.asking import answering, cautioning, deciding, none_of, recorded, taken_up
from toolkit.plan.questions import question_set
from toolkit.plan.screening import Screening

APRIL, MAY = datetime(2026, 4, 1, 9), datetime(2026, 5, 1, 9)


def test_a_screening_is_as_old_as_its_first_answer():
    """A month later one click once made all its answers of today."""
    asked = answering(Screening(), "ce_numb", "no", APRIL)
    for later in (answering(asked, "ce_legs", "no", MAY), none_of(asked, "infection", MAY),
                  cautioning(asked, "floor", "yes", MAY)):  # fmt: skip
        assert (later.screened_at, str(later.screened_on)) == (APRIL, "2026-04-01")


def test_one_press_overwrites_no_yes():
    asked = answering(Screening(), "ce_bladder", "yes", APRIL)
    assert none_of(asked, "cauda_equina", APRIL) == asked
    others = none_of(asked, "fracture", APRIL)
    assert others.answers == {"ce_bladder": "yes", "fx_trauma": "no", "fx_minor": "no", "fx_shape": "no"}
    assert others.at_once == ("fracture",)


@pytest.mark.parametrize(
    "change",
    [
        lambda asked: answering(asked, "ca_weight", "yes", APRIL),
        lambda asked: answering(asked, "in_fever", "no", APRIL),
        lambda asked: answering(asked, "in_fever", "", APRIL),
        lambda asked: none_of(asked, "fracture", APRIL),
    ],
    ids=["a sign more", "taken back", "blanked", "a family more"],
)
def test_a_release_speaks_only_of_what_was_answered_before_it(change):
    asked = answering(Screening(), "in_fever", "yes", APRIL)
    cleared = asked.model_copy(update={"decision": "cleared", "reviewed_by": "Dr R", "found": "a cold"})
    changed = change(cleared)
    assert (changed.decision, changed.reviewed_by, changed.found) == (None, None, None)
    assert answering(cleared, "in_fever", "yes", APRIL).decision == "cleared", "the same answer again changes nothing"
    assert cautioning(cleared, "floor", "yes", APRIL).decision == "cleared", "a caution is no red flag"


def test_what_was_decided_under_a_caution_that_is_not_met_is_not_recorded():
    """It would be printed for the patient."""
    asked = cautioning(Screening(), "osteoporosis", "yes", APRIL)
    asked = deciding(asked, "osteoporosis", "knee_to_chest", "adapt", "with a pillow")
    assert recorded(asked, "p001").cautions["osteoporosis"].exercises["knee_to_chest"].words == "with a pillow"
    withdrawn = recorded(cautioning(asked, "osteoporosis", "no", APRIL), "p001")
    assert withdrawn.cautions["osteoporosis"].exercises == {}


def test_what_is_recorded_names_every_question_and_blanks_are_not_asked():
    found = recorded(answering(Screening(), "ce_numb", "no", APRIL), "p001")
    assert found.answers.keys() == question_set().questions.keys()
    assert set(found.answers.values()) == {"no", "not_asked"}
    assert found.question_set == question_set().id
    assert recorded(Screening(), "p001") is None, "nothing was asked"
    assert taken_up(found).answers == {"ce_numb": "no"}, "what was not asked is open, not answered"


def test_a_screening_without_its_moment_is_as_old_as_its_day():
    """Those of a file carry a day alone; one click must not make them young."""
    asked = Screening(screened_on="2026-03-01", answers={"ce_numb": "no"})
    assert str(cautioning(asked, "floor", "yes", APRIL).screened_on) == "2026-03-01"
