"""The tokens of look.toml: colours, marks, line weights and type sizes of charts, forms and documents."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def look() -> dict[str, Any]:
    """Return the tokens, as look.toml groups them."""
    return tomllib.loads(files("toolkit").joinpath("look.toml").read_text(encoding="utf-8"))
