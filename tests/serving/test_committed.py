"""Torture row T14, git: a notebook that shows anybody but the sample clinic's made-up people is not committed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from identities import EVERYBODY, IDENTITIES, OUTPUTS, STATE, clean

from toolkit.serving.bare import seal

ROOT = Path(__file__).parents[2]
MODULES = (
    "toolkit/__init__.py",
    "toolkit/serving/__init__.py",
    "toolkit/serving/bare.py",
    "toolkit/serving/committed.py",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A repository of its own whose hook, run by plain git, is the one that pre-commit is told of."""
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "--quiet")
    for name in MODULES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    told = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    entry = next(hook["entry"] for hook in told if hook["id"] == "notebooks")
    hook = folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nunset PYTHONPATH\nexec {entry.replace('python3', sys.executable)}\n", encoding="utf-8")
    hook.chmod(0o755)
    git(folder, "add", "toolkit")
    git(folder, "commit", "--quiet", "-m", "begin")
    return folder


def git(folder, *arguments):
    own = ["-c", "user.name=T", "-c", "user.email=t@clinic.example", "-c", f"core.hooksPath={folder / '.git/hooks'}"]
    return subprocess.run(["git", *own, *arguments], cwd=folder, capture_output=True, text=True)


def commit(folder, name, text):
    """Try to commit one file; return what git says, with the repository as it was before."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git(folder, "add", "--force", name)
    done = git(folder, "commit", "-m", "try")
    git(folder, "reset", "--quiet", "--hard", "HEAD")
    path.unlink(missing_ok=True)
    return done


def with_output(output):
    notebook = clean()
    notebook["cells"][1] |= {"outputs": [output], "execution_count": 1}
    return notebook


def changed(change):
    notebook = clean()
    change(notebook)
    return notebook


def sealed():
    notebook = with_output({"output_type": "stream", "name": "stdout", "text": "p001"})
    notebook["metadata"]["backcare"] = {"sample": seal(notebook)}
    return notebook


def broken_seal():
    notebook = sealed()
    notebook["cells"][1]["outputs"][0]["text"] = EVERYBODY
    return notebook


PLAIN = [("x.ipynb", with_output(output)) for output in OUTPUTS.values()]
BLOCKED = [
    *PLAIN,
    ("deep/er/x.ipynb", PLAIN[2][1]), ("X.IPYNB", PLAIN[2][1]), ("übung 1.ipynb", PLAIN[2][1]),
    (".ipynb_checkpoints/x-checkpoint.ipynb", PLAIN[2][1]),
    ("x.ipynb", changed(lambda one: one["metadata"].update(widgets=STATE))),
    ("x.ipynb", changed(lambda one: one["metadata"].update(authors=[EVERYBODY]))),
    ("x.ipynb", changed(lambda one: one["metadata"]["kernelspec"].update(display_name=IDENTITIES[0]))),
    ("x.ipynb", changed(lambda one: one["cells"][0].update(attachments={"a.txt": {"text/plain": EVERYBODY}}))),
    ("x.ipynb", changed(lambda one: one["cells"][0].update(metadata={"note": EVERYBODY}))),
    ("x.ipynb", changed(lambda one: one["cells"][1].update(metadata={"tags": [IDENTITIES[0]]}))),
    ("x.ipynb", changed(lambda one: one["cells"][0].update(outputs=[EVERYBODY]))),
    ("x.ipynb", changed(lambda one: one.update(own=EVERYBODY))),
    ("x.ipynb", broken_seal()),
    ("x.ipynb", {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [EVERYBODY]}]}),
    ("x.ipynb", [EVERYBODY]),
]  # fmt: skip


def test_t14_enough_notebooks_are_tried():
    assert len(BLOCKED) == 20


@pytest.mark.parametrize(("name", "notebook"), BLOCKED, ids=range(1, 21))
def test_t14_the_commit_of_such_a_notebook_is_blocked(repository, name, notebook):
    done = commit(repository, name, json.dumps(notebook))
    assert done.returncode == 1
    assert f"{name}: holds outputs, attachments, form state or metadata" in done.stderr
    assert not [who for who in IDENTITIES if who in done.stderr]


def test_t14_what_is_no_notebook_at_all_is_blocked_too(repository):
    assert commit(repository, "x.ipynb", f"{{{EVERYBODY}").returncode == 1


def test_t14_what_is_committed_is_looked_at_and_not_what_lies_in_the_folder(repository):
    path = repository / "x.ipynb"
    path.write_text(json.dumps(PLAIN[0][1]), encoding="utf-8")
    git(repository, "add", "x.ipynb")
    path.write_text(json.dumps(clean()), encoding="utf-8")
    done = git(repository, "commit", "-m", "try")
    git(repository, "reset", "--quiet", "--hard", "HEAD")
    assert done.returncode == 1


@pytest.mark.parametrize("notebook", [clean(), sealed()], ids=["a bare one", "one of the sample clinic"])
def test_a_notebook_that_shows_nobody_real_is_committed(repository, notebook):
    """The control: a hook that refused everything would prove nothing."""
    done = commit(repository, "good.ipynb", json.dumps(notebook))
    assert done.returncode == 0, done.stderr
    git(repository, "reset", "--quiet", "--hard", "HEAD~1")


def test_a_seal_is_not_changed_by_writing_the_notebook_again(tmp_path):
    """Who opens and saves a notebook of this repository with nbformat keeps its seal."""
    import nbformat

    path = next(iter((ROOT / "notebooks").glob("03_*.ipynb")))
    nbformat.write(nbformat.read(path, as_version=4), tmp_path / path.name)
    again = json.loads((tmp_path / path.name).read_text(encoding="utf-8"))
    assert again["metadata"]["backcare"] == {"sample": seal(again)}
