"""Where a rule stands: sources, their clauses, and how well each statement is attested."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from preceptor.policy.text import Text, fill

# A statute read in full, B official page, S the source document itself, C press or journal, D copy by a
# third party, R to be confirmed by the institution.
Evidence = Literal["A", "B", "S", "C", "D", "R"]
EVIDENCE: tuple[Evidence, ...] = ("A", "B", "S", "C", "D", "R")

CITED = Text(zh="{source}{clause}", en="{source}, {clause}")


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """A clause of a source: what it is called, and its wording when the pack quotes it."""

    key: str
    title: Text
    wording: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A regulation, statute or report."""

    key: str
    title: Text
    short: Text
    issued_on: datetime.date | None
    url: str | None
    clauses: dict[str, Clause]


@dataclass(frozen=True, slots=True, eq=False)
class Citation:
    """A source and, in most cases, a clause of it."""

    source: Source
    clause: Clause | None

    def text(self, language: str) -> str:
        """The citation as a reader sees it: ``Report 2023, part 4(5)``."""
        short = self.source.short.within(language)
        if self.clause is None:
            return short
        return fill(CITED.within(language), source=short, clause=self.clause.title.within(language))
