"""The words beside the numbers: every column that is computed is explained, and nothing is explained that is not."""

import re
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import drop_off
from toolkit.measures.attribution import attribute
from toolkit.measures.backtest import back_test
from toolkit.measures.caseload import caseload_table
from toolkit.measures.catalogue import default_columns, explain, families, measures
from toolkit.measures.cells import cell_table
from toolkit.measures.cma import cma, episodes, sliding_cma_7
from toolkit.measures.completeness import completeness
from toolkit.measures.exas import exas
from toolkit.measures.overview import overview
from toolkit.measures.pain import pain_by_day, pain_change
from toolkit.measures.persistence import persistence
from toolkit.measures.research import change_day, restricted_mean, shrunk
from toolkit.measures.rtm import data_days, rtm_days
from toolkit.measures.series import daily_series
from toolkit.measures.survival import persistence_curve
from toolkit.measures.timing import time_regularity
from toolkit.measures.triage import triage
from toolkit.rules import Rules
from toolkit.samples import sample_clinic

PAGE = Path(__file__).parents[2] / "docs/measures.md"
PATIENT = ["patient_id"]
FAMILIES = [family.name for family in families()]
KEYS = {"patient_id", "day", "period_first_day", "period_last_day", "episode", "window", "start_day", "end_day"}


@pytest.fixture(scope="module")
def clinic():
    return sample_clinic(patients=11, weeks=3)


@pytest.fixture(scope="module")
def rules(clinic):
    return Rules(as_of=clinic.as_of)


@pytest.fixture(scope="module")
def cells(clinic, rules):
    return cell_table(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)


@pytest.fixture(scope="module")
def rows(clinic, rules):
    return attribute(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses)


@pytest.fixture(scope="module")
def results(clinic, rules, cells, rows):
    """One table of each family, as its function returns it."""
    done, lasting = adherence(cells, PATIENT), persistence(cells, PATIENT)
    curve = persistence_curve(lasting)
    days = [date(2026, 3, 2) + timedelta(days=15 * place) for place in range(20)]
    events = pd.DataFrame({"patient_id": "p001", "day": days, "supply_days": 10})
    return {
        "adherence": done,
        "completeness": completeness(rows, clinic.prescriptions, PATIENT),
        "exas": exas(cells),
        "persistence": lasting,
        "persistence_curve": curve,
        "time_regularity": time_regularity(rows),
        "pain_change": pain_change(rows),
        "pain_by_day": pain_by_day(rows),
        "data_days": data_days(rows),
        "rtm_days": rtm_days(rows, first_day="2026-03-11"),
        "drop_off": drop_off(cells),
        "daily_series": daily_series(cells, rows),
        "triage": triage(cells, clinic.log, clinic.prescriptions, rules),
        "back_test": back_test(clinic.prescriptions, clinic.log, rules, pauses=clinic.pauses).table,
        "restricted_mean": pd.DataFrame([asdict(restricted_mean(curve, tau_days=10))]),
        "shrunk": shrunk(done),
        "change_day": change_day(cells),
        "caseload_table": caseload_table(done),
        "cma": cma(events),
        "sliding_cma_7": sliding_cma_7(events),
        "episodes": episodes(events),
    }


