"""A clinic small enough to work by hand, and everything that can be read in a package, part by part."""

import io
import json
import re
import zipfile
from datetime import date
from itertools import permutations

import pandas as pd

from toolkit.exporting.records import Records
from toolkit.rules import Rules
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, QUARANTINE, REVIEWS
from toolkit.tables import make

AS_OF = date(2026, 3, 15)
PLAN = {"revision": 1, "exercise": "knee_to_chest", "side": "both", "last_day": "2026-03-29", "sessions_per_day": 1,
        "weekdays": None, "days_per_week": None, "sets": 1, "reps_min": 3, "hold_s_min": 15}  # fmt: skip
DONE = {"exercise": "knee_to_chest", "side": "both", "status": "done", "sets": 1, "reps": 3, "hold_s": 15}
NEVER = dict.fromkeys(("exercise", "side", "status"))


def records(*, text="", who=("p-ann", "p-ben"), **more):
    """Two patients; Ann's regimen begins on Monday 2 March, Ben's on Wednesday 25 February. `text` is in every note."""
    ann, ben = who
    prescriptions = [
        {**PLAN, "patient_id": ann, "regimen_id": f"r-{ann}", "first_day": "2026-03-02", "weekdays": "mon;wed;fri"},
        {**PLAN, "patient_id": ben, "regimen_id": f"r-{ben}", "first_day": "2026-02-25", "days_per_week": 7,
         "last_day": "2026-03-08"},
        {**PLAN, "patient_id": ben, "regimen_id": f"r-{ben}", "first_day": "2026-03-09", "days_per_week": 5,
         "revision": 2},
    ]  # fmt: skip
    log = [
        {**DONE, "patient_id": ann, "entry_id": "a1", "performed_at": "2026-03-02 18:14:05", "utc_offset_min": -420,
         "logged_at": "2026-03-04 06:55", "note": text, "source": "own:1a2b3c4d", "line": 2},
        {**DONE, "patient_id": ann, "entry_id": "a2", "performed_at": "2026-03-05 00:40", "source": "own:1a2b3c4d"},
        {**DONE, "patient_id": ann, "entry_id": "a3", "performed_at": "2026-03-09 12:00", "time_known": False,
         "source": f"{text}:1a2b3c4d"},
        {**DONE, "patient_id": ben, "entry_id": "b1", "performed_at": "2026-02-24 08:00", "source": "strong:5e6f7a8b"},
        {**NEVER, "patient_id": ben, "entry_id": "b2", "performed_at": "2026-03-15 21:30", "pain": 2.5, "note": text},
    ]  # fmt: skip
    pauses = [
        {"patient_id": ann, "exercise": None, "first_day": "2026-03-10", "last_day": "2026-03-11", "reason": text}
    ]
    reviews = [{"patient_id": ann, "reviewed_at": "2026-03-12 10:00:00.123456", "reviewed_by": text or "Dr A",
                "action": "called", "note": text, "look_again_on": "2026-03-20"}]  # fmt: skip
    aside = [{"source": "own:1a2b3c4d", "sheet": text, "line": 7, "column": text or "reps", "code": "number_format",
              "value": text, "message": text or "told", "patient_id": ben, "performed_at": "2026-03-03",
              "note": text}]  # fmt: skip
    tables = {
        "prescriptions": make(PRESCRIPTIONS, prescriptions), "pauses": blank(make(PAUSES, pauses)),
        "log": blank(make(LOG, log)), "quarantine": blank(make(QUARANTINE, aside)),
        "reviews": blank(make(REVIEWS, reviews)), "rules": Rules(as_of=AS_OF),
    }  # fmt: skip
    return Records(**tables | more)


