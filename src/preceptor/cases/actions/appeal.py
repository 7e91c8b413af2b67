"""Appealing a decision, as a case of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import override

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.people.models import Account

from ..access.time import may_appeal
from ..appeals import appeal_of, appeal_permit, appeals_of_round
from ..choices import AppealGround, CaseState
from ..models import Case
from .case import open_case
from .stepping import locked


def appeal(*, case: Case, ground: str, reason: str, by: Actor) -> Case:
    """Prepare an appeal against the decision of a case: a draft of the kind that its own kind names.

    The own draft that is open already is given unchanged; a draft of somebody else keeps nobody from
    appealing. Handed in, it is asked once more whether it is
    in time. Raises PermissionDenied; InputRefused for an unknown ground or no reason; RuleBroken
    where the kind allows no such appeal, after its last day, or for a second one in the same round.
    """
    may_appeal(by, case).demand()
    if ground not in AppealGround.values:
        raise InputRefused(_("An appeal is against the academic opinion, or against the decision."))
    if not reason.strip():
        raise InputRefused(_("Say why you appeal: it is what is examined."))
    with deed(by) as act:
        held = locked(case)
        may_appeal(by, held).demand()
        permit = appeal_permit(held, ground)
        if not permit:
            raise RuleBroken(permit.reason)
        drafts = appeals_of_round(held, ground).filter(state=CaseState.DRAFT)
        draft = drafts.filter(asked_by=by if isinstance(by, Account) else None).first()
        if isinstance(draft, Case):
            return draft
        row = _opened(held, ground, reason, by)
        after = {"appeal": row.pk, "ground": ground, "round": held.round}
        act.write("case.appeal", "case", held.pk, after=after)
    return row


def _opened(case: Case, ground: str, reason: str, by: Actor) -> Case:
    allowed = appeal_of(case, ground)
    if allowed is None:
        raise ValueError(f"{case} allows no appeal on {ground!r}.")
    return open_case(
        institution=case.institution, unit=case.unit, kind=allowed.kind, person=case.person,
        title_zh=_title(case, "zh"), title_en=_title(case, "en"), reason=reason, by=by,
        appeal_of=case, ground=ground,
    )  # fmt: skip


def _title(case: Case, language: str) -> str:
    title = case.title_zh if language == "zh" else case.title_en
    with override("zh-hans" if language == "zh" else "en"):
        return (_("Appeal: %(title)s") % {"title": title})[:300]
