"""The shared export: de-identified by rule, for teaching, research and reports of faults."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from toolkit.errors import Problem, ToolkitError
from toolkit.exporting.aggregate import ALL, aggregate
from toolkit.exporting.identifiers import NEW_ID, refuse_identifiers
from toolkit.exporting.package import Package, packed
from toolkit.exporting.records import Filled, Records, measured, overview_of, weekly
from toolkit.exporting.shared_tables import (
    GONE,
    OTHER_SOURCE,
    PATIENT,
    STUDY_WEEK,
    formats,
    manifest_rows,
    shared_table,
)  # fmt: skip
from toolkit.logs.write import csv_text
from toolkit.plan.catalogue import exercises
from toolkit.plan.wording import counted
from toolkit.schema import NUMBER, TEXT, WHOLE, Column, Table
from toolkit.tables import conform
from toolkit.writing import marked

SAYS = "de-identified by rule; check before you publish"
LETTERS = "bcdfghjklmnpqrstvwxz"  # no vowels, so no words
MONDAY = pd.Timestamp("1970-01-05")  # study day 0 is put on it, so that a study week is a calendar week


def random_id() -> str:
    """Return a new id of a patient: ten random letters, about 43 bits."""
    return "s-" + "".join(secrets.choice(LETTERS) for _ in range(10))


def shared_export(
    records: Records, *, small_cell: int, clock: bool = False, new_id: Callable[[], str] = random_id
) -> Package:
    """Return a de-identified package: study days for dates, new ids, an allow-list of columns, no free text.

    Parameters
    ----------
    records : the tables of the clinic
    small_cell : patients; the aggregate table counts no group of fewer
    clock : whether the hour and minute of entries are told; never unless asked for
    new_id : gives ids of patients; random, and of another kind only in tests

    Returns
    -------
    Package
        `keys` is the table from patients to their ids here, as a CSV file; no file of the package holds it.

    Raises
    ------
    ToolkitError
        If nobody has a regimen, or a text is found that is on no list or could identify a person: where, never what.
    """
    cells, rows = records.cells(), records.rows()
    study = _study(records, new_id)
    tables = [
        _log(rows, study, clock=clock), _prescriptions(records.prescriptions, study),
        _pauses(records.pauses, study), _cells(cells, study), *_measures(records, cells, rows, study),
        _aggregate(cells, records, small_cell),
    ]  # fmt: skip
    refuse_identifiers(tables)
    rules = {name: value for name, value in records.rules.as_data().items() if name != "as_of"}
    return replace(
        packed("shared", SAYS, tables, _told(records, study, small_cell, clock=clock), rules), keys=_keys(study)
    )


@dataclass(frozen=True, slots=True)
class _Study:
    """Of each patient with a regimen the new id, and the day that is study day 0."""

    ids: pd.Series
    first: pd.Series

    def known(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of patients with a regimen: others have no study day."""
        return table[table["patient_id"].astype(object).isin(self.ids.index)]

    def days(self, table: pd.DataFrame, column: str) -> pd.Series:
        """Return a column of dates or instants as study days, missing where it is."""
        first = table["patient_id"].astype(object).map(self.first)
        return (table[column].dt.normalize() - first).dt.days

    def patients(self, table: pd.DataFrame) -> pd.Series:
        """Return the new id of each row."""
        return table["patient_id"].astype(object).map(self.ids)


def _study(records: Records, new_id: Callable[[], str]) -> _Study:
    first = records.prescriptions.groupby("patient_id", observed=True)["first_day"].min()
    ids = [new_id() for _ in first.index]
    if len(set(ids)) < len(ids) or not all(NEW_ID.fullmatch(one) for one in ids):
        raise ToolkitError("The shared export was not made: ids of patients must be of one form and all different.")
    return _Study(pd.Series(ids, index=first.index, dtype="str"), first)


def _log(rows: pd.DataFrame, study: _Study, *, clock: bool) -> Filled:
    rows = study.known(rows)
    day = study.days(rows, "day")
    source = rows["source"].str.replace("(?s):.*", "", regex=True).astype(object)
    frame = rows.assign(
        patient_id=study.patients(rows), study_day=day, study_week=day // 7,
        logged_study_day=study.days(rows, "logged_at"),
        source=source.where(source.isin(formats()) | source.isna(), OTHER_SOURCE),
        clock_time=rows["performed_at"].dt.strftime("%H:%M").where(rows["time_known"]),
        entry_id=1,
    )  # fmt: skip
    return _in_order(frame, shared_table("log", clock=clock), number="entry_id")


def _prescriptions(table: pd.DataFrame, study: _Study) -> Filled:
    frame = table.assign(
        patient_id=study.patients(table), first_study_day=study.days(table, "first_day"),
        last_study_day=study.days(table, "last_day"), named_days=table["weekdays"].str.count(";") + 1,
    )  # fmt: skip
    plans = table["patient_id"].astype(str) + "\0" + table["regimen_id"].astype(str)
    begun = frame.groupby(plans)["first_study_day"].transform("min")
    in_order = sorted(set(zip(frame["patient_id"], begun, frame["revision"], plans, strict=True)))
    number = {plan: place for place, plan in enumerate(dict.fromkeys(one[-1] for one in in_order), start=1)}
    return _in_order(frame.assign(regimen_id=plans.map(number)), shared_table("prescriptions"))


