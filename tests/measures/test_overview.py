"""One table of the measures asked for by name, whatever family they come from."""

import pandas as pd
import pytest

from toolkit.errors import TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.catalogue import default_columns, families
from toolkit.measures.cells import cell_table
from toolkit.measures.exas import exas
from toolkit.measures.overview import overview
from toolkit.measures.pain import pain_change
from toolkit.measures.persistence import persistence
from toolkit.rules import Rules
from toolkit.samples import sample_clinic


@pytest.fixture(scope="module")
def clinic():
    made = sample_clinic(patients=11, weeks=5)
    rules = Rules(as_of=made.as_of)
    cells = cell_table(made.prescriptions, made.log, rules, pauses=made.pauses)
    return cells, attribute(made.prescriptions, made.log, rules, pauses=made.pauses), made.prescriptions


def test_the_dozen_a_therapist_needs_stands_there_for_every_patient(clinic):
    cells, rows, _ = clinic
    table = overview(cells, rows)
    assert tuple(table.columns) == default_columns()
    assert len(default_columns()) == 12
    assert table.index.tolist() == sorted(cells["patient_id"].unique())
    assert table.attrs["rules"] == cells.attrs["rules"]


def test_a_column_is_the_one_of_its_family_to_the_last_bit(clinic):
    cells, rows, _ = clinic
    table = overview(cells, rows, columns=["flare_days", "rolling_7", "longest_gap_days", "exas_percent"])
    by = ["patient_id"]
    for name, whole in (("flare_days", pain_change(rows)), ("rolling_7", adherence(cells, by)),
                        ("longest_gap_days", persistence(cells, by)), ("exas_percent", exas(cells))):  # fmt: skip
        pd.testing.assert_series_equal(table[name].dropna(), whole[name].dropna(), check_dtype=False, check_exact=True)


def test_every_measure_of_a_patient_can_be_asked_for_by_its_name(clinic):
    """All of the families that have one row a patient, research apart."""
    cells, rows, prescriptions = clinic
    wanted = ("adherence", "persistence", "pain_change", "time_regularity", "data_days", "completeness")
    names = [one.name for family in families() if family.name in wanted for one in family.measures]
    table = overview(cells, rows, prescriptions, columns=[*names, "exas_percent"])
    assert table.columns.tolist() == [*names, "exas_percent"]


@pytest.mark.parametrize("columns", [["town"], ["session_adherence", "change_day"], ["complete_sessions"]])
def test_a_name_that_is_no_measure_here_is_told_with_those_that_are(clinic, columns):
    cells, rows, _ = clinic
    with pytest.raises(TableError, match=rf"columns: must be among expected, .*; found {columns[-1]}"):
        overview(cells, rows, columns=columns)
