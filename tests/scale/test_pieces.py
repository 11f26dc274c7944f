"""Rows taken apart by patient, put away and joined again say what they said, in their order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs.writing_logs import many

from toolkit.errors import TableError, ToolkitError
from toolkit.logs.formats.columns import Names, hashes_of, mixed
from toolkit.plan.catalogue import exercises
from toolkit.samples import sample_clinic
from toolkit.scale import ledger
from toolkit.scale.ledger import Ledger
from toolkit.scale.pieces import by_part, of_log, parts_of
from toolkit.schema import LOG, SIDES, STATUSES
from toolkit.tables import make

NUMBER = st.none() | st.sampled_from([0, 1, 2.5, 10, 0.1, 1 / 3])
MOMENT = st.datetimes(pd.Timestamp("2026-03-01"), pd.Timestamp("2026-03-09"))
ROW = st.fixed_dictionaries(
    {
        "entry_id": st.sampled_from(["e1", "e2", "E" * 64, "é", ""]),
        "patient_id": st.sampled_from(["p1", "p2", "p3", "Zoé", "p" * 64]),
        "exercise": st.sampled_from([*exercises(), None]),
        "side": st.sampled_from([*SIDES, None]),
        "performed_at": MOMENT,
        "time_known": st.booleans(),
        "utc_offset_min": st.sampled_from([None, 0, -420, 330]),
        "logged_at": st.none() | MOMENT,
        "status": st.sampled_from(STATUSES),
        "sets": NUMBER,
        "reps": NUMBER,
        "hold_s": NUMBER,
        "pain": NUMBER,
        "note": st.none() | st.sampled_from(["fine", "two\nlines", "a\0b", "ü"]),
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=30)


def told(log):
    """Return what each patient's rows say, in order; an identity by its number."""
    plain = log.astype(dict.fromkeys(("patient_id", "exercise", "side", "status", "note"), "object"))
    if plain["entry_id"].dtype.kind != "i":
        plain["entry_id"] = hashes_of(plain["entry_id"])
    plain = plain.drop(columns=["source", "line"], errors="ignore").sort_values("patient_id", kind="stable")
    rows = plain[sorted(plain)].astype("object")
    return rows.where(rows.notna(), None).to_numpy().tolist()


@many(150)
@given(ROWS, st.integers(1, 7), st.sampled_from([1, 5, 1_000]))
def test_rows_come_back_as_they_were_whatever_the_parts(rows, parts, held):
    log = make(LOG, rows)
    with pytest.MonkeyPatch.context() as patch, Ledger(parts) as some:
        patch.setattr(ledger, "HELD", held)
        for begin in range(0, len(log), 4):
            some.add(of_log(log.iloc[begin : begin + 4]), 0)
        found = [some.finish(part) for part in range(parts)]
    there = [one.log() for one in found if one is not None]
    assert sum(map(len, there)) == len(log)
    assert told(pd.concat(there, ignore_index=True)) == told(log)
    for part, one in enumerate(found):
        assert one is None or (parts_of(one.patients, parts) == part).all()


def test_a_patient_is_in_one_part_and_a_row_without_one_in_none():
    table = pd.DataFrame({"patient_id": ["a", None, "b", "a", "c"], "n": range(5)})
    parts = by_part(table, 3)
    assert sorted(n for part in parts for n in part["n"]) == [0, 2, 3, 4]
    assert sum("a" in set(part["patient_id"]) for part in parts) == 1


def test_an_identity_has_one_number_however_it_was_read():
    ids = [f"entry-{number}" for number in range(500)] + ["x", "y" * 64]
    log = make(LOG, [{"entry_id": one, "patient_id": "p", "performed_at": "2026-03-02", "pain": 1, "exercise": None,
                      "side": None, "status": None} for one in ids])  # fmt: skip
    text = "\n".join(ids).encode() + bytes(72)
    starts = np.cumsum([0, *(len(one) + 1 for one in ids[:-1])])
    sizes = np.array([len(one) for one in ids])
    block = type("Block", (), {"words": lambda self, *at: words(text, *at), "rows": len(ids)})()
    assert (
        Names(block, starts, sizes).hashes().tolist()
        == hashes_of(ids).tolist()
        == of_log(log).columns["entry_id"].tolist()
    )
    assert len(set(hashes_of(ids))) == len(ids)


def words(text, starts, sizes):
    found = [[text[begin : begin + size].ljust(64, b"\0") for begin, size in zip(starts, sizes, strict=True)]]
    return list(np.frombuffer(b"".join(found[0]), "<u8").reshape(-1, 8).T)


def test_numbers_of_many_identities_do_not_fall_together():
    found = mixed([np.arange(1, 1_000_001, dtype="<u8")])
    assert len(np.unique(found)) == 1_000_000
    assert abs(np.bincount(found % 64, minlength=64) - 15_625).max() < 700


def test_an_exercise_that_is_not_in_the_catalogue_is_no_pain_entry():
    log = make(LOG, [{"entry_id": "e", "patient_id": "p", "exercise": "curl", "side": None, "status": "done",
                      "performed_at": "2026-03-02"}])  # fmt: skip
    with pytest.raises(TableError, match="curl"):
        of_log(log)


def test_a_full_disk_is_told_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(ledger, "HELD", 10)
    monkeypatch.setattr(ledger.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Ledger, "_file", lambda self, part: ledger.Path("/dev/full"))
    with pytest.raises(ToolkitError, match=r"cannot wait in .*No space left.*TMPDIR"), Ledger(2) as some:
        some.add(of_log(sample_clinic(patients=2, weeks=1).log), 0)
    assert not list(tmp_path.iterdir())
