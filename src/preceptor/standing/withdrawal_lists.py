"""One postdoc under every list of grounds for a withdrawal: the one in force, and those of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import override

from preceptor.fellows.models import Postdoc
from preceptor.policy import Batch, Explanation, Pack, Verdict

from .packs import Relations, family, forces_on
from .postdocs import postdoc_records
from .schema import SCHEMA
from .telling import WITHDRAWAL
from .verdicts import Judged, explained, judge

SUBJECT = "postdoc"
#: The list of the state, over which each institution lays its own.
BASE = "cn/postdoctoral-withdrawal"


@dataclass(frozen=True)
class WithdrawalList:
    """What one list says of a postdoc: each ground that it names, explained, by the rule's id in the
    order of the list. Only a list in force decides."""

    pack: Pack
    is_in_force: bool
    grounds: Mapping[str, Explanation]

    @property
    def there(self) -> list[Explanation]:
        """The grounds that are there on the day."""
        return [one for one in self.grounds.values() if one.verdict is Verdict.FAIL]


def lists_about(
    postdoc: Postdoc, on: date, language: str, relations: Relations | None = None
) -> list[WithdrawalList]:
    """What each list says of the postdoc on the day: first those in force for the unit, with the values
    that hold there, then the others that are shipped, the list of the state before its overlays.

    The postdoc comes with what `population.with_relations` reads and is loaded once for all lists: two
    queries, and one more where a unit has packs of its own and the `relations` of the day are not given.
    Raises PackError when a pack in force cannot be read.
    """
    in_force = _in_force(postdoc, on, relations)
    held = {pack.id for pack in in_force}
    others = [pack for pack in family(BASE) if pack.id not in held]
    # Names within the records are read in the language too.
    with override("zh-hans" if language.startswith("zh") else language):
        records = postdoc_records([postdoc], on)
        batch = Batch.from_records(SCHEMA, SUBJECT, records, on=on)
        judged = [
            judge(pack, SUBJECT, [postdoc], on, records, batch) for pack in (*in_force, *others)
        ]
        return [
            WithdrawalList(one.pack, one.pack.id in held, _grounds(one, language)) for one in judged
        ]


def grounds_named(lists: Iterable[WithdrawalList]) -> list[str]:
    """The ids of all grounds that any of the lists names, in the order in which they are named."""
    return list(dict.fromkeys(rule for known in lists for rule in known.grounds))


def is_answered_alike(rule: str, lists: Sequence[WithdrawalList]) -> bool:
    """Whether a ground makes no difference between the lists. Where a list does not name it, or it does
    not concern the postdoc, it is no ground under that list, as where it does not hold."""
    return len({_answer(known.grounds.get(rule)) for known in lists}) == 1


def _answer(known: Explanation | None) -> Verdict:
    if known is None or known.verdict is Verdict.NOT_APPLICABLE:
        return Verdict.PASS
    return known.verdict


def _in_force(postdoc: Postdoc, on: date, relations: Relations | None) -> list[Pack]:
    forces = forces_on([postdoc.institution_id], on, relations)
    packs = forces[postdoc.institution_id].of(postdoc.unit_id)
    return [pack for pack in packs if _names_grounds(pack)]


def _names_grounds(pack: Pack) -> bool:
    return any(rule.id.startswith(WITHDRAWAL) for rule in pack.rules_of(SUBJECT))


def _grounds(judged: Judged, language: str) -> dict[str, Explanation]:
    """What the list says of its one postdoc, in the order in which it names its grounds."""
    found = {known.rule: known for known in explained(judged, 0, language, None)}
    named = [rule.id for rule in judged.pack.rules_of(SUBJECT) if rule.id.startswith(WITHDRAWAL)]
    return {rule: found[rule] for rule in named}
