"""From data and a packed template to PDF: text never becomes markup, and the same data give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from toolkit.charts.style import font_folder, printable
from toolkit.look import look

SCREEN_PPI: Final = 96
STANDARD: Final = "ua-1"  # PDF/UA-1: tagged, with a language, a title and words for each picture


@dataclass(frozen=True, slots=True)
class Printed:
    """A document before it is printed: its template and what it prints.

    Parameters
    ----------
    template : name of a file in `templates/`, such as `report.typ`
    data : what the template prints, as JSON knows it; each text is set as it stands, and a character that cannot be
        printed as its code, such as `[U+202E]`. SVG pictures stand under the key `svg`.
    title : of the document's properties; it names no person
    on : day of the document's properties; no clock is read
    language : of the text, such as `en`
    """

    template: str
    data: Mapping[str, Any]
    title: str
    on: date
    language: str = "en"

    def pdf(self) -> bytes:
        """Return the document as PDF: tagged for screen readers, its fonts inside, without an author."""
        stamp = datetime.combine(self.on, time(), tzinfo=UTC)
        made = self._compiled(format="pdf", pdf_standards=STANDARD, timestamp=stamp)
        assert isinstance(made, bytes), "a PDF is one file"
        return made

    def pages(self) -> list[bytes]:
        """Return each page as a picture (PNG), to look at before it is printed."""
        made = self._compiled(format="png", ppi=SCREEN_PPI)
        return made if isinstance(made, list) else [made]

    def _compiled(self, **how: Any) -> Any:
        import typst

        told = json.dumps(
            {"data": _printable(self.data), "look": look(), "title": self.title, "language": self.language},
            ensure_ascii=False, allow_nan=False,
        )  # fmt: skip
        with as_file(files("toolkit.documents").joinpath("templates")) as folder:
            compiler = typst.Compiler(
                folder / self.template, root=folder, font_paths=_fonts(), sys_inputs={"told": told}, package_path=folder
            )
            return compiler.compile(**how)


def pdf(template: str, data: Mapping[str, Any], *, title: str, on: date, language: str = "en") -> bytes:
    """Return a document as PDF; the parameters are those of `Printed`."""
    return Printed(template, data, title, on, language).pdf()


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
