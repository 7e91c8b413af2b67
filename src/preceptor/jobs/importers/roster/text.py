"""Text as office workbooks hold it: full-width digits, stray spaces, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from .refusals import CellRefused, Kind, say

Value = str | float | bool | date | datetime | time | timedelta | None

_SHORT = 64
_BRIEF = 60
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_DASHES = re.compile(r"[-\u2010-\u2015\u2212/\\]+")
_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•‧∙・･"), "·")
_BESIDE_HAN = re.compile(r"(?<=[\u00b7\u2e80-\U0003ffff]) | (?=[\u00b7\u2e80-\U0003ffff])")


def shown(value: Value) -> str:
    """The value as a reader of the sheet sees it; a number with Excel's 15 digits."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return format(value, ".15g") if abs(value) < 1e15 else format(value, ".0f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def brief(value: Value) -> str:
    """The value as shown, cut after 60 characters: for messages, not for records."""
    text = shown(value)
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return "".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def plain(value: Value) -> str:
    """The value for comparison: half-width, without any space or invisible character."""
    text = shown(value)
    return _plain(text) if len(text) <= _SHORT else _plain.__wrapped__(text)


def is_blank(value: Value) -> bool:
    """Whether the cell records nothing: empty, spaces alone, or only dashes and slashes."""
    text = plain(value)
    return not text or _DASHES.fullmatch(text) is not None


def free_text(value: Value) -> str:
    """The text as written, with runs of spaces and line breaks made one space."""
    text = unicodedata.normalize("NFC", shown(value))
    return " ".join(_INVISIBLE.sub("", text).split())


def _limited(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellRefused(
            Kind.TEXT_TOO_LONG,
            say(
                _(
                    "The text has %(length)s characters, at most %(limit)s fit here: "
                    "“%(beginning)s…”. Shorten it."
                ),
                length=len(text),
                limit=limit,
                beginning=text[:20],
            ),
        )
    return text


def text_up_to(limit: int) -> Callable[[Value], str]:
    """A reader of free text of at most `limit` characters; longer text is refused, never cut."""
    return lambda value: _limited(free_text(value), limit)


def code_up_to(limit: int) -> Callable[[Value], str]:
    """A reader of a number or code kept as text, without spaces."""
    return lambda value: _limited(plain(value), limit)


def person_name(value: Value) -> str:
    """A person's name: no spaces inside a Chinese name, single ones inside a foreign one.

    Raises CellRefused if there is no letter in it, or more than 100 characters.
    """
    text = free_text(value).translate(_WIDTH).translate(_MIDDLE_DOTS)
    name = _BESIDE_HAN.sub("", " ".join(text.split()))
    if isinstance(value, bool | date) or not any(char.isalpha() for char in name):
        raise CellRefused(
            Kind.INVALID_NAME,
            say(
                _("“%(value)s” is not a person's name. Check that no column has slipped."),
                value=brief(value),
            ),
        )
    return _limited(name, 100)
