"""One patient's page on screen: why, what changed, unread notes, charts, a paragraph for the record."""

from __future__ import annotations

import ipywidgets as widgets

from toolkit.charts.patient import patient_panels
from toolkit.forms import markup
from toolkit.forms.fields import Lines, lines, seen, words
from toolkit.measures.record import record_paragraph
from toolkit.measures.review import PatientReview
from toolkit.measures.since import since_last_review
from toolkit.plan.wording import day_in_words


class PatientPage:
    """The page of one patient; empty until one is shown.

    Attributes
    ----------
    view : the widget; review : the tables of the patient shown, None before
    record : the paragraph for the record, which may be edited before it is copied
    """

    def __init__(self, clinic: str) -> None:
        self.review: PatientReview | None = None
        self._clinic = clinic
        self.banner = words("", "whose")
        self._banner = widgets.Box([self.banner])
        self._banner.add_class("backcare-banner")
        self.sign, self.why, self.since = Lines("act"), Lines("hint"), Lines("sentence")
        self.notes = Lines("paper")
        self.notes.add_class("backcare-notes")
        self._notes_head = words("Notes nobody has read yet", "head")
        self._alerts_head, self.alerts = words("", "head"), Lines("quiet")
        self._record_head = words("For the patient's record: edit, then copy", "head")
        self.record = lines("Paragraph")
        self.record.layout.height, self.record.layout.width = "130px", "100%"
        self.charts = widgets.VBox([])
        self.top = widgets.VBox([self._banner, self.sign, self.why, self.since, self._notes_head, self.notes])
        self.below = widgets.VBox([self.charts, self._alerts_head, self.alerts, self._record_head, self.record])
        self.hide()

    def hide(self) -> None:
        """Show nobody's page."""
        self.review = None
        self._clear()
        for part in (self.top, self.below):
            seen(part, False)

    def show(
        self, review: PatientReview, *, why: str, is_sign: bool, notes: list[str], alerts: tuple[str, list[str]]
    ) -> None:
        """Show a patient: the charts of the one before go first, the words come at once; `draw` brings the charts.

        Parameters
        ----------
        review : the patient's tables
        why : tier and reason of the calling order; is_sign : whether that is a safety sign, said once, in red
        notes : the notes nobody has read, in the patient's words
        alerts : the name of the set of alert rules in use, and what it says of the last days
        """
        record, since = record_paragraph(review), since_last_review(review, signs=not is_sign)
        self.review = review
        self._clear()
        self.banner.value = f"{review.patient_id} · {self._clinic} · up to {day_in_words(review.rules.as_of)}"
        (self._banner.add_class if is_sign else self._banner.remove_class)("backcare-held")
        self.sign.say([why] if is_sign else [])
        self.why.say([why] if why and not is_sign else [])
        self.since.say(since)
        self.notes.say(notes)
        for note in self.notes.children:
            note.tabbable = True  # a long one is scrolled by keys too
        seen(self._notes_head, bool(notes))
        name, said = alerts
        self._alerts_head.value = f"Alert rules ({name}), last 14 days" + ("" if said else ": nothing")
        self.alerts.say(said)
        self.record.value = record
        for part in (self.top, self.below):
            seen(part, True)

    def draw(self) -> None:
        """Draw one chart after another; where there is nothing to draw, say so in a line."""
        for one in patient_panels(self.review) if self.review else ():
            shown = markup.shown(markup.picture(one.svg, one.words)) if one.drawn else words(one.title, "quiet")
            self.charts.children = (*self.charts.children, shown)

    def _clear(self) -> None:
        """Take the charts away, in the kernel and in the browser."""
        gone, self.charts.children = self.charts.children, ()
        for chart in gone:
            chart.close()
