"""Sources and their clauses: where the rules and values of a pack stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.policy.content import Content

from .change import Pair, absent, group, put, readable, taken

KEY = re.compile(r"[a-z][a-z0-9_]*")
SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class SourceChange:
    """A source: its title, the short form used in citations, its day and its address."""

    key: str
    title: Pair
    short: Pair | None
    issued_on: date | None
    url: str
    is_new: bool = False

    @property
    def part(self) -> str:
        """The source by its key."""
        return f"source {self.key}"

    def apply(self, content: Content) -> None:
        """Write the source; its clauses stay."""
        sources = group(content, "source")
        if self.is_new and self.key in sources:
            raise taken(self.key)
        if not self.is_new and self.key not in sources:
            raise absent(self.key)
        if not KEY.fullmatch(self.key):
            raise unnameable(self.key)
        table = group(sources, self.key)
        table["title"] = self.title.content()
        put(table, "short", self.short.content() if self.short else None)
        put(table, "issued_on", self.issued_on)
        put(table, "url", readable(self.url))


@dataclass(frozen=True)
class ClauseChange:
    """A clause of a source: what it is called, and its wording where it is quoted."""

    source: str
    title: Pair
    wording: str = ""
    key: str = ""

    @property
    def part(self) -> str:
        """The source that has the clause."""
        return f"source {self.source}"

    @property
    def name(self) -> str:
        """The key of the clause: its Chinese title without blanks, unless it has one already."""
        return self.key or SPACE.sub("", readable(self.title.zh))

    @property
    def cite(self) -> str:
        """How a rule or a value cites it."""
        return f"{self.source} {self.name}"

    def apply(self, content: Content) -> None:
        """Write the clause."""
        if self.source not in group(content, "source"):
            raise absent(self.source)
        clauses = group(content, "source", self.source, "clause")
        if not self.key and self.name in clauses:
            raise taken(self.name)
        table = group(clauses, self.name)
        table["title"] = self.title.content()
        put(table, "wording", readable(self.wording))


def unnameable(name: str) -> InputRefused:
    """What is said of a name that conditions could not use."""
    return InputRefused(
        _(
            "“%(name)s” cannot be a name: small letters, digits and underscores, beginning with "
            "a letter."
        )
        % {"name": name[:80]}
    )
