"""The words of every code an import gives."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

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
        return sentence("row" if self.code in words()["row"] else "information", self.code, self.found)


@dataclass(frozen=True, slots=True)
class Question:
    """What a file still asks; nothing of it is kept until a mapping answers."""

    code: str
    column: str = ""
    choices: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        examples = f" ({', '.join(self.examples)})" if self.examples else ""
        return f"{sentence('ask', self.code)}{examples}"


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the sentence of every code, by level."""
    return tomllib.loads(files("toolkit.logs").joinpath("codes.toml").read_text(encoding="utf-8"))


def sentence(level: str, code: str, found: object = "") -> str:
    """Return the sentence of a code with what was found, shown safely."""
    return words()[level][code].replace("{0}", shown(found, limit=200))


def refuse(name: str, code: str, found: object = "") -> LogError:
    """Return the error that refuses the whole file `name`."""
    return LogError(f"{shown(name)}: {sentence('file', code, found)}", code=code)
