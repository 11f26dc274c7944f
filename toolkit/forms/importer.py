"""The import form: choose a log, answer what it leaves open, see what became of every row, then import."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import ipywidgets as widgets

from toolkit.errors import LogError, ToolkitError
from toolkit.forms import markup
from toolkit.forms.became import account_of, first_entries, recognised, rows_set_aside
from toolkit.forms.fields import Lines, Shown, beside, button, choice, on_change, row_of, seen, text, told_of, words
from toolkit.forms.questions import Asked
from toolkit.logs.answers import answered, corrections, offers, proposed, said_by
from toolkit.logs.codes import Question
from toolkit.logs.encodings import previews
from toolkit.logs.library import Library
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import ImportResult, read_source
from toolkit.logs.source import Source, open_source, source_of
from toolkit.typed import shown

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json", ".zip", ".gz")


class ImportingClinic(Protocol):
    """A clinic as this form knows it: a `Store` is one."""

    is_sample: bool

    @property
    def name(self) -> str:
        """What to call it, always on screen."""

    @property
    def mappings(self) -> Library:
        """The mappings it has saved."""

    def patients(self) -> list[str]:
        """Return the pseudonyms it knows."""

    def now(self) -> Any:
        """Return the time."""

    def add_import(self, imported: ImportResult, *, by: str) -> Any:
        """Add what was read."""


class ImporterForm(Shown):
    """A form that reads a log file and imports it.

    Parameters
    ----------
    clinic : a `Store`, or anything that does what `ImportingClinic` says
    folder : whose files are offered beside the path; the notebook's own without it

    Attributes
    ----------
    view : the widget; fields : the input widgets by name; asked : the questions on screen; status : what happened last
    result : what the file came to, None while there is none
    """

    tells = "import a log"

    def __init__(self, clinic: ImportingClinic, *, folder: Path | str = ".") -> None:
        self.clinic, self.folder = clinic, Path(folder)
        self.result: ImportResult | None = None
        self.asked: list[Asked] = []
        self._source: Source | None = None
        self._mapping, self._patient, self._saved = Mapping(), None, False
        self.fields: dict[str, Any] = {
            "path": text("Path of the file"),
            "dropped": choice("File in this folder", []),
            "upload": widgets.FileUpload(
                accept=",".join(ENDINGS), multiple=False, description="or choose a file (up to 40 MB)",
                layout=widgets.Layout(width="auto", align_self="flex-start"),
            ),
            "dictionary": text("Data dictionary (REDCap, optional)"),
            "by": text("Your name"),
        }  # fmt: skip
        self.whose, self.recognised = words("", "whose"), words("", "sentence")
        self.problem, self.unanswered = words("", "problem"), words("", "problem")
        self.status = widgets.HTML()
        self.bar = widgets.IntProgress(description="Reading", layout=widgets.Layout(width="540px"))
        self.questions, self.first = widgets.VBox(), widgets.HTML()
        self.account, self.rows = widgets.HTML(), widgets.HTML()
        self.notices, self.how = Lines("hint"), Lines("known")
        self.answer = button("Use these answers", self._try_answer, primary=True)
        self.correct = button("Correct how it is read", partial(self._try, self._correct))
        self.save = button("Import", partial(self._try, self._import), primary=True)
        self.read = button("Read this file", partial(self._try, self._from_path))
        self.again = button("Look into the folder again", partial(self._try, self._list))
        on_change(self.fields["upload"], lambda _: self._try(self._from_upload))
        on_change(self.fields["dropped"], lambda told: self._take_dropped(told["new"]))
        self._how_head, self._rows_head = words("How it is read", "head"), words("What became of its rows", "head")
        self._answers = beside(self.answer, self.unanswered)
        banner = widgets.VBox([self.whose])
        banner.add_class("backcare-banner")
        self.view = widgets.VBox([
            markup.style(), banner, words("File", "head"),
            words("Drop it into the list of files on the left and look again, choose it, or give its path.", "quiet"),
            row_of(self.fields["dropped"], self.again), self.fields["upload"], self.fields["path"],
            self.fields["dictionary"], beside(self.read, self.problem), self.bar, self.recognised,
            self.questions, self._answers, self._how_head, self.how, self.first, self.correct,
            self._rows_head, self.account, self.notices, self.rows, self.fields["by"], self.save, self.status,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-importer")
        self._try(self._list)
        self._show()

    def _try(self, act: Any) -> None:
        self.status.value = markup.status(told_of(act))

    def _try_answer(self) -> None:
        """Take the answers; what is wrong with them is told beside the button."""
        self.unanswered.value = told_of(self._answer)
        self.status.value = markup.status("")

    def _list(self) -> str:
        """Offer the files of the folder that may be logs."""
        found = sorted(one.name for one in self.folder.iterdir() if one.suffix.casefold() in ENDINGS)
        self.fields["dropped"].options = [("", ""), *((shown(name, limit=80), name) for name in found)]
        return ""

    def _take_dropped(self, name: str | None) -> None:
        if name:
            self.fields["path"].value = str(self.folder / name)

    def _from_path(self) -> str:
        path = self.fields["path"].value.strip()
        self._forget()
        if not path:
            raise ToolkitError("Give the path of a file, or choose one.")
        return self._begin(partial(open_source, Path(path).expanduser()))

    def _from_upload(self) -> str:
        """Take a file that was chosen; the field is emptied, so that the same file can be chosen again."""
        chosen = self.fields["upload"].value
        if not chosen:
            return ""
        self._forget()
        self.fields["path"].value = ""
        name, data = chosen[0]["name"], bytes(chosen[0]["content"])
        self.fields["upload"].value = ()
        return self._begin(partial(source_of, name, data))

    def _forget(self) -> None:
        """Begin anew: nothing of the file before may stay on screen beside the name of another."""
        self._source = self.result = None
        self._mapping, self._patient, self._saved = Mapping(), None, False
        self.problem.value = self.unanswered.value = ""
        self._ask([])
        self._show()

    def _begin(self, opened: Any) -> str:
        try:
            self._source = opened()
            self._look()
        except LogError as error:
            self._refused(error)
        self._show()
        return ""

    def _look(self) -> None:
        """Read the file with what is known of it; a saved mapping that fits its header is used, and shown."""
        result = self._read(self._mapping)
        if not self._saved and result.header and (kept := self.clinic.mappings.fitting(result.header)):
            self._mapping, self._saved = kept, True
            result = self._read(self._mapping)
        self.result = result
        self._suggest()
        self.problem.value = ""
        asked = self.result.questions or offers(self.result)
        self._ask([Asked(one, patients=self.clinic.patients()) for one in asked])
        self._show()

    def _suggest(self) -> None:
        """Where a table's columns are all that is asked, look what else it would ask with those it suggests itself."""
        assert self.result is not None
        columns = [one for one in self.result.questions if one.about == "columns" and one.proposed]
        if columns and {"performed_at"} <= set(columns[0].proposed) and {"exercise", "pain"} & set(columns[0].proposed):
            then = self._read(proposed(self._mapping, columns))
            more = tuple(one for one in then.questions if one.about not in {"columns", *(q.about for q in columns)})
            self.result = replace(self.result, questions=(*self.result.questions, *more))

    def _read(self, mapping: Mapping) -> ImportResult:
        source = self._source
        assert source is not None
        dictionary = self.fields["dictionary"].value.strip()
        self.bar.max, self.bar.value = max(source.size // 60, 1), 0  # a row of a log has about 60 bytes
        long = source.size > 500_000
        seen(self.bar, long)
        try:
            return read_source(
                source, mapping=mapping, patient_id=self._patient, imported_on=self.clinic.now().date(),
                dictionary=Path(dictionary).expanduser() if dictionary else None,
                progress=self._progress if long else None,
            )  # fmt: skip
        finally:
            seen(self.bar, False)

    def _progress(self, rows: int) -> None:
        self.bar.value = min(rows, self.bar.max)

    def _refused(self, error: LogError) -> None:
        """Show why a file is refused; one in an unknown encoding can be read when somebody has looked at it."""
        self.result = None
        self.problem.value = str(error)
        self._ask([])
        if error.code == "encoding" and self._source is not None and (found := previews(self._source.data())):
            examples = tuple(f"{encoding}: {' / '.join(lines)}" for encoding, lines in found.items())
            self._ask([Asked(Question("encoding", choices=tuple(found), examples=examples, about="encoding"))])
        self._show()

    def _ask(self, asked: list[Asked]) -> None:
        self.asked = asked
        self.questions.children = tuple(one.view for one in asked)

    def _answer(self) -> str:
        """Take what was answered and read the file again."""
        if self._source is None:
            raise ToolkitError("Choose a file first.")
        mapping, patient, given = self._mapping, self._patient, 0
        for one in self.asked:
            answer = one.answer()
            if answer is None:
                continue
            given += 1
            if one.key == "patient_id":
                patient = answer.strip()
            else:
                mapping = answered(mapping, one.question, answer, **one.extras)
        if not given:
            raise ToolkitError("Nothing is answered yet.")
        before = self._mapping, self._patient, self._saved
        self._mapping, self._patient, self._saved = mapping, patient, True
        try:
            self._look()
        except ToolkitError:  # what was answered stays on screen, to be mended
            self._mapping, self._patient, self._saved = before
            raise
        return ""

    def _correct(self) -> str:
        """Ask again what the mapping says, with its answers filled in."""
        assert self.result is not None
        self._ask([
            Asked(one, patients=self.clinic.patients(), current=current)
            for one, current in corrections(self._mapping, self.result.header)
        ])  # fmt: skip
        self._show()
        return ""

    def _import(self) -> str:
        result, by = self.result, self.fields["by"].value.strip()
        if result is None or result.questions:
            raise ToolkitError("There is nothing to import yet.")
        if not by:
            raise ToolkitError("Say who imports it: your name is missing.")
        added = self.clinic.add_import(result, by=by)
        mapping = self._mapping.model_copy(update={"header": result.header})
        if self._mapping != Mapping() and result.header:
            self.clinic.mappings.keep(mapping)
        if not added.new and not added.later_versions:
            return f"Nothing was added: all {added.held} entries are held already."
        return f"Imported: {added}. Notebook 03 shows the patient."

    def _strangers(self) -> list[str]:
        """Say which patients of the log the clinic does not know: a mistyped pseudonym would hide a diary."""
        found = sorted(set(self.result.log["patient_id"]) - set(self.clinic.patients())) if self.result else []
        if not found:
            return []
        named = ", ".join(shown(one) for one in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        return [f"Not a patient of this clinic yet: {named}. Check the pseudonym."]

    def _show(self) -> None:
        """Bring the view in line with the file."""
        result = self.result
        self.whose.value = f"{self.clinic.name}: import a log"
        ready = result is not None and not result.questions
        self.recognised.value = recognised(self._source, result)
        self.how.say(said_by(self._mapping) if result is not None else ())
        seen(self._how_head, ready or bool(self.how.texts))
        seen(self.correct, bool(self.how.texts))
        for part in (self._rows_head, self.fields["by"], self.save):
            seen(part, ready)
        seen(self._answers, bool(self.asked))
        self.first.value = first_entries(result) if ready and result is not None else ""
        self.account.value = account_of(result) if ready and result is not None else ""
        self.notices.say([*self._strangers(), *result.notices] if result is not None else ())
        self.rows.value = rows_set_aside(result) if ready and result is not None else ""
