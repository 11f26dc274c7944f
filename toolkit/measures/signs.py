"""Safety signs: what puts a patient first in the calling order, each with its day and a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.errors import Problem, TableError
from toolkit.measures.attribution import day_number
from toolkit.measures.coding import EDGE, as_dates, days
from toolkit.measures.groups import group_by
from toolkit.measures.notes import Unread, aside_names, named, on, quoted
from toolkit.measures.pain import DROPPED, pain_days, rise
from toolkit.measures.reviews import last_reviews
from toolkit.rules import Rules
from toolkit.schema import QUARANTINE
from toolkit.tables import conform

RECENT_DAYS = 7
COLUMNS = ["patient_id", "kind", "at", "says"]
KINDS = ("note", "pain_max", "flare")  # in the order they are told: words first, numbers stand in the charts too


def safety_signs(
    rows: pd.DataFrame,
    rules: Rules,
    *,
    quarantine: pd.DataFrame | None = None,
    unread: Unread | None = None,
    reviews: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the safety signs of the last 7 days, one row a sign.

    Parameters
    ----------
    rows : the log as `attribute` returns it
    rules : `as_of`, `pain` and `triage` are used
    quarantine : rows that were not kept: their notes are searched too
    unread : entry ids of notes nobody has read (`unread_notes`), or patient and name of all rows nobody has seen
        (`Store.unseen`): a flagged note among them counts however old it is, pain of a day after `as_of` at once, and
        no review came after such a sign
    reviews : where `unread` is given, the note of a quarantined row counts until a review that is later, without a date
        always; and whenever `unread` names the row (`aside_names`)

    Returns
    -------
    DataFrame with `patient_id`, `kind` (pain_max, flare, note), `at` (when it was done or, if later, written down; NaT
        where that cannot be told), `unread` (bool) and `says`
    """
    if isinstance(unread, str):
        raise TableError(
            "The unread notes cannot be used.", [Problem("unread", "must be a list of entry ids, not a text")]
        )
    rows = rows[rows["pain"].notna() | rows["note"].notna()]
    rows = rows.assign(waits=named(rows["patient_id"], rows["entry_id"], unread))
    found = pd.concat(
        [
            _worst_pain(rows, rules),
            _flares(rows, rules),
            _notes(rows, rules),
            _aside(quarantine, rules, unread, reviews),
        ],
        ignore_index=True,
    )
    return found.sort_values("patient_id", kind="stable").reset_index(drop=True)


def _recent(rows: pd.DataFrame, rules: Rules) -> pd.Series:
    day, as_of = days(rows["day"]), day_number(rules)
    return pd.Series((day > as_of - RECENT_DAYS) & (day <= as_of), index=rows.index)


