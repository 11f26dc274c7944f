"""No small group of patients can be read from the aggregate table, nor worked out from its totals."""

from collections import defaultdict
from itertools import product

import pytest
from exports import AS_OF, PLAN

from toolkit.exporting.aggregate import aggregate, pool
from toolkit.measures.cells import cell_table
from toolkit.rules import Rules
from toolkit.schema import LOG, PRESCRIPTIONS
from toolkit.tables import make


@pytest.mark.parametrize(
    ("counts", "pools"),
    [
        ([9, 6, 7, 5, 8], [(0, 1, 9), (1, 2, 6), (2, 3, 7), (3, 4, 5), (4, 5, 8)]),
        ([9, 1, 7, 5, 8], [(0, 1, 9), (1, 3, 8), (3, 4, 5), (4, 5, 8)]),
        ([9, 6, 7, 5, 1], [(0, 1, 9), (1, 2, 6), (2, 3, 7), (3, 5, 6)]),
        ([0, 0, 0, 0, 12], [(0, 5, 12)]),
        ([1, 1, 1, 1, 1], [(0, 5, 5)]),
        ([1, 1, 1, 1, 0], []),
        ([0, 0, 0, 0, 0], []),
    ],
)
def test_neighbours_are_pooled_until_no_group_is_small(counts, pools):
    assert pool(counts, 5) == pools


def hide_small(counts, least):
    """What is often done instead: small cells are blanked and the total is told."""
    return [count if count == 0 or count >= least else None for count in counts]


def worked_out(rule, cells, least, most):
    """Return the small cells that somebody who knows the rule, its result and the total could work out."""
    like = defaultdict(list)
    for counts in product(range(most + 1), repeat=cells):
        if sum(counts) <= most:
            like[sum(counts), repr(rule(counts, least))].append(counts)
    return [
        (tables[0], place)
        for tables in like.values()
        for place in range(cells)
        if len(found := {one[place] for one in tables}) == 1 and 0 < min(found) < least
    ]


@pytest.mark.parametrize(("cells", "most"), [(2, 20), (3, 17), (4, 14), (5, 11)])
@pytest.mark.parametrize("least", [2, 3, 4, 5])
def test_a_small_cell_cannot_be_worked_out_from_all_tables_of_a_size(cells, most, least):
    """Every table up to a total, as one who knows the rule would try them; of a total below `least` nothing is told."""
    assert [one for one in worked_out(pool, cells, least, most) if sum(one[0]) >= least] == []


def test_the_search_finds_what_a_plainer_rule_gives_away():
    """The control: 9 and 1 of 10 told as 9 and a blank."""
    assert ((9, 1), 1) in worked_out(hide_small, 2, 5, 12)


def caseload(shares, exercises):
    """Patients who kept so many of ten days, each with an exercise of `exercises`."""
    plans, log = [], []
    for number, (kept, names) in enumerate(zip(shares, exercises, strict=True)):
        who = f"p{number:02}"
        for name in names:
            side = "none" if name == "abdominal_stability" else "both"
            plans.append({**PLAN, "patient_id": who, "regimen_id": f"r-{who}", "exercise": name, "side": side,
                          "first_day": "2026-03-06", "last_day": "2026-03-15", "days_per_week": 7})  # fmt: skip
            log += [{"patient_id": who, "entry_id": f"{name[0]}{number}-{day}", "exercise": name, "side": side,
                     "performed_at": f"2026-03-{6 + day:02} 08:00", "status": "done", "sets": 1, "reps": 3,
                     "hold_s": 15} for day in range(kept)]  # fmt: skip
    rules = Rules(as_of=AS_OF)
    return cell_table(make(PRESCRIPTIONS, plans), make(LOG, log), rules), rules


def told(shares, exercises, small_cell=3):
    cells, rules = caseload(shares, exercises)
    return list(aggregate(cells, rules, small_cell=small_cell).itertuples(index=False, name=None))


KNEE, CORE = "knee_to_chest", "abdominal_stability"


def test_patients_are_counted_in_bands_of_what_they_kept():
    """Ten days each: 1 and 2 of 10 are below 0.2 and from 0.2 on; 10 of 10 is in the last band."""
    assert told([1, 1, 1, 2, 2, 3, 8, 9, 10], [[KNEE]] * 9) == [
        ("all", 0, 0.2, 3), ("all", 0.2, 0.4, 3), ("all", 0.4, 1, 3),
        (KNEE, 0, 0.2, 3), (KNEE, 0.2, 0.4, 3), (KNEE, 0.4, 1, 3),
    ]  # fmt: skip


def test_an_exercise_that_a_few_have_or_a_few_lack_is_left_out():
    """Two of nine lack the knee exercise: the two totals together would tell of them."""
    found = told([5] * 9, [[KNEE]] * 2 + [[CORE]] * 7)
    assert {name for name, *_ in found} == {"all"}
    both = told([5] * 9, [[KNEE]] * 4 + [[CORE]] * 5)
    assert {name for name, *_ in both} == {"all", KNEE, CORE}


def test_of_fewer_patients_than_the_threshold_nothing_is_told():
    assert told([5, 5], [[KNEE]] * 2) == []
