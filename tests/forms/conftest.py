"""A clinic of its own for the forms, with its profile and a clock that a test may turn."""

import shutil
from pathlib import Path

import pytest
from planning import NINE, filled

from toolkit.forms.planner import PlannerForm
from toolkit.settings import sample_profile_path
from toolkit.store import Store


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    """A clinic of its own, with a profile, on the first of April."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    monkeypatch.setenv("BACKCARE_PROFILE", str(sample_profile_path()))
    store = Store(tmp_path / "clinic.sqlite", clock=lambda: store_time[0])
    store_time = [NINE]
    store.set_time = lambda at: store_time.__setitem__(0, at)
    yield store
    store.close()


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory):
    """A store's file that holds the patients of the sample clinic."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKCARE_HOME", str(tmp_path_factory.mktemp("home")))
        store = Store("sample")
        path = Path(store._url.database)
        store.close()
    return path


@pytest.fixture
def ward(filled_file, tmp_path, monkeypatch):
    """A clinic with 24 patients and their diaries up to 31 March, on the first of April."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    monkeypatch.setenv("BACKCARE_PROFILE", str(sample_profile_path()))
    copied = shutil.copy(filled_file, tmp_path / "ward.sqlite")
    time = [NINE]
    store = Store(copied, clock=lambda: time[0])
    store.set_time = lambda at: time.__setitem__(0, at)
    yield store
    store.close()


@pytest.fixture
def form(clinic):
    return filled(PlannerForm(clinic))
