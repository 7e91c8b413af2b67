"""Text as a document may hold it: no control characters, and nothing that the font cannot draw."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parents[1] / "fonts"

_SPACES = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# Controls, lone surrogates, byte order marks and non-characters are no text in XML; the marks
# that turn the direction of reading could make a number read otherwise than it is stored.
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufff9-\uffff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)


def printable(text: str) -> str:
    """The text without control characters; a line break or tab becomes one space."""
    return _REFUSED.sub("", _SPACES.sub(" ", text))


@lru_cache(maxsize=1)
def drawn_ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First and last code points of the runs that the vendored font draws."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    pairs = [line.split("-") for line in lines]
    firsts, lasts = zip(*((int(first, 16), int(last, 16)) for first, last in pairs), strict=True)
    return firsts, lasts


def is_drawn(character: str) -> bool:
    """Whether the vendored font has a glyph for this character."""
    firsts, lasts = drawn_ranges()
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


def _drawn(character: str) -> str:
    """The character, its plain form, or the sign 〓 of Chinese printers with its code point."""
    if unicodedata.category(character) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKC", character)
    if plain and all(map(is_drawn, plain)):
        return plain
    return f"〓(U+{ord(character):04X})"


def drawable(text: str) -> str:
    """Printable text in which each character has a glyph.

    A character that the font lacks is never left as an empty box and never dropped: it stands as
    〓 with its code point, so that a reader can tell which character of a name is meant.
    """
    clean = printable(text)
    if clean.isascii():
        return clean
    return "".join(c if is_drawn(c) else _drawn(c) for c in clean)
