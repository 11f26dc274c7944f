"""T8: what is written in any common way is read as it was meant, or refused; no clock moves an entry to another day."""

import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from logs.writing_logs import MADE, NUMBERS, SECOND, changes, drawn_rows, encoded, layouts, many, meant, written
from torture.levels import count, tell
from torture.test_damage import SEEDS

from toolkit.errors import LogError
from toolkit.logs.codes import Fault
from toolkit.logs.formats.base import Kept
from toolkit.logs.mapping import mapping_of
from toolkit.logs.read import begin, read_log, read_source
from toolkit.logs.source import source_of
from toolkit.logs.values import Moment, moment
from toolkit.logs.write import quarantine_file, write_log

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ](?!00:00)[0-9:]+)?"  # midnight in a cell is a day without a time
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][0-9]+)?"


def read(data, mapping=None, patient_id=None):
    """Return the entries, what was set aside (line, code, column), and the reading; all but tables."""
    reading = begin(source_of("log.csv", data), mapping=mapping_of(mapping), patient_id=patient_id)
    kept, aside = [], []
    for item in reading.items():
        if isinstance(item, Kept):
            kept.append(item.entry)
        else:
            aside.append((item.record.line, item.faults[0].code, item.faults[0].column))
    return kept, aside, reading


def without_made_ids(kept):
    """Put one word for each identity that the import made, and hold that they are of our form and different."""
    made = [one["entry_id"] for one in kept if re.fullmatch("x[0-9a-f]{20}", one["entry_id"])]
    assert len(set(made)) == len(made)
    return [one | {"entry_id": MADE} if one["entry_id"] in made else one for one in kept]


def check(layout, drawn, seen):
    text, meant = written(layout, drawn)
    data, encoding = encoded(text, layout)
    seen["files"] += 1
    seen[encoding] += 1
    try:
        kept, aside, reading = read(data, layout.mapping(encoding))
    except LogError as error:
        assert (error.code, meant.shifted) == ("header_shifted", True)
        seen["refused"] += 1
        return
    account = reading.account
    assert not meant.shifted
    assert (account.rows, account.header, account.blank) == (meant.rows, meant.header, meant.blank)
    if meant.asks:
        assert [question.code for question in reading.questions] == ["zone_missing"]
        assert account.waiting == account.rows - account.header - account.blank
        seen["asked"] += 1
        return
    assert reading.questions == []
    assert aside == meant.aside
    assert without_made_ids(kept) == meant.kept
    seen["entries"] += len(kept)
    seen["set aside"] += len(aside)


def test_t8_a_made_up_log_is_read_as_it_was_meant_however_it_is_written():
    asked, seen = count(change=2_000, night=200_000, release=1_000_000), Counter()

    @many(asked)
    @given(layouts, drawn_rows)
    def run(layout, drawn):
        check(layout, drawn, seen)

    run()
    tell("T8", **seen)
    assert seen["files"] >= asked
    assert min(seen[kind] for kind in ("asked", "entries", "set aside", "windows-1252", "utf-16-le")) >= asked / 100


def plain(layout, drawn):
    """Make a log that a container with types can hold: one patient, our forms, no damaged row."""
    layout = replace(layout, own=True, form=None, decimal=".", preamble=())
    patient, rows = drawn[0][3], []
    for one in drawn:
        bad = one[12] if one[12] is not None and one[12][0] not in ("patient_id", "utc_offset_min") else None
        rows.append((*one[:3], patient, *one[4:12], bad, 0, one[14]))
    return layout, rows


def as_json(layout, drawn):
    """Return our JSON with the numbers as they were meant to stand there; a blank is null, or no key."""
    entries, lines, absent = [], [], layout.all_quoted
    for one in drawn:
        texts, outcome, asks = meant(layout, one)
        fields = []
        for name, text in texts.items():
            if name == "patient_id":
                continue
            number = re.sub(r"^0+(?=[0-9])", "", text.strip())
            is_number = name in (*NUMBERS, "utc_offset_min") and re.fullmatch(NUMBER, number)
            value = number if is_number else json.dumps(text, ensure_ascii=absent) if text else "null"
            fields += [f'"{name}": {value}'] if text or not absent else []
        entries.append("{" + ", ".join(fields) + "}")
        if isinstance(outcome, tuple) and outcome[1] in NUMBERS and not re.fullmatch(NUMBER, texts[outcome[1]]):
            outcome = ("number_format", outcome[1])  # a text where a number belongs
        lines.append((outcome, asks))
    patient = json.dumps(drawn[0][3], ensure_ascii=absent)
    above = f'"format": "backcare-log", "version": 1, "patient_id": {patient}'
    return f'{{{above}, "entries": [{", ".join(entries)}]}}'.encode("utf-8-sig" if absent else "utf-8"), lines


