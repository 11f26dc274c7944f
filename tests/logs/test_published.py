"""T7: other people's files come to the figures that were counted apart; no kept value is another than the file's."""

import csv
import io
import json
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from logs.hostile_strings import PLACES
from naughty import naughty_strings

from toolkit.errors import LogError
from toolkit.logs.answers import proposed
from toolkit.logs.codes import words
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import read_log
from toolkit.logs.text import records

SHARED = Path(__file__).parents[3] / "shared" / "data"
LOGS, TABLES, SPECTRUM = SHARED / "logs", SHARED / "torture" / "tables", SHARED / "torture" / "csv_spectrum"
absent = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of published logs is not here")
pytestmark = [pytest.mark.shared, absent]
CORE = {"exercise": "abdominal_stability"}
STEPS = ("TotalSteps", "StepTotal")
TAPS = "%Y-%m-%dT%H:%M:%S.%f%z"
PARTS = ["year", "month", "day"]
DIARY = {"date": "%Y %m %d", "carry_down": PARTS}
WHOLE = {"exercise": "abdominal_stability", "performed_at": "2026-03-02"}  # for files that are no logs


def rows_of(path, delimiter=","):
    """Return the records of a file by the line on which each begins, read by a reader of our own."""
    found, begins = {}, 1
    reader = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=delimiter)
    for fields in reader:
        found[begins], begins = fields, reader.line_num + 1
    return found


def imported(path, mapping=None, **more):
    """Return what a file comes to; its rows must add up, and its tables must hold what the account says."""
    found = read_log(path, mapping=mapping, **more)
    one = found.account
    same(one.kept + one.quarantined + one.blank + one.header + one.waiting, one.rows)
    same((len(found.log), len(found.quarantine)), (one.entries, one.quarantined))
    return found


def same(figures, said):
    assert figures == said, "counts and days alone: a failure may show no row of theirs"


def below(path, header=1):
    """Return the records below the header."""
    return {line: fields for line, fields in rows_of(path).items() if line > header}


def carried(rows):
    """Return the day of each line, where year, month and day are written only when they change."""
    above, days = ["", "", ""], {}
    for line, fields in rows.items():
        above = [cell.strip() or before for cell, before in zip(fields[:3], above, strict=True)]
        days[line] = datetime(*map(int, above))
    return days


def changed(log, rows, columns, days=None):
    """Return how many kept values are not literally in the named line: numbers, notes, and days where given."""
    wrong = 0
    for row in log.to_dict("records"):
        fields = rows[row["line"]]
        for ours, place in columns.items():
            text = fields[place].strip()
            kept = None if row[ours] != row[ours] else row[ours]
            if ours in ("note", "patient_id"):
                wrong += (kept or "") != unicodedata.normalize("NFC", fields[place] if ours == "note" else text)
            else:
                wrong += kept != (float(text) if text else None)
        wrong += days is not None and row["performed_at"].date() != days[row["line"]].date()
    return wrong


def days_of(found):
    """Return how many days kept and quarantined rows have together."""
    return len(set(found.log["performed_at"].dt.date) | set(found.quarantine["performed_at"].dropna().dt.date))


def span(log):
    """Return how many days a log has, its first, and its last."""
    days = log["performed_at"].dt.date
    return days.nunique(), str(days.min()), str(days.max())


def test_t7_our_own_example_holds_what_the_text_says():
    found, rows = imported(LOGS / "ours" / "log.csv"), rows_of(LOGS / "ours" / "log.csv")
    columns = {"sets": 8, "reps": 9, "hold_s": 10, "pain": 11, "note": 12, "patient_id": 1}
    same((len(found.log), len(found.quarantine), changed(found.log, rows, columns)), (11, 0, 0))
    same(Counter(found.log["status"].fillna("pain")), {"done": 9, "not_done": 1, "pain": 1})
    as_json = imported(LOGS / "ours" / "log.json").log.drop(columns=["source", "line"])
    same(as_json.equals(found.log.drop(columns=["source", "line"])), True)


def test_t7_control_a_value_that_was_changed_is_seen():
    log, rows = imported(LOGS / "ours" / "log.csv").log, rows_of(LOGS / "ours" / "log.csv")
    assert 0 not in [changed(log.assign(sets=log["sets"] * 10), rows, {"sets": 8}), changed(log, rows, {"pain": 10})]


