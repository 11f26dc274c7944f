"""The one door through which text becomes markup."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence

import ipywidgets as widgets

from toolkit.look import look

STYLE = """
<style>
.backcare-form { max-width: 62rem; padding: 4px 2px; container-type: inline-size; }
.backcare-form .widget-box { overflow: visible; min-width: 0; }
.backcare-form .widget-label { white-space: normal; line-height: 1.35; height: auto; }
.backcare-form, .jp-OutputArea:has(.backcare-form), .jp-OutputArea-child:has(.backcare-form),
.jp-OutputArea-output:has(.backcare-form) { overflow: visible; min-width: 0; }  /* where it clips, no banner sticks */
.backcare-banner { position: sticky; top: 0; z-index: 2; padding: 8px 12px; border-radius: 4px;
  background: ACCENT; }
.widget-label.backcare-whose { color: PAPER; font-weight: 600; font-size: 15px; }
.widget-label.backcare-head { font-weight: 600; font-size: 15px; margin-top: 10px; }
.widget-label.backcare-quiet { color: var(--jp-ui-font-color2, QUIET); font-size: 12px; }
.widget-label.backcare-problem { color: var(--jp-error-color1, PROBLEM); font-size: 13px; margin-left: 8px; }
.backcare-beside > .widget-label.backcare-problem { flex: 1 1 11rem; width: auto; }  /* wraps beside its field */
.widget-label.backcare-sentence { font-weight: 600; margin: 2px 0 2px 8px; }
.widget-label.backcare-hint { color: var(--jp-ui-font-color1, INK); font-size: 13px; margin: 2px 0;
  border-left: 3px solid HINT; padding-left: 8px; }
.widget-label.backcare-act { background: PROBLEM; color: PAPER; font-weight: 600; padding: 6px 10px; border-radius: 4px;
  margin: 4px 0; }
