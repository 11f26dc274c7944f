"""The documents say what is so: generated files are equal, links lead somewhere, examples run."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from dictionary import dictionary
from environment import FROM_CONDA, environment

import toolkit
from toolkit.errors import RegimenError
from toolkit.logs.mapping import Mapping
from toolkit.logs.read import read_log
from toolkit.plan.files import regimen_from_data
from toolkit.plan.regimen import Prescription

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")] + sorted(
    (ROOT / "docs").glob("*.md")
)


def test_environment_yml_is_what_pyproject_asks_for():
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == environment(), "run `make environment`"


def test_conda_is_asked_only_for_names_it_is_known_to_have():
    """One name that conda does not know breaks the whole solve; all else comes by pip, last."""
    read = yaml.safe_load(environment())
    assert list(read) == ["name", "channels", "dependencies"]
    assert read["channels"] == ["conda-forge", "nodefaults"]
    names = [re.match(r"[a-z-]+", one).group() for one in read["dependencies"][:-1]]
    assert names == ["python", "pip", "jupyterlab", "pandas", "matplotlib-base", "ipywidgets", "nbval"]
    assert read["dependencies"][-1] == {"pip": ["-e ."]}
    assert len(FROM_CONDA) == 5


def test_the_data_dictionary_is_what_the_schema_says():
    assert (ROOT / "data/README.md").read_text(encoding="utf-8") == dictionary(), "run `make dictionary`"


def test_constraints_hold_exact_versions_and_no_address():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not re.match(r"[a-z0-9._-]+==[^ ]+( ; .*)?$", line)]
    named = {re.match(r"[a-z0-9._-]+", line).group() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.match(r"[A-Za-z0-9.-]+", text).group().lower().replace(".", "-") for text in project["dependencies"]}
    assert asked <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not link.startswith("http") and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_names_is_there(page):
    named = re.findall(r"`((?:toolkit|tests|docs|data|notebooks)/[\w./-]+\.\w+)`", page.read_text(encoding="utf-8"))
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_hazard_names_a_test_that_is_there():
    named = re.findall(r"`((?:\w+/)?test_\w+\.py)`", (ROOT / "docs/safety.md").read_text(encoding="utf-8"))
    assert len(named) >= 8
    assert not [name for name in named if not (ROOT / "tests" / name).exists()]


def test_the_dose_limits_of_the_safety_page_are_those_of_the_code():
    """Each field takes the least and the most that the page states, and one less and one more are refused."""
    row = {"exercise": "knee_to_chest", "side": "both", "first_day": "2026-03-02", "last_day": "2026-03-29",
           "days_per_week": 7, "sets": 1, "reps_min": 1, "hold_s_min": 1}  # fmt: skip
    text = (ROOT / "docs/safety.md").read_text(encoding="utf-8")
    limits = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", text, re.M)
    assert len(limits) == 7
    for field, least, most in limits:
        for value in (int(least), int(most)):
            assert getattr(Prescription(**row | {field: value}), field) == value
        for value in (int(least) - 1, int(most) + 1):
            with pytest.raises(RegimenError, match=field):
                Prescription(**row | {field: value})


def test_the_readme_tells_its_story_in_this_order():
    heads = re.findall(r"^#+ (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert [head for head in heads if not head.startswith(("make", "backcare"))] == [
        "Backcare", "Two commands", "The notebooks", "Your own clinic", "How adherence is counted", "Data and privacy",
        "What it is not",
    ]  # fmt: skip


def test_the_python_of_the_readme_runs(tmp_path):
    """On the files of `backcare sample`, as a newcomer would."""
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S).group(1)
    make = "from toolkit.cli import main; main()"
    subprocess.run([sys.executable, "-c", make, "sample", "--patients", "3", "--out", "."], cwd=tmp_path, check=True)
    (tmp_path / "log.csv").rename(tmp_path / "diary.csv")
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_examples_of_the_formats_page_are_accepted(tmp_path):
    import json

    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    log = re.search(r"```\n(entry_id.*?)```", text, re.S).group(1)
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    assert str(read_log(tmp_path / "log.csv").account) == "4 rows: 3 kept, 0 quarantined, 0 blank, 1 header"
    mapping, regimen = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.S))
    assert Mapping(**mapping).carry_down == ("performed_at",)
    assert regimen_from_data(regimen).status == "final"


def test_the_glossary_holds_the_columns_of_the_tables():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    words = ("exercise", "side", "regimen", "revision", "sets", "hold_s", "entry_id", "quarantine", "account", "cell",
             "observed", "coverage", "session_adherence", "over_adherence", "dose_adherence", "as_of")  # fmt: skip
    assert not [word for word in words if f"`{word}`" not in text]


def test_public_names_have_docstrings():
    assert not [name for name in toolkit.__all__ if not getattr(toolkit, name).__doc__]


def test_nothing_names_a_path_of_a_machine():
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    banned = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w")
    found = []
    for name in files:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", ".yml", ".ipynb", ".json", "") and path.is_file():
            if path.name == "test_notebooks.py":
                continue  # holds the words it looks for
            found += [name] if banned.search(path.read_text(encoding="utf-8")) else []
    assert found == []
