"""More of the measures, slow and obvious, as docs/measures.md states them: gaps, times, parts, pain, alarms."""

import itertools
import math
from datetime import timedelta
from fractions import Fraction
from statistics import median

from slow_twin import DROPPED, label

SESSIONS = ("counted", "rest_day")
TINY = 1e-9  # what a comparison with a threshold allows


def grouped(things, by):
    """Return the things of each group; a thing has a patient, an exercise, a side and a day."""
    groups = {}
    for one in things:
        groups.setdefault(tuple(label(one, name) for name in by), []).append(one)
    return groups


def mean(values):
    return float(sum(values) / len(values)) if values else math.nan


# when a patient began, and when the patient stopped


def persistence_slow(cells, by, rules):
    """Return initiation, persistence and gaps of each group, on the clock of its active days."""
    return {key: gap_numbers(group, rules.gap_days) for key, group in grouped(cells, by).items()}


def gap_numbers(group, gap_days):
    active = sorted({cell["day"] for cell in group if cell["active"]})
    worked = [any(cell["performed"] for cell in group if cell["day"] == day) for day in active]
    sessions = [place for place, some in enumerate(worked) if some]
    longest = run = 0
    for some in worked:
        run = 0 if some else run + 1
        longest = max(longest, run)
    found = {
        "initiation_lag_days": math.nan,
        "discontinued": None,
        "persistence_days": math.nan,
        "longest_gap_days": longest,
        "days_since_last_session": len(active) - 1 - sessions[-1] if sessions else len(active),
    }
    if sessions:
        stops = [
            one for one, following in itertools.pairwise([*sessions, len(active)]) if following - one - 1 >= gap_days
        ]
        end = stops[0] if stops else len(active) - 1
        found["initiation_lag_days"] = sessions[0]
        found["discontinued"] = bool(stops)
        found["persistence_days"] = end - sessions[0] + 1
    return found


# at what time of the day


def timing_slow(attributed, by):
    """Return how regular the first session of each day is, on the circle of 24 hours."""
    things = [
        {**one["row"], "day": one["day"]}
        for one in attributed
        if one["reason"] in SESSIONS and one["row"]["time_known"]
    ]  # fmt: skip
    return {key: clock_numbers(group) for key, group in grouped(things, by).items()}


def clock_numbers(group):
    nothing = dict.fromkeys(("time_regularity_r", "mean_time_h", "circular_sd_h"), math.nan)
    days = {one["day"] for one in group}
    if len(days) < 7:
        return nothing
    first = [min(one["performed_at"] for one in group if one["day"] == day) for day in days]  # by the wall clock
    angles = [2 * math.pi * (at.hour * 60 + at.minute + at.second / 60) / 1440 for at in first]
    c, s = (math.fsum(turn(angle) for angle in angles) / len(angles) for turn in (math.cos, math.sin))
    r = min(1.0, math.hypot(c, s))
    if r < TINY:
        return nothing | {"time_regularity_r": r}
    hours = 24 / (2 * math.pi)
    return {
        "time_regularity_r": r,
        "mean_time_h": math.atan2(s, c) * hours % 24,
        "circular_sd_h": math.sqrt(-2 * math.log(r)) * hours,
    }


# how a session was done


def completeness_slow(attributed, clinic, by, rules):
    """Return how much of a session was done; a row for both sides counts once, in each side's group if sides are."""
    things = []
    for one in attributed:
        if one["reason"] in SESSIONS:
            said = [part_values(one, side, dose, clinic, rules) for side, dose in one["hits"]]
            where = {"patient_id": one["row"]["patient_id"], "exercise": one["row"]["exercise"], "day": one["day"]}
            if "side" in by:
                things += [
                    where | {"side": side, "parts": [own]} for (side, _), own in zip(one["hits"], said, strict=True)
                ]
            else:
                things.append(where | {"parts": said})
    return {key: part_numbers(group) for key, group in grouped(things, by).items()}


def part_values(one, side, dose, clinic, rules):
    """Return what one row says of one cell, None where it does not say."""
    row = one["row"]
    rx = clinic.in_force(row["patient_id"], row["exercise"], side, one["day"])
    held = rx["hold_s_min"] is not None and rx["hold_s_min"] > 0
    hold = row["hold_s"] if held else None
    longest = rx["hold_s_max"] if rx["hold_s_max"] is not None else rx["hold_s_min"]
    floor = rx["sets"] * rx["reps_min"] * (rx["hold_s_min"] if held else 1)
    late = None if row["logged_at"] is None else row["logged_at"] - row["performed_at"]
    return {
        "complete_sessions": None if dose is None else dose >= rules.complete_share * floor - TINY,
        "sets_ratio": of_asked(row["sets"], rx["sets"]),
        "reps_ratio": of_asked(row["reps"], rx["reps_min"]),
        "hold_ratio": of_asked(hold, rx["hold_s_min"]),
        "hold_in_range": None if hold is None else rx["hold_s_min"] - TINY <= hold <= longest + TINY,
        "recalled": None if late is None else late > timedelta(hours=rules.recall_h),
    }


def of_asked(done, asked):
    return None if done is None else min(Fraction(1), Fraction(done) / Fraction(asked))


