"""A kind of request that there was not, built by the office in the browser alone, and used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import NewSittingSeat, adopt_kinds, call_board, write_kind_draft
from preceptor.cases.choices import CaseState, KindState
from preceptor.cases.models import Case, CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.people.models import Account, Person
from preceptor.training.actions import ask_other
from preceptor.training.models import Enrolment
from small_kinds import PDF

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
SignIn = Callable[..., Client]
NEW = {
    "title_zh": "外出参会申请", "title_en": "Leave for a conference", "name": "conference_leave",
    "begin": "WC", "sees": "reasons", "opens": ["subject"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def adopted(cast: Cast, settings: Any, tmp_path: Any) -> list[CaseKind]:
    settings.PRECEPTOR_HOME = tmp_path
    return adopt_kinds(institution=cast.institution, by=OPERATOR, valid_from=today())


@pytest.fixture
def client(signed_in: SignIn, office: Account) -> Client:
    return signed_in(office, "en")


def begun(client: Client, **changed: Any) -> Any:
    return client.post("/kinds/new/?port=training.other", {**NEW, **changed})


@pytest.fixture
def draft(client: Client) -> CaseKind:
    begun(client)
    return CaseKind.objects.get(name="conference_leave")


def kept(client: Client, draft: CaseKind, part: str, **given: Any) -> None:
    """A form of the draft filled in and kept."""
    draft.refresh_from_db()
    url = f"/kinds/{draft.pk}/{part}"
    page = client.get(url)
    data: dict[str, Any] = {"revision": draft.revision}
    for bound in page.context["form"]:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.name] = list(value) if isinstance(value, tuple) else value
    answer = client.post(url, {**data, **given})
    assert answer.status_code == 302, answer.context["form"].errors


def built(client: Client, draft: CaseKind) -> None:
    """Documents, an opinion before, a vote after, an appeal and re-takes."""
    kept(client, draft, "documents/new/", id="letter", title_zh="邀请函", title_en="Invitation")
    kept(
        client, draft, "stages/new/?does=review", id="opinion", title_zh="导师意见",
        title_en="Opinion", by=["supervisor"], after="", count=3,
    )  # fmt: skip
    kept(
        client, draft, "stages/new/?does=sitting", id="vote", title_zh="学术委员会表决",
        title_en="Vote", by=["office of institution"], after="decision", body="academic",
        is_secret="", count=20, quorum="3/4", passes="2 / 3",
    )  # fmt: skip
    kept(
        client,
        draft,
        "appeals/new/",
        ground="decision",
        kind="appeal_decision",
        reopens="vote",
        of="refused",
    )
    kept(client, draft, "retake/", attempts=2, after_days=30, panel="any")


def in_force(client: Client, second: Client, draft: CaseKind) -> None:
    client.post(f"/kinds/{draft.pk}/propose/", {"first_on": today().isoformat()})
    second.post(f"/kinds/{draft.pk}/approve/")
    draft.refresh_from_db()
    assert draft.state == KindState.IN_FORCE


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_office_finds_where_a_new_kind_begins_and_nobody_else_does(
    signed_in: SignIn, office: Account, leader: Account, secretary: Account, language: str
) -> None:
    page = signed_in(office, language)
    assert "/kinds/new/" in page.get("/kinds/").content.decode()
    assert page.get("/kinds/new/").status_code == 200
    assert page.get("/kinds/new/?port=training.other").status_code == 200
    for other in (leader, secretary):
        client = signed_in(other, language)
        assert "/kinds/new/" not in client.get("/kinds/").content.decode()
        assert begun(client).status_code == 404
    assert not CaseKind.objects.filter(name="conference_leave").exists()


def test_every_field_of_a_kind_is_filled_in_the_browser_and_stands_in_the_kind(
    client: Client, draft: CaseKind
) -> None:
    built(client, draft)
    draft.refresh_from_db()
    kind = kind_of_row(draft)
    assert [stage.id for stage in kind.stages] == ["opinion", "decision", "vote"]
    assert [one.id for one in kind.documents] == ["letter"]
    deadline, voting = kind.stage("opinion").deadline, kind.stage("vote").voting
    assert deadline is not None and (deadline.count, deadline.unit) == (3, "working_days")
    assert voting is not None and not voting.is_secret
    assert (voting.quorum.numerator, voting.quorum.denominator) == (3, 4)
    assert (voting.passes.numerator, voting.passes.denominator) == (2, 3)
    assert kind.stage("vote").body == "academic" and kind.sees == "reasons"
    appeal = kind.appeals[0]
    assert (appeal.kind, appeal.within.count, appeal.reopens) == ("appeal_decision", 30, "vote")
    assert kind.retake is not None and (kind.retake.attempts, kind.retake.after_days) == (2, 30)


def test_a_request_of_the_new_kind_is_made_handed_in_and_decided_on_the_pages(
    client: Client, signed_in: SignIn, leader: Account, trainee: Account, supervisor: Account,
    draft: CaseKind,
) -> None:  # fmt: skip
    kept(client, draft, "documents/new/", id="letter", title_zh="邀请函", title_en="Invitation")
    kept(
        client, draft, "stages/new/?does=review", id="opinion", title_zh="导师意见",
        title_en="Opinion", by=["supervisor"], after="", count=3,
    )  # fmt: skip
    in_force(client, signed_in(leader), draft)
    asker = signed_in(trainee, "en")
    enrolment = Enrolment.objects.get(person=trainee.person)
    where = f"/cases/new/?enrolment={enrolment.pk}"
    assert "Leave for a conference" in asker.get(where).content.decode()
    answer = asker.post(f"{where}&kind=conference_leave", {"reason": "报告课题结果"})
    case = Case.objects.get(kind=draft)
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert case.title_en.startswith("Leave for a conference: ")
    step = f"/cases/{case.pk}/steps/"
    asker.post(f"{step}submit/", {"revision": case.revision})
    case.refresh_from_db()
    assert case.state == CaseState.DRAFT, "the letter is missing"
    file = SimpleUploadedFile("letter.pdf", PDF)
    asker.post(f"{step}attach/", {"revision": case.revision, "name": "letter", "file": file})
    case.refresh_from_db()
    asker.post(f"{step}submit/", {"revision": case.revision})
    case.refresh_from_db()
    assert (case.state, case.stage) == (CaseState.RUNNING, "opinion")
    assert case.number is not None and case.number.startswith("WC")
    for account, stage in ((supervisor, "decision"), (None, "")):
        judge = signed_in(account) if account else client
        case.refresh_from_db()
        judge.post(f"{step}decide/", {"revision": case.revision, "outcome": "agreed"})
        case.refresh_from_db()
        assert stage in (case.stage, "")
    assert case.state == CaseState.GRANTED
    assert asker.get(f"/cases/{case.pk}/").status_code == 200


def test_a_second_request_of_the_kind_waits_for_the_first_and_a_re_take_for_its_day(
    cast: Cast, client: Client, signed_in: SignIn, leader: Account, trainee: Account,
    draft: CaseKind,
) -> None:  # fmt: skip
    kept(client, draft, "retake/", attempts=2, after_days=30, panel="any")
    in_force(client, signed_in(leader), draft)
    enrolment = Enrolment.objects.get(person=trainee.person)
    first = ask_other(enrolment=enrolment, kind="conference_leave", by=trainee)
    with pytest.raises(RuleBroken, match=r"asked for already|已提出"):
        ask_other(enrolment=enrolment, kind="conference_leave", by=trainee)
    asker = signed_in(trainee)
    asker.post(f"/cases/{first.pk}/steps/submit/", {"revision": first.revision})
    first.refresh_from_db()
    data = {"revision": first.revision, "outcome": "refused", "reason": "经费不足"}
    client.post(f"/cases/{first.pk}/steps/decide/", data)
    first.refresh_from_db()
    assert first.state == CaseState.REFUSED
    with pytest.raises(RuleBroken, match=r"\d{4}-\d{2}-\d{2}"):
        ask_other(enrolment=enrolment, kind="conference_leave", by=trainee)


def test_a_name_that_is_taken_or_cannot_be_one_is_refused_and_what_was_written_stays(
    client: Client,
) -> None:
    for name in ("defence", "Leave for all", "请假"):
        answer = begun(client, name=name)
        assert answer.status_code == 200 and answer.context["form"].errors
        assert "外出参会申请" in answer.content.decode()
    assert not CaseKind.objects.filter(state=KindState.DRAFT).exists()


def test_a_second_kind_for_what_is_asked_for_by_a_fixed_name_is_refused(
    cast: Cast, office: Account, adopted: list[CaseKind]
) -> None:
    period = next(row for row in adopted if row.name == "period")
    text = period.content.replace('name = "period"', 'name = "long_leave"')
    with pytest.raises(RuleBroken, match="long_leave"):
        write_kind_draft(institution=cast.institution, text=text, by=office)


def test_a_panel_that_nobody_could_compose_an_unknown_body_and_an_unknown_gate_are_dead_ends(
    cast: Cast, office: Account, adopted: list[CaseKind]
) -> None:
    texts = {row.name: row.content for row in adopted}
    head = texts["period"].partition("[[stages]]")[0].replace('version = "2026.1"', 'version = "9"')
    panel = (
        head
        + """
