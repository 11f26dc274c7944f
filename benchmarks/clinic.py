"""A made-up health system for benchmarks: prescriptions, and logs of any size, the same for the same seed.

    python benchmarks/clinic.py FOLDER ROWS [FILES]

A patient has one to three exercises over 90 days, on named weekdays or by a weekly quota; two in five are revised half
way. About 83 rows a patient: sessions that thin out (drop-off), days written down as not done, pain in one row of ten,
a note in one of twenty, some over two lines or with quotation marks. One row in a hundred is exported again with the
next site's, half of those as a later version. The rows of a site, 2,000 patients, are in order of time.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SEED, SITE, DAYS, ROWS_A_PATIENT = 2026, 2_000, 90, 83
AS_OF = np.datetime64("2026-03-31", "D")
FIRST = AS_OF - (DAYS - 1)
EXERCISES = np.array(["abdominal_stability", "hamstring_stretch", "knee_to_chest", "psoas_stretch"], object)
NAMED = np.array(["mon;wed;fri", "tue;thu;sat;sun", "mon;tue;wed;thu;fri", "mon;tue;wed;thu;fri;sat;sun"], object)
NOTES = ("after work", "a little stiff, in the morning", 'said "fine"', "two lines,\nthe second", "good", "tired today")
NUMBERS = ("sets", "reps", "hold_s", "pain")
HEADER = ("entry_id", "patient_id", "exercise", "side", "performed_at", "utc_offset_min", "logged_at", "status",
          *NUMBERS, "note")  # fmt: skip
SIGN = "Numb between the legs since yesterday"  # a made-up patient's, one note in a thousand
BAD = (("2026-0", "02.0"), (",done,", ",maybe,"), (",done,", ",done,more,"), (",done,", ',do"ne,'))


def site(number, patients, random):
    """Return the prescriptions and the log of some patients, both as tables of plain columns."""
    who = np.arange(patients)
    many = random.choice([1, 2, 3], patients, p=[0.3, 0.4, 0.3])
    slot = np.repeat(who, many)
    place = np.arange(len(slot)) - np.searchsorted(slot, slot)
    exercise = (random.integers(0, 4, patients)[slot] + place) % 4
    by_quota = random.random(patients)[slot] < 0.4
    named, quota = random.integers(0, 4, patients)[slot], random.integers(3, 8, patients)[slot]
    revised = random.random(len(slot)) < 0.4
    change = DAYS // 2 + random.integers(-10, 10, len(slot))
    keeps, fades = random.beta(6, 2, patients)[slot], random.choice([0.0, 0.3, 1.0], patients, p=[0.5, 0.3, 0.2])[slot]
    names = np.array([f"p{number:04}-{one:04}" for one in who], object)
    table = {
        "patient_id": names[slot], "regimen_id": names[slot], "revision": 1, "exercise": EXERCISES[exercise],
        "side": np.where(exercise == 0, "none", "both"), "first_day": FIRST, "last_day": AS_OF + 14,
        "sessions_per_day": 1, "weekdays": np.where(by_quota, None, NAMED[named]),
        "days_per_week": np.where(by_quota, quota, np.nan), "sets": 1, "reps_min": 8, "reps_max": 10,
        "hold_s_min": np.where(exercise == 0, 5, 20), "hold_s_max": 30,
    }  # fmt: skip
    first = pd.DataFrame(table)
    second = first[revised].assign(revision=2, reps_min=9, first_day=FIRST + change[revised])
    first.loc[revised, "last_day"] = FIRST + change[revised] - 1

    day = np.arange(DAYS)
    weekday = ((FIRST + day).astype(int) + 3) % 7
    bits = np.array([[name in text for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")] for text in NAMED])
    due = np.where(by_quota[:, None], random.random((len(slot), DAYS)) < quota[:, None] / 7, bits[named][:, weekday])
    writes = random.random((patients, DAYS))[slot] < 0.85
    chance = keeps[:, None] * (1 - fades[:, None] * day / DAYS)
    done = random.random((len(slot), DAYS)) < chance
    row, on = np.nonzero(due & writes & (done | (random.random((len(slot), DAYS)) < 0.3)))
    return pd.concat([first, second]), _log(names, slot[row], exercise[row], on, done[row, on], number, random)


def _log(names, patient, exercise, on, done, number, random):
    rows = len(on)
    minute = (random.normal(7.5 * 60, 40, rows).astype(int) + 600 * (random.random(rows) < 0.3)) % (24 * 60)
    noted = random.random(rows)
    note = np.full(rows, None, object)
    note[noted < 0.05] = random.choice(np.array(NOTES, object), int((noted < 0.05).sum()))
    note[noted < 0.00005] = SIGN
    table = pd.DataFrame({
        "entry_id": [f"{number:04x}-{one:08x}" for one in range(rows)], "patient_id": names[patient],
        "exercise": EXERCISES[exercise], "side": np.where(exercise == 0, "none", "both"),
        "at": (FIRST.astype(int) + on) * 1440 + minute,
        "logged": (FIRST.astype(int) + on) * 1440 + minute + random.integers(1, 2_000, rows),
        "status": np.where(done, "done", "not_done"), "sets": np.where(done, 1.0, np.nan),
        "reps": np.where(done, random.integers(6, 12, rows), np.nan),
        "hold_s": np.where(done, random.choice([5.0, 15.0, 20.0, 25.0, 30.0], rows), np.nan),
        "pain": np.where(random.random(rows) < 0.1, random.integers(0, 9, rows), np.nan), "note": note,
    })  # fmt: skip
    return table.sort_values("at", kind="stable", ignore_index=True)


def again(log, random):
    """Return rows that another export holds too, half of them as a later version."""
    some = log.sample(frac=0.01, random_state=random)
    later = np.arange(len(some)) % 2 == 1
    return some.assign(
        logged=some["logged"] + 3_000 * later, reps=some["reps"].where(~later | some["reps"].isna(), some["reps"] + 1)
    )


def text_of(log):
    """Return the log as it stands in the file."""
    days = pa.array([str(np.datetime64(one, "D")) for one in range(FIRST.astype(int), FIRST.astype(int) + DAYS + 5)])
    clocks = pa.array([f" {one // 60:02}:{one % 60:02}" for one in range(1440)])

    def moment(minutes):
        day, clock = np.divmod(minutes.to_numpy(), 1440)
        return pc.binary_join_element_wise(
            days.take(pa.array(day - FIRST.astype(int))), clocks.take(pa.array(clock)), ""
        )

    def plain(name):
        column = pa.array(log[name].array, from_pandas=True)
        whole = column.cast(pa.int64()) if log[name].dtype.kind == "f" else column
        return pc.fill_null(whole.cast(pa.string()), "")

    notes = plain("note").to_pandas().astype(object)
    odd = notes.str.contains('[,"\n]')
    notes[odd] = '"' + notes[odd].str.replace('"', '""') + '"'
    names = ("entry_id", "patient_id", "exercise", "side")
    columns = [*map(plain, names), moment(log["at"]), "-420", moment(log["logged"]), plain("status")]
    columns += [*map(plain, NUMBERS), pa.array(notes, pa.string())]
    columns = [one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one for one in columns]
    lines = pc.binary_join_element_wise(*columns, ",")
    return pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")[0].as_py() + "\n"


def write_clinic(folder, rows, *, files=1, seed=SEED, bad=False):
    """Write log-*.csv with about `rows` rows in all, and prescriptions.parquet; return the paths of the logs."""
    folder.mkdir(parents=True, exist_ok=True)
    patients = max(rows // ROWS_A_PATIENT, files)
    sites = -(-patients // SITE) if patients > SITE * files else files
    paths = [folder / f"log-{number:03}.csv" for number in range(files)]
    streams = [path.open("wb") for path in paths]
    prescribed, carried = [], None
    for number in range(sites):
        random = np.random.default_rng([seed, number])
        count = patients * (number + 1) // sites - patients * number // sites
        plan, log = site(number, count, random)
        prescribed.append(plan)
        stream = streams[number * files // sites]
        whole = log if carried is None else pd.concat([log, carried], ignore_index=True)
        carried = again(log, random)
        stream.write(((",".join(HEADER) + "\n" if not stream.tell() else "") + text_of(whole)).encode())
    for stream in streams:
        stream.close()
    pd.concat(prescribed, ignore_index=True).to_parquet(folder / "prescriptions.parquet", index=False)
    if bad:
        for path in paths:
            damage(path)
    return paths


def damage(path):
    """Make one line in a thousand wrong, in several ways."""
    lines = path.read_bytes().split(b"\n")
    for number in range(500, len(lines), 1_000):
        old, new = BAD[number // 1_000 % len(BAD)]
        lines[number] = lines[number].replace(old.encode(), new.encode())
    path.write_bytes(b"\n".join(lines))


def busy_clinic(patients, *, seed=SEED):
    """Return prescriptions and a log in memory, words as codes: three exercises every day over twelve weeks."""
    random, days = np.random.default_rng(seed), 84
    names = [f"p{number:06}" for number in range(patients)]
    slot = np.repeat(np.arange(patients), 3)
    exercise = np.tile([0, 1, 2], patients)
    plan = pd.DataFrame({
        "patient_id": np.array(names, object)[slot], "regimen_id": "r", "revision": 1, "exercise": EXERCISES[exercise],
        "side": np.where(exercise == 0, "none", "both"), "first_day": AS_OF - (days - 1), "last_day": AS_OF + 14,
        "sessions_per_day": 1, "weekdays": None, "days_per_week": np.where(slot % 3 == 0, 5.0, 7.0), "sets": 1,
        "reps_min": 8, "reps_max": 10, "hold_s_min": 5, "hold_s_max": 30,
    })  # fmt: skip
    row, on = np.nonzero(random.random((len(slot), days)) < 0.95)
    order = np.argsort(on, kind="stable")
    row, on, rows = row[order], on[order], len(row)
    at = (AS_OF - (days - 1) + on).astype("M8[us]") + (random.integers(300, 1_300, rows) * 60_000_000).astype("m8[us]")

    def words(codes, names):
        return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))

    note = np.where(random.random(rows) < 0.03, random.integers(0, len(NOTES), rows), -1)
    return plan, pd.DataFrame({
        "entry_id": np.arange(rows), "patient_id": words(slot[row], names), "exercise": words(exercise[row], EXERCISES),
        "side": words(np.where(exercise[row] == 0, 0, 1), ["none", "both"]), "performed_at": at, "time_known": True,
        "utc_offset_min": -420.0, "logged_at": at + np.timedelta64(20, "m"),
        "status": words((random.random(rows) < 0.1).astype(int), ["done", "not_done"]), "sets": 1.0,
        "reps": random.integers(6, 12, rows).astype(float), "hold_s": random.choice([5.0, 20.0, 25.0], rows),
        "pain": np.where(random.random(rows) < 0.1, random.integers(0, 8, rows), np.nan), "note": words(note, NOTES),
        "source": "made", "line": np.arange(rows, dtype=float),
    })  # fmt: skip


def once_a_day(folder, patients, *, seed=SEED):
    """Write events of one day's supply for AdhereR, the same sessions as a log; return both, prescriptions between."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    names = np.array([f"p{number:06}" for number in range(patients)], object)
    patient, on = np.nonzero(random.random((patients, DAYS)) < 0.12)
    day = FIRST + on
    events = pd.DataFrame({"patient_id": names[patient], "day": day.astype(str), "days": 1})
    events.to_csv(folder / "events.csv", index=False)
    same = {"exercise": EXERCISES[0], "status": "done"}
    ids = [f"e{number}" for number in range(len(day))]
    log = pd.DataFrame({"entry_id": ids, "patient_id": events["patient_id"], "performed_at": events["day"] + " 09:00"})
    log.assign(**same).to_csv(folder / "log.csv", index=False)
    plan = pd.DataFrame({
        "patient_id": names, "regimen_id": "r", "revision": 1, "exercise": EXERCISES[0], "side": "none",
        "first_day": FIRST, "last_day": AS_OF, "sessions_per_day": 1, "weekdays": None, "days_per_week": 7.0, "sets": 1,
        "reps_min": 8, "reps_max": 10,
    })  # fmt: skip
    plan.to_parquet(folder / "plan.parquet", index=False)
    return folder / "events.csv", folder / "plan.parquet", folder / "log.csv"


if __name__ == "__main__":
    made = write_clinic(Path(sys.argv[1]), int(sys.argv[2]), files=int((sys.argv[3:] or [1])[0]))
    print(*(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB" for path in made), sep="\n")
