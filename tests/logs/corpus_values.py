"""Single texts and what each is: a value, or the code that sets its row aside. Each group is read as one file."""

from dataclasses import dataclass, field
from datetime import date

from logs.corpus_case import TEXTS, own

BERLIN = {"zone": "Europe/Berlin"}
PLAIN = {"utc_offset_min": "", "logged_at": ""}


@dataclass(frozen=True)
class Group:
    """Texts for one column of our own log; a day is told as `2026-03-02`, a time with its offset behind it."""

    name: str
    column: str
    good: dict[str, object]
    bad: dict[str, str]
    mapping: dict[str, object] | None = None
    imported_on: date | None = None
    others: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[tuple[str, object, str]]:
        """Every text with its value and its code."""
        wrong = [(text, None, code) for code, texts in self.bad.items() for text in texts.split("|")]
        return [(text, value, "") for text, value in self.good.items()] + wrong

    @property
    def data(self) -> bytes:
        """Our own log with one row for each text."""
        rows = [self.usual | {"entry_id": f"e{n}", self.column: text} for n, (text, *_) in enumerate(self.texts)]
        return own(*(",".join('"' + cell.replace('"', '""') + '"' for cell in row.values()) for row in rows))

    @property
    def usual(self) -> dict[str, str]:
        return TEXTS | self.others