def spread(texts):
    """A clinic of which each text stands once in every text column of every table that takes any text."""
    prescriptions, log, pauses, reviews, aside = [], [], [], [], []
    for number, text in enumerate(texts):
        who = {"patient_id": text}
        prescriptions.append({**PLAN, **who, "regimen_id": text, "first_day": "2026-03-02", "days_per_week": 7})
        log.append({**DONE, **who, "entry_id": text, "performed_at": "2026-03-05 07:30", "note": text, "source": text})
        pauses.append({**who, "first_day": "2026-03-10", "last_day": "2026-03-11", "reason": text})
        reviews.append({**who, "reviewed_at": "2026-03-12 10:00", "reviewed_by": text, "action": "called",
                        "note": text})  # fmt: skip
        aside.append({**who, "source": text, "sheet": text, "line": number, "column": text, "code": text,
                      "value": text, "message": text, "note": text})  # fmt: skip
    return Records(make(PRESCRIPTIONS, prescriptions), make(PAUSES, pauses), make(LOG, log), make(QUARANTINE, aside),
                   Rules(as_of=AS_OF), make(REVIEWS, reviews))  # fmt: skip


def blank(table):
    """An empty text is none, as it is in every file."""
    return table.replace("", None)


def ids():
    """Ids for tests: the same each time, in an order of their own."""
    letters = "zkcbdfghjlmnpqrstvwx"
    pairs = iter([(one, one) for one in letters] + list(permutations(letters, 2)))
    return lambda: "s-" + "".join(next(pairs)) * 5


def frame(package, name):
    """A file of a package as pandas reads it, all as text."""
    text = io.StringIO(package.files[f"{name}.csv"].decode(), newline="")
    return pd.read_csv(text, dtype="str", keep_default_na=False)


def typed(package, name):
    """A file of a package as pandas reads it with the types that its descriptor declares."""
    said = json.loads(package.files["datapackage.json"])
    fields = next(one for one in said["resources"] if one["name"] == name)["schema"]["fields"]
    kinds = {"string": "str", "integer": "int64", "number": "float64", "boolean": "bool"}
    told = {one["name"]: one["type"] for one in fields}
    text = io.StringIO(package.files[f"{name}.csv"].decode(), newline="")
    found = pd.read_csv(text, dtype={one: kinds.get(kind, "str") for one, kind in told.items()},
                        keep_default_na=False, na_values=[""])  # fmt: skip
    assert list(found.columns) == list(told)
    dates = [one for one, kind in told.items() if kind in ("date", "datetime")]
    return found.assign(**{one: pd.to_datetime(found[one], format="ISO8601") for one in dates})


def parts(name, data):
    """Yield every part of a file with the place it stands in: the parts of a zip one by one, and their names."""
    yield f"{name} (name)", name
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for one in archive.infolist():
                yield from parts(f"{name}/{one.filename}", archive.read(one))
                yield f"{name}/{one.filename} (extra)", (one.extra + one.comment).decode("latin-1")
    else:
        yield name, data.decode("utf-8")


def all_parts(package):
    return [one for name, data in package.files.items() for one in parts(name, data)]


def sheet_cells(package, name):
    """Yield (reference, kind, text) of each cell of a sheet, read from the XML; kind is s for a text, n a number."""
    with zipfile.ZipFile(io.BytesIO(package.files[f"{package.kind}.xlsx"])) as book:
        names = re.findall(r'<sheet name="([^"]*)"', book.read("xl/workbook.xml").decode())
        shared = [
            "".join(re.findall(r"<t(?: [^>]*)?>(.*?)</t>", one, re.S))
            for one in re.findall(r"<si>(.*?)</si>", book.read("xl/sharedStrings.xml").decode(), re.S)
        ]
        xml = book.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml").decode()
    for at, more, inside in re.findall(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', xml, re.S):
        value = re.search(r"<v>(.*?)</v>", inside or "", re.S)
        kind = re.search(r't="(\w+)"', more)
        assert "<f>" not in (inside or "")
        if value:
            is_text = kind is not None and kind[1] == "s"
            yield at, (kind[1] if kind else "n"), shared[int(value[1])] if is_text else value[1]
