"""Fifty random patients at a time: what is shared is what the clinic has, moved to study days."""

import io
from datetime import date

import pandas as pd
import pytest
from exports import all_parts, typed
from random_cases import batch

from toolkit.exporting.clinical import clinical_export
from toolkit.exporting.records import Records
from toolkit.exporting.shared import shared_export
from toolkit.schema import QUARANTINE
from toolkit.tables import make

OURS = {"exercise_a": "knee_to_chest", "exercise_b": "abdominal_stability", "exercise_c": "psoas_stretch"}


@pytest.fixture(scope="module", params=[3, 17, 31])
def exported(request):
    """A random clinic of which some logs name no source and no prescription names days, and both its exports."""
    drawn = batch(request.param)
    tables = [one.replace({"exercise": OURS}) for one in (drawn.prescriptions, drawn.pauses, drawn.log)]
    held = Records(*tables, make(QUARANTINE), drawn.rules)
    shared = shared_export(held, small_cell=5)
    told = pd.read_csv(io.BytesIO(shared.keys), dtype="str", keep_default_na=False)
    return held, clinical_export(held), shared, dict(zip(told["patient_id"], told["shared_id"], strict=True))


def moved(table, keys, held):
    """The cells of a clinic as the shared export should tell them, one by one."""
    first: dict[str, date] = {}
    for who, day in zip(held.prescriptions["patient_id"], held.prescriptions["first_day"], strict=True):
        first[who] = min(day, first.get(who, day))
    return sorted(
        (keys[row["patient_id"]], (row["day"] - first[row["patient_id"]]).days, row["exercise"], row["side"],
         row["expected"], row["credited"], row["state"])
        for row in table.to_dict("records")
    )  # fmt: skip


def test_every_cell_stands_on_its_study_day(exported):
    held, own, shared, keys = exported
    told = typed(shared, "cells")[
        ["patient_id", "study_day", "exercise", "side", "expected", "credited", "state"]
    ].itertuples(index=False, name=None)
    assert sorted(told) == moved(typed(own, "cells"), keys, held)


def test_every_row_of_the_log_of_a_patient_with_a_regimen_is_told_once(exported):
    _, own, shared, keys = exported
    log = typed(own, "log")
    log = log[log["patient_id"].isin(keys)]
    what = ["patient_id", "exercise", "side", "status", "sets", "reps", "hold_s", "pain"]
    mine = log.assign(patient_id=log["patient_id"].map(keys))[what].sort_values(what, ignore_index=True)
    told = typed(shared, "log")[what].sort_values(what, ignore_index=True)
    pd.testing.assert_frame_equal(told, mine)


def test_weeks_are_sums_of_their_cells_and_measures_are_the_clinics(exported):
    _, own, shared, keys = exported
    weeks = typed(shared, "adherence_by_week").set_index(["patient_id", "study_week"])
    cells = typed(shared, "cells").groupby(["patient_id", "study_week"])
    for name in ("expected", "performed", "credited"):
        pd.testing.assert_series_equal(weeks[name], cells[name].sum(), check_exact=False)
    mine = typed(own, "overview")
    mine = mine.assign(patient_id=mine["patient_id"].map(keys)).sort_values("patient_id", ignore_index=True)
    pd.testing.assert_frame_equal(typed(shared, "overview"), mine)


def test_no_id_and_no_date_of_the_clinic_is_left(exported):
    held, _, shared, keys = exported
    ids = {*keys, *held.log["patient_id"], *held.prescriptions["regimen_id"], *held.log["entry_id"]}
    days = {f"{day:%Y-%m-%d}" for day in {*held.log["performed_at"], *held.prescriptions["first_day"]}}
    csv = {place: set(pd.Series(text).str.split(r"[,\n]").iloc[0]) for place, text in all_parts(shared)}
    assert {place: cells & (ids | days) for place, cells in csv.items() if cells & (ids | days)} == {}


def test_small_groups_are_not_told(exported):
    _, _, shared, _ = exported
    told = typed(shared, "aggregate")
    assert (told["patients"] >= 5).all()
    assert told.loc[told["exercise"] == "all", "patients"].sum() == typed(shared, "overview")[
        "session_adherence"].notna().sum()  # fmt: skip