STRONG = (0, 3, 6, 8, 9, "%Y-%m-%d %H:%M:%S")
APPS = {  # file: start, exercise, reps, seconds, note (columns), form; sets, sessions, days; repetitions
    "strong/strong_2021_a.csv": (*STRONG, 1903, 320, (86, "2020-12-30", "2021-09-06"), 7432),
    "strong/strong_2021_b.csv": (*STRONG, 2078, 619, (129, "2021-02-10", "2021-12-22"), 20049),
    "strong/strong_2025_no_notes.csv": (0, 3, 6, 8, None, STRONG[5], 250, 87, (15, "2024-11-28", "2025-10-08"), 2830),
    "strong/strong_unquoted.csv": (*STRONG, 6, 3, (3, "2024-11-28", "2024-12-03"), 33),
    "hevy/hevy_2025.csv": (1, 4, 10, 12, 6, "%d %b %Y, %H:%M", 200, None, (11, "2025-05-27", "2025-06-30"), None),
}


@pytest.mark.parametrize("name", APPS)
def test_t7_sets_become_sessions_that_a_sum_by_hand_gives_too(name):
    """Grouped apart: sets, repetitions, the total dose and the notes of each start and exercise."""
    start, exercise, reps, seconds, note, form, sets, sessions, days, repetitions = APPS[name]
    groups = defaultdict(list)
    for line, fields in below(LOGS / name).items():
        groups[fields[start], fields[exercise]].append((line, fields))
    mapping = {"exercises": dict.fromkeys((name for _, name in groups), CORE), "hold_of": "rep"}
    found = imported(LOGS / name, mapping, patient_id="p001")
    log = found.log.astype(object).where(found.log.notna(), None).set_index("line").to_dict("index")
    wrong = total = 0
    for (when, _), lines in groups.items():
        row = log[lines[0][0]]
        pairs = [(float(one[reps] or 0), float(one[seconds] or 0)) for _, one in lines]
        total += sum(times for times, _ in pairs)
        pairs = [(1 if held and not times else times, held) for times, held in pairs]
        held = sum(times * seconds for times, seconds in pairs)
        notes = [] if note is None else [one[note].strip() for _, one in lines if one[note].strip()]
        wrong += row["performed_at"] != datetime.strptime(when, form) or row["sets"] != len(pairs)
        wrong += abs(row["reps"] * row["sets"] - sum(times for times, _ in pairs)) > 1e-9
        wrong += abs(row["reps"] * row["sets"] * (row["hold_s"] or 0) - held) > 1e-6
        wrong += (row["note"] or "") != unicodedata.normalize("NFC", "\n".join(dict.fromkeys(notes)))
    same((found.account.kept, found.account.rows, len(log), span(found.log)), (sets, sets + 1, len(groups), days))
    same((wrong, len(groups), total), (0, sessions or len(groups), repetitions or total))


def test_t7_pain_by_region_has_all_its_days_and_no_pain_that_was_filled_in():
    path = LOGS / "diary" / "pain_by_region.csv"
    rows = below(path, header=2)
    mapping = DIARY | {
        "skip_rows": 1, "exercises": {fields[3]: "pain" for fields in rows.values()},
        "columns": {"performed_at": PARTS, "exercise": "region", "pain": "intensity", "note": "region"},
    }  # fmt: skip
    found, days = imported(path, mapping, patient_id="p001"), carried(rows)
    log, told = found.log, " ".join(found.notices)
    same((found.account.rows, found.account.header, len(rows)), (11_828, 2, 11_826))
    long = {line for line, fields in rows.items() if len(fields) > 6 and fields[6].strip()}
    same(Counter(found.quarantine["code"]), {"field_count": len(long)})
    same((set(found.quarantine["line"]) == long, changed(log, rows, {"pain": 5, "note": 3}, days)), (True, 0))
    same((days_of(found), len(set(days.values()))), (2_908, 2_908))
    same((log["pain"].min(), log["pain"].max()), (0.2, 7.0))
    backs = sum(fields[3] == "Low back" for line, fields in rows.items() if line not in long)
    same(((log["note"] == "Low back").sum(), sum(fields[3] == "Low back" for fields in rows.values())), (backs, 30))
    written = [sum(bool(fields[place].strip()) for fields in rows.values()) for place in range(3)]
    same(written, [10, 97, 2_995])
    filled = f"filled from the row above, as the mapping says: {3 * len(rows) - sum(written)}"
    same((filled in told, "goes back 1 times" in told), (True, True))


