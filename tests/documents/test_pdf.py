"""From data to PDF: tagged, with its fonts, without an author, and never more than text."""

import re
from datetime import date

import pytest
from logs.hostile_strings import HOSTILE
from papers import descriptions, headings, printed, properties, without_blanks

from toolkit.charts.base import Panel
from toolkit.charts.style import font_folder, printable
from toolkit.documents.blocks import bullets, callout, cards, chart, heading, rows, text
from toolkit.documents.pdf import pdf

ON = date(2026, 4, 1)
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>'
ACTIVE = (b"/URI", b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AcroForm", b"/Annots")
MARKUP = [
    '#panic("no")', '#read("/etc/passwd")', "$ frac(1, 2) $", "= not a heading", "*not bold*", "<label>", "@cited",
    "// no comment", "\\ u{41}", '#import "page.typ": *', "[not a block]", "- no list", "https://host.invalid/a",
]  # fmt: skip


def document(*blocks, **more):
    told = {"title": "A title", "banner": "A banner", "foot": "A foot", "blocks": list(blocks)} | more
    return pdf("report.typ", told, title="Of the properties", on=ON)


@pytest.fixture(scope="module")
def plain():
    panel = Panel("dot", DOT, "A dot in words.", "A dot", "One of one")
    return document(
        heading("A section"), text("Text"), chart(panel), bullets(["one"]), cards([("1 day", "a number")]),
        callout("Look", ["now"]), rows(("a", "b"), (1, 2), [("x", "y")]),
    )  # fmt: skip


def test_a_document_is_tagged_and_says_its_language_and_its_title(plain):
    (catalog,) = re.findall(rb"<</Type/Catalog.*?>>\s*endobj", plain, re.S)
    for wanted in (b"/Lang(en)", b"/StructTreeRoot", b"/Marked true", b"/DisplayDocTitle true"):
        assert wanted in catalog
    info, xml = properties(plain)
    assert "/Title(Of the properties)" in info and "<pdfuaid:part>1</pdfuaid:part>" in xml
    assert headings(plain) == ["A section", "A dot", "A title"] or set(headings(plain)) == {
        "A title",
        "A section",
        "A dot",
    }
    for tag in (b"/S/H1", b"/S/H2", b"/S/Table", b"/S/TH", b"/S/L", b"/S/Figure"):
        assert tag in plain, tag


def test_a_picture_has_its_words(plain):
    assert descriptions(plain) == ["A dot in words."]


def test_a_picture_without_words_makes_no_document():
    """A chart nobody could hear of is refused by the standard we ask for, not printed in silence."""
    from typst import TypstError

    mute = chart(Panel("dot", DOT, "x", "A dot", ""))
    del mute["words"]
    with pytest.raises(TypstError, match="words"):
        document(mute)


def test_every_font_is_inside_and_ours(plain):
    fonts = re.findall(rb"/Type/FontDescriptor(.*?)>>", plain, re.S)
    assert fonts and all(b"/FontFile" in one for one in fonts)
    assert {name.split(b"+")[1] for name in re.findall(rb"/FontName/([\w+-]+)", plain)} == {
        b"DejaVuSans",
        b"DejaVuSans-Bold",
    }
    assert (font_folder() / "DejaVuSans.ttf").is_file()


def test_a_document_has_no_author_and_no_clock(plain):
    info, xml = properties(plain)
    assert "Author" not in info and "creator>" not in xml.lower().replace("creatortool>", "")
    assert set(re.findall(r"D:(\d{8})", info)) == {"20260401"}


def test_nothing_in_a_document_acts(plain):
    hostile = document(bullets(HOSTILE), bullets(MARKUP), title=MARKUP[0], banner=MARKUP[2], foot=MARKUP[-1])
    for made in (plain, hostile):
        assert [name for name in ACTIVE if re.search(re.escape(name) + rb"\b", made)] == []


@pytest.mark.parametrize("put", [
    lambda words: heading(words), lambda words: text(words), lambda words: bullets([words]),
    lambda words: callout(words, [words]), lambda words: cards([(words, words)]),
    lambda words: rows((words, "b"), (1, 2), [(words, "y")]),
    lambda words: chart(Panel("dot", DOT, words, words, words)),
], ids=["heading", "text", "bullets", "callout", "cards", "rows", "chart"])  # fmt: skip
def test_markup_stays_text_in_every_block(put, tmp_path):
    found = printed(document(heading("A section"), *map(put, MARKUP)), tmp_path)
    assert [words for words in MARKUP if without_blanks(words) not in found] == []


@pytest.mark.parametrize("put", [
    lambda words: bullets(words), lambda words: callout("Look", words), lambda words: text(" ".join(words)),
    lambda words: rows(("a", "b"), (1, 5), [(" ".join(words), "y")]),
    lambda words: rows(("a", "b"), (1, 5), [(one, "y") for one in words], together=True),
], ids=["bullets", "callout", "text", "cell", "rows"])  # fmt: skip
def test_what_is_longer_than_a_page_goes_on_on_the_next(put, tmp_path):
    """A list that was kept together once ran off its page: the last safety signs of many were lost."""
    words = [f"sign-{number:04}" for number in range(400)]
    found = printed(document(heading("A section"), put(words)), tmp_path)
    assert [one for one in words if one not in found] == []


def test_hostile_strings_are_printed_as_they_stand(tmp_path):
    shown = [printable(words) for words in HOSTILE]
    left_to_right = [words for words in shown if not any("\u0590" <= one <= "\u08ff" for one in words)]
    found = printed(document(bullets(HOSTILE)), tmp_path)
    whole = [words for words in left_to_right if not words.endswith("-")]  # pdftotext takes that for a broken word
    assert len(whole) > 240
    assert [words for words in whole if without_blanks(words) not in found] == []


@pytest.mark.parametrize(("given", "shown"), [
    ("line\nbreak\tand tab", "line break and tab"), ("\u202egnp.exe", "[U+202E]gnp.exe"),
    ("\u200bzero", "[U+200B]zero"), ("\ud55c", "[U+D55C]"), ("nul\x00", "nul[U+0000]"), ("\ud800", "[U+D800]"),
    ("\u00e9 \u03a3 \u2265", "\u00e9 \u03a3 \u2265"),
])  # fmt: skip
def test_what_the_typeface_lacks_or_nobody_sees_is_told_by_its_code(given, shown):
    assert printable(given) == shown
    assert document(text(given))


def test_the_same_data_give_the_same_bytes_and_other_days_do_not():
    assert document(text("a")) == document(text("a"))
    other = pdf("report.typ", {"title": "t", "banner": "b", "foot": "f", "blocks": []}, title="x", on=date(2026, 4, 2))
    same = pdf("report.typ", {"title": "t", "banner": "b", "foot": "f", "blocks": []}, title="x", on=date(2026, 4, 1))
    assert other != same


def test_a_number_that_is_none_never_reaches_the_page_unsaid():
    with pytest.raises(ValueError, match="JSON"):
        document(cards([("1", "a")]), foot=float("nan"))
