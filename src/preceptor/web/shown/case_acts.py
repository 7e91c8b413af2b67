"""What the reader may do with a request, with the forms for it and the reasons why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.permits import Permit
from preceptor.cases.access import (
    acting_for,
    is_asker,
    may_act,
    may_answer_objection,
    may_decide_hearing,
    may_remind,
    may_state_facts,
    may_state_view,
    may_submit,
    may_withdraw,
    sees_stages,
    visible_objections,
)
from preceptor.cases.choices import (
    CaseState,
    ItemState,
    NoticeState,
    ObjectionState,
    StageKind,
)
from preceptor.cases.hearings import intends_refusal, may_be_decided
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.models import Case, Hearing, Item, Notice, Reminder
from preceptor.cases.queries import spoken
from preceptor.cases.registry import Boarding, port_of
from preceptor.cases.ways import appeal_ways, awaited_body
from preceptor.web.forms.case import (
    DecisionForm,
    FactsForm,
    HearingForm,
    ObjectionAnswerForm,
    ReturnForm,
    SubmitForm,
    ViewForm,
    WithdrawForm,
    fresh,
)
from preceptor.web.localised import localised

Shown = dict[str, Any]
ENDED = (CaseState.GRANTED, CaseState.REFUSED)
#: So many of the last sittings that took a request up are shown.
SHOWN_ITEMS = 5


def acts_of(
    user: Any, case: Case, kind: Kind, items: Sequence[Item], reminders: Sequence[Reminder]
) -> Shown:
    """The actions of the present state; what no reader could do now is left out. `items` are those of
    the request in sittings, the newest first, `reminders` those of today."""
    asker = is_asker(user, case)
    shown: Shown = {"hidden": fresh(case.revision), "is_asker": asker}
    if case.state in (CaseState.DRAFT, CaseState.RETURNED):
        shown["submit"] = may_submit(user, case)
        shown["submit_form"] = SubmitForm(initial=fresh(case.revision))
    if asker and may_withdraw(user, case):
        shown["withdraw_form"] = WithdrawForm(initial=fresh(case.revision), auto_id="withdraw_%s")
    if case.state == CaseState.RUNNING and _is_told_the_stage(user, case, kind):
        shown |= _running(user, case, kind, items, reminders)
    if case.state in ENDED:
        shown["appeals"] = appeals_of(user, case)
    return shown


def _is_told_the_stage(user: Any, case: Case, kind: Kind) -> bool:
    """Whether the reader is told what happens at the present stage: of a kind that tells only the end
    a hearing is told all the same, because the person concerned is heard there."""
    return case.stage_kind == StageKind.HEARING or sees_stages(user, case, kind)


def _running(
    user: Any, case: Case, kind: Kind, items: Sequence[Item], reminders: Sequence[Reminder]
) -> Shown:
    permit = may_act(user, case)
    giver = acting_for(user, case) if permit else None
    reminding = may_remind(user, case)
    return {
        "act": permit,
        "for_name": giver.name if giver else "",
        "stage_kind": case.stage_kind,
        "remind": reminding,
        "reminded": next(iter(reminders), None) if reminding or permit else None,
        **_at_stage(user, case, kind, permit, items),
    }


def _at_stage(user: Any, case: Case, kind: Kind, permit: Permit, items: Sequence[Item]) -> Shown:
    if case.stage_kind == StageKind.SITTING:
        return _sitting(user, case, kind, items[:SHOWN_ITEMS])
    return _STAGES[StageKind(case.stage_kind)](user, case, kind, permit)


def _review(user: Any, case: Case, kind: Kind, permit: Permit) -> Shown:
    return {
        "decision_form": DecisionForm(initial=fresh(case.revision)),
        "return_form": _return_form(case, kind),
    }


def _compose(user: Any, case: Case, kind: Kind, permit: Permit) -> Shown:
    panel = getattr(getattr(case, "milestone_case", None), "panel_id", None)
    is_board = isinstance(port_of(case), Boarding)
    return {"return_form": _return_form(case, kind), "panel": panel, "is_board": is_board}


def _return_form(case: Case, kind: Kind) -> ReturnForm | None:
    """The form that gives the request back; None at a stage that does not."""
    if not kind.stage(case.stage).returns:
        return None
    return ReturnForm(initial=fresh(case.revision), auto_id="return_%s")


def _sitting(user: Any, case: Case, kind: Kind, items: Sequence[Item]) -> Shown:
    is_listed = any(one.state in (ItemState.LISTED, ItemState.OPEN) for one in items)
    return {"items": items, "body": None if is_listed else _body(user, case)}


def _body(user: Any, case: Case) -> Shown | None:
    """The standing body that takes the request up, where there is one that the reader sees."""
    body = awaited_body(user, case)
    if body is None:
        return None
    return {"name": localised(body, "name"), "url": reverse("body", args=[body.pk])}


def _notice(user: Any, case: Case, kind: Kind, permit: Permit) -> Shown:
    notice = Notice.objects.filter(case=case, state=NoticeState.OPEN).first()
    rows = visible_objections(user).filter(notice=notice).select_related("notice__case__kind")
    found = list(rows) if notice and permit else []
    return {
        "notice": notice,
        "objections": [
            {
                "row": row,
                "is_open": row.state == ObjectionState.OPEN,
                "permit": may_answer_objection(user, row),
                "form": ObjectionAnswerForm(
                    initial=fresh(case.revision) | {"objection": row.pk},
                    auto_id=f"objection{row.pk}_%s",
                ),
            }
            for row in found
        ],
    }


def _hearing(user: Any, case: Case, kind: Kind, permit: Permit) -> Shown:
    rows = list(case.hearings.filter(round=case.round))
    hearing = rows[0] if rows else None
    view, decide = may_state_view(user, case), may_decide_hearing(user, case)
    is_told = hearing is not None and hearing.is_told
    is_stated = hearing is not None and hearing.stated_at is not None
    reads = bool(view or decide)
    return {
        "hearing": hearing if reads else None,
        "earlier": [row for row in rows[1:] if row.is_told] if reads else [],
        "is_told": is_told,
        "is_refusal": intends_refusal(kind, case.stage),
        "facts_form": _facts_form(case, hearing) if may_state_facts(user, case) else None,
        "led_by": _led_by(case, kind, hearing) if hearing and reads else "",
        "view": view,
        "view_form": ViewForm(initial=fresh(case.revision))
        if view and is_told and not is_stated
        else None,
        "hear": decide,
        "hearing_form": HearingForm(initial=fresh(case.revision), auto_id="hearing_%s"),
        "is_stated": is_stated,
        "may_be_decided": hearing is not None and may_be_decided(hearing),
    }


def _facts_form(case: Case, hearing: Hearing | None) -> FactsForm:
    """The form that tells the facts, with those told before."""
    facts = hearing.facts if hearing is not None else ""
    return FactsForm(initial=fresh(case.revision) | {"facts": facts}, auto_id="facts_%s")


def _led_by(case: Case, kind: Kind, hearing: Hearing) -> str:
    """What led to an intended refusal of which nobody wrote the reason: a vote, or an objection."""
    steps = case.steps.exclude(stage=case.stage)
    step = None if hearing.facts else steps.order_by("-revision").first()
    if step is None or not step.stage:
        return ""
    stage = kind.stage(step.stage)
    values = {"stage": spoken(stage.title)}
    if stage.does == StageKind.SITTING.value:
        return _("The vote was not carried: %(stage)s") % values
    if stage.does == StageKind.NOTICE.value:
        return _("An objection was upheld: %(stage)s") % values
    return ""


_STAGES = {
    StageKind.REVIEW: _review,
    StageKind.COMPOSE: _compose,
    StageKind.NOTICE: _notice,
    StageKind.HEARING: _hearing,
}


def appeals_of(user: Any, case: Case) -> list[Shown]:
    """Each way to appeal that the kind allows, until when, and why not; nothing for others than the
    person concerned and who asked."""
    return [
        {
            "ground": way.ground.value,
            "title": way.ground.label,
            "until": way.until.day,
            "permit": way.permit,
        }
        for way in appeal_ways(user, case)
    ]
