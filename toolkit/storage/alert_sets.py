"""The clinic's own sets of alert rules, and which set is in use: both kept with who and when, none written over."""

from __future__ import annotations

from datetime import datetime

from toolkit.errors import StoreError
from toolkit.measures.alert_rules import InUse, Preset, preset_of, presets
from toolkit.storage.session import Session
from toolkit.typed import shown

OWN, CHOICE = "alert_rules", "alert_choice"  # kinds of entries
MAX_NAME = 60


class AlertSets(Session):
    """What the clinic wants to be told of."""

    def save_alert_rules(self, name: str, preset: Preset, *, by: str, operation: str | None = None) -> None:
        """Keep a set of alert rules as the clinic's own; under a name that is there, the newer one is used.

        Raises
        ------
        StoreError
            If nobody is named, the name is none, or it is that of a set that comes with the package.
        """
        name = name.strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise StoreError(f"The set of alert rules needs a name of at most {MAX_NAME} visible characters.")
        if name.casefold() in {one.casefold() for one in presets()}:
            raise StoreError(f"{name} is a set that comes with the package: give your own another name.")
        _who(by)
        self._append(OWN, name, preset.model_dump(mode="json"), operation, author=by.strip())

    def alert_presets(self) -> dict[str, Preset]:
        """Return the sets of alert rules by name: those that come with the package, then the clinic's own."""
        return presets() | {entry.subject: Preset(**entry.data) for entry in self._entries(OWN)}

    def use_alert_rules(self, name: str, *, by: str, operation: str | None = None) -> None:
        """Choose the set of alert rules that the clinic works by.

        Raises
        ------
        StoreError
            If nobody is named, or no set has that name.
        """
        if name not in (known := self.alert_presets()):
            raise StoreError(f"The set of alert rules must be one of {', '.join(known)}; found {shown(name)}.")
        _who(by)
        self._append(CHOICE, "in_use", {"preset": name}, operation, author=by.strip())

    def alert_rules_in_use(self) -> InUse:
        """Return which set is in use, who chose it and when; nobody has, at first."""
        chosen = self._entries(CHOICE)
        if not chosen:
            return InUse()
        return InUse(chosen[-1].data["preset"], chosen[-1].author, datetime.fromisoformat(chosen[-1].written_at))

    def alert_preset(self) -> Preset:
        """Return the set of alert rules in use, the newest under its name, for `alerts(..., preset=...)`."""
        name = self.alert_rules_in_use().name
        return self.alert_presets().get(name) or preset_of(name)


def _who(by: str) -> None:
    if not by.strip():
        raise StoreError("Say who decides it: the name is missing.")
