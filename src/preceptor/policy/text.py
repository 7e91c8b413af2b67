"""Bilingual texts and the one replacement that they know: ``{name}`` and ``{name.rows}``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from preceptor.policy.errors import PackError

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)(\.rows)?\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The text in a language: Chinese for ``zh`` and ``zh-hans``, English for any other."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a message: a name, or the rows behind a name."""

    name: str
    rows: bool


Piece = str | Place


@dataclass(frozen=True, slots=True)
class Message:
    """A text with places, taken apart once when the pack is loaded."""

    text: Text
    zh: tuple[Piece, ...]
    en: tuple[Piece, ...]

    def places(self) -> tuple[Place, ...]:
        """The places of the message (the same set stands in both languages)."""
        return tuple(piece for piece in self.en if isinstance(piece, Place))

    def fill(self, language: str, value: Callable[[Place], str]) -> str:
        """The message in a language; every place becomes the text that ``value`` gives for it."""
        pieces = self.zh if language.startswith("zh") else self.en
        return "".join(piece if isinstance(piece, str) else value(piece) for piece in pieces)


def parse_message(text: Text) -> Message:
    """Take a message apart. Raises PackError for a stray brace, or places that differ by language."""
    zh, en = _pieces(text.zh), _pieces(text.en)
    differing = _places(zh) ^ _places(en)
    if differing:
        name = sorted(differing)[0]
        raise PackError("place_in_one_language", name=f"{{{name}}}")
    return Message(text, zh, en)


def _pieces(text: str) -> tuple[Piece, ...]:
    if "{" not in text and "}" not in text:
        return (text,) if text else ()
    pieces: list[Piece] = []
    start = 0
    for match in PLACEHOLDER.finditer(text):
        pieces += [text[start : match.start()], Place(match[1], match[2] is not None)]
        start = match.end()
    pieces.append(text[start:])
    for piece in pieces:
        if isinstance(piece, str) and ("{" in piece or "}" in piece):
            raise PackError("stray_brace", text=text)
    return tuple(piece for piece in pieces if piece != "")


def _places(pieces: tuple[Piece, ...]) -> set[str]:
    return {
        piece.name + (".rows" if piece.rows else "") for piece in pieces if isinstance(piece, Place)
    }


def fill(template: str, **values: str) -> str:
    """Our own phrases with their places replaced; a value is never read as a template."""
    pieces = _phrase(template)
    return "".join([p if isinstance(p, str) else values[p.name] for p in pieces])


# A page says the same few phrases hundreds of times.
@lru_cache(maxsize=1024)
def _phrase(template: str) -> tuple[Piece, ...]:
    return _pieces(template)
