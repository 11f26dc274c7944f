"""The round: a clinic's patients in calling order, and what was done about each; no widget here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from toolkit.documents.imprint import Imprint
from toolkit.documents.naming import file_name
from toolkit.documents.report import caseload_report, patient_report
from toolkit.errors import Conflict, Problem, ToolkitError
from toolkit.forms.clinic import ReviewingClinic
from toolkit.measures.alerts import alerts
from toolkit.measures.cells import cell_table
from toolkit.measures.notes import aside_names, named
from toolkit.measures.review import PatientReview, patient_review
from toolkit.measures.reviews import Review
from toolkit.measures.triage import triage
from toolkit.measures.triage_words import NOT_CALLED, TIER_WORDS
from toolkit.plan.wording import counted, day_in_words

CALL, ALL, NOTES = "call", "all", "notes"
SORTS = {
    "calling order": (["place"], [True]),
    "patient": (["patient_id"], [True]),
    "longest without a session": (["days_since_last_session", "place"], [False, True]),
    "least recorded in 28 days": (["rolling_28", "place"], [True, True]),
    "thinnest diary": (["coverage_28", "place"], [True, True]),
    "ends soonest": (["ends_in_days", "place"], [True, True]),
}
ALERT_DAYS = 14
AGAIN = {"tomorrow": 1, "in 3 days": 3, "in a week": 7, "in 2 weeks": 14, "in 4 weeks": 28}


class Round:
    """What a therapist works on: the tables of the clinic as they were read, and the calling order.

    Attributes
    ----------
    order : one row a patient as `triage` returns it, with `notes`, the number of notes nobody has read
    cells : one row an exercise, side and day of the whole clinic
    """

    def __init__(self, clinic: ReviewingClinic) -> None:
        self.clinic = clinic
        self.read()

    @property
    def today(self) -> date:
        """The clinic's day."""
        return self.clinic.now().date()

    def read(self) -> None:
        """Read the clinic's tables again and put its patients in order."""
        self._read_at = self.clinic.place
        self.rules = self.clinic.rules()
        self.prescriptions, self.pauses = self.clinic.prescriptions(), self.clinic.pauses()
        self.log, self.quarantine = self.clinic.log(), self.clinic.quarantine()
        self.cells = cell_table(self.prescriptions, self.log, self.rules, pauses=self.pauses)
        self._order()

    def lines(self, *, show: str = CALL, sort: str = "calling order", search: str = "") -> list[tuple[str, str]]:
        """Return the patients to list, each with its line of words and its pseudonym.

        Parameters
        ----------
        show : `call` (those who ask for a call), `all`, `notes` (with unread notes) or the name of a tier
        sort : a key of `SORTS`
        search : words that a line must hold, in any order; capitals do not matter
        """
        columns, ascending = SORTS[sort]
        table = self.order.assign(place=range(len(self.order)))[self._shown(show)]
        table = table.sort_values(columns, ascending=ascending, na_position="last", kind="stable")
        told = [(_line(row), row["patient_id"]) for row in table.to_dict("records")]
        wanted = search.casefold().split()
        return [(line, who) for line, who in told if all(word in line.casefold() for word in wanted)]

    def choices(self) -> list[tuple[str, str]]:
        """Return what may be listed, each with the number of patients."""
        count = self.order["name"].value_counts()
        told = [("To call or check", CALL), ("Everybody", ALL), ("With unread notes", NOTES)]
        told += [(words, name) for name, words in TIER_WORDS.items() if count.get(name)]
        return [(f"{words} ({int(self._shown(show).sum())})", show) for words, show in told]

    def page(self, patient_id: str) -> PatientReview:
        """Return the tables of one patient."""
        return patient_review(
            patient_id, self.prescriptions, self.log, self.rules, pauses=self.pauses, reviews=self.reviews,
            quarantine=self._aside, unread=self.unseen,
        )  # fmt: skip

    def why(self, patient_id: str) -> str:
        """Return the tier and the reason of a patient, as the list says it; empty for one who is not on it."""
        found = self.order[self.order["patient_id"] == patient_id]
        return f"{TIER_WORDS[found['name'].iloc[0]]}: {found['reason'].iloc[0]}" if len(found) else ""

    def has_sign(self, patient_id: str) -> bool:
        """Tell whether a safety sign of a patient waits to be dealt with."""
        mine = self.order[self.order["patient_id"] == patient_id]
        return bool((mine["name"] == "safety").any())

    def notes(self, patient_id: str) -> list[str]:
        """Return the notes of a patient that nobody has read, the newest first, those set aside at import too."""
        fresh = self._fresh_notes()
        fresh = fresh[fresh["patient_id"] == patient_id]
        fresh = fresh.sort_values("performed_at", ascending=False, kind="stable")
        told = [
            f"{day_in_words(at)}: {_quoted(note)}"
            for at, note in zip(fresh["performed_at"], fresh["note"], strict=True)
        ]
        aside = self._notes_aside()
        aside = aside[aside["patient_id"] == patient_id]
        return list(
            dict.fromkeys([*told, *(f"In a row set aside at import: {_quoted(note)}" for note in aside["note"])])
        )

    def alerts(self, page: PatientReview) -> tuple[str, list[str]]:
        """Return the name of the set of alert rules in use, and what it says of a patient's last 14 days."""
        name = self.clinic.alert_rules_in_use().name
        found = alerts(page.cells, page.rows, preset=self.clinic.alert_preset())
        late = found[found["day"] > pd.Timestamp(self.rules.as_of) - pd.Timedelta(days=ALERT_DAYS)][::-1]
        told = zip(late["day"], late["level"], late["says"], strict=True)
        return name, [f"{day_in_words(day)} · {level} · {says}" for day, level, says in told]

    def report(self, patient_id: str, *, by: str) -> tuple[str, bytes]:
        """Return the name and the PDF of the report on a patient, on the whole caseload where nobody is named."""
        imprint = Imprint(by.strip(), self.today, self.clinic.name, self.clinic.heads_digest())
        if patient_id:
            made = patient_report(self.page(patient_id), imprint, notes=self.notes(patient_id))
        else:
            made = caseload_report(
                self.prescriptions, self.log, self.rules, imprint, pauses=self.pauses, reviews=self._known,
                quarantine=self._aside, unread=self.unseen,
            )  # fmt: skip
        return file_name("report", made), made

    def keep(self, patient_id: str, action: str, *, by: str, note: str, again: str, again_on: date | None) -> Review:
        """Keep what was done about a patient and put the list in order again.

        Parameters
        ----------
        action : reviewed, called or adjusted
        by : who did it; note : in words, may be empty but for a patient with a safety sign
        again : a key of `AGAIN`, or empty where `again_on` names the day on which the patient is to be listed again

        Raises
        ------
        ToolkitError
            With everything that is missing; or if rows came in meanwhile that were not on the screen: they are read,
            and nothing is kept.
        """
        look_again_on = again_on or (self.today + timedelta(days=AGAIN[again]) if again else None)
        problems = list(_missing(by, look_again_on, self.today))
        if not note.strip() and self.has_sign(patient_id):
            problems.append(Problem("Note", "is missing: a safety sign is closed with what was found or done"))
        if problems:
            raise ToolkitError("This cannot be kept yet.", problems)
        review = Review(
            patient_id=patient_id, reviewed_at=self.clinic.now().replace(tzinfo=None), reviewed_by=by.strip(),
            action=action, note=note.strip() or None, look_again_on=look_again_on,
        )  # fmt: skip
        known = int((self.reviews["patient_id"] == patient_id).sum())
        try:
            self.clinic.review(review, read_at=self._read_at, known=known)
        except Conflict as error:
            self.read()
            raise Conflict(f"{error} The page shows it now: look at it first.") from None
        self._order()
        return review

    def _order(self) -> None:
        """Put the patients in calling order; who is to be looked at again today stands in the list today."""
        self.reviews = self.clinic.reviews()
        self.unseen = self.clinic.unseen()
        due = self.reviews["look_again_on"] <= pd.Timestamp(self.today)
        self._known = self.reviews.assign(look_again_on=self.reviews["look_again_on"].mask(due))
        table = triage(
            self.cells, self.log, self.prescriptions, self.rules, quarantine=self._aside, unread=self.unseen,
            reviews=self._known,
        )  # fmt: skip
        unread = pd.concat([self._fresh_notes()["patient_id"], self._notes_aside()["patient_id"]])
        notes = unread.value_counts().reindex(table["patient_id"]).fillna(0)
        self.order = table.assign(notes=notes.to_numpy(int))

    @property
    def _aside(self) -> pd.DataFrame:
        """The rows set aside; one without a date counts until it was seen, as nobody can tell how old it is."""
        fresh = named(self.quarantine["patient_id"], aside_names(self.quarantine), self.unseen)
        return self.quarantine[self.quarantine["performed_at"].notna() | fresh]

    def _fresh_notes(self) -> pd.DataFrame:
        """Return the rows of the log with a note that nobody has read."""
        noted = self.log[self.log["note"].notna()]
        return noted[named(noted["patient_id"], noted["entry_id"], self.unseen)]

    def _notes_aside(self) -> pd.DataFrame:
        """Return the rows set aside at import with a note that nobody has read, the same note of a patient once."""
        noted = self.quarantine[self.quarantine["note"].notna()]
        fresh = noted[named(noted["patient_id"], aside_names(noted), self.unseen)]
        return fresh.drop_duplicates(["patient_id", "note"])

    def _shown(self, show: str) -> pd.Series:
        if show == ALL:
            return pd.Series(True, index=self.order.index)
        if show == CALL:
            return ~self.order["name"].isin(NOT_CALLED)
        return self.order["notes"] > 0 if show == NOTES else self.order["name"] == show


def _quoted(note: str) -> str:
    """Return a note in quotation marks, within which its direction of writing, or a mark that turns one, ends."""
    return f"“{note}”" if note.isascii() else f"“\u2068{note}\u2069”"


def _line(row: dict[str, Any]) -> str:
    """Return the line of one patient: who, which tier, why, and how many notes nobody has read."""
    notes = f" · {counted(row['notes'], 'unread note')}" if row["notes"] else ""
    return f"{row['patient_id']} · {TIER_WORDS[row['name']]}{notes} · {row['reason']}"


def _missing(by: str, look_again_on: date | None, today: date) -> list[Problem]:
    problems = []
    if not by.strip():
        problems.append(Problem("Your name", "is missing: a review says who made it"))
    if look_again_on is None:
        problems.append(Problem("Look again", "is missing: choose when this patient is to be listed again"))
    elif look_again_on <= today:
        problems.append(Problem("Look again on", f"must be after today; found {day_in_words(look_again_on)}"))
    return problems
