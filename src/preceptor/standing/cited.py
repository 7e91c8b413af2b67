"""What a pack cites, in the shape of the register of regulations."""

from __future__ import annotations

from preceptor.institutions.actions import CitedClause, CitedSource
from preceptor.policy import Pack


def cited_sources(pack: Pack) -> list[CitedSource]:
    """The sources of the pack with their clauses, in the order of the pack.

    A source without clauses is no document: it says who is to confirm a value.
    """
    return [
        CitedSource(
            key=source.key,
            title_zh=source.title.zh,
            title_en=source.title.en,
            issued_on=source.issued_on,
            clauses=tuple(
                CitedClause(clause.key, clause.title.zh, clause.title.en, clause.wording or "")
                for clause in source.clauses.values()
            ),
        )
        for source in pack.sources.values()
        if source.clauses
    ]
