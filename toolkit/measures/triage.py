"""Whom to call, in order, each with the reason in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.measures.arrays import CellArrays
from toolkit.measures.attribution import attribute, attributed, attribution, day_number
from toolkit.measures.cells import cell_arrays
from toolkit.measures.coding import EDGE, dense
from toolkit.measures.grid import build_grid
from toolkit.measures.groups import check_cells
from toolkit.measures.notes import Unread
from toolkit.measures.reviews import last_reviews
from toolkit.measures.signs import in_words, safety_signs
from toolkit.measures.triage_facts import facts_of
from toolkit.measures.triage_words import sentence
from toolkit.rules import Rules
from toolkit.schema import PRESCRIPTIONS, TIERS, TRIAGE
from toolkit.tables import conform

TIER = {name: place for place, name in enumerate(TIERS, start=1)}


def triage(
    cells: pd.DataFrame,
    log: pd.DataFrame,
    prescriptions: pd.DataFrame,
    rules: Rules,
    *,
    quarantine: pd.DataFrame | None = None,
    unread: Unread | None = None,
    reviews: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every patient in calling order, one row each.

    Parameters
    ----------
    cells : one row an exercise, side and day, as `cell_table` returns it
    log, prescriptions : the tables `cells` was made from
    rules : `as_of` and the cuts of `triage` are used; a `target` only if one was chosen
    quarantine : rows set aside at import, whose notes are searched too
    unread : entry ids of notes nobody has read (`unread_notes`), or of all rows nobody has seen (`Store.unseen`): a
        note with a flagged word counts however old it is, and no review has known of a sign in such a row
    reviews : table of reviews; a patient to be looked at again later is shown apart, unless a safety sign is newer

    Returns
    -------
    DataFrame with `patient_id`, `tier` (1-10), `name` (safety, silent, dropping_off, low, thin_diary, one_barrier,
        over_dose, on_track, no_regimen, reviewed), `reason` (one sentence with its numbers), `also` (names of the other
        tiers that fit, `;` between), `days_since_last_session` (active days), `rolling_28`, `coverage_28` (0-1),
        `over_dose_28` (share of what was expected), `ends_in_days` (calendar days to the last day prescribed, below 0
        when it is over)
        The rules stand in `.attrs["rules"]`.

    Raises
    ------
    TableError
        If a table lacks a column or holds an unknown word.

    Notes
    -----
    Lexicographic, without weights; order and cuts are our own convention (docs/measures.md). Nothing here watches a
    patient: it is read when somebody opens it.
    """
    check_cells(cells, rules)
    rows = attribute(prescriptions, log, rules)
    who = pd.Index(rows["patient_id"].unique())
    told: dict[str, Any] = {"quarantine": quarantine, "unread": unread, "reviews": reviews}
    plan = conform(prescriptions, PRESCRIPTIONS)
    return ranked([_tiers(CellArrays.of(cells), rows, plan, who, rules, **told)], rules)


def tiers_of_log(
    prescriptions: pd.DataFrame, log: pd.DataFrame, rules: Rules, *, pauses: pd.DataFrame | None = None, **told: Any
) -> pd.DataFrame:
    """Return what `ranked` puts in order, of a log and in one go.

    Parameters
    ----------
    prescriptions, pauses : as `check_caseload` returns them
    log : a checked log; of its columns those that say what was done, in any dtype that tells equal from equal
    told : `quarantine`, `unread` and `reviews`, as in `triage`
    """
    grid = build_grid(prescriptions, pauses, day_number(rules), seen=log, checked=True)
    found = attribution(log, grid, rules, flag_near=False)
    speaks = np.flatnonzero((log["pain"].notna() | log["note"].notna()).to_numpy())
    rows, who = attributed(log, grid, found, speaks), grid.patients[dense(found.patient)[0]]
    return _tiers(cell_arrays(grid, found), rows, grid.prescriptions, who, rules, **told)