def part_numbers(group):
    found = {}
    for name in ("complete_sessions", "sets_ratio", "reps_ratio", "hold_ratio", "hold_in_range", "recalled"):
        known = [[Fraction(cell[name]) for cell in one["parts"] if cell[name] is not None] for one in group]
        found[name] = mean([sum(values) / len(values) for values in known if values])
    return found


# pain


def pain_slow(attributed, clinic, rules):
    """Return the pain columns of each patient who appears in the log."""
    patients = {one["row"]["patient_id"] for one in attributed}
    return {patient: pain_numbers(pain_days(attributed, clinic, patient), rules) for patient in patients}


def pain_days(attributed, clinic, patient):
    """Return the mean pain of each day of a patient that has any, from the first prescribed day to `as_of`."""
    days = {}
    for one in attributed:
        row, day = one["row"], one["day"]
        if row["patient_id"] != patient or one["reason"] in DROPPED or row["pain"] is None:
            continue
        if day <= clinic.rules.as_of and (not clinic.of(patient) or day >= clinic.first(patient)):
            days.setdefault(day, []).append(Fraction(row["pain"]))
    return {day: sum(values) / len(values) for day, values in sorted(days.items())}


def pain_numbers(pain, rules):
    width, as_of = rules.pain.window_days, rules.as_of
    found = {
        "pain_baseline": math.nan, "pain_current": math.nan, "pain_change": math.nan, "pain_change_pct": math.nan,
        "pain_status": "not_enough_data", "pain_slope_per_week": slope(pain), "flare_days": flares(pain, rules.pain),
    }  # fmt: skip
    if not pain:
        return found
    first = min(pain)
    before = [value for day, value in pain.items() if (day - first).days < width]
    now = [value for day, value in pain.items() if (as_of - day).days < width]
    if len(before) >= rules.pain.min_days:
        found["pain_baseline"] = mean(before)
    if len(now) >= rules.pain.min_days:
        found["pain_current"] = mean(now)
    apart = first + timedelta(days=width - 1) < as_of - timedelta(days=width - 1)
    if apart and min(len(before), len(now)) >= rules.pain.min_days:
        baseline = sum(before) / len(before)
        change = sum(now) / len(now) - baseline
        found["pain_change"] = float(change)
        found["pain_change_pct"] = float(100 * change / baseline) if baseline else math.nan
        found["pain_status"] = status(change, baseline, rules.pain)
    return found


def status(change, baseline, rules):
    for sign, word in ((-1, "improved"), (1, "worse")):
        points = sign * change >= rules.mic_points - TINY
        share = points if not baseline else sign * change / baseline >= rules.mic_share - TINY
        if points and share:
            return word
        if points or share:
            return f"possibly_{word}"
    return "unchanged"


def slope(pain):
    """Theil and Sen: the median of the slopes of all pairs of days, a week."""
    if len(pain) < 8:
        return math.nan
    pairs = itertools.combinations(pain.items(), 2)
    return float(7 * median((after - before) / (late - early).days for (early, before), (late, after) in pairs))


def flares(pain, rules):
    count = 0
    for day, value in pain.items():
        before = [other for when, other in pain.items() if 1 <= (day - when).days <= rules.flare_days]
        if len(before) >= 3 and value >= median(before) + Fraction(rules.flare_points) - Fraction(TINY):
            count += 1
    return count


# the alarm


def alarm_slow(cells, rules):
    """Return the drop-off alarms as (patient, day, `sum` or `silence`), one a day."""
    found = []
    for (patient,), group in grouped(cells, ["patient_id"]).items():
        found += [(patient, day, by) for day, by in alarms_of(group, rules)]
    return found


def alarms_of(group, rules):
    days = {}
    for cell in group:
        days.setdefault(cell["day"], []).append(cell)
    kept, silent, dates = [], [], []
    for day in sorted(days):
        expected = sum(cell["expected"] for cell in days[day])
        if expected > 0:
            dates.append(day)
            credited = sum(cell["credited"] for cell in days[day])
            kept.append(credited >= rules.alarm.kept_share * float(expected) - TINY)
            silent.append(not any(cell["performed"] for cell in days[day]))
    return [(dates[place], by) for place, by in watch(kept, silent, rules.alarm)]


def watch(kept, silent, rules):
    """Return the places of the scheduled days with an alarm, from 0, and by what."""
    base = rules.baseline_days
    p0 = min(0.95, max(0.5, (sum(kept[:base]) + 3) / (base + 4)))
    p1 = p0 / 2
    longest = max(rules.run_min, math.ceil(math.log(rules.run_p) / math.log(1 - p0)))
    found, total, run, told = [], 0.0, 0, False
    for place in range(len(kept)):
        run = run + 1 if silent[place] else 0
        told = told and run > 0
        if place < base:
            continue
        step = math.log(p1 / p0) if kept[place] else math.log((1 - p1) / (1 - p0))
        total = max(0.0, total + step)
        by_sum, by_silence = total >= rules.limit - TINY, run >= longest and not told
        if by_sum or by_silence:
            found.append((place, "sum" if by_sum else "silence"))
            total, told = 0.0, told or by_silence
    return found
