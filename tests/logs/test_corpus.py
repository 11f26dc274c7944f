"""T7: of every file of the corpus each value is exact, asked for or set aside; none changes without a word."""

import re
from collections import Counter
from functools import cache

import pandas as pd
import pytest
from logs.corpus import CASES, GROUPS, TRAPS
from logs.corpus_control import changed_by_pandas
from logs.reading_twice import in_blocks
from torture.levels import count, tell

from toolkit.errors import LogError
from toolkit.logs import values
from toolkit.logs.answers import offers
from toolkit.logs.codes import words
from toolkit.logs.encodings import previews
from toolkit.logs.formats import entries, own_entries
from toolkit.logs.formats.base import misfit
from toolkit.logs.read import read_log

FILES, SINGLES, FIXTURES = 150, 200, 3


def read(case, folder):
    """Return what the import makes of a case: a result, or its refusal."""
    if case.place:
        path = case.place(folder)
    else:
        path = folder / case.file
        path.write_bytes(case.bytes)
    said = {"mapping": case.mapping, "patient_id": case.patient_id, "imported_on": case.imported_on}
    if case.dictionary is not None:
        (folder / "dictionary.csv").write_bytes(case.dictionary)
        said["dictionary"] = folder / "dictionary.csv"
    try:
        return read_log(path, **said)
    except LogError as error:
        return error
    except Exception as error:  # no file may do that; it is told beside the others
        return LogError(f"{error!r}", code="crash")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What became of each case, read once."""
    return cache(lambda name: read(BY_NAME[name], tmp_path_factory.mktemp("case")))


BY_NAME = {case.name: case for case in CASES}


def told(value):
    """Return a cell of a table as the corpus writes it."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    return value.item() if hasattr(value, "item") else value


def kept_wrongly(case, result):
    """Return the entries that are not as the case says, or that it does not expect."""
    log = [] if isinstance(result, LogError) else result.log.to_dict("records")
    got = [{name: told(value) for name, value in one.items()} for one in log]
    if len(got) != len(case.kept):
        return got
    return [one for one, right in zip(got, case.kept, strict=True) if right != {name: one[name] for name in right}]


def is_right(case, result):
    """Assert that what became of a file is what the case says."""
    if case.refused:
        assert isinstance(result, LogError), result
        template = re.escape(words()["file"][case.refused]).replace(r"\{0\}", ".*")
        assert result.code == case.refused.partition(".")[0], result
        other = result.summary.startswith("There is no file") or "another header" in result.summary
        assert other or re.search(f": {template}$", result.summary), result
        return
    assert not isinstance(result, LogError), result
    special = [(one.code, f"{one.code}.{one.about}") for one in result.questions]
    assert tuple(name if name in words()["ask"] else code for code, name in special) == case.asked
    aside = result.quarantine
    assert tuple(zip(aside["line"], aside["code"], strict=True)) == case.aside, aside["message"].tolist()
    assert (len(result.log), kept_wrongly(case, result)) == (len(case.kept), [])
    notices = dict(case.notices)
    if (names := notices.pop("columns_ignored", None)) is not None:
        assert ", ".join(result.account.columns_ignored) == names
    sentences = [words()["notice"][code].replace("{0}", str(value)) for code, value in notices.items()]
    assert sorted(result.notices) == sorted(sentences)


def adds_up(case, result):
    """Assert that every physical row is counted once, and that every line told is one on which a row begins."""
    account = result.account
    total = account.kept + account.quarantined + account.blank + account.header + account.waiting
    assert total == account.rows
    assert account.header == case.header
    assert account.quarantined == len(case.aside)
    if case.counted is not None:
        assert account.rows == case.counted
        return
    rows = case.rows()
    assert account.rows == len(rows)
    assert account.blank == sum(not any(cell.strip() for cell in fields) for _, fields in rows)
    filled = {line for line, fields in rows if any(cell.strip() for cell in fields)}
    assert {*result.log["line"], *result.quarantine["line"]} <= filled


@pytest.mark.parametrize("name", BY_NAME)
def test_a_file_becomes_what_is_written_beside_it_and_nothing_else(found, name):
    is_right(BY_NAME[name], found(name))


@pytest.mark.parametrize("name", [name for name, case in BY_NAME.items() if not case.refused])
def test_every_physical_row_is_counted_and_every_line_is_true(found, name):
    result = found(name)
    assert not isinstance(result, LogError), result
    adds_up(BY_NAME[name], result)


def single(group, folder):
    """Return each text of a group with what was expected and what came: a value, or a code."""
    path = folder / "log.csv"
    path.write_bytes(group.data)
    result = read_log(path, mapping=group.mapping, imported_on=group.imported_on)
    kept = {one["line"]: one for one in result.log.to_dict("records")}
    codes = dict(zip(result.quarantine["line"], result.quarantine["code"], strict=True))
    assert result.questions == ()
    for line, (text, value, code) in enumerate(group.texts, 2):
        yield text, code or value, codes.get(line) or seen(kept[line], group.column)


def seen(one, column):
    value = told(one[column])
    if column != "performed_at":
        return value
    if not one["time_known"]:
        assert value.endswith(" 12:00")
        return value.removesuffix(" 12:00")
    offset = told(one["utc_offset_min"])
    return value if offset is None else f"{value} {offset:g}"


@pytest.mark.parametrize("group", GROUPS, ids=[group.name for group in GROUPS])
def test_a_single_text_is_its_value_or_is_set_aside_with_its_code(tmp_path, group):
    wrong = [
        (text, f"expected {right}", f"found {got}") for text, right, got in single(group, tmp_path) if right != got
    ]
    assert not wrong


