"""Research measures against examples worked by hand, slow twins and a simulation."""

import json
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from caseloads import caseloads, daily, days_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from toolkit.errors import RulesError, TableError
from toolkit.measures.adherence import adherence
from toolkit.measures.cells import cell_table
from toolkit.measures.research import change_day, restricted_mean, shrunk
from toolkit.measures.survival import persistence_curve
from toolkit.rules import AlarmRules, Rules
from toolkit.schema import CELLS
from toolkit.tables import make

EXAMPLES = json.loads((Path(__file__).parents[2] / "data/worked/worked_examples.json").read_text(encoding="utf-8"))
STEADY = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
FIRST = date(2026, 3, 2)
RULES = Rules(as_of="2026-12-31")


def curve_of(days, discontinued):
    table = pd.DataFrame({"persistence_days": days, "discontinued": discontinued})
    return persistence_curve(table.astype({"persistence_days": float, "discontinued": "boolean"}), rules=RULES)


@pytest.mark.parametrize("case", EXAMPLES["survival"], ids=lambda case: case["id"])
def test_the_restricted_mean_worked_by_hand(case):
    found = restricted_mean(curve_of(case["persistence_days"], case["discontinued"]), case["tau"])
    assert found.rmst == pytest.approx(case["expect"]["rmst"], abs=5e-7)
    assert found.days_lost == pytest.approx(case["expect"]["days_lost"], abs=5e-7)


@STEADY
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=20), st.floats(0.05, 1))
def test_the_restricted_mean_is_the_one_of_lifelines(patients, part):
    days, discontinued = zip(*patients, strict=True)
    tau = part * max(days)
    found = restricted_mean(curve_of(days, discontinued), tau)
    wanted = restricted_mean_survival_time(KaplanMeierFitter().fit(days, discontinued), t=tau)
    assert found.rmst == pytest.approx(wanted, abs=1e-9)
    assert found.rmst + found.days_lost == pytest.approx(tau)


def test_nothing_is_lost_before_anybody_stops():
    found = restricted_mean(curve_of([10, 20], [True, False]), 10)
    assert (found.rmst, found.days_lost) == (10, 0)


@pytest.mark.parametrize("tau", [15.5, 0, -1, math.nan, math.inf])
def test_a_mean_beyond_the_longest_persistence_is_refused(tau):
    with pytest.raises(TableError, match="tau_days: must be above 0 and at most 15, the longest persistence; found"):
        restricted_mean(curve_of([10, 15], [True, False]), tau)


def test_where_nobody_started_there_is_no_mean():
    with pytest.raises(TableError, match="tau_days: must be above 0 and at most 0"):
        restricted_mean(curve_of([math.nan], [None]), 10)


def test_a_table_that_is_no_curve_is_refused():
    with pytest.raises(TableError, match="must be one of persistence_curve"):
        restricted_mean(curve_of([10], [True]).reset_index(), 5)


def table_of(p, n):
    index = pd.Index([f"p{place}" for place in range(len(p))], name="patient_id")
    columns = {"session_adherence": np.array(p, dtype=float), "n_effective": np.array(n, dtype=float)}
    return pd.DataFrame(columns, index=index)


def shrunk_slow(p, n):
    """Return the estimates, mean, rho and kappa as docs/measures.md states them."""
    known = [i for i in range(len(p)) if not math.isnan(n[i])]
    nothing = [p[i] if i in known else math.nan for i in range(len(p))]
    if not known:
        return nothing, math.nan, math.nan, math.nan
    whole = sum(n[i] for i in known)
    mean = sum(n[i] / whole * p[i] for i in known)
    if len(known) < 3 or mean < 1e-9 or mean > 1 - 1e-9:
        return nothing, mean, math.nan, math.nan
    s = sum(n[i] / whole * (p[i] - mean) ** 2 / (mean * (1 - mean)) for i in known)
    a = sum(n[i] / whole * (1 - n[i] / whole) / n[i] for i in known)
    b = sum(n[i] / whole * (1 - n[i] / whole) for i in known)
    rho = min(max((s - a) / (b - a), 0.001), 0.999)
    kappa = 1 / rho - 1
    return [(n[i] * p[i] + kappa * mean) / (n[i] + kappa) for i in range(len(p))], mean, rho, kappa


