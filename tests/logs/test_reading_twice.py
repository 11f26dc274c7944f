"""Our own log read in blocks of bytes comes to what it comes to record by record: values, order, types, words."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs.corpus import CASES, GROUPS
from logs.corpus_case import HEADER, own, row
from logs.reading_twice import hold_equal, in_blocks, outcome, read_twice, share_at_once
from logs.writing_logs import drawn_rows, encoded, layouts, many, written
from torture.levels import SEED, count, tell
from torture.test_damage import SEEDS, mutant

from toolkit.errors import ToolkitError
from toolkit.logs import blocks
from toolkit.logs.formats import own_blocks, vocabulary
from toolkit.logs.mapping import Mapping
from toolkit.logs.stream import import_logs

SHARED = Path(__file__).parents[3] / "shared" / "data"
WHOLE = 3_600_000
TEXTS = [case for case in CASES if not case.place and not case.bytes.startswith(b"PK")]


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case.name)
def test_every_text_of_the_corpus_is_the_same_read_in_blocks(case):
    said = {"mapping": case.mapping, "patient_id": case.patient_id, "imported_on": case.imported_on}
    result = read_twice(case.bytes, WHOLE, **said)
    if isinstance(result, ToolkitError) or result.format == "own":
        read_twice(case.bytes, 300, 120, 37, tables=False, **said)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_single_text_of_the_corpus_is_the_same_read_in_blocks(group):
    read_twice(group.data, WHOLE, mapping=group.mapping, imported_on=group.imported_on)
    read_twice(group.data, 1_000, 200, tables=False, mapping=group.mapping, imported_on=group.imported_on)


REQUIRED = ("patient_id", "exercise", "performed_at")
CELLS = {  # the first goes with the first of every other column
    "entry_id": ["", "e-1", "e-2", "E.9", " e-1", "e_1", "é", "x" * 64, "x" * 65, "e-1\u00a0"],
    "patient_id": [
        "p1", "p2", " p1 ", "", "a@b", "Zo\u0065\u0301", "Zo\u00e9", "p" * 64, "p" * 65, "P1", "p\u200b1",
        "q" * 64 + "1", "q" * 64 + "2", "patient_id", 'p"1', "\u3000p1",
    ],
    "exercise": [
        "abdominal_stability", "psoas_stretch", "hamstring_stretch", "Knee_To_Chest ", "", "curl", "exercise",
        "abdominal_stability\u2028",
    ],
    "side": ["", "left", "right", "both", "none", " Both", "L", "side"],
    "performed_at": [
        "2026-03-02 07:30", "2026-03-02", "2026-03-02T07:30:05", "2026-03-02 07:30 ", " 2026-03-02", "", "2026-02-30",
        "2026-03-02 07:30Z", "2026-03-02 07:30:05-07:00", "2026-03-02T07:30+05:30", "2026-03-29 02:30", "1999-12-31",
        "2026-10-25 02:30:00", "2026-03-02 24:00", "2099-12-31", "2100-01-01", "02.03.2026", "45000", "performed_at",
        "2026-03-0\u0662", "2026-03-02\u00a007:30", "2026-03-02_07:30", "2026-03-02 07:3\u0665", "2026-03-02 7:30",
        "2026-03-02 07:30:5", "2026-03-04 00:00:00",
    ],
    "utc_offset_min": ["", "-420", "330", "-0", "840", "900", "60.0", "+60", "1e2", "-420 "],
    "logged_at": [
        "", "2026-03-02 08:00", "2026-03-03", "2026-03-02T08:00:00Z", " ", "soon", "2026-03-02 08:00-07:00",
    ],
    "status": ["done", "not_done", " DONE", "", "yes", "status"],
    "sets": ["", "1", "0", "3.0", "2.5", "50", "51", "\uff13", "1,5", " 2", "00000000000000000001", "9" * 41],
    "reps": ["", "10", "0", "2.5", "200.1", "1e1", "-1", "0.30000000000000004"],
    "hold_s": ["", "30", "0", "30 s", "0:30", "601", "12.5"],
    "pain": ["", "5", "0", "10", "11", "3.25", "5/10"],
    "note": [
        "", "fine", "a,b;c\td", 'said "so"', "two\nlines", "two\r\nlines", "one\rtwo", "\n", " ", "e\u0301",
        "x" * 2_001, "\u0958" * 1_000, "=1+1", "\U0001f600\u2028\u2029\x0b\x1c", "\ufeff", "'", '"',
        "2026-03-02,1,2,3,4,5,6,7,8,9,0,1,2\n,,,,,,,,,,,,2026-03-02,",
    ],
    "": ["", " ", "something", 'a "b"', "1\n2"],
    "Other, name": ["", "anything", "2026-03-02", "line\nend"],
}  # fmt: skip
ODD = ['{}"', '"{}', '"{}"x', 'x"{}"', '"{}', ' "{}"', "{}\r", '{}""', "{},", "{}\n"]


@st.composite
def odd_files(draw):
    """Return a file of ours with any columns in any order, cells that go right and wrong, and damage in some rows."""
    mark, end = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    some = draw(st.sets(st.sampled_from(sorted(set(CELLS) - set(REQUIRED))), max_size=12))
    names = draw(st.permutations([*REQUIRED, *sorted(some)]))
    tame, broken, again = (draw(st.sampled_from(one)) for one in ((0.7, 0.97, 1), (0, 0, 0.01, 0.1), (0, 0.3, 0.6)))
    chance = random.Random(draw(st.integers(0, 2**32)))

    def cell(name):
        text = CELLS[name][0] if chance.random() < tame else chance.choice(CELLS[name])
        if chance.random() < broken:
            return chance.choice(ODD).replace("{}", text)
        needed = any(one in text for one in ('"', "\r", "\n", mark)) or chance.random() < 0.1
        return '"' + text.replace('"', '""') + '"' if needed else text

    lines = [*(chance.choice(["", "about; this, log", '"p1,x"']) for _ in range(chance.choice([0, 0, 0, 2])))]
    lines.append(mark.join('"' + name + '"' if mark in name else name for name in names))
    for _ in range(draw(st.integers(1, 40))):
        cells = [cell(name) for name in names]
        cells = cells[:-1] if chance.random() < broken else [*cells, "more"] if chance.random() < broken else cells
        lines.append(lines[-1] if chance.random() < again else "" if chance.random() < broken else mark.join(cells))
        if chance.random() < broken / 4:
            lines.append(lines[chance.randrange(3) % len(lines)])
    text = end.join(lines) + draw(st.sampled_from([end, end, "", end + end, "\r"]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig"])))


SIZES = st.sampled_from([WHOLE, 2_000, 700, 300]) | st.integers(20, 1_500)
SAID = st.sampled_from(
    [{}, {}, {}, {"mapping": {"zone": "Europe/Berlin"}}, {"imported_on": date(2026, 3, 3)}, {"patient_id": "p7"},
     {"mapping": {"decimal": ","}}, {"mapping": {"words": {"side": {"L": "left"}}}}, {"mapping": {"encoding": "utf-8"}}]
)  # fmt: skip


def told_kind(result):
    if isinstance(result, ToolkitError):
        return result.code
    questions = result[3] if isinstance(result, tuple) else result.questions
    return "asked" if questions else "kept" if len(entries_of(result)) else "nothing kept"


def entries_of(result):
    return result[0] if isinstance(result, tuple) else result.log


def test_an_odd_file_comes_to_the_same_whatever_its_blocks():
    asked, seen = count(change=400, night=40_000, release=200_000), Counter()

    @many(asked)
    @given(odd_files(), SIZES, SAID)
    def run(data, size, said):
        seen["files"] += 1
        result = read_twice(data, size, tables=seen["files"] % 10 == 0, **said)
        seen[told_kind(result)] += 1
        seen["entries"] += 0 if isinstance(result, ToolkitError) else len(entries_of(result))

    run()
    tell("T8 twice", **seen)
    assert min(seen[kind] for kind in ("kept", "nothing kept", "asked", "unclosed_quote")) > 0
    assert seen["entries"] > 5 * asked


@many(200)
@given(layouts, drawn_rows, st.integers(1, 9), SIZES)
def test_a_made_up_log_comes_to_the_same_whatever_its_blocks(layout, drawn, times, size):
    """Equal rows without an identity stand in several blocks: each is numbered among all before it."""
    layout = replace(layout, own=True, form=None, decimal=".")
    text, _ = written(layout, drawn * times)
    data, encoding = encoded(text, layout)
    mapping = {"encoding": encoding} if encoding == "windows-1252" else {}
    read_twice(data, size, mapping=mapping | ({"zone": layout.zone} if layout.zone else {}))


def test_whatever_bytes_are_damaged_it_comes_to_the_same_in_blocks():
    asked, seen, chance = count(change=1_000, night=200_000, release=1_000_000), Counter(), random.Random(SEED)
    files = [SEEDS[name][0].replace(b"30Z", b"30") for name in ("own", "own, tabs")]
    for number in range(asked):
        header, end, rows = chance.choice(files).partition(b"\n")
        data = header + end + rows * chance.choice((1, 1, 2, 3))
        data = mutant(chance, data.replace(b"\n", b"\r\n") if chance.random() < 0.2 else data, files)
        if chance.random() < 0.9:  # what refuses the whole file hides all else
            data = data.replace(b"\0", b"").decode(errors="ignore").encode()
        size = chance.choice((WHOLE, WHOLE, 400, chance.randrange(10, 600)))
        mapping = {"zone": "Europe/Berlin"} if number % 3 == 0 else None
        seen[told_kind(read_twice(data, size, mapping=mapping, tables=number % 50 == 0))] += 1
    tell("T8b twice", mutants=asked, **seen)
    assert seen["kept"] > asked / 2


def test_what_is_streamed_into_files_is_the_same_in_blocks(tmp_path):
    pains = ["11" if number % 7 == 0 else "4" for number in range(99)]
    rows = [row(entry_id="" if number % 3 else f"e{number}", pain=pain) for number, pain in enumerate(pains)]
    rows[40] = row(note='a "stray" quote')
    (tmp_path / "diary.csv").write_bytes(own(*rows))
    files = []
    for size in (None, 1_000):
        out = tmp_path / str(size)
        out.mkdir()
        with in_blocks(size):
            import_logs([tmp_path / "diary.csv"], out, mapping=Mapping(), tell=lambda said: None)
        files.append([(out / name).read_bytes() for name in ("log.csv", "quarantine.csv")])
    assert files[0] == files[1]
    assert files[0][0].count(b"\n") == 1 + 99 - 15 - 1


def test_a_row_above_the_header_is_no_entry_in_blocks_either():
    line = "p1,abdominal_stability,2026-03-02,"
    result = read_twice(own(line, line, header=f"{line}\n{SHORT}"), WHOLE)
    assert (len(result.log), result.account.header) == (2, 2)


SHORT = "patient_id,exercise,performed_at,note"
NOTE = '"a ""word"", and\nmore"'
CLEAN = own(*(row(entry_id=f"e{number}", note=NOTE if number % 5 == 0 else "") for number in range(400)))


@pytest.mark.parametrize("size", [40_000, 999_900, 1_000_100, 2_000_000])
@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_record_that_may_be_too_long_is_counted_as_one_read_alone(size, letter):
    short = row(entry_id="e1")
    for long in (row(note=letter * size), row(note=f'"{letter * size}\n"'), letter * size):
        read_twice(own(*[short] * 20, long, *[short] * 20), WHOLE, 1_500_000, tables=False)


def test_a_clean_file_is_read_at_once_but_for_its_header():
    assert share_at_once(CLEAN) == 1
    assert share_at_once(CLEAN.replace(b"\n", b"\r\n").replace(b",", b"\t").replace(b'word""\t', b'word"",')) == 1


@pytest.mark.parametrize("mapping", [{"decimal": ","}, {"date": "%d.%m.%Y"}, {"blank": ("-",)}, {"hold_of": "set"}])
def test_a_mapping_that_changes_values_is_read_record_by_record(mapping):
    assert share_at_once(CLEAN, mapping=Mapping(**mapping)) == 0


def trusting_the_count(self, ends, row_ends, *, quoted):
    self.fits[:] = True
    FIND(self, ends, row_ends, quoted=quoted)


def blank_is_zero(self, block, sure):
    return np.nan_to_num(NUMBERS(self, block, sure))


def odd_is_blank(self, block, sure):
    return NUMBERS(self, block, np.ones(block.rows, bool))


FIND, NUMBERS = blocks.Block._find_fields, vocabulary.Vocabulary.numbers
WRONG = {
    "no quotation mark is odd": (blocks, "_first_odd", lambda text, mark: len(text)),
    "every row has the fields of the header": (blocks.Block, "_find_fields", trusting_the_count),
    "no note swallows a row": (blocks, "swallows_rows", lambda *_: False),
    "equal rows are one entry": (own_blocks.EntriesAtOnce, "_identify", lambda *_: None),
    "what is blank is zero": (vocabulary.Vocabulary, "numbers", blank_is_zero),
    "what is no number is blank": (vocabulary.Vocabulary, "numbers", odd_is_blank),
}
TEMPTING = [  # each tempts one of them
    own("p1,abdominal_stability,2026-03-02,", "p9,p1,abdominal_stability,2026-03-02,fine", header=SHORT),
    own(*["p1,abdominal_stability,2026-03-02,"] * 3, header=SHORT),
]


@pytest.mark.parametrize("name", WRONG)
def test_a_reader_of_blocks_that_trusts_too_much_is_noticed(monkeypatch, name):
    files = [case.bytes for case in TEXTS if case.trap and case.bytes.startswith(HEADER.encode()) and not case.mapping]
    files += TEMPTING
    strict = [outcome(data, tables=False) for data in files]
    monkeypatch.setattr(*WRONG[name])
    noticed = 0
    for data, right in zip(files, strict, strict=True):
        try:
            hold_equal(outcome(data, block=WHOLE, tables=False), right)
        except (AssertionError, IndexError, ValueError):
            noticed += 1
    tell("T8 control", guess=name, files=len(files), noticed=noticed)
    assert noticed > 0


def test_texts_that_fall_together_by_chance_are_told_apart(monkeypatch):
    monkeypatch.setattr(vocabulary, "MIXED", np.uint64(0))
    read_twice(own(*(row(patient_id=f"patient-{number % 7}", entry_id=f"e{number}") for number in range(50))), WHOLE)


def test_a_short_text_is_not_taken_for_a_long_one_of_another_block(monkeypatch):
    monkeypatch.setattr(vocabulary, "MIXED", np.uint64(0))  # now the key of the long one is the short one
    patients = ["x" * 8 + "p001"] * 40 + ["p001"] * 40
    rows = [row(patient_id=who, entry_id=f"e{number}") for number, who in enumerate(patients)]
    result = read_twice(own(*rows), len(own(*rows[:40])) + 50)
    assert result.log["patient_id"].tolist() == patients


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the files of others are not beside this checkout")
def test_every_text_beside_the_checkout_is_the_same_read_in_blocks():
    files = [path for path in sorted(SHARED.rglob("*")) if path.suffix in (".csv", ".tsv", ".txt", ".json")]
    for path in files:
        if path.stat().st_size < 5_000_000:
            read_twice(path.read_bytes(), WHOLE, 400)
    tell("T8 twice", files=len(files))
    assert len(files) > 100
