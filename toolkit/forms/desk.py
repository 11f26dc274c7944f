"""A plan while it is typed: the draft, what it began from, what the gate allows, how it is saved; no widget here."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date

from toolkit.errors import Problem
from toolkit.forms.clinic import Clinic
from toolkit.plan.changes import large_changes
from toolkit.plan.draft_data import draft_to_data
from toolkit.plan.drafts import RegimenDraft, draft_of
from toolkit.plan.regimen import Regimen
from toolkit.plan.review import review
from toolkit.plan.screening import Screening, Verdict, judge

MAX_UNDO = 200


class Desk:
    """What lies on the physician's desk.

    Attributes
    ----------
    draft : what was typed; base : the saved revision it began from, None for a new regimen
    regimen, problems : the checked regimen, None while there are problems
    screening, verdict : what was asked, and what the gate allows today
    large : large changes of a dose, in words, to be confirmed
    """

    def __init__(self, clinic: Clinic, regimen: Regimen | None) -> None:
        self.clinic = clinic
        self.base = regimen
        self.draft = draft_of(regimen, on=self.today) if regimen else RegimenDraft()
        self._before: list[tuple[RegimenDraft, Regimen | None]] = []
        self._as_saved: RegimenDraft | None = None
        self._attempt: tuple[RegimenDraft, str] | None = None
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
    def can_save(self) -> bool:
        """Whether the plan is complete and not saved yet: a second press makes no second revision of the same."""
        return self.regimen is not None and self.draft != self._as_saved and self.draft.seen == self.large

    @property
    def may_be_final(self) -> bool:
        """Whether the gate allows it, in a clinic that patients can call."""
        return self.verdict.status == "final" and self.clinic.profile is not None

    def take(self, draft: RegimenDraft) -> None:
        """Go on with what was typed, and keep it in the store, so that a lost kernel loses nothing."""
        if draft == self.draft:
            return
        self._before = [*self._before[-MAX_UNDO:], (self.draft, self.base)]
        if draft.regimen_id != self.draft.regimen_id:
            self.base = None
        self.draft = draft
        self._check()
        self.keep()

    def keep(self) -> None:
        """Keep what is typed."""
        self.clinic.keep_draft(self.draft.regimen_id, draft_to_data(self.draft))

    def open(self, draft: RegimenDraft, base: Regimen | None) -> None:
        """Go on with another draft, which began from `base`."""
        self._before = [*self._before, (self.draft, self.base)]
        self.draft, self.base, self._as_saved = draft, base, None
        self._check()

    def undo(self) -> None:
        """Go back to what was typed before."""
        if self._before:
            self.draft, self.base = self._before.pop()
            self._check()
            self.keep()

    def save(self, status: str) -> Regimen:
        """Save the plan as draft or final, or as held where a red flag holds it.

        Raises
        ------
        Conflict, StoreError
            As the clinic says; the draft stays. Pressed again after a failure it is the same act of saving.
        """
        assert self.regimen is not None, "the button rests while something is to be mended"
        status = "held" if self.verdict.status == "held" else status
        if self._attempt is None or self._attempt[0] != self.draft:
            self._attempt = (self.draft, secrets.token_hex(16))
        operation = f"{self._attempt[1]}-{status}"
        regimen = self.regimen.model_copy(update={"status": status})
        saved = self.clinic.save(regimen, operation=operation, reason=self.draft.reason or None)
        self.base, self._before, self._attempt = saved, [], None
        self.draft = self._as_saved = self.draft.after_saving(saved)
        self._check()
        self.clinic.drop_draft(saved.regimen_id)
        return saved

    def theirs(self) -> Regimen | None:
        """Return what somebody else saved meanwhile, None where it is another patient's."""
        newest = self.clinic.newest(self.draft.regimen_id)
        return newest if newest and newest.patient_id == self.draft.patient_id else None

    def open_theirs(self, theirs: Regimen) -> None:
        """Open the revision saved by somebody else; what was typed here stays kept under a name of its own."""
        self.clinic.keep_draft(f"{self.draft.regimen_id}-{secrets.token_hex(3)}", draft_to_data(self.draft))
        self.open(replace(draft_of(theirs, on=self.today), written_by=self.draft.written_by), theirs)

    def go_on_after(self, theirs: Regimen) -> None:
        """Go on with what was typed, as the revision after theirs."""
        self.open(replace(self.draft, revision=theirs.revision + 1), theirs)
        self.keep()

    def _check(self) -> None:
        profile = self.clinic.profile
        self.regimen: Regimen | None
        self.problems: tuple[Problem, ...]
        self.regimen, self.problems = review(self.draft)
        self.screening: Screening | None = self.draft.screening.screening(self.draft.patient_id)
        self.large = "; ".join(large_changes(self.base, self.regimen, profile, self.today))
        final = self.base if self.base and self.base.status == "final" else None
        self.verdict: Verdict = judge(
            self.screening, patient_id=self.draft.patient_id, exercises=self.draft.chosen, on=self.today,
            valid_days=int(profile.number("screening_valid_days", self.today)) if profile else 0,
            earlier=final.screening if final else None,
        )  # fmt: skip
