"""Torture row T14, notebooks: what a server saves holds nobody of a real clinic; nothing here needs a browser."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from identities import IDENTITIES, OUTPUTS, STATE, clean, planted
from servers import free_port, wait_for_answer
from strangers import ask


def put(server, name, notebook, kind="notebook"):
    """Save as JupyterLab does, and return the status."""
    body = {"type": kind, "format": "json" if kind == "notebook" else "text", "content": notebook}
    return ask(server.base, f"/api/contents/notebooks/{name}", method="PUT", body=json.dumps(body).encode(),
               Authorization=f"token {server.token}")[0]  # fmt: skip


def found(folder):
    """Return the files below a folder, and the people named in them."""
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}
    return {path.name: who for path, text in texts.items() if (who := [one for one in IDENTITIES if one in text])}


def test_t14_a_saved_notebook_of_a_real_clinic_holds_none_of_24_people(lab):
    """Planted in outputs, attachments, form state and metadata; then every file is looked through, logs too."""
    assert len(set(IDENTITIES)) == 24
    assert put(lab, "t14.ipynb", planted()) == 201
    saved = json.loads((lab.folder / "notebooks/t14.ipynb").read_text(encoding="utf-8"))
    assert ["".join(cell["source"]) for cell in saved["cells"]] == ["# Words", "rows"]
    assert found(lab.folder) == {}


@pytest.mark.parametrize("place", OUTPUTS)
def test_t14_whatever_a_kernel_answers_is_left_out(lab, place):
    notebook = clean()
    notebook["cells"][1] |= {"outputs": [OUTPUTS[place]], "execution_count": 1}
    assert put(lab, "t14_answer.ipynb", notebook) in (200, 201)
    assert found(lab.folder) == {}


def test_t14_one_planted_in_an_output_is_found(tmp_path):
    """The control: what the search above would say if the hook let somebody through."""
    notebook = clean()
    notebook["cells"][1]["outputs"] = [OUTPUTS["a table"]]
    (tmp_path / "kept.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert found(tmp_path) == {"kept.ipynb": list(IDENTITIES)}


@pytest.mark.parametrize(
    ("name", "notebook", "kind"),
    [("t14_old.ipynb", {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]}, "notebook"),
     ("t14_odd.ipynb", planted() | {"cells": [{"cell_type": "own", "source": IDENTITIES[0]}]}, "notebook"),
     ("t14_file.ipynb", json.dumps(planted()), "file")],
    ids=["format 3", "a kind of cell nobody knows", "a notebook sent as text"],
)  # fmt: skip
def test_t14_what_cannot_be_cleared_is_not_saved(lab, name, notebook, kind):
    assert put(lab, name, notebook, kind) == 400
    assert not (lab.folder / "notebooks" / name).exists()
    assert found(lab.folder) == {}


def test_t14_the_sample_clinic_keeps_outputs_but_no_form_state(tmp_path):
    """A plain server with our hook, as JupyterLab has it, opened on the sample."""
    (tmp_path / "notebooks").mkdir()
    port, token = free_port(), "made-up"
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | own | {"BACKCARE_CLINIC": "sample", "JUPYTER_TOKEN": token}
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ServerApp.ip=127.0.0.1", "--allow-root",
               f"--ServerApp.port={port}", f"--ServerApp.root_dir={tmp_path}",
               "--FileContentsManager.pre_save_hook=toolkit.serving.outputs.strip_outputs"]  # fmt: skip
    server = SimpleNamespace(base=f"http://127.0.0.1:{port}", token=token)
    with (tmp_path / "server.log").open("w") as log:
        running = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            wait_for_answer(server.base, running)
            assert put(server, "sample.ipynb", planted()) == 201
        finally:
            running.terminate()
            running.wait(20)
    saved = json.loads((tmp_path / "notebooks/sample.ipynb").read_text(encoding="utf-8"))
    assert len(saved["cells"][1]["outputs"]) == len(OUTPUTS)
    assert "widgets" not in saved["metadata"] and next(iter(STATE)) not in json.dumps(saved)
