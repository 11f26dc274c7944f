"""What people type, checked: every problem at once, in plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from toolkit.errors import Problem, ToolkitError

# pydantic's kinds of error, in words; {0} is what was found, the other names come from pydantic's context
PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field here; found {0}",
    "int_parsing": "must be a whole number; found {0}",
    "int_type": "must be a whole number; found {0}",
    "int_from_float": "must be a whole number; found {0}",
    "float_parsing": "must be a number; found {0}",
    "float_type": "must be a number; found {0}",
    "finite_number": "must be a number; found {0}",
    "bool_type": "must be true or false; found {0}",
    "string_type": "must be text; found {0}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "holds a character that is not accepted",
    "greater_than_equal": "must be {ge} or more; found {0}",
    "greater_than": "must be above {gt}; found {0}",
    "less_than_equal": "must be {le} or less; found {0}",
    "less_than": "must be below {lt}; found {0}",
    "literal_error": "must be {expected}; found {0}",
    "enum": "must be {expected}; found {0}",
    "date_from_datetime_parsing": "must be a date such as 2026-03-02; found {0}",
    "date_from_datetime_inexact": "must be a date such as 2026-03-02; found {0}",
    "date_parsing": "must be a date such as 2026-03-02; found {0}",
    "date_type": "must be a date such as 2026-03-02; found {0}",
    "time_parsing": "must be a time such as 03:00; found {0}",
    "time_type": "must be a time such as 03:00; found {0}",
    "tuple_type": "must be a list; found {0}",
    "too_short": "must hold at least {min_length}",
    "model_type": "must be a group of fields; found {0}",
    "dict_type": "must be a group of fields; found {0}",
}

UNSEEN = re.compile(  # characters that show nothing though no category says so, and blanks that no key makes
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]|(?! )\\s"
)
HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn")


def _calendar_day(value: object) -> object:
    """Accept a date or its text such as 2026-03-02; pydantic would also read 20260302 as seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"must be a date such as 2026-03-02; found {shown(value)}")


def known_zone(value: str) -> str:
    """Return the name of a time zone that the IANA list has; else raise a ValueError in words."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"must be a zone such as America/Denver; found {shown(value)}") from None
    return value


def holds_unseen(text: str) -> bool:
    """Tell whether a text holds a character that shows nothing, or a blank that no key makes."""
    return bool(UNSEEN.search(text)) or any(unicodedata.category(one) in HIDDEN for one in text)


def _pseudonym(value: str) -> str:
    """Return a pseudonym in one form of writing (NFC), as a log has it: no `@`, no blank at either end, all visible."""
    if "@" in value or not value.isprintable() or value != value.strip() or holds_unseen(value):
        raise ValueError("must be a pseudonym of visible characters without @; found something else")
    return unicodedata.normalize("NFC", value)


def _visible(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of visible characters; found something else")
    return value


PatientId = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_pseudonym)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_visible)]  # who did something
Zone = Annotated[str, AfterValidator(known_zone)]  # a name of the IANA list
Day = Annotated[date, BeforeValidator(_calendar_day)]
Whole = Annotated[int, Field(strict=True)]  # 3, not "3", 3.0 or true
Number = Annotated[float, Field(strict=True)]  # 3 or 2.5, not "2.5"


class Typed(BaseModel):
    """A frozen value that a person types; a wrong one raises `error` with all its problems."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    error: ClassVar[type[ToolkitError]] = ToolkitError
    title: ClassVar[str] = "This value"

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise self.error(f"{self.title} cannot be used.", problems_of(error)) from None

    # pydantic then builds nested values without this constructor, so that problems of all levels arrive together
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


def problems_of(error: ValidationError) -> tuple[Problem, ...]:
    """Return the problems that pydantic found, in plain words."""
    found = error.errors()
    inner = {item["loc"][:-1] for item in found} | {item["loc"][:-2] for item in found}
    # a list whose only item is wrong is not "too short" as well
    told = [item for item in found if not (item["type"] == "too_short" and item["loc"] in inner)]
    return tuple(Problem(_place(item["loc"]), _words(item)) for item in told)


def shown(value: object, *, limit: int = 40) -> str:
    """Return a value as it may stand in a message: printable, short, never more than `limit` characters."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        return f"a group of {len(value)}"
    if isinstance(value, float):
        return f"{value:g}"
    text = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}\N{HORIZONTAL ELLIPSIS}"


def _place(location: tuple[int | str, ...]) -> str:
    """Name a place as people count: `prescriptions 2: reps_max`."""
    parts: list[str] = []
    for step in location:
        if isinstance(step, int) and parts:
            parts[-1] = f"{parts[-1]} {step + 1}"
        else:
            parts.append(str(step))
    return ": ".join(parts)


def _words(item: Any) -> str:
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    context = {
        key: f"{value:g}" if isinstance(value, float) else value for key, value in (item.get("ctx") or {}).items()
    }
    template = PLAIN_WORDS.get(item["type"])
    return template.format(shown(item["input"]), **context) if template else str(item["msg"])
