"""Who can read the diary page: on a small phone, at double text, by keys, by a screen reader, in light and dark."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from in_browser import shoot
from phone import every_screen, phone, written
from take_homes import PROFILE, home

pytestmark = pytest.mark.browser

HAMSTRING = "2026-03-02.hamstring-stretch"
SMALL = """() => [...document.querySelectorAll('button, label.choice, label.button, input[type=text], textarea')]
    .filter((one) => one.offsetParent && Math.min(one.offsetWidth, one.offsetHeight) < 44)
    .map((one) => one.outerHTML)"""
ASKED = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},  # all else is the same in both
}
CUT = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const cut = [...document.querySelectorAll('body *')].filter((one) => one.offsetParent && one.clientWidth > 1
        && one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML.slice(0, 200));
    return wide ? [wide, ...cut] : cut;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_reader_finds_no_fault_on_any_screen(browser, tmp_path, scheme):
    path = written(tmp_path, home(profile=PROFILE))
    with phone(browser, path, color_scheme=scheme) as one:
        one.page.clock.resume()
        one.page.evaluate("localStorage.clear()")
        for name in every_screen(one):
            found = Axe().run(one.page, options=ASKED[scheme]).response["violations"]
            assert (name, [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found]) == (name, [])


@pytest.mark.parametrize("code", ["en", "es"])
def test_nothing_is_cut_or_too_small_to_touch_on_a_small_phone_at_double_text(browser, tmp_path, code):
    path = written(tmp_path, home(code=code, profile=PROFILE))
    small = {"width": 320, "height": 568}
    with phone(browser, path, code=code, viewport=small) as one:
        one.page.evaluate("localStorage.clear()")
        for name in every_screen(one):
            assert (name, one.page.evaluate(SMALL)) == (name, [])
            assert (name, one.page.evaluate(CUT)) == (name, [])
            one.page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert (name, one.page.evaluate(CUT)) == (name, [])
            one.page.evaluate("document.documentElement.style.fontSize = ''")
            stamped = one.page.locator("#stamps").inner_text()
            assert stamped.startswith("SAMPLE"), name
            assert ("DRAFT" in stamped) == (code == "es"), name


@pytest.mark.skipif(not os.environ.get("BACKCARE_PICTURES"), reason="only where pictures are asked for")
@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_every_screen(browser, tmp_path, code, scheme):
    path = written(tmp_path, home(code=code, profile=PROFILE))
    with phone(browser, path, code=code, color_scheme=scheme, device_scale_factor=2) as one:
        one.page.evaluate("localStorage.clear()")
        for number, name in enumerate(every_screen(one)):
            shoot(one.page, f"page-{code}-{scheme}-{number:02d}-{name}.png")


def test_an_exercise_is_done_and_saved_by_keys_alone(browser, four):
    with phone(browser, four) as one:
        press_until(one, "Start")
        assert "Hamstring stretch" in one.page.locator("h1").inner_text()
        press_until(one, "Start: left leg")
        one.pass_seconds(36)
        press_until(one, "Finish now")
        one.pass_seconds(1)
        press_until(one, "Save")
        one.pass_seconds(1)
        assert one.entries()[f"{HAMSTRING}.left.1"]["reps"] == 1
        press_until(one, "Undo")
        assert one.entries() == {}


def press_until(one, name):
    """Tab to a button and press it; each stop on the way is seen."""
    for _ in range(60):
        one.page.keyboard.press("Tab")
        now = one.page.evaluate("document.activeElement.textContent.trim()")
        if now == name:
            assert one.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return one.page.keyboard.press("Enter")
    raise AssertionError(f"{name} cannot be reached by keys")


def test_nothing_moves_for_those_who_asked_for_less_motion(browser, four):
    for motion, moves in (("reduce", "0s"), ("no-preference", "0.2s")):
        with phone(browser, four, reduced_motion=motion) as one:
            one.begin("hamstring_stretch")
            assert one.page.locator(".dial").evaluate("one => getComputedStyle(one).transitionDuration") == moves


def test_the_browsers_own_way_back_goes_through_the_screens(browser, four):
    with phone(browser, four) as one:
        one.open_day(2)
        one.page.go_back()
        assert one.page.locator(".calendar").is_visible()
        one.page.go_back()
        assert one.page.locator("#due").is_visible()