def _pauses(table: pd.DataFrame, study: _Study) -> Filled:
    table = study.known(table)
    frame = table.assign(
        patient_id=study.patients(table), first_study_day=study.days(table, "first_day"),
        last_study_day=study.days(table, "last_day"),
    )  # fmt: skip
    return _in_order(frame, shared_table("pauses"))


def _cells(cells: pd.DataFrame, study: _Study) -> Filled:
    day = study.days(cells, "day")
    frame = cells.assign(patient_id=study.patients(cells), study_day=day, study_week=day // 7)
    return _in_order(frame, shared_table("cells"))


def _measures(records: Records, cells: pd.DataFrame, rows: pd.DataFrame, study: _Study) -> list[Filled]:
    """Return measures of each patient, and of each patient and study week."""
    overview = overview_of(records, cells, rows)
    shifted = cells.assign(
        patient_id=study.patients(cells).astype("category"),
        day=MONDAY + pd.to_timedelta(study.days(cells, "day"), unit="D"),
    )
    found = weekly(shifted, records.rules).reset_index()
    found["study_week"] = (found.pop("week") - MONDAY).dt.days // 7
    by_week = measured("adherence_by_week", "one patient and study week", found.set_index(["patient_id", "study_week"]),
                       ("patient_id", "study_week"), STUDY_WEEK)  # fmt: skip
    named = overview.rows.assign(patient_id=study.patients(overview.rows))
    return [_in_order(one, _with_new_id(table)) for one, table in
            ((named, overview.table), (by_week.rows, by_week.table))]  # fmt: skip


def _with_new_id(table: Table) -> Table:
    return replace(table, columns=(PATIENT, *(one for one in table.columns if one.name != "patient_id")))


def _aggregate(cells: pd.DataFrame, records: Records, small_cell: int) -> Filled:
    words = (ALL, *exercises())
    table = Table("aggregate", "one band of session adherence, for one exercise or all together", (
        Column("exercise", TEXT, "id of a catalogue entry, or all", words=words),
        Column("share_from", NUMBER, "session adherence from here", unit="share", low=0, high=1),
        Column("share_below", NUMBER, "to below here; 1 is in the last band", unit="share", low=0, high=1),
        Column("patients", WHOLE, f"patients in the band; bands with fewer than {small_cell} are pooled",
               unit="patients", low=small_cell),
    ), ("exercise", "share_from"))  # fmt: skip
    return Filled(table, _listed(aggregate(cells, records.rules, small_cell=small_cell), table))


def _in_order(frame: pd.DataFrame, table: Table, *, number: str | None = None) -> Filled:
    """Return the columns of the allow-list, by the random ids, then by what the rows say: so order tells nothing."""
    rows = _listed(frame, table)
    first = [name for name in ("patient_id", "study_day", "first_study_day", "study_week") if name in table.names]
    rest = [name for name in table.names if name not in first]
    rows = rows.astype({name: "str" for name in rows.columns if rows[name].dtype == "category"})
    rows = rows.sort_values([*first, *rest], ignore_index=True, na_position="first")
    if number:
        rows[number] = range(1, len(rows) + 1)
    return Filled(table, conform(rows, table))


def _listed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the columns of a table in their types; a text that is on no list is refused without being told."""
    problems = []
    for column in table.columns:
        if column.words:
            texts = frame[column.name].astype(object)
            if (odd := (~texts.isin(column.words) & texts.notna()).to_numpy()).any():
                where = f"{table.name}, column {column.name}, row {int(odd.argmax()) + 1}"
                problems.append(Problem(where, "holds a text that is not on the list of what it may say"))
    if problems:
        raise ToolkitError("The shared export was not made: only texts from closed lists may be shared.", problems)
    return conform(frame[table.names], table)


def _told(records: Records, study: _Study, small_cell: int, *, clock: bool) -> list[dict[str, str]]:
    """Return the rows of the manifest."""
    rows = [row for name in ("log", "prescriptions", "pauses", "cells") for row in manifest_rows(name, clock=clock)]
    rows += [{"table": name, "what": "removed", "rule": rule} for name, rule in GONE.items()]
    for name, table in (("log", records.log), ("pauses", records.pauses)):
        if left := len(table) - len(study.known(table)):
            rows.append({"table": name, "what": "removed", "becomes": counted(left, "row"),
                         "rule": "their patients have no regimen, so they have no study day"})  # fmt: skip
    if clock:
        rows.append({"table": "log", "column": "performed_at", "what": "told", "becomes": "clock_time",
                     "rule": "asked for: the hour and minute of each entry stand in this package"})  # fmt: skip
    rows += [
        {"table": "aggregate", "what": "told", "becomes": f"no group of fewer than {small_cell} patients",
         "rule": "small cells are pooled with their neighbours; an exercise that so few have, or lack, is left out. It "
                 "holds for this table shown alone: beside the tables of patients it hides nothing"},
        {"table": "cells", "what": "told", "becomes": "study_day",
         "rule": "which study days are asked for can suggest the weekday of study day 0; and the cells of all patients "
                 "end on one day, so that whoever knows the dates of one knows those of all"},
    ]  # fmt: skip
    return rows


def _keys(study: _Study) -> bytes:
    rows = [("patient_id", "shared_id"), *((marked(str(who)), new) for who, new in study.ids.items())]
    return csv_text(rows).encode("utf-8")
