"""Words in a patient's note that may speak of a red flag: they move it up; where there are none, that says nothing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import permutations
from typing import Any

_WORD = re.compile(r"(?:[^\W_]|')+")  # one class, repeated: no way back to try
_APOSTROPHES = str.maketrans(dict.fromkeys("`´ʹʻʼʽ‘’‛′＇", "'"))  # those that keyboards put into "can't"
_EITHER_ORDER, _GAP, _ANY_ENDING = " & ", "..", "*"


@dataclass(frozen=True, slots=True)
class NoteWord:
    """What was found in a note: `words` as the patient wrote them, from the first to the last that count.

    `family` is an id of the question set; `language` is that of the list, whatever the patient's own.
    """

    family: str
    language: str
    words: str


def found_words(note: str) -> tuple[NoteWord, ...]:
    """Return the words of a note that may speak of a red flag, the most urgent family first, then as they stand.

    Every language's list is searched, whatever the patient's. A negated word counts too ("no numbness"). Nothing found
    is no reassurance: every note is read. The time taken grows with the note's length and no faster.

    The words are a list of our own, in `note_words.toml`, which no clinician has confirmed.
    """
    found = {NoteWord(one.family, one.language, words): one.rank for one, words in _found(note)}
    return tuple(sorted(found, key=found.__getitem__))


def has_flagged_word(notes: Iterable[str | None]) -> list[bool]:
    """Return for each note whether such a word stands in it; what is no text, as a missing note, has none."""
    known: dict[str, bool] = {}
    return [isinstance(note, str) and _is_flagged(note, known) for note in notes]


def _is_flagged(note: str, known: dict[str, bool]) -> bool:
    if note not in known:
        known[note] = any(True for _ in _found(note))
    return known[note]


@dataclass(frozen=True, slots=True)
class _Step:
    """One place of a phrase: the words and beginnings that fit there; up to `skips` others may stand before it."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    skips: int

    def fits(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.stems)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of the list in one order; `rank` is the urgency of its family, the least first."""

    family: str
    language: str
    rank: int
    steps: tuple[_Step, ...]

    def end_from(self, words: Sequence[str], start: int) -> int | None:
        """Return the place after the phrase that starts here with its first word; None where the rest is missing.

        All places a step can reach are kept, at most `skips` more with each step: nothing is tried again.
        """
        ends = [start + 1]
        for step in self.steps[1:]:
            places = range(ends[0], min(ends[-1] + step.skips + 1, len(words)))
            ends = [
                place + 1
                for place in places
                if step.fits(words[place]) and any(0 <= place - end <= step.skips for end in ends)
            ]
            if not ends:
                return None
        return ends[0]


class _Phrases:
    """Phrases by what they begin with, so that a word of a note meets only those that it can begin."""

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._whole: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            for word in phrase.steps[0].whole:
                self._whole.setdefault(word, []).append(phrase)
            for stem in phrase.steps[0].stems:
                self._stems.setdefault(stem, []).append(phrase)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def spans(self, words: Sequence[str]) -> Iterator[tuple[int, int, _Phrase]]:
        """Yield where phrases stand, first word and place after the last, in the order in which they begin."""
        for start, word in enumerate(words):
            for phrase in self._beginning_with(word):
                if (end := phrase.end_from(words, start)) is not None:
                    yield start, end, phrase

    def _beginning_with(self, word: str) -> Iterator[_Phrase]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            yield from self._stems.get(word[:length], ())


def _found(note: str) -> Iterator[tuple[_Phrase, str]]:
    """Yield each phrase found with the patient's own words for it, but none that is a part of a harmless phrase."""
    written = _WORD.findall(_plain(note))
    words = [_folded(word) for word in written]
    flagged, harmless = _lists()
    found = list(flagged.spans(words))
    covered = _covered(words, harmless) if found else []
    for start, end, phrase in found:
        if end > covered[start]:
            yield phrase, " ".join(written[start:end])


def _covered(words: Sequence[str], harmless: _Phrases) -> list[int]:
    """Return for each word where the harmless phrase ends that reaches furthest of those begun so far."""
    ends = [0] * len(words)
    for start, end, _ in harmless.spans(words):
        ends[start] = max(ends[start], end)
    for place in range(1, len(ends)):
        ends[place] = max(ends[place], ends[place - 1])
    return ends


def _plain(text: str) -> str:
    """Return a text with one kind of apostrophe, its accents joined to their letters, nothing invisible."""
    if text.isascii():
        return text.replace("`", "'")
    joined = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))
    return "".join(letter for letter in joined if unicodedata.category(letter) != "Cf")


def _folded(word: str) -> str:
    """Return a word without case, accents and apostrophes; `I'll` loses its ending, else it would read `ill`."""
    bare = word.casefold().removesuffix("'ll").replace("'", "")
    if bare.isascii():
        return bare
    return "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))


@cache
def _lists() -> tuple[_Phrases, _Phrases]:
    """Return the phrases that are looked for, and the harmless ones."""
    data = tomllib.loads(files("toolkit.plan").joinpath("note_words.toml").read_text(encoding="utf-8"))
    between, flagged, harmless = data["words_between"], [], []
    for language, part in data["language"].items():
        groups = part["group"]
        for rank, family in enumerate(data["families"]):
            texts = [text for listed in part[family].values() for text in listed]
            flagged += _phrases(texts, groups, between, family=family, language=language, rank=rank)
        harmless += _phrases(part["harmless"], groups, between, family="", language=language, rank=0)
    return _Phrases(flagged), _Phrases(harmless)


def _phrases(texts: Iterable[str], groups: Mapping[str, list[str]], between: int, **of: Any) -> list[_Phrase]:
    return [_Phrase(steps=steps, **of) for text in texts for steps in _orders(text, groups, between)]


def _orders(text: str, groups: Mapping[str, list[str]], between: int) -> Iterator[tuple[_Step, ...]]:
    """Yield the steps of a phrase, in each order of the parts that `&` joins."""
    for parts in permutations(text.split(_EITHER_ORDER)):
        pieces = f" {_GAP} ".join(parts).split()
        before = [None, *pieces]
        yield tuple(
            _step(piece, groups, between if before[place] == _GAP else 0)
            for place, piece in enumerate(pieces)
            if piece != _GAP
        )


def _step(piece: str, groups: Mapping[str, list[str]], skips: int) -> _Step:
    words: list[str] = []
    for one in piece.split("/"):
        words += groups[one.strip("{}")] if one.startswith("{") else [one]
    folded = [_folded(word) for word in words]
    stems = tuple(word.removesuffix(_ANY_ENDING) for word in folded if word.endswith(_ANY_ENDING))
    return _Step(frozenset(word for word in folded if not word.endswith(_ANY_ENDING)), stems, skips)
