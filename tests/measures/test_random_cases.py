"""Two thousand random patients, measured twice: by the engine and by the slow twins of docs/measures.md."""

import ast
from collections import Counter
from functools import cache, cached_property, lru_cache
from pathlib import Path

import pandas as pd
import pytest
from random_cases import BATCHES, batch
from slow_measures import alarm_slow, completeness_slow, pain_slow, persistence_slow, timing_slow
from slow_twin import Clinic, adherence_slow, attribute_slow, cells_slow

from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import drop_off
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.completeness import completeness
from toolkit.measures.pain import pain_change
from toolkit.measures.persistence import persistence
from toolkit.measures.timing import time_regularity
from toolkit.schema import REASONS

PATIENT, TRACK = ["patient_id"], ["patient_id", "exercise", "side"]
WORDS = ("patient_id", "exercise", "side", "state", "observed", "dose_known")
QUANTITIES = ("expected", "performed", "credited", "dose_done", "dose_floor", "dose_ceiling")


class Measured:
    """A batch, its attributed log and its cells, each from the engine and from the twin."""

    def __init__(self, number):
        drawn = batch(number)
        self.prescriptions, self.log, self.pauses, self.rules = (
            drawn.prescriptions, drawn.log, drawn.pauses, drawn.rules
        )  # fmt: skip
        self.clinic = Clinic(self.prescriptions, self.pauses, self.rules)

    @cached_property
    def rows(self):
        return attribute(self.prescriptions, self.log, self.rules, pauses=self.pauses)

    @cached_property
    def cells(self):
        return cell_table(self.prescriptions, self.log, self.rules, pauses=self.pauses)

    @cached_property
    def slow_rows(self):
        return attribute_slow(self.prescriptions, self.log, self.rules, self.pauses)

    @cached_property
    def slow_cells(self):
        return cells_slow(self.prescriptions, self.log, self.rules, self.pauses)


measure = lru_cache(maxsize=1)(Measured)  # pytest runs all tests of a batch before those of the next


@pytest.fixture(scope="module", params=range(BATCHES))
def measured(request):
    features_of(request.param)
    return measure(request.param)


def alike(one, other):
    if pd.isna(one) or pd.isna(other):
        return pd.isna(one) and pd.isna(other)
    return one == other or (not isinstance(one, str) and abs(one - other) <= 1e-9)


def labels(key):
    parts = key if isinstance(key, tuple) else (key,)
    return tuple(part.date() if hasattr(part, "hour") else part for part in parts)


def differences(table, wanted):
    """Return (group, column, engine, twin) wherever the two differ; empty where they agree."""
    found = {labels(key): row for key, row in zip(table.index, table.to_dict("records"), strict=True)}
    assert set(found) == set(wanted)
    return [
        (key, name, found[key].get(name, "no column"), value)
        for key, row in wanted.items()
        for name, value in row.items()
        if name not in found[key] or not alike(found[key][name], value)
    ]


def test_every_row_gets_the_reason_that_the_page_gives_it(measured):
    assert measured.rows["reason"].tolist() == [one["reason"] for one in measured.slow_rows]
    assert measured.rows["near_duplicate"].tolist() == [one["near"] for one in measured.slow_rows]
    assert [day.date() for day in measured.rows["day"]] == [one["day"] for one in measured.slow_rows]


def test_every_cell_holds_what_the_page_says(measured):
    for name in WORDS:
        assert measured.cells[name].tolist() == [cell[name] for cell in measured.slow_cells], name
    assert [day.date() for day in measured.cells["day"]] == [cell["day"] for cell in measured.slow_cells]
    for name in QUANTITIES:
        wanted = [float(cell[name]) for cell in measured.slow_cells]
        assert measured.cells[name].tolist() == pytest.approx(wanted, abs=1e-9), name


@pytest.mark.parametrize("by", [PATIENT, TRACK, ["week"]], ids=" ".join)
def test_adherence_is_that_of_the_page(measured, by):
    table = adherence(measured.cells, by=by)
    wanted = adherence_slow(measured.slow_cells, by, measured.rules)
    assert set(table.columns) == set(next(iter(wanted.values())))
    assert differences(table, wanted) == []


@pytest.mark.parametrize("by", [PATIENT, TRACK, ["week"]], ids=" ".join)
def test_persistence_and_gaps_are_those_of_the_page(measured, by):
    assert differences(persistence(measured.cells, by), persistence_slow(measured.slow_cells, by, measured.rules)) == []


@pytest.mark.parametrize("by", [PATIENT, ["patient_id", "exercise"]], ids=" ".join)
def test_the_time_of_the_day_is_that_of_the_page(measured, by):
    wanted = timing_slow(measured.slow_rows, by)
    assert differences(sessions_only(time_regularity(measured.rows, by), wanted), wanted) == []