@pytest.mark.parametrize(("number", "rows", "ignored", "days"), [(1, 95, 8, 83), (2, 93, 4, 43), (3, 29, 0, 27)])
def test_t7_a_mood_among_pains_is_ignored_by_mapping(number, rows, ignored, days):
    path = LOGS / "diary" / f"pain_names_{number}.csv"
    there = below(path)
    mapping = {
        "date": "%d %m %Y", "exercises": {fields[0]: "pain" for fields in there.values()} | {"happiness": "ignore"},
        "columns": {"performed_at": ["startday", "startmonth", "startyear"], "exercise": "name", "pain": "intensity"},
    }  # fmt: skip
    found = imported(path, mapping, patient_id="p001")
    when = {line: datetime(int(fields[3]), int(fields[2]), int(fields[1])) for line, fields in there.items()}
    same((found.account.kept, found.quarantine["code"].tolist()), (rows - ignored, ["exercise_ignored"] * ignored))
    same((changed(found.log, there, {"pain": 4}, when), days_of(found)), (0, days))


def test_t7_a_sport_diary_has_all_its_days_and_only_the_pains_that_were_given():
    path = LOGS / "diary" / "sport.csv"
    rows = below(path)
    mapping = DIARY | {"columns": {"performed_at": PARTS, "exercise": "activity", "pain": "pain after"}}
    names = {fields[3] for fields in rows.values()}
    found = imported(path, mapping | {"exercises": dict.fromkeys(names, CORE)}, patient_id="p001")
    same((found.account.kept, found.account.quarantined, len(names)), (2_448, 0, 22))
    same((changed(found.log, rows, {"pain": 10}, carried(rows)), found.log["pain"].notna().sum()), (0, 95))
    same(span(found.log), (2_069, "2015-11-23", "2023-11-12"))
    walks = mapping | {"exercises": dict.fromkeys(names, "ignore") | {"Walk": CORE}}
    same(imported(path, walks, patient_id="p001").account.kept, 1_382)


def test_t7_taps_stay_on_the_patients_day():
    path = LOGS / "diary" / "taps_2015_2018.csv"
    rows, columns = below(path), {"performed_at": "timestamp", "exercise": "cat2"}
    names, mapping = {fields[9]: "ignore" for fields in rows.values()}, {"date": TAPS, "columns": columns}
    starts = imported(path, mapping | {"exercises": names | {"Sport Str": CORE}}, patient_id="p001").account
    sport = {fields[9]: CORE for fields in rows.values() if fields[8] == "Sport"}
    found = imported(path, mapping | {"exercises": names | sport}, patient_id="p001")
    at = found.log["performed_at"]
    utc = at - pd.to_timedelta(found.log["utc_offset_min"], unit="min")
    same((starts.kept, found.account.kept, (utc.dt.date != at.dt.date).sum()), (851, 1_704, 413))
    same((at.dt.date.nunique(), utc.dt.date.nunique()), (705, 706))
    stated = [datetime.fromisoformat(rows[line][2]) for line in found.log["line"]]
    same([one.replace(tzinfo=None, microsecond=0) for one in stated] == at.tolist(), True)
    same([one.utcoffset().total_seconds() / 60 for one in stated] == found.log["utc_offset_min"].tolist(), True)


def test_t7_the_order_of_a_column_of_dates_is_told_from_all_of_it():
    """Row by row, 362 of these rows would be read day first; daily_steps.csv is the truth."""
    seen = []
    for name, day, steps in zip(("daily_activity", "daily_steps"), ("ActivityDate", "ActivityDay"), STEPS, strict=True):
        path = LOGS / "fitbit" / f"{name}.csv"
        mapping = {"columns": {"patient_id": "Id", "performed_at": day, "note": steps}, "constants": CORE}
        asked = imported(path, mapping)
        answer = proposed(Mapping(**mapping), asked.questions)
        same(([one.code for one in asked.questions], answer.date), (["date_order_unknown"], "%m/%d/%Y"))
        log = imported(path, answer).log
        when = {line: datetime.strptime(fields[1], "%m/%d/%Y") for line, fields in below(path).items()}
        same(changed(log, rows_of(path), {"patient_id": 0, "note": 2}, when), 0)
        same((len(log), log["patient_id"].nunique(), *span(log)), (940, 33, 31, "2016-04-12", "2016-05-12"))
        seen.append(set(zip(log["patient_id"], log["performed_at"], log["note"].map(float), strict=True)))
    same((len(seen[0]), len(seen[0] ^ seen[1])), (940, 0))