@pytest.mark.parametrize("case", EXAMPLES["shrinkage"], ids=lambda case: case["id"])
def test_the_shrinkage_worked_by_hand(case):
    p = [credited / n for credited, n in zip(case["credited"], case["n"], strict=True)]
    found = shrunk(table_of(p, case["n"]), rules=RULES)
    expect = case["expect"]
    assert found["estimate"].tolist() == pytest.approx(expect["shrunk"], abs=5e-7)
    wanted = {name: pytest.approx(expect[name], abs=5e-7) for name in ("mean", "rho", "kappa")}
    assert {name: found.attrs[name] for name in wanted} == wanted


SHARES = st.sampled_from([0.0, 0.1, 0.5, 0.8, 0.95, 1.0])
SESSIONS = st.sampled_from([2.0, 5.0, 6.5, 28.0, 84.0, math.nan])


@STEADY
@given(st.lists(st.tuples(SHARES, SESSIONS), max_size=12))
def test_the_shrinkage_is_the_one_of_the_page(patients):
    p, n = [pair[0] for pair in patients], [pair[1] for pair in patients]
    found = shrunk(table_of(p, n), rules=RULES)
    estimates, mean, rho, kappa = shrunk_slow(p, n)
    assert found["estimate"].tolist() == pytest.approx(estimates, nan_ok=True, abs=1e-9)
    wanted = {"mean": mean, "rho": rho, "kappa": kappa}
    assert {name: found.attrs[name] for name in wanted} == pytest.approx(wanted, nan_ok=True, abs=1e-9)


@STEADY
@given(st.lists(st.tuples(SHARES, SESSIONS), min_size=1, max_size=12))
def test_an_estimate_lies_between_the_patient_and_the_caseload(patients):
    found = shrunk(table_of(*zip(*patients, strict=True)), rules=RULES).dropna(subset="estimate")
    mean = found.attrs["mean"]
    low, high = found["session_adherence"].clip(upper=mean), found["session_adherence"].clip(lower=mean)
    assert ((found["estimate"] >= low - 1e-9) & (found["estimate"] <= high + 1e-9)).all()


def test_of_two_patients_with_the_same_share_the_longer_known_is_drawn_less():
    found = shrunk(table_of([1.0, 1.0, 0.4, 0.6], [6, 60, 40, 40]), rules=RULES)
    short, long = found["estimate"].iloc[:2]
    assert found.attrs["mean"] < short < long < 1


@pytest.mark.parametrize(
    ("p", "n"),
    [([1, 1, 1], [7, 7, 7]), ([0, 0, 0], [7, 7, 7]), ([1, 0.5], [7, 9]), ([0, 0.5, 1], [1, 1, 1])],
    ids=["all done", "none done", "two patients", "one session each"],
)
def test_where_patients_cannot_be_told_from_chance_nothing_is_drawn(p, n):
    found = shrunk(table_of(p, n), rules=RULES)
    assert found["estimate"].tolist() == p
    assert np.isnan(found.attrs["kappa"])


def test_a_patient_with_three_perfect_days_cannot_lead_a_ranking():
    """Too few days for an interval: no estimate, and what is missing sorts last."""
    texts = {"p001": "xxx", "p002": "x.xxxxx.xx", "p003": "xxxxx.xxxx", "p004": "x..x.x..xx"}
    rx = pd.concat([daily(FIRST, len(text), patient_id=patient) for patient, text in texts.items()])
    log = pd.concat([days_text(FIRST, text, patient_id=patient) for patient, text in texts.items()])
    table = adherence(cell_table(rx, log, Rules(as_of=FIRST + timedelta(days=9))), by=["patient_id"])
    assert table["session_adherence"].idxmax() == "p001"
    found = shrunk(table)
    assert found["estimate"].sort_values(ascending=False).index.tolist() == ["p003", "p002", "p004", "p001"]
    assert found.attrs["rules"] == table.attrs["rules"]


def test_shares_of_weeks_or_without_their_weight_are_not_shrunk():
    weeks = table_of([0.5, 0.7], [7, 7]).rename_axis("week")
    with pytest.raises(
        TableError, match="must be one a patient, as by=\\['patient_id'\\] gives them; found rows by week"
    ):
        shrunk(weeks, rules=RULES)
    with pytest.raises(TableError, match="n_effective: must be there"):
        shrunk(table_of([0.5], [7])[["session_adherence"]], rules=RULES)


# what a day's cells ask and credit; the second and third are kept, if only just
DAYS = {
    "x": [(1, 1), (1, 1)],
    "h": [(1, 1), (1, 0)],
    "q": [(6 / 7, 3 / 7)],
    "t": [(3, 1)],
    "0": [(1, 0), (1, 0)],
    "r": [(0, 0)],
}
KEPT = "xhq"


