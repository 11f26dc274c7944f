"""The fast engine equals a slow, obvious one written from docs/measures.md; `test_random_cases` adds 2,000 patients."""

import pytest
from caseloads import caseloads
from hypothesis import HealthCheck, given, settings
from slow_twin import adherence_slow, attribute_slow, cells_slow

from toolkit.measures.adherence import adherence
from toolkit.measures.attribution import attribute
from toolkit.measures.cells import cell_table

STEADY = settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
QUANTITIES = ("expected", "performed", "credited", "dose_done", "dose_floor", "dose_ceiling")


@STEADY
@given(caseloads())
def test_every_row_gets_the_reason_that_the_page_gives_it(caseload):
    prescriptions, log, pauses, rules = caseload
    fast = attribute(prescriptions, log, rules, pauses=pauses)
    slow = attribute_slow(prescriptions, log, rules, pauses)
    assert fast["reason"].tolist() == [one["reason"] for one in slow]
    assert fast["near_duplicate"].tolist() == [one["near"] for one in slow]
    assert [day.date() for day in fast["day"]] == [one["day"] for one in slow]


@STEADY
@given(caseloads())
def test_every_cell_holds_what_the_page_says(caseload):
    prescriptions, log, pauses, rules = caseload
    fast = cell_table(prescriptions, log, rules, pauses=pauses)
    slow = cells_slow(prescriptions, log, rules, pauses)
    for name in ("patient_id", "exercise", "side", "state", "observed", "dose_known"):
        assert fast[name].tolist() == [cell[name] for cell in slow], name
    assert [day.date() for day in fast["day"]] == [cell["day"] for cell in slow]
    for name in QUANTITIES:
        assert fast[name].tolist() == pytest.approx([float(cell[name]) for cell in slow], abs=1e-9), name


@pytest.mark.parametrize(
    "by", [["patient_id"], ["patient_id", "exercise", "side"], ["week"], ["month", "weekday"]], ids=str
)
@settings(STEADY, max_examples=30)
@given(caseload=caseloads())
def test_every_measure_is_the_one_of_the_page(by, caseload):
    prescriptions, log, pauses, rules = caseload
    fast = adherence(cell_table(prescriptions, log, rules, pauses=pauses), by=by)
    slow = adherence_slow(cells_slow(prescriptions, log, rules, pauses), by, rules)
    assert [labels(key) for key in fast.index] == sorted((labels(key) for key in slow), key=order(by))
    for key, row in zip(fast.index, fast.to_dict("records"), strict=True):
        wanted = slow[next(one for one in slow if labels(one) == labels(key))]
        assert set(row) == set(wanted)
        assert row == pytest.approx(wanted, abs=1e-9, nan_ok=True)


def labels(key):
    """The labels of a group as plain values, whether there is one or several."""
    parts = key if isinstance(key, tuple) else (key,)
    return tuple(part.date() if hasattr(part, "hour") else part for part in parts)


def order(by):
    """Groups are in the order of their labels; weekdays from Monday, sides from left."""
    ranks = {"weekday": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "side": ["left", "right", "none"]}
    return lambda key: tuple(
        ranks[name].index(part) if name in ranks else part for name, part in zip(by, key, strict=True)
    )


def test_the_slow_twin_is_not_the_engine():
    """A twin that imported the engine would agree with anything."""
    from pathlib import Path

    text = (Path(__file__).parents[1] / "slow_twin.py").read_text(encoding="utf-8")
    assert "toolkit" not in text
