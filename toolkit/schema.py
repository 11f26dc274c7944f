"""Columns of every table that crosses a border: type, unit, accepted values, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # FHIR day codes, Monday first
SIDES = ("left", "right", "both", "none")
STATUSES = ("done", "not_done")
STATES = ("not_scheduled", "paused", "out_of_window", "full", "partial", "known_zero", "unlogged", "pending")
REASONS = (
    "counted", "rest_day", "known_zero", "pain_entry", "during_pause", "before_start", "after_end", "after_as_of",
    "not_prescribed", "side_missing", "duplicate_id", "superseded", "duplicate_exact", "near_duplicate",
)  # fmt: skip
LEVELS = ("safety", "attention", "note")
TIERS = (
    "safety", "silent", "dropping_off", "low", "thin_diary", "one_barrier", "over_dose", "on_track", "no_regimen",
    "reviewed",
)  # fmt: skip
REVIEW_ACTIONS = ("reviewed", "called", "adjusted")

TEXT, FLAG, WHOLE, NUMBER, DAY, INSTANT, CODE = (
    "str", "bool", "int64", "float64", "datetime64[s]", "datetime64[us]", "category",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `dtype` as in pandas, `words` the accepted words, `low` and `high` the accepted range."""

    name: str
    dtype: str
    meaning: str
    unit: str = ""
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = True
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table: its name, what one row is, its columns in order; no two rows are equal in those of `key`."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


def _optional(name: str, dtype: str, meaning: str, **more: Any) -> Column:
    return Column(name, dtype, meaning, required=False, blank=True, **more)