def cells_from(texts):
    """Cells of one patient a text, one mark a day."""
    rows = [
        {"patient_id": f"p{who}", "day": FIRST + timedelta(days=place), "exercise": f"exercise_{cell}", "side": "none",
         "expected": expected, "performed": credited, "credited": credited, "dose_done": 0.0, "dose_floor": 5.0,
         "dose_ceiling": 5.0, "dose_known": True, "observed": True, "state": "partial" if credited else "known_zero"}
        for who, text in enumerate(texts)
        for place, mark in enumerate(text)
        for cell, (expected, credited) in enumerate(DAYS[mark])
    ]  # fmt: skip
    cells = make(CELLS, rows)
    cells.attrs["rules"] = RULES.as_data()
    return cells


def change_slow(days):
    """Return change day, rate before and after from pairs of day and kept, as docs/measures.md states them."""

    def likelihood(k, n):
        return (k * math.log(k / n) if k else 0) + ((n - k) * math.log(1 - k / n) if k < n else 0)

    kept, whole = [one for _, one in days], len(days)
    gains = {
        split: likelihood(sum(kept[:split]), split)
        + likelihood(sum(kept[split:]), whole - split)
        - likelihood(sum(kept), whole)
        for split in range(7, whole - 6)
    }
    if not gains:
        return None, math.nan, math.nan
    best = min(split for split, gain in gains.items() if gain >= max(gains.values()) - 1e-9)
    before, after = sum(kept[:best]) / best, sum(kept[best:]) / (whole - best)
    if gains[best] > math.log(whole) + 1e-9 and abs(after - before) >= 0.2 - 1e-9:
        return days[best][0], before, after
    return None, math.nan, math.nan


def agrees(row, wanted):
    day, before, after = wanted
    assert (None if pd.isna(row["change_day"]) else row["change_day"].date()) == day
    assert (row["rate_before"], row["rate_after"]) == pytest.approx((before, after), nan_ok=True)


SEGMENTS = st.tuples(st.sampled_from(["x", "0", "x0", "xh0", "hqt", "xr", "0t", "q"]), st.integers(1, 9))
TEXTS = st.lists(SEGMENTS, max_size=6).map(lambda parts: "".join(mark * times for mark, times in parts))


@STEADY
@given(st.lists(TEXTS.filter(bool), min_size=1, max_size=4))
def test_the_day_of_a_change_is_the_one_of_the_page(texts):
    found = change_day(cells_from(texts))
    assert found.index.tolist() == [f"p{who}" for who in range(len(texts))]
    for text, row in zip(texts, found.to_dict("records"), strict=True):
        days = [(FIRST + timedelta(days=place), mark in KEPT) for place, mark in enumerate(text) if mark != "r"]
        agrees(row, change_slow(days))


@settings(STEADY, max_examples=30)
@given(caseloads(), st.sampled_from([0.3, 0.5, 1.0]))
def test_kept_days_of_any_caseload_are_those_of_the_page(caseload, kept_share):
    rx, log, pauses, rules = caseload
    cells = cell_table(rx, log, rules, pauses=pauses)
    found = change_day(cells, rules=rules.model_copy(update={"alarm": AlarmRules(kept_share=kept_share)}))
    assert found.index.tolist() == sorted(set(cells["patient_id"]))
    for patient, row in zip(found.index, found.to_dict("records"), strict=True):
        sums = {}
        for cell in cells[cells["patient_id"] == patient].to_dict("records"):
            asked, done = sums.get(cell["day"].date(), (0, 0))
            sums[cell["day"].date()] = asked + cell["expected"], done + cell["credited"]
        days = [(day, done >= kept_share * asked - 1e-9) for day, (asked, done) in sorted(sums.items()) if asked]
        agrees(row, change_slow(days))


def test_a_change_is_dated_on_the_first_scheduled_day_of_the_new_rate():
    """Fourteen days done, then three rest days, then fourteen not done: the new rate begins after the rest."""
    row = change_day(cells_from(["x" * 14 + "rrr" + "0" * 14])).loc["p0"]
    assert row["change_day"].date() == FIRST + timedelta(days=17)
    assert (row["rate_before"], row["rate_after"]) == (1, 0)


def test_a_rise_is_a_change_too():
    row = change_day(cells_from(["0" * 14 + "x" * 14])).loc["p0"]
    assert (row["rate_before"], row["rate_after"]) == (0, 1)


@pytest.mark.parametrize("text", ["x" * 60, "0" * 60, "x0" * 30, "x" * 6 + "0" * 7, "r" * 30, "x"])
def test_a_steady_patient_or_less_than_a_week_of_days_on_a_side_shows_no_change(text):
    assert change_day(cells_from([text])).isna().all(axis=None)


