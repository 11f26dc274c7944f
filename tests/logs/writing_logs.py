"""Logs that were made up, the files they are written in, and what an import must make of them, worked out apart."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

COLUMNS = ("entry_id", "patient_id", "exercise", "side", "performed_at", "utc_offset_min", "logged_at", "status",
           "sets", "reps", "hold_s", "pain", "note")  # fmt: skip
REQUIRED = ("patient_id", "exercise", "performed_at")
NUMBERS = ("sets", "reps", "hold_s", "pain")
TITLES = dict(zip(COLUMNS, ("Nr", "Wer?", "Übung", "Seite", "Tag", "Versatz", "Notiert", "Getan", "Sätze", "Wdh.",
                            "Halten (s)", "NRS", "Bemerkung"), strict=True))  # fmt: skip
EXERCISES = {"hamstring_stretch": "Beinrückseite", "knee_to_chest": "Knie zur Brust", "psoas_stretch": "=Leiste",
             "abdominal_stability": "Bauch, fest"}  # fmt: skip
SIDES = {"left": "L", "right": "R", "both": "L+R", "none": "./."}
STATUSES = {"done": "ja", "not_done": "nein"}
FORMS = (None, "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%d %b %Y, %H:%M%z", "%Y-%m-%d %H:%M")
ENCODINGS = {"utf-8": b"", "utf-8-sig": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "windows-1252": b""}
ENDS, DELIMITERS = ("\n", "\r\n", "\r"), (",", ";", "\t")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
SECOND = timedelta(seconds=1)
MADE = "made"  # stands for an identity that the import makes

notes = st.lists(
    st.sampled_from(
        ["", "fine", " ", ",", ";", "\t", '"', '""', "\n", "\r\n", "\r", "=SUM(A1)", "+1", "-2", "@x", "'", "\\", "\\n",
         "é", "e\u0301", "€", "½", "１", "日本", "\U0001f600", "\u2028", "\u200b", "\u202e", "\xa0", "\ufeff", "\x0b",
         "\x1f", "\x7f", "<b>", "NA", "null", "0", "1,5", "2026-03-02", "#REF!", "ﬁ", "A\u030a"]
    ),
    max_size=7,
).map("".join)  # fmt: skip
ids = st.lists(
    st.sampled_from(["p", "0", "123", "1E5", "NA", "True", "null", "-", "=1", "+", "ü", "u\u0308", "Ω", "日",
                     "\U0001f9d8", " ", ",", ";", '"', "'", "."]), min_size=1, max_size=5,
).map("".join).filter(lambda text: text.strip())  # fmt: skip
days = st.one_of(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2024, 2, 29),
                     date(2000, 1, 1), date(2099, 12, 31), date(2026, 4, 5), date(2026, 10, 4)]),
)  # fmt: skip
clocks = st.one_of(
    st.none(),
    st.sampled_from([time(0, 0), time(2, 30), time(1, 45), time(23, 59, 59), time(12, 0), time(2, 0), time(3, 0)]),
    st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 5, 59])),
)
GOOD = {
    "sets": ("", "0", "3", "3.0", "50", "007", " 2 "),
    "reps": ("", "0", "10", "2.5", "12.250", "200", "0.1"),
    "hold_s": ("", "0", "30", "600", "0.5", "99.9"),
    "pain": ("", "0", "3.8", "10", "10.0", "0.30"),
}
BAD = [  # column, text, code
    *(("sets", text, "number_format") for text in ("-3", "+3", "1e2", "３", "½", "inf", "NaN", "1_000", "٣", "3 ×")),
    *(("reps", text, "number_format") for text in ("12 reps", "1.2.3", ".5", "5.", "1 000", "--", "९")),
    ("sets", "2.5", "not_whole"), ("sets", "51", "out_of_range"), ("reps", "200.1", "out_of_range"),
    ("hold_s", "601", "out_of_range"), ("hold_s", "30 s", "unit_unknown"), ("hold_s", "0:30", "unit_unknown"),
    ("pain", "11", "pain_out_of_range"), ("pain", "10.01", "pain_out_of_range"), ("pain", "5/10", "number_format"),
    ("performed_at", "", "date_missing"), ("performed_at", "45000", "number_in_date"),
    *(("performed_at", text, "date_format") for text in ("today", "10:30", "May")),
    ("patient_id", "", "patient_missing"), ("patient_id", "a@b.org", "id_personal"),
    *(("patient_id", text, "id_characters") for text in ("p\u200b1", "p\u202e1", "p\t1", "x" * 65, "p\ue0001")),
    ("entry_id", "e 1", "id_characters"), ("entry_id", "é", "id_characters"), ("note", "x" * 2_001, "out_of_range"),
    ("utc_offset_min", "900", "out_of_range"), ("utc_offset_min", "+60", "number_format"),
    ("side", "I", "side_unknown"), ("status", "yes", "status_unknown"),
    ("exercise", "Hamstring Curl", "exercise_unknown"),
]  # fmt: skip
ASKED = ("exercise", "side", "status")  # of which a plain table asks instead


@dataclass(frozen=True)
class Layout:
    """How a file is written; `columns` are ours in the order of the file."""

    own: bool
    columns: tuple[str, ...]
    form: str | None
    decimal: str
    zone: str | None
    encoding: str
    delimiter: str
    end: str
    all_quoted: bool
    preamble: tuple[str, ...]

    def titles(self):
        return [name if self.own else TITLES[name] for name in self.columns]

    def mapping(self, encoding):
        said = {"date": self.form, "decimal": self.decimal, "zone": self.zone}
        said |= {"encoding": encoding} if encoding == "windows-1252" else {}
        said = {key: value for key, value in said.items() if value is not None}
        if self.own:
            return said
        sided = "side" in self.columns  # else each name must tell its side
        known = {ours: theirs for ours, theirs in EXERCISES.items() if sided or ours == "abdominal_stability"}
        names = {theirs: {"exercise": ours} for ours, theirs in known.items()}
        words = {"side": {theirs: ours for ours, theirs in SIDES.items()},
                 "status": {theirs: ours for ours, theirs in STATUSES.items()}}  # fmt: skip
        return said | {"columns": {name: TITLES[name] for name in self.columns}, "exercises": names, "words": words}


layouts = st.builds(
    Layout,
    st.booleans(),
    st.sets(st.sampled_from([name for name in COLUMNS if name not in REQUIRED])).flatmap(
        lambda some: st.permutations([*REQUIRED, *sorted(some)]).map(tuple)
    ),
    st.sampled_from(FORMS), st.sampled_from(".,"), st.none() | st.sampled_from(ZONES),
    st.sampled_from(sorted(ENCODINGS)), st.sampled_from(DELIMITERS), st.sampled_from(ENDS), st.booleans(),
    st.lists(st.sampled_from(["", "# typed; by, the\tdesk"]), max_size=2).map(tuple),
)  # fmt: skip
drawn_rows = st.lists(
    st.tuples(
        st.sampled_from(["session", "session", "not_done", "pain"]), st.sampled_from(sorted(EXERCISES)),
        st.sampled_from(["left", "right", "both"]), ids, st.sampled_from(["", "", "e-0.1", "X" * 64]),
        days, clocks, st.sampled_from(["", "", "Z", "+05:30", "-03:00"]), st.sampled_from(["", "", "same", "-60"]),
        st.none() | days, st.tuples(*(st.sampled_from(GOOD[name]) for name in NUMBERS)), notes,
        st.none() | st.none() | st.none() | st.sampled_from(BAD), st.sampled_from([0, 0, 0, 0, 0, -1, 1]),
        st.booleans(),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def placed(day, clock, tail, zone):
    """Return a moment as wall clock, whether its time is known, and offset; or the code of what is wrong."""
    if clock is None:
        return datetime.combine(day, time(12)), False, None
    local, offset = datetime.combine(day, clock), None
    if tail == "Z" and zone is None:
        return "zone_missing"
    if tail == "Z":
        there = local.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        local, offset = there.replace(tzinfo=None), int(there.utcoffset() / timedelta(minutes=1))
    elif tail:
        offset = (int(tail[1:3]) * 60 + int(tail[4:])) * (-1 if tail[0] == "-" else 1)
    elif zone is not None:
        again = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
        if again.replace(tzinfo=None) != local:
            return "time_nonexistent"
    return (local, True, offset) if 2000 <= local.year <= 2099 else "date_out_of_range"


def said_in_form(form, day, clock, tail):
    """Return a moment as text, and the clock and tail that the form has room for."""
    if form is None:
        text = f"{day:%Y-%m-%d}"
        clock, tail = (None, "") if clock is None else (clock, tail)
        said = "" if clock is None else f"T{clock:%H:%M:%S}{tail}" if clock.second else f" {clock:%H:%M}{tail}"
        return text + said, clock, tail
    tail = tail if "%z" in form and clock is not None else ""
    clock = clock if "%H" in form else None
    clock = clock if clock is None or "%S" in form else clock.replace(second=0)
    if clock is None:
        form = form.partition(" %H")[0].rstrip(",")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    text = form.replace("%z", tail).replace("%b", months[day.month - 1]).replace("%Y", f"{day.year:04}")
    text = text.replace("%m", f"{day.month}").replace("%d", f"{day.day:02}")
    at = clock or time(0)
    text = text.replace("%H", f"{at.hour:02}").replace("%M", f"{at.minute:02}")
    return text.replace("%S", f"{at.second:02}"), clock, tail


def meant(layout, drawn):
    """Return the texts of a row by our columns, what must become of it, and whether its time asks for a zone."""
    kind, exercise, side, patient, entry_id, day, clock, tail, offset, logged, numbers, note, bad, _, padded = drawn
    has = set(layout.columns)
    kind = "session" if (kind == "pain" and "pain" not in has) or (kind == "not_done" and "status" not in has) else kind
    exercise = exercise if "side" in has else "abdominal_stability"
    side = "none" if exercise == "abdominal_stability" else side
    texts = {name: text if name in has else "" for name, text in zip(NUMBERS, numbers, strict=True)}
    if kind == "pain":
        texts |= {"sets": "", "reps": "", "hold_s": "", "pain": texts["pain"] or "5"}
    if kind == "not_done":
        texts |= {name: "0" if texts[name] else "" for name in ("sets", "reps", "hold_s")}
    entry = {name: float(text) if text else None for name, text in texts.items()}
    texts = {name: text.replace(".", layout.decimal) for name, text in texts.items()}
    texts["performed_at"], clock, tail = said_in_form(layout.form, day, clock, tail)
    when = placed(day, clock, tail, layout.zone)
    known = None if isinstance(when, str) else when[2]
    texts["utc_offset_min"] = ("" if known is None else str(known)) if offset == "same" else offset
    texts["logged_at"], *heard = ("",) if logged is None else said_in_form(layout.form, logged, time(8, 15), "")
    texts |= {"patient_id": f" {patient} " if padded else patient, "entry_id": entry_id, "note": note}
    texts |= {"exercise": exercise, "side": "" if side == "none" and padded else side}
    texts["status"] = "not_done" if kind == "not_done" else "done"
    texts |= dict.fromkeys(ASKED, "") if kind == "pain" else {}
    if not layout.own:
        texts |= {
            name: words.get(texts[name], "") for name, words in zip(ASKED, (EXERCISES, SIDES, STATUSES), strict=True)
        }
    elif padded:
        texts |= {name: f" {texts[name].title()}  " for name in ASKED}
    texts = {name: text for name, text in texts.items() if name in has}
    if bad is not None and bad[0] in has and not (bad[0] in ASKED and (not layout.own or kind == "pain")):
        if when in ("time_nonexistent", "date_out_of_range") and bad[0] != "performed_at":
            return texts, (when, "performed_at"), False
        texts |= {"utc_offset_min": ""} if "utc_offset_min" in has else {}  # one thing is wrong at a time
        texts[bad[0]] = bad[1].replace(".", layout.decimal) if bad[0] in NUMBERS else bad[1]
        return texts, (bad[2], bad[0]), when == "zone_missing" and bad[0] != "performed_at"
    if isinstance(when, str):
        return texts, (when, "performed_at"), when == "zone_missing"
    column = int(texts.get("utc_offset_min") or 0) if texts.get("utc_offset_min") else None
    if None not in (column, known) and column != known:
        return texts, ("offset_disagrees", "utc_offset_min"), False
    note = unicodedata.normalize("NFC", note)
    return texts, entry | {
        "entry_id": texts.get("entry_id") or MADE, "patient_id": unicodedata.normalize("NFC", patient.strip()),
        "exercise": None if kind == "pain" else exercise, "side": None if kind == "pain" else side,
        "status": None if kind == "pain" else "not_done" if kind == "not_done" else "done",
        "performed_at": when[0], "time_known": when[1], "utc_offset_min": known if column is None else column,
        "logged_at": placed(logged, heard[0], "", layout.zone)[0] if texts.get("logged_at") else None,
        "note": note if note.strip() and "note" in has else None,
    }, False  # fmt: skip


def quoted(cell, layout):
    needed = layout.all_quoted or any(mark in cell for mark in ('"', "\r", "\n", layout.delimiter))
    return '"' + cell.replace('"', '""') + '"' if needed else cell


@dataclass
class Expected:
    """What an import must say of a file."""

    kept: list
    aside: list
    rows: int
    header: int
    blank: int
    asks: bool = False
    shifted: bool = False


def written(layout, drawn):
    """Return a file's text and what must come of it."""
    titles = [title.upper() if layout.all_quoted and layout.own else title for title in layout.titles()]
    width, lines = len(titles), [*layout.preamble, layout.delimiter.join(quoted(title, layout) for title in titles)]
    blank = sum(not line for line in lines)
    found = Expected([], [], len(lines), len(lines) - blank, blank)
    called = dict(zip(layout.columns, titles, strict=True)) | {"": ""}
    line = len(lines) + 1
    for one in drawn:
        texts, outcome, asks = meant(layout, one)
        cells = [texts[name] for name in layout.columns]
        damage = one[-2]
        cells = [*cells, "more"] if damage > 0 else cells[:-1] if damage < 0 else cells
        raw = layout.delimiter.join(quoted(cell, layout) for cell in cells)
        parts = re.split("\r\n|\r|\n", raw)
        if any(part.count(layout.delimiter) + 1 >= width for part in parts[1:]):  # no way to tell it from whole rows
            found.aside += [(line + number, "rows_in_cell", "") for number in range(len(parts))]
            found.rows += len(parts) - 1
        elif damage:
            found.aside.append((line, "field_count", ""))
        elif isinstance(outcome, dict):
            found.kept.append(outcome | {"line": line})
        else:
            found.aside.append((line, outcome[0], called[outcome[1]]))
        found.asks |= asks and not damage and found.aside[-1:] != [(line + len(parts) - 1, "rows_in_cell", "")]
        found.rows += 1
        lines.append(raw)
        line += len(parts)
    damages = {one[-2] for one in drawn}
    found.shifted = len(damages) == 1 and 0 not in damages and found.rows - found.header - found.blank > 1
    found.shifted &= all(code == "field_count" for _, code, _ in found.aside)
    return layout.end.join(lines) + layout.end, found


def encoded(text, layout):
    """Return a text's bytes, and the encoding that they are in: UTF-8 where the one that was drawn cannot hold it."""
    try:
        return ENCODINGS[layout.encoding] + text.encode(layout.encoding), layout.encoding
    except UnicodeEncodeError:
        return text.encode("utf-8"), "utf-8"


def changes(zone):
    """Yield each change of a zone's clocks from 2020 to 2030, to the second: when, offset before, offset after."""
    for week in range(52 * 11 + 3):
        low = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7 * week)
        high = low + timedelta(days=7)
        before, after = (one.astimezone(zone).utcoffset() for one in (low, high))
        while before != after and high - low > SECOND:
            middle = low + (high - low) // (2 * SECOND) * SECOND
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
        if before != after:
            yield high, before, after


def many(examples):
    """Return settings under which a run is the same each time, whatever it takes."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )  # fmt: skip