@cache
def fixtures():
    """Return how many files stand for each code, by level; what may be answered is offered with the code beside it."""
    counts = Counter()
    for case in CASES:
        counts.update({("file", case.refused), *(("ask", code) for code in case.asked)})
        counts.update({("row", code) for _, code in case.aside} | {("information", code) for _, code in case.aside})
        counts.update(("notice", code) for code, value in case.notices.items() if value != "")
    counts["offer", "hold_of"] = counts["row", "hold_ambiguous"]
    counts["offer", "encoding"] = counts["file", "encoding"]
    counts["offer", "carry_down"] = counts["row", "date_missing"]
    return counts


@pytest.mark.parametrize(("level", "code"), [(level, code) for level, codes in words().items() for code in codes])
def test_every_code_has_three_files_that_stand_for_it(level, code):
    assert fixtures()[level, code] >= FIXTURES


def test_what_a_person_may_add_is_offered_with_the_rows_that_wait_for_it(found):
    held = [case.name for case in CASES if any(code == "hold_ambiguous" for _, code in case.aside)]
    coded = [previews(case.bytes) for case in CASES if case.refused == "encoding"]
    assert all("hold_of" in [one.code for one in offers(found(name))] for name in held)
    assert sum(map(bool, coded)) >= FIXTURES


def test_no_two_files_of_the_corpus_are_the_same_case():
    assert len(BY_NAME) == len(CASES)
    files = [repr((case.data, case.mapping, case.patient_id, case.imported_on)) for case in CASES if not case.place]
    assert len(set(files)) == len(files)
    assert {case.trap for case in CASES} == {"", *TRAPS}


def test_in_no_file_and_no_trap_a_value_changes_without_a_word(found, tmp_path):
    kinds, traps, silent = Counter(), Counter(), []
    for case in CASES:
        result = found(case.name)
        traps[case.trap] += 1
        kinds["refused" if case.refused else "asked" if case.asked else "set aside" if case.aside else "exact"] += 1
        silent += [case.name] if kept_wrongly(case, result) else []
    singles = [one for group in GROUPS for one in single(group, tmp_path)]
    changed = [text for text, right, got in singles if right != got and got not in words()["row"]]
    kinds = dict(sorted(kinds.items()))
    tell("T7", files=len(CASES), **kinds, traps=len(traps) - 1, singles=len(singles), silent=len(silent) + len(changed))
    assert sum(kinds.values()) >= count(change=FILES, night=FILES, release=FILES)
    assert len(singles) >= count(change=SINGLES, night=SINGLES, release=SINGLES)
    assert all(traps[trap] for trap in TRAPS)
    assert (silent, changed) == ([], [])


def test_the_control_changes_values_without_a_word():
    """The same files, read by pandas as it comes: with text as it guesses, and with the dates named."""
    readable = [case for case in CASES if case.trap and not case.place and case.counted is None]
    asis = [case for case in readable if set(case.mapping or {}) <= {"columns"}]
    texts = [case for case in asis if not case.bytes.startswith((b"{", b"["))]
    plain, dated = ([case.name for case in texts if changed_by_pandas(case, dates=dates)] for dates in (False, True))
    tell("T7 control", files=len(texts), changed=len(plain), changed_with_dates=len(dated))
    assert len(texts) >= 60
    assert len(plain) >= 9, plain
    assert len(dated) > len(plain), dated


def commas_as_thousands(text, **more):
    return values.number(text.replace(",", ""), **more)


def day_first(text, **more):
    parts = re.fullmatch(r"([0-9]{2})[/.]([0-9]{2})[/.]([0-9]{4})(.*)", text)
    return values.moment(f"{parts[3]}-{parts[2]}-{parts[1]}{parts[4]}" if parts else text, **more)


def without_zeros(text):
    return values.patient(text.lstrip("0"))


def letters_as_sides(text, **more):
    return values.side({"I": "left", "L": "left"}.get(text, text), **more)


def cut(sheet, record):
    """Take no notice of fields beyond the header."""
    return record.fault if len(record.fields) > len(sheet.names) else misfit(sheet, record)


THOUSANDS = "number_format: reps '\"1,5\"'"
MUTANTS = {  # what is guessed, the trap it falls into, and the least that must be noticed
    "the decimal comma read as a mark of thousands": (
        entries,
        "number",
        commas_as_thousands,
        "comma or point",
        THOUSANDS,
    ),
    "days guessed to stand first": (
        entries,
        "moment",
        day_first,
        "day or month",
        "date_ambiguous: performed_at '03/04/2026'",
    ),
    "ids without their zeros": (entries, "patient", without_zeros, "ids changed", "the id 00123 alone"),
    "letters taken for sides": (entries, "side", letters_as_sides, "ids alike", "side_unknown: side 'I'"),
    "a long row cut to the header": (own_entries, "misfit", cut, "fields too few or many", "a row one field long"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_corpus_fails_where_the_import_guesses(monkeypatch, tmp_path, mutant):
    module, name, guess, trap, least = MUTANTS[mutant]
    monkeypatch.setattr(module, name, guess)
    ours = [case for case in CASES if case.name == least or (case.trap == trap and case.counted is None)]
    with in_blocks(None):  # where each guess has its one place
        silent = [case.name for case in ours if kept_wrongly(case, read(case, tmp_path))]
    tell("T7 control", guess=mutant, files=len(ours), silent=len(silent))
    assert least in silent
    with in_blocks(None), pytest.raises(AssertionError):
        is_right(BY_NAME[least], read(BY_NAME[least], tmp_path))
