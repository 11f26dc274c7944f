"""Caseloads by the batch, drawn from a seed: fifty patients with everything a log can hold."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

import pandas as pd

from toolkit.rules import Rules
from toolkit.schema import LOG, PAUSES, PRESCRIPTIONS, WEEKDAYS
from toolkit.tables import make

BATCHES, PATIENTS = 40, 50
STARTS = (
    date(2026, 3, 2),
    date(2026, 3, 16),
    date(2026, 10, 12),
)  # clocks change on 8 and 29 March, 25 October, 1 November
SIDED, PLAIN, NEVER = "exercise_a", "exercise_b", "exercise_c"  # the last one is never prescribed
CLOCKS = [time(0, 0), time(0, 40), time(1, 30), time(2, 59, 59), time(3), time(4, 29), time(4, 30), time(23, 50)]
BURST_S = [0, 1, 90, 300, 590, 599, 600, 601, 900, 1190, 1800]
BLANKS = {"sets": None, "reps": None, "hold_s": None}


@dataclass(frozen=True)
class Batch:
    """Fifty patients under the same rules, as the tables of the toolkit."""

    prescriptions: pd.DataFrame
    log: pd.DataFrame
    pauses: pd.DataFrame
    rules: Rules


def batch(number):
    """Return the batch of this number: the same tables every time."""
    chance = Random(7_000 + number)
    start = chance.choice(STARTS)
    rules = Rules(
        as_of=start + timedelta(days=chance.randint(22, 40)),
        day_start=chance.choice([time(0), time(3), time(3), time(4, 30)]),
        near_duplicates=chance.choice(["flag", "drop"]),
        gap_days=chance.randint(3, 14),
        min_scheduled_days=chance.randint(1, 6),
        confidence=chance.choice([0.8, 0.9, 0.95]),
        complete_share=chance.choice([0.5, 0.8, 1.0]),
        recall_h=chance.choice([24, 48]),
    )
    prescriptions, log, pauses = [], [], []
    for place in range(PATIENTS):
        case = Case(chance, f"p{number:02d}{place:02d}", start)
        prescriptions += case.prescriptions
        pauses += case.pauses
        log += case.log
    chance.shuffle(log)  # a log is in no order
    return Batch(make(PRESCRIPTIONS, prescriptions), make(LOG, log), make(PAUSES, pauses), rules)


class Case:
    """One patient: what is prescribed, what is paused, what is logged."""

    def __init__(self, chance, patient, start):
        self.chance, self.patient, self.ids = chance, patient, 0
        self.first = start + timedelta(days=chance.choice([0, 0, 0, 1, 3, 6, 12]))
        self.length = chance.choice([chance.randint(4, 14), chance.randint(15, 30), chance.randint(24, 30)])
        self.prescriptions = [] if chance.random() < 0.03 else self.prescribed()
        self.pauses = [self.pause() for _ in range(chance.choice([0, 0, 0, 0, 1, 1, 2, 3]))]
        self.change = self.first + timedelta(days=chance.randint(1, self.length))  # the clocks change, for some
        self.offset_min = chance.choice([None, 0, 60, -300, 330])
        self.shift_min = chance.choice([0, 0, 60, -60]) if self.offset_min is not None else 0
        self.pains = chance.choice([[None], [None, None, None, None, 2, 3.5, 5]])  # some rows say how much it hurt
        self.log = self.logged()
        self.log += self.again()

    def prescribed(self):
        exercises = self.chance.choice([[SIDED], [PLAIN], [SIDED, PLAIN], [SIDED, PLAIN]])
        return [row for exercise in exercises for row in self.track(exercise)]

    def track(self, exercise):
        """One exercise over the window: as one row, or revised once or twice, with or without days between."""
        cuts = self.chance.choice([0, 0, 0, 1, 1, 2])
        lengths = [self.length] if not cuts else [max(2, self.length // (cuts + 1))] * (cuts + 1)
        day, rows = self.first + timedelta(days=self.chance.choice([0, 0, 0, 2])), []
        for revision, length in enumerate(lengths, start=1):
            last = day + timedelta(days=length - 1)
            for side in self.sides(exercise):
                rows.append(
                    {"patient_id": self.patient, "regimen_id": self.chance.choice(["r1", "r1", "r1", "r2"]),
                     "revision": revision, "exercise": exercise, "side": side, "first_day": day, "last_day": last}
                    | self.dose()
                )  # fmt: skip
            day = last + timedelta(days=1 + self.chance.choice([0, 0, 0, 2]))
        return rows

    def sides(self, exercise):
        """Sides in force together; left and right may each have a dose of its own."""
        if exercise == PLAIN:
            return self.chance.choice([["none"]] * 9 + [["both"]])
        return self.chance.choice([["both"], ["both"], ["both"], ["left"], ["right"], ["left", "right"], ["none"]])

    def dose(self):
        chance = self.chance
        named = chance.random() < 0.4
        days = [day for day in WEEKDAYS if chance.random() < 0.6] or ["wed"]
        hold = chance.choice([(None, None), (0.0, None), (5.0, None), (10.0, 20.0), (7.5, 7.5)])
        return {
            "sessions_per_day": chance.choice([1, 1, 1, 2, 3]),
            "weekdays": ";".join(days) if named else None,
            "days_per_week": None if named else chance.choice([1, 2, 3, 4, 5, 7, 7, 7]),
            "sets": chance.randint(1, 3),
            "reps_min": chance.choice([3, 5, 10]),
            "reps_max": chance.choice([None, 10, 15]),
            "hold_s_min": hold[0],
            "hold_s_max": hold[1],
        }

    def pause(self):
        first = self.first + timedelta(days=self.chance.randint(-2, self.length + 1))
        last = first + timedelta(days=self.chance.choice([0, 1, 3, 6]))
        exercise = self.chance.choice([None, None, SIDED, PLAIN, NEVER])
        return {"patient_id": self.patient, "exercise": exercise, "first_day": first, "last_day": last}

    def logged(self):
        """The diary day by day: a patient keeps at it, slackens, or stops; some days nothing is written."""
        chance = self.chance
        before = chance.choice([0.95, 0.85, 0.7, 0.5, 0.0])
        after = chance.choice([before, before, before / 3, 0.2, 0.1, 0.0])
        turns = self.first + timedelta(days=chance.randint(3, max(3, self.length - 4)))
        writes = chance.choice([1.0, 0.95, 0.8, 0.5])
        regular = chance.choice([None, time(7, 30), time(23, 45)])
        pain = chance.choice([None, None, 0, 0, 2, 3, 5, 7])
        drift = chance.choice([[0], [0, 0, 0.5, -0.5], [0, 0, -0.5, -1], [0, 0, -0.5, -1], [0, 0.5, 0.5, 1]])
        settled = chance.choice([0, 7])  # days before pain begins to change
        if pain == 0:
            settled, drift = 8, chance.choice([[0], [0.5, 0.5, 1]])
        rows = []
        for place in range(-3, self.length + 6):
            day = self.first + timedelta(days=place)
            if chance.random() < writes and (0 <= place < self.length or chance.random() < 0.3):
                rows += self.day(day, before if day < turns else after, regular)
                rows += self.pain_of(day, pain)
            if pain is not None and place >= settled:
                pain = min(9, max(0, pain + chance.choice(drift)))
        return rows

    def day(self, day, keeps, regular):
        """The rows of a day: sessions done, not done, done on one side, in parts, or twice within minutes."""
        chance, rows = self.chance, []
        prescribed = sorted({row["exercise"] for row in self.prescriptions}) or [PLAIN]
        for exercise in [*prescribed, *([NEVER] if chance.random() < 0.02 else [])]:
            if chance.random() < keeps:
                for _ in range(chance.choice([1, 1, 1, 1, 2, 3])):
                    rows += self.session(exercise, day, regular)
            elif chance.random() < 0.4:
                rows.append(
                    self.row(exercise, self.some_side(exercise), day, regular) | {"status": "not_done"} | BLANKS
                )
        return rows

    def session(self, exercise, day, regular):
        one = self.row(exercise, self.some_side(exercise), day, regular)
        rows = [one]
        if one["side"] in ("left", "right") and self.chance.random() < 0.6:  # the other side as a row of its own
            rows.append(one | {"entry_id": self.new_id(), "side": "right" if one["side"] == "left" else "left"})
        if self.chance.random() < 0.04:
            rows += self.burst(one)
        return rows

    def some_side(self, exercise):
        if exercise == PLAIN:
            return self.chance.choice(["none"] * 6 + [None, "left", "both"])
        return self.chance.choice(["both"] * 6 + ["left"] * 3 + ["right"] * 3 + ["none", None])

    def row(self, exercise, side, day, regular):
        """One session done, at a time of the patient's own clock."""
        chance = self.chance
        known = chance.random() < 0.9
        at = self.time_on(day, regular) if known else datetime.combine(day, time(12))
        late = chance.choice([None, timedelta(0), timedelta(minutes=5), timedelta(hours=24), timedelta(hours=50)])
        pain = chance.choice(self.pains)
        return {
            "entry_id": self.new_id(), "patient_id": self.patient, "exercise": exercise, "side": side,
            "performed_at": at, "time_known": known, "utc_offset_min": self.offset_at(at) if known else None,
            "logged_at": None if late is None else at + late, "status": "done", "pain": pain,
            "sets": self.part([1, 2, 2, 3]), "reps": self.part([3, 5, 10, 10, 12]),
            "hold_s": self.part([4, 5, 7.5, 10, 15, 30]),
            "note": chance.choice([None] * 9 + ["tired"]),
        }  # fmt: skip

    def part(self, values):
        """Sets, repetitions or a hold, sometimes none, sometimes not written down."""
        what = self.chance.random()
        return 0 if what < 0.03 else None if what < 0.1 else self.chance.choice(values)

    def time_on(self, day, regular):
        """At the patient's own hour within minutes, at any hour, or just where a day ends."""
        chance = self.chance
        what = chance.random()
        if what < 0.15:
            return datetime.combine(day, chance.choice(CLOCKS))
        if regular is None or what < 0.3:
            return datetime.combine(day, time(chance.randint(0, 23), chance.randint(0, 59), chance.choice([0, 0, 30])))
        return datetime.combine(day, regular) + timedelta(minutes=chance.randint(0, 40))

    def offset_at(self, at):
        """The offset of the clock; on the night of a change an hour may come twice."""
        if self.offset_min is None or self.chance.random() < 0.05:
            return None
        changed = at >= datetime.combine(self.change, time(2))
        if at.date() == self.change and 1 <= at.hour < 2:
            changed = self.chance.random() < 0.5
        return self.offset_min + (self.shift_min if changed else 0)

    def pain_of(self, day, pain):
        """Pain entries of a day: none, one, or two that differ; now and then a flare."""
        if pain is None or self.chance.random() < 0.25:
            return []
        pain = min(10, pain + 4) if pain and self.chance.random() < 0.08 else pain
        said = [pain] if not pain or self.chance.random() < 0.8 else [pain, min(10, pain + 1)]
        return [
            self.row(None, None, day, time(21)) | {"side": None, "status": None, "pain": value} | BLANKS
            for value in said
        ]

    def burst(self, one):
        """The same session again and again within minutes, each under an id of its own."""
        seconds = self.chance.sample(BURST_S, self.chance.randint(1, 4))
        return [
            one | {"entry_id": self.new_id(), "performed_at": one["performed_at"] + timedelta(seconds=more)}
            for more in seconds
        ]

    def again(self):
        """Rows that were sent before: as they were, corrected, under a new id, or on another clock."""
        if not self.log:
            return []
        return [self.sent_again(self.chance.choice(self.log)) for _ in range(self.chance.choice([0, 0, 1, 2, 4]))]

    def sent_again(self, one):
        chance = self.chance
        later = one["performed_at"] + timedelta(days=chance.randint(0, 2))
        kind = chance.choice(["same", "same later", "corrected", "moved", "new id", "other clock"])
        if kind == "same":
            return dict(one)
        if kind == "same later":
            return one | {"logged_at": later}
        if kind == "corrected":
            return one | {"sets": chance.choice([0, 1, 3]) if one["exercise"] else None, "pain": 4, "logged_at": later}
        if kind == "moved":
            return one | {"performed_at": later, "logged_at": chance.choice([None, later])}
        if kind == "other clock" and one["time_known"]:
            moved = {"performed_at": one["performed_at"] + timedelta(minutes=60),
                     "utc_offset_min": (one["utc_offset_min"] or 0) + 60}  # fmt: skip
            return one | {"entry_id": self.new_id()} | moved
        return one | {"entry_id": self.new_id()}

    def new_id(self):
        """An id that belongs to the row; another patient may use the same one."""
        self.ids += 1
        return f"e{self.ids}"
