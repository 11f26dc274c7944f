"""What a form asks of the clinic: a store does it, and a test can do it too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

from toolkit.logs.library import Library
from toolkit.logs.read import ImportResult
from toolkit.measures.alert_rules import InUse, Preset
from toolkit.measures.reviews import Review
from toolkit.plan.regimen import Pause, Regimen
from toolkit.plan.screening import Screening
from toolkit.rules import Rules
from toolkit.settings import ClinicProfile


class Clinic(Protocol):
    """A clinic as the forms know it; what its methods raise is shown, and nothing typed is lost."""

    @property
    def name(self) -> str:
        """What to call it, always on screen."""

    @property
    def profile(self) -> ClinicProfile | None:
        """Whom to call, and the thresholds; None where there is none yet."""

    def now(self) -> datetime:
        """Return the time."""

    def save(self, regimen: Regimen, *, operation: str | None = None, reason: str | None = None) -> Regimen:
        """Add a revision and return it as saved."""

    def record(self, screening: Screening) -> Screening:
        """Keep a screening of its own."""

    def regimens(self, patient_id: str | None = None) -> list[Regimen]:
        """Return every revision of every regimen, or those of one patient, oldest first."""

    def screenings(self, patient_id: str | None = None) -> list[Screening]:
        """Return all screenings, or those of one patient, oldest first."""

    def newest(self, regimen_id: str) -> Regimen | None:
        """Return the newest revision of a regimen."""

    def pause(
        self, patient_id: str, pause: Pause, *, by: str, why: str | None = None, operation: str | None = None
    ) -> Pause:
        """Take days out of a patient's exposure."""

    def own_pauses(self, patient_id: str) -> dict[int, Pause]:
        """Return a patient's pauses that stand beside the regimens, by number."""

    def withdraw_pause(
        self, patient_id: str, number: int, *, by: str, reason: str, operation: str | None = None
    ) -> None:
        """Take a pause back."""

    def end(self, regimen_id: str, *, last_day: date, by: str, reason: str, operation: str | None = None) -> Regimen:
        """End a regimen early."""

    def keep_draft(self, draft_id: str, data: dict[str, Any]) -> None:
        """Keep what is being typed."""

    def drop_draft(self, draft_id: str) -> None:
        """Forget what was being typed."""

    def drafts(self) -> dict[str, dict[str, Any]]:
        """Return what was typed and not saved, by id."""

    def save_template(self, name: str, data: dict[str, Any], *, by: str) -> None:
        """Keep a starter of the clinic's own."""

    def templates(self) -> dict[str, dict[str, Any]]:
        """Return the clinic's own starters, by name."""


class ImportingClinic(Protocol):
    """A clinic as the import form knows it: a `Store` is one."""

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

    def log(self, patient_id: str | None = None) -> Any:
        """Return the log it holds, of one patient."""

    def add_import(self, imported: ImportResult, *, by: str) -> Any:
        """Add what was read."""


class TypingClinic(Protocol):
    """A clinic as the form for typing a diary in knows it: a `Store` is one."""

    @property
    def name(self) -> str:
        """What to call it, always on screen."""

    def now(self) -> datetime:
        """Return the time."""

    def regimens(self, patient_id: str | None = None) -> list[Regimen]:
        """Return every revision of every regimen, or those of one patient, oldest first."""

    def log(self, patient_id: str | None = None) -> Any:
        """Return the log it holds, of one patient."""

    def add_import(self, imported: ImportResult, *, by: str) -> Any:
        """Add what was read."""


class ReviewingClinic(Clinic, Protocol):
    """A clinic as the reviewer's forms know it: a `Store` is one."""

    def rules(self, as_of: date | None = None) -> Rules:
        """Return the conventions of a calculation."""

    def prescriptions(self, patient_id: str | None = None) -> Any:
        """Return the table of prescriptions."""

    def pauses(self, patient_id: str | None = None) -> Any:
        """Return the table of pauses."""

    def log(self, patient_id: str | None = None) -> Any:
        """Return the log."""

    def quarantine(self) -> Any:
        """Return the rows that imports have set aside."""

    def reviews(self, patient_id: str | None = None) -> Any:
        """Return the table of reviews."""

    def unseen(self, patient_id: str | None = None) -> list[tuple[str, str]]:
        """Return patient and name of the rows that came in after the last review of their patient."""

    @property
    def place(self) -> int:
        """The place of the newest entry."""

    def review(
        self, review: Review, *, operation: str | None = None, read_at: int | None = None, known: int = 0
    ) -> Review:
        """Keep that somebody dealt with a patient, unless something of it came in that was not on the screen."""

    def heads_digest(self) -> str:
        """Return the digest of the whole history."""

    def alert_preset(self) -> Preset:
        """Return the set of alert rules in use."""

    def alert_rules_in_use(self) -> InUse:
        """Return which set is in use."""


class AlertingClinic(Protocol):
    """A clinic as the alerts workbench knows it: a `Store` is one."""

    @property
    def name(self) -> str:
        """What to call it, always on screen."""

    def now(self) -> datetime:
        """Return the time."""

    def rules(self, as_of: date | None = None) -> Rules:
        """Return the conventions of a calculation, up to the last complete day."""

    def prescriptions(self, patient_id: str | None = None) -> Any:
        """Return the prescriptions of all patients."""

    def pauses(self, patient_id: str | None = None) -> Any:
        """Return the pauses of all patients."""

    def log(self, patient_id: str | None = None) -> Any:
        """Return the log of all patients."""

    def alert_presets(self) -> dict[str, Preset]:
        """Return all sets of alert rules, by name."""

    def alert_rules_in_use(self) -> InUse:
        """Return which set is in use, who chose it and when."""

    def save_alert_rules(self, name: str, preset: Preset, *, by: str, operation: str | None = None) -> None:
        """Keep a set of rules as the clinic's own."""

    def use_alert_rules(self, name: str, *, by: str, operation: str | None = None) -> None:
        """Choose the set that the clinic works by."""
