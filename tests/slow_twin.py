"""The measures once more, slow and obvious, as docs/measures.md states them: dicts, loops, fractions."""

import math
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import NormalDist

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DROPPED = ("duplicate_id", "superseded", "duplicate_exact", "near_duplicate")


def blank(value):
    return value is None or value != value


def plain(table):
    """Return the rows of a table as dicts, blanks as None, times as datetime."""
    rows = []
    for row in table.to_dict("records"):
        found = {key: None if blank(value) else value for key, value in row.items()}
        rows.append({key: v.to_pydatetime() if hasattr(v, "to_pydatetime") else v for key, v in found.items()})
    return rows


def as_day(value):
    return value.date() if isinstance(value, datetime) else value


class Clinic:
    """Prescriptions and pauses of all patients, asked day by day."""

    def __init__(self, prescriptions, pauses, rules):
        self.rules = rules
        self.rows = plain(prescriptions)
        for row in self.rows:
            row["first_day"], row["last_day"] = as_day(row["first_day"]), as_day(row["last_day"])
        self.pauses = plain(pauses)
        for row in self.pauses:
            row["first_day"], row["last_day"] = as_day(row["first_day"]), as_day(row["last_day"])

    def of(self, patient):
        return [row for row in self.rows if row["patient_id"] == patient]

    def first(self, patient):
        return min(row["first_day"] for row in self.of(patient))

    def last(self, patient):
        return max(row["last_day"] for row in self.of(patient))

    def in_force(self, patient, exercise, side, day):
        """The prescription in force for one exercise, side and day."""
        for row in self.of(patient):
            sides = ("left", "right") if row["side"] == "both" else (row["side"],)
            if row["exercise"] == exercise and side in sides and row["first_day"] <= day <= row["last_day"]:
                return row
        return None

    def sides_in_force(self, patient, exercise, day):
        return [side for side in ("left", "right", "none") if self.in_force(patient, exercise, side, day)]

    def paused(self, patient, exercise, day):
        return any(
            pause["patient_id"] == patient
            and pause.get("exercise") in (None, exercise)
            and pause["first_day"] <= day <= pause["last_day"]
            for pause in self.pauses
        )


def session_dose(row, prescription):
    """0 if a part that counts is 0, None if one is blank, else the product."""
    parts = [row["sets"], row["reps"]]
    if prescription["hold_s_min"] and prescription["hold_s_min"] > 0:
        parts.append(row["hold_s"])
    if any(part == 0 for part in parts):
        return 0
    if any(part is None for part in parts):
        return None
    return math.prod(parts)


def local_day(row, rules):
    if not row["time_known"]:
        return row["performed_at"].date()
    start = timedelta(hours=rules.day_start.hour, minutes=rules.day_start.minute)
    return (row["performed_at"] - start).date()


def instant(row):
    return row["performed_at"] - timedelta(minutes=row["utc_offset_min"] or 0)


def content(row):
    return (row["exercise"], row["side"] or "none", row["status"], row["sets"], row["reps"], row["hold_s"], row["pain"])


def find_duplicates(rows, rules):
    """Return the duplicate reason of each row or None, and whether it is flagged as near."""
    reason, near = [None] * len(rows), [False] * len(rows)
    by_id = {}
    for place, row in enumerate(rows):
        by_id.setdefault((row["patient_id"], row["entry_id"]), []).append(place)
    for places in by_id.values():
        kept = max(places, key=lambda place: (rows[place]["logged_at"] or datetime.min, place))
        for place in places:
            if place != kept:
                one, other = rows[place], rows[kept]
                when = [(row["performed_at"], instant(row), row["time_known"]) for row in (one, other)]
                same = content(one) == content(other) and when[0] == when[1]
                reason[place] = "duplicate_id" if same else "superseded"
    seen = set()
    for place, row in enumerate(rows):
        if reason[place] is None and row["time_known"]:
            said = (row["patient_id"], instant(row), content(row))
            if said in seen:
                reason[place] = "duplicate_exact"
            seen.add(said)
    like = {}
    for place, row in enumerate(rows):
        if reason[place] is None and row["time_known"] and row["status"] == "done" and row["exercise"]:
            like.setdefault((row["patient_id"], row["exercise"], row["side"] or "none"), []).append(place)
    for places in like.values():
        places.sort(key=lambda place: (instant(rows[place]), place))
        before = None
        for place in places:
            at = instant(rows[place])
            if before is not None and (at - before).total_seconds() < rules.near_duplicate_s:
                near[place] = True
                if rules.near_duplicates == "drop":
                    reason[place] = "near_duplicate"
                    continue
            before = at
    return reason, near


