"""What is shown when somebody else saved first: what they changed, what you changed, and how to go on."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from toolkit.forms.fields import Lines, button, seen, words
from toolkit.plan.changes import changes
from toolkit.plan.regimen import Regimen


class ConflictView:
    """Theirs beside mine, both against the revision both began from.

    Parameters
    ----------
    on_theirs : opens their revision; what was typed stays kept as a draft
    on_mine : goes on with what was typed, now as the revision after theirs
    """

    def __init__(self, *, on_theirs: Callable[[], None], on_mine: Callable[[], None]) -> None:
        self.head = words("", "act")
        self.theirs, self.mine = Lines("sentence"), Lines("sentence")
        self.view = widgets.VBox([
            self.head, words("They changed", "head"), self.theirs, words("You changed", "head"), self.mine,
            widgets.HBox([button("Open theirs, keep mine as a draft", on_theirs),
                          button("Go on with mine after theirs", on_mine)]),
        ])  # fmt: skip
        self.hide()

    def show(self, theirs: Regimen, mine: Regimen, base: Regimen | None) -> None:
        """Show both sides; without a common beginning, mine is compared with theirs."""
        self.head.value = (
            f"Somebody else saved revision {theirs.revision} meanwhile ({theirs.written_by or 'no name given'}). "
            "Nothing of yours was saved or lost."
        )
        begun = base or theirs
        self.theirs.say([str(one) for one in changes(begun, theirs)] or ["nothing that the form shows"])
        self.mine.say([str(one) for one in changes(begun, mine)] or ["nothing"])
        seen(self.view, True)

    def hide(self) -> None:
        """Take it out of sight."""
        seen(self.view, False)
