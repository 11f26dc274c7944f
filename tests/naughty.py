"""Strings that have broken programs elsewhere: a published list beside the checkout, left out where it is not there."""

import json
from pathlib import Path

import pytest

LIST = Path(__file__).parents[2] / "shared" / "data" / "torture" / "naughty_strings" / "blns.json"


def with_naughty(test):
    """Run a test only where the list is."""
    skipped = pytest.mark.skipif(not LIST.is_file(), reason="the list of naughty strings is not here")
    return pytest.mark.shared(skipped(test))


def naughty_strings():
    found = json.loads(LIST.read_text(encoding="utf-8"))
    assert len(found) == 515
    return found
