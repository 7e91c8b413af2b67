"""One table of a kind's text, read value by value; what is wrong is noted and reading goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .faults import Fault, did_you_mean
from .kind import Words

T = TypeVar("T")


class Table:
    """A table at a place. Each reading method gives the value, or a harmless one after noting the
    fault, so that all faults are found in one reading."""

    def __init__(self, content: Mapping[str, Any], place: str, faults: list[Fault]) -> None:
        self.content, self.place, self.faults = content, place, faults
        self.read: set[str] = set()

    def at(self, key: str) -> str:
        """The place of the key."""
        return f"{self.place}.{key}".lstrip(".")

    def note(self, key: str, message: str | Promise) -> None:
        """Note a fault at the key."""
        self.faults.append(Fault(self.at(key) if key else self.place, message))

    def value(self, key: str, kind: type[T], default: T | None, named: str | Promise) -> T | None:
        """The value of a key when it is of that type; None means that it must be there."""
        self.read.add(key)
        if key not in self.content:
            if default is None:
                self.note(key, _("“%(key)s” is missing; enter %(kind)s.") % _of(key, named))
            return default
        found = self.content[key]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.note(key, _("“%(key)s” must be %(kind)s.") % _of(key, named))
            return default
        return found

    def text(self, key: str, default: str | None = None, most: int = 300) -> str:
        """A text; without a default it must be there and say something."""
        found = self.value(key, str, default, _("a text"))
        if found is None:
            return ""
        if default is None and not found.strip():
            self.note(key, _("“%(key)s” is empty; enter a text.") % {"key": key})
        if len(found) > most:
            self.note(
                key,
                _("“%(key)s” is too long: %(most)s characters at most.")
                % {"key": key, "most": most},
            )
        return found.strip()

    def integer(
        self, key: str, default: int | None = None, least: int = 0, most: int = 9999
    ) -> int:
        """A whole number within the bounds."""
        found = self.value(key, int, default, _("a whole number"))
        if found is None:
            return least
        if not least <= found <= most:
            self.note(
                key,
                _("“%(key)s” must lie between %(least)s and %(most)s.")
                % {"key": key, "least": least, "most": most},
            )
        return found

    def boolean(self, key: str, default: bool) -> bool:
        """true or false."""
        return bool(self.value(key, bool, default, _("true or false")))

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> Any:
        """One of the allowed words."""
        found = self.text(key, default)
        if key in self.content and isinstance(self.content[key], str) and found not in allowed:
            sentence = _("“%(word)s” is not a word for “%(key)s”.") % {"word": found, "key": key}
            self.note(key, did_you_mean(sentence, found, allowed))
        return found

    def words(self, key: str, default: Words | None = None, most: int = 120) -> Words:
        """A text in both languages; English may be longer, as it is."""
        if key not in self.content and default is not None:
            self.read.add(key)
            return default
        table = self.table(key)
        if table is None:
            return Words("", "")
        found = Words(table.text("zh", most=most), table.text("en", most=most + 80))
        table.close()
        return found

    def strings(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        fallback = None if default is None else list(default)
        found = self.value(key, list, cast("list[Any] | None", fallback), _("a list of texts"))
        if not all(isinstance(one, str) for one in found or ()):
            self.note(key, _("“%(key)s” must be %(kind)s.") % _of(key, _("a list of texts")))
            return ()
        return tuple(found or ())

    def table(self, key: str, *, optional: bool = False) -> Table | None:
        """The table under the key; None when it is not there or none."""
        self.read.add(key)
        if optional and key not in self.content:
            return None
        found = self.value(key, dict, None, _("a table"))
        return None if found is None else Table(found, self.at(key), self.faults)

    def tables(self, key: str, *, optional: bool = True) -> list[Table]:
        """The tables under the key, in order; their places are counted from 1."""
        found = self.value(key, list, [] if optional else None, _("a list of tables"))
        if not all(isinstance(one, dict) for one in found or ()):
            self.note(key, _("“%(key)s” must be %(kind)s.") % _of(key, _("a list of tables")))
            return []
        return [
            Table(one, f"{self.at(key)}[{number}]", self.faults)
            for number, one in enumerate(found or (), start=1)
        ]

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.content:
            if key not in self.read:
                sentence = _("“%(key)s” is not known here.") % {"key": key}
                self.note(key, did_you_mean(sentence, key, self.read))


def _of(key: str, named: str | Promise) -> dict[str, Any]:
    return {"key": key, "kind": named}