def as_workbook(layout, drawn):
    """Return a workbook whose cells have types: numbers, days, times; all else text."""
    out, lines = io.BytesIO(), []
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet("log"), book.add_format({"num_format": "yyyy-mm-dd"})
        at = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, layout.columns)
        for row, one in enumerate(drawn, start=1):
            texts, outcome, asks = meant(layout, one)
            lines.append((outcome, asks))
            for place, name in enumerate(layout.columns):
                text = texts[name]
                if name in NUMBERS and re.fullmatch("-?[0-9]+(?:[.][0-9]+)?", text.strip()):
                    sheet.write_number(row, place, float(text))
                elif re.fullmatch(DATE, text) and name != "note":
                    sheet.write_datetime(row, place, datetime.fromisoformat(text), at if len(text) > 10 else day)
                elif text:
                    sheet.write_string(row, place, text)
    return out.getvalue(), lines


def check_typed(data, lines, layout, first):
    """Compare what is read of a container with what was meant, row by row from the line `first`."""
    kept, aside, reading = read(data, {"zone": layout.zone} if layout.zone else None)
    assert reading.account.adds_up
    if any(asks for _, asks in lines):
        assert [question.code for question in reading.questions] == ["zone_missing"]
        return
    assert reading.questions == []
    told = [(line, outcome) for line, (outcome, _) in enumerate(lines, start=first)]
    assert aside == [(line, *outcome) for line, outcome in told if isinstance(outcome, tuple)]
    assert without_made_ids(kept) == [one | {"line": line} for line, one in told if isinstance(one, dict)]


CONTAINERS = {
    "json": (as_json, 1, {"change": 500, "night": 50_000, "release": 250_000}),
    "workbook": (as_workbook, 2, {"change": 30, "night": 1_000, "release": 5_000}),
}


@pytest.mark.parametrize("kind", CONTAINERS)
def test_t8_a_made_up_log_in_a_container_with_types_is_read_as_it_was_meant(kind):
    make, first, counts = CONTAINERS[kind]
    asked, seen = count(**counts), Counter()

    @many(asked)
    @given(layouts, drawn_rows)
    def run(layout, drawn):
        layout, drawn = plain(layout, drawn)
        check_typed(*make(layout, drawn), layout, first)
        seen[kind] += 1

    run()
    tell("T8", **seen)
    assert seen[kind] >= asked


@many(150)
@given(layouts, drawn_rows)
def test_a_log_written_by_us_and_read_again_is_the_same_table(tmp_path, layout, drawn):
    text, expected = written(layout, drawn)
    data, encoding = encoded(text, layout)
    if expected.asks or expected.shifted:
        return
    log = read_source(source_of("log.csv", data), mapping=mapping_of(layout.mapping(encoding))).log
    if len(log):
        write_log(log, tmp_path / "log.csv")
        again = read_log(tmp_path / "log.csv").log
        told = ["source", "line"]
        pd.testing.assert_frame_equal(again.drop(columns=told), log.drop(columns=told))


NOTES = ["a\rb", "a\r", "\r\n", "a\nb,c,d,e,f,g,h,i,j,k,l,m,n,o", "=1+1\n", "'=x", '"', "\ufeffa", "\u2028", "\x0b",
         "a\0b", "a\ud800b"]  # fmt: skip


@pytest.mark.parametrize("note", NOTES, ids=ascii)
def test_a_note_that_was_kept_is_written_and_read_again_as_it_was(tmp_path, note):
    """What no file of ours can hold is set aside or refused with a code when it comes, not when it is written."""
    entry = {"exercise": "abdominal_stability", "performed_at": "2026-03-02", "note": note}
    data = json.dumps({"format": "backcare-log", "version": 1, "patient_id": "p", "entries": [entry]}).encode()
    try:
        found = read_source(source_of("log.json", data))
    except LogError as error:
        assert error.code in ("nul_byte", "json_invalid", "encoding")
        return
    assert quarantine_file(found.quarantine)
    write_log(found.log, tmp_path / "log.csv")
    again = read_log(tmp_path / "log.csv")
    assert again.log["note"].tolist() == found.log["note"].tolist()
    assert len(again.quarantine) == 0


