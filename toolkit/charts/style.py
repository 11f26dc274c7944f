"""How charts and tables look in a notebook."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import get_data_path, rcParams
from matplotlib.ft2font import FT2Font
from matplotlib_inline.backend_inline import set_matplotlib_formats

from toolkit.look import look


def use_notebook_style() -> None:
    """Make inline charts SVG whose bytes depend on the data alone, so that nbval compares them; show texts whole."""
    pd.set_option("display.max_colwidth", 400)
    set_matplotlib_formats("svg", metadata={"Date": None}, bbox_inches=None)
    rcParams.update(chart_style())


def chart_style() -> dict[str, Any]:
    """Return the settings of matplotlib that every chart is drawn with."""
    text = look()["text"]
    return {
        "svg.hashsalt": "backcare",
        "svg.fonttype": "none",
        "font.family": [text["family"], "sans-serif"],
        "font.size": text["body_pt"],
        "text.parse_math": False,  # "$5 or $10" in a note is no mathematics
    }


def font_folder() -> Path:
    """Return the folder of the fonts that come with matplotlib."""
    return Path(get_data_path(), "fonts", "ttf")


def printable(text: str) -> str:
    """Return a text on one line, with the code of each character that our typeface lacks or nobody sees."""
    known = _letters()
    return "".join(
        one if one in known and one.isprintable() else f"[U+{ord(one):04X}]" for one in " ".join(text.split())
    )


@cache
def _letters() -> frozenset[str]:
    """Return every character that our typeface can show, upright and bold."""
    family = look()["text"]["family"].replace(" ", "")
    faces = [FT2Font(str(font_folder() / f"{family}{weight}.ttf")) for weight in ("", "-Bold")]
    return frozenset.intersection(*(frozenset(map(chr, face.get_charmap())) for face in faces))
