"""Joint schools and the audit of a dual degree on the pages, each for its readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from joint_rows import BEGAN, Joint
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.joint.actions import let_see, recognise_course, record_cost, set_share
from preceptor.joint.models import Cost, CostShare, DualEnrolment, JointProgramme, Recognition
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force
from preceptor.training.choices import Outcome
from preceptor.training.models import CourseRecord

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]


def asked(client: Client, path: str) -> int:
    """How many queries the page makes when it is read again."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def recognised(joint: Joint) -> Recognition:
    """Robotics of Tingnan counts as anatomy at Yunting."""
    return recognise_course(
        programme=joint.programme, taken=joint.robotics, counts_as=joint.anatomy, credits=Decimal(2),
        valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def spent(joint: Joint) -> Cost:
    """Tingnan paid 100.01 for teaching, of which each side bears half."""
    set_share(
        school=joint.school, purpose="授课", shares={joint.home_side: 5000, joint.partner_side: 5000},
        valid_from=BEGAN, by=OPERATOR,
    )  # fmt: skip
    return record_cost(
        school=joint.school, party=joint.partner_side, purpose="授课", amount_cny=Decimal("100.01"),
        spent_on=date(2024, 5, 1), by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def rules(joint: Joint, cast: Cast) -> None:
    """The rules on dual degrees of both sides are in force."""
    for institution, pack in (
        (cast.institution, "yunting/dual-degree"),
        (joint.university, "tingnan/dual-degree"),
    ):
        put_in_force(institution=institution, pack=pack, by=OPERATOR, valid_from=date(2020, 1, 1))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_joint_school_shows_programmes_courses_trainees_and_what_each_side_owes(
    joint: Joint,
    recognised: Recognition,
    spent: Cost,
    office: Account,
    signed_in: SignIn,
    language: str,
) -> None:
    page = text_of(signed_in(office, language).get(f"/schools/{joint.school.pk}/?year=2024"))
    lin = "Lin Zhiyuan" if language == "en" else "林知远"
    for text in (lin, "100.01", "50.00", "50.01", "ME", "2024-007"):
        assert text in page
    assert joint.robotics.name_en in page or joint.robotics.name_zh in page


def test_the_settlement_is_of_the_year_that_is_asked_for(
    joint: Joint, spent: Cost, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)
    assert "50.01" not in text_of(client.get(f"/schools/{joint.school.pk}/"))
    for odd in ("x", "99999", "0", "1900", "١٩٩٩"):
        assert client.get(f"/schools/{joint.school.pk}/?year={odd}").status_code == 200


def test_the_partner_sees_costs_only_where_the_agreement_shows_them(
    joint: Joint, spent: Cost, peer_office: Account, signed_in: SignIn
) -> None:
    path = f"/schools/{joint.school.pk}/?year=2024"
    client = signed_in(peer_office)
    page = text_of(client.get(path))
    assert "100.01" not in page
    assert "授课" not in page
    assert "林知远" in page
    assert "顾清妍" not in page
    let_see(agreement=joint.agreement, partner=joint.partner, noun="costs", by=OPERATOR)
    assert "100.01" in text_of(client.get(path))
    assert client.post(f"/schools/{joint.school.pk}/change/cost/", {}).status_code == 403


def test_strangers_and_neighbours_find_no_joint_school_and_no_dual_trainee(
    joint: Joint, spent: Cost, stranger: Account, neighbour: Account, signed_in: SignIn
) -> None:
    client = signed_in(stranger)
    assert client.get(f"/schools/{joint.school.pk}/").status_code == 404
    assert "医工联合学院" not in text_of(client.get("/schools/"))
    for user in (stranger, neighbour):
        answer = signed_in(user).get(f"/duals/{joint.dual.pk}/")
        assert answer.status_code == 404
        assert "林知远" not in text_of(answer)


def test_the_office_keeps_programmes_recognitions_shares_costs_and_trainees(
    joint: Joint, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    client, root = signed_in(office), f"/schools/{joint.school.pk}"
    for verb in ("programme", "recognise", "share", "cost", "enrol"):
        assert client.get(f"{root}/change/{verb}/").status_code == 200
    home = joint.programme.home_programme_id
    programme = {
        "code": "BM", "name_zh": "生物材料", "name_en": "Biomaterials", "home_programme": str(home),
        "award_kind": "double_major", "valid_from": "2024-01-01",
    }  # fmt: skip
    assert client.post(f"{root}/change/programme/", programme).status_code == 302
    made = JointProgramme.objects.get(code="BM")
    course = {
        "programme": str(made.pk), "taken": str(joint.robotics.pk), "counts_as": str(joint.anatomy.pk),
        "credits": "1.5", "valid_from": "2024-01-01",
    }  # fmt: skip
    assert client.post(f"{root}/change/recognise/", course).status_code == 302
    row = Recognition.objects.get()
    assert (
        client.post(f"{root}/courses/{row.pk}/", {"last_on": today().isoformat()}).status_code
        == 302
    )
    sides = [f"side_{side.pk}" for side in (joint.home_side, joint.partner_side)]
    short = {"purpose": "场地", "valid_from": "2024-01-01", sides[0]: "60", sides[1]: "30"}
    assert client.post(f"{root}/change/share/", short).status_code == 200
    assert not CostShare.objects.exists()
    assert client.post(f"{root}/change/share/", {**short, sides[1]: "40"}).status_code == 302
    cost = {
        "purpose": "场地", "party": str(joint.home_side.pk), "amount_cny": "12.5",
        "spent_on": today().isoformat(),
    }  # fmt: skip
    assert client.post(f"{root}/change/cost/", cost).status_code == 302
    enrol = {"programme": str(made.pk), "number": cast.gu.student_number, "starts_on": "2024-09-01"}
    assert client.post(f"{root}/change/enrol/", enrol).status_code == 302
    assert DualEnrolment.objects.get(home=cast.gu).programme == made


def test_the_audit_sets_both_sides_beside_each_other_with_the_courses_that_count(
    joint: Joint, recognised: Recognition, rules: None, office: Account, signed_in: SignIn
) -> None:
    CourseRecord.objects.create(
        enrolment=joint.away, course=joint.robotics, year=2024, outcome=Outcome.PASS
    )
    let_see(agreement=joint.agreement, partner=joint.partner, noun="standing", by=OPERATOR)
    page = text_of(signed_in(office).get(f"/duals/{joint.dual.pk}/"))
    home, partner = page.split('id="partner"')
    assert "云汀医科大学" in home
    assert "汀南理工大学" in partner
    assert joint.anatomy.name_zh in home
    assert 'class="requirement ' in home


def test_the_trainee_sees_both_sides_of_the_own_degree(
    joint: Joint, rules: None, trainee: Account, signed_in: SignIn
) -> None:
    page = text_of(signed_in(trainee).get(f"/duals/{joint.dual.pk}/"))
    home, partner = page.split('id="partner"')
    assert 'class="requirement ' in home
    assert 'class="requirement ' in partner
    assert "T2022001" in partner


def test_the_partner_s_office_sees_our_side_only_as_far_as_the_agreement_shows_it(
    joint: Joint, rules: None, peer_office: Account, signed_in: SignIn
) -> None:
    path, client = f"/duals/{joint.dual.pk}/", signed_in(peer_office)
    home, partner = text_of(client.get(path)).split('id="partner"')
    assert 'class="requirement ' not in home
    assert joint.dual.home.student_number not in home
    assert 'class="requirement ' in partner
    for noun in ("trainees", "standing"):
        let_see(agreement=joint.agreement, partner=joint.partner, noun=noun, by=OPERATOR)
    home, partner = text_of(client.get(path)).split('id="partner"')
    assert 'class="requirement ' in home
    assert joint.dual.home.student_number in home


def test_our_office_does_not_see_the_partner_s_records_by_our_agreement(
    joint: Joint, rules: None, office: Account, signed_in: SignIn
) -> None:
    _home, partner = text_of(signed_in(office).get(f"/duals/{joint.dual.pk}/")).split(
        'id="partner"'
    )
    assert 'class="requirement ' not in partner
    assert "T2022001" not in partner


def test_the_page_of_a_dual_trainee_leads_to_the_audit_and_the_audit_back(
    joint: Joint, rules: None, trainee: Account, office: Account, signed_in: SignIn
) -> None:
    own, audit = f"/trainees/{joint.dual.home.pk}/", f"/duals/{joint.dual.pk}/"
    for reader in (trainee, office):
        client = signed_in(reader)
        for tab in ("", "?show=courses", "?show=record"):
            assert f'href="{audit}"' in text_of(client.get(own + tab))
        assert f'href="{own}"' in text_of(client.get(audit))


def test_a_trainee_of_no_joint_programme_has_no_audit_of_two_sides(
    joint: Joint, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    assert "/duals/" not in text_of(signed_in(office).get(f"/trainees/{cast.gu.pk}/"))


def test_a_course_that_counts_stands_beside_the_one_that_was_taken(
    joint: Joint, recognised: Recognition, rules: None, trainee: Account, signed_in: SignIn
) -> None:
    assert joint.dual.partner is not None
    CourseRecord.objects.create(
        enrolment=joint.dual.partner, course=joint.robotics, year=2024, outcome=Outcome.PASS
    )
    home = text_of(signed_in(trainee).get(f"/duals/{joint.dual.pk}/")).split('id="partner"')[0]
    line = home.split("<tbody>")[1].split("</tr>")[0]
    assert joint.robotics.name_zh in line
    assert joint.anatomy.name_zh in line


def test_a_trainee_leaves_the_joint_programme_and_the_page_says_so(
    joint: Joint, office: Account, leader: Account, signed_in: SignIn
) -> None:
    path = f"/duals/{joint.dual.pk}/change/leave/"
    sent = {"left_on": today().isoformat(), "reason": "本人申请"}
    assert signed_in(leader).post(path, sent).status_code == 403
    client = signed_in(office)
    assert client.post(path, {"left_on": today().isoformat()}).status_code == 200
    assert client.post(path, sent).status_code == 302
    joint.dual.refresh_from_db()
    assert joint.dual.left_on == today()
    assert "/change/" not in text_of(client.get(f"/duals/{joint.dual.pk}/"))


def test_school_and_audit_make_the_same_number_of_queries_for_one_and_for_many(
    joint: Joint, recognised: Recognition, spent: Cost, rules: None, cast: Cast, office: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    client = signed_in(office)
    paths = [f"/schools/{joint.school.pk}/?year=2024", "/schools/", f"/duals/{joint.dual.pk}/"]
    before = [asked(client, path) for path in paths]
    DualEnrolment.objects.create(
        programme=joint.programme, home=cast.gu, starts_on=date(2024, 9, 1)
    )
    for number in range(3):
        record_cost(
            school=joint.school, party=joint.home_side, purpose="授课", amount_cny=Decimal(number + 1),
            spent_on=date(2024, 6, 1), by=OPERATOR,
        )  # fmt: skip
    after = [asked(client, path) for path in paths]
    assert after == before


@pytest.mark.parametrize(
    ("language", "over", "hidden"),
    [("zh-hans", "联合培养已于", "不再开放"), ("en", "ended for this trainee", "no longer")],
)
def test_after_the_end_the_page_says_so_and_shows_what_was_found_then_to_who_may_see_it(
    joint: Joint, rules: None, office: Account, trainee: Account, signed_in: SignIn, language: str,
    over: str, hidden: str,
) -> None:  # fmt: skip
    path, client = f"/duals/{joint.dual.pk}/", signed_in(office, language)
    assert client.get(path).context["ended"] is None
    DualEnrolment.objects.filter(pk=joint.dual.pk).update(left_on=today() + timedelta(days=1))
    assert client.get(path).context["ended"] is None
    DualEnrolment.objects.filter(pk=joint.dual.pk).update(left_on=today() - timedelta(days=30))
    page = client.get(path)
    home, partner = text_of(page).split('id="partner"')
    assert over in home
    assert (today() - timedelta(days=30)).isoformat() in page.context["ended"]["title"]
    assert 'class="requirement ' in home
    assert hidden in partner
    for secret in ('class="requirement ', "T2022001"):
        assert secret not in partner
    assert 'class="requirement ' in text_of(signed_in(trainee).get(path)).split('id="partner"')[1]


def test_what_was_found_at_the_end_does_not_change_by_rules_that_came_later(
    joint: Joint, cast: Cast, office: Account, signed_in: SignIn
) -> None:
    left, path = today() - timedelta(days=30), f"/duals/{joint.dual.pk}/"
    pack = "yunting/dual-degree"
    put_in_force(institution=cast.institution, pack=pack, by=OPERATOR, valid_from=today())
    assert signed_in(office).get(path).context["sides"][0]["has_rules"]
    DualEnrolment.objects.filter(pk=joint.dual.pk).update(left_on=left)
    assert not signed_in(office).get(path).context["sides"][0]["has_rules"]