@pytest.mark.parametrize("value", [16 / 3, 0.1, 1e-5, 12.3456789012345])
def test_a_mean_is_written_and_read_again_as_it_was(tmp_path, value):
    """Means of unequal sets have no end."""
    data = b"patient_id,exercise,performed_at,reps\np,abdominal_stability,2026-03-02,1\n"
    log = read_source(source_of("log.csv", data)).log.assign(reps=value)
    write_log(log, tmp_path / "log.csv")
    assert read_log(tmp_path / "log.csv").log["reps"].tolist() == [value]


def test_t8_no_zones_change_of_clocks_moves_an_entry_to_another_day_or_time():
    """Every zone, every change: instants around it, times that clocks skipped, times that they showed twice."""
    seen, wrong = Counter(), []
    for name in sorted(available_timezones()):
        for when, before, after in changes(ZoneInfo(name)):
            seen["changes"] += 1
            for hours in (-26, -13, -2, -1, 0, 1, 2, 12, 25):
                for at in (when + timedelta(hours=hours) - SECOND, when + timedelta(hours=hours)):
                    offset = before if at < when else after
                    local = (at + offset).replace(tzinfo=None)
                    found = moment(f"{at:%Y-%m-%dT%H:%M:%S}Z", zone=name)
                    if found != Moment(local, time_known=True, utc_offset_min=offset // timedelta(minutes=1)):
                        wrong.append((name, at, found))
                    seen["instants"] += 1
                    seen["control"] += local.date() != at.date()  # the day taken in UTC is wrong
            first, last = sorted(((when + before).replace(tzinfo=None), (when + after).replace(tzinfo=None)))
            for at, odd in ((first - SECOND, 0), (first, 1), (last - SECOND, 1), (last, 0)):
                found = moment(f"{at:%Y-%m-%d %H:%M:%S}", zone=name)
                skipped = Fault("time_nonexistent", found=f"{at:%Y-%m-%d %H:%M:%S}")
                twice = Moment(at, time_known=True, utc_offset_min=None, twice=bool(odd))
                if found != (skipped if odd and after > before else twice):
                    wrong.append((name, at, found))
                seen["naive"] += 1
    tell("T8", zones=len(available_timezones()), **seen)
    assert wrong == []
    assert (seen["changes"] > 4_000, seen["control"] > 4_000) == (True, True)


def parts(name, head):
    """Return the first records of a made-up file, and the rest."""
    found = [""]
    for line in SEEDS[name][0].decode().splitlines(keepends=True):
        found = [*found, line] if found[-1].count('"') % 2 == 0 else [*found[:-1], found[-1] + line]
    return found[1 : head + 1], found[head + 1 :]


AGAIN = {  # records above the rows; what makes a row of another day of it
    "own": (1, "-03-", "-04-"), "table": (2, ".2026", ".2025"), "strong": (1, "-03-", "-04-"),
    "hevy": (1, " Jun ", " May "), "fitnotes": (1, "-03-", "-04-"), "redcap": (1, "_log,", "_log,1"),
}  # fmt: skip


@pytest.mark.parametrize("name", AGAIN)
def test_a_file_imported_again_longer_or_in_another_order_adds_and_changes_nothing(name):
    head, old, new = AGAIN[name]
    _, _, mapping, patient = SEEDS[name]
    mapping = {key: value for key, value in (mapping or {}).items() if key != "carry_down"}
    above, rows = parts(name, head)
    rows = [*rows, rows[0]] if name != "redcap" else rows  # equal rows are different entries
    newer = [row.replace(old, new).replace("e-", "f-") for row in rows]

    def entries(some):
        kept, _, reading = read("".join([*above, *some]).encode(), mapping, patient)
        assert reading.questions == []
        return Counter(repr(sorted((one | {"line": 0}).items())) for one in kept)

    once = entries(rows)
    assert once.total() > 1
    assert entries(rows) == once == entries(rows[::-1])
    longer = entries([*newer[:2], *rows, *newer[2:]])
    assert longer >= once
    assert longer.total() > once.total()
    assert entries([*newer, *rows]) == longer
