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


def test_what_a_form_shows_of_a_patient_is_never_markup(tmp_path, monkeypatch):
    from toolkit.forms.planner import PlannerForm
    from toolkit.store import Store

    monkeypatch.delenv("BACKCARE_CLINIC", raising=False)
    form = PlannerForm(Store(tmp_path / "clinic.sqlite"))
    for name in ("patient_id", "written_by", "goal", "note"):
        form.fields[name].value = f"<b>{SCRIPT}</b>"
    form.record.click()
    shown = [widget for widget in walk(form.view) if type(widget).__name__ == "HTML"]
    assert len(shown) >= 3
    assert not [one.value for one in shown if SCRIPT in one.value]


def walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)
