"""What goes wrong, in words a clinician can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to fix: a field or a place in a file, and what is accepted there."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class ToolkitError(Exception):
    """The input could not be used; `problems` holds everything that is wrong with it, all at once.

    Parameters
    ----------
    summary : one sentence on what could not be done
    problems : what to fix, in the order of the input; may be empty where the sentence says it all
    """

    def __init__(self, summary: str, problems: Iterable[Problem] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__(summary)

    def __str__(self) -> str:
        return "\n  ".join([self.summary, *map(str, self.problems)])

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.summary, self.problems)

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook: IPython asks an error for its own words first."""
        return str(self).splitlines()


class RegimenError(ToolkitError):
    """A prescription, a regimen, a pause or a file of them cannot be used."""


class LogError(ToolkitError):
    """A log file cannot be read at all; a single bad row is a row of `quarantine` instead.

    Parameters
    ----------
    code : why, one of the codes in docs/formats.md
    """

    def __init__(self, summary: str, problems: Iterable[Problem] = (), *, code: str = "not_a_log") -> None:
        super().__init__(summary, problems)
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return _log_error, (self.summary, self.problems, self.code)


class RulesError(ToolkitError):
    """The conventions of a calculation are missing or out of range."""


class SettingsError(ToolkitError):
    """The clinic's profile is missing, or holds something that cannot be used."""


class TableError(ToolkitError):
    """A table lacks a column, or holds a value its column does not take."""


class StoreError(ToolkitError):
    """The clinic's store cannot be opened or written; nothing was saved."""


class Conflict(StoreError):  # noqa: N818 - the name users see: a conflict is not their error
    """Somebody else changed what was on the screen since it was read; nothing was saved, nothing is lost."""


def _log_error(summary: str, problems: tuple[Problem, ...], code: str) -> LogError:
    return LogError(summary, problems, code=code)