def test_the_last_week_is_the_shortest_stretch_that_can_be_a_change():
    """Twenty days done, then six not done: the last seven days hold one of the twenty."""
    row = change_day(cells_from(["x" * 20 + "0" * 6])).loc["p0"]
    assert row["change_day"].date() == FIRST + timedelta(days=19)
    assert row["rate_after"] == pytest.approx(1 / 7)


def test_of_two_changes_equally_clear_the_earlier_is_reported():
    row = change_day(cells_from(["x" * 10 + "0" * 10 + "x" * 10])).loc["p0"]
    assert row["change_day"].date() == FIRST + timedelta(days=10)


def test_a_clear_gain_between_rates_that_differ_by_less_than_a_fifth_is_not_a_change():
    """All of 300 days, then 56 of 64: the gain is 14.3 and ln 364 is 5.9, but the rates differ by 0.125."""
    assert change_day(cells_from(["x" * 300 + "0xxxxxxx" * 8])).isna().all(axis=None)


def test_half_of_what_was_asked_keeps_a_day_and_a_third_does_not():
    found = change_day(cells_from(["h" * 10 + "t" * 10, "q" * 10 + "t" * 10, "h" * 20]))
    assert found["rate_before"].tolist() == pytest.approx([1, 1, math.nan], nan_ok=True)


def test_the_share_that_keeps_a_day_is_the_one_of_the_rules():
    cells = cells_from(["h" * 10 + "t" * 10])
    lenient = RULES.model_copy(update={"alarm": AlarmRules(kept_share=0.3)})
    assert change_day(cells)["change_day"].notna().all()
    assert change_day(cells, rules=lenient)["change_day"].isna().all()


def test_an_empty_caseload_has_no_changes():
    found = change_day(cells_from([]))
    assert found.empty and found.columns.tolist() == ["change_day", "rate_before", "rate_after"]


def test_cells_without_rules_or_columns_are_refused():
    cells = cells_from(["x"])
    with pytest.raises(TableError, match="credited: must be there"):
        change_day(cells.drop(columns="credited"))
    cells.attrs.clear()
    with pytest.raises(RulesError, match="does not say by which rules it was made"):
        change_day(cells)


PATIENTS = 2_000  # of each simulated caseload


def reported(rates, seed):
    """Share of simulated patients for whom a change is reported; `rates` is the chance of each day to be kept."""
    kept = np.random.default_rng(seed).random((PATIENTS, len(rates))) < np.asarray(rates)
    patient, place = np.divmod(np.arange(kept.size), len(rates))
    cells = pd.DataFrame(
        {
            "patient_id": pd.Categorical.from_codes(patient, [f"p{who:04}" for who in range(PATIENTS)]),
            "day": np.datetime64(FIRST, "s") + place * np.timedelta64(86_400, "s"),
            "exercise": "exercise_a",
            "side": "none",
            "expected": 1.0,
            "performed": kept.ravel().astype(float),
            "credited": kept.ravel().astype(float),
            "dose_done": 0.0,
            "dose_floor": 1.0,
            "dose_ceiling": 1.0,
            "dose_known": True,
            "observed": True,
            "state": np.where(kept.ravel(), "full", "known_zero"),
        }
    )
    return change_day(cells, rules=RULES)["change_day"].notna().mean()


def monte_carlo_error(share):
    """Three standard errors of a share of 2,000 patients."""
    return 3 * math.sqrt(share * (1 - share) / PATIENTS)


@pytest.mark.parametrize("days", [28, 56, 84])
@pytest.mark.parametrize("p", [0.5, 0.6, 0.7, 0.8, 0.9])
def test_without_a_change_one_is_reported_in_three_to_nine_per_cent(p, days):
    """Within three standard errors: 0.011 at the lower end, 0.019 at the upper."""
    found = reported([p] * days, seed=days)
    assert 0.03 - monte_carlo_error(0.03) <= found <= 0.09 + monte_carlo_error(0.09)


@pytest.mark.parametrize(("days", "share"), [(28, 0.75), (56, 0.94), (84, 0.99)])
def test_a_fall_from_eight_to_three_days_in_ten_is_found_in_as_many_patients_as_the_page_says(days, share):
    """Within three standard errors, 0.029, 0.016 and 0.007, and the 0.005 to which the page rounds."""
    found = reported([0.8] * (days // 2) + [0.3] * (days // 2), seed=days)
    assert found == pytest.approx(share, abs=monte_carlo_error(share) + 0.005)
