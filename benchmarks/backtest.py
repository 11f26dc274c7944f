"""How long a back-test takes, beside the same replayed day by day.

    python benchmarks/backtest.py [patients ...]

Prints medians of three rounds; the slow way is tried once, with the fewest patients. Machines differ, ratios less.
"""

import statistics
import sys
import time
from pathlib import Path

from toolkit.measures.alert_rules import preset_of
from toolkit.measures.backtest import back_test
from toolkit.rules import Rules
from toolkit.samples import sample_clinic

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from slow_replay import replay_slow

ROUNDS = 3


def seconds(act):
    """Return how long an act takes, and what it returns."""
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def main(sizes):
    """Time each size of clinic."""
    for size in sizes:
        clinic = sample_clinic(patients=size)
        rules = Rules(as_of=clinic.as_of)
        tables = clinic.prescriptions, clinic.log, rules
        took = [seconds(lambda: back_test(*tables, pauses=clinic.pauses)) for _ in range(ROUNDS)]  # noqa: B023
        median = statistics.median(one for one, _ in took)
        told = f"{size} patients, {len(clinic.log)} rows, 86 days: {median:.2f} s, {len(took[0][1].alerts)} alerts"
        if size == min(sizes):
            slow, alerts = seconds(lambda: replay_slow(*tables, clinic.pauses, preset_of("cautious")))  # noqa: B023
            assert alerts.equals(took[0][1].alerts)
            told += f"; day by day {slow:.2f} s, {slow / median:.0f} x"
        print(told)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [24, 500])
