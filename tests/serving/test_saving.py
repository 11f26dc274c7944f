"""Before a notebook is saved, what a run put into it is left out; where that fails, nothing is saved."""

import copy

import pytest
from identities import IDENTITIES, planted
from tornado.web import HTTPError

from toolkit.serving.bare import bare, may_be_shared, seal
from toolkit.serving.outputs import strip_outputs


def saved(notebook, clinic, monkeypatch, **model):
    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    if clinic:
        monkeypatch.setenv("BACKCARE_CLINIC", clinic)
    model = {"type": "notebook", "content": copy.deepcopy(notebook)} | model
    strip_outputs(model, path="x.ipynb")
    return model["content"]


@pytest.mark.parametrize("clinic", ["sqlite:///own.sqlite", "Sample", "", None])
def test_a_clinic_that_is_not_surely_the_sample_counts_as_real(monkeypatch, clinic):
    content = saved(planted(), clinic, monkeypatch)
    assert not [name for name in IDENTITIES if name in str(content)]
    assert [cell["source"] for cell in content["cells"]] == [cell["source"] for cell in planted()["cells"]]


def test_the_sample_clinic_keeps_its_outputs_but_no_form_state(monkeypatch):
    content = saved(planted(), "sample", monkeypatch)
    assert content["cells"] == planted()["cells"]
    assert "widgets" not in content["metadata"]


@pytest.mark.parametrize(
    "broken",
    [None, {}, [], {"nbformat": 3, "worksheets": []}, {"nbformat": 4, "nbformat_minor": 5, "cells": [{}]},
     {"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "own", "source": ""}]}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("clinic", ["sqlite:///own.sqlite", None])
def test_what_cannot_be_cleared_is_not_saved(monkeypatch, clinic, broken):
    with pytest.raises(HTTPError, match="Not saved: this notebook could not be cleared"):
        saved(broken, clinic, monkeypatch)


def test_any_fault_of_the_hook_refuses_the_save(monkeypatch):
    """The server would log another kind of error and save all the same."""
    monkeypatch.setattr("toolkit.serving.outputs.bare", lambda _: 1 / 0)
    with pytest.raises(HTTPError, match="Not saved"):
        saved(planted(), None, monkeypatch)


@pytest.mark.parametrize("name", ["x.ipynb", "x.IPYNB"])
def test_a_notebook_is_not_saved_as_a_plain_file(name):
    with pytest.raises(HTTPError, match="a notebook is saved as a notebook"):
        strip_outputs({"type": "file", "format": "text", "content": "{}"}, path=name)


def test_other_files_are_saved_as_they_are():
    model = {"type": "file", "content": "text"}
    strip_outputs(model, path="x.txt")
    assert model == {"type": "file", "content": "text"}


def test_a_seal_covers_all_but_what_people_wrote():
    notebook = planted()
    notebook["metadata"]["backcare"] = {"sample": seal(notebook)}
    assert may_be_shared(notebook)
    notebook["cells"][0]["source"] = "other words"
    assert may_be_shared(notebook), "what people wrote is not sealed"
    notebook["cells"][1]["outputs"][0]["text"] = "another row"
    assert not may_be_shared(notebook)
    assert may_be_shared(bare(notebook))
