"""What a person does in a form in a browser."""

import os
from pathlib import Path


def fill(form, label, text):
    """Type into a field and leave it, as a person does."""
    field = form.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def shoot(page, name):
    """Keep a picture of the page where BACKCARE_PICTURES names a folder."""
    if folder := os.environ.get("BACKCARE_PICTURES"):
        page.screenshot(path=Path(folder) / name)


def choose(form, label, option):
    form.get_by_label(label, exact=True).select_option(label=option)


def press(form, name):
    form.get_by_role("button", name=name, exact=True).click(timeout=60_000)


def said(form, text):
    """Wait until the status line says something."""
    form.get_by_role("status").get_by_text(text).wait_for(timeout=60_000)


def shown(form, text):
    form.get_by_text(text).first.wait_for(timeout=60_000)


def shoot_form(page, form, name):
    if folder := os.environ.get("BACKCARE_PICTURES"):
        page.set_viewport_size({"width": page.viewport_size["width"], "height": 9_000})
        page.wait_for_timeout(1_000)
        form.screenshot(path=Path(folder) / name)