def attribute_slow(prescriptions, log, rules, pauses):
    """Return day, reason and near flag of each row, and the cells its session hits with their doses."""
    clinic, rows = Clinic(prescriptions, pauses, rules), plain(log)
    reasons, near = find_duplicates(rows, rules)
    found = []
    for row, duplicate, flag in zip(rows, reasons, near, strict=True):
        day = local_day(row, rules)
        reason, hits = (duplicate, []) if duplicate else one_reason(clinic, row, day)
        found.append({"day": day, "reason": reason, "near": flag, "hits": hits, "row": row})
    return found


def one_reason(clinic, row, day):
    """Return the first reason that applies, and the sides and doses of a session."""
    patient, exercise, side = row["patient_id"], row["exercise"], row["side"] or "none"
    if exercise is None:
        return "pain_entry", []
    if not clinic.of(patient) or day < clinic.first(patient):
        return "before_start", []
    if day > clinic.last(patient):
        return "after_end", []
    if day > clinic.rules.as_of:
        return "after_as_of", []
    if clinic.paused(patient, exercise, day):
        return "during_pause", []
    there = clinic.sides_in_force(patient, exercise, day)
    if not there:
        return "not_prescribed", []
    sided = "none" not in there
    if sided and row["status"] == "done" and side == "none":
        return "side_missing", []
    wanted = there if not sided or side in ("both", "none") else [one for one in there if one == side]
    if not wanted:
        return "not_prescribed", []
    doses = {one: session_dose(row, clinic.in_force(patient, exercise, one, day)) for one in wanted}
    hits = [(one, dose) for one, dose in doses.items() if dose != 0]
    if row["status"] == "not_done" or not hits:
        return "known_zero", []
    free = all(is_free(clinic.in_force(patient, exercise, one, day), day) for one in wanted)
    return ("rest_day" if free else "counted"), hits


def is_free(prescription, day):
    return bool(prescription["weekdays"]) and DAYS[day.weekday()] not in prescription["weekdays"].split(";")


def cells_slow(prescriptions, log, rules, pauses):
    """Return the cell table as a list of dicts, ordered by patient, exercise, side and day."""
    clinic = Clinic(prescriptions, pauses, rules)
    attributed = attribute_slow(prescriptions, log, rules, pauses)
    observed = {
        (one["row"]["patient_id"], one["day"])
        for one in attributed
        if one["row"]["exercise"] is not None and one["reason"] not in DROPPED
    }
    sessions = {}
    for one in attributed:
        for side, dose in one["hits"]:
            key = (one["row"]["patient_id"], one["row"]["exercise"], side, one["day"])
            sessions.setdefault(key, []).append(dose)
    cells = []
    for patient in sorted({row["patient_id"] for row in clinic.rows}):
        tracks = sorted(
            {(row["exercise"], side) for row in clinic.of(patient)
             for side in (("left", "right") if row["side"] == "both" else (row["side"],))},
            key=lambda track: (track[0], ("left", "right", "none").index(track[1])),
        )  # fmt: skip
        for exercise, side in tracks:
            cells += track_cells(clinic, patient, exercise, side, sessions, observed)
    return cells


