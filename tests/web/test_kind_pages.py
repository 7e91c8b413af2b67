"""Kinds of requests in the browser: read in words, changed part by part, approved by a second person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import adopt_kinds
from preceptor.cases.choices import KindState
from preceptor.cases.kinds import editing
from preceptor.cases.kinds.checking import faults
from preceptor.cases.kinds.kind import Actor, Kind, Stage, Words
from preceptor.cases.kinds.reading import read_kind
from preceptor.cases.models import CaseKind
from preceptor.cases.queries import kind_of_row
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
SECRET = "拟取消预答辩的方案"


@pytest.fixture
def adopted(cast: Cast) -> list[CaseKind]:
    return adopt_kinds(institution=cast.institution, by=OPERATOR, valid_from=today())


@pytest.fixture
def defence(adopted: list[CaseKind]) -> CaseKind:
    return next(row for row in adopted if row.name == "defence")


@pytest.fixture
def client(signed_in: SignIn, office: Account) -> Client:
    return signed_in(office, "en")


@pytest.fixture
def draft(client: Client, defence: CaseKind) -> CaseKind:
    """A planned change of the defence."""
    client.post(f"/kinds/{defence.pk}/plan/")
    return CaseKind.objects.get(state=KindState.DRAFT)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def sent(client: Client, url: str, **changed: Any) -> Any:
    """The form of the page sent back as it came, with what is changed."""
    page = client.get(url)
    form = page.context["form"]
    data: dict[str, Any] = {"revision": page.context["row"].revision}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            data[bound.name] = list(value) if isinstance(value, tuple) else value
    return client.post(url, {**data, **changed})


def kind_now(row: CaseKind) -> Kind:
    row.refresh_from_db()
    return kind_of_row(row)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_kind_answers_in_both_languages(
    signed_in: SignIn, office: Account, draft: CaseKind, language: str
) -> None:
    client = signed_in(office, language)
    kind = kind_of_row(draft)
    parts = [
        "",
        "head/",
        "retake/",
        "text/",
        "propose/",
        "stages/new/",
        "documents/new/",
        "appeals/new/",
    ]
    parts += [f"stages/{stage.id}/" for stage in kind.stages]
    parts += [
        f"stages/new/?does={does}" for does in ("review", "compose", "sitting", "notice", "hearing")
    ]
    parts += [f"documents/{one.id}/" for one in kind.documents]
    parts += [f"appeals/{one.ground}/" for one in kind.appeals]
    assert client.get("/kinds/").status_code == 200
    assert {client.get(f"/kinds/{draft.pk}/{part}").status_code for part in parts} == {200}
    assert client.get(f"/kinds/{draft.pk}/stages/nowhere/").status_code == 404


def test_each_form_sent_back_as_it_came_leaves_the_kind_as_it_is(
    client: Client, draft: CaseKind
) -> None:
    kind = kind_of_row(draft)
    urls = ["head/", "retake/", *(f"stages/{stage.id}/" for stage in kind.stages)]
    urls += [f"documents/{one.id}/" for one in kind.documents]
    urls += [f"appeals/{one.ground}/" for one in kind.appeals]
    for url in urls:
        answer = sent(client, f"/kinds/{draft.pk}/{url}")
        assert answer.status_code == 302, (url, answer.context["form"].errors)
        assert kind_now(draft) == kind, url


def test_a_longer_time_for_a_stage_is_kept_in_the_draft_and_not_in_force(
    client: Client, draft: CaseKind, defence: CaseKind
) -> None:
    name = kind_of_row(draft).stages[0].id
    answer = sent(client, f"/kinds/{draft.pk}/stages/{name}/", count=9)
    assert answer.status_code == 302
    found = kind_now(draft).stage(name).deadline
    assert found is not None and found.count == 9
    assert kind_now(defence).stage(name).deadline != found


def test_a_new_stage_is_put_between_two_others(client: Client, draft: CaseKind) -> None:
    kind = kind_of_row(draft)
    first = kind.stages[0]
    onward = first.then["agreed"]
    url = f"/kinds/{draft.pk}/stages/new/?does=review"
    answer = sent(
        client, url, id="integrity", title_zh="学风审查", title_en="Integrity check",
        by=["office of institution"], after=first.id,
    )  # fmt: skip
    assert answer.status_code == 302
    changed = kind_now(draft)
    assert changed.goal(first.id, "agreed") == "integrity"
    assert changed.stage("integrity").then == {"agreed": onward, "refused": "refused"}
    assert faults(changed, None) == []


def test_a_stage_that_is_removed_is_gone_around(client: Client, draft: CaseKind) -> None:
    kind = kind_of_row(draft)
    gone = next(stage for stage in kind.stages[1:] if stage.does == "review")
    before = next(stage for stage in kind.stages if gone.id in stage.then.values())
    data = {"revision": draft.revision, "name": gone.id, "do": "remove_stage"}
    client.post(f"/kinds/{draft.pk}/change/", data)
    changed = kind_now(draft)
    assert gone.id not in [stage.id for stage in changed.stages]
    assert gone.then["agreed"] in changed.stage(before.id).then.values()


def test_a_dead_end_is_refused_with_its_place_and_what_was_written_stays_in_the_form(
    client: Client, draft: CaseKind
) -> None:
    kind = kind_of_row(draft)
    first = kind.stages[0]
    before = draft.content
    answer = sent(
        client, f"/kinds/{draft.pk}/stages/{first.id}/", then_agreed=first.id,
        then_refused=first.id, title_zh="不能丢失的字",
    )  # fmt: skip
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert "不能丢失的字" in text_of(answer)
    draft.refresh_from_db()
    assert draft.content == before


def test_a_text_with_faults_is_refused_with_its_lines_and_stays_in_the_form(
    client: Client, draft: CaseKind
) -> None:
    before = draft.content
    wrong = before.replace('does = "sitting"', 'does = "siting"')
    url = f"/kinds/{draft.pk}/text/"
    answer = client.post(url, {"revision": draft.revision, "text": wrong})
    said = " ".join(answer.context["form"].non_field_errors())
    line = wrong.splitlines().index('does = "siting"') + 1
    assert str(line) in said and "sitting" in said
    assert answer.context["form"]["text"].value() == wrong
    draft.refresh_from_db()
    assert draft.content == before
    again = client.post(url, {"revision": draft.revision, "text": f"# 校内说明\n{before}"})
    assert again.status_code == 302


def test_of_two_who_edit_at_once_the_second_is_told_and_keeps_what_was_written(
    client: Client, draft: CaseKind
) -> None:
    name = kind_of_row(draft).stages[0].id
    url = f"/kinds/{draft.pk}/stages/{name}/"
    stale = draft.revision
    assert sent(client, url, count=7).status_code == 302
    answer = sent(client, url, count=8, revision=stale)
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert 'value="8"' in text_of(answer)
    found = kind_now(draft).stage(name).deadline
    assert found is not None and found.count == 7


def test_a_change_is_proposed_and_holds_when_a_second_person_approved_it(
    client: Client, signed_in: SignIn, leader: Account, draft: CaseKind, defence: CaseKind
) -> None:
    name = kind_of_row(draft).stages[0].id
    sent(client, f"/kinds/{draft.pk}/stages/{name}/", count=9)
    day = today() + timedelta(days=3)
    client.post(f"/kinds/{draft.pk}/propose/", {"first_on": day.isoformat()})
    client.post(f"/kinds/{draft.pk}/approve/")
    draft.refresh_from_db()
    assert draft.state == KindState.PROPOSED, "who wrote it does not approve it"
    signed_in(leader, "en").post(f"/kinds/{draft.pk}/approve/")
    draft.refresh_from_db()
    defence.refresh_from_db()
    assert (draft.state, draft.valid_from) == (KindState.IN_FORCE, day)
    assert defence.valid_to == day - timedelta(days=1)


def test_a_proposed_version_is_given_back_with_what_is_to_be_corrected(
    client: Client, signed_in: SignIn, leader: Account, draft: CaseKind
) -> None:
    client.post(f"/kinds/{draft.pk}/propose/", {"first_on": today().isoformat()})
    second = signed_in(leader, "en")
    assert second.post(f"/kinds/{draft.pk}/return/", {"remark": "期限太短"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == KindState.DRAFT


def test_a_draft_is_thrown_away_and_what_is_in_force_cannot_be(
    client: Client, draft: CaseKind, defence: CaseKind
) -> None:
    client.post(f"/kinds/{draft.pk}/withdraw/")
    client.post(f"/kinds/{defence.pk}/withdraw/")
    assert not CaseKind.objects.filter(pk=draft.pk).exists()
    assert CaseKind.objects.filter(pk=defence.pk).exists()


def test_drafts_are_read_by_nobody_outside_the_office_and_leaders_and_changed_by_no_other(
    client: Client, signed_in: SignIn, trainee: Account, neighbour: Account, leader: Account,
    draft: CaseKind, defence: CaseKind,
) -> None:  # fmt: skip
    sent(client, f"/kinds/{draft.pk}/head/", title_zh=SECRET)
    for account in (trainee, neighbour):
        other = signed_in(account, "zh-hans")
        for part in ("", "head/", "text.toml", "text/"):
            answer = other.get(f"/kinds/{draft.pk}/{part}")
            assert answer.status_code == 404 and SECRET not in text_of(answer)
        assert SECRET not in text_of(other.get("/kinds/"))
        assert other.get(f"/kinds/{defence.pk}/").status_code == 200
        assert other.post(f"/kinds/{defence.pk}/plan/").status_code in (302, 403)
    reader = signed_in(leader, "zh-hans")
    assert SECRET in text_of(reader.get(f"/kinds/{draft.pk}/"))
    answer = reader.post(f"/kinds/{draft.pk}/retake/", {"revision": 1, "panel": "any"})
    assert answer.status_code == 403
    assert CaseKind.objects.filter(state=KindState.DRAFT).count() == 1


def test_the_text_of_a_version_reads_back_as_the_version(client: Client, defence: CaseKind) -> None:
    answer = client.get(f"/kinds/{defence.pk}/text.toml")
    assert re.search(r'filename="defence-[\w.]+\.toml"', answer["Content-Disposition"])
    assert read_kind(text_of(answer)) == kind_of_row(defence)


def test_the_list_costs_the_same_for_any_number_of_kinds(
    client: Client, draft: CaseKind, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(12):
        assert client.get("/kinds/").status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(f"/kinds/{draft.pk}/").status_code == 200


def test_a_stage_put_first_is_where_a_request_begins(defence: CaseKind) -> None:
    kind = kind_of_row(defence)
    stage = Stage(
        "intake", Words("收件", "Intake"), "review", (Actor("office", "institution"),), {}
    )
    changed = editing.with_new_stage(kind, stage)
    assert changed.stages[0].id == "intake"
    assert changed.goal("intake", "agreed") == kind.stages[0].id
    assert faults(changed, None) == []
