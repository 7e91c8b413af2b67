"""Why something was done to an agreement, a partner or a platform is told to who reads the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from joint_rows import BEGAN, Joint
from preceptor.base.actors import OPERATOR
from preceptor.base.deeds import deed
from preceptor.base.today import today
from preceptor.institutions.actions import register_platform
from preceptor.institutions.models import Platform
from preceptor.joint.actions import set_obligation
from preceptor.people.actions import grant_role, open_account
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
WHY = "对方财务出现困难，暂不公开"


def noted(kind: str, verb: str, key: int) -> None:
    """A line of the journal with its reason."""
    with deed(OPERATOR, WHY) as act:
        act.write(verb, kind, key, reason=WHY)


def entries(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    shown = " ".join(f"{one['title']} {one['text']}" for one in page.context["entries"])
    assert (WHY in page.content.decode()) == (WHY in shown)
    return shown


@pytest.fixture
def answerable(joint: Joint, cast: Cast, supervisor: Account) -> Account:
    """江晚晴 answers for an obligation, and reads no unit."""
    set_obligation(
        agreement=joint.agreement, clause="5", title_zh="每年举办两次学术会议", owner_unit=joint.unit,
        owner=cast.persons["T1"], evidence="event", target=Decimal(2), counts_from=BEGAN,
        due_on=today(), by=OPERATOR,
    )  # fmt: skip
    noted("agreement", "agreement.change", joint.agreement.pk)
    return supervisor


def test_who_answers_for_an_obligation_reads_what_was_done_to_the_agreement_and_not_why(
    joint: Joint, answerable: Account, office: Account, leader: Account, signed_in: SignIn
) -> None:
    path = f"/agreements/{joint.agreement.pk}/"
    told = entries(signed_in(answerable), path)
    assert told
    assert WHY not in told
    for account in (office, leader):
        assert WHY in entries(signed_in(account), path)


def test_the_secretary_of_one_unit_reads_what_was_done_to_a_partner_and_not_why(
    cast: Cast, joint: Joint, secretary: Account, office: Account, signed_in: SignIn
) -> None:
    noted("partner", "partner.change", joint.partner.pk)
    path = f"/partners/{joint.partner.pk}/"
    told = entries(signed_in(secretary), path)
    assert told
    assert WHY not in told
    hr = open_account(login="hr", name="人事处", password="x", person=None, by=OPERATOR)
    grant_role(
        account=hr, kind=RoleKind.PERSONNEL, unit=cast.institution, valid_from=BEGAN, by=OPERATOR
    )
    for account in (office, hr):
        assert WHY in entries(signed_in(account), path)


def test_the_history_of_a_platform_is_there_for_who_keeps_it_alone(
    cast: Cast, secretary: Account, office: Account, trainee: Account, signed_in: SignIn
) -> None:
    made: Platform = register_platform(
        institution=cast.institution, unit=cast.general, code="KL-1", kind="key_laboratory",
        level="provincial", name_zh="省重点实验室", valid_from=date(2020, 1, 1), by=OPERATOR,
    )  # fmt: skip
    noted("platform", "platform.state", made.pk)
    for account in (secretary, trainee):
        assert entries(signed_in(account), f"/platforms/{made.pk}/") == ""
    assert WHY in entries(signed_in(office), f"/platforms/{made.pk}/")