def track_cells(clinic, patient, exercise, side, sessions, observed):
    """Return the cells of one exercise and side of a patient."""
    cells, day = [], clinic.first(patient)
    while day <= min(clinic.last(patient), clinic.rules.as_of + timedelta(days=1)):
        cells.append(new_cell(clinic, patient, exercise, side, day, sessions, observed))
        day += timedelta(days=1)
    blocks = {}
    for cell in cells:
        rx = cell["rx"]
        if cell["active"] and rx["days_per_week"]:
            begins = min(row["first_day"] for row in clinic.of(patient) if row["regimen_id"] == rx["regimen_id"])
            blocks.setdefault((rx["regimen_id"], (cell["day"] - begins).days // 7), []).append(cell)
        elif cell["active"] and not is_free(rx, cell["day"]):
            cell["expected"] = Fraction(int(rx["sessions_per_day"]))
            cell["credited"] = min(Fraction(cell["performed"]), cell["expected"])
    for block in blocks.values():
        lay_block(block)
    for cell in cells:
        cell["state"] = state_of(cell, clinic)
    return cells


def new_cell(clinic, patient, exercise, side, day, sessions, observed):
    rx = clinic.in_force(patient, exercise, side, day)
    over = day > clinic.rules.as_of
    paused = clinic.paused(patient, exercise, day)
    active = rx is not None and not paused and not over
    doses = sessions.get((patient, exercise, side, day), [])
    least = most = 0.0
    if active:
        held = bool(rx["hold_s_min"])
        low, high = rx["hold_s_min"] or 0, rx["hold_s_max"] if rx["hold_s_max"] is not None else rx["hold_s_min"] or 0
        reps_max = rx["reps_max"] if rx["reps_max"] is not None else rx["reps_min"]
        least = rx["sets"] * rx["reps_min"] * (low if held else 1)
        most = rx["sets"] * reps_max * (high if held else 1)
    return {
        "patient_id": patient, "day": day, "exercise": exercise, "side": side, "rx": rx, "active": active,
        "paused": paused, "expected": Fraction(0), "credited": Fraction(0), "performed": len(doses),
        "dose_done": sum(dose for dose in doses if dose is not None), "dose_floor": least, "dose_ceiling": most,
        "dose_known": all(dose is not None for dose in doses),
        "observed": (patient, day) in observed and not over,
    }  # fmt: skip


def lay_block(block):
    """A weekly quota on the active days of one block of seven."""
    left = sum(Fraction(int(cell["rx"]["days_per_week"] * cell["rx"]["sessions_per_day"]), 7) for cell in block)
    for cell in sorted(block, key=lambda cell: cell["day"]):
        cell["credited"] = cell["expected"] = min(
            Fraction(min(cell["performed"], cell["rx"]["sessions_per_day"])), left
        )
        left -= cell["credited"]
    for seen in (False, True):
        for cell in sorted(block, key=lambda cell: cell["day"], reverse=True):
            if cell["observed"] == seen:
                more = min(left, cell["rx"]["sessions_per_day"] - cell["expected"])
                cell["expected"] += more
                left -= more


def state_of(cell, clinic):
    if cell["rx"] is None:
        return "out_of_window"
    if cell["paused"]:
        return "paused"
    if cell["day"] > clinic.rules.as_of:
        return "pending"
    if cell["expected"] == 0:
        return "not_scheduled"
    if cell["performed"] >= cell["expected"]:
        return "full"
    if cell["performed"]:
        return "partial"
    return "known_zero" if cell["observed"] else "unlogged"


def ratio(part, whole):
    return float(part / whole) if whole else math.nan


def label(cell, name):
    day = cell["day"]
    found = {"weekday": DAYS[day.weekday()], "week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}
    return found.get(name) if name in found else cell[name]


def adherence_slow(cells, by, rules):
    """Return every column of `adherence` for each group."""
    groups = {}
    for cell in cells:
        groups.setdefault(tuple(label(cell, name) for name in by), []).append(cell)
    return {key: group_numbers(group, rules) for key, group in groups.items()}


def group_numbers(group, rules):
    expected, credited = (sum(cell[name] for cell in group) for name in ("expected", "credited"))
    performed = sum(cell["performed"] for cell in group)
    seen = [cell for cell in group if cell["observed"]]
    seen_expected = sum(cell["expected"] for cell in seen)
    each = {}
    for cell in group:
        each.setdefault(cell["exercise"], []).append(cell)
    of_exercises = [ratio(sum(c["credited"] for c in some), sum(c["expected"] for c in some)) for some in each.values()]
    of_exercises = [value for value in of_exercises if not math.isnan(value)]
    return {
        "expected": float(expected),
        "performed": float(performed),
        "credited": float(credited),
        "session_adherence": ratio(credited, expected),
        "over_adherence": ratio(performed - credited, expected),
        "performed_ratio": ratio(performed, expected),
        "session_adherence_mean": sum(of_exercises) / len(of_exercises) if of_exercises else math.nan,
        "side_asymmetry": asymmetry(group),
        "coverage": ratio(seen_expected, expected),
        "session_adherence_observed": ratio(sum(cell["credited"] for cell in seen), seen_expected),
        "session_adherence_high": ratio(credited + expected - seen_expected, expected),
        **dose_numbers(group, expected),
        **day_numbers(group, rules),
    }


def asymmetry(group):
    there = {(c["patient_id"], c["exercise"], c["day"], c["side"]) for c in group if c["state"] != "out_of_window"}

    def credited(side, other):
        return sum(
            c["credited"] for c in group
            if c["side"] == side and c["state"] != "out_of_window"
            and (c["patient_id"], c["exercise"], c["day"], other) in there
        )  # fmt: skip

    left, right = credited("left", "right"), credited("right", "left")
    return ratio(left - right, left + right)


def dose_numbers(group, expected):
    known = [cell for cell in group if cell["dose_known"]]
    known_expected = sum(cell["expected"] for cell in known)

    def sessions(cell, size):
        return cell["dose_done"] / size if size else 0.0

    capped = sum(min(float(c["expected"]), sessions(c, c["dose_floor"])) for c in known if c["expected"])
    done = sum(sessions(cell, cell["dose_floor"]) for cell in known)
    over = sum(max(0.0, sessions(cell, cell["dose_ceiling"]) - float(cell["expected"])) for cell in known)
    return {
        "dose_adherence": ratio(capped, float(known_expected)),
        "relative_dose": ratio(done, float(known_expected)),
        "over_dose": ratio(over, float(known_expected)),
        "dose_known": ratio(known_expected, expected),
    }


def day_numbers(group, rules):
    days = {}
    for cell in group:
        days.setdefault(cell["day"], []).append(cell)
    scheduled = []
    for day in sorted(days):
        due = [cell for cell in days[day] if cell["expected"] > 0]
        if due:
            scheduled.append((day, due))
    full = [all(cell["state"] == "full" for cell in due) for _, due in scheduled]
    runs, run = [0], 0
    for kept in full:
        run = run + 1 if kept else 0
        runs.append(run)
    return {
        "active_days": sum(any(cell["active"] for cell in cells) for cells in days.values()),
        "scheduled_days": len(scheduled),
        "full_days": sum(full),
        "any_days": sum(any(cell["performed"] for cell in due) for _, due in scheduled),
        "streak_best": max(runs),
        "streak_now": runs[-1],
        **{f"rolling_{width}": rolling(scheduled, rules, width) for width in (7, 14, 28)},
        **interval(scheduled, rules),
    }


def rolling(scheduled, rules, width):
    inside = [due for day, due in scheduled if rules.as_of - timedelta(days=width) < day <= rules.as_of]
    if len(inside) < rules.min_scheduled_days:
        return math.nan
    cells = [cell for due in inside for cell in due]
    return ratio(sum(cell["credited"] for cell in cells), sum(cell["expected"] for cell in cells))


def interval(scheduled, rules):
    """The Wilson interval with days as clusters."""
    nothing = dict.fromkeys(("ci_low", "ci_high", "n_effective", "design_effect"), math.nan)
    days = len(scheduled)
    if days < 5:
        return nothing
    y = [sum(cell["credited"] for cell in due) for _, due in scheduled]
    m = [sum(cell["expected"] for cell in due) for _, due in scheduled]
    p, total = sum(y) / sum(m), sum(m)
    if p in (0, 1):
        n, effect = min(Fraction(days), total), math.nan
    else:
        variance = Fraction(days, days - 1) * sum((a - p * b) ** 2 for a, b in zip(y, m, strict=True)) / total**2
        effect = max(Fraction(1), variance / (p * (1 - p) / total))
        n = total / effect
    z = NormalDist().inv_cdf(0.5 + rules.confidence / 2)
    p, n = float(p), float(n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((p + z * z / (2 * n) + sign * spread) / (1 + z * z / n) for sign in (-1, 1))
    return {"ci_low": max(0.0, low), "ci_high": min(1.0, high), "n_effective": n, "design_effect": float(effect)}
