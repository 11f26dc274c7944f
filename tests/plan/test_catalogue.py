"""The catalogue: four exercises, each with its sources, its side and what is honest to say of it."""

import pytest

from toolkit.plan.catalogue import exercises, purposes
from toolkit.plan.regimen import Prescription, default_dose

# claims of the source page for which no support is known, and words that promise
CLAIMS = ("prevents", "disc disease", "commonest cause", "guarantee", "cure")


def test_there_are_four_exercises_three_of_them_sided():
    assert {name: entry.sided for name, entry in exercises().items()} == {
        "hamstring_stretch": True,
        "knee_to_chest": True,
        "psoas_stretch": True,
        "abdominal_stability": False,
    }


@pytest.mark.parametrize("entry", exercises().values(), ids=lambda entry: entry.id)
def test_each_exercise_names_its_sources_and_awaits_a_signature(entry):
    assert entry.sources[0].key == "OA"
    assert all(source.flag in "VSCE" and source.text for source in entry.sources)
    assert entry.flag == "C"
    assert entry.evidence and 3 <= len(entry.steps) <= 5
    assert bool(entry.side_means) == entry.sided


@pytest.mark.parametrize("entry", exercises().values(), ids=lambda entry: entry.id)
def test_each_default_is_a_dose_that_can_be_prescribed_and_is_usual(entry):
    dose = Prescription(**default_dose(entry.id), first_day="2026-03-02", last_day="2026-03-29")
    for part, value in (("reps", dose.reps_min), ("hold_s", dose.hold_s_max), ("sets", dose.sets)):
        low, high = entry.usual[part]
        assert low <= value <= high, part


def test_what_the_page_states_is_kept_in_the_defaults():
    for entry in exercises().values():
        assert tuple(entry.page["hold_s"]) == tuple(entry.default["hold_s"])


def test_no_claim_of_the_source_page_is_repeated():
    text = " ".join(str(entry) for entry in exercises().values()).casefold()
    assert [claim for claim in CLAIMS if claim in text] == []


def test_purposes_name_exercises_of_the_catalogue():
    assert list(purposes()) == ["preventive", "remedial"]
    assert all(set(one.exercises) <= set(exercises()) for one in purposes().values())
