"""One row of the diary sheet on screen: its cells, what is wrong with them, and what of it is held already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import ipywidgets as widgets

from toolkit.forms.fields import on_change, row_of, words
from toolkit.logs.typed_sheet import HEADS, Entry, cell_names, cells_of, is_same, read_cells
from toolkit.plan.catalogue import exercises
from toolkit.plan.diary import DiaryRow
from toolkit.plan.schedule import session_id
from toolkit.plan.wording import day_in_words

NO_CELLS = "Held in a form that these cells cannot say: correct it in a file."
HEAD_CELLS = ("Left / done", "Right", "Sets", "Reps", "Hold (s)", "Pain", "Why, note")


class TypedRow:
    """One exercise in one session of a day, to be typed in.

    Parameters
    ----------
    row : as it stands on paper
    held : the entries of the patient that are held, by id
    today : later days are not typed in yet
    told : is called when a cell has changed

    Attributes
    ----------
    view : the widget; cells : the input widgets by name; problem, note : what is said beside them
    problems : what is wrong; changes : the entries that are new or say something else than what is held
    """

    def __init__(
        self, row: DiaryRow, held: Mapping[str, Entry], *, regimen_id: str, today: date, told: Callable[[], None]
    ) -> None:
        self._row, self._regimen_id, self._today, self._told = row, regimen_id, today, told
        self.identities = tuple(session_id(regimen_id, one) for one in row.sessions)
        self._held = {name: held[name] for name in self.identities if name in held}
        before = cells_of(row, self._held, regimen_id=regimen_id)
        self._fixed, self._before = before is None, before or {}
        self.problems: tuple[str, ...] = ()
        self.changes: tuple[Entry, ...] = ()
        self.problem, self.note = words("", "problem"), words("", "quiet")
        self.cells = {name: self._cell(name) for name in cell_names(row)}
        cells = list(self.cells.values())
        if len(row.sessions) == 1:  # one answer: it stands where the paper has it, and the other place stays empty
            right = row.sessions[0].side == "right"
            cells.insert(0 if right else 1, _head("", wide=False))
        self.view = row_of(words(_in_words(row), "exercise-name"), *cells, self.problem, self.note)
        self.view.add_class("backcare-typed")
        self._check()

    def close(self) -> None:
        """Take the row away, in the kernel and in the browser."""
        for part in (*self.view.children, self.view):
            part.close()

    def _cell(self, name: str) -> widgets.Text:
        about = f"{HEADS[name]}, {_in_words(self._row)}, {day_in_words(self._row.day)}"
        cell = widgets.Text(
            value=self._before.get(name, ""), description=about, continuous_update=False, disabled=self._fixed
        )
        cell.add_class("backcare-cell-wide" if name == "note" else "backcare-cell")
        on_change(cell, lambda _: self._changed())
        return cell

    def _changed(self) -> None:
        self._check()
        self._told()

    def _check(self) -> None:
        """Read the cells; a row as it is held, or blank, adds nothing."""
        typed = {name: cell.value for name, cell in self.cells.items()}
        is_as_held = self._fixed or all(typed[name] == self._before.get(name, "") for name in typed)
        found = read_cells(self._row, typed, regimen_id=self._regimen_id, today=self._today)
        self.problems = () if is_as_held else found.problems
        new = () if is_as_held else found.entries
        self.changes = tuple(one for one in new if not is_same(one, self._held.get(one["entry_id"], {})))
        self.problem.value = " ".join(self.problems)
        self.note.value = self._about_held({one["entry_id"] for one in new}, is_as_held=is_as_held)

    def _about_held(self, typed: set[str], *, is_as_held: bool) -> str:
        """Say what is held of the row, and what becomes of that."""
        if not self._held:
            return ""
        if is_as_held:
            return NO_CELLS if self._fixed else "Held already."
        if any(one not in typed for one in self._held) and not self.problems:
            return "What is held stays held: a blank takes nothing back. Type n for not done."
        return "Another version of what is held." if self.changes else "Held already."


def heads() -> widgets.Box:
    """Return the heads of the columns."""
    names = [_head(one, wide=one == HEAD_CELLS[-1]) for one in HEAD_CELLS]
    row = row_of(words("", "exercise-name"), *names)
    row.add_class("backcare-typed")
    return row


def _head(text: str, *, wide: bool) -> widgets.Label:
    return words(text, "cell-head-wide" if wide else "cell-head")


def _in_words(row: DiaryRow) -> str:
    session = f", session {row.number} of {row.count}" if row.count > 1 else ""
    return f"{exercises()[row.exercise].name}{session}"
