"""What ours is measured against: others doing the same reading, and the same counting, on the same files.

Reading: the same columns with all types given, notes included, nothing checked. Counting: sessions expected and
credited of each patient, and the day of the last one, from the same files, duplicates out, named days and weekly quotas
as docs/measures.md has them. Triage does that and much more; the peers do not.
"""

from datetime import timedelta

import numpy as np
import pandas as pd
from clinic import AS_OF, HEADER, NUMBERS

FLOATS = ("utc_offset_min", *NUMBERS)
TEXTS = tuple(name for name in HEADER if name not in (*FLOATS, "performed_at", "logged_at"))


def pandas_typed(paths):
    """Parse with pandas' C engine, types given."""
    types, blank = dict.fromkeys(FLOATS, "float64") | dict.fromkeys(TEXTS, "str"), {name: [""] for name in FLOATS}
    read = [pd.read_csv(path, dtype=types, keep_default_na=False, na_values=blank) for path in paths]
    for table in read:
        for name in ("performed_at", "logged_at"):
            table[name] = pd.to_datetime(table[name], format="%Y-%m-%d %H:%M")
    return sum(map(len, read))


def arrow_typed(paths, *, threads):
    """Parse with pyarrow, types given, on one thread or on as many as there are cores."""
    import pyarrow as pa
    from pyarrow import csv

    types = dict.fromkeys(TEXTS, pa.string()) | dict.fromkeys(FLOATS, pa.float64())
    types |= dict.fromkeys(("performed_at", "logged_at"), pa.timestamp("us"))
    how = {
        "read_options": csv.ReadOptions(use_threads=threads),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
        "convert_options": csv.ConvertOptions(column_types=types, timestamp_parsers=["%Y-%m-%d %H:%M"]),
    }
    return sum(len(csv.read_csv(path, **how)) for path in paths)


SQL = """
WITH log AS (
  SELECT *, filename || lpad(CAST(row_number() OVER () AS VARCHAR), 12, '0') AS place
  FROM read_csv({files}, header = true, filename = true, parallel = true, columns = {{
    'entry_id': 'VARCHAR', 'patient_id': 'VARCHAR', 'exercise': 'VARCHAR', 'side': 'VARCHAR',
    'performed_at': 'TIMESTAMP', 'utc_offset_min': 'DOUBLE', 'logged_at': 'TIMESTAMP', 'status': 'VARCHAR',
    'sets': 'DOUBLE', 'reps': 'DOUBLE', 'hold_s': 'DOUBLE', 'pain': 'DOUBLE', 'note': 'VARCHAR'}})),
kept AS (SELECT * FROM log
  QUALIFY row_number() OVER (PARTITION BY patient_id, entry_id ORDER BY logged_at DESC, place DESC) = 1),
single AS (SELECT * FROM kept QUALIFY row_number() OVER (PARTITION BY patient_id, performed_at, exercise, side, status,
  sets, reps, hold_s, pain ORDER BY place) = 1),
done AS (SELECT patient_id, exercise, CAST(performed_at - INTERVAL 3 HOUR AS DATE) AS day, count(*) AS sessions
  FROM single WHERE status = 'done' GROUP BY ALL),
cells AS (SELECT p.*, CAST(d.day AS DATE) AS day, coalesce(sessions, 0) AS sessions
  FROM (SELECT *, min(first_day) OVER (PARTITION BY patient_id, regimen_id) AS begin,
        CASE side WHEN 'both' THEN 2 ELSE 1 END AS sides FROM read_parquet('{plan}')) p,
    LATERAL (SELECT unnest(generate_series(first_day, least(last_day, DATE '{as_of}'), INTERVAL 1 DAY)) AS day) d
  LEFT JOIN done ON done.patient_id = p.patient_id AND done.exercise = p.exercise AND done.day = CAST(d.day AS DATE)),
named AS (SELECT patient_id, sides * sessions_per_day AS expected, sides * least(sessions, sessions_per_day) AS credited
  FROM cells WHERE contains(weekdays, lower(strftime(day, '%a')))),
weeks AS (SELECT patient_id, any_value(sides) * sum(days_per_week * sessions_per_day) / 7 AS expected,
    any_value(sides) * least(sum(least(sessions, sessions_per_day)), sum(days_per_week * sessions_per_day) / 7)
      AS credited
  FROM cells WHERE days_per_week IS NOT NULL GROUP BY patient_id, exercise, date_diff('day', begin, day) // 7),
sums AS (SELECT patient_id, sum(expected) AS expected, sum(credited) AS credited
  FROM (SELECT * FROM named UNION ALL SELECT * FROM weeks) GROUP BY patient_id)
SELECT patient_id, coalesce(expected, 0) AS expected, coalesce(credited, 0) AS credited, last_session
FROM (SELECT patient_id, max(CASE WHEN sessions > 0 THEN day END) AS last_session FROM cells GROUP BY patient_id)
LEFT JOIN sums USING (patient_id) ORDER BY patient_id
"""