def ranked(tiers: Sequence[pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """Return the table of `triage`: patients in calling order, whatever blocks they were measured in."""
    there = [one for one in tiers if len(one)] or tiers[:1]
    order = pd.concat(there, ignore_index=True).sort_values(
        ["tier", "days_since_last_session", "reviewed_at", "patient_id"],
        ascending=[True, False, True, True],
        na_position="first",
        kind="stable",
    )
    table = order[TRIAGE.names].reset_index(drop=True)
    table.attrs["rules"] = rules.as_data()
    return table


def _tiers(
    cells: CellArrays,
    rows: pd.DataFrame,
    prescriptions: pd.DataFrame,
    logging: pd.Index,
    rules: Rules,
    *,
    quarantine: pd.DataFrame | None = None,
    unread: Unread | None = None,
    reviews: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the columns of `triage` and when each patient was last reviewed; only rows with pain or a note count."""
    signs = safety_signs(rows, rules, quarantine=quarantine, unread=unread, reviews=reviews)
    table = facts_of(cells, prescriptions, logging, signs, rules).join(last_reviews(reviews))
    fits = _fits(table, rules)
    fits["safety"] = table.index.isin(signs["patient_id"])
    apart = (table["look_again_on"] > pd.Timestamp(rules.as_of)) & ~table.index.isin(_newer(signs, table))
    return _placed(table, fits, apart, in_words(signs), rules)[[*TRIAGE.names, "reviewed_at"]]


def _newer(signs: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return the patients with a sign that the last review cannot have known of, or that nobody has read."""
    reviewed = table["reviewed_at"].reindex(signs["patient_id"]).to_numpy("datetime64[us]")
    later = signs["at"].to_numpy("datetime64[us]") > reviewed
    return signs.loc[signs["unread"].astype(bool) | signs["at"].isna() | later, "patient_id"]


def _fits(table: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Tell which tiers fit each patient; where nothing is known of a number, its tier does not."""
    cut, in_force = rules.triage, table["in_force"].to_numpy(bool)
    active, never = table["active"].to_numpy(bool), table["discontinued"].isna()
    waited = table["scheduled_days"] >= rules.alarm.welcome_days
    sides = table[["side_asymmetry_28", "share_asymmetry"]].abs().min(axis=1, skipna=False)
    target = np.nan if rules.target_share is None else rules.target_share
    one_left_out = (table["least_share"] < cut.barrier_low - EDGE) & (table["next_share"] >= cut.barrier_high - EDGE)
    fits = pd.DataFrame(
        {
            "silent": active & ((table["days_since_last_session"] >= rules.silent_days) | never & waited),
            "dropping_off": table["alarm_on"].notna(),
            "low": table["ci_high_28"] < cut.target_share * target - EDGE,
            "thin_diary": table["coverage_28"] < rules.coverage_min - EDGE,
            "one_barrier": one_left_out | (sides >= cut.asymmetry - EDGE),
            "over_dose": table["over_dose_28"] > cut.over_dose + EDGE,
        },
        index=table.index,
    )
    return fits & in_force[:, None]


def _placed(
    table: pd.DataFrame, fits: pd.DataFrame, apart: pd.Series, signs: dict[str, str], rules: Rules
) -> pd.DataFrame:
    """Give each patient the first tier that fits, its sentence, and the names of the others."""
    fits = fits.assign(no_regimen=~table["in_force"].to_numpy(bool))
    fits["on_track"] = ~fits.any(axis=1)
    fits["reviewed"] = apart
    names = ["reviewed", *(name for name in TIERS if name != "reviewed")]  # a review puts everything else aside
    mask = fits[names].to_numpy(bool)
    first = mask.argmax(axis=1)
    name = np.array(names, dtype=object)[first]
    columns = {column: table[column].tolist() for column in table}
    facts = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    known = zip(name, table.index.tolist(), facts, strict=True)
    said = [sentence(tier, row, signs.get(who, ""), rules) for tier, who, row in known]
    others = mask & (np.arange(len(names)) != first[:, None])
    others[:, names.index("on_track")] = False
    kinds, kind = np.unique(others, axis=0, return_inverse=True)
    also = np.array([";".join(np.array(names, dtype=object)[row]) for row in kinds], dtype=object)[kind]
    return (
        table.reset_index()
        .assign(tier=[TIER[one] for one in name], name=name, reason=said, also=also)
        .astype({"days_since_last_session": np.int64})
    )
