"""The four exercises, as data with their sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from toolkit.languages.words import language

DOSE_PARTS = {"sessions_per_day": "sessions a day", "sets": "sets", "reps": "repetitions", "hold_s": "hold (s)"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: `flag` is V verified, S second-hand, C to be confirmed by a clinician, E our own."""

    key: str
    text: str
    flag: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the catalogue.

    `name`, `purpose`, `start` and `steps` are those that English patients read. `side_means` says which side a side is.
    `page` holds only what the source page states, `default` what the clinic fills in (sets, reps, hold_s,
    sessions_per_day, days_per_week), `usual` the range seen in the sources `usual_from`; holds in seconds. `evidence`
    with its `certainty` is what can honestly be said, from `sources`. `flag` is C until a clinician has signed.
    """

    id: str
    name: str
    target: str
    purpose: str
    sided: bool
    side_means: str
    start: str
    steps: tuple[str, ...]
    page: Mapping[str, Any]
    default: Mapping[str, Any]
    usual: Mapping[str, Any]
    usual_from: tuple[str, ...]
    evidence: str
    certainty: str
    sources: tuple[Source, ...]
    cautions: tuple[str, ...]
    flag: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What can honestly be said of all four exercises in one respect, how certain, and from where."""

    about: str
    text: str
    certainty: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a regimen is given, and the exercises and weeks a starter regimen for it has."""

    id: str
    words: str
    weeks: int
    exercises: tuple[str, ...]
    flag: str


@cache
def exercises() -> Mapping[str, Exercise]:
    """Return the catalogue, by exercise id, in the order of the source page."""
    sources = known_sources()
    return MappingProxyType({entry["id"]: _exercise(entry, sources) for entry in _catalogue()["exercise"]})


def name_of(exercise: str) -> str:
    """Return the name of an exercise; an id the catalogue does not know as words."""
    known = exercises().get(exercise)
    return known.name if known else exercise.replace("_", " ").capitalize()


@cache
def purposes() -> Mapping[str, Purpose]:
    """Return the purposes a regimen may have, by id."""
    return MappingProxyType(
        {
            key: Purpose(key, entry["words"], entry["weeks"], tuple(entry["exercises"]), entry["flag"])
            for key, entry in _catalogue()["purpose"].items()
        }
    )


@cache
def evidence() -> tuple[Evidence, ...]:
    """Return the evidence card: what is known of the four exercises as a whole."""
    known, said = known_sources(), _catalogue()["evidence"]
    return tuple(Evidence(**one | {"sources": tuple(known[key] for key in one["sources"])}) for one in said)


def known_sources() -> Mapping[str, Source]:
    """Return the sources of the catalogue, by key."""
    return sources_of(_catalogue()["source"])


def checked_on() -> date:
    """Return the day on which the catalogue's sources were read."""
    day: date = _catalogue()["checked_on"]
    return day


def change_s() -> float:
    """Return the seconds allowed for moving from one repetition to the next, in estimates of time."""
    return float(_catalogue()["estimate"]["change_s"])


def sources_of(entries: Mapping[str, Mapping[str, str]]) -> dict[str, Source]:
    """Return the sources that a data file lists, by key."""
    return {key: Source(key, **entry) for key, entry in entries.items()}


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(files("toolkit.plan").joinpath("exercises.toml").read_text(encoding="utf-8"))


def _exercise(entry: dict[str, Any], sources: Mapping[str, Source]) -> Exercise:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    fields |= {key: MappingProxyType(entry[key]) for key in ("page", "default", "usual")}
    english = language("en").part(entry["id"])
    fields |= {key: english[key] for key in ("name", "purpose", "start", "steps")}
    fields["sources"] = tuple(sources[key] for key in entry["sources"])
    return Exercise(**fields)
