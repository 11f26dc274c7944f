"""The words of a language, by key: a file of its folder, a point, a name in that file, such as `box.now`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from toolkit.errors import ToolkitError

ABOUT: Final = "language"  # the file that says what a language is called and who has read it
Words = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as patients read it.

    `reviewed_by` and `reviewed_on` tell which qualified medical translator has read its words, and when; while either
    is empty it is a draft, and what is made in it says so.
    """

    code: str
    name: str
    reviewed_by: str
    reviewed_on: date | None
    words: Mapping[str, Words]

    @property
    def is_draft(self) -> bool:
        """Whether no translator has signed yet."""
        return not (self.reviewed_by and self.reviewed_on)

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key, with `values` in its places.

        Raises
        ------
        KeyError
            If the language has no such text, or a place of it gets no value.
        """
        found = self.words[key]
        assert isinstance(found, str), f"{key} is a list"
        return found.format(**values)

    def list(self, key: str, **values: object) -> tuple[str, ...]:
        """Return the texts that stand under a key one below the other, as `say` does."""
        found = self.words[key]
        assert isinstance(found, tuple), f"{key} is one text"
        return tuple(one.format(**values) for one in found)

    def part(self, name: str) -> dict[str, Words]:
        """Return the words of one file, by their names in it."""
        return {key.partition(".")[2]: text for key, text in self.words.items() if key.partition(".")[0] == name}

    def day(self, day: date) -> str:
        """Return a day in words, its month in full."""
        return self.say("date.day", day=day.day, month=self.list("date.months")[day.month - 1], year=day.year)

    def weekday(self, day: date) -> str:
        """Return the name of a day of the week."""
        return self.list("date.weekdays")[day.weekday()]

    def times(self, n: int) -> str:
        """Return the word for times, as it stands behind a number."""
        return self.list("exercise.times")[n != 1]


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are, each the name of a folder."""
    folders = files("toolkit.languages").iterdir()
    return tuple(sorted(one.name for one in folders if one.is_dir() and one.joinpath(f"{ABOUT}.toml").is_file()))


@cache
def language(code: str) -> Language:
    """Return a language by its code, such as `en`.

    Raises
    ------
    ToolkitError
        If there is none.
    """
    if code not in languages():
        raise ToolkitError(f"The language must be one of {', '.join(languages())}; found {code!r:.20}.")
    about = _file(code, ABOUT)
    on = about["reviewed_on"]
    return Language(code, about["name"], about["reviewed_by"], on or None, dict(_texts(code)))


def _texts(code: str) -> Iterator[tuple[str, Words]]:
    for path in files("toolkit.languages").joinpath(code).iterdir():
        name = path.name.removesuffix(".toml")
        for key, text in _file(code, name).items():
            if not key.startswith("reviewed_"):
                yield f"{name}.{key}", tuple(text) if isinstance(text, list) else text


def _file(code: str, name: str) -> dict[str, Any]:
    path = files("toolkit.languages").joinpath(code, f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
