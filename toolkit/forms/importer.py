"""The import form: choose a log, answer what it leaves open, see what became of every row, then import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from toolkit.errors import LogError, ToolkitError
from toolkit.forms import markup
from toolkit.forms.became import account_of, first_entries, recognised, rows_set_aside, span_of
from toolkit.forms.clinic import ImportingClinic
from toolkit.forms.fields import Lines, Shown, beside, button, row_of, seen, text, told_of, words
from toolkit.forms.files import FileChooser, at_home
from toolkit.forms.questions import Asked
from toolkit.logs.answers import OF_A_FILE, answered, corrections, for_another_file, offers, proposed, said_by
from toolkit.logs.codes import Question
from toolkit.logs.encodings import previews
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import ImportResult, read_source
from toolkit.logs.second_look import second_look
from toolkit.logs.source import Source
from toolkit.typed import shown

STILL = "A column for the date is needed, and one for the exercise (or one exercise for all rows), or pain alone."
OFFERED = "You need not answer: the rows it is about then stay set aside."


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
        self.clinic = clinic
        self.files = FileChooser(Path(folder), take=self._begin, act=self._try, changed=self._another)
        self.result: ImportResult | None = None
        self.asked: list[Asked] = []
        self._source: Source | None = None
        self._mapping, self._patient = Mapping(), None
        self._kept: Mapping | None = None  # what was saved for this header; an empty one where nothing was
        self._optional, self._asides = False, list[str]()
        self.fields: dict[str, Any] = {
            **self.files.fields,
            "dictionary": text("Data dictionary (REDCap, optional)"),
            "by": text("Your name"),
        }  # fmt: skip
        self.whose, self.recognised, self.span = words("", "whose"), words("", "sentence"), words("", "sentence")
        self.problem, self.unanswered = words("", "problem"), words("", "problem")
        self.status = widgets.HTML()
        self.bar = widgets.IntProgress(description="Reading", layout=widgets.Layout(width="540px"))
        self.questions, self.first = widgets.VBox(), widgets.HTML()
        self.account, self.rows = widgets.HTML(), widgets.HTML()
        self.notices, self.how = Lines("hint"), Lines("known")
        self.answer = button("Use these answers", self._try_answer, primary=True)
        self.correct = button("Correct how it is read", partial(self._try, self._correct))
        self.save = button("Import", partial(self._try, self._import), primary=True)
        self._how_head, self._rows_head = words("How it is read", "head"), words("What became of its rows", "head")
        self._answers = beside(self.answer, self.unanswered)
        banner = widgets.VBox([self.whose])
        banner.add_class("backcare-banner")
        self.view = widgets.VBox([
            markup.style(), banner, words("File", "head"),
            *self.files.parts,
            self.fields["dictionary"], beside(self.files.read, self.problem), self.bar, self.recognised,
            self.questions, self._answers, self._how_head, self.how, self.span, self.first, self.correct,
            self._rows_head, self.account, self.notices, self.fields["by"], row_of(self.save, self.files.next),
            self.status, self.rows,
        ])  # fmt: skip
        self.view.add_class("backcare-form")
        self.view.add_class("backcare-importer")
        self._try(self.files.look)
        self._show()

    def _try_answer(self) -> None:
        """Take the answers; what is wrong with them is told beside the button."""
        self.unanswered.value = told_of(self._answer)
        self.status.value = markup.status("")

    def _forget(self) -> None:
        """Begin anew: nothing of the file before may stay on screen beside the name of another."""
        self._source = self.result = None
        self._optional = False
        self._mapping, self._patient, self._kept = Mapping(), None, None
        self._asides = []
        self.problem.value = self.unanswered.value = ""
        self._ask([])
        self._show()

    def _another(self) -> None:
        """Another file is named: what was read, and what belonged to it, goes."""
        self._forget()
        self.fields["dictionary"].value = ""
        self.status.value = markup.status("")

    def _begin(self, opened: Callable[[], Source]) -> str:
        self._forget()
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
        if self._kept is None and result.header:
            result = self._with_kept(result)
        self.result = result
        self._suggest()
        self.problem.value = ""
        self._optional = not self.result.questions
        self._ask([self._asked(one) for one in self.result.questions or offers(self.result)])
        self._show()

    def _with_kept(self, result: ImportResult) -> ImportResult:
        """Read again with the mapping saved for this header; one that cannot be used is told of, and left out."""
        self._kept, before = Mapping(), self._mapping
        try:
            if not (kept := self.clinic.mappings.fitting(result.header)):
                return result
            said = before.model_dump(exclude_defaults=True, exclude_none=True)
            self._mapping = Mapping(**for_another_file(kept).model_dump(exclude_none=True) | said)
            result = self._read(self._mapping)
            self._kept = kept
        except LogError as error:
            self._mapping = before
            self._asides = [f"What was answered before for this kind of file cannot be used: {error.summary}"]
        return result

    def _asked(self, question: Question) -> Asked:
        """Return a question with what was answered for the last file of its kind as the proposal."""
        before = getattr(self._kept, question.about, None) if question.about in OF_A_FILE else None
        fits = before is not None and (not question.choices or before in question.choices)
        current = {question.about: before} if fits else None
        return Asked(question, patients=self.clinic.patients(), current=current, mapping=self._mapping)

    def _suggest(self) -> None:
        """Where a table's columns are all that is asked, look what else it would ask with those it suggests itself."""
        assert self.result is not None
        columns = [one for one in self.result.questions if one.about == "columns"]
        suggested = proposed(self._mapping, columns)
        if columns and suggested.says_enough:
            then = self._read(suggested).questions
            self.result = replace(self.result, questions=(*self.result.questions, *then))

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
                dictionary=at_home(dictionary) if dictionary else None,
                progress=self._progress if long else None,
            )  # fmt: skip
        finally:
            seen(self.bar, False)

    def _progress(self, rows: int) -> None:
        self.bar.value = min(rows, self.bar.max)

    def _refused(self, error: LogError) -> None:
        """Show why a file is refused; one in an unknown encoding can be read when somebody has looked at it."""
        self.result, self._optional = None, False
        self.problem.value = str(error)
        self._ask([])
        if error.code == "encoding" and self._source is not None and (found := previews(self._source.data())):
            self.problem.value = ""
            words_of = tuple(found.values())
            self._ask([Asked(Question("encoding", choices=tuple(found), examples=words_of, about="encoding"))])
        self._show()

    def _ask(self, asked: list[Asked]) -> None:
        self.asked = asked
        hint = [words(OFFERED, "quiet")] if asked and self._optional else []
        self.questions.children = (*(one.view for one in asked), *hint)

    def _answer(self) -> str:
        """Take what was answered and read the file again."""
        if self._source is None:
            raise ToolkitError("Choose a file first.")
        mapping, patient, given = self._mapping, self._patient, 0
        for one in self._applicable():
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
        before, columns = (self._mapping, self._patient), any(one.key == "columns" for one in self.asked)
        self._mapping, self._patient = mapping, patient
        try:
            self._look()
        except ToolkitError:  # what was answered stays on screen, to be mended
            self._mapping, self._patient = before
            raise
        return STILL if columns and any(one.key == "columns" for one in self.asked) else ""

    def _applicable(self) -> list[Asked]:
        """Return the questions whose answers can be used: where other columns are chosen than were proposed, what was
        asked of those is asked anew of these."""
        columns = next((one for one in self.asked if one.key == "columns"), None)
        chosen = columns.answer() if columns else None
        if columns is None or chosen is None or chosen == columns.suggested_columns:
            return self.asked
        return [one for one in self.asked if one.key in ("columns", "patient_id", "encoding")]

    def _correct(self) -> str:
        """Ask again what the mapping says, with its answers filled in."""
        assert self.result is not None
        self._optional = False
        self._ask([
            Asked(one, patients=self.clinic.patients(), current=current, mapping=self._mapping)
            for one, current in corrections(self._mapping, self.result.header)
        ])  # fmt: skip
        self._show()
        return ""

    def _import(self) -> str:
        result, by = self.result, self.fields["by"].value.strip()
        if result is None or not len(result.log) or (self.asked and not self._optional):
            raise ToolkitError("There is nothing to import yet.")
        if not by:
            raise ToolkitError("Say who imports it: your name is missing.")
        added = self.clinic.add_import(result, by=by)
        said = f"Imported: {added}, of {_whose(result)}. Notebook 03 shows the patient."
        if not added.new and not added.later_versions:
            said = f"Nothing was added: all {added.held} entries are held already."
        return said + self._keep(result)

    def _keep(self, result: ImportResult) -> str:
        """Save what was answered for the next file of the source; the import stands, whatever becomes of that."""
        if self._mapping == Mapping() or not result.header:
            return ""
        try:
            self.clinic.mappings.keep(self._mapping.model_copy(update={"header": result.header}))
        except ToolkitError as error:
            return f" The answers were not kept: {error}"
        return ""

    def _second_look(self, result: ImportResult) -> list[str]:
        known, whose = self.clinic.patients(), result.log["patient_id"].unique()
        held = self.clinic.log(whose[0]) if len(whose) == 1 and whose[0] in known else None
        return second_look(result, known=known, held=held)

    def _show(self) -> None:
        """Bring the view in line with the file."""
        result = self.result
        self.whose.value = f"{self.clinic.name}: import a log"
        ready = result is not None and not result.questions
        self.recognised.value = recognised(self._source, result)
        self.how.say(said_by(self._mapping) if result is not None else ())
        seen(self._how_head, ready or bool(self.how.texts))
        seen(self.correct, bool(self.how.texts))
        seen(self._rows_head, ready)
        entries = ready and result is not None and len(result.log) > 0
        for part in (self.fields["by"], self.save):
            seen(part, entries and (self._optional or not self.asked))
        seen(self._answers, bool(self.asked))
        self.first.value = first_entries(result) if ready and result is not None else ""
        self.account.value = account_of(result) if ready and result is not None else ""
        self.span.value = span_of(result) if ready and result is not None else ""
        self.notices.say([*self._asides, *self._second_look(result), *result.notices] if result else self._asides)
        self.rows.value = rows_set_aside(result) if ready and result is not None else ""


def _whose(result: ImportResult) -> str:
    whose = sorted(result.log["patient_id"].unique())
    return shown(whose[0]) if len(whose) == 1 else f"{len(whose)} patients"
