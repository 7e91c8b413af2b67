"""The charter of a laboratory: limits are set, requests under it are made and decided, and each
decision is written into the ledger while the laboratory is locked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Mandate
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.cases.actions import open_case
from preceptor.cases.models import Case

from ..access.laboratory import may_ask_lab, may_ask_limit, may_set_limit
from ..charter import CENT, NOTHING, Authority, authority_in, head_decides, limits_on
from ..choices import LimitKind, LimitPeriod
from ..models import CharterCase, LabCase, Laboratory, Limit, LimitUse
from .laboratory import locked_laboratory
from .requests import (
    GRANTED,
    SET_ASIDE,
    demand_procedure,
    reason_of,
    refuse_second,
)

#: The kinds of case by name.
REQUEST, CHANGE = "lab_request", "charter_change"
#: These kinds count persons, of whom there are no parts.
WHOLE = frozenset({LimitKind.HIRE, LimitKind.ENROL})
#: What fits into the columns, and is more than any laboratory has.
LARGEST = Decimal(10) ** 12
PAPER_LENGTH = 200
A_DAY = timedelta(days=1)


def set_limit(
    *,
    laboratory: Laboratory,
    kind: LimitKind,
    most: Decimal,
    period: LimitPeriod,
    valid_from: date,
    paper: str,
    by: Actor,
    valid_to: date | None = None,
    case: Case | None = None,
) -> Limit:
    """Set what the head may decide alone in one kind from a day on: up to `most` persons or CNY.

    A limit in force ends on the day before; one that begins on the same day is replaced, and one
    that would begin within the new one's days is taken back. The same limit again changes nothing.
    What was decided stays in the ledger. Raises NotPermitted, naming who may and the clause that says
    so, for everybody but the director of the programme, the office and the leaders, and for
    everybody's own laboratory;
    RuleBroken without a paper, for days the wrong way round, or a closed laboratory; InputRefused
    for a negative limit or parts of a person.
    """
    _demand_above(by, laboratory, kind)
    most = _demand_most(kind, most)
    _refuse_paper(paper)
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken(_("The last day lies before the first."))
    with deed(by) as act:
        held = _open_laboratory(laboratory)
        rows = Limit.objects.known().filter(laboratory=held, kind=kind)
        columns = {"most": most, "period": period, "valid_from": valid_from, "valid_to": valid_to}
        same = rows.filter(**columns).first()
        if same is not None:
            return same
        before = _make_room(held, kind, valid_from, valid_to)
        made = Limit.objects.create(
            laboratory=held, kind=kind, paper=paper.strip(), case=case, **columns
        )
        after = {"limit": made.pk, "kind": kind, "paper": made.paper, **columns}
        act.write("charter.set", "laboratory", held.pk, before=before, after=after)
    return made


def _demand_above(by: Actor, laboratory: Laboratory, kind: LimitKind) -> None:
    """Raise NotPermitted, with the clause by which the present limit was set or, where there is none,
    the paper by which the programme has authority."""
    permit = may_set_limit(by, laboratory)
    if permit:
        return
    limit = limits_on(laboratory, today()).get(kind)
    delegation = laboratory.programme.delegation
    paper = limit.paper if limit is not None else delegation.title_zh if delegation else ""
    if not paper:
        permit.demand()
    raise NotPermitted(
        _("%(who)s The authority rests on: %(paper)s.") % {"who": permit.reason, "paper": paper}
    )


def _open_laboratory(laboratory: Laboratory) -> Laboratory:
    held = locked_laboratory(laboratory)
    if held.closed_on is not None:
        raise RuleBroken(_("The laboratory is closed; nothing is decided in it any more."))
    return held


def _demand_most(kind: str, most: Decimal) -> Decimal:
    if not most.is_finite() or most < 0 or most > LARGEST or most != most.quantize(CENT):
        raise InputRefused(_("A limit is a number from 0, with two decimals at most."))
    _refuse_parts(kind, most)
    return most.quantize(CENT)


def _refuse_parts(kind: str, amount: Decimal) -> None:
    if kind in WHOLE and amount != amount.to_integral_value():
        raise InputRefused(_("Persons are counted whole."))


def _refuse_paper(paper: str) -> None:
    if not paper.strip():
        raise RuleBroken(_("Name the paper by which the authority is given."))
    if len(paper.strip()) > PAPER_LENGTH:
        raise RuleBroken(
            _("The name of the paper is too long: %(most)s characters at most.")
            % {"most": PAPER_LENGTH}
        )


def _make_room(
    held: Laboratory, kind: str, first: date, last: date | None
) -> dict[str, object] | None:
    """End, or take back, what would overlap; gives the limit that stood on the first day."""
    rows = Limit.objects.known().filter(laboratory=held, kind=kind)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    rows = rows if last is None else rows.filter(valid_from__lte=last)
    before = None
    for row in rows.order_by("valid_from", "pk"):
        if row.valid_from <= first:
            before = {"limit": row.pk, "most": row.most, "period": row.period}
        if row.valid_from < first:
            supersede(row, valid_to=first - A_DAY)
        else:
            retract(row)
    return before


def ask_limit(
    *, laboratory: Laboratory, kind: LimitKind, most: Decimal, period: LimitPeriod,
    valid_from: date, by: Actor, reason: str, valid_to: date | None = None,
) -> Case:  # fmt: skip
    """Prepare the request that a limit of the charter be set or changed; granted, it is set.

    Who may: the head, and who may set it. Raises PermissionDenied; RuleBroken without a reason, for
    days the wrong way round, or while one of the kind is running; InputRefused as `set_limit`.
    """
    may_ask_limit(by, laboratory).demand()
    most = _demand_most(kind, most)
    if not reason.strip():
        raise RuleBroken(_("Say why the charter is to be changed."))
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken(_("The last day lies before the first."))
    with deed(by) as act:
        held = _open_laboratory(laboratory)
        demand_procedure(held.institution, CHANGE)
        refuse_second(Case.objects.filter(charter_case__laboratory=held, charter_case__kind=kind))
        label = LimitKind(kind).label
        case = open_case(
            institution=held.institution, unit=held.unit, kind=CHANGE, person=held.head,
            title_zh=_in("zh-hans", label, held), title_en=_in("en", label, held), reason=reason,
            by=by,
        )  # fmt: skip
        row = CharterCase.objects.create(
            case=case, laboratory=held, kind=kind, most=most, period=period,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
        after = {"laboratory": held.pk, "kind": kind, "most": row.most, "from": valid_from}
        act.write("case.charter", "case", case.pk, after=after)
    return case


def _in(language: str, label: object, held: Laboratory) -> str:
    from django.utils.translation import gettext, override

    with override(language):
        name = held.unit.name_en if language == "en" and held.unit.name_en else held.unit.name_zh
        return gettext("%(laboratory)s: limit to %(kind)s") % {
            "laboratory": name, "kind": str(label)
        }  # fmt: skip


def end_limit_request(*, row: CharterCase, outcome: str, by: Mandate) -> None:
    """Set the limit that was asked for; nothing changes unless it was granted."""
    if outcome != GRANTED:
        return
    set_limit(
        laboratory=row.laboratory, kind=LimitKind(row.kind), most=row.most,
        period=LimitPeriod(row.period), valid_from=row.valid_from, valid_to=row.valid_to,
        paper=reason_of(row.case)[:PAPER_LENGTH], case=row.case, by=by,
    )  # fmt: skip


def ask_lab(
    *, laboratory: Laboratory, kind: LimitKind, amount: Decimal, title_zh: str, title_en: str,
    by: Actor, reason: str = "",
) -> Case:  # fmt: skip
    """Prepare a request of the laboratory under its charter: to hire, spend, enrol or buy.

    The head decides it up to the limit; beyond it climbs. Raises PermissionDenied; RuleBroken for a
    closed laboratory or where the institution has no procedure for it; InputRefused for an amount
    that is not positive, or parts of a person.
    """
    may_ask_lab(by, laboratory).demand()
    amount = _demand_amount(kind, amount)
    with deed(by) as act:
        held = _open_laboratory(laboratory)
        demand_procedure(held.institution, REQUEST)
        case = open_case(
            institution=held.institution, unit=held.unit, kind=REQUEST, person=None,
            title_zh=title_zh, title_en=title_en, reason=reason, by=by,
        )  # fmt: skip
        LabCase.objects.create(case=case, laboratory=held, kind=kind, amount=amount)
        after = {"laboratory": held.pk, "kind": kind, "amount": amount}
        act.write("case.laboratory", "case", case.pk, after=after)
    return case


def _demand_amount(kind: str, amount: Decimal) -> Decimal:
    if not amount.is_finite() or not 0 < amount <= LARGEST or amount != amount.quantize(CENT):
        raise InputRefused(_("An amount is positive, with two decimals at most."))
    _refuse_parts(kind, amount)
    return amount.quantize(CENT)


def stays_within(row: LabCase) -> bool:
    """Whether the request fits what is left of the limit today. The laboratory is locked until the
    step is written, so that of two at once the second counts the first. The head of a laboratory
    that is being closed, or whose term is over or was stopped, decides nothing alone: everything
    climbs."""
    held = _open_laboratory(row.laboratory)
    if not head_decides(held, today()):
        return False
    return authority_in(held, row.kind, today()).covers(row.amount)


def mark_climbed(row: LabCase) -> None:
    """Remember that the request went above the head; what comes of it does not use the limit."""
    row.has_climbed = True
    row.save(update_fields=["has_climbed"])


def end_lab_request(*, row: LabCase, outcome: str, by: Mandate, is_heads: bool) -> None:
    """Write the decision into the ledger. `is_heads`: decided by the head alone.

    Set aside after an appeal, what was used is returned, and the request is the head's again.
    Raises RuleBroken where the head would decide beyond the limit: a kind whose stage of the head
    has no way `beyond` cannot grant it.
    """
    with deed(by) as act:
        if outcome == GRANTED:
            held = _open_laboratory(row.laboratory)
            known = authority_in(held, row.kind, today())
            if is_heads and not head_decides(held, today()):
                raise RuleBroken(
                    _(
                        "The term of the head is over, was stopped, or the laboratory is being "
                        "closed: the head decides nothing alone. Have it decided above the head."
                    )
                )
            if is_heads and not known.covers(row.amount):
                raise RuleBroken(_beyond(known, row.amount))
            _write_use(act, held, row, known, is_heads, by)
        elif outcome == SET_ASIDE:
            locked_laboratory(row.laboratory)
            for use in LimitUse.objects.filter(case=row.case_id, returns=None):
                left = _unreturned(use)
                if left > 0:
                    _write_return(act, use, left, reason_of(row.case), by)
            row.has_climbed = False
            row.save(update_fields=["has_climbed"])


def _beyond(known: Authority, amount: Decimal) -> Any:
    if known.most is None:
        return _("No limit is set for this: the head decides nothing of it alone.")
    return _("%(amount)s is beyond the limit: %(left)s of %(most)s is left.") % {
        "amount": amount, "left": known.left, "most": known.most
    }  # fmt: skip


def _write_use(
    act: Deed, held: Laboratory, row: LabCase, known: Authority, is_heads: bool, by: Actor
) -> None:
    use = LimitUse.objects.create(
        laboratory=held, limit=known.limit, kind=row.kind, amount=row.amount,
        used_before=known.used if known.used is not None else NOTHING, most=known.most,
        is_within=is_heads, decided_on=today(), case=row.case, by_key=by.actor_key,
        by_name=by.actor_name, note=row.case.title_zh[:200],
    )  # fmt: skip
    after = {
        "use": use.pk, "kind": use.kind, "amount": use.amount, "used_before": use.used_before,
        "most": use.most, "is_within": use.is_within,
    }  # fmt: skip
    act.write("charter.use", "laboratory", held.pk, after=after)


def return_use(*, use: LimitUse, by: Actor, reason: str, amount: Decimal | None = None) -> LimitUse:
    """Return what a decision used, or a part of it: somebody hired did not come, money was not
    spent. It frees the period of that decision, and no later one.

    Raises NotPermitted for everybody but those who may set the limit: a head who could return would
    have no limit. RuleBroken without a reason, for more than is left of the decision, or a return
    of a return; InputRefused for an amount that is not positive.
    """
    may_set_limit(by, use.laboratory).demand()
    if not reason.strip():
        raise RuleBroken(_("Say why this is returned."))
    with deed(by, reason.strip()) as act:
        locked_laboratory(use.laboratory)
        if use.returns_id is not None:
            raise RuleBroken(_("This line of the ledger is a return itself."))
        left = _unreturned(use)
        wanted = left if amount is None else _demand_amount(use.kind, amount)
        if left <= 0 or wanted > left:
            raise RuleBroken(
                _("Of this decision %(left)s can be returned, not %(wanted)s.")
                % {"left": left, "wanted": wanted}
            )
        return _write_return(act, use, wanted, reason.strip(), by)


def _unreturned(use: LimitUse) -> Decimal:
    found = LimitUse.objects.filter(returns=use).aggregate(total=Sum("amount"))["total"]
    return (use.amount + Decimal(found or 0)).quantize(CENT)


def _write_return(act: Deed, use: LimitUse, amount: Decimal, note: str, by: Actor) -> LimitUse:
    known = authority_in(use.laboratory, use.kind, today())
    row = LimitUse.objects.create(
        laboratory=use.laboratory, limit=use.limit, kind=use.kind, amount=-amount,
        used_before=known.used if known.used is not None else NOTHING, most=known.most,
        is_within=use.is_within, decided_on=today(), case=use.case, by_key=by.actor_key,
        by_name=by.actor_name, note=note[:200], returns=use,
    )  # fmt: skip
    after = {"use": row.pk, "returns": use.pk, "amount": row.amount}
    act.write("charter.return", "laboratory", use.laboratory_id, after=after)
    return row
