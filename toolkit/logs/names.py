"""Names of others that may be ours: equal ones are proposed, near ones shown, none is ever taken by itself."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from toolkit.plan.catalogue import exercises

SIDE_AT_END = re.compile(
    r"^(?P<name>.*?)\s*(?:[(\[](?P<in_brackets>[^)\]]*)[)\]]|[-,:]\s*(?P<after>[^-,:()]*)|\s(?P<last>\w+))$"
)
NEAR, MOST_NEAR, MOST_LETTERS = 0.6, 3, 200


@cache
def aliases() -> dict[str, Any]:
    """Return the words of other people's tables, as they stand in aliases.toml."""
    return tomllib.loads(files("toolkit.logs").joinpath("aliases.toml").read_text(encoding="utf-8"))


def normal(text: str) -> str:
    """Return a name as it is compared: compatibility forms, case, accents and punctuation taken off."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(character for character in text if not unicodedata.combining(character))
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


@cache
def _ours(kind: str) -> dict[str, str]:
    """Return the normal form of every alias to what it stands for."""
    known = aliases()
    for step in kind.split("."):
        known = known[step]
    return {normal(word): ours for ours, words in known.items() for word in words}


@cache
def _exercise_names() -> dict[str, str]:
    names = {normal(one.name): key for key, one in exercises().items()} | {normal(key): key for key in exercises()}
    return names | _ours("exercises")


def proposal(name: str) -> dict[str, str] | None:
    """Return the exercise, and the side where the name ends in one, that a name equals; None where it equals none."""
    known = _exercise_names()
    if found := known.get(normal(name)):
        return {"exercise": found}
    before, side = _parted(name)
    found = known.get(normal(before))
    return {"exercise": found, "side": side} if found and side and exercises()[found].sided else None


def side_told(name: str) -> str | None:
    """Return the side that a name tells in brackets or at its end, in a word in full; None where it tells none."""
    return _parted(name)[1]


def _parted(name: str) -> tuple[str, str | None]:
    """Return a name without the side at its end, and that side; a name longer than any is taken as it is."""
    match = SIDE_AT_END.match(name.strip()) if len(name) <= MOST_LETTERS else None
    if match is None:
        return name, None
    return match["name"], _ours("sides").get(normal(match["in_brackets"] or match["after"] or match["last"] or ""))


def near(name: str) -> list[str]:
    """Return up to three names of our exercises that look like a name; they are shown, never chosen."""
    if len(name) > MOST_LETTERS:
        return []
    known = {normal(one.name): one.name for one in exercises().values()}
    return [known[one] for one in difflib.get_close_matches(normal(name), known, MOST_NEAR, NEAR)]


def word_proposals(column: str, words: Iterable[str]) -> dict[str, str]:
    """Return which of our words each word equals, where it equals one that is listed in full."""
    known = _ours(f"words.{column}")
    return {word: known[normal(word)] for word in words if normal(word) in known and len(word.strip()) > 1}


def column_proposals(titles: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return which columns of a table may be ours, each at most once; a time stands behind its date."""
    known, found = _ours("columns"), dict[str, tuple[str, ...]]()
    for title in titles:
        ours = known.get(normal(title))
        if ours and ours not in found:
            found[ours] = (title,)
    year, month, time = (found.pop(part, ()) for part in ("year", "month", "time"))
    if "performed_at" in found:
        apart = (*year, *month) if year and month else ()
        found["performed_at"] = (*apart, *found["performed_at"], *time)
    return found


def says_hold(title: str) -> bool:
    """Tell whether a column's name says that its seconds are a hold, which is that of one repetition."""
    return not _words("hold").isdisjoint(normal(title).split())


def may_tell_of_pain(note: str) -> bool:
    """Tell whether a note holds a word for pain, in the languages of aliases.toml."""
    return not _words("pain").isdisjoint(normal(note).split())


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(normal(word) for word in aliases()[kind]["words"])