def _worst_pain(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    dropped = rows["reason"].isin(set(DROPPED) - {"near_duplicate"})  # pain beside a like session is pain all the same
    later = (days(rows["day"]) > day_number(rules)) & rows["waits"]  # of today: it does not wait for midnight
    high = rows[(_recent(rows, rules) | later) & ~dropped & (rows["pain"] >= rules.triage.pain_max - EDGE)]
    high = high.sort_values(["pain", "day"], kind="stable", ascending=False)
    says = [
        f"pain {pain:g} of 10 on {on(day, rules.as_of)}" for pain, day in zip(high["pain"], high["day"], strict=True)
    ]
    return _signs(high, "pain_max", says).assign(unread=high["waits"].to_numpy())


def _flares(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return one sign for each patient whose pain flared on as many of the last days as the rules ask."""
    groups = group_by(rows, ["patient_id"])
    as_of = day_number(rules)
    found = pain_days(rows, groups, rules)
    late = np.flatnonzero(found.day > as_of - RECENT_DAYS)
    flare = late[rise(found, before_days=rules.pain.flare_days, at=late) >= rules.pain.flare_points - EDGE]
    days_of = pd.DataFrame(
        {"patient_id": groups.labels.to_numpy()[found.group[flare]], "day": as_dates(found.day[flare])}
    )
    many = days_of.groupby("patient_id")["day"].agg(["size", "max"])
    many = many[many["size"] >= rules.triage.flare_days].reset_index()
    above_usual = f"pain {rules.pain.flare_points:g} points or more above the {rules.pain.flare_days} days before"
    says = [
        f"{above_usual} on {size} days, the last {on(last, rules.as_of)}"
        for size, last in zip(many["size"], many["max"], strict=True)
    ]
    at = _written(rows, many.rename(columns={"max": "day"}))
    new = _judged_anew(rows[rows["pain"].notna() & rows["waits"]], many, rules)
    signs = _signs(many.assign(performed_at=at, logged_at=pd.NaT), "flare", says)
    return signs.assign(unread=many["patient_id"].isin(new).to_numpy())


def _judged_anew(fresh: pd.DataFrame, many: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the patients whose flares rest on a value that nobody has seen: of such a day, or of those before it."""
    if not len(fresh):
        return fresh["patient_id"]
    pairs = many[["patient_id", "max"]].merge(fresh[["patient_id", "day"]])
    back = (pairs["max"] - pairs["day"]).dt.days
    return pairs.loc[(back >= 0) & (back < RECENT_DAYS + rules.pain.flare_days), "patient_id"]


def _written(rows: pd.DataFrame, days_of: pd.DataFrame) -> pd.Series:
    """Return when the last value of pain of each patient and day was given or written down."""
    given = rows[rows["pain"].notna() & rows["patient_id"].isin(days_of["patient_id"])]
    at = given[["performed_at", "logged_at"]].max(axis=1)
    latest = at.groupby([given["patient_id"], given["day"]]).max()
    keys = pd.MultiIndex.from_frame(days_of[["patient_id", "day"]])
    return pd.Series(latest.reindex(keys).to_numpy(), index=days_of.index)


def _notes(rows: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    fresh = _recent(rows, rules)
    noted = rows[(fresh | rows["waits"]) & rows["note"].notna()].sort_values("day", kind="stable", ascending=False)
    note, texts = pd.factorize(noted["note"])
    words = np.array([quoted(text) for text in texts], dtype=object)[note]
    says = [f"a note of {on(day, rules.as_of)} says {word}" for day, word in zip(noted["day"], words, strict=True)]
    signs = _signs(noted, "note", says).assign(unread=noted["waits"].to_numpy())
    return signs[np.array([bool(word) for word in words], dtype=bool)]


def _aside(
    quarantine: pd.DataFrame | None, rules: Rules, unread: Unread | None, reviews: pd.DataFrame | None
) -> pd.DataFrame:
    """Return notes of quarantined rows: recent and undated ones; with `unread`, all that no review came after."""
    if quarantine is None or not len(quarantine):
        return _signs(None, "note", [])
    quarantine = conform(quarantine, QUARANTINE)
    noted = quarantine[quarantine["note"].notna() & quarantine["patient_id"].notna()]
    at = noted["performed_at"]
    old = at < pd.Timestamp(rules.as_of) - pd.Timedelta(days=RECENT_DAYS - 1)
    seen = last_reviews(reviews)["reviewed_at"].reindex(noted["patient_id"]).to_numpy("datetime64[us]")
    waits = ~(at <= seen) & (unread is not None) | named(noted["patient_id"], aside_names(noted), unread)
    noted, at, waits = (part[~old | waits] for part in (noted, at, waits))
    words = [quoted(note) for note in noted["note"]]
    dated = [f" of {on(day, rules.as_of)}" if pd.notna(day) else "" for day in at]
    says = [f"a note{day} in a row set aside at import says {word}" for day, word in zip(dated, words, strict=True)]
    signs = _signs(noted.assign(performed_at=at, logged_at=pd.NaT), "note", says).assign(unread=waits.to_numpy())
    return signs[np.array([bool(word) for word in words], dtype=bool)]


def in_words(signs: pd.DataFrame) -> dict[str, str]:
    """Return one sentence for each patient: the first sign of each kind, and how many more there are."""
    said: dict[str, dict[str, list[str]]] = {}
    for who, kind, says in zip(signs["patient_id"], signs["kind"], signs["says"], strict=True):
        told = said.setdefault(who, {}).setdefault(kind, [])
        told.extend([] if says in told else [says])  # the same note in two rows is one
    return {who: _sentence([kinds[kind] for kind in KINDS if kind in kinds]) for who, kinds in said.items()}


def _sentence(kinds: list[list[str]]) -> str:
    parts = [one[0] + (f" (and {len(one) - 1} more)" if len(one) > 1 else "") for one in kinds]
    joined = "; ".join(parts)
    return joined[:1].upper() + joined[1:]


def _signs(rows: pd.DataFrame | None, kind: str, says: list[str]) -> pd.DataFrame:
    if rows is None:
        return pd.DataFrame({name: [] for name in [*COLUMNS, "unread"]}, dtype=object)
    at = rows[["performed_at", "logged_at"]].max(axis=1)
    table = pd.DataFrame({"patient_id": rows["patient_id"].to_numpy(), "kind": kind, "at": at.to_numpy(), "says": says})
    return table.assign(unread=False)
