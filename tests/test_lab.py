"""JupyterLab opens on this computer only, and keeps no row of a real patient in a file."""

import copy

import pytest

from toolkit.errors import ToolkitError
from toolkit.lab import lab_command, notebooks_folder, start_lab, strip_outputs

NOTEBOOK = {
    "type": "notebook",
    "content": {
        "metadata": {"widgets": {"state": "typed text"}},
        "cells": [
            {"cell_type": "code", "outputs": ["rows"], "execution_count": 3, "attachments": {}},
            {"cell_type": "markdown", "source": "words"},
        ],
    },
}


@pytest.mark.parametrize(("clinic", "outputs"), [("sample", ["rows"]), ("sqlite:///own.sqlite", []), (None, [])])
def test_only_the_sample_clinics_outputs_are_saved(monkeypatch, clinic, outputs):
    """Unknown counts as a real clinic: the guard fails closed."""
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    if clinic:
        monkeypatch.setenv("BACKCARE_CLINIC", clinic)
    model = copy.deepcopy(NOTEBOOK)
    strip_outputs(model, path="x.ipynb")
    assert model["content"]["cells"][0]["outputs"] == outputs
    assert "widgets" not in model["content"]["metadata"]


def test_other_files_are_saved_as_they_are():
    model = {"type": "file", "content": "text"}
    strip_outputs(model, path="x.txt")
    assert model == {"type": "file", "content": "text"}


def test_the_lab_listens_on_this_computer_and_calls_nobody(tmp_path):
    command = lab_command(tmp_path)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--LabApp.news_url=" in command
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert not [part for part in command if "token" in part]


@pytest.mark.parametrize(
    "argument",
    ["--ip=0.0.0.0", "--ServerApp.ip=*", "--ServerApp.allow_origin=*", "--IdentityProvider.token=", "--config=x.py",
     "--ServerApp.disable_check_xsrf=True", "--ServerApp.allow_remote_access=True", "--ServerApp.token="],
)  # fmt: skip
def test_an_argument_that_would_open_the_computer_is_refused(argument):
    with pytest.raises(ToolkitError, match="is not accepted: notebooks of patients stay on this computer"):
        start_lab("sample", more=(argument,))


def test_without_notebooks_the_command_says_where_to_run_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("toolkit.lab.__file__", str(tmp_path / "toolkit" / "lab.py"))
    with pytest.raises(ToolkitError, match="run this in the folder of Backcare's checkout"):
        notebooks_folder()
