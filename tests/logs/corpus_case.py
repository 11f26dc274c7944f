"""What a case of the corpus is: a small file, and the one thing that may become of it."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

HEADER = "entry_id,patient_id,exercise,side,performed_at,utc_offset_min,logged_at,status,sets,reps,hold_s,pain,note"
TEXTS = {
    "entry_id": "e1", "patient_id": "p001", "exercise": "hamstring_stretch", "side": "both",
    "performed_at": "2026-03-02 07:30", "utc_offset_min": "-420", "logged_at": "2026-03-02 07:41", "status": "done",
    "sets": "1", "reps": "3", "hold_s": "30", "pain": "4", "note": "fine",
}  # fmt: skip
ENTRY = {
    "entry_id": "e1", "patient_id": "p001", "exercise": "hamstring_stretch", "side": "both",
    "performed_at": "2026-03-02 07:30", "time_known": True, "utc_offset_min": -420, "logged_at": "2026-03-02 07:41",
    "status": "done", "sets": 1, "reps": 3, "hold_s": 30, "pain": 4, "note": "fine",
}  # fmt: skip
TRAPS = (  # what readers change without a word, row by row
    "day or month", "ISO read day first", "a date made up", "a bare number as a date", "clocks and zones",
    "comma or point", "odd numbers", "ids changed", "zero byte", "ids alike", "fields too few or many", "quotes",
    "names of columns", "encoding", "lines and headers", "json", "a size that is stated wrong", "place in a workbook",
    "errors in cells",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A small file and what must become of it.

    Parameters
    ----------
    data : the file, or what makes it; `place` puts it on the disk in another way
    refused, asked, aside, kept : what is expected: a code of the file, of questions, of rows with their lines, entries
    notices : code to what its sentence tells; `columns_ignored` is looked at only where it is given
    counted : physical rows, where the file is no plain text; `mark` parts the fields of a text
    header : rows of it that are counted as header
    trap : the row of `TRAPS` that it stands for
    """

    name: str
    data: bytes | Callable[[], bytes] = b""
    refused: str = ""
    asked: tuple[str, ...] = ()
    aside: tuple[tuple[int, str], ...] = ()
    kept: tuple[dict[str, object], ...] = ()
    notices: dict[str, object] = field(default_factory=dict)
    mapping: dict[str, object] | None = None
    patient_id: str | None = None
    imported_on: date | None = None
    dictionary: bytes | None = None
    counted: int | None = None
    mark: str = ","
    header: int = 1
    trap: str = ""
    file: str = "log.csv"
    place: Callable[[Path], Path] | None = None

    @property
    def bytes(self) -> bytes:
        """The file."""
        return self.data if isinstance(self.data, bytes) else self.data()

    @property
    def text(self) -> str:
        """The file as it is written."""
        data = self.bytes
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode((self.mapping or {}).get("encoding") or "utf-8-sig")

    def rows(self) -> list[tuple[int, list[str]]]:
        """Return each physical row with its line, counted by other means than the import's."""
        if self.text.startswith("{"):
            return [(number, ["x"]) for number, _ in enumerate(json.loads(self.text)["entries"], 1)]
        lines, found, before = io.StringIO(self.text, newline=""), [], 0
        reader = csv.reader(lines, delimiter=self.mark)
        swallowed = [line for line, code in self.aside if code == "rows_in_cell"]
        for fields in reader:
            apart = any(before < line <= reader.line_num for line in swallowed)
            found += [(line, fields) for line in range(before + 1, reader.line_num + 1)][: None if apart else 1]
            before = reader.line_num
        return found


def row(**changes):
    """Return a row of our own log as text; a field with a comma is quoted by who gives it."""
    return ",".join((TEXTS | changes).values())


def own(*rows, header=HEADER, end="\n"):
    """Return our own log with these rows."""
    return end.join([header, *rows, ""]).encode()


def entry(line, **changes):
    """Return the entry of `row()` with these changes, every column of it."""
    return ENTRY | {"line": line} | changes


def bad(name, changes, *codes, trap="", **more):
    """Return our own log with a good row, one that is set aside, and a good one."""
    data = own(row(), row(**{"entry_id": "e2"} | changes), row(entry_id="e3"))
    around = (entry(2), entry(4, entry_id="e3"))
    return Case(name, data, aside=tuple((3, code) for code in codes), kept=around, trap=trap, **more)


STRONG = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
HEVY = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,"
    "reps,distance_km,duration_seconds,rpe"
)
FITNOTES = "Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment"
REDCAP = (
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,log_date,exercise,side,sets_done,reps_done,hold_s,"
    "pain_nrs,done,skip_reason,exercise_log_complete"
)
PLAIN = "Day,Exercise,Side,Sets,Reps,Hold,Pain,Notes"
COLUMNS = {
    "performed_at": "Day", "exercise": "Exercise", "side": "Side", "sets": "Sets", "reps": "Reps", "hold_s": "Hold",
    "pain": "Pain", "note": "Notes",
}  # fmt: skip
CRUNCH = {"exercises": {"Crunch": {"exercise": "abdominal_stability"}, "Curl": "ignore"}}


def lines(header, *rows, end="\n"):
    """Return a text of a header and rows."""
    return end.join([header, *rows, ""]).encode()


def strong(order, reps, seconds, *, name="Crunch", at="2026-03-02 18:10:00", notes=""):
    """Return a set as Strong writes it."""
    return f"{at},Evening,24m,{name},{order},0,{reps},0,{seconds},{notes},,"


def hevy(index, reps, seconds, *, name="Crunch", at="30 Jun 2025, 19:56", kind="normal", notes=""):
    """Return a set as Hevy writes it."""
    return f'Evening,"{at}","{at}",,{name},,{notes},{index},{kind},,{reps},,{seconds},'


def fitnotes(reps, time, *, name="Crunch", at="2026-03-02", comment=""):
    """Return a set as FitNotes writes it."""
    return f"{at},{name},Abs,,,{reps},,,{time},{comment}"


def session(line, **told):
    """Return what an app's session came to: by default one set of 10 crunches."""
    usual = {"exercise": "abdominal_stability", "side": "none", "sets": 1, "reps": 10, "hold_s": None, "pain": None}
    return {"patient_id": "p001", "status": "done", "line": line} | usual | told
