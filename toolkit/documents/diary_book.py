"""The diary as a workbook: a regimen's days to fill in on a computer or telephone, and to be read back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

from toolkit.documents.diary_sheet import day_name, week_name, week_notes
from toolkit.documents.take_home import TakeHome, plan_line, safety_box, stamps
from toolkit.languages.words import Language
from toolkit.logs.formats.diary_book import ANSWERS, GREY, SHOWN, heads
from toolkit.look import look
from toolkit.plan.diary import diary_rows, weeks_of
from toolkit.plan.schedule import session_id
from toolkit.schema import LOG

OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
WIDTHS = {"day": 26, "exercise": 30, "session": 9, "leg": 11, "status": 18, "sets": 8, "reps": 10, "hold_s": 12,
          "pain": 9, "time": 9, "note": 42}  # fmt: skip
GREY_WIDTHS = {"entry_id": 46, "patient_id": 14, "exercise": 20, "side": 8, "performed_at": 12}
TEXT = 49  # the number of the format "text" among those every program knows
TYPED_AS_TEXT = ("time", "note")  # so that no program turns what is typed into a date, a number or a formula
PAIN = range(11)
HEAD = 1  # the line with the heads, counted from 0
READ_WIDTH, HEAD_HEIGHT = 74, 48


def diary_book(home: TakeHome) -> bytes:
    """Return the diary of a regimen as a workbook (XLSX), the same bytes for the same input.

    Its first sheet is the safety-net box and how to fill it in; the second has a row for each session, exercise and
    side, with nothing answered beforehand. `read_log` reads it back, also when it was saved as CSV.
    """
    import xlsxwriter

    made = BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        written = datetime.combine(home.written_on, time())
        book.set_properties({"title": home.words.say("diary.title"), "created": written})
        _read_first(book, home)
        _diary(book, home)
    return made.getvalue()


def _read_first(book: Any, home: TakeHome) -> None:
    sheet = book.add_worksheet(home.words.say("book.read_first"))
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    plain = {"text_wrap": True, "valign": "top", "font_size": look()["text"]["patient_pt"]}
    kinds = {
        "text": book.add_format(plain),
        "strong": book.add_format(plain | {"bold": True}),
        "title": book.add_format(plain | {"bold": True, "font_size": look()["text"]["dose_pt"]}),
        "alarm": book.add_format(plain | {"bold": True, "font_color": look()["ink"]["problem"]}),
    }
    sheet.set_column(0, 0, READ_WIDTH)
    for place, (kind, text) in enumerate(_first_lines(home)):
        sheet.write_string(place, 0, text, kinds[kind])


def _first_lines(home: TakeHome) -> Iterator[tuple[str, str]]:
    """Yield what is to be read first, each line with its kind."""
    words, box = home.words, safety_box(home.profile, home.words)
    yield from (("alarm", stamp) for stamp in stamps(home.profile, words))
    yield "title", words.say("diary.title")
    yield "text", words.say("handout.number", patient=home.regimen.patient_id)
    yield from (("alarm", box["title_now"]), ("strong", box["now"]), *_bullets(box["signs_now"]))
    yield from (("alarm", box["title_today"]), ("strong", box["today"]), *_bullets(box["signs_today"]))
    yield from (("strong", box["call"]), ("text", box["no_answer"]), ("strong", box["not_watched"]))
    yield "title", words.say("sheet.how_title")
    answers = {name: words.say(f"diary.{name}") for name in ("done", "not_done")}
    yield from _bullets(words.list("book.how", diary=words.say("book.diary"), **answers))
    yield from _bullets([words.say("diary.pain")])
    for week in weeks_of(home.regimen, home.weeks_from):
        if notes := week_notes(home.regimen, week, words):
            yield from (("strong", week_name(week, words)), *_bullets(notes))
    yield "text", plan_line(home)


def _bullets(lines: Any) -> list[tuple[str, str]]:
    return [("text", f"\u2022 {line}") for line in lines]


def _diary(book: Any, home: TakeHome) -> None:
    words = home.words
    sheet = book.add_worksheet(words.say("book.diary"))
    stamped = stamps(home.profile, words)
    ink = look()["ink"]
    above = {"bold": True, "font_color": ink["problem"] if stamped else ink["text"]}
    sheet.write_string(0, 0, "   ".join([*stamped, plan_line(home)]), book.add_format(above))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2})
    cells = {
        "seen": book.add_format({"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": ink["grid"]}),
        "typed": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": TEXT}),
        "number": book.add_format({"valign": "top", "border": 1}),
        "grey": book.add_format(
            {"valign": "top", "font_color": ink["quiet"], "bg_color": ink["grid"], "num_format": TEXT}
        ),
    }
    for column, (name, title) in enumerate([*heads(words).items(), *GREY.items()]):
        is_grey = column >= len(SHOWN + ANSWERS)
        sheet.write_string(HEAD, column, title, cells["grey"] if is_grey else head)
        sheet.set_column(column, column, (GREY_WIDTHS if is_grey else WIDTHS)[name])
    lines = [
        line for week in weeks_of(home.regimen, home.weeks_from) for day in week.days for line in _lines(home, day)
    ]
    for place, (seen, grey) in enumerate(lines, HEAD + 1):
        _write(sheet, place, seen, grey, cells)
    _check(sheet, HEAD + len(lines), words)
    _set_up(sheet, HEAD + len(lines), words)


def _lines(home: TakeHome, day: date) -> Iterator[tuple[list[str], list[str]]]:
    """Yield what is seen of each line of a day, and its grey cells."""
    words, regimen = home.words, home.regimen
    for row in diary_rows(regimen, day):
        number = words.say("book.session_of", n=row.number, all=row.count) if row.count > 1 else ""
        for one in row.sessions:
            leg = words.say(f"exercise.side_{one.side}") if one.side != "none" else ""
            yield (
                [day_name(day, words), words.say(f"{row.exercise}.name"), number, leg],
                [session_id(regimen.regimen_id, one), regimen.patient_id, row.exercise, one.side, day.isoformat()],
            )


def _write(sheet: Any, place: int, seen: list[str], grey: list[str], cells: dict[str, Any]) -> None:
    """Write one line: every text as text, every answer blank."""
    for column, text in enumerate(seen):
        write = sheet.write_string if text else sheet.write_blank
        write(place, column, text, cells["seen"])
    for column, name in enumerate(ANSWERS, len(SHOWN)):
        sheet.write_blank(place, column, None, cells["typed" if name in TYPED_AS_TEXT else "number"])
    for column, text in enumerate(grey, len(SHOWN + ANSWERS)):
        sheet.write_string(place, column, text, cells["grey"])


def _check(sheet: Any, last: int, words: Language) -> None:
    """Offer the answers in lists, and refuse numbers that no log takes."""
    offered = {
        "status": [words.say("diary.done"), words.say("diary.not_done")],
        "pain": list(PAIN),
    }
    for name, answers in offered.items():
        told = (
            {"input_title": words.say("book.pain"), "input_message": words.say("diary.pain")} if name == "pain" else {}
        )
        asked = {"validate": "list", "source": answers, "error_message": words.say("book.choose")}
        _validate(sheet, name, last, asked | told)
    for name in ("sets", "reps", "hold_s"):
        (column,) = (one for one in LOG.columns if one.name == name)
        assert column.low is not None and column.high is not None, "the schema bounds every number of a log"
        low, high = int(column.low), int(column.high)
        asked = {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
        _validate(sheet, name, last, asked | {"error_message": words.say("book.whole", low=low, high=high)})


def _validate(sheet: Any, name: str, last: int, asked: dict[str, Any]) -> None:
    column = (SHOWN + ANSWERS).index(name)
    done = sheet.data_validation(HEAD + 1, column, last, column, asked)
    assert done == 0, "the words of a list and of its messages fit into a workbook"


def _set_up(sheet: Any, last: int, words: Language) -> None:
    """Keep the heads in sight and whole rows together; print what a patient fills in."""
    seen = len(SHOWN + ANSWERS)
    sheet.set_row(HEAD, HEAD_HEIGHT)
    sheet.freeze_panes(HEAD + 1, 0)
    sheet.autofilter(HEAD, 0, last, seen + len(GREY) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, HEAD)
    sheet.print_area(0, 0, last, seen - 1)
    sheet.set_footer("&R" + words.say("handout.page", n="&P", all="&N"))
