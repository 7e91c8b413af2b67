"""The examples of a rule in a draft, and those that the product proposes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from preceptor.base.today import today
from preceptor.policy import BatchError, Pack, PackError
from preceptor.policy.mutants import mutants_of, surviving
from preceptor.policy.proposing import Proposal, proposals_against
from preceptor.standing.editing import Desk
from preceptor.standing.editing.changes.example import print_of
from preceptor.standing.editing.changes.rule import examples_of as written_examples
from preceptor.web.forms.draft_record import MOST_ROWS
from preceptor.web.shown.draft import mutant_text
from preceptor.web.shown.draft_words import within
from preceptor.web.shown.example import examples_of
from preceptor.web.shown.expression import Words

Shown = dict[str, Any]


def examples_shown(desk: Desk, pack: Pack, rule: str) -> Shown:
    """The examples with what removes them, the proposals, and the slips that stay unnoticed."""
    words = Words(pack, pack.rules[rule].subject, today())
    shown = examples_of(pack.rules[rule], words)
    written = written_examples(desk.content, rule)
    for line, table in zip(shown, written, strict=True):
        line["print"] = print_of(table)
    living = list(_living(pack, rule))
    return {
        "examples": shown,
        "proposals": [
            {"mark": mark, "verdict": one.verdict.value, "note": within(one.note)}
            for mark, one in proposed(pack, rule)
        ],
        "living": [{"sentence": mutant_text(one), "text": one.text} for one in living],
        "marks": list(pack.rules[rule].equivalent),
    }


def _living(pack: Pack, rule: str) -> list[Any]:
    """The slips that no example notices, but for those marked as meaning the same."""
    known = pack.rules[rule]
    marked = {" ".join(text.split()) for text in known.equivalent}
    try:
        found = surviving(pack, known.examples, mutants_of(pack, known))
    except BatchError:
        return []
    return [one for one in found if " ".join(one.text.split()) not in marked]


def proposed(pack: Pack, rule: str) -> list[tuple[str, Proposal]]:
    """What to add to the examples of the rule, each with a mark that recognises it.

    None where the usual record or an example does not fit the schema; the faults of the draft say so.
    """
    return _proposed(_Known(pack), rule)


class _Known:
    """A pack as the key of a cache: two of the same content are the same."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.pack.hash == self.pack.hash

    def __hash__(self) -> int:
        return hash(self.pack.hash)


@lru_cache(maxsize=32)
def _proposed(known: _Known, rule: str) -> list[tuple[str, Proposal]]:
    pack = known.pack
    try:
        found = proposals_against(pack, rule, _living(pack, rule))
    except (PackError, BatchError):
        return []
    return [(_mark(one), one) for one in found]


def _mark(one: Proposal) -> str:
    return hashlib.sha256(print_of(one.content).encode()).hexdigest()[:20]


def counts_in(pack: Pack, subject: str, data: Any, step: str) -> dict[str, int]:
    """How many places for rows each list of the form has; a button adds one."""
    counts = {}
    for rows in pack.schema.subjects[subject].lists:
        sent = data.get(f"count_{rows}", "")
        count = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else 2
        counts[rows] = min(count + (step == f"row:{rows}"), MOST_ROWS)
    return counts
