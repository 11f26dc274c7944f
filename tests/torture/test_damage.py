"""T8b: whatever bytes of a file are damaged, it is refused in our words or every one of its rows is accounted for."""

import csv
import gzip
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from logs.hostile_strings import HOSTILE, PLACES
from torture.levels import SEED, count, tell

from toolkit.errors import ToolkitError
from toolkit.logs.formats.base import Kept
from toolkit.logs.mapping import load_mapping, mapping_of
from toolkit.logs.read import begin, read_source
from toolkit.logs.source import source_of
from toolkit.logs.write import log_text, quarantine_file

MEMORY, SECONDS = 300_000_000, 1.0
WHOLE = 100  # every so many mutants that are read go on to tables and files
TESTS = Path(__file__).parents[1]

OWN = """\
entry_id,patient_id,exercise,side,performed_at,utc_offset_min,logged_at,status,sets,reps,hold_s,pain,note
e-1,p-7,hamstring_stretch,right,2026-03-02 18:14,-300,2026-03-03 06:55,done,1,2,30,3,"pulled, stopped"
e-2,p-7,psoas_stretch,both,2026-03-03,,,done,,2.5,,0,"two
lines, ""quoted"" twice"
e-3,p-7,,,2026-03-03T21:30:05+05:30,330,,,,,,5,after gardening
,p-7,abdominal_stability,,2026-03-29 02:30Z,,,not_done,0,,,,
"""
TABLE = """\
diary 2026;;;;;;
Tag;Übung;Seite;Sätze;Halten;Schmerz;Notiz
02.03.2026 07:30;Beinrückseite;L;2;30,5;3;gut
;Bauch;-;3;;0,5;"zwei
Zeilen; ""so"" gut"
31.12.2026;Beinrückseite;R;2,0;n/a;10;
"""
MAPPING = {
    "format": "backcare-mapping", "version": 1, "name": "clinic diary", "skip_rows": 1,
    "columns": {"performed_at": "Tag", "exercise": "Übung", "side": "Seite", "sets": "Sätze", "hold_s": "Halten",
                "pain": "Schmerz", "note": ["Notiz"]},
    "date": "%d.%m.%Y %H:%M", "zone": "Europe/Berlin", "decimal": ",", "carry_down": ["performed_at"],
    "blank": ["-", "n/a"], "words": {"side": {"L": "left", "R": "right"}}, "constants": {"status": "done"},
    "exercises": {"Beinrückseite": {"exercise": "hamstring_stretch"}, "Bauch": {"exercise": "abdominal_stability"},
                  "Rad": "ignore", "Knie": "pain"},
}  # fmt: skip
STRONG = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
2026-03-02 18:10:00,"Evening",24m,"Crunch",1,0,10,0,0,"sore, a little",,
2026-03-02 18:10:00,"Evening",24m,"Crunch",W,0,6.0,0,10,,,
2026-03-02 18:10:00,"Evening",24m,"Crunch",Rest Timer,0,0,0,60,,,
2026-03-04 18:10:00,"Evening",83h 31m,"Plank",1,0,0,0,90.0,,,
"""
HEVY = """\
"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type",\
"weight_kg","reps","distance_km","duration_seconds","rpe"
"Core","30 Jun 2025, 19:56","30 Jun 2025, 20:58","","Crunch",,"hurts",0,"normal",,13,,,
"Core","30 Jun 2025, 19:56","30 Jun 2025, 20:58","","Crunch",,"",1,"warmup",,12,,,
"Core","29 Jun 2025, 07:06","29 Jun 2025, 20:58","","Plank",,"",0,"failure",,,,45,
"""
FITNOTES = """\
Date,Exercise,Category,Weight (kgs),Reps,Distance,Distance Unit,Time,Comment
2026-03-02,Crunch,Core,,10,,,,
2026-03-02,Crunch,Core,,10,,,,
2026-03-02,Plank,Core,,,,,0:01:00,"long, hard"
"""
REDCAP = """\
record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,age,intake_complete,log_date,exercise,side,\
sets_done,reps_done,hold_s,pain_nrs,done,skip_reason,place___1,place___2,exercise_log_complete
7,base_arm_1,,,50,2,,,,,,,,,,,,
7,base_arm_1,exercise_log,1,,,2026-03-02 07:30,psoas_stretch,left,1,3,30,4,1,,1,0,2
7,base_arm_1,exercise_log,2,,,2026-03-03,abdominal_stability,,,,,,0,"tired, ill",0,0,2
"""
JSON = json.dumps(
    {
        "format": "backcare-log", "version": 1, "patient_id": "p-7", "entries": [
            {"entry_id": "e-1", "exercise": "psoas_stretch", "side": "left", "performed_at": "2026-03-02T07:30",
             "utc_offset_min": -300, "status": "done", "sets": 1, "reps": 2.5, "note": "a \"b\" \u00e9\n\ud83d\ude00"},
            {"performed_at": "2026-03-03", "pain": 5, "note": None},
        ]},
    indent=1,
)  # fmt: skip
APPS = {"exercises": {name: {"exercise": "abdominal_stability"} for name in ("Crunch", "Plank")}}
TOKENS = [
    *(b'"', b'""', b'","', b",", b";", b"\t", b"\n", b"\r", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1f\x8b"),
    *(b"-", b"+", b"Z", b"+99:99", b"1e400", b"NaN", b"9" * 30, b"0000-00-00", b"9999-12-31", b"2026-03-29 02:30"),
    *(b"{", b"}", b"[", b"]", b"[" * 70, b":", b"null", b"true", b"\\ud800", b"\\u0000", b"\\", b"=1+1", b"%d", b"%Y"),
    *("é".encode(), "\u202e".encode(), "\u2028".encode(), "\uff13".encode(), b"\xed\xa0\x80"),
]  # fmt: skip


def zipped(data, name="log.csv"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


gzipped = partial(gzip.compress, compresslevel=1, mtime=0)
SEEDS = {  # name: bytes, packed how, mapping, patient
    "own": (OWN.encode(), None, {"zone": "Europe/Berlin"}, None),
    "own, tabs": (OWN.replace(",", "\t").encode(), None, {"zone": "Europe/Berlin"}, None),
    "own, UTF-16": (OWN.encode("utf-16"), None, None, None),
    "json": (JSON.encode(), None, None, None),
    "table": (TABLE.encode(), None, MAPPING, "p-7"),
    "strong": (STRONG.encode(), None, APPS, "p-7"),
    "hevy": (HEVY.encode(), None, APPS, "p-7"),
    "fitnotes": (FITNOTES.encode(), None, APPS, "p-7"),
    "redcap": (REDCAP.encode(), None, None, None),
    "mapping": (json.dumps(MAPPING, ensure_ascii=False).encode(), None, None, "p-7"),
    "gzip": (OWN.encode(), gzipped, {"zone": "Asia/Kolkata"}, None),
    "zip": (OWN.encode(), zipped, {"zone": "America/New_York"}, None),
}


def mutant(chance, data, others):
    """Return bytes changed, cut out, put in, doubled, moved or taken from another file, in one to four places."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        place, kind = chance.randrange(len(changed) + 1), chance.randrange(8)
        end = place + chance.choice((1, 1, 2, 8, 60))
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[place : place + 1] = chance.randbytes(1)
        elif kind == 2:
            del changed[place:end]
        elif kind in (3, 4):
            changed[place : place + (kind == 4)] = chance.choice(TOKENS)
        elif kind == 5:
            changed[place:place] = changed[place:end] * chance.choice((1, 2, 30))
        elif kind == 6:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            changed[place:place] = other[start : start + chance.choice((4, 40, 200))]
        elif chance.randrange(8) == 0:
            del changed[place:]
    return bytes(changed)


