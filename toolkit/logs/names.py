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
    if len(name) > MOST_LETTERS:
        return None
    found = _exercise_names().get(normal(name))
    if found:
        return {"exercise": found}
    match = SIDE_AT_END.match(name.strip())
    if match is None:
        return None
    side = _ours("sides").get(normal(match["in_brackets"] or match["after"] or match["last"] or ""))
    found = _exercise_names().get(normal(match["name"]))
    if not found or not side or not exercises()[found].sided:
        return None
    return {"exercise": found, "side": side}


def near(name: str) -> list[str]:
    """Return up to three names of our exercises that look like a name; they are shown, never chosen."""
    known = {normal(one.name): one.name for one in exercises().values() if len(name) <= MOST_LETTERS}
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
        found["performed_at"] = (
            (*year, *month, *found["performed_at"], *time) if year and month else (*found["performed_at"], *time)
        )
    return found


def says_hold(title: str) -> bool:
    """Tell whether a column's name says that its seconds are a hold, which is that of one repetition."""
    return not {"hold", "held", "halten", "haltezeit", "mantener", "hold_s"}.isdisjoint({*normal(title).split(), title})


@cache
def _pain_words() -> frozenset[str]:
    return frozenset(normal(word) for word in aliases()["pain"]["words"])


def may_tell_of_pain(note: str) -> bool:
    """Tell whether a note holds a word for pain, in the languages of aliases.toml."""
    return not _pain_words().isdisjoint(normal(note).split())


def side_told(name: str) -> str | None:
    """Return the side that a name tells in brackets or at its end, in a word in full; None where it tells none."""
    match = SIDE_AT_END.match(name.strip()) if len(name) <= MOST_LETTERS else None
    return _ours("sides").get(normal(match["in_brackets"] or match["after"] or match["last"] or "")) if match else None
