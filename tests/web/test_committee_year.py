"""A degree evaluation committee's year on the pages: set up, spring without quorum, autumn, minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from committees import SINCE, Committee, convene, listed, members, vote
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import close_sitting, mark_presence, open_vote, postpone_item
from preceptor.cases.models import Advice, Body, BodySeat, Minutes, Sitting
from preceptor.people.actions import open_account
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
PASSWORD = "only-for-tests-2026"


def _set_up(cast: Cast, office: Client) -> Committee:
    """Thirteen are seated by their numbers, on the pages."""
    office.post(
        "/bodies/new/",
        {
            "kind": "degree", "unit": cast.institution.pk, "code": "DEC", "name_zh": "学位评定委员会",
            "name_en": "Degree Evaluation Committee", "passes": "half_all", "quorum": "two_thirds",
            "opened_on": SINCE.isoformat(), "term_years": "4", "meetings_a_year": "2",
        },
    )  # fmt: skip
    made = Committee(Body.objects.get(code="DEC"), members(cast, 13))
    for place, person in enumerate(made.members):
        seat: dict[str, Any] = {"number": f"C{place:03}", "valid_from": SINCE.isoformat()}
        seat |= {"role": "member"} if place else {"role": "chair", "is_head": "on"}
        office.post(f"/bodies/{made.body.pk}/seats/new/", seat)
        account = open_account(
            login=f"m{place}", name=person.name_zh, password=PASSWORD, person=person, by=OPERATOR
        )
        made.accounts.append(account)
    assert BodySeat.objects.filter(body=made.body).count() == 13
    return made


def _planned(made: Committee, office: Client, time: str) -> Sitting:
    start = f"{today().isoformat()}T{time}"
    office.post(f"/bodies/{made.body.pk}/meetings/new/", {"starts_at": start, "place": "二楼"})
    return Sitting.objects.filter(body=made.body).latest("pk")


def test_a_committee_s_year_from_setting_up_to_signed_minutes(
    cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    made = _set_up(cast, client)

    spring = _planned(made, client, "09:00")
    convene(spring, 8)
    item = listed(made, spring)
    with pytest.raises(RuleBroken):
        open_vote(item=item, by=office)
    postpone_item(item=item, reason="未达法定人数", by=office)
    close_sitting(sitting=spring, record="到会 8 人，未达法定人数，延期审议。", by=office)

    autumn = _planned(made, client, "14:00")
    convene(autumn, 8)
    ninth = autumn.seats.filter(is_present=False).order_by("pk")[0]
    mark_presence(seat=ninth, is_present=True, by=office)
    decided = vote(made, listed(made, autumn), ["for"] * 7 + ["against"] * 2)
    assert (decided.result, decided.members, decided.present) == ("passed", 13, 9)
    narrow = vote(made, listed(made, autumn, "增列导师"), ["for"] * 6 + ["against"] * 3)
    assert narrow.result == "failed"
    close_sitting(sitting=autumn, record="", by=office)

    client.post(
        f"/bodies/{made.body.pk}/advice/new/",
        {
            "text": "加强论文抽检", "given_on": today().isoformat(), "sitting": autumn.pk,
            "owner": "C001", "due_on": today().isoformat(),
        },
    )  # fmt: skip
    advice = Advice.objects.get(sitting=autumn)
    signed_in(made.accounts[1]).post(f"/advice/{advice.pk}/", {"state": "done", "text": "已布置"})
    advice.refresh_from_db()
    assert advice.state == "done"

    client.post(f"/sittings/{autumn.pk}/minutes/", {"language": "zh"})
    minutes = Minutes.objects.get(sitting=autumn)
    for account in made.accounts[:2]:
        signed_in(account).post(f"/minutes/{minutes.pk}/sign/", {"password": PASSWORD})
    assert minutes.signatures.count() == 2
    page = client.get(f"/bodies/{made.body.pk}/").content.decode()
    for text in (f"/sittings/{spring.pk}/", f"/sittings/{autumn.pk}/", "加强论文抽检"):
        assert text in page
