"""Appeals: which a kind allows, until when, and the port of the cases in which they are decided.

Whoever disagrees with the experts' academic opinion asks for an academic review; whoever disagrees
with a decision asks for a review of it (Degrees Law, articles 40 and 41). Both are judged by persons
who took no part before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.people.models import Account, Person

from .choices import BodyRole, CaseState, ItemState, Verb
from .deadlines import Due, Workdays, due_on
from .kinds.kind import Appeal
from .models import Case, CaseStep, Item, SittingSeat, VoteCast
from .queries import kind_of
from .registry import Subject, port_of

PORT = "cases.appeal"
#: Who votes at a sitting, and how many of them decide an appeal at least.
VOTING = (BodyRole.CHAIR, BodyRole.DEPUTY_CHAIR, BodyRole.MEMBER)
FEWEST = 3
#: Steps by which a person judged a case.
JUDGING = (Verb.AGREE, Verb.CLIMB, Verb.REFUSE, Verb.HEAR)


def appeal_of(case: Case, ground: str) -> Appeal | None:
    """The appeal on this ground that the decided case's kind allows; None where it allows none."""
    if case.state not in (CaseState.REFUSED, CaseState.GRANTED):
        return None
    for one in kind_of(case).appeals:
        if one.ground == ground and (one.of == "any" or case.state == CaseState.REFUSED):
            return one
    return None


def last_day(case: Case, allowed: Appeal, workdays: Workdays | None = None) -> Due:
    """The last day on which the decided case can be appealed; `workdays` are those of its institution,
    where they were read already."""
    if case.decided_at is None:
        raise ValueError(f"{case} is not decided.")
    decided_on = timezone.localdate(case.decided_at)
    return due_on(decided_on, allowed.within, workdays or Workdays(case.institution))


def appeal_permit(
    case: Case, ground: str, on: date | None = None, workdays: Workdays | None = None
) -> Permit:
    """Whether the case can be appealed on this ground on the day (today), by anybody; else why not:
    not allowed, too late with the last day, or made already in this round."""
    allowed = appeal_of(case, ground)
    if allowed is None:
        return refused(_("This decision cannot be appealed on this ground."))
    last = last_day(case, allowed, workdays)
    if (on or today()) > last.day:
        return refused(_("The time to appeal ended on %(day)s.") % {"day": last.day.isoformat()})
    if appeals_of_round(case, ground).exclude(state=CaseState.DRAFT).exists():
        return refused(_("This decision was appealed on this ground already, which happens once."))
    return GRANTED


def appeals_of_round(case: Case, ground: str) -> Any:
    """The appeals against the last decision of the case on the ground, without withdrawn ones: those
    handed in since, and the drafts, whenever they were begun."""
    since = Q(submitted_at=None) | Q(submitted_at__gte=case.decided_at)
    rows = Case.objects.filter(since, appeal_of=case, ground=ground)
    return rows.exclude(state=CaseState.WITHDRAWN)


def barred(case: Case) -> frozenset[int]:
    """The persons who judge no part of this appeal, because they judged what is appealed: members
    of its panels, who voted on them as substitutes, and who agreed or refused at its stages. Empty
    for a case that is no appeal."""
    found: set[int] = set()
    appealed = _appealed(case)
    while appealed is not None:
        found |= port_of(appealed).experts(appealed) | _judges(appealed) | _voters(appealed)
        appealed = _appealed(appealed)
    return frozenset(found)


def _appealed(case: Case) -> Case | None:
    if case.appeal_of_id is None:
        return None
    return Case.objects.select_related("kind").get(pk=case.appeal_of_id)


def _judges(case: Case) -> set[int]:
    """The persons of the accounts that gave an opinion in the case."""
    steps = CaseStep.objects.filter(case=case, verb__in=JUDGING).exclude(by_key="operator")
    keys = [key.rpartition(":")[2] for key in steps.values_list("by_key", flat=True)]
    accounts = Account.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    found = accounts.exclude(person=None).values_list("person_id", flat=True)
    return {key for key in found if key is not None}


