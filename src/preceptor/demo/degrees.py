"""Degrees on their way: refused by the sub-committee and to be heard, and carried and on display.

Invented. The bodies are those of the demo institution; each takes up one request in a meeting of
today.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.cases.actions import call_meeting, object_to, state_facts, take_up_cases
from preceptor.cases.bodies import waiting_cases
from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Body, Case, Notice
from preceptor.training.models import Enrolment

from .defences import open_trainee_account, vote_on

#: The account of the trainee who is told that the degree may be refused, and may state a view.
HEARD = "trainee-3"
FACTS = (
    "学位评定分委员会审议表决未通过。\n事实：学位论文第三章的样本量与研究方案不一致，未说明原因；"
    "两篇代表性论文中有一篇尚未正式刊出。\n理由：现有材料不足以认定论文达到博士学位水平。\n"
    "依据：《中华人民共和国学位法》第二十一条；《云汀医科大学学位授予工作细则》第十二条。"
)


def refuse_at_sub_committee(case: Case, row: Enrolment) -> Case:
    """The sub-committee votes against the degree: the trainee is told why and may state a view."""
    open_trainee_account(row, HEARD)
    case = _meet(case, BodyKind.DEGREE_SUB, is_carried=False)
    state_facts(case=case, facts=FACTS, by=OPERATOR, revision=case.revision)
    case.refresh_from_db()
    return case


def put_on_display(case: Case) -> Case:
    """Sub-committee and committee vote for the degree, it is put on public display, and one objection
    waits for its answer."""
    for kind in (BodyKind.DEGREE_SUB, BodyKind.DEGREE):
        case = _meet(case, kind, is_carried=True)
    object_to(
        notice=Notice.objects.get(case=case), name="林一", contact="linyi@example.edu",
        text="该生一篇代表性论文的署名单位与培养单位不一致，请核实后再授予。",
    )  # fmt: skip
    return case


def _meet(case: Case, kind: BodyKind, *, is_carried: bool) -> Case:
    """A meeting of today decides the request. Raises RuleBroken where no body waits for it, or where a
    member must not vote on it."""
    bodies = Body.objects.filter(institution=case.institution_id, kind=kind).order_by("code")
    body = next((one for one in bodies if waiting_cases(one).filter(pk=case.pk).exists()), None)
    if body is None:
        raise RuleBroken("No body of the demo institution decides on this degree.")
    now = timezone.now()
    sitting = call_meeting(
        body=body, starts_at=now, ends_at=now + timedelta(hours=2), place="行政楼二楼会议室",
        by=OPERATOR,
    )  # fmt: skip
    take_up_cases(sitting=sitting, cases=[case], by=OPERATOR)
    record = (
        "会议按议程进行，表决通过。" if is_carried else "科研成果的原始数据尚不完整，表决未通过。"
    )
    vote_on(sitting, record, is_carried=is_carried)
    case.refresh_from_db()
    return case
