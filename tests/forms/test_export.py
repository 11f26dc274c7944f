"""Two exports side by side: each button says what it is for, and gives one file that says what it is."""

import base64
import io
import re
import zipfile

import pytest

from toolkit.errors import ToolkitError
from toolkit.forms.export import ExportForm


@pytest.fixture
def export(ward):
    return ExportForm(ward)


def labels(form):
    return [one.value for one in form.view.children if hasattr(one, "value") and isinstance(one.value, str)]


def files(form):
    with zipfile.ZipFile(io.BytesIO(form.made[1])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_nothing_is_made_before_a_button_is_pressed_and_each_says_what_it_is_for(export):
    assert export.made is None
    assert export.link.value == ""
    texts = " ".join(labels(export))
    assert "For the practice and the patient" in texts
    assert "pseudonymous, still personal health data" in texts
    assert "For teaching, research and reports of faults" in texts
    assert "All this is engineering, not legal advice." in texts
    assert (export.clinical.description, export.shared.description) == (
        "Make the clinical export", "Make the shared export",
    )  # fmt: skip
    assert export.clinical.button_style != export.shared.button_style


def test_the_shared_export_is_one_file_with_nobody_in_it(export, ward):
    export.shared.click()
    assert "The shared export is made: de-identified by rule" in export.status.value
    assert re.fullmatch(r"shared-[0-9a-f]{12}\.zip", export.made[0])
    assert base64.b64encode(export.made[1]).decode() in export.link.value
    text = b"".join(data for name, data in files(export).items() if name.endswith((".csv", ".md", ".json"))).decode()
    assert not re.findall(r"\bp0\d\d\b|\b2026-\d\d|left foot feels numb", text)
    assert any(line.startswith("Removed: log note; pauses reason - free text") for line in export.told.texts)


def test_the_clinical_export_is_another_file_and_the_first_is_gone(export):
    export.shared.click()
    export.clinical.click()
    assert export.made[0].startswith("clinical-")
    assert "pseudonymous, still personal health data" in export.status.value
    assert "shared-" not in export.link.value
    assert "p001" in files(export)["backcare-clinical/log.csv"].decode()
    assert export.told.texts[0].startswith("Kept: log; prescriptions")


def test_what_cannot_be_made_is_said_and_offers_nothing(clinic):
    form = ExportForm(clinic)
    for press in (form.clinical, form.shared):
        press.click()
        assert "No patient has a regimen, so there is nothing to export." in form.status.value
        assert (form.made, form.link.value, form.told.texts) == (None, "", [])


def test_an_export_that_is_refused_takes_the_one_before_away(export, monkeypatch):
    """Else its link would be taken for the one just asked for."""
    export.clinical.click()
    monkeypatch.setattr(type(export.clinic), "log", lambda *_: (_ for _ in ()).throw(ToolkitError("The disk is gone.")))
    export.shared.click()
    assert "The disk is gone." in export.status.value
    assert (export.made, export.link.value) == (None, "")


def test_the_form_shows_itself_by_a_text_that_never_changes(export):
    assert export._repr_mimebundle_()["text/plain"] == "ExportForm: run this cell to export the clinic's data"