GROUPS = [
    Group("dates in our form", "performed_at", {
        "2026-03-02": "2026-03-02", "2026-03-02 07:30": "2026-03-02 07:30", "2026-03-02T07:30": "2026-03-02 07:30",
        "2026-03-02T07:30:05": "2026-03-02 07:30:05", " 2026-03-02 07:30 ": "2026-03-02 07:30",
        "2026-03-02 00:00": "2026-03-02 00:00", "2026-03-02 23:59:59": "2026-03-02 23:59:59",
            "2024-02-29": "2024-02-29",
        "2026-03-02 07:30-07:00": "2026-03-02 07:30 -420", "2026-03-02T07:30:05+05:30": "2026-03-02 07:30:05 330",
        "2026-03-02 07:30+14:00": "2026-03-02 07:30 840", "2026-03-02 07:30-12:00": "2026-03-02 07:30 -720",
        "2026-03-02 07:30+00:00": "2026-03-02 07:30 0", "2000-01-01": "2000-01-01", "2099-12-31": "2099-12-31",
    }, {
        "date_missing": "|   |\u00a0",
        "date_format": "13/04/2026|2026-3-2|2026-02-30|2025-02-29|2026-13-01|2026-00-10|2026-03-02 24:00|"
        "2026-03-02 7:30|"
        "2026-03-02 07:60|2 Mar 2026|March 2, 2026|today|yesterday|now|May|Fri|10:30|4.3.26|03/04/26|2026/03/02|"
        "2026.03.02|"
        "2026-W10-1|2026-03-02 07:30 AM|2026-03-02 07:30+19:00|2026-03-02 07:30+05:75|2026-03-02 07:30 EST|"
        "2026-03-02 07:30 Europe/Berlin|2026-03-02T07:30:05.123|\uff12\uff10\uff12\uff16-03-02|2026-03-02x|"
        "-2026-03-02|31/02/2026|"
        "2026-03-02  07:30|2026-03-02 - 2026-03-03|0000-01-01|March|03/2026|2026-03|3/03/2026|03/03/2026|2026-03-02T|"
        "\u0662\u0660\u0662\u0666-03-02",
        "date_ambiguous": "03/04/2026|3/4/2026|03.04.2026|03-04-2026|12/11/2026|03/04/2026 07:30|3.4.2026",
        "number_in_date": "45000|20260304|1767225600000|1767225600|46083.3125",
        "date_out_of_range": "1999-12-31|2100-01-01|1926-03-02|0001-01-01|9999-12-31|9999-12-31T23:59-12:00",
    }, others=PLAIN),
    Group("dates on clocks in Berlin", "performed_at", {
        "2026-03-29 01:59": "2026-03-29 01:59", "2026-03-29 03:00": "2026-03-29 03:00",
            "2026-10-25 02:30": "2026-10-25 02:30",
        "2026-03-02T06:30Z": "2026-03-02 07:30 60", "2026-07-01T22:30Z": "2026-07-02 00:30 120",
            "2026-03-29": "2026-03-29",
        "2026-03-29T01:30Z": "2026-03-29 03:30 120", "2026-10-25T00:30Z": "2026-10-25 02:30 120",
        "2026-10-25T01:30:00Z": "2026-10-25 02:30 60", "1999-12-31T23:30Z": "2000-01-01 00:30 60",
        "2026-03-02 07:30-05:00": "2026-03-02 07:30 -300",
    }, {"time_nonexistent": "2026-03-29 02:00|2026-03-29 02:30|2026-03-29T02:59:59",
        "date_out_of_range": "2099-12-31T23:30Z|0001-01-01T00:00Z"},
        mapping=BERLIN, others=PLAIN),
    Group("dates up to the day of import", "performed_at", {"2026-03-10": "2026-03-10",
        "2026-03-10 23:59": "2026-03-10 23:59"},
          {"date_future": "2026-03-11|2026-03-11 00:00|2099-12-31", "date_out_of_range": "2100-01-01"},
              imported_on=date(2026, 3, 10), others=PLAIN),
    Group("days ahead, with points", "performed_at", {
        "02.03.2026": "2026-03-02", "2.3.2026": "2026-03-02", "13.04.2026": "2026-04-13", "03.04.2026": "2026-04-03",
        "29.02.2024": "2024-02-29"},
        {"date_format": "2026-03-02|03/04/2026|31.02.2026|2.3.26|02.13.2026|02.03.2026 07:30|02.03.2026x|today|"
        "03-04-2026",
         "number_in_date": "45000|2.3|2026", "date_out_of_range": "02.03.1999", "date_missing": ""},
        mapping={"date": "%d.%m.%Y"}, others=PLAIN),
    Group("months ahead, in hours of twelve", "performed_at", {
        "03/04/2026 7:30 PM": "2026-03-04 19:30", "03/04/2026 12:00 AM": "2026-03-04 00:00",
            "03/04/2026 12:30 PM": "2026-03-04 12:30",
        "3/4/2026 07:30 am": "2026-03-04 07:30", "03/04/2026": "2026-03-04"},
        {"date_format": "13/04/2026 7:30 PM|03/04/2026 13:30 PM|03/04/2026 0:30 AM|03/04/2026 07:30|2026-03-04 07:30|"
        "03.04.2026 7:30 PM"},
        mapping={"date": "%m/%d/%Y %I:%M %p"}, others=PLAIN),
    Group("months in words", "performed_at", {
        "2 M\u00e4rz 2026": "2026-03-02", "2 mar 2026": "2026-03-02", "2 Mai 2026": "2026-05-02",
            "2 mayo 2026": "2026-05-02",
        "2 Sept. 2026": "2026-09-02", "2 DECEMBER 2026": "2026-12-02", "2 maart 2026": "2026-03-02"},
        {"date_format": "30 Feb 2026|2 Brumaire 2026|2 3 2026|March 2, 2026|2 M 2026"},
        mapping={"date": "%d %b %Y", "words": {"month": {"maart": "3"}}}, others=PLAIN),
    Group("repetitions", "reps", {
        "3": 3, "3.0": 3, "2.5": 2.5, "0": 0, "200": 200, " 3 ": 3, "007": 7, "0.5": 0.5, "199.99": 199.99, "": None,
            "13.0": 13},
        {"number_format": "1,5|1.000,5|1,000|1_000|1e2|1E2|+3|-3|\u22123|\u00bd|\uff13|\u0663|\u00b2|inf|-inf|"
        "Infinity|NaN|nan|NA|null|None|True|"
         "12 reps|3x|x3|3-4|3/4|3.|.5|1.2.3|0x10|1 000|1\u00a0000|ten|#REF!|=3|'3|3\u200b|1e400|3 .5|~3|<3|10+|1'000|"
         "3?|-|n/a|\u2167",
         "out_of_range": "201|200.5|1000|99999999999999999999"}),
    Group("repetitions with a decimal comma", "reps", {"1,5": 1.5, "3": 3, "3,0": 3, "0,25": 0.25},
          {"number_format": "2.5|1.000|1,5,0|1,|,5|1, 5", "out_of_range": "200,5"}, mapping={"decimal": ","}),
    Group("holds", "hold_s", {"30": 30, "0": 0, "600": 600, "30.5": 30.5, "": None},
          {"unit_unknown": "30 s|30s|30 sec|30 Sek.|0:30|1:30|30\u2033|1 min|30 seconds|0:01:30|30\"",
              "out_of_range": "601|3600",
           "number_format": "30,5|-30|30-40|half a minute|s|+30|1e2"}),
    Group("sets", "sets", {"1": 1, "3.0": 3, "50": 50, "0": 0, "": None, "50.0": 50},
          {"not_whole": "2.5|0.1|3.10|1.0001", "out_of_range": "51|100", "number_format": "1,0|\u00bd|two|1-2"}),
    Group("pains", "pain", {"0": 0, "10": 10, "3.5": 3.5, "4": 4, "": None, "10.0": 10, "07": 7},
          {"pain_out_of_range": "11|10.1|100", "number_format": "3/10|4-5|mild|-1|5,5|5 of 10|>3"}),
    Group("offsets", "utc_offset_min", {"-420": -420, "0": 0, "840": 840, "-720": -720, "": None, "60": 60,
        "-420.0": -420},
          {"out_of_range": "841|-721|999|1000|-1440", "number_format": "+60|60 min|-07:00|--60|Z", "not_whole": "1.5"}),
    Group("patients", "patient_id", {
        "00123": "00123", "1E5": "1E5", "12E3": "12E3", "NA": "NA", "null": "null", "None": "None", "True": "True",
            "nan": "nan",
        "9007199254740993": "9007199254740993", "p-7c1e03": "p-7c1e03", "zo\u00eb": "zo\u00eb",
            "zoe\u0308": "zo\u00eb", " p1 ": "p1",
        "P1": "P1", "p 1": "p 1", "\u60a3\u80051": "\u60a3\u80051", "#12": "#12", "=p1": "=p1", "-p1": "-p1",
            "p" * 64: "p" * 64,
        "1.0": "1.0", "2026-03-02": "2026-03-02"},
        {"patient_missing": "|  ", "id_personal": "a@b.org|@p|p@",
         "id_characters": "p\u200b1|p\u202e1|p\ufeff1|p\u200d1|p\u00ad1|p\x071|p\x7f1|p\t1|p\u20661|p\u20281|"
         "p\ufe0f1|p\u034f1|p\u31641|p\u00a01|" + "p" * 65}),
    Group("identities of entries", "entry_id", {one: one for one in ("e-0001", "x0a1b.2", "00123", "1E5", "NA", "true",
        "E" * 64)},
          {"id_characters": "e 1|e_1|\u00e9|e/1|e@1|e:1|e\u200b1|" + "E" * 65}),
    Group("sides", "side", {"left": "left", "RIGHT": "right", " both ": "both"},
          {"side_missing": "|none|  ", "side_unknown": "L|R|D|I|izquierda|lft|left right|right?|1|links"}),
    Group("sides of an exercise without", "side", {"": "none", "none": "none", "NONE": "none"},
          {"side_not_allowed": "left|right|both", "side_unknown": "x|L"}, others={"exercise": "abdominal_stability"}),
    Group("statuses", "status", {"done": "done", "DONE": "done", " not_done ": "not_done"},
          {"status_missing": "|  ", "status_unknown": "yes|no|x|1|0|true|done?|not done|skipped"}, others={"sets": "",
              "reps": "", "hold_s": ""}),
    Group("exercises", "exercise", {"psoas_stretch": "psoas_stretch", "Knee_To_Chest": "knee_to_chest",
        " hamstring_stretch ": "hamstring_stretch"},
          {"exercise_unknown": "Hamstring Curl|hamstring|hamstring_stretch 2|psoas stretch|plank|1",
              "exercise_missing": "|  "}),
]  # fmt: skip
