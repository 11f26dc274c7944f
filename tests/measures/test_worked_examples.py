"""The worked examples of docs/measures.md, computed by hand, are what the toolkit computes."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import daily

from toolkit.measures.adherence import adherence
from toolkit.measures.alarm import KINDS, baseline, find_alarms
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table
from toolkit.measures.completeness import completeness
from toolkit.measures.days import GroupDays
from toolkit.measures.interval import wilson
from toolkit.measures.pain import pain_change, status
from toolkit.measures.persistence import persistence
from toolkit.measures.rtm import data_days
from toolkit.rules import AlarmRules, PainRules, Rules
from toolkit.schema import LOG
from toolkit.tables import make

EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
DROPPED = ("duplicate_id", "superseded", "duplicate_exact", "near_duplicate")
CASES = [
    pytest.param(case, expect, id=f"{case['id']}-{number}" if number else case["id"])
    for case in EXAMPLES["cases"]
    for number, expect in enumerate(case["expect"])
]


def tables(case):
    """The three tables of one example."""
    columns = ["patient_id", "exercise", "first_day", "last_day"]
    prescribed = ["patient_id", "regimen_id", "revision", "exercise", "side", "first_day", "last_day"]
    prescribed += ["sessions_per_day", "weekdays", "days_per_week", "sets", "reps_min"]
    logged = ["entry_id", "patient_id", "exercise", "side", "performed_at", "status"]
    return (
        pd.DataFrame(case["prescriptions"], columns=None if case["prescriptions"] else prescribed),
        pd.DataFrame(case["log"], columns=None if case["log"] else logged),
        pd.DataFrame(case["pauses"], columns=None if case["pauses"] else columns),
    )


@pytest.mark.parametrize(("case", "expect"), CASES)
def test_an_example_worked_by_hand_gives_its_numbers(case, expect):
    prescriptions, log, pauses = tables(case)
    rules = Rules(**case["rules"] | expect.get("rules", {}))
    cells = cell_table(prescriptions, log, rules, pauses=pauses)
    rows = attribute(prescriptions, log, rules, pauses=pauses)
    measured = adherence(cells, by=["patient_id"], patients=[case["patient_id"]]).loc[case["patient_id"]].to_dict()
    measured |= persistence(cells, by=["patient_id"], patients=[case["patient_id"]]).iloc[0].to_dict()
    if len(rows):
        measured |= completeness(rows, prescriptions, by=["patient_id"]).reindex([case["patient_id"]]).iloc[0].to_dict()
    by_side = adherence(cells, by=["side"])["session_adherence"] if len(cells) else pd.Series(dtype=float)
    in_force = cells[~cells["state"].isin(["out_of_window", "pending"])].sort_values("day", kind="stable")
    measured |= {
        "reasons": {reason: count for reason, count in rows["reason"].value_counts().items() if count},
        "dropped": int(rows["reason"].isin(DROPPED).sum()),
        "flagged": int(rows["near_duplicate"].sum()),
        "session_adherence_left": by_side.get("left"),
        "session_adherence_right": by_side.get("right"),
        "states": in_force["state"].tolist(),
        "expected_by_cell": in_force["expected"].tolist(),
        "data_days": data_days(rows, by=["patient_id"])["data_days"].sum(),
        "wilson_naive": naive_interval(measured, rules),
    }
    wanted = expect["values"]
    found = {name: math.nan if measured[name] is None or measured[name] is pd.NA else measured[name] for name in wanted}
    assert found == {name: close(value) for name, value in wanted.items()}
    assert sum(measured["reasons"].values()) == len(log)


def naive_interval(measured, rules):
    """The interval as if every session stood alone, to compare with."""
    p, n = np.array([measured["session_adherence"]]), np.array([measured["expected"]])
    return [float(end[0]) for end in wilson(p, n, confidence=rules.confidence)]


def close(value):
    """An expectation to 5e-7; null is NaN."""
    if isinstance(value, (str, dict, bool)) or (isinstance(value, list) and isinstance(value[0], str)):
        return value
    return pytest.approx(math.nan if value is None else value, abs=5e-7, nan_ok=True)


def test_every_example_of_the_specification_is_here():
    assert len(EXAMPLES["cases"]) == 27
    assert len(CASES) == 32


def examples(name):
    return [pytest.param(one, id=one["id"]) for one in EXAMPLES[name]]


@pytest.mark.parametrize("case", examples("persistence"))
def test_when_a_patient_began_and_stopped(case):
    first, as_of = pd.Timestamp(case["first_day"]), pd.Timestamp(case["as_of"])
    log = make(LOG, [{"entry_id": day, "patient_id": "p001", "exercise": "exercise_b", "side": "none", "sets": 1,
                      "performed_at": f"{day}T08:00", "status": "done", "reps": 5} for day in case["sessions_on"]]
               )  # fmt: skip
    pauses = pd.DataFrame([{"patient_id": "p001", "first_day": a, "last_day": b} for a, b in case["pauses"]],
                          columns=["patient_id", "first_day", "last_day"])  # fmt: skip
    rules = Rules(as_of=case["as_of"], gap_days=case["gap_days"])
    cells = cell_table(daily(first, (as_of - first).days + 1), log, rules, pauses=pauses)
    row = persistence(cells, by=["patient_id"]).loc["p001"].to_dict()
    assert {name: None if pd.isna(row[name]) else row[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", examples("pain_status"))
def test_a_change_of_pain_is_judged_by_both_criteria(case):
    before, now = np.array([case["pain_baseline"]]), np.array([case["pain_current"]])
    assert status(before, now - before, PainRules()).tolist() == [case["expect"]["pain_status"]]


@pytest.mark.parametrize("case", examples("pain"))
def test_pain_day_by_day_gives_its_columns(case):
    log = make(LOG, [{"entry_id": day, "patient_id": "p001", "performed_at": f"{day}T08:00", "pain": value,
                      **dict.fromkeys(("exercise", "side", "status"))}
                     for day, value in case["pain_by_day"].items()])  # fmt: skip
    rows = attribute(daily(pd.Timestamp(case["first_day"]), 28), log, Rules(as_of=case["as_of"]))
    row = pain_change(rows).loc["p001"]
    assert {name: row[name] for name in case["expect"]} == {k: close(v) for k, v in case["expect"].items()}


@pytest.mark.parametrize("case", examples("alarm"))
def test_an_alarm_falls_on_its_day(case):
    kept = np.array([mark == "1" for mark in case["kept"]])
    every = np.arange(len(kept))
    found = GroupDays(np.zeros_like(every), every, np.ones(len(kept)), kept.astype(float), kept, kept)
    base = baseline(found, 1, AlarmRules())
    alarms = find_alarms(found, base, AlarmRules())
    first = (alarms.place[0] + 1, KINDS[alarms.kind[0]]) if len(alarms.place) else (None, None)
    assert first == (case["expect"]["alarm_on"], case["expect"]["by"])
    assert (base.p0[0], base.run_limit[0]) == (close(case["expect"]["p0"]), case["expect"]["run_limit"])


def test_every_kind_of_example_is_worked_in_a_test():
    """Some have tests of their own, beside their measures."""
    here = {"cases", "persistence", "pain_status", "pain", "alarm"}
    beside = {"survival": "survival", "shrinkage": "research", "exas": "exas", "rtm": "rtm", "timing": "timing"}
    assert {*EXAMPLES} - {"schema"} == here | {*beside}
    for name, module in beside.items():
        text = (Path(__file__).parent / f"test_{module}.py").read_text(encoding="utf-8")
        assert f'"{name}"' in text