@pytest.mark.parametrize("by", [PATIENT, TRACK, ["week"]], ids=" ".join)
def test_how_sessions_were_done_is_what_the_page_says(measured, by):
    wanted = completeness_slow(measured.slow_rows, measured.clinic, by, measured.rules)
    table = completeness(measured.rows, measured.prescriptions, by)
    assert differences(sessions_only(table, wanted), wanted) == []


def sessions_only(table, wanted):
    """Leave out the groups that have rows but no session; if they are there, they say nothing."""
    further = [labels(key) not in wanted for key in table.index]
    assert table.loc[further, list(next(iter(wanted.values())))].isna().all(axis=None)
    return table[[not one for one in further]]


def test_pain_is_that_of_the_page(measured):
    wanted = pain_slow(measured.slow_rows, measured.clinic, measured.rules)
    assert differences(pain_change(measured.rows), {(patient,): row for patient, row in wanted.items()}) == []


def test_the_alarm_rings_on_the_days_of_the_page(measured):
    table = drop_off(measured.cells)
    found = [(row["patient_id"], row["day"].date(), row["by"]) for row in table.to_dict("records")]
    assert found == alarm_slow(measured.slow_cells, measured.rules)


@cache
def features_of(number):
    """Return, for each feature of a case, in how many patients of a batch it occurs, by the twin alone."""
    drawn = measure(number)
    has = {("patient", row["patient_id"]) for row in drawn.clinic.rows}
    has |= {(name, row["patient_id"]) for row in drawn.clinic.rows for name in features_of_a_prescription(row)}
    has |= {("pause", row["patient_id"]) for row in drawn.clinic.pauses}
    has |= {(one["reason"], one["row"]["patient_id"]) for one in drawn.slow_rows}
    has |= {("zero row", p) for one, p in of_patients(drawn) if 0 in (one["sets"], one["reps"], one["hold_s"])}
    has |= {("date without time", p) for one, p in of_patients(drawn) if not one["time_known"]}
    clocks = {(p, one["utc_offset_min"]) for one, p in of_patients(drawn) if one["utc_offset_min"] is not None}
    has |= {("clock change", p) for p, many in Counter(patient for patient, _ in clocks).items() if many > 1}
    has |= {("near and kept", one["row"]["patient_id"]) for one in drawn.slow_rows if one["near"] and one["hits"]}
    has |= {(cell["state"], cell["patient_id"]) for cell in drawn.slow_cells}
    has |= {(f"alarm by {by}", patient) for patient, _, by in alarm_slow(drawn.slow_cells, drawn.rules)}
    gaps = persistence_slow(drawn.slow_cells, PATIENT, drawn.rules)
    has |= {(f"discontinued {row['discontinued']}", patient) for (patient,), row in gaps.items()}
    pain = pain_slow(drawn.slow_rows, drawn.clinic, drawn.rules)
    has |= {("flare", patient) for patient, row in pain.items() if row["flare_days"]}
    has |= {(f"pain {row['pain_status']}", patient) for patient, row in pain.items()}
    has |= {("no pain to begin with", patient) for patient, row in pain.items() if row["pain_baseline"] == 0}
    has |= {("pain from none", p) for p, row in pain.items() if row["pain_baseline"] == 0 and row["pain_change"] >= 2}
    return Counter(name for name, _ in has)


def of_patients(drawn):
    return [(one["row"], one["row"]["patient_id"]) for one in drawn.slow_rows]


def features_of_a_prescription(row):
    return [
        name
        for name, there in {
            "quota": row["days_per_week"] is not None and row["days_per_week"] < 7,
            "named weekdays": row["weekdays"] is not None,
            "revision": row["revision"] > 1,
            "both sides": row["side"] == "both",
            "range": row["reps_max"] is not None or row["hold_s_max"] is not None,
        }.items()
        if there
    ]


FEATURES = (
    *REASONS, "quota", "named weekdays", "revision", "both sides", "range", "pause", "zero row", "date without time",
    "clock change", "near and kept", "full", "partial", "unlogged", "pending", "paused", "out_of_window",
    "alarm by sum", "alarm by silence", "discontinued True", "discontinued False", "discontinued None", "flare",
    "pain improved", "pain possibly_improved", "pain worse", "pain possibly_worse", "pain unchanged",
    "pain not_enough_data", "no pain to begin with", "pain from none",
)  # fmt: skip


def test_everything_that_can_go_wrong_in_a_log_happens_to_twenty_patients_or_more():
    seen = Counter()
    for number in range(BATCHES):
        seen += features_of(number)
    assert {name: seen[name] for name in FEATURES if seen[name] < 20} == {}


@pytest.mark.parametrize("name", ["slow_twin", "slow_measures"])
def test_a_slow_twin_is_not_the_engine(name):
    """A twin that imported the engine would agree with anything."""
    text = (Path(__file__).parents[1] / f"{name}.py").read_text(encoding="utf-8")
    imported = {
        alias
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in ([node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert {alias.partition(".")[0] for alias in imported} <= {
        "datetime", "fractions", "itertools", "math", "slow_twin", "statistics"
    }  # fmt: skip
