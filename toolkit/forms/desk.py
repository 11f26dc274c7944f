"""A plan while it is typed: the draft, what it began from, what the gate allows, how it is saved; no widget here."""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from dataclasses import replace
from datetime import date

from toolkit.errors import Problem, RegimenError, SettingsError, ToolkitError
from toolkit.forms.clinic import Clinic
from toolkit.plan.admission import admission, days_rewritten
from toolkit.plan.asking import recorded
from toolkit.plan.changes import large_changes
from toolkit.plan.draft_data import draft_to_data
from toolkit.plan.drafts import RegimenDraft, draft_of
from toolkit.plan.regimen import Regimen
from toolkit.plan.review import review, rows_of
from toolkit.plan.screening import Screening, Verdict
from toolkit.settings import ClinicProfile

MAX_UNDO = 200
State = tuple[RegimenDraft, Regimen | None, str, RegimenDraft | None]  # draft, base, kept as, as saved


class Desk:
    """What lies on the physician's desk.

    Attributes
    ----------
    draft : what was typed; base : the saved revision it began from, None for a new regimen
    kept_as : under which name the store keeps what is typed
    regimen, problems : the checked regimen, None while there are problems
    screening, verdict : what was asked, and what the gate allows today, by everything on record of the patient
    to_confirm : large changes of a dose and days rewritten, in words
    """

    def __init__(self, clinic: Clinic, regimen: Regimen | None) -> None:
        self.clinic = clinic
        self.base = regimen
        self.draft = draft_of(regimen, on=self.today) if regimen else RegimenDraft()
        self.kept_as = _new_name()
        self._before: list[State] = []
        self._as_saved: RegimenDraft | None = None
        self._whose: str | None = None
        self._check()

    @property
    def today(self) -> date:
        """The clinic's day."""
        return self.clinic.now().date()

    @property
    def can_undo(self) -> bool:
        """Whether something was typed since the last save."""
        return bool(self._before)

    @property
    def is_saved(self) -> bool:
        """Whether nothing was typed since the last save."""
        return self.draft == self._as_saved

    @property
    def is_confirmed(self) -> bool:
        """Whether what must be confirmed was, as it now is."""
        return not self.to_confirm or self.draft.seen == self.to_confirm

    @property
    def can_save(self) -> bool:
        """Whether the plan is complete and not saved yet: a second press makes no second revision of the same."""
        return self.regimen is not None and not self.is_saved and self.is_confirmed

    @property
    def can_record(self) -> bool:
        """Whether the screening may go on record alone: of a patient, and asked by somebody."""
        return bool(self.screening and self.screening.patient_id and self.screening.screened_by)

    @property
    def since(self) -> date | None:
        """The day of the last screening of a final revision: the gate asks what is new since then."""
        finals = [one.screening for one in self.regimens if one.status == "final" and one.screening]
        return max((one.screened_on for one in finals if one.screened_on), default=None)

    def take(self, draft: RegimenDraft) -> str:
        """Go on with what was typed, and keep it in the store; say what was laid aside with another patient."""
        if draft == self.draft:
            return ""
        told, before = "", self._state
        self.draft = draft
        if draft.regimen_id != before[0].regimen_id:
            self.base = None
            if _worth_keeping(before[0]):
                told = f"What was typed for {before[0].patient_id} is laid aside: it stands under Begin from."
                self.kept_as = _new_name()
        self._check_or(before)
        self._before = [*self._before[-MAX_UNDO:], before]
        self.keep()
        return told

    def keep(self) -> None:
        """Keep what is typed, once it is more than a name; what is saved is kept nowhere else."""
        if self.is_saved:
            self.clinic.drop_draft(self.kept_as)
        elif _worth_keeping(self.draft):
            self.clinic.keep_draft(self.kept_as, draft_to_data(self.draft))

    def open(self, draft: RegimenDraft, base: Regimen | None, kept_as: str | None = None) -> None:
        """Go on with another draft, which began from `base`; what was typed stays kept under its own name."""
        before = self._state
        self.draft, self.base, self._as_saved = draft, base, None
        self.kept_as = kept_as or _new_name()
        self._whose = None
        self._check_or(before)
        self._before = [*self._before, before]

    def undo(self) -> None:
        """Go back to what was typed before."""
        if self._before:
            before, other = self._state, self.kept_as
            self._restore(self._before[-1])
            self._check_or(before)
            self._before.pop()
            if other != self.kept_as:
                self.clinic.drop_draft(other)
            self.keep()

    @property
    def _state(self) -> State:
        return self.draft, self.base, self.kept_as, self._as_saved

    def _restore(self, state: State) -> None:
        self.draft, self.base, self.kept_as, self._as_saved = state

    def _check_or(self, before: State) -> None:
        """Check what is typed; where its patient's records cannot be read, stay with what was there before."""
        try:
            self._check()
        except BaseException:
            self._restore(before)
            raise

    def save(self, status: str) -> Regimen:
        """Save the plan as draft or final, or as held where a red flag holds it.

        The same plan pressed again, after a failure or in a new program, is the same act of saving.

        Raises
        ------
        Conflict, StoreError
            As the clinic says; the draft stays.
        """
        assert self.regimen is not None, "the button rests while something is to be mended"
        status = "held" if self.verdict.status == "held" else status
        typed = json.dumps([draft_to_data(self.draft), status], sort_keys=True)
        operation = hashlib.sha256(typed.encode()).hexdigest()
        regimen = self.regimen.model_copy(update={"status": status})
        try:
            saved = self.clinic.save(regimen, operation=operation, reason=self.draft.reason or None)
        except ToolkitError:  # somebody may have put something on record meanwhile
            self._whose = None
            self._check()
            raise
        self.base, self._before = saved, []
        self.draft = self._as_saved = self.draft.after_saving(saved)
        with contextlib.suppress(ToolkitError):  # it is saved, whatever becomes of the draft
            self.clinic.drop_draft(self.kept_as)
        self.kept_as, self._whose = _new_name(), None
        self._check()
        return saved

    def record(self) -> Screening:
        """Put the screening on record alone: a red flag is kept even where no exercise is planned."""
        assert self.screening is not None, "the button rests until something is answered"
        recorded = self.clinic.record(self.screening)
        self._whose = None
        self._check()
        return recorded

    def theirs(self) -> Regimen | None:
        """Return what somebody else saved meanwhile, None where it is another patient's."""
        newest = self.clinic.newest(self.draft.regimen_id)
        return newest if newest and newest.patient_id == self.draft.patient_id else None

    def open_theirs(self, theirs: Regimen) -> None:
        """Open the revision saved by somebody else; what was typed here stays kept."""
        self.keep()
        self.open(replace(draft_of(theirs, on=self.today), written_by=self.draft.written_by), theirs)

    def go_on_after(self, theirs: Regimen) -> None:
        """Go on with what was typed, as the revision after theirs."""
        self.open(replace(self.draft, revision=theirs.revision + 1), theirs, self.kept_as)
        self.keep()

    def _read_records(self) -> None:
        """Read what is on record of the patient; the store asks it again when it is saved."""
        whose = self.draft.patient_id
        regimens = self.clinic.regimens(whose) if whose else []
        screenings = self.clinic.screenings(whose) if whose else []
        self.regimens, self.screenings, self._whose = regimens, screenings, whose

    def _check(self) -> None:
        if self._whose != self.draft.patient_id:
            self._read_records()
        more: list[Problem] = []
        self.profile: ClinicProfile | None = None
        try:
            self.profile = self.clinic.profile
        except SettingsError as error:
            more.append(Problem("clinic", str(error)))
        self.screening: Screening | None = None
        try:
            self.screening = recorded(self.draft.screening, self.draft.patient_id)
        except RegimenError as error:
            more += [Problem(f"gate: {one.where}", one.message) for one in error.problems if one.where != "patient_id"]
        self.regimen: Regimen | None
        self.problems: tuple[Problem, ...]
        self.regimen, self.problems = review(self.draft, self.screening)
        if more:
            self.regimen, self.problems = None, (*self.problems, *more)
        self.to_confirm = "; ".join(self._to_confirm())
        rows = [row for found in rows_of(self.draft).values() for row in found]
        self.verdict: Verdict = admission(
            self.screening, rows, patient_id=self.draft.patient_id, regimen_id=self.draft.regimen_id,
            exercises=self.draft.chosen, regimens=self.regimens, screenings=self.screenings,
            profile=self.profile, on=self.today,
        )  # fmt: skip

    def _to_confirm(self) -> list[str]:
        found = list(large_changes(self.base, self.regimen, self.profile, self.today))
        first_day = self.draft.first_day or self.today
        if days := days_rewritten(first_day, self.draft.regimen_id, self.regimens, self.today):
            found.append(f"it begins {days} days ago, and these days are counted anew by this dose")
        return found


def _new_name() -> str:
    return secrets.token_hex(8)


def _worth_keeping(draft: RegimenDraft) -> bool:
    """Tell whether more was typed than who and when."""
    asked = draft.screening
    return bool(draft.chosen or draft.goal or draft.note or draft.pauses or asked.answers or asked.cautions)
