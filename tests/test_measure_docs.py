"""The page of measures: its tables are what the data say, and every name on it is a name of the toolkit."""

import ast
import re

import pytest
from dictionary import MEASURES_PAGE, ROOT, measures_page

from toolkit.measures.alert_rules import SERIES, presets
from toolkit.measures.backtest import BackTest
from toolkit.measures.catalogue import families, measures
from toolkit.measures.groups import GROUPINGS
from toolkit.rules import TARGETS, Rules
from toolkit.schema import REASONS, SIDES, TABLES, TIERS

TEXT = MEASURES_PAGE.read_text(encoding="utf-8")


def test_the_tables_of_the_page_are_what_the_data_say():
    assert measures_page(TEXT) == TEXT, "run `make dictionary`"


@pytest.mark.parametrize("part", ["rules", "presets", "measures"])
def test_a_page_that_was_changed_by_hand_in_a_table_is_noticed(part):
    changed = TEXT.replace(f"<!-- end of {part} -->", f"by hand\n<!-- end of {part} -->")
    assert measures_page(changed) == TEXT


def test_a_page_that_lost_a_marker_is_not_written():
    with pytest.raises(AssertionError, match="presets"):
        measures_page(TEXT.replace("<!-- end of presets -->", ""))


def test_every_measure_and_every_preset_has_one_row():
    rows = re.findall(r"^\| \*{0,2}`(\w+)`", TEXT, re.M)
    assert len(rows) == len(measures()) + len(families()) + len(presets())


def test_the_lines_of_the_page_end_where_they_should():
    assert [line for line in TEXT.splitlines() if len(line) > 120 and not line.startswith("|")] == []


def names_of_the_toolkit():
    """Return every name that the page may put between backticks."""
    for name, value in Rules(as_of="2026-03-31").as_data().items():
        yield from [f"{name}.{inner}" for inner in value] if isinstance(value, dict) else [name]
    for one in measures():
        yield from (one.name, one.family, f"{one.family}.{one.name}")
    yield from (column.name for table in TABLES for column in table.columns)
    yield from (*REASONS, *TIERS, *TARGETS, *SERIES, *GROUPINGS, *SIDES, *presets(), *BackTest.__slots__)
    for path in sorted((ROOT / "toolkit/measures").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_name_between_backticks_is_a_name_of_the_toolkit():
    words = {"drop", "never_started"}  # a value of near_duplicates; what a curve says in its attrs
    named = {*re.findall(r"`([a-z]\w*(?:\.[a-z]\w*)?)`", TEXT)}
    assert sorted(named - {*names_of_the_toolkit()} - words) == []


def test_every_flag_is_one_that_the_page_explains():
    assert {*re.findall(r"\[([A-Z])\]", TEXT)} == {"V", "S", "O", "C", "E"}


def test_every_file_that_a_source_names_is_there():
    named = {path for one in measures() for path in re.findall(r"toolkit/[\w/]+\.\w+", f"{one.source} {one.formula}")}
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
