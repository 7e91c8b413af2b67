"""What every change of a draft is: one step that a form describes, applied to the whole content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.policy.content import Content

LONGEST_TEXT = 4000


class Change(Protocol):
    """One step. `part` names what it touches, as messages and the journal do: `param clinical_months`."""

    @property
    def part(self) -> str: ...

    def apply(self, content: Content) -> None:
        """Change the whole content of a pack in place. Raises InputRefused; then it is discarded."""
        ...


@dataclass(frozen=True)
class Several:
    """Steps that are taken together or not at all; named after the last."""

    changes: Sequence[Change]

    @property
    def part(self) -> str:
        """The part that the last step touches."""
        return self.changes[-1].part

    def apply(self, content: Content) -> None:
        """Take the steps in order."""
        for change in self.changes:
            change.apply(content)


@dataclass(frozen=True)
class Pair:
    """One text in both languages."""

    zh: str
    en: str

    def content(self) -> Content:
        """The text as a pack has it. Raises InputRefused for characters that no text may hold."""
        return {"zh": readable(self.zh), "en": readable(self.en)}


def readable(text: str) -> str:
    """The text without blanks around it. Raises InputRefused where it cannot be stored or shown."""
    if len(text) > LONGEST_TEXT:
        raise InputRefused(
            _("The text is longer than %(most)s characters. Shorten it.") % {"most": LONGEST_TEXT}
        )
    if any(_is_unreadable(character) for character in text):
        raise InputRefused(
            _("The text holds a character that cannot be read. Type it instead of pasting it.")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _is_unreadable(character: str) -> bool:
    code = ord(character)
    control = (code < 0x20 and character not in "\t\r\n") or 0x7F <= code < 0xA0
    return control or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


def put(table: Content, key: str, value: Any) -> None:
    """Set a key of a table, or remove it where there is nothing to say."""
    if value is None or value == "" or value == []:
        table.pop(key, None)
    else:
        table[key] = value


def group(content: Content, *path: str) -> Content:
    """The table at the end of a path, made where it is missing. Raises InputRefused where it is none."""
    table = content
    for key in path:
        inner = table.setdefault(key, {})
        if not isinstance(inner, dict):
            raise InputRefused(
                _("“%(name)s” of this draft is not written as a table.") % {"name": key}
            )
        table = inner
    return table


def listed(table: Content, key: str) -> list[Content]:
    """The list of tables under a key, made where it is missing. Raises InputRefused where it is none."""
    found = table.setdefault(key, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InputRefused(_("“%(name)s” of this draft is not written as a list.") % {"name": key})
    return found


def listed_texts(table: Content, key: str) -> list[str]:
    """The texts of a list under a key; none where there is no such list."""
    found = table.get(key, [])
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def absent(name: str) -> InputRefused:
    """What is said where a change speaks of something that the draft no longer has."""
    return InputRefused(
        _("There is no “%(name)s” in this draft any more. Open the draft again.") % {"name": name}
    )


def taken(name: str) -> InputRefused:
    """What is said where something new has a name that is given away."""
    return InputRefused(_("The name “%(name)s” is taken. Choose another.") % {"name": name})