def mutants(times):
    """Yield each seed in turn, damaged; a packed one outside or inside."""
    chance, others = random.Random(SEED), [data for data, *_ in SEEDS.values()]
    for number in range(times):
        name = list(SEEDS)[number % len(SEEDS)]
        data, packed, mapping, patient = SEEDS[name]
        if packed is None:
            yield name, mutant(chance, data, others), mapping, patient
        elif chance.random() < 0.5:
            yield name, packed(mutant(chance, data, others)), mapping, patient
        else:
            yield name, mutant(chance, packed(data), others), mapping, patient


def outcome(name, data, mapping, patient, folder, *, whole=False):
    """Return `refused`, `asks` or `read`; anything else is an exception or a broken account."""
    try:
        if name == "mapping":
            path = folder / "mapping.json"
            path.write_bytes(data)
            mapping, data = load_mapping(path), TABLE.encode()
        reading = begin(source_of("log.csv", data), mapping=mapping_of(mapping), patient_id=patient)
        kept = entries = aside = 0
        for item in reading.items():
            if isinstance(item, Kept):
                kept, entries = kept + item.rows, entries + 1
            else:
                aside += 1
                told = reading.quarantined(item)
                assert told["message"].isprintable(), "message"
                assert (told["value"] or "").isprintable(), "value"
        account = reading.account
        parts = account.kept + account.quarantined + account.blank + account.header + account.waiting
        assert parts == account.rows, "account"
        if reading.questions:
            assert account.waiting, "waiting"
            return "asks"
        assert (account.kept, account.entries, account.quarantined) == (kept, entries, aside), "items"
        if whole:
            found = read_source(source_of("log.csv", data), mapping=mapping_of(mapping), patient_id=patient)
            assert (len(found.log), len(found.quarantine)) == (entries, aside), "tables"
            log_text(found.log).encode()
            quarantine_file(found.quarantine)
    except ToolkitError:
        return "refused"
    return "read"


