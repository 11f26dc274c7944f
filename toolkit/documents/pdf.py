"""From data and a packed template to PDF: text never becomes markup, and the same data give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from toolkit.charts.style import font_folder, printable
from toolkit.look import look

STANDARD: Final = "ua-1"  # PDF/UA-1: tagged, with a language, a title and words for each picture


def pdf(template: str, data: Mapping[str, Any], *, title: str, on: date, language: str = "en") -> bytes:
    """Return a document as PDF: tagged for screen readers, its fonts inside, without an author.

    Parameters
    ----------
    template : name of a file in `templates/`, such as `report.typ`
    data : what the template prints, as JSON knows it; each text is set as it stands, and a character that cannot be
        printed as its code, such as `[U+202E]`. SVG pictures stand under the key `svg`.
    title : of the document's properties; it names no person
    on : day of the document's properties; no clock is read
    language : of the text, such as `en`
    """
    import typst

    told = json.dumps(
        {"data": _printable(data), "look": look(), "title": title, "language": language},
        ensure_ascii=False, allow_nan=False,
    )  # fmt: skip
    with as_file(files("toolkit.documents").joinpath("templates")) as folder:
        compiler = typst.Compiler(
            folder / template, root=folder, font_paths=_fonts(), sys_inputs={"told": told}, package_path=folder
        )
        made = compiler.compile(
            format="pdf", pdf_standards=STANDARD, timestamp=datetime.combine(on, time(), tzinfo=UTC)
        )
    assert isinstance(made, bytes), "a PDF is one file"
    return made


@cache
def _fonts() -> Any:
    """Return the fonts that come with matplotlib and no others, so that every machine sets the same lines."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])


def _printable(value: Any) -> Any:
    """Return data with every text as it can be printed; a picture is left as it is."""
    if isinstance(value, Mapping):
        return {key: one if key == "svg" else _printable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one) for one in value]
    return printable(value) if isinstance(value, str) else value