def _voters(case: Case) -> set[int]:
    """Who voted on the case at a panel. A standing body reviews its own decision (article 41)."""
    votes = VoteCast.objects.filter(item__case=case, item__sitting__body=None)
    return set(votes.values_list("seat__person", flat=True))


def _present_voters(item: Item) -> set[int]:
    """Who was there with a vote and took part in the item."""
    seats = SittingSeat.objects.filter(sitting=item.sitting_id, is_present=True, role__in=VOTING)
    seats = seats.exclude(pk__in=item.recusals.values("seat"))
    return set(seats.values_list("person", flat=True))


def _new_persons(case: Case, persons: set[int]) -> Permit:
    """Whether none of the persons took part in what is appealed, nor is its subject."""
    old = persons & (barred(case) | {case.person_id})
    if not old:
        return GRANTED
    names = Person.objects.filter(pk__in=old).order_by("pk").values_list("name_zh", flat=True)
    return refused(
        _("%(names)s took part in what is appealed, or it is about them. Others decide the appeal.")
        % {"names": ", ".join(names)}
    )


class AppealPort:
    """Cases that ask for another case's result to be set aside."""

    name = PORT
    board = PORT
    has_own_kinds = True
    words: frozenset[str] = frozenset()

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """An appeal has no settings of its own."""
        if not settings:
            return []
        return [("复核类事项没有专门设置,请删去。", "An appeal has no settings; remove them.")]

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The appealed case; one query."""
        keys = {case.appeal_of_id for case in cases}
        appealed = Case.objects.in_bulk([key for key in keys if key is not None])
        return {
            case.pk: Subject("case", row.pk, row.title_zh, row.title_en)
            for case in cases
            if case.appeal_of_id is not None and (row := appealed[case.appeal_of_id])
        }

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The records of the appealed case."""
        appealed = _appealed(case)
        return {} if appealed is None else port_of(appealed).judged(appealed)

    def persons(self, case: Case, word: str) -> list[Person]:
        """Nobody: an appeal has no words of its own."""
        return []

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the appeal is still in time, and the first of its ground and round."""
        appealed = _appealed(case)
        if appealed is None:
            return refused(_("An appeal names the request whose decision it is against."))
        if case.submitted_at is not None:
            # It came in time, and comes again corrected.
            return GRANTED
        return appeal_permit(appealed, case.ground)

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether the appeal stands on the agenda of a sitting with new experts alone."""
        item = Item.objects.filter(case=case, state=ItemState.LISTED).first()
        if item is None:
            return refused(
                _("Call the new experts to a sitting and put this appeal on its agenda.")
            )
        seats = SittingSeat.objects.filter(sitting=item.sitting_id, released_at=None)
        persons = set(seats.filter(role__in=VOTING).values_list("person", flat=True))
        if len(persons) < FEWEST:
            return refused(
                _("At least %(count)s new experts decide an appeal.") % {"count": FEWEST}
            )
        return _new_persons(case, persons)

    def experts(self, case: Case) -> set[int]:
        """Who was present when the appeal itself was voted on."""
        seats = SittingSeat.objects.filter(sitting__items__case=case, is_present=True)
        return set(seats.values_list("person", flat=True))

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Granted, take the appealed case up again in the next round; else its result stays."""
        if item is not None and outcome != "withdrawn":
            permit = _new_persons(case, _present_voters(item))
            if not permit:
                raise RuleBroken(permit.reason)
        if outcome != "granted" or case.appeal_of_id is None:
            return
        # The engine moves cases through ports, so that the two need each other.
        from .actions.moving import reopen
        from .actions.stepping import Move, locked

        with deed(by) as act:
            appealed = locked(Case(pk=case.appeal_of_id))
            allowed = appeal_of(appealed, case.ground)
            if allowed is not None:
                move = Move(by=by, verb=Verb.REOPEN, reason="", item=item)
                reopen(act, appealed, allowed.reopens, move)