[[stages]]
id = "choose"
title = { zh = "组成", en = "Composition" }
does = "compose"
by = ["office of institution"]
then = { composed = "granted" }
"""
    )
    award = texts["degree_award"].replace('version = "2026.1"', 'version = "9"')
    wrong = {
        panel: "stages",
        award.replace('body = "degree_sub"', 'body = "degre_sub"'): "degree_sub",
        award.replace('gate = "award"', 'gate = "awrad"'): "award",
    }
    for text, said in wrong.items():
        with pytest.raises(Exception, match=said) as refusal:
            write_kind_draft(institution=cast.institution, text=text, by=office)
        assert type(refusal.value).__name__ == "KindFaulty"


def test_an_appeal_is_decided_in_a_kind_of_appeals_and_in_no_other(
    client: Client, draft: CaseKind
) -> None:
    page = client.get(f"/kinds/{draft.pk}/appeals/new/")
    offered = {name for name, _title in page.context["form"].fields["kind"].choices}
    assert offered == {"appeal_academic", "appeal_appointment", "appeal_decision"}


def test_a_kind_of_the_office_ends_on_a_day_and_what_runs_goes_on(
    client: Client, signed_in: SignIn, leader: Account, trainee: Account, draft: CaseKind,
    adopted: list[CaseKind],
) -> None:  # fmt: skip
    in_force(client, signed_in(leader), draft)
    enrolment = Enrolment.objects.get(person=trainee.person)
    case = ask_other(enrolment=enrolment, kind="conference_leave", by=trainee)
    asker = signed_in(trainee)
    asker.post(f"/cases/{case.pk}/steps/submit/", {"revision": case.revision})
    day = {"last_on": today().isoformat()}
    assert asker.post(f"/kinds/{draft.pk}/end/", day).status_code == 403
    assert client.post(f"/kinds/{draft.pk}/end/", day).status_code == 302
    CaseKind.objects.filter(pk=draft.pk).update(valid_to=today() - timedelta(days=1))
    where = f"/cases/new/?enrolment={enrolment.pk}"
    assert "conference_leave" not in asker.get(where).content.decode()
    case.refresh_from_db()
    client.post(f"/cases/{case.pk}/steps/decide/", {"revision": case.revision, "outcome": "agreed"})
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED


def test_a_kind_that_the_product_asks_for_and_an_appeal_in_use_do_not_end(
    client: Client, adopted: list[CaseKind]
) -> None:
    for name in ("defence", "appeal_decision"):
        row = next(one for one in adopted if one.name == name)
        client.post(f"/kinds/{row.pk}/end/", {"last_on": today().isoformat()})
        row.refresh_from_db()
        assert row.valid_to is None


def test_what_cannot_be_asked_for_now_is_offered_last_and_says_why(
    cast: Cast, client: Client, signed_in: SignIn, leader: Account, trainee: Account,
    draft: CaseKind, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    in_force(client, signed_in(leader), draft)
    ask_other(enrolment=cast.lin, kind="conference_leave", by=trainee)
    asker = signed_in(trainee, "en")
    with django_assert_max_num_queries(12):
        page = asker.get(f"/cases/new/?enrolment={cast.lin.pk}")
    offers = page.context["offers"]
    permits = {offer["title"]: offer["permit"] for offer in offers}
    assert "not decided" in str(permits["Leave for a conference"].reason)
    assert not permits["Award of the degree"] and "cannot go" in str(
        permits["Award of the degree"].reason
    )
    assert permits["Extension, suspension or deferred award"]
    asked = [bool(offer["permit"]) for offer in offers]
    assert asked == sorted(asked, reverse=True) and any(asked) and not all(asked)


PANEL = """
[[stages]]
id = "choose"
title = { zh = "组成评议小组", en = "Composition" }
does = "compose"
by = ["office of institution"]
then = { composed = "vote" }

