"""Where a log comes from: a folder that files are dropped into, a path, or files chosen, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms.fields import button, choice, on_change, row_of, seen, text, words
from toolkit.logs.source import Source, open_source, source_of
from toolkit.typed import shown

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".zip", ".gz")
HINT = "Drop it into the list of files on the left and look again, choose it, or give its path."


class FileChooser:
    """The fields that name a log file.

    Parameters
    ----------
    folder : whose files are offered beside the path
    take : is given a way to open the file that was asked for, and returns what to say
    changed : is told when another file is named, so that nothing of the one before stays
    act : runs what a button does and shows what it returns or raises

    Attributes
    ----------
    fields : the input widgets by name; read, next : the buttons; parts : everything, from the top
    """

    def __init__(
        self, folder: Path, *, take: Callable[[Callable[[], Source]], str], act: Callable[[Callable[[], str]], None],
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self._folder, self._take, self._waiting = folder, take, list[tuple[str, bytes]]()
        self.fields: dict[str, Any] = {
            "path": text("Path of the file"),
            "dropped": choice("File in this folder", []),
            "upload": widgets.FileUpload(
                accept=",".join(ENDINGS), multiple=True, description="or choose files (up to 40 MB)",
                layout=widgets.Layout(width="auto", align_self="flex-start"),
            ),
        }  # fmt: skip
        self.read = button("Read this file", partial(act, self._from_path))
        self.next = button("", partial(act, self.take_next))
        self.again = button("Look into the folder again", partial(act, self.look))
        on_change(self.fields["upload"], lambda _: act(self._from_upload))
        on_change(self.fields["dropped"], lambda told: self._take_dropped(told["new"]))
        on_change(self.fields["path"], lambda _: changed())
        self.parts = [words(HINT, "quiet"), row_of(self.fields["dropped"], self.again), self.fields["upload"],
                      self.fields["path"]]  # fmt: skip
        self._show()

    def look(self) -> str:
        """Offer the files of the folder that may be logs."""
        try:
            found = sorted(one.name for one in self._folder.iterdir() if one.suffix.casefold() in ENDINGS)
        except OSError as error:
            raise ToolkitError(f"The folder cannot be looked into: {error.strerror}.") from None
        self.fields["dropped"].options = [("", ""), *((shown(name, limit=80), name) for name in found)]
        return ""

    def take_next(self) -> str:
        """Open the next of the files that were chosen together."""
        if not self._waiting:
            raise ToolkitError("No further file was chosen.")
        name, data = self._waiting.pop(0)
        self.fields["path"].value = self.fields["dropped"].value = ""
        self._show()
        return self._take(partial(source_of, name, data))

    def _take_dropped(self, name: str | None) -> None:
        if name:
            self.fields["path"].value = str(self._folder / name)

    def _from_path(self) -> str:
        path = self.fields["path"].value.strip().strip('"')  # as a file manager copies it
        if not path:
            raise ToolkitError("Give the path of a file, or choose one.")
        self._waiting = []
        self._show()
        return self._take(partial(open_source, at_home(path)))

    def _from_upload(self) -> str:
        """Take the files that were chosen; the field is emptied, so that one can be chosen again."""
        chosen = self.fields["upload"].value
        if not chosen:
            return ""
        self._waiting = [(one["name"], bytes(one["content"])) for one in chosen]
        self.fields["upload"].value = ()
        return self.take_next()

    def _show(self) -> None:
        seen(self.next, bool(self._waiting))
        self.next.description = f"Next file ({len(self._waiting)} waiting)"


def at_home(path: str) -> Path:
    """Return a path that may begin with ~; one that names nobody's home stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
