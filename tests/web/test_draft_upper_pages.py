"""Values of upper layers in a draft's pages: what may be set, the refusal at the form, strangers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import register_regulation
from preceptor.institutions.models import Regulation
from preceptor.people.models import Account
from preceptor.standing.actions import open_draft, put_in_force
from preceptor.standing.editing import sight_of
from preceptor.standing.models import PackDraft, PackInForce

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
DOCTORATE, LAW = "yunting/clinical-doctorate", "cn/degrees-law"
PATH = f"upper/defence_min/{LAW}/"
CITE = "report2023 四(五)"
SECRET_CLAUSE = "尚未公布的第九条"


@pytest.fixture
def draft(cast: Cast, office: Account) -> PackDraft:
    put_in_force(institution=cast.institution, pack=LAW, valid_from=date(2025, 1, 1), by=OPERATOR)
    force = PackInForce.objects.get(pack=DOCTORATE)
    return open_draft(institution=cast.institution, base=force, by=office)


@pytest.fixture
def client(signed_in: SignIn, office: Account) -> Client:
    return signed_in(office, "en")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def now(draft: PackDraft) -> PackDraft:
    return PackDraft.objects.select_related("base").get(pk=draft.pk)


def own_values(draft: PackDraft) -> list[tuple[str, object]]:
    pack = sight_of(now(draft)).pack
    assert pack is not None
    return [(str(one.since), one.value) for own in pack.replaces for one in own.values]


def send(client: Client, draft: PackDraft, path: str = PATH, **given: Any) -> Any:
    return client.post(f"/drafts/{draft.pk}/{path}", {"edition": now(draft).edition, **given})


def value(**given: Any) -> dict[str, Any]:
    common = {"do": "value", "value": "7", "since": "2025-01-01", "cite": CITE, "evidence": "S"}
    return common | given


def test_the_numbers_of_a_draft_list_what_may_be_set_of_upper_layers(
    draft: PackDraft, client: Client, signed_in: SignIn, office: Account
) -> None:
    page = text_of(client.get(f"/drafts/{draft.pk}/?show=values"))
    assert "Values of upper layers" in page
    assert page.count("/upper/") == 3
    assert "Only higher: not below 5 people." in page
    chinese = text_of(signed_in(office).get(f"/drafts/{draft.pk}/?show=values"))
    assert "上位规定的参数" in chinese
    assert "只能提高：不得低于 5 人。" in chinese


def test_without_an_upper_pack_there_is_no_such_part(
    cast: Cast, client: Client, office: Account
) -> None:
    force = PackInForce.objects.get(pack=DOCTORATE)
    draft = open_draft(institution=cast.institution, base=force, by=office)
    assert "Values of upper layers" not in text_of(client.get(f"/drafts/{draft.pk}/?show=values"))
    assert client.get(f"/drafts/{draft.pk}/{PATH}").status_code == 404


def test_a_stricter_value_is_set_shown_and_taken_out_again(
    draft: PackDraft, client: Client
) -> None:
    assert send(client, draft, **value()).status_code == 302
    assert own_values(draft) == [("2025-01-01", 7)]
    assert "7 people" in text_of(client.get(f"/drafts/{draft.pk}/{PATH}"))
    assert "7 people" in text_of(client.get(f"/drafts/{draft.pk}/?show=values"))
    overview = text_of(client.get(f"/drafts/{draft.pk}/"))
    assert f"/drafts/{draft.pk}/{PATH}" in overview
    assert send(client, draft, do="remove", since="2025-01-01").status_code == 302
    assert own_values(draft) == []
    assert send(client, draft, do="remove", since="x").status_code == 404


def test_the_change_as_a_whole_is_taken_back(draft: PackDraft, client: Client) -> None:
    send(client, draft, **value())
    page = text_of(client.get(f"/drafts/{draft.pk}/"))
    assert f'value="replace {LAW} defence_min"' in page
    send(client, draft, "undo/", part=f"replace {LAW} defence_min")
    assert own_values(draft) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "From 2026-01-01 it would be 4, looser than 5 of “cn/degrees-law”. A lower layer may only raise it."),
        ("zh-hans", "自 2026-01-01 起为 4，宽于“cn/degrees-law”规定的 5。下级规定只能提高。"),
    ],
)  # fmt: skip
def test_a_looser_value_is_refused_at_the_form_with_the_day_and_both_values(
    draft: PackDraft, signed_in: SignIn, office: Account, language: str, said: str
) -> None:
    response = send(signed_in(office, language), draft, **value(value="4", since="2026-01-01"))
    assert response.status_code == 200
    assert said in text_of(response)
    assert own_values(draft) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [({"value": "99"}, "out of bounds"), ({"value": "seven"}, "not an exact number"), ({"cite": ""}, "required")],
)  # fmt: skip
def test_a_value_that_does_not_suit_is_refused_at_its_field(
    draft: PackDraft, client: Client, given: dict[str, str], said: str
) -> None:
    page = text_of(send(client, draft, **value(**given)))
    assert said in " ".join(re.findall(r'field-error">.*?</svg>(.*?)</p>', page, re.DOTALL))
    assert own_values(draft) == []


def test_those_outside_office_and_leaders_find_nothing_and_a_leader_sets_nothing(
    draft: PackDraft, client: Client, signed_in: SignIn, secretary: Account, neighbour: Account,
    trainee: Account, supervisor: Account, stranger: Account, leader: Account,
) -> None:  # fmt: skip
    new = {"cite": "+", "clause_source": "local", "clause_zh": SECRET_CLAUSE, "clause_en": "9"}
    send(client, draft, **value(**new))
    assert SECRET_CLAUSE in text_of(client.get(f"/drafts/{draft.pk}/{PATH}"))
    for account in (secretary, neighbour, trainee, supervisor, stranger):
        other = signed_in(account)
        for response in (
            other.get(f"/drafts/{draft.pk}/{PATH}"),
            send(other, draft, **value(value="9")),
            send(other, draft, do="remove", since="2025-01-01"),
        ):
            assert response.status_code == 404
            assert SECRET_CLAUSE not in text_of(response)
    reader = signed_in(leader, "en")
    assert reader.get(f"/drafts/{draft.pk}/{PATH}").status_code == 200
    assert send(reader, draft, **value(value="9")).status_code == 403
    assert send(reader, draft, do="remove", since="2025-01-01").status_code == 403
    assert own_values(draft) == [("2025-01-01", 7)]


def test_a_value_whose_upper_pack_is_no_longer_in_force_can_only_be_taken_out(
    draft: PackDraft, client: Client
) -> None:
    send(client, draft, **value())
    PackInForce.objects.filter(pack=LAW).delete()
    page = text_of(client.get(f"/drafts/{draft.pk}/{PATH}"))
    assert "not to be set by this pack today" in page
    assert 'name="cite"' not in page
    assert "Not to be set" in text_of(client.get(f"/drafts/{draft.pk}/?show=values"))
    # The draft cannot hold beside what is in force, and says so before anybody proposes it.
    assert "There is no pack" in text_of(client.get(f"/drafts/{draft.pk}/"))
    assert "There is no pack" in text_of(
        send(client, draft, "propose/", effective_from=today().isoformat(), regulation_on="2024-06-15")
    )  # fmt: skip
    send(client, draft, do="remove", since="2025-01-01")
    assert own_values(draft) == []


WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "\x00", "-1", "9" * 40, "1e999", "NaN", "%", "2024-02-30", "+", "7"]),
)
FIELDS = st.sampled_from([
    "do", "edition", "value", "since", "cite", "evidence", "from_evidence", "clause_source",
    "clause_zh", "clause_en",
])  # fmt: skip


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.dictionaries(FIELDS, WORDS, max_size=9))
def test_whatever_is_sent_is_answered_and_never_loosens_the_law(
    draft: PackDraft, client: Client, given: dict[str, str]
) -> None:
    response = send(client, draft, **(value() | given))
    assert response.status_code in (200, 302, 404)
    assert all(isinstance(held, int) and held >= 5 for _day, held in own_values(draft))


def test_the_queries_do_not_grow_with_what_may_be_set(
    cast: Cast, draft: PackDraft, client: Client
) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/drafts/{draft.pk}/{path}").status_code == 200
        return len(queries)

    paths = ("?show=values", PATH, "", "propose/", "decide/")
    before = {path: count(path) for path in paths}
    put_in_force(
        institution=cast.institution, pack="cn/stipends", valid_from=date(2017, 3, 1), by=OPERATOR
    )
    send(client, draft, **value())
    list(map(count, paths))
    after = {path: count(path) for path in paths}
    assert {path: after[path] for path in paths[:2]} == {path: before[path] for path in paths[:2]}
    assert max(after.values()) <= 12


def regulation(cast: Cast, pack: str) -> Regulation:
    return register_regulation(
        by=OPERATOR, code=f"X-{pack}", layer="university", title_zh="细则", title_en="Rules", pack=pack,
        institution=cast.institution,
    )  # fmt: skip


def test_a_regulation_that_a_pack_writes_leads_the_office_to_a_change_of_it(
    cast: Cast, draft: PackDraft, signed_in: SignIn, office: Account, leader: Account,
    secretary: Account,
) -> None:  # fmt: skip
    own, law = regulation(cast, DOCTORATE), regulation(cast, LAW)
    unknown = regulation(cast, "yunting/not-in-force")
    link = f'href="/drafts/open/{DOCTORATE}/"'
    page = text_of(signed_in(office, "en").get(f"/regulations/{own.pk}/"))
    assert link in page
    assert "Plan a change" in page
    for account in (leader, secretary):
        assert link not in text_of(signed_in(account, "en").get(f"/regulations/{own.pk}/"))
    for other in (law, unknown):
        page = text_of(signed_in(office, "en").get(f"/regulations/{other.pk}/"))
        assert "/drafts/open/" not in page


def test_a_regulation_of_a_unit_leads_to_the_change_for_that_unit(
    cast: Cast, draft: PackDraft, client: Client
) -> None:
    PackInForce.objects.filter(pack=DOCTORATE).update(unit=cast.general)
    page = text_of(client.get(f"/regulations/{regulation(cast, DOCTORATE).pk}/"))
    address = f"/drafts/open/{DOCTORATE}/?unit={cast.general.pk}"
    assert address in page
    assert client.get(address).status_code == 200
