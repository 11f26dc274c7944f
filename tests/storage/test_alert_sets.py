"""A clinic's own alert rules are kept, never written over, and one set is in use."""

from datetime import UTC, datetime

import pytest

from toolkit.errors import StoreError
from toolkit.measures.alert_rules import presets
from toolkit.store import Store

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
GRADED = presets()["graded"]


@pytest.fixture
def store(url):
    opened = Store(url, clock=lambda: NINE)
    yield opened
    opened.close()


def ours(about):
    return GRADED.model_copy(update={"about": about, "rule": GRADED.rule[:1]})


def test_the_clinics_own_set_is_there_after_the_store_is_opened_again_beside_those_of_the_package(store, url):
    store.save_alert_rules("  ours ", ours("first"), by="A. Therapist")
    again = Store(url)
    found = again.alert_presets()
    again.close()
    assert list(found) == [*presets(), "ours"]
    assert found["ours"] == ours("first")


def test_saved_again_under_its_name_the_newer_one_is_used_and_both_stay_in_the_history(store):
    store.save_alert_rules("ours", ours("first"), by="A. Therapist")
    store.use_alert_rules("ours", by="A. Therapist")
    store.save_alert_rules("ours", ours("second"), by="B. Therapist")
    assert store.alert_presets()["ours"].about == store.alert_preset().about == "second"
    assert [(entry.author, entry.data["about"]) for entry in store._entries("alert_rules")] == [
        ("A. Therapist", "first"), ("B. Therapist", "second")
    ]  # fmt: skip
    assert store.verify().wrong == ()


@pytest.mark.parametrize("name", ["cautious", "Graded ", "", "   ", "x" * 61, "a\nb"])
def test_a_name_of_the_package_or_none_is_refused(store, name):
    with pytest.raises(StoreError, match="comes with the package|at most 60 visible"):
        store.save_alert_rules(name, GRADED, by="A. Therapist")
    assert list(store.alert_presets()) == list(presets())


def test_until_somebody_chooses_the_cautious_set_is_in_use_and_then_it_says_who_and_when(store):
    assert store.alert_preset() == presets()["cautious"]
    assert store.alert_rules_in_use().chosen_by is None
    store.use_alert_rules("top_only", by="B. Therapist")
    store.use_alert_rules("graded", by="A. Therapist")
    assert store.alert_preset() == GRADED
    found = store.alert_rules_in_use()
    assert (found.name, found.chosen_by, found.chosen_at) == ("graded", "A. Therapist", NINE)


def test_nobody_and_nothing_cannot_be_chosen(store):
    with pytest.raises(StoreError, match="the name is missing"):
        store.use_alert_rules("graded", by=" ")
    with pytest.raises(StoreError, match="the name is missing"):
        store.save_alert_rules("ours", GRADED, by="")
    with pytest.raises(StoreError, match="must be one of cautious, .*; found ours"):
        store.use_alert_rules("ours", by="A. Therapist")
    assert store.alert_rules_in_use().name == "cautious"


def test_saved_twice_under_one_operation_it_is_one_entry(store):
    for _ in range(2):
        store.save_alert_rules("ours", ours("first"), by="A. Therapist", operation="once")
        store.use_alert_rules("ours", by="A. Therapist", operation="chosen")
    assert len(store._entries("alert_rules")) == len(store._entries("alert_choice")) == 1
