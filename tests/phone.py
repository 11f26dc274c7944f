"""A patient's telephone with the diary page on it, whose clock a test moves by hand."""

import json
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from toolkit.documents.diary_page import diary_page
from toolkit.languages.words import language

ZONE = "America/Denver"
SIZE = {"width": 360, "height": 740}


class Phone:
    """Taps on the page as a person does: by the words that stand on it."""

    def __init__(self, context, path, code="en"):
        self.page, self.path, self.words = context.new_page(), path, language(code)
        self.errors, self.asked = [], []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda seen: self.asked.append(seen.url))

    def say(self, key, **values):
        return self.words.say(key if "." in key else f"page.{key}", **values)

    def switch_on(self, at):
        """Open the page at a time of the wall clock in Denver."""
        self.page.clock.install(time=instant(at))
        self.page.goto(self.path.as_uri())
        return self

    def wait_until(self, at):
        """Let time pass, the phone asleep."""
        self.page.clock.pause_at(instant(at))
        self.page.clock.run_for(20_000)

    def pass_seconds(self, seconds):
        """Let time pass, the page before one's eyes."""
        self.page.clock.run_for(round(seconds * 1000))

    def sleep(self, seconds):
        self.page.clock.fast_forward(round(seconds * 1000))

    def tap(self, key, *, about="", nth=0, **values):
        name = f"{self.say(key, **values)} {about}".strip() if about else self.say(key, **values)
        self.page.get_by_role("button", name=name, exact=True).nth(nth).click()

    def count(self, times):
        """Tap for each repetition, 2 seconds apart."""
        for _ in range(times):
            self.pass_seconds(2)
            self.tap("count")
        self.pass_seconds(2)

    def read_box(self):
        self.tap("read")

    def tab(self, name):
        self.page.locator(f"#screens [data-name={name}]").click()

    def choose(self, exercise):
        """Open the card of an exercise where another is open."""
        name = self.words.say(f"{exercise}.name")
        card = self.page.locator(".card-button").filter(has_text=name)
        if card.count():
            card.first.click()

    def begin(self, exercise):
        self.choose(exercise)
        self.page.locator(".card.open > .big").click()

    def quick(self, exercise, key="diary.done", **more):
        self.choose(exercise)
        self.tap(key, about=self.words.say(f"{exercise}.name"))
        self.answer(**more)

    def answer(self, *, pain=None, reason=None, note=None, numbers=(), sides=()):
        """Fill in the form and save it; `sides` are answers of one side, `numbers` fields of one side."""
        self.pass_seconds(1)
        for side, status in dict(sides).items():
            self.page.locator(f"[name=status-{side}][value='{status}']").check()
        for field, text in dict(numbers).items():
            self.page.locator(f"#{field}").fill(text)
        if reason is not None:
            self.page.get_by_role("radio", name=self.words.list("page.reasons")[reason], exact=True).check()
        if pain is not None:
            self.page.locator(f"[name=pain][value='{pain}']").check()
        if note is not None:
            self.page.locator("#note").fill(note)
        self.tap("save")
        self.page.locator("#screens").wait_for()
        self.pass_seconds(1)  # no sooner: a second tap at once is ignored

    def open_day(self, day):
        """Open a day of the month that is shown."""
        self.tab("month")
        self.page.locator(".days button").filter(has_text=str(day)).filter(visible=True).nth(0).click()

    def export(self, folder):
        self.tab("send")
        with self.page.expect_download() as loading:
            self.tap("save_file")
        path = folder / f"{len(list(folder.iterdir()))}-{loading.value.suggested_filename}"
        loading.value.save_as(path)
        return path

    def take(self, path):
        """Open a diary file on the page, and return what it says of it."""
        self.tab("send")
        self.page.locator("#saying").evaluate("line => { line.textContent = '' }")
        self.page.locator("#file").set_input_files(path)
        self.page.wait_for_function("() => document.getElementById('saying').textContent")
        return self.page.locator("#saying .grow").text_content()

    def entries(self):
        """What the page holds, by the identity of each session without the part that tells the plan."""
        held = self.page.evaluate("entriesOf(book())")
        return {one["entry_id"].partition(".")[2]: one for one in held}

    def text(self):
        return self.page.locator("body").inner_text()


def instant(at):
    return datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(ZONE))


def written(folder, home, name="page.html", **more):
    path = folder / name
    path.write_bytes(diary_page(home, **more))
    return path


@contextmanager
def phone(browser, path, at="2026-03-02T07:00:00", *, code="en", **options):
    """A phone of its own, with nothing on it yet, that has read the box of the day."""
    asked = {"viewport": SIZE, "timezone_id": ZONE, "accept_downloads": True} | options
    context = browser.new_context(**asked)
    context.set_default_timeout(10_000)
    one = Phone(context, path, code).switch_on(at)
    one.page.evaluate("set('read', today()); redraw()")
    yield one
    assert one.errors == []
    assert one.asked == [one.path.as_uri()] * len(one.asked), "the page asks nobody"
    context.close()


def file_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def every_screen(one):
    """Go through all screens as a person may; yield what each is called."""
    one.page.reload()
    yield "today-read-first"
    one.read_box()
    yield "today"
    one.page.locator(".card.open > .big").click()
    yield "doing-waiting"
    one.tap("start_left")
    one.pass_seconds(2)
    yield "doing-get-ready"
    one.pass_seconds(9)
    yield "doing-hold"
    one.pass_seconds(62)
    yield "doing-side-over"
    one.tap("finish")
    one.pass_seconds(1)
    yield "check-counted"
    one.page.locator("[name=status-right][value=not_done]").check()
    one.page.locator("[name=reason]").first.check()
    one.page.locator("[name=pain][value='4']").check()
    one.page.locator("#sets-left").fill("many")
    yield "check-it-hurt"
    one.answer(numbers={"sets-left": "1"}, note="It pulled a lot.\n\nI stopped. " + "Verylongword" * 12)
    yield "today-saved"
    one.quick("knee_to_chest")
    one.begin("abdominal_stability")
    one.tap("to_count")
    one.pass_seconds(1)
    one.tap("start")
    one.count(1)
    yield "doing-count"
    one.tap("back")
    one.tab("month")
    yield "month"
    one.page.locator(".days [aria-current]").click()
    yield "day"
    one.page.locator(".entries button").first.click()
    one.pass_seconds(1)
    yield "correct"
    one.tap("cancel")
    one.tab("send")
    yield "send"
