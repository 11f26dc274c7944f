"""An open store: which clinic it is, its clock, and how its database is read and written."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from toolkit.errors import SettingsError, StoreError
from toolkit.rules import Rules
from toolkit.settings import PROFILE_VARIABLE, ClinicProfile, read_profile, sample_profile_path
from toolkit.storage import history
from toolkit.storage.engines import in_words, open_engines, prepare
from toolkit.storage.history import Entry


class Session:
    """The part of a store that every other part stands on."""

    def __init__(
        self, url: sa.URL, *, clock: Callable[[], datetime], is_sample: bool = False, must_exist: bool = False
    ) -> None:
        self.is_sample = is_sample
        self._url, self._clock = url, clock
        self._read, self._write = open_engines(url)
        try:
            with in_words("opened"):
                prepare(self._read, self._write, must_exist=must_exist)
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        if self.is_sample:
            return f"{self.name}, diaries up to {self.as_of.day} {self.as_of:%B %Y}"
        count = len(self.patients())
        return f"{self.name}, {count} patient{'' if count == 1 else 's'}"

    def patients(self) -> list[str]:
        """Return the pseudonyms of all patients the store knows, in order."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What to call the clinic on screen; the sample says SAMPLE."""
        if profile := self._readable_profile:
            return profile.name
        return f"Clinic {Path(self._url.database or '').stem or self._url.host}"

    @property
    def profile(self) -> ClinicProfile | None:
        """The clinic's profile: of `BACKCARE_PROFILE`, or beside a SQLite store with its name; None where neither is.

        Raises
        ------
        SettingsError
            If there is one and it cannot be used.
        """
        if self.is_sample:
            return read_profile(sample_profile_path())
        if named := os.environ.get(PROFILE_VARIABLE):
            return read_profile(named)
        if self._url.get_backend_name() == "sqlite" and self._url.database:
            beside = Path(self._url.database).with_suffix(".toml")
            return read_profile(beside) if beside.is_file() else None
        return None

    @property
    def _readable_profile(self) -> ClinicProfile | None:
        """The profile, None where it cannot be read; that is told of wherever the profile itself is asked for."""
        try:
            return self.profile
        except SettingsError:
            return None

    def rules(self, as_of: date | None = None) -> Rules:
        """Return the conventions of a calculation: the profile's thresholds in force on `as_of`, the last day."""
        day = as_of or self.as_of
        return self.profile.rules(day) if self.profile else Rules(as_of=day)

    def now(self) -> datetime:
        """Return the time in the clinic's zone, or the computer's without a profile; the sample has its own clock."""
        profile = self._readable_profile
        return self._clock().astimezone(ZoneInfo(profile.zone)) if profile else self._clock()

    @property
    def as_of(self) -> date:
        """The last complete day: yesterday, and for the sample its own last day."""
        return self.now().date() - timedelta(days=1)

    def close(self) -> None:
        """Give back the connections."""
        self._read.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with in_words("read"), self._read.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with in_words("written"), self._write.begin() as connection:
            yield connection

    def _entries(self, kind: str, **which: Any) -> list[Entry]:
        with self._reading() as connection:
            return history.read(connection, kind, **which)

    def _answer(self, operation: str, kind: str) -> Entry | None:
        """Return what an act has made already."""
        with self._reading() as connection:
            found = history.by_operation(connection, operation)
        return found if found and found.kind == kind else None

    def _append(
        self,
        kind: str,
        subject: str,
        data: Any,
        operation: str | None,
        *,
        refuse: Callable[[list[Entry]], str] | None = None,
        **more: Any,
    ) -> Entry:
        """Add an entry behind whatever is there; asked twice under one operation, it is added once.

        `refuse` gets the chain as it is and returns why nothing may be added, or nothing.
        """
        operation = operation or secrets.token_hex(16)
        with self._writing() as connection:
            if earlier := history.by_operation(connection, operation):
                return earlier
            if refuse and (why := refuse(history.read(connection, kind, subject=subject))):
                raise StoreError(why)
            return history.append(connection, kind, subject, data, operation=operation, at=self.now(), **more)