.widget-label.backcare-paper { background: PAPER; color: INK; border: 1px solid GRID; padding: 8px 12px;
  font-size: 14px; margin: 3px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.backcare-notes > .widget-label { max-height: 9em; overflow-y: auto; }  /* a long note leaves the buttons in reach */
.backcare-step, .backcare-caution { border-left: 2px solid GRID; padding-left: 10px; margin: 4px 0 4px 8px; }
.widget-label.backcare-note { white-space: pre-wrap; font-family: monospace; background: PAPER; color: INK;
  border: 1px solid GRID; padding: 8px 12px; }
.widget-label.backcare-known { background: var(--jp-layout-color2, CARD);
  color: var(--jp-ui-font-color1, INK); font-size: 12px; padding: 3px 8px; margin: 0 0 2px 0; }
.backcare-form .backcare-banner.backcare-held { background: PROBLEM; }
.backcare-form .backcare-question { width: 46rem; max-width: 100%; height: auto; align-items: center; }
.backcare-form .backcare-question > label.widget-label { width: auto; min-width: 0; flex: 1 1 auto; text-align: left; }
.backcare-form .backcare-question > select { flex: 0 0 6rem; width: 6rem; align-self: center; }
.backcare-form .widget-button { margin: 6px 6px 2px 0; align-self: flex-start; padding: 4px 14px; height: auto;
  max-width: 100%; white-space: normal; line-height: 1.4; }
.backcare-form .widget-upload { width: auto; align-self: flex-start; }
.backcare-form select { min-height: 28px; }
@container (max-width: 35rem) {  /* no room for both: the name of a field above the field */
  .backcare-form .widget-inline-hbox:not(.backcare-question) { flex-flow: column; align-items: stretch;
    height: auto !important; }
  .backcare-form .widget-inline-hbox:not(.backcare-question) > .widget-label { width: auto !important;
    text-align: left; }
  .backcare-form .widget-inline-hbox:not(.backcare-question) > :not(.widget-label) { flex: none; width: 100%; }
}
.backcare-exercise { border-left: 3px solid ACCENT; padding: 2px 0 4px 10px; margin: 6px 0; }
.backcare-status { padding: 6px 2px; font-size: 14px; white-space: pre-line; }
.backcare-form .backcare-list > label.widget-label { align-self: flex-start; }
.backcare-form .backcare-list > select { font-size: 13px; line-height: 1.5; }
.backcare-table { border-collapse: collapse; margin: 6px 0; font-size: 13px; line-height: 1.35; }
.backcare-table th, .backcare-table td { text-align: left; vertical-align: top; padding: 4px 10px;
  border-bottom: 1px solid GRID; white-space: pre-wrap; overflow-wrap: break-word; }
.backcare-form .jupyter-widgets.widget-html { overflow-x: auto; }
.backcare-table td:nth-child(-n+2) { white-space: nowrap; }
.backcare-table td:last-child { max-width: 34em; overflow-wrap: anywhere; }
.backcare-table th { background: var(--jp-layout-color2, CARD); white-space: nowrap; }
.backcare-workbench .backcare-table :is(td, th):nth-child(n) { white-space: normal; }
.backcare-workbench .backcare-table td:first-child { min-width: 8em; }
.backcare-form a.backcare-download { display: inline-block; margin: 8px 0; padding: 5px 14px; border: 1px solid ACCENT;
  border-radius: 2px; color: var(--jp-content-link-color, ACCENT); text-decoration: underline; }
.backcare-question-of-file { border-left: 3px solid ACCENT; padding: 0 0 6px 10px; margin: 8px 0; overflow: visible; }
@container (min-width: 35.01rem) {  /* a row of the diary: its cells stand under one another, the heads above them */
  .backcare-typed { align-items: baseline; }
  .backcare-typed > .widget-label.backcare-exercise-name { width: 12.4rem; margin: 0; }
  .backcare-typed > .backcare-cell, .backcare-typed > .widget-label.backcare-cell-head { width: 3.4rem; margin: 1px; }
  .backcare-typed > .backcare-cell-wide, .backcare-typed > .widget-label.backcare-cell-head-wide { width: 11rem;
    margin: 1px; }
  .backcare-typed > .widget-label[class*="backcare-cell-head"] { font-weight: 600; font-size: 12px; }
  .backcare-typed .widget-text > .widget-label { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }  /* read out, not shown */
}
@container (max-width: 35rem) {  /* no room for a row: each cell has its name above it */
  .backcare-typed > .widget-label[class*="backcare-cell-head"] { display: none; }
  .backcare-typed > .widget-text { width: 100%; }
}
.backcare-picture { background: #ffffff; max-width: 100%; }
.backcare-telephone { width: 360px; max-width: 100%; height: 740px; border: 1px solid GRID; border-radius: 18px; }
.backcare-page { width: 100%; max-width: 40rem; border: 1px solid GRID; margin: 6px 0; }
</style>
"""


def esc(text: object) -> str:
    """Return text that can never become markup."""
    return html.escape(str(text), quote=True)


def style() -> widgets.HTML:
    """Return the form's style sheet, a constant."""
    ink = look()["ink"]
    text = STYLE
    for key in ("accent", "paper", "quiet", "problem", "grid", "hint", "card"):
        text = text.replace(key.upper(), ink[key])
    text = text.replace("INK", ink["text"])
    return widgets.HTML(text, layout=widgets.Layout(height="0", margin="0"))


def status(text: str) -> str:
    """Return a status line that a screen reader announces."""
    return f'<div role="status" class="backcare-status">{esc(text)}</div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as a table; every cell is text."""
    head = "".join(f'<th scope="col">{esc(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f'<table class="backcare-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


TYPES = {
    ".csv": "text/csv;charset=utf-8",
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".html": "text/html;charset=utf-8",
    ".ics": "text/calendar;charset=utf-8",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(name: str, data: bytes, words: str) -> str:
    """Return a link that saves a file of a known kind; nothing is fetched for it."""
    content = base64.b64encode(data).decode("ascii")
    href = f"data:{TYPES[name[name.rindex('.') :]]};base64,{content}"
    return f'<a class="backcare-download" download="{esc(name)}" href="{href}">{esc(words)}</a>'


def picture(svg: str, words: str) -> str:
    """Return an SVG as an image with its description: no script in it runs."""
    return _image("svg+xml", svg.encode("utf-8"), words, "picture")


def page(png: bytes, words: str) -> str:
    """Return a page as it will be printed, a PNG, with its description."""
    return _image("png", png, words, "page")


def telephone(page: str, words: str) -> str:
    """Return a page of our own as it stands on a telephone, shut off from the notebook around it."""
    shut_off = f'sandbox="allow-scripts" srcdoc="{esc(page)}"'
    return f'<iframe class="backcare-telephone" title="{esc(words)}" {shut_off}></iframe>'


def _image(kind: str, data: bytes, words: str, style: str) -> str:
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
    return f'<img class="backcare-{style}" alt="{esc(words)}" src="{source}">'


def shown(markup: str) -> widgets.HTML:
    """Return what this module has made as a widget."""
    return widgets.HTML(markup)
