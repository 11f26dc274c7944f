"""A clinic's profile: thresholds are dated and cited, and none is a silent default."""

from datetime import date, time

import pytest

from toolkit.errors import SettingsError
from toolkit.rules import Rules
from toolkit.settings import blank_profile, known_keys, profile_or_sample, read_profile, sample_profile_path


@pytest.fixture
def profile():
    return read_profile(sample_profile_path())


def written(tmp_path, text):
    path = tmp_path / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    return path


def sample_text():
    return sample_profile_path().read_text(encoding="utf-8")


LATER = """
[[setting]]
key = "gap_days"
value = 10
unit = "days"
valid_from = 2026-03-01
source = "decided at the meeting of February"
flag = "C"
checked_on = 2026-02-20
"""


def test_the_sample_holds_two_clinics_and_says_so(profile):
    assert profile.sample
    assert "SAMPLE" in profile.name
    assert [place.name for place in profile.place] == ["Aspen Clinic", "Basalt Clinic"]
    assert profile.contact.endswith("+(970) 544-1289 or +(970) 544-1110; emergency: 911")


def test_every_threshold_has_a_day_a_source_and_a_flag(profile):
    assert len(profile.setting) >= 10
    assert all(one.source and one.flag and one.checked_on for one in profile.setting)


def test_the_rules_of_a_day_are_those_in_force_on_it(tmp_path):
    profile = read_profile(written(tmp_path, sample_text() + LATER))
    assert profile.rules(date(2026, 2, 28)).gap_days == 14
    assert profile.rules(date(2026, 3, 1)).gap_days == 10
    assert profile.in_force("gap_days", date(2026, 4, 1)).source == "decided at the meeting of February"


def test_a_profile_says_what_the_rules_say_but_for_the_target(profile):
    """The shipped thresholds are those the library falls back to; only a target is a clinic's own choice."""
    rules = profile.rules(date(2026, 3, 31))
    assert rules == Rules(as_of=date(2026, 3, 31), target="bailey_80", day_start=time(3))


def test_a_threshold_that_is_not_in_force_is_never_a_silent_default(profile):
    with pytest.raises(SettingsError, match="has no screening_valid_days in force on 1999-01-01"):
        profile.number("screening_valid_days", date(1999, 1, 1))


def test_every_key_is_known_by_name():
    assert {"target", "pain.mic_points", "triage.pain_max", "screening_valid_days"} <= set(known_keys())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('key = "gap_days"', 'key = "gab_days"', "setting 5: key: must be one of"),
        ("value = 14\n", "value = 1400\n", "gap_days: must be 365 or less; found 1400"),
        (
            'zone = "America/Denver"',
            'zone = "Denver"',
            "zone: must be a zone such as America/Denver; found Denver",
        ),
        ('emergency_number = "911"\n', "", "emergency_number: is missing"),
        ("version = 1", "version = 2", "must say format = 'backcare-clinic' and version = 1"),
        ("sample = true", "sample = true\ncolour = 1", "colour: is not a field here"),
        ("[[place]]", "[[place", "cannot be read"),
        ("value = 20\n", 'value = "twenty"\n', "minutes_a_day must be a number from 1 to 240; found twenty"),
        (
            'value = 0.5\nunit = "share of the last dose"',
            'value = 0\nunit = "share of the last dose"',
            "change_share must be a number from 0.05 to 10; found 0",
        ),
        ('key = "change_share"', 'key = "complete_share"', "setting: must have an entry for change_share"),
        ('name = "Aspen Clinic"', 'name = "<name of the place>"', "place 1: name: is not filled in yet"),
    ],
)
def test_a_profile_that_is_wrong_says_where(tmp_path, old, new, words):
    text = sample_text().replace(old, new, 1)
    with pytest.raises(SettingsError) as error:
        read_profile(written(tmp_path, text))
    assert words in str(error.value)


def test_one_key_stands_once_from_a_day(tmp_path):
    with pytest.raises(SettingsError, match="gap_days stands twice from 2026-03-01"):
        read_profile(written(tmp_path, sample_text() + LATER + LATER))


def test_a_blank_profile_is_refused_until_it_is_filled_in(tmp_path):
    with pytest.raises(SettingsError, match="name: is not filled in yet; found <name of the clinic>"):
        read_profile(written(tmp_path, blank_profile()))
    filled = blank_profile().replace("<time zone, such as America/Denver>", "Europe/Berlin").replace("<", "")
    assert read_profile(written(tmp_path, filled.replace(">", ""))).zone == "Europe/Berlin"


def test_a_profile_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match="There is no clinic's profile clinic.toml"):
        read_profile(tmp_path / "clinic.toml")


def test_the_profile_is_the_one_given_else_that_of_the_variable_else_the_sample(tmp_path, monkeypatch):
    def named(name):
        text = sample_profile_path().read_text(encoding="utf-8")
        path = tmp_path / f"{name}.toml"
        path.write_text(text.replace("SAMPLE clinic (made-up patients)", name), encoding="utf-8")
        return path

    monkeypatch.delenv("BACKCARE_PROFILE", raising=False)
    assert profile_or_sample().sample
    monkeypatch.setenv("BACKCARE_PROFILE", str(named("Hillside")))
    assert profile_or_sample().name == "Hillside"
    assert profile_or_sample(named("Valley")).name == "Valley"
