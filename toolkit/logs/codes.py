"""The words of every code an import gives."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from toolkit.errors import LogError
from toolkit.typed import shown


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value or row: its code, the column where it has one, and what was found."""

    code: str
    column: str = ""
    found: str = ""

    @property
    def message(self) -> str:
        """The sentence of the code, with what was found."""
        level = next(level for level in ("row", "information", "ask") if self.code in words()[level])
        return sentence(level, self.code, self.found)


@dataclass(frozen=True, slots=True)
class Question:
    """What a file still asks; nothing of it is kept until a mapping answers.

    Parameters
    ----------
    code, column : what is asked, and of which column
    choices : the answers that are accepted, where they can be listed
    examples : from the file, in words
    about : what the answer belongs to: a key of the mapping, such as `date`, `columns` or `exercises`
    names : what needs an answer each, exactly as the file writes it
    proposed : an answer the file itself suggests, by name (or under the key `about`); it waits to be confirmed
    """

    code: str
    column: str = ""
    choices: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    about: str = ""
    names: tuple[str, ...] = ()
    proposed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What is asked, in words."""
        special = f"{self.code}.{self.about}"
        if special in words()["ask"]:
            return sentence("ask", special, self.column)
        return sentence("ask" if self.code in words()["ask"] else "offer", self.code, self.column)

    def __str__(self) -> str:
        told = self.names if self.about == "columns" else self.examples  # rows of an unknown table may name a person
        examples = f" ({'; '.join(shown(one, limit=80) for one in told)})" if told else ""
        return f"{self.sentence}{examples}"


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the sentence of every code, by level."""
    return tomllib.loads(files("toolkit.logs").joinpath("codes.toml").read_text(encoding="utf-8"))


def needs_no_work(code: str) -> bool:
    """Tell whether a row that was set aside with a code is information only."""
    return code in words()["information"]


def sentence(level: str, code: str, found: object = "") -> str:
    """Return the sentence of a code with what was found, shown safely."""
    return words()[level][code].replace("{0}", shown(found, limit=200))


def refuse(name: str, code: str, found: object = "") -> LogError:
    """Return the error that refuses the whole file `name`."""
    return LogError(f"{shown(name)}: {sentence('file', code, found)}", code=code.partition(".")[0])