def in_sql(paths, plan):
    """Count with duckdb."""
    import duckdb

    files = "[" + ", ".join(f"'{path}'" for path in paths) + "]"
    return duckdb.sql(SQL.format(files=files, plan=plan, as_of=AS_OF)).df()


def patient_by_patient(paths, plan):
    """Count with `groupby.apply`, as somebody would who writes it down as it is said."""
    read = pd.concat(
        [pd.read_csv(path, parse_dates=["performed_at", "logged_at"]) for path in paths], ignore_index=True
    )
    rows = dict(list(read.groupby("patient_id")))
    none = read.head(0)
    return (
        pd.read_parquet(plan).groupby("patient_id")[["regimen_id", "exercise", "side", "first_day", "last_day",
            "sessions_per_day", "weekdays", "days_per_week"]]
        .apply(lambda mine: _of_one(mine, rows.get(mine.name, none))).reset_index()
    )  # fmt: skip


def _of_one(mine, rows):
    rows = rows.sort_values("logged_at", kind="stable").drop_duplicates("entry_id", keep="last").sort_index()
    rows = rows.drop_duplicates(["performed_at", "exercise", "side", "status", *NUMBERS])
    rows = rows[rows["status"] == "done"]
    done = (rows["performed_at"] - pd.Timedelta(hours=3)).dt.date.groupby([rows["exercise"]]).value_counts()
    expected = credited = 0.0
    last, weeks, begin = None, {}, mine["first_day"].min().date()
    for plan in mine.itertuples():
        day, sides = plan.first_day.date(), 2 if plan.side == "both" else 1
        while day <= min(plan.last_day.date(), AS_OF.item()):
            sessions = done.get((plan.exercise, day), 0)
            last = max(filter(None, (last, day if sessions else None)), default=None)
            kept = sides * min(sessions, plan.sessions_per_day)
            if pd.notna(plan.days_per_week):
                week = weeks.setdefault((plan.exercise, (day - begin).days // 7), [0.0, 0.0])
                week[0] += sides * plan.days_per_week * plan.sessions_per_day / 7
                week[1] += kept
            elif day.strftime("%a").lower() in plan.weekdays:
                expected, credited = expected + sides * plan.sessions_per_day, credited + kept
            day += timedelta(days=1)
    expected += sum(asked for asked, _ in weeks.values())
    credited += sum(min(asked, kept) for asked, kept in weeks.values())
    return pd.Series({"expected": expected, "credited": credited, "last_session": last})


def hold_equal(one, other):
    """Assert that two tables of patients say the same, to 1e-9."""
    one, other = (table.set_index("patient_id").sort_index() for table in (one, other))
    assert list(one.index) == list(other.index)
    for name in ("expected", "credited"):
        assert np.allclose(one[name].astype(float), other[name].astype(float), rtol=0, atol=1e-9), name
    days = [pd.to_datetime(table["last_session"]).to_numpy("datetime64[D]") for table in (one, other)]
    assert np.array_equal(np.nan_to_num(days[0].astype(float)), np.nan_to_num(days[1].astype(float)))
