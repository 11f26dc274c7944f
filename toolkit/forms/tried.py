"""What a back-test came to, on screen: in words, side by side, rule by rule, and week by week."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as widgets

from toolkit.charts.alerting import plot_alerts_by_week
from toolkit.charts.base import panel
from toolkit.forms import markup
from toolkit.forms.fields import Lines, seen, words
from toolkit.measures.alert_rules import Preset
from toolkit.measures.backtest import BackTest
from toolkit.measures.backtest_words import alerts_by_week, in_words, rests_on, rule_by_rule, side_by_side

RULE_HEADS = ("Rule", "Alerts", "A week", "Patients alerted", "Stops warned of", "Days ahead")


class Tried:
    """The part of the workbench that shows a back-test; nothing is typed here."""

    def __init__(self) -> None:
        self.told, self.rests = Lines("sentence"), Lines("quiet")
        self.figures, self.rules, self.weeks = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._head = words("", "head")
        self.view = widgets.VBox([self.told, self.figures, self.weeks, self._head, self.rules, self.rests])
        self.clear()

    def clear(self) -> None:
        """Show nothing: what was tried is no more what stands above."""
        seen(self.view, False)
        self.told.say([])
        self.rests.say([])
        self.figures.value = self.rules.value = self.weeks.value = ""

    def show(self, tests: Mapping[str, BackTest], preset: Preset, *, gap_days: int) -> None:
        """Show the back-tests of one or two sets by name; `preset` holds the rules of the first."""
        name, first = next(iter(tests.items()))
        self.told.say([in_words(one, found) for one, found in tests.items()])
        self.rests.say(rests_on(first, gap_days))
        self.figures.value = markup.table(["", *tests], side_by_side(tests))
        self._head.value = f"Rule by rule: {name}"
        self.rules.value = markup.table(RULE_HEADS, rule_by_rule(preset, first))
        weekly = alerts_by_week(tests)
        drawn = panel("alerts of each week", lambda: plot_alerts_by_week(weekly))
        self.weeks.value = markup.picture(drawn.svg, drawn.words)
        seen(self.view, True)
