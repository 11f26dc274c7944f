"""The back-test once more, slow and obvious: every table made anew on every past day, as a reader would have."""

from datetime import timedelta

import numpy as np
import pandas as pd

from toolkit.measures.alerts import complete_days, day_index, quiet_days, words
from toolkit.measures.attribution import attribute, checked_log, day_number
from toolkit.measures.cells import cell_table
from toolkit.measures.replay import known_on, last_day
from toolkit.measures.series import daily_series
from toolkit.schema import ALERTS


class Reader:
    """Somebody who looks every day, and is told of a rule once, then not again while it is quiet."""

    def __init__(self):
        self.seen, self.told = set(), {}

    def is_told(self, patient, rule, day, today, quiet):
        if (patient, rule, day) in self.seen:
            return False
        self.seen.add((patient, rule, day))
        last = self.told.get((patient, rule))
        if last is not None and today - last < quiet:
            return False
        self.told[patient, rule] = today
        return True


def replay_slow(prescriptions, log, rules, pauses, preset):
    """Return every alert of patients with a regimen, on the day on which it is first seen."""
    log = checked_log(log)
    reader, found = Reader(), []
    first = pd.to_datetime(prescriptions["first_day"]).min()
    known = known_on(log, rules)
    today = rules.as_of if pd.isna(first) else first.date()
    while today <= last_day(prescriptions, known, rules):
        by_then = rules.model_copy(update={"as_of": today})
        found += alerts_of_day(prescriptions, log[known <= np.datetime64(today)], by_then, pauses, preset, reader)
        today += timedelta(days=1)
    table = pd.DataFrame(found, columns=ALERTS.names).astype({"day": "datetime64[s]"})
    return table[table["patient_id"].isin(prescriptions["patient_id"])].reset_index(drop=True)


def alerts_of_day(prescriptions, log, rules, pauses, preset, reader):
    """Return the alerts that a reader sees today for the first time."""
    cells = cell_table(prescriptions, log, rules, pauses=pauses)
    series = daily_series(cells, attribute(prescriptions, log, rules, pauses=pauses), rules=rules)
    index, today = day_index(series), day_number(rules)
    names = series.index.get_level_values("patient_id")
    found = []
    for rule in preset.rule:
        at, quiet = complete_days(series, index, rule), quiet_days(rule, rules)
        new = [one for one in at[::-1] if reader.is_told(names[one], rule.id, int(index.day[one]), today, quiet)]
        for place, says in zip(new, words(series, np.asarray(new, dtype=np.int64), rule), strict=True):
            found.append((str(names[place]), rules.as_of, rule.id, rule.level, says))
    return found