def run(times):
    """Try the mutants and return what was seen; a fault is told by seed, number and kind, and can be run again."""
    outcomes, faults, worst = Counter(), [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number, one in enumerate(mutants(times)):
            whole = outcomes["read"] % WHOLE == 0
            began = time.perf_counter()
            try:
                outcomes[outcome(*one, Path(folder), whole=whole)] += 1
            except Exception as error:
                outcomes["other"] += 1
                faults.append((one[0], number, f"{type(error).__name__}: {error}"[:200]))
            taken = time.perf_counter() - began
            if taken > SECONDS:  # a busy machine is no slow reader: the better of two
                began = time.perf_counter()
                outcome(*one, Path(folder))
                taken = min(taken, time.perf_counter() - began)
            worst = max(worst, taken)
    return {"outcomes": outcomes, "faults": faults[:20], "worst_s": worst, "memory": memory()}


def memory():
    """Return the most memory this process has held; ru_maxrss would be that of the process that began it, if more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024


def test_t8b_a_damaged_file_is_refused_or_accounted_for_row_by_row():
    """In a process of its own, whose memory is that of the reading alone."""
    asked = count(change=50_000, night=10_000_000, release=100_000_000)
    code = f"import json; from torture.test_damage import run; print(json.dumps(run({asked})))"
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])}
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=surroundings, check=False)
    assert ended.returncode == 0, ended.stderr[-2_000:]
    found = json.loads(ended.stdout)
    outcomes = Counter(found["outcomes"])
    tell("T8b", mutants=outcomes.total(), **outcomes, worst_s=round(found["worst_s"], 3), mb=found["memory"] // 10**6)
    assert found["faults"] == []
    assert outcomes.total() >= asked
    assert min(outcomes[kind] for kind in ("read", "asks", "refused")) > asked / 100
    assert found["worst_s"] < SECONDS
    assert found["memory"] < MEMORY


def naive(data):
    """Import as a first draft does: a strict reader of CSV, float() of every cell that begins with a digit."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    where = {name: place for place, name in enumerate(rows[0])}
    places = [where[name] for name in ("sets", "reps", "hold_s", "pain")]
    return [[float(row[place] or 0) for place in places] for row in rows[1:]]


def test_t8b_control_a_first_draft_ends_in_exceptions_that_nobody_named():
    seen, chance = Counter(), random.Random(SEED)
    others = [data for data, *_ in SEEDS.values()]
    for _ in range(2_000):
        try:
            naive(mutant(chance, OWN.encode(), others))
            seen["read"] += 1
        except Exception as error:
            seen[type(error).__name__] += 1
    tell("T8b", control="first draft", **seen)
    assert naive(OWN.encode())
    assert {"UnicodeDecodeError", "Error", "ValueError", "IndexError", "KeyError"} <= set(seen)


def test_t8b_control_every_seed_is_read_when_it_is_whole(tmp_path):
    for name, (data, packed, mapping, patient) in SEEDS.items():
        whole = packed(data) if packed else data
        expected = "asks" if name == "own, UTF-16" else "read"  # a time in Z, no zone
        assert outcome(name, whole, mapping, patient, tmp_path, whole=True) == expected, name


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_text_survives_where_it_stands_or_is_set_aside_with_a_code(place):
    """Formulas, scripts, odd names; what is shown of them can be shown, and no cell of a quarantine's file runs."""
    assert len(HOSTILE) == 120 + 70 + 60
    assert PLACES[place](HOSTILE) == []
