"""The pages of an application: filled in piece by piece, judged, compared, and offered a place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.calls.actions import (
    answer_offer,
    make_offer,
    save_application,
    withdraw_offer,
)
from preceptor.calls.choices import OfferState, Result
from preceptor.calls.models import ApplicationWork, Call, CallApplication, Offer, Score
from preceptor.cases.actions import ask_letter
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case, Letter, Recusal, Sitting
from preceptor.people.actions import declare_tie
from preceptor.people.choices import TieKind
from preceptor.people.models import Account
from preceptor.standing.actions import put_in_force
from small_calls import began, board, granted, over, screened, signed_up, token_of
from small_kinds import PDF

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
STATEMENT = "我愿意到贵站研究心肌修复"
CLAUSE = "postdoc.entry.full_time"


@pytest.fixture
def addresses() -> None:
    """The addresses of the product itself."""


@pytest.fixture
def draft(call: Call, applicant: Account) -> CallApplication:
    """苏未央's application, not handed in."""
    return began(call, applicant, "苏未央")


def address(application: CallApplication, rest: str = "") -> str:
    return f"/applications/{application.pk}/{rest}"


def test_each_section_is_kept_by_itself_and_nothing_else_is_lost(
    draft: CallApplication, applicant: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    kept = client.post(address(draft, "save/statement/"), {"statement": STATEMENT})
    assert kept["Location"] == address(draft, "#statement")
    faulty = client.post(address(draft, "save/person/"), {"born_on": "1995-02-30", "country": "CN"})
    forms = {one["name"]: one["form"] for one in faulty.context["sections"]}
    assert forms["person"].errors["born_on"]
    assert 'value="1995-02-30"' in faulty.content.decode()
    sent = {
        "employer": "澄江医院",
        "is_full_time": "yes",
        "earlier_months": "",
        "has_special_approval": "",
    }
    client.post(address(draft, "save/employment/"), sent)
    draft.refresh_from_db()
    assert (draft.statement, draft.born_on, draft.country) == (STATEMENT, None, "")
    assert (draft.is_full_time, draft.earlier_months, draft.has_special_approval) == (
        True,
        None,
        None,
    )
    assert client.post(address(draft, "save/nothing/"), {}).status_code == 404


def test_a_draft_is_seen_by_nobody_but_the_applicant(
    draft: CallApplication, applicant: Account, personnel: Account, voters: list[Account],
    signed_in: SignIn,
) -> None:  # fmt: skip
    save_application(application=draft, by=applicant, statement=STATEMENT)
    for account in (personnel, voters[0], signed_up("other@example.org")):
        client = signed_in(account)
        for page in (
            client.get(address(draft)), client.get(address(draft, "points/")),
            client.get(address(draft, "offer/")),
            client.post(address(draft, "save/statement/"), {"statement": ""}),
        ):  # fmt: skip
            assert page.status_code == 404
            assert STATEMENT not in page.content.decode()
    assert STATEMENT in signed_in(applicant).get(address(draft)).content.decode()


def test_works_are_named_and_taken_off(
    draft: CallApplication, applicant: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    work = {"kind": "paper", "title": "心肌修复的机制", "year": "2024", "is_representative": "on"}
    client.post(address(draft, "save/add-work/"), work)
    refused = client.post(address(draft, "save/add-work/"), work | {"year": "1066"})
    assert refused.context["work_form"].errors["year"]
    (row,) = ApplicationWork.objects.all()
    assert (row.title, row.is_representative) == ("心肌修复的机制", True)
    client.post(address(draft, "save/work-off/"), {"work": row.pk})
    assert not ApplicationWork.objects.exists()


def test_an_upload_that_is_not_what_it_says_is_refused_and_the_former_file_stays(
    draft: CallApplication, applicant: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    given = {"name": "cv", "revision": 0}
    false = SimpleUploadedFile("简历.pdf", b"MZ this is a program")
    page = client.post(address(draft, "save/document/"), given | {"file": false})
    assert page.context["refusal"]
    assert draft.case.documents.get(replaced_at=None).file_name == "简历.pdf"
    good = SimpleUploadedFile("新简历.pdf", PDF + b"%")
    client.post(address(draft, "save/document/"), given | {"file": good})
    assert draft.case.documents.get(replaced_at=None).file_name == "新简历.pdf"


def test_the_rules_are_explained_with_their_clause_before_the_application_is_handed_in(
    cast: Cast, draft: CallApplication, applicant: Account, signed_in: SignIn
) -> None:
    put_in_force(
        institution=cast.institution, pack="cn/postdoctoral-management", valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    client = signed_in(applicant)
    call_page = client.get(f"/calls/{draft.call_id}/")
    assert all(rule["citation"] for rule in call_page.context["rules"])
    for language in ("zh-hans", "en"):
        page = signed_in(applicant, language).get(address(draft))
        rules = page.context["requirements"]
        assert rules
        text = page.content.decode()
        assert all(rule["title"] in text and rule["citation"] in text for rule in rules)
        assert all(rule["url"] == "" for rule in rules)


def test_handing_in_twice_is_once_and_then_nothing_changes_any_more(
    draft: CallApplication, applicant: Account, personnel: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    form = client.get(address(draft)).context["submit_form"]
    sent = {name: form.initial[name] for name in ("revision", "token")} | {"passing_over": ""}
    for _click in range(2):
        assert client.post(address(draft, "save/submit/"), sent).status_code == 302
    draft.case.refresh_from_db()
    assert draft.case.state == CaseState.RUNNING
    late = client.post(address(draft, "save/statement/"), {"statement": STATEMENT})
    assert late.status_code == 200
    assert "sections" not in late.context
    draft.refresh_from_db()
    assert draft.statement == ""
    assert signed_in(personnel).get(address(draft)).status_code == 200


def test_a_refusal_to_hand_in_names_what_is_missing(
    call: Call, applicant: Account, signed_in: SignIn
) -> None:
    from preceptor.calls.actions import begin_application

    bare = begin_application(call=call, by=applicant, name_zh="苏未央")
    page = signed_in(applicant).post(address(bare, "save/submit/"), {"revision": 0})
    assert "个人简历" in page.context["refusal"]
    bare.case.refresh_from_db()
    assert bare.case.state == CaseState.DRAFT


def test_the_day_of_birth_is_for_the_applicant_and_the_keepers_alone(
    draft: CallApplication, applicant: Account, personnel: Account, voters: list[Account],
    signed_in: SignIn,
) -> None:  # fmt: skip
    from datetime import date

    from preceptor.calls.actions import submit_application

    save_application(application=draft, by=applicant, born_on=date(1994, 5, 6))
    submit_application(application=draft, by=applicant)
    screened(draft)
    board(draft, [one.person for one in voters if one.person])
    assert "1994-05-06" in signed_in(personnel).get(address(draft)).content.decode()
    page = signed_in(voters[1]).get(address(draft))
    assert page.status_code == 200
    assert "1994-05-06" not in page.content.decode()


def test_members_of_the_board_give_points_and_step_aside(
    application: CallApplication, applicant: Account, voters: list[Account], personnel: Account,
    signed_in: SignIn,
) -> None:  # fmt: skip
    screened(application)
    board(application, [one.person for one in voters if one.person])
    first, second = application.call.criteria.all()
    client = signed_in(voters[1])
    sent = {f"c{first.pk}": "81.5", f"c{second.pk}": "40", "comment": "扎实"}
    assert client.post(address(application, "points/"), sent).status_code == 302
    wrong = client.post(address(application, "points/"), sent | {f"c{second.pk}": "51"})
    assert wrong.context["form"].errors
    values = set(Score.objects.values_list("person__name_zh", "points"))
    assert values == {(voters[1].name, Decimal("81.5")), (voters[1].name, Decimal(40))}
    other = signed_in(voters[2]).get(address(application, "points/"))
    assert "扎实" not in other.content.decode()
    assert signed_in(applicant).get(address(application, "points/")).status_code == 404
    assert "扎实" in signed_in(personnel).get(address(application, "points/")).content.decode()
    gone = signed_in(voters[2])
    gone.post(address(application, "aside/"), {"reason": ""})
    assert not Recusal.objects.exists()
    gone.post(address(application, "aside/"), {"reason": "曾是其导师"})
    assert Recusal.objects.get().seat.person == voters[2].person
    assert gone.get(address(application, "points/")).status_code == 404


def test_a_declared_tie_is_shown_to_the_member_whom_it_binds(
    application: CallApplication, voters: list[Account], signed_in: SignIn
) -> None:
    screened(application)
    board(application, [one.person for one in voters if one.person])
    assert voters[1].person is not None
    declare_tie(person=voters[1].person, other=application.person, kind=TieKind.OTHER, by=OPERATOR)
    assert signed_in(voters[1]).get(address(application, "points/")).context["conflicts"]
    assert not signed_in(voters[2]).get(address(application, "points/")).context["conflicts"]


def test_the_applications_are_compared_and_a_place_is_offered_and_accepted(
    cast: Cast, application: CallApplication, applicant: Account, voters: list[Account],
    personnel: Account, purpose: Any, signed_in: SignIn,
) -> None:  # fmt: skip
    granted(application, voters, Decimal(80))
    over(application.call)
    keeper, ranking = signed_in(personnel), f"/calls/{application.call_id}/ranking/"
    page = keeper.get(ranking)
    assert [(row["name"], row["place"]) for row in page.context["rows"]] == [("苏未央", 1)]
    keeper.post(ranking)
    application.refresh_from_db()
    assert application.result == Result.PLACED
    assert keeper.post(address(application, "offer/"), {"terms": "年薪三十万元"}).status_code == 302
    offer = Offer.objects.get()
    client = signed_in(applicant)
    page = client.get(address(application))
    assert "年薪三十万元" in page.content.decode()
    stranger = signed_in(signed_up("other@example.org"))
    assert stranger.post(f"/offers/{offer.pk}/answer/", {"answer": "accept"}).status_code == 404
    client.post(f"/offers/{offer.pk}/answer/", {"answer": "perhaps"})
    client.post(f"/offers/{offer.pk}/answer/", {"answer": "accept", "reason": ""})
    offer.refresh_from_db()
    assert offer.state == OfferState.ACCEPTED
    assert [key for _one, key, _by in purpose.accepted] == [offer.pk]


def test_an_offer_is_taken_back_with_a_reason(
    compared: list[CallApplication], personnel: Account, signed_in: SignIn
) -> None:
    offer = make_offer(application=compared[0], by=OPERATOR)
    client = signed_in(personnel)
    assert client.post(f"/offers/{offer.pk}/withdraw/", {"reason": ""}).status_code == 200
    assert client.post(f"/offers/{offer.pk}/withdraw/", {"reason": "编制取消"}).status_code == 302
    offer.refresh_from_db()
    assert offer.state == OfferState.WITHDRAWN


def test_who_is_on_the_reserve_list_waits_until_a_place_is_free(
    compared: list[CallApplication], personnel: Account, signed_in: SignIn
) -> None:
    offer = make_offer(application=compared[0], by=OPERATOR)
    client, page = signed_in(personnel), f"/calls/{compared[0].call_id}/ranking/"
    waits = [row["waits"] for row in client.get(page).context["rows"]]
    assert waits[:2] == [False, True]
    assert "等待名额" in client.get(page).content.decode()
    assert client.get(page).context["is_settled"]
    withdraw_offer(offer=offer, reason="编制取消", by=OPERATOR)
    first, second, *_others = client.get(page).context["rows"]
    assert (first["may_offer"], second["may_offer"], second["waits"]) == (False, True, False)


def test_an_applicant_reads_on_the_first_page_by_when_to_answer_an_offer(
    compared: list[CallApplication], signed_in: SignIn
) -> None:
    offer = make_offer(application=compared[0], by=OPERATOR)
    asker = compared[0].case.asked_by
    assert asker is not None
    client = signed_in(asker)
    [line] = client.get("/").context["applications"]
    assert line["answer_by"] == offer.answer_by.isoformat()
    answer_offer(offer=offer, accepts=False, by=asker)
    [line] = client.get("/").context["applications"]
    assert line["answer_by"] == ""


def test_the_comparison_costs_the_same_for_one_and_for_three(
    compared: list[CallApplication], personnel: Account, signed_in: SignIn
) -> None:
    client, page = signed_in(personnel), f"/calls/{compared[0].call_id}/ranking/"
    client.get(page)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    many = asked()
    Case.objects.filter(pk__in=[row.case_id for row in compared[1:]]).update(state="withdrawn")
    assert (asked(), many <= 12) == (many, True)


def test_the_page_of_an_application_and_that_of_its_points_ask_as_much_for_many_rows_as_for_few(
    cast: Cast, application: CallApplication, applicant: Account, voters: list[Account],
    personnel: Account, office: Account, signed_in: SignIn,
) -> None:  # fmt: skip
    screened(application)
    board(application, [one.person for one in voters if one.person])
    put_in_force(
        institution=cast.institution, pack="cn/postdoctoral-management", valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    readers = [signed_in(one) for one in (applicant, personnel, office, *voters[1:3])]
    pages = [(one, address(application)) for one in readers]
    pages += [(one, address(application, "points/")) for one in readers[1:]]
    for client, page in pages:
        assert client.get(page).status_code == 200

    def asked() -> list[int]:
        found = []
        for client, page in pages:
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
        return found

    few = asked()
    for number in range(3):
        ApplicationWork.objects.create(
            application=application, kind="paper", title=f"心肌修复之{number}", year=2024
        )
        ask_letter(
            case=application.case, name="陆远舟", email=f"lu{number}@example.org",
            affiliation="海滨大学", due_on=today(), by=personnel,
        )  # fmt: skip
        for one in application.call.criteria.all():
            Score.objects.create(
                application=application,
                criterion=one,
                person=voters[number].person,
                points=40,
                at=timezone.now(),
            )
    assert asked() == few
    assert max(few) <= 12


def test_a_board_is_chosen_checked_and_called(
    application: CallApplication, voters: list[Account], personnel: Account, cast: Cast,
    signed_in: SignIn,
) -> None:  # fmt: skip
    screened(application)
    put_in_force(
        institution=cast.institution, pack="cn/postdoctoral-management", valid_from=today(),
        by=OPERATOR,
    )  # fmt: skip
    client, page = signed_in(personnel), f"/cases/{application.case_id}/board/"
    names = [one.name for one in voters]
    shown = client.post(page, {"do": "search", "q": names[0]})
    assert [line["name"] for line in shown.context["found"]] == [names[0]]
    keys = [one.person_id for one in voters]
    shown = client.post(page, {"do": "", "seat": keys[:2], "add": keys[2], "day": ""})
    assert [line["name"] for line in shown.context["chosen"]] == names
    assert [line["role"] for line in shown.context["chosen"]] == ["chair", "member", "member"]
    assert shown.context["is_checked"]
    assert not Sitting.objects.exists()
    application.case.refresh_from_db()
    sent = {
        "do": "call", "seat": keys, "day": today().isoformat(), "start": "09:00", "end": "11:00",
        "place": "302 室", "revision": application.case.revision, "token": "once",
    }  # fmt: skip
    roles = {f"role_{keys[0]}": "member", f"role_{keys[1]}": "chair"}
    for _click in range(2):
        assert client.post(page, sent | roles).status_code == 302
    assert Sitting.objects.get().seats.get(role="chair").person_id == keys[1]


def test_who_is_tied_to_the_applicant_is_not_offered_as_a_member(
    application: CallApplication, voters: list[Account], personnel: Account, signed_in: SignIn
) -> None:
    screened(application)
    assert voters[1].person is not None
    declare_tie(
        person=voters[1].person, other=application.person, kind=TieKind.KINSHIP, by=OPERATOR
    )
    client, page = signed_in(personnel), f"/cases/{application.case_id}/board/"
    (line,) = client.post(page, {"do": "search", "q": voters[1].name}).context["found"]
    assert line["stopped"]
    assert signed_in(voters[0]).get(page).status_code == 404


def test_a_letter_is_asked_for_given_by_its_link_and_hidden_from_the_applicant(
    application: CallApplication, applicant: Account, personnel: Account, signed_in: SignIn,
    client: Client,
) -> None:  # fmt: skip
    keeper, case = signed_in(personnel), f"/cases/{application.case_id}/"
    sent = {"name": "陆远舟", "email": "lu@example.org", "affiliation": "海滨大学",
            "due_on": today().isoformat()}  # fmt: skip
    wrong = keeper.post(f"{case}letters/", sent | {"due_on": "2001-01-01"})
    assert wrong.context["letter_form"].non_field_errors()
    assert keeper.post(f"{case}letters/", sent).status_code == 302
    link = f"/letter/{token_of('lu@example.org', '/letter/')}/"
    assert client.get(link).status_code == 200
    empty = client.post(link, {"grade": "5", "text": ""})
    assert empty.context["form"].non_field_errors()
    assert client.post(link, {"grade": "5", "text": "独立工作的能力很强"}).status_code == 302
    assert client.get(link).context["state"] == "given"
    page = keeper.get(case).content.decode()
    assert "陆远舟" in page and "独立工作的能力很强" in page
    for place in (case, address(application)):
        own = signed_in(applicant).get(place).content.decode()
        assert "陆远舟" not in own and "独立工作的能力很强" not in own
    assert client.get("/letter/unknown/").status_code == 404


def test_a_letter_is_declined_or_taken_back_and_its_file_is_read_by_who_may(
    application: CallApplication, applicant: Account, personnel: Account, signed_in: SignIn,
    client: Client,
) -> None:  # fmt: skip
    keeper, case = signed_in(personnel), f"/cases/{application.case_id}/"
    for email in ("a@example.org", "b@example.org", "c@example.org"):
        sent = {"name": email, "email": email, "due_on": today().isoformat()}
        keeper.post(f"{case}letters/", sent)
    first, second, third = Letter.objects.order_by("pk")
    client.post(f"/letter/{token_of('a@example.org', '/letter/')}/", {"decline": "1"})
    link = f"/letter/{token_of('b@example.org', '/letter/')}/"
    false = SimpleUploadedFile("letter.pdf", b"MZ")
    assert client.post(link, {"file": false}).context["form"].non_field_errors()
    client.post(link, {"file": SimpleUploadedFile("letter.pdf", PDF)})
    keeper.post(f"{case}letters/{third.pk}/revoke/")
    states = list(Letter.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["declined", "given", "revoked"]
    file = keeper.get(f"{case}letters/{second.pk}/file/")
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    file.close()
    assert keeper.get(f"{case}letters/{first.pk}/file/").status_code == 404
    assert signed_in(applicant).get(f"{case}letters/{second.pk}/file/").status_code == 404
    dead = client.get(f"/letter/{token_of('c@example.org', '/letter/')}/")
    assert dead.status_code == 404


def test_an_applicant_on_the_reserve_list_is_told_so_and_not_that_the_request_was_granted(
    compared: list[CallApplication], signed_in: SignIn
) -> None:
    for row, rank, result in zip(compared, (1, 2, 3), Result.values[1:], strict=True):
        CallApplication.objects.filter(pk=row.pk).update(result=result, rank=rank)
    reserve = compared[1]
    client = signed_in(reserve.case.asked_by)
    [line] = client.get("/").context["applications"]
    assert line["state"] == Result.RESERVE.label
    page = client.get(address(reserve))
    assert page.context["own_state"] == Result.RESERVE.label
    assert "候补次序" in page.context["told"]
    assert str(CaseState.GRANTED.label) not in page.content.decode().split('class="page-meta"')[1].split("</header>")[0]  # fmt: skip
    other = signed_in(compared[2].case.asked_by).get(address(compared[2])).context
    assert "录用他人" in other["told"]


def test_who_declined_an_offer_reads_that_and_not_that_others_were_chosen(
    compared: list[CallApplication], signed_in: SignIn
) -> None:
    offer = make_offer(application=compared[0], by=OPERATOR)
    asker = compared[0].case.asked_by
    client = signed_in(asker)
    answer_offer(offer=offer, accepts=False, by=asker)
    [line] = client.get("/").context["applications"]
    assert str(OfferState.DECLINED.label) in line["state"]
    assert client.get(address(compared[0])).context["told"] == ""


def test_a_refused_applicant_is_led_to_the_reason(
    compared: list[CallApplication], signed_in: SignIn
) -> None:
    row = compared[0]
    Case.objects.filter(pk=row.case_id).update(state=CaseState.REFUSED)
    CallApplication.objects.filter(pk=row.pk).update(result=Result.NOT_PLACED)
    page = signed_in(row.case.asked_by).get(address(row))
    assert page.context["own_state"] == CaseState.REFUSED.label
    assert "办理记录" in page.context["told"]
    assert "录用他人" not in page.context["told"]


def test_what_is_needed_at_the_end_is_not_called_optional_and_a_country_has_its_name(
    draft: CallApplication, applicant: Account, signed_in: SignIn
) -> None:
    client = signed_in(applicant)
    page = client.get(address(draft))
    sections = page.content.decode().split('id="works"')[0]
    assert "（选填）" not in sections
    assert '<option value="ET">ET 埃塞俄比亚</option>' in sections
    client.post(address(draft, "save/person/"), {"born_on": "", "country": "ET"})
    draft.refresh_from_db()
    assert draft.country == "ET"
    wrong = client.post(address(draft, "save/person/"), {"born_on": "", "country": "ZZ"})
    assert {one["name"]: one["form"] for one in wrong.context["sections"]}["person"].errors
    # A code that was kept before stays offered.
    CallApplication.objects.filter(pk=draft.pk).update(country="XK")
    kept = {one["name"]: one["form"] for one in client.get(address(draft)).context["sections"]}
    assert kept["person"].fields["country"].choices[1] == ("XK", "XK")


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "30 岁 1 个月"), ("en", "30 years and 1 month;")]
)
def test_an_age_is_told_in_years_and_months(
    draft: CallApplication, applicant: Account, signed_in: SignIn, language: str, told: str
) -> None:
    put_in_force(
        institution=draft.call.institution, pack="cn/postdoctoral-management",
        valid_from=draft.call.opens_at.date() - timedelta(days=400), by=OPERATOR,
    )  # fmt: skip
    sent = {"born_on": (today() - timedelta(days=30 * 366)).isoformat(), "country": "CN"}
    client = signed_in(applicant, language)
    client.post(address(draft, "save/person/"), sent)
    lines = client.get(address(draft)).context["requirements"]
    [age] = [one["message"] for one in lines if one["rule"] == "postdoc.entry.age"]
    assert told in age
    assert "361" not in age


def test_the_call_tells_what_each_criterion_counts_of_the_whole(
    compared: list[CallApplication],
) -> None:
    page = Client().get(f"/calls/{compared[0].call_id}/")
    assert [one["share"] for one in page.context["criteria"]] == [70, 30]
    assert "占总分 70%" in page.content.decode()
