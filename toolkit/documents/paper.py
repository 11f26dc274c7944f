"""Papers for patients: a page in large type, which says on each page whose plan it is and what it is not yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from toolkit.documents.pdf import Printed
from toolkit.documents.take_home import stamps
from toolkit.errors import ToolkitError
from toolkit.languages.words import Language
from toolkit.settings import ClinicProfile

PAPERS: Final = {"a4": "a4", "letter": "us-letter"}


def patient_paper(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    foot: str,
    on: date,
    profile: ClinicProfile,
    words: Language,
    paper: str = "a4",
) -> Printed:
    """Return a paper for a patient before it is printed.

    Parameters
    ----------
    template : name of a file in `templates/`
    data : what it prints beside what every such paper has
    title : of the document, which names no person; foot : the line at the foot of each page
    on : day of the document's properties
    paper : `a4` or `letter`

    Raises
    ------
    ToolkitError
        If the paper is another.
    """
    if paper not in PAPERS:
        raise ToolkitError(f"The paper must be one of {', '.join(PAPERS)}; found {paper!r:.20}.")
    told = {
        "title": title,
        "foot": foot,
        "page": words.say("handout.page", n="{n}", all="{all}"),
        "stamps": stamps(profile, words),
        "paper": PAPERS[paper],
        **data,
    }
    return Printed(template, told, f"Backcare: {title}", on, words.code)
