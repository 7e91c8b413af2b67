"""What is wrong with a case kind, where in its text, and how it is said."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused


@dataclass(frozen=True)
class Fault:
    """One fault: `place` is the path to it ("stages[2].then.passed"), `message` says what is wrong
    and what to do, `line` where it stands in the text; None where the text was not at hand."""

    place: str
    message: str | Promise
    line: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.place}: {self.message}" if self.place else str(self.message)
        named = {"line": self.line, "place": self.place, "message": self.message}
        return str(_("Line %(line)s, %(place)s: %(message)s") % named)


class KindFaulty(InputRefused):
    """A case kind cannot be used; `faults` are all that were found."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(str(fault) for fault in faults)
        super().__init__(
            _("The case kind “%(file)s” cannot be used:\n%(faults)s")
            % {"file": file, "faults": lines}
        )


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was probably meant; None when none is near."""
    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(sentence: str | Promise, name: str, known: Collection[str]) -> str | Promise:
    """The sentence, followed by the name that was probably meant, else by all that are known."""
    hint = nearest(name, known)
    if hint is not None:
        return _("%(sentence)s Did you mean “%(hint)s”?") % {"sentence": sentence, "hint": hint}
    allowed = ", ".join(sorted(known)) or "—"
    return _("%(sentence)s Known are: %(known)s.") % {"sentence": sentence, "known": allowed}


_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")


def lines_of(text: str) -> dict[str, int]:
    """The line on which each table and key of a TOML text begins, counted from 1, by its path."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _opened(header.group(2), header.group(1) == "[[", counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{table}.{key.group(1)}".lstrip("."), number)
    return found


def _opened(name: str, is_array: bool, counts: dict[str, int]) -> str:
    first, _dot, rest = name.partition(".")
    if is_array:
        counts[name] = counts.get(name, 0) + 1
        return f"{name}[{counts[name]}]"
    return f"{first}[{counts[first]}].{rest}" if rest and first in counts else name


def placed(faults: Sequence[Fault], text: str) -> list[Fault]:
    """The faults with their lines: of the place itself, else of what it lies in."""
    lines = lines_of(text)
    return [Fault(fault.place, fault.message, _line(fault.place, lines)) for fault in faults]


def _line(place: str, lines: dict[str, int]) -> int:
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return lines.get(place, 1)
