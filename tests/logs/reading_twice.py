"""A file read twice: in blocks, of any size, and record by record. What comes out must be equal in everything."""

from contextlib import contextmanager

import pandas as pd
import pytest

from toolkit.errors import ToolkitError
from toolkit.logs import blocks, recognise
from toolkit.logs.formats.base import Aside, Kept
from toolkit.logs.mapping import mapping_of
from toolkit.logs.read import begin, read_source
from toolkit.logs.source import source_of


@contextmanager
def in_blocks(size):
    """Read blocks of at most `size` bytes, none where it is None."""
    with pytest.MonkeyPatch.context() as patch:
        if size is None:
            patch.setattr(recognise, "pieces_of", lambda *_: None)
        else:
            patch.setattr(blocks, "LARGEST", size)
            patch.setattr(blocks, "ENOUGH", 1)
        yield


def outcome(data, *, block=None, tables=True, **said):
    """Return what comes of bytes, or their refusal; without `tables` their rows as they were read, which is faster."""
    said["mapping"] = mapping_of(said.get("mapping"))
    with in_blocks(block):
        try:
            return (read_source if tables else rows_of)(source_of("log.csv", data), **said)
        except ToolkitError as error:
            return error


def rows_of(source, **said):
    """Return the entries, what was set aside, and what is told of the file."""
    reading = begin(source, **said)
    kept, aside = [], []
    for item in reading.lots():
        if isinstance(item, Aside):
            aside.append(reading.quarantined(item))
        elif isinstance(item, Kept):
            kept.append(item.entry)
        else:
            columns = [map(without_nan, column.tolist()) for column in item.columns.values()]
            kept += [dict(zip(item.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    return kept, aside, reading.account, reading.questions, reading.notices


def without_nan(value):
    return None if value != value else value


def hold_equal(one, other):
    """Assert that two outcomes are the same: values, order, types, words."""
    if isinstance(other, ToolkitError):
        assert (type(one), str(one), one.code) == (type(other), str(other), other.code)
        return
    assert not isinstance(one, ToolkitError), one
    if isinstance(other, tuple):
        assert one == other
        return
    for name in ("account", "questions", "notices", "format", "file_sha256", "header", "says"):
        assert getattr(one, name) == getattr(other, name), name
    pd.testing.assert_frame_equal(one.log, other.log, check_exact=True)
    pd.testing.assert_frame_equal(one.quarantine, other.quarantine, check_exact=True)


def read_twice(data, *sizes, **said):
    """Return what came of bytes, having held that blocks of each of these sizes come to the same."""
    strict = outcome(data, **said)
    for size in sizes:
        hold_equal(outcome(data, block=size, **said), strict)
    return strict


def share_at_once(data, **said):
    """Return the share of the rows that were read many at once."""
    lots = list(begin(source_of("log.csv", data), **said).lots())
    at_once = [item.rows for item in lots if hasattr(item, "columns")]
    return sum(at_once) / (sum(at_once) + len(lots) - len(at_once))
