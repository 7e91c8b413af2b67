"""The words of an expression."""

from __future__ import annotations

import re
from typing import NamedTuple

from preceptor.policy.errors import PackError

LONGEST = 2000

# A word and the space behind it.
TOKEN = re.compile(
    r"(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?![A-Za-z0-9_.])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<string>'[^'\"\\\r\n]*'|\"[^'\"\\\r\n]*\")"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[<>!+\-*()\[\],]))"
    r"[ \t\r\n]*"
)
SPACE = re.compile(r"[ \t\r\n]*")

# What people type instead, and what the language has for it.
INSTEAD = {
    "=": "==", "&": "&&", "|": "||", "＝": "==", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "≠": "!=",
    "（": "(", "）": ")", "，": ",", "！": "!", "‘": "'", "’": "'", "“": "'", "”": "'", "【": "[",
    "】": "]", "×": "*", "＋": "+", "－": "-", "−": "-", "＆": "&&", "、": ",",
}  # fmt: skip


class Token(NamedTuple):
    """A word: its kind (number, name, string, operator, end), its text and where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the word ends."""
        return self.start + len(self.text)


def tokens_of(source: str) -> list[Token]:
    """The words of an expression, with an ``end`` at the end. Raises PackError."""
    if len(source) > LONGEST:
        raise PackError("too_long", length=len(source), most=LONGEST).pointed(source[:60], 0, 60)
    tokens: list[Token] = []
    start = SPACE.match(source)
    place = start.end() if start else 0
    while place < len(source):
        match = TOKEN.match(source, place)
        if match is None or match.lastgroup is None:
            raise _unreadable(source, place)
        tokens.append(Token(match.lastgroup, match[match.lastgroup], place))
        place = match.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _unreadable(source: str, place: int) -> PackError:
    character = source[place]
    if character in "'\"":
        return PackError("bad_string").pointed(source, place)
    if character.isascii() and character.isdigit():
        word = re.match(r"[A-Za-z0-9_.]+", source[place:])
        end = place + (word.end() if word else 1)
        return PackError("bad_number", text=source[place:end]).pointed(source, place, end)
    hint = INSTEAD.get(character, "")
    return PackError("bad_character", text=character, hint=hint).pointed(source, place)
