"""Writes data/README.md and the generated parts of docs/measures.md: what is data stands in the documents as it is."""

import re
import textwrap
from itertools import groupby
from pathlib import Path

from toolkit.measures.alert_rules import AlertRule, Preset, presets
from toolkit.measures.catalogue import Family, Measure, families, measures
from toolkit.rules import Rules
from toolkit.schema import TABLES, Column, Table

ROOT = Path(__file__).parents[1]
DATA_PAGE, MEASURES_PAGE = ROOT / "data/README.md", ROOT / "docs/measures.md"
FIELDS = ("formula", "over", "unit", "range", "edge", "source")
HEAD = """# Data

* `sample/`: small made-up files for the notebooks. `worked/`: the worked examples of `docs/measures.md`, and the diary
  of `90_adherence_by_hand`.
* The sample clinic itself is made by `toolkit/samples.py`; `backcare sample --out FOLDER` writes it.
* Nothing here was recorded by a real person.

# Data dictionary

Written from `toolkit/schema.py` by `make dictionary`. An empty cell of a number means *not recorded*; 0 means *recorded
as none*. Days are inclusive dates, instants are the patient's own clock.
"""


def dictionary() -> str:
    """Return the text of data/README.md."""
    return HEAD + "".join(section(table) for table in TABLES)


def section(table: Table) -> str:
    lines = [f"\n## {table.name}\n", f"One row is {table.row}.\n", "| Column | Type | Unit | Accepted | Meaning |"]
    lines += ["|---|---|---|---|---|", *(row(column) for column in table.columns)]
    return "\n".join(lines) + "\n"


def row(column: Column) -> str:
    accepted = " ".join(column.words)
    if column.low is not None:
        accepted = f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
    if column.blank:
        accepted = f"{accepted}, or missing" if accepted else "or missing"
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {accepted} | {column.meaning} |"


def measures_page(text: str) -> str:
    """Return the text of docs/measures.md with its generated parts, each between two comments, as the data say."""
    parts = {"rules": rules_part, "presets": presets_part, "measures": measures_part}
    for name, part in parts.items():
        between = re.compile(f"(<!-- {name}: `make dictionary` writes this -->\n).*?(<!-- end of {name} -->)", re.S)
        text, found = between.subn(lambda marks, part=part: f"{marks[1]}{part()}{marks[2]}", text)
        assert found == 1, f"docs/measures.md must hold one part {name}"
    return text


def rules_part() -> str:
    shipped = []
    for name, value in Rules(as_of="2026-03-31").as_data().items():
        inner = {f"{name}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {name: value}
        shipped += [f"`{k}` {in_words(k, v)}" for k, v in inner.items()]
    return textwrap.fill(" · ".join(shipped), width=120) + "\n"


def in_words(name: str, value: object) -> str:
    if name == "as_of":
        return "always stated"
    if isinstance(value, float):
        return f"{value:.3g}" if value >= 0.001 else f"{value:g}"
    return "none" if value is None else str(value).removesuffix(":00")


def presets_part() -> str:
    return (
        "\n".join(["| Preset | Rules | Source |", "|---|---|---|", *(preset_row(*one) for one in presets().items())])
        + "\n"
    )


def preset_row(name: str, preset: Preset) -> str:
    rules = "; ".join(f"{level}: {', '.join(map(tests_of, group))}" for level, group in groupby(preset.rule, by_level))
    sources = dict.fromkeys(f"{rule.source} [{rule.flag}]" for rule in preset.rule)
    return f"| `{name}` | {rules} | {'; '.join(sources)} |"


def by_level(rule: AlertRule) -> str:
    return rule.level


def tests_of(rule: AlertRule) -> str:
    when = " and ".join(f"`{text}`" for text in rule.when)
    return f"{when} on {rule.days} of {rule.within} days" if rule.within > 1 else when


def measures_part() -> str:
    known = {f"{one.family}.{one.name}": one for one in measures()}
    lines: list[str] = []
    for place, family in enumerate(families()):
        if not place or family.chapter != families()[place - 1].chapter:
            lines += ["", f"### {family.chapter}", ""] if lines else [f"### {family.chapter}", ""]
            lines += [
                "| Column | Formula | Over | Unit, range | When there is nothing | Source |",
                "|---|---|---|---|---|---|",
            ]
        lines += [family_row(family), *(measure_row(one, known.get(one.same_as)) for one in family.measures)]
    return "\n".join(lines) + "\n"


def family_row(family: Family) -> str:
    return f"| **`{family.name}`** | *one row: {family.row}* | | | | |"


def measure_row(one: Measure, same: Measure | None) -> str:
    """Say only what a measure does not take over from the one it repeats."""
    told = {name: getattr(one, name) for name in FIELDS} | {"source": with_flag(one)}
    if same:
        told = {name: "" if getattr(one, name) == getattr(same, name) else text for name, text in told.items()}
        told["formula"] = f"as `{one.same_as}`" + (f": {told['formula']}" if told["formula"] else "")
    kind = ", ".join(text for text in (told["unit"], told["range"]) if text)
    name = f"`{one.name}`" + (" *" if one.default else "")
    cells = (name, told["formula"], told["over"], kind, told["edge"], told["source"])
    return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |"


def with_flag(one: Measure) -> str:
    """Put the flag behind the statement it belongs to; what follows has one of its own."""
    first, mark, rest = one.source.partition("; ")
    return f"{first} [{one.flag}]; {rest}" if mark and rest.endswith("]") else f"{one.source} [{one.flag}]"


if __name__ == "__main__":
    DATA_PAGE.write_text(dictionary(), encoding="utf-8")
    MEASURES_PAGE.write_text(measures_page(MEASURES_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
