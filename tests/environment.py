"""Prints environment.yml: the brief's five parts from conda-forge, everything else by pip from the checkout."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FROM_CONDA = ("jupyterlab", "pandas", "matplotlib", "ipywidgets", "nbval")
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


def environment() -> str:
    """Return the text of environment.yml as pyproject.toml asks for it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ranges = dict(re.fullmatch(r"([A-Za-z0-9.-]+)(.*)", text).groups() for text in project["dependencies"])
    lines = ["name: backcare", "channels:", "  - conda-forge", "  - nodefaults", "dependencies:"]
    lines += [f"  - python{project['requires-python']}", "  - pip"]
    lines += [f"  - {CONDA_NAMES.get(name, name)}{ranges[name]}" for name in FROM_CONDA]
    return "\n".join([*lines, "  - pip:", "    - -e ."]) + "\n"


if __name__ == "__main__":
    print(environment(), end="")