[[stages]]
id = "vote"
title = { zh = "评议", en = "Vote" }
does = "sitting"
by = ["office of institution"]
voting = { passes = "2/3 of all" }
then = { passed = "granted", failed = "refused" }
"""


def test_a_kind_of_the_office_may_have_a_panel_without_the_trainees_own_supervisor(
    cast: Cast, client: Client, office: Account, signed_in: SignIn, leader: Account,
    trainee: Account, supervisor: Account, draft: CaseKind,
) -> None:  # fmt: skip
    draft.refresh_from_db()
    text = draft.content.partition("[[stages]]")[0] + PANEL
    client.post(f"/kinds/{draft.pk}/text/", {"revision": draft.revision, "text": text})
    in_force(client, signed_in(leader), draft)
    case = ask_other(enrolment=cast.lin, kind="conference_leave", by=trainee)
    signed_in(trainee).post(f"/cases/{case.pk}/steps/submit/", {"revision": case.revision})
    case.refresh_from_db()
    assert client.get(f"/cases/{case.pk}/board/").status_code == 200
    others = [cast.persons[key] for key in ("T2", "T3")]
    own = supervisor.person
    assert own is not None
    starts = timezone.now() + timedelta(days=3)

    def called(*persons: Person) -> None:
        seats = [NewSittingSeat(one, "chair" if place == 0 else "member")
                 for place, one in enumerate(persons)]  # fmt: skip
        call_board(case=case, seats=seats, starts_at=starts, revision=case.revision, by=office)

    with pytest.raises(RuleBroken, match=own.name_zh):
        called(own, *others)
    called(*others)
    case.refresh_from_db()
    assert case.stage == "vote"
    assert client.get(f"/cases/{case.pk}/").status_code == 200


@pytest.mark.parametrize("share", ["", "2", "two thirds", "2/3/4", "5/3", "0/0"])
def test_a_share_that_is_none_is_refused_at_the_form(
    client: Client, draft: CaseKind, share: str
) -> None:
    url = f"/kinds/{draft.pk}/stages/new/?does=sitting"
    given = {
        "title_zh": "表决", "title_en": "Vote", "id": "vote", "by": ["office of institution"],
        "after": "decision", "body": "academic", "count": 20, "unit": "working_days", "late": "remind",
        "quorum": share, "passes": "1/2", "passes_of": "all", "revision": draft.revision,
    }  # fmt: skip
    answer = client.post(url, given)
    assert answer.status_code == 200 and answer.context["form"].errors


def test_a_kind_that_nobody_could_ask_for_is_a_dead_end(client: Client) -> None:
    answer = begun(client, opens=["leader of unit", "personnel of institution"])
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert not CaseKind.objects.filter(name="conference_leave").exists()
    assert begun(client, opens=["leader of unit", "supervisor"]).status_code == 302
