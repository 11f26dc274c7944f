"""The questions asked before a regimen, as data with what to do on a yes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from toolkit.plan.catalogue import Source, exercises, sources_of


@dataclass(frozen=True, slots=True)
class Question:
    """One red-flag question; a yes `holds` the regimen, or is considered in words where it says little alone."""

    id: str
    text: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Family:
    """One of the four families of red flags; `act` says what to do on a yes, and by when.

    An `emergency` family is cleared only with the day of the emergency assessment; `refer_to` and `refer_for` stand in
    the note that goes with a referral. `flag` as in `Source`.
    """

    id: str
    name: str
    asks: str
    act: str
    refer_to: str
    refer_for: str
    emergency: bool
    questions: tuple[Question, ...]
    sources: tuple[Source, ...]
    flag: str


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to decide on for each exercise it touches, when the answer is the `careful` one.

    Where it is not `supported`, the careful answer rules out a final regimen altogether.
    """

    id: str
    text: str
    careful: str
    why: str
    sources: tuple[Source, ...]
    flag: str
    supported: bool = True

    @property
    def touches(self) -> tuple[str, ...]:
        """The exercises it touches, as the catalogue names them."""
        return tuple(name for name, exercise in exercises().items() if self.id in exercise.cautions)


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be decided of a touched exercise; `asks` says which words it needs, if any."""

    id: str
    words: str
    asks: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """All that is asked, by id, and the set's own name, which each screening records.

    `signed_by` is the licensed clinician who has signed questions, doses and times to act, empty while nobody has.
    `persistent` says whom a referral goes to, and what for, where nothing holds and pain is no better after a month.
    """

    id: str
    language: str
    signed_by: str
    not_covered: str
    families: Mapping[str, Family]
    cautions: Mapping[str, Caution]
    decisions: Mapping[str, Choice]
    releases: Mapping[str, str]
    persistent: Mapping[str, str]
    sources: tuple[Source, ...]

    @property
    def questions(self) -> dict[str, tuple[Family, Question]]:
        """Each red-flag question with its family, by the question's id."""
        return {one.id: (family, one) for family in self.families.values() for one in family.questions}


def families_of(keys: Iterable[str]) -> tuple[Family, ...]:
    """Return the families of some questions, each once, the most urgent first."""
    asked = question_set()
    named = {asked.questions[key][0].id for key in keys}
    return tuple(family for family in asked.families.values() if family.id in named)


@cache
def question_set() -> QuestionSet:
    """Return the set of questions in force."""
    data = tomllib.loads(files("toolkit.plan").joinpath("screening.toml").read_text(encoding="utf-8"))
    known = sources_of(data["source"])
    families = (_family(entry, known) for entry in data["family"])
    cautions = (_with_sources(Caution, entry, known) for entry in data["caution"])
    return QuestionSet(
        id=data["question_set"],
        language=data["language"],
        signed_by=data["signed_by"],
        not_covered=data["not_covered"],
        families=MappingProxyType({one.id: one for one in families}),
        cautions=MappingProxyType({one.id: one for one in cautions}),
        decisions=MappingProxyType({key: Choice(key, **entry) for key, entry in data["decision"].items()}),
        releases=MappingProxyType(data["release"]),
        persistent=MappingProxyType(data["persistent"]),
        sources=tuple(known.values()),
    )


def _family(entry: dict[str, Any], known: Mapping[str, Source]) -> Family:
    questions = tuple(Question(**one) for one in entry.pop("question"))
    return _with_sources(Family, entry | {"questions": questions}, known)


def _with_sources(kind: Any, entry: dict[str, Any], known: Mapping[str, Source]) -> Any:
    return kind(**entry | {"sources": tuple(known[key] for key in entry["sources"])})