def test_every_family_is_tried(results):
    assert sorted(results) == sorted(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_catalogue_holds_the_columns_that_a_function_returns_and_no_other(results, name):
    told = {one.name for one in measures() if one.family == name}
    assert told == {*results[name].columns} - KEYS


def test_adherence_stands_in_the_catalogue_in_the_order_of_its_columns(results):
    assert [one.name for one in measures() if one.family == "adherence"] == list(results["adherence"].columns)


def test_every_measure_says_all_that_there_is_to_say():
    texts = ("name", "formula", "over", "unit", "range", "edge", "source")
    assert [one for one in measures() if not all(getattr(one, text).strip() for text in texts)] == []
    assert {one.flag for one in measures()} == {"V", "S", "O"}


def test_what_is_our_own_is_flagged_so_and_nothing_else_is():
    assert [one.name for one in measures() if one.source.startswith("own ") != (one.flag == "O")] == []


def test_nothing_is_written_twice():
    """A measure that another family computes too refers to it; two numbers of a family differ in formula or rows."""
    own = [one for one in measures() if not one.same_as]
    twice = [words for words, count in Counter((one.formula, one.over) for one in own).items() if count > 1]
    assert twice == []
    known = {f"{one.family}.{one.name}": one for one in own}
    for one in measures():
        if one.same_as:
            same = known[one.same_as]
            changed = {text for text in ("formula", "unit", "source") if getattr(one, text) != getattr(same, text)}
            assert one.family != same.family
            assert changed <= {"formula"}


def test_the_dozen_that_a_therapist_needs():
    assert set(default_columns()) == {
        "expected", "credited", "session_adherence", "session_adherence_high", "ci_low", "ci_high", "coverage",
        "dose_adherence", "over_dose", "rolling_28", "days_since_last_session", "pain_status",
    }  # fmt: skip
    assert len(default_columns()) == 12


@pytest.mark.parametrize("name", FAMILIES)
def test_a_result_is_explained_by_its_own_family(results, name):
    """Also the names that several functions use, such as ci_low, events or data_days."""
    own = {one.name: one for one in measures() if one.family == name}
    told = explain(results[name])
    assert told.index.tolist() == results[name].columns.tolist()
    for column, row in told.iterrows():
        found = tuple(row[["formula", "over", "unit", "edge", "source", "flag"]])
        one = own.get(column)
        assert found == (
            (one.formula, one.over, one.unit, one.edge, one.source, one.flag) if one else ("", "", "", "", "", "")
        )


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_with_a_number_and_rows_without_add_up(results, name):
    told = explain(results[name])
    assert (told["groups"] + told["missing"] == len(results[name])).all()
    assert told["groups"].tolist() == results[name].notna().sum().tolist()


def test_a_part_of_a_curve_is_known_by_its_days(results):
    intervals = ["ci_low", "ci_high"]
    curve, shares = explain(results["persistence_curve"][intervals]), explain(results["adherence"][intervals])
    assert curve.loc["ci_low", "edge"] == "S = 0 or 1: missing"
    assert shares.loc["ci_low", "edge"] == "fewer than 5 scheduled days: missing"


def test_a_table_put_together_from_several_families_is_explained(cells, rows):
    table = overview(cells, rows)
    told = explain(table)
    assert told.index.tolist() == list(default_columns())
    assert (told["formula"] != "").all()


def test_patients_without_a_number_are_counted_as_missing():
    table = pd.DataFrame({"session_adherence": [0.5, np.nan, 1.0]}, index=pd.Index(["a", "b", "c"], name="patient_id"))
    assert explain(table).loc["session_adherence", ["groups", "missing"]].tolist() == [2, 1]


def test_a_column_that_is_no_measure_is_there_without_a_formula():
    told = explain(pd.DataFrame({"session_adherence": [0.5], "room": [3.0]}))
    assert told.loc["room", ["formula", "source", "flag"]].tolist() == ["", "", ""]
    assert told.loc["room", "groups"] == 1


def test_the_rules_that_a_formula_names_come_with_it(results, rules):
    kept = explain(results["adherence"]).attrs["rules"]
    assert kept == {"as_of": "2026-03-31", "min_scheduled_days": 3, "confidence": 0.95}
    assert explain(results["persistence"]).attrs["rules"] == {"as_of": "2026-03-31", "gap_days": 14}
    assert explain(results["pain_change"][["pain_baseline"]]).attrs["rules"]["pain"] == {
        "window_days": 7,
        "min_days": 3,
    }


def test_a_rule_that_was_changed_comes_along_whatever_is_shown(cells):
    rules = Rules(as_of="2026-03-31", confidence=0.9, pain={"mic_points": 3}, target="bailey_80")
    table = adherence(cells, PATIENT, rules=rules)[["expected"]]
    kept = explain(table).attrs["rules"]
    assert kept == {"as_of": "2026-03-31", "confidence": 0.9, "target": "bailey_80", "pain": {"mic_points": 3.0}}
    assert Rules(**kept) == rules


def test_what_is_kept_of_the_rules_gives_all_of_them_back(results, rules):
    for table in results.values():
        if "rules" in table.attrs:
            assert Rules(**explain(table).attrs["rules"]) == rules


def test_a_table_without_rules_is_explained_without_them():
    assert explain(pd.DataFrame({"session_adherence": [0.5]})).attrs["rules"] == {}


def test_an_empty_table_is_explained_too():
    told = explain(pd.DataFrame())
    assert (len(told), told.columns.tolist()[-2:]) == (0, ["groups", "missing"])


def rule_names():
    """Return the names of all rules, those of a part with its name before them."""
    for name, value in Rules(as_of="2026-03-31").as_data().items():
        yield from (f"{name}.{inner}" for inner in value) if isinstance(value, dict) else (name,)


def test_every_rule_that_the_page_names_is_one():
    text = PAGE.read_text(encoding="utf-8")
    dotted = {*re.findall(r"`((?:pain|alarm|triage)\.\w+)`", text)}
    assert dotted <= {*rule_names()} | {f"{one.family}.{one.name}" for one in measures()}


def test_every_rule_is_named_where_it_is_used():
    """Beyond the list of what they are unless somebody says otherwise."""
    text = re.sub(r"<!-- rules:.*<!-- end of rules -->", "", PAGE.read_text(encoding="utf-8"), flags=re.S)
    assert [name for name in rule_names() if f"`{name}`" not in text] == []
