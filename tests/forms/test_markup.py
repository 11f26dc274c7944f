"""Text from outside never becomes markup: one door, and a search for every other way."""

from pathlib import Path

import pytest

from toolkit.forms import markup

TOOLKIT = Path(__file__).parents[2] / "toolkit"
WAYS = (
    "widgets.HTML(", "HTMLMath", "display(HTML", "display(Markdown", ".style.", "escape=False", "append_display_data",
    "with out:", "out.capture", "clear_output", "display_id",
)  # fmt: skip
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("make", [markup.esc, markup.status, lambda text: markup.picture("<svg/>", text)])
def test_a_script_in_a_text_stays_a_text(make):
    assert "<script" not in make(SCRIPT)
    assert "<img src=x" not in make(SCRIPT)


def test_a_script_in_a_picture_is_packed_as_data():
    """As an image nothing in it runs."""
    found = markup.picture(f"<svg>{SCRIPT}</svg>", "a week")
    assert "<script" not in found
    assert 'src="data:image/svg+xml;base64,' in found


@pytest.mark.parametrize("path", sorted(TOOLKIT.rglob("*.py")), ids=lambda path: str(path.relative_to(TOOLKIT)))
def test_there_is_no_other_door(path):
    if path.name == "markup.py":
        return
    text = path.read_text(encoding="utf-8").replace("widgets.HTML()", "")
    assert [way for way in WAYS if way in text] == []


def test_what_a_form_shows_of_a_patient_is_never_markup():
    from toolkit.forms.planner import PlannerForm

    form = PlannerForm(clinic=SCRIPT, on_save=lambda regimen: regimen)
    form.fields["patient_id"].value = "<b>p</b>"
    assert type(form.banner).__name__ == "Label"
    assert "<b>p</b>" not in form.status.value + form.week.value
