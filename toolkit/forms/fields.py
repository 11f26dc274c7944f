"""The few widgets every form is made of; numbers are typed as text, because number fields change what was typed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from toolkit.errors import ToolkitError
from toolkit.forms import markup

STYLE = {"description_width": "310px"}
WIDTH = "540px"
TURN = threading.RLock()  # one change at a time, in all forms of a kernel


def _width(width: str = WIDTH) -> widgets.Layout:
    """Return a layout of its own: one that is shared would hide every field with the first that is hidden."""
    return widgets.Layout(width=width, max_width="100%")


def text(description: str) -> widgets.Text:
    """Return a line to type in; it tells of a change when it is left."""
    return widgets.Text(description=description, continuous_update=False, style=STYLE, layout=_width())


def beside_others(*fields: widgets.Widget) -> widgets.Box:
    """Return short fields in one row, each as wide as it needs, and in the next where there is no room."""
    for field in fields:
        field.style, field.layout = {"description_width": "auto"}, _width("268px")
    return row_of(*fields)


def lines(description: str) -> widgets.Textarea:
    """Return a field for several lines."""
    layout = widgets.Layout(width="620px", max_width="100%", height="64px")
    return widgets.Textarea(description=description, continuous_update=False, style=STYLE, layout=layout)


def choice(description: str, options: Sequence[Any], *, width: str = WIDTH) -> widgets.Dropdown:
    """Return a list to choose from; nothing is chosen beforehand where its first entry is blank."""
    return widgets.Dropdown(options=list(options), description=description, style=STYLE, layout=_width(width))


def day(description: str) -> widgets.DatePicker:
    """Return a field for a day; a blank is None, never today."""
    return widgets.DatePicker(description=description, style=STYLE, layout=_width())


def typed_or_chosen(description: str, options: Sequence[str]) -> widgets.Combobox:
    """Return a line to type in that offers what is known; anything else may be typed."""
    return widgets.Combobox(
        options=tuple(options), ensure_option=False, description=description, continuous_update=False, style=STYLE,
        layout=_width(),
    )  # fmt: skip


def tick(description: str, *, width: str = "250px") -> widgets.Checkbox:
    """Return a box to tick."""
    return widgets.Checkbox(value=False, description=description, indent=False, layout=widgets.Layout(width=width))


def question(description: str) -> widgets.Dropdown:
    """Return a question answered yes or no; a blank is no answer."""
    asked = widgets.Dropdown(options=[("", ""), ("yes", "yes"), ("no", "no")], description=description)
    asked.add_class("backcare-question")
    return asked


def button(description: str, act: Callable[[], None], *, primary: bool = False) -> widgets.Button:
    """Return a button with its words."""
    made = widgets.Button(
        description=description, button_style="primary" if primary else "", layout=widgets.Layout(width="auto")
    )
    made.on_click(in_turn(lambda _button: act()))
    return made


def in_turn(act: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return the act, done after whatever another thread of the kernel is doing to a form.

    JupyterLab hands the messages of widgets to a thread of their own once it has begun, and the first few to another:
    an answer given while the form was still being brought in line with the one before would be lost.
    """

    def wait_and_act(told: Any) -> None:
        with TURN:
            act(told)

    return wait_and_act


def on_change(widget: widgets.Widget, act: Callable[[Any], object]) -> None:
    """Do something when another value is chosen or typed, one change after another."""
    widget.observe(in_turn(act), names="value")


def words(text: str, kind: str) -> widgets.Label:
    """Return text as a label, which never becomes markup, in one of the form's kinds."""
    label = widgets.Label(text)
    label.add_class(f"backcare-{kind}")
    label.add_class("mathjax_ignore")  # else JupyterLab sets what stands between two dollar signs as a formula
    return label


def row_of(*parts: widgets.Widget) -> widgets.Box:
    """Return widgets in one row, and in the next where there is no room."""
    return widgets.Box(list(parts), layout=widgets.Layout(flex_flow="row wrap"))


def beside(widget: widgets.Widget, label: widgets.Label) -> widgets.Box:
    """Return a field with what is wrong with it beside it, or below where there is no room."""
    both = widgets.Box([widget, label], layout=widgets.Layout(flex_flow="row wrap", align_items="center"))
    both.add_class("backcare-beside")
    return both


def seen(widget: widgets.Widget, is_seen: bool) -> None:
    """Show a widget or take it out of sight and out of the tab order."""
    widget.layout.display = "" if is_seen else "none"


def told_of(act: Callable[[], str | None]) -> str:
    """Do something and return what to say of it: what the clinic refuses, and what would else vanish in a callback."""
    try:
        return act() or ""
    except ToolkitError as error:
        return str(error)
    except Exception as error:  # in a callback it would vanish, and the button would do nothing
        kind = type(error).__name__
        return f"The program failed here ({kind}). What you typed is still here; please report this sentence."


class Shown:
    """Something with a `view` that a notebook shows; its text never changes, so that a stored output stays equal."""

    view: Any
    status: Any
    tells: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}: run this cell to {self.tells}"

    def _try(self, act: Callable[[], str | None]) -> None:
        """Do something and say in the status line what came of it."""
        told = told_of(act)
        self.status.value = markup.status(told) if told else ""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return {**self.view._repr_mimebundle_(**options), "text/plain": repr(self)}


class Lines(widgets.VBox):
    """Several lines of text, each a label of one kind, shown only while there are any."""

    def __init__(self, kind: str) -> None:
        super().__init__([])
        self._kind, self.texts = kind, [""]
        self.say(())

    def say(self, texts: Sequence[str]) -> None:
        """Show these lines instead."""
        if self.texts != list(texts):
            self.texts = list(texts)
            self.children = tuple(words(one, self._kind) for one in texts)
        seen(self, bool(texts))
