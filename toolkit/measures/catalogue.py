"""Every number of the toolkit: its formula, what it is taken over, its edges and its source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from toolkit.rules import Rules

TOLD = ("formula", "over", "unit", "edge", "source", "flag")
SHARED = ("over", "unit", "range", "edge", "source")  # what a family may say once for its measures
_NAME = re.compile(r"`([a-z_]+(?:\.[a-z_]+)?)`")


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of one result: `family` is the function that returns it.

    `formula` speaks in the letters of `measures.toml`; `over` is the denominator or what the number is taken over;
    `edge` is what stands there when there is nothing. `flag` belongs to `source`: V it was read, S read in a text about
    it, O our own convention. `plain` is the name a reader without the code needs, where a report prints the number;
    `default` marks the dozen a therapist needs; `same_as` names the measure of another family
    that it repeats, as `family.name`.
    """

    name: str
    family: str
    formula: str
    over: str
    unit: str
    range: str
    edge: str
    source: str
    flag: str
    plain: str = ""
    default: bool = False
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """The measures that one function returns: what its row is, and the index levels that no other family has."""

    name: str
    chapter: str
    row: str
    index: tuple[str, ...]
    measures: tuple[Measure, ...]

    def names(self) -> set[str]:
        """Return the columns and index levels by which a table of the family is known."""
        return {*self.index, *(one.name for one in self.measures)}


@cache
def families() -> tuple[Family, ...]:
    """Return the families of measures in the order of docs/measures.md."""
    data = tomllib.loads(files("toolkit.measures").joinpath("measures.toml").read_text(encoding="utf-8"))
    known: dict[str, dict[str, Any]] = {}
    return tuple(_family(family, data["source"], known) for family in data["family"])


def measures() -> tuple[Measure, ...]:
    """Return every measure, one a column of a result, in the order of docs/measures.md."""
    return tuple(one for family in families() for one in family.measures)


def default_columns() -> tuple[str, ...]:
    """Return the dozen columns a therapist needs, in their order."""
    return tuple(one.name for one in measures() if one.default)


def explain(table: pd.DataFrame) -> pd.DataFrame:
    """Return what each column of a result means, and how many rows have it.

    Parameters
    ----------
    table : as any function of docs/measures.md returns it, or some of its columns, or several joined

    Returns
    -------
    DataFrame, indexed by `column`, one row a column of `table` in its order
        `formula`, `over` (the denominator, or what it is taken over), `unit`, `edge` (what stands there when there is
        nothing), `source` with its `flag` (V it was read, S read in a text about it, O our own convention); `groups`
        (rows of `table` with a value there) and `missing` (rows without). Index levels are left out; a column that is
        no measure has empty texts. A name that several functions use is told by the other columns of the table.
        `.attrs["rules"]` holds, as they are, the table's rules that differ from what ships or that a text names.

    Notes
    -----
    The texts are those of docs/measures.md: both come from `measures.toml`.
    """
    found = {name: _measure_of(str(name), table) for name in table.columns}
    texts = {text: [getattr(one, text) if one else "" for one in found.values()] for text in TOLD}
    known = [int(table[name].notna().sum()) for name in table.columns]
    told = pd.DataFrame(texts, index=pd.Index(table.columns, name="column"), dtype="str")
    told = told.assign(groups=known, missing=[len(table) - count for count in known])
    told.attrs["rules"] = _rules_that_matter(table.attrs.get("rules", {}), [one for one in found.values() if one])
    return told


def _measure_of(name: str, table: pd.DataFrame) -> Measure | None:
    """Return the measure behind a column: of several families the one that shares most names with the table."""
    here = {*map(str, table.columns), *map(str, table.index.names)}
    using = [(family, one) for family in families() for one in family.measures if one.name == name]
    if not using:
        return None
    return max(using, key=lambda pair: len(pair[0].names() & here))[1]  # the first of those that share most


def _rules_that_matter(rules: Mapping[str, Any], shown: Collection[Measure]) -> dict[str, Any]:
    """Return the rules that somebody changed or that a measure shown names, in the form of `Rules.as_data`."""
    if not rules:
        return {}
    named = {name for one in shown for name in _NAME.findall(f"{one.formula} {one.over} {one.range} {one.edge}")}
    shipped = Rules(as_of=rules["as_of"]).as_data()
    kept: dict[str, Any] = {}
    for name, value in rules.items():
        if isinstance(value, Mapping):
            inside = {k: v for k, v in value.items() if f"{name}.{k}" in named or v != shipped[name][k]}
            kept |= {name: inside} if inside else {}
        elif name == "as_of" or name in named or value != shipped[name]:
            kept[name] = value
    return kept


def _family(data: Mapping[str, Any], sources: Mapping[str, Any], known: dict[str, dict[str, Any]]) -> Family:
    """Return one family of the file; `known` collects the fields of each measure for those that repeat it."""
    name, shared = data["name"], {text: data[text] for text in SHARED if text in data}
    built = []
    for own in data["measure"]:
        before = known[own["same_as"]] | {"default": False} if "same_as" in own else shared
        fields = {**before, **own, "family": name}
        known[f"{name}.{own['name']}"] = fields
        built.append(
            Measure(**{**fields, "source": sources[fields["source"]]["text"]}, flag=sources[fields["source"]]["flag"])
        )
    return Family(name, data["chapter"], data["row"], tuple(data.get("index", ())), tuple(built))