def study(name, columns):
    folder, constants = LOGS / "redcap" / name, {key: one for key, one in WHOLE.items() if key not in columns}
    mapping = {"columns": {"patient_id": "record_id"} | columns, "constants": constants, "hold_of": "rep"}
    return imported(folder / "data.csv", mapping, dictionary=folder / "dictionary.csv"), rows_of(folder / "data.csv")


def test_t7_a_studys_instruments_stay_apart():
    found, rows = study("vignette-repeating", {"reps": "sbp", "hold_s": "dbp"})
    own = sum(fields[1] == "blood_pressure" for fields in rows.values())
    wrong = changed(found.log, rows, {"patient_id": 0, "reps": 7, "hold_s": 8})
    same((found.account.rows, found.account.kept, wrong), (18, own, 0))
    same(Counter(found.quarantine["code"]), {"not_a_session": 17 - own})


def test_t7_an_unchecked_box_of_a_question_without_a_check_is_missing():
    columns = {"sets": "check_one___1", "reps": "check_one___2", "hold_s": "check_two___a", "pain": "check_two___b"}
    found, _ = study("checkboxes-1", columns)
    read = found.log[list(columns)].fillna(-1).to_numpy().tolist()
    same(read, [[1, 0, 1, 0], [-1, -1, 0, 1], [1, 1, -1, -1], [-1] * 4])


def test_t7_a_studys_events_are_different_entries():
    found, rows = study("arm-multiple-delete", {"performed_at": "birth_date", "note": "position"})
    days = {line: datetime.fromisoformat(fields[2]) for line, fields in rows.items() if line > 1}
    wrong = changed(found.log, rows, {"patient_id": 0, "note": 3}, days)
    same((found.account.kept, found.log["entry_id"].nunique(), wrong), (60, 60, 0))


@pytest.mark.parametrize(("column", "times"), [("time_1", 1), ("date_before_validation", 2)])
def test_t7_a_value_from_before_validation_is_set_aside(column, times):
    found, _ = study("potentially-problematic-values", {"performed_at": column})
    same(Counter(found.quarantine["code"]), {"date_format": times})


@pytest.mark.parametrize("path", sorted(SPECTRUM.glob("csvs/*.csv")), ids=lambda path: path.stem)
def test_t7_every_cell_of_csv_spectrum_is_what_its_authors_say(path):
    text = io.StringIO(path.read_bytes().decode(), newline="")
    header, *rows = (record.fields for record in records(path.name, text, ","))
    said = (SPECTRUM / "json" / f"{path.stem}.json").read_text(encoding="utf-8")
    if b"\r\n" not in path.read_bytes():  # its line ends were changed on the way to us
        said = said.replace("\\r\\n", "\\n")
    assert [dict(zip(header, row, strict=True)) for row in rows] == json.loads(said)


@pytest.mark.parametrize("path", sorted(TABLES.glob("*")), ids=lambda path: path.name)
def test_t7_every_odd_table_is_refused_with_a_code_or_asks_and_by_a_mapping_reads_as_it_stands(path):
    try:
        assert imported(path).questions
    except LogError as error:
        assert error.code in words()["file"]
    try:
        marks = {mark: rows_of(path, mark) for mark in ",;\t" if path.suffix in (".csv", ".tsv")}
    except UnicodeDecodeError:
        return
    for rows in marks.values():
        header = next((fields for fields in rows.values() if sum(map(bool, fields)) > 1), ("a", "b"))
        mapping = {"columns": {"patient_id": header[0], "note": header[1]}, "constants": WHOLE}
        try:
            found = imported(path, mapping)
        except LogError as error:
            assert error.code in words()["file"]
        else:
            wrong = changed(found.log, rows, {"patient_id": 0, "note": 1})
            same((found.account.rows, found.questions, wrong), (len(rows), (), 0))


@pytest.mark.parametrize("place", PLACES)
def test_every_naughty_string_survives_where_it_stands_or_is_set_aside_with_a_code(place):
    assert PLACES[place](naughty_strings()) == []