LOG = Table(
    "log",
    "one session of one exercise, an explicit 'not done', or a pain entry (exercise, side and status missing)",
    (
        Column("entry_id", TEXT, "stable identity of the entry; a second import adds nothing"),
        Column("patient_id", TEXT, "pseudonym, never a record number"),
        Column("exercise", TEXT, "id of a catalogue entry; missing in a pain entry", blank=True),
        Column("side", TEXT, "side that was stretched or worked", words=SIDES, blank=True),
        Column("performed_at", INSTANT, "patient's wall clock; 12:00 where only the date is known"),
        _optional("time_known", FLAG, "false where only the date is known"),
        _optional("utc_offset_min", NUMBER, "offset of that clock from UTC", unit="min", low=-720, high=840),
        _optional("logged_at", INSTANT, "when the entry was written, same clock"),
        Column("status", TEXT, "what the row says; missing in a pain entry", words=STATUSES, blank=True),
        _optional("sets", NUMBER, "sets done; missing is not recorded, 0 is none", unit="sets", low=0, high=50),
        _optional("reps", NUMBER, "repetitions in one set", unit="repetitions", low=0, high=200),
        _optional("hold_s", NUMBER, "hold of one repetition", unit="s", low=0, high=600),
        _optional("pain", NUMBER, "pain as the patient gave it; never filled in", unit="points", low=0, high=10),
        _optional("note", TEXT, "the patient's own words"),
        _optional("source", TEXT, "format and the start of the file's SHA-256, such as own:1a2b3c4d"),
        _optional("line", NUMBER, "physical line of the file on which the entry begins", unit="line"),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "one physical row of a file that was not kept",
    (
        Column("source", TEXT, "format and the start of the file's SHA-256"),
        _optional("sheet", TEXT, "sheet of a workbook"),
        Column("line", WHOLE, "physical line of the file", unit="line"),
        _optional("column", TEXT, "column at fault, as it is called in the file"),
        Column("code", TEXT, "why, a code of docs/formats.md"),
        _optional("value", TEXT, "what was found, shown safely"),
        Column("message", TEXT, "what was found, what is accepted, what to do"),
        _optional("patient_id", TEXT, "where it could be read"),
        _optional("performed_at", INSTANT, "where it could be read"),
        _optional("note", TEXT, "where it could be read: notes are shown like all others"),
    ),
)

PRESCRIPTIONS = Table(
    "prescriptions",
    "one exercise, its sides and dose, over inclusive days",
    (
        Column("patient_id", TEXT, "pseudonym"),
        Column("regimen_id", TEXT, "all prescriptions of one patient that belong together"),
        Column("revision", WHOLE, "number of the saved state the row comes from", low=1),
        Column("exercise", TEXT, "id of a catalogue entry"),
        Column("side", TEXT, "both is the dose for each side", words=SIDES),
        Column("first_day", DAY, "first day in force, inclusive"),
        Column("last_day", DAY, "last day in force, inclusive"),
        Column("sessions_per_day", WHOLE, "sessions on a prescribed day", unit="1/day", low=1, high=6),
        Column("weekdays", TEXT, "named days, such as mon;wed;fri, or missing", blank=True),
        Column("days_per_week", NUMBER, "weekly quota of unnamed days, or missing", "days", low=1, high=7, blank=True),
        Column("sets", WHOLE, "sets of one session", unit="sets", low=1, high=10),
        Column("reps_min", NUMBER, "least repetitions of one set; adherence asks this", "repetitions", low=1, high=50),
        _optional("reps_max", NUMBER, "most repetitions; missing is reps_min", unit="repetitions", low=1, high=50),
        _optional(
            "hold_s_min",
            NUMBER,
            "least hold of one repetition, missing where nothing is held",
            unit="s",
            low=0,
            high=120,
        ),
        _optional("hold_s_max", NUMBER, "longest hold; missing is hold_s_min", unit="s", low=0, high=120),
    ),
    key=("patient_id", "exercise", "side", "first_day"),
)

PAUSES = Table(
    "pauses",
    "days taken out of exposure",
    (
        Column("patient_id", TEXT, "pseudonym"),
        _optional("exercise", TEXT, "id of a catalogue entry; missing means all"),
        Column("first_day", DAY, "first day of the pause, inclusive"),
        Column("last_day", DAY, "last day of the pause, inclusive"),
        _optional("reason", TEXT, "in words"),
    ),
)

REVIEWS = Table(
    "reviews",
    "one time somebody dealt with a patient",
    (
        Column("patient_id", TEXT, "pseudonym"),
        Column("reviewed_at", INSTANT, "when"),
        Column("reviewed_by", TEXT, "who"),
        Column("action", TEXT, "what was done", words=REVIEW_ACTIONS),
        _optional("note", TEXT, "in words"),
        _optional("look_again_on", DAY, "day from which the patient is listed again"),
    ),
)

CELLS = Table(
    "cells",
    "one exercise, one side, one day: what every measure adds up",
    (
        Column("patient_id", CODE, "pseudonym"),
        Column("day", DAY, "local day"),
        Column("exercise", CODE, "id of a catalogue entry"),
        Column("side", CODE, "left, right or none", words=("left", "right", "none")),
        Column("expected", NUMBER, "sessions asked of this cell; a fraction under a weekly quota", unit="sessions"),
        Column("performed", NUMBER, "sessions done, rest days included", unit="sessions"),
        Column("credited", NUMBER, "the part of performed that counts, never above expected", unit="sessions"),
        Column("dose_done", NUMBER, "sum of the known doses", unit="repetition-seconds, or repetitions without a hold"),
        Column("dose_floor", NUMBER, "least dose of one session", unit="as dose_done"),
        Column("dose_ceiling", NUMBER, "most dose of one session", unit="as dose_done"),
        Column("dose_known", FLAG, "false if a session of the cell has an unknown dose"),
        Column("observed", FLAG, "the diary has a row that names an exercise on this day"),
        Column("state", CODE, "what is to be said of the cell", words=STATES),
    ),
    key=("patient_id", "day", "exercise", "side"),
)

ROWS = Table(
    "rows",
    "one row of the log, attributed",
    (
        *LOG.columns,
        Column("day", DAY, "local day of the row"),
        Column("reason", CODE, "why the row counts or not", words=REASONS),
        Column("near_duplicate", FLAG, "a like row went before within near_duplicate_s seconds"),
        _optional("first_day", DAY, "first day ever prescribed to the patient; missing without a prescription"),
    ),
)

ALERTS = Table(
    "alerts",
    "one alert of one rule on one day",
    (
        Column("patient_id", TEXT, "pseudonym"),
        Column("day", DAY, "day that completed the rule"),
        Column("rule", TEXT, "id of the rule in its preset"),
        Column("level", TEXT, "how it is to be taken", words=LEVELS),
        Column("says", TEXT, "one sentence with the numbers of the day"),
    ),
)

TRIAGE = Table(
    "triage",
    "one patient, in calling order",
    (
        Column("patient_id", TEXT, "pseudonym"),
        Column("tier", WHOLE, "first tier that fits, 1 is called first", low=1, high=len(TIERS)),
        Column("name", TEXT, "name of the tier", words=TIERS),
        Column("reason", TEXT, "one sentence with its numbers"),
        Column("also", TEXT, "names of the other tiers that fit, ; between; empty where none"),
        Column("days_since_last_session", WHOLE, "active days after the last session", unit="days", low=0),
        _optional("rolling_28", NUMBER, "session adherence over 28 days", unit="share", low=0, high=1),
        _optional("coverage_28", NUMBER, "share of what was due that lies on days with an entry", low=0, high=1),
        _optional("over_dose_28", NUMBER, "dose above the upper end, as a share of what was due", unit="share", low=0),
        _optional("ends_in_days", WHOLE, "days to the last day prescribed; below 0 when it is over", unit="days"),
    ),
)

TABLES = (LOG, QUARANTINE, PRESCRIPTIONS, PAUSES, REVIEWS, ROWS, CELLS, ALERTS, TRIAGE)
